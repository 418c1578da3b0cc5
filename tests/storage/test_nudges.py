"""A draft that was left is nudged once, once again, and then goes with all that is in it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select, text

from casework import drafts, prompts, submission, turns
from casework.encryption import Cipher
from casework.nudges import Stage, look_after_drafts
from casework.prompts import DraftTimes, Kind
from casework.schema import Draft, Prompt
from casework.store import Store
from casework.vocabulary import ConversationId, PersonId, Purpose
from tests import builders
from tests.builders import NOON, SAM

PERIODS = builders.content().policy.drafts


async def look(store: Store) -> dict[Stage, int]:
    """What the clock did."""
    return dict(await look_after_drafts(store, PERIODS))


async def kinds(store: Store, person: PersonId = SAM) -> list[Kind]:
    """What waits for somebody."""
    return [p.kind for p in await prompts.waiting(store, person)]


async def show_all(store: Store, person: PersonId = SAM) -> list[Kind]:
    """Show what waits, as the chat does."""
    waiting = await prompts.waiting(store, person)
    return [p.kind for p in waiting if await prompts.sent(store, p.id)]


async def left_draft(store: Store, **changes: Any) -> ConversationId:
    conversation = await builders.draft(store, **changes)
    await turns.receive(store, conversation, "m1", {"text": "hej"})
    await turns.handled(store, conversation, "m1")
    return conversation


async def test_draft_is_nudged_once_and_once_again_and_removed(
    store: Store, clock: builders.Clock
) -> None:
    await left_draft(store)
    seen: list[tuple[int, Kind]] = []
    for hour in range(24 * 32):
        await look(store)
        seen += [(hour, kind) for kind in await show_all(store)]
        clock.forward(hours=1)

    assert seen == [
        (3 * 24, Kind.DRAFT_LEFT),  # from Friday noon to Monday noon
        (7 * 24, Kind.DRAFT_LEFT_LONG),
        (30 * 24, Kind.DRAFT_PURGED),
    ]
    assert await drafts.find(store, SAM) is None


async def test_nudge_is_about_the_times_of_the_draft_and_nothing_else(
    store: Store, clock: builders.Clock
) -> None:
    await left_draft(store)
    clock.forward(hours=1)
    await drafts.change(store, SAM, {"purpose": Purpose.NO})
    clock.forward(days=7)
    await look(store)

    (prompt,) = await prompts.waiting(store, SAM)

    assert DraftTimes(NOON, NOON + timedelta(hours=1)) == prompt.draft
    assert prompt.reference is None
    assert [prompt] == await prompts.unsent(store)


async def test_somebody_who_was_away_gets_only_the_later_nudge(
    store: Store, clock: builders.Clock
) -> None:
    await left_draft(store)
    for days in (3, 4):
        clock.forward(days=days)
        await look(store)

    assert await kinds(store) == [Kind.DRAFT_LEFT_LONG]


async def test_somebody_who_was_away_for_long_hears_only_that_it_is_gone(
    store: Store, clock: builders.Clock
) -> None:
    await left_draft(store)
    for days in (3, 4, 23):
        clock.forward(days=days)
        await look(store)

    assert await kinds(store) == [Kind.DRAFT_PURGED]


async def test_change_withdraws_the_nudge_and_starts_the_clock_again(
    store: Store, clock: builders.Clock
) -> None:
    await left_draft(store)
    clock.forward(days=3)
    await look(store)
    await drafts.change(store, SAM, {"purpose": Purpose.NO})
    assert await kinds(store) == []

    clock.forward(hours=23)
    assert await look(store) == {}
    clock.forward(hours=1)
    assert await look(store) == {Stage.LEFT: 1}
    assert await kinds(store) == [Kind.DRAFT_LEFT]


async def test_nothing_is_shown_of_a_draft_that_was_sent(
    store: Store, clock: builders.Clock
) -> None:
    await left_draft(store)
    clock.forward(days=3)
    await look(store)
    await submission.submit(store, builders.content(), SAM)
    clock.forward(days=40)

    assert await look(store) == {}
    assert await kinds(store) == []
    assert SAM not in [p.recipient_id for p in await prompts.unsent(store)]


async def test_nothing_is_shown_of_a_draft_that_was_removed_or_of_the_next_one(
    store: Store, clock: builders.Clock
) -> None:
    await left_draft(store)
    clock.forward(days=3)
    await look(store)
    await drafts.discard(store, SAM)
    assert await kinds(store) == []

    await builders.draft(store)

    assert await kinds(store) == []


async def test_draft_without_a_story_goes_without_a_word(
    store: Store, clock: builders.Clock
) -> None:
    await left_draft(store, description=None)
    clock.forward(days=1)

    assert await look(store) == {Stage.EXPIRED_EMPTY: 1}
    assert await drafts.find(store, SAM) is None
    assert await kinds(store) == []


@pytest.mark.parametrize("days", [3, 7, 30])
async def test_somebody_in_the_middle_of_writing_is_left_alone(
    store: Store, clock: builders.Clock, days: int
) -> None:
    conversation = await left_draft(store)
    clock.forward(days=days)
    await turns.receive(store, conversation, "m2", {"text": "hm"})
    clock.forward(minutes=5)

    assert await look(store) == {}

    clock.forward(hours=3)
    assert sum((await look(store)).values()) == 1


async def test_nudge_is_withdrawn_when_something_is_said_in_the_report(
    store: Store, clock: builders.Clock
) -> None:
    conversation = await left_draft(store)
    clock.forward(days=3)
    await look(store)
    clock.forward(minutes=1)

    await turns.receive(store, conversation, "m2", {"text": "hm"})

    assert await kinds(store) == []


async def test_draft_that_rests_is_nudged_while_its_writer_speaks_of_something_else(
    store: Store, clock: builders.Clock
) -> None:
    conversation = await left_draft(store)
    await drafts.rest(store, SAM)
    clock.forward(days=3)
    await turns.receive(store, conversation, "m2", {"text": "hjälp"})

    await look(store)

    assert await kinds(store) == [Kind.DRAFT_LEFT]


async def test_removing_leaves_no_row_and_nothing_sealed(
    store: Store, clock: builders.Clock
) -> None:
    await left_draft(store)
    clock.forward(days=30)

    assert await look(store) == {Stage.EXPIRED: 1}

    async with store.transaction() as db_session:
        assert await db_session.scalar(select(func.count()).select_from(Draft)) == 0
        row = (await db_session.execute(text("SELECT * FROM prompts"))).mappings().one()
    assert not any(isinstance(value, bytes | memoryview) for value in row.values())
    (told,) = await prompts.waiting(store, SAM)
    assert DraftTimes(NOON, NOON) == told.draft


async def test_notice_of_removal_is_shown_though_a_new_draft_has_been_begun(
    store: Store, clock: builders.Clock
) -> None:
    await left_draft(store)
    clock.forward(days=30)
    await look(store)

    await builders.draft(store)

    assert await kinds(store) == [Kind.DRAFT_PURGED]


@pytest.mark.parametrize(
    ("days", "stage"), [(3, Stage.LEFT), (7, Stage.LEFT_LONG), (30, Stage.EXPIRED)]
)
async def test_clocks_at_the_same_time_do_it_once(
    store: Store, clock: builders.Clock, days: int, stage: Stage
) -> None:
    people = [SAM, PersonId("alva"), PersonId("noor")]
    for person in people:
        await builders.draft(store, person)
    clock.forward(days=days)

    done = await asyncio.gather(*(look(store) for _ in range(4)))

    assert sum(sum(each.values()) for each in done) == len(people)
    assert {s for each in done for s in each} == {stage}
    async with store.transaction() as db_session:
        assert await db_session.scalar(select(func.count()).select_from(Prompt)) == len(people)


async def test_prompt_is_shown_in_one_of_two_windows(store: Store, clock: builders.Clock) -> None:
    await left_draft(store)
    clock.forward(days=3)
    await look(store)

    found = [await prompts.waiting(store, SAM) for _ in range(2)]
    first = await asyncio.gather(*(prompts.sent(store, prompt.id) for (prompt,) in found))

    assert sorted(first) == [False, True]


async def test_draft_that_cannot_be_read_stops_nobody_elses_and_goes_in_its_time(
    store: Store, clock: builders.Clock
) -> None:
    await builders.draft(store)
    store.cipher = Cipher([Fernet.generate_key().decode()])
    await builders.draft(store, PersonId("alva"))
    clock.forward(days=1)
    assert await look(store) == {}
    clock.forward(days=29)

    assert await look(store) == {Stage.EXPIRED: 2}
