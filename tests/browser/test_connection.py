"""Bad luck on the way: nothing that was written is lost, shown twice or sent twice."""

import json
import os
import signal
import sqlite3
from collections.abc import Iterator

import pytest
from playwright.async_api import WebSocketRoute, expect

from casework.store import DATABASE_FILE
from tests.browser.chat_page import PHONE, STORY, ChatPage
from tests.browser.conftest import Windows
from tests.lotsen_process import LotsenProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOST = "Ingen kontakt just nu. Det du skrivit är kvar, jag försöker igen."
NETWORK_ERRORS = r"WebSocket connection to|net::ERR_"


@pytest.fixture(scope="module", name="fragile")
def _fragile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LotsenProcess]:
    """A Lotsen that these tests may break; each leaves it running."""
    with LotsenProcess(tmp_path_factory.mktemp("fragile")) as running:
        yield running


async def test_reload_in_the_middle_shows_earlier_lines_and_goes_on(phone: ChatPage) -> None:
    await phone.become("Alva")
    await phone.say(STORY)
    await phone.tap("Ja, det stämmer")
    before = await phone.texts()

    await phone.tab.reload()

    await phone.hears("påverka dig i ditt arbete")
    assert before == await phone.texts()
    chosen = phone.log.get_by_role("button", name="Ja, det stämmer", exact=True)
    await expect(chosen).to_have_attribute("aria-pressed", "true")
    await expect(chosen).to_be_disabled()
    assert await phone.finish()


async def test_text_written_without_contact_is_kept_and_sent_once(
    phone: ChatPage, windows: Windows, lotsen: LotsenProcess
) -> None:
    windows.expect(NETWORK_ERRORS)
    await phone.become("Alva")
    await phone.write(STORY[:20])

    await phone.tab.context.set_offline(offline=True)
    await expect(phone.status).to_have_text(LOST)
    await expect(phone.box).to_have_value(STORY[:20])
    await phone.write(STORY)
    await phone.send()
    await expect(phone.own_lines.last).to_contain_text("Väntar på kontakt")
    await phone.tab.context.set_offline(offline=False)

    await phone.hears("Stämmer det")
    await expect(phone.status).to_be_empty()
    await expect(phone.lines(STORY)).to_have_count(1)
    record = await lotsen.record(await phone.finish())
    assert record["description"].count("LVU-ärende") == 1


async def test_connection_cut_before_the_answer_sends_and_shows_once(
    phone: ChatPage, windows: Windows
) -> None:
    windows.expect(NETWORK_ERRORS)
    net = _PoorNetwork(closes=True)
    await phone.tab.route_web_socket("**/chat", net.carry)
    await phone.become("Alva")

    await phone.write(STORY)
    await phone.send()

    await phone.hears("Stämmer det")
    await phone.settled()
    assert net.said == 2
    await expect(phone.lines(STORY)).to_have_count(1)
    await expect(phone.lines("Stämmer det")).to_have_count(1)
    await phone.tab.reload()
    await phone.hears("Stämmer det")
    await expect(phone.lines(STORY)).to_have_count(1)


async def test_connection_that_is_silently_dead_is_replaced(
    phone: ChatPage, windows: Windows
) -> None:
    net = _PoorNetwork(closes=False)
    await phone.tab.route_web_socket("**/chat", net.carry)
    await phone.tab.clock.install()
    await phone.become("Alva")

    await phone.write(STORY)
    await phone.send()
    await expect(phone.own_lines.last).to_contain_text("Skickas")
    await phone.tab.clock.fast_forward(15_000)

    await phone.hears("Stämmer det")
    await expect(phone.lines(STORY)).to_have_count(1)


async def test_engine_killed_in_the_middle_is_not_noticed(
    fragile: LotsenProcess, windows: Windows
) -> None:
    page = await windows.open(fragile.url, PHONE)
    await page.become("Sam")
    await page.say(STORY)

    os.kill(fragile.engine_pid, signal.SIGKILL)
    await page.tap("Ja, det stämmer")

    await page.hears("påverka dig i ditt arbete")
    await expect(page.log.locator(".problem-line")).to_have_count(0)
    assert await page.finish()


async def test_app_restarted_in_the_middle_is_found_again(
    fragile: LotsenProcess, windows: Windows
) -> None:
    windows.expect(NETWORK_ERRORS)
    page = await windows.open(fragile.url, PHONE)
    await page.become("Sam")
    await page.say(STORY)
    await page.tap("Ja, det stämmer")

    fragile.kill()
    await expect(page.status).to_have_text(LOST)
    fragile.start()

    await page.hears("Vi fortsätter där vi var")
    await page.hears("påverka dig i ditt arbete")
    await expect(page.status).to_be_empty()
    await expect(page.lines(STORY)).to_have_count(1)
    record = await fragile.record(await page.finish())
    assert record["description"].count("LVU-ärende") == 1


async def test_text_that_could_not_be_saved_can_be_sent_again(
    fragile: LotsenProcess, windows: Windows
) -> None:
    page = await windows.open(fragile.url, PHONE)
    await page.become("Sam")
    connection = sqlite3.connect(fragile.data / DATABASE_FILE, isolation_level=None)
    connection.execute("BEGIN EXCLUSIVE")
    try:
        await page.write(STORY)
        await page.send()
        await page.hears("Jag kunde inte spara det just nu")
    finally:
        connection.execute("ROLLBACK")
        connection.close()

    again = page.own_lines.last.get_by_role("button", name="Försök igen")
    area = await again.bounding_box()
    assert area
    assert min(area["width"], area["height"]) >= 44
    await page.press(again)

    await page.hears("Stämmer det")
    await expect(again).to_have_count(0)
    await expect(page.lines(STORY)).to_have_count(1)


class _PoorNetwork:
    """Carries frames, but after the first message nothing more comes back on that socket.

    Args:
        closes: whether the socket then also closes, or seems to be alive.
    """

    def __init__(self, *, closes: bool) -> None:
        self._closes = closes
        self.said = 0

    def carry(self, page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        deaf = False

        async def to_server(frame: str | bytes) -> None:
            nonlocal deaf
            is_said = json.loads(frame)["type"] == "say"
            self.said += is_said
            deaf = deaf or (is_said and self.said == 1)
            server.send(frame)
            if deaf and self._closes:
                await page.close(code=1001)

        def to_page(frame: str | bytes) -> None:
            if not deaf:
                page.send(frame)

        page.on_message(to_server)
        server.on_message(to_page)
