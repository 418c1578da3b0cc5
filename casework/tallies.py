"""Counting what must not be recorded: bribery and abuse of position, per month, nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from casework.clock import SWEDEN
from casework.schema import Tally
from casework.store import Store, count_up
from casework.vocabulary import IncidentType


@dataclass(frozen=True)
class Count:
    """How often a kind was counted in the month that begins on `month`."""

    kind: IncidentType
    month: date
    count: int


async def add(store: Store, db_session: AsyncSession, kinds: Iterable[IncidentType]) -> None:
    """Count one of each kind in this month, within the caller's transaction."""
    month = store.clock().astimezone(SWEDEN).date().replace(day=1)
    for kind in kinds:
        await count_up(db_session, Tally.count, kind=kind, month=month)


async def counts(store: Store) -> list[Count]:
    """All tallies, oldest first."""
    async with store.transaction() as db_session:
        rows = await db_session.scalars(select(Tally).order_by(Tally.month, Tally.kind))
        return [Count(IncidentType(t.kind), t.month, t.count) for t in rows]
