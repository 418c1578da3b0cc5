"""Keeps the engine running: starts it, notices when it dies, starts it again, stops it cleanly."""

import asyncio
import os
import secrets
import socket
import time
from asyncio.subprocess import PIPE, STDOUT, Process
from collections import deque
from contextlib import suppress
from pathlib import Path

import structlog

from bot.engine_client import EngineClient
from bot.memory import wiping

log = structlog.get_logger()

_LONGEST_PAUSE_SECONDS = 15.0
_STOP_SECONDS = 8.0
_START_SECONDS = 180.0
_LAST_LINES = 15


class EngineStartError(Exception):
    """The engine did not come up; `lines` are the last it wrote, before any message was seen."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("the engine did not start")
        self.lines = lines


def free_port() -> int:
    """A port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class EngineProcess:
    """The engine as a child process, bound to loopback, with a token of its own.

    Args:
        root: the project's folder.
        model: the trained model.
        actions_url: where the engine finds the actions.
    """

    def __init__(self, root: Path, model: Path, actions_url: str) -> None:
        self._root = root
        self._model = model
        self._actions_url = actions_url
        self._port = free_port()
        self._token = secrets.token_urlsafe(32)
        self._process: Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._ready = asyncio.Event()

    def client(self) -> EngineClient:
        """A client that knows the address and the token."""
        return EngineClient(f"http://127.0.0.1:{self._port}", self._token)

    @property
    def pid(self) -> int | None:
        """The process id while the engine runs."""
        return self._process.pid if self._process else None

    async def start(self, client: EngineClient) -> None:
        """Start the engine and wait until it answers.

        Raises:
            EngineStartError: it ended, or was silent for three minutes.
        """
        self._keeper = asyncio.get_running_loop().create_task(self._keep(client))
        done, _ = await asyncio.wait(
            [self._keeper, asyncio.ensure_future(self._ready.wait())],
            timeout=_START_SECONDS,
            return_when=asyncio.FIRST_COMPLETED,
        )
        if not done or self._keeper.done():
            await self.stop()
            raise EngineStartError(list(self._lines))

    async def stop(self) -> None:
        """Stop the engine; it is killed if it does not end by itself."""
        if self._keeper:
            self._keeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._keeper
        if self._process and self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), _STOP_SECONDS)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()

    async def _keep(self, client: EngineClient) -> None:
        """Run the engine as long as we run; one that dies before it ever answered is an error."""
        pause = 0.0
        while True:
            started = time.monotonic()
            self._process = process = await self._spawn()
            reader = asyncio.get_running_loop().create_task(self._read(process))
            await self._until_ready_or_gone(client, process)
            status = await process.wait()
            await reader
            if not self._ready.is_set():
                return
            lived = time.monotonic() - started
            pause = (
                0.0
                if lived > _LONGEST_PAUSE_SECONDS
                else min(pause * 2 + 0.5, _LONGEST_PAUSE_SECONDS)
            )
            log.warning("engine_died_restarting", exit_status=status, seconds=round(lived))
            await asyncio.sleep(pause)

    async def _spawn(self) -> Process:
        environment = (
            os.environ
            | wiping(os.environ)
            | {
                "LOTSEN_ACTIONS": self._actions_url,
                "LOTSEN_ENGINE_TOKEN": self._token,
                "LOTSEN_ENDS_WITH_PARENT": "1",
                "LOG_LEVEL": "WARNING",
                "PYTHONUNBUFFERED": "1",
            }
        )
        return await asyncio.create_subprocess_exec(
            str(self._root / "engine/.venv/bin/python"),
            *("engine/rasa_slim.py", "run", "--model", str(self._model)),
            *("--port", str(self._port), "--interface", "127.0.0.1"),
            *("--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
            cwd=self._root,
            env=environment,
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
        )

    async def _read(self, process: Process) -> None:
        """Empty the engine's output. Once it answers people, what it writes is not kept."""
        assert process.stdout is not None  # noqa: S101  it was asked for
        async for line in process.stdout:
            if not self._ready.is_set():
                self._lines.append(line.decode(errors="replace").rstrip())
            elif b"ERROR" in line:
                log.error("engine_reported", what="error")

    async def _until_ready_or_gone(self, client: EngineClient, process: Process) -> None:
        while process.returncode is None:
            if await client.is_ready():
                if self._ready.is_set():
                    log.info("engine_is_back")
                self._ready.set()
                return
            await asyncio.sleep(0.2)
