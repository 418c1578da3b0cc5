"""Danger now comes before everything else; what is past or figurative must not alarm."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.alarm import Alarm
from nlu.danger import Danger, find_danger
from nlu.errors import DescriptionError
from nlu.normalise import plain
from nlu.reader import ALARM
from nlu.signs import find_signs, read_sentences
from nlu.training.alarm import Example, figures, read_danger, read_examples
from nlu.training.data import SPLITS, resemblance

DATA = Path("data")
MODEL = Path("models/reader") / ALARM
LIKENESS_LIMIT = 0.5  # data/events/DATASHEET.md
needs_model = pytest.mark.skipif(not MODEL.exists(), reason="no trained reader")

PERSON = [
    "han står utanför dörren nu",
    "vi är inlåsta",
    "han har kniv",
    "det brinner",
    "han är på väg hit",
    "han är kvar här",
    "hon sitter kvar utanför",
    "ja är inlåst på toan",
    "HJÄLP han har en kniv",
    "han slog mig för två minuter sen och är kvar",
    "dom bankar på dörren",
    "ring polisen",
]
SUICIDE = [
    "klienten säger att hon ska ta livet av sig ikväll",
    "hon skriver att hon tänker hoppa från bron i kväll",
    "en klient säger att han ska ta livet av sig nu",
    "hon har tagit tabletter",
    "han står på bron",
]
DISTRESS = [
    "jag orkar inte leva längre",
    "jag vill dö",
    "jag tänker ta livet av mig",
    "Igår grät jag. Jag vill inte leva.",
]
CALM = [
    "igår hotade han att döda mig",
    "förra veckan hade han kniv",
    "Igår eftermiddag ringde en pappa i ett LVU-ärende och sa att han vet var jag bor "
    "och att han ska döda mig",
    "jag är så trött att jag dör",
    "det brinner i knutarna på jobbet",
    "vad ska jag göra om en klient har kniv?",
    "vad gör jag om någon har kniv?",
    "jag brinner för mitt jobb",
    "jag sitter kvar på kontoret och skriver klart",
    "han stod utanför igår",
    "han sitter häktad nu",
    "jag vill rapportera ett hot",
    "jag orkar inte jobba kvar",
    "nej",
    "",
]


@pytest.fixture(name="alarm", scope="module")
def _alarm() -> Alarm:
    return Alarm.load(MODEL)


@pytest.mark.parametrize("text", PERSON)
def test_find_danger_person_threatened_now_alarms(text: str) -> None:
    assert find_danger(text) is Danger.PERSON


@pytest.mark.parametrize("text", SUICIDE)
def test_find_danger_client_may_take_their_life_alarms(text: str) -> None:
    assert find_danger(text) is Danger.SUICIDE


@pytest.mark.parametrize("text", DISTRESS)
def test_find_danger_writers_own_life_is_distress(text: str) -> None:
    assert find_danger(text) is Danger.DISTRESS


@pytest.mark.parametrize("text", CALM)
def test_find_danger_past_planned_or_figurative_is_calm(text: str) -> None:
    assert find_danger(text) is None


@needs_model
@pytest.mark.parametrize(
    ("text", "danger"),
    [(text, Danger.PERSON) for text in PERSON]
    + [(text, Danger.SUICIDE) for text in SUICIDE]
    + [(text, Danger.DISTRESS) for text in DISTRESS]
    + [(text, None) for text in CALM],
)
def test_alarm_on_plain_cases_says_what_the_rules_say(
    alarm: Alarm, text: str, danger: Danger | None
) -> None:
    assert alarm.find_danger(text) is danger


@needs_model
@pytest.mark.parametrize(
    "text",
    [
        "han kväver henne med en kudde",  # no rule knows the verb
        "hon bad mig ta hand om hunden och sen la hon på, hon svarar inte",
        "nån har kört in i entrén med en bil och viftar med nåt",
    ],
)
def test_alarm_finds_danger_in_words_that_no_rule_knows(alarm: Alarm, text: str) -> None:
    assert alarm.find_danger(text) is not None


@needs_model
@given(st.text(max_size=40))
def test_alarm_own_life_is_never_overruled(alarm: Alarm, before: str) -> None:
    assert alarm.find_danger(f"{before}.\nJag vill inte leva.") is Danger.DISTRESS


@needs_model
@pytest.mark.parametrize("text", [*PERSON, *SUICIDE, *CALM])
def test_alarm_capitals_and_spaces_change_nothing(alarm: Alarm, text: str) -> None:
    spaced = "  " + text.upper().replace(" ", "   ") + "\t"

    assert alarm.find_danger(spaced) is alarm.find_danger(text)


# Well under what was measured (docs/reader.md): a fall below means something broke.
@needs_model
@pytest.mark.parametrize(
    ("name", "lowest", "highest"),
    [
        ("danger found", 0.80, 1.0),
        ("events found", 0.85, 1.0),
        ("danger false alarms", 0.0, 0.18),  # near misses, written to mislead
        ("events false alarms", 0.0, 0.06),
    ],
)
def test_alarm_on_dev_finds_most_and_seldom_alarms(
    alarm: Alarm, name: str, lowest: float, highest: float
) -> None:
    found = figures(alarm.find_danger, read_examples(DATA, "dev"))

    assert lowest <= found[name] <= highest


@needs_model
def test_alarm_saved_and_loaded_is_the_same(alarm: Alarm, tmp_path: Path) -> None:
    alarm.save(tmp_path)

    again = Alarm.load(tmp_path)

    assert again.thresholds == alarm.thresholds
    assert [again.find_danger(text) for text in PERSON] == [
        alarm.find_danger(text) for text in PERSON
    ]


@given(st.text())
def test_find_danger_any_text_never_raises(text: str) -> None:
    find_danger(text)


@needs_model
@given(text=st.text())
def test_alarm_any_text_never_raises(alarm: Alarm, text: str) -> None:
    alarm.find_danger(text)


@given(st.text())
def test_find_signs_any_text_gives_known_kinds(text: str) -> None:
    prepared = plain(text)

    assert {name[:2] for name in find_signs(prepared, read_sentences(prepared))} <= {
        "w ", "c ", "k ",
    }  # fmt: skip


def test_read_danger_unknown_danger_says_which_line(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text('{"text": "hej", "danger": "storm"}', encoding="utf-8")

    with pytest.raises(DescriptionError, match=r"train\.jsonl:1: unknown danger"):
        list(read_danger(tmp_path, "train"))


def test_danger_texts_stand_in_one_split_only() -> None:
    texts: dict[str, list[Example]] = {
        split: list(read_danger(DATA / "danger", split)) for split in SPLITS
    }

    assert [
        (one.text, other.text)
        for split, later in (("train", "dev"), ("train", "test"), ("dev", "test"))
        for one in texts[split]
        for other in texts[later]
        if resemblance(one.text, other.text) >= LIKENESS_LIMIT
    ] == []
