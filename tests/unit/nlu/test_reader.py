"""Reading a description: with a small reader trained here, and the real one if it is there."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlu import labels
from nlu.danger import find_danger
from nlu.errors import ModelMissingError
from nlu.evidence import find_evidence
from nlu.features import phrase_pattern
from nlu.fingerprints import of_reader
from nlu.normalise import plain
from nlu.reader import META, Reader, load
from nlu.training.data import read_split
from nlu.training.evaluate import figures
from nlu.training.train import train

DATA = Path("data")
EVENTS = DATA / "events"
MODEL = Path("models/reader")
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
STORY = (
    "Igår eftermiddag ringde en pappa i ett LVU-ärende och sa att han vet var jag bor och att "
    "han ska döda mig"
)
# F1 on dev, well under what was measured (docs/reader.md): a fall below means something broke.
FLOORS = {
    "type trakasserier": 0.70, "type hot": 0.67, "type vald": 0.78, "type skadegorelse": 0.77,
    "type korruption": 0.74, "type tjansteroll": 0.72, "type (none)": 0.62,
    "macro f1": 0.72, "serious recall": 0.86, "perpetrator": 0.69, "channel": 0.55, "area": 0.73,
}  # fmt: skip
needs_model = pytest.mark.skipif(not (MODEL / META).exists(), reason="no trained reader")


def _slice(folder: Path) -> Path:
    """A small part of the data, enough for every type; in it a message of the chat."""
    for part in ("events", "danger"):
        (folder / part).mkdir()
        for split, size in (("train", 150), ("dev", 30)):
            lines = (DATA / part / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
            text = "\n".join(lines[:: len(lines) // size])
            (folder / part / f"{split}.jsonl").write_text(text, encoding="utf-8")
    (folder / "nlu").mkdir()
    (folder / "nlu" / "chat.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    - hej\n")
    return folder


@pytest.fixture(name="small_model", scope="module")
def _small_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    train(_slice(folder), folder / "reader", lambda _line: None)
    return folder / "reader"


@pytest.fixture(name="small_reader", scope="module")
def _small_reader(small_model: Path) -> Reader:
    return load(small_model)


@pytest.fixture(name="reader", scope="module")
def _reader() -> Reader:
    return load(MODEL)


def test_train_twice_gives_the_same_reader(small_model: Path, tmp_path: Path) -> None:
    train(_slice(tmp_path), tmp_path / "reader", lambda _line: None)

    assert (tmp_path / "reader" / META).read_text() == (small_model / META).read_text()


def test_train_replaces_a_reader_and_leaves_nothing_else(tmp_path: Path) -> None:
    lines: list[str] = []
    out = tmp_path / "models" / "reader"
    out.mkdir(parents=True)

    train(_slice(tmp_path), out, lines.append)

    assert json.loads((out / META).read_text())["fingerprint"] == of_reader(tmp_path)
    assert [path.name for path in out.parent.iterdir()] == ["reader"]
    assert lines


def test_fingerprint_changes_with_the_texts(tmp_path: Path) -> None:
    before = of_reader(_slice(tmp_path))
    with (tmp_path / "danger" / "train.jsonl").open("a") as file:
        file.write("\n")

    assert of_reader(tmp_path) != before


def test_load_without_a_model_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="lotsen train"):
        load(tmp_path)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(text=st.text())
def test_read_any_text_gives_known_ids_and_exact_evidence(small_reader: Reader, text: str) -> None:
    reading = small_reader.read(text, NOW)

    assert set(reading.types) <= set(labels.TYPES)
    assert all(labels.TYPE_OF[subtype] in reading.types for subtype in reading.subtypes)
    assert reading.perpetrator in labels.PERPETRATORS
    assert reading.channel in labels.CHANNELS
    assert reading.area in labels.AREAS
    assert reading.pattern in labels.PATTERNS
    assert all(words in plain(text).source for words in reading.evidence.values())


@needs_model
def test_read_the_main_story_finds_everything(reader: Reader) -> None:
    reading = reader.read(STORY, NOW)

    assert "hot" in reading.types
    assert reading.serious
    assert (reading.perpetrator, reading.channel, reading.area) == (
        "anhorig", "telefon", "barn_och_familj",
    )  # fmt: skip
    assert reading.when is not None
    assert (reading.when.start.isoformat(), reading.when.end.isoformat()) == (
        "2026-11-19T12:00:00+01:00", "2026-11-19T18:00:00+01:00",
    )  # fmt: skip
    assert "döda" in reading.evidence["hot"]
    assert find_danger(STORY) is None


@needs_model
@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("pappan till ett barn hotade min kollega", "perpetrator", "anhorig"),
        ("en klient skrek åt mig i receptionen och spottade", "channel", "reception_kontor"),
        ("klienten ringde och hotade mig för avslaget på försörjningsstöd", "channel", "telefon"),
        ("sökanden skrek om sitt försörjningsstöd", "area", "ekonomiskt_bistand"),
        (
            "krögaren sköt mig i ryggen under tillsynen av serveringstillståndet",
            "area",
            "tillstand",
        ),
    ],
)
def test_read_names_who_how_and_where(reader: Reader, text: str, field: str, value: str) -> None:
    assert getattr(reader.read(text, NOW), field) == value


@needs_model
def test_reader_on_dev_stays_above_its_floors(reader: Reader) -> None:
    measured = figures(reader, read_split(EVENTS, "dev"))

    assert {name: measured[name] for name in FLOORS if measured[name] < FLOORS[name]} == {}


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("vet var _ bor", "han vet var jag bor", True),
        ("hot*", "han hotade mig", True),
        ("ring", "han ringde mig", False),
        ("slå * ihjäl", "ska slå dig ihjäl", True),
    ],
)
def test_phrase_pattern_stars_and_gaps_stand_for_words(
    phrase: str, text: str, found: bool
) -> None:
    assert bool(phrase_pattern([phrase]).search(text)) is found


def test_find_evidence_quotes_the_whole_clause_without_marks() -> None:
    text = plain("Hej, han sa att han ska döda mig. Sen gick han.")
    shares = [2.0 if token in {"döda", "mig"} else 0.0 for token in text.tokens]

    assert find_evidence(text, shares) == "han ska döda mig"


def test_find_evidence_quotes_only_a_part_of_a_long_clause() -> None:
    text = plain("i går på vägen hem från kontoret ropade en okänd man hora efter mig på torget")
    shares = [2.0 if token == "hora" else 0.0 for token in text.tokens]

    quoted = find_evidence(text, shares)

    assert "hora" in quoted
    assert len(quoted.split()) <= 7
