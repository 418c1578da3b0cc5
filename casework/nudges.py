"""Drafts that were left: nudged, nudged again, and in the end removed.

Many reports are begun and never sent (domain brief, R7), so the person is reminded gently; and a
draft is kept no longer than it needs to (domain brief 7.3, our choice). The periods are policy.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from casework import prompts
from casework.content import DraftPeriods
from casework.drafts import has_story
from casework.prompts import Kind
from casework.schema import Draft, Turn
from casework.store import Store
from casework.working_time import next_working_moment, working_days_later


class Stage(StrEnum):
    """How far a draft has been left behind."""

    FRESH = "fresh"
    LEFT = "left"
    LEFT_LONG = "left_long"
    EXPIRED = "expired"
    EXPIRED_EMPTY = "expired_empty"


@dataclass(frozen=True)
class Lying:
    """A draft as the clock sees it; all times are aware."""

    has_story: bool
    changed_at: datetime
    said_at: datetime | None
    """When something was last said in the conversation it is written in; None if it rests."""


_PROMPT_OF = {
    Stage.LEFT: Kind.DRAFT_LEFT,
    Stage.LEFT_LONG: Kind.DRAFT_LEFT_LONG,
    Stage.EXPIRED: Kind.DRAFT_PURGED,
}
_SHORTEST_PERIOD = timedelta(days=1)
"""The policy counts in days, so what was changed since then need not be looked at."""

_REMOVED = frozenset({Stage.EXPIRED, Stage.EXPIRED_EMPTY})


def stage(draft: Lying, now: datetime, periods: DraftPeriods) -> Stage:
    """How far a draft has been left behind at a moment.

    Nobody who is in the middle of writing is disturbed, and nudges begin in working time.
    """
    if draft.said_at and now - draft.said_at < timedelta(hours=periods.writing_hours):
        return Stage.FRESH
    changed = draft.changed_at
    if not draft.has_story:
        is_over = now >= changed + timedelta(days=periods.remove_empty_after_days)
        return Stage.EXPIRED_EMPTY if is_over else Stage.FRESH
    if now >= removal(changed, periods):
        return Stage.EXPIRED
    if now >= next_working_moment(changed + timedelta(days=periods.nudge_again_after_days)):
        return Stage.LEFT_LONG
    if now >= working_days_later(changed, periods.nudge_after_working_days):
        return Stage.LEFT
    return Stage.FRESH


def removal(changed_at: datetime, periods: DraftPeriods) -> datetime:
    """When a draft that is not changed again is removed."""
    return changed_at + timedelta(days=periods.remove_after_days)


async def look_after_drafts(store: Store, periods: DraftPeriods) -> Counter[Stage]:
    """Nudge whoever left a draft, and remove what has lain too long, with everything in it.

    It may run as often as one likes, and in several apps at once: a draft that another one is
    looking at is left to it.

    Returns:
        How many drafts were nudged or removed now, by stage.

    Raises:
        StorageUnavailableError: nothing was changed.
    """
    done = Counter[Stage]()
    async with store.transaction() as db_session:
        now = store.clock()
        for row, said_at in await _lying(db_session, now - _SHORTEST_PERIOD):
            lying = Lying(has_story(store, row), row.updated_at, said_at)
            reached = stage(lying, now, periods)
            done[reached] += await _act_on(store, db_session, row, reached)
    return +done


async def _act_on(store: Store, db_session: AsyncSession, row: Draft, reached: Stage) -> bool:
    """Do what the stage calls for; whether it had not been done before."""
    kind = _PROMPT_OF.get(reached)
    is_new = kind is not None and await prompts.add_about_draft(store, db_session, kind, row)
    if reached in _REMOVED:
        await db_session.delete(row)
    return is_new or reached in _REMOVED


async def _lying(
    db_session: AsyncSession, changed_by: datetime
) -> list[tuple[Draft, datetime | None]]:
    """Drafts that nobody else has locked, with when something was last said about each."""
    said_at = (
        select(func.max(Turn.received_at))
        .where(Turn.conversation_id == Draft.conversation_id)
        .scalar_subquery()
    )
    rows = await db_session.execute(
        select(Draft, said_at)
        .where(Draft.updated_at <= changed_by)
        .order_by(Draft.id)
        .with_for_update(of=Draft, skip_locked=True)
    )
    return [(row, said) for row, said in rows]
