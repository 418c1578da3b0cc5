"""What was typed is found nowhere it should not be."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import settings
from bot.engine_process import EngineProcess
from casework.prompts import Kind
from casework.schema import Base, Prompt
from casework.store import Store, open_store
from tests.chat_client import Chat
from tests.lotsen_process import LotsenProcess

MARK = "zebrafinkarnas kvartett"
"""Words that nobody else uses."""

STORY = f"igår ringde en pappa och sa att han ska döda mig, {MARK} sa han"
_ANSWERS = ("Skicka in", "Ja, det stämmer", "Ja, arbetsgivaren", "Ja", "Vet ej", "Ja, räkna det")


@pytest.fixture(scope="module", name="watched")
def _watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LotsenProcess]:
    """A Lotsen whose files these tests search."""
    with LotsenProcess(tmp_path_factory.mktemp("watched")) as running:
        yield running


def found_in(folder: Path, mark: str = MARK) -> list[str]:
    """Files under a folder that hold the mark, in any common encoding."""
    marks = [mark.encode(e) for e in ("utf-8", "utf-16-le")]
    return [
        file.name
        for file in sorted(folder.rglob("*"))
        if file.is_file() and any(mark in file.read_bytes() for mark in marks)
    ]


async def test_anonymous_story_is_nowhere_on_disk(watched: LotsenProcess) -> None:
    async with Chat(watched.url) as chat:
        turn = await chat.say(STORY)
        assert "Inget av det du skrev har sparats" in turn.text
        await chat.say(f"vad betyder {MARK}?")

    assert found_in(watched.data) == []


async def test_anonymous_conversation_leaves_no_row(watched: LotsenProcess) -> None:
    watched.empty()
    before = await _rows_but_rounds(watched.data)

    async with Chat(watched.url) as chat:
        await chat.say(STORY)

    assert before == await _rows_but_rounds(watched.data)


async def test_submitted_story_is_readable_in_no_file(watched: LotsenProcess) -> None:
    async with Chat(watched.url, "sam") as chat:
        await chat.say(STORY)
        for _ in range(15):
            if chat.last.reference:
                break
            titles = chat.last.titles
            await chat.choose(next((t for t in _ANSWERS if t in titles), titles[0]))
        assert chat.last.reference

    assert MARK in (await watched.record(chat.last.reference))["description"]
    assert found_in(watched.data) == []


BRIBE_MARK = "gulsparvens sextett"
BRIBE = f"En klient erbjöd mig ett kuvert med pengar i går, {BRIBE_MARK} stod det på det"


async def test_bribery_leaves_the_tally_and_nothing_else(watched: LotsenProcess) -> None:
    """Every table, sealed columns opened, the log, the files, and what the app would replay."""
    async with Chat(watched.url, "noor") as chat:
        await chat.say(BRIBE)
        for _ in range(6):
            if "räknat" in chat.last.text:
                break
            titles = chat.last.titles
            wanted = ("Nej, eller fler", "Gåva, muta eller jäv", "Ja, räkna det")
            await chat.choose(next(t for t in reversed(wanted) if t in titles))
        assert "räknat" in chat.last.text
        conversation = chat.conversation

    assert BRIBE_MARK not in await _everything_told(watched.data)
    assert BRIBE_MARK not in watched.log.read_text()
    assert found_in(watched.data, BRIBE_MARK) == []
    async with Chat(watched.url, "noor", conversation) as again:
        assert BRIBE_MARK not in again.greeting.text


async def test_engine_that_was_told_to_forget_remembers_nothing() -> None:
    process = EngineProcess(settings.ROOT, settings.ENGINE_MODEL, "http://127.0.0.1:9/webhook")
    engine = process.client()
    try:
        await process.start(engine)
        await engine.turn("a-conversation", "tack")
        before = await engine.remembered("a-conversation")
        await engine.forget("a-conversation")
        after = await engine.remembered("a-conversation")
    finally:
        await process.stop()
        await engine.close()

    assert before > 0
    assert after == 0


async def _everything_told(data: Path) -> str:
    """The content of every row of every table, with what is sealed opened."""
    return "\n".join(str(value) for row in await _rows(data) for value in row)


async def _rows(data: Path) -> list[tuple[object, ...]]:
    """Every row of every table, after the table's name, with what is sealed opened."""
    store = open_store(data)
    try:
        async with store.transaction() as db_session:
            return [
                (table.name, *(_opened(store, value) for value in row))
                for table in Base.metadata.sorted_tables
                for row in await db_session.execute(select(table))
            ]
    finally:
        await store.close()


async def _rows_but_rounds(data: Path) -> list[tuple[object, ...]]:
    """The same without the monthly and yearly rounds: the clock begins them when it likes."""
    prompts = Prompt.__tablename__
    return [row for row in await _rows(data) if row[0] != prompts or Kind.ROUND not in row]


def _opened(store: Store, value: object) -> object:
    return store.cipher.unseal(value) if isinstance(value, bytes) else value


async def test_failures_log_no_text_and_no_name(watched: LotsenProcess) -> None:
    """A crash of the engine and refused messages are logged, without what they were about."""
    import os  # noqa: PLC0415
    import signal  # noqa: PLC0415

    async with Chat(watched.url, "sam") as chat:
        if "Ta bort utkastet" in chat.greeting.titles:
            await chat.choose("Ta bort utkastet")
        await chat.say(STORY)
        os.kill(watched.engine_pid, signal.SIGKILL)
        await chat.say(f"nej, {MARK}")
        await chat.say(MARK * 500)
        await chat.choose_payload(f"/{MARK}")
        await chat.say("avbryt")
        await chat.choose("Ta bort utkastet")
    await asyncio.sleep(0.5)

    log = watched.log.read_text()
    assert "engine_died_restarting" in log
    assert MARK not in log
    assert not re.search("exempelsson", log, re.IGNORECASE)
