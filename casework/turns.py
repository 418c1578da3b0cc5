"""Messages that must not be lost: stored before they are acknowledged, erased when handled.

Only for people who are logged in: an anonymous conversation leaves no trace.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from casework.schema import Conversation, Turn
from casework.store import Store
from casework.vocabulary import ConversationId, PersonId


def new_conversation_id() -> ConversationId:
    """An id that nobody can guess."""
    return ConversationId(secrets.token_urlsafe(24))


async def start_conversation(
    store: Store, conversation_id: ConversationId, person_id: PersonId, channel: str
) -> None:
    """Remember whose conversation this is."""
    async with store.transaction() as db_session:
        db_session.add(
            Conversation(
                id=conversation_id, person_id=person_id, channel=channel, started_at=store.clock()
            )
        )


async def owner(store: Store, conversation_id: ConversationId) -> PersonId | None:
    """Whose conversation it is; None for one that is unknown or anonymous."""
    async with store.transaction() as db_session:
        row = await db_session.get(Conversation, conversation_id)
        return PersonId(row.person_id) if row else None


async def receive(
    store: Store, conversation_id: ConversationId, message_id: str, content: Mapping[str, Any]
) -> bool:
    """Store a message that came in.

    Returns:
        False if it had been received before; then nothing is changed.

    Raises:
        StorageUnavailableError: it is not safe; the sender must keep it.
    """
    turn = Turn(
        conversation_id=conversation_id,
        message_id=message_id,
        received_at=store.clock(),
        content_sealed=store.cipher.seal(dict(content)),
    )
    try:
        async with store.transaction() as db_session:
            if await db_session.get(Turn, (conversation_id, message_id)):
                return False
            db_session.add(turn)
    except IntegrityError:
        return False
    return True


async def handled(store: Store, conversation_id: ConversationId, message_id: str) -> None:
    """Erase the content of a message that has had its effect."""
    async with store.transaction() as db_session:
        turn = await db_session.get_one(Turn, (conversation_id, message_id))
        turn.content_sealed = None
        turn.handled_at = store.clock()


async def unhandled(
    store: Store, conversation_id: ConversationId
) -> list[tuple[str, dict[str, Any]]]:
    """Messages that were acknowledged and not handled, oldest first: (message id, content)."""
    async with store.transaction() as db_session:
        rows = await db_session.scalars(
            select(Turn)
            .where(Turn.conversation_id == conversation_id, Turn.content_sealed.is_not(None))
            .order_by(Turn.received_at)
        )
        return [(t.message_id, store.cipher.unseal(t.content_sealed or b"")) for t in rows]
