"""Lists and logs of incidents show those who may see them what they need, and nobody else."""

from collections.abc import Iterable

import pytest
from sqlalchemy import select

from casework import authorities, check_ins, followup, incidents, overview, papers, reminders
from casework.errors import NotAllowedError, NotFoundError
from casework.followup import TaskId
from casework.report import Facts
from casework.schema import Incident, LogEntry
from casework.store import Store
from casework.vocabulary import IncidentType, PersonId, Recipient, Reference
from tests import builders
from tests.builders import KIM, LO, MIO, SAM, Clock

OMAR, TUVA, NOOR, DISA = map(PersonId, ("omar", "tuva", "noor", "disa"))
MILD = Facts(
    types=(IncidentType.HARASSMENT,), subtypes=("massiva_kontakter",), masked="hon ringer jämt"
)


async def serious(store: Store) -> Reference:
    return (await builders.incident(store)).reference


async def mild(store: Store) -> Reference:
    receipt = await builders.incident(store, facts=MILD, types=(IncidentType.HARASSMENT,))
    return receipt.reference


async def answer(store: Store, task: TaskId) -> None:
    content = builders.content()
    planned = content.policy.step(task.name)
    about_authority = planned and planned.authority
    say_no = authorities.not_reported if about_authority else followup.not_needed
    await say_no(store, content, MIO, task, "behövs inte")


async def keep_from(store: Store, reference: Reference, functions: Iterable[Recipient]) -> None:
    async with store.transaction() as db_session:
        incident = await db_session.scalar(select(Incident).where(Incident.reference == reference))
        assert incident
        incident.kept_from = list(functions)


async def test_cases_come_with_the_most_urgent_first(store: Store, clock: Clock) -> None:
    """Late before not late, then serious, then by deadline."""
    early = await mild(store)
    clock.forward(days=1)
    late_and_serious = await serious(store)
    clock.forward(days=6)
    fresh = await mild(store)

    cases = await overview.cases(store, MIO)

    assert [c.reference for c in cases] == [late_and_serious, early, fresh]
    assert [c.serious for c in cases] == [True, False, False]
    assert [c.next.name for c in cases if c.next] == ["trygghet", "ta_emot", "ta_emot"]


async def test_case_that_is_over_comes_last_until_something_about_it_is_due(
    store: Store, clock: Clock
) -> None:
    closed = await mild(store)
    withdrawn = await mild(store)
    still = await mild(store)
    await incidents.withdraw(store, SAM, withdrawn)
    content = builders.content()
    for task in await followup.plan_of(store, MIO, closed):
        if task.gate:
            await answer(store, TaskId(closed, task.name))
    await followup.done(store, content, MIO, TaskId(closed, "atgarder"))
    await followup.done(store, content, MIO, TaskId(closed, "avsluta"))

    cases = await overview.cases(store, MIO)

    assert [c.reference for c in cases] == [still, withdrawn, closed]
    assert [c.is_over for c in cases] == [False, True, True]

    clock.forward(days=100)
    again = {c.reference: c for c in await overview.cases(store, MIO)}
    assert not again[closed].is_over
    still_asked = again[closed].next
    assert still_asked
    assert still_asked.name == "kontroll_90"
    assert again[withdrawn].is_over


@pytest.mark.parametrize("person", [SAM, KIM, LO, OMAR, TUVA, DISA])
async def test_others_have_no_case_of_it(store: Store, person: PersonId) -> None:
    reference = await serious(store)

    assert await overview.cases(store, person) == []
    for look in (overview.handlers, overview.history):
        with pytest.raises(NotAllowedError):
            await look(store, person, reference)


async def test_look_at_what_is_not_there_is_refused(store: Store) -> None:
    for look in (overview.handlers, overview.history):
        with pytest.raises(NotFoundError):
            await look(store, MIO, Reference("OP-2026-999999"))


async def test_whoever_is_invited_has_the_case(store: Store) -> None:
    reference = await serious(store)
    before = await overview.handlers(store, MIO, reference)
    await followup.invite(store, MIO, reference)

    assert [c.reference for c in await overview.cases(store, LO)] == [reference]
    after = await overview.handlers(store, LO, reference)
    assert (before.responsible, before.others, before.has_hr) == ("Mio Exempelkvist", (), False)
    assert (after.others, after.has_hr) == (("Lo Exempelstrand",), True)


@pytest.mark.parametrize("person", [LO, OMAR])
async def test_hr_and_security_see_what_is_late_and_not_what_happened(
    store: Store, clock: Clock, person: PersonId
) -> None:
    first = await serious(store)
    clock.forward(hours=2)
    await mild(store)
    clock.forward(minutes=1)

    late = await overview.late(store, person)

    assert [each.reference for each in late] == [first]
    assert late[0].step == "Se till att den utsatta är trygg nu"
    assert (late[0].unit, late[0].responsible) == ("Barn och familj norr", "Mio Exempelkvist")
    assert "Sam" not in str(late)
    assert "hotade" not in str(late)


async def test_of_several_late_steps_the_one_that_waited_longest_is_shown(
    store: Store, clock: Clock
) -> None:
    reference = await serious(store)
    clock.forward(days=30)

    late = await overview.late(store, LO)

    assert [(each.reference, each.step) for each in late] == [
        (reference, "Se till att den utsatta är trygg nu")
    ]


@pytest.mark.parametrize("person", [SAM, MIO, KIM, TUVA, DISA, PersonId("admin")])
async def test_nobody_else_sees_what_is_late_elsewhere(
    store: Store, clock: Clock, person: PersonId
) -> None:
    await serious(store)
    clock.forward(days=30)

    assert await overview.late(store, person) == []


async def test_what_is_kept_from_hr_is_not_on_their_list(store: Store, clock: Clock) -> None:
    reference = await serious(store)
    await keep_from(store, reference, [Recipient.HR])
    clock.forward(days=30)

    assert await overview.late(store, LO) == []
    assert [each.reference for each in await overview.late(store, OMAR)] == [reference]


async def test_what_was_withdrawn_is_never_late(store: Store, clock: Clock) -> None:
    reference = await serious(store)
    await incidents.withdraw(store, SAM, reference)
    clock.forward(days=30)

    assert await overview.late(store, LO) == []


async def test_log_says_who_did_what(store: Store, clock: Clock) -> None:
    reference = await serious(store)
    content = builders.content()
    await incidents.acknowledge(store, MIO, reference)
    clock.forward(hours=1)
    await followup.done(store, content, MIO, TaskId(reference, "samtal"))
    await followup.invite(store, MIO, reference)
    await followup.hand_to(store, MIO, reference, KIM)
    await papers.take_police(store, KIM, reference)
    clock.forward(days=60)
    await reminders.escalate(store)

    lines = [(e.who, e.event, e.about) for e in await overview.history(store, KIM, reference)]

    assert lines[:6] == [
        ("Sam Exempelsson", "submitted", ""),
        ("Mio Exempelkvist", "acknowledged", ""),
        ("Mio Exempelkvist", "klart", "Prata med den som är utsatt"),
        ("Mio Exempelkvist", "invited", "Lo Exempelstrand"),
        ("Mio Exempelkvist", "handed_to", "Kim Exempelhed"),
        ("Kim Exempelhed", "take_police_paper", ""),
    ]
    assert (None, "escalated", "Avsluta händelsen") in lines


async def test_opening_is_one_line_a_day_and_person(store: Store, clock: Clock) -> None:
    reference = await serious(store)
    for _ in range(3):
        await incidents.show(store, MIO, reference)
    clock.forward(days=1)
    await incidents.show(store, MIO, reference)

    events = [e.event for e in await overview.history(store, MIO, reference)]

    assert events == ["submitted", "opened", "opened"]


async def test_what_the_reporter_does_for_themself_is_not_in_the_log(
    store: Store, clock: Clock
) -> None:
    reference = await serious(store)
    await incidents.show(store, SAM, reference)
    await papers.take_receipt(store, SAM, reference)
    await check_ins.stop(store, SAM, reference)

    assert [e.event for e in await overview.history(store, MIO, reference)] == ["submitted"]


async def test_every_event_of_the_log_has_words(store: Store, clock: Clock) -> None:
    words = builders.content().taxonomy.answers["log"]
    await test_log_says_who_did_what(store, clock)
    async with store.transaction() as db_session:
        events = {e.partition(":")[0] for e in await db_session.scalars(select(LogEntry.event))}

    assert events <= set(words)
