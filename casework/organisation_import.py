"""Bringing an organisation into the record: what would change, whether it fits, and doing it.

The record as it is, and as the file wants it, are two values of one shape; what is wrong and what
changes is told from them. It is written in one transaction, or not at all.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from casework.errors import ContentError, ImpossibleChangeError
from casework.leaving import Handed, deactivate, step_down
from casework.organisation import HANDLERS
from casework.organisation_file import OrganisationFile, PersonEntry, UnitEntry, limited
from casework.schema import Base, Contact, Person, Unit
from casework.store import Store
from casework.vocabulary import Role

MOST_LEAVING = 0.2
"""Of everybody who works here, how many may leave at once unasked (our choice): more is rather a
file that is cut off."""

Row = Mapping[str, Any]

_UNIT: Row = dict.fromkeys(("name", "parent_id", "manager_id", "area", "address", "phone"))
_PERSON: Row = {
    **dict.fromkeys(("name", "email", "entra_id", "unit_id", "substitute_id")),
    "role": Role.STAFF,
    "active": True,
}
_COLUMNS = {
    "parent": "parent_id",
    "manager": "manager_id",
    "unit": "unit_id",
    "substitute": "substitute_id",
}
_LOGINS = ("email", "entra_id")


@dataclass(frozen=True)
class Organisation:
    """All units, people (gone ones too) and contacts, by id."""

    units: dict[str, Row] = field(default_factory=dict)
    people: dict[str, Row] = field(default_factory=dict)
    contacts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """One unit, person or contact that is not as it was.

    Attributes:
        what: `unit`, `person` or `contact`.
        fields: which of its fields change; empty for what is new.
    """

    what: str
    id: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What an import changes; ids only.

    Attributes:
        leaving: people who work here no longer.
        missing: people who are not in the file, and are left as they are.
        handed: what became of the open incidents of those who left, or changed their role.
    """

    added: tuple[Change, ...]
    changed: tuple[Change, ...]
    leaving: tuple[str, ...]
    missing: tuple[str, ...]
    handed: Handed = field(default_factory=Handed)


class TooManyLeavingError(ImpossibleChangeError):
    """So many would leave that the file is rather not the whole one.

    Attributes:
        leaving, of: how many of how many.
    """

    def __init__(self, leaving: int, of: int) -> None:
        super().__init__(f"{leaving} of {of} people would leave at once")
        self.leaving, self.of = leaving, of


async def organisation_of(store: Store) -> Organisation:
    """The organisation as the record has it."""
    async with store.transaction() as db_session:
        return await _now(db_session)


def check(file: OrganisationFile, now: Organisation, *, is_complete: bool = False) -> None:
    """See that a file holds together, and with what is in the record.

    Args:
        is_complete: as for `import_organisation`.

    Raises:
        ContentError: a line for each problem, with the row and column.
    """
    wanted = _wanted(file, now, is_complete=is_complete)
    if problems := [*_twice(file), *_problems(file, wanted)]:
        raise ContentError(limited(problems))


async def import_organisation(
    store: Store,
    file: OrganisationFile,
    *,
    is_complete: bool = False,
    many_may_leave: bool = False,
    dry_run: bool = False,
) -> Difference:
    """Bring a file into the record, in one transaction.

    Args:
        is_complete: whether everybody who works here is in it; who is not has then left. It
            means nothing for a file without people.
        many_may_leave: whether more than `MOST_LEAVING` may.
        dry_run: do it all, and take it back.

    Raises:
        ContentError: the file does not hold together; nothing was changed.
        TooManyLeavingError, StorageUnavailableError: nothing was changed.
    """
    async with store.transaction() as db_session:
        now = await _now(db_session)
        check(file, now, is_complete=is_complete)
        wanted = _wanted(file, now, is_complete=is_complete)
        difference = _difference(file, now, wanted)
        working = sum(bool(person["active"]) for person in now.people.values())
        if len(difference.leaving) > working * MOST_LEAVING and not many_may_leave:
            raise TooManyLeavingError(len(difference.leaving), working)
        async with db_session.begin_nested() as attempt:
            handed = await _apply(store, db_session, now, wanted, difference)
            if dry_run:
                await attempt.rollback()
    return Difference(
        difference.added, difference.changed, difference.leaving, difference.missing, handed
    )


# --- what is there, and what is wanted


async def _now(db_session: AsyncSession) -> Organisation:
    async def rows(table: type[Base], blank: Row) -> dict[str, Row]:
        columns = table.__table__.columns
        found = await db_session.execute(select(columns.id, *(columns[name] for name in blank)))
        return {row[0]: dict(zip(blank, row[1:], strict=True)) for row in found}

    contacts = await db_session.execute(select(Contact.function, Contact.reach))
    return Organisation(
        await rows(Unit, _UNIT), await rows(Person, _PERSON), {row[0]: row[1] for row in contacts}
    )


def _wanted(
    file: OrganisationFile, now: Organisation, *, is_complete: bool = False
) -> Organisation:
    units = dict(now.units)
    for unit in file.units:
        units[unit.id] = {**_UNIT, **units.get(unit.id, {}), **_said(unit)}
    people = _wanted_people(file, now)
    if is_complete and file.people:
        for absent in people.keys() - {person.id for person in file.people}:
            people[absent] = _gone(people[absent])
    for unit in file.units:
        manager = people.get(unit.manager or "")
        if unit.manager and manager and _can_lead(manager, unit.id):
            people[unit.manager] = {**manager, "role": Role.MANAGER}
    return Organisation(units, people, {**now.contacts, **file.contacts})


def _wanted_people(file: OrganisationFile, now: Organisation) -> dict[str, Row]:
    people = dict(now.people)
    for person in file.people:
        if person.active is not False:
            before = people.get(person.id, {})
            people[person.id] = {**_PERSON, **before, **_said(person), "active": True}
        elif person.id in people:
            people[person.id] = _gone(people[person.id])
    return people


def _said(entry: UnitEntry | PersonEntry) -> dict[str, Any]:
    """The columns that the file speaks of; a role that it leaves empty stays."""
    said = {_COLUMNS.get(name, name): value for name, value in entry.said().items()}
    return {name: value for name, value in said.items() if name != "role" or value}


def _gone(person: Row) -> Row:
    return {**person, **dict.fromkeys((*_LOGINS, "substitute_id")), "active": False}


def _can_lead(person: Row, unit_id: str) -> bool:
    """Whether somebody can be named as the manager of a unit, which makes staff managers."""
    fits = person["active"] and person["unit_id"] == unit_id
    return fits and person["role"] in (Role.STAFF, Role.MANAGER)


# --- what is wrong


def _twice(file: OrganisationFile) -> Iterator[str]:
    for entries in (file.units, file.people):
        places: dict[str, str] = {}
        for entry in entries:
            if entry.id in places:
                yield f"{entry.at('id')}: the same id is in {places[entry.id]}"
            places.setdefault(entry.id, entry.place)


def _problems(file: OrganisationFile, wanted: Organisation) -> Iterator[str]:
    circular = _in_circles(wanted.units)
    for unit in file.units:
        yield from _problems_of_unit(unit, wanted, circular)
    taken = {
        login: Counter(person[login] for person in wanted.people.values()) for login in _LOGINS
    }
    for person in file.people:
        if person.active is not False:
            yield from _problems_of_person(person, wanted, taken)


def _problems_of_unit(
    unit: UnitEntry, wanted: Organisation, circular: Collection[str]
) -> Iterator[str]:
    if unit.parent and unit.parent not in wanted.units:
        yield f"{unit.at('parent')}: {_NO_UNIT}"
    if unit.id in circular:
        yield f"{unit.at('parent')}: the unit stands above itself"
    if unit.manager is None:
        return
    manager = wanted.people.get(unit.manager)
    if manager is None or not manager["active"]:
        yield f"{unit.at('manager')}: {_NO_PERSON}"
    elif manager["unit_id"] != unit.id:
        yield f"{unit.at('manager')}: the person belongs to another unit; change one of the two"
    elif not _can_lead(manager, unit.id):
        yield f"{unit.at('manager')}: the person has another role; only staff become managers"


def _problems_of_person(
    person: PersonEntry, wanted: Organisation, taken: Mapping[str, Counter[Any]]
) -> Iterator[str]:
    row = wanted.people[person.id]
    unit = wanted.units.get(row["unit_id"])
    if unit is None:
        yield f"{person.at('unit')}: {_NO_UNIT}"
    elif unit["manager_id"] == person.id and row["role"] != Role.MANAGER:
        yield f"{person.at('role')}: is named manager of the unit; name another one there first"
    for login in _LOGINS:
        if row[login] and taken[login][row[login]] > 1:
            yield f"{person.at(login)}: somebody else has the same"
    yield from _problems_of_substitute(person, row, wanted)


def _problems_of_substitute(person: PersonEntry, row: Row, wanted: Organisation) -> Iterator[str]:
    if person.substitute is None:
        return
    substitute = wanted.people.get(person.substitute)
    if substitute is None or not substitute["active"]:
        yield f"{person.at('substitute')}: {_NO_PERSON}"
    elif person.substitute == person.id:
        yield f"{person.at('substitute')}: nobody can stand in for themselves"
    elif row["role"] in HANDLERS and substitute["role"] not in HANDLERS:
        yield f"{person.at('substitute')}: must be a manager, HR or security"


_NO_UNIT = "there is no such unit in the file or the record"
_NO_PERSON = "nobody with that id works here, in the file or the record"


def _in_circles(units: Mapping[str, Row]) -> set[str]:
    """Units that stand above themselves."""
    circular: set[str] = set()
    safe: set[str] = set()
    for start in units:
        way: list[str] = []
        at = start
        while at in units and at not in safe and at not in circular and at not in way:
            way.append(at)
            at = units[at]["parent_id"] or ""
        if at in way:
            circular.update(way[way.index(at) :])
        safe.update(set(way) - circular)
    return circular


# --- what changes


def _difference(file: OrganisationFile, now: Organisation, wanted: Organisation) -> Difference:
    leaving = [
        person_id
        for person_id, person in now.people.items()
        if person["active"] and not wanted.people[person_id]["active"]
    ]
    named = {person.id for person in file.people} | set(leaving)
    missing = [i for i, person in now.people.items() if person["active"] and i not in named]
    reach = ({i: {"reach": r} for i, r in each.contacts.items()} for each in (now, wanted))
    changes = [
        *_changes("unit", now.units, wanted.units),
        *_changes("person", now.people, wanted.people),
        *_changes("contact", *reach),
    ]
    return Difference(
        added=tuple(change for change in changes if not change.fields),
        changed=tuple(c for c in changes if c.fields and (c.what, c.id) not in _people(leaving)),
        leaving=tuple(sorted(leaving)),
        missing=tuple(sorted(missing)) if file.people else (),
    )


def _people(ids: Iterable[str]) -> set[tuple[str, str]]:
    return {("person", person_id) for person_id in ids}


def _changes(what: str, now: Mapping[str, Row], wanted: Mapping[str, Row]) -> Iterator[Change]:
    for key, row in wanted.items():
        before = now.get(key)
        fields = [name.removesuffix("_id") for name in row if before and row[name] != before[name]]
        if before is None or fields:
            yield Change(what, key, tuple(fields))


# --- doing it


async def _apply(
    store: Store,
    db_session: AsyncSession,
    now: Organisation,
    wanted: Organisation,
    difference: Difference,
) -> Handed:
    added = {(change.what, change.id) for change in difference.added}
    changed = {(change.what, change.id) for change in difference.changed}

    def rows(what: str, among: Collection[tuple[str, str]]) -> list[dict[str, Any]]:
        found = wanted.units if what == "unit" else wanted.people
        return [{"id": key, **row} for key, row in found.items() if (what, key) in among]

    units = sorted(rows("unit", added), key=lambda row: _depth(wanted.units, row["id"]))
    people = rows("person", changed)
    # Two people may change places in what must be unique, or follow each other there.
    freed = [*difference.leaving, *_with_new_logins(difference)]
    if freed:
        await db_session.execute(
            update(Person), [{"id": i, **dict.fromkeys(_LOGINS)} for i in freed]
        )
    for statement, values in (
        (insert(Unit), units),
        (update(Unit), rows("unit", changed)),
        (update(Person), people),
        (insert(Person), rows("person", added)),
    ):
        if values:
            await db_session.execute(statement, values)
    for function, reach in wanted.contacts.items():
        await db_session.merge(Contact(function=function, reach=reach))
    await db_session.flush()
    return await _let_go(store, db_session, now, wanted, difference)


def _with_new_logins(difference: Difference) -> list[str]:
    fields = {name.removesuffix("_id") for name in _LOGINS}
    return [
        change.id
        for change in difference.changed
        if change.what == "person" and fields & set(change.fields)
    ]


def _depth(units: Mapping[str, Row], unit_id: str) -> int:
    depth, above = 0, units[unit_id]["parent_id"]
    while above:
        depth, above = depth + 1, units[above]["parent_id"]
    return depth


async def _let_go(
    store: Store,
    db_session: AsyncSession,
    now: Organisation,
    wanted: Organisation,
    difference: Difference,
) -> Handed:
    """Those who left, and those who are not in the role any more in which they had incidents."""
    handed = await deactivate(store, db_session, difference.leaving)
    for change in difference.changed:
        if change.what == "person" and "role" in change.fields:
            before, after = now.people[change.id], wanted.people[change.id]
            if before["active"] and after["active"] and before["role"] in HANDLERS:
                was = before["role"]
                handed = handed.plus(await step_down(store, db_session, change.id, was))
    return handed
