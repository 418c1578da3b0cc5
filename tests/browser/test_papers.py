"""The papers of a report are links under the receipt, for fingers and for the keyboard."""

import pytest
from playwright.async_api import Locator, expect
from pypdf import PdfReader

from tests.browser.chat_page import STORY, ChatPage

pytestmark = pytest.mark.asyncio(loop_scope="session")

SMALLEST_TARGET = 44
"""CSS pixels that a target needs at least (WCAG 2.5.5)."""


def paper(page: ChatPage, title: str) -> Locator:
    return page.log.get_by_role("link", name=title, exact=True).last


async def test_receipt_can_be_downloaded(page: ChatPage) -> None:
    await page.become("Sam")
    await page.say(STORY)
    reference = await page.finish()

    async with page.tab.expect_download() as coming:
        await page.press(paper(page, "Kvitto (PDF)"))
    download = await coming.value

    assert download.suggested_filename == f"kvitto-{reference}.pdf"
    text = PdfReader(await download.path()).pages[0].extract_text()
    assert reference in text
    assert "döda mig" in text
    await expect(page.log).to_be_visible()


async def test_papers_are_big_enough_to_tap_and_reached_with_tab(page: ChatPage) -> None:
    await page.become("Sam")
    await page.say(STORY)
    await page.finish()

    for title in ("Kvitto (PDF)", "Polisunderlag (PDF)"):
        box = await paper(page, title).bounding_box()
        assert box is not None
        assert box["height"] >= SMALLEST_TARGET
    await paper(page, "Kvitto (PDF)").focus()
    await page.tab.keyboard.press("Tab")
    await expect(paper(page, "Polisunderlag (PDF)")).to_be_focused()


async def test_papers_are_still_there_after_a_reload(page: ChatPage) -> None:
    await page.become("Sam")
    await page.say(STORY)
    reference = await page.finish()

    await page.tab.reload()

    await expect(paper(page, "Kvitto (PDF)")).to_have_attribute(
        "href", f"{page.url}/reports/{reference}/kvitto.pdf"
    )
