"""One way to speak with Lotsen in any channel, for tests that hold in all of them.

A channel joins the suite with a driver of its own: a class in `DRIVERS`, and what makes the
channel in `CHANNELS`.
"""

import asyncio
import re
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, override

import telegram
from aiohttp import ClientSession

from bot import texts
from bot.app import MakeChannel, Running, run
from bot.channels.base import ChatChannel, Inbound, Surroundings
from bot.channels.telegram import HOOK, IN_CHAT, OVERALL, Telegram
from bot.channels.terminal import Terminal
from bot.engine_process import free_port
from bot.outside_chat import Address
from bot.pacing import Pacing
from bot.settings import Settings
from bot.settings import Telegram as Section
from casework import links, turns
from casework.schema import Base, Person
from casework.store import Store, open_store
from casework.vocabulary import PersonId
from tests import builders
from tests.channels.narrow import Narrow
from tests.channels.teams_town import FakeConnector, ListenedTeams, activity, buttons, local_teams
from tests.channels.watched import ANSWER_SECONDS, Watched, until
from tests.chat_client import Chat
from tests.fake_telegram import FakeTelegram, Sent, Update
from tests.lotsen_process import exported

NOOR = PersonId("noor")
_KEPT = {"units", "people", "contacts", "counters", "alembic_version"}


CHANNELS: Sequence[MakeChannel] = [Narrow, local_teams]
"""Makes the channels on other platforms that run beside the web."""


class Skipping:
    """A clock that skips what is slept."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self._skipped

    async def sleep(self, seconds: float) -> None:
        self._skipped += seconds
        await asyncio.sleep(0)


class WatchedTelegram(Watched, Telegram):
    """The real one; tests see when a message is answered, which Telegram does not tell."""


class Lotsen:
    """A whole Lotsen in this process, that can be restarted.

    Args:
        data: its data folder.
    """

    def __init__(self, data: Path) -> None:
        self.time = Skipping()
        self.clock = builders.from_noon
        self.telegram = FakeTelegram(clock=self.time)
        self._wanted = Settings(data=data, port=free_port(), demo=True)
        self._stack = AsyncExitStack()
        self.folder = data / "saved"
        self.folder.mkdir()
        self.written: list[str] = []
        """What the terminal shows."""

    async def start(self) -> None:
        """Start it."""
        await self.telegram.start()
        await self._run()

    async def _run(self) -> None:
        self._channels: list[ChatChannel[object]] = []
        makers = [self._kept(make) for make in (*CHANNELS, self._telegram, self._terminal)]
        running = run(self._wanted, lambda _: None, self.clock, makers)
        self.running: Running = await self._stack.enter_async_context(running)
        self.store: Store = open_store(self._wanted.data, self.clock)
        self._stack.push_async_callback(self.store.close)

    async def stop(self) -> None:
        """Stop it; the data stays."""
        await self._stack.aclose()
        await self.telegram.stop()

    async def restart(self) -> None:
        """Stop it and start it again."""
        await self._stack.aclose()
        await self._run()

    async def empty(self) -> None:
        """Remove all that people told, and whose conversations there were."""
        async with self.store.transaction() as db_session:
            for table in reversed(Base.metadata.sorted_tables):
                if table.name not in _KEPT:
                    await db_session.execute(table.delete())
        for channel in self._channels:
            await channel.put_down()

    def channel[T](self, kind: type[T]) -> T:
        """The running channel of a kind."""
        return next(channel for channel in self._channels if isinstance(channel, kind))

    @property
    def url(self) -> str:
        return self.running.url

    @property
    def data(self) -> Path:
        return self._wanted.data

    async def record(self, reference: str) -> dict[str, Any]:
        """One record of the export."""
        return await exported(self.data, reference)

    def _telegram(self, around: Surroundings) -> WatchedTelegram:
        self.around = around
        return self.bot(self.telegram.section())

    def bot(self, section: Section) -> WatchedTelegram:
        """A bot, at Telegram's pace but without the waiting."""
        pacing = Pacing(OVERALL, IN_CHAT, self.time, self.time.sleep)
        return WatchedTelegram(self.around, section, pacing)

    def _terminal(self, around: Surroundings) -> Terminal:
        return Terminal(around, NOOR, self.written.append, self.folder)

    def _kept(self, make: MakeChannel) -> MakeChannel:
        def made(around: Surroundings) -> ChatChannel[object]:
            channel = make(around)
            self._channels.append(channel)
            return channel

        return made


@dataclass
class Reply:
    """What came back.

    Attributes:
        pieces: the messages.
        buttons: title → what tapping it sends, of the last message that has any.
    """

    pieces: list[str] = field(default_factory=list)
    buttons: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n\n".join(self.pieces)


class Driver(ABC):
    """Speaks as Noor in one channel."""

    name: ClassVar[str]
    taps: ClassVar[bool] = True
    """Whether there are buttons, which may be old or unknown."""
    repeats: ClassVar[bool] = True
    """Whether a message may be delivered twice."""
    longest: ClassVar[int | None] = None
    """Of one message, in UTF-16 units."""

    def __init__(self, lotsen: Lotsen) -> None:
        self.lotsen = lotsen
        self.last = Reply()

    @abstractmethod
    async def open(self) -> None:
        """Come."""

    @abstractmethod
    async def close(self) -> None:
        """Leave."""

    @abstractmethod
    async def post(self, text: str, message_id: str) -> None:
        """Send a text, without waiting for more than that it was received."""

    @abstractmethod
    async def post_tap(self, button: str, message_id: str) -> None:
        """Tap what a button sends."""

    @abstractmethod
    async def answered(self, message_id: str) -> Reply:
        """Wait until a message is answered; what came since the last reply."""

    @abstractmethod
    async def heard(self, pattern: str) -> Reply:
        """Wait until something comes that matches."""

    async def received(self) -> None:
        """Wait until what was posted has been received."""
        async with asyncio.timeout(ANSWER_SECONDS):
            while not await turns.left_in(self.lotsen.store, self.name):  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    async def restart(self) -> None:
        """Let Lotsen be restarted, and come again."""
        await self.close()
        await self.lotsen.restart()
        await self.open()

    async def say(self, text: str, message_id: str = "") -> Reply:
        """Send a text and wait for the answer."""
        message_id = message_id or uuid.uuid4().hex
        await self.post(text, message_id)
        self.last = await self.answered(message_id)
        return self.last

    async def tap(self, button: str) -> Reply:
        """Tap what a button sends, and wait for the answer."""
        message_id = uuid.uuid4().hex
        await self.post_tap(button, message_id)
        self.last = await self.answered(message_id)
        return self.last

    async def pick(self, title: str) -> Reply:
        """Answer with a choice, in the way of the channel."""
        return await self.tap(self.last.buttons[title])


class WebDriver(Driver):
    """The web chat, over its WebSocket."""

    name = "web"

    def __init__(self, lotsen: Lotsen) -> None:
        super().__init__(lotsen)
        self._conversation: str | None = None

    @override
    async def open(self) -> None:
        self._chat = await Chat(self.lotsen.url, NOOR, self._conversation).__aenter__()
        self._conversation = self._chat.conversation
        self._came = Reply([m.text for m in self._chat.greeting.messages])

    @override
    async def close(self) -> None:
        await self._chat.__aexit__(None, None, None)

    @override
    async def post(self, text: str, message_id: str) -> None:
        await self._chat.send(type="say", id=message_id, text=text)

    @override
    async def post_tap(self, button: str, message_id: str) -> None:
        await self._chat.send(type="choose", id=message_id, payload=button)

    @override
    async def answered(self, message_id: str) -> Reply:
        turn = await self._chat.until_done(message_id)
        choices = next((m.choices for m in reversed(turn.messages) if m.choices), ())
        return Reply(
            [*(m.text for m in turn.messages), *turn.errors],
            {choice["title"]: choice["payload"] for choice in choices},
        )

    @override
    async def heard(self, pattern: str) -> Reply:
        if re.search(pattern, self._came.text):
            return self._came
        turn = await self._chat.wait_for(pattern)
        return Reply([m.text for m in turn.messages])


class NarrowDriver(Driver):
    """The narrowest platform, over the contract alone."""

    name = "narrow"
    longest = Narrow.can.longest_text

    def __init__(self, lotsen: Lotsen) -> None:
        super().__init__(lotsen)
        self.address = Address(uuid.uuid4().hex, {"to": "there"})
        self._read = 0

    @override
    async def open(self) -> None:
        store, at = self.lotsen.store, self.address
        await links.link(store, Narrow.name, at.outside_id, NOOR, at.reference)
        self._read = 0

    @override
    async def close(self) -> None:
        self._read = 0

    @property
    def channel(self) -> Narrow:
        return self.lotsen.channel(Narrow)

    @override
    async def post(self, text: str, message_id: str) -> None:
        await self.channel.hear(Inbound(self.address, message_id, text))

    @override
    async def post_tap(self, button: str, message_id: str) -> None:
        await self.channel.hear(Inbound(self.address, message_id, token=button))

    @override
    async def answered(self, message_id: str) -> Reply:
        await self.channel.answered(self.address, message_id)
        return self._new()

    @override
    async def heard(self, pattern: str) -> Reply:
        await until(lambda: bool(re.search(pattern, self._new(keep=True).text)))
        return self._new()

    def _new(self, *, keep: bool = False) -> Reply:
        new = [p for at, p in self.channel.sent[self._read :] if at == self.address.outside_id]
        self._read = self._read if keep else len(self.channel.sent)
        buttons = next((p.buttons for p in reversed(new) if p.buttons), ())
        return Reply([p.text for p in new], {b.title: b.token for b in buttons})


class TelegramDriver(Driver):
    """A private chat in Telegram, by webhook or as another bot is configured."""

    name = "telegram"
    longest = Telegram.can.longest_text

    def __init__(
        self,
        lotsen: Lotsen,
        there: FakeTelegram | None = None,
        bot: WatchedTelegram | None = None,
        person: PersonId | None = NOOR,
    ) -> None:
        super().__init__(lotsen)
        self.telegram = there or lotsen.telegram
        self._bot = bot
        self._person = person
        self.chat = self.telegram.new_chat()
        self.came: list[Sent] = []
        """What came last."""
        self._updates: dict[str, Update] = {}
        self._read = 0

    @override
    async def open(self) -> None:
        if self._person:
            await links.link(self.lotsen.store, self.name, str(self.chat), self._person, {})
        self._read = len(self.telegram.sent)

    @override
    async def close(self) -> None:
        """Nothing is open."""

    @override
    async def post(self, text: str, message_id: str) -> None:
        await self._post(message_id, self.telegram.message(self.chat, text=text))

    @override
    async def post_tap(self, button: str, message_id: str) -> None:
        await self._post(message_id, self.telegram.tap(self.chat, button))

    async def send(self, update: Update) -> Reply:
        """Bring any update, and wait for the answer."""
        message_id = uuid.uuid4().hex
        await self._post(message_id, update)
        self.last = await self.answered(message_id)
        return self.last

    async def _post(self, message_id: str, update: Update) -> None:
        if message_id in self._updates:
            hook = f"{self.lotsen.url}{HOOK}"
            await self.telegram.bring_again(hook, self._updates[message_id])
            return
        self._updates[message_id] = await self.telegram.bring(update)

    @override
    async def answered(self, message_id: str) -> Reply:
        bot = self._bot or self.lotsen.channel(WatchedTelegram)
        inbound = bot.parse(telegram.Update.de_json(self._updates[message_id], None))
        assert inbound is not None
        await bot.answered(inbound.address, inbound.id)
        return self.news()

    @override
    async def pick(self, title: str) -> Reply:
        """Tap a choice; of several, tick it and say that it is all."""
        buttons = self.last.buttons
        reply = await super().pick(title)
        return await self.tap(buttons[texts.READY]) if texts.READY in buttons else reply

    @override
    async def heard(self, pattern: str) -> Reply:
        await until(lambda: bool(re.search(pattern, self.news(keep=True).text)))
        return self.news()

    def news(self, *, keep: bool = False) -> Reply:
        """What has come since it was last looked at."""
        new = [sent for sent in self.telegram.sent[self._read :] if sent.chat == self.chat]
        self._read = self._read if keep else len(self.telegram.sent)
        self.came = new
        buttons = next((sent.buttons for sent in reversed(new) if sent.buttons), {})
        return Reply([sent.marked for sent in new], buttons)


class TeamsDriver(Driver):
    """Teams, over its own door, where nobody has to prove who they are."""

    name = "teams"

    def __init__(self, lotsen: Lotsen, person: PersonId | None = NOOR) -> None:
        super().__init__(lotsen)
        self._person = person
        self.connector = FakeConnector()
        self.came: list[dict[str, Any]] = []
        """What came last."""
        self.chat = f"a:{uuid.uuid4().hex}"
        self.object_id = str(uuid.uuid4())
        self._read = 0

    @override
    async def open(self) -> None:
        await self.connector.__aenter__()
        if self._person:
            async with self.lotsen.store.transaction() as db_session:
                (await db_session.get_one(Person, self._person)).entra_id = self.object_id
            at = self.address
            await links.link(
                self.lotsen.store, self.name, at.outside_id, self._person, at.reference
            )

    @override
    async def close(self) -> None:
        await self.connector.__aexit__()

    @property
    def address(self) -> Address:
        reference = {"service_url": self.connector.url, "conversation": self.chat}
        return Address(self.object_id, reference)

    async def deliver(self, **said: Any) -> int:
        """Let Teams knock; the status of the answer."""
        url = f"{self.lotsen.url}/api/messages"
        sender = {"id": "29:noor", "aadObjectId": self.object_id}
        chat = {"id": self.chat, "conversationType": "personal"}
        body = activity(self.connector.url, **{"from": sender, "conversation": chat, **said})
        async with ClientSession() as session, session.post(url, json=body) as answer:
            return answer.status

    @override
    async def post(self, text: str, message_id: str) -> None:
        assert await self.deliver(text=text, id=message_id) == 202

    @override
    async def post_tap(self, button: str, message_id: str) -> None:
        assert await self.deliver(value={"token": button}, id=message_id) == 202

    async def submit(self, value: dict[str, Any]) -> Reply:
        """Send what a card sends, and wait for the answer."""
        message_id = uuid.uuid4().hex
        assert await self.deliver(value=value, id=message_id) == 202
        self.last = await self.answered(message_id)
        return self.last

    @override
    async def answered(self, message_id: str) -> Reply:
        await self.lotsen.channel(ListenedTeams).answered(self.address, message_id)
        return self.news()

    @override
    async def heard(self, pattern: str) -> Reply:
        await until(lambda: bool(re.search(pattern, self.news(keep=True).text)))
        return self.news()

    def news(self, *, keep: bool = False) -> Reply:
        """What has come since it was last looked at."""
        self.came = new = self.connector.messages[self._read :]
        self._read = self._read if keep else len(self.connector.messages)
        tapped = next((found for m in reversed(new) if (found := buttons(m))), {})
        return Reply([m["text"] for m in new], {t: d.get("token", "") for t, d in tapped.items()})


class TerminalDriver(Driver):
    """The terminal, where choices are numbered."""

    name = "terminal"
    taps = False
    repeats = False

    def __init__(self, lotsen: Lotsen) -> None:
        super().__init__(lotsen)
        self._read: int | None = None

    @override
    async def open(self) -> None:
        self._lines: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._done = set[str]()
        self._is_greeted = asyncio.Event()
        conversing = self.lotsen.channel(Terminal).converse(self._typed())
        self._conversing = asyncio.create_task(conversing)
        if self._read is None:
            await asyncio.wait_for(self._is_greeted.wait(), ANSWER_SECONDS)
            self._read = len(self.lotsen.written)

    @override
    async def close(self) -> None:
        self._conversing.cancel()
        await asyncio.gather(self._conversing, return_exceptions=True)

    async def _typed(self) -> AsyncIterator[str]:
        self._is_greeted.set()
        while True:
            message_id, text = await self._lines.get()
            yield text
            self._done.add(message_id)

    @override
    async def post(self, text: str, message_id: str) -> None:
        self._lines.put_nowait((message_id, text))

    @override
    async def post_tap(self, button: str, message_id: str) -> None:
        await self.post(button, message_id)

    @override
    async def answered(self, message_id: str) -> Reply:
        await until(lambda: message_id in self._done)
        return self._new()

    @override
    async def heard(self, pattern: str) -> Reply:
        lines = self.lotsen.written
        await until(lambda: bool(re.search(pattern, "\n".join(lines[self._read or 0 :]))))
        return self._new()

    def _new(self) -> Reply:
        new = self.lotsen.written[self._read or 0 :]
        self._read = len(self.lotsen.written)
        numbered = re.findall(r"^(\d+)\. (.+)$", "\n".join(new), re.MULTILINE)
        return Reply(new, {title: number for number, title in numbered})


DRIVERS: Sequence[type[Driver]] = [
    WebDriver,
    NarrowDriver,
    TelegramDriver,
    TeamsDriver,
    TerminalDriver,
]
