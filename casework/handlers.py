"""Who acts on an incident when the responsible person is away, has left, or does nothing."""

from sqlalchemy.ext.asyncio import AsyncSession

from casework import incidents
from casework.clock import SWEDEN
from casework.followup import allowed, give, kept_out, take_part
from casework.organisation import HANDLERS, Profile, profile_in
from casework.schema import Incident, Person
from casework.store import Store
from casework.vocabulary import Perpetrator, Recipient, Role

_UPWARDS = (Recipient.MANAGER_ABOVE, Recipient.HR, Recipient.SECURITY, Recipient.MANAGER)
"""Who is turned to next, in this order."""

_IN_THE_LINE = (
    *(Recipient.MANAGER, Recipient.MANAGER_ABOVE),
    *(Recipient.HR, Recipient.SECURITY),
)
_OUTSIDE_FIRST = (*_IN_THE_LINE[2:], *_IN_THE_LINE[:2])

_INSIDERS = frozenset({Perpetrator.MANAGER, Perpetrator.COLLEAGUE, Perpetrator.POLITICIAN})
"""Influencers who may themselves be somebody's stand-in, or close to one."""


async def upwards(db_session: AsyncSession, incident: Incident) -> list[Profile]:
    """Who is turned to when the responsible person does not act: the next manager, and HR.

    Never the influencer, nor anybody whom it is kept from.
    """
    possible = await allowed(db_session, incident)
    others = [possible[r] for r in _UPWARDS if r in possible]
    others = [p for p in others if p.id != incident.responsible_id]
    return others[:2]


async def acting(store: Store, db_session: AsyncSession, incident: Incident) -> str:
    """Who is prompted: the responsible person, or somebody in their place.

    While they are away that is their stand-in, or else the next level, who then takes part. When
    they have left, the next level is responsible from now on.

    Somebody who has left and whom nobody can follow stays responsible: the auditor finds them.
    """
    responsible = await db_session.get_one(Person, incident.responsible_id)
    if not responsible.active:
        if not await succeed(store, db_session, incident, responsible.role):
            return responsible.id
        return await acting(store, db_session, incident)
    if not _is_away(store, responsible):
        return responsible.id
    deputy = await _deputy(store, db_session, incident, responsible)
    if deputy is None:
        return responsible.id
    if await take_part(store, db_session, incident, deputy, "stand_in"):
        incidents.note(store, db_session, incident, None, f"stands_in:{deputy.id}")
    return deputy.id


async def succeed(store: Store, db_session: AsyncSession, incident: Incident, was: str) -> bool:
    """Let somebody else be responsible from now on, for one who is not in that role any more.

    A manager is followed by the next one; somebody outside the line by another one there: the
    reporter may have chosen HR because it is not the line.

    Args:
        was: the role in which the responsible person had it.

    Returns:
        False if nobody else may have it.
    """
    possible = await allowed(db_session, incident)
    order = _IN_THE_LINE if was == Role.MANAGER else _OUTSIDE_FIRST
    others = (possible[r] for r in order if r in possible)
    successor = next((p for p in others if p.id != incident.responsible_id), None)
    if successor is None:
        return False
    await give(store, db_session, incident, successor)
    incidents.note(store, db_session, incident, None, f"handed_to:{successor.id}")
    return True


async def _deputy(
    store: Store, db_session: AsyncSession, incident: Incident, responsible: Person
) -> Profile | None:
    """Whoever they chose themselves, whoever the register names, or else the next level."""
    for one in (responsible.stand_in_id, responsible.substitute_id):
        chosen = await db_session.get(Person, one or "")
        if chosen is None or not _is_at_work(store, chosen):
            continue
        if await _may_stand_in(db_session, incident, chosen):
            return await profile_in(db_session, chosen.id)
    for person in await upwards(db_session, incident):
        if _is_at_work(store, await db_session.get_one(Person, person.id)):
            return person
    return None


async def _may_stand_in(db_session: AsyncSession, incident: Incident, person: Person) -> bool:
    """Neither the reporter nor anybody it is kept from; of an insider, only the line hears."""
    if person.role not in HANDLERS or person.id == incident.reporter_id:
        return False
    if person.id in await kept_out(db_session, incident):
        return False
    if incident.perpetrator not in _INSIDERS:
        return True
    return person.id in {p.id for p in (await allowed(db_session, incident)).values()}


def _is_at_work(store: Store, person: Person) -> bool:
    return person.active and not _is_away(store, person)


def _is_away(store: Store, person: Person) -> bool:
    today = store.clock().astimezone(SWEDEN).date()
    return person.away_until is not None and today <= person.away_until
