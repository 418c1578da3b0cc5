"""Where a matter goes: the table of domain 4.5 and 4.6, row by row."""

from typing import NamedTuple

import pytest

from casework.report import (
    ROUTES,
    Answers,
    Facts,
    Outcome,
    Question,
    Said,
    barred,
    meaning,
    next_question,
    offered,
    outcome,
    route,
)
from casework.vocabulary import IncidentType, ManagerRank, Perpetrator, Recipient, Sign

THREAT, BRIBE, ABUSE = (
    IncidentType.THREAT,
    IncidentType.CORRUPTION,
    IncidentType.ABUSE_OF_POSITION,
)
NEAREST, ABOVE = Recipient.MANAGER, Recipient.MANAGER_ABOVE
OUTSIDERS = (
    Perpetrator.CLIENT,
    Perpetrator.RELATIVE,
    Perpetrator.CITIZEN,
    Perpetrator.ORGANISATION,
    Perpetrator.UNKNOWN,
)


class Row(NamedTuple):
    """An influencer, and what becomes of a threat from there."""

    perpetrator: Perpetrator | None
    which: ManagerRank | None
    chosen: bool
    barred: set[Recipient]


ROWS = [
    Row(None, None, chosen=False, barred=set()),
    *(Row(outsider, None, chosen=False, barred=set()) for outsider in OUTSIDERS),
    Row(Perpetrator.COLLEAGUE, None, chosen=True, barred=set()),
    Row(Perpetrator.POLITICIAN, None, chosen=True, barred=set()),
    Row(Perpetrator.MANAGER, None, chosen=True, barred={NEAREST, ABOVE}),
    Row(Perpetrator.MANAGER, ManagerRank.NEAREST, chosen=True, barred={NEAREST}),
    Row(Perpetrator.MANAGER, ManagerRank.ABOVE, chosen=True, barred={NEAREST, ABOVE}),
    Row(Perpetrator.MANAGER, ManagerRank.OTHER, chosen=True, barred=set()),
    Row(Perpetrator.MANAGER, ManagerRank.UNKNOWN, chosen=True, barred={NEAREST, ABOVE}),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.perpetrator}-{row.which}")
def test_row_of_the_table(row: Row) -> None:
    answers = Answers(
        description="x", types=(THREAT,), perpetrator=row.perpetrator, which_manager=row.which
    )

    assert route(answers).chosen_by_person is row.chosen
    assert set(barred(answers)) == row.barred
    possible = offered(Question.RECIPIENT, answers, list(Recipient))
    assert set(possible) == set(Recipient) - row.barred


def test_every_row_of_the_table_is_tested() -> None:
    assert {(row.perpetrator, row.which) for row in ROWS} == set(ROUTES)


def test_manager_as_influencer_is_asked_about_before_anything_is_routed() -> None:
    answers = Answers(description="x", types=(THREAT,), perpetrator=Perpetrator.MANAGER)

    assert Question.WHICH_MANAGER is next_question(answers)
    assert Question.RECIPIENT is next_question(answers.having(which_manager=ManagerRank.ABOVE))


def test_recipient_who_turns_out_to_be_the_influencer_is_asked_for_anew() -> None:
    chosen = Answers(
        description="x",
        types=(THREAT,),
        perpetrator=Perpetrator.POLITICIAN,
        recipient=Recipient.MANAGER,
    )
    corrected = chosen.having(perpetrator=Perpetrator.MANAGER, which_manager=ManagerRank.NEAREST)

    assert Question.RECIPIENT is next_question(corrected)


@pytest.mark.parametrize(
    "words",
    [
        "min chef får inte se det här",
        "jag vill inte att det går till någon i ledningen, någon annan ska få den",
        "hon ska inte få läsa det",
    ],
)
def test_person_may_keep_it_from_the_manager_at_any_question(words: str) -> None:
    answers = Answers(description="x", types=(THREAT,), perpetrator=Perpetrator.CLIENT)

    hidden = answers.having(**(meaning(Question.PURPOSE, Said(text=words), answers) or {}))

    assert set(barred(hidden)) == {NEAREST}
    assert Question.RECIPIENT is next_question(hidden)


def test_story_that_fears_the_manager_does_not_go_there() -> None:
    facts = Facts(types=(THREAT,), signs=frozenset({Sign.FEARS_MANAGER}))
    answers = Answers(
        description="x", facts=facts, types=(THREAT,), perpetrator=Perpetrator.CLIENT
    )

    assert Question.RECIPIENT is next_question(answers)
    assert NEAREST in barred(answers)


@pytest.mark.parametrize(
    ("types", "signs", "result"),
    [
        ((THREAT,), (), Outcome.INCIDENT),
        ((THREAT, BRIBE), (), Outcome.INCIDENT),
        ((BRIBE,), (), Outcome.HANDOVER),
        ((ABUSE,), (), Outcome.HANDOVER),
        ((BRIBE, ABUSE), (), Outcome.HANDOVER),
        ((BRIBE,), (Sign.WHISTLEBLOWING,), Outcome.WHISTLEBLOWING),
        ((ABUSE,), (Sign.WHISTLEBLOWING,), Outcome.WHISTLEBLOWING),
        ((), (Sign.WHISTLEBLOWING,), Outcome.WHISTLEBLOWING),
        ((THREAT,), (Sign.WHISTLEBLOWING,), Outcome.INCIDENT),
        ((THREAT,), (Sign.CLIENT_AT_RISK,), Outcome.INCIDENT),
    ],
)
def test_what_a_matter_becomes(
    types: tuple[IncidentType, ...], signs: tuple[Sign, ...], result: Outcome
) -> None:
    read = Answers(description="x", facts=Facts(types=types, signs=frozenset(signs)))

    assert outcome(read.having(types=types)) is result


def test_whistleblower_is_asked_nothing() -> None:
    facts = Facts(types=(BRIBE,), signs=frozenset({Sign.WHISTLEBLOWING}))

    assert next_question(Answers(description="x", facts=facts)) is None
