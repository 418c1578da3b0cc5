"""A task that is done again and again for as long as the app runs."""

import asyncio
from abc import ABC, abstractmethod
from typing import ClassVar

import structlog

from bot.engine_client import EngineAwayError, TurnFailedError
from casework.errors import CaseworkError

log = structlog.get_logger()


class Repeated(ABC):
    """Begins at once and goes on until it is stopped; what fails is tried again next time."""

    every_seconds: ClassVar[float]
    failed: ClassVar[str]
    """What is logged when it fails, with the kind of failure."""

    def __init__(self) -> None:
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._loop = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Stop; what is not done is due at the next start."""
        if self._loop:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                await self.once()
            except (CaseworkError, EngineAwayError, TurnFailedError) as error:
                log.error(self.failed, error=type(error).__name__)
            await asyncio.sleep(self.every_seconds)

    @abstractmethod
    async def once(self) -> None:
        """Do it."""
