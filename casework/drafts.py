"""Unfinished reports: sealed, one a person, found again from any device."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from casework.errors import NotFoundError, UnreadableError
from casework.report import Answers
from casework.schema import Draft
from casework.store import Store
from casework.vocabulary import ConversationId, PersonId


@dataclass(frozen=True)
class OpenDraft:
    """A draft as it stands."""

    answers: Answers
    conversation_id: ConversationId | None
    """The conversation it is being written in; None while it rests."""
    updated_at: datetime


async def find(store: Store, person_id: PersonId) -> OpenDraft | None:
    """The person's draft, if there is one."""
    async with store.transaction() as db_session:
        row = await _row(db_session, person_id)
        return _opened(store, row) if row else None


async def begin(
    store: Store,
    person_id: PersonId,
    conversation_id: ConversationId,
    answers: Answers,
    changes: Mapping[str, Any] | None = None,
) -> OpenDraft:
    """Start a draft, or take up the one that there is, in this conversation.

    Args:
        answers: what a new draft starts from; an existing one keeps its own answers.
        changes: to the answers, written at the same moment: a story is in the draft or not at all.
    """
    now = store.clock()
    async with store.transaction() as db_session:
        row = await _row(db_session, person_id)
        if row is None:
            row = Draft(
                person_id=person_id,
                started_at=now,
                updated_at=now,
                answers_sealed=_seal(store, answers),
            )
            db_session.add(row)
        row.conversation_id = conversation_id
        if changes:
            _write(store, row, changes)
        return _opened(store, row)


async def change(store: Store, person_id: PersonId, changes: Mapping[str, Any]) -> Answers:
    """Write a change to the answers.

    Raises:
        NotFoundError: the person has no draft (it was sent or removed meanwhile).
    """
    async with store.transaction() as db_session:
        row = await _row(db_session, person_id)
        if row is None:
            raise NotFoundError("draft")
        return _write(store, row, changes)


async def rest(store: Store, person_id: PersonId) -> None:
    """Lay the draft aside; it stays until it is taken up or removed."""
    async with store.transaction() as db_session:
        if row := await _row(db_session, person_id):
            row.conversation_id = None


async def discard(store: Store, person_id: PersonId) -> None:
    """Remove the draft for good; nothing happens if there is none."""
    async with store.transaction() as db_session:
        await take(store, db_session, person_id)


async def let_go(store: Store, person_id: PersonId) -> None:
    """Remove a draft that leads to nothing; what else was told with it is kept as the next."""
    async with store.transaction() as db_session:
        answers = await take(store, db_session, person_id)
        if answers:
            leave_waiting(store, db_session, person_id, answers)


def leave_waiting(
    store: Store, db_session: AsyncSession, person_id: PersonId, answers: Answers
) -> None:
    """The other event that was told together with this one becomes the person's next draft."""
    if answers.waiting_story:
        now = store.clock()
        following = Answers(
            home_area=answers.home_area,
            is_manager=answers.is_manager,
            waiting_story=answers.waiting_story,
        )
        db_session.add(
            Draft(
                person_id=person_id,
                started_at=now,
                updated_at=now,
                answers_sealed=_seal(store, following),
            )
        )


async def take(store: Store, db_session: AsyncSession, person_id: PersonId) -> Answers | None:
    """Take the answers out and remove the draft, within the caller's transaction."""
    row = await _row(db_session, person_id)
    if row is None:
        return None
    answers = _opened(store, row).answers
    await db_session.delete(row)
    await db_session.flush()
    return answers


def has_story(store: Store, row: Draft) -> bool:
    """Whether a draft tells what happened; one that cannot be read is taken to."""
    try:
        return _opened(store, row).answers.is_begun
    except UnreadableError:
        return True


async def _row(db_session: AsyncSession, person_id: PersonId) -> Draft | None:
    return await db_session.scalar(select(Draft).where(Draft.person_id == person_id))


def _write(store: Store, row: Draft, changes: Mapping[str, Any]) -> Answers:
    answers = _opened(store, row).answers.having(**changes)
    row.answers_sealed = _seal(store, answers)
    row.updated_at = store.clock()
    return answers


def _seal(store: Store, answers: Answers) -> bytes:
    return store.cipher.seal(answers.model_dump(mode="json"))


def _opened(store: Store, row: Draft) -> OpenDraft:
    return OpenDraft(
        answers=Answers.model_validate(store.cipher.unseal(row.answers_sealed)),
        conversation_id=ConversationId(row.conversation_id) if row.conversation_id else None,
        updated_at=row.updated_at,
    )
