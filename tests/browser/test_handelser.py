"""The pages of whoever handles incidents: on a desk and a phone, by finger, mouse and keyboard."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from casework import authorities, followup, incidents, organisation
from casework.clock import utc_now
from casework.followup import TaskId
from casework.report import Facts
from casework.store import Store, open_store
from casework.vocabulary import (
    Authority,
    IncidentType,
    Reference,
    ReportedBy,
    StepOutcome,
)
from tests import builders
from tests.browser.chat_page import DESKTOP, PHONE, ChatPage, Size
from tests.browser.conftest import Windows
from tests.browser.obstacles import obstacles, scanner
from tests.builders import KIM, LO, MIO
from tests.lotsen_process import LotsenProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")

MILD: dict[str, Any] = {
    "facts": Facts(types=(IncidentType.HARASSMENT,), masked="hon ringer jämt"),
    "types": (IncidentType.HARASSMENT,),
}
OWN_WORDS = "Vi pratade i lugn och ro."
REFUSED = "Failed to load resource"
"""What the browser says of a page with a status of 400 or more."""
TOO_SMALL = """() => [...document.querySelectorAll("button, summary, select, input[id], .option")]
  .filter((node) => node.checkVisibility())
  .map((node) => ({ node, size: node.getBoundingClientRect() }))
  .filter(({ size }) => Math.min(size.width, size.height) < 44)
  .map(({ node, size }) => `${node.outerHTML.slice(0, 99)} ${size.width}×${size.height}`)"""
OPEN_ALL = "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"


@pytest_asyncio.fixture(loop_scope="session", name="store")
async def _store(lotsen: LotsenProcess) -> AsyncIterator[Store]:
    """The record of the running Lotsen."""
    store = open_store(lotsen.data)
    yield store
    await organisation.end_absence(store, MIO)
    await store.close()


@pytest_asyncio.fixture(loop_scope="session", name="reference")
async def _reference(store: Store) -> Reference:
    """A report of Sam's about a threat, just sent in, which Mio handles."""
    return (await builders.incident(store)).reference


@asynccontextmanager
async def told(lotsen: LotsenProcess, **ago: float) -> AsyncIterator[Store]:
    """The same record as it was to be written some time ago."""
    store = open_store(lotsen.data, lambda: utc_now() - timedelta(**ago))
    yield store
    await store.close()


async def log_in(page: ChatPage, person: str, path: str = "/handelser") -> Page:
    """Log in beside the chat, and go to a page."""
    login = await page.tab.request.post(f"{page.url}/login", data={"person": person})
    assert login.ok
    await page.tab.goto(page.url + path)
    return page.tab


async def at_incident(page: ChatPage, reference: Reference) -> Page:
    return await log_in(page, "mio", f"/handelser/{reference}")


def step(tab: Page, label: str) -> Locator:
    """The card of a step that is to be done."""
    summary = tab.locator("summary", has_text=label)
    return tab.locator("details.card").filter(has=summary).first


async def unfold(page: ChatPage, within: Page | Locator, title: str) -> None:
    await page.press(within.locator("summary").filter(has_text=title).first)


async def press(page: ChatPage, within: Page | Locator, title: str) -> None:
    button = within.get_by_role("button", name=title, exact=True)
    await page.press(button)


async def task(store: Store, reference: Reference, name: str) -> followup.Task:
    return next(t for t in await followup.plan_of(store, MIO, reference) if t.name == name)


# --- the list


async def eleven(lotsen: LotsenProcess) -> list[Reference]:
    """Eleven cases, the oldest three weeks; every fifth is serious, one is withdrawn."""
    made = []
    for number in range(11):
        async with told(lotsen, days=22 - 2 * number) as store:
            report = {} if number % 5 == 0 else MILD
            made.append((await builders.incident(store, **report)).reference)
            if number == 3:
                await incidents.withdraw(store, builders.SAM, made[-1])
    return made


async def test_eleven_cases_are_readable(page: ChatPage, lotsen: LotsenProcess) -> None:
    made = await eleven(lotsen)
    tab = await log_in(page, "mio")

    still = tab.locator("main > .cases .case")
    await expect(still).to_have_count(10)
    assert await page.fits()
    await expect(still.first).to_contain_text("Allvarlig")
    await expect(still.first).to_contain_text("Se till att den utsatta är trygg nu")
    await expect(still.first).to_contain_text(re.compile(r"2[12] dagar sen"))
    await expect(still.nth(9)).not_to_contain_text("Allvarlig")
    await expect(tab.get_by_text(made[3])).to_be_hidden()

    await unfold(page, tab, "Avslutade (1)")
    await expect(tab.get_by_text(made[3])).to_be_visible()
    await page.press(still.first.get_by_role("link"))

    await expect(tab.get_by_role("heading", level=1)).to_contain_text("OP-")


async def test_whole_card_can_be_tapped(phone: ChatPage, reference: Reference) -> None:
    tab = await log_in(phone, "mio")

    await tab.locator(".case").tap(position={"x": 250, "y": 60})

    await expect(tab).to_have_url(re.compile(reference))


async def test_way_from_the_chat_is_in_the_menu(page: ChatPage, reference: Reference) -> None:
    await page.become("Mio")
    await page.press(page.account)

    await page.press(page.tab.get_by_role("link", name="Händelser att ta hand om"))

    await expect(page.tab.get_by_role("link", name=reference)).to_be_visible()
    await page.press(page.tab.get_by_role("link", name=re.compile("^Lotsen.*till chatten")))
    await expect(page.box).to_be_visible()


async def test_who_has_nothing_to_handle_is_told_so_kindly(page: ChatPage) -> None:
    tab = await log_in(page, "tuva")

    await expect(tab.get_by_text("Inget väntar på dig.")).to_be_visible()
    assert await page.fits()


async def test_nobody_is_told_how_to_log_in(page: ChatPage, windows: Windows) -> None:
    windows.expect(REFUSED)
    await page.tab.goto(f"{page.url}/handelser")

    await expect(page.tab.get_by_text("Du är inte inloggad")).to_be_visible()
    await page.press(page.tab.get_by_role("link", name="Till chatten", exact=True))
    await expect(page.person("Mio")).to_be_visible()


async def test_case_of_others_is_not_there(
    page: ChatPage, windows: Windows, reference: Reference
) -> None:
    windows.expect(REFUSED)
    tab = await log_in(page, "tuva", f"/handelser/{reference}")

    await expect(tab.get_by_role("heading", level=1)).to_have_text("Finns inte")
    await expect(tab.get_by_text(reference)).to_have_count(0)


async def test_hr_sees_what_is_late(page: ChatPage, lotsen: LotsenProcess) -> None:
    async with told(lotsen, hours=2) as store:
        reference = (await builders.incident(store)).reference

    tab = await log_in(page, "lo")

    late = tab.get_by_role("region", name="Försenat i kommunen").locator(".case")
    await expect(late).to_contain_text(reference)
    await expect(late).to_contain_text("Barn och familj norr")
    await expect(late).to_contain_text("Ansvarig: Mio Exempelkvist")
    await expect(late.get_by_role("link")).to_have_count(0)
    assert await page.fits()


async def test_absence_is_set_and_ended(page: ChatPage, store: Store) -> None:
    tab = await log_in(page, "mio")
    until = (utc_now() + timedelta(days=5)).date()
    await unfold(page, tab, "Jag ska vara borta")
    await tab.get_by_label("Borta till och med").fill(until.isoformat())
    await tab.get_by_label("Den som tar mina").select_option("kim")
    assert await page.fits()
    await press(page, tab, "Spara")

    await expect(tab.get_by_text("Kim Exempelhed får dina påminnelser")).to_be_visible()
    assert await organisation.absence(store, MIO)
    await press(page, tab, "Jag är tillbaka")

    await expect(tab.get_by_text("Välkommen tillbaka")).to_be_visible()
    assert await organisation.absence(store, MIO) is None


# --- one incident, its buttons


async def test_incident_says_what_the_chat_says(page: ChatPage, reference: Reference) -> None:
    tab = await at_incident(page, reference)

    await expect(tab.get_by_text("”han ringde och hotade mig”")).to_be_visible()
    await expect(tab.get_by_text("Sam Exempelsson").first).to_be_visible()
    link = tab.get_by_role("link", name="Polisunderlag (PDF)")
    async with tab.expect_download() as coming:
        await page.press(link)
    assert (await coming.value).suggested_filename == f"underlag-{reference}.pdf"
    assert await page.fits()


async def test_receiving_folds_the_story_and_tells_the_reporter(
    page: ChatPage, store: Store, reference: Reference
) -> None:
    tab = await at_incident(page, reference)

    await press(page, step(tab, "Ta emot rapporten"), "Jag har tagit emot den")

    await expect(tab.get_by_role("status")).to_contain_text("får veta att du har tagit emot den")
    await expect(tab.get_by_text("”han ringde och hotade mig”")).to_be_hidden()
    assert (await task(store, reference, "ta_emot")).outcome is StepOutcome.DONE


async def test_done_can_be_undone(page: ChatPage, store: Store, reference: Reference) -> None:
    tab = await at_incident(page, reference)
    await unfold(page, tab, "Prata med den som är utsatt")
    await press(page, step(tab, "Prata med den som är utsatt"), "Klart")
    await expect(tab.get_by_role("status")).to_contain_text("Noterat: klart")
    assert (await task(store, reference, "samtal")).outcome is StepOutcome.DONE
    await expect(step(tab, "Prata med den som är utsatt")).to_have_count(0)

    await press(page, tab.get_by_role("status"), "Ångra")

    await expect(tab.get_by_role("status")).to_contain_text("står kvar att göra")
    assert (await task(store, reference, "samtal")).is_open


async def test_reload_does_nothing_twice(
    page: ChatPage, store: Store, reference: Reference
) -> None:
    tab = await at_incident(page, reference)
    await unfold(page, tab, "Prata med den som är utsatt")
    await press(page, step(tab, "Prata med den som är utsatt"), "Klart")
    await expect(tab.get_by_role("status")).to_be_visible()

    await tab.reload()

    events = [e.event for e in await incidents.log_of(store, reference)]
    assert events.count("klart:samtal") == 1


async def test_tomorrow_is_soon_enough(page: ChatPage, store: Store, reference: Reference) -> None:
    tab = await at_incident(page, reference)

    await press(page, step(tab, "Se till att den utsatta är trygg nu"), "Påminn mig i morgon")

    await expect(tab.get_by_role("status")).to_contain_text("nästa arbetsdag")
    events = [e.event for e in await incidents.log_of(store, reference)]
    assert "postponed:trygghet" in events
    assert (await task(store, reference, "trygghet")).is_open


async def test_proposal_is_changed_and_approved(
    page: ChatPage, store: Store, reference: Reference
) -> None:
    tab = await at_incident(page, reference)
    await unfold(page, tab, "Utred och skriv ner")
    card = step(tab, "Utred och skriv ner")
    box = card.get_by_label("Lotsens förslag")
    await expect(box).to_have_value(re.compile("Vad hände: hot"))
    assert await page.fits()

    await box.fill(OWN_WORDS)
    await press(page, card, "Klart")

    await expect(tab.get_by_role("status")).to_contain_text("Noterat")
    assert (await task(store, reference, "utredning")).note == OWN_WORDS
    await unfold(page, tab, "Klart (")
    await expect(tab.get_by_text(OWN_WORDS)).to_be_visible()


async def test_not_needed_takes_a_reason_or_own_words(
    page: ChatPage, windows: Windows, store: Store, reference: Reference
) -> None:
    windows.expect(REFUSED)
    tab = await at_incident(page, reference)
    for label, name in (("Berätta för skyddsombudet", "skyddsombud"), ("Erbjud kris", "stod")):
        await unfold(page, tab, label)
        card = step(tab, label)
        await unfold(page, card.locator(".more"), "Det behövs inte")
        if name == "skyddsombud":
            await page.press(card.get_by_label("Skyddsombudet vet redan"))
        else:
            await press(page, card, "Spara")
            await expect(tab.get_by_role("alert")).to_contain_text("Välj eller skriv varför")
            await card.get_by_label("med egna ord").fill(OWN_WORDS)
        await press(page, card, "Spara")
        await expect(tab.get_by_role("status")).to_contain_text("behövs inte")

    assert (await task(store, reference, "skyddsombud")).note == "Skyddsombudet vet redan"
    assert (await task(store, reference, "stod")).note == OWN_WORDS


async def test_police_report_and_what_came_of_it(
    page: ChatPage, store: Store, reference: Reference
) -> None:
    tab = await at_incident(page, reference)
    await unfold(page, tab, "Besluta om polisanmälan")
    card = step(tab, "Besluta om polisanmälan")
    await page.press(card.get_by_label("Arbetsgivaren"))
    await card.get_by_label("K-nummer").fill("5000-K1-26")
    await press(page, card, "Det är anmält")
    reports = tab.get_by_role("region", name="Anmälningar")
    await expect(reports).to_contain_text("K-nummer: 5000-K1-26")

    await unfold(page, reports, "Skriv hur det går")
    await reports.get_by_label("Vad har hänt med anmälan?").select_option("Nedlagd")
    assert await page.fits()
    await press(page, reports, "Spara")

    await expect(reports).to_contain_text("Läget: nedlagd")
    police = (await authorities.of_incident(store, MIO, reference))[Authority.POLICE]
    assert (police.reported_by, police.number) == (ReportedBy.EMPLOYER, "5000-K1-26")


async def test_no_report_has_a_reason(page: ChatPage, store: Store, reference: Reference) -> None:
    tab = await at_incident(page, reference)
    await unfold(page, tab, "anmälan till Arbetsmiljöverket")
    card = step(tab, "anmälan till Arbetsmiljöverket")
    await unfold(page, card.locator(".more"), "Det blir ingen anmälan")
    await page.press(card.get_by_label("Ingen allvarlig fara för liv eller hälsa"))
    await press(page, card, "Spara")

    await expect(tab.get_by_role("status")).to_contain_text("det blir ingen anmälan")
    known = (await authorities.of_incident(store, MIO, reference))[Authority.WORK_ENVIRONMENT]
    assert (known.reported_by, known.reason) == (
        None,
        "Ingen allvarlig fara för liv eller hälsa",
    )


async def test_hr_is_invited_in_one_step(
    page: ChatPage, store: Store, reference: Reference
) -> None:
    tab = await at_incident(page, reference)

    await press(page, tab, "Bjud in HR")

    await expect(tab.get_by_text("Deltar: Lo Exempelstrand")).to_be_visible()
    await expect(tab.get_by_role("button", name="Bjud in HR")).to_have_count(0)
    assert await followup.plan_of(store, LO, reference)


async def test_somebody_else_takes_it(page: ChatPage, store: Store, reference: Reference) -> None:
    tab = await at_incident(page, reference)
    await tab.get_by_label("Någon annan tar den").select_option("kim")

    await press(page, tab, "Lämna över")

    await expect(tab).to_have_url(re.compile(r"/handelser\?sagt=lamna$"))
    await expect(tab.get_by_text("Du har lämnat över händelsen")).to_be_visible()
    await expect(tab.get_by_text(reference)).to_have_count(0)
    assert await followup.plan_of(store, KIM, reference)


async def test_incident_closes_when_nothing_lacks_an_answer(
    page: ChatPage, store: Store, reference: Reference
) -> None:
    tab = await at_incident(page, reference)
    await unfold(page, tab, "Avsluta händelsen")
    card = step(tab, "Avsluta händelsen")
    await expect(card.get_by_role("button", name="Avsluta händelsen")).to_have_count(0)
    await expect(card.get_by_role("link")).to_have_count(7)
    await page.press(card.get_by_role("link", name="Gör en skriftlig riskbedömning"))
    await expect(step(tab, "Gör en skriftlig riskbedömning")).to_have_attribute("open", "")

    content = builders.content()
    for each in await followup.plan_of(store, MIO, reference):
        planned = content.policy.step(each.name)
        if each.gate and planned:
            no = authorities.not_reported if planned.authority else followup.not_needed
            await no(store, content, MIO, TaskId(reference, each.name), "behövs inte")
    await tab.reload()
    await unfold(page, tab, "Avsluta händelsen")
    await card.get_by_label("Vad gjordes?").fill(OWN_WORDS)
    await press(page, card, "Avsluta händelsen")

    await expect(tab.get_by_role("status")).to_contain_text("Händelsen är avslutad")
    assert (await task(store, reference, "avsluta")).note == OWN_WORDS
    await tab.goto(f"{page.url}/handelser")
    await unfold(page, tab, "Avslutade (1)")
    await expect(tab.get_by_role("link", name=reference)).to_be_visible()


async def test_log_says_who_did_what(page: ChatPage, store: Store, reference: Reference) -> None:
    await incidents.acknowledge(store, MIO, reference)
    await followup.invite(store, MIO, reference)
    tab = await at_incident(page, reference)

    await unfold(page, tab, "Vem som har gjort vad")

    lines = tab.locator(".log li")
    await expect(lines.nth(0)).to_contain_text("Sam Exempelsson skickade in rapporten.")
    await expect(lines.nth(1)).to_contain_text("Mio Exempelkvist tog emot rapporten.")
    await expect(lines.nth(2)).to_contain_text("Mio Exempelkvist bjöd in Lo Exempelstrand.")
    await expect(lines.nth(3)).to_contain_text("Mio Exempelkvist läste rapporten.")


# --- for everybody


async def test_form_on_a_foreign_page_is_refused(
    desktop: ChatPage, windows: Windows, store: Store, reference: Reference
) -> None:
    windows.expect(REFUSED)
    tab = await log_in(desktop, "mio")
    answer = await tab.request.post(
        f"{desktop.url}/handelser/{reference}",
        form={"step": "samtal", "act": "klart"},
        headers={"Origin": "https://example.org", "Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status == 403
    assert (await task(store, reference, "samtal")).is_open


async def test_everything_works_without_scripts(
    browser: Browser, lotsen: LotsenProcess, store: Store, reference: Reference
) -> None:
    context = await browser.new_context(java_script_enabled=False, locale="sv-SE")
    tab = await context.new_page()
    await tab.request.post(f"{lotsen.url}/login", data={"person": "mio"})
    await tab.goto(f"{lotsen.url}/handelser")
    await tab.get_by_role("link", name=reference).click()
    await tab.locator("summary", has_text="Prata med den som är utsatt").click()
    await step(tab, "Prata med den som är utsatt").get_by_role("button", name="Klart").click()

    await expect(tab.get_by_role("status")).to_contain_text("Noterat")
    await context.close()
    assert (await task(store, reference, "samtal")).outcome is StepOutcome.DONE


async def test_steps_are_reached_and_answered_with_the_keyboard(
    desktop: ChatPage, store: Store, reference: Reference
) -> None:
    tab = await at_incident(desktop, reference)
    await tab.keyboard.press("Tab")
    await expect(tab.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
    await tab.locator("summary", has_text="Prata med den som är utsatt").focus()
    await tab.keyboard.press("Enter")
    await tab.keyboard.press("Tab")
    await expect(
        step(tab, "Prata med den som är utsatt").get_by_role("button", name="Klart")
    ).to_be_focused()
    await tab.keyboard.press("Enter")

    await expect(tab.get_by_role("status")).to_contain_text("Noterat")
    assert (await task(store, reference, "samtal")).outcome is StepOutcome.DONE


@pytest.mark.parametrize(
    ("size", "dark"), [(DESKTOP, False), (PHONE, True)], ids=["light", "dark"]
)
async def test_scan_finds_no_obstacle(
    windows: Windows, lotsen: LotsenProcess, store: Store, size: Size, dark: bool
) -> None:
    windows.expect(REFUSED)
    scan = scanner()
    made = await eleven(lotsen)
    page = await windows.open(lotsen.url, size, dark=dark)
    await page.tab.goto(f"{page.url}/handelser")
    assert await obstacles(page.tab, scan) == []
    made_up = authorities.Made(ReportedBy.EMPLOYER)
    content = builders.content()
    await authorities.reported(store, content, MIO, TaskId(made[-1], "polis"), made_up)
    await followup.invite(store, MIO, made[-1])
    for person, path in (
        ("mio", "/handelser"),
        ("mio", f"/handelser/{made[-1]}?sagt=anmalt&steg=polis"),
        ("mio", f"/handelser/{made[3]}"),
        ("lo", "/handelser"),
        ("tuva", f"/handelser/{made[-1]}"),
    ):
        tab = await log_in(page, person, path)
        await tab.evaluate(OPEN_ALL)
        assert await obstacles(tab, scan) == []
        assert await page.fits()
        assert await tab.evaluate(TOO_SMALL) == []
    tab = await at_incident(page, made[-1])
    await unfold(page, tab, "Utred och skriv ner")
    card = step(tab, "Utred och skriv ner")
    await unfold(page, card.locator(".more"), "Det behövs inte")
    await press(page, card, "Spara")
    await expect(tab.get_by_role("alert")).to_be_visible()
    assert await obstacles(tab, scan) == []


@pytest.mark.parametrize("width", [320, 360, 768])
async def test_pages_fit_their_window(
    windows: Windows, lotsen: LotsenProcess, reference: Reference, width: int
) -> None:
    page = await windows.open(lotsen.url, Size("window", width, 740, touch=width < 768))
    for path in ("/handelser", f"/handelser/{reference}"):
        tab = await log_in(page, "mio", path)
        await tab.evaluate(OPEN_ALL)
        assert await page.fits()
