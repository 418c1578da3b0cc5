"""Login by OpenID Connect: a real Lotsen and a real provider, each a process of its own."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from sqlalchemy import create_engine, func, select, update

from casework.schema import Person
from casework.store import DATABASE_FILE
from tests.identity_provider import CLIENT, SECRET, log_in_there
from tests.lotsen_process import LotsenProcess
from tests.town import OBJECT_IDS, Town, configure, employ, running


@pytest.fixture(scope="module", name="town")
def _town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with running(tmp_path_factory.mktemp("town")) as town:
        yield town


@pytest.fixture(name="browser")
async def _browser() -> AsyncIterator[aiohttp.ClientSession]:
    """Keeps cookies by host, as browsers do."""
    jar = aiohttp.CookieJar(unsafe=True)  # hosts that are numbers
    async with aiohttp.ClientSession(cookie_jar=jar) as browser:
        yield browser


async def go_there(browser: aiohttp.ClientSession, town: Town, page: str = "/") -> str:
    """The address that one is sent to, to log in."""
    async with browser.get(
        f"{town.lotsen.url}/login/start", params={"next": page}, allow_redirects=False
    ) as answer:
        assert answer.status == 303
        return answer.headers["Location"]


async def log_in(
    browser: aiohttp.ClientSession, town: Town, name: str, page: str = "/"
) -> tuple[int, str]:
    """The whole way; gives the status and the text of the page one ends up on."""
    back = await log_in_there(browser, await go_there(browser, town, page), name)
    assert back.startswith(f"{town.lotsen.url}/login/callback?")
    async with browser.get(back) as answer:
        return answer.status, await answer.text()


async def who(browser: aiohttp.ClientSession, town: Town) -> dict[str, object] | None:
    async with browser.get(f"{town.lotsen.url}/me") as answer:
        said = await answer.json()
    assert said["demo"] is False
    assert said["login"] == "/login/start"
    person: dict[str, object] | None = said["person"]
    return person


async def test_person_logs_in_and_is_known_in_the_chat(
    town: Town, browser: aiohttp.ClientSession
) -> None:
    status, page = await log_in(browser, town, "alva.e")

    assert status == 200
    assert 'content="0; url=/"' in page
    person = await who(browser, town)
    assert person is not None
    assert person["id"] == "alva"
    assert person["role"] == "staff"
    headers = {"Origin": town.lotsen.url}
    async with browser.ws_connect(f"{town.lotsen.url}/chat", headers=headers) as socket:
        await socket.send_json({"type": "hello", "conversation": None})
        said = [await socket.receive_json(timeout=20) for _ in range(2)]
    assert "Hej Alva" in json.dumps(said)


async def test_request_has_all_that_protects_it(
    town: Town, browser: aiohttp.ClientSession
) -> None:
    first, second = [
        {k: v[0] for k, v in parse_qs(urlsplit(await go_there(browser, town)).query).items()}
        for _ in range(2)
    ]

    assert first["response_type"] == "code"
    assert first["code_challenge_method"] == "S256"
    for guarded in ("state", "nonce", "code_challenge"):
        assert len(first[guarded]) >= 43
        assert first[guarded] != second[guarded]


async def test_code_is_no_use_without_what_the_browser_left_with(
    town: Town, browser: aiohttp.ClientSession
) -> None:
    """PKCE at the real provider: a stolen code, put into a login of the thief's own."""
    stolen = await log_in_there(browser, await go_there(browser, town), "alva.e")
    code = parse_qs(urlsplit(stolen).query)["code"][0]
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as thief:
        address = await go_there(thief, town)
        state = parse_qs(urlsplit(address).query)["state"][0]

        async with thief.get(
            f"{town.lotsen.url}/login/callback", params={"code": code, "state": state}
        ) as answer:
            assert answer.status == 400
        assert await who(thief, town) is None

    form = {
        "grant_type": "authorization_code",
        "redirect_uri": f"{town.lotsen.url}/login/callback",
        "client_id": CLIENT,
        "client_secret": SECRET,
    }
    stolen = await log_in_there(browser, await go_there(browser, town), "alva.e")
    code = parse_qs(urlsplit(stolen).query)["code"][0]
    form |= {"code": code, "code_verifier": "v" * 43}
    async with browser.post(f"{town.provider.issuer}/token", data=form) as answer:
        assert answer.status == 400, "the provider itself asks for the verifier"


async def test_code_is_good_for_one_time(town: Town, browser: aiohttp.ClientSession) -> None:
    address = await go_there(browser, town)
    kept = {c.key: c.value for c in browser.cookie_jar if c.key == "lotsen_login"}
    back = await log_in_there(browser, address, "alva.e")
    async with browser.get(back) as answer:
        assert answer.status == 200

    async with browser.get(back) as answer:
        assert answer.status == 400, "the browser has forgotten how it left"
    async with aiohttp.ClientSession() as thief:
        cookie = {"Cookie": f"lotsen_login={kept['lotsen_login']}"}
        async with thief.get(back, headers=cookie) as answer:
            assert answer.status == 400, "the provider takes a code once"
            assert "lotsen_session" not in answer.cookies


@pytest.mark.parametrize("name", ["stranger", "nobody", "noor.e"])
async def test_somebody_who_is_not_there_is_told_whom_to_ask_and_not_added(
    town: Town, browser: aiohttp.ClientSession, name: str
) -> None:
    """Unknown, without an object id, and somebody who has left."""
    before = _people(town)

    status, page = await log_in(browser, town, name)

    assert status == 403
    assert "Du är inte upplagd i Lotsen" in page
    assert "sakerhet@exempelkommun.example" in page
    assert await who(browser, town) is None
    assert _people(town) == before


async def test_role_that_the_provider_gives_decides_when_that_is_configured(
    town: Town, browser: aiohttp.ClientSession
) -> None:
    await log_in(browser, town, "sam.e")
    sam = await who(browser, town)
    await log_in(browser, town, "disa.e")
    disa = await who(browser, town)

    assert sam is not None
    assert sam["role"] == "manager"
    assert disa is not None
    assert disa["role"] == "safety_rep", "who has no role there keeps the one on record"
    assert "role_changed_at_login what=manager" in _log(town)


async def test_page_of_incidents_leads_to_the_login_and_back(
    town: Town, browser: aiohttp.ClientSession
) -> None:
    path = "/handelser/OP-2026-000123"
    async with browser.get(town.lotsen.url + path) as answer:
        assert answer.status == 403
        assert "/login/start?next=%2Fhandelser%2FOP-2026-000123" in await answer.text()

    _, page = await log_in(browser, town, "alva.e", page=path)

    assert f'content="0; url={path}"' in page


async def test_logging_out_ends_it_and_offers_to_end_it_there_too(
    town: Town, browser: aiohttp.ClientSession
) -> None:
    await log_in(browser, town, "alva.e")

    async with browser.post(f"{town.lotsen.url}/logout", json={}) as answer:
        elsewhere = (await answer.json())["elsewhere"]

    assert await who(browser, town) is None
    assert elsewhere.startswith(f"{town.provider.issuer}/logout?")
    async with browser.get(elsewhere, allow_redirects=False) as answer:
        assert answer.status < 400


async def test_nobody_can_be_a_made_up_person(town: Town, browser: aiohttp.ClientSession) -> None:
    async with browser.post(f"{town.lotsen.url}/login", json={"person": "alva"}) as answer:
        assert answer.status == 403
    async with browser.get(f"{town.lotsen.url}/demo/people") as answer:
        assert answer.status == 404
    assert await who(browser, town) is None


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (None, "https://{here}"),
        (None, "http://{here}.example.org"),
        (None, "http://{here}@example.org"),
        ("lotsen.example.org", "http://lotsen.example.org"),
    ],
)
async def test_only_the_configured_address_is_an_origin_of_ours(
    town: Town, browser: aiohttp.ClientSession, host: str | None, origin: str
) -> None:
    """The last is DNS rebinding: a name of the attacker's that leads to us."""
    headers = {"Origin": origin.format(here=urlsplit(town.lotsen.url).netloc)}
    headers |= {"Host": host} if host else {}

    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await browser.ws_connect(f"{town.lotsen.url}/chat", headers=headers)

    assert refused.value.status == 403


async def test_nothing_about_people_or_codes_is_in_the_log(
    town: Town, browser: aiohttp.ClientSession
) -> None:
    back = await log_in_there(browser, await go_there(browser, town), "stranger")
    async with browser.get(back):
        pass
    code, state = (parse_qs(urlsplit(back).query)[key][0] for key in ("code", "state"))

    log = _log(town)

    assert "login_failed" in log
    for secret in (code, state, SECRET, "stranger", "Alva", *OBJECT_IDS.values()):
        assert secret not in log


def test_demo_is_refused_beside_a_real_login(data: Path) -> None:
    configure(data, "http://127.0.0.1:1", "http://127.0.0.1:2")

    with pytest.raises(AssertionError, match=r"--demo refused: lotsen\.toml has a login"):
        LotsenProcess(data).start()


def test_demo_is_refused_beside_real_people(data: Path) -> None:
    employ(data)
    engine = create_engine(f"sqlite:///{data / DATABASE_FILE}")
    with engine.begin() as db:
        db.execute(update(Person).where(Person.id == "alva").values(id="a-real-person"))
    engine.dispose()

    with pytest.raises(AssertionError, match="--demo refused: the data folder holds real people"):
        LotsenProcess(data).start()


def _people(town: Town) -> int:
    engine = create_engine(f"sqlite:///{town.lotsen.data / DATABASE_FILE}")
    with engine.connect() as db:
        count = db.scalar(select(func.count()).select_from(Person))
    engine.dispose()
    return int(count or 0)


def _log(town: Town) -> str:
    return town.lotsen.log.read_text()
