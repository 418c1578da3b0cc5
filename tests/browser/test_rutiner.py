"""The pages of routines: on a desk and a phone, by finger, mouse and keyboard, and on paper."""

import io

import pytest
from playwright.async_api import Page, expect
from pypdf import PdfReader

from casework.routines import load_routines
from tests.browser.chat_page import DESKTOP, PHONE, ChatPage, Size
from tests.browser.conftest import Windows
from tests.browser.obstacles import obstacles, scanner
from tests.lotsen_process import ROOT, LotsenProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")

OURS = load_routines(ROOT / "data")
REFUSED = "Failed to load resource"
"""What the browser says of a page with a status of 400 or more."""
TOO_SMALL = """() => [
    ...document.querySelectorAll("button, input[id], .titles a, .anchor, .danger"),
  ]
  .filter((node) => node.checkVisibility())
  .map((node) => ({ node, size: node.getBoundingClientRect() }))
  .filter(({ size }) => Math.min(size.width, size.height) < 44)
  .map(({ node, size }) => `${node.outerHTML.slice(0, 99)} ${size.width}×${size.height}`)"""


async def at(page: ChatPage, path: str = "/rutiner") -> Page:
    await page.tab.goto(page.url + path)
    return page.tab


async def ask(page: ChatPage, tab: Page, question: str) -> None:
    await tab.get_by_label("Vad undrar du?").fill(question)
    await page.press(tab.get_by_role("button", name="Sök", exact=True))
    await tab.wait_for_url("**/rutiner/sok")


async def test_question_leads_to_a_text_and_on_to_the_chat(page: ChatPage) -> None:
    tab = await at(page)

    await ask(page, tab, "måste jag polisanmäla")
    await expect(tab.get_by_role("heading", name="Det här hittade jag")).to_be_in_viewport()
    assert "polisanm" not in tab.url
    assert "polisanm" not in await tab.title()
    await page.press(tab.get_by_role("link", name="Måste jag polisanmäla?").first)

    await expect(tab.get_by_role("heading", level=1)).to_have_text("Måste jag polisanmäla?")
    await page.press(tab.get_by_role("link", name="Till chatten", exact=True))
    await expect(tab).to_have_url(f"{page.url}/")


async def test_pages_work_without_scripts(windows: Windows, lotsen: LotsenProcess) -> None:
    page = await windows.open(lotsen.url, PHONE)
    await page.tab.context.route("**/*.js", lambda route: route.abort())
    tab = await at(page)

    await ask(page, tab, "kvantfysik")

    await expect(tab.get_by_role("heading", name="Jag hittade ingen text")).to_be_visible()
    await expect(tab.get_by_label("Vad undrar du?")).to_have_value("kvantfysik")
    assert await tab.locator("script").count() == 0


async def test_routines_open_beside_the_chat(page: ChatPage) -> None:
    """Whoever leaves the chat without being logged in would lose what they have said."""
    async with page.tab.context.expect_page() as opened:
        await page.press(page.tab.get_by_role("link", name="Rutiner"))

    beside = await opened.value
    await expect(beside.get_by_role("heading", level=1)).to_have_text("Rutiner")
    await expect(page.box).to_be_visible()


async def test_section_can_be_linked_to(page: ChatPage) -> None:
    tab = await at(page, "/rutiner/polis_kontakt")

    await page.press(tab.get_by_role("link", name="Länk till Efter"))

    assert tab.url.endswith("/rutiner/polis_kontakt#efter")
    await expect(tab.get_by_role("heading", name="Efter")).to_be_in_viewport()


async def test_keyboard_comes_to_the_search_in_a_few_steps(desktop: ChatPage) -> None:
    tab = await at(desktop)
    reached = []

    for _ in range(5):
        await tab.keyboard.press("Tab")
        reached.append(await tab.evaluate("() => document.activeElement.textContent.trim()"))
    await tab.keyboard.type("hembesök")
    await tab.keyboard.press("Enter")

    assert [" ".join(each.split()) for each in reached] == [
        "Hoppa till innehållet",
        "Är någon i fara nu? Ring 112",
        "Lotsen, till chatten",
        "Till chatten",
        "",
    ]
    await expect(tab.get_by_role("link", name="Vad gäller vid hembesök?").first).to_be_visible()


async def test_nothing_is_kept_in_the_browser(page: ChatPage) -> None:
    tab = page.tab
    before = await tab.context.cookies()

    await at(page)
    await ask(page, tab, "hembesök")

    assert await tab.context.cookies() == before
    assert await tab.evaluate("() => JSON.stringify({...localStorage})") == "{}"


@pytest.mark.parametrize(
    ("size", "dark"), [(DESKTOP, False), (PHONE, True)], ids=["light", "dark"]
)
async def test_scan_finds_no_obstacle(
    windows: Windows, lotsen: LotsenProcess, size: Size, dark: bool
) -> None:
    windows.expect(REFUSED)
    scan = scanner()
    page = await windows.open(lotsen.url, size, dark=dark)
    for path in ("", "/polis_kontakt#efter", "/akut_fara_112", "/om_lotsen", "/alla", "/inte"):
        tab = await at(page, f"/rutiner{path}")
        assert await obstacles(tab, scan) == []
        assert await page.fits()
        assert await tab.evaluate(TOO_SMALL) == []
    for question in ("måste jag polisanmäla", "kvantfysik", " "):
        tab = await at(page)
        await ask(page, tab, question)
        assert await obstacles(tab, scan) == []
        assert await page.fits()


@pytest.mark.parametrize("width", [320, 360, 768])
async def test_pages_fit_their_window(windows: Windows, lotsen: LotsenProcess, width: int) -> None:
    page = await windows.open(lotsen.url, Size("window", width, 740, touch=width < 768))
    assert await page.fits()
    for path in ("/rutiner", "/rutiner/alla"):
        await at(page, path)
        assert await page.fits()


async def test_paper_has_the_texts_and_their_sources_and_no_navigation(desktop: ChatPage) -> None:
    tab = await at(desktop, "/rutiner/polis_kontakt")
    await tab.emulate_media(media="print")

    for gone in ("Till chatten", "Alla rutiner", "Länk till Efter", "Måste jag polisanmäla?"):
        await expect(tab.get_by_role("link", name=gone, exact=True)).to_be_hidden()
    await expect(tab.get_by_role("link", name="Är någon i fara nu?")).to_be_visible()
    await expect(tab.get_by_text("Polismyndigheten, polisen.se")).to_be_visible()


async def test_each_text_begins_a_page_of_paper(desktop: ChatPage) -> None:
    tab = await at(desktop, "/rutiner/alla")

    pages = [p.extract_text() for p in PdfReader(io.BytesIO(await tab.pdf(format="A4"))).pages]

    starts = {_squeezed(page)[:120] for page in pages}
    headings = {text.name: group.heading for group in OURS.groups for text in group.texts}
    for text in OURS.texts:
        start = _squeezed(headings[text.name] + text.title)
        assert any(page.startswith(start) for page in starts), text.name
    told = "".join(pages)
    assert "http://" not in told
    assert "¶" not in told


def _squeezed(text: str) -> str:
    return "".join(text.split())
