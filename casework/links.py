"""Which chats on other platforms are whose: linked by a code, for as long as they work here.

A chat that is not linked is nobody's, and nothing is kept of it.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from casework import organisation
from casework.schema import Link, LinkCode, Person
from casework.store import FORGOTTEN, Store
from casework.vocabulary import PersonId

CODE_LASTS = timedelta(minutes=15)
"""How long a code can be used; our choice, time to fetch the phone."""

_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that looks like another
_CODE_LENGTH = 8


@dataclass(frozen=True)
class Code:
    """A code that links one chat to whoever asked for it."""

    code: str
    expires: datetime


@dataclass(frozen=True)
class Linked:
    """A chat that is a person's own, and what its platform needs to reach it."""

    outside_id: str
    reference: dict[str, Any]


async def new_code(store: Store, person_id: PersonId) -> Code:
    """Make a code for somebody who is logged in; an earlier one of theirs is no longer good.

    Raises:
        NotFoundError: nobody active has that id.
    """
    code = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
    expires = store.clock() + CODE_LASTS
    async with store.transaction() as db_session:
        await organisation.profile_in(db_session, person_id)
        await db_session.execute(
            delete(LinkCode).where(
                or_(LinkCode.person_id == person_id, LinkCode.expires_at <= store.clock())
            )
        )
        db_session.add(LinkCode(person_id=person_id, code_hash=_hash(code), expires_at=expires))
    return Code(code, expires)


async def redeem(
    store: Store, code: str, channel: str, outside_id: str, reference: Mapping[str, Any]
) -> PersonId | None:
    """Link a chat to the person who got the code, which is used up.

    Args:
        code: as it was typed; case, spaces and hyphens do not matter.

    Returns:
        The person; None for a code that is wrong, old or used.
    """
    async with store.transaction() as db_session:
        used = delete(LinkCode).where(
            LinkCode.code_hash == _hash(code), LinkCode.expires_at > store.clock()
        )
        person_id = await db_session.scalar(used.returning(LinkCode.person_id))
        if person_id is None:
            return None
        found = PersonId(person_id)
        await _link(
            store,
            db_session,
            found,
            channel=channel,
            outside_id=outside_id,
            reference=reference,
        )
        return found


async def link(
    store: Store, channel: str, outside_id: str, person_id: PersonId, reference: Mapping[str, Any]
) -> None:
    """Make a chat a person's own; the one they had before in the channel no longer is.

    Args:
        channel: its name.
        outside_id: what the platform calls the chat.
        reference: what the platform needs to reach it; it is sealed.
    """
    async with store.transaction() as db_session:
        await _link(
            store,
            db_session,
            person_id,
            channel=channel,
            outside_id=outside_id,
            reference=reference,
        )


async def person_of(store: Store, channel: str, outside_id: str) -> PersonId | None:
    """Whose chat it is; None for one that is not linked, or whose person has left."""
    async with store.transaction() as db_session:
        found = await db_session.scalar(
            select(Link.person_id)
            .join(Person, Person.id == Link.person_id)
            .where(Link.channel == channel, Link.outside_id == outside_id, Person.active),
            execution_options=FORGOTTEN,
        )
        return PersonId(found) if found else None


async def reference_of(store: Store, channel: str, person_id: PersonId) -> Linked | None:
    """Where a person can be reached in a channel; None if they have no chat there."""
    async with store.transaction() as db_session:
        row = await db_session.scalar(
            select(Link)
            .join(Person, Person.id == Link.person_id)
            .where(Link.channel == channel, Link.person_id == person_id, Person.active)
        )
        return Linked(row.outside_id, store.cipher.unseal(row.reference_sealed)) if row else None


async def cut(
    db_session: AsyncSession, people: Collection[str], channel: str | None = None
) -> None:
    """Remove people's links and codes, within the transaction of its cause.

    Args:
        people: ids.
        channel: only the links there; all if None.
    """
    links = delete(Link).where(Link.person_id.in_(people))
    await db_session.execute(links.where(Link.channel == channel) if channel else links)
    await db_session.execute(delete(LinkCode).where(LinkCode.person_id.in_(people)))


async def _link(
    store: Store,
    db_session: AsyncSession,
    person_id: PersonId,
    *,
    channel: str,
    outside_id: str,
    reference: Mapping[str, Any],
) -> None:
    same = or_(Link.outside_id == outside_id, Link.person_id == person_id)
    await db_session.execute(delete(Link).where(and_(Link.channel == channel, same)))
    db_session.add(
        Link(
            channel=channel,
            outside_id=outside_id,
            person_id=person_id,
            reference_sealed=store.cipher.seal(dict(reference)),
        )
    )


def _hash(code: str) -> str:
    plain = code.upper().replace(" ", "").replace("-", "")
    return hashlib.sha256(plain.encode()).hexdigest()
