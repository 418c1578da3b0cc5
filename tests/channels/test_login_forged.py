"""Logins that are not what they seem: nobody gets in, and nothing is told."""

import hashlib
import time
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import update

from bot import settings
from bot.channels.login import LoginPages, own_path
from bot.login import COOKIE
from casework.content import load_content
from casework.organisation_file import DEMO_FILE, read_organisation
from casework.organisation_import import import_organisation
from casework.schema import Person
from casework.store import Store, open_store
from tests.crooked_provider import CrookedProvider

SECRET = "of the client"
OBJECT_ID = "11111111-2222-4333-8444-555555555555"
ADDRESS = "alva@exempelkommun.example"
LOTSEN_TOML = """
[web]
public_url = "https://lotsen.example.org"
[oidc]
issuer = "{issuer}"
client_id = "lotsen"
client_secret = {{ file = "secret" }}
"""
Client = TestClient[web.Request, web.Application]
Serve = Callable[..., Awaitable[Client]]


@pytest.fixture(name="store")
async def _store(data: Path) -> AsyncIterator[Store]:
    """Alva is known by both her object id and her address."""
    store = open_store(data)
    await store.migrate()
    made_up = read_organisation(settings.CONTENT / DEMO_FILE)
    await import_organisation(store, made_up)
    async with store.transaction() as db_session:
        alva = update(Person).where(Person.id == "alva")
        await db_session.execute(alva.values(entra_id=OBJECT_ID, email=ADDRESS))
    yield store
    await store.close()


@pytest.fixture(name="provider")
async def _provider() -> AsyncIterator[CrookedProvider]:
    async with CrookedProvider() as provider:
        yield provider


@pytest.fixture(name="serve")
async def _serve(store: Store, data: Path, provider: CrookedProvider) -> AsyncIterator[Serve]:
    """Starts the login pages as the app serves them."""
    async with AsyncExitStack() as stack:

        async def serve(also: str = "", issuer: str = provider.issuer) -> Client:
            (data / "secret").write_text(SECRET)
            (data / settings.CONFIG_FILE).write_text(LOTSEN_TOML.format(issuer=issuer) + also)
            configured = settings.read_configuration(data)
            assert configured.web
            assert configured.oidc
            app = web.Application()
            content = load_content(settings.CONTENT)
            LoginPages(store, content, configured.web, configured.oidc).add_to(app)
            return await stack.enter_async_context(TestClient(TestServer(app)))

        yield serve


@pytest.fixture(name="client")
async def _client(serve: Serve) -> Client:
    return await serve()


class Visit:
    """One person's way to the provider and back."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.cookies: dict[str, str] = {}
        self.sent: dict[str, str] = {}

    async def leave(self, path: str = "/login/start") -> None:
        answer = await self._client.get(path, allow_redirects=False)
        assert answer.status == 303, await answer.text()
        self.sent = {
            key: values[0]
            for key, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()
        }
        self.cookies = {name: morsel.value for name, morsel in set_cookies(answer).items()}

    async def come_back(self, **query: str) -> ClientResponse:
        return await self._client.get(
            "/login/callback",
            params={"code": "code", "state": self.sent["state"]} | query,
            headers={"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())},
        )


def set_cookies(answer: ClientResponse) -> SimpleCookie:
    cookies = SimpleCookie()
    for line in answer.headers.getall("Set-Cookie", []):
        cookies.load(line)
    return cookies


async def refused(answer: ClientResponse, status: int = 400) -> None:
    """That nobody was logged in, with a page that people can read."""
    assert answer.status == status
    assert COOKIE not in set_cookies(answer)
    page = await answer.text()
    assert "Till chatten" in page
    assert OBJECT_ID not in page


@pytest.fixture(name="visit")
async def _visit(client: Client) -> Visit:
    """Somebody who has left for the provider."""
    visit = Visit(client)
    await visit.leave()
    return visit


async def test_honest_token_lets_in_and_the_cookies_are_kept_safe(
    client: Client, provider: CrookedProvider, visit: Visit
) -> None:
    provider.token = provider.sign(provider.honest(visit.sent["nonce"]))

    answer = await visit.come_back()

    assert answer.status == 200
    cookie = set_cookies(answer)[COOKIE]
    assert cookie["httponly"]
    assert cookie["secure"]
    assert cookie["samesite"] == "Strict"
    assert int(cookie["max-age"]) == 12 * 60 * 60
    assert set_cookies(answer)["lotsen_login"].value == ""
    again = await client.get("/login/start", allow_redirects=False)
    meanwhile = set_cookies(again)["lotsen_login"]
    assert meanwhile["httponly"]
    assert meanwhile["secure"]
    assert meanwhile["samesite"] == "Lax"
    assert meanwhile["path"] == "/login"


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_code_is_exchanged_with_the_secret_and_the_verifier(
    client: Client, provider: CrookedProvider, method: str
) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": [method]}
    visit = Visit(client)
    await visit.leave()
    provider.token = provider.sign(provider.honest(visit.sent["nonce"]))

    answer = await visit.come_back()

    assert answer.status == 200
    (asked,) = provider.asked
    challenge = hashlib.sha256(asked["code_verifier"].encode()).digest()
    assert urlsafe_b64encode(challenge).decode().rstrip("=") == visit.sent["code_challenge"]
    assert asked["redirect_uri"] == "https://lotsen.example.org/login/callback"
    if method == "client_secret_post":
        assert asked["client_secret"] == SECRET
    else:
        assert asked["Authorization"] == "Basic bG90c2VuOm9mJTIwdGhlJTIwY2xpZW50"
        assert "client_secret" not in asked


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://login.example.org"},
        {"iss": None},
        {"aud": "another client"},
        {"aud": ["lotsen", "another client"]},
        {"aud": None},
        {"azp": "another client"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1},
        {"exp": int(time.time()) - 120},
        {"exp": None},
        {"exp": "never"},
        {"iat": int(time.time()) + 3600},
        {"iat": None},
        {"nbf": int(time.time()) + 3600},
        {"sub": None},
    ],
    ids="-".join,
)
async def test_token_with_a_wrong_claim_is_refused(
    provider: CrookedProvider, visit: Visit, changes: dict[str, Any]
) -> None:
    claims = provider.honest(visit.sent["nonce"]) | changes
    provider.token = provider.sign({k: v for k, v in claims.items() if v is not None})

    await refused(await visit.come_back())


@pytest.mark.parametrize("how", ["stranger", "nameless", "none", "hmac"])
async def test_token_with_a_wrong_signature_is_refused(
    provider: CrookedProvider, visit: Visit, how: str
) -> None:
    provider.token = provider.sign(provider.honest(visit.sent["nonce"]), how)

    await refused(await visit.come_back())


async def test_token_that_was_changed_on_the_way_is_refused(
    provider: CrookedProvider, visit: Visit
) -> None:
    honest = provider.sign(provider.honest(visit.sent["nonce"])).split(".")
    other = provider.sign(provider.honest(visit.sent["nonce"]) | {"oid": "other"}).split(".")
    provider.token = ".".join([honest[0], other[1], honest[2]])

    await refused(await visit.come_back())


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "ÅÄÖ.ÅÄÖ.ÅÄÖ", "." * 3000])
async def test_token_that_is_none_is_refused(
    provider: CrookedProvider, visit: Visit, token: str
) -> None:
    provider.token = token

    await refused(await visit.come_back())


async def test_token_of_another_login_is_refused(
    client: Client, provider: CrookedProvider, visit: Visit
) -> None:
    """A token that was stolen from one login and put into another: the nonce tells."""
    provider.token = provider.sign(provider.honest(visit.sent["nonce"]))
    mine = Visit(client)
    await mine.leave()

    await refused(await mine.come_back())


@pytest.mark.parametrize("state", ["", "x", "å", "A" * 43])
async def test_wrong_state_is_refused_before_the_code_is_used(
    provider: CrookedProvider, visit: Visit, state: str
) -> None:
    provider.token = provider.sign(provider.honest(visit.sent["nonce"]))

    await refused(await visit.come_back(state=state))
    assert provider.asked == []


async def test_answer_in_a_browser_that_did_not_ask_is_refused(
    client: Client, provider: CrookedProvider, visit: Visit
) -> None:
    """Login CSRF: somebody is lured to the attacker's own answer."""
    provider.token = provider.sign(provider.honest(visit.sent["nonce"]))
    victim = Visit(client)
    await victim.leave()

    await refused(await victim.come_back(state=visit.sent["state"]))
    victim.cookies = {}
    await refused(await victim.come_back(state=visit.sent["state"]))


@pytest.mark.parametrize("harm", ["forged", "tampered", "old", "another kind"])
async def test_cookie_of_a_login_that_is_not_ours_is_refused(
    provider: CrookedProvider, visit: Visit, store: Store, harm: str
) -> None:
    provider.token = provider.sign(provider.honest(visit.sent["nonce"]))
    sealed = visit.cookies["lotsen_login"]
    remembered = store.cipher.unseal(sealed.encode())
    visit.cookies["lotsen_login"] = {
        "forged": "gAAAAAB" + "A" * 120,
        "tampered": sealed[:40] + ("A" if sealed[40] != "A" else "B") + sealed[41:],
        "old": store.cipher.seal(remembered | {"until": "2020-01-01T00:00:00+00:00"}).decode(),
        "another kind": store.cipher.seal({"person": "alva", "until": "2999-01-01"}).decode(),
    }[harm]

    await refused(await visit.come_back())


async def test_answer_in_the_name_of_another_provider_is_refused(
    provider: CrookedProvider, visit: Visit
) -> None:
    """RFC 9207: mixed-up providers."""
    provider.token = provider.sign(provider.honest(visit.sent["nonce"]))

    await refused(await visit.come_back(iss="https://login.example.org"))
    assert provider.asked == []


async def test_person_who_changes_their_mind_can_try_again(visit: Visit) -> None:
    answer = await visit.come_back(error="access_denied")

    await refused(answer, 403)
    assert "/login/start" in await answer.text()


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://login.example.org"},
        {"authorization_endpoint": "http://login.example.org/authorize"},
        {"token_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
    ids=str,
)
async def test_provider_that_is_not_the_one_we_know_is_not_used(
    client: Client, provider: CrookedProvider, metadata: dict[str, object]
) -> None:
    provider.metadata = metadata

    await refused(await client.get("/login/start", allow_redirects=False), 503)


async def test_provider_that_does_not_answer_is_said_calmly(serve: Serve) -> None:
    client = await serve(issuer="http://127.0.0.1:1")

    answer = await client.get("/login/start", allow_redirects=False)

    await refused(answer, 503)
    assert "ingen kontakt med kommunens inloggning" in await answer.text()


@pytest.mark.parametrize(
    ("says", "status"),
    [
        ({"email": ADDRESS, "email_verified": True}, 200),
        ({"email": ADDRESS.upper(), "email_verified": True}, 200),
        ({"email": ADDRESS, "email_verified": False}, 403),
        ({"email": ADDRESS, "email_verified": "true"}, 403),
        ({"email": ADDRESS}, 403),
        ({"email": "other@exempelkommun.example", "email_verified": True}, 403),
        ({"email": [ADDRESS], "email_verified": True}, 403),
    ],
    ids=str,
)
async def test_only_an_address_that_the_provider_has_verified_says_who_one_is(
    serve: Serve, provider: CrookedProvider, says: dict[str, Any], status: int
) -> None:
    visit = Visit(await serve('match = "email"'))
    await visit.leave()
    provider.token = provider.sign(provider.honest(visit.sent["nonce"]) | says)

    answer = await visit.come_back()

    assert answer.status == status
    assert (COOKIE in set_cookies(answer)) == (status == 200)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://example.org",
        "//example.org",
        "/\\example.org",
        "\\\\example.org",
        "/\t/example.org",
        "/\n//example.org",
        " //example.org",
        "javascript:alert(1)",
        "handelser",
        "",
        "/login/start",
        "/" + "a" * 3000,
    ],
)
async def test_nobody_is_sent_elsewhere_after_the_login(
    client: Client, provider: CrookedProvider, elsewhere: str
) -> None:
    visit = Visit(client)
    await visit.leave(f"/login/start?{urlencode({'next': elsewhere})}")
    provider.token = provider.sign(provider.honest(visit.sent["nonce"]))

    page = await (await visit.come_back()).text()

    assert 'content="0; url=/"' in page


async def test_page_that_one_came_from_cannot_break_out_of_the_html(
    client: Client, provider: CrookedProvider
) -> None:
    visit = Visit(client)
    await visit.leave('/login/start?next=/"><script>alert(1)</script>')
    provider.token = provider.sign(provider.honest(visit.sent["nonce"]))

    assert "<script" not in await (await visit.come_back()).text()


def test_own_pages_are_gone_back_to() -> None:
    for path in ("/", "/handelser", "/handelser/OP-2026-000123?sagt=klart", "/å"):
        assert own_path(path) == path
