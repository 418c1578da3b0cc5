"""Somebody who is away has their reminders sent to somebody who may have them."""

from datetime import timedelta

import pytest

from casework import incidents, organisation, overview, reminders
from casework.clock import SWEDEN
from casework.errors import ImpossibleChangeError, NotAllowedError, NotFoundError
from casework.prompts import Kind, waiting
from casework.schema import Person
from casework.store import Store
from casework.vocabulary import PersonId
from tests import builders
from tests.builders import KIM, LO, MIO, NOON, SAM, Clock

TODAY = NOON.astimezone(SWEDEN).date()
FRIDAY = TODAY + timedelta(days=7)
OMAR, TUVA, DISA = map(PersonId, ("omar", "tuva", "disa"))


async def test_next_manager_hr_and_security_may_stand_in(store: Store) -> None:
    assert {p.id for p in await organisation.stand_ins(store, MIO)} == {KIM, LO, OMAR}
    assert {p.id for p in await organisation.stand_ins(store, LO)} == {KIM, OMAR}


@pytest.mark.parametrize("person", [SAM, DISA, PersonId("admin")])
async def test_who_handles_no_incidents_has_no_stand_in(store: Store, person: PersonId) -> None:
    assert await organisation.stand_ins(store, person) == []
    with pytest.raises(NotAllowedError):
        await organisation.set_absence(store, person, FRIDAY, KIM)


async def test_absence_lasts_through_its_last_day_and_can_be_ended(
    store: Store, clock: Clock
) -> None:
    await organisation.set_absence(store, MIO, FRIDAY, KIM)

    away = await organisation.absence(store, MIO)
    assert away == organisation.Absence(FRIDAY, "Kim Exempelhed")
    clock.forward(days=7)
    assert await organisation.absence(store, MIO) == away
    clock.forward(days=1)
    assert await organisation.absence(store, MIO) is None

    await organisation.set_absence(store, MIO, FRIDAY + timedelta(days=7), LO)
    await organisation.end_absence(store, MIO)
    assert await organisation.absence(store, MIO) is None


async def test_day_that_has_passed_is_refused_and_today_is_not(store: Store) -> None:
    with pytest.raises(ImpossibleChangeError):
        await organisation.set_absence(store, MIO, TODAY - timedelta(days=1), KIM)
    assert await organisation.absence(store, MIO) is None

    await organisation.set_absence(store, MIO, TODAY, KIM)
    assert await organisation.absence(store, MIO)


@pytest.mark.parametrize("other", [MIO, SAM, TUVA, DISA, PersonId("nobody"), PersonId("")])
async def test_who_may_not_have_the_reminders_cannot_stand_in(
    store: Store, other: PersonId
) -> None:
    with pytest.raises(NotAllowedError):
        await organisation.set_absence(store, MIO, FRIDAY, other)

    assert await organisation.absence(store, MIO) is None


async def test_who_has_left_cannot_stand_in_and_has_no_absence(store: Store) -> None:
    async with store.transaction() as db_session:
        (await db_session.get_one(Person, KIM)).active = False

    with pytest.raises(NotAllowedError):
        await organisation.set_absence(store, MIO, FRIDAY, KIM)
    with pytest.raises(NotFoundError):
        await organisation.set_absence(store, KIM, FRIDAY, LO)
    with pytest.raises(NotFoundError):
        await organisation.absence(store, PersonId("nobody"))


async def test_stand_in_gets_the_reminders_and_may_read(store: Store, clock: Clock) -> None:
    reference = (await builders.incident(store)).reference
    await organisation.set_absence(store, MIO, FRIDAY, KIM)
    clock.forward(days=3)

    await reminders.remind(store, builders.content().policy)

    assert Kind.STEPS in {p.kind for p in await waiting(store, KIM)}
    assert Kind.STEPS not in {p.kind for p in await waiting(store, MIO)}
    assert [c.reference for c in await overview.cases(store, KIM)] == [reference]
    assert (await incidents.show(store, KIM, reference)).reference == reference


async def test_absence_survives_a_new_import_of_the_organisation(store: Store) -> None:
    await organisation.set_absence(store, MIO, FRIDAY, KIM)

    await builders.fill_with_demo(store)

    assert await organisation.absence(store, MIO)
