"""People are found by what other systems call them."""

import pytest

from casework import organisation
from casework.errors import StorageUnavailableError
from casework.schema import Person
from casework.store import Store
from casework.vocabulary import PersonId
from tests.builders import MIO, SAM

ADDRESS = "sam@exempelkommun.example"
OBJECT_ID = "0f6d4c1e-0000-4000-8000-00000000abcd"


async def _known(store: Store, person: PersonId) -> None:
    async with store.transaction() as db_session:
        row = await db_session.get_one(Person, person)
        row.email, row.entra_id = ADDRESS, OBJECT_ID


async def test_person_is_found_by_address_and_object_id_whatever_the_case(store: Store) -> None:
    await _known(store, SAM)

    for found in (
        await organisation.by_email(store, " Sam@Exempelkommun.Example "),
        await organisation.by_entra_id(store, OBJECT_ID.upper()),
    ):
        assert found == await organisation.profile(store, SAM)


@pytest.mark.parametrize("unknown", ["", "mio@exempelkommun.example", "%", "None"])
async def test_nobody_is_found_by_what_nobody_has(store: Store, unknown: str) -> None:
    await _known(store, SAM)

    assert await organisation.by_email(store, unknown) is None
    assert await organisation.by_entra_id(store, unknown) is None


async def test_who_has_left_is_not_found(store: Store) -> None:
    await _known(store, SAM)
    async with store.transaction() as db_session:
        (await db_session.get_one(Person, SAM)).active = False

    assert await organisation.by_email(store, ADDRESS) is None
    assert await organisation.by_entra_id(store, OBJECT_ID) is None


async def test_two_people_cannot_have_the_same_address(store: Store) -> None:
    await _known(store, SAM)

    with pytest.raises(StorageUnavailableError):
        await _known(store, MIO)
