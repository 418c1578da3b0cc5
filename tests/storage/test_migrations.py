"""The schema is what the migrations make, up and down, with rows in it."""

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from casework.export import records
from casework.schema import Base
from casework.store import MIGRATIONS, Store
from tests import builders


async def test_migrations_make_the_schema_of_the_tables(bare_store: Store) -> None:
    await bare_store.migrate()

    async with bare_store.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_migrating_twice_keeps_the_rows(store: Store) -> None:
    receipt = await builders.incident(store)

    await store.migrate()

    assert [receipt.reference] == [r["reference"] for r in await records(store)]


async def test_migrations_go_down_to_nothing_even_with_rows(store: Store) -> None:
    await builders.incident(store)

    async with store.engine.begin() as connection:
        await connection.run_sync(_downgrade)

    async with store.engine.connect() as connection:
        assert await connection.run_sync(_tables) == ["alembic_version"]


def _differences(connection: Connection) -> list[Any]:
    found: list[Any] = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    return found


def _downgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.downgrade(config, "base")


def _tables(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()
