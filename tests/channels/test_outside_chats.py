"""Chats on another platform: whose they are, what is sent there first, and when it is away."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlalchemy import func, select

from bot import texts
from bot.channels.base import Inbound
from bot.outside_chat import Address, RefusedError, TemporaryError
from casework import links, prompts
from casework.schema import Conversation, Link, LogEntry, Prompt, Turn
from casework.vocabulary import PersonId
from tests import builders
from tests.builders import MIO, SAM
from tests.channels.drivers import Lotsen
from tests.channels.narrow import Narrow
from tests.channels.watched import until

pytestmark = pytest.mark.asyncio(loop_scope="package")


class There:
    """A chat on the narrow platform."""

    def __init__(self, lotsen: Lotsen) -> None:
        self.lotsen = lotsen
        self.channel = lotsen.channel(Narrow)
        self.address = Address(uuid.uuid4().hex, {"to": "there"})

    @property
    def told(self) -> str:
        """All that has been sent to it."""
        mine = (part for at, part in self.channel.sent if at == self.address.outside_id)
        return "\n".join(part.text for part in mine)

    async def link(self, person: PersonId) -> None:
        """Make it somebody's."""
        at = self.address
        await links.link(self.lotsen.store, Narrow.name, at.outside_id, person, at.reference)

    async def say(self, text: str) -> str:
        """Type something; what came back."""
        before, message_id = len(self.told), uuid.uuid4().hex
        await self.channel.hear(Inbound(self.address, message_id, text))
        await self.channel.answered(self.address, message_id)
        return self.told[before:]

    async def tap(self, title: str) -> None:
        """Tap the latest button with that title."""
        tokens = [b.token for _, p in self.channel.sent for b in p.buttons if b.title == title]
        message_id = uuid.uuid4().hex
        await self.channel.hear(Inbound(self.address, message_id, token=tokens[-1]))
        await self.channel.answered(self.address, message_id)


@pytest_asyncio.fixture(name="there", loop_scope="package")
async def _there(whole_lotsen: Lotsen) -> AsyncIterator[There]:
    """A chat that is nobody's."""
    await whole_lotsen.empty()
    there = There(whole_lotsen)
    there.channel.sent.clear()
    yield there
    there.channel.trouble.clear()


# --- nobody's


async def test_nobody_is_told_that_the_platform_knows_them_and_is_answered(there: There) -> None:
    told = await there.say("vad är otillåten påverkan?")

    notice = texts.PLATFORM_SEES.format(platform="Smala", url=there.channel.public_url)
    assert "".join(told.split()).startswith("".join(notice.split()))
    assert len(told) > len(notice) + 20
    assert notice[:20] not in await there.say("hjälp")


async def test_nothing_is_kept_of_a_chat_that_is_nobodys(there: There) -> None:
    await there.say("en klient skrek att han ska slå ihjäl mig på telefon")

    async with there.lotsen.store.transaction() as db_session:
        for table in (Link, Conversation, Turn):
            assert await db_session.scalar(select(func.count()).select_from(table)) == 0


# --- linking


async def test_code_makes_the_chat_ones_own_and_unlinking_ends_it(there: There) -> None:
    code = (await links.new_code(there.lotsen.store, SAM)).code

    assert "kopplad till dig" in await there.say(f"/link {code.lower()}")
    await until(lambda: "Har något hänt?" in there.told)
    at = there.address.outside_id
    assert await links.person_of(there.lotsen.store, Narrow.name, at) == SAM

    assert texts.UNLINKED in await there.say("/unlink")
    assert await links.person_of(there.lotsen.store, Narrow.name, at) is None
    assert "Innan vi börjar" in await there.say("hej")


async def test_guessing_codes_is_stopped_and_not_stored(there: There) -> None:
    for _ in range(5):
        assert "stämmer inte" in await there.say("/link ABCDEFGH")
    code = (await links.new_code(there.lotsen.store, SAM)).code

    assert "många försök" in await there.say(f"/link {code}")
    assert "kopplad till dig" in await There(there.lotsen).say(f"/link {code}")


# --- what Lotsen sends first


async def _sent_in(there: There) -> list[str | None]:
    async with there.lotsen.store.transaction() as db_session:
        prompt = Prompt
        rows = await db_session.scalars(select(prompt.channel).where(prompt.recipient_id == MIO))
        return list(rows)


async def test_prompt_reaches_a_linked_chat_and_can_be_answered_there(there: There) -> None:
    await there.link(MIO)
    made = await builders.incident(there.lotsen.store)

    await until(lambda: made.reference in there.told)
    await there.tap("Jag har tagit emot den")

    assert "Tack" in there.told
    assert there.told.count(made.reference) >= 1
    assert "narrow" in await _sent_in(there)


async def test_prompt_waits_for_a_platform_that_is_away_for_a_moment(there: There) -> None:
    await there.link(MIO)
    there.channel.trouble += [TemporaryError(0.1), OSError(), TemporaryError()]

    made = await builders.incident(there.lotsen.store)

    await until(lambda: made.reference in there.told)
    assert there.channel.trouble == []


async def test_prompt_that_was_refused_is_not_noted_as_sent(there: There) -> None:
    await there.link(MIO)
    there.channel.trouble += [RefusedError()] * 20

    made = await builders.incident(there.lotsen.store)

    await until(lambda: len(there.channel.trouble) < 20)
    await asyncio.sleep(0.5)
    assert made.reference in [p.reference for p in await prompts.unsent(there.lotsen.store)]


async def test_prompt_is_not_pushed_to_somebody_without_a_chat(there: There) -> None:
    assert not await there.channel.deliver(MIO, [])


# --- files


async def test_paper_is_sent_when_it_is_asked_for_and_only_then_logged(there: There) -> None:
    await there.link(MIO)
    made = await builders.incident(there.lotsen.store)
    await until(lambda: made.reference in there.told)
    await there.tap("Visa")
    assert await _taken(there) == 0

    await there.tap("Polisunderlag")

    (paper,) = [p.document for _, p in there.channel.sent if p.document]
    assert paper.name == f"underlag-{made.reference}.pdf"
    assert paper.body.startswith(b"%PDF")
    assert await _taken(there) == 1


async def test_paper_is_not_sent_to_a_chat_that_is_no_longer_theirs(there: There) -> None:
    await there.link(MIO)
    made = await builders.incident(there.lotsen.store)
    await until(lambda: made.reference in there.told)
    await there.tap("Visa")
    await there.link(SAM)

    await there.tap("Polisunderlag")

    assert not any(p.document for _, p in there.channel.sent)
    assert await _taken(there) == 0


async def _taken(there: There) -> int:
    async with there.lotsen.store.transaction() as db_session:
        taken = select(func.count()).where(LogEntry.event == "take_police_paper")
        return await db_session.scalar(taken) or 0
