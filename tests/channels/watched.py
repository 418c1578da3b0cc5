"""What tests see of a channel that platforms do not tell: when a message has been answered."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

from bot.outside_chat import Address

ANSWER_SECONDS = 60.0


class Watched:
    """Stands before a channel among the bases, and remembers what has been answered there."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._answered: list[tuple[str, str]] = []

    async def finished(self, address: Address, message_id: str) -> None:
        """Remember it."""
        self._answered.append((address.outside_id, message_id))

    async def answered(self, address: Address, message_id: str) -> None:
        """Wait until a chat's message is answered."""
        message = (address.outside_id, message_id)
        await until(lambda: message in self._answered)
        self._answered.remove(message)


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    end = time.monotonic() + ANSWER_SECONDS
    while not holds():
        assert time.monotonic() < end, "nothing came"
        await asyncio.sleep(0.02)
