"""A real Lotsen for tests: `lotsen up` as a child process, on a data folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import create_engine

from bot.engine_process import free_port
from casework import export
from casework.clock import utc_now
from casework.schema import Base
from casework.store import DATABASE_FILE, open_store

ROOT = Path(__file__).parent.parent
LOTSEN = Path(sys.executable).parent / "lotsen"
START_SECONDS = 240
_KEPT = {"units", "people", "contacts", "conversations", "counters", "alembic_version"}


class LotsenProcess:
    """Starts with `with`, ends with it; `kill` and `start` again make it crash and come back.

    Args:
        data: the data folder; it survives.
        options: further options of `lotsen up`.
        demo: whether anybody may log in as one of the made-up people.
        program: started instead of `lotsen up`, with the same options.
        environment: further variables.
    """

    def __init__(
        self,
        data: Path,
        *options: str,
        demo: bool = True,
        program: tuple[str, ...] = (str(LOTSEN), "up"),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.data = data
        self.clock = utc_now
        self.port = free_port()
        self._options = (
            "--demo" if demo else "--no-demo",
            "--port",
            str(self.port),
            "--data",
            str(data),
            *options,
        )
        self._program = program
        self._environment = environment or {}
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data / "up.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start, and wait until it answers."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._program, *self._options],
                cwd=ROOT,
                env=os.environ | self._environment,
                stdout=log,
                stderr=log,
            )
        try:
            self._wait_until_it_answers()
        except BaseException:
            self._process.kill()
            raise

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, self.log.read_text()
            assert time.monotonic() < until, self.log.read_text()
            time.sleep(0.1)

    def stop(self) -> int:
        """Stop as an operator would; returns the exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=30)

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def engine_pid(self) -> int:
        """The engine's process id."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return next(int(c) for c in children if b"rasa_slim" in _command_line(int(c)))

    async def record(self, reference: str) -> dict[str, Any]:
        """One record of the export."""
        return await exported(self.data, reference)

    def empty(self) -> None:
        """Remove all that people told; who they are stays."""
        engine = create_engine(f"sqlite:///{self.data / DATABASE_FILE}")
        with engine.begin() as db:
            for table in reversed(Base.metadata.sorted_tables):
                if table.name not in _KEPT:
                    db.execute(table.delete())
        engine.dispose()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


async def exported(data: Path, reference: str) -> dict[str, Any]:
    """One incident record in a data folder, as `lotsen export` prints it."""
    store = open_store(data)
    try:
        records: list[dict[str, Any]] = json.loads(json.dumps(await export.records(store)))
    finally:
        await store.close()
    return next(record for record in records if record["reference"] == reference)


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def is_running(pid: int) -> bool:
    """Whether a process is there and not a zombie."""
    try:
        os.kill(pid, 0)
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
