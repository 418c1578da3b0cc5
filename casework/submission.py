"""From draft to record: sending in, adding to and correcting a report, handing over.

Each takes the draft, and writes all that follows from it in the same transaction.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from casework import drafts, prompts, tallies
from casework.access import Act
from casework.clock import SWEDEN
from casework.content import Content
from casework.errors import ImpossibleChangeError, NotFoundError
from casework.followup import give, kept_out
from casework.incidents import ACKNOWLEDGE, SETTLED, TALK, note, open_for, withdraw_in
from casework.organisation import Profile, profile_in, recipients
from casework.plan import make_check_ins, make_plan, tighten
from casework.report import (
    NO_SERIES,
    Answers,
    Facts,
    Occurred,
    Outcome,
    Question,
    barred,
    forms,
    gaps,
    is_serious,
    next_question,
    outcome,
    route,
)
from casework.schema import Counter, Incident, Participant, Step
from casework.store import Store, count_up
from casework.vocabulary import (
    Area,
    Channel,
    Exposed,
    IncidentType,
    Pattern,
    Perpetrator,
    PersonId,
    PoliceReason,
    PoliceWish,
    Purpose,
    Recipient,
    Reference,
    Sign,
    Status,
    Support,
)

_CORRECTABLE = (
    *("occurred_start", "occurred_end", "types", "subtypes", "purpose", "perpetrator"),
    *("pattern", "channel", "area", "serious", "small", "lex_sarah", "exposed", "gaps"),
    *("police_wish", "police_reason", "support_wanted", "told_sealed", "kept_from"),
)
_SERIES_SPAN = timedelta(days=180)
_MOST_EARLIER = 3


@dataclass(frozen=True)
class Receipt:
    """What the person is told after sending in."""

    reference: Reference
    responsible: str
    """Name of whoever got the report."""
    acknowledge_by: datetime
    talk_by: datetime


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
        possible = await recipients(db_session, person_id)
        responsible = receiver(answers, possible)
        if responsible is None:
            raise ImpossibleChangeError("nobody may get the report")
        incident = _incident(store, content, answers, reporter)
        incident.responsible_id = responsible.id
        incident.kept_from_people = _kept_from(answers, possible)
        incident.series = await _series(db_session, person_id, answers)
        incident.reference = await _next_reference(store, db_session)
        db_session.add(incident)
        await db_session.flush()
        plan = {step.name: step for step in make_plan(store, content.policy, incident)}
        db_session.add_all([*plan.values(), *make_check_ins(content.policy, incident)])
        note(store, db_session, incident, person_id, "submitted")
        await prompts.add(store, db_session, prompts.Kind.NEW_INCIDENT, incident, responsible.id)
        if answers.count:
            await tallies.add(store, db_session, answers.routed_types)
        drafts.leave_waiting(store, db_session, person_id, answers)
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
        if answers is None:
            return False
        drafts.leave_waiting(store, db_session, person_id, answers)
        if answers.amends:
            await _erase(store, db_session, person_id, answers.amends)
        if answers.count:
            await tallies.add(store, db_session, answers.routed_types)
        return bool(answers.count)


async def _erase(
    store: Store, db_session: AsyncSession, person_id: PersonId, reference: Reference
) -> None:
    """A report that turns out to be about what must not be recorded loses its content."""
    incident = await open_for(db_session, person_id, reference, Act.AMEND)
    incident.told_sealed = store.cipher.seal({"description": "", "occurred_text": ""})
    incident.types, incident.subtypes, incident.suggested_types = [], [], []
    await withdraw_in(store, db_session, incident, person_id)


async def amend(store: Store, content: Content, person_id: PersonId) -> Reference:
    """Add the person's draft to the report that it amends, or let it replace what stands there.

    A correction by which the receiver turns out to be the influencer moves the report.

    Raises:
        ImpossibleChangeError: the draft lacks the explicit yes, or the report was withdrawn or
            closed, or nobody may get it.
        NotFoundError, NotAllowedError: there is no such draft or report, or it is not theirs.
    """
    async with store.transaction() as db_session:
        answers = await drafts.take(store, db_session, person_id)
        if answers is None or answers.amends is None:
            raise NotFoundError("draft")
        if not answers.send or next_question(answers):
            raise ImpossibleChangeError("the draft is not ready to be sent")
        incident = await open_for(db_session, person_id, answers.amends, Act.AMEND)
        if Status(incident.status) in SETTLED:
            raise ImpossibleChangeError(incident.status)
        if answers.adding:
            _append(store, incident, answers)
        else:
            await _replace(store, db_session, content, incident, answers)
        event = "added" if answers.adding else "corrected"
        entry = note(store, db_session, incident, person_id, event)
        await db_session.flush()
        kind, receiver_id = prompts.Kind.AMENDED, incident.responsible_id
        await prompts.add(store, db_session, kind, incident, receiver_id, occasion=str(entry.id))
        drafts.leave_waiting(store, db_session, person_id, answers)
        return Reference(incident.reference)


def _append(store: Store, incident: Incident, answers: Answers) -> None:
    told = store.cipher.unseal(incident.told_sealed)
    day = store.clock().astimezone(SWEDEN).date().isoformat()
    more = answers.facts.masked or answers.description
    told["description"] = f"{told['description']}\n\nTillagt {day}: {more}"
    incident.told_sealed = store.cipher.seal(told)


async def _replace(
    store: Store, db_session: AsyncSession, content: Content, incident: Incident, answers: Answers
) -> None:
    reporter = await profile_in(db_session, incident.reporter_id)
    corrected = _incident(store, content, answers, reporter)
    for field in _CORRECTABLE:
        setattr(incident, field, getattr(corrected, field))
    plan = list(await db_session.scalars(select(Step).where(Step.incident_id == incident.id)))
    wanted = make_plan(store, content.policy, incident)
    db_session.add_all(tighten(plan, wanted, store.clock()))
    possible = await recipients(db_session, incident.reporter_id, incident.unit_id)
    kept_from = {*incident.kept_from_people, *_kept_from(answers, possible)}
    incident.kept_from_people = sorted(kept_from)
    shut_out = await kept_out(db_session, incident)
    await prompts.take_back(store, db_session, incident, recipients=shut_out)
    await db_session.execute(
        delete(Participant).where(
            Participant.incident_id == incident.id, Participant.person_id.in_(shut_out)
        )
    )
    if incident.responsible_id in shut_out:
        others = {r: p for r, p in possible.items() if p.id not in shut_out}
        responsible = receiver(answers, others)
        if responsible is None:
            raise ImpossibleChangeError("nobody may get the report")
        await give(store, db_session, incident, responsible)


async def as_answers(store: Store, person_id: PersonId, reference: Reference) -> Answers:
    """The answers of a submitted report, for its reporter to correct.

    Raises:
        NotFoundError, NotAllowedError: no such report, or not theirs.
        ImpossibleChangeError: it was withdrawn or is closed.
    """
    async with store.transaction() as db_session:
        incident = await open_for(db_session, person_id, reference, Act.AMEND)
        if Status(incident.status) in SETTLED:
            raise ImpossibleChangeError(incident.status)
        possible = await recipients(db_session, person_id)
        holder = (r for r, p in possible.items() if p.id == incident.responsible_id)
        return _answers(store, incident, next(holder, None))


def _answers(store: Store, incident: Incident, recipient: Recipient | None) -> Answers:
    told = store.cipher.unseal(incident.told_sealed)
    occurred = Occurred(
        text=told["occurred_text"], start=incident.occurred_start, end=incident.occurred_end
    )
    types = tuple(map(IncidentType, incident.types))
    return Answers(
        amends=Reference(incident.reference),
        description=told["description"],
        facts=Facts(
            types=types,
            subtypes=tuple(incident.subtypes),
            serious=incident.serious,
            pattern=Pattern(incident.pattern),
            masked=told["description"],
            signs=frozenset({Sign.CLIENT_AT_RISK} if incident.lex_sarah else ()),
        ),
        types=types,
        keep=True,
        small=incident.small,
        exposed=Exposed(incident.exposed),
        perpetrator=Perpetrator(incident.perpetrator),
        recipient=recipient,
        hidden_from=frozenset(map(Recipient, incident.kept_from)),
        purpose=Purpose(incident.purpose),
        occurred=occurred if occurred.text or occurred.start else None,
        channel=Channel(incident.channel),
        area=Area(incident.area),
        police=PoliceWish(incident.police_wish),
        police_reason=PoliceReason(incident.police_reason) if incident.police_reason else None,
        support=tuple(map(Support, incident.support_wanted)),
        unknown=frozenset(map(Question, incident.gaps)),
        changing=True,
    )


async def earlier(
    store: Store,
    person_id: PersonId,
    types: Iterable[IncidentType],
    perpetrator: Perpetrator,
) -> tuple[Reference, ...]:
    """The person's own reports that an event may be a repetition of (domain R5).

    Returns:
        At most three of the last half-year with the same kind of influencer and a type in
        common, newest first.
    """
    since, wanted = store.clock() - _SERIES_SPAN, set(types)
    async with store.transaction() as db_session:
        rows = await db_session.scalars(
            select(Incident)
            .where(Incident.reporter_id == person_id, Incident.created_at > since)
            .where(Incident.status != Status.WITHDRAWN, Incident.perpetrator == perpetrator)
            .order_by(Incident.id.desc())
        )
        alike = [Reference(i.reference) for i in rows if wanted & set(i.types)]
        return tuple(alike[:_MOST_EARLIER])


async def _series(db_session: AsyncSession, person_id: PersonId, answers: Answers) -> str | None:
    """The first incident of the series that the person says this belongs to."""
    if answers.series in (None, NO_SERIES):
        return None
    incident = await open_for(db_session, person_id, Reference(answers.series or ""), Act.SEE)
    incident.series = incident.series or incident.reference
    return incident.series


def _kept_from(answers: Answers, possible: Mapping[Recipient, Profile]) -> list[str]:
    """Who holds the functions that must not get the report, now."""
    return sorted({possible[r].id for r in barred(answers) if r in possible})


def receiver(answers: Answers, possible: Mapping[Recipient, Profile]) -> Profile | None:
    """Who gets the report: the person's choice, else the manager, never the influencer.

    Args:
        answers: the report.
        possible: who holds each function (`casework.organisation.recipients`).
    """
    chosen = answers.recipient if route(answers).chosen_by_person else None
    wanted = [chosen] if chosen else []
    allowed = [r for r in (*wanted, *Recipient) if r in possible and r not in barred(answers)]
    return possible[allowed[0]] if allowed else None


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
        small=answers.small,
        lex_sarah=Sign.CLIENT_AT_RISK in facts.signs,
        exposed=answers.exposed or Exposed.SELF,
        police_reason=answers.police_reason if answers.police is PoliceWish.NO else None,
        kept_from=sorted(barred(answers)),
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
