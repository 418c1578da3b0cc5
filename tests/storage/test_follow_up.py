"""An incident is followed up until it is closed, by whoever may; silence lets nothing lapse."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from casework import (
    authorities,
    check_ins,
    drafts,
    followup,
    handlers,
    incidents,
    prompts,
    reminders,
    submission,
)
from casework.access import Act, may
from casework.auditor import audit
from casework.authorities import Made
from casework.errors import ImpossibleChangeError, NotAllowedError, NotFoundError
from casework.followup import OpenGateError, TaskId
from casework.nudges import look_after_drafts
from casework.organisation import profile
from casework.prompts import Kind
from casework.report import Facts
from casework.schema import Incident, LogEntry, Person, Prompt, Step
from casework.store import Store
from casework.vocabulary import (
    Authority,
    Exposed,
    IncidentType,
    ManagerRank,
    Perpetrator,
    PersonId,
    Recipient,
    Reference,
    ReportedBy,
    ReportOutcome,
    StepOutcome,
    SupportGiven,
    Wellbeing,
)
from tests import builders
from tests.builders import KIM, LO, MIO, SAM

CONTENT = builders.content()
POLICY = CONTENT.policy
OMAR, TUVA, ALVA, RAVI = (PersonId(name) for name in ("omar", "tuva", "alva", "ravi"))
CALM = {"facts": Facts(types=(IncidentType.HARASSMENT,)), "types": (IncidentType.HARASSMENT,)}
AUTHORITIES = ("arbetsmiljoverket", "forsakringskassan", "polis")
EMPLOYER = Made(ReportedBy.EMPLOYER)


async def told(store: Store, **changes: Any) -> Reference:
    return (await builders.incident(store, **changes)).reference


async def do(store: Store, person: PersonId, reference: Reference, *names: str) -> None:
    for name in names:
        await followup.done(store, CONTENT, person, TaskId(reference, name), "så här")


async def pass_the_gate(store: Store, person: PersonId, reference: Reference) -> None:
    await do(store, person, reference, "stod", "riskbedomning", "aterkoppling", "utredning")
    for name in AUTHORITIES:
        await authorities.reported(store, CONTENT, person, TaskId(reference, name), EMPLOYER)


async def close(store: Store, person: PersonId, reference: Reference) -> None:
    await pass_the_gate(store, person, reference)
    await do(store, person, reference, "atgarder", "avsluta")


async def steps(store: Store, reference: Reference) -> dict[str, Step]:
    async with store.transaction() as db_session:
        rows = await db_session.scalars(
            select(Step).join(Incident).where(Incident.reference == reference)
        )
        return {step.name: step for step in rows}


async def row(store: Store, reference: Reference) -> Incident:
    async with store.transaction() as db_session:
        found = await db_session.scalar(select(Incident).where(Incident.reference == reference))
        assert found
        return found


async def change(store: Store, person: PersonId, **values: object) -> None:
    async with store.transaction() as db_session:
        await db_session.execute(update(Person).where(Person.id == person).values(**values))


async def kinds(store: Store, person: PersonId) -> list[Kind]:
    return [p.kind for p in await prompts.waiting(store, person)]


async def show(store: Store, person: PersonId) -> list[Kind]:
    waiting = await prompts.waiting(store, person)
    return [p.kind for p in waiting if await prompts.sent(store, p.id)]


async def tick(store: Store) -> None:
    await reminders.hand_on(store)
    await reminders.remind(store, POLICY)
    await reminders.escalate(store)
    await check_ins.ask(store)


# --- answering steps, and the gate


async def test_incident_closes_only_when_the_gate_is_answered(store: Store) -> None:
    reference = await told(store)

    with pytest.raises(OpenGateError) as error:
        await do(store, MIO, reference, "avsluta")
    assert set(error.value.steps) == {
        *("stod", "arbetsmiljoverket", "forsakringskassan", "polis", "utredning"),
        *("riskbedomning", "aterkoppling"),
    }
    assert (await row(store, reference)).closed_at is None

    await close(store, MIO, reference)

    incident = await row(store, reference)
    assert (incident.status, incident.closed_at) == ("avslutad", store.clock())
    asked = {name for name, step in (await steps(store, reference)).items() if step.remind_at}
    assert asked == {"kontroll_90"}
    assert Kind.CLOSED in await kinds(store, SAM)


async def test_closing_without_measures_says_so_and_asks_nothing_later(store: Store) -> None:
    reference = await told(store)
    await pass_the_gate(store, MIO, reference)
    task = TaskId(reference, "atgarder")
    await followup.not_needed(store, CONTENT, MIO, task, "Inga åtgärder behövs")

    await do(store, MIO, reference, "avsluta")

    assert (await row(store, reference)).status == "avslutad_utan_atgard"
    assert not any(step.remind_at for step in (await steps(store, reference)).values())


async def test_small_event_closes_at_once_and_is_received_by_that(store: Store) -> None:
    reference = await told(store, small=True, **CALM)

    await do(store, MIO, reference, "samtal", "avsluta")

    assert await kinds(store, MIO) == []
    assert await show(store, SAM) == [Kind.ACKNOWLEDGED, Kind.ACTED, Kind.CLOSED]
    spared = (await steps(store, reference))["riskbedomning"]
    assert (spared.outcome, spared.done_by) == (StepOutcome.NOT_NEEDED, None)


async def test_closed_incident_takes_no_more_answers_but_for_what_goes_on(store: Store) -> None:
    reference = await told(store)
    await close(store, MIO, reference)

    for name in ("samtal", "avsluta"):
        with pytest.raises(ImpossibleChangeError):
            await do(store, MIO, reference, name)
        with pytest.raises(ImpossibleChangeError):
            await followup.later(store, CONTENT, MIO, TaskId(reference, name))
        with pytest.raises(ImpossibleChangeError):
            await followup.reopen(store, CONTENT, MIO, TaskId(reference, name))
    await do(store, MIO, reference, "kontroll_90")


async def test_step_answered_again_and_reopened_tells_the_exposed_once(store: Store) -> None:
    reference = await told(store)
    task = TaskId(reference, "atgarder")
    await followup.not_needed(store, CONTENT, MIO, task, "Inga åtgärder behövs")
    await followup.reopen(store, CONTENT, MIO, task)
    assert (await steps(store, reference))["atgarder"].remind_at

    await do(store, MIO, reference, "atgarder", "atgarder")

    assert await kinds(store, SAM) == [Kind.ACKNOWLEDGED, Kind.ACTED]
    (done,) = [t for t in await followup.plan_of(store, MIO, reference) if t.name == "atgarder"]
    assert (done.outcome, done.note, done.is_open) == (StepOutcome.DONE, "så här", False)
    assert done.done_by
    assert done.done_by.startswith("Mio")


async def test_reopened_step_is_escalated_again(store: Store, clock: builders.Clock) -> None:
    reference = await told(store, **CALM)
    await do(store, MIO, reference, "samtal")
    await followup.reopen(store, CONTENT, MIO, TaskId(reference, "samtal"))

    clock.forward(days=20)
    await tick(store)

    assert Kind.ESCALATED in await kinds(store, KIM)


@pytest.mark.parametrize("name", ["ta_emot", "avsluta", "polis"])
async def test_what_is_always_needed_or_counted_is_not_skipped(store: Store, name: str) -> None:
    reference = await told(store)

    with pytest.raises(ImpossibleChangeError):
        await followup.not_needed(store, CONTENT, MIO, TaskId(reference, name), "Nej")


async def test_reason_is_needed_and_receiving_is_not_taken_back(store: Store) -> None:
    reference = await told(store)

    with pytest.raises(ImpossibleChangeError):
        await followup.not_needed(store, CONTENT, MIO, TaskId(reference, "stod"), "  ")
    with pytest.raises(ImpossibleChangeError):
        await followup.reopen(store, CONTENT, MIO, TaskId(reference, "ta_emot"))
    with pytest.raises(ImpossibleChangeError):
        await do(store, MIO, reference, "polis")
    with pytest.raises(NotFoundError):
        await do(store, MIO, reference, "finns_inte")
    with pytest.raises(NotFoundError):
        await do(store, MIO, Reference("OP-2026-999999"), "samtal")


async def test_later_is_the_next_working_day_and_moves_no_deadline(store: Store) -> None:
    reference = await told(store)
    before = (await steps(store, reference))["samtal"].due

    at = await followup.later(store, CONTENT, MIO, TaskId(reference, "samtal"))

    assert (at.date(), at.hour) == (date(2026, 11, 23), 8)
    assert (await steps(store, reference))["samtal"].due == before


async def test_tasks_are_of_own_incidents_the_most_urgent_first(
    store: Store, clock: builders.Clock
) -> None:
    calm = await told(store, **CALM)
    serious = await told(store, person=ALVA)
    assert {t.reference for t in await followup.tasks(store, MIO)} == {calm}
    assert await followup.tasks(store, KIM) == []
    assert {t.reference for t in await followup.tasks(store, TUVA)} == {serious}

    clock.forward(days=3)

    found = await followup.tasks(store, MIO)
    late = [task.due <= clock.now for task in found]
    assert late == sorted(late, reverse=True)


# --- who may


@pytest.mark.parametrize("person", [SAM, ALVA, TUVA, KIM, LO, OMAR])
async def test_nobody_but_the_responsible_handles_it(store: Store, person: PersonId) -> None:
    reference = await told(store)
    task = TaskId(reference, "polis")

    for deed in (
        do(store, person, reference, "samtal"),
        followup.plan_of(store, person, reference),
        followup.later(store, CONTENT, person, task),
        followup.reopen(store, CONTENT, person, task),
        followup.not_needed(store, CONTENT, person, TaskId(reference, "stod"), "Nej"),
        followup.candidates(store, person, reference),
        followup.hand_to(store, person, reference, LO),
        followup.invite(store, person, reference),
        authorities.reported(store, CONTENT, person, task, EMPLOYER),
        authorities.not_reported(store, CONTENT, person, task, "Inget brott"),
        authorities.went_on(store, person, reference, Authority.POLICE, number="1"),
        authorities.of_incident(store, person, reference),
    ):
        with pytest.raises(NotAllowedError):
            await deed


async def test_rights_of_every_role(store: Store) -> None:
    incident = await row(store, await told(store, **CALM))
    for person, acts in {
        SAM: {Act.SEE, Act.ANSWER_CHECK_IN, Act.WITHDRAW},
        MIO: {Act.SEE, Act.HANDLE},
        KIM: set[Act](),
        TUVA: set[Act](),
        LO: {Act.OVERSEE},
        OMAR: {Act.OVERSEE},
    }.items():
        who = await profile(store, person)
        looked_at = (Act.SEE, Act.HANDLE, Act.OVERSEE, Act.ANSWER_CHECK_IN, Act.WITHDRAW)
        assert {act for act in looked_at if may(who, act, incident)} == acts
        assert may(who, Act.HANDLE, incident, takes_part=True)
    incident.kept_from = [Recipient.HR]
    assert not may(await profile(store, LO), Act.OVERSEE, incident)


async def test_invited_hr_handles_it_too_and_is_told_once(store: Store) -> None:
    reference = await told(store)

    guest = await followup.invite(store, MIO, reference)
    await followup.invite(store, MIO, reference)

    assert guest
    assert guest.id == LO
    assert await kinds(store, LO) == [Kind.INVITED]
    await do(store, LO, reference, "samtal")
    assert await followup.invite(store, MIO, reference, Recipient.MANAGER) is None


async def test_handed_over_incident_belongs_to_the_taker(store: Store) -> None:
    reference = await told(store)
    may_take = [p.id for p in await followup.candidates(store, MIO, reference)]
    assert may_take == [KIM, LO, OMAR]

    await followup.hand_to(store, MIO, reference, LO)

    assert await kinds(store, LO) == [Kind.NEW_INCIDENT]
    assert await kinds(store, MIO) == []
    for taker in (TUVA, SAM, LO):
        with pytest.raises(NotAllowedError):
            await followup.hand_to(store, LO, reference, taker)


async def test_taken_over_and_back_and_forth_is_told_each_time(
    store: Store, clock: builders.Clock
) -> None:
    reference = await told(store)
    for giver, taker in ((MIO, LO), (LO, MIO), (MIO, LO)):
        clock.forward(minutes=1)
        await followup.hand_to(store, giver, reference, taker)

        assert Kind.NEW_INCIDENT in await kinds(store, taker)


# --- authorities


async def test_report_to_the_police_is_coded_and_its_number_sealed(store: Store) -> None:
    reference = await told(store)
    task = TaskId(reference, "polis")
    with pytest.raises(ImpossibleChangeError):
        await authorities.went_on(store, MIO, reference, Authority.POLICE, number="K1")
    tomorrow = Made(ReportedBy.EMPLOYER, date(2026, 11, 21))
    with pytest.raises(ImpossibleChangeError):
        await authorities.reported(store, CONTENT, MIO, task, tomorrow)
    with pytest.raises(ImpossibleChangeError):
        await authorities.not_reported(store, CONTENT, MIO, task, " ")
    with pytest.raises(ImpossibleChangeError):
        await authorities.reported(store, CONTENT, MIO, TaskId(reference, "stod"), EMPLOYER)

    await authorities.not_reported(store, CONTENT, MIO, task, "Vi väntar på juristen")
    known = (await authorities.of_incident(store, MIO, reference))[Authority.POLICE]
    assert (known.reported_by, known.reason) == (None, "annat")

    await authorities.reported(store, CONTENT, MIO, task, EMPLOYER)
    await authorities.went_on(
        store, MIO, reference, Authority.POLICE, number=" K-1 ", outcome=ReportOutcome.PROSECUTED
    )
    known = (await authorities.of_incident(store, MIO, reference))[Authority.POLICE]
    assert (known.reported_by, known.reason) == (ReportedBy.EMPLOYER, None)
    assert (known.number, known.outcome) == ("K-1", ReportOutcome.PROSECUTED)


# --- reminding and escalating


async def test_reminders_go_on_until_it_is_done_and_then_stop(
    store: Store, clock: builders.Clock
) -> None:
    reference = await told(store, **CALM)
    await incidents.acknowledge(store, MIO, reference)
    days: list[int] = []
    for day in range(14):
        clock.now = builders.NOON + timedelta(days=day)
        await tick(store)
        if Kind.STEPS in await show(store, MIO):
            days.append(day)
    assert days[0] == 4  # the first digest after Monday noon
    assert not {8, 9} & set(days)  # a weekend

    await close(store, MIO, reference)
    for day in range(14, 100):
        clock.now = builders.NOON + timedelta(days=day)
        await tick(store)
        assert Kind.STEPS not in await show(store, MIO) or day >= 88


async def test_digest_that_nothing_is_left_of_is_not_shown(
    store: Store, clock: builders.Clock
) -> None:
    reference = await told(store, small=True, **CALM)
    clock.forward(days=4)
    await tick(store)
    assert Kind.STEPS in await kinds(store, MIO)

    await do(store, MIO, reference, "samtal", "avsluta")

    assert await kinds(store, MIO) == []
    assert MIO not in [prompt.recipient_id for prompt in await prompts.claim(store)]


async def test_unsent_digest_gives_way_to_the_next(store: Store, clock: builders.Clock) -> None:
    await told(store)
    for _ in range(5):
        clock.forward(days=1)
        await tick(store)

    assert (await kinds(store, MIO)).count(Kind.STEPS) == 1


async def test_two_steps_that_escalate_on_one_day_are_told_of_once(
    store: Store, clock: builders.Clock
) -> None:
    """Two occasions on one day collided, and nothing was escalated any more."""
    reference = await told(store)
    async with store.transaction() as db_session:
        for minutes, name in ((1, "samtal"), (2, "polis")):
            at = clock.now + timedelta(minutes=minutes)
            one = update(Step).where(Step.name == name)
            await db_session.execute(one.values(escalate_at=at))

    for _ in range(2):
        clock.forward(minutes=1)
        assert await reminders.escalate(store) == 1

    for person in (KIM, LO):
        assert await kinds(store, person) == [Kind.ESCALATED]
    assert await kinds(store, SAM) == [Kind.DELAYED]
    found = await steps(store, reference)
    assert found["samtal"].escalated_at
    assert found["polis"].escalated_at


async def test_delay_is_told_when_somebody_new_knows_and_when_it_should_be_closed(
    store: Store, clock: builders.Clock
) -> None:
    await told(store)
    shown: list[int] = []
    for day in range(75):
        clock.now = builders.NOON + timedelta(days=day)
        await tick(store)
        if Kind.DELAYED in await show(store, SAM):
            shown.append(day)

    assert len(shown) == 2
    assert shown[1] >= 60


async def test_what_was_done_before_the_next_level_looked_is_not_told(
    store: Store, clock: builders.Clock
) -> None:
    reference = await told(store, small=True, **CALM)
    clock.forward(days=14)
    await tick(store)
    assert Kind.ESCALATED in await kinds(store, KIM)

    await do(store, MIO, reference, "samtal", "avsluta")

    assert await kinds(store, KIM) == []
    assert Kind.DELAYED not in await kinds(store, SAM)


async def test_escalation_past_the_top_goes_to_hr_and_security(
    store: Store, clock: builders.Clock
) -> None:
    await told(store, person=KIM)
    clock.forward(days=14)
    await tick(store)

    assert Kind.ESCALATED in await kinds(store, OMAR)
    assert Kind.ESCALATED not in await kinds(store, LO)  # responsible already


async def test_escalation_passes_over_whom_it_is_kept_from(
    store: Store, clock: builders.Clock
) -> None:
    hidden = frozenset({Recipient.MANAGER_ABOVE, Recipient.HR})
    await told(store, hidden_from=hidden, recipient=Recipient.MANAGER)
    clock.forward(days=14)
    await tick(store)

    assert await kinds(store, KIM) == []
    assert await kinds(store, LO) == []
    assert Kind.ESCALATED in await kinds(store, OMAR)


async def test_round_comes_once_a_period_and_each_by_itself(
    store: Store, clock: builders.Clock
) -> None:
    rounds = (r for r in POLICY.rounds if not r.old_routines)
    both = [r.model_copy(update={"role": "hr"}) for r in rounds]
    assert await reminders.begin_rounds(store, both) == 2
    assert await reminders.begin_rounds(store, both) == 0
    assert await kinds(store, LO) == [Kind.ROUND, Kind.ROUND]

    clock.forward(days=31)

    assert await reminders.begin_rounds(store, both) == 1
    assert await kinds(store, LO) == [Kind.ROUND, Kind.ROUND]


# --- away, and gone


async def test_stand_in_is_reminded_and_let_in_while_somebody_is_away(
    store: Store, clock: builders.Clock
) -> None:
    reference = await told(store)
    await change(store, MIO, away_until=date(2026, 12, 1), stand_in_id=TUVA)
    clock.forward(days=4)

    await tick(store)

    assert Kind.STEPS in await kinds(store, TUVA)
    assert Kind.STEPS not in await kinds(store, MIO)
    await do(store, TUVA, reference, "samtal")


@pytest.mark.parametrize("stand_in", [SAM, None, LO])
async def test_next_level_stands_in_where_the_stand_in_may_not(
    store: Store, clock: builders.Clock, stand_in: PersonId | None
) -> None:
    hidden = frozenset({Recipient.HR})
    await told(store, hidden_from=hidden, recipient=Recipient.MANAGER)
    await change(store, MIO, away_until=date(2026, 12, 1), stand_in_id=stand_in)
    clock.forward(days=4)

    await reminders.remind(store, POLICY)

    assert Kind.STEPS in await kinds(store, KIM)
    for person in (SAM, LO, MIO):
        assert Kind.STEPS not in await kinds(store, person)


async def test_manager_of_another_unit_does_not_stand_in_where_a_manager_did_it(
    store: Store, clock: builders.Clock
) -> None:
    await told(
        store,
        perpetrator=Perpetrator.MANAGER,
        which_manager=ManagerRank.OTHER,
        recipient=Recipient.MANAGER,
    )
    await change(store, MIO, away_until=date(2026, 12, 1), stand_in_id=TUVA)
    clock.forward(days=4)

    await reminders.remind(store, POLICY)

    assert await kinds(store, TUVA) == []
    assert Kind.STEPS in await kinds(store, KIM)


async def test_incident_of_somebody_who_left_is_handed_on_and_on(store: Store) -> None:
    reference = await told(store)
    for leaves, follows in ((MIO, KIM), (KIM, LO), (LO, OMAR)):
        await change(store, leaves, active=False)
        assert await reminders.hand_on(store) == 1
        assert (await row(store, reference)).responsible_id == follows
        assert await kinds(store, follows) == [Kind.NEW_INCIDENT]
    await change(store, OMAR, active=False)

    assert await reminders.hand_on(store) == 0

    assert (await audit(store, POLICY.reminders.quiet)).orphaned == 1


async def test_nobody_who_left_is_sent_anything(store: Store, clock: builders.Clock) -> None:
    await told(store)
    await change(store, MIO, active=False)

    assert await prompts.claim(store) == []

    clock.forward(minutes=10)
    assert (await audit(store, POLICY.reminders.quiet)).untried == 0


async def test_reporter_who_left_stops_nothing(store: Store, clock: builders.Clock) -> None:
    """The recipients were looked up from whoever reported, and the clock stood still."""
    reference = await told(store)
    await change(store, SAM, active=False)
    await change(store, MIO, away_until=date(2027, 2, 1), stand_in_id=None)
    clock.forward(days=14)

    await tick(store)

    assert Kind.ESCALATED in await kinds(store, LO)
    assert (await row(store, reference)).responsible_id == MIO


async def test_whom_it_is_kept_from_stays_kept_out_in_a_new_place(store: Store) -> None:
    """The manager above became the nearest one, and so the incident's, when somebody left."""
    hidden = frozenset({Recipient.MANAGER_ABOVE})
    reference = await told(store, hidden_from=hidden, recipient=Recipient.MANAGER)
    await change(store, MIO, active=False)

    await reminders.hand_on(store)

    assert (await row(store, reference)).responsible_id == LO
    assert KIM not in [p.id for p in await followup.candidates(store, LO, reference)]


# --- check-ins


async def asked(store: Store, clock: builders.Clock, **changes: Any) -> Reference:
    reference = await told(store, **changes)
    clock.forward(days=3)
    assert await check_ins.ask(store) == 1
    return reference


async def test_no_prompts_the_manager_if_the_person_agrees_and_asks_for_support_again(
    store: Store, clock: builders.Clock
) -> None:
    reference = await asked(store, clock)
    await do(store, MIO, reference, "stod")
    assert await check_ins.unanswered(store, SAM) == [reference]

    await check_ins.answer(
        store, POLICY, SAM, reference, wellbeing=Wellbeing.BAD, support=SupportGiven.NO
    )
    assert await check_ins.unanswered(store, SAM) == []
    assert Kind.SUPPORT_LACKING not in await kinds(store, MIO)
    await check_ins.answer(store, POLICY, SAM, reference, tell_manager=False)
    assert Kind.SUPPORT_LACKING not in await kinds(store, MIO)
    answered = await check_ins.answer(store, POLICY, SAM, reference, tell_manager=True)
    await check_ins.answer(store, POLICY, SAM, reference, tell_manager=True)

    assert (answered.wellbeing, answered.support) == (Wellbeing.BAD, SupportGiven.NO)
    assert (await kinds(store, MIO)).count(Kind.SUPPORT_LACKING) == 1
    assert (await steps(store, reference))["stod"].outcome is None


async def test_lack_of_support_reaches_whoever_acts(store: Store, clock: builders.Clock) -> None:
    reference = await asked(store, clock)
    await change(store, MIO, active=False)

    await check_ins.answer(store, POLICY, SAM, reference, tell_manager=True)

    assert Kind.SUPPORT_LACKING in await kinds(store, KIM)


async def test_check_in_is_answered_only_by_the_exposed_and_only_when_asked(
    store: Store, clock: builders.Clock
) -> None:
    reference = await told(store)
    with pytest.raises(ImpossibleChangeError):
        await check_ins.answer(store, POLICY, SAM, reference, wellbeing=Wellbeing.GOOD)
    for person in (MIO, LO, ALVA):
        with pytest.raises(NotAllowedError):
            await check_ins.answer(store, POLICY, person, reference, wellbeing=Wellbeing.GOOD)
        with pytest.raises(NotAllowedError):
            await check_ins.stop(store, person, reference)


async def test_stopped_means_stopped(store: Store, clock: builders.Clock) -> None:
    reference = await asked(store, clock)

    await check_ins.stop(store, SAM, reference)

    assert Kind.CHECK_IN not in await kinds(store, SAM)
    clock.forward(days=60)
    assert await check_ins.ask(store) == 0


async def test_somebody_who_was_away_finds_one_check_in(
    store: Store, clock: builders.Clock
) -> None:
    await told(store)
    clock.forward(days=60)

    await check_ins.ask(store)

    assert (await kinds(store, SAM)).count(Kind.CHECK_IN) == 1


async def test_only_the_exposed_are_asked(store: Store, clock: builders.Clock) -> None:
    await told(store, exposed=Exposed.WITNESSED)
    clock.forward(days=60)

    assert await check_ins.ask(store) == 0


# --- withdrawn and corrected


async def test_withdrawn_incident_asks_nothing_more(store: Store, clock: builders.Clock) -> None:
    reference = await asked(store, clock)
    await followup.invite(store, MIO, reference)
    await tick(store)
    await incidents.withdraw(store, SAM, reference)

    assert await kinds(store, MIO) == [Kind.WITHDRAWN]
    assert await kinds(store, LO) == []
    assert await kinds(store, SAM) == []
    assert await check_ins.unanswered(store, SAM) == []
    with pytest.raises(ImpossibleChangeError):
        await check_ins.answer(store, POLICY, SAM, reference, tell_manager=True)
    with pytest.raises(ImpossibleChangeError):
        await do(store, MIO, reference, "samtal")
    clock.forward(days=100)
    await tick(store)
    assert await kinds(store, MIO) == [Kind.WITHDRAWN]
    assert (await audit(store, POLICY.reminders.quiet)).forgotten == 0


async def correct(store: Store, reference: Reference, **changes: Any) -> None:
    corrected = (await submission.as_answers(store, SAM, reference)).having(
        changing=False, send=True, **changes
    )
    await drafts.begin(store, SAM, await builders.conversation(store), corrected)
    await submission.amend(store, CONTENT, SAM)


GRAVE = {"facts": Facts(types=(IncidentType.VIOLENCE,), serious=True), "small": False}


async def test_correction_that_makes_it_serious_brings_the_plan_forward(
    store: Store, clock: builders.Clock
) -> None:
    reference = await told(store, **CALM)
    before = await steps(store, reference)
    clock.forward(hours=2)

    await correct(store, reference, types=(IncidentType.VIOLENCE,), **GRAVE)

    after = await steps(store, reference)
    assert set(after) - set(before) == {"trygghet"}
    assert all(after[name].due <= before[name].due for name in before)
    assert after["arbetsmiljoverket"].due < before["arbetsmiljoverket"].due
    assert all(s.escalate_at > clock.now for s in after.values() if s.escalate_at)


async def test_small_event_that_was_worse_is_asked_the_gate_after_all(
    store: Store, clock: builders.Clock
) -> None:
    """It could be closed without a risk assessment: the steps counted as not needed."""
    reference = await told(store, small=True, **CALM)
    clock.forward(days=10)

    await correct(store, reference, types=(IncidentType.VIOLENCE,), **GRAVE)

    with pytest.raises(OpenGateError):
        await do(store, MIO, reference, "avsluta")
    assert (await steps(store, reference))["riskbedomning"].remind_at


async def test_correction_keeps_it_from_whom_it_was_kept(store: Store) -> None:
    hidden = frozenset({Recipient.MANAGER})
    reference = await told(store, hidden_from=hidden, recipient=Recipient.HR)

    await correct(store, reference, description="det var värre")

    incident = await row(store, reference)
    assert incident.kept_from == [Recipient.MANAGER]
    assert (incident.kept_from_people, incident.responsible_id) == ([MIO], LO)


async def test_correction_takes_the_incident_and_what_waits_from_the_influencer(
    store: Store, clock: builders.Clock
) -> None:
    reference = await told(store)
    await incidents.acknowledge(store, MIO, reference)
    await followup.hand_to(store, MIO, reference, KIM)
    clock.forward(minutes=1)

    await correct(
        store,
        reference,
        perpetrator=Perpetrator.MANAGER,
        which_manager=ManagerRank.ABOVE,
        recipient=Recipient.HR,
    )

    assert await kinds(store, KIM) == []
    assert await kinds(store, MIO) == []
    assert set(await kinds(store, LO)) == {Kind.HANDED_OVER, Kind.AMENDED}


async def test_repetition_is_asked_for_special_support(store: Store) -> None:
    first = await told(store)
    second = await told(store, series=first)

    assert "upprepning" in await steps(store, second)
    assert "upprepning" not in await steps(store, first)


# --- the outbox


async def test_two_claimers_never_get_the_same_prompt(store: Store) -> None:
    for person in (SAM, ALVA, PersonId("noor"), MIO):
        await told(store, person=person)

    claimed = await asyncio.gather(*(prompts.claim(store) for _ in range(4)))

    ids = [prompt.id for batch in claimed for prompt in batch]
    assert len(ids) == len(set(ids)) == 4


async def test_claim_that_ran_out_is_taken_again_with_the_same_key(
    store: Store, clock: builders.Clock
) -> None:
    await told(store)
    (first,) = await prompts.claim(store)
    assert await prompts.claim(store) == []

    clock.forward(seconds=31)
    (again,) = await prompts.claim(store)

    assert again.key == first.key
    clock.forward(seconds=31)
    assert await prompts.claim(store) == []  # the pause grows
    await prompts.put_back(store, [again.id])
    clock.forward(seconds=31)
    assert len(await prompts.claim(store, [MIO])) == 1
    assert await prompts.sent(store, again.id, "push")
    assert not await prompts.sent(store, again.id)
    clock.forward(days=1)
    assert await prompts.claim(store) == []


async def test_claims_are_for_those_who_can_be_reached(store: Store) -> None:
    await told(store)

    assert await prompts.claim(store, []) == []
    assert await prompts.claim(store, [SAM]) == []
    assert [p.recipient_id for p in await prompts.claim(store, [MIO])] == [MIO]


async def test_auditor_finds_what_nobody_tried_and_what_nobody_is_reminded_of(
    store: Store, clock: builders.Clock
) -> None:
    reference = await told(store)
    quiet = POLICY.reminders.quiet
    assert not any(vars(await audit(store, quiet)).values())

    clock.forward(minutes=6)
    async with store.transaction() as db_session:
        await db_session.execute(update(Step).values(remind_at=None))
    found = await audit(store, quiet)
    assert (found.untried, found.forgotten) == (1, 1)
    assert (await audit(store, quiet, thoroughly=False)).forgotten == 0

    clock.forward(hours=12)
    assert (await audit(store, quiet)).untried == 0  # at night nothing is tried
    await incidents.withdraw(store, SAM, reference)
    assert (await audit(store, quiet)).forgotten == 0


async def test_draft_that_was_changed_is_no_alarm(store: Store, clock: builders.Clock) -> None:
    await builders.draft(store)
    clock.forward(days=3)
    await look_after_drafts(store, POLICY.drafts)
    await drafts.discard(store, SAM)
    clock.forward(minutes=10)

    assert (await audit(store, POLICY.reminders.quiet)).untried == 0


async def test_upwards_never_names_whom_it_is_kept_from_or_the_responsible(store: Store) -> None:
    hidden = frozenset({Recipient.MANAGER})
    incident = await row(store, await told(store, hidden_from=hidden, recipient=Recipient.HR))

    async with store.transaction() as db_session:
        found = [p.id for p in await handlers.upwards(db_session, incident)]

    assert found == [KIM, OMAR]


async def test_batch_that_is_cut_off_still_tells_everybody_once(
    store: Store, clock: builders.Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "_BATCH", 7)
    for person in (SAM, ALVA, PersonId("noor")):
        await told(store, person=person)
        await told(store, person=person)
    clock.forward(days=4)

    assert await reminders.remind(store, POLICY) == 3

    async with store.transaction() as db_session:
        rows = await db_session.scalars(select(Prompt).where(Prompt.kind == Kind.STEPS))
        assert sorted(p.recipient_id for p in rows) == [MIO, RAVI, TUVA]
    assert await reminders.remind(store, POLICY) == 0


async def test_everything_that_is_done_is_in_the_log(store: Store, clock: builders.Clock) -> None:
    reference = await told(store)
    await close(store, MIO, reference)
    clock.forward(days=1)

    log: list[LogEntry] = await incidents.log_of(store, reference)

    assert {"submitted", "acknowledged", "klart:stod", "klart:polis", "closed"} <= {
        entry.event for entry in log
    }
    assert {entry.person_id for entry in log} == {SAM, MIO}
