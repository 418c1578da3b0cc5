"""The database: connections, transactions, pragmas; the only module that opens it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Integer, event, literal_column, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine as DatabaseEngine
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import InstrumentedAttribute

from casework.clock import Clock, utc_now
from casework.encryption import Cipher, load_cipher
from casework.errors import StorageUnavailableError

DATABASE_FILE = "lotsen.sqlite3"
MIGRATIONS = Path(__file__).parent / "migrations"


FORGOTTEN: Mapping[str, Any] = {"compiled_cache": None}
"""Execution options of a query about somebody who may be nobody of ours: SQLAlchemy's cache of
statements keeps the first values that each was asked about."""


class Store:
    """Everything casework needs to remember: the database, the cipher, the clock.

    Args:
        url: SQLAlchemy URL of an async driver.
        cipher: seals what people told.
        clock: the present moment; a test may hand in its own.
    """

    def __init__(self, url: str, cipher: Cipher, clock: Clock = utc_now) -> None:
        self.cipher = cipher
        self.clock = clock
        is_sqlite = make_url(url).get_backend_name() == "sqlite"
        # A statement that is kept keeps the last values it was asked about, too.
        options = {"cached_statements": 0} if is_sqlite else {}
        self.engine: DatabaseEngine = create_async_engine(url, connect_args=options)
        if is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _set_pragmas)
            event.listen(self.engine.sync_engine, "begin", _begin_immediate)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One unit of work: commits at the end, rolls back when anything is raised.

        Raises:
            StorageUnavailableError: the database is full, locked or gone.
        """
        try:
            async with self._sessions.begin() as db_session:
                yield db_session
        except DBAPIError as error:
            raise StorageUnavailableError(type(error.orig).__name__) from None

    async def migrate(self) -> None:
        """Bring the schema to the newest revision; does nothing if it is there already."""
        async with self.engine.begin() as connection:
            await connection.run_sync(upgrade)

    async def close(self) -> None:
        """Give back every connection."""
        await self.engine.dispose()


def open_store(data: Path, clock: Clock = utc_now) -> Store:
    """The store of a data folder, which is made if it does not exist (owner-only)."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Store(f"sqlite+aiosqlite:///{data / DATABASE_FILE}", load_cipher(data), clock)


async def count_up(
    db_session: AsyncSession, number: InstrumentedAttribute[int], **key: Any
) -> int:
    """Add one to a number in a row that may not exist yet; safe beside others who do the same.

    Args:
        db_session: the caller's transaction.
        number: the column.
        key: the row's primary key.

    Returns:
        The new number; 1 for a new row.
    """
    dialect = db_session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    new = insert(number.class_).values({**key, number.key: 1})
    statement = new.on_conflict_do_update(
        index_elements=list(key), set_={number.key: number + 1}
    ).returning(number)
    return (await db_session.execute(statement)).scalar_one()


async def insert_once(db_session: AsyncSession, table: type[Any], **values: Any) -> bool:
    """Add a row unless one with the same key is there; safe beside others who do the same.

    Returns:
        Whether it was added.
    """
    dialect = db_session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    new = insert(table).values(**values).on_conflict_do_nothing()
    added = await db_session.execute(new.returning(literal_column("1", Integer)))
    return added.first() is not None


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Run the migrations up to `revision` on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _set_pragmas(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=5000",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    # SQLAlchemy's "begin" event decides when a transaction starts, not the driver.
    connection.isolation_level = None


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once: a read that later wants to write could not wait for it."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
