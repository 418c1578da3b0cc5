"""What the clock does with open incidents: reminds, tells the next level, gives to somebody else.

Each function may run as often as one likes and in several apps at once, looks only at what has
become due, and writes the prompt in the transaction of its cause.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from casework import prompts
from casework.clock import SWEDEN
from casework.content import Policy
from casework.followup import take_part
from casework.handlers import acting, upwards
from casework.incidents import CLOSE, OPEN, note
from casework.plan import next_reminder
from casework.plan_policy import Round
from casework.prompts import Kind
from casework.schema import Incident, Person, Step
from casework.store import Store

_BATCH = 500
"""How much is done in one transaction, so that nobody who writes waits for long."""


async def hand_on(store: Store) -> int:
    """Give the open incidents of people who have left to the next level; returns how many.

    Raises:
        StorageUnavailableError: nothing was changed.
    """
    async with store.transaction() as db_session:
        left = await db_session.scalars(
            select(Incident)
            .join(Person, Incident.responsible_id == Person.id)
            .where(~Person.active, Incident.status.in_(OPEN))
            .with_for_update(of=Incident, skip_locked=True)
        )
        given = 0
        for incident in left:
            before = incident.responsible_id
            await acting(store, db_session, incident)
            given += incident.responsible_id != before
        return given


async def remind(store: Store, policy: Policy) -> int:
    """Prompt those whose steps are due, one message each; returns how many people were.

    Whoever is away has the prompt sent to somebody who acts for them (`casework.handlers`).

    Raises:
        StorageUnavailableError: nothing more was changed; what is due stays so.
    """
    reminded = set[str]()
    while people := await _remind_some(store, policy):
        reminded |= people
    return len(reminded)


async def _remind_some(store: Store, policy: Policy) -> set[str]:
    async with store.transaction() as db_session:
        due = await _due(db_session, Step.remind_at, store, Incident.responsible_id)
        for_person: dict[str, list[tuple[Step, Incident]]] = defaultdict(list)
        for step, incident in _whole(due):
            handler = await acting(store, db_session, incident)
            for_person[handler].append((step, incident))
        for person_id, theirs in for_person.items():
            await _remind_one(store, db_session, policy, person_id, theirs)
        return set(for_person)


def _whole(due: list[tuple[Step, Incident]]) -> list[tuple[Step, Incident]]:
    """Of a batch that is cut off, only those of whom all is there, so that each is told once."""
    people = [list(theirs) for _, theirs in groupby(due, lambda row: row[1].responsible_id)]
    if len(due) == _BATCH and len(people) > 1:
        people.pop()
    return [row for theirs in people for row in theirs]


async def _remind_one(
    store: Store,
    db_session: AsyncSession,
    policy: Policy,
    person_id: str,
    theirs: Iterable[tuple[Step, Incident]],
) -> None:
    """One digest for all; what is serious has an occasion of its own, so it is not held up."""
    now = store.clock()
    newest = 0
    for step, incident in theirs:
        step.reminders += 1
        step.remind_at = next_reminder(policy, incident, step, now)
        newest = max(newest, step.id)
    occasion = f"{now.isoformat()}:{newest}"
    await prompts.add_for_person(store, db_session, Kind.STEPS, person_id, occasion=occasion)


async def escalate(store: Store) -> int:
    """Tell the next manager and HR of what is too late, and the exposed person that they know.

    They take part from then on. The influencer, and whoever must not see it, are passed over.

    Returns:
        How many incidents were escalated.

    Raises:
        StorageUnavailableError: nothing more was changed; what is due stays so.
    """
    escalated = set[int]()
    while some := await _escalate_some(store):
        escalated |= some
    return len(escalated)


async def _escalate_some(store: Store) -> set[int]:
    async with store.transaction() as db_session:
        late: dict[int, list[str]] = defaultdict(list)
        by_id: dict[int, Incident] = {}
        for step, incident in await _due(db_session, Step.escalate_at, store, Step.escalate_at):
            step.escalate_at, step.escalated_at = None, store.clock()
            note(store, db_session, incident, None, f"escalated:{step.name}")
            late[incident.id].append(step.name)
            by_id[incident.id] = incident
        for incident in by_id.values():
            await _tell_upwards(store, db_session, incident, late[incident.id])
        return set(by_id)


async def _tell_upwards(
    store: Store, db_session: AsyncSession, incident: Incident, late: list[str]
) -> None:
    """The exposed person hears of it when somebody new knows, and when it should be closed.

    Whoever takes part already is told again, but not twice on a day.
    """
    day = store.clock().astimezone(SWEDEN).date().isoformat()
    told = await upwards(db_session, incident)
    is_news = bool(told) and CLOSE in late
    for person in told:
        is_news |= await take_part(store, db_session, incident, person, "escalated")
        await prompts.add(store, db_session, Kind.ESCALATED, incident, person.id, occasion=day)
    if is_news:
        reporter = incident.reporter_id
        await prompts.add(store, db_session, Kind.DELAYED, incident, reporter, occasion=day)


async def begin_rounds(store: Store, rounds: Iterable[Round]) -> int:
    """Prompt whoever has something to do every month or year; returns how many people were.

    Raises:
        StorageUnavailableError: nothing was changed.
    """
    begun = 0
    today = store.clock().astimezone(SWEDEN).date()
    async with store.transaction() as db_session:
        for each in rounds:
            period = f"{today:%Y-%m}" if each.every == "month" else f"{today:%Y}"
            holders = await db_session.scalars(
                select(Person.id).where(Person.role == each.role, Person.active)
            )
            for person_id in holders:
                begun += await prompts.add_for_person(
                    store, db_session, Kind.ROUND, person_id, occasion=period, series=each.name
                )
    return begun


async def _due(
    db_session: AsyncSession,
    moment: InstrumentedAttribute[datetime | None],
    store: Store,
    order: ColumnElement[Any] | InstrumentedAttribute[Any],
) -> list[tuple[Step, Incident]]:
    """Steps that have become due, with their incidents; those that another app is at are left."""
    rows = await db_session.execute(
        select(Step, Incident)
        .join(Incident, Step.incident_id == Incident.id)
        .where(moment <= store.clock())
        .order_by(order, Step.id)
        .limit(_BATCH)
        .with_for_update(of=(Step, Incident), skip_locked=True)
    )
    return [(step, incident) for step, incident in rows]
