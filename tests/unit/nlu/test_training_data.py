"""The labelled descriptions are sound, and no text stands in two splits."""

import json
from pathlib import Path

import pytest
import yaml

from nlu import labels
from nlu.errors import DescriptionError
from nlu.training.data import SPLITS, Description, read_split, resemblance

DATA = Path("data/events")
LIKENESS_LIMIT = 0.5  # data/events/DATASHEET.md
GOOD = {
    "id": "x-1", "text": "Han slog mig igår.", "types": ["vald"], "subtypes": ["slag_spark"],
    "serious": True, "danger_now": False, "perpetrator": "okand", "channel": "okand",
    "area": "okand", "pattern": "unknown", "when": None, "mask": [], "voice": "kort",
    "source": "test",
}  # fmt: skip


@pytest.mark.parametrize("split", SPLITS)
def test_read_split_of_the_repository_is_sound(split: str) -> None:
    assert read_split(DATA, split)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"types": ["stold"]}, "unknown type"),
        ({"subtypes": ["bombhot"]}, "without its type"),
        ({"channel": "fax"}, "unknown channel"),
        ({"serious": "ja"}, "serious"),
        ({"mask": ["Karin"]}, "mask"),
        ({"text": " "}, "empty"),
    ],
)
def test_read_split_bad_line_says_which_and_why(
    tmp_path: Path, change: dict[str, object], reason: str
) -> None:
    lines = [json.dumps(GOOD), json.dumps(GOOD | {"id": "x-2"} | change)]
    (tmp_path / "train.jsonl").write_text("\n".join(lines), encoding="utf-8")

    with pytest.raises(DescriptionError, match=rf"train\.jsonl:2: .*{reason}"):
        read_split(tmp_path, "train")


def _runs(text: str) -> set[str]:
    """Every three words in a row: two texts that are alike share at least one."""
    words = text.casefold().split()
    return {" ".join(words[at : at + 3]) for at in range(max(1, len(words) - 2))}


def test_splits_share_no_text_nor_a_near_duplicate() -> None:
    texts = {split: read_split(DATA, split) for split in SPLITS}
    holders: dict[str, list[tuple[str, Description]]] = {}
    for split, descriptions in texts.items():
        for description in descriptions:
            for run in _runs(description.text):
                holders.setdefault(run, []).append((split, description))

    candidates = {
        (one.id, one.text, other.id, other.text)
        for split in ("dev", "test")
        for one in texts[split]
        for run in _runs(one.text)
        for other_split, other in holders[run]
        if other_split != split
    }

    assert [
        (one, other)
        for one, one_text, other, other_text in candidates
        if resemblance(one_text, other_text) >= LIKENESS_LIMIT
    ] == []


def test_labels_equal_the_taxonomy() -> None:
    taxonomy = yaml.safe_load(Path("data/taxonomy.yml").read_text(encoding="utf-8"))["types"]

    assert {kind: tuple(taxonomy[kind]["subtypes"]) for kind in taxonomy} == labels.SUBTYPES_OF
    assert {
        subtype
        for kind in taxonomy.values()
        for subtype, entry in kind["subtypes"].items()
        if entry.get("serious")
    } == labels.SERIOUS_SUBTYPES
