"""A real browser, and windows that watch for what must never happen."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Request,
    WebSocket,
    async_playwright,
    expect,
)

from tests.browser.chat_page import DESKTOP, PHONE, ChatPage, Size
from tests.lotsen_process import LotsenProcess

CHROMIUM = shutil.which("chromium", path="/usr/bin") or shutil.which("chromium")
PATIENCE_MS = 20_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
_TELL_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`against the policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""


class Windows:
    """Opens windows, and remembers what goes wrong in any of them.

    Args:
        browser: opens them.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._stack = AsyncExitStack()
        self._expected: list[str] = []
        self._problems: list[str] = []

    async def open(
        self, url: str, size: Size, *, dark: bool = False, moving: bool = False
    ) -> ChatPage:
        """A window of its own, as on another device; the page is loaded.

        Args:
            url: where Lotsen listens.
            size: of the window.
            dark: whether the device asks for dark colours.
            moving: whether it lets things glide; tests are quicker when it does not.
        """
        context = await self._browser.new_context(
            viewport={"width": size.width, "height": size.height},
            has_touch=size.touch,
            is_mobile=size.touch,
            color_scheme="dark" if dark else "light",
            reduced_motion="no-preference" if moving else "reduce",
            locale="sv-SE",
        )
        self._stack.push_async_callback(context.close)
        context.set_default_timeout(PATIENCE_MS)
        await context.add_init_script(_TELL_VIOLATIONS)
        self._watch(context)
        return await self._tab(context, url, size)

    async def open_beside(self, page: ChatPage) -> ChatPage:
        """Another tab of the same browser."""
        return await self._tab(page.tab.context, page.url, page.size)

    def expect(self, pattern: str) -> None:
        """An error on the console that the test itself brings about."""
        self._expected.append(pattern)

    async def close(self) -> None:
        """Close all windows."""
        await self._stack.aclose()

    @property
    def problems(self) -> list[str]:
        return [p for p in self._problems if not any(re.search(e, p) for e in self._expected)]

    async def _tab(self, context: BrowserContext, url: str, size: Size) -> ChatPage:
        tab = await context.new_page()
        tab.on("websocket", self._check_socket)
        page = ChatPage(tab, url, size)
        await page.open()
        return page

    def _watch(self, context: BrowserContext) -> None:
        context.on("console", self._check_console)
        context.on("weberror", lambda error: self._problems.append(f"error: {error.error}"))
        context.on("request", self._check_request)

    def _check_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self._problems.append(f"console: {message.text}")

    def _check_request(self, request: Request) -> None:
        self._check_host(request.url)

    def _check_socket(self, socket: WebSocket) -> None:
        self._check_host(socket.url)

    def _check_host(self, url: str) -> None:
        if urlsplit(url).hostname != "127.0.0.1":
            self._problems.append(f"asks another host: {url}")


@pytest_asyncio.fixture(loop_scope="session", scope="session", name="browser")
async def _browser() -> AsyncIterator[Browser]:
    """Debian's Chromium; nothing is downloaded."""
    if CHROMIUM is None:
        pytest.skip("no Chromium: install the Debian package chromium to run these tests")
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session", name="windows")
async def _windows(browser: Browser) -> AsyncIterator[Windows]:
    """Opens windows; the test fails on a console error, a page error or a foreign request."""
    windows = Windows(browser)
    yield windows
    await windows.close()
    assert windows.problems == []


@pytest.fixture(params=[DESKTOP, PHONE], ids=lambda size: size.name, name="size")
def _size(request: pytest.FixtureRequest) -> Size:
    """Once as on a desk, once as on a phone."""
    size: Size = request.param
    return size


@pytest_asyncio.fixture(loop_scope="session", name="page")
async def _page(windows: Windows, lotsen: LotsenProcess, size: Size) -> ChatPage:
    """A window with the welcome card, on a desktop and on a phone."""
    return await windows.open(lotsen.url, size)


@pytest_asyncio.fixture(loop_scope="session", name="phone")
async def _phone(windows: Windows, lotsen: LotsenProcess) -> ChatPage:
    """A window with the welcome card, on a phone."""
    return await windows.open(lotsen.url, PHONE)


@pytest_asyncio.fixture(loop_scope="session", name="desktop")
async def _desktop(windows: Windows, lotsen: LotsenProcess) -> ChatPage:
    """A window with the welcome card, on a desktop."""
    return await windows.open(lotsen.url, DESKTOP)
