"""The door that Teams knocks on: who is let in, and what everybody else hears."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, override

import jwt
import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from microsoft_agents.activity import Activity
from microsoft_agents.hosting.core import JwtTokenValidator
from pydantic import SecretStr

from bot.app import run
from bot.channels.base import Surroundings
from bot.channels.teams import TeamsChannel
from bot.settings import Configuration, Settings, Teams, Web
from bot.teams_connector import ISSUER
from casework.errors import ContentError
from casework.store import open_store
from tests.channels.teams_town import TENANT, activity

APP = "77777777-7777-4777-8777-777777777777"
OTHER = "99999999-9999-4999-8999-999999999999"
URL = "https://smba.trafficmanager.net/emea/"
KID = "the-key"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGERS_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLOSED = {"error": "refused"}

Client = TestClient[web.Request, web.Application]


class Door(TeamsChannel):
    """The channel, which only remembers what got in."""

    heard: list[Activity]
    fault: Exception | None = None

    @override
    async def hear(self, raw: Activity) -> None:
        if self.fault:
            raise self.fault
        self.heard.append(raw)


def registered(**changes: Any) -> Teams:
    secret = SecretStr("not-to-be-shown")
    return Teams.model_construct(
        app_id=APP,
        tenant_id=TENANT,
        secret=secret,
        match="oid",
        hosts=("smba.trafficmanager.net",),
        local=False,
    ).model_copy(update=changes)


@pytest.fixture(name="keys", autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Microsoft's published keys: ours, instead of a look on the network."""
    known = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
    published = {"keys": [{**known, "kid": KID, "use": "sig", "alg": "RS256"}]}
    monkeypatch.setattr(jwt.PyJWKClient, "fetch_data", lambda _: published)
    manager = type(JwtTokenValidator._jwk_client_manager)
    monkeypatch.setattr(JwtTokenValidator, "_jwk_client_manager", manager())


@pytest_asyncio.fixture(name="door")
async def _door(data: Path) -> AsyncIterator[Door]:
    store = open_store(data)
    nobody: Any = None
    door = Door(Surroundings(store, nobody, nobody, "https://lotsen.example.org"), registered())
    door.heard = []
    yield door
    await store.close()


@pytest_asyncio.fixture(name="client")
async def _client(door: Door) -> AsyncIterator[Client]:
    app = web.Application(client_max_size=128 * 1024)  # as the one that faces people
    door.add_to(app)
    async with TestClient(TestServer(app)) as client:
        yield client


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    made = {"iss": ISSUER, "aud": APP, "serviceurl": URL, "nbf": now - 60, "exp": now + 3600}
    return {name: value for name, value in (made | changes).items() if value is not None}


def signed(key: rsa.RSAPrivateKey = KEY, kid: str | None = KID, **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, "RS256", headers={"kid": kid} if kid else None)


def unsigned() -> str:
    return jwt.encode(claims(), "", "none", headers={"kid": KID})


def signed_with_the_public_key() -> str:
    """HS256 with what everybody knows as the secret."""
    pem = KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    head = _part({"alg": "HS256", "typ": "JWT", "kid": KID})
    told = f"{head}.{_part(claims())}"
    mac = hmac.new(pem, told.encode(), hashlib.sha256).digest()
    return f"{told}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


async def knock(client: Client, token: str | None, **said: Any) -> tuple[int, Any]:
    headers = {"Authorization": token} if token is not None else {}
    body = activity(URL, "hej") | said
    async with client.post("/api/messages", json=body, headers=headers) as answer:
        content = await answer.text()
        return answer.status, json.loads(content) if content else None


def an_hour(sign: int) -> int:
    return int(time.time()) + sign * 3600


FORGED: dict[str, Callable[[], str | None]] = {
    "no token": lambda: None,
    "an empty header": lambda: "",
    "no token after the word": lambda: "Bearer ",
    "garbage": lambda: "Bearer not.a.token",
    "half a token": lambda: f"Bearer {signed().rpartition('.')[0]}",
    "another scheme": lambda: f"Basic {signed()}",
    "no signature, alg none": lambda: f"Bearer {unsigned()}",
    "HS256 with the public key": lambda: f"Bearer {signed_with_the_public_key()}",
    "a stranger's key": lambda: f"Bearer {signed(STRANGERS_KEY)}",
    "an unknown key": lambda: f"Bearer {signed(STRANGERS_KEY, 'another-key')}",
    "no key named": lambda: f"Bearer {signed(kid=None)}",
    "another issuer": lambda: f"Bearer {signed(iss='https://evil.example')}",
    "no issuer": lambda: f"Bearer {signed(iss=None)}",
    "an issuer that is a list": lambda: f"Bearer {_with_claim('iss', [ISSUER])}",
    "our tenant's own issuer": lambda: (
        f"Bearer {signed(iss=f'https://login.microsoftonline.com/{TENANT}/v2.0', tid=TENANT)}"
    ),
    "another tenant's issuer": lambda: (
        f"Bearer {signed(iss=f'https://login.microsoftonline.com/{OTHER}/v2.0', tid=OTHER)}"
    ),
    "another tenant": lambda: f"Bearer {signed(tid=OTHER)}",
    "for another app": lambda: f"Bearer {signed(aud=OTHER)}",
    "for nobody": lambda: f"Bearer {signed(aud=None)}",
    "for several": lambda: f"Bearer {signed(aud=[APP, OTHER])}",
    "another service": lambda: (
        f"Bearer {signed(serviceurl='https://smba.trafficmanager.net/us/')}"
    ),
    "no service": lambda: f"Bearer {signed(serviceurl=None)}",
    "expired": lambda: f"Bearer {signed(exp=an_hour(-1))}",
    "never expires": lambda: f"Bearer {signed(exp=None)}",
    "not valid yet": lambda: f"Bearer {signed(nbf=an_hour(1))}",
    "issued in the future": lambda: f"Bearer {signed(iat=an_hour(1))}",
}


def _with_claim(name: str, value: object) -> str:
    """A token with a claim that the library would not put in."""
    told = f"{_part({'alg': 'RS256', 'kid': KID})}.{_part(claims() | {name: value})}"
    made = jwt.algorithms.RSAAlgorithm(jwt.algorithms.RSAAlgorithm.SHA256)
    signature = base64.urlsafe_b64encode(made.sign(told.encode(), KEY)).rstrip(b"=")
    return f"{told}.{signature.decode()}"


async def test_activity_that_teams_signed_gets_in(door: Door, client: Client) -> None:
    assert await knock(client, f"Bearer {signed()}") == (202, None)
    assert await knock(client, f"bearer {signed(tid=TENANT)}") == (202, None)

    assert [raw.text for raw in door.heard] == ["hej", "hej"]


@pytest.mark.parametrize("forged", FORGED)
async def test_token_that_proves_nothing_gets_nowhere(
    door: Door, client: Client, forged: str
) -> None:
    status, said = await knock(client, FORGED[forged]())

    assert status in (401, 403)
    assert said == CLOSED
    assert door.heard == []


@pytest.mark.parametrize(
    "said",
    [
        {"channelId": "webchat"},
        {"channelData": {"tenant": {"id": OTHER}}},
        {"channelData": {"tenant": {"id": OTHER}}, "conversation": {"id": "a:1"}},
        {"channelData": None, "conversation": {"id": "a:1", "conversationType": "personal"}},
        {"conversation": {"id": "a:1", "conversationType": "personal", "tenantId": OTHER}},
        {"serviceUrl": "https://smba.trafficmanager.net/us/"},
        {"serviceUrl": "https://smba.trafficmanager.net.evil.example/emea/"},
    ],
)
async def test_activity_that_its_token_does_not_stand_for_gets_nowhere(
    door: Door, client: Client, said: dict[str, Any]
) -> None:
    assert await knock(client, f"Bearer {signed()}", **said) == (403, CLOSED)
    assert door.heard == []


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/",
        "http://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net.evil.example/",
        "https://evil.example@smba.trafficmanager.net.evil.example/",
        "https://user:word@smba.trafficmanager.net/",
        "https://127.0.0.1/",
        "file:///etc/passwd",
        "nonsense",
    ],
)
async def test_reply_is_never_sent_to_a_place_that_is_not_microsofts(
    door: Door, client: Client, url: str
) -> None:
    """Even if the token says so: our own token would go there."""
    token = f"Bearer {signed(serviceurl=url)}"

    assert await knock(client, token, serviceUrl=url) == (403, CLOSED)
    assert door.heard == []


BAD_BODIES = [
    b"",
    b"{}",
    b"[]",
    b'"hej"',
    b"{",
    b"\xff\xfe",
    b"[" * 50_000,
    json.dumps({k: v for k, v in activity(URL).items() if k != "serviceUrl"}).encode(),
    json.dumps({k: v for k, v in activity(URL).items() if k != "conversation"}).encode(),
    json.dumps({k: v for k, v in activity(URL).items() if k != "from"}).encode(),
    json.dumps(activity(URL) | {"from": {"id": ""}}).encode(),
    json.dumps(activity(URL) | {"text": {"not": "text"}}).encode(),
    json.dumps(activity(URL) | {"channelData": {"tenant": {"id": 1}}, "type": 7}).encode(),
]


@pytest.mark.parametrize("body", BAD_BODIES, ids=range(len(BAD_BODIES)))
async def test_body_that_is_no_activity_is_refused_in_few_words(
    door: Door, client: Client, body: bytes
) -> None:
    headers = {"Authorization": f"Bearer {signed()}", "Content-Type": "application/json"}
    async with client.post("/api/messages", data=body, headers=headers) as answer:
        assert answer.status == 400
        assert await answer.json() == CLOSED
    assert door.heard == []


async def test_body_that_is_too_big_is_refused(door: Door, client: Client) -> None:
    assert await knock(client, f"Bearer {signed()}", text="x" * 150_000) == (413, CLOSED)
    assert door.heard == []


async def test_request_for_something_else_is_refused(door: Door, client: Client) -> None:
    assert await knock(client, f"Bearer {signed()}", type="invoke") == (501, CLOSED)
    async with client.get("/api/messages") as answer:
        assert (answer.status, await answer.json()) == (405, CLOSED)
    async with client.post("/api/elsewhere") as answer:
        assert (answer.status, await answer.json()) == (404, CLOSED)


async def test_fault_of_ours_says_nothing_of_itself(
    door: Door, client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    door.fault = RuntimeError("what the person wrote")

    assert await knock(client, f"Bearer {signed()}") == (500, CLOSED)
    assert "what the person wrote" not in "".join(capsys.readouterr())


# --- without proof, on a developer's machine only


@pytest.fixture(name="local")
def _local(door: Door) -> None:
    door._wanted = Teams(local=True)
    door._connector._is_local = True


@pytest.mark.usefixtures("local")
async def test_locally_nobody_proves_anything_and_replies_stay_here(
    door: Door, client: Client
) -> None:
    assert await knock(client, None, serviceUrl="http://127.0.0.1:9/") == (202, None)
    for url in (URL, "http://evil.example/", "http://127.0.0.1.evil.example/"):
        assert await knock(client, None, serviceUrl=url) == (403, CLOSED)


async def test_door_without_proof_does_not_open_to_others(data: Path) -> None:
    wanted = Settings(
        data=data,
        host="0.0.0.0",  # noqa: S104  the test is that this is refused
        configuration=Configuration(teams=Teams(local=True)),
    )
    with pytest.raises(ContentError, match=r"teams\.local"):
        async with run(wanted, lambda _: None):
            pass
    with pytest.raises(ValueError, match=r"teams\.local"):
        Configuration(teams=Teams(local=True), web=Web(public_url="https://lotsen.example.org"))
