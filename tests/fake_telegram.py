"""Telegram, played by an emulator that others wrote, with what tests need around it.

The emulator checks every request against the contract of the bot API; it records no text, so
what was sent is read here. `trouble` comes before it: the emulator has no limits and never fails.
"""

import itertools
import json
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal, override

from aiohttp import ClientSession, web
from lo_bot_api_emulator import LoBotApiEmulator  # type: ignore[import-untyped]
from pydantic import SecretStr

from bot.channels.telegram import SECRET_HEADER
from bot.pacing import Clock
from bot.settings import Telegram as Section

TOKEN = "123456:made-up-token-of-a-bot-for-tests"
SECRET = "made-up-secret-of-the-webhook"
SAID = frozenset({"sendMessage", "sendPhoto", "sendDocument", "editMessageText"})

_numbers = itertools.count(7_310_000_001)

Update = dict[str, Any]
"""JSON, as Telegram brings it."""


@dataclass(frozen=True)
class Refusal:
    """An answer that is none."""

    status: int
    description: str = "made-up trouble"
    parameters: dict[str, float] = field(default_factory=dict)


Trouble = Refusal | Literal["dropped", "lost"]
"""Refused, dropped before it was taken, or taken and the answer lost."""


@dataclass
class Sent:
    """A message that Telegram took."""

    chat: int
    message_id: int
    text: str = ""
    buttons: dict[str, str] = field(default_factory=dict)
    """Title → what it brings back."""
    bold: list[str] = field(default_factory=list)
    at: float = 0.0
    file: str | None = None
    body: bytes = b""
    marked: str = ""
    """The text with what is bold between asterisks, as Lotsen says it elsewhere."""


class FakeTelegram(LoBotApiEmulator):  # type: ignore[misc]  # it has no types
    """One bot's Telegram.

    Attributes:
        sent: all messages that were taken, as they are now.
        calls: methods that were called, with their fields, whether taken or not.
        trouble: what comes of the next messages, one each; None if it is taken.
        blocked: chats whose people have blocked the bot.
        confirms: whether it takes note of what a poll acknowledges.
    """

    def __init__(self, token: str = TOKEN, clock: Clock = time.monotonic) -> None:
        super().__init__(
            allow_insecure_loopback_webhooks=True, max_updates=10_000, max_history=10_000
        )
        self.token = token
        self.url = ""
        self.sent: list[Sent] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.trouble: deque[Trouble | None] = deque()
        self.blocked: set[int] = set()
        self.confirms = True
        self._clock = clock

    async def start(self, port: int = 0) -> None:
        """Listen; on another port each time unless one is said."""
        self._runner = web.AppRunner(self.app(), access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        host, bound = self._runner.addresses[0]
        self.url = f"http://{host}:{bound}"

    async def stop(self) -> None:
        """Be away."""
        await self._runner.cleanup()

    def section(self, **changes: Any) -> Section:
        """What is configured to use it: by webhook, with reports."""
        wanted = {"mode": "webhook", "reporting": True, "api": self.url, **changes}
        return Section.model_construct(
            token=SecretStr(self.token), secret=SecretStr(SECRET), **wanted
        )

    # --- what people do

    def new_chat(self) -> int:
        """The chat of somebody new."""
        return next(_numbers)

    def message(self, chat: int, kind: str = "private", **content: Any) -> Update:
        """An update with a message."""
        return {"message": self._message(chat, kind, **content)}

    def edit(self, chat: int, text: str) -> Update:
        """An update with a message that was changed."""
        return {"edited_message": {**self._message(chat, text=text), "edit_date": _now()}}

    def tap(self, chat: int, button: str) -> Update:
        """An update with a button that was tapped."""
        number = next(_numbers)
        return {
            "callback_query": {
                "id": str(number),
                "chat_instance": "1",
                "data": button,
                "from": _somebody(chat),
                "message": self._message(chat, text="x"),
            }
        }

    async def bring(self, update: Update) -> Update:
        """Let Telegram have an update, and bring it at once if there is a webhook."""
        number = await self.enqueue_update(update, token=self.token)
        return {**update, "update_id": number}

    async def bring_again(self, hook: str, update: Update) -> int:
        """Bring an update that was brought before, as if its answer had been lost."""
        async with (
            ClientSession() as client,
            client.post(hook, json=update, headers={SECRET_HEADER: SECRET}) as answer,
        ):
            return answer.status

    def waiting(self) -> int:
        """How many updates Telegram holds that are not acknowledged."""
        return int(self._update_queues.info(self.token)["pending_update_count"])

    def to(self, chat: int) -> list[Sent]:
        """What was sent to a chat."""
        return [sent for sent in self.sent if sent.chat == chat]

    def _message(self, chat: int, kind: str = "private", **content: Any) -> dict[str, Any]:
        return {
            "message_id": next(_numbers),
            "date": _now(),
            "chat": {"id": chat, "type": kind, "first_name": "Någon"},
            "from": _somebody(abs(chat)),
            **content,
        }

    # --- what the bot does

    @override
    async def handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        trouble = self.trouble.popleft() if self.trouble and method in SAID else None
        if trouble == "dropped":
            return _drop(request)
        fields, _ = await self.read_request(request)
        self.calls.append((method, fields))
        if str(fields.get("chat_id")) in map(str, self.blocked):
            trouble = Refusal(403, "Forbidden: bot was blocked by the user")
        if isinstance(trouble, Refusal):
            return _refuse(trouble)
        if method == "leaveChat":  # not among what it knows
            return web.json_response({"ok": True, "result": True})
        response: web.Response = await super().handle(request)
        if response.status == 200 and method in SAID:
            self._note(fields, request["read"][1], json.loads(response.text or ""))
        return _drop(request) if trouble == "lost" else response

    @override
    async def read_request(self, request: web.Request) -> Any:
        """What was asked, read once; what a poll acknowledges is left out if we play deaf."""
        if "read" not in request:
            request["read"] = await super().read_request(request)
            if not self.confirms:
                request["read"][0].pop("offset", None)
        return request["read"]

    def _note(self, fields: dict[str, Any], files: dict[str, Any], answer: Any) -> None:
        text, chat = str(fields.get("text", "")), int(fields["chat_id"])
        rows = json.loads(fields.get("reply_markup", "{}")).get("inline_keyboard", [])
        spans = json.loads(fields.get("entities", "[]"))
        now = Sent(
            chat,
            answer["result"]["message_id"],
            text,
            {button["text"]: button["callback_data"] for row in rows for button in row},
            [_cut(text, span["offset"], span["length"]) for span in spans],
            self._clock(),
        )
        now.marked = _marked(text, spans)
        for file in files.values():
            now.file, now.body = file["filename"], file["data"]
        earlier = [s for s in self.to(chat) if s.message_id == now.message_id]
        if earlier:
            self.sent[self.sent.index(earlier[0])] = now
        else:
            self.sent.append(now)


def _cut(text: str, start: int, length: int) -> str:
    """A piece by UTF-16 units, as Telegram counts."""
    return text.encode("utf-16-le")[2 * start : 2 * (start + length)].decode("utf-16-le")


def _marked(text: str, spans: list[dict[str, Any]]) -> str:
    marked, end = "", 0
    for span in spans:
        start, after = span["offset"], span["offset"] + span["length"]
        marked += f"{_cut(text, end, start - end)}*{_cut(text, start, span['length'])}*"
        end = after
    return marked + _cut(text, end, len(text))


def _drop(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()


def _refuse(refusal: Refusal) -> web.Response:
    answer = {
        "ok": False,
        "error_code": refusal.status,
        "description": refusal.description,
        "parameters": refusal.parameters,
    }
    return web.json_response(answer, status=refusal.status)


def _somebody(number: int) -> dict[str, Any]:
    return {"id": number, "is_bot": False, "first_name": "Någon", "language_code": "sv"}


def _now() -> int:
    return int(time.time())
