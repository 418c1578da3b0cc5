"""Chats in Teams: who people are there, what reaches them, and when Teams is busy or away."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any, override

import pytest
import pytest_asyncio
from aiohttp import web
from microsoft_agents.activity import Activity
from microsoft_agents.authentication.msal import MsalAuth

from bot import texts
from bot.channels.base import Surroundings
from bot.channels.teams import TeamsChannel
from bot.outside_chat import Address, OutsideChat, RefusedError, TemporaryError
from bot.pacing import Bucket, Pace
from bot.settings import Teams
from bot.teams_connector import Connector
from casework import export, links, prompts
from casework.errors import StorageUnavailableError
from casework.schema import Person
from tests import builders
from tests.builders import MIO, SAM
from tests.channels.drivers import Driver, Lotsen, Reply, TeamsDriver, WebDriver
from tests.channels.teams_town import FakeConnector, ListenedTeams, buttons, says
from tests.channels.watched import until
from tests.unit.bot.test_pacing import Time

pytestmark = pytest.mark.asyncio(loop_scope="package")

STORY = (
    "Igår eftermiddag ringde en pappa i ett LVU-ärende och sa att han vet var jag bor och att "
    "han ska döda mig"
)

IN_DANGER = "han står utanför dörren med en kniv nu"


class There(TeamsDriver):
    """Somebody in Teams, who is Mio once `is_mio` is called."""

    async def is_mio(self) -> None:
        async with self.lotsen.store.transaction() as db_session:
            (await db_session.get_one(Person, MIO)).entra_id = self.object_id

    async def arrive(self) -> None:
        """Get the app."""
        assert await self.deliver(type="installationUpdate", action="add", id="install") == 202

    @property
    def told(self) -> str:
        return "\n".join(m["text"] for m in self.connector.messages)

    async def tap_latest(self, title: str) -> None:
        tapped = [b[title] for m in self.connector.messages if title in (b := buttons(m))]
        await self.submit(tapped[-1])


@pytest_asyncio.fixture(name="there", loop_scope="package")
async def _there(whole_lotsen: Lotsen) -> AsyncIterator[There]:
    await whole_lotsen.empty()
    async with whole_lotsen.store.transaction() as db_session:
        for person in (MIO, SAM, "noor"):
            (await db_session.get_one(Person, person)).entra_id = None
    there = There(whole_lotsen)
    async with there.connector:
        yield there


# --- who people are


async def test_somebody_unknown_is_told_whom_to_ask_and_answered_and_not_kept(
    there: There,
) -> None:
    reply = await there.say("vad är otillåten påverkan?")

    assert "hittar dig inte" in reply.pieces[0]
    assert "sakerhet@exempelkommun.example" in reply.pieces[0]
    assert len(reply.pieces) > 1
    assert "hittar dig inte" not in (await there.say("hjälp")).text
    assert await links.person_of(there.lotsen.store, "teams", there.object_id) is None


async def test_somebody_known_is_greeted_linked_and_told_what_teams_keeps(there: There) -> None:
    await there.is_mio()

    await there.arrive()
    await until(lambda: len(there.connector.messages) >= 2)

    assert there.connector.messages[0]["text"].startswith("Hej Mio. Här i Teams")
    assert await links.person_of(there.lotsen.store, "teams", there.object_id) == MIO
    assert there.told.count("kommunen kan spara") == 1


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "unknown"])
async def test_danger_in_the_first_message_is_answered_before_all_else(
    there: There, is_known: bool
) -> None:
    if is_known:
        await there.is_mio()

    first = await there.say(IN_DANGER)
    safe = await there.tap(next(iter(first.buttons.values())))

    assert len(first.pieces) == 1
    assert "112" in first.pieces[0].splitlines()[0]
    notice = "kommunen kan spara"
    assert notice in (safe if notice in safe.text else await there.say("hjälp")).text


async def test_where_somebody_is_reached_is_renewed_when_they_write(there: There) -> None:
    await there.is_mio()
    await there.say("hjälp")
    there.chat = "a:another"
    await there.say("hjälp")

    found = await links.reference_of(there.lotsen.store, "teams", MIO)
    assert found is not None
    assert found.reference["conversation"] == "a:another"


async def test_somebody_who_has_left_is_no_longer_known(there: There) -> None:
    await there.is_mio()
    await there.say("hjälp")
    async with there.lotsen.store.transaction() as db_session:
        (await db_session.get_one(Person, MIO)).active = False
    try:
        assert "hittar dig inte" in (await there.say("mina rapporter")).text
        assert await there.lotsen.channel(ListenedTeams).address_of(MIO) is None
    finally:
        async with there.lotsen.store.transaction() as db_session:
            (await db_session.get_one(Person, MIO)).active = True


async def test_people_may_be_known_by_the_name_they_log_in_with(there: There) -> None:
    store = there.lotsen.store
    async with store.transaction() as db_session:
        (await db_session.get_one(Person, SAM)).email = "sam@exempelkommun.example"
    there.connector.login_names = {"29:sam": "Sam@exempelkommun.example", "29:x": "x@y.example"}
    around = there.lotsen.channel(ListenedTeams)
    surroundings = Surroundings(store, around.gateway, around.fetch, around.public_url)
    channel = TeamsChannel(surroundings, Teams(local=True, match="email"))

    def at(user: str) -> Address:
        reference = {"service_url": there.connector.url, "conversation": "a:1", "user": user}
        return Address(user, reference)

    assert await channel.person_at(at("29:sam")) == SAM
    assert await channel.person_at(at("29:x")) is None
    assert await channel.person_at(at("29:nobody")) is None
    there.connector.trouble = lambda _: says(503)
    assert await channel.person_at(at("29:sam")) == SAM
    with pytest.raises(StorageUnavailableError):
        await channel.person_at(at("29:new"))
    await channel.stop()


@pytest.mark.parametrize("kind", ["groupChat", "channel"])
async def test_chat_of_several_is_declined_and_nothing_is_taken(there: There, kind: str) -> None:
    await there.is_mio()
    group = {"id": "19:several", "conversationType": kind, "isGroup": True}

    assert await there.deliver(text=STORY, conversation=group) == 202

    assert [m["text"] for m in there.connector.messages] == [texts.NOT_IN_GROUPS]
    assert there.connector.messages[0]["to"] == "19:several"
    assert await links.reference_of(there.lotsen.store, "teams", MIO) is None


async def test_removed_app_is_no_way_to_reach_somebody(there: There) -> None:
    await there.is_mio()
    await there.say("hjälp")

    assert await there.deliver(type="installationUpdate", action="remove") == 202

    assert await links.reference_of(there.lotsen.store, "teams", MIO) is None


@pytest.mark.parametrize("kind", ["typing", "messageReaction", "messageUpdate", "event"])
async def test_what_is_not_said_to_us_is_passed_over(there: There, kind: str) -> None:
    assert await there.deliver(type=kind) == 202
    await asyncio.sleep(0.1)
    assert there.connector.sent == []


# --- a whole report


STEPS = ["Ja, det stämmer", "Ja", "Ja, arbetsgivaren", "Samtal med chefen", "Skicka in"]


async def _report(driver: Driver) -> dict[str, Any]:
    """Report, and what the record says then."""
    if "säkerhet" in (await driver.say(STORY)).text and len(driver.last.buttons) == 1:
        await driver.tap(next(iter(driver.last.buttons.values())))
    for step in STEPS:
        await driver.pick(step)
    assert "OP-" in driver.last.text
    (record,) = await export.records(driver.lotsen.store)
    record["steps"] = [step["name"] for step in record["steps"]]
    return {k: v for k, v in record.items() if k not in ("created", "occurred", "reference")}


async def test_report_in_teams_ends_in_the_same_record_as_on_the_web(
    whole_lotsen: Lotsen,
) -> None:
    records = []
    for kind in (WebDriver, ReportingTeams):
        await whole_lotsen.empty()
        driver = kind(whole_lotsen)
        await driver.open()
        records.append(await _report(driver))
        await driver.close()

    assert records[0] == records[1]


class ReportingTeams(TeamsDriver):
    """Ticks boxes as people do."""

    @override
    async def pick(self, title: str) -> Reply:
        tapped = next(b for m in reversed(self.connector.messages) if (b := buttons(m)))
        return await self.submit(tapped[title])


# --- what Lotsen sends first


async def test_prompt_reaches_somebody_in_teams_and_is_answered_there(there: There) -> None:
    await there.is_mio()
    await there.say("hjälp")
    made = await builders.incident(there.lotsen.store)

    await until(lambda: made.reference in there.told)
    await there.tap_latest("Jag har tagit emot den")

    assert "Tack" in there.told
    assert MIO not in [p.recipient_id for p in await prompts.unsent(there.lotsen.store)]


@pytest.mark.parametrize("status", [403, 404])
async def test_prompt_to_somebody_out_of_reach_goes_on_waiting(
    there: There, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    await there.is_mio()
    await there.say("hjälp")
    there.connector.trouble = lambda _: says(status)
    made = await builders.incident(there.lotsen.store)
    due = [p for p in await prompts.unsent(there.lotsen.store) if p.recipient_id == MIO]

    assert not await there.lotsen.channel(ListenedTeams).deliver(MIO, due)

    assert made.reference in [p.reference for p in await prompts.unsent(there.lotsen.store)]
    logged = capsys.readouterr().out
    assert "RefusedError" in logged
    for told in (made.reference, there.object_id, there.chat, "never to be shown", "Mio"):
        assert told not in logged


# --- the way out


@pytest_asyncio.fixture(name="connector", loop_scope="package")
async def _connector() -> AsyncIterator[FakeConnector]:
    async with FakeConnector() as connector:
        yield connector


def _place(connector: FakeConnector) -> dict[str, str]:
    return {"service_url": connector.url, "conversation": "a:1", "user": "29:u", "bot": "28:b"}


@pytest.mark.parametrize("status", [401, 412, 429, 500, 502, 503, 504])
async def test_what_may_be_taken_later_is_tried_again(
    connector: FakeConnector, status: int
) -> None:
    way = Connector(Teams(local=True))
    connector.trouble = lambda _: says(status, **{"Retry-After": "7"})

    with pytest.raises(TemporaryError) as refused:
        await way.send(_place(connector), Activity(type="message", text="hej"))

    assert refused.value.retry_after == 7
    await way.close()


@pytest.mark.parametrize("status", [400, 403, 404, 413, 200])
async def test_what_is_refused_or_swallowed_is_not_taken_for_sent(
    connector: FakeConnector, status: int
) -> None:
    way = Connector(Teams(local=True))
    connector.trouble = lambda _: says(status)

    with pytest.raises(RefusedError):
        await way.send(_place(connector), Activity(type="message", text="hej"))
    await way.close()


async def test_our_token_goes_along_and_one_that_cannot_be_had_is_waited_for(
    connector: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["our-token"])

    async def fetch(*_: object) -> str:
        try:
            return next(answers)
        except StopIteration:
            raise ValueError("with our secret in it") from None

    monkeypatch.setattr(MsalAuth, "get_access_token", fetch)
    way = Connector(Teams(local=True))
    way._is_local = False
    monkeypatch.setattr(way, "may_send_to", lambda _: True)

    await way.send(_place(connector), Activity(type="message", text="hej"))
    assert connector.authorized == {"Bearer our-token"}

    way._token_until = time.monotonic()
    with pytest.raises(TemporaryError) as refused:
        await way.send(_place(connector), Activity(type="message", text="hej"))
    assert "secret" not in str(refused.value)
    await way.close()


def _troubles() -> Iterator[str | None]:
    """Now and then a refusal, or a connection that is dropped before anything was taken."""
    chance = random.Random(7)
    while True:
        yield chance.choices(["busy", "dropped", None], [1, 1, 60])[0]


async def test_two_thousand_prompts_drain_without_loss_or_repetition(
    there: There,
) -> None:
    """Teams is asked no faster than it takes; the clock of the rate runs by itself here."""
    clock, troubles = Time(), _troubles()
    around = there.lotsen.channel(ListenedTeams)
    surroundings = Surroundings(
        there.lotsen.store, around.gateway, around.fetch, around.public_url
    )
    way = Connector(Teams(local=True), Bucket(Pace(40, at_once=10), clock, clock.sleep))
    channel = TeamsChannel(surroundings, Teams(local=True), way)
    seen = {"busy": 0, "dropped": 0}

    def trouble(request: web.Request) -> web.Response | None:
        kind = next(troubles)
        if kind is None:
            return None
        seen[kind] += 1
        if kind == "dropped" and request.transport:
            request.transport.abort()
        return says(429, **{"Retry-After": "1"})

    there.connector.trouble = trouble
    place = _place(there.connector)
    chats = [
        OutsideChat(channel, Address(f"p-{n}", place | {"conversation": f"a:{n}"}))
        for n in range(2000)
    ]
    for number, chat in enumerate(chats):
        chat.say(f"Påminnelse {number}")
    await asyncio.gather(*(chat.emptied() for chat in chats))

    got = {(m["to"], m["text"]) for m in there.connector.messages}
    assert len(there.connector.messages) == 2000
    assert got == {(f"a:{n}", f"Påminnelse {n}") for n in range(2000)}
    assert min(seen.values()) > 5
    assert clock.now >= 2000 / 50
    for chat in chats:
        await chat.close()
    await channel.stop()
