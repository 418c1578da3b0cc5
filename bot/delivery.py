"""Shows prompts to people who are looking: what is due goes to whoever has Lotsen open."""

import asyncio

import structlog

from bot.engine_client import EngineAwayError, TurnFailedError
from bot.gateway import Gateway
from casework import prompts
from casework.errors import CaseworkError
from casework.store import Store

log = structlog.get_logger()

LOOK_EVERY_SECONDS = 2.0
_FORGET_AFTER_SECONDS = 3600.0
_FORGET_ANONYMOUS_AFTER_SECONDS = 900.0


class Delivery:
    """A loop over the outbox; somebody who is away gets the prompt when they come.

    Args:
        store: holds the outbox.
        gateway: knows who is present.
    """

    def __init__(self, store: Store, gateway: Gateway) -> None:
        self._store = store
        self._gateway = gateway
        self._loop: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._loop = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Stop looking."""
        if self._loop:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            try:
                await self.deliver()
                await self._gateway.forget_silent(
                    after_seconds=_FORGET_AFTER_SECONDS,
                    anonymous_after_seconds=_FORGET_ANONYMOUS_AFTER_SECONDS,
                )
            except (CaseworkError, EngineAwayError, TurnFailedError) as error:
                log.error("delivery_failed", error=type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)

    async def deliver(self) -> None:
        """Show what is due to each person who is present."""
        for person_id in {p.recipient_id for p in await prompts.unsent(self._store)}:
            conversation = self._gateway.present(person_id)
            if conversation and conversation.shown:
                await self._gateway.show_prompts(conversation)
