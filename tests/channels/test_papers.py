"""The doors to the papers: open to whoever may have them; to all others there is nothing there."""

import io
from collections.abc import AsyncIterator

import aiohttp
import pytest
from pypdf import PdfReader

from casework import incidents
from casework.store import Store, open_store
from casework.vocabulary import Reference
from tests import builders
from tests.chat_client import Chat
from tests.lotsen_process import LotsenProcess

PAPERS = ["underlag.pdf", "underlag.txt", "kvitto.pdf"]
MISSING = "OP-2026-999999"


@pytest.fixture(name="store")
async def _store(lotsen: LotsenProcess) -> AsyncIterator[Store]:
    """The record of the running Lotsen."""
    store = open_store(lotsen.data)
    yield store
    await store.close()


@pytest.fixture(name="reference")
async def _reference(store: Store) -> Reference:
    """A report of Sam's about a threat, which Mio handles."""
    return (await builders.incident(store)).reference


async def fetch(
    lotsen: LotsenProcess, person: str | None, path: str, method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    """Ask as somebody who is logged in, or as nobody: status, headers without a date, body."""
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        if person:
            async with session.post(f"{lotsen.url}/login", json={"person": person}) as answer:
                assert answer.status == 204
        async with session.request(method, lotsen.url + path) as answer:
            headers = {k: v for k, v in answer.headers.items() if k != "Date"}
            return answer.status, headers, await answer.read()


@pytest.mark.parametrize(
    ("person", "paper"),
    [("sam", paper) for paper in PAPERS] + [("mio", "underlag.pdf"), ("mio", "underlag.txt")],
)
async def test_paper_is_an_attachment_that_is_not_kept_on_the_way(
    lotsen: LotsenProcess, store: Store, reference: Reference, person: str, paper: str
) -> None:
    status, headers, body = await fetch(lotsen, person, f"/reports/{reference}/{paper}")

    name, kind = paper.split(".")
    assert status == 200
    assert headers["Content-Disposition"] == f'attachment; filename="{name}-{reference}.{kind}"'
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    text = body.decode() if kind == "txt" else PdfReader(io.BytesIO(body)).pages[0].extract_text()
    assert "han ringde och hotade mig" in text
    assert reference in text
    log = await incidents.log_of(store, reference)
    assert (log[-1].person_id, log[-1].event.startswith("take_")) == (person, True)


@pytest.mark.parametrize(
    ("person", "paper"),
    [
        *((p, paper) for p in ("alva", "kim", "lo", "disa", "omar", "admin") for paper in PAPERS),
        *((None, paper) for paper in PAPERS),
        ("mio", "kvitto.pdf"),
    ],
)
async def test_to_everybody_else_it_is_as_if_the_report_did_not_exist(
    lotsen: LotsenProcess, store: Store, reference: Reference, person: str | None, paper: str
) -> None:
    refused = await fetch(lotsen, person, f"/reports/{reference}/{paper}")

    assert refused == await fetch(lotsen, person, f"/reports/{MISSING}/{paper}")
    assert refused == await fetch(lotsen, "sam", f"/reports/{MISSING}/{paper}")
    assert refused[0] == 404
    assert [e.event for e in await incidents.log_of(store, reference)] == ["submitted"]


@pytest.mark.parametrize(
    "tampered",
    [
        "{}/kvitto.txt",
        "{}/underlag.docx",
        "{}%00/underlag.pdf",
        "{}'--/underlag.pdf",
        "{}/../{}/underlag.html",
        "%2e%2e/{}/underlag.pdf",
        "OP-2026-\uff10\uff10\uff10\uff10\uff10\uff11/underlag.pdf",
        "OP-2026-%/underlag.pdf",
        "OP-2026-1/underlag.pdf",
        "op-2026-000001/underlag.pdf",
        "/underlag.pdf",
    ],
)
async def test_tampered_reference_is_not_there(
    lotsen: LotsenProcess, reference: Reference, tampered: str
) -> None:
    status, _, _ = await fetch(lotsen, "sam", f"/reports/{tampered.replace('{}', reference)}")

    assert status == 404


async def test_paper_cannot_be_asked_for_in_other_ways(
    lotsen: LotsenProcess, store: Store, reference: Reference
) -> None:
    for method in ("HEAD", "POST", "PUT", "DELETE"):
        status, _, _ = await fetch(lotsen, "sam", f"/reports/{reference}/kvitto.pdf", method)
        assert status == 405

    assert [e.event for e in await incidents.log_of(store, reference)] == ["submitted"]


async def test_receipt_in_the_chat_carries_both_papers(lotsen: LotsenProcess) -> None:
    async with Chat(lotsen.url, "noor") as chat:
        turn = await chat.say("en klient ringde och sa att han ska slå ihjäl mig")
        while not turn.reference:
            turn = await chat.choose(_likely(turn.titles))

        assert turn.files == [
            {"title": "Kvitto", "url": f"/reports/{turn.reference}/kvitto.pdf"},
            {
                "title": "Polisunderlag",
                "url": f"/reports/{turn.reference}/underlag.pdf",
            },
        ]
        for file in turn.files:
            status, _, _ = await fetch(lotsen, "noor", file["url"])
            assert status == 200


async def test_whoever_handles_it_is_shown_the_way_to_the_paper_for_the_police(
    lotsen: LotsenProcess, reference: Reference
) -> None:
    async with Chat(lotsen.url, "mio") as chat:
        payload = f'/show_incident{{"reference":"{reference}"}}'
        offered = [c["payload"] for m in chat.greeting.messages for c in m.choices]
        assert payload in offered
        turn = await chat.choose_payload(payload)

    assert [f["url"] for f in turn.files] == [f"/reports/{reference}/underlag.pdf"]


def _likely(titles: list[str]) -> str:
    preferred = ("Skicka in", "Ja, det stämmer", "Ja, arbetsgivaren", "Ja", "Inget just nu")
    return next((t for t in preferred if t in titles), "Vet ej")
