"""A paper holds the facts that its reader needs, and no others."""

from dataclasses import asdict, replace

import pytest

from casework.papers import FIRST_STEPS, Paper, offered, police_facts, receipt_facts
from casework.schema import Step, Unit
from casework.vocabulary import IncidentType, Status
from tests import builders
from tests.builders import NOON

UNIT = Unit(id="norr", name="Norr", address="Påhittsgatan 3, 123 45 Exempelstad", phone=None)


def plan() -> list[Step]:
    """The plan of the policy that ships, latest first."""
    steps = [
        Step(id=number, name=step.name, due=step.due.after(NOON))
        for number, step in enumerate(builders.content().policy.steps)
    ]
    return list(reversed(steps))


def test_facts_for_the_police_are_these_and_no_others() -> None:
    shown = builders.shown()

    facts = asdict(police_facts(shown, NOON, UNIT))

    assert facts == {
        "reference": shown.reference,
        "unit": "Norr",
        "workplace": "Påhittsgatan 3, 123 45 Exempelstad",
        "area": shown.area,
        "occurred": shown.occurred,
        "sent": NOON,
        "channel": shown.channel,
        "perpetrator": shown.perpetrator,
        "description": shown.description,
        "wish": shown.police_wish,
    }


def test_receipt_tells_of_the_soonest_steps_in_order() -> None:
    facts = receipt_facts(builders.shown(), NOON, "Mio Exempelkvist", plan())

    assert len(facts.steps) == FIRST_STEPS
    assert [step.name for step in facts.steps[:2]] == ["trygghet", "ta_emot"]
    assert sorted(step.due for step in facts.steps) == [step.due for step in facts.steps]


def test_receipt_leaves_out_what_is_done() -> None:
    steps = plan()
    next(step for step in steps if step.name == "ta_emot").done_at = NOON

    facts = receipt_facts(builders.shown(), NOON, "Mio Exempelkvist", steps)

    assert "ta_emot" not in {step.name for step in facts.steps}


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.CLOSED, Status.TRANSFERRED])
def test_receipt_promises_nothing_when_the_matter_is_over(status: Status) -> None:
    shown = replace(builders.shown(), status=status)

    assert receipt_facts(shown, NOON, "Mio Exempelkvist", plan()).steps == ()


@pytest.mark.parametrize(
    ("types", "serious", "papers"),
    [
        ([IncidentType.THREAT], False, {Paper.RECEIPT, Paper.POLICE}),
        ([IncidentType.OTHER, IncidentType.HARASSMENT], False, {Paper.RECEIPT, Paper.POLICE}),
        ([IncidentType.OTHER], False, {Paper.RECEIPT}),
        ([], False, {Paper.RECEIPT}),
        ([], True, {Paper.RECEIPT, Paper.POLICE}),
    ],
)
def test_paper_for_the_police_is_offered_where_they_may_care(
    types: list[str], serious: bool, papers: set[Paper]
) -> None:
    assert papers == set(offered(types, serious=serious))
