"""A report and a prompt in the Microsoft 365 Agents Playground, as Teams would show them.

The playground is a development tool from npm; without node, npm or Chromium nothing runs here.
It listens on all interfaces, so it lives no longer than its test.
"""

import asyncio
import os
import re
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect

from bot import texts
from bot.app import Running, configured_channels, run
from bot.engine_process import free_port
from bot.settings import CONFIG_FILE, Settings, read_configuration
from casework import export, prompts
from casework.schema import Person
from casework.store import Store, open_store
from tests import builders
from tests.lotsen_process import ROOT

pytestmark = pytest.mark.asyncio(loop_scope="session")

SOURCE = ROOT / "tests" / "playground"
THEIR_PERSON = "00000000-0000-0000-0000-0000000000020"
"""The object id of whoever the playground lets one be."""
START_SECONDS = 60
STORY = "en pappa i ett LVU-ärende ringde igår och skrek att jag är en idiot och en häxa"


@pytest.fixture(name="programs", scope="module")
def _programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the playground is installed."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("no node and npm: install them to try Lotsen in the Teams playground")
    folder = tmp_path_factory.mktemp("playground")
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(SOURCE / name, folder)
    done = subprocess.run(
        ["npm", "ci", "--no-audit", "--no-fund"],  # noqa: S607  whichever npm there is
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        pytest.skip("npm cannot fetch the Teams playground")
    return folder / "node_modules" / ".bin"


@pytest_asyncio.fixture(name="teams_lotsen", loop_scope="session")
async def _teams_lotsen(data: Path) -> AsyncIterator[Running]:
    """A Lotsen at noon, since in quiet hours nobody is prompted in Teams."""
    (data / CONFIG_FILE).write_text("[teams]\nlocal = true\n")
    wanted = Settings(data, port=free_port(), demo=True, configuration=read_configuration(data))
    also = configured_channels(wanted.configuration)
    async with run(wanted, lambda _: None, builders.from_noon, also) as running:
        yield running


@pytest_asyncio.fixture(name="store", loop_scope="session")
async def _store(data: Path, teams_lotsen: Running) -> AsyncIterator[Store]:
    """Its record, where the playground's person is Mio, a manager."""
    store = open_store(data, builders.from_noon)
    async with store.transaction() as db_session:
        (await db_session.get_one(Person, builders.MIO)).entra_id = THEIR_PERSON
    yield store
    await store.close()


@pytest_asyncio.fixture(name="teams", loop_scope="session")
async def _teams(
    browser: Browser, programs: Path, teams_lotsen: Running, store: Store
) -> AsyncIterator[Page]:
    """The playground in a window, where one is Mio."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(  # noqa: ASYNC220  it is started, not waited for
        [
            *(programs / "agentsplayground", "-e", f"{teams_lotsen.url}/api/messages"),
            *("-c", "msteams", "-p", str(port), "--service-url", f"{url}/_connector"),
            "--disable-telemetry",
        ],
        cwd=programs,  # it writes its log where it stands
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    context = await browser.new_context(viewport={"width": 1400, "height": 1000})
    try:
        await context.route(lambda asked: not asked.startswith(url), _nowhere)
        page = await context.new_page()
        await _reach(page, url)
        yield page
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        await context.close()


async def _nowhere(route: Route) -> None:
    """Its page asks for fonts elsewhere."""
    await route.abort()


async def _reach(page: Page, url: str) -> None:
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                await page.goto(url, wait_until="domcontentloaded")
            except Exception:  # noqa: BLE001  it is not up yet, and says so in many ways
                await asyncio.sleep(0.5)
            else:
                break
    await page.get_by_text("Connected.").wait_for(timeout=START_SECONDS * 1000)


async def _say(page: Page, text: str) -> None:
    await page.locator("div[contenteditable=true]").first.click()
    await page.keyboard.type(text)
    await page.get_by_role("button", name="Send Message").click()


async def _press(page: Page, title: str) -> None:
    button = page.get_by_role("button", name=title, exact=True).last
    await button.scroll_into_view_if_needed()
    await button.click()


async def _picture(page: Page, name: str) -> None:
    if folder := os.environ.get("LOTSEN_SHOTS"):
        await page.screenshot(path=Path(folder) / f"teams-{name}.png")


async def test_manager_reports_and_is_prompted_in_the_playground(
    teams: Page, store: Store
) -> None:
    await expect(teams.get_by_text("Hej Mio. Här i Teams").first).to_be_visible()
    await _picture(teams, "hello")

    await _say(teams, STORY)
    await expect(teams.get_by_text("Stämmer det").last).to_be_visible()
    await _picture(teams, "confirm")
    await _press(teams, "Ja, det stämmer")
    await _report_the_rest(teams)

    (record,) = await export.records(store)
    assert record["channel"] == "telefon"

    made = await builders.incident(store)
    await expect(teams.get_by_text(made.reference).first).to_be_visible()
    await _picture(teams, "prompt")
    await _press(teams, "Jag har tagit emot den")
    await expect(teams.get_by_text("får nu veta att du har tagit emot").last).to_be_visible()
    await _picture(teams, "thanks")
    waiting = await prompts.unsent(store)
    assert builders.MIO not in [prompt.recipient_id for prompt in waiting]


async def _report_the_rest(page: Page) -> None:
    """Answer what is left to be asked, boxes too, and send it in."""
    for number, title in enumerate(
        ["Jag själv", "Ja", "Ja, arbetsgivaren", "Samtal med chefen", "Skicka in"]
    ):
        box = page.get_by_role("checkbox", name=re.compile(f"{title}$"))
        button = page.get_by_role("button", name=title, exact=True)
        await expect(box.or_(button).last).to_be_visible()
        await _picture(page, f"step-{number}")
        if await box.count():
            await box.last.click()
            await _press(page, texts.READY)
        else:
            await _press(page, title)
    await expect(page.get_by_text("OP-").first).to_be_visible()
    await _picture(page, "receipt")
