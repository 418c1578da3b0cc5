"""The finder finds the text that answers, says when none does, and never stops at odd input."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.routine_texts import documents
from bot.settings import FINDER_MODEL
from nlu.errors import ModelMissingError
from nlu.finder import Document, Finder, goes_on
from nlu.normalise import plain
from nlu.question_features import known_words, question_features
from tests import builders


@pytest.fixture(scope="module", name="finder")
def _finder() -> Finder:
    return Finder.load(FINDER_MODEL, documents(builders.routines()))


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("kan chefen göra polisanmälan åt mig?", "arbetsgivaren_anmaler"),
        ("får jag ta emot en flaska whisky av en sökande", "gavor_mutor"),
        ("far ja behalla chokladen", "gavor_mutor"),
        ("hur länge sparas rapporten?", "hur_lange_sparas"),
        ("överfallslarmet funkar inte, vem säger jag till", "larm_retrattvag"),
        ("hon säger att hon tar livet av sig om hon får avslag", "sjalvmordshot"),
        ("min kusin har ett ärende hos mig", "jav"),
    ],
)
def test_question_is_answered_by_its_text(finder: Finder, question: str, name: str) -> None:
    found = finder.find(question)

    assert found.is_answered
    assert found.ranked[0].name == name


@pytest.mark.parametrize(
    "question",
    ["när är semesterlistan klar?", "vad blir det för väder", "skrivaren på plan 3 är trasig"],
)
def test_what_no_text_answers_is_refused(finder: Finder, question: str) -> None:
    found = finder.find(question)

    assert not found.is_answered
    assert len(found.ranked) == len(finder.documents)


def test_section_that_is_asked_for_is_found(finder: Finder) -> None:
    found = finder.find("vad gör jag innan ett hembesök, hur förbereder jag mig?")
    text = builders.routines().by_name[found.ranked[0].name]

    assert text.name == "hembesok"
    assert found.part is not None
    assert text.sections[found.part].heading == "Före"


def test_question_that_goes_on_is_about_the_text_before(finder: Finder) -> None:
    alone = finder.find("och om det är chefen?")
    after = finder.find("och om det är chefen?", "sekretess_anonymitet")
    near = {"sekretess_anonymitet", "anonym"}

    def place(found: object, names: set[str]) -> int:
        ranked = [each.name for each in found.ranked]  # type: ignore[attr-defined]
        return min(map(ranked.index, names))

    assert after.is_answered
    assert place(after, near) < max(1, place(alone, near))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("och om det är chefen?", True),
        ("då då?", True),
        ("gäller det på fritiden?", True),
        ("måste jag polisanmäla", False),
        ("och " + "ord " * 20, False),
        ("", False),
    ],
)
def test_what_goes_on_is_short_and_leans_on_something(text: str, *, expected: bool) -> None:
    assert goes_on(text) is expected


def test_text_of_the_municipality_is_found_by_its_own_words(finder: Finder) -> None:
    own = Document(
        "hundar_i_receptionen",
        "hundar_i_receptionen",
        ("Får besökare ta med hund i receptionen?", "hund i väntrummet"),
        ("Hundar får vara i receptionen om de är kopplade.",),
    )
    wider = Finder(finder.learnt, finder.decision, (*finder.documents, own))

    found = wider.find("får besökare ha med sig hund i receptionen?")

    assert found.ranked[0].name == own.name


def test_text_that_replaces_another_is_found_where_that_one_was(finder: Finder) -> None:
    old = next(d for d in finder.documents if d.name == "gavor_mutor")
    new = old._replace(name="vara_regler", questions=("Våra regler",), parts=("Nej tack.",))
    others = tuple(d for d in finder.documents if d.name != old.name)

    found = Finder(finder.learnt, finder.decision, (*others, new)).find("får jag ta emot vin?")

    assert found.ranked[0].name == "vara_regler"


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.sampled_from([None, "polisanmalan", "no_such_text"]))
def test_any_text_is_ranked(finder: Finder, text: str, previous: str | None) -> None:
    found = finder.find(text, previous)

    assert 0 <= found.chance <= 1
    assert {each.name for each in found.ranked} == {d.name for d in finder.documents}
    assert [r.score for r in found.ranked] == sorted((r.score for r in found.ranked), reverse=True)


@pytest.mark.parametrize("text", ["", "   ", "???", "🙂🙂", "ﷺ"])
def test_what_holds_no_word_is_refused(finder: Finder, text: str) -> None:
    assert not finder.find(text).is_answered


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("hotmejlet", {"hot", "mejl"}),
        ("arbetsplatsen", {"arbete", "plats"}),
        ("polisanmälan", {"polis", "anmälan"}),
    ],
)
def test_compound_is_known_by_its_parts(word: str, parts: set[str]) -> None:
    found = {name[2:] for name in question_features(plain(word)) if name.startswith("p ")}

    assert parts & found


def test_words_that_were_learnt_are_counted() -> None:
    features = list(question_features(plain("polisanmälan xyzzyqwert")))

    assert 0 < known_words({"p polisanmälan", "p polis", "p anmälan"}, features) < 1
    assert known_words(set(), []) == 0


def test_finder_that_is_not_trained_says_so(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match="lotsen train"):
        Finder.load(tmp_path, [])
