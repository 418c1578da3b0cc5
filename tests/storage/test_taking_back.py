"""An answer that is taken back leaves the matter as if it had not been given."""

from sqlalchemy import select

from casework import authorities, followup, prompts
from casework.authorities import Made
from casework.export import records
from casework.followup import TaskId
from casework.report import Facts
from casework.schema import Step
from casework.store import Store
from casework.vocabulary import Authority, IncidentType, Reference, ReportedBy, Status
from tests import builders
from tests.builders import MIO


async def step_of(store: Store, name: str) -> Step:
    async with store.transaction() as db_session:
        return (await db_session.scalars(select(Step).where(Step.name == name))).one()


async def test_step_that_is_asked_again_is_escalated_again_if_it_comes_too_late(
    store: Store,
) -> None:
    reference = (await builders.incident(store)).reference
    before = (await step_of(store, "samtal")).escalate_at
    assert before
    task = TaskId(reference, "samtal")

    await followup.done(store, builders.content(), MIO, task)
    assert (await step_of(store, "samtal")).escalate_at is None
    await followup.reopen(store, builders.content(), MIO, task)

    assert (await step_of(store, "samtal")).escalate_at == before


async def test_report_that_is_taken_back_is_counted_no_more(store: Store) -> None:
    reference = (await builders.incident(store)).reference
    task, content = TaskId(reference, "polis"), builders.content()
    made = Made(ReportedBy.EMPLOYER, number=" 5000-K1-26 ")
    await authorities.reported(store, content, MIO, task, made)
    known = (await authorities.of_incident(store, MIO, reference))[Authority.POLICE]
    assert known.number == "5000-K1-26"
    assert (await records(store))[0]["police"]["status"] == "reported"

    await followup.reopen(store, content, MIO, task)

    assert await authorities.of_incident(store, MIO, reference) == {}
    assert (await records(store))[0]["police"]["status"] == "undecided"


async def test_number_that_is_not_said_leaves_the_one_that_stands(store: Store) -> None:
    reference = (await builders.incident(store)).reference
    task, content = TaskId(reference, "polis"), builders.content()
    await authorities.reported(store, content, MIO, task, Made(ReportedBy.EMPLOYER, number="K1"))

    await authorities.reported(store, content, MIO, task, Made(ReportedBy.EXPOSED))

    known = (await authorities.of_incident(store, MIO, reference))[Authority.POLICE]
    assert (known.number, known.reported_by) == ("K1", ReportedBy.EXPOSED)


async def test_small_event_that_is_closed_at_once_has_been_received(store: Store) -> None:
    """All its gates are answered from the start; its first prompt must not come for ever."""
    facts = Facts(types=(IncidentType.HARASSMENT,), masked="hon skrek i receptionen")
    receipt = await builders.incident(
        store, facts=facts, types=(IncidentType.HARASSMENT,), small=True, police=None, support=None
    )
    reference = Reference(receipt.reference)

    await followup.done(store, builders.content(), MIO, TaskId(reference, "avsluta"), "noterat")

    assert (await records(store))[0]["status"] == Status.CLOSED
    assert prompts.Kind.NEW_INCIDENT not in {p.kind for p in await prompts.waiting(store, MIO)}
    assert (await step_of(store, "ta_emot")).outcome == "klart"
