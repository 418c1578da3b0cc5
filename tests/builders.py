"""Builds values with good defaults, so that a test says only what matters to it."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from casework import drafts, submission, turns
from casework.clock import utc_now
from casework.content import Content, load_content
from casework.incidents import Shown
from casework.organisation_file import DEMO_FILE, read_organisation
from casework.organisation_import import import_organisation
from casework.report import Answers, Facts, Occurred, Question
from casework.routines import Routines, load_routines
from casework.schema import Person
from casework.store import Store
from casework.submission import Receipt
from casework.vocabulary import (
    Area,
    Channel,
    ConversationId,
    Exposed,
    IncidentType,
    Perpetrator,
    PersonId,
    PoliceWish,
    Purpose,
    Reference,
    Status,
    Support,
)
from tests.lotsen_process import ROOT

SAM, MIO, KIM, LO = PersonId("sam"), PersonId("mio"), PersonId("kim"), PersonId("lo")
NOON = datetime(2026, 11, 20, 11, 0, tzinfo=UTC)
_SHIFT = NOON + timedelta(days=3) - utc_now()


def from_noon() -> datetime:
    """A clock that goes on, from a working day at noon: no hours are quiet then."""
    return utc_now() + _SHIFT


TakePaper = Callable[[Store, PersonId, Reference], Awaitable[object]]
"""Either of the two functions of `casework.papers` that take a paper."""


class Clock:
    """A clock that a test moves."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)


def content() -> Content:
    """The content that ships."""
    return load_content(ROOT / "data")


def routines() -> Routines:
    """The routine texts that ship."""
    return load_routines(ROOT / "data")


def answers(**changes: Any) -> Answers:
    """A report that lacks nothing, about a threat by phone."""
    complete = Answers(
        description="han ringde och hotade mig",
        facts=Facts(
            types=(IncidentType.THREAT,),
            subtypes=("hot_om_vald",),
            serious=True,
            masked="han ringde och hotade mig",
        ),
        types=(IncidentType.THREAT,),
        perpetrator=Perpetrator.CLIENT,
        purpose=Purpose.YES,
        unknown=frozenset({Question.OCCURRED}),
        channel=Channel.PHONE,
        area=Area.CHILDREN,
        police=PoliceWish.EMPLOYER,
        support=(Support.MANAGER_TALK,),
        send=True,
    )
    return complete.having(**changes)


def shown(**changes: Any) -> Shown:
    """An incident as whoever may see it gets it: a threat by phone."""
    incident = Shown(
        reference=Reference("OP-2026-000001"),
        status=Status.SUBMITTED,
        types=[IncidentType.THREAT],
        description="Han sa: ”jag vet var du bor”. Jag blev rädd.",
        occurred=Occurred(text="igår", start=NOON - timedelta(days=1), end=NOON),
        perpetrator=Perpetrator.RELATIVE,
        channel=Channel.PHONE,
        area=Area.CHILDREN,
        purpose=Purpose.YES,
        police_wish=PoliceWish.EMPLOYER,
        support_wanted=[Support.OCCUPATIONAL_HEALTH],
        serious=True,
        small=False,
        lex_sarah=False,
        exposed=Exposed.SELF,
        police_reason=None,
        series=[],
        gaps=[],
        reporter="Sam Exempelsson",
        reporter_id=SAM,
        created=NOON,
    )
    return replace(incident, **changes)


async def fill_with_demo(store: Store) -> None:
    """Give an empty store its schema and the demo organisation."""
    await store.migrate()
    demo = read_organisation(ROOT / "data" / DEMO_FILE)
    await import_organisation(store, demo)


async def conversation(store: Store, person: PersonId = SAM) -> ConversationId:
    """A conversation of somebody who is logged in."""
    made = turns.new_conversation_id()
    await turns.start_conversation(store, made, person, "web")
    return made


async def draft(store: Store, person: PersonId = SAM, **changes: Any) -> ConversationId:
    """A draft of a complete report."""
    made = await conversation(store, person)
    await drafts.begin(store, person, made, answers(**changes))
    return made


async def incident(store: Store, person: PersonId = SAM, **changes: Any) -> Receipt:
    """A submitted report."""
    await draft(store, person, **changes)
    return await submission.submit(store, content(), person)


async def move(store: Store, person: PersonId, unit: str) -> None:
    """Let somebody begin to work at another unit."""
    async with store.transaction() as db_session:
        (await db_session.get_one(Person, person)).unit_id = unit
