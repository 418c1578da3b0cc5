"""A chat in Telegram that speaks as the client of the web chat does, for conversations as data."""

import re
from dataclasses import dataclass
from typing import Self, override

from bot import texts
from bot.outside_chat import Address
from casework import drafts
from casework.report import next_question
from casework.vocabulary import PersonId
from tests.channels.drivers import Lotsen, TelegramDriver, WatchedTelegram
from tests.chat_client import Chat, Message, Turn
from tests.fake_telegram import Sent


@dataclass
class _Answered(Turn):
    """A turn that knows which question it asks: buttons here do not always tell."""

    question: str | None = None

    @property
    @override
    def asks(self) -> str | None:
        return self.question


class TelegramChat(Chat):
    """Somebody's chat with the bot of a whole Lotsen.

    Args:
        lotsen: the Lotsen.
        person: a demo person's id; None for nobody.
    """

    def __init__(self, lotsen: Lotsen, person: str | None) -> None:
        super().__init__(lotsen.url, person)
        self._lotsen = lotsen
        self._who = PersonId(person) if person else None
        self._driver = TelegramDriver(lotsen, person=self._who)

    @override
    async def __aenter__(self) -> Self:
        await self._driver.open()
        bot = self._lotsen.channel(WatchedTelegram)
        await bot.welcome(Address(str(self._driver.chat)))
        self._driver.news()
        self.greeting = await self._heard()
        return self

    @override
    async def __aexit__(self, *_: object) -> None:
        """Nothing is open."""

    @override
    async def say(self, text: str, *, message_id: str | None = None) -> Turn:
        await self._driver.say(text, message_id or "")
        return await self._heard()

    @override
    async def choose(self, *titles: str) -> Turn:
        """Tap one choice, tick several, or type the numbers of what cannot be buttons here."""
        buttons = {c["title"]: c["payload"] for m in self.last.messages for c in m.choices}
        tokens = [buttons[title] for title in titles]
        if all(token.isdigit() for token in tokens):
            return await self.say(", ".join(tokens))
        for token in [*tokens, *([buttons[texts.READY]] if texts.READY in buttons else [])]:
            await self._driver.tap(token)
        return await self._heard()

    @override
    async def choose_payload(self, payload: str) -> Turn:
        await self._driver.tap(payload)
        return await self._heard()

    @override
    async def wait_for(self, pattern: str, *, seconds: float = 0) -> Turn:
        await self._driver.heard(pattern)
        return await self._heard()

    async def _heard(self) -> Turn:
        messages = [Message(sent.marked, tuple(_choices(sent))) for sent in self._driver.came]
        tokens = [choice["payload"] for message in messages for choice in message.choices]
        is_asked = any(token[:1] != "/" or token.startswith("/answer") for token in tokens)
        self.last = _Answered(messages, question=await self._question() if is_asked else None)
        return self.last

    async def _question(self) -> str | None:
        draft = await drafts.find(self._lotsen.store, self._who) if self._who else None
        return next_question(draft.answers) if draft else None


def _choices(sent: Sent) -> list[dict[str, str]]:
    """The buttons of a message, or what is numbered in it."""
    numbered = re.findall(r"^(\d+)\. (.+)$", sent.marked, re.MULTILINE)
    found = sent.buttons or {title: number for number, title in numbered}
    return [{"title": title, "payload": token} for title, token in found.items()]
