"""What is done with an incident until it is closed: steps answered, handed on, closed.

Everything here is asked for by a person, checked by `casework.access`, written in one transaction
with what follows from it, and noted in the incident's log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from casework import prompts
from casework.access import Act
from casework.content import Content, Policy
from casework.errors import ImpossibleChangeError, NotAllowedError, NotFoundError
from casework.incidents import (
    ACKNOWLEDGE,
    CLOSE,
    FEEDBACK,
    GONE,
    MEASURES,
    TALK,
    acknowledge_in,
    advance,
    note,
    open_for,
)
from casework.organisation import Profile, everybody_of, name_of, recipients
from casework.plan import ask_again, next_reminder, tomorrow
from casework.prompts import Kind
from casework.schema import AuthorityReport, Incident, Participant, Step
from casework.store import Store, insert_once
from casework.vocabulary import (
    Authority,
    Exposed,
    PersonId,
    Recipient,
    Reference,
    Status,
    StepOutcome,
)


class OpenGateError(ImpossibleChangeError):
    """An incident cannot be closed yet.

    Attributes:
        steps: names of the steps that lack an answer, in the order of the plan.
    """

    def __init__(self, steps: Sequence[str]) -> None:
        super().__init__("steps without an answer")
        self.steps = tuple(steps)


class TaskId(NamedTuple):
    """Names a step of an incident."""

    reference: Reference
    name: str


class Answer(NamedTuple):
    """How a step is answered.

    Attributes:
        text: what was done, or why it is not needed.
    """

    name: str
    by: PersonId
    outcome: StepOutcome
    text: str = ""


@dataclass(frozen=True)
class Task:
    """A step as whoever handles the incident sees it; times are aware."""

    reference: Reference
    serious: bool
    name: str
    label: str
    why: str
    basis: str
    gate: bool
    due: datetime
    outcome: StepOutcome | None
    done_at: datetime | None
    done_by: str | None
    """Name of whoever answered it."""
    note: str
    """What was done, or why it is not needed."""
    asked: bool = True
    """Whether it is still reminded of; not once it is answered, nor when the matter is over."""

    @property
    def is_open(self) -> bool:
        return self.outcome is None


async def tasks(store: Store, person_id: PersonId) -> list[Task]:
    """All open steps of the incidents that a person handles, the most urgent first.

    What is serious comes first where both are late or both are not.
    """
    async with store.transaction() as db_session:
        now = store.clock()
        rows = await db_session.execute(
            select(Step, Incident)
            .join(Incident, Step.incident_id == Incident.id)
            .where(is_handled_by(person_id), is_asked())
        )
        found = [_task(store, step, incident, None) for step, incident in rows]
    return sorted(found, key=lambda t: (t.due > now, not t.serious, t.due))


async def plan_of(store: Store, person_id: PersonId, reference: Reference) -> list[Task]:
    """Every step of an incident in the order of its deadlines, answered or not.

    Raises:
        NotFoundError, NotAllowedError: no such incident, or not theirs to handle.
    """
    async with store.transaction() as db_session:
        incident = await open_for(db_session, person_id, reference, Act.HANDLE)
        rows = await _steps(db_session, incident)
        names = {
            step.done_by: await name_of(db_session, step.done_by) for step in rows if step.done_by
        }
        return [_task(store, s, incident, names.get(s.done_by or "")) for s in rows]


class Feedback(NamedTuple):
    """What whoever reported may know of the follow-up.

    Attributes:
        responsible: name of whoever has the incident.
        done: what was written to them, or else what was decided; empty if nothing was yet.
    """

    responsible: str
    done: str


async def feedback(store: Store, person_id: PersonId, reference: Reference) -> Feedback:
    """What whoever reported an incident is told of what was done (seed S000 3.3.2).

    Raises:
        NotFoundError, NotAllowedError: no such incident, or not reported by them.
    """
    async with store.transaction() as db_session:
        incident = await open_for(db_session, person_id, reference, Act.SEE)
        if incident.reporter_id != person_id:
            raise NotAllowedError(Act.SEE)
        written = {
            step.name: store.cipher.unseal(step.note_sealed)["text"]
            for step in await _steps(db_session, incident)
            if step.note_sealed and step.outcome == StepOutcome.DONE
        }
        told = next((written[name] for name in reversed(TOLD_TO_REPORTER) if name in written), "")
        return Feedback(await name_of(db_session, incident.responsible_id), told)


async def done(
    store: Store,
    content: Content,
    person_id: PersonId,
    task: TaskId,
    text: str = "",
) -> None:
    """Note that a step is done; closing is the last one.

    Args:
        text: what was done, in the person's words; sealed.

    Raises:
        NotFoundError, NotAllowedError: no such step or incident, or not theirs to handle.
        ImpossibleChangeError: it is closed or withdrawn; a report to an authority must be said
            with who made it (`casework.authorities`).
        OpenGateError: closing, and steps lack an answer.
    """
    async with store.transaction() as db_session:
        incident = await handled(db_session, person_id, task.reference)
        if content.policy.authority_of(task.name):
            raise ImpossibleChangeError("who reported to the authority must be said")
        answer = Answer(task.name, person_id, StepOutcome.DONE, text)
        if task.name == CLOSE:
            await _close(store, db_session, incident, answer)
        else:
            await answer_step(store, db_session, content.policy, incident, answer)


async def not_needed(
    store: Store,
    content: Content,
    person_id: PersonId,
    task: TaskId,
    reason: str,
) -> None:
    """Note that a step is not needed, and why.

    Raises:
        NotFoundError, NotAllowedError, ImpossibleChangeError: as `done`; also without a reason,
            for receiving and closing, which are always needed, and for a report to an authority
            (`casework.authorities`).
    """
    if not reason.strip() or task.name in (ACKNOWLEDGE, CLOSE):
        raise ImpossibleChangeError("a reason is needed")
    async with store.transaction() as db_session:
        incident = await handled(db_session, person_id, task.reference)
        if content.policy.authority_of(task.name):
            raise ImpossibleChangeError("what was decided about the authority must be countable")
        answer = Answer(task.name, person_id, StepOutcome.NOT_NEEDED, reason)
        await answer_step(store, db_session, content.policy, incident, answer)


async def later(store: Store, content: Content, person_id: PersonId, task: TaskId) -> datetime:
    """Remind of a step on the next working day instead; its deadline stays.

    Returns:
        When.

    Raises:
        NotFoundError, NotAllowedError, ImpossibleChangeError: as `done`.
    """
    async with store.transaction() as db_session:
        incident = await handled(db_session, person_id, task.reference)
        step = await _open_step(db_session, incident, task.name)
        step.remind_at = tomorrow(content.policy, store.clock())
        note(store, db_session, incident, person_id, f"postponed:{task.name}")
        return step.remind_at


async def reopen(store: Store, content: Content, person_id: PersonId, task: TaskId) -> None:
    """Take back the answer to a step; it is asked again, and escalated if it comes too late.

    What was noted of a report to an authority is forgotten with the answer.

    Raises:
        NotFoundError, NotAllowedError: no such step or incident, or not theirs to handle.
        ImpossibleChangeError: the incident is closed or withdrawn, or the step is receiving it.
    """
    if task.name == ACKNOWLEDGE:
        raise ImpossibleChangeError("it has been received")
    async with store.transaction() as db_session:
        incident = await handled(db_session, person_id, task.reference)
        if incident.closed_at:
            raise ImpossibleChangeError("it is closed")
        step = await _step(db_session, incident, task.name)
        remind_at = next_reminder(content.policy, incident, step, store.clock())
        ask_again(content.policy, incident, step, remind_at)
        if authority := content.policy.authority_of(task.name):
            await _forget_report(db_session, incident, authority)
        note(store, db_session, incident, person_id, f"reopened:{task.name}")


async def _forget_report(
    db_session: AsyncSession, incident: Incident, authority: Authority
) -> None:
    row = await db_session.get(
        AuthorityReport, {"incident_id": incident.id, "authority": authority}
    )
    if row:
        await db_session.delete(row)


async def candidates(store: Store, person_id: PersonId, reference: Reference) -> list[Profile]:
    """Who may take an incident over: those of the reporter's line, HR and security.

    Never the influencer, nor anybody the reporter does not want to see it.

    Raises:
        NotFoundError, NotAllowedError, ImpossibleChangeError: as `done`.
    """
    async with store.transaction() as db_session:
        incident = await handled(db_session, person_id, reference)
        found = {p.id: p for p in (await allowed(db_session, incident)).values()}
        return [p for p in found.values() if p.id != incident.responsible_id]


async def hand_to(
    store: Store, person_id: PersonId, reference: Reference, to: PersonId
) -> Profile:
    """Let somebody else be responsible, and tell them.

    Raises:
        NotFoundError, NotAllowedError, ImpossibleChangeError: as `done`; also if they may not.
    """
    async with store.transaction() as db_session:
        incident = await handled(db_session, person_id, reference)
        possible = (await allowed(db_session, incident)).values()
        taker = next((p for p in possible if p.id == to), None)
        if taker is None or to == incident.responsible_id:
            raise NotAllowedError("may not take it over")
        await give(store, db_session, incident, taker)
        note(store, db_session, incident, person_id, f"handed_to:{to}")
        return taker


async def invite(
    store: Store, person_id: PersonId, reference: Reference, function: Recipient = Recipient.HR
) -> Profile | None:
    """Let HR (or another function) take part, and tell them.

    Returns:
        Who it is; None if nobody there may.

    Raises:
        NotFoundError, NotAllowedError, ImpossibleChangeError: as `done`.
    """
    async with store.transaction() as db_session:
        incident = await handled(db_session, person_id, reference)
        guest = (await allowed(db_session, incident)).get(function)
        if guest is None or guest.id == incident.responsible_id:
            return None
        if await take_part(store, db_session, incident, guest, "invited"):
            day = store.clock().date().isoformat()
            await prompts.add(store, db_session, Kind.INVITED, incident, guest.id, occasion=day)
            note(store, db_session, incident, person_id, f"invited:{guest.id}")
        return guest


async def _close(
    store: Store, db_session: AsyncSession, incident: Incident, answer: Answer
) -> None:
    """Close an incident; what is not asked later is asked no more."""
    closing = await _open_step(db_session, incident, CLOSE)
    await acknowledge_in(store, db_session, incident, answer.by)
    steps = await _steps(db_session, incident)
    if missing := [step.name for step in steps if step.gate and step.outcome is None]:
        raise OpenGateError(missing)
    measures = next((s for s in steps if s.name == MEASURES), None)
    acted = measures is None or measures.outcome == StepOutcome.DONE
    advance(incident, Status.CLOSED if acted else Status.CLOSED_WITHOUT_ACTION)
    incident.closed_at = store.clock()
    for step in steps:
        if not step.stays or not acted:
            step.remind_at = None
        step.escalate_at = None
    _write(store, closing, answer)
    note(store, db_session, incident, answer.by, "closed")
    await prompts.take_back(store, db_session, incident, kinds=_MOOT_WHEN_CLOSED)
    await prompts.add(store, db_session, Kind.CLOSED, incident, incident.reporter_id)


_MOOT_WHEN_CLOSED = frozenset(
    {Kind.NEW_INCIDENT, Kind.HANDED_OVER, Kind.INVITED, Kind.ESCALATED, Kind.DELAYED}
)
"""Kinds that ask somebody to act, or say that nobody does."""


async def answer_step(
    store: Store, db_session: AsyncSession, policy: Policy, incident: Incident, answer: Answer
) -> None:
    """Answer a step in the caller's transaction; whoever handles the incident has been let in.

    Raises:
        NotFoundError: the plan has no such step.
        ImpossibleChangeError: the incident is closed, and the step is not one that goes on.
    """
    step = await _step(db_session, incident, answer.name)
    if incident.closed_at and not step.stays:
        raise ImpossibleChangeError("it is closed")
    # Whoever acts on an incident has received it.
    await acknowledge_in(store, db_session, incident, answer.by)
    _write(store, step, answer)
    note(store, db_session, incident, answer.by, f"{answer.outcome}:{answer.name}")
    planned = policy.step(answer.name)
    if planned and planned.status and answer.outcome is StepOutcome.DONE:
        advance(incident, planned.status)
    if _is_news(incident, answer):
        reporter = incident.reporter_id
        await prompts.add(store, db_session, Kind.ACTED, incident, reporter, occasion=answer.name)


def _is_news(incident: Incident, answer: Answer) -> bool:
    """Whether the exposed person is told that somebody acted (seed S000 3.3.2).

    That no measures are needed is a decision they hear of too. Of a small event hardly more than
    a talk is asked, and whoever reported for somebody else was not there.
    """
    if answer.name == TALK:
        return incident.small or incident.exposed != Exposed.SELF
    is_done = answer.outcome is StepOutcome.DONE
    return answer.name in TOLD_TO_REPORTER and (is_done or answer.name == MEASURES)


TOLD_TO_REPORTER = (MEASURES, FEEDBACK)
"""In the order in which they are done; the last one that was written is what is told."""


def _write(store: Store, step: Step, answer: Answer) -> None:
    step.done_at, step.done_by, step.outcome = store.clock(), answer.by, answer.outcome
    text = answer.text.strip()
    step.note_sealed = store.cipher.seal({"text": text}) if text else None
    step.remind_at, step.escalate_at = None, None


async def give(store: Store, db_session: AsyncSession, incident: Incident, taker: Profile) -> None:
    """Make somebody responsible, in the caller's transaction, and tell them once."""
    incident.responsible_id = taker.id
    acknowledged = incident.status != Status.SUBMITTED
    kind = Kind.HANDED_OVER if acknowledged else Kind.NEW_INCIDENT
    await prompts.answer(store, db_session, Kind.NEW_INCIDENT, incident)
    occasion = f"{store.clock():%Y%m%dT%H%M%S%f}"
    await prompts.add(store, db_session, kind, incident, taker.id, occasion=occasion)


async def take_part(
    store: Store, db_session: AsyncSession, incident: Incident, person: Profile, why: str
) -> bool:
    """Let somebody take part; whether they did not before."""
    return await insert_once(
        db_session,
        Participant,
        incident_id=incident.id,
        person_id=person.id,
        why=why,
        since=store.clock(),
    )


async def allowed(db_session: AsyncSession, incident: Incident) -> dict[Recipient, Profile]:
    """Who may handle an incident, by function: neither the influencer nor the reporter."""
    possible = await recipients(db_session, incident.reporter_id, incident.unit_id)
    shut_out = await kept_out(db_session, incident)
    return {r: p for r, p in possible.items() if p.id not in shut_out}


async def kept_out(db_session: AsyncSession, incident: Incident) -> set[str]:
    """Whom an incident is kept from: those who held the functions then, and all of HR, say."""
    if not incident.kept_from:
        return set()
    return {*incident.kept_from_people, *await everybody_of(db_session, incident.kept_from)}


def is_handled_by(person_id: PersonId) -> ColumnElement[bool]:
    """Incidents that somebody is responsible for or takes part in."""
    takes_part = select(Participant.incident_id).where(Participant.person_id == person_id)
    return or_(Incident.responsible_id == person_id, Incident.id.in_(takes_part))


def is_asked() -> ColumnElement[bool]:
    """Steps that still are to be answered."""
    return Step.remind_at.is_not(None)


async def handled(db_session: AsyncSession, person_id: PersonId, reference: Reference) -> Incident:
    """The incident, if the person may handle it and it is neither withdrawn nor handed on.

    Raises:
        NotFoundError, NotAllowedError: no such incident, or not theirs to handle.
        ImpossibleChangeError: it is withdrawn or transferred.
    """
    incident = await open_for(db_session, person_id, reference, Act.HANDLE)
    if incident.status in GONE:
        raise ImpossibleChangeError(incident.status)
    return incident


async def _steps(db_session: AsyncSession, incident: Incident) -> list[Step]:
    rows = await db_session.scalars(
        select(Step).where(Step.incident_id == incident.id).order_by(Step.due, Step.id)
    )
    return list(rows)


async def _step(db_session: AsyncSession, incident: Incident, name: str) -> Step:
    step = await db_session.scalar(
        select(Step).where(Step.incident_id == incident.id, Step.name == name)
    )
    if step is None:
        raise NotFoundError("step")
    return step


async def _open_step(db_session: AsyncSession, incident: Incident, name: str) -> Step:
    step = await _step(db_session, incident, name)
    if step.outcome is not None or step.remind_at is None:
        raise ImpossibleChangeError("it is not asked any more")
    return step


def _task(store: Store, step: Step, incident: Incident, done_by: str | None) -> Task:
    sealed = step.note_sealed
    return Task(
        reference=Reference(incident.reference),
        serious=incident.serious,
        name=step.name,
        label=step.label,
        why=step.why,
        basis=step.basis,
        gate=step.gate,
        due=step.due,
        outcome=StepOutcome(step.outcome) if step.outcome else None,
        done_at=step.done_at,
        done_by=done_by,
        note=store.cipher.unseal(sealed)["text"] if sealed else "",
        asked=step.remind_at is not None,
    )
