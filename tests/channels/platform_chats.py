"""Chats on other platforms that speak as the web chat's client does, for conversations as data."""

import json
import re
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, override

from bot import texts
from bot.outside_chat import Address
from casework import drafts
from casework.report import next_question
from casework.vocabulary import PersonId
from tests.channels.drivers import Lotsen, TeamsDriver, TelegramDriver, WatchedTelegram
from tests.channels.teams_town import ListenedTeams, buttons
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


class PlatformChat(Chat):
    """Somebody's chat with a whole Lotsen on another platform.

    Args:
        lotsen: the Lotsen.
        person: a demo person's id; None for nobody.
    """

    def __init__(self, lotsen: Lotsen, person: str | None) -> None:
        super().__init__(lotsen.url, person)
        self._lotsen = lotsen
        self._who = PersonId(person) if person else None
        self._driver = self._drive()

    @abstractmethod
    def _drive(self) -> TelegramDriver | TeamsDriver:
        """The driver of the platform."""

    @abstractmethod
    async def _greet(self) -> None:
        """Be greeted, as whoever opens the chat."""

    @abstractmethod
    def _messages(self) -> list[Message]:
        """What came last."""

    @override
    async def __aenter__(self) -> Self:
        await self._driver.open()
        await self._greet()
        self._driver.news()
        self.greeting = await self._heard()
        return self

    @override
    async def __aexit__(self, *_: object) -> None:
        await self._driver.close()

    @override
    async def say(self, text: str, *, message_id: str | None = None) -> Turn:
        await self._driver.say(text, message_id or "")
        return await self._heard()

    @override
    async def wait_for(self, pattern: str, *, seconds: float = 0) -> Turn:
        await self._driver.heard(pattern)
        return await self._heard()

    @property
    def _offered(self) -> dict[str, str]:
        return {c["title"]: c["payload"] for m in self.last.messages for c in m.choices}

    async def _heard(self) -> Turn:
        messages = self._messages()
        tokens = [choice["payload"] for message in messages for choice in message.choices]
        is_asked = any(token[:1] != "/" or token.startswith("/answer") for token in tokens)
        self.last = _Answered(messages, question=await self._question() if is_asked else None)
        return self.last

    async def _question(self) -> str | None:
        draft = await drafts.find(self._lotsen.store, self._who) if self._who else None
        return next_question(draft.answers) if draft else None


class TelegramChat(PlatformChat):
    """A private chat with the bot in Telegram."""

    _driver: TelegramDriver

    @override
    def _drive(self) -> TelegramDriver:
        return TelegramDriver(self._lotsen, person=self._who)

    @override
    async def _greet(self) -> None:
        bot = self._lotsen.channel(WatchedTelegram)
        await bot.welcome(Address(str(self._driver.chat)))

    @override
    async def choose(self, *titles: str) -> Turn:
        """Tap one choice, tick several, or type the numbers of what cannot be buttons here."""
        tokens = [self._offered[title] for title in titles]
        if all(token.isdigit() for token in tokens):
            return await self.say(", ".join(tokens))
        ready = self._offered.get(texts.READY)
        for token in [*tokens, *([ready] if ready else [])]:
            await self._driver.tap(token)
        return await self._heard()

    @override
    async def choose_payload(self, payload: str) -> Turn:
        await self._driver.tap(payload)
        return await self._heard()

    @override
    def _messages(self) -> list[Message]:
        return [Message(sent.marked, tuple(_choices(sent))) for sent in self._driver.came]


class TeamsChat(PlatformChat):
    """A personal chat in Teams."""

    _driver: TeamsDriver

    @override
    def _drive(self) -> TeamsDriver:
        return TeamsDriver(self._lotsen, self._who)

    @override
    async def _greet(self) -> None:
        await self._lotsen.channel(ListenedTeams).welcome(self._driver.address)

    @override
    async def choose(self, *titles: str) -> Turn:
        """Press a button of a card, or tick boxes and press the one below them."""
        values = [json.loads(self._offered[title]) for title in titles]
        picked = {"picked": ",".join(value["picked"] for value in values if "picked" in value)}
        await self._driver.submit(values[-1] | (picked if "picked" in values[-1] else {}))
        return await self._heard()

    @override
    async def choose_payload(self, payload: str) -> Turn:
        await self._driver.submit(json.loads(payload))
        return await self._heard()

    @override
    def _messages(self) -> list[Message]:
        return [Message(_as_written(said["text"]), _on_card(said)) for said in self._driver.came]


def _choices(sent: Sent) -> list[dict[str, str]]:
    """The buttons of a message, or what is numbered in it."""
    numbered = re.findall(r"^(\d+)\. (.+)$", sent.marked, re.MULTILINE)
    found = sent.buttons or {title: number for number, title in numbered}
    return [{"title": title, "payload": token} for title, token in found.items()]


def _on_card(said: Mapping[str, Any]) -> tuple[dict[str, str], ...]:
    """The choices on the card below a message, each with what it sends."""
    return tuple(
        {"title": title, "payload": json.dumps(value)}
        for title, value in buttons(dict(said)).items()
    )


def _as_written(markdown: str) -> str:
    """Teams' Markdown as the chat's own marks."""
    lines = re.sub(r"^- ", "• ", markdown.replace("**", "*"), flags=re.MULTILINE)
    return re.sub(r"\\([^\w\s])", r"\1", lines)
