"""How fast messages may go out to a platform: in all, and in one chat."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

Clock = Callable[[], float]
"""Seconds that only go on."""

Sleep = Callable[[float], Awaitable[object]]


@dataclass(frozen=True)
class Pace:
    """So many a second, of which some may go at once after a silence."""

    per_second: float
    at_once: int = 1


@dataclass
class _Bucket:
    """The tokens of one pace; `full_at` is the moment when all of them are there again."""

    pace: Pace
    full_at: float = 0.0

    def take(self, now: float) -> float:
        """Take a token, perhaps one to come; the seconds until it is there."""
        each = 1 / self.pace.per_second
        self.full_at = max(self.full_at, now) + each
        return max(0.0, self.full_at - now - each * self.pace.at_once)


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
        self._overall = _Bucket(overall)
        self._in_chat = in_chat
        self._clock = clock
        self._sleep = sleep
        self._chats = OrderedDict[str, _Bucket]()
        self._held: dict[str, float] = {}

    async def turn(self, outside_id: str) -> None:
        """Wait until a message may go out to a chat: first for the chat, then for its place."""
        now = self._clock()
        chat = self._chats.setdefault(outside_id, _Bucket(self._in_chat))
        self._chats.move_to_end(outside_id)
        if wait := chat.take(now):
            await self._sleep(wait)
        self._forget_full()
        if wait := self._overall.take(self._clock()):
            await self._sleep(wait)

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
        now = self._clock()
        while self._chats and next(iter(self._chats.values())).full_at <= now:
            self._chats.popitem(last=False)
