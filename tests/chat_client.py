"""A client of the web chat (docs/interfaces.md), as a browser would speak to it."""

import asyncio
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import aiohttp

ANSWER_SECONDS = 60
QUIET_SECONDS = 0.25
REFERENCE = re.compile(r"OP-\d{4}-\d{6}")


@dataclass(frozen=True)
class Message:
    """Something Lotsen said."""

    text: str
    choices: tuple[dict[str, str], ...] = ()
    multiple: bool = False
    files: tuple[dict[str, str], ...] = ()

    @property
    def titles(self) -> list[str]:
        return [c["title"] for c in self.choices]

    @property
    def asks(self) -> str | None:
        """The question of the report that its choices answer."""
        for choice in self.choices:
            if found := re.match(r'/answer\{"(\w+)"', choice["payload"]):
                return found[1]
        return None


@dataclass
class Turn:
    """All that came back for one message."""

    messages: list[Message] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    acknowledged: bool = False

    @property
    def text(self) -> str:
        return "\n".join(m.text for m in self.messages)

    @property
    def titles(self) -> list[str]:
        return [title for m in self.messages for title in m.titles]

    @property
    def files(self) -> list[dict[str, str]]:
        return [file for m in self.messages for file in m.files]

    @property
    def asks(self) -> str | None:
        return next((m.asks for m in reversed(self.messages) if m.asks), None)

    @property
    def reference(self) -> str | None:
        found = REFERENCE.search(self.text)
        return found[0] if found else None


class Chat:
    """A conversation over a WebSocket of its own.

    Args:
        url: where Lotsen listens.
        person: a demo person's id; None for nobody.
        conversation: an earlier conversation to go on with.
        headers: sent with every request.
    """

    def __init__(
        self,
        url: str,
        person: str | None = None,
        conversation: str | None = None,
        headers: Mapping[str, str] | None = None,
    ):
        self.url = url
        self._headers = headers
        self.person = person
        self.conversation = conversation
        self.resumed = False
        self.greeting = Turn()
        self.last = Turn()
        self._seen = 0

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), headers=self._headers
        )
        if self.person:
            async with self._session.post(
                f"{self.url}/login", json={"person": self.person}
            ) as answer:
                assert answer.status == 204, answer.status
        await self.connect()
        self.greeting = await self._until_quiet()
        self.last = self.greeting
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def connect(self) -> bool:
        """Open a socket and say hello; whether the conversation was taken up again."""
        self.socket = await self._session.ws_connect(
            self.url.replace("http", "ws", 1) + "/chat", headers={"Origin": self.url}
        )
        await self.send(type="hello", conversation=self.conversation, seen=self._seen)
        welcome = await self.receive()
        assert welcome["type"] == "welcome", welcome
        self.conversation, self.resumed = welcome["conversation"], welcome["resumed"]
        return self.resumed

    async def log_in(self, person: str) -> None:
        """Become somebody, as the page does: the next connection is theirs."""
        asked = {"person": person, "conversation": self.conversation}
        async with self._session.post(f"{self.url}/login", json=asked) as answer:
            assert answer.status == 204, answer.status

    async def lose_contact(self) -> None:
        """Be cut off, without a word to the other side."""
        await self._session.close()
        self._session = aiohttp.ClientSession(
            cookie_jar=self._session.cookie_jar, headers=self._headers
        )

    async def send(self, **frame: Any) -> None:
        """Send a raw frame."""
        await self.socket.send_json(frame)

    async def receive(self, *, seconds: float = ANSWER_SECONDS) -> dict[str, Any]:
        """The next raw frame."""
        frame: dict[str, Any] = await self.socket.receive_json(timeout=seconds)
        self._seen = max(self._seen, frame.get("number", 0))
        return frame

    async def say(self, text: str, *, message_id: str | None = None) -> Turn:
        """Type a text and wait for all that comes back."""
        return await self.turn(type="say", text=text, id=message_id or uuid.uuid4().hex)

    async def choose(self, *titles: str) -> Turn:
        """Tap one choice, or several of a message that takes several."""
        offered = [c for m in reversed(self.last.messages) for c in m.choices]
        return await self.choose_payload(" ".join(_payload(offered, title) for title in titles))

    async def choose_payload(self, payload: str) -> Turn:
        """Send the payload of a choice, whether it was offered or not."""
        return await self.turn(type="choose", payload=payload, id=uuid.uuid4().hex)

    async def turn(self, **frame: Any) -> Turn:
        """Send a frame with an id and collect until it is done."""
        await self.send(**frame)
        self.last = await self.until_done(frame["id"])
        return self.last

    async def until_done(self, message_id: str) -> Turn:
        """Collect what comes until the message is done."""
        turn = Turn()
        while True:
            frame = await self.receive()
            _add(turn, frame)
            if frame.get("id") == message_id and frame["type"] in ("done", "error"):
                return turn

    async def wait_for(self, pattern: str, *, seconds: float = ANSWER_SECONDS) -> Turn:
        """Collect what comes unasked until a message matches."""
        turn = Turn()
        async with asyncio.timeout(seconds):
            while not re.search(pattern, turn.text):
                _add(turn, await self.receive())
        self.last = turn
        return turn

    async def _until_quiet(self) -> Turn:
        """The greeting: it comes unasked, so it ends with a silence."""
        turn = Turn()
        try:
            while True:
                seconds = QUIET_SECONDS if turn.messages else ANSWER_SECONDS
                _add(turn, await self.receive(seconds=seconds))
        except TimeoutError:
            return turn


def _add(turn: Turn, frame: dict[str, Any]) -> None:
    match frame["type"]:
        case "message":
            turn.messages.append(
                Message(
                    frame["text"],
                    tuple(frame["choices"]),
                    bool(frame.get("multiple")),
                    tuple(frame.get("files", ())),
                )
            )
        case "error":
            turn.errors.append(frame["text"])
        case "ack":
            turn.acknowledged = True


def _payload(offered: Iterable[dict[str, str]], title: str) -> str:
    choices = list(offered)
    for choice in choices:
        if choice["title"] == title:
            return choice["payload"]
    raise AssertionError(f"{title!r} is not offered, but {[c['title'] for c in choices]}")
