"""Delivers prompts: what is due is claimed from the outbox and handed to a channel."""

from collections.abc import Sequence
from typing import ClassVar, Protocol, override

import structlog
from aiohttp import ClientError

from bot.gateway import Gateway
from bot.repeated import Repeated
from bot.settings import ANONYMOUS_SECONDS
from casework import prompts
from casework.content import Policy
from casework.prompts import DuePrompt
from casework.store import Store
from casework.vocabulary import PersonId

log = structlog.get_logger()

_FORGET_AFTER_SECONDS = 3600.0


class PushChannel(Protocol):
    """Reaches people who are not looking; told twice of a prompt's key, it shows it once."""

    name: str

    async def deliver(self, person_id: PersonId, due: Sequence[DuePrompt]) -> bool:
        """Hand prompts over; whether somebody can be expected to see them.

        Raises:
            OSError, ClientError: it cannot be reached; the next channel is tried.
        """


class Delivery(Repeated):
    """Looks in the outbox. Whoever has Lotsen open is shown the prompt there, at any hour.

    Everybody else gets it by the first other channel that takes it, but not in quiet hours; if
    none does, it is tried again with growing pauses, and shown when the person comes.

    Args:
        store: holds the outbox.
        policy: the quiet hours.
        gateway: knows who is present.
        channels: in the order in which they are tried.
        anonymous_seconds: of silence, until a conversation of nobody's is forgotten.
    """

    every_seconds: ClassVar[float] = 2.0
    failed = "delivery_failed"

    def __init__(
        self,
        store: Store,
        policy: Policy,
        gateway: Gateway,
        channels: Sequence[PushChannel] = (),
        *,
        anonymous_seconds: float = ANONYMOUS_SECONDS,
    ) -> None:
        super().__init__()
        self._store = store
        self._quiet = policy.reminders.quiet
        self._gateway = gateway
        self._anonymous_seconds = anonymous_seconds
        self._channels = channels

    @override
    async def once(self) -> None:
        """Deliver what is due, and forget who has left."""
        is_quiet = self._quiet.hold_at(self._store.clock())
        reachable = self._gateway.present_people() if is_quiet else None
        while claimed := await prompts.claim(self._store, reachable):
            due: dict[PersonId, list[DuePrompt]] = {}
            for prompt in claimed:
                due.setdefault(prompt.recipient_id, []).append(prompt)
            for person_id, theirs in due.items():
                await self._deliver(person_id, theirs)
        self._gateway.forget_silent(
            after_seconds=_FORGET_AFTER_SECONDS,
            anonymous_after_seconds=self._anonymous_seconds,
        )

    async def _deliver(self, person_id: PersonId, due: Sequence[DuePrompt]) -> None:
        conversation = self._gateway.present(person_id)
        if conversation and conversation.shown:
            if not await self._gateway.show_prompts(conversation):
                await prompts.put_back(self._store, [prompt.id for prompt in due])
            return
        for channel in self._channels:
            if await _reaches(channel, person_id, due):
                for prompt in due:
                    await prompts.sent(self._store, prompt.id, channel.name)
                return


async def _reaches(channel: PushChannel, person_id: PersonId, due: Sequence[DuePrompt]) -> bool:
    try:
        return await channel.deliver(person_id, due)
    except (OSError, ClientError) as error:
        log.error("channel_failed", kind=channel.name, error=type(error).__name__)
        return False
