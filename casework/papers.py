"""What can be taken along from a report: the facts of a support for the police call, of a receipt.

Only what each paper needs. Source: domain brief 4.3 (what to tell the police, and what not to).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from casework.access import Act
from casework.incidents import SETTLED, Shown, as_shown, note, open_for
from casework.organisation import workplace_of
from casework.report import Occurred
from casework.schema import Incident, Person, Step, Unit
from casework.store import Store
from casework.vocabulary import (
    Area,
    Channel,
    IncidentType,
    Perpetrator,
    PersonId,
    PoliceWish,
    Reference,
)

FIRST_STEPS = 5
"""Steps of the plan that the receipt tells of, the soonest first; as many as are read, our choice.
"""


class Paper(StrEnum):
    """What can be taken along; the value is in its address and its file name."""

    POLICE = "underlag"
    RECEIPT = "kvitto"


@dataclass(frozen=True)
class PoliceFacts:
    """What may be told to the police: no name, no wish for support, no thought about purpose."""

    reference: Reference
    unit: str
    workplace: str
    """Address and phone of the unit; empty if unknown."""
    area: Area
    occurred: Occurred | None
    sent: datetime
    """When it was reported; words such as "igår" count from here."""
    channel: Channel
    perpetrator: Perpetrator
    description: str
    """Masked."""
    wish: PoliceWish


@dataclass(frozen=True)
class NextStep:
    """A step of the plan that is still to be done; `name` is its name in the policy."""

    name: str
    due: datetime


@dataclass(frozen=True)
class ReceiptFacts:
    """What was sent in, who has it, and what happens now."""

    shown: Shown
    sent: datetime
    responsible: str
    """Name of whoever has the report."""
    steps: tuple[NextStep, ...]
    """Empty when the matter is over."""


def offered(types: Collection[str], *, serious: bool) -> tuple[Paper, ...]:
    """The papers worth handing to the reporter.

    A subtle influence alone is seldom reported to the police (domain brief 4.3, SUB), and what
    is no influence at all even more seldom.
    """
    for_police = serious or bool(set(types) - {IncidentType.OTHER})
    return (Paper.RECEIPT, Paper.POLICE) if for_police else (Paper.RECEIPT,)


def police_facts(shown: Shown, sent: datetime, unit: Unit) -> PoliceFacts:
    """What of an incident the police need.

    Args:
        shown: the incident.
        sent: when it was reported.
        unit: where it was reported.
    """
    return PoliceFacts(
        reference=shown.reference,
        unit=unit.name,
        workplace=workplace_of(unit),
        area=shown.area,
        occurred=shown.occurred,
        sent=sent,
        channel=shown.channel,
        perpetrator=shown.perpetrator,
        description=shown.description,
        wish=shown.police_wish,
    )


def receipt_facts(
    shown: Shown, sent: datetime, responsible: str, plan: Collection[Step]
) -> ReceiptFacts:
    """What the reporter gets on paper.

    Args:
        shown: the incident.
        sent: when it was sent in.
        responsible: name of whoever has it.
        plan: all its steps.
    """
    left = [] if shown.status in SETTLED else [step for step in plan if step.done_at is None]
    soonest = sorted(left, key=lambda step: (step.due, step.id))[:FIRST_STEPS]
    steps = tuple(NextStep(step.name, step.due) for step in soonest)
    return ReceiptFacts(shown, sent, responsible, steps)


async def take_police(store: Store, person_id: PersonId, reference: Reference) -> PoliceFacts:
    """The facts of the paper for the police; that it was taken is logged.

    Raises:
        NotFoundError, NotAllowedError: no such incident, or neither reported nor handled by them.
    """
    async with store.transaction() as db_session:
        incident, shown = await _taken(
            store, db_session, person_id, reference, Act.TAKE_POLICE_PAPER
        )
        unit = await db_session.get_one(Unit, incident.unit_id)
        return police_facts(shown, incident.created_at, unit)


async def take_receipt(store: Store, person_id: PersonId, reference: Reference) -> ReceiptFacts:
    """The facts of the receipt; that it was taken is logged.

    Raises:
        NotFoundError, NotAllowedError: no such incident, or not reported by them.
    """
    async with store.transaction() as db_session:
        incident, shown = await _taken(
            store, db_session, person_id, reference, Act.TAKE_RECEIPT_PAPER
        )
        responsible = await db_session.get_one(Person, incident.responsible_id)
        plan = await db_session.scalars(select(Step).where(Step.incident_id == incident.id))
        return receipt_facts(shown, incident.created_at, responsible.name, plan.all())


async def _taken(
    store: Store, db_session: AsyncSession, person_id: PersonId, reference: Reference, act: Act
) -> tuple[Incident, Shown]:
    incident = await open_for(db_session, person_id, reference, act)
    note(store, db_session, incident, person_id, act)
    return incident, await as_shown(store, db_session, incident)
