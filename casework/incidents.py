"""Submitted reports: made from a draft on an explicit yes, acknowledged, shown, withdrawn."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from casework import drafts, prompts, tallies
from casework.access import Act, require
from casework.clock import SWEDEN
from casework.content import Content
from casework.errors import ImpossibleChangeError, NotFoundError
from casework.organisation import Profile, profile_in, recipients
from casework.report import (
    Answers,
    Occurred,
    Outcome,
    barred,
    forms,
    gaps,
    is_serious,
    next_question,
    outcome,
)
from casework.schema import Counter, Incident, LogEntry, Step
from casework.store import Store, count_up
from casework.vocabulary import (
    Area,
    Channel,
    Perpetrator,
    PersonId,
    PoliceWish,
    Purpose,
    Recipient,
    Reference,
    Status,
    Support,
)

ACKNOWLEDGE, TALK = "ta_emot", "samtal"
"""Steps that every plan has; the receipt promises them."""

_MAY_FOLLOW: dict[Status, frozenset[Status]] = {
    Status.SUBMITTED: frozenset({Status.ACKNOWLEDGED, Status.WITHDRAWN}),
    Status.ACKNOWLEDGED: frozenset({Status.INVESTIGATING, Status.TRANSFERRED, Status.WITHDRAWN}),
    Status.INVESTIGATING: frozenset(
        {Status.ACTING, Status.FOLLOWING_UP, Status.TRANSFERRED, Status.WITHDRAWN}
        | {Status.CLOSED_WITHOUT_ACTION}
    ),
    Status.ACTING: frozenset({Status.FOLLOWING_UP, Status.WITHDRAWN}),
    Status.FOLLOWING_UP: frozenset({Status.ACTING, Status.CLOSED}),
    Status.CLOSED: frozenset(),
    Status.CLOSED_WITHOUT_ACTION: frozenset(),
    Status.TRANSFERRED: frozenset(),
    Status.WITHDRAWN: frozenset(),
}


@dataclass(frozen=True)
class Receipt:
    """What the person is told after sending in."""

    reference: Reference
    responsible: str
    """Name of whoever got the report."""
    acknowledge_by: datetime
    talk_by: datetime


@dataclass(frozen=True)
class Shown:
    """An incident as somebody who may see it gets it."""

    reference: Reference
    status: Status
    types: list[str]
    description: str
    occurred: Occurred | None
    perpetrator: Perpetrator
    channel: Channel
    area: Area
    purpose: Purpose
    police_wish: PoliceWish
    support_wanted: list[Support]
    serious: bool
    gaps: list[str]
    reporter: str


async def submit(store: Store, content: Content, person_id: PersonId) -> Receipt:
    """Turn the person's draft into an incident and prompt whoever is responsible.

    The draft, the incident, its plan, the prompt and the log change in one transaction.

    Raises:
        ImpossibleChangeError: the draft lacks answers, above all the explicit yes, or is no
            incident, or nobody may get it.
        NotFoundError: there is no draft.
    """
    async with store.transaction() as db_session:
        answers = await drafts.take(store, db_session, person_id)
        if answers is None:
            raise NotFoundError("draft")
        if not answers.send or next_question(answers) or outcome(answers) is not Outcome.INCIDENT:
            raise ImpossibleChangeError("the draft is not ready to be sent")
        reporter = await profile_in(db_session, person_id)
        responsible = receiver(answers, await recipients(db_session, person_id))
        if responsible is None:
            raise ImpossibleChangeError("nobody may get the report")
        incident = _incident(store, content, answers, reporter)
        incident.responsible_id = responsible.id
        incident.reference = await _next_reference(store, db_session)
        db_session.add(incident)
        await db_session.flush()
        plan = {step.name: step for step in _plan(content, incident)}
        db_session.add_all(plan.values())
        _log(store, db_session, incident, person_id, "submitted")
        prompts.add(store, db_session, prompts.Kind.NEW_INCIDENT, incident, responsible.id)
        if answers.count:
            await tallies.add(store, db_session, answers.routed_types)
        return Receipt(
            reference=Reference(incident.reference),
            responsible=responsible.name,
            acknowledge_by=plan[ACKNOWLEDGE].due,
            talk_by=plan[TALK].due,
        )


async def hand_over(store: Store, person_id: PersonId) -> bool:
    """Forget a draft that must not be recorded; count it if the person agreed.

    Returns:
        Whether it was counted.
    """
    async with store.transaction() as db_session:
        answers = await drafts.take(store, db_session, person_id)
        if answers is None or not answers.count:
            return False
        await tallies.add(store, db_session, answers.routed_types)
        return True


async def acknowledge(store: Store, person_id: PersonId, reference: Reference) -> Shown:
    """Note that the responsible person has received the incident, and tell the reporter.

    Raises:
        NotFoundError, NotAllowedError: no such incident, or not theirs to handle.
        ImpossibleChangeError: it was withdrawn.
    """
    async with store.transaction() as db_session:
        incident = await _open(db_session, person_id, reference, Act.HANDLE)
        await prompts.answer(store, db_session, prompts.Kind.NEW_INCIDENT, incident)
        if incident.status == Status.SUBMITTED:
            move(incident, Status.ACKNOWLEDGED)
            await _step_done(store, db_session, incident, ACKNOWLEDGE, person_id)
            _log(store, db_session, incident, person_id, "acknowledged")
            prompts.add(
                store, db_session, prompts.Kind.ACKNOWLEDGED, incident, incident.reporter_id
            )
        elif incident.status == Status.WITHDRAWN:
            raise ImpossibleChangeError("withdrawn")
        return await _shown(store, db_session, incident)


async def show(store: Store, person_id: PersonId, reference: Reference) -> Shown:
    """The incident, for somebody who may see it; every opening is logged.

    Raises:
        NotFoundError, NotAllowedError: no such incident, or not theirs to see.
    """
    async with store.transaction() as db_session:
        incident = await _open(db_session, person_id, reference, Act.SEE)
        _log(store, db_session, incident, person_id, "opened")
        return await _shown(store, db_session, incident)


async def of_reporter(store: Store, person_id: PersonId) -> list[Shown]:
    """The person's own reports, newest first."""
    async with store.transaction() as db_session:
        rows = await db_session.scalars(
            select(Incident).where(Incident.reporter_id == person_id).order_by(Incident.id.desc())
        )
        return [await _shown(store, db_session, incident) for incident in rows]


async def log_of(store: Store, reference: Reference) -> list[LogEntry]:
    """What was done with an incident, oldest first; for those who review the log."""
    async with store.transaction() as db_session:
        rows = await db_session.scalars(
            select(LogEntry)
            .join(Incident, LogEntry.incident_id == Incident.id)
            .where(Incident.reference == reference)
            .order_by(LogEntry.id)
        )
        return list(rows)


def receiver(answers: Answers, possible: Mapping[Recipient, Profile]) -> Profile | None:
    """Who gets the report: the person's choice, else the manager, never the influencer.

    Args:
        answers: the report.
        possible: who holds each function (`casework.organisation.recipients`).
    """
    wanted = [answers.recipient] if answers.recipient else []
    allowed = [r for r in (*wanted, *Recipient) if r in possible and r not in barred(answers)]
    return possible[allowed[0]] if allowed else None


def move(incident: Incident, status: Status) -> None:
    """Change the status.

    Raises:
        ImpossibleChangeError: the routine does not lead from the present status to this one.
    """
    if status not in _MAY_FOLLOW[Status(incident.status)]:
        raise ImpossibleChangeError(f"{incident.status} -> {status}")
    incident.status = status


def _incident(store: Store, content: Content, answers: Answers, reporter: Profile) -> Incident:
    """The record of the answers; it lacks a reference and somebody responsible."""
    taxonomy, facts = content.taxonomy, answers.facts
    occurred = answers.occurred
    return Incident(
        created_at=store.clock(),
        status=Status.SUBMITTED,
        reporter_id=reporter.id,
        unit_id=reporter.unit_id,
        occurred_start=occurred.start if occurred else None,
        occurred_end=occurred.end if occurred else None,
        types=list(answers.recorded_types),
        subtypes=list(forms(answers, taxonomy)),
        suggested_types=[t for t in facts.types if t not in answers.routed_types],
        purpose=answers.purpose or Purpose.UNSURE,
        perpetrator=answers.perpetrator or Perpetrator.UNKNOWN,
        pattern=facts.pattern,
        channel=answers.channel or Channel.UNKNOWN,
        area=answers.area or Area.UNKNOWN,
        serious=is_serious(answers, taxonomy),
        gaps=[str(q) for q in gaps(answers)],
        police_wish=answers.police or PoliceWish.UNSURE,
        support_wanted=[s for s in answers.support or () if s is not Support.NONE],
        told_sealed=store.cipher.seal(
            {
                "description": facts.masked or answers.description,
                "occurred_text": occurred.text if occurred else "",
            }
        ),
    )


async def _next_reference(store: Store, db_session: AsyncSession) -> Reference:
    year = store.clock().astimezone(SWEDEN).year
    number = await count_up(db_session, Counter.last, series=f"incidents-{year}")
    return Reference(f"OP-{year}-{number:06}")


def _plan(content: Content, incident: Incident) -> Iterable[Step]:
    for step in content.policy.steps:
        hours = step.serious_hours if incident.serious and step.serious_hours else step.hours
        yield Step(
            incident_id=incident.id,
            name=step.name,
            due=incident.created_at + timedelta(hours=hours),
        )


async def _step_done(
    store: Store, db_session: AsyncSession, incident: Incident, name: str, person_id: PersonId
) -> None:
    step = await db_session.scalar(
        select(Step).where(Step.incident_id == incident.id, Step.name == name)
    )
    if step and step.done_at is None:
        step.done_at, step.done_by = store.clock(), person_id


async def _open(
    db_session: AsyncSession, person_id: PersonId, reference: Reference, act: Act
) -> Incident:
    incident = await db_session.scalar(select(Incident).where(Incident.reference == reference))
    if incident is None:
        raise NotFoundError("incident")
    person = await profile_in(db_session, person_id)
    require(person, act, incident)
    return incident


async def _shown(store: Store, db_session: AsyncSession, incident: Incident) -> Shown:
    told = store.cipher.unseal(incident.told_sealed)
    reporter = await profile_in(db_session, incident.reporter_id)
    when = Occurred(
        text=told["occurred_text"], start=incident.occurred_start, end=incident.occurred_end
    )
    return Shown(
        reference=Reference(incident.reference),
        status=Status(incident.status),
        types=incident.types,
        description=told["description"],
        occurred=when if when.text or when.start else None,
        perpetrator=Perpetrator(incident.perpetrator),
        channel=Channel(incident.channel),
        area=Area(incident.area),
        purpose=Purpose(incident.purpose),
        police_wish=PoliceWish(incident.police_wish),
        support_wanted=[Support(s) for s in incident.support_wanted],
        serious=incident.serious,
        gaps=incident.gaps,
        reporter=reporter.name,
    )


def _log(
    store: Store, db_session: AsyncSession, incident: Incident, person_id: PersonId, event: str
) -> None:
    db_session.add(
        LogEntry(incident_id=incident.id, at=store.clock(), person_id=person_id, event=event)
    )
