"""The contract of a channel whose conversations live in chats on another platform.

A platform's channel parses what comes in and sends one part at a time. All else is here and the
same for all: whose chat it is, which conversation goes on in it, linking, files, and messages that
Lotsen sends first. What is on its way to a chat, in order, is `bot.outside_chat`.

A chat that is not linked to a person is nobody's: routine questions are answered, and its id is
held in memory only, for as long as its conversation.
"""

import hashlib
import re
import time
from abc import ABC, abstractmethod
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot import texts
from bot.conversation import Conversation
from bot.gateway import Gateway
from bot.offers import Changed, Content, Meant, NothingTicked, Wanted
from bot.outside_chat import Address, OutsideChat
from bot.parts import Capabilities, Document, Part
from casework import links, organisation, prompts, turns
from casework.errors import (
    CaseworkError,
    NotAllowedError,
    NotFoundError,
    StorageUnavailableError,
)
from casework.organisation import Profile
from casework.prompts import DuePrompt
from casework.store import Store
from casework.vocabulary import PersonId

log = structlog.get_logger()

Fetch = Callable[[str, Profile], Awaitable[Document]]
"""Gives a file of this app to a person who may have it, as its address would; logged likewise.

Raises NotFoundError or NotAllowedError if it is not theirs, StorageUnavailableError if it could
not be logged.
"""

_LONGEST_ID = 128  # as the table of turns has it
_REMEMBERED_KEYS = 1000
_REST_SECONDS = 60.0
"""How long prompts wait when the platform is away; each is tried again later anyway."""

_WRONG_CODES = 5
_WRONG_CODES_SECONDS = 3600.0

_BEGINS = re.compile(r"/start(\s.*)?", re.DOTALL)
_LINKS = re.compile(r"/?(?:link|koppla)\s+([a-z0-9](?:[ -]?[a-z0-9]){7})", re.IGNORECASE)
_UNLINKS = re.compile(r"/unlink|koppla från", re.IGNORECASE)
_HELLO = "hej"


@dataclass(frozen=True)
class Inbound:
    """Something that came in.

    Attributes:
        id: what the platform calls it; the same when it is delivered again.
        text: what was typed; empty for what cannot be read (a picture, a voice).
        token: that of the button that was tapped; None if something was typed.
        refusal: what is said to something that is not read at all; None for all that is.
    """

    address: Address
    id: str
    text: str = ""
    token: str | None = None
    refusal: str | None = None


@dataclass(frozen=True)
class Surroundings:
    """What a channel is given.

    Attributes:
        fetch: gives files to those who may have them.
        public_url: where people find the web page.
    """

    store: Store
    gateway: Gateway
    fetch: Fetch
    public_url: str


class ChatChannel[Raw](ABC):
    """A channel on another platform; a subclass says how it parses and sends.

    It understands `/start`, `/link CODE` (*koppla CODE*) and `/unlink` (*koppla från*).

    Args:
        around: the rest of this app.

    Attributes:
        name: its name in the record.
        title: what people call it.
        can: what the platform can carry.
        is_linked: whether people link their chats to themselves by a code from the web page.
        delivers_again: whether the platform brings a message again that `hear` failed to store.
    """

    name: str
    title: str
    can: Capabilities
    is_linked: bool = True
    delivers_again: bool = False

    def __init__(self, around: Surroundings) -> None:
        self.store = around.store
        self.gateway = around.gateway
        self.fetch = around.fetch
        self.public_url = around.public_url
        self._chats: dict[str, OutsideChat] = {}
        self._wrong_codes: dict[str, deque[float]] = {}
        self._told_to_wait = set[str]()
        self._shown = OrderedDict[str, None]()
        self._rests_until = 0.0

    # --- what a platform's channel says

    @abstractmethod
    def parse(self, raw: Raw) -> Inbound | None:
        """What came in; None for what is not for us (a group's, an edit). Without effect."""

    @abstractmethod
    async def send(self, address: Address, part: Part) -> str | None:
        """Send one part.

        Returns:
            What the platform calls the message; None if it cannot be changed.

        Raises:
            TemporaryError, OSError, ClientError: it may be taken later.
            RefusedError: it will never be taken.
        """

    async def edit(self, address: Address, sent: str, part: Part) -> None:
        """Change a message that was sent; only where `can.edits`. Raises as `send`."""
        raise NotImplementedError

    async def typing(self, address: Address) -> None:  # noqa: B027  not every platform can
        """Show that a reply is on its way; what it raises is passed over."""

    async def finished(  # noqa: B027  not every platform wants to know
        self, address: Address, message_id: str
    ) -> None:
        """All replies to a message have been sent; what it raises is passed over."""

    def add_to(self, app: web.Application) -> None:  # noqa: B027  not every channel has any
        """Add the channel's routes, if it has any, to the application that faces people."""

    async def for_nobody(self) -> str:
        """What somebody whom we do not know is told first, where the platform knows them."""
        notice = [texts.PLATFORM_SEES, *([texts.CAN_BE_LINKED] if self.is_linked else [])]
        return "\n\n".join(notice).format(platform=self.title, url=self.public_url)

    # --- running

    async def start(self) -> None:
        """Begin: answer what was received before a restart and is not answered."""
        for person_id in await turns.left_in(self.store, self.name):
            address = await self.address_of(person_id)
            if address:
                async with self._chat(address) as chat:
                    self.gateway.greet(await self._open(chat, address))

    async def stop(self) -> None:
        """Stop sending; the messages whose replies are not sent stay stored."""
        await self.put_down()

    async def put_down(self) -> None:
        """Hold no chat any more; each is taken up again when somebody comes."""
        for chat in list(self._chats.values()):
            await chat.close()

    # --- who is who

    async def person_at(self, address: Address) -> PersonId | None:
        """Whose chat it is; None for nobody's."""
        return await links.person_of(self.store, self.name, address.outside_id)

    async def address_of(self, person_id: PersonId) -> Address | None:
        """The chat of a person; None if they have none."""
        found = await links.reference_of(self.store, self.name, person_id)
        return Address(found.outside_id, found.reference) if found else None

    # --- in

    async def hear(self, raw: Raw) -> None:
        """Take what the platform delivered; what comes first is answered first.

        It has been received when this returns: stored, for somebody we know, or refused in words.

        Raises:
            StorageUnavailableError: it could not be stored, and the platform `delivers_again`.
        """
        inbound = self.parse(raw)
        if inbound:
            await self.receive(inbound)

    async def receive(self, inbound: Inbound) -> None:
        """The same as `hear`, for what is parsed."""
        async with self._chat(inbound.address) as chat:
            try:
                await self._open(chat, inbound.address)
                await self._take(chat, inbound, _fitting(inbound.id))
            except CaseworkError as error:
                log.error("message_not_received", channel=self.name, error=type(error).__name__)
                if self.delivers_again and isinstance(error, StorageUnavailableError):
                    self._tell_to_wait(chat, _fitting(inbound.id))
                    raise
                chat.take({"type": "error", "id": _fitting(inbound.id), "text": texts.NOT_SAVED})

            else:
                self._told_to_wait.discard(inbound.address.outside_id)

    def _tell_to_wait(self, chat: OutsideChat, message_id: str) -> None:
        """Say once that nothing can be stored now; the message is new when it comes again."""
        chat.let_come_again(message_id)
        if chat.address.outside_id not in self._told_to_wait:
            self._told_to_wait.add(chat.address.outside_id)
            chat.say(texts.NOT_SAVED_YET)

    async def welcome(self, address: Address) -> None:
        """Say hello, or go on where a restart cut us off; nothing if we are talking."""
        async with self._chat(address) as chat:
            conversation = await self._open(chat, address)
        await self.gateway.welcome(conversation)
        await chat.emptied()

    async def _take(self, chat: OutsideChat, inbound: Inbound, message_id: str) -> None:
        text = inbound.text.strip()
        if not chat.is_new(message_id):
            return
        if inbound.refusal is not None:
            chat.say(inbound.refusal)
            chat.finish(message_id)
        elif inbound.token is not None:
            await self._answer(chat, message_id, chat.offers.tapped(inbound.token))
        elif _BEGINS.fullmatch(text):
            await self._begin(chat, message_id)
        elif self.is_linked and (code := _LINKS.fullmatch(text)):
            await self._link(chat, inbound.address, code[1])
            chat.finish(message_id)
        elif self.is_linked and _UNLINKS.fullmatch(text):
            await self._unlink(chat)
            chat.finish(message_id)
        else:
            await self._answer(chat, message_id, chat.offers.typed(inbound.text))

    async def _begin(self, chat: OutsideChat, message_id: str) -> None:
        if chat.talk.log:
            await self.gateway.receive(chat.talk, message_id, {"text": _HELLO})
        else:
            self.gateway.greet(chat.talk)

    async def _answer(self, chat: OutsideChat, message_id: str, meant: Meant) -> None:
        """Give the gateway what is for the dialogue; ticks and files are handled here."""
        match meant:
            case Content():
                await self.gateway.receive(chat.talk, message_id, meant.values)
                return
            case Changed():
                chat.change(meant.ticks)
            case Wanted():
                chat.hand_over(meant.file.url)
            case NothingTicked():
                chat.say(texts.PICK_FIRST)
        chat.finish(message_id)

    async def _open(self, chat: OutsideChat, address: Address) -> Conversation:
        """The conversation that goes on in a chat; a new one if it has become somebody else's."""
        chat.send_again()
        person = await self._person(address)
        person_id = PersonId(person.id) if person else None
        if chat.conversation and chat.person_id == person_id:
            if person_id and dict(chat.address.reference) != dict(address.reference):
                await self._remember(address, person_id)
            chat.address = address
            return chat.conversation
        latest = await turns.latest(self.store, person_id, self.name) if person_id else None
        conversation, _ = await self.gateway.open(latest, person, self.name)
        if person_id:
            await self._remember(address, person_id)
        chat.begin(conversation, address)
        if person is None and self.can.platform_sees:
            chat.announce(await self.for_nobody())
        return conversation

    async def _person(self, address: Address) -> Profile | None:
        person_id = await self.person_at(address)
        if person_id is None:
            return None
        try:
            return await organisation.profile(self.store, person_id)
        except NotFoundError:
            return None

    async def _remember(self, address: Address, person_id: PersonId) -> None:
        """Keep how a linked chat is reached, as the platform says now."""
        if self.is_linked:
            await links.link(
                self.store, self.name, address.outside_id, person_id, address.reference
            )

    async def cut_off(self, address: Address) -> None:
        """A chat can be reached no more: it is nobody's, and prompts take another way."""
        person_id = await links.person_of(self.store, self.name, address.outside_id)
        if person_id:
            log.warning("chat_cut_off", channel=self.name)
            async with self.store.transaction() as db_session:
                await links.cut(db_session, [person_id], self.name)

    # --- linking

    async def _link(self, chat: OutsideChat, address: Address, code: str) -> None:
        """Link the chat to whoever got the code."""
        if self._has_guessed(address):
            chat.say(texts.TOO_MANY_CODES.format(url=self.public_url))
            return
        person_id = await links.redeem(
            self.store, code, self.name, address.outside_id, address.reference
        )
        if person_id is None:
            self._wrong_codes.setdefault(address.outside_id, deque()).append(time.monotonic())
            chat.say(texts.WRONG_CODE.format(url=self.public_url))
            return
        self._wrong_codes.pop(address.outside_id, None)
        for other in list(self._chats.values()):
            if other is not chat and other.person_id == person_id:
                await other.close()
        conversation = await self._open(chat, address)
        name = conversation.person.name.split()[0] if conversation.person else ""
        chat.say(texts.LINKED.format(platform=self.title, name=name))
        self.gateway.greet(conversation)

    def _has_guessed(self, address: Address) -> bool:
        """Whether too many wrong codes came from there within the hour; in memory only."""
        an_hour_ago = time.monotonic() - _WRONG_CODES_SECONDS
        for outside_id, times in list(self._wrong_codes.items()):
            while times and times[0] < an_hour_ago:
                times.popleft()
            if not times:
                del self._wrong_codes[outside_id]
        return len(self._wrong_codes.get(address.outside_id, ())) >= _WRONG_CODES

    async def _unlink(self, chat: OutsideChat) -> None:
        person_id = chat.person_id
        if person_id is None:
            chat.say(texts.NOT_LINKED)
            return
        async with self.store.transaction() as db_session:
            await links.cut(db_session, [person_id], self.name)
        chat.leave()
        chat.say(texts.UNLINKED)

    # --- files

    async def paper(self, address: Address, url: str) -> Part:
        """A file of this app for whoever's chat it is, or words if it is not theirs; logged."""
        person = await self._person(address)
        if person is None:
            return Part(texts.PAPER_NOT_THERE)
        try:
            return Part(document=await self.fetch(url, person))
        except (NotFoundError, NotAllowedError):
            return Part(texts.PAPER_NOT_THERE)
        except StorageUnavailableError:
            return Part(texts.PAPER_NOT_NOW)

    async def picture(self, address: Address, url: str) -> Part | None:
        """An image under a message; None if it cannot be had or shown there."""
        person = await self._person(address)
        if person is None or not self.can.images:
            return None
        try:
            return Part(image=await self.fetch(url, person))
        except CaseworkError:
            return None

    # --- messages that Lotsen sends first

    async def deliver(self, person_id: PersonId, due: Sequence[DuePrompt]) -> bool:
        """Show a person what waits for them (`bot.delivery.PushChannel`).

        It counts as sent when the platform has taken it: what fails half-way is tried again.
        """
        address = await self.address_of(person_id)
        if address is None or time.monotonic() < self._rests_until:
            return False
        if all(prompt.key in self._shown for prompt in due):
            return True
        async with self._chat(address) as chat:
            conversation = await self._open(chat, address)
        await chat.emptied()
        waiting = await prompts.waiting(self.store, person_id)
        failures, kept = chat.failures, len(chat.unsent)
        if not await self.gateway.show_prompts(conversation):
            await prompts.put_back(self.store, [prompt.id for prompt in due])
            return False
        is_there = await chat.emptied() and chat.failures == failures
        if len(chat.unsent) > kept:
            self._rests_until = time.monotonic() + _REST_SECONDS
            del chat.unsent[kept:]
        if is_there:
            await self._note_sent(waiting)
        return is_there

    async def _note_sent(self, shown: Sequence[DuePrompt]) -> None:
        for prompt in shown:
            self._shown[prompt.key] = None
        while len(self._shown) > _REMEMBERED_KEYS:
            self._shown.popitem(last=False)
        for prompt in shown:
            await prompts.sent(self.store, prompt.id, self.name)

    # --- chats

    @asynccontextmanager
    async def _chat(self, address: Address) -> AsyncIterator[OutsideChat]:
        """The chat there; one at a time is let in, in the order they came."""
        while True:
            chat = self._held(address)
            async with chat.door:
                if self._held(address) is not chat:
                    continue
                yield chat
                if chat.conversation is None:
                    await chat.emptied()
                    chat.end()
                return

    def _held(self, address: Address) -> OutsideChat:
        chat = self._chats.get(address.outside_id)
        if chat is None:
            chat = self._chats[address.outside_id] = OutsideChat(self, address)
        return chat

    def forget(self, chat: OutsideChat) -> None:
        """Hold a chat no longer."""
        if self._chats.get(chat.address.outside_id) is chat:
            del self._chats[chat.address.outside_id]


def _fitting(message_id: str) -> str:
    """A message's id as the record can hold it."""
    if len(message_id) <= _LONGEST_ID:
        return message_id
    return hashlib.sha256(message_id.encode()).hexdigest()
