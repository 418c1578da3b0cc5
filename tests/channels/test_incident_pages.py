"""The doors to the pages of incidents: who gets in, which forms are taken, what is never told."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest

from casework import authorities, followup, incidents, organisation, tallies
from casework.clock import utc_now
from casework.followup import TaskId
from casework.store import Store, open_store
from casework.tallies import FEWEST_SHOWN
from casework.vocabulary import (
    Authority,
    Reference,
    ReportedBy,
    ReportOutcome,
    StepOutcome,
)
from tests import builders
from tests.builders import KIM, LO, MIO
from tests.lotsen_process import LotsenProcess

MISSING = "OP-2026-999999"
TYPED = "tornseglarens vals"
"""Words that nobody else uses."""


@pytest.fixture(name="store")
async def _store(lotsen: LotsenProcess) -> AsyncIterator[Store]:
    """The record of the running Lotsen."""
    store = open_store(lotsen.data)
    yield store
    await organisation.end_absence(store, MIO)
    await store.close()


@pytest.fixture(name="reference")
async def _reference(store: Store) -> Reference:
    """A report of Sam's about a threat, which Mio handles."""
    return (await builders.incident(store)).reference


class Visitor:
    """Somebody with a browser; forms are sent as our own pages send them."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def get(self, path: str) -> tuple[int, str]:
        async with self._session.get(self._url + path) as answer:
            assert "unsafe" not in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "no-store"
            return answer.status, await answer.text()

    async def post(self, path: str, **fields: str) -> tuple[int, str]:
        """The status, and where it leads to or else the page."""
        return await self.post_with({"Origin": self._url}, path, **fields)

    async def post_with(
        self, headers: Mapping[str, str], path: str, **fields: str
    ) -> tuple[int, str]:
        async with self._session.post(
            self._url + path, data=fields, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status, answer.headers.get("Location") or await answer.text()

    async def log_out(self) -> None:
        async with self._session.post(f"{self._url}/logout", json={}) as answer:
            assert answer.status == 204


@asynccontextmanager
async def visitor(lotsen: LotsenProcess, person: str | None) -> AsyncIterator[Visitor]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        if person:
            async with session.post(f"{lotsen.url}/login", json={"person": person}) as answer:
                assert answer.status == 204
        yield Visitor(session, lotsen.url)


@pytest.fixture(name="mio")
async def _mio(lotsen: LotsenProcess) -> AsyncIterator[Visitor]:
    """The manager who handles what Sam reports."""
    async with visitor(lotsen, "mio") as mio:
        yield mio


async def outcome(store: Store, reference: Reference, step: str) -> StepOutcome | None:
    plan = await followup.plan_of(store, MIO, reference)
    return next(task.outcome for task in plan if task.name == step)


# --- who gets in


async def test_nobody_is_told_to_log_in_and_nothing_else(
    lotsen: LotsenProcess, reference: Reference
) -> None:
    async with visitor(lotsen, None) as nobody:
        answers = {
            await nobody.get(path)
            for path in (
                "/handelser",
                f"/handelser/{reference}",
                f"/handelser/{MISSING}",
                "/handelser/x",
            )
        }

    assert len(answers) == 1
    status, page = answers.pop()
    assert status == 403
    assert "Du är inte inloggad" in page
    assert reference not in page


@pytest.mark.parametrize("person", ["sam", "alva", "kim", "lo", "disa", "omar", "admin"])
async def test_incident_of_others_is_as_if_it_did_not_exist(
    lotsen: LotsenProcess, store: Store, reference: Reference, person: str
) -> None:
    """The reporter too: the page is for handling it, the own report is read in the chat."""
    async with visitor(lotsen, person) as other:
        refused = await other.get(f"/handelser/{reference}")

        assert refused == await other.get(f"/handelser/{MISSING}")
        assert refused == await other.get("/handelser/OP-1")
        assert refused == await other.get("/handelser/%00")
        assert refused == await other.post(f"/handelser/{reference}", step="samtal", act="klart")
    assert refused[0] == 404
    assert [e.event for e in await incidents.log_of(store, reference)] == ["submitted"]
    assert await outcome(store, reference, "samtal") is None


async def test_opening_is_logged_and_a_list_is_not(
    mio: Visitor, store: Store, reference: Reference
) -> None:
    _, listed = await mio.get("/handelser")
    assert [e.event for e in await incidents.log_of(store, reference)] == ["submitted"]

    status, page = await mio.get(f"/handelser/{reference}")

    assert status == 200
    assert reference in listed
    assert "hotade mig" not in listed
    assert "han ringde och hotade mig" in page
    assert [(e.person_id, e.event) for e in await incidents.log_of(store, reference)][1:] == [
        ("mio", "opened")
    ]


async def test_titles_and_addresses_hold_nothing_of_a_case(
    mio: Visitor, store: Store, reference: Reference
) -> None:
    _, page = await mio.get(f"/handelser/{reference}")
    _, location = await mio.post(
        f"/handelser/{reference}", step="utredning", act="klart", text=TYPED
    )

    assert re.findall("<title>(.*)</title>", page) == ["En händelse – Lotsen"]
    assert location == f"/handelser/{reference}?sagt=klart&steg=utredning"


async def test_what_is_typed_is_escaped_and_in_no_log(
    lotsen: LotsenProcess, mio: Visitor, reference: Reference
) -> None:
    text = f"<script>alert(1)</script> {TYPED} {{{{7*7}}}}"

    await mio.post(f"/handelser/{reference}", step="utredning", act="klart", text=text)
    _, page = await mio.get(f"/handelser/{reference}?sagt=<script>&steg=<script>")

    assert "<script" not in page
    assert f"&lt;script&gt;alert(1)&lt;/script&gt; {TYPED} {{{{7*7}}}}" in page
    assert TYPED not in lotsen.log.read_text()


# --- forms from elsewhere


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://example.org"},
    ],
    ids=str,
)
async def test_form_from_elsewhere_is_refused(
    mio: Visitor, store: Store, reference: Reference, headers: dict[str, str]
) -> None:
    for path, fields in (
        (f"/handelser/{reference}", {"step": "samtal", "act": "klart"}),
        ("/handelser", {"act": "borta", "until": "2099-01-01", "to": "kim"}),
    ):
        status, page = await mio.post_with(headers, path, **fields)
        assert status == 403
        assert reference not in page

    assert await outcome(store, reference, "samtal") is None
    assert await organisation.absence(store, MIO) is None


@pytest.mark.parametrize("site", [None, "same-origin"])
async def test_form_of_our_own_is_taken(
    lotsen: LotsenProcess, mio: Visitor, store: Store, reference: Reference, site: str | None
) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {"Origin": lotsen.url}

    status, _ = await mio.post_with(headers, f"/handelser/{reference}", step="samtal", act="klart")

    assert status == 303
    assert await outcome(store, reference, "samtal") is StepOutcome.DONE


# --- what the buttons do


async def test_each_button_does_what_it_says(
    mio: Visitor, store: Store, reference: Reference
) -> None:
    path = f"/handelser/{reference}"
    for fields in (
        {"step": "ta_emot", "act": "klart"},
        {"step": "samtal", "act": "senare"},
        {"step": "skyddsombud", "act": "behovs_inte", "reason": "Skyddsombudet vet redan"},
        {"step": "utredning", "act": "klart", "text": TYPED},
        {"step": "polis", "act": "anmalt", "by": "arbetsgivaren", "on": "2026-01-02"}
        | {"number": "5000-K1-26"},
        {"step": "polis", "act": "hur_det_gar", "number": "5000-K2-26", "outcome": "nedlagd"},
        {"step": "arbetsmiljoverket", "act": "ingen_anmalan", "own": "ingen fara"},
        {"act": "bjud_in"},
    ):
        assert (await mio.post(path, **fields))[0] == 303, fields

    plan = {t.name: t for t in await followup.plan_of(store, MIO, reference)}
    assert plan["ta_emot"].outcome is StepOutcome.DONE
    assert plan["samtal"].is_open
    assert plan["skyddsombud"].note == "Skyddsombudet vet redan"
    assert (plan["utredning"].note, plan["utredning"].done_by) == (TYPED, "Mio Exempelkvist")
    assert plan["arbetsmiljoverket"].note == "ingen fara"
    police = (await authorities.of_incident(store, MIO, reference))[Authority.POLICE]
    assert police.reported_by is ReportedBy.EMPLOYER
    assert police.outcome is ReportOutcome.DISCONTINUED
    assert (police.number, str(police.reported_on)) == ("5000-K2-26", "2026-01-02")
    assert (await followup.plan_of(store, LO, reference))[0].reference == reference

    assert (await mio.post(path, step="utredning", act="angra"))[0] == 303
    assert await outcome(store, reference, "utredning") is None
    assert await mio.post(path, act="lamna", to="kim") == (303, "/handelser?sagt=lamna")
    assert (await mio.get(path))[0] == 404
    assert (await followup.plan_of(store, KIM, reference))[0].reference == reference


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"step": "skyddsombud", "act": "behovs_inte"}, "Välj eller skriv varför"),
        ({"step": "skyddsombud", "act": "behovs_inte", "own": "  "}, "Välj eller skriv varför"),
        ({"step": "polis", "act": "ingen_anmalan"}, "Välj eller skriv varför"),
        ({"step": "polis", "act": "anmalt", "on": "2026-01-02"}, "Välj vem som har anmält"),
        ({"step": "polis", "act": "anmalt", "by": "kungen"}, "Välj vem som har anmält"),
        ({"step": "polis", "act": "anmalt", "by": "annan", "on": "2999-01-01"}, "Välj en dag"),
        ({"step": "polis", "act": "anmalt", "by": "annan", "on": "i går"}, "Välj en dag"),
        ({"step": "polis", "act": "hur_det_gar", "number": ""}, "Skriv ett nummer"),
        ({"step": "polis", "act": "hur_det_gar", "number": "K1"}, "händelsen har ändrats"),
        ({"step": "polis", "act": "klart"}, "händelsen har ändrats"),
        ({"step": "utredning", "act": "anmalt", "by": "annan", "on": "2026-01-02"}, "ändrats"),
        ({"step": "avsluta", "act": "klart"}, "Innan du kan avsluta behövs svar på: "),
        ({"step": "avsluta", "act": "behovs_inte", "own": "nej"}, "händelsen har ändrats"),
        ({"step": "finns_inte", "act": "klart"}, "händelsen har ändrats"),
        ({"step": "samtal", "act": "radera"}, "händelsen har ändrats"),
        ({"step": "samtal"}, "händelsen har ändrats"),
        ({}, "händelsen har ändrats"),
        ({"act": "lamna", "to": "tuva"}, "Välj någon i listan"),
        ({"act": "lamna"}, "Välj någon i listan"),
        ({"step": "utredning", "act": "klart", "text": "x" * 8001}, "högst 8 000 tecken"),
    ],
    ids=str,
)
async def test_what_cannot_be_done_is_said_kindly_and_changes_nothing(
    mio: Visitor, store: Store, reference: Reference, fields: dict[str, str], problem: str
) -> None:
    before = await followup.plan_of(store, MIO, reference)

    status, page = await mio.post(f"/handelser/{reference}", **fields)

    assert status == 422
    assert problem in page
    assert await followup.plan_of(store, MIO, reference) == before


@pytest.mark.parametrize(
    "fields",
    [
        {"step": "skyddsombud", "act": "behovs_inte", "own": TYPED + "x" * 8001},
        {"step": "polis", "act": "anmalt", "on": "2026-01-02", "number": TYPED},
        {"step": "avsluta", "act": "klart", "text": TYPED},
        {"step": "utredning", "act": "klart", "text": TYPED + "x" * 8001},
    ],
    ids=lambda fields: fields["act"],
)
async def test_what_was_typed_is_still_there(
    mio: Visitor, reference: Reference, fields: dict[str, str]
) -> None:
    status, page = await mio.post(f"/handelser/{reference}", **fields)

    assert status == 422
    assert TYPED in page


async def test_step_that_somebody_has_answered_meanwhile_keeps_their_answer(
    mio: Visitor, store: Store, reference: Reference
) -> None:
    await followup.invite(store, MIO, reference)
    task = TaskId(reference, "utredning")
    await followup.done(store, builders.content(), LO, task, "HR har utrett")

    status, page = await mio.post(
        f"/handelser/{reference}", step="utredning", act="klart", text=TYPED
    )

    assert status == 422
    assert "Det har Lo Exempelstrand redan svarat på" in page
    assert TYPED in page
    plan = {t.name: t for t in await followup.plan_of(store, MIO, reference)}
    assert plan["utredning"].note == "HR har utrett"


async def test_form_that_is_sent_after_logging_out_can_be_sent_again(
    lotsen: LotsenProcess, mio: Visitor, store: Store, reference: Reference
) -> None:
    await mio.log_out()

    status, page = await mio.post(
        f"/handelser/{reference}", step="utredning", act="klart", text=TYPED
    )

    assert status == 403
    assert TYPED in page
    assert f'action="/handelser/{reference}"' in page
    assert 'name="act" value="klart"' in page
    assert await outcome(store, reference, "utredning") is None


async def test_report_that_was_withdrawn_can_be_read_and_not_changed(
    mio: Visitor, store: Store, reference: Reference
) -> None:
    await incidents.withdraw(store, builders.SAM, reference)

    status, page = await mio.get(f"/handelser/{reference}")

    assert status == 200
    assert "Tillbakadragen" in page
    assert "<form" not in page
    assert (await mio.post(f"/handelser/{reference}", step="samtal", act="klart"))[0] == 422


async def test_number_of_a_report_is_sealed(
    lotsen: LotsenProcess, mio: Visitor, reference: Reference
) -> None:
    fields = {"step": "polis", "act": "anmalt", "by": "annan", "on": "2026-01-02"}
    assert (await mio.post(f"/handelser/{reference}", **fields, number=TYPED))[0] == 303

    files = [f for f in lotsen.data.iterdir() if f.is_file()]
    assert files
    assert not [f.name for f in files if TYPED.encode() in f.read_bytes()]


# --- being away


async def test_absence_is_noted_shown_and_ended(mio: Visitor, store: Store) -> None:
    until = (utc_now() + timedelta(days=9)).date()

    assert await mio.post("/handelser", act="borta", until=until.isoformat(), to="kim") == (
        303,
        "/handelser?sagt=borta",
    )
    assert await organisation.absence(store, MIO) == organisation.Absence(until, "Kim Exempelhed")
    _, page = await mio.get("/handelser")
    assert "Kim Exempelhed får dina påminnelser" in page
    assert (await mio.post("/handelser", act="tillbaka"))[0] == 303

    assert await organisation.absence(store, MIO) is None


@pytest.mark.parametrize(
    ("until", "to", "problem"),
    [
        ("2020-01-01", "kim", "Välj en dag"),
        ("", "kim", "Välj en dag"),
        ("2099-01-01", "mio", "Välj någon i listan"),
        ("2099-01-01", "tuva", "Välj någon i listan"),
        ("2099-01-01", "", "Välj någon i listan"),
    ],
)
async def test_absence_that_cannot_be_is_said_and_kept_in_the_form(
    mio: Visitor, store: Store, until: str, to: str, problem: str
) -> None:
    status, page = await mio.post("/handelser", act="borta", until=until, to=to)

    assert status == 422
    assert problem in page
    assert f'value="{until}"' in page
    assert await organisation.absence(store, MIO) is None


async def test_staff_have_an_empty_list_and_no_stand_ins(lotsen: LotsenProcess) -> None:
    async with visitor(lotsen, "noor") as noor:
        status, page = await noor.get("/handelser")
        assert (await noor.post("/handelser", act="borta", until="2099-01-01", to="kim"))[0] == 422

    assert status == 200
    assert "Inget väntar på dig" in page
    assert "Jag ska vara borta" not in page
    assert "Försenat i kommunen" not in page


async def test_hr_and_security_see_what_is_late_and_not_what_happened(
    lotsen: LotsenProcess,
) -> None:
    """Two hours ago: a serious report is late with its first step, and escalated to nobody yet."""
    past = open_store(lotsen.data, lambda: utc_now() - timedelta(hours=2))
    reference = (await builders.incident(past)).reference
    await past.close()

    for person in ("lo", "omar"):
        async with visitor(lotsen, person) as overseer:
            _, page = await overseer.get("/handelser")
            assert (await overseer.get(f"/handelser/{reference}"))[0] == 404
        assert "Försenat i kommunen" in page
        assert reference in page
        assert "Se till att den utsatta är trygg nu" in page
        assert f'href="/handelser/{reference}"' not in page
        assert "Sam" not in page
        assert "hotade" not in page
    async with visitor(lotsen, "tuva") as other:
        assert reference not in (await other.get("/handelser"))[1]


async def test_hr_and_security_see_what_people_ask_about_and_nobody_else_does(
    lotsen: LotsenProcess, store: Store
) -> None:
    for topic, times in {"gavor_mutor": FEWEST_SHOWN + 2, "visselblasning": 1}.items():
        for _ in range(times):
            await tallies.add_question(store, topic)

    for person in ("lo", "omar"):
        async with visitor(lotsen, person) as overseer:
            _, page = await overseer.get("/handelser")
        assert re.search(rf"Någon erbjuder en gåva\s*<[^>]*>{FEWEST_SHOWN + 2}<", page)
        assert re.search(r"Vad är visselblåsning\?\s*<[^>]*>färre än fem<", page)
    for person in ("mio", "sam", "disa"):
        async with visitor(lotsen, person) as other:
            assert "Vad folk frågar om" not in (await other.get("/handelser"))[1]
