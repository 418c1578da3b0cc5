"""What bad input gets over the web chat: a clear Swedish answer, and the conversation goes on."""

import uuid

import pytest

from bot import texts
from tests.chat_client import Chat
from tests.lotsen_process import LotsenProcess


async def _still_answers(chat: Chat) -> None:
    assert (await chat.say("hjälp")).messages


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", texts.UNUSABLE["empty"]),
        ("   \n ", texts.UNUSABLE["empty"]),
        ("\x00\x01\x02", texts.UNUSABLE["empty"]),
        ("x" * 10_000, texts.UNUSABLE["too_long"]),
    ],
)
async def test_text_that_cannot_be_taken_gets_a_clear_answer(
    lotsen: LotsenProcess, text: str, answer: str
) -> None:
    async with Chat(lotsen.url, "noor") as chat:
        turn = await chat.say(text)

        assert [answer] == turn.errors
        assert not turn.acknowledged
        await _still_answers(chat)


@pytest.mark.parametrize(
    "text", ["😡", "🙏🏽😭", "<script>alert(1)</script>", "a\x1b[31mb", "{name}"]
)
async def test_odd_text_gets_an_answer(lotsen: LotsenProcess, text: str) -> None:
    async with Chat(lotsen.url, "noor") as chat:
        turn = await chat.say(text)

        assert turn.messages
        assert not turn.errors


@pytest.mark.parametrize("typed", ["/restart", "/discard_draft", '/answer{"police": "no"}', "/"])
async def test_typed_payload_is_text(lotsen: LotsenProcess, typed: str) -> None:
    async with Chat(lotsen.url, "noor") as chat:
        await chat.say("en klient skrek att han ska slå ihjäl mig på telefon")
        asked = chat.last.asks

        turn = await chat.say(typed)

        assert asked == turn.asks
        await chat.say("avbryt")
        await chat.choose("Ta bort utkastet")


@pytest.mark.parametrize(
    "payload", ["/answer", "/restart", '/acknowledge_incident{"reference":"OP-2026-000001"}']
)
async def test_choice_that_was_not_offered_is_refused(lotsen: LotsenProcess, payload: str) -> None:
    async with Chat(lotsen.url, "disa") as chat:
        turn = await chat.choose_payload(payload)

        assert "lämnat" in turn.text
        await _still_answers(chat)


@pytest.mark.parametrize("payload", ["", "nonsense", "/answer{", "/answer[]"])
async def test_malformed_choice_gets_a_clear_answer(lotsen: LotsenProcess, payload: str) -> None:
    async with Chat(lotsen.url, "disa") as chat:
        assert [texts.UNUSABLE["unknown_choice"]] == (await chat.choose_payload(payload)).errors
        await _still_answers(chat)


async def test_stale_choice_shows_the_present_question_again(lotsen: LotsenProcess) -> None:
    async with Chat(lotsen.url, "noor") as chat:
        first = await chat.say("en klient skrek att han ska slå ihjäl mig på telefon")
        stale = first.messages[-1].choices[0]["payload"]
        await chat.choose_payload(stale)
        asked = chat.last.asks

        turn = await chat.choose_payload(stale)

        assert texts.STALE_CHOICE in turn.text
        assert asked == turn.asks
        await chat.say("avbryt")
        await chat.choose("Ta bort utkastet")


async def test_same_message_twice_is_handled_once(lotsen: LotsenProcess) -> None:
    async with Chat(lotsen.url, "noor") as chat:
        message_id = uuid.uuid4().hex
        first = await chat.say("hjälp", message_id=message_id)

        again = await chat.say("hjälp", message_id=message_id)

        assert first.messages
        assert again.acknowledged
        assert not again.messages


async def test_same_message_on_another_connection_is_handled_once(
    lotsen: LotsenProcess,
) -> None:
    async with Chat(lotsen.url, "noor") as chat:
        message_id = uuid.uuid4().hex
        await chat.say("hjälp", message_id=message_id)
        await chat.socket.close()
        await chat.connect()

        assert not (await chat.say("hjälp", message_id=message_id)).messages


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[]",
        "{}",
        '{"type":"say"}',
        '{"type":"say","id":1,"text":"x"}',
        '{"type":"say","id":"","text":"x"}',
        '{"type":"choose","id":"x"}',
        '{"type":"hello","conversation":[],"seen":"x"}',
    ],
)
async def test_broken_frame_does_not_end_the_conversation(
    lotsen: LotsenProcess, frame: str
) -> None:
    async with Chat(lotsen.url, "disa") as chat:
        await chat.socket.send_str(frame)

        assert (await chat.receive())["type"] in ("error", "welcome")
        await _still_answers(chat)


async def test_message_before_hello_is_refused(lotsen: LotsenProcess) -> None:
    async with Chat(lotsen.url, "disa") as chat:
        await chat.socket.close()
        chat.socket = await chat._session.ws_connect(
            lotsen.url.replace("http", "ws", 1) + "/chat", headers={"Origin": lotsen.url}
        )
        await chat.send(type="say", id="m", text="hej")

        assert (await chat.receive())["type"] == "error"


async def test_lost_connection_in_the_middle_goes_on_where_it_was(
    lotsen: LotsenProcess,
) -> None:
    async with Chat(lotsen.url, "noor") as chat:
        message_id = uuid.uuid4().hex
        await chat.send(
            type="say", id=message_id, text="en klient skrek att han ska slå ihjäl mig på telefon"
        )
        while (await chat.receive())["type"] != "ack":
            pass
        await chat.socket.close()

        await chat.connect()
        assert chat.resumed
        turn = await chat.wait_for("Stämmer det|välja flera")

        assert turn.asks == "types"
        await chat.say("avbryt")
        await chat.choose("Ta bort utkastet")


async def test_two_windows_of_one_conversation_show_the_same(lotsen: LotsenProcess) -> None:
    async with (
        Chat(lotsen.url, "noor") as one,
        Chat(lotsen.url, "noor", conversation=one.conversation) as other,
    ):
        await one.say("hjälp")

        assert "datorprogram" in (await other.wait_for("datorprogram")).text


async def test_two_tabs_write_on_one_draft(lotsen: LotsenProcess) -> None:
    """The second tab takes the draft over; the first is told when it is gone."""
    async with Chat(lotsen.url, "noor") as one, Chat(lotsen.url, "noor") as other:
        await one.say("en klient skrek att han ska slå ihjäl mig på telefon")
        await other.say("fortsätt där vi var")
        assert other.last.asks == "types"
        await other.say("ta bort utkastet")

        turn = await one.say("ja det stämmer")

        assert "inget utkast längre" in turn.text
