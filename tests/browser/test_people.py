"""Who one is: nobody leaves no trace, and one person never sees the other's conversation."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.chat_page import STORY, ChatPage
from tests.browser.conftest import Windows
from tests.lotsen_process import LotsenProcess
from tests.process_memory import Marks, need_sight

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOG_OUT = "Logga ut"


async def test_nobody_is_told_that_nothing_is_saved_and_leaves_no_trace(page: ChatPage) -> None:
    await page.go_on_as_nobody()
    await page.hears("inte inloggad, så inget av det du skriver sparas")
    await expect(page.account).to_contain_text("inget sparas")

    await page.say(STORY)

    await page.hears("Ring 112.*Det låter som .*hot")
    await page.hears("Inget av det du skrev har sparats")
    assert await page.tab.context.cookies() == []
    assert await page.tab.evaluate("() => Object.entries(localStorage)") == []
    assert await page.tab.evaluate("() => Object.keys(sessionStorage)") == []


async def test_nobody_who_reloads_starts_anew(page: ChatPage) -> None:
    await page.go_on_as_nobody()
    await page.say(STORY)

    await page.tab.reload()

    await page.go_on_as_nobody()
    await expect(page.lines(STORY)).to_have_count(0)


@pytest.mark.parametrize("way", ["closed", "left", "logged in"])
async def test_nobody_who_goes_is_forgotten_at_once(
    phone: ChatPage, lotsen: LotsenProcess, way: str
) -> None:
    need_sight(lotsen.pid)
    marks = Marks()
    await phone.go_on_as_nobody()
    await phone.say(f"vad gäller om {marks[1]} kommer hit med en gåva?")
    await phone.settled()
    assert marks.in_memory_of(lotsen.pid) == {1}

    if way == "closed":
        await phone.tab.close()
    elif way == "left":
        await phone.tab.goto("about:blank")
    else:
        await _change_to(phone, "Alva")
        await phone.greeted("Alva")

    await marks.until_gone_from(lotsen.pid, lotsen.engine_pid)


async def test_nobody_who_logs_in_can_have_the_text_back(phone: ChatPage) -> None:
    await phone.go_on_as_nobody()
    await phone.say(STORY)

    await _change_to(phone, "Alva")
    await phone.greeted("Alva")
    await phone.press(phone.tab.get_by_role("button", name="Lägg texten i textrutan"))

    await expect(phone.box).to_have_value(STORY)
    await expect(phone.own_lines.filter(has_text=STORY)).to_have_count(0)


async def test_text_in_the_box_survives_logging_in(phone: ChatPage) -> None:
    await phone.write(STORY)

    await phone.become("Alva")

    await expect(phone.box).to_have_value(STORY)


async def test_logging_out_leaves_nothing_on_the_page(page: ChatPage) -> None:
    await page.become("Alva")
    await page.say(STORY)

    await page.press(page.account)
    await page.press(page.tab.get_by_role("button", name=LOG_OUT))

    await expect(page.person("Alva")).to_be_visible()
    await expect(page.log).to_be_empty()
    assert await page.tab.context.cookies() == []
    await page.go_on_as_nobody()
    await expect(page.lines(STORY)).to_have_count(0)


async def test_logging_out_asks_before_it_drops_text(page: ChatPage) -> None:
    await page.become("Alva")
    await page.write(STORY)

    await page.press(page.account)
    await page.press(page.tab.get_by_role("button", name=LOG_OUT))
    await page.press(page.tab.get_by_role("button", name="Stanna kvar"))
    await expect(page.box).to_have_value(STORY)
    await expect(page.account).to_contain_text("Alva")

    await page.press(page.account)
    await page.press(page.tab.get_by_role("button", name=LOG_OUT))
    await page.press(page.tab.get_by_role("button", name="Logga ut och ta bort texten"))
    await expect(page.person("Alva")).to_be_visible()
    await expect(page.box).to_be_empty()


async def test_another_person_starts_clean(phone: ChatPage) -> None:
    await phone.become("Alva")
    await phone.say(STORY)

    await _change_to(phone, "Tuva")

    await phone.greeted("Tuva")
    await expect(phone.own_lines).to_have_count(0)
    await expect(phone.lines("Alva")).to_have_count(0)
    await phone.tab.reload()
    await phone.hears("Hej Tuva")
    await expect(phone.own_lines).to_have_count(0)


async def test_login_is_out_of_reach_of_scripts(phone: ChatPage) -> None:
    await phone.become("Alva")

    assert await phone.tab.evaluate("() => document.cookie") == ""
    (cookie,) = await phone.tab.context.cookies()
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"


async def test_report_goes_on_in_another_tab(desktop: ChatPage, windows: Windows) -> None:
    await desktop.become("Alva")
    await desktop.say(STORY)
    other = await windows.open_beside(desktop)
    await other.hears("Du har ett påbörjat utkast")

    await other.tap("Fortsätt där jag var")
    await other.hears("Stämmer det")
    reference = await other.finish()

    assert reference
    await desktop.tap("Ja, det stämmer")
    await desktop.hears("inget utkast längre")


async def test_two_tabs_are_two_conversations(desktop: ChatPage, windows: Windows) -> None:
    await desktop.become("Alva")
    other = await windows.open_beside(desktop)
    await other.hears("Hej Alva")

    await desktop.say("vad kan du göra?")

    await expect(desktop.own_lines.last).to_contain_text("vad kan du göra?")
    await expect(other.own_lines).to_have_count(0)


async def test_change_of_person_in_one_tab_is_seen_in_the_other(
    desktop: ChatPage, windows: Windows
) -> None:
    await desktop.become("Alva")
    other = await windows.open_beside(desktop)
    await other.hears("Hej Alva")

    await _change_to(desktop, "Tuva")

    await expect(other.account).to_contain_text("Tuva")
    await other.hears("Hej Tuva")
    await expect(other.lines("Alva")).to_have_count(0)


async def _change_to(page: ChatPage, first_name: str) -> None:
    """Become another person through the menu at the top."""
    await page.press(page.account)
    menu = page.tab.locator("#account-menu")
    await page.press(menu.get_by_role("button", name=re.compile(f"^{first_name} ")))
