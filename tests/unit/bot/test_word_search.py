"""A question finds the texts that share its words."""

import pytest

from bot.word_search import MOST_HITS, by_words
from casework.routines import load_routines
from tests.lotsen_process import ROOT

ROUTINES = load_routines(ROOT / "data")
SEARCH = by_words(ROUTINES)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("måste jag polisanmäla?", "polisanmalan"),
        ("HEMBESÖK", "hembesok"),
        ("får jag ta emot choklad av en klient", "gavor_mutor"),
        ("hur länge sparas rapporten", "hur_lange_sparas"),
        ("när ringer man 112", "akut_fara_112"),
    ],
)
def test_question_finds_its_text_first(question: str, name: str) -> None:
    assert SEARCH(question)[0] == name


@pytest.mark.parametrize("question", ["kvantfysik", "vad blir det för väder i morgon", "?", "å"])
def test_question_about_something_else_finds_nothing(question: str) -> None:
    assert SEARCH(question) == []


def test_hits_are_few_and_differ() -> None:
    hits = SEARCH("chefen polisen rapport hot stöd klient")

    assert 1 < len(hits) <= MOST_HITS
    assert len(set(hits)) == len(hits)


def test_words_that_texts_hold_are_found_in_their_own_order_of_worth() -> None:
    """Questions that staff ask, as the texts themselves list them: nearly all among the first."""
    asked = [(q, text.name) for text in ROUTINES.texts for q in text.about.questions]

    found = sum(name in SEARCH(question)[:3] for question, name in asked)

    assert found >= 0.9 * len(asked)
