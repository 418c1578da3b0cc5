"""What people see of many incidents, or around one: own cases, what is late, the log.

Access is decided per incident (`casework.access`).
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from casework.access import OVERSEERS, Act, may
from casework.clock import SWEDEN
from casework.followup import Task, is_asked, is_handled_by, tasks
from casework.incidents import SETTLED, open_for
from casework.organisation import name_of, profile_in
from casework.schema import Incident, LogEntry, Participant, Person, Step, Unit
from casework.store import Store
from casework.vocabulary import PersonId, Reference, Role, Status

_OWN_EVENTS = frozenset({"submitted", "added", "corrected", "withdrawn"})
"""What a reporter does that concerns whoever handles it; when they read it or how they answered
a check-in does not."""


@dataclass(frozen=True)
class Case:
    """An incident on the list of whoever handles it; nothing of what happened."""

    reference: Reference
    created: datetime
    status: Status
    serious: bool
    next: Task | None
    """The most urgent step that is still asked for."""
    is_over: bool
    """It is closed, withdrawn or transferred, and nothing about it is due."""


@dataclass(frozen=True)
class Late:
    """An incident that is late, as HR and security see it: neither what happened nor to whom."""

    reference: Reference
    unit: str
    step: str
    """The step that has waited longest."""
    due: datetime
    serious: bool
    responsible: str


@dataclass(frozen=True)
class Handlers:
    """Who handles an incident, by name."""

    responsible: str
    others: tuple[str, ...]
    has_hr: bool
    """Whether somebody from HR is among them."""


@dataclass(frozen=True)
class Entry:
    """A line of the log: who did what to what, and when."""

    at: datetime
    who: str | None
    """Name; None for the clock."""
    event: str
    about: str
    """Name of a person, label of a step or id of an authority; empty if there is none."""


async def cases(store: Store, person_id: PersonId) -> list[Case]:
    """The incidents that somebody is responsible for or takes part in.

    Returns:
        The most urgent first: late, then serious, then by deadline; what is over comes last, the
        newest first.
    """
    next_of: dict[Reference, Task] = {}
    for task in await tasks(store, person_id):
        next_of.setdefault(task.reference, task)
    now = store.clock()
    async with store.transaction() as db_session:
        rows = await db_session.scalars(
            select(Incident).where(is_handled_by(person_id)).order_by(Incident.id.desc())
        )
        found = [_case(i, next_of.get(Reference(i.reference)), now) for i in rows]
    urgency = {reference: place for place, reference in enumerate(next_of)}
    still = [case for case in found if not case.is_over]
    still.sort(key=lambda case: urgency.get(case.reference, len(urgency)))
    return still + [case for case in found if case.is_over]


def _case(incident: Incident, task: Task | None, now: datetime) -> Case:
    is_due = task is not None and task.due <= now
    return Case(
        reference=Reference(incident.reference),
        created=incident.created_at,
        status=Status(incident.status),
        serious=incident.serious,
        next=task,
        is_over=Status(incident.status) in SETTLED and not is_due,
    )


async def late(store: Store, person_id: PersonId) -> list[Late]:
    """The incidents with a step that is late, the one that waited longest first.

    Empty for everybody but HR and security, who do not see those that are kept from them.

    Raises:
        NotFoundError: nobody active has that id.
    """
    async with store.transaction() as db_session:
        person = await profile_in(db_session, person_id)
        if person.role not in OVERSEERS:
            return []
        rows = await db_session.execute(
            select(Step, Incident, Unit.name, Person.name)
            .join(Incident, Step.incident_id == Incident.id)
            .join(Unit, Incident.unit_id == Unit.id)
            .join(Person, Incident.responsible_id == Person.id)
            .where(is_asked(), Step.due < store.clock())
            .order_by(Step.due, Step.id)
        )
        found: dict[int, Late] = {}
        for step, incident, unit, responsible in rows:
            if incident.id not in found and may(person, Act.OVERSEE, incident):
                found[incident.id] = _late(step, incident, unit, responsible)
        return list(found.values())


def _late(step: Step, incident: Incident, unit: str, responsible: str) -> Late:
    return Late(
        reference=Reference(incident.reference),
        unit=unit,
        step=step.label,
        due=step.due,
        serious=incident.serious,
        responsible=responsible,
    )


async def handlers(store: Store, person_id: PersonId, reference: Reference) -> Handlers:
    """Who handles an incident.

    Raises:
        NotFoundError, NotAllowedError: no such incident, or not theirs to handle.
    """
    async with store.transaction() as db_session:
        incident = await open_for(db_session, person_id, reference, Act.HANDLE)
        others = list(
            await db_session.scalars(
                select(Person)
                .join(Participant, Participant.person_id == Person.id)
                .where(Participant.incident_id == incident.id)
                .where(Person.id != incident.responsible_id)
                .order_by(Participant.since, Person.name)
            )
        )
        responsible = await db_session.get_one(Person, incident.responsible_id)
        return Handlers(
            responsible=responsible.name,
            others=tuple(person.name for person in others),
            has_hr=any(person.role == Role.HR for person in (responsible, *others)),
        )


async def history(store: Store, person_id: PersonId, reference: Reference) -> list[Entry]:
    """What was done with an incident, for whoever handles it, oldest first.

    That somebody read it is one line a day.

    Raises:
        NotFoundError, NotAllowedError: no such incident, or not theirs to handle.
    """
    async with store.transaction() as db_session:
        incident = await open_for(db_session, person_id, reference, Act.HANDLE)
        rows = await db_session.scalars(
            select(LogEntry).where(LogEntry.incident_id == incident.id).order_by(LogEntry.id)
        )
        steps = await db_session.execute(
            select(Step.name, Step.label).where(Step.incident_id == incident.id)
        )
        labels = {step.name: step.label for step in steps}
        lines: dict[object, LogEntry] = {}
        for row in rows:
            if _concerns(row, incident):
                lines.setdefault(_line(row), row)
        return [await _entry(db_session, row, labels) for row in lines.values()]


def _concerns(entry: LogEntry, incident: Incident) -> bool:
    """Whether a line is of use to whoever handles it."""
    return entry.person_id != incident.reporter_id or entry.event in _OWN_EVENTS


def _line(entry: LogEntry) -> object:
    """What stands on one line together: a person's openings of a day; all else alone."""
    if entry.event != "opened":
        return entry.id
    return entry.at.astimezone(SWEDEN).date(), entry.person_id


async def _entry(db_session: AsyncSession, entry: LogEntry, labels: dict[str, str]) -> Entry:
    event, _, about = entry.event.partition(":")
    about = await name_of(db_session, about) if event in _ABOUT_PEOPLE else about
    who = await name_of(db_session, entry.person_id) if entry.person_id else None
    return Entry(entry.at, who, event, labels.get(about, about))


_ABOUT_PEOPLE = ("handed_to", "invited", "stands_in", "takes_no_part")
