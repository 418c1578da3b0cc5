"""One chat on another platform: what is on its way there, one thing after another."""

import asyncio
import random
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import structlog
from aiohttp import ClientError

from bot import texts
from bot.conversation import Conversation, Frame
from bot.offers import Offers, Ticks
from bot.parts import Capabilities, Part, split

log = structlog.get_logger()

_PATIENCE_SECONDS = 60.0
"""How long one message is tried again while the platform says to wait (our choice)."""
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.5, 15.0
_JITTER = 0.3
_REMEMBERED_IDS = 200
_MOST_UNSENT = 50


class TemporaryError(Exception):
    """The platform did not take a message now, and may take it later.

    Attributes:
        retry_after: seconds that it asked for; None if it did not say.
    """

    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__("try again later")
        self.retry_after = retry_after


class RefusedError(Exception):
    """The platform will never take this message, or the chat is gone."""


@dataclass(frozen=True)
class Address:
    """A chat on a platform.

    Attributes:
        outside_id: what the platform calls it; the same every time.
        reference: what the platform needs to be told to send there; JSON.
    """

    outside_id: str
    reference: Mapping[str, Any] = field(default_factory=dict)


class Platform(Protocol):
    """What a chat needs of its channel; see `bot.channels.base.ChatChannel`."""

    name: str
    can: Capabilities
    public_url: str

    async def send(self, address: Address, part: Part) -> str | None: ...
    async def edit(self, address: Address, sent: str, part: Part) -> None: ...
    async def typing(self, address: Address) -> None: ...
    async def finished(self, address: Address, message_id: str) -> None: ...
    async def paper(self, address: Address, url: str) -> Part: ...
    async def picture(self, address: Address, url: str) -> Part | None: ...
    def forget(self, chat: "OutsideChat") -> None: ...


Job = Callable[[], Awaitable[None]]
"""Something to do in its turn."""


@dataclass(frozen=True)
class _Sign:
    """Something that is passed over if it fails: that we are writing, that we are done."""

    sign: Job

    async def __call__(self) -> None:
        with suppress(Exception):
            await self.sign()


class OutsideChat:
    """The conversation in a chat, and what is on its way there.

    It carries its conversation (`bot.conversation.Carrier`).

    Args:
        platform: where it is.
        address: how it is reached.

    Attributes:
        door: whoever holds it is being received.
        failures: how many messages could not be sent.
        unsent: what could not be sent for now; it goes first when somebody comes.
    """

    def __init__(self, platform: Platform, address: Address) -> None:
        self._platform = platform
        self.address = address
        self.door = asyncio.Lock()
        self.conversation: Conversation | None = None
        self.offers = Offers(platform.can, platform.public_url)
        self.failures = 0
        self.unsent: list[Job] = []
        self._announcement = ""
        self._seen = OrderedDict[str, None]()
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        self._is_over = False
        self._worker = asyncio.get_running_loop().create_task(self._work())

    # --- the conversation

    @property
    def talk(self) -> Conversation:
        """The conversation.

        Raises:
            LookupError: the chat has not been opened.
        """
        if self.conversation is None:
            raise LookupError("no conversation")
        return self.conversation

    @property
    def person_id(self) -> str | None:
        """Whose conversation it is; None for nobody's."""
        person = self.conversation.person if self.conversation else None
        return person.id if person else None

    def begin(self, conversation: Conversation, address: Address) -> None:
        """Carry a conversation from now on, and no other."""
        self.leave()
        self.address = address
        self.offers = Offers(self._platform.can, self._platform.public_url)
        self.conversation = conversation
        conversation.carrier = self

    def leave(self) -> None:
        """Carry nothing."""
        if self.conversation and self.conversation.carrier is self:
            self.conversation.carrier = None
        self.conversation = None

    def end(self) -> None:
        """Carry nothing any more; what is on its way is put down."""
        self._is_over = True
        self.leave()
        self._platform.forget(self)
        self._worker.cancel()
        while not self._jobs.empty():
            self._jobs.get_nowait()
            self._jobs.task_done()

    async def close(self) -> None:
        """The same as `end`, and wait for it."""
        self.end()
        with suppress(asyncio.CancelledError):
            await self._worker

    def is_new(self, message_id: str) -> bool:
        """Whether a message came for the first time; it is remembered."""
        if message_id in self._seen:
            return False
        self._seen[message_id] = None
        while len(self._seen) > _REMEMBERED_IDS:
            self._seen.popitem(last=False)
        return True

    def let_come_again(self, message_id: str) -> None:
        """A message was not received after all: it is new when it comes again."""
        self._seen.pop(message_id, None)

    # --- out

    def take(self, frame: Frame) -> None:
        """Take something of the conversation on its way."""
        match frame:
            case {"type": "message"}:
                self._carry(frame)
            case {"type": "typing"}:
                self.do(_Sign(partial(self._platform.typing, self.address)))
            case {"type": "error", "text": text}:
                message_id = str(frame.get("id") or "")
                self.let_come_again(message_id)
                self.say(text)
                self.finish(message_id)
            case {"type": "done", "id": message_id}:
                self.finish(message_id)
            case {"type": "ended"}:
                self.end()

    async def emptied(self) -> bool:
        """Wait until all that was taken has been sent or kept; False if the chat is over."""
        await self._jobs.join()
        return not self._is_over

    def announce(self, text: str) -> None:
        """Say something before all else, but not to somebody in danger: 112 does not wait."""
        self._announcement = text

    def say(self, text: str) -> None:
        """Say something that is not part of the conversation."""
        self._say_announcement()
        self._say(text)

    def _say_announcement(self) -> None:
        if self._announcement and not (self.conversation and self.conversation.danger):
            text, self._announcement = self._announcement, ""
            self._say(text)

    def _say(self, text: str) -> None:
        pieces = split(text, self._platform.can.longest_text, self._platform.can.measure)
        self.do(partial(self._send_all, [Part(piece) for piece in pieces], None))

    def change(self, ticks: Ticks) -> None:
        """Show which choices are ticked now."""
        self.do(partial(self._change, ticks))

    def hand_over(self, url: str) -> None:
        """Send a file of this app."""
        self.do(partial(self._hand_over, url))

    def finish(self, message_id: str) -> None:
        """Tell the platform that a message is answered, after the answers."""
        self.do(_Sign(partial(self._platform.finished, self.address, message_id)))

    def do(self, job: Job) -> None:
        """Do something after all that is to be done before."""
        if not self._is_over:
            self._jobs.put_nowait(job)

    def send_again(self) -> None:
        """Somebody is there: what could not be sent goes first."""
        unsent, self.unsent = self.unsent, []
        for job in unsent:
            self.do(job)

    # --- one thing after another

    def _carry(self, frame: Frame) -> None:
        self._say_announcement()
        if url := frame.get("image"):
            self.do(partial(self._show_picture, str(url)))
        text = texts.elsewhere(str(frame["text"]), self._platform.public_url)
        parts = self.offers.parts({**frame, "text": text})
        self.do(partial(self._send_all, parts, self.offers.ticks))

    async def _work(self) -> None:
        while True:
            job = await self._jobs.get()
            try:
                await self._do(job)
            finally:
                self._jobs.task_done()

    async def _do(self, job: Job) -> None:
        """Do it, or keep it if the platform is away; what it refuses is let go."""
        if self.unsent and not isinstance(job, _Sign):
            self._keep(job)
            return
        try:
            await job()
        except TemporaryError:
            self._keep(job)
        except Exception as error:  # noqa: BLE001  the next message must get out all the same
            self.failures += 1
            log.error("message_not_sent", channel=self._platform.name, error=type(error).__name__)

    def _keep(self, job: Job) -> None:
        self.failures += 1
        log.error("message_kept_back", channel=self._platform.name, count=len(self.unsent) + 1)
        if len(self.unsent) < _MOST_UNSENT:
            self.unsent.append(job)

    async def _send_all(self, parts: list[Part], ticks: Ticks | None) -> None:
        """Send the parts that are left of a message; one that was sent is not sent again."""
        while parts:
            sent = await self._send(parts[0])
            if ticks and len(parts) == 1:
                ticks.sent = sent
            del parts[0]

    async def _send(self, part: Part) -> str | None:
        return await _patiently(partial(self._platform.send, self.address, part))

    async def _change(self, ticks: Ticks) -> None:
        if ticks.sent:
            changed = partial(self._platform.edit, self.address, ticks.sent, ticks.part())
            await _patiently(changed)

    async def _hand_over(self, url: str) -> None:
        await self._send(await self._platform.paper(self.address, url))

    async def _show_picture(self, url: str) -> None:
        if part := await self._platform.picture(self.address, url):
            await self._send(part)


async def _patiently[T](send: Callable[[], Awaitable[T]]) -> T:
    """Send, and again while the platform says that it may be taken later.

    Raises:
        TemporaryError: it went on for too long.
        RefusedError: it will never be taken.
    """
    until, pause = time.monotonic() + _PATIENCE_SECONDS, _FIRST_PAUSE_SECONDS
    while True:
        try:
            return await send()
        except (TemporaryError, OSError, ClientError) as error:
            asked = error.retry_after if isinstance(error, TemporaryError) else None
            wait = max(asked or 0.0, pause) * random.uniform(1, 1 + _JITTER)  # noqa: S311  no secret
            if time.monotonic() + wait > until:
                raise TemporaryError(wait) from error
        await asyncio.sleep(wait)
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
