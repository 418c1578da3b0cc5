"""Messages that Lotsen sends first: outbox rows, written together with their cause.

A prompt carries a kind and a reference, never case content.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from casework.schema import Incident, Prompt
from casework.store import Store
from casework.vocabulary import PersonId, Reference


class Kind(StrEnum):
    """What a prompt is about; each has one fixed wording."""

    NEW_INCIDENT = "new_incident"
    ACKNOWLEDGED = "acknowledged"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"


NEEDS_ANSWER = frozenset({Kind.NEW_INCIDENT})
"""Kinds that are shown again until they have been answered."""


@dataclass(frozen=True)
class DuePrompt:
    """A prompt that is to be shown to somebody."""

    id: int
    kind: Kind
    recipient_id: PersonId
    reference: Reference
    serious: bool
    due: datetime


def add(
    store: Store,
    db_session: AsyncSession,
    kind: Kind,
    incident: Incident,
    recipient_id: str,
    *,
    occasion: str = "",
) -> None:
    """Write a prompt that is due now, within the transaction of its cause.

    Args:
        occasion: tells apart causes that may come more than once, such as additions.
    """
    db_session.add(
        Prompt(
            key=f"{incident.reference}:{kind}:{recipient_id}{occasion and f':{occasion}'}",
            kind=kind,
            recipient_id=recipient_id,
            incident_id=incident.id,
            due=store.clock(),
        )
    )


async def waiting(store: Store, person_id: PersonId) -> list[DuePrompt]:
    """What a person is to be shown when they come: not yet sent, or sent and still unanswered."""
    async with store.transaction() as db_session:
        rows = await db_session.execute(
            select(Prompt, Incident)
            .join(Incident, Prompt.incident_id == Incident.id)
            .where(
                Prompt.recipient_id == person_id,
                Prompt.answered_at.is_(None),
                Prompt.sent_at.is_(None) | Prompt.kind.in_(NEEDS_ANSWER),
                Prompt.due <= store.clock(),
            )
            .order_by(Prompt.due)
        )
        return [_due(prompt, incident) for prompt, incident in rows]


async def unsent(store: Store) -> list[DuePrompt]:
    """All prompts that are due and have not been sent, oldest first."""
    async with store.transaction() as db_session:
        rows = await db_session.execute(
            select(Prompt, Incident)
            .join(Incident, Prompt.incident_id == Incident.id)
            .where(
                Prompt.sent_at.is_(None), Prompt.answered_at.is_(None), Prompt.due <= store.clock()
            )
            .order_by(Prompt.due)
        )
        return [_due(prompt, incident) for prompt, incident in rows]


async def sent(store: Store, prompt_id: int) -> None:
    """Note that a prompt has been shown; the first time counts."""
    async with store.transaction() as db_session:
        prompt = await db_session.get_one(Prompt, prompt_id)
        prompt.sent_at = prompt.sent_at or store.clock()


async def answer(store: Store, db_session: AsyncSession, kind: Kind, incident: Incident) -> None:
    """Note that the incident's prompts of a kind have been answered; they are not shown again."""
    prompts = await db_session.scalars(
        select(Prompt).where(Prompt.incident_id == incident.id, Prompt.kind == kind)
    )
    for prompt in prompts:
        prompt.answered_at = prompt.answered_at or store.clock()


def _due(prompt: Prompt, incident: Incident) -> DuePrompt:
    return DuePrompt(
        id=prompt.id,
        kind=Kind(prompt.kind),
        recipient_id=PersonId(prompt.recipient_id),
        reference=Reference(incident.reference),
        serious=incident.serious,
        due=prompt.due,
    )
