"""Logging in through the municipality, in a real browser: there, back again, and out."""

from collections.abc import Iterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.chat_page import PHONE, ChatPage
from tests.browser.conftest import Windows
from tests.identity_provider import PASSWORD
from tests.town import Town, running

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.fixture(scope="module", name="town")
def _town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with running(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest_asyncio.fixture(loop_scope="session", name="visitor")
async def _visitor(windows: Windows, town: Town) -> ChatPage:
    """A phone that nobody has logged in on. The provider's own page wants fonts from afar."""
    windows.expect("cdn.jsdelivr.net")
    windows.expect("ERR_NAME_NOT_RESOLVED")
    windows.expect(r"404 \(NOT FOUND\)")  # its icon
    return await windows.open(town.lotsen.url, PHONE)


async def _fill_in_there(page: ChatPage, name: str) -> None:
    await page.tab.get_by_label("Username").fill(name)
    await page.tab.get_by_label("Password").fill(PASSWORD)
    await page.tab.get_by_role("button", name="Authorize").click()


async def test_person_logs_in_from_the_chat_and_out_again(visitor: ChatPage) -> None:
    log_in = visitor.tab.get_by_role("link", name="Logga in")
    await expect(log_in).to_be_visible()
    await expect(visitor.tab.get_by_text("påhittad person")).to_be_hidden()

    await visitor.press(log_in)
    await _fill_in_there(visitor, "alva.e")
    await visitor.greeted("Alva")

    await visitor.press(visitor.account)
    await visitor.press(visitor.tab.get_by_role("button", name="Logga ut"))
    await expect(visitor.tab.get_by_text("Du är utloggad ur Lotsen")).to_be_visible()
    await expect(visitor.tab.get_by_role("link", name="Logga ut där också")).to_be_visible()
    assert "lotsen_session" not in {c["name"] for c in await visitor.tab.context.cookies()}


async def test_one_may_go_on_without_logging_in_and_do_it_later(visitor: ChatPage) -> None:
    await visitor.go_on_as_nobody()
    await visitor.hears("inte inloggad")

    await visitor.press(visitor.account)
    await visitor.press(visitor.tab.get_by_role("link", name="Logga in"))
    await _fill_in_there(visitor, "alva.e")

    await visitor.greeted("Alva")
    await expect(visitor.lines("inte inloggad")).to_have_count(0)


async def test_link_to_the_incidents_leads_there_after_the_login(
    visitor: ChatPage, town: Town, windows: Windows
) -> None:
    windows.expect("403")
    await visitor.tab.goto(f"{town.lotsen.url}/handelser")

    await visitor.press(visitor.tab.get_by_role("link", name="Logga in"))
    await _fill_in_there(visitor, "sam.e")

    await expect(visitor.tab).to_have_url(f"{town.lotsen.url}/handelser")
    await expect(visitor.tab.get_by_text("Sam Exempelsson")).to_be_visible()
