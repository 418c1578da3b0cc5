"""What holds in every channel, through the real engine, actions and database."""

import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot import texts
from bot.parts import utf16
from casework import drafts
from tests.channels.drivers import DRIVERS, NOOR, Driver, Lotsen

pytestmark = pytest.mark.asyncio(loop_scope="package")

STORY = "en klient skrek att han ska slå ihjäl mig på telefon"
ASKED = "Stämmer det|välja flera"


@pytest_asyncio.fixture(
    name="driver", params=DRIVERS, ids=lambda driver: driver.name, loop_scope="package"
)
async def _driver(request: pytest.FixtureRequest, whole_lotsen: Lotsen) -> AsyncIterator[Driver]:
    """Somebody in a channel, about whom nothing is known."""
    await whole_lotsen.empty()
    driver: Driver = request.param(whole_lotsen)
    await driver.open()
    yield driver
    await driver.close()


@pytest.fixture(name="tapping")
def _tapping(driver: Driver) -> Driver:
    if not driver.taps:
        pytest.skip("no buttons there")
    return driver


async def _still_answers(driver: Driver) -> None:
    assert "datorprogram" in (await driver.say("hjälp")).text


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b"])
async def test_empty_message_gets_a_clear_answer(driver: Driver, text: str) -> None:
    assert texts.UNUSABLE["empty"] in (await driver.say(text)).text
    await _still_answers(driver)


async def test_text_that_is_too_long_gets_a_clear_answer(driver: Driver) -> None:
    assert "högst 8 000 tecken" in (await driver.say("x" * 10_000)).text
    await _still_answers(driver)


@pytest.mark.parametrize("button", ["nonsense", "/answer{", ""])
async def test_unknown_payload_gets_a_clear_answer(tapping: Driver, button: str) -> None:
    assert texts.UNUSABLE["unknown_choice"] in (await tapping.tap(button)).text
    await _still_answers(tapping)


async def test_button_that_nobody_remembers_counts_as_left_behind(tapping: Driver) -> None:
    await tapping.say("hjälp")

    assert "lämnat" in (await tapping.tap("/never_offered")).text
    await _still_answers(tapping)


async def test_stale_button_shows_the_present_question_again(tapping: Driver) -> None:
    stale = (await tapping.say(STORY)).buttons["Ja, det stämmer"]
    present = await tapping.tap(stale)

    again = await tapping.tap(stale)

    assert texts.STALE_CHOICE in again.text
    assert again.pieces[-1] == present.pieces[-1]
    assert again.buttons == present.buttons


async def test_button_from_before_a_restart_leads_to_the_present_question(
    tapping: Driver,
) -> None:
    stale = (await tapping.say(STORY)).buttons["Ja, det stämmer"]
    await tapping.tap(stale)
    asked = tapping.last.pieces[-1]

    await tapping.restart()
    again = await tapping.tap(stale)

    assert texts.STALE_CHOICE in again.text
    assert again.pieces[-1] == asked


async def test_message_that_is_delivered_twice_is_handled_once(driver: Driver) -> None:
    if not driver.repeats:
        pytest.skip("nothing is delivered twice there")
    await driver.say(STORY, "m-1")

    await driver.post(STORY, "m-1")

    assert (await driver.say("hjälp", "m-2")).text.startswith("Vi är mitt i en rapport")
    draft = await drafts.find(driver.lotsen.store, NOOR)
    assert draft is not None
    assert draft.answers.description == STORY


async def test_long_reply_comes_in_pieces_that_can_be_carried(driver: Driver) -> None:
    reply = await driver.say("hjälp")

    if driver.longest is None or utf16(reply.text) <= driver.longest:
        assert len(reply.pieces) == 1
    else:
        assert len(reply.pieces) > 1
        assert max(map(utf16, reply.pieces)) <= driver.longest


@pytest.mark.parametrize(
    "said", [f"{STORY} 😡🙏🏽", "Åke på Ängö sa: ”jag slår ihjäl dig” på telefon"]
)
async def test_story_is_kept_as_it_was_written(driver: Driver, said: str) -> None:
    await driver.say(said)

    draft = await drafts.find(driver.lotsen.store, NOOR)
    assert draft is not None
    assert draft.answers.description == said


async def test_message_that_was_not_answered_is_answered_after_a_restart(driver: Driver) -> None:
    engine = driver.lotsen.running.engine.pid
    assert engine is not None
    os.kill(engine, signal.SIGSTOP)
    await driver.post(STORY, "m-1")
    await driver.received()
    os.kill(engine, signal.SIGKILL)

    await driver.restart()

    assert "hot" in (await driver.heard(ASKED)).text
    draft = await drafts.find(driver.lotsen.store, NOOR)
    assert draft is not None
    assert draft.answers.description == STORY


async def test_messages_are_answered_in_the_order_they_came(driver: Driver) -> None:
    asked = ["hjälp", "tack", "hjälp", "mina rapporter"]
    one_by_one = [(await driver.say(text)).pieces for text in asked]
    ids = [f"m-{number}" for number in range(len(asked))]

    for text, message_id in zip(asked, ids, strict=True):
        await driver.post(text, message_id)
    together = [
        piece for message_id in ids for piece in (await driver.answered(message_id)).pieces
    ]

    assert together == [piece for pieces in one_by_one for piece in pieces]


async def test_message_while_a_reply_is_on_its_way_is_answered_after_it(driver: Driver) -> None:
    await driver.post(STORY, "m-1")
    await driver.post("hjälp", "m-2")

    first, second = await driver.answered("m-1"), await driver.answered("m-2")

    told = f"{first.text}\n{second.text}"
    assert told.index("Stämmer det") < told.index("mitt i en rapport")


async def test_choice_leads_on_whatever_the_channel_can_carry(driver: Driver) -> None:
    await driver.say(STORY)
    first = driver.last.pieces[-1]

    await driver.pick("Ja, det stämmer")

    assert driver.last.pieces[-1] != first
    draft = await drafts.find(driver.lotsen.store, NOOR)
    assert draft is not None
    assert draft.answers.types
