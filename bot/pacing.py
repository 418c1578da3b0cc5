"""How fast messages may go out to a platform: in all, and in one chat."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Clock = Callable[[], float]
"""Seconds that only go on."""

Sleep = Callable[[float], Awaitable[object]]

_NOTHING = 1e-6
"""Seconds too short to wait for: a clock may not see them pass."""


@dataclass(frozen=True)
class Pace:
    """So many a second, of which some may go at once after a silence."""

    per_second: float
    at_once: int = 1


class Bucket:
    """Lets one thing after another through, in the order they came, and no faster than a pace.

    Args:
        pace: how fast.
        clock, sleep: the time.
    """

    def __init__(
        self, pace: Pace, clock: Clock = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._each = 1 / pace.per_second
        self._ahead = self._each * (pace.at_once - 1)
        self._clock, self._sleep = clock, sleep
        self._full_at = self._rests_until = clock()
        self._door = asyncio.Lock()

    async def take(self) -> None:
        """Wait for one's turn."""
        async with self._door:
            while (wait := self._wait()) > _NOTHING:
                await self._sleep(wait)
            self._full_at = max(self._full_at, self._clock()) + self._each

    def rest(self, seconds: float) -> None:
        """Let nothing through for so long: the platform asked for it."""
        self._rests_until = max(self._rests_until, self._clock() + seconds)

    @property
    def is_full(self) -> bool:
        """Whether it has been silent for so long that nothing needs to be remembered of it."""
        return not self._door.locked() and self._full_at <= self._clock()

    def _wait(self) -> float:
        return max(self._full_at - self._ahead, self._rests_until) - self._clock()


class Pacing:
    """Lets messages through in the order they ask, as fast as the platform allows.

    A chat's id is remembered for as long as it matters, and in memory only.

    Args:
        overall: of all chats together.
        in_chat: of each chat.
        clock, sleep: the time.
    """

    def __init__(
        self,
        overall: Pace,
        in_chat: Pace,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._in_chat = in_chat
        self._clock, self._sleep = clock, sleep
        self._overall = Bucket(overall, clock, sleep)
        self._chats = OrderedDict[str, Bucket]()
        self._held: dict[str, float] = {}

    async def turn(self, outside_id: str) -> None:
        """Wait until a message may go out to a chat: first for the chat, then for its place."""
        if outside_id not in self._chats:
            self._chats[outside_id] = Bucket(self._in_chat, self._clock, self._sleep)
        self._chats.move_to_end(outside_id)
        await self._chats[outside_id].take()
        self._forget_full()
        await self._overall.take()

    def hold(self, outside_id: str, seconds: float) -> None:
        """Let nothing through to a chat for a while: the platform said so."""
        self._held[outside_id] = self._clock() + seconds

    def held(self, outside_id: str) -> float:
        """For how many seconds nothing is let through to a chat; 0 if it is."""
        now = self._clock()
        self._held = {chat: until for chat, until in self._held.items() if until > now}
        return max(0.0, self._held.get(outside_id, now) - now)

    def _forget_full(self) -> None:
        """Forget the chats that have been silent long enough; the longest silent stand first."""
        while self._chats and next(iter(self._chats.values())).is_full:
            self._chats.popitem(last=False)
