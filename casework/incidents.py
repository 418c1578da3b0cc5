"""Submitted reports: made from a draft on an explicit yes, acknowledged, shown, withdrawn."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from casework import prompts
from casework.access import Act, require
from casework.errors import ImpossibleChangeError, NotFoundError
from casework.organisation import name_of, profile_in
from casework.report import (
    Occurred,
)
from casework.schema import CheckIn, Incident, LogEntry, Participant, Step
from casework.store import Store
from casework.vocabulary import (
    Area,
    Channel,
    Exposed,
    Perpetrator,
    PersonId,
    PoliceReason,
    PoliceWish,
    Purpose,
    Reference,
    Status,
    StepOutcome,
    Support,
)

ACKNOWLEDGE, TALK, CLOSE = "ta_emot", "samtal", "avsluta"
"""Steps that every plan has; the receipt promises the first two."""

MEASURES, FEEDBACK = "atgarder", "aterkoppling"
"""Steps that tell whoever reported that something was done (seed S000 3.3.2)."""

_ORDER = (
    *(Status.SUBMITTED, Status.ACKNOWLEDGED, Status.INVESTIGATING, Status.ACTING),
    *(Status.FOLLOWING_UP, Status.CLOSED, Status.CLOSED_WITHOUT_ACTION),
)
"""How far a follow-up has come; it never goes back (domain 6)."""

GONE = frozenset({Status.TRANSFERRED, Status.WITHDRAWN})
"""Statuses in which nothing is done about it here any more."""

SETTLED = GONE | {Status.CLOSED, Status.CLOSED_WITHOUT_ACTION}
"""Statuses in which the reporter changes nothing any more."""

OPEN = frozenset(Status) - SETTLED


@dataclass(frozen=True)
class Shown:
    """An incident as somebody who may see it gets it."""

    reference: Reference
    status: Status
    types: list[str]
    description: str
    occurred: Occurred | None
    perpetrator: Perpetrator
    channel: Channel
    area: Area
    purpose: Purpose
    police_wish: PoliceWish
    support_wanted: list[Support]
    serious: bool
    small: bool
    lex_sarah: bool
    exposed: Exposed
    police_reason: PoliceReason | None
    series: list[Reference]
    """The other incidents of the same series, oldest first."""
    gaps: list[str]
    reporter: str
    reporter_id: PersonId
    created: datetime


async def withdraw(store: Store, person_id: PersonId, reference: Reference) -> None:
    """Withdraw a report: nobody is asked to do anything more about it, and it is not counted.

    It stays in the register, marked as withdrawn, for as long as the municipality's plan for
    its documents says (arkivlagen 10 §; domain 7.3).

    Raises:
        NotFoundError, NotAllowedError: no such report, or not theirs.
        ImpossibleChangeError: it is closed or withdrawn already.
    """
    async with store.transaction() as db_session:
        incident = await open_for(db_session, person_id, reference, Act.WITHDRAW)
        await withdraw_in(store, db_session, incident, person_id)


async def withdraw_in(
    store: Store, db_session: AsyncSession, incident: Incident, person_id: PersonId
) -> None:
    """Withdraw an incident within the caller's transaction, and tell whoever has it."""
    if Status(incident.status) in SETTLED:
        raise ImpossibleChangeError(incident.status)
    incident.status = Status.WITHDRAWN
    await _ask_nothing_more(db_session, incident)
    note(store, db_session, incident, person_id, "withdrawn")
    await prompts.take_back(store, db_session, incident)
    await prompts.add(store, db_session, prompts.Kind.WITHDRAWN, incident, incident.responsible_id)


async def acknowledge(store: Store, person_id: PersonId, reference: Reference) -> Shown:
    """Note that the responsible person has received the incident, and tell the reporter.

    Raises:
        NotFoundError, NotAllowedError: no such incident, or not theirs to handle.
        ImpossibleChangeError: it was withdrawn.
    """
    async with store.transaction() as db_session:
        incident = await open_for(db_session, person_id, reference, Act.HANDLE)
        if incident.status == Status.WITHDRAWN:
            raise ImpossibleChangeError("withdrawn")
        await acknowledge_in(store, db_session, incident, person_id)
        return await as_shown(store, db_session, incident)


async def acknowledge_in(
    store: Store, db_session: AsyncSession, incident: Incident, person_id: PersonId
) -> None:
    """The same as `acknowledge`, in the caller's transaction, for somebody who was let in."""
    if incident.status != Status.SUBMITTED:
        return
    await prompts.answer(store, db_session, prompts.Kind.NEW_INCIDENT, incident)
    advance(incident, Status.ACKNOWLEDGED)
    await db_session.execute(
        update(Step)
        .where(Step.incident_id == incident.id, Step.name == ACKNOWLEDGE)
        .values(
            done_at=store.clock(),
            done_by=person_id,
            outcome=StepOutcome.DONE,
            remind_at=None,
            escalate_at=None,
        )
    )
    note(store, db_session, incident, person_id, "acknowledged")
    await prompts.add(store, db_session, prompts.Kind.ACKNOWLEDGED, incident, incident.reporter_id)


async def _ask_nothing_more(db_session: AsyncSession, incident: Incident) -> None:
    for table, values in (
        (Step, {"remind_at": None, "escalate_at": None}),
        (CheckIn, {"ask_at": None}),
    ):
        await db_session.execute(
            update(table).where(table.incident_id == incident.id).values(**values)
        )


async def show(store: Store, person_id: PersonId, reference: Reference) -> Shown:
    """The incident, for somebody who may see it; every opening is logged.

    Raises:
        NotFoundError, NotAllowedError: no such incident, or not theirs to see.
    """
    async with store.transaction() as db_session:
        incident = await open_for(db_session, person_id, reference, Act.SEE)
        note(store, db_session, incident, person_id, "opened")
        return await as_shown(store, db_session, incident)


async def of_reporter(
    store: Store, person_id: PersonId, among: Collection[Reference] | None = None
) -> list[Shown]:
    """The person's own reports, newest first.

    Args:
        among: only these; all if None.
    """
    own = select(Incident).where(Incident.reporter_id == person_id).order_by(Incident.id.desc())
    if among is not None:
        own = own.where(Incident.reference.in_(among))
    async with store.transaction() as db_session:
        return [await as_shown(store, db_session, i) for i in await db_session.scalars(own)]


async def log_of(store: Store, reference: Reference) -> list[LogEntry]:
    """What was done with an incident, oldest first; for those who review the log."""
    async with store.transaction() as db_session:
        rows = await db_session.scalars(
            select(LogEntry)
            .join(Incident, LogEntry.incident_id == Incident.id)
            .where(Incident.reference == reference)
            .order_by(LogEntry.id)
        )
        return list(rows)


def advance(incident: Incident, status: Status) -> None:
    """Let the follow-up come further; a status that it has passed already changes nothing.

    Raises:
        ImpossibleChangeError: it is withdrawn or transferred.
    """
    now = Status(incident.status)
    if now not in _ORDER:
        raise ImpossibleChangeError(now)
    if now not in SETTLED and _ORDER.index(status) > _ORDER.index(now):
        incident.status = status


async def open_for(
    db_session: AsyncSession, person_id: PersonId, reference: Reference, act: Act
) -> Incident:
    """The incident, if the person may do this with it.

    Raises:
        NotFoundError, NotAllowedError: no such incident, or not theirs.
    """
    incident = await db_session.scalar(select(Incident).where(Incident.reference == reference))
    if incident is None:
        raise NotFoundError("incident")
    person = await profile_in(db_session, person_id)
    key = {"incident_id": incident.id, "person_id": person_id}
    takes_part = await db_session.get(Participant, key) is not None
    require(person, act, incident, takes_part=takes_part)
    return incident


async def as_shown(store: Store, db_session: AsyncSession, incident: Incident) -> Shown:
    """The incident in plain words and ids; whoever asks has been let in by `open_for`."""
    told = store.cipher.unseal(incident.told_sealed)
    reporter = await name_of(db_session, incident.reporter_id)
    when = Occurred(
        text=told["occurred_text"], start=incident.occurred_start, end=incident.occurred_end
    )
    return Shown(
        reference=Reference(incident.reference),
        status=Status(incident.status),
        types=incident.types,
        description=told["description"],
        occurred=when if when.text or when.start else None,
        perpetrator=Perpetrator(incident.perpetrator),
        channel=Channel(incident.channel),
        area=Area(incident.area),
        purpose=Purpose(incident.purpose),
        police_wish=PoliceWish(incident.police_wish),
        support_wanted=[Support(s) for s in incident.support_wanted],
        serious=incident.serious,
        small=incident.small,
        lex_sarah=incident.lex_sarah,
        exposed=Exposed(incident.exposed),
        police_reason=PoliceReason(incident.police_reason) if incident.police_reason else None,
        series=await _others_of_series(db_session, incident),
        gaps=incident.gaps,
        reporter=reporter,
        reporter_id=PersonId(incident.reporter_id),
        created=incident.created_at,
    )


async def _others_of_series(db_session: AsyncSession, incident: Incident) -> list[Reference]:
    if incident.series is None:
        return []
    rows = await db_session.scalars(
        select(Incident.reference)
        .where(Incident.series == incident.series, Incident.id != incident.id)
        .order_by(Incident.id)
    )
    return [Reference(reference) for reference in rows]


def note(
    store: Store,
    db_session: AsyncSession,
    incident: Incident,
    person_id: PersonId | None,
    event: str,
) -> LogEntry:
    """Add a line to the log of what was done with an incident; it is never changed.

    Args:
        person_id: who did it; None for the clock.
    """
    entry = LogEntry(incident_id=incident.id, at=store.clock(), person_id=person_id, event=event)
    db_session.add(entry)
    return entry
