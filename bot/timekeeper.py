"""The clock: lets casework do what has become due, once a minute, in every app that runs."""

import asyncio

import structlog

from casework.content import Policy
from casework.errors import CaseworkError
from casework.nudges import look_after_drafts
from casework.store import Store

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 60.0


class Timekeeper:
    """A loop that never decides what is due: casework does, and several may run at once.

    Args:
        store: the record, with its clock.
        policy: the periods.
    """

    def __init__(self, store: Store, policy: Policy) -> None:
        self._store = store
        self._policy = policy
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin at once, and go on every minute."""
        self._loop = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Stop; what is not done is due at the next start."""
        if self._loop:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                done = await look_after_drafts(self._store, self._policy.drafts)
                for stage, count in done.items():
                    log.info("drafts_looked_after", kind=stage, count=count)
            except CaseworkError as error:
                log.error("clock_failed", error=type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)
