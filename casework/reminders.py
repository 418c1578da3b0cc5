"""What the clock does with open incidents: reminds, tells the next level, gives to somebody else.

Each function may run as often as one likes and in several apps at once, looks only at what has
become due, and writes the prompt in the transaction of its cause.
"""

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from casework import prompts
from casework.clock import SWEDEN
from casework.content import Policy
from casework.followup import allowed, give, take_part
from casework.incidents import note
from casework.organisation import Profile, profile_in
from casework.plan import next_reminder
from casework.plan_policy import Round
from casework.prompts import Kind
from casework.schema import Incident, Person, Step
from casework.store import Store
from casework.vocabulary import PersonId, Recipient

_BATCH = 500

_UPWARDS = (Recipient.MANAGER_ABOVE, Recipient.HR, Recipient.SECURITY, Recipient.MANAGER)
"""Who is turned to next, in this order."""


async def remind(store: Store, policy: Policy) -> int:
    """Prompt those whose steps are due, one message each; returns how many people were.

    Somebody who is away has the prompt sent to the stand-in, and somebody who has left loses the
    incident to the next level.

    Raises:
        StorageUnavailableError: nothing was changed.
    """
    async with store.transaction() as db_session:
        due = await _due(db_session, Step.remind_at <= store.clock())
        for_person: dict[str, list[tuple[Step, Incident]]] = defaultdict(list)
        for step, incident in due:
            handler = await _handler(store, db_session, incident)
            for_person[handler].append((step, incident))
        for person_id, theirs in for_person.items():
            await _remind_one(store, db_session, policy, person_id, theirs)
        return len(for_person)


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
        StorageUnavailableError: nothing was changed.
    """
    async with store.transaction() as db_session:
        now = store.clock()
        late: dict[int, Incident] = {}
        for step, incident in await _due(db_session, Step.escalate_at <= now):
            step.escalate_at, step.escalated_at = None, now
            note(store, db_session, incident, None, f"escalated:{step.name}")
            late[incident.id] = incident
        for incident in late.values():
            await _tell_upwards(store, db_session, incident)
        return len(late)


async def _tell_upwards(store: Store, db_session: AsyncSession, incident: Incident) -> None:
    day = store.clock().astimezone(SWEDEN).date().isoformat()
    told = {p.id: p for p in await upwards(db_session, incident)}
    told.pop(PersonId(incident.responsible_id), None)
    for person in told.values():
        await take_part(store, db_session, incident, person, "escalated")
        prompts.add(store, db_session, Kind.ESCALATED, incident, person.id, occasion=day)
    reporter = incident.reporter_id
    prompts.add(store, db_session, Kind.DELAYED, incident, reporter, occasion=day)


async def upwards(db_session: AsyncSession, incident: Incident) -> list[Profile]:
    """Who is turned to when the responsible person does not act: the next manager, and HR."""
    possible = await allowed(db_session, incident)
    others = [possible[r] for r in _UPWARDS if r in possible]
    others = [p for p in others if p.id != incident.responsible_id]
    return others[:2]


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
                occasion = f"{each.name}:{period}"
                begun += await prompts.add_for_person(
                    store, db_session, Kind.ROUND, person_id, occasion=occasion
                )
    return begun


async def _due(db_session: AsyncSession, is_due: object) -> list[tuple[Step, Incident]]:
    """Steps that have become due, with their incidents; those that another app is at are left."""
    rows = await db_session.execute(
        select(Step, Incident)
        .join(Incident, Step.incident_id == Incident.id)
        .where(is_due)  # type: ignore[arg-type]
        .order_by(Step.id)
        .limit(_BATCH)
        .with_for_update(of=Step, skip_locked=True)
    )
    return [(step, incident) for step, incident in rows]


async def _handler(store: Store, db_session: AsyncSession, incident: Incident) -> str:
    """Who is reminded: the responsible person, their stand-in, or the next level for good."""
    responsible = await db_session.get_one(Person, incident.responsible_id)
    if not responsible.active:
        successors = await upwards(db_session, incident)
        if not successors:
            return responsible.id
        await give(store, db_session, incident, successors[0])
        note(store, db_session, incident, None, f"handed_to:{successors[0].id}")
        return successors[0].id
    today = store.clock().astimezone(SWEDEN).date()
    stand_in = responsible.stand_in_id
    if stand_in and responsible.away_until and today <= responsible.away_until:
        possible = {p.id for p in (await allowed(db_session, incident)).values()}
        if stand_in in possible:
            person = await profile_in(db_session, stand_in)
            await take_part(store, db_session, incident, person, "stand_in")
            return stand_in
    return responsible.id
