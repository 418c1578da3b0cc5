"""The composition root: builds the store, the reader, the engine and the channels, runs them."""

import asyncio
import signal
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from actions.registry import executor
from actions.services import Services
from bot import settings
from bot.action_endpoint import ActionEndpoint
from bot.answerer import Answerer
from bot.channels import origin
from bot.channels.base import ChatChannel, Surroundings
from bot.channels.incidents import IncidentPages
from bot.channels.login import LoginPages
from bot.channels.papers import Papers
from bot.channels.routines import RoutinePages
from bot.channels.terminal import Terminal
from bot.channels.web import WebChannel
from bot.danger import DangerWatch
from bot.delivery import Delivery
from bot.engine_process import EngineProcess
from bot.gateway import Gateway
from bot.limits import Limits
from bot.memory import Tidying
from bot.openid import START
from bot.settings import CONFIG_FILE, Configuration, Settings
from bot.timekeeper import Timekeeper
from casework import organisation
from casework.clock import Clock, utc_now
from casework.content import Content, load_content
from casework.errors import ContentError
from casework.organisation_file import DEMO_FILE, read_organisation
from casework.organisation_import import import_organisation
from casework.store import Store, open_store
from casework.vocabulary import PersonId
from nlu import reader

Progress = Callable[[str], None]

MakeChannel = Callable[[Surroundings], ChatChannel[Any]]
"""Makes a channel for this app."""


@dataclass(frozen=True)
class Running:
    """A Lotsen that answers."""

    url: str
    engine: EngineProcess


async def serve(wanted: Settings, progress: Progress) -> None:
    """Run Lotsen until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    also = configured_channels(wanted.configuration)
    async with run(wanted, progress, also=also) as running:
        progress(f"Lotsen is ready at {running.url}  (stop with Ctrl+C)")
        await stop.wait()
        progress("Stopping ...")


def configured_channels(configured: Configuration) -> list[MakeChannel]:
    """What makes the channels besides the web that are switched on."""
    # Imported here: each brings much that a Lotsen without it can do without.
    made: list[MakeChannel] = []
    if configured.telegram:
        from bot.channels.telegram import Telegram  # noqa: PLC0415

        made.append(partial(Telegram, section=configured.telegram))
    if configured.teams:
        from bot.channels.teams import TeamsChannel  # noqa: PLC0415

        made.append(partial(TeamsChannel, wanted=configured.teams))
    return made


@asynccontextmanager
async def run(
    wanted: Settings,
    progress: Progress,
    clock: Clock = utc_now,
    also: Sequence[MakeChannel] = (),
) -> AsyncIterator[Running]:
    """Everything that Lotsen needs, started in order and stopped in reverse.

    Args:
        wanted: where it listens and keeps its data.
        progress: is told what happens.
        clock: the present moment, for all that depends on it.
        also: makes the channels besides the web; prompts try them in this order.

    Raises:
        ContentError: the content files do not hold together; demo was asked for beside real data
            or a real login, or a door without proof beside an address that others can reach.
        EngineStartError: the engine did not come up.
        OSError: the address cannot be had; this is found out first.
    """
    if wanted.demo and wanted.configuration.oidc:
        raise ContentError([f"--demo refused: {CONFIG_FILE} has a login in [oidc]"])
    teams = wanted.configuration.teams
    if teams and teams.local and not settings.is_here(wanted.host):
        raise ContentError([f"{CONFIG_FILE}: teams.local: refused beside --host {wanted.host}"])
    async with AsyncExitStack() as stack:
        door = _bind(wanted.host, wanted.port)
        stack.callback(door.close)
        inside = await _start(stack, wanted, progress, clock, also)
        app = web_app(inside, wanted)
        yield Running(await _listen(stack, app, door), inside.engine)


async def talk(wanted: Settings, person: PersonId | None, progress: Progress) -> None:
    """Speak with whoever sits at the terminal, until they end their input; no port is opened.

    Args:
        wanted: where the data is kept.
        person: one of the made-up people; None for nobody.
        progress: is told what happens.

    Raises:
        ContentError, EngineStartError: as `run`.
        NotFoundError: nobody has that id.
    """

    def terminal(around: Surroundings) -> Terminal:
        return Terminal(around, person, lambda text: _show(f"{text}\n"), Path.cwd())

    async with AsyncExitStack() as stack:
        inside = await _start(stack, wanted, progress, utc_now, [terminal])
        if person:
            await organisation.profile(inside.store, person)
        for channel in inside.channels:
            if isinstance(channel, Terminal):
                await channel.converse(_typed_lines())


@dataclass(frozen=True)
class _Inside:
    """All that runs, except what faces the network."""

    store: Store
    content: Content
    gateway: Gateway
    papers: Papers
    answers: Answerer
    engine: EngineProcess
    channels: Sequence[ChatChannel[Any]]


async def _start(
    stack: AsyncExitStack,
    wanted: Settings,
    progress: Progress,
    clock: Clock,
    also: Sequence[MakeChannel],
) -> _Inside:
    """Start all that runs, in order; the stack stops it in reverse."""
    content = load_content(settings.CONTENT)
    store = open_store(wanted.data, clock)
    stack.push_async_callback(store.close)
    await store.migrate()
    if wanted.demo:
        await _fill_with_demo(store)
    progress("Starting the engine and loading the reader ...")
    door = _bind("127.0.0.1", 0)
    stack.callback(door.close)
    process = EngineProcess(settings.ROOT, settings.ENGINE_MODEL, f"{_url(door)}/webhook")
    engine = process.client()
    stack.push_async_callback(engine.close)
    stack.push_async_callback(process.stop)
    loaded, answers, _ = await asyncio.gather(
        asyncio.to_thread(reader.load, settings.READER_MODEL),
        asyncio.to_thread(Answerer.load, wanted.data),
        process.start(engine),
    )
    services = Services(store, content, loaded.read, loaded.mask, answers.routines, answers.finder)
    actions = ActionEndpoint(executor(services))
    await _listen(stack, actions.app(), door)
    danger = DangerWatch(content.policy.danger, loaded.find_danger)
    gateway = Gateway(store, engine, actions, danger, services.manner)
    stack.push_async_callback(gateway.close)
    papers = Papers(store, content)
    around = Surroundings(store, gateway, papers.fetch, wanted.page)
    channels = [make(around) for make in also]
    for channel in channels:
        await channel.start()
        stack.push_async_callback(channel.stop)
    delivery = Delivery(
        store, content.policy, gateway, channels, anonymous_seconds=wanted.anonymous_seconds
    )
    delivery.start()
    stack.push_async_callback(delivery.stop)
    timekeeper = Timekeeper(store, content.policy, answers.routines)
    timekeeper.start()
    stack.push_async_callback(timekeeper.stop)
    tidying = Tidying()
    tidying.start()
    stack.push_async_callback(tidying.stop)
    return _Inside(store, content, gateway, papers, answers, process, channels)


def web_app(inside: _Inside, wanted: Settings) -> web.Application:
    """The application that faces people."""
    configured = wanted.configuration
    app = web.Application(client_max_size=128 * 1024)
    if configured.web:
        app[origin.PUBLIC_URL] = configured.web.public_url
    provider = None
    if configured.web and configured.oidc:
        pages = LoginPages(inside.store, inside.content, configured.web, configured.oidc)
        pages.add_to(app)
        provider = pages.provider
    web_channel = WebChannel(
        inside.gateway,
        inside.store,
        Limits(wanted.allowances),
        provider,
        demo=wanted.demo,
        behind_proxy=wanted.behind_proxy,
        linked=[channel.title for channel in inside.channels if channel.is_linked],
    )
    web_channel.add_to(app)
    inside.papers.add_to(app)
    login_at = START if provider else None
    answers = inside.answers
    IncidentPages(inside.store, inside.content, answers.routines, login_at).add_to(app)
    RoutinePages(inside.store, inside.content, answers.routines, answers.search).add_to(app)
    for channel in inside.channels:
        channel.add_to(app)
    app.router.add_get("/health", _health)
    return app


async def _typed_lines() -> AsyncIterator[str]:
    """What is typed at the terminal; a prompt shows that it is one's turn.

    The thread is a daemon: whoever interrupts must not have to press Enter first.
    """
    lines: asyncio.Queue[str] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def read() -> None:
        line = "more"
        while line:
            line = sys.stdin.readline()
            loop.call_soon_threadsafe(lines.put_nowait, line)

    threading.Thread(target=read, daemon=True).start()
    _show("> ")
    while line := await lines.get():
        yield line.rstrip("\n")
        _show("> ")
    _show("\n")


def _show(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


async def _health(_request: web.Request) -> web.Response:
    return web.json_response({"status": "ok"})


def _bind(host: str, port: int) -> socket.socket:
    """Take an address, without listening yet.

    Raises:
        OSError: it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host, port))
    except OSError:
        door.close()
        raise
    return door


async def _listen(stack: AsyncExitStack, app: web.Application, door: socket.socket) -> str:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=3)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, door).start()
    return _url(door)


def _url(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


async def _fill_with_demo(store: Store) -> None:
    """Import the made-up organisation, unless real people are there."""
    demo = read_organisation(settings.CONTENT / DEMO_FILE)
    made_up = {person.id for person in demo.people}
    if any(person.id not in made_up for person in await organisation.everybody(store)):
        raise ContentError(["--demo refused: the data folder holds real people"])
    await import_organisation(store, demo)
