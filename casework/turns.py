"""Messages that must not be lost: stored before they are acknowledged, erased when handled.

Only for people who are logged in: an anonymous conversation leaves no trace.
"""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from casework.errors import NotFoundError
from casework.schema import Conversation, Draft, Incident, Person, Turn
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


async def latest(store: Store, person_id: PersonId, channel: str) -> ConversationId | None:
    """The person's latest conversation in a channel that has one a person."""
    newest = (
        select(Conversation.id)
        .where(Conversation.person_id == person_id, Conversation.channel == channel)
        .order_by(Conversation.started_at.desc())
        .limit(1)
    )
    async with store.transaction() as db_session:
        found = await db_session.scalar(newest)
        return ConversationId(found) if found else None


async def left_in(store: Store, channel: str) -> list[PersonId]:
    """Whose messages in a channel were acknowledged and not handled."""
    waiting = (
        select(Conversation.person_id)
        .join(Turn, Turn.conversation_id == Conversation.id)
        .where(Conversation.channel == channel, Turn.content_sealed.is_not(None))
        .distinct()
    )
    async with store.transaction() as db_session:
        return [PersonId(person_id) for person_id in await db_session.scalars(waiting)]


async def receive(
    store: Store, conversation_id: ConversationId, message_id: str, content: Mapping[str, Any]
) -> bool:
    """Store a message that came in.

    Returns:
        False if it had been received before; then nothing is changed.

    Raises:
        NotFoundError: whoever's conversation it is has left; nothing is kept.
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
            if await _has_left(db_session, conversation_id):
                raise NotFoundError("person")
            if await db_session.get(Turn, (conversation_id, message_id)):
                return False
            db_session.add(turn)
    except IntegrityError:
        return False
    return True


async def _has_left(db_session: AsyncSession, conversation_id: ConversationId) -> bool:
    works_here = await db_session.scalar(
        select(Person.active)
        .join(Conversation, Conversation.person_id == Person.id)
        .where(Conversation.id == conversation_id)
    )
    return works_here is False


async def handled(store: Store, conversation_id: ConversationId, message_id: str) -> None:
    """Erase the content of a message that has had its effect."""
    async with store.transaction() as db_session:
        turn = await db_session.get_one(Turn, (conversation_id, message_id))
        turn.content_sealed = None
        turn.handled_at = store.clock()


@dataclass(frozen=True)
class Waiting:
    """A message that was acknowledged and not answered."""

    message_id: str
    content: dict[str, Any]
    received_at: datetime


async def unhandled(store: Store, conversation_id: ConversationId) -> list[Waiting]:
    """Messages that were acknowledged and not handled, oldest first."""
    async with store.transaction() as db_session:
        rows = await db_session.scalars(
            select(Turn)
            .where(Turn.conversation_id == conversation_id, Turn.content_sealed.is_not(None))
            .order_by(Turn.received_at)
        )
        return [
            Waiting(t.message_id, store.cipher.unseal(t.content_sealed or b""), t.received_at)
            for t in rows
        ]


async def adopt(
    store: Store,
    person_id: PersonId,
    conversation_id: ConversationId,
    seen: Collection[ConversationId],
) -> None:
    """Move the person's unanswered messages to this conversation.

    Args:
        seen: conversations that somebody is looking at; theirs stay where they are.
    """
    own = select(Conversation.id).where(
        Conversation.person_id == person_id, Conversation.id.not_in([conversation_id, *seen])
    )
    async with store.transaction() as db_session:
        await db_session.execute(
            update(Turn)
            .where(Turn.conversation_id.in_(own), Turn.content_sealed.is_not(None))
            .values(conversation_id=conversation_id)
        )


async def took_effect(store: Store, person_id: PersonId, since: datetime) -> bool:
    """Whether the person's draft was written to, or sent in, after a message was received.

    A crash may come between the effect of a message and its answer; giving the message again
    would then take it for the answer to the next question.
    """
    written = select(Draft.id).where(Draft.person_id == person_id, Draft.updated_at > since)
    sent = select(Incident.id).where(
        Incident.reporter_id == person_id, Incident.created_at > since
    )
    async with store.transaction() as db_session:
        return any([await db_session.scalar(query) for query in (written, sent)])
