"""The same storage tests on SQLite and on PostgreSQL."""

import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from casework.encryption import Cipher
from casework.store import DATABASE_FILE, Store
from tests import builders, postgres


@pytest.fixture(scope="session", name="postgres_url")
def _postgres_url() -> Iterator[str]:
    """A running PostgreSQL; skips where none is installed."""
    programs = postgres.programs()
    if programs is None:
        pytest.skip("no PostgreSQL is installed (Debian: apt-get install postgresql)")
    with postgres.running(programs) as url:
        yield url


@pytest.fixture(name="clock")
def _clock() -> builders.Clock:
    return builders.Clock()


@pytest.fixture(name="bare_store", params=["sqlite", "postgresql"])
async def _bare_store(
    request: pytest.FixtureRequest, tmp_path: Path, clock: builders.Clock
) -> AsyncIterator[Store]:
    """An empty database without a schema."""
    url = f"sqlite+aiosqlite:///{tmp_path / DATABASE_FILE}"
    if request.param == "postgresql":
        url = await _new_database(request.getfixturevalue("postgres_url"))
    store = Store(url, Cipher([Fernet.generate_key().decode()]), clock)
    yield store
    await store.close()


@pytest.fixture(name="store")
async def _store(bare_store: Store) -> Store:
    """A database with the schema and the demo organisation."""
    await builders.fill_with_demo(bare_store)
    return bare_store


async def _new_database(server: str) -> str:
    name = f"test_{uuid.uuid4().hex}"
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    await engine.dispose()
    return server.rsplit("/", 1)[0] + f"/{name}"
