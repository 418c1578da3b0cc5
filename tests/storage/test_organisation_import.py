"""An organisation is brought in whole or not at all, and says what it changes."""

from typing import Any

import pytest

from casework import organisation
from casework.errors import ContentError, StorageUnavailableError
from casework.leaving import Handed
from casework.organisation_file import OrganisationFile
from casework.organisation_import import (
    Change,
    Organisation,
    TooManyLeavingError,
    import_organisation,
    organisation_of,
)
from casework.schema import Person
from casework.store import Store
from casework.vocabulary import PersonId, Recipient, Role
from tests import builders
from tests.builders import KIM, LO, MIO, SAM

NORTH = "barn-och-familj-norr"
OBJECT_ID = "0f6d4c1e-0000-4000-8000-00000000abcd"


def person(name: str, unit: str = NORTH, **said: Any) -> dict[str, Any]:
    return {"id": name, "name": f"{name.capitalize()} Exempelö", "unit": unit, **said}


def unit(name: str, **said: Any) -> dict[str, Any]:
    return {"id": name, "name": name.capitalize(), **said}


def file(*people: dict[str, Any], **parts: Any) -> OrganisationFile:
    made = OrganisationFile.model_validate({"people": people, **parts})
    for number, entry in enumerate([*made.units, *made.people], 1):
        entry.stands(f"row {number}")
    return made


async def refused(store: Store, wrong: OrganisationFile, **how: bool) -> str:
    """What is said of a file; the record is as it was."""
    before = await organisation_of(store)
    with pytest.raises(ContentError) as caught:
        await import_organisation(store, wrong, **how)
    assert await organisation_of(store) == before
    return "\n".join(caught.value.problems)


# --- what changes


async def test_same_file_again_changes_nothing(store: Store) -> None:
    before = await organisation_of(store)

    await builders.fill_with_demo(store)

    assert await organisation_of(store) == before
    difference = await import_organisation(store, OrganisationFile())
    assert (difference.added, difference.changed, difference.missing) == ((), (), ())


async def test_difference_says_what_is_new_and_which_fields_change(store: Store) -> None:
    sams = person("sam", email="sam@exempelkommun.example")
    brought = file(
        sams,
        person("bo", role="staff"),
        units=[{"id": NORTH, "name": "Barn och familj norr", "phone": None}],
        contacts={"legal": "juristerna"},
    )
    difference = await import_organisation(store, brought)

    assert difference.added == (Change("person", "bo"),)
    assert difference.changed == (
        Change("unit", NORTH, ("phone",)),
        Change("person", "sam", ("name", "email")),
        Change("contact", "legal", ("reach",)),
    )
    assert difference.leaving == ()
    assert set(difference.missing) == {
        p.id for p in await organisation.everybody(store) if p.id not in ("sam", "bo")
    }
    assert (
        await organisation.profile(store, SAM)
    ).workplace == "Påhittsgatan 3, 123 45 Exempelstad"
    assert (await organisation.contacts(store))["legal"] == "juristerna"


async def test_what_the_file_does_not_speak_of_stays(store: Store) -> None:
    brought = file(person("mio", email="mio@exempelkommun.example", substitute="kim"))
    await import_organisation(store, brought)
    await import_organisation(store, file(person("mio")))

    now = (await organisation_of(store)).people["mio"]
    assert now["email"] == "mio@exempelkommun.example"
    assert (now["substitute_id"], now["role"]) == ("kim", "manager")


async def test_dry_run_says_the_same_and_changes_nothing(store: Store) -> None:
    await builders.incident(store)
    brought = file(person("mio", active=False), person("bo"), units=[{"id": "ny", "name": "Ny"}])
    before = await organisation_of(store)

    tried = await import_organisation(store, brought, dry_run=True)

    assert await organisation_of(store) == before
    assert tried.handed == Handed(on=1)
    assert await import_organisation(store, brought) == tried
    assert not (await organisation_of(store)).people["mio"]["active"]


async def test_units_may_stand_in_any_order(bare_store: Store) -> None:
    await bare_store.migrate()
    units = [
        {"id": "c", "name": "C", "parent": "b"},
        {"id": "b", "name": "B", "parent": "a"},
        {"id": "a", "name": "A"},
    ]
    await import_organisation(bare_store, file(person("bo", "c"), units=units))

    assert (await organisation.profile(bare_store, "bo")).unit == "C"


async def test_two_people_may_change_addresses_with_each_other(store: Store) -> None:
    one, two = "a@exempelkommun.example", "b@exempelkommun.example"
    await import_organisation(store, file(person("sam", email=one), person("mio", email=two)))

    await import_organisation(store, file(person("sam", email=two), person("mio", email=one)))

    found = await organisation.by_email(store, one)
    assert found
    assert found.id == "mio"


async def test_whoever_comes_back_under_a_new_id_has_their_address(store: Store) -> None:
    address = "sam@exempelkommun.example"
    await import_organisation(store, file(person("sam", email=address, entra_id=OBJECT_ID)))

    again = person("sam-2", email=address, entra_id=OBJECT_ID)
    await import_organisation(store, file(person("sam", active=False), again))

    for found in (
        await organisation.by_email(store, address),
        await organisation.by_entra_id(store, OBJECT_ID),
    ):
        assert found
        assert found.id == "sam-2"


# --- managers and substitutes


async def test_unit_names_its_manager_who_comes_first_of_several(store: Store) -> None:
    units = [{"id": NORTH, "name": "Norr", "manager": "ziv"}]
    difference = await import_organisation(store, file(person("ziv"), units=units))

    assert Change("person", "ziv") in difference.added
    assert (await organisation.profile(store, "ziv")).role is Role.MANAGER
    async with store.transaction() as db_session:
        found = await organisation.recipients(db_session, "sam")
    assert found[Recipient.MANAGER].id == "ziv"
    assert (await builders.incident(store)).responsible == "Ziv Exempelö"


async def test_unit_makes_staff_its_manager_whatever_the_people_say(store: Store) -> None:
    units = [{"id": NORTH, "name": "Norr", "manager": "sam"}]

    await import_organisation(store, file(person("sam", role="staff"), units=units))

    assert (await organisation.profile(store, SAM)).role is Role.MANAGER


async def test_imported_substitute_is_the_first_choice(store: Store) -> None:
    await import_organisation(store, file(person("mio", substitute="tuva")))

    first, *others = [p.id for p in await organisation.stand_ins(store, MIO)]

    assert first == "tuva"
    assert set(others) == {KIM, LO, "omar"}


async def test_substitute_who_has_left_or_handles_nothing_is_passed_over(store: Store) -> None:
    await import_organisation(store, file(person("mio", substitute="tuva")))
    for values in ({"role": "staff"}, {"active": False}):
        await import_organisation(store, file(person("tuva", "ekonomiskt-bistand", **values)))
        assert PersonId("tuva") not in {p.id for p in await organisation.stand_ins(store, MIO)}


# --- what does not fit


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (file(person("bo", "nowhere")), "row 1, column unit: there is no such unit"),
        (file(person("bo", substitute="nobody")), "row 1, column substitute: nobody with that id"),
        (file(person("bo", substitute="bo")), "row 1, column substitute: nobody can stand in"),
        (
            file(person("mio", substitute="sam")),
            "row 1, column substitute: must be a manager, HR or security",
        ),
        (file(person("bo"), person("bo")), "row 2, column id: the same id is in row 1"),
        (
            file(person("bo", email="a@b.example"), person("li", email="A@B.example")),
            "row 2, column email: somebody else has the same",
        ),
        (
            file(person("bo", entra_id=OBJECT_ID), person("li", entra_id=OBJECT_ID.upper())),
            "row 1, column entra_id: somebody else has the same",
        ),
        (
            file(units=[{"id": "a", "name": "A", "parent": "nowhere"}]),
            "row 1, column parent: there is no such unit",
        ),
        (
            file(
                units=[
                    {"id": "a", "name": "A", "parent": "b"},
                    {"id": "b", "name": "B", "parent": "a"},
                ]
            ),
            "row 2, column parent: the unit stands above itself",
        ),
        (
            file(units=[{"id": "socialforvaltningen", "name": "A", "parent": NORTH}]),
            "row 1, column parent: the unit stands above itself",
        ),
        (
            file(units=[{"id": NORTH, "name": "Norr", "manager": "nobody"}]),
            "row 1, column manager: nobody with that id",
        ),
        (
            file(units=[{"id": NORTH, "name": "Norr", "manager": "tuva"}]),
            "row 1, column manager: the person belongs to another unit",
        ),
        (
            file(units=[{"id": "socialforvaltningen", "name": "S", "manager": "lo"}]),
            "row 1, column manager: the person has another role",
        ),
    ],
)
async def test_what_does_not_fit_is_named_and_nothing_is_changed(
    store: Store, wrong: OrganisationFile, words: str
) -> None:
    assert words in await refused(store, wrong)


async def test_address_of_somebody_who_is_not_in_the_file_is_theirs(store: Store) -> None:
    address = "sam@exempelkommun.example"
    await import_organisation(store, file(person("sam", email=address)))
    other = file(person("bo", email=address))

    assert "row 1, column email: somebody else" in await refused(store, other)


async def test_named_manager_is_not_made_staff_by_the_people_alone(store: Store) -> None:
    units = [{"id": NORTH, "name": "Norr", "manager": "mio"}]
    await import_organisation(store, file(units=units))
    demoted = file(person("mio", role="staff"))

    assert "column role: is named manager of the unit" in await refused(store, demoted)
    await import_organisation(
        store, file(person("mio", role="staff"), units=[{**units[0], "manager": None}])
    )
    assert (await organisation.profile(store, MIO)).role is Role.STAFF


async def test_failure_half_way_leaves_everything_as_it_was(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the disk is full while the incidents of a leaver are handed on."""
    await builders.incident(store)
    before = await organisation_of(store)

    def full(*_: object, **__: object) -> None:
        raise StorageUnavailableError("full")

    monkeypatch.setattr("casework.handlers.give", full)
    with pytest.raises(StorageUnavailableError):
        await import_organisation(store, file(person("bo"), person("mio", active=False)))

    assert await organisation_of(store) == before


# --- who leaves


async def test_people_who_are_not_in_the_file_leave_only_when_it_is_complete(store: Store) -> None:
    everybody = [p.id for p in await organisation.everybody(store)]
    rest = file(
        *({"id": p, "name": p, "unit": "socialforvaltningen"} for p in everybody if p != "sam")
    )
    assert (await import_organisation(store, rest)).missing == ("sam",)
    assert (await organisation.profile(store, SAM)).id == SAM

    assert (await import_organisation(store, rest, is_complete=True)).leaving == ("sam",)

    assert SAM not in {p.id for p in await organisation.everybody(store)}
    assert (await import_organisation(store, rest, is_complete=True)).leaving == ()


async def test_file_without_people_lets_nobody_leave(store: Store) -> None:
    await import_organisation(store, file(contacts={"legal": "juristerna"}), is_complete=True)

    assert len(await organisation.everybody(store)) == 11


async def test_more_than_a_fifth_leave_only_if_that_is_meant(store: Store) -> None:
    away = file(*(person(p, active=False) for p in ("sam", "alva", "noor")))
    before = await organisation_of(store)
    with pytest.raises(TooManyLeavingError, match="3 of 11"):
        await import_organisation(store, away)
    assert await organisation_of(store) == before
    two = file(*(person(p, active=False) for p in ("sam", "alva")))
    assert len((await import_organisation(store, two, dry_run=True)).leaving) == 2

    assert len((await import_organisation(store, away, many_may_leave=True)).leaving) == 3


async def test_whoever_comes_back_is_active_again(store: Store) -> None:
    await import_organisation(store, file(person("sam", active=False)))
    difference = await import_organisation(store, file(person("sam", active="ja")))

    assert difference.changed == (Change("person", "sam", ("name", "active")),)
    assert (await organisation.profile(store, SAM)).id == SAM


async def test_somebody_unknown_who_has_left_is_not_brought_in(store: Store) -> None:
    difference = await import_organisation(store, file(person("bo", active=False)))

    assert (difference.added, difference.leaving) == ((), ())
    async with store.transaction() as db_session:
        assert await db_session.get(Person, "bo") is None


async def test_large_organisation_is_brought_in_at_once(bare_store: Store) -> None:
    """More than a statement of SQLite or PostgreSQL has parameters."""
    await bare_store.migrate()
    units = [{"id": f"u-{n}", "name": f"U {n}"} for n in range(300)]
    people = [person(f"p-{n}", f"u-{n % 300}", email=f"{n}@x.example") for n in range(12_000)]

    await import_organisation(bare_store, file(*people, units=units))
    moved = [{**p, "unit": "u-0", "email": f"{n + 1}@x.example"} for n, p in enumerate(people)]
    difference = await import_organisation(bare_store, file(*moved))

    assert len(difference.changed) == 12_000
    assert len(await organisation.everybody(bare_store)) == 12_000


def test_record_without_anybody_is_an_organisation() -> None:
    assert Organisation().people == {}
