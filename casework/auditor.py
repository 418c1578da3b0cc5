"""Looks for what must never be: a prompt that nobody gets, an open incident that is forgotten."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import exists, func, select

from casework import prompts
from casework.incidents import OPEN
from casework.plan_policy import QuietHours
from casework.schema import Incident, Person, Prompt, Step
from casework.store import Store

LATEST = timedelta(minutes=5)
"""How long a prompt may wait for its delivery to be tried."""


@dataclass(frozen=True)
class Findings:
    """How much is wrong; all zero if nothing is.

    Attributes:
        untried: prompts that are due for longer than `LATEST` and whose delivery nobody tried.
        forgotten: open incidents of which nobody is reminded.
        orphaned: open incidents of somebody who has left, and that nobody else may have.
    """

    untried: int
    forgotten: int
    orphaned: int


async def audit(store: Store, quiet: QuietHours, *, thoroughly: bool = True) -> Findings:
    """Count what must never be.

    A prompt to somebody who has no channel open waits for them, and has been tried; what it is
    about is escalated by its own deadline. In quiet hours nothing is tried.

    Args:
        thoroughly: whether all open incidents are looked through, which costs the more the more
            there are; if not, only what is due.

    Raises:
        StorageUnavailableError: the database could not be read.
    """
    async with store.transaction() as db_session:
        late = store.clock() - LATEST
        untried = select(func.count(Prompt.id)).where(
            Prompt.due <= late,
            Prompt.sent_at.is_(None),
            Prompt.answered_at.is_(None),
            Prompt.claimed_until.is_(None) | (Prompt.claimed_until <= late),
            prompts.is_worth_sending(),
        )
        is_open = Incident.status.in_(OPEN)
        reminded = exists().where(Step.incident_id == Incident.id, Step.remind_at.is_not(None))
        forgotten = select(func.count(Incident.id)).where(is_open, ~reminded)
        orphaned = (
            select(func.count(Incident.id))
            .join(Person, Incident.responsible_id == Person.id)
            .where(is_open, ~Person.active)
        )
        rests = quiet.hold_at(store.clock()) or quiet.hold_at(late)
        return Findings(
            untried=0 if rests else await db_session.scalar(untried) or 0,
            forgotten=await db_session.scalar(forgotten) or 0 if thoroughly else 0,
            orphaned=await db_session.scalar(orphaned) or 0 if thoroughly else 0,
        )
