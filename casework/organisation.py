"""Units, people and whom to turn to, as the database has them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from casework.clock import SWEDEN
from casework.errors import ImpossibleChangeError, NotAllowedError, NotFoundError
from casework.schema import Contact, Person, Unit
from casework.store import FORGOTTEN, Store
from casework.vocabulary import Area, PersonId, Recipient, Role

_ROLE_OF = {
    Recipient.HR: Role.HR,
    Recipient.SECURITY: Role.SECURITY,
}

HANDLERS = frozenset({Role.MANAGER, *_ROLE_OF.values()})
"""Roles in which somebody handles incidents."""


@dataclass(frozen=True)
class Profile:
    """Who somebody is: what the chat shows and what decisions need."""

    id: str
    name: str
    role: Role
    unit_id: str
    unit: str
    area: Area | None
    workplace: str
    """Address and phone of the workplace, for the police report; empty if unknown."""


async def everybody(store: Store) -> list[Profile]:
    """All active people, in the order they were imported."""
    async with store.transaction() as db_session:
        rows = await db_session.execute(
            select(Person, Unit).join(Unit, Person.unit_id == Unit.id).where(Person.active)
        )
        return [_profile(person, unit) for person, unit in rows]


async def profile(store: Store, person_id: str) -> Profile:
    """Who a person is.

    Raises:
        NotFoundError: nobody active has that id.
    """
    async with store.transaction() as db_session:
        return await profile_in(db_session, person_id)


async def by_email(store: Store, address: str) -> Profile | None:
    """Who has an e-mail address, whatever its case; None if nobody active has it."""
    return await _only(store, Person.email == address.strip().lower())


async def by_entra_id(store: Store, object_id: str) -> Profile | None:
    """Who has an object id in Microsoft Entra ID; None if nobody active has it."""
    return await _only(store, Person.entra_id == object_id.strip().lower())


async def _only(store: Store, condition: ColumnElement[bool]) -> Profile | None:
    async with store.transaction() as db_session:
        found = select(Person).where(condition, Person.active)
        person = await db_session.scalar(found, execution_options=FORGOTTEN)
        return await profile_in(db_session, person.id) if person else None


async def change_role(store: Store, person_id: PersonId, role: Role) -> Profile:
    """Give somebody another role; what they may see and do follows from it at once.

    Raises:
        NotFoundError: nobody active has that id.
    """
    async with store.transaction() as db_session:
        await profile_in(db_session, person_id)
        (await db_session.get_one(Person, person_id)).role = role
        await db_session.flush()
        return await profile_in(db_session, person_id)


async def profile_in(db_session: AsyncSession, person_id: str) -> Profile:
    """The same as `profile`, inside a transaction that is open already."""
    person = await db_session.get(Person, person_id)
    if person is None or not person.active:
        raise NotFoundError("person")
    unit = await db_session.get_one(Unit, person.unit_id)
    return _profile(person, unit)


async def name_of(db_session: AsyncSession, person_id: str) -> str:
    """What somebody is called, also if they have left."""
    return (await db_session.get_one(Person, person_id)).name


async def contacts(store: Store) -> dict[str, str]:
    """How to reach each function that the municipality has named."""
    async with store.transaction() as db_session:
        return {c.function: c.reach for c in await db_session.scalars(select(Contact))}


async def recipients(
    db_session: AsyncSession, reporter_id: str, unit_id: str | None = None
) -> dict[Recipient, Profile]:
    """Who would get a report from this person, by function; functions nobody holds are left out.

    The reporter is never their own recipient: for a manager, `MANAGER` is the manager above.

    Args:
        unit_id: the unit of an incident, which stays when the reporter moves or leaves; where the
            reporter is now if None.

    Raises:
        NotFoundError: without a unit, and nobody active has that id.
    """
    unit_id = unit_id or (await profile_in(db_session, reporter_id)).unit_id
    managers = await _managers_upwards(db_session, reporter_id, unit_id)
    found: dict[Recipient, Profile] = {}
    if managers:
        found[Recipient.MANAGER] = managers[0]
    if len(managers) > 1:
        found[Recipient.MANAGER_ABOVE] = managers[1]
    for recipient, role in _ROLE_OF.items():
        holder = await db_session.scalar(
            select(Person)
            .where(Person.role == role, Person.active, Person.id != reporter_id)
            .order_by(Person.id)
            .limit(1)
        )
        if holder:
            found[recipient] = await profile_in(db_session, holder.id)
    return found


@dataclass(frozen=True)
class Absence:
    """That somebody is away, and who is reminded instead of them."""

    until: date
    """The last day."""
    stand_in: str
    """Name."""


async def absence(store: Store, person_id: PersonId) -> Absence | None:
    """Until when somebody is away; None if they are here.

    Raises:
        NotFoundError: nobody has that id.
    """
    async with store.transaction() as db_session:
        person = await db_session.get(Person, person_id)
        if person is None:
            raise NotFoundError("person")
        until, stand_in = person.away_until, person.stand_in_id
        if until is None or stand_in is None or until < _today(store):
            return None
        return Absence(until, await name_of(db_session, stand_in))


async def stand_ins(store: Store, person_id: PersonId) -> list[Profile]:
    """Who may be reminded instead of somebody: their substitute, the next manager, HR, security.

    They are those who may handle what that person handles (`casework.access`), so that a reminder
    never goes to somebody who is not let in; the municipality chose the substitute itself.
    Empty for those who handle no incidents.

    Raises:
        NotFoundError: nobody active has that id.
    """
    async with store.transaction() as db_session:
        return await _stand_ins(db_session, person_id)


async def set_absence(store: Store, person_id: PersonId, until: date, stand_in: PersonId) -> None:
    """Note that somebody is away, and that another is reminded meanwhile.

    Args:
        until: the last day; today at the earliest.
        stand_in: one of `stand_ins`.

    Raises:
        NotFoundError: nobody active has that id.
        NotAllowedError: they handle no incidents, or the other may not stand in for them.
        ImpossibleChangeError: the day has passed.
    """
    if until < _today(store):
        raise ImpossibleChangeError("a day that has passed")
    async with store.transaction() as db_session:
        if stand_in not in {p.id for p in await _stand_ins(db_session, person_id)}:
            raise NotAllowedError("may not stand in")
        person = await db_session.get_one(Person, person_id)
        person.away_until, person.stand_in_id = until, stand_in


async def end_absence(store: Store, person_id: PersonId) -> None:
    """Note that somebody is back; whoever was not away is left as they are.

    Raises:
        NotFoundError: nobody has that id.
    """
    async with store.transaction() as db_session:
        person = await db_session.get(Person, person_id)
        if person is None:
            raise NotFoundError("person")
        person.away_until, person.stand_in_id = None, None


async def _stand_ins(db_session: AsyncSession, person_id: PersonId) -> list[Profile]:
    person = await profile_in(db_session, person_id)
    if person.role not in HANDLERS:
        return []
    possible = await recipients(db_session, person_id)
    possible.pop(Recipient.MANAGER_ABOVE, None)  # not in the line of those who report to them
    substitute = await _substitute(db_session, person_id)
    others = [p for p in possible.values() if p != substitute]
    return [substitute, *others] if substitute else others


async def _substitute(db_session: AsyncSession, person_id: PersonId) -> Profile | None:
    """Whom the municipality's own register names, if they still may."""
    person = await db_session.get_one(Person, person_id)
    other = await db_session.get(Person, person.substitute_id or "")
    if other is None or not other.active or other.role not in HANDLERS:
        return None
    return await profile_in(db_session, other.id)


def _today(store: Store) -> date:
    return store.clock().astimezone(SWEDEN).date()


async def everybody_of(db_session: AsyncSession, functions: Collection[str]) -> set[str]:
    """Everybody who may answer for HR or security, if those are among the functions."""
    roles = [role for recipient, role in _ROLE_OF.items() if recipient in functions]
    return set(await db_session.scalars(select(Person.id).where(Person.role.in_(roles))))


async def _managers_upwards(
    db_session: AsyncSession, reporter_id: str, unit_id: str
) -> list[Profile]:
    managers: list[Profile] = []
    above: str | None = unit_id
    while above:
        unit = await db_session.get_one(Unit, above)
        holder = await db_session.scalar(
            select(Person)
            .where(
                Person.unit_id == above,
                Person.role == Role.MANAGER,
                Person.active,
                Person.id != reporter_id,
            )
            .order_by(Person.id != (unit.manager_id or ""), Person.id)
            .limit(1)
        )
        if holder:
            managers.append(_profile(holder, unit))
        above = unit.parent_id
    return managers


def workplace_of(unit: Unit) -> str:
    """Address and phone of a unit, for the police report; empty if unknown."""
    return ", telefon ".join(part for part in (unit.address, unit.phone) if part)


def _profile(person: Person, unit: Unit) -> Profile:
    return Profile(
        id=person.id,
        name=person.name,
        role=Role(person.role),
        unit_id=unit.id,
        unit=unit.name,
        area=Area(unit.area) if unit.area else None,
        workplace=workplace_of(unit),
    )
