"""Runs migrations on the connection that `casework.store.upgrade` hands over."""

from typing import Any, Literal

from alembic import context

from casework.schema import Base, UtcDateTime


def _without_our_types(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """A revision must stand on its own, so our column types are written as plain ones."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=_without_our_types,
)
with context.begin_transaction():
    context.run_migrations()
