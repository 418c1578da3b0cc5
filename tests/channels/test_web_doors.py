"""Who gets in on the web, and who is refused, with nothing told to the refused."""

from datetime import datetime

import aiohttp
import pytest

from tests.chat_client import Chat
from tests.lotsen_process import LotsenProcess

FOREIGN = {"Origin": "https://example.org"}


async def test_chat_from_a_foreign_page_is_refused(lotsen: LotsenProcess) -> None:
    async with aiohttp.ClientSession() as session:
        for headers in (FOREIGN, {}, {"Origin": "null"}):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await session.ws_connect(f"{lotsen.url}/chat", headers=headers)
            assert refused.value.status == 403


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


@pytest.mark.parametrize("cookie", ["", "x", "gAAAAAB" + "A" * 120])
async def test_forged_cookie_is_nobody(lotsen: LotsenProcess, cookie: str) -> None:
    async with (
        aiohttp.ClientSession(cookies={"lotsen_session": cookie}) as session,
        session.get(f"{lotsen.url}/me") as answer,
    ):
        assert await answer.json() == {"person": None, "demo": True, "linked": []}


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
    from pathlib import Path  # noqa: PLC0415

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
