"""The example questions: labelled with texts that there are, and kept apart."""

import json
from collections import Counter
from pathlib import Path

import pytest

from nlu.errors import DescriptionError
from nlu.training.questions import Question, read_questions
from tests import builders
from tests.lotsen_process import ROOT

FOLDER = ROOT / "data" / "questions"
NAMES = {text.name for text in builders.routines().texts}
SPLITS = {
    split: read_questions(FOLDER / f"{split}.jsonl", NAMES) for split in ("train", "dev", "test")
}
_ALIKE = 0.5  # of the five letters in a row that two questions have, how many they share
_LETTERS = 5


def _shingles(text: str) -> frozenset[str]:
    plain = " ".join(text.lower().split())
    return frozenset(plain[at : at + _LETTERS] for at in range(max(1, len(plain) - _LETTERS + 1)))


def test_there_are_at_least_600_questions_that_are_not_learnt_from() -> None:
    assert len(SPLITS["dev"]) >= 600
    assert len(SPLITS["test"]) >= 600


@pytest.mark.parametrize("split", list(SPLITS))
def test_every_text_is_asked_for(split: str) -> None:
    asked = Counter(question.names[0] for question in SPLITS[split] if question.names)

    assert set(asked) == NAMES
    assert min(asked.values()) >= 5


@pytest.mark.parametrize("split", list(SPLITS))
def test_a_fifth_or_more_has_no_answer(split: str) -> None:
    unanswerable = sum(not question.names for question in SPLITS[split])

    assert unanswerable / len(SPLITS[split]) >= 0.2


def test_no_id_and_no_text_stands_twice() -> None:
    questions = [question for split in SPLITS.values() for question in split]

    assert len({question.id for question in questions}) == len(questions)
    train = [question.text for question in SPLITS["train"]]
    assert len(set(train)) == len(train)


@pytest.mark.parametrize("split", ["dev", "test"])
def test_nothing_learnt_resembles_what_is_measured_on(split: str) -> None:
    measured = [_shingles(question.text) for question in SPLITS[split]]
    holders: dict[str, list[int]] = {}
    for at, shingles in enumerate(measured):
        for shingle in shingles:
            holders.setdefault(shingle, []).append(at)

    def resembles(question: Question) -> bool:
        mine = _shingles(question.text)
        shared = Counter(at for shingle in mine for at in holders.get(shingle, ()))
        return any(n / len(mine | measured[at]) > _ALIKE for at, n in shared.items())

    assert [question.id for question in SPLITS["train"] if resembles(question)] == []


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[]",
        json.dumps({"id": "a", "text": "b", "texts": []}),
        json.dumps({"id": "a", "text": "b", "texts": ["no_such"], "answerable": True}),
        json.dumps({"id": "a", "text": "b", "texts": ["definition"], "answerable": False}),
        json.dumps({"id": "a", "text": "b", "texts": [], "answerable": True}),
    ],
)
def test_wrong_line_is_named_without_its_text(tmp_path: Path, line: str) -> None:
    file = tmp_path / "train.jsonl"
    right = json.dumps({"id": "a", "text": "b", "texts": ["definition"], "answerable": True})
    file.write_text(f"{right}\n{line}\n", encoding="utf-8")

    with pytest.raises(DescriptionError, match=":2:"):
        read_questions(file, NAMES)
