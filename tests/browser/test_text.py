"""What is typed is shown as it was typed, fits, and is never lost."""

import pytest
from playwright.async_api import expect

from tests.browser.chat_page import STORY, ChatPage, Size
from tests.browser.conftest import Windows
from tests.lotsen_process import LotsenProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")

NARROW = Size("narrow", 320, 640, touch=True)
MARKUP = "<img src=x onerror=alert(1)><b>LVU</b> &lt;"
LONGEST = 8000


async def test_markup_is_shown_as_text(phone: ChatPage) -> None:
    await phone.become("Alva")

    await phone.say(f"{STORY} {MARKUP}")
    await phone.tap("Ja, det stämmer", "Ja", "Ja, arbetsgivaren")
    await phone.mark("Facket")
    await phone.tap("Klar")

    await expect(phone.own_lines.filter(has_text=STORY)).to_contain_text(MARKUP)
    await phone.hears("Det här skickar jag in.*<b>LVU</b>")
    await expect(phone.log.locator("img, b")).to_have_count(0)


@pytest.mark.parametrize(
    "text",
    ["å" * 600, f"{STORY} https://{'a' * 400}.example/", STORY + " ord" * 1900],
    ids=["unbroken", "address", "long"],
)
async def test_unusual_text_fits_the_narrowest_window(
    windows: Windows, lotsen: LotsenProcess, text: str
) -> None:
    page = await windows.open(lotsen.url, NARROW)
    await page.become("Alva")

    await page.write(text)
    assert await page.fits()
    await page.send()
    await page.settled()

    await expect(page.own_lines.last).to_contain_text(text[:100])
    assert await page.fits()


async def test_longest_text_is_taken(phone: ChatPage) -> None:
    await phone.become("Alva")
    text = STORY.ljust(LONGEST, ".")

    await phone.say(text)

    assert await phone.fits()
    await expect(phone.own_lines.last).to_contain_text(text)
    await phone.hears("Stämmer det|välja flera")


async def test_too_long_text_is_kept_with_a_word_on_what_to_do(page: ChatPage) -> None:
    await page.become("Alva")
    text = STORY.ljust(LONGEST + 1, ".")

    await page.write(text)
    await page.box.press("Control+Enter")

    await expect(page.box).to_have_value(text)
    await expect(page.lines(STORY)).to_have_count(0)
    await expect(page.send_button).to_be_disabled()
    await expect(page.tab.locator("#limit")).to_contain_text("1 tecken för lång")
    assert await page.fits()
    await page.say(text[:-1])
    await expect(page.own_lines.filter(has_text=STORY)).to_have_count(1)


async def test_focus_stays_in_the_text_box_after_sending(page: ChatPage) -> None:
    await page.become("Alva")
    await page.press(page.box)

    await page.say("hjälp")

    await expect(page.box).to_be_focused()
    await expect(page.box).to_be_empty()


async def test_enter_sends_with_a_keyboard_and_breaks_the_line_on_a_phone(
    page: ChatPage,
) -> None:
    await page.become("Alva")
    before = await page.texts()
    await page.box.focus()
    keys = page.tab.keyboard

    await keys.type("hej")
    await keys.press("Shift+Enter")
    await keys.type("hjälp")
    await keys.press("Enter")

    if page.size.touch:
        await expect(page.box).to_have_value("hej\nhjälp\n")
        assert before == await page.texts()
    else:
        await expect(page.own_lines.last).to_contain_text("hej\nhjälp", use_inner_text=True)
        await expect(page.box).to_be_empty()


async def test_nothing_is_sent_from_an_empty_box(phone: ChatPage) -> None:
    await phone.become("Alva")
    before = await phone.texts()

    await phone.write("  \n ")

    await expect(phone.send_button).to_be_disabled()
    await phone.box.press("Control+Enter")
    await expect(phone.box).to_have_value("  \n ")
    assert before == await phone.texts()


async def test_phone_numbers_can_be_called(phone: ChatPage) -> None:
    await phone.become("Alva")
    await phone.say(STORY)

    await phone.tap("Ja, det stämmer", "Ja")

    police = phone.answer.get_by_role("link", name="114 14")
    await expect(police).to_have_attribute("href", "tel:11414")
