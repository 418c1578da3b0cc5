"""How the comparison of ways to answer questions counts."""

import pytest

from bench.bench_questions import judge, threshold
from bench.ways_to_answer import ROOT, Lessons, QuestionBm25, Said, TextBm25
from casework.routines import Routines, load_routines
from nlu.training.questions import Question


@pytest.fixture(scope="module", name="routines")
def _routines() -> Routines:
    return load_routines(ROOT / "data")


def _asked(*names: str) -> Question:
    return Question("x1-1", "text", names)


def _said(*names: str, is_answered: bool = True, sure: float = 1.0) -> Said:
    return Said(names, is_answered, sure, 1.0)


def test_another_text_of_the_topic_is_right_as_a_topic_only(routines: Routines) -> None:
    assert routines.by_name["bevis"].topic == routines.by_name["rapportera"].topic
    figures = judge(routines, [_asked("bevis")], [_said("rapportera", "jav")])
    assert (figures.topic_first.tolist(), figures.text_first.tolist()) == ([1], [0])


def test_what_is_refused_is_no_hit_but_still_near(routines: Routines) -> None:
    figures = judge(routines, [_asked("bevis")], [_said("bevis", is_answered=False)])
    assert (figures.topic_first.tolist(), figures.topic_near.tolist()) == ([0], [1])
    assert figures.wrongly_refused.tolist() == [1]
    assert figures.refused.size == 0


def test_near_are_three_different_topics(routines: Routines) -> None:
    same = [text.name for text in routines.texts if text.topic == "rapportera"]
    found = _said(*same, "jav", "lex_sarah")
    assert judge(routines, [_asked("lex_sarah")], [found]).topic_near.tolist() == [1]
    found = _said(*same, "jav", "gavor_mutor", "lex_sarah")
    assert judge(routines, [_asked("lex_sarah")], [found]).topic_near.tolist() == [0]


def test_only_what_no_text_answers_can_be_refused(routines: Routines) -> None:
    asked = [_asked(), _asked(), _asked("jav")]
    said = [_said("jav", is_answered=False), _said("jav"), _said("jav")]
    assert judge(routines, asked, said).refused.tolist() == [1, 0]


def test_the_threshold_costs_one_answer_in_twenty() -> None:
    asked = [*(_asked("jav") for _ in range(100)), _asked()]
    said = [*(_said("jav", sure=float(at)) for at in range(100)), _said("jav", sure=1000.0)]
    limit = threshold(asked, said)
    assert sum(each.sure < limit for each in said) == 5


@pytest.mark.parametrize("kind", [TextBm25, QuestionBm25])
def test_bm25_finds_a_title_and_is_unsure_of_words_it_never_met(
    kind: type[TextBm25], routines: Routines
) -> None:
    way = kind()
    way.learn(Lessons(routines))
    title, strange = way.ask([routines.by_name["bevis"].title, "qwxz"])
    assert title.names[0] == "bevis"
    assert title.sure > strange.sure
    assert set(title.names) == set(routines.by_name)
