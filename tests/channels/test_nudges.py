"""Somebody who left a draft is reminded in the chat, once, and can take it up there."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import select, update

from casework import drafts
from casework.clock import utc_now
from casework.nudges import Lying, Stage, look_after_drafts, stage
from casework.schema import Conversation, Draft, Turn
from casework.store import Store, open_store
from casework.vocabulary import PersonId
from tests import builders
from tests.chat_client import Chat
from tests.lotsen_process import LotsenProcess

PERIODS = builders.content().policy.drafts
TUVA = PersonId("tuva")
STORY = "en klient skrek att han ska slå ihjäl mig på telefon"
NUDGE = "påbörjat utkast, senast ändrat"
WARNING = "Ändrar du inget tas det bort"


@pytest.fixture(name="record")
async def _record(lotsen: LotsenProcess) -> AsyncIterator[Store]:
    """The record of the running Lotsen, as another app sees it; Tuva has no draft."""
    store = open_store(lotsen.data)
    await drafts.discard(store, TUVA)
    yield store
    await drafts.discard(store, TUVA)
    await store.close()


async def _let_it_lie(store: Store, until: Stage) -> None:
    """Move all that was said and written of Tuva's draft back, and let a clock look."""
    now = utc_now()
    ages = (timedelta(hours=hours) for hours in count())
    ago = next(now - age for age in ages if _stage(now - age, now) is until)
    async with store.transaction() as db_session:
        draft = update(Draft).where(Draft.person_id == TUVA)
        await db_session.execute(draft.values(started_at=ago, updated_at=ago))
        hers = select(Conversation.id).where(Conversation.person_id == TUVA)
        said = update(Turn).where(Turn.conversation_id.in_(hers))
        await db_session.execute(said.values(received_at=ago))
    await look_after_drafts(store, PERIODS)


def _stage(changed_at: datetime, now: datetime) -> Stage:
    return stage(Lying(has_story=True, changed_at=changed_at, said_at=None), now, PERIODS)


async def test_nudge_is_shown_on_coming_and_the_draft_is_taken_up(
    lotsen: LotsenProcess, record: Store
) -> None:
    async with Chat(lotsen.url, TUVA) as chat:
        await chat.say(STORY)
    await _let_it_lie(record, Stage.LEFT)

    async with Chat(lotsen.url, TUVA) as chat:
        assert NUDGE in chat.greeting.text
        assert STORY not in chat.greeting.text
        assert chat.greeting.text.count("utkast") == 1
        assert chat.greeting.titles == ["Fortsätt", "Ta bort utkastet"]

        turn = await chat.choose("Fortsätt")

        assert turn.asks == "types"
        assert "hot" in turn.text


async def test_nudge_comes_into_a_window_where_the_report_was_left_open(
    lotsen: LotsenProcess, record: Store
) -> None:
    async with Chat(lotsen.url, TUVA) as chat:
        await chat.say(STORY)

        await _let_it_lie(record, Stage.LEFT_LONG)

        turn = await chat.wait_for(WARNING)
        assert turn.titles == ["Fortsätt", "Ta bort utkastet"]
        assert (await chat.choose("Fortsätt")).asks == "types"
        assert (await chat.choose("Ja, det stämmer")).asks != "types"


async def test_nudge_is_shown_in_one_of_two_windows(lotsen: LotsenProcess, record: Store) -> None:
    await builders.draft(record, TUVA, send=False)
    async with Chat(lotsen.url, TUVA) as one, Chat(lotsen.url, TUVA) as other:
        await _let_it_lie(record, Stage.LEFT)

        await other.wait_for(NUDGE)

        assert NUDGE not in (await one.say("hjälp")).text
        assert NUDGE not in (await other.say("hjälp")).text


async def test_coming_back_to_a_report_left_open_shows_the_nudge_and_then_the_draft(
    lotsen: LotsenProcess, record: Store
) -> None:
    """The window had been closed; its conversation is gone from memory or not, as it may be."""
    async with Chat(lotsen.url, TUVA) as chat:
        await chat.say(STORY)
        conversation = chat.conversation
    await _let_it_lie(record, Stage.LEFT)

    async with Chat(lotsen.url, TUVA, conversation=conversation) as chat:
        if NUDGE not in chat.greeting.text:
            await chat.wait_for(NUDGE)
        assert (await chat.choose("Fortsätt")).asks == "types"


async def test_removing_from_the_nudge_removes_the_draft(
    lotsen: LotsenProcess, record: Store
) -> None:
    await builders.draft(record, TUVA)
    await _let_it_lie(record, Stage.LEFT)

    async with Chat(lotsen.url, TUVA) as chat:
        await chat.choose("Ta bort utkastet")

    assert await drafts.find(record, TUVA) is None


async def test_removal_is_told_and_one_can_begin_again(
    lotsen: LotsenProcess, record: Store
) -> None:
    await builders.draft(record, TUVA)
    await _let_it_lie(record, Stage.EXPIRED)

    async with Chat(lotsen.url, TUVA) as chat:
        assert "är nu borttaget" in chat.greeting.text
        assert "ska det ändå rapporteras" in chat.greeting.text

        assert "Berätta vad som hände" in (await chat.choose("Något har hänt")).text
    assert await drafts.find(record, TUVA) is not None
