"""A throw-away PostgreSQL on loopback, from Debian's packages; it refuses to run as root."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.engine_process import free_port

_FAST = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


def programs() -> Path | None:
    """Where the newest installed server's programs are; None if there is none."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3])
    )
    return found[-1].parent if found else None


@contextmanager
def running(bin_folder: Path) -> Iterator[str]:
    """A server for as long as the block lasts; gives the SQLAlchemy URL of its `postgres`."""
    folder = Path(tempfile.mkdtemp(prefix="lotsen-pg-"))
    port = free_port()
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [bin_folder / program, *arguments],
            check=True,
            user=user,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )

    data = str(folder / "data")
    run("initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -h 127.0.0.1 -k {folder} {_FAST}"
    run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql+asyncpg://test@127.0.0.1:{port}/postgres"
    finally:
        run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
