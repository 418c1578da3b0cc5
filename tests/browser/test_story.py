"""The main story, from the welcome card to the receipt and the manager's answer."""

import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.chat_page import DANGER, DESKTOP, PHONE, STORY, ChatPage, Size
from tests.browser.conftest import Windows
from tests.lotsen_process import LotsenProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORKPLACE = "Påhittsgatan 3, 123 45 Exempelstad"
TO_SUPPORT = ("Ja, det stämmer", "Ja", "Ja, arbetsgivaren")


async def _report(page: ChatPage) -> str:
    """Tell the main story and send it in; returns the reference."""
    await page.say(STORY)
    await page.tap(*TO_SUPPORT)
    await page.mark("Samtal med chefen")
    await page.tap("Klar", "Skicka in")
    return await page.reference()


async def test_main_story_ends_in_a_receipt(
    windows: Windows, lotsen: LotsenProcess, size: Size
) -> None:
    page = await windows.open(lotsen.url, size, moving=True)
    await page.become("Sam")

    await page.say(STORY)
    await page.hears(r"fara just nu\? Ring 112")
    await page.hears("Det låter som .*hot.* för att du skrev .*Stämmer det")
    await page.tap("Ja, det stämmer")
    await page.hears("påverka dig i ditt arbete")
    await page.tap("Ja")
    await page.hears(WORKPLACE)
    await page.tap("Ja, arbetsgivaren")
    await page.hears("är inte ditt fel.*Vilket stöd vill du ha")
    await page.mark("Samtal med chefen")
    await page.tap("Klar")
    await page.hears("Det här skickar jag in.*döda mig.*Mio Exempelkvist får rapporten")
    await page.tap("Skicka in")

    record = await lotsen.record(await page.reference())
    assert record["support"]["wanted"] == ["samtal_chef"]
    assert record["police"]["wish"] == "employer"


async def test_several_kinds_of_support_are_sent_together(
    phone: ChatPage, lotsen: LotsenProcess
) -> None:
    await phone.become("Alva")
    await phone.say(STORY)
    await phone.tap(*TO_SUPPORT)
    await expect(phone.log.get_by_role("button", name="Klar")).to_be_disabled()

    await phone.mark("Samtal med chefen", "Facket", "Skyddsombud")
    await phone.press(phone.choice("Facket"))
    await phone.tap("Klar")

    await expect(phone.own_lines.last).to_contain_text("Samtal med chefen, Skyddsombud")
    await phone.hears("Stödet: Samtal med chefen och skyddsombud")
    await phone.tap("Skicka in")
    wanted = (await lotsen.record(await phone.reference()))["support"]["wanted"]
    assert {"samtal_chef", "skyddsombud"} == set(wanted)


async def test_answered_question_shows_what_was_chosen_and_is_closed(phone: ChatPage) -> None:
    await phone.become("Alva")
    await phone.say(STORY)

    await phone.tap("Ja, det stämmer")

    chosen = phone.log.get_by_role("button", name="Ja, det stämmer", exact=True)
    await expect(chosen).to_have_attribute("aria-pressed", "true")
    await expect(chosen).to_be_disabled()
    await expect(phone.log.get_by_role("button", name="Inget av detta")).to_be_disabled()


async def test_manager_receives_the_report_and_the_person_is_told_at_once(
    windows: Windows, lotsen: LotsenProcess
) -> None:
    mio = await windows.open(lotsen.url, DESKTOP)
    await mio.become("Mio")
    sam = await windows.open(lotsen.url, PHONE)
    await sam.become("Sam")
    reference = await _report(sam)

    prompt = mio.log.locator(".from-bot").filter(has_text=reference).first
    await expect(prompt).to_contain_text("En ny rapport har kommit till dig")
    await expect(prompt.locator(".bubble")).not_to_contain_text("döda")
    await mio.press(_standing(prompt, "Visa"))
    await mio.hears(f"{reference}.*döda mig.*Sam Exempelsson")
    await mio.press(_standing(prompt, "Jag har tagit emot den"))

    await mio.hears(f"tagit emot {reference}")
    await sam.hears(f"{reference} är mottagen")


async def test_manager_who_comes_later_sees_what_waits(
    windows: Windows, lotsen: LotsenProcess
) -> None:
    sam = await windows.open(lotsen.url, PHONE)
    await sam.become("Sam")
    reference = await _report(sam)

    mio = await windows.open(lotsen.url, DESKTOP)
    await mio.become("Mio")

    prompt = mio.log.locator(".from-bot").filter(has_text=reference).first
    await expect(prompt).to_contain_text("En ny rapport har kommit till dig")


async def test_danger_is_answered_with_112_before_anything_else(phone: ChatPage) -> None:
    await phone.become("Alva")

    await phone.say(DANGER)

    first = phone.answer.first.locator("p").first
    await expect(first).to_have_text(re.compile(r"^Ring 112 nu"))
    await expect(first.get_by_role("link", name="112")).to_have_attribute("href", "tel:112")
    (safe,) = await phone.choices.all_inner_texts()
    await phone.tap(safe)
    await phone.hears("Stämmer det|välja flera")


async def test_112_can_be_called_from_every_state_of_the_page(page: ChatPage) -> None:
    call = page.tab.get_by_role("banner").get_by_role("link", name="Ring 112")

    await expect(call).to_be_in_viewport()
    await expect(call).to_have_attribute("href", "tel:112")
    await page.become("Alva")
    await page.say(STORY)
    await expect(call).to_be_in_viewport()


async def test_main_story_with_the_keyboard_only(windows: Windows, lotsen: LotsenProcess) -> None:
    page = await windows.open(lotsen.url, DESKTOP)
    keys = page.tab.keyboard
    await expect(page.person("Sam")).to_be_visible()

    await _tab_to(page, page.person("Sam"))
    await keys.press("Enter")
    await page.greeted("Sam")
    await expect(page.box).to_be_focused()
    await keys.type(STORY)
    await keys.press("Enter")
    await page.settled()
    await _tab_to(page, page.choice("Ja, det stämmer"), "Shift+Tab")
    await keys.press("Enter")
    await page.hears("påverka dig")
    await _tab_to(page, page.choice("Ja"))
    await keys.press("Space")
    await page.hears(WORKPLACE)
    await _tab_to(page, page.choice("Ja, arbetsgivaren"))
    await keys.press("Enter")
    await page.hears("Vilket stöd")
    for title in ("Samtal med chefen", "Facket"):
        await _tab_to(page, page.choice(title))
        await keys.press("Space")
    await _tab_to(page, page.choice("Klar"))
    await keys.press("Enter")
    await page.hears("Stödet: Samtal med chefen och facket")
    await _tab_to(page, page.choice("Skicka in"))
    await keys.press("Space")

    assert await page.reference()


async def _tab_to(page: ChatPage, target: Locator, key: str = "Tab") -> None:
    """Press Tab until the target has focus, which must also be seen."""
    for _ in range(30):
        await page.tab.keyboard.press(key)
        if await target.evaluate("(node) => node === document.activeElement"):
            outline = await target.evaluate("(node) => getComputedStyle(node).outlineStyle")
            assert outline == "solid"
            await expect(target).to_be_in_viewport(ratio=1)
            return
    raise AssertionError(f"{target} is not reached with {key}")


def _standing(prompt: Locator, title: str) -> Locator:
    return prompt.get_by_role("button", name=title, exact=True)
