"""The pages of routines: everything can be read and found, by anybody, and nothing is kept."""

import html
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.answerer import Answerer
from bot.channels.routines import RoutinePages
from bot.messages import LONGEST_TEXT
from casework.routines import LOCAL_FILE, ROUTINES, load_routines
from casework.store import open_store
from tests import builders
from tests.lotsen_process import ROOT, LotsenProcess
from tests.promises.test_no_trace import found_in

Client = TestClient[web.Request, web.Application]

OURS = load_routines(ROOT / "data")
TYPED = "lappugglans oktett"
"""Words that nobody else uses."""


class Reader:
    """Somebody with a browser who is not logged in."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def get(self, path: str) -> tuple[int, str]:
        """The status, and where it leads to or else the page."""
        async with self._session.get(self._url + path, allow_redirects=False) as answer:
            return await self._looked_at(answer)

    async def ask(self, question: str) -> tuple[int, str]:
        return await self.post({"Origin": self._url}, question=question)

    async def post(self, headers: Mapping[str, str], **fields: str) -> tuple[int, str]:
        async with self._session.post(
            f"{self._url}/rutiner/sok", data=fields, headers=headers
        ) as answer:
            return await self._looked_at(answer)

    @staticmethod
    async def _looked_at(answer: aiohttp.ClientResponse) -> tuple[int, str]:
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        return answer.status, answer.headers.get("Location") or await answer.text()


@pytest.fixture(name="reader")
async def _reader(lotsen: LotsenProcess) -> AsyncIterator[Reader]:
    async with aiohttp.ClientSession() as session:
        yield Reader(session, lotsen.url)


def links(page: str) -> set[str]:
    """Where a page leads to."""
    return {html.unescape(each) for each in re.findall(r'href="([^"]+)"', page)}


def ids(page: str) -> list[str]:
    return re.findall(r'\bid="([^"]+)"', page)


def escaped(words: str) -> str:
    return html.escape(words, quote=False)


# --- reading


@pytest.mark.parametrize("name", sorted(OURS.by_name))
async def test_text_has_a_page_with_all_its_parts(reader: Reader, name: str) -> None:
    text = OURS.by_name[name]

    status, page = await reader.get(f"/rutiner/{name}")

    assert status == 200
    assert f"<h1>{escaped(text.title)}</h1>" in page
    assert page.index("Är någon i fara nu?") < page.index("<h1>")
    for section in text.sections:
        assert section.anchor in ids(page)
        assert f"#{section.anchor}" in links(page)
    assert len(ids(page)) == len(set(ids(page)))
    for source in text.about.sources:
        assert escaped(OURS.sources[source]) in page
    assert {f"/rutiner/{each.name}" for each in OURS.related(text)} <= links(page)
    assert "Vänd dig till" in page
    assert f"Texten gäller från {text.about.valid_from.day} " in page


async def test_list_has_every_text_under_its_heading(reader: Reader) -> None:
    status, page = await reader.get("/rutiner")

    assert status == 200
    for group in OURS.groups:
        assert f">{escaped(group.heading)}</h2>" in page
        assert {f"/rutiner/{text.name}" for text in group.texts} <= links(page)


@pytest.mark.parametrize("page", ["/rutiner", "/rutiner/alla", "/rutiner/polisanmalan"])
async def test_every_link_of_a_page_leads_somewhere(reader: Reader, page: str) -> None:
    _, shown = await reader.get(page)

    for link in sorted(links(shown)):
        if link.startswith("#"):
            assert link[1:] in ids(shown)
        elif link.startswith("/") and not link.startswith("/static"):
            status, _ = await reader.get(link) if link != "/" else (200, "")
            assert status == 200, link
        else:
            assert re.match(r"/static/|tel:\d+$|mailto:", link), link


async def test_all_texts_stand_on_one_page(reader: Reader) -> None:
    status, page = await reader.get("/rutiner/alla")

    assert status == 200
    assert page.count("<article") == len(OURS.texts)
    assert len(ids(page)) == len(set(ids(page)))
    for text in OURS.texts:
        assert f">{escaped(text.title)}</h2>" in page


async def test_contacts_are_those_of_the_municipality(reader: Reader) -> None:
    _, page = await reader.get("/rutiner/polis_kontakt")

    assert "Din närmaste chef" in page
    assert "mailto:sakerhet@exempelkommun.example" in links(page)


async def test_phone_numbers_can_be_tapped(reader: Reader) -> None:
    _, page = await reader.get("/rutiner/polis_kontakt")

    assert {"tel:112", "tel:11414"} <= links(page)


@pytest.mark.parametrize("name", ["finns_inte", "%00", "POLISANMALAN", "..%2f..", "å", "%3Cb%3E"])
async def test_name_that_no_text_has_leads_to_the_list(reader: Reader, name: str) -> None:
    status, page = await reader.get(f"/rutiner/{name}")

    assert status == 404
    assert "Den texten finns inte" in page
    assert "/rutiner/polisanmalan" in links(page)
    assert "<b>" not in page


@pytest.mark.parametrize("path", ["/rutiner/", "/rutiner/sok"])
async def test_address_near_the_list_leads_to_it(reader: Reader, path: str) -> None:
    assert await reader.get(path) == (302, "/rutiner")


async def test_chat_and_routines_lead_to_each_other(lotsen: LotsenProcess, reader: Reader) -> None:
    async with aiohttp.ClientSession() as session, session.get(lotsen.url) as answer:
        chat = await answer.text()
    _, page = await reader.get("/rutiner")

    assert "/rutiner" in links(chat)
    assert "/" in links(page)


# --- the search


async def test_question_finds_texts_with_their_answers(reader: Reader) -> None:
    status, page = await reader.ask("måste jag polisanmäla")

    assert status == 200
    hits = page[page.index("Det här hittade jag") : page.index("Alla rutiner")]
    assert '<a href="/rutiner/polisanmalan">Måste jag polisanmäla?</a>' in hits
    assert "arbetsgivaren kan göra det åt dig" in hits
    assert 'value="måste jag polisanmäla"' in page


async def test_nothing_found_says_whom_to_ask(reader: Reader) -> None:
    status, page = await reader.ask("kvantfysik")

    assert status == 200
    assert "Jag hittade ingen text om det" in page
    assert "Din närmaste chef" in page
    assert {"mailto:hr@exempelkommun.example", "tel:11414", "tel:112"} <= links(page)
    assert "/rutiner/polisanmalan" in links(page)


async def test_question_is_shown_as_it_was_typed_and_never_as_markup(reader: Reader) -> None:
    _, page = await reader.ask('"><script>alert(1)</script> hembesök')

    assert "<script" not in page
    assert 'value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt; hembesök"' in page
    assert "Vad gäller vid hembesök?" in page


@pytest.mark.parametrize("question", ["", "   ", "\u200b"])
async def test_empty_question_is_met_kindly(reader: Reader, question: str) -> None:
    status, page = await reader.ask(question)

    assert status == 422
    assert "Skriv några ord om det du undrar." in page
    assert "/rutiner/polisanmalan" in links(page)


@pytest.mark.parametrize("fields", [{}, {"other": "x"}])
async def test_form_without_a_question_counts_as_empty(
    lotsen: LotsenProcess, reader: Reader, fields: dict[str, str]
) -> None:
    status, _ = await reader.post({"Origin": lotsen.url}, **fields)

    assert status == 422


async def test_longest_question_is_taken_and_a_longer_one_is_still_in_the_box(
    reader: Reader,
) -> None:
    assert (await reader.ask("å" * LONGEST_TEXT))[0] == 200

    status, page = await reader.ask("hembesök " + "å" * LONGEST_TEXT)

    assert status == 422
    assert "högst 8 000 tecken" in page
    assert 'value="hembesök ååå' in page


async def test_flood_is_refused_with_the_same_words(reader: Reader) -> None:
    status, page = await reader.ask("x" * 300_000)

    assert status == 422
    assert "högst 8 000 tecken" in page


@pytest.mark.parametrize(
    "headers",
    [{}, {"Origin": "https://example.org"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
async def test_question_from_another_site_is_refused(
    reader: Reader, headers: dict[str, str]
) -> None:
    status, page = await reader.post(headers, question="hembesök")

    assert status == 403
    assert "Vad gäller" not in page


async def test_question_is_kept_nowhere(lotsen: LotsenProcess, reader: Reader) -> None:
    for question in (TYPED, f"hembesök {TYPED}", TYPED + "x" * LONGEST_TEXT):
        await reader.ask(question)
    await reader.get(f"/rutiner/{TYPED.replace(' ', '_')}")

    assert found_in(lotsen.data, TYPED) == []
    assert TYPED.split(maxsplit=1)[0] not in lotsen.log.read_text("utf-8")


# --- the municipality's own


@asynccontextmanager
async def with_own(
    data: Path, **files: str
) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """The pages of a municipality with files of its own: name → content; `local` is its rules."""
    own = data / ROUTINES
    own.mkdir()
    for name, written in files.items():
        (own / (LOCAL_FILE if name == "local" else f"{name}.md")).write_text(written, "utf-8")
    store, answers = open_store(data), Answerer.load(data)
    app = web.Application()
    RoutinePages(store, builders.content(), answers.routines, answers.search).add_to(app)
    async with TestClient(TestServer(app)) as client:
        yield client
    await store.close()


def own_text(topic: str, title: str, *, since: str = "2026-10-01") -> str:
    return (
        f"---\ntopic: {topic}\ntitle: {title}\nowner: hr\nvalid_from: {since}\nsources: [lotsen]\n"
        "local: [hembesok, larm]\n---\nGå två.\n\n## <i>Hos er</i>\nRing *växeln*.\n"
    )


async def page_of(client: Client, path: str, status: int = 200) -> str:
    async with client.get(path, allow_redirects=False) as answer:
        assert answer.status == status
        return answer.headers.get("Location") or await answer.text()


async def test_own_text_is_shown_instead_of_ours(data: Path) -> None:
    async with with_own(data, hembesok=own_text("hembesok", "Våra hembesök")) as client:
        page = await page_of(client, "/rutiner/hembesok")
        listed = await page_of(client, "/rutiner")

    assert "Kommunens egen text." in page
    assert "Gå två." in page
    assert '<h2 id="i-hos-er-i">&lt;i&gt;Hos er&lt;/i&gt;</h2>' in page
    assert "Våra hembesök" in listed
    assert "Vad gäller vid hembesök?" not in listed


async def test_name_of_a_replaced_text_leads_to_what_replaced_it(data: Path) -> None:
    async with with_own(data, vara_besok=own_text("hembesok", "Våra hembesök")) as client:
        assert await page_of(client, "/rutiner/hembesok", 302) == "/rutiner/vara_besok"
        page = await page_of(client, "/rutiner/ensamarbete")

    assert "/rutiner/vara_besok" in links(page)


async def test_own_topic_stands_last(data: Path) -> None:
    async with with_own(data, parkering=own_text("parkering", "Var parkerar jag?")) as client:
        listed = await page_of(client, "/rutiner")

    assert listed.index("Övrigt") < listed.index("Var parkerar jag?")
    assert listed.index("Om Lotsen") < listed.index("Övrigt")


async def test_own_rule_is_shown_and_a_missing_one_said(data: Path) -> None:
    rule = "hembesok: Gå **alltid** två. <script>\n"
    async with with_own(data, local=rule, hembesok=own_text("hembesok", "Besök")) as client:
        page = await page_of(client, "/rutiner/hembesok")
        without = await page_of(client, "/rutiner/akut_fara_112")

    ours = page[page.index("Hos oss") :]
    assert "Gå <strong>alltid</strong> två. &lt;script&gt;" in ours
    missing = "Kommunens egen rutin är inte inlagd här än. Fråga din chef."
    assert ours.index(missing) < ours.index("Var larmknapparna finns")
    assert missing in without


async def test_old_text_says_so_and_a_newer_one_does_not(data: Path) -> None:
    old = own_text("hembesok", "Besök", since="2020-02-29")
    async with with_own(data, hembesok=old) as client:
        page = await page_of(client, "/rutiner/hembesok")
        newer = await page_of(client, "/rutiner/polisanmalan")

    assert "Texten är äldre än ett år. Fråga HR om den fortfarande stämmer." in page
    assert "Texten gäller från 29 februari 2020 och sköts av HR." in page
    assert "äldre än ett år" not in newer


async def test_texts_are_read_also_when_the_database_is_away(data: Path) -> None:
    """A database without its tables fails as one that is gone does."""
    async with with_own(data) as client:
        page = await page_of(client, "/rutiner/polis_kontakt")

    assert "Kommunens säkerhetsfunktion" in page
