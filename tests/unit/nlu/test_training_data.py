"""The labelled descriptions are sound, and no text stands in two splits."""

import json
from pathlib import Path

import pytest
import yaml

from nlu import labels
from nlu.errors import DescriptionError
from nlu.training.data import SPLITS, _shingles, read_split

DATA = Path("data/events")
LIKENESS_LIMIT = 0.5  # data/events/DATASHEET.md
GOOD = {
    "id": "x-1", "text": "Han slog mig igår.", "types": ["vald"], "subtypes": ["slag_spark"],
    "serious": True, "danger_now": False, "perpetrator": "okand", "channel": "okand", "area": "okand",
    "pattern": "unknown", "when": None, "mask": [], "voice": "kort", "source": "test",
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


def test_splits_share_no_text_nor_a_near_duplicate() -> None:
    texts = [
        (split, description.id, _shingles(description.text))
        for split in SPLITS
        for description in read_split(DATA, split)
    ]
    holders: dict[str, list[int]] = {}
    for index, (_, _, shingles) in enumerate(texts):
        for shingle in shingles:
            holders.setdefault(shingle, []).append(index)

    alike = []
    for index, (split, name, shingles) in enumerate(texts):
        if split == "train":
            continue
        shared: dict[int, int] = {}
        for shingle in shingles:
            for other in holders[shingle]:
                if texts[other][0] != split:
                    shared[other] = shared.get(other, 0) + 1
        alike += [
            (name, texts[other][1])
            for other, count in shared.items()
            if count / len(shingles | texts[other][2]) >= LIKENESS_LIMIT
        ]

    assert alike == []


def test_labels_equal_the_taxonomy() -> None:
    taxonomy = yaml.safe_load(Path("data/taxonomy.yml").read_text(encoding="utf-8"))["types"]

    assert {kind: tuple(taxonomy[kind]["subtypes"]) for kind in taxonomy} == labels.SUBTYPES_OF
    assert {
        subtype
        for kind in taxonomy.values()
        for subtype, entry in kind["subtypes"].items()
        if entry.get("serious")
    } == labels.SERIOUS_SUBTYPES
