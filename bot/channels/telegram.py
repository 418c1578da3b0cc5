"""Telegram: a bot that people write to one by one, by webhook or by polling.

Telegram sees who writes and all that is written; `reporting = false` keeps reports out of it.
An update is acknowledged when what it brings is stored (https://core.telegram.org/bots/api).
"""

import asyncio
import hmac
import json
import os
import re
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any, override

import structlog
from aiohttp import web
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Message,
    MessageEntity,
    Update,
)
from telegram.constants import ChatAction, ChatType
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError
from telegram.request import HTTPXRequest

from bot import logs, texts
from bot.channels.base import ChatChannel, Inbound, Surroundings
from bot.outside_chat import Address, RefusedError, TemporaryError
from bot.pacing import Pace, Pacing
from bot.parts import Capabilities, Part, utf16
from bot.settings import Telegram as Section
from casework.errors import StorageUnavailableError
from casework.vocabulary import PersonId

os.environ.setdefault("PTB_TIMEDELTA", "true")  # else the library warns of what it will do

log = structlog.get_logger()

HOOK = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  its name

OVERALL, IN_CHAT = Pace(30), Pace(1, at_once=5)
"""Telegram's limits: 30 messages a second in all, one a second in a chat, "short bursts" allowed
(https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this); five at once is
our choice, an answer in pieces must not drip."""

_WANTED = ("message", "edited_message", "callback_query")
_COMMANDS = {"hjalp": "hjälp", "avbryt": "avbryt"}
_COMMAND = re.compile(r"/(\w+)(?:@\w+)?(?=\s|$)")
_STRONG = re.compile(r"(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])")
_PHOTOS = frozenset({"image/jpeg", "image/png"})
_LIBRARIES = ("telegram", "httpx", "httpcore")
_POLL_SECONDS = 25
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 1.0, 60.0
_MOST_TRIES = 3


class Telegram(ChatChannel[Update]):
    """The bot.

    Args:
        around: the rest of this app.
        section: what is configured.
        pacing: how fast messages go out.
    """

    name = "telegram"
    title = "Telegram"
    can = Capabilities(
        longest_text=4096,
        measure=utf16,
        buttons=True,
        most_choices=20,
        longest_title=60,
        longest_payload=64,
        edits=True,
        images=True,
        documents=True,
    )
    delivers_again = True

    def __init__(
        self, around: Surroundings, section: Section, pacing: Pacing | None = None
    ) -> None:
        super().__init__(around)
        logs.silence(*_LIBRARIES)
        self.is_linked = section.reporting
        self._section = section
        self._pacing = pacing or Pacing(OVERALL, IN_CHAT)
        self._bot = _Bot(section)
        self._tasks = set[asyncio.Task[None]]()
        self._taking = asyncio.Lock()
        self._groups = set[int]()
        self._crashes: dict[int, int] = {}
        self._next_update = 0

    # --- running

    @override
    async def start(self) -> None:
        """Begin; Telegram is told in the background, for it may be away."""
        await super().start()
        self._spawn(self._run())

    @override
    async def stop(self) -> None:
        """Stop, when what is being stored is stored."""
        async with self._taking:
            for task in list(self._tasks):
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await super().stop()
        await self._bot.shutdown()

    @override
    def add_to(self, app: web.Application) -> None:
        if self._section.mode == "webhook":
            app.router.add_post(HOOK, self._hook)

    async def _run(self) -> None:
        await self._until_taken(self._introduce)
        while self._section.mode == "polling":
            await self._until_taken(self._poll)

    async def _introduce(self) -> None:
        """Tell Telegram how updates come to us, and what can be chosen in its menu."""
        await self._bot.initialize()
        if self._section.mode == "webhook":
            secret = self._secret
            await self._bot.set_webhook(
                self.public_url + HOOK, secret_token=secret, allowed_updates=_WANTED
            )
        else:
            await self._bot.delete_webhook()
        menu = {**texts.MENU, **(texts.MENU_WHEN_LINKED if self.is_linked else {})}
        await self._bot.set_my_commands([BotCommand(name, does) for name, does in menu.items()])

    async def _until_taken(self, ask: Callable[[], Awaitable[None]]) -> None:
        """Ask Telegram for something, with growing pauses while it does not answer."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                await ask()
            except Exception as error:  # noqa: BLE001  it is asked again, whatever it was
                log.error("telegram_failed", error=type(error).__name__)
            else:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- in

    async def _hook(self, request: web.Request) -> web.Response:
        """An update; it is taken if it is Telegram's, and acknowledged if it is safe."""
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret.encode()):
            return web.Response(status=403)
        try:
            raw = json.loads(await request.read())
        except web.HTTPRequestEntityTooLarge:
            return web.Response(status=413)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        if not _is_update(raw):
            return web.Response(status=400)
        return web.Response(status=200 if await self._is_taken(raw) else 503)

    async def _poll(self) -> None:
        """Take what waits; asking for what comes after it acknowledges it."""
        for raw in await self._bot.updates_from(self._next_update):
            async with self._taking:
                is_taken = await self._is_taken(raw)
            if not is_taken:
                raise StorageUnavailableError("update")
            self._next_update = raw["update_id"] + 1

    async def _is_taken(self, raw: dict[str, Any]) -> bool:
        """Take an update; whether it may be acknowledged: it is stored, or can never be.

        One that cannot be read, or that we fail at again and again, must not hold up the others.
        """
        try:
            update = Update.de_json(raw, self._bot)
        except Exception as error:  # noqa: BLE001  whatever the library stumbles over
            log.error("update_not_read", error=type(error).__name__)
            return True
        try:
            await self.hear(update)
        except StorageUnavailableError:
            return False
        except Exception as error:  # noqa: BLE001  a fault of ours; it comes again
            log.error("update_failed", error=type(error).__name__)
            return self._gives_up(update.update_id)
        self._crashes.pop(update.update_id, None)
        return True

    def _gives_up(self, update_id: int) -> bool:
        self._crashes[update_id] = self._crashes.get(update_id, 0) + 1
        if self._crashes[update_id] < _MOST_TRIES:
            return False
        del self._crashes[update_id]
        return True

    @override
    async def hear(self, raw: Update) -> None:
        chat = raw.effective_chat
        if chat and chat.type != ChatType.PRIVATE:
            self._spawn(self._leave_group(chat.id))
            return
        await super().hear(raw)
        if raw.callback_query:
            self._spawn(self._calm(raw.callback_query.id))

    @override
    def parse(self, raw: Update) -> Inbound | None:
        if query := raw.callback_query:
            if query.message is None or query.data is None:
                return None
            message_id = f"{raw.update_id}:{query.id}"
            return Inbound(_address(query.message.chat.id), message_id, token=query.data)
        message = raw.message or raw.edited_message
        if message is None:
            return None
        # Ids begin anew when a bot is replaced by another; with the time they are never the same.
        message_id = f"{raw.update_id}:{message.date.timestamp():.0f}"
        text, refusal = _said(message), _refusal(raw, message)
        if text is None and refusal is None:
            return None
        return Inbound(_address(message.chat.id), message_id, text or "", refusal=refusal)

    async def _calm(self, query_id: str) -> None:
        """Let a button that was tapped be at rest again."""
        with suppress(TelegramError):
            await self._bot.answer_callback_query(query_id)

    async def _leave_group(self, group: int) -> None:
        """Say no to a group and leave it: a report must not be read by several."""
        if group in self._groups:
            return
        self._groups.add(group)
        with suppress(TelegramError):
            await self._bot.send_message(group, texts.NOT_IN_GROUPS)
        with suppress(TelegramError):
            await self._bot.leave_chat(group)
            self._groups.discard(group)

    # --- who is who

    @override
    async def person_at(self, address: Address) -> PersonId | None:
        return await super().person_at(address) if self.is_linked else None

    @override
    async def address_of(self, person_id: PersonId) -> Address | None:
        return await super().address_of(person_id) if self.is_linked else None

    # --- out

    @override
    async def send(self, address: Address, part: Part) -> str | None:
        sent = await self._call(address, partial(self._send, int(address.outside_id), part))
        return str(sent.message_id)

    @override
    async def edit(self, address: Address, sent: str, part: Part) -> None:
        text, entities = _formatted(part.text)
        change = partial(
            self._bot.edit_message_text,
            text,
            int(address.outside_id),
            int(sent),
            entities=entities,
            reply_markup=_keyboard(part),
        )
        await self._call(address, change)

    @override
    async def typing(self, address: Address) -> None:
        await self._bot.send_chat_action(int(address.outside_id), ChatAction.TYPING)

    async def _send(self, chat: int, part: Part) -> Message:
        if file := part.document:
            return await self._bot.send_document(chat, file.body, filename=file.name)
        if (file := part.image) and file.content_type in _PHOTOS:
            return await self._bot.send_photo(chat, file.body, filename=file.name)
        if file:
            return await self._bot.send_document(chat, file.body, filename=file.name)
        text, entities = _formatted(part.text)
        return await self._bot.send_message(
            chat, text, entities=entities, reply_markup=_keyboard(part)
        )

    async def _call[T](self, address: Address, call: Callable[[], Awaitable[T]]) -> T:
        """Ask something of Telegram about a chat, in its turn.

        Errors are raised without their cause: it may hold the token or what was written. If an
        answer is lost, Telegram may have taken the message; it is sent again all the same, for
        twice is better than never.
        """
        if held := self._pacing.held(address.outside_id):
            raise TemporaryError(held)
        await self._pacing.turn(address.outside_id)
        try:
            return await call()
        except RetryAfter as error:
            seconds = _seconds(error)
            self._pacing.hold(address.outside_id, seconds)
            raise TemporaryError(seconds) from None
        except Forbidden:
            await self.cut_off(address)
            raise RefusedError from None
        except BadRequest as error:
            if "chat not found" in error.message.casefold():
                await self.cut_off(address)
            raise RefusedError from None
        except TelegramError as error:
            log.error("telegram_failed", error=type(error).__name__)
            raise TemporaryError from None

    @property
    def _secret(self) -> str:
        return self._section.secret.get_secret_value() if self._section.secret else ""


class _Bot(Bot):
    """The library's bot, with updates as they come: one that it cannot read stops no other."""

    def __init__(self, section: Section) -> None:
        super().__init__(
            section.token.get_secret_value(),
            base_url=f"{section.api}/bot",
            base_file_url=f"{section.api}/file/bot",
            request=HTTPXRequest(connection_pool_size=64, pool_timeout=10),
            get_updates_request=HTTPXRequest(connection_pool_size=1, read_timeout=10),
        )

    async def updates_from(self, update_id: int) -> list[dict[str, Any]]:
        """Wait for updates, at most for a while; those before an id are acknowledged.

        Raises:
            TelegramError: they could not be had.
        """
        asked = {"offset": update_id, "timeout": _POLL_SECONDS, "allowed_updates": _WANTED}
        found = await self._post("getUpdates", asked, read_timeout=_POLL_SECONDS + 10)
        return [raw for raw in found if _is_update(raw)] if isinstance(found, list) else []


def _is_update(raw: object) -> bool:
    return isinstance(raw, dict) and type(raw.get("update_id")) is int


def _address(chat: int) -> Address:
    return Address(str(chat))


def _said(message: Message) -> str | None:
    """What was typed, commands in Lotsen's own words; None for what is no text."""
    if message.text is None:
        return None
    command = _COMMAND.match(message.text)
    if command is None:
        return message.text
    rest = message.text[command.end() :]
    return _COMMANDS.get(command[1].casefold(), f"/{command[1]}") + rest


def _refusal(update: Update, message: Message) -> str | None:
    """What is said to something that is not read; None for what is, or means nothing."""
    if update.edited_message:
        return texts.NOT_EDITED if message.text is not None else None
    return texts.ONLY_TEXT if message.effective_attachment is not None else None


def _formatted(text: str) -> tuple[str, list[MessageEntity]]:
    """The text without its marks of emphasis, and where they were."""
    plain, entities, end = "", list[MessageEntity](), 0
    for found in _STRONG.finditer(text):
        plain += text[end : found.start()]
        entities.append(MessageEntity(MessageEntity.BOLD, utf16(plain), utf16(found[1])))
        plain += found[1]
        end = found.end()
    return plain + text[end:], entities


def _keyboard(part: Part) -> InlineKeyboardMarkup | None:
    rows = [
        [InlineKeyboardButton(button.title, callback_data=button.token)] for button in part.buttons
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def _seconds(error: RetryAfter) -> float:
    """How long Telegram asks us to wait."""
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)
