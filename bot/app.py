"""The composition root: builds the store, the reader, the engine and the channels, runs them."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from actions.registry import executor
from actions.services import Services
from bot import settings
from bot.action_endpoint import ActionEndpoint
from bot.channels.incidents import IncidentPages
from bot.channels.papers import Papers
from bot.channels.web import WebChannel
from bot.danger import DangerWatch
from bot.delivery import Delivery
from bot.engine_process import EngineProcess
from bot.gateway import Gateway
from bot.limits import Limits
from bot.memory import Tidying
from bot.settings import Settings
from bot.timekeeper import Timekeeper
from casework import organisation
from casework.clock import Clock, utc_now
from casework.content import Content, load_content
from casework.errors import ContentError
from casework.store import Store, open_store
from nlu import reader

Progress = Callable[[str], None]


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
    async with run(wanted, progress) as running:
        progress(f"Lotsen is ready at {running.url}  (stop with Ctrl+C)")
        await stop.wait()
        progress("Stopping ...")


@asynccontextmanager
async def run(
    wanted: Settings, progress: Progress, clock: Clock = utc_now
) -> AsyncIterator[Running]:
    """Everything that Lotsen needs, started in order and stopped in reverse.

    Args:
        wanted: where it listens and keeps its data.
        progress: is told what happens.
        clock: the present moment, for all that depends on it.

    Raises:
        ContentError: the content files do not hold together, or demo was asked for beside real
            data.
        EngineStartError: the engine did not come up.
        OSError: the address cannot be had; this is found out first.
    """
    async with AsyncExitStack() as stack:
        door = _bind(wanted.host, wanted.port)
        stack.callback(door.close)
        content = load_content(settings.CONTENT)
        store = open_store(wanted.data, clock)
        stack.push_async_callback(store.close)
        await store.migrate()
        if wanted.demo:
            await _fill_with_demo(store)
        progress("Loading the reader ...")
        loaded = await asyncio.to_thread(reader.load, settings.READER_MODEL)
        services = Services(store, content, loaded.read, loaded.mask)
        actions = ActionEndpoint(executor(services))
        actions_url = await _listen(stack, actions.app(), _bind("127.0.0.1", 0))
        progress("Starting the engine ...")
        process = EngineProcess(settings.ROOT, settings.ENGINE_MODEL, f"{actions_url}/webhook")
        engine = process.client()
        stack.push_async_callback(engine.close)
        await process.start(engine)
        stack.push_async_callback(process.stop)
        danger = DangerWatch(content.policy.danger, loaded.find_danger)
        gateway = Gateway(store, engine, actions, danger, services.manner)
        stack.push_async_callback(gateway.close)
        delivery = Delivery(
            store, content.policy, gateway, anonymous_seconds=wanted.anonymous_seconds
        )
        delivery.start()
        stack.push_async_callback(delivery.stop)
        timekeeper = Timekeeper(store, content.policy)
        timekeeper.start()
        stack.push_async_callback(timekeeper.stop)
        tidying = Tidying()
        tidying.start()
        stack.push_async_callback(tidying.stop)
        app = web_app(gateway, store, content, wanted)
        yield Running(await _listen(stack, app, door), process)


def web_app(gateway: Gateway, store: Store, content: Content, wanted: Settings) -> web.Application:
    """The application that faces people."""
    app = web.Application(client_max_size=128 * 1024)
    limits = Limits(wanted.allowances)
    web_channel = WebChannel(
        gateway, store, limits, demo=wanted.demo, behind_proxy=wanted.behind_proxy
    )
    web_channel.add_to(app)
    Papers(store, content).add_to(app)
    IncidentPages(store, content).add_to(app)
    app.router.add_get("/health", _health)
    return app


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
    host, port = door.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


async def _fill_with_demo(store: Store) -> None:
    """Import the made-up organisation, unless real people are there."""
    demo = organisation.read_organisation(settings.CONTENT / organisation.DEMO_FILE)
    made_up = {person.id for person in demo.people}
    if any(person.id not in made_up for person in await organisation.everybody(store)):
        raise ContentError(["--demo refused: the data folder holds real people"])
    await organisation.import_organisation(store, demo)
