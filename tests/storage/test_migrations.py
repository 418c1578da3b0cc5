"""The schema is what the migrations make, up and down, with rows in it."""

from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from casework import prompts
from casework.export import records
from casework.nudges import look_after_drafts
from casework.schema import Base
from casework.store import MIGRATIONS, Store, upgrade
from casework.vocabulary import PersonId
from tests import builders
from tests.builders import MIO

ALVA = PersonId("alva")


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


async def test_prompts_about_drafts_go_down_and_those_about_incidents_stay(
    store: Store, clock: builders.Clock
) -> None:
    """Revision 0002: a prompt may be about a draft, which has no incident."""
    receipt = await builders.incident(store)
    await builders.draft(store, ALVA)
    clock.forward(days=30)
    await look_after_drafts(store, builders.content().policy.drafts)
    assert len(await prompts.unsent(store)) == 2

    async with store.engine.begin() as connection:
        await connection.run_sync(_downgrade, "0001")
        assert "draft_changed_at" not in await connection.run_sync(_columns_of_prompts)
    await store.migrate()

    assert [receipt.reference] == [p.reference for p in await prompts.unsent(store)]
    async with store.engine.connect() as connection:
        assert await connection.run_sync(_differences) == []


async def test_prompt_of_an_older_release_is_still_shown_and_sent_once(bare_store: Store) -> None:
    """Rows that were written before revision 0002."""
    async with bare_store.engine.begin() as connection:
        await connection.run_sync(upgrade, "0001")
        for row in _ROWS_OF_0001:
            await connection.execute(text(row))

    await bare_store.migrate()

    (waiting,) = await prompts.waiting(bare_store, MIO)
    assert (waiting.reference, waiting.draft) == ("OP-2026-000007", None)
    assert await prompts.sent(bare_store, waiting.id)
    assert not await prompts.sent(bare_store, waiting.id)


_ROWS_OF_0001 = (
    "INSERT INTO units (id, name) VALUES ('norr', 'Norr')",
    "INSERT INTO people (id, name, role, unit_id, active)"
    " VALUES ('mio', 'Mio Exempelkvist', 'manager', 'norr', true)",
    "INSERT INTO incidents (id, reference, created_at, status, reporter_id, responsible_id,"
    " unit_id, types, subtypes, suggested_types, purpose, perpetrator, pattern, channel, area,"
    " serious, gaps, police_wish, support_wanted, told_sealed)"
    " VALUES (1, 'OP-2026-000007', '2026-11-01 10:00:00', 'submitted', 'mio', 'mio', 'norr',"
    " '[]', '[]', '[]', 'yes', 'okand', 'unknown', 'okand', 'okand', true, '[]', 'yes', '[]', '')",
    "INSERT INTO prompts (id, key, kind, recipient_id, incident_id, due)"
    " VALUES (1, 'OP-2026-000007:new_incident:mio', 'new_incident', 'mio', 1,"
    " '2026-11-01 10:00:00')",
)


def _differences(connection: Connection) -> list[Any]:
    found: list[Any] = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    return found


def _columns_of_prompts(connection: Connection) -> set[str]:
    return {column["name"] for column in inspect(connection).get_columns("prompts")}


def _downgrade(connection: Connection, revision: str = "base") -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.downgrade(config, revision)


def _tables(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()
