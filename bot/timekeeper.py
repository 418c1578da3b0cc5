"""The clock: lets casework do what has become due, once a minute, in every app that runs."""

from typing import ClassVar, override

import structlog

from bot.repeated import Repeated
from casework.content import Policy
from casework.nudges import look_after_drafts
from casework.store import Store

log = structlog.get_logger()


class Timekeeper(Repeated):
    """Never decides what is due: casework does, and several may run at once.

    Args:
        store: the record, with its clock.
        policy: the periods.
    """

    every_seconds: ClassVar[float] = 60.0
    failed = "clock_failed"

    def __init__(self, store: Store, policy: Policy) -> None:
        super().__init__()
        self._store = store
        self._policy = policy

    @override
    async def once(self) -> None:
        """Remind of drafts that were left, and remove those that are too old."""
        done = await look_after_drafts(self._store, self._policy.drafts)
        for stage, count in done.items():
            log.info("drafts_looked_after", kind=stage, count=count)
