"""Counting what must not be recorded, per month and nothing else.

Bribery and abuse of position are counted by kind, and what people ask about by topic.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from casework.clock import SWEDEN
from casework.schema import QuestionCount, Tally
from casework.store import Store, count_up
from casework.vocabulary import IncidentType


@dataclass(frozen=True)
class Count:
    """How often a kind was counted in the month that begins on `month`."""

    kind: IncidentType
    month: date
    count: int


FEWEST_SHOWN = 5
"""A smaller number might point somebody out (R46 of the audits; domain 7.4)."""


@dataclass(frozen=True)
class Asked:
    """How often a topic was asked about in some months; None if too few to be shown."""

    topic: str
    count: int | None


async def add(store: Store, db_session: AsyncSession, kinds: Iterable[IncidentType]) -> None:
    """Count one of each kind in this month, within the caller's transaction."""
    for kind in kinds:
        await count_up(db_session, Tally.count, kind=kind, month=_month(store))


async def counts(store: Store) -> list[Count]:
    """All tallies, oldest first."""
    async with store.transaction() as db_session:
        rows = await db_session.scalars(select(Tally).order_by(Tally.month, Tally.kind))
        return [Count(IncidentType(t.kind), t.month, t.count) for t in rows]


async def add_question(store: Store, topic: str) -> None:
    """Count that a topic was asked about in this month.

    Raises:
        StorageUnavailableError: it was not counted.
    """
    async with store.transaction() as db_session:
        await count_up(db_session, QuestionCount.count, topic=topic, month=_month(store))


async def asked_about(store: Store, first: date, last: date) -> list[Asked]:
    """What people asked about, most asked first; those too few to be shown come last, by name.

    Args:
        first, last: any day of the first and the last month.
    """
    total = func.sum(QuestionCount.count)
    asked = (
        select(QuestionCount.topic, total)
        .where(QuestionCount.month >= first.replace(day=1), QuestionCount.month <= last)
        .group_by(QuestionCount.topic)
    )
    async with store.transaction() as db_session:
        rows = [(topic, int(count)) for topic, count in await db_session.execute(asked)]
    shown = sorted((r for r in rows if r[1] >= FEWEST_SHOWN), key=lambda r: (-r[1], r[0]))
    hidden = sorted(topic for topic, count in rows if count < FEWEST_SHOWN)
    return [*(Asked(topic, count) for topic, count in shown), *(Asked(t, None) for t in hidden)]


def _month(store: Store) -> date:
    return store.clock().astimezone(SWEDEN).date().replace(day=1)
