"""The police advice and the support fit what happened."""

import pytest

from casework.advice import MOST_SUPPORT_LINES, police_advice, support_lines
from casework.report import Answers, Facts
from casework.vocabulary import IncidentType
from tests import builders

CONTENT = builders.content()
POLICY = CONTENT.policy


def advice(*subtypes: str, serious: bool = False) -> str:
    return police_advice(POLICY, subtypes, serious=serious, workplace="Storgatan 1")


@pytest.mark.parametrize(
    ("subtypes", "serious", "expected"),
    [
        (("hot_om_vald",), True, POLICY.police.same_day),
        (("fortackt_hot",), False, POLICY.police.offer),
        (("skuldbelaggning",), False, POLICY.police.pattern),
        (("sjalvmordshot",), True, POLICY.police.life_first),
        (("sjalvmordshot", "hot_om_vald"), True, POLICY.police.life_first),
        ((), False, POLICY.police.offer),
    ],
)
def test_urgency_follows_the_form_and_the_seriousness(
    subtypes: tuple[str, ...], serious: bool, expected: str
) -> None:
    assert advice(*subtypes, serious=serious).startswith(expected)


def test_advice_gives_the_workplace_and_both_halves_about_the_address() -> None:
    said = advice("hot_om_vald", serious=True)

    assert "Storgatan 1" in said
    assert "Ditt namn kommer med" in said
    assert "normalt inte din bostadsadress" in said


def test_advice_without_a_known_workplace_says_whom_to_ask() -> None:
    said = police_advice(POLICY, (), serious=False, workplace="")

    assert "fråga din chef" in said


@pytest.mark.parametrize("kind", list(IncidentType))
def test_support_is_short_whatever_happened(kind: IncidentType) -> None:
    lines = support_lines(CONTENT, Answers(types=(kind,)))

    assert 1 <= len(lines) <= MOST_SUPPORT_LINES


def test_particular_form_comes_before_the_type() -> None:
    exposed_online = Answers(
        types=(IncidentType.HARASSMENT,), facts=Facts(subtypes=("uthangning",))
    )

    lines = support_lines(CONTENT, exposed_online)

    assert lines[0] == POLICY.support["uthangning"][0]
