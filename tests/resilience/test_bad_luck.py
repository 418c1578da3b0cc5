"""What bad luck gets: a clear Swedish answer, the draft intact, the conversation goes on."""

import os
import resource
import signal
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import texts
from casework import drafts, turns
from casework.drafts import OpenDraft
from casework.store import DATABASE_FILE, open_store
from casework.vocabulary import ConversationId, PersonId
from tests.chat_client import Chat
from tests.lotsen_process import LotsenProcess, is_running

STORY = "Igår ringde en pappa i ett LVU-ärende och sa att han ska döda mig"


@pytest.fixture(scope="module", name="fragile")
def _fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LotsenProcess]:
    """A Lotsen that these tests may break; each leaves it running."""
    with LotsenProcess(tmp_path_factory.mktemp("fragile")) as running:
        yield running


async def _to_the_types(chat: Chat) -> None:
    """Tell the story afresh, up to the first question."""
    if "Ta bort utkastet" in chat.greeting.titles:
        await chat.choose("Ta bort utkastet")
    await chat.say(STORY)
    assert chat.last.asks == "types"


async def _finish(chat: Chat) -> str:
    """Answer whatever is asked and send in; returns the reference."""
    for _ in range(15):
        if chat.last.reference:
            return chat.last.reference
        titles = chat.last.titles
        wanted = ("Skicka in", "Ja, det stämmer", "Ja, arbetsgivaren", "Ja", "Vet ej")
        await chat.choose(next((t for t in wanted if t in titles), titles[0]))
    raise AssertionError("no reference")


async def test_engine_killed_in_the_middle_of_a_report_loses_nothing(
    fragile: LotsenProcess,
) -> None:
    async with Chat(fragile.url, "sam") as chat:
        await _to_the_types(chat)
        await chat.choose("Ja, det stämmer")
        asked = chat.last.asks
        os.kill(fragile.engine_pid, signal.SIGKILL)

        turn = await chat.choose("Ja")

        assert not turn.errors
        assert asked != turn.asks
        record = await fragile.record(await _finish(chat))
        assert STORY.casefold()[:20] in record["description"].casefold()
    assert "engine_died_restarting" in fragile.log.read_text()
    assert "engine_is_back" in fragile.log.read_text()


async def test_engine_killed_while_it_answers_loses_nothing(fragile: LotsenProcess) -> None:
    async with Chat(fragile.url, "sam") as chat:
        await _to_the_types(chat)
        message_id = uuid.uuid4().hex
        await chat.send(type="say", id=message_id, text="ja det stämmer")
        os.kill(fragile.engine_pid, signal.SIGKILL)

        chat.last = await chat.until_done(message_id)

        assert not chat.last.errors
        assert await _finish(chat)


async def test_waiting_for_the_engine_is_said(fragile: LotsenProcess) -> None:
    async with Chat(fragile.url, "sam") as chat:
        os.kill(fragile.engine_pid, signal.SIGSTOP)
        stopped = fragile.engine_pid
        try:
            message_id = uuid.uuid4().hex
            await chat.send(type="say", id=message_id, text="hjälp")
            frame = await chat.receive()
            assert frame["type"] == "ack"
        finally:
            os.kill(stopped, signal.SIGCONT)
        assert "datorprogram" in (await chat.until_done(message_id)).text


async def test_danger_is_answered_while_the_engine_is_dead(fragile: LotsenProcess) -> None:
    async with Chat(fragile.url, "sam") as chat:
        os.kill(fragile.engine_pid, signal.SIGKILL)

        turn = await chat.say("han står utanför dörren nu med en kniv")

        assert turn.messages[0].text.startswith("*Ring 112 nu*")
        await chat.choose("Jag är i säkerhet")


async def test_app_killed_right_after_an_acknowledgement_answers_when_it_is_back(
    fragile: LotsenProcess,
) -> None:
    async with Chat(fragile.url, "alva") as chat:
        await chat.send(type="say", id=uuid.uuid4().hex, text=STORY)
        while (await chat.receive())["type"] != "ack":
            pass
        engine = fragile.engine_pid
        fragile.kill()
        _wait_until_gone(engine)
        fragile.start()

        await chat.connect()

        assert chat.resumed
        assert (await chat.wait_for("Stämmer det|välja flera")).asks == "types"
        assert await fragile.record(await _finish(chat))


async def test_story_that_was_noted_before_a_crash_is_not_taken_for_an_answer(
    fragile: LotsenProcess,
) -> None:
    async with Chat(fragile.url, "alva") as chat:
        await _to_the_types(chat)
        fragile.kill()
        before = await _draft_of(fragile, PersonId("alva"))
        await _receive_again(fragile, ConversationId(chat.conversation or ""), before)
        fragile.start()

        await chat.connect()

        assert (await chat.wait_for("Stämmer det|välja flera")).asks == "types"
        after = await _draft_of(fragile, PersonId("alva"))
        assert after
        assert before
        assert after.answers == before.answers
        assert await fragile.record(await _finish(chat))


async def _receive_again(
    lotsen: LotsenProcess, conversation: ConversationId, draft: OpenDraft | None
) -> None:
    """The story as it lies in the database if the app dies before it has answered."""
    store = open_store(lotsen.data, clock=lambda: _just_before(draft))
    try:
        await turns.receive(store, conversation, uuid.uuid4().hex, {"text": STORY})
    finally:
        await store.close()


def _just_before(draft: OpenDraft | None) -> datetime:
    assert draft
    return draft.updated_at - timedelta(milliseconds=20)


async def test_app_killed_in_the_middle_of_a_report_goes_on_there(
    fragile: LotsenProcess,
) -> None:
    async with Chat(fragile.url, "alva") as chat:
        await _to_the_types(chat)
        await chat.choose("Ja, det stämmer")
        asked = chat.last.asks
        fragile.kill()
        fragile.start()

        await chat.connect()

        turn = await chat.wait_for(r"Vi fortsätter[\s\S]*påverka dig")
        assert asked == turn.asks
        assert await fragile.record(await _finish(chat))


async def test_answer_is_in_the_draft_before_its_reply_is_seen(
    fragile: LotsenProcess,
) -> None:
    async with Chat(fragile.url, "alva") as chat:
        await _to_the_types(chat)
        titles = {c["title"]: c["payload"] for c in chat.last.messages[-1].choices}
        await chat.send(type="choose", id=uuid.uuid4().hex, payload=titles["Ja, det stämmer"])
        while (await chat.receive())["type"] != "message":
            pass
        fragile.kill()

        draft = await _draft_of(fragile, PersonId("alva"))

        fragile.start()
        assert draft is not None
        assert draft.answers.types


async def _draft_of(lotsen: LotsenProcess, person: PersonId) -> OpenDraft | None:
    store = open_store(lotsen.data)
    try:
        return await drafts.find(store, person)
    finally:
        await store.close()


async def test_locked_database_is_said_and_nothing_is_lost(fragile: LotsenProcess) -> None:
    async with Chat(fragile.url, "noor") as chat:
        await _to_the_types(chat)
        with _locked(fragile.data / DATABASE_FILE):
            turn = await chat.say("ja det stämmer")
            assert turn.errors == [texts.NOT_SAVED]

        chat.last = await chat.say("ja det stämmer")

        assert chat.last.asks != "types"
        assert await fragile.record(await _finish(chat))


async def test_database_that_is_busy_for_a_moment_is_waited_for(
    fragile: LotsenProcess,
) -> None:
    async with Chat(fragile.url, "noor") as chat:
        await _to_the_types(chat)
        lock = _locked(fragile.data / DATABASE_FILE)
        with lock:
            threading.Timer(1.5, lock.release).start()
            turn = await chat.choose("Ja, det stämmer")

        assert not turn.errors
        assert turn.asks != "types"
        assert await fragile.record(await _finish(chat))


async def test_full_disk_is_said_and_nothing_is_lost(fragile: LotsenProcess) -> None:
    async with Chat(fragile.url, "noor") as chat:
        await _to_the_types(chat)
        resource.prlimit(fragile.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        try:
            turn = await chat.say("ja det stämmer")
            assert turn.errors == [texts.NOT_SAVED]
        finally:
            unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(fragile.pid, resource.RLIMIT_FSIZE, unlimited)

        chat.last = await chat.say("ja det stämmer")

        assert await fragile.record(await _finish(chat))


def test_stopping_stops_the_engine_too(tmp_path: Path) -> None:
    with LotsenProcess(tmp_path) as lotsen:
        engine = lotsen.engine_pid

        assert lotsen.stop() == 0

        _wait_until_gone(engine)
        assert lotsen.log.read_text().endswith("Stopping ...\n")


class _locked:  # noqa: N801  reads as the state it makes
    """Holds the database's write lock for the block, or until released."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def __enter__(self) -> None:
        self._connection.execute("BEGIN EXCLUSIVE")

    def release(self) -> None:
        with suppress(sqlite3.ProgrammingError):  # closed already
            self._release()

    def _release(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def __exit__(self, *_error: object) -> None:
        self.release()
        self._connection.close()


def _wait_until_gone(pid: int) -> None:
    until = time.monotonic() + 15
    while is_running(pid):
        assert time.monotonic() < until, "the engine outlived the app"
        time.sleep(0.1)
