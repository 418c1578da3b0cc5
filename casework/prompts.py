"""Messages that Lotsen sends first: outbox rows, written together with their cause.

A prompt carries a kind and what it is about (a reference, or the times of a draft), never case
content.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from casework.clock import SWEDEN
from casework.schema import Draft, Incident, Participant, Person, Prompt, Step, Turn
from casework.store import Store, insert_once
from casework.vocabulary import PersonId, Reference


class Kind(StrEnum):
    """What a prompt is about; each has one fixed wording."""

    NEW_INCIDENT = "new_incident"
    ACKNOWLEDGED = "acknowledged"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"
    HANDED_OVER = "handed_over"
    INVITED = "invited"
    STEPS = "steps"
    ESCALATED = "escalated"
    DELAYED = "delayed"
    ACTED = "acted"
    CLOSED = "closed"
    CHECK_IN = "check_in"
    SUPPORT_LACKING = "support_lacking"
    ROUND = "round"
    DRAFT_LEFT = "draft_left"
    DRAFT_LEFT_LONG = "draft_left_long"
    DRAFT_PURGED = "draft_purged"


NEEDS_ANSWER = frozenset({Kind.NEW_INCIDENT})
"""Kinds that are shown again until they have been answered."""

NUDGES = frozenset({Kind.DRAFT_LEFT, Kind.DRAFT_LEFT_LONG})
"""Kinds that offer to take up a draft; they are shown only while it is as it was left."""


@dataclass(frozen=True)
class DraftTimes:
    """Which draft a prompt is about: when it was begun, and its last change before the prompt."""

    begun_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class DuePrompt:
    """A prompt that is to be shown to somebody; about an incident or about a draft."""

    id: int
    key: str
    """Idempotency: a channel that is told twice shows it once."""
    kind: Kind
    recipient_id: PersonId
    reference: Reference | None
    serious: bool
    due: datetime
    draft: DraftTimes | None = None


FOR_EXPOSED = frozenset({Kind.ACKNOWLEDGED, Kind.ACTED, Kind.CLOSED, Kind.DELAYED, Kind.CHECK_IN})
"""Kinds that whoever was exposed gets about their own incident."""


async def add(
    store: Store,
    db_session: AsyncSession,
    kind: Kind,
    incident: Incident,
    recipient_id: str,
    *,
    occasion: str = "",
) -> bool:
    """Write a prompt that is due now, within the transaction of its cause.

    Args:
        occasion: tells apart causes that may come more than once, such as additions.

    Returns:
        False if there is one of that occasion already: nobody is told the same twice.
    """
    return await insert_once(
        db_session,
        Prompt,
        key=f"{incident.reference}:{kind}:{recipient_id}{occasion and f':{occasion}'}",
        kind=kind,
        recipient_id=recipient_id,
        incident_id=incident.id,
        due=store.clock(),
    )


async def add_about_draft(
    store: Store, db_session: AsyncSession, kind: Kind, draft: Draft
) -> bool:
    """Write a prompt to whoever left a draft, within the transaction that holds the draft locked.

    A nudge that was never shown gives way to it.

    Returns:
        False if there is such a prompt already: once per kind as long as the draft is not changed.
    """
    key = f"draft:{draft.person_id}:{kind}:{draft.updated_at.isoformat()}"
    if await db_session.scalar(select(Prompt.id).where(Prompt.key == key)):
        return False
    await db_session.execute(
        delete(Prompt).where(
            Prompt.recipient_id == draft.person_id,
            Prompt.kind.in_(NUDGES),
            Prompt.sent_at.is_(None),
        )
    )
    db_session.add(
        Prompt(
            key=key,
            kind=kind,
            recipient_id=draft.person_id,
            draft_begun_at=draft.started_at,
            draft_changed_at=draft.updated_at,
            due=store.clock(),
        )
    )
    return True


async def add_for_person(
    store: Store,
    db_session: AsyncSession,
    kind: Kind,
    person_id: str,
    *,
    occasion: str,
    series: str = "",
) -> bool:
    """Write a prompt about several incidents or none, within the transaction of its cause.

    One of the series that was never sent gives way to it.

    Args:
        series: tells apart what comes again and again, each on its own occasions.

    Returns:
        False if there is one of that occasion already.
    """
    all_of_them = f"{kind}:{person_id}:{series and f'{series}:'}"
    key = f"{all_of_them}{occasion}"
    is_new = await insert_once(
        db_session, Prompt, key=key, kind=kind, recipient_id=person_id, due=store.clock()
    )
    if is_new:
        await db_session.execute(
            delete(Prompt).where(
                Prompt.recipient_id == person_id,
                Prompt.kind == kind,
                Prompt.key.startswith(all_of_them, autoescape=True),
                Prompt.key != key,
                Prompt.sent_at.is_(None),
            )
        )
    return is_new


async def first_today(store: Store, kind: Kind, person_id: PersonId) -> bool:
    """Note that a prompt of a kind is shown to somebody who came by themselves.

    Returns:
        False if one of the kind has been shown to them today (Swedish time).
    """
    now = store.clock().astimezone(SWEDEN)
    morning = now.replace(hour=0, minute=0, second=0, microsecond=0)
    key = f"{kind}:{person_id}:came:{now.date().isoformat()}"
    theirs = select(Prompt.id).where(Prompt.recipient_id == person_id, Prompt.kind == kind)
    today = theirs.where((Prompt.sent_at >= morning) | (Prompt.key == key))
    async with store.transaction() as db_session:
        if await db_session.scalar(today):
            return False
        shown = Prompt(key=key, kind=kind, recipient_id=person_id, due=now, sent_at=now)
        db_session.add(shown)
        return True


async def waiting(store: Store, person_id: PersonId) -> list[DuePrompt]:
    """What a person is to be shown when they come: not yet sent, or sent and still unanswered."""
    return await _all(
        store,
        _due_now(store).where(
            Prompt.recipient_id == person_id,
            Prompt.sent_at.is_(None) | Prompt.kind.in_(NEEDS_ANSWER),
        ),
    )


async def unsent(store: Store) -> list[DuePrompt]:
    """All prompts that are due and have not been sent, oldest first."""
    return await _all(store, _due_now(store).where(Prompt.sent_at.is_(None)))


async def claim(store: Store, recipients: Collection[PersonId] | None = None) -> list[DuePrompt]:
    """Take prompts that are due, to deliver them; nobody else gets them for a while.

    Whoever dies while delivering loses the claim after `LEASE`, and another takes it: the same
    prompt, with the same idempotency key. After each attempt the pause grows, up to an hour.

    Args:
        recipients: only theirs; everybody's if None.

    Returns:
        At most `BATCH`, oldest first; give each back by `sent` or leave it to the next attempt.
    """
    async with store.transaction() as db_session:
        now = store.clock()
        free = Prompt.claimed_until.is_(None) | (Prompt.claimed_until <= now)
        wanted = _due_now(store).where(Prompt.sent_at.is_(None), free)
        if recipients is not None:
            wanted = wanted.where(Prompt.recipient_id.in_(recipients))
        rows = await db_session.execute(
            wanted.limit(BATCH).with_for_update(of=Prompt, skip_locked=True)
        )
        claimed = [(prompt, incident) for prompt, incident in rows]
        for prompt, _ in claimed:
            prompt.attempts += 1
            prompt.claimed_until = now + min(LEASE * 2 ** (prompt.attempts - 1), _LONGEST_PAUSE)
        return [_due(prompt, incident) for prompt, incident in claimed]


async def put_back(store: Store, prompt_ids: Collection[int]) -> None:
    """Let prompts be tried again after one lease: the person is there, and busy."""
    async with store.transaction() as db_session:
        await db_session.execute(
            update(Prompt)
            .where(Prompt.id.in_(prompt_ids), Prompt.sent_at.is_(None))
            .values(attempts=0, claimed_until=store.clock() + LEASE)
        )


LEASE = timedelta(seconds=30)
"""How long a claim holds the first time."""

BATCH = 100

_LONGEST_PAUSE = timedelta(hours=1)


async def sent(store: Store, prompt_id: int, channel: str = "web") -> bool:
    """Note that a prompt is being shown.

    Args:
        channel: where.

    Returns:
        Whether it is the first time; of several windows and apps, one is told so.
    """
    async with store.transaction() as db_session:
        first = await db_session.scalar(
            update(Prompt)
            .where(Prompt.id == prompt_id, Prompt.sent_at.is_(None))
            .values(sent_at=store.clock(), channel=channel)
            .returning(Prompt.id)
        )
        return first is not None


async def answer(store: Store, db_session: AsyncSession, kind: Kind, incident: Incident) -> None:
    """Note that the incident's prompts of a kind have been answered; they are not shown again."""
    await take_back(store, db_session, incident, kinds=[kind])


async def take_back(
    store: Store,
    db_session: AsyncSession,
    incident: Incident,
    *,
    kinds: Collection[Kind] = frozenset(Kind),
    recipients: Collection[str] | None = None,
) -> None:
    """Let what was not shown yet, or is shown until it is answered, not be shown any more.

    Args:
        kinds: only these.
        recipients: only theirs; everybody's if None.
    """
    wanted = update(Prompt).where(
        Prompt.incident_id == incident.id,
        Prompt.kind.in_(kinds),
        Prompt.answered_at.is_(None),
        _would_be_shown(),
    )
    if recipients is not None:
        wanted = wanted.where(Prompt.recipient_id.in_(recipients))
    await db_session.execute(wanted.values(answered_at=store.clock()))


async def take_back_from(
    store: Store, db_session: AsyncSession, recipients: Collection[str]
) -> None:
    """Let nothing be shown to people any more, whatever it is about."""
    await db_session.execute(
        update(Prompt)
        .where(
            Prompt.recipient_id.in_(recipients),
            Prompt.answered_at.is_(None),
            _would_be_shown(),
        )
        .values(answered_at=store.clock())
    )


def _would_be_shown() -> ColumnElement[bool]:
    return or_(Prompt.sent_at.is_(None), Prompt.kind.in_(NEEDS_ANSWER))


def _due_now(store: Store) -> Select[Prompt, Incident]:
    """Prompts that are due and not answered, with what they are about, oldest first."""
    return (
        select(Prompt, Incident)
        .outerjoin(Incident, Prompt.incident_id == Incident.id)
        .where(Prompt.answered_at.is_(None), Prompt.due <= store.clock(), is_worth_sending())
        .order_by(Prompt.due)
    )


def is_worth_sending() -> ColumnElement[bool]:
    """Prompts whose recipient works here, and whose cause still holds when they are sent.

    Drafts are changed, steps are done by somebody else, what was late has been done: whoever has
    not been told of it yet is not told any more.
    """
    works_here = exists().where(Person.id == Prompt.recipient_id, Person.active)
    return and_(
        works_here,
        or_(Prompt.kind.not_in(NUDGES), _draft_is_as_it_was_left()),
        or_(Prompt.kind != Kind.STEPS, _has_something_to_do()),
        or_(Prompt.kind.not_in(_ABOUT_LATE), _something_is_late()),
    )


_ABOUT_LATE = frozenset({Kind.ESCALATED, Kind.DELAYED})
"""Kinds that are true only as long as what was late is not done."""


def _something_is_late() -> ColumnElement[bool]:
    return exists().where(
        Step.incident_id == Prompt.incident_id,
        Step.escalated_at.is_not(None),
        Step.remind_at.is_not(None),
    )


def _has_something_to_do() -> ColumnElement[bool]:
    """Whether a step was reminded of, and is open still, that the recipient answers for."""
    theirs = aliased(Incident)
    is_asked = and_(Step.remind_at.is_not(None), Step.reminders > 0)
    responsible = (
        select(Step.id)
        .join(theirs, Step.incident_id == theirs.id)
        .where(theirs.responsible_id == Prompt.recipient_id, is_asked)
    )
    taking_part = (
        select(Step.id)
        .join(Participant, Step.incident_id == Participant.incident_id)
        .where(Participant.person_id == Prompt.recipient_id, is_asked)
    )
    return or_(responsible.exists(), taking_part.exists())


def _draft_is_as_it_was_left() -> ColumnElement[bool]:
    """Neither sent, removed nor changed, and nothing said where it is written since the nudge."""
    said_since = exists().where(
        Turn.conversation_id == Draft.conversation_id, Turn.received_at > Prompt.due
    )
    return exists().where(
        and_(
            Draft.person_id == Prompt.recipient_id,
            Draft.updated_at == Prompt.draft_changed_at,
            ~said_since,
        )
    )


async def _all(store: Store, statement: Select[Prompt, Incident]) -> list[DuePrompt]:
    async with store.transaction() as db_session:
        return [_due(*row) for row in await db_session.execute(statement)]


def _due(prompt: Prompt, incident: Incident | None) -> DuePrompt:
    return DuePrompt(
        id=prompt.id,
        key=prompt.key,
        kind=Kind(prompt.kind),
        recipient_id=PersonId(prompt.recipient_id),
        reference=Reference(incident.reference) if incident else None,
        serious=bool(incident and incident.serious),
        due=prompt.due,
        draft=_draft_times(prompt),
    )


def _draft_times(prompt: Prompt) -> DraftTimes | None:
    if prompt.draft_begun_at is None or prompt.draft_changed_at is None:
        return None
    return DraftTimes(prompt.draft_begun_at, prompt.draft_changed_at)
