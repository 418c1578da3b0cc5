"""Trained names: what no list has is found by the words around it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.masking import find_spans, mask
from nlu.names import NameModel
from nlu.training.data import read_split
from nlu.training.masks import NAME, Example, measure
from nlu.training.names import train_names

DATA = Path(__file__).parents[3] / "data" / "events"
PIECES = st.sampled_from(
    [
        "Karin",
        "heter",
        "min chef",
        "Xolani Dube",
        "i",
        "Kumla",
        "[namn]",
        ".",
        ",",
        "[",
        "A",
        "hon",
    ]
)


@pytest.fixture(scope="module")
def names() -> NameModel:
    """Trained on a part of train: enough to see that it learns, and quick."""
    return train_names(read_split(DATA, "train")[:700])


def test_names_are_found_that_no_list_has(names: NameModel) -> None:
    text = "Igår ringde Qvorla Stjernfeltz och skrek åt mig"

    assert mask(text) == text
    assert mask(text, names=names) == "Igår ringde [namn] och skrek åt mig"


def test_names_more_are_found_than_by_rules_and_few_that_are_none(names: NameModel) -> None:
    dev = [Example(d.text, d.mask, d.voice) for d in read_split(DATA, "dev")]

    masks = measure(lambda text: find_spans(text, names), dev)

    assert masks.recall(NAME) >= 0.92
    assert masks.of_identifiers >= 0.98
    assert masks.precision >= 0.80  # with all of train .90


def test_names_saved_and_loaded_find_the_same(names: NameModel, tmp_path: Path) -> None:
    names.save(tmp_path)
    loaded = NameModel.load(tmp_path)

    for description in read_split(DATA, "dev")[:100]:
        assert loaded.find(description.text) == names.find(description.text)


@given(text=st.one_of(st.text(), st.lists(PIECES).map(" ".join)), kept=st.frozensets(PIECES))
def test_names_masking_with_them_is_idempotent(
    names: NameModel, text: str, kept: frozenset[str]
) -> None:
    masked = mask(text, kept, names)

    assert mask(masked, kept, names) == masked
