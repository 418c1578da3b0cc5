"""Anonymous means no trace: what somebody asks without logging in is found nowhere afterwards.

It is looked for as somebody would who has the machine: in the database and its logs, in all files,
and in the memory of the app and the engine.
"""

import asyncio
import secrets
import sys
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, override

import aiohttp
import pytest

from bot import texts
from bot.limits import Allowances
from casework.store import DATABASE_FILE
from tests.channels.teams_town import FakeConnector, activity
from tests.chat_client import Chat
from tests.fake_telegram import FakeTelegram
from tests.lotsen_process import LotsenProcess
from tests.process_memory import Marks, need_sight
from tests.promises.impatient_lotsen import SECONDS

Visit = Callable[[LotsenProcess, Marks], AbstractAsyncContextManager[None]]
"""Tells the marks 0 to 49; whoever did so is there until the context ends, and then leaves."""


@pytest.fixture(scope="module", name="searched")
def _searched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LotsenProcess]:
    """A Lotsen that is searched, with a folder for temporary files of its own."""
    folder = tmp_path_factory.mktemp("searched")
    (folder / "tmp").mkdir()
    environment = {"TMPDIR": str(folder / "tmp")}
    with LotsenProcess(folder, "--behind-proxy", environment=environment) as running:
        yield running


@pytest.fixture(scope="module", name="impatient")
def _impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LotsenProcess]:
    """A Lotsen that forgets who is silent after seconds."""
    program = (sys.executable, "-m", "tests.promises.impatient_lotsen")
    with LotsenProcess(tmp_path_factory.mktemp("impatient"), program=program) as running:
        yield running


# --- what visitors do, by channel

ADDRESSES = "203.0.113."
"""Of documentation (RFC 5737), so of nobody."""

_BEGINNINGS = (
    "vad gäller om {} bjuder mig på kaffe?",
    "en man som heter {} hotade att slå mig i går",
    "{} står utanför med en kniv nu, hjälp",
    "help, {} has a knife and is outside now",
    "jag orkar inte leva längre, {}",
)


@asynccontextmanager
async def on_the_web(lotsen: LotsenProcess, marks: Marks) -> AsyncIterator[None]:
    """Ten visitors with five marks each: at the beginning, later, in danger and in error."""
    async with AsyncExitStack() as visitors:
        chats = []
        for number in range(10):
            headers = {"X-Forwarded-For": f"{ADDRESSES}{10 + number}"}
            chat = await visitors.enter_async_context(Chat(lotsen.url, headers=headers))
            chats.append(chat)
            first, second, third, fourth, fifth = (marks[5 * number + at] for at in range(5))
            await chat.say(_BEGINNINGS[number % len(_BEGINNINGS)].format(first))
            await chat.say("jag är i säkerhet nu")
            await chat.say(f"vad gäller om {second} kommer hit med en gåva?", message_id=second)
            await chat.say(f"En pappa hotade mig. {'Han skrek och gick. ' * 200} {third}")
            await chat.say(f"{fourth} " * 1000)
            await chat.choose_payload(f'/answer{{"x":"{fifth}"}}')
            await chat.socket.send_str(f'{{"type":"{fifth}')
            await _ask_by_http(lotsen, fifth)
        yield
        for chat in chats:
            await chat.socket.close()


async def _ask_by_http(lotsen: LotsenProcess, mark: str) -> None:
    """What a browser tells of itself, and a forged cookie."""
    headers = {"User-Agent": mark, "Cookie": f"lotsen_session={mark}", "Referer": mark}
    async with aiohttp.ClientSession(headers=headers) as session:
        for path in ("/", "/me", "/handelser"):
            async with session.get(lotsen.url + path) as answer:
                await answer.read()


CHANNELS: dict[str, Visit] = {"web": on_the_web}


# --- nothing is left


@pytest.mark.parametrize("channel", CHANNELS)
async def test_what_was_asked_and_left_is_nowhere(searched: LotsenProcess, channel: str) -> None:
    """Fifty marks in questions, and the addresses of those who asked."""
    need_sight(searched.pid)
    marks, addresses = Marks(), Marks(ADDRESSES)

    async with CHANNELS[channel](searched, marks):
        assert len(marks.in_memory_of(searched.pid)) >= 30, "the search must find what is there"
        assert marks.in_memory_of(searched.engine_pid)
        assert addresses.in_memory_of(searched.pid)

    await marks.until_gone_from(searched.pid, searched.engine_pid)
    await addresses.until_gone_from(searched.pid, searched.engine_pid)
    assert (searched.data / DATABASE_FILE).exists()
    assert (searched.data / "tmp").exists()
    assert marks.in_files_under(searched.data) == []
    assert addresses.in_files_under(searched.data) == []


async def test_search_finds_what_is_in_a_file(searched: LotsenProcess) -> None:
    marks = Marks()
    planted = searched.data / "tmp" / "planted"

    planted.write_text(f"mellan rader {marks[7]}", encoding="utf-16-le")

    assert marks.in_files_under(searched.data) == ["planted"]
    planted.unlink()


async def test_silence_makes_lotsen_forget_though_the_window_is_open(
    impatient: LotsenProcess,
) -> None:
    need_sight(impatient.pid)
    marks = Marks()
    async with Chat(impatient.url) as chat:
        for number in range(3):
            await chat.say(f"vad gäller om {marks[number]} kommer hit med en gåva?")

        told = await chat.wait_for("glömt vårt samtal")

        assert texts.FORGOTTEN in told.text
        await marks.until_gone_from(impatient.pid, impatient.engine_pid)
        turn = await chat.say("en klient hotade att slå ihjäl mig i går")
        assert turn.messages
        assert not turn.errors


async def test_silence_makes_lotsen_forget_what_was_asked_on_platforms(tmp_path: Path) -> None:
    """Nobody closes a chat there: fifty marks in Telegram, fifty in Teams."""
    async with AsyncExitStack() as around:
        telegram, teams = FakeTelegram(), await around.enter_async_context(FakeConnector())
        await telegram.start()
        around.push_async_callback(telegram.stop)
        (tmp_path / "lotsen.toml").write_text(_PLATFORMS.format(api=telegram.url))
        (tmp_path / "telegram.token").write_text(telegram.token)
        program = (sys.executable, "-m", "tests.promises.impatient_lotsen")
        running = LotsenProcess(tmp_path, program=program)
        await asyncio.to_thread(running.start)
        around.push_async_callback(asyncio.to_thread, running.stop)
        need_sight(running.pid)
        by_platform = {InTelegram(telegram): Marks(), InTeams(teams, running.url): Marks()}

        for platform, marks in by_platform.items():
            visits = (platform.visit(n, [marks[5 * n + at] for at in range(5)]) for n in range(10))
            seen = await _seen_while(marks, running.pid, asyncio.gather(*visits))
            assert len(seen) >= 10, "the search must find what is there"

        for marks in by_platform.values():
            await marks.until_gone_from(running.pid, running.engine_pid)
            assert marks.in_files_under(running.data) == []


async def _seen_while(marks: Marks, pid: int, going_on: asyncio.Future[list[None]]) -> set[int]:
    """Which marks were in the memory of a process at some time while something went on."""
    seen = set[int]()
    while not going_on.done():
        seen |= await asyncio.to_thread(marks.in_memory_of, pid)
    await going_on
    return seen


_PLATFORMS = """
[telegram]
token = {{ file = "telegram.token" }}
api = "{api}"

[teams]
local = true
"""


class Platform(ABC):
    """A platform where nobody knows who ten visitors are; each tells five marks."""

    async def visit(self, number: int, marks: Sequence[str]) -> None:
        first, second, third, fourth, fifth = marks
        await self._say(number, fifth, _BEGINNINGS[number % len(_BEGINNINGS)].format(first))
        await self._say(number, fifth, f"får jag ta emot en gåva av {second}?")
        await self._say(number, fifth, f"En pappa hotade mig. {'Han skrek. ' * 90} {third}")
        await self._tap(number, fifth, fourth)

    async def _say(self, number: int, name: str, text: str) -> None:
        await self._answered(number, partial(self._bring, number, name, text))

    async def _tap(self, number: int, name: str, button: str) -> None:
        await self._answered(number, partial(self._press, number, name, button))

    async def _answered(self, number: int, bring: Callable[[], Awaitable[None]]) -> None:
        had = self._came(number)
        await bring()
        async with asyncio.timeout(60):
            while self._came(number) == had:  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    @abstractmethod
    async def _bring(self, number: int, name: str, text: str) -> None:
        """Let somebody with that name write."""

    @abstractmethod
    async def _press(self, number: int, name: str, button: str) -> None:
        """Let them press what was never offered."""

    @abstractmethod
    def _came(self, number: int) -> int:
        """How many messages have come back."""


class InTelegram(Platform):
    def __init__(self, there: FakeTelegram) -> None:
        self._there = there
        self._chats = [there.new_chat() for _ in range(10)]

    @override
    async def _bring(self, number: int, name: str, text: str) -> None:
        update = self._there.message(self._chats[number], text=text)
        update["message"]["from"] |= {"first_name": name, "username": name}
        await self._there.bring(update)

    @override
    async def _press(self, number: int, name: str, button: str) -> None:
        update = self._there.tap(self._chats[number], button)
        update["callback_query"]["from"] |= {"first_name": name}
        await self._there.bring(update)

    @override
    def _came(self, number: int) -> int:
        return len(self._there.to(self._chats[number]))


class InTeams(Platform):
    def __init__(self, there: FakeConnector, url: str) -> None:
        self._there = there
        self._door = f"{url}/api/messages"

    @override
    async def _bring(self, number: int, name: str, text: str) -> None:
        await self._deliver(number, name, text=text)

    @override
    async def _press(self, number: int, name: str, button: str) -> None:
        await self._deliver(number, name, value={"token": button})

    async def _deliver(self, number: int, name: str, **said: Any) -> None:
        sender = {"id": f"29:{name}", "name": name, "aadObjectId": name}
        chat = {"id": f"a:{number}", "conversationType": "personal"}
        said |= {"id": secrets.token_hex(8), "from": sender, "conversation": chat}
        body = activity(self._there.url, **said)
        async with (
            aiohttp.ClientSession() as session,
            session.post(self._door, json=body) as answer,
        ):
            assert answer.status == 202

    @override
    def _came(self, number: int) -> int:
        return sum(message["to"] == f"a:{number}" for message in self._there.messages)


async def test_silence_in_danger_leaves_112_in_sight(impatient: LotsenProcess) -> None:
    async with Chat(impatient.url) as chat:
        await chat.say("han står utanför dörren med en kniv nu")

        told = await chat.wait_for("glömt vårt samtal")

        assert told.text.startswith("*Ring 112*")


async def test_lost_contact_keeps_the_conversation_until_silence_ends_it(
    impatient: LotsenProcess,
) -> None:
    need_sight(impatient.pid)
    marks = Marks()
    async with Chat(impatient.url) as chat:
        await chat.say(f"vad gäller om {marks[1]} kommer hit med en gåva?")
        first = chat.conversation

        await chat.lose_contact()
        assert await chat.connect()

        await chat.lose_contact()
        await asyncio.sleep(SECONDS)
        await marks.until_gone_from(impatient.pid, impatient.engine_pid)
        assert not await chat.connect()
        assert chat.conversation != first


async def test_leaving_ends_the_conversation_at_once(searched: LotsenProcess) -> None:
    async with Chat(searched.url) as chat:
        await chat.say("vad är otillåten påverkan?")
        first = chat.conversation

        await chat.socket.close()

        assert not await chat.connect()
        assert chat.conversation != first


async def test_logging_in_drops_what_was_asked_before(searched: LotsenProcess) -> None:
    need_sight(searched.pid)
    marks = Marks()
    async with Chat(searched.url) as chat:
        await chat.say(f"vad gäller om {marks[1]} kommer hit med en gåva?")
        await chat.lose_contact()

        await chat.log_in("sam")

        await marks.until_gone_from(searched.pid, searched.engine_pid)


async def test_logging_in_drops_nothing_of_somebody_else(searched: LotsenProcess) -> None:
    async with Chat(searched.url, "noor") as noors, Chat(searched.url) as chat:
        await noors.say("hjälp")
        chat.conversation = noors.conversation
        await chat.log_in("sam")

        await noors.socket.close()

        assert await noors.connect()


async def test_only_those_who_log_in_get_a_cookie(searched: LotsenProcess) -> None:
    async with aiohttp.ClientSession() as session:
        for path in ("/", "/me", "/demo/people", "/handelser"):
            async with session.get(searched.url + path) as answer:
                assert "Set-Cookie" not in answer.headers
        async with session.ws_connect(
            f"{searched.url}/chat", headers={"Origin": searched.url}
        ) as socket:
            assert "Set-Cookie" not in socket._response.headers


# --- and yet nobody can ask without end


async def test_flood_is_told_to_wait_and_others_are_answered(searched: LotsenProcess) -> None:
    allowed = Allowances().nobodys_messages.at_once
    flood = {"X-Forwarded-For": "198.51.100.7, 192.0.2.1"}
    beside = {"X-Forwarded-For": "198.51.100.7, 192.0.2.2"}  # only the last is the proxy's word
    async with Chat(searched.url, headers=flood) as chat:
        for _ in range(allowed + 20):
            await chat.say("")
            if chat.last.errors == [texts.TOO_MANY]:
                break
        assert chat.last.errors == [texts.TOO_MANY]
        assert not chat.last.acknowledged

        async with Chat(searched.url, headers=beside) as other:
            assert "hjälp" in (await other.say("hjälp")).text.casefold()


async def test_logins_are_limited(searched: LotsenProcess) -> None:
    headers = {"X-Forwarded-For": "192.0.2.3"}
    async with aiohttp.ClientSession(headers=headers) as session:
        statuses = []
        for _ in range(Allowances().logins.at_once + 5):
            async with session.post(f"{searched.url}/login", json={"person": "x"}) as answer:
                statuses.append(answer.status)

    assert statuses[0] == 400
    assert statuses[-1] == 429


async def test_windows_are_limited(searched: LotsenProcess) -> None:
    headers = {"X-Forwarded-For": "192.0.2.4", "Origin": searched.url}
    async with aiohttp.ClientSession(headers=headers) as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await _open_windows(session, searched.url)
    assert refused.value.status == 429


async def _open_windows(session: aiohttp.ClientSession, url: str) -> None:
    for _ in range(3 * Allowances().windows.at_once):  # some are given back meanwhile
        async with session.ws_connect(f"{url}/chat"):
            pass
