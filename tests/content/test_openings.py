"""The first messages that measure Lotsen are not among those that taught it."""

import json
from pathlib import Path

import pytest

from actions.openings import Opening
from nlu.training.alarm import read_intents

DATA = Path("data")


@pytest.mark.parametrize("split", ["dev", "test"])
def test_openings_are_sound_and_were_not_taught(split: str) -> None:
    lines = (DATA / "openings" / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    taught = {text.casefold() for _, text in read_intents(DATA / "nlu")}

    assert {expected for row in rows for expected in (row["expect"], *row["also_ok"])} <= {
        *Opening
    }
    long_enough = [row["text"] for row in rows if len(row["text"].split()) > 3]
    assert [text for text in long_enough if text.casefold() in taught] == []
