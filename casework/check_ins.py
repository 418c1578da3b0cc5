"""Looking after the exposed person: how are you, was the support enough?

Asked some days after the report (domain 5.0 and 3.6); the answers are codes that can be
compared with the staff survey. A person may stop them, and a manager is told of a "no" only if
the person agrees.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from casework import prompts
from casework.access import Act
from casework.content import Policy
from casework.errors import ImpossibleChangeError
from casework.handlers import acting
from casework.incidents import GONE, note, open_for
from casework.plan import ask_again, fitting
from casework.prompts import Kind
from casework.schema import CheckIn, Incident, Step
from casework.store import Store
from casework.vocabulary import (
    PersonId,
    Reference,
    SupportGiven,
    Wellbeing,
)

SUPPORT = "stod"
"""The step that is asked anew when the support was not enough."""

_BATCH = 500


@dataclass(frozen=True)
class Asked:
    """A check-in that was asked, and what has been answered so far."""

    reference: Reference
    day: int
    wellbeing: Wellbeing | None
    support: SupportGiven | None
    tell_manager: bool | None


async def ask(store: Store) -> int:
    """Prompt everybody whose check-in is due; returns how many were.

    Several apps may do it at once: a check-in that another one is at is left to it. One that
    was never shown gives way to the next, so that nobody comes back to a heap of them.

    Raises:
        StorageUnavailableError: nothing more was changed; what is due stays so.
    """
    asked = 0
    while count := await _ask_some(store):
        asked += count
    return asked


async def _ask_some(store: Store) -> int:
    async with store.transaction() as db_session:
        now = store.clock()
        rows = await db_session.execute(
            select(CheckIn, Incident)
            .join(Incident, CheckIn.incident_id == Incident.id)
            .where(CheckIn.ask_at <= now)
            .order_by(CheckIn.ask_at, CheckIn.day)
            .limit(_BATCH)
            .with_for_update(of=CheckIn, skip_locked=True)
        )
        due = [(check_in, incident) for check_in, incident in rows]
        for check_in, incident in due:
            check_in.ask_at, check_in.asked_at = None, now
            reporter, occasion = incident.reporter_id, str(check_in.day)
            await prompts.take_back(store, db_session, incident, kinds=[Kind.CHECK_IN])
            await prompts.add(
                store, db_session, Kind.CHECK_IN, incident, reporter, occasion=occasion
            )
        return len(due)


async def answer(
    store: Store,
    policy: Policy,
    person_id: PersonId,
    reference: Reference,
    *,
    wellbeing: Wellbeing | None = None,
    support: SupportGiven | None = None,
    tell_manager: bool | None = None,
) -> Asked:
    """Note an answer to the latest check-in; None leaves what stands.

    Whoever agrees that the manager is told of too little support has the manager prompted, and
    the step about support is asked again.

    Raises:
        NotFoundError, NotAllowedError: no such incident, or not their own.
        ImpossibleChangeError: nothing has been asked, or the report was withdrawn.
    """
    async with store.transaction() as db_session:
        incident = await open_for(db_session, person_id, reference, Act.ANSWER_CHECK_IN)
        if incident.status in GONE:
            raise ImpossibleChangeError(incident.status)
        row = await _latest(db_session, incident)
        row.wellbeing, row.support = wellbeing or row.wellbeing, support or row.support
        row.answered_at = store.clock()
        if tell_manager is not None and not row.tell_manager:
            row.tell_manager = tell_manager
            if tell_manager:
                await _tell_manager(store, db_session, policy, incident, row.day)
        note(store, db_session, incident, person_id, "check_in_answered")
        return _asked(incident, row)


async def stop(store: Store, person_id: PersonId, reference: Reference) -> None:
    """Ask nothing more about an incident.

    Raises:
        NotFoundError, NotAllowedError: no such incident, or not their own.
    """
    async with store.transaction() as db_session:
        incident = await open_for(db_session, person_id, reference, Act.ANSWER_CHECK_IN)
        await db_session.execute(
            update(CheckIn).where(CheckIn.incident_id == incident.id).values(ask_at=None)
        )
        await prompts.take_back(store, db_session, incident, kinds=[Kind.CHECK_IN])
        note(store, db_session, incident, person_id, "check_ins_stopped")


async def stop_all(db_session: AsyncSession, people: Collection[str]) -> None:
    """Ask nothing more about any incident of people who have left."""
    theirs = select(Incident.id).where(Incident.reporter_id.in_(people))
    await db_session.execute(
        update(CheckIn).where(CheckIn.incident_id.in_(theirs)).values(ask_at=None)
    )


async def unanswered(store: Store, person_id: PersonId) -> Sequence[Reference]:
    """Own incidents with a check-in that was asked and not answered, the latest first."""
    async with store.transaction() as db_session:
        rows = await db_session.scalars(
            select(Incident.reference)
            .join(CheckIn, CheckIn.incident_id == Incident.id)
            .where(
                Incident.reporter_id == person_id,
                CheckIn.asked_at.is_not(None),
                CheckIn.answered_at.is_(None),
                Incident.status.not_in(GONE),
            )
            .order_by(CheckIn.asked_at.desc())
        )
        return [Reference(reference) for reference in dict.fromkeys(rows)]


async def _latest(db_session: AsyncSession, incident: Incident) -> CheckIn:
    row = await db_session.scalar(
        select(CheckIn)
        .where(CheckIn.incident_id == incident.id, CheckIn.asked_at.is_not(None))
        .order_by(CheckIn.day.desc())
        .limit(1)
    )
    if row is None:
        raise ImpossibleChangeError("nothing has been asked")
    return row


async def _tell_manager(
    store: Store, db_session: AsyncSession, policy: Policy, incident: Incident, day: int
) -> None:
    whoever_acts = await acting(store, db_session, incident)
    kind = Kind.SUPPORT_LACKING
    await prompts.add(store, db_session, kind, incident, whoever_acts, occasion=str(day))
    step = await db_session.scalar(
        select(Step).where(Step.incident_id == incident.id, Step.name == SUPPORT)
    )
    if step and incident.closed_at is None and step.outcome is not None:
        remind_at = fitting(policy, incident, store.clock())
        ask_again(policy, incident, step, remind_at)


def _asked(incident: Incident, row: CheckIn) -> Asked:
    return Asked(
        reference=Reference(incident.reference),
        day=row.day,
        wellbeing=Wellbeing(row.wellbeing) if row.wellbeing else None,
        support=SupportGiven(row.support) if row.support else None,
        tell_manager=row.tell_manager,
    )
