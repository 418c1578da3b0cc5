"""Keeps to how much a platform takes in a second."""

import asyncio
import time
from collections.abc import Awaitable, Callable

_NOTHING = 1e-6
"""Seconds too short to wait for: a clock may not see them pass."""


class Bucket:
    """Lets one thing after another through, in the order they came, and no more than so many.

    Args:
        rate: how many a second.
        burst: how many at once after a pause.
        now: seconds that only grow.
        sleep: waits for seconds.
    """

    def __init__(
        self,
        rate: float,
        burst: int,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._rate, self._burst = rate, burst
        self._now, self._sleep = now, sleep
        self._left, self._counted_at = float(burst), now()
        self._rests_until = now()
        self._door = asyncio.Lock()

    async def take(self) -> None:
        """Wait for one's turn."""
        async with self._door:
            while (wait := self._wait()) > _NOTHING:
                await self._sleep(wait)
            self._left -= 1

    def rest(self, seconds: float) -> None:
        """Let nothing through for so long: the platform asked for it."""
        self._rests_until = max(self._rests_until, self._now() + seconds)

    def _wait(self) -> float:
        now = self._now()
        self._left = min(self._burst, self._left + (now - self._counted_at) * self._rate)
        self._counted_at = now
        return max(self._rests_until - now, (1 - self._left) / self._rate)
