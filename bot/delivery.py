"""Shows prompts to people who are looking: what is due goes to whoever has Lotsen open."""

from typing import ClassVar, override

from bot.gateway import Gateway
from bot.repeated import Repeated
from casework import prompts
from casework.store import Store

_FORGET_AFTER_SECONDS = 3600.0
_FORGET_ANONYMOUS_AFTER_SECONDS = 900.0


class Delivery(Repeated):
    """Looks in the outbox; somebody who is away gets the prompt when they come.

    Args:
        store: holds the outbox.
        gateway: knows who is present.
    """

    every_seconds: ClassVar[float] = 2.0
    failed = "delivery_failed"

    def __init__(self, store: Store, gateway: Gateway) -> None:
        super().__init__()
        self._store = store
        self._gateway = gateway

    @override
    async def once(self) -> None:
        """Show what is due to each person who is present, and forget who has left."""
        for person_id in {p.recipient_id for p in await prompts.unsent(self._store)}:
            conversation = self._gateway.present(person_id)
            if conversation and conversation.shown:
                await self._gateway.show_prompts(conversation)
        await self._gateway.forget_silent(
            after_seconds=_FORGET_AFTER_SECONDS,
            anonymous_after_seconds=_FORGET_ANONYMOUS_AFTER_SECONDS,
        )
