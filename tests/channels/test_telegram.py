"""Telegram: the door, what is read and what is not, the way out, and what nobody may see."""

import asyncio
import io
import json
import logging
import random
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import structlog
from aiohttp import ClientSession, CookieJar
from sqlalchemy import func, select

from bot import logs, outside_chat, texts
from bot.channels.telegram import HOOK, SECRET_HEADER
from bot.outside_chat import Address
from bot.parts import Part
from casework import drafts, export, links, prompts
from casework.prompts import Kind
from casework.schema import Conversation, Draft, Incident, Link, Person, Prompt, Turn
from casework.store import DATABASE_FILE
from casework.vocabulary import PersonId
from tests import builders
from tests.builders import MIO
from tests.channels.drivers import (
    NOOR,
    Driver,
    Lotsen,
    TelegramDriver,
    WatchedTelegram,
    WebDriver,
)
from tests.channels.watched import ANSWER_SECONDS, until
from tests.fake_telegram import SECRET, TOKEN, FakeTelegram, Refusal, Sent, Trouble
from tests.lotsen_process import LotsenProcess
from tests.promises.test_no_trace import found_in

pytestmark = pytest.mark.asyncio(loop_scope="package")

MARK = "zebrafinkarnas kvartett"
ASKED = "Stämmer det|välja flera"
STORY = "en klient skrek att han ska slå ihjäl mig på telefon"


@pytest_asyncio.fixture(name="noor", loop_scope="package")
async def _noor(whole_lotsen: Lotsen) -> AsyncIterator[TelegramDriver]:
    """Noor in her chat, by webhook; nothing is known of her."""
    await whole_lotsen.empty()
    driver = TelegramDriver(whole_lotsen)
    await driver.open()
    yield driver
    driver.telegram.trouble.clear()
    driver.telegram.blocked.clear()


@asynccontextmanager
async def _another_bot(
    lotsen: Lotsen, person: PersonId | None = NOOR, **section: Any
) -> AsyncIterator[tuple[TelegramDriver, WatchedTelegram]]:
    """A bot of its own, by polling unless said, and somebody in a chat with it."""
    await lotsen.empty()
    there = FakeTelegram()
    await there.start()
    bot = lotsen.bot(there.section(**{"mode": "polling", **section}))
    driver = TelegramDriver(lotsen, there, bot, person)
    await driver.open()
    await bot.start()
    try:
        yield driver, bot
    finally:
        await bot.stop()
        await there.stop()


async def _rows(lotsen: Lotsen, *tables: type[Any]) -> int:
    async with lotsen.store.transaction() as db_session:
        counts = [await db_session.scalar(select(func.count()).select_from(t)) for t in tables]
    return sum(count or 0 for count in counts)


def _at(driver: TelegramDriver) -> Address:
    return Address(str(driver.chat))


# --- the door


async def _knock(lotsen: Lotsen, body: bytes, secret: str | None = SECRET) -> tuple[int, str]:
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with (
        ClientSession() as client,
        client.post(f"{lotsen.url}{HOOK}", data=body, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


def _body(noor: TelegramDriver, **more: Any) -> bytes:
    said = noor.telegram.message(noor.chat, text=f"{STORY} {MARK}")
    return json.dumps({"update_id": 900_000, **said, **more}).encode()


@pytest.mark.parametrize("secret", [None, "", SECRET[:-1], SECRET + "x", "å", SECRET.upper()])
async def test_whoever_does_not_know_the_secret_is_not_heard(
    noor: TelegramDriver, secret: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    with structlog.testing.capture_logs() as events:
        status, said = await _knock(noor.lotsen, _body(noor), secret)

    assert (status, said) == (403, "")
    await _nothing_came_of_it(noor, events, caplog)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json " + MARK.encode(),
        b"\xff\xfe",
        b"[" * 50_000,
        b"null",
        b"[1]",
        json.dumps({"message": MARK}).encode(),
        json.dumps({"update_id": MARK}).encode(),
        json.dumps({"update_id": True, "message": {"text": MARK}}).encode(),
    ],
)
async def test_what_is_no_update_is_refused(
    noor: TelegramDriver, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with structlog.testing.capture_logs() as events:
        status, said = await _knock(noor.lotsen, body)

    assert (status, said) == (400, "")
    await _nothing_came_of_it(noor, events, caplog)


async def test_too_big_a_body_is_refused(
    noor: TelegramDriver, caplog: pytest.LogCaptureFixture
) -> None:
    with structlog.testing.capture_logs() as events:
        status, said = await _knock(noor.lotsen, _body(noor, filled="x" * 200_000))

    assert (status, said) == (413, "")
    await _nothing_came_of_it(noor, events, caplog)


async def test_the_door_is_not_to_be_looked_through(noor: TelegramDriver) -> None:
    async with (
        ClientSession() as client,
        client.get(f"{noor.lotsen.url}{HOOK}", headers={SECRET_HEADER: SECRET}) as answer,
    ):
        assert answer.status == 405


@pytest.mark.parametrize(
    "update", [{"message": MARK}, {"message": {"text": MARK}}, {"poll": {"question": MARK}}, {}]
)
async def test_update_that_cannot_be_read_does_not_hold_up_the_others(
    noor: TelegramDriver, update: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    with structlog.testing.capture_logs() as events:
        status, said = await _knock(
            noor.lotsen, json.dumps({"update_id": 900_001, **update}).encode()
        )

    assert (status, said) == (200, "")
    await _nothing_came_of_it(noor, events, caplog)


async def _nothing_came_of_it(
    noor: TelegramDriver, events: Any, caplog: pytest.LogCaptureFixture
) -> None:
    await asyncio.sleep(0.05)
    assert noor.telegram.to(noor.chat) == []
    assert await _rows(noor.lotsen, Conversation, Turn, Draft) == 0
    assert MARK not in str(events) + caplog.text


async def test_telegram_is_told_where_the_door_is_and_what_the_menu_holds(
    noor: TelegramDriver,
) -> None:
    told = dict(noor.telegram.calls)

    assert told["setWebhook"]["url"] == f"{noor.lotsen.around.public_url}{HOOK}"
    assert told["setWebhook"]["secret_token"] == SECRET
    commands = [c["command"] for c in json.loads(told["setMyCommands"]["commands"])]
    assert commands == ["start", "hjalp", "avbryt", "unlink"]


# --- what is read, and what is not


@pytest.mark.parametrize("command", ["/hjalp", "/HJALP", "/hjalp@LotsenBot"])
async def test_command_for_help_helps(noor: TelegramDriver, command: str) -> None:
    assert "datorprogram" in (await noor.say(command)).text


async def test_start_greets_and_abort_leaves_the_report(noor: TelegramDriver) -> None:
    update = noor.telegram.message(noor.chat, text="/start")
    await noor.telegram.bring(update)
    assert "Hej Noor" in (await noor.heard("Har något hänt")).text

    await noor.say(STORY)
    await noor.say("/avbryt")

    assert "Ta bort utkastet" in noor.last.buttons


@pytest.mark.parametrize(
    "content",
    [
        {"photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]},
        {
            "photo": [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}],
            "caption": MARK,
        },
        {"voice": {"file_id": "f", "file_unique_id": "u", "duration": 1}},
        {"location": {"latitude": 59.0, "longitude": 18.0}},
        {"document": {"file_id": "f", "file_unique_id": "u", "file_name": f"{MARK}.pdf"}},
        {
            "sticker": {
                "file_id": "f",
                "file_unique_id": "u",
                "type": "regular",
                "width": 1,
                "height": 1,
                "is_animated": False,
                "is_video": False,
            }
        },
    ],
    ids=lambda content: "+".join(content),
)
async def test_only_text_is_read_and_nothing_else_is_kept(
    noor: TelegramDriver, content: dict[str, Any]
) -> None:
    reply = await noor.send(noor.telegram.message(noor.chat, **content))

    assert reply.text == texts.ONLY_TEXT
    assert await _rows(noor.lotsen, Turn, Draft) == 0


async def test_message_that_was_edited_must_be_written_anew(noor: TelegramDriver) -> None:
    await noor.say(STORY)
    update = {**noor.telegram.edit(noor.chat, "det var igår"), "update_id": 900_002}

    await noor.telegram.bring_again(f"{noor.lotsen.url}{HOOK}", update)

    assert texts.NOT_EDITED in (await noor.heard("ändrat")).text
    draft = await drafts.find(noor.lotsen.store, NOOR)
    assert draft is not None
    assert draft.answers.description == STORY


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_group_is_refused_in_words_and_left(noor: TelegramDriver, kind: str) -> None:
    group = -noor.telegram.new_chat()
    telegram = noor.telegram

    await telegram.bring(telegram.message(group, kind, text=f"/start {STORY}"))

    left = ("leaveChat", str(group))
    await until(lambda: left in [(name, call.get("chat_id")) for name, call in telegram.calls])
    assert [sent.text for sent in telegram.to(group)] == [texts.NOT_IN_GROUPS]
    assert await _rows(noor.lotsen, Conversation, Turn, Draft) == 0


async def test_emphasis_is_shown_where_it_was_meant(noor: TelegramDriver) -> None:
    told = "😡 ring *112* nu, 3*4*5, * och *Åsa ö* också"

    await noor.lotsen.channel(WatchedTelegram).send(_at(noor), Part(told))

    (sent,) = noor.telegram.to(noor.chat)
    assert sent.text == "😡 ring 112 nu, 3*4*5, * och Åsa ö också"
    assert sent.bold == ["112", "Åsa ö"]


async def test_all_buttons_of_a_report_fit(noor: TelegramDriver) -> None:
    await _report(noor)

    for sent in noor.telegram.to(noor.chat):
        for token in sent.buttons.values():
            assert 1 <= len(token.encode()) <= 64


# --- the same as on the web


_ANSWERS = ("Skicka in", "Ja, det stämmer", "Ja, arbetsgivaren", "Ja", "Vet ej")


async def _report(driver: Driver) -> str:
    """Report, from the story to the receipt, by the same choices in each channel."""
    reply = await driver.say(f"igår ringde en pappa och sa att han ska döda mig, {MARK} sa han")
    for _ in range(20):
        if "inskickad, med nummer" in reply.text:
            return reply.text
        titles = [title for title in reply.buttons if title != texts.READY]
        reply = await driver.pick(next((t for t in _ANSWERS if t in titles), titles[0]))
    raise AssertionError(reply)


async def _record(lotsen: Lotsen) -> dict[str, Any]:
    (record,) = await export.records(lotsen.store)
    steps = [step["name"] for step in record.pop("steps")]
    return {**record, "steps": steps, "reference": None, "created": None}


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_report_ends_in_the_same_record_as_on_the_web(
    noor: TelegramDriver, mode: str
) -> None:
    web = WebDriver(noor.lotsen)
    await web.open()
    await _report(web)
    await web.close()
    expected = await _record(noor.lotsen)
    await noor.lotsen.empty()
    assert MARK in expected["description"]

    if mode == "webhook":
        await noor.open()
        await _report(noor)
        assert await _record(noor.lotsen) == expected
    else:
        async with _another_bot(noor.lotsen) as (driver, _):
            await _report(driver)
            assert await _record(noor.lotsen) == expected


async def test_receipt_is_a_document_in_the_chat(noor: TelegramDriver) -> None:
    await _report(noor)
    paper = next(title for title in noor.last.buttons if "vitto" in title)

    await noor.pick(paper)

    (file,) = [sent for sent in noor.telegram.to(noor.chat) if sent.file]
    assert file.file is not None
    assert file.file.startswith("kvitto-OP-")
    assert file.body.startswith(b"%PDF")


# --- stored before it is acknowledged


@contextmanager
def _locked(lotsen: Lotsen) -> Iterator[None]:
    """Somebody else holds the database for the block."""
    connection = sqlite3.connect(lotsen.data / DATABASE_FILE, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.rollback()
        connection.close()


async def test_what_is_not_stored_is_not_acknowledged_to_the_webhook(
    noor: TelegramDriver,
) -> None:
    update = {**noor.telegram.message(noor.chat, text="hjälp"), "update_id": 900_003}
    hook = f"{noor.lotsen.url}{HOOK}"
    with _locked(noor.lotsen):
        assert await noor.telegram.bring_again(hook, update) == 503

    assert await noor.telegram.bring_again(hook, update) == 200
    assert await noor.telegram.bring_again(hook, update) == 200

    told = await noor.heard("datorprogram")
    assert texts.NOT_SAVED_YET in told.text
    await asyncio.sleep(0.3)
    everything = "\n".join(sent.text for sent in noor.telegram.to(noor.chat))
    assert everything.count("datorprogram") == 1


async def test_what_is_not_stored_is_not_acknowledged_to_a_poll(whole_lotsen: Lotsen) -> None:
    async with _another_bot(whole_lotsen) as (driver, _):
        await driver.say("tack")
        with _locked(whole_lotsen):
            await driver.telegram.bring(driver.telegram.message(driver.chat, text="hjälp"))
            await asyncio.sleep(7)
            assert driver.telegram.waiting() == 1

        told = await driver.heard("datorprogram")

        assert told.text.count(texts.NOT_SAVED_YET) == 1
        await until(lambda: driver.telegram.waiting() == 0)


async def test_crash_before_a_poll_acknowledged_loses_and_repeats_nothing(
    whole_lotsen: Lotsen,
) -> None:
    async with _another_bot(whole_lotsen) as (driver, bot):
        driver.telegram.confirms = False
        await driver.say(STORY)
        sent = len(driver.telegram.sent)
        assert driver.telegram.waiting() == 1
        await bot.stop()

        driver.telegram.confirms = True
        after = whole_lotsen.bot(driver.telegram.section(mode="polling"))
        await after.start()
        try:
            await until(lambda: driver.telegram.waiting() == 0)
            await asyncio.sleep(0.3)
        finally:
            await after.stop()

        assert len(driver.telegram.sent) == sent
        assert await _rows(whole_lotsen, Turn) == 1


async def test_poll_goes_on_when_telegram_has_been_away(whole_lotsen: Lotsen) -> None:
    async with _another_bot(whole_lotsen) as (driver, _):
        await driver.telegram.stop()
        await asyncio.sleep(0.2)
        port = int(driver.telegram.url.rpartition(":")[2])
        await driver.telegram.start(port)

        assert "datorprogram" in (await driver.say("hjälp")).text


# --- without reports


@pytest.mark.parametrize("person", [NOOR, None])
async def test_without_reporting_there_are_answers_and_a_link_and_nothing_is_kept(
    whole_lotsen: Lotsen, person: PersonId | None
) -> None:
    async with _another_bot(whole_lotsen, person, reporting=False) as (driver, bot):
        told = await driver.say("vad är otillåten påverkan?")
        assert "vet vem du är" in told.text
        assert "/link" not in told.text

        story = await driver.say(f"{STORY} {MARK}")
        assert f"Logga in på {bot.public_url}" in story.text
        assert "här uppe" not in story.text

        assert "OP-" not in (await driver.say("mina rapporter")).text
        assert await _rows(whole_lotsen, Conversation, Turn, Draft) == 0
        assert not await bot.deliver(NOOR, [])


async def test_code_does_not_link_where_there_is_no_reporting(whole_lotsen: Lotsen) -> None:
    async with _another_bot(whole_lotsen, None, reporting=False) as (driver, _):
        code = (await links.new_code(whole_lotsen.store, NOOR)).code

        await driver.say(f"/link {code}")

        assert await _rows(whole_lotsen, Link) == 0


# --- the way out


async def _prompted(noor: TelegramDriver) -> tuple[int, str]:
    """Noor gets a prompt that needs no answer, so that it comes once; her chat, and of what."""
    store = noor.lotsen.store
    made = await builders.incident(store)
    async with store.transaction() as db_session:
        mine = select(Incident).where(Incident.reference == made.reference)
        incident = (await db_session.scalars(mine)).one()
        await prompts.add(store, db_session, Kind.WITHDRAWN, incident, NOOR)
    return noor.chat, made.reference


def _times(noor: TelegramDriver, chat: int, reference: str) -> int:
    return sum(reference in sent.text for sent in noor.telegram.to(chat))


@pytest.mark.parametrize(
    "trouble",
    [
        Refusal(429, parameters={"retry_after": 1}),
        Refusal(500),
        Refusal(502),
        "dropped",
    ],
    ids=str,
)
async def test_prompt_comes_once_in_spite_of_trouble(noor: TelegramDriver, trouble: Any) -> None:
    noor.telegram.trouble.append(trouble)

    chat, reference = await _prompted(noor)

    await until(lambda: _times(noor, chat, reference) > 0)
    await asyncio.sleep(0.5)
    assert _times(noor, chat, reference) == 1
    assert not noor.telegram.trouble
    assert NOOR not in [p.recipient_id for p in await prompts.unsent(noor.lotsen.store)]


async def test_prompt_whose_answer_was_lost_comes_twice_rather_than_never(
    noor: TelegramDriver,
) -> None:
    noor.telegram.trouble.append("lost")

    chat, reference = await _prompted(noor)

    await until(lambda: _times(noor, chat, reference) == 2)


async def test_chat_that_telegram_holds_is_left_alone_for_as_long(noor: TelegramDriver) -> None:
    bot = noor.lotsen.channel(WatchedTelegram)
    noor.telegram.trouble.append(Refusal(429, parameters={"retry_after": 300}))
    part = Part("hej")
    for _ in range(2):
        with pytest.raises(outside_chat.TemporaryError) as refused:
            await bot.send(_at(noor), part)
        assert refused.value.retry_after is not None
        assert 290 < refused.value.retry_after <= 300
    asked = sum(name == "sendMessage" for name, _ in noor.telegram.calls)

    await noor.lotsen.time.sleep(300)
    await bot.send(_at(noor), part)

    assert [sent.text for sent in noor.telegram.to(noor.chat)] == ["hej"]
    assert sum(name == "sendMessage" for name, _ in noor.telegram.calls) == asked + 1


async def test_whoever_blocked_the_bot_is_cut_off_and_prompted_elsewhere(
    noor: TelegramDriver,
) -> None:
    chat = noor.telegram.new_chat()
    noor.telegram.blocked.add(chat)
    lotsen = noor.lotsen
    await links.link(lotsen.store, "telegram", str(chat), MIO, {})
    made = await builders.incident(lotsen.store)

    async with asyncio.timeout(ANSWER_SECONDS):
        while await links.person_of(lotsen.store, "telegram", str(chat)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    assert made.reference in [p.reference for p in await prompts.unsent(lotsen.store)]
    assert not await lotsen.channel(WatchedTelegram).deliver(MIO, [])
    assert await links.person_of(lotsen.store, "telegram", str(noor.chat)) == NOOR


_PEOPLE, _INCIDENTS, _KINDS = (
    50,
    10,
    (Kind.AMENDED, Kind.WITHDRAWN, Kind.HANDED_OVER, Kind.INVITED),
)


async def test_two_thousand_prompts_arrive_once_each(
    noor: TelegramDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At Telegram's pace, with every tenth refused or dropped on the way."""
    monkeypatch.setattr(outside_chat, "_FIRST_PAUSE_SECONDS", 0.01)
    lotsen, telegram = noor.lotsen, noor.telegram
    made = [await builders.incident(lotsen.store) for _ in range(_INCIDENTS)]
    troubles: list[Trouble] = [
        Refusal(429, parameters={"retry_after": 0.02}),
        Refusal(503),
        "dropped",
    ]
    dice = random.Random(7)
    telegram.trouble.extend(
        dice.choice(troubles) if dice.random() < 0.1 else None for _ in range(2000)
    )
    first = len(telegram.sent)

    chats = await _fill_the_outbox(lotsen, [receipt.reference for receipt in made])

    wanted = len(chats) * len(_KINDS) * len(made)
    assert wanted == 2000
    async with asyncio.timeout(180):
        while await _unsent(lotsen):  # noqa: ASYNC110
            await asyncio.sleep(0.5)
    told = [sent for sent in telegram.sent[first:] if sent.chat in chats]
    assert set(Counter((sent.chat, sent.text) for sent in told).values()) == {1}
    assert len(told) == wanted
    assert _most_in_a_second(told) <= 33
    await _remove_people(lotsen)


def _most_in_a_second(told: list[Sent]) -> int:
    """30, and what a message takes on its way."""
    times = sorted(sent.at for sent in told)
    return max(sum(t <= other < t + 1 for other in times[i : i + 60]) for i, t in enumerate(times))


async def _fill_the_outbox(lotsen: Lotsen, references: list[str]) -> set[int]:
    """Many people with a chat each, and every kind of prompt about every incident for all."""
    store = lotsen.store
    now = store.clock()
    async with store.transaction() as db_session:
        unit = (await db_session.get_one(Person, NOOR)).unit_id
        found = await db_session.scalars(
            select(Incident.id).where(Incident.reference.in_(references))
        )
        incidents = list(found)
        chats = set()
        for number in range(_PEOPLE):
            person = f"many-{number}"
            db_session.add(Person(id=person, name="Många", role="staff", unit_id=unit))
            await db_session.flush()
            chat = lotsen.telegram.new_chat()
            chats.add(chat)
            sealed = store.cipher.seal({})
            db_session.add(
                Link(
                    channel="telegram",
                    outside_id=str(chat),
                    person_id=person,
                    reference_sealed=sealed,
                )
            )
            db_session.add_all(
                Prompt(
                    key=f"{incident}:{kind}:{person}",
                    kind=kind,
                    recipient_id=person,
                    incident_id=incident,
                    due=now,
                )
                for incident in incidents
                for kind in _KINDS
            )
    return chats


async def _unsent(lotsen: Lotsen) -> bool:
    return any(p.recipient_id.startswith("many-") for p in await prompts.unsent(lotsen.store))


async def _remove_people(lotsen: Lotsen) -> None:
    await lotsen.empty()
    async with lotsen.store.transaction() as db_session:
        for person in await db_session.scalars(select(Person).where(Person.id.like("many-%"))):
            await db_session.delete(person)


# --- what nobody may see


async def test_no_logger_prints_the_token_or_what_was_said(whole_lotsen: Lotsen) -> None:
    """With every logger of every library at its most talkative."""
    printed = io.StringIO()
    handler = logging.StreamHandler(printed)
    root = logging.getLogger()
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    levels = {logger: logger.level for logger in [root, *loggers]}
    root.addHandler(handler)
    try:
        for logger in levels:
            logger.setLevel(logging.DEBUG)
        async with _another_bot(whole_lotsen) as (driver, bot):
            driver.telegram.trouble.extend([Refusal(401), Refusal(404), "dropped"])
            await driver.say(f"{STORY} {MARK}")
            driver.telegram.trouble.append(Refusal(401))
            with pytest.raises(outside_chat.TemporaryError) as refused:
                await bot.send(_at(driver), Part(MARK))
    finally:
        root.removeHandler(handler)
        for logger, level in levels.items():
            logger.setLevel(level)

    assert "asyncio" in printed.getvalue() or "aiosqlite" in printed.getvalue()
    for secret in (TOKEN, TOKEN.partition(":")[2], MARK):
        assert secret not in printed.getvalue()
    assert TOKEN not in repr(refused.value)
    assert refused.value.__cause__ is None


async def test_story_of_nobody_is_nowhere(whole_lotsen: Lotsen) -> None:
    with structlog.testing.capture_logs() as events:
        async with _another_bot(whole_lotsen, None) as (driver, _):
            told = await driver.say(f"igår ringde en pappa och sa att han ska döda mig, {MARK}")
            assert "Inget av det du skrev har sparats" in told.text

            assert await _rows(whole_lotsen, Conversation, Turn, Draft, Link) == 0
            assert found_in(whole_lotsen.data) == []
            assert found_in(whole_lotsen.data, str(driver.chat)) == []
    assert MARK not in str(events)
    assert not {key for event in events for key in event} - logs.ALLOWED_KEYS - {"log_level"}


# --- as it is configured


CONFIGURED = """
[telegram]
token = {{ file = "telegram.token" }}
reporting = true
api = "{api}"
"""


async def test_bot_that_is_configured_runs_and_nothing_of_it_is_in_the_log(
    whole_lotsen: Lotsen, data: Path
) -> None:
    """A whole `lotsen up`: the code from the page links the chat, and a poll brings the story."""
    there = FakeTelegram()
    await there.start()
    (data / "lotsen.toml").write_text(CONFIGURED.format(api=there.url))
    (data / "telegram.token").write_text(TOKEN)
    running = LotsenProcess(data)
    await asyncio.to_thread(running.start)
    try:
        driver = TelegramDriver(whole_lotsen, there)
        code = await _code(running.url)
        await there.bring(there.message(driver.chat, text=f"/link {code}"))
        await driver.heard("kopplad till dig")

        await there.bring(there.message(driver.chat, text=f"{STORY} {MARK}"))
        await driver.heard(ASKED)
    finally:
        await asyncio.to_thread(running.stop)
        await there.stop()

    assert TOKEN.partition(":")[2] not in running.log.read_text()
    assert found_in(data) == []


async def _code(url: str) -> str:
    """A code for Noor, from the page."""
    async with ClientSession(headers={"Origin": url}, cookie_jar=CookieJar(unsafe=True)) as page:
        await page.post(f"{url}/login", json={"person": NOOR})
        async with page.post(f"{url}/link-code", json={}) as answer:
            return str((await answer.json())["code"])
