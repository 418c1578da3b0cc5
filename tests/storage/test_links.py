"""Chats on other platforms: whose they are is proved by a code, once and soon."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from casework import links
from casework.errors import NotFoundError
from casework.schema import Link, LinkCode, Person
from casework.store import Store
from casework.vocabulary import PersonId
from tests import builders
from tests.builders import MIO, SAM

CHANNEL, THERE = "telegram", {"chat": 4711, "name": "Åsa"}


async def _redeem(store: Store, code: str, outside_id: str = "there") -> PersonId | None:
    return await links.redeem(store, code, CHANNEL, outside_id, THERE)


async def test_chat_that_nobody_linked_is_nobodys(store: Store) -> None:
    assert await links.person_of(store, CHANNEL, "there") is None
    assert await links.reference_of(store, CHANNEL, SAM) is None


async def test_code_links_the_chat_of_whoever_got_it(store: Store) -> None:
    made = await links.new_code(store, SAM)

    assert await _redeem(store, made.code) == SAM

    assert await links.person_of(store, CHANNEL, "there") == SAM
    assert await links.reference_of(store, CHANNEL, SAM) == links.Linked("there", THERE)
    assert await links.person_of(store, "teams", "there") is None


async def test_code_is_read_as_people_type_it(store: Store) -> None:
    code = (await links.new_code(store, SAM)).code

    assert await _redeem(store, f"{code[:4]}-{code[4:]}".lower()) == SAM


async def test_code_holds_once(store: Store) -> None:
    made = await links.new_code(store, SAM)
    await _redeem(store, made.code)

    assert await _redeem(store, made.code, "elsewhere") is None
    assert await links.person_of(store, CHANNEL, "elsewhere") is None


async def test_code_holds_for_a_quarter_of_an_hour(store: Store, clock: builders.Clock) -> None:
    made = await links.new_code(store, SAM)
    assert made.expires == clock.now + timedelta(minutes=15)

    clock.forward(minutes=15)

    assert await _redeem(store, made.code) is None


async def test_new_code_ends_the_one_before(store: Store) -> None:
    first = await links.new_code(store, SAM)
    second = await links.new_code(store, SAM)

    assert await _redeem(store, first.code) is None
    assert await _redeem(store, second.code) == SAM


async def test_code_is_for_people_who_work_here(store: Store) -> None:
    with pytest.raises(NotFoundError):
        await links.new_code(store, PersonId("nobody"))


async def test_chat_goes_over_to_whoever_links_it_next(store: Store) -> None:
    await links.link(store, CHANNEL, "there", SAM, THERE)
    await links.link(store, CHANNEL, "there", MIO, THERE)

    assert await links.person_of(store, CHANNEL, "there") == MIO
    assert await links.reference_of(store, CHANNEL, SAM) is None


async def test_person_has_one_chat_in_a_channel(store: Store) -> None:
    await links.link(store, CHANNEL, "old phone", SAM, THERE)
    await links.link(store, CHANNEL, "new phone", SAM, THERE)

    assert await links.person_of(store, CHANNEL, "old phone") is None
    assert await links.person_of(store, CHANNEL, "new phone") == SAM


async def test_whoever_has_left_has_no_chat(store: Store) -> None:
    await links.link(store, CHANNEL, "there", SAM, THERE)
    async with store.transaction() as db_session:
        await db_session.execute(update(Person).where(Person.id == SAM).values(active=False))

    assert await links.person_of(store, CHANNEL, "there") is None
    assert await links.reference_of(store, CHANNEL, SAM) is None


async def test_cutting_leaves_nothing_of_the_person_and_all_of_others(store: Store) -> None:
    for channel in (CHANNEL, "teams"):
        await links.link(store, channel, "there", SAM, THERE)
        await links.link(store, channel, "elsewhere", MIO, THERE)
    await links.new_code(store, SAM)

    async with store.transaction() as db_session:
        await links.cut(db_session, [SAM])

    async with store.transaction() as db_session:
        assert set(await db_session.scalars(select(Link.person_id))) == {MIO}
        assert (await db_session.scalars(select(LinkCode))).all() == []


async def test_cutting_in_one_channel_leaves_the_other(store: Store) -> None:
    for channel in (CHANNEL, "teams"):
        await links.link(store, channel, "there", SAM, THERE)

    async with store.transaction() as db_session:
        await links.cut(db_session, [SAM], "teams")

    assert await links.person_of(store, CHANNEL, "there") == SAM
    assert await links.person_of(store, "teams", "there") is None


async def test_neither_code_nor_reference_stands_readable_in_the_files(
    store: Store, tmp_path: Path
) -> None:
    code = (await links.new_code(store, MIO)).code
    await links.link(store, CHANNEL, "there", SAM, THERE)

    for file in tmp_path.rglob("*"):
        if file.is_file():
            body = file.read_bytes()
            assert code.encode() not in body
            assert "Åsa".encode() not in body
