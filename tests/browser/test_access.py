"""For everybody: any window, finger, keyboard or screen reader, in light and in dark."""

import pytest
from playwright.async_api import expect

from tests.browser.chat_page import DESKTOP, PHONE, STORY, ChatPage, Size
from tests.browser.conftest import Windows
from tests.browser.obstacles import obstacles, scanner
from tests.lotsen_process import LotsenProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMED_ROLES = {"button", "link", "textbox", "dialog", "log", "group"}
TO_SUPPORT = ("Ja, det stämmer", "Ja", "Ja, arbetsgivaren")
TARGETS = """() => [...document.querySelectorAll("button, a, textarea, [tabindex='0']")]
  .filter((node) => node.checkVisibility() && !node.closest(".bubble, .skip"))
  .map((node) => ({ node, size: node.getBoundingClientRect() }))
  .filter(({ size }) => Math.min(size.width, size.height) < 44)
  .map(({ node, size }) => `${node.outerHTML.slice(0, 99)} ${size.width}×${size.height}`)"""


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
async def test_page_fits_its_window(windows: Windows, lotsen: LotsenProcess, width: int) -> None:
    page = await windows.open(lotsen.url, Size("window", width, 720, touch=width < 768))
    await expect(page.person("Alva")).to_be_visible()
    assert await page.fits()
    await page.become("Alva")
    await page.press(page.account)
    assert await page.fits()
    await page.tab.keyboard.press("Escape")

    await page.say(STORY)
    assert await page.fits()
    await page.tap(*TO_SUPPORT)
    await page.mark("Facket")
    assert await page.fits()
    await page.tap("Klar")
    assert await page.fits()


async def test_everything_to_tap_is_large_enough(windows: Windows, lotsen: LotsenProcess) -> None:
    page = await windows.open(lotsen.url, PHONE)
    await expect(page.person("Alva")).to_be_visible()
    assert await page.tab.evaluate(TARGETS) == []
    await page.become("Alva")
    await page.press(page.account)
    assert await page.tab.evaluate(TARGETS) == []
    await page.tab.keyboard.press("Escape")

    await page.say(STORY)
    await page.tap(*TO_SUPPORT)
    await page.mark("Facket")

    assert await page.tab.evaluate(TARGETS) == []


async def test_everything_to_use_has_a_name(page: ChatPage) -> None:
    await expect(page.person("Alva")).to_be_visible()
    assert await _nameless(page) == []
    await page.become("Alva")
    await page.press(page.account)
    assert await _nameless(page) == []
    await page.tab.keyboard.press("Escape")

    await page.say(STORY)
    await page.tap(*TO_SUPPORT)

    assert await _nameless(page) == []


async def test_page_says_what_it_is(page: ChatPage) -> None:
    await expect(page.tab).to_have_title("Lotsen")
    await expect(page.tab.locator("html")).to_have_attribute("lang", "sv")
    await expect(page.tab.get_by_role("heading", level=1)).to_have_text("Lotsen")


async def test_new_lines_are_read_out_politely_with_who_said_them(desktop: ChatPage) -> None:
    await desktop.become("Alva")

    await desktop.say("hjälp")

    await expect(desktop.log).to_have_attribute("aria-live", "polite")
    await expect(desktop.log).to_have_role("log")
    await expect(desktop.own_lines.last).to_contain_text("Du: hjälp")
    await desktop.hears("^Lotsen: ")


async def test_choices_are_a_named_group(desktop: ChatPage) -> None:
    await desktop.become("Alva")
    await desktop.say(STORY)
    await desktop.tap("Ja, det stämmer", "Ja")
    await expect(desktop.log.get_by_role("group", name="Svar att välja på").last).to_be_visible()

    await desktop.tap("Ja, arbetsgivaren")

    several = desktop.log.get_by_role("group", name="Välj ett eller flera svar")
    await expect(several.get_by_role("button", name="Facket", pressed=False)).to_be_visible()


async def test_answer_that_fits_is_shown_whole(page: ChatPage) -> None:
    await page.become("Alva")
    await page.say(STORY)

    await page.finish()

    await expect(page.answer.last).to_be_in_viewport(ratio=1)
    await expect(page.choice("Mina rapporter")).to_be_in_viewport(ratio=1)


async def test_long_answer_is_shown_from_its_start(
    windows: Windows, lotsen: LotsenProcess
) -> None:
    page = await windows.open(lotsen.url, Size("low", 360, 480, touch=True))
    await page.become("Alva")

    await page.say(STORY)

    await expect(page.answer.first.locator("p").first).to_be_in_viewport(ratio=1)
    await page.press(page.tab.get_by_role("button", name="Till det senaste"))
    await expect(page.choices.last).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize(
    ("size", "dark"), [(DESKTOP, False), (PHONE, True)], ids=["light", "dark"]
)
async def test_scan_finds_no_obstacle(
    windows: Windows, lotsen: LotsenProcess, size: Size, dark: bool
) -> None:
    scan = scanner()
    page = await windows.open(lotsen.url, size, dark=dark)
    await expect(page.person("Alva")).to_be_visible()
    assert await obstacles(page.tab, scan) == []
    await page.become("Alva")
    await page.press(page.account)
    assert await obstacles(page.tab, scan) == []
    await page.tab.keyboard.press("Escape")

    await page.say(STORY)
    await page.tap(*TO_SUPPORT)
    await page.mark("Facket")
    assert await obstacles(page.tab, scan) == []
    await page.tap("Klar")
    await page.write("hej")
    await page.press(page.account)
    await page.press(page.tab.get_by_role("button", name="Logga ut"))

    assert await obstacles(page.tab, scan) == []


async def _nameless(page: ChatPage) -> list[str]:
    """Roles in the browser's accessibility tree that can be used but have no name."""
    session = await page.tab.context.new_cdp_session(page.tab)
    tree = await session.send("Accessibility.getFullAXTree")
    await session.detach()
    return [
        node["role"]["value"]
        for node in tree["nodes"]
        if not node["ignored"]
        and node["role"]["value"] in NAMED_ROLES
        and not node.get("name", {}).get("value", "").strip()
    ]
