"""The clock runs by itself, and goes on when the database was away for a moment."""

import asyncio
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.timekeeper import Timekeeper
from casework import prompts
from casework.clock import utc_now
from casework.prompts import Kind
from casework.routines import OLD_AFTER_DAYS
from casework.store import Store, open_store
from tests import builders
from tests.builders import SAM


async def _left_for_a_week(data: Path) -> Store:
    """A store whose draft was left a week ago, by the real clock."""
    store = open_store(data, lambda: utc_now() - timedelta(days=15))
    await builders.fill_with_demo(store)
    await builders.draft(store)
    store.clock = utc_now
    return store


async def _until_nudged(store: Store) -> None:
    for _ in range(500):
        if [p.kind for p in await prompts.waiting(store, SAM)] == [Kind.DRAFT_LEFT_LONG]:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody was nudged")


async def test_what_is_due_is_done_at_the_start(data: Path) -> None:
    store = await _left_for_a_week(data)
    clock = Timekeeper(store, builders.content().policy, builders.routines())

    clock.start()

    await _until_nudged(store)
    await clock.stop()
    await store.close()


async def test_clock_goes_on_after_the_database_was_away(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Timekeeper, "every_seconds", 0.02)
    store = await _left_for_a_week(data)
    clock = Timekeeper(store, builders.content().policy, builders.routines())
    async with store.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE drafts RENAME TO away")

    clock.start()
    await asyncio.sleep(0.2)
    async with store.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE away RENAME TO drafts")

    await _until_nudged(store)
    await clock.stop()
    await store.close()


async def test_whoever_keeps_a_text_is_told_once_a_month_that_it_is_old(data: Path) -> None:
    routines = builders.routines()
    newest = max(text.about.valid_from for text in routines.texts)
    clock = builders.Clock()
    store = open_store(data, clock)
    await builders.fill_with_demo(store)
    keeper = Timekeeper(store, builders.content().policy, routines)

    clock.now = datetime.combine(newest, time(12), UTC) + timedelta(days=OLD_AFTER_DAYS)
    await keeper.once()
    before = [p.key for p in await prompts.waiting(store, builders.LO)]
    clock.forward(days=1)
    await keeper.once()
    await keeper.once()

    after = [p.key for p in await prompts.waiting(store, builders.LO)]
    await store.close()
    assert not [key for key in before if "hrtexter" in key]
    assert len([key for key in after if "hrtexter" in key]) == 1
