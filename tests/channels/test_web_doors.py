"""Who gets in on the web, and who is refused, with nothing told to the refused."""

from datetime import datetime
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import create_engine, update

from casework.encryption import load_cipher
from casework.schema import Person
from casework.store import DATABASE_FILE
from tests.chat_client import Chat
from tests.lotsen_process import LotsenProcess

FOREIGN = {"Origin": "https://example.org"}


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "https://example.org",
        "http://{host}.example.org",
        "http://example.org/{host}",
        "http://{host}@example.org",
        "http://someone@{host}",
        "http://{host}/",
        "http://127.0.0.1",
        "http://localhost:{port}",
        "file://{host}",
        "http://[",
        "{host}",
    ],
)
async def test_chat_from_a_foreign_page_is_refused(
    lotsen: LotsenProcess, origin: str | None
) -> None:
    host = f"127.0.0.1:{lotsen.port}"
    headers = {} if origin is None else {"Origin": origin.format(host=host, port=lotsen.port)}
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await session.ws_connect(f"{lotsen.url}/chat", headers=headers)

    assert refused.value.status == 403


@pytest.mark.parametrize("path", ["/login", "/logout"])
@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", None])
async def test_post_that_a_foreign_page_can_make_a_browser_send_is_refused(
    lotsen: LotsenProcess, path: str, kind: str | None
) -> None:
    """The three kinds that need no leave, with JSON inside; `None` is a form without a type."""
    headers = {"Content-Type": kind} if kind else {}
    async with aiohttp.ClientSession(skip_auto_headers=["Content-Type"]) as session:
        async with session.post(
            lotsen.url + path, data=b'{"person": "sam"}', headers=headers
        ) as answer:
            assert answer.status == 415
            assert "Set-Cookie" not in answer.headers
        asks = FOREIGN | {"Access-Control-Request-Method": "POST"}
        async with session.options(lotsen.url + path, headers=asks) as answer:
            assert answer.status == 405
            assert not [name for name in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("path", ["/login", "/logout", "/link-code"])
async def test_post_from_a_foreign_page_or_form_is_refused(
    lotsen: LotsenProcess, path: str
) -> None:
    async with aiohttp.ClientSession() as session:
        async with session.post(lotsen.url + path, json={}, headers=FOREIGN) as answer:
            assert answer.status == 403
        async with session.post(lotsen.url + path, data={"person": "sam"}) as answer:
            assert answer.status == 415
        async with session.post(
            lotsen.url + path, data="{", headers={"Content-Type": "application/json"}
        ) as answer:
            assert answer.status == 400


async def test_link_code_is_for_whoever_is_logged_in(lotsen: LotsenProcess) -> None:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        async with session.post(f"{lotsen.url}/link-code", json={}) as answer:
            assert answer.status == 403
        await (await session.post(f"{lotsen.url}/login", json={"person": "sam"})).release()
        async with session.post(f"{lotsen.url}/link-code", json={}) as answer:
            made = await answer.json()
            assert answer.headers["Cache-Control"] == "no-store"

    assert len(made["code"]) == 8
    assert datetime.fromisoformat(made["expires"]).tzinfo


async def test_login_as_nobody_is_refused(lotsen: LotsenProcess) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{lotsen.url}/login", json={"person": "nobody"}) as answer,
    ):
        assert answer.status == 400
        assert "nobody" not in await answer.text()


async def nobody(lotsen: LotsenProcess, cookie: str) -> bool:
    """Whether every door takes a cookie for none at all."""
    async with aiohttp.ClientSession(headers={"Cookie": f"lotsen_session={cookie}"}) as session:
        async with session.get(f"{lotsen.url}/me") as answer:
            said = await answer.json()
        async with session.get(f"{lotsen.url}/handelser") as answer:
            pages = answer.status
        async with session.get(f"{lotsen.url}/reports/OP-2026-000001/kvitto.pdf") as answer:
            papers = answer.status
        headers = {"Origin": lotsen.url}
        async with session.ws_connect(f"{lotsen.url}/chat", headers=headers) as socket:
            await socket.send_json({"type": "hello", "conversation": None})
            greeting = str([await socket.receive_json(timeout=20) for _ in range(2)])
    assert said["demo"] is True
    is_nobody = (said["person"], pages, papers) == (None, 403, 404)
    assert is_nobody == ("Hej Noor" not in greeting)
    return is_nobody


async def cookie_of(lotsen: LotsenProcess, person: str) -> str:
    """The cookie of somebody who has just logged in."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{lotsen.url}/login", json={"person": person}) as answer,
    ):
        return answer.cookies["lotsen_session"].value


async def test_cookie_that_lotsen_gave_is_believed(lotsen: LotsenProcess) -> None:
    assert not await nobody(lotsen, await cookie_of(lotsen, "noor"))


@pytest.mark.parametrize("cookie", ["", "x", "noor", "%00", "gAAAAAB" + "A" * 120, "x" * 7000])
async def test_forged_cookie_is_nobody(lotsen: LotsenProcess, cookie: str) -> None:
    assert await nobody(lotsen, cookie)


@pytest.mark.parametrize("place", [0, 20, 60, -3])
async def test_tampered_cookie_is_nobody(lotsen: LotsenProcess, place: int) -> None:
    letters = list(await cookie_of(lotsen, "noor"))
    letters[place] = "g" if letters[place] in "AQ" else "A"  # the last holds only two bits

    assert await nobody(lotsen, "".join(letters))


@pytest.mark.parametrize(
    "session",
    [
        {"person": "noor", "until": "2020-01-01T00:00:00+00:00"},
        {"person": "noor", "until": "2999-01-01T00:00:00"},
        {"person": "noor", "until": "never"},
        {"person": "noor"},
        {"person": "somebody-else", "until": "2999-01-01T00:00:00+00:00"},
        {"person": None, "until": "2999-01-01T00:00:00+00:00"},
        ["noor"],
        "noor",
    ],
    ids=str,
)
async def test_cookie_that_is_too_old_or_says_something_else_is_nobody(
    lotsen: LotsenProcess, session: object
) -> None:
    """Sealed with the right key, so that only what it says is wrong."""
    assert await nobody(lotsen, load_cipher(lotsen.data).seal(session).decode())


async def test_cookie_of_another_installation_is_nobody(lotsen: LotsenProcess, data: Path) -> None:
    session = {"person": "noor", "until": "2999-01-01T00:00:00+00:00"}

    assert not await nobody(lotsen, load_cipher(lotsen.data).seal(session).decode())
    assert await nobody(lotsen, load_cipher(data).seal(session).decode())


async def test_cookie_of_somebody_who_has_left_is_nobody(lotsen: LotsenProcess) -> None:
    cookie = await cookie_of(lotsen, "noor")
    engine = create_engine(f"sqlite:///{lotsen.data / DATABASE_FILE}")
    noor = update(Person).where(Person.id == "noor")
    try:
        with engine.begin() as db:
            db.execute(noor.values(active=False))
        assert await nobody(lotsen, cookie)
    finally:
        with engine.begin() as db:
            db.execute(noor.values(active=True))
        engine.dispose()


async def test_cookie_cannot_be_read_by_scripts_or_sent_from_other_sites(
    lotsen: LotsenProcess,
) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{lotsen.url}/login", json={"person": "sam"}) as answer,
    ):
        cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize(
    "path",
    ["/", "/me", "/static/chat/main.js", "/static/shared/look.css", "/handelser", "/nothing-here"],
)
async def test_every_answer_carries_the_security_headers(lotsen: LotsenProcess, path: str) -> None:
    async with aiohttp.ClientSession() as session, session.get(lotsen.url + path) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_conversation_of_somebody_else_is_not_taken_up(lotsen: LotsenProcess) -> None:
    async with Chat(lotsen.url, "sam") as sams:
        for other in ("alva", None):
            async with Chat(lotsen.url, other, conversation=sams.conversation) as chat:
                assert chat.conversation != sams.conversation
                assert not chat.resumed


async def test_engine_and_actions_listen_on_loopback_only_and_want_the_token(
    lotsen: LotsenProcess,
) -> None:
    """The engine's port is found among the listening sockets of its process."""
    port = _listening_port(lotsen.engine_pid)
    async with aiohttp.ClientSession() as session:
        for route, body in (
            ("turn", {"sender": "x", "text": "hej"}),
            ("parse", {"texts": ["hej"]}),
            ("forget", {"sender": "x"}),
        ):
            url = f"http://127.0.0.1:{port}/webhooks/lotsen/{route}"
            for headers in ({}, {"X-Lotsen-Token": "wrong"}):
                async with session.post(url, json=body, headers=headers) as answer:
                    assert answer.status == 401


def _listening_port(pid: int) -> int:

    inodes = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            target = str(link.readlink())
        except OSError:
            continue
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and fields[9] in inodes:
            address, port = fields[1].split(":")
            assert address == "0100007F", "the engine must listen on 127.0.0.1 only"
            return int(port, 16)
    raise AssertionError("the engine listens nowhere")
