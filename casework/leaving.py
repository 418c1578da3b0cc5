"""What follows when somebody leaves, or is not in the role any more in which they had incidents.

Their name stays in the record (arkivlagen 10 §); an unfinished draft is removed after the same
period as anybody's (`casework.nudges`). Whatever else ties somebody to Lotsen is cut in
`deactivate`, so a table of links to other channels is emptied there too.
"""

from collections.abc import Collection
from itertools import batched
from typing import NamedTuple

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from casework import check_ins, links, prompts
from casework.errors import NotFoundError
from casework.handlers import succeed
from casework.incidents import OPEN, note
from casework.schema import Incident, Participant, Person
from casework.store import Store


class Handed(NamedTuple):
    """What became of the open incidents that somebody was responsible for.

    Attributes:
        on: how many somebody else is responsible for now.
        left: how many nobody else may have; they stay, and the auditor finds those of a leaver.
    """

    on: int = 0
    left: int = 0

    def plus(self, other: "Handed") -> "Handed":
        """Both together."""
        return Handed(self.on + other.on, self.left + other.left)


async def deactivate(store: Store, db_session: AsyncSession, people: Collection[str]) -> Handed:
    """Let people be gone, in the caller's transaction; nothing more for those who were.

    They cannot log in, what they have open takes nothing more (`casework.turns`), nothing is sent
    or asked, and their open incidents go to whoever is next.

    Args:
        people: ids; all who leave together, so that nothing is handed to one of them.

    Raises:
        NotFoundError: nobody has one of the ids.
    """
    batches = list(batched(sorted(set(people)), _BATCH, strict=False))
    for some in batches:
        await _let_go(db_session, some)
    handed = Handed()
    for some in batches:
        await check_ins.stop_all(db_session, some)
        await prompts.take_back_from(store, db_session, some)
        await links.cut(db_session, some)
        for person_id, was in await _with_incidents(db_session, some):
            handed = handed.plus(await step_down(store, db_session, person_id, was))
    return handed


_BATCH = 1000
"""How many people a statement names."""


async def _let_go(db_session: AsyncSession, people: Collection[str]) -> None:
    rows = (await db_session.scalars(select(Person).where(Person.id.in_(people)))).all()
    if len(rows) < len(people):
        raise NotFoundError("person")
    for person in rows:
        person.active = False
        person.email, person.entra_id = None, None
        person.away_until, person.stand_in_id, person.substitute_id = None, None, None
    await db_session.flush()


async def _with_incidents(
    db_session: AsyncSession, people: Collection[str]
) -> list[tuple[str, str]]:
    """Those who are responsible for something open, or take part in something, with their role."""
    is_open = Incident.status.in_(OPEN)
    responsible = select(Incident.id).where(Incident.responsible_id == Person.id, is_open)
    takes_part = select(Participant.incident_id).where(Participant.person_id == Person.id)
    rows = await db_session.execute(
        select(Person.id, Person.role)
        .where(Person.id.in_(people), or_(responsible.exists(), takes_part.exists()))
        .order_by(Person.id)
    )
    return [(row.id, row.role) for row in rows]


async def step_down(store: Store, db_session: AsyncSession, person_id: str, was: str) -> Handed:
    """Let go of the incidents that somebody had in a role, in the caller's transaction.

    The change of the role, or that they have left, is written first. What they were responsible
    for and is closed stays as it was; they take part in nothing any more.

    Args:
        was: the role.
    """
    handed = Handed()
    theirs = await db_session.scalars(
        select(Incident)
        .where(Incident.responsible_id == person_id, Incident.status.in_(OPEN))
        .order_by(Incident.id)
        .with_for_update(of=Incident)
    )
    for incident in theirs.all():
        if await succeed(store, db_session, incident, was):
            handed = handed.plus(Handed(on=1))
            await _take_back(store, db_session, incident, person_id)
        else:
            handed = handed.plus(Handed(left=1))
    shared = await db_session.scalars(
        select(Incident)
        .join(Participant, Participant.incident_id == Incident.id)
        .where(Participant.person_id == person_id)
    )
    for incident in shared.all():
        note(store, db_session, incident, None, f"takes_no_part:{person_id}")
        await _take_back(store, db_session, incident, person_id)
    await db_session.execute(delete(Participant).where(Participant.person_id == person_id))
    return handed


async def _take_back(
    store: Store, db_session: AsyncSession, incident: Incident, person_id: str
) -> None:
    await prompts.take_back(store, db_session, incident, recipients=[person_id])
