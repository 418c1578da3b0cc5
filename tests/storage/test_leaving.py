"""Whoever leaves is let go at once, and what they had goes to whoever is next."""

from typing import Any

import pytest
from sqlalchemy import select

from casework import (
    check_ins,
    drafts,
    followup,
    incidents,
    organisation,
    overview,
    prompts,
    reminders,
    turns,
)
from casework.access import Act
from casework.auditor import audit
from casework.errors import NotAllowedError, NotFoundError
from casework.leaving import Handed, deactivate
from casework.nudges import look_after_drafts
from casework.organisation_file import OrganisationFile
from casework.organisation_import import import_organisation
from casework.prompts import Kind
from casework.schema import CheckIn, Incident, Person, Prompt
from casework.store import Store
from casework.vocabulary import Perpetrator, PersonId, Recipient
from tests import builders
from tests.builders import KIM, LO, MIO, SAM

CONTENT = builders.content()
OMAR, TUVA = PersonId("omar"), PersonId("tuva")
NORTH = "barn-och-familj-norr"


async def leaves(store: Store, person: PersonId) -> Handed:
    async with store.transaction() as db_session:
        return await deactivate(store, db_session, [person])


async def becomes(store: Store, person: PersonId, role: str, unit: str = NORTH) -> Handed:
    entry = {"id": person, "name": "Mio Exempelkvist", "role": role, "unit": unit}
    file = OrganisationFile.model_validate({"people": [entry]})
    return (await import_organisation(store, file)).handed


async def responsible(store: Store, reference: str) -> str:
    async with store.transaction() as db_session:
        return str(
            await db_session.scalar(
                select(Incident.responsible_id).where(Incident.reference == reference)
            )
        )


async def kinds(store: Store, person: PersonId) -> list[Kind]:
    return [p.kind for p in await prompts.waiting(store, person)]


async def unanswered(store: Store, person: PersonId) -> int:
    async with store.transaction() as db_session:
        rows = await db_session.scalars(
            select(Prompt).where(Prompt.recipient_id == person, Prompt.answered_at.is_(None))
        )
        return len(rows.all())


async def test_open_incidents_go_to_whoever_is_next_and_it_is_logged(store: Store) -> None:
    one, two = [(await builders.incident(store)).reference for _ in range(2)]
    assert await unanswered(store, MIO)

    assert await leaves(store, MIO) == Handed(on=2)

    for reference in (one, two):
        assert await responsible(store, reference) == KIM
        events = [entry.event for entry in await incidents.log_of(store, reference)]
        assert events.count(f"handed_to:{KIM}") == 1
    assert await kinds(store, KIM) == [Kind.NEW_INCIDENT] * 2
    assert await unanswered(store, MIO) == 0
    assert await reminders.hand_on(store) == 0


async def test_closed_incident_keeps_the_name_of_whoever_had_it(store: Store) -> None:
    reference = (await builders.incident(store)).reference
    await incidents.withdraw(store, SAM, reference)

    assert await leaves(store, MIO) == Handed()

    assert await responsible(store, reference) == MIO
    told = await followup.feedback(store, SAM, reference)
    assert told.responsible == "Mio Exempelkvist"


async def test_incident_that_nobody_else_may_have_is_found_by_the_auditor(store: Store) -> None:
    await builders.incident(store)
    for person in (KIM, LO, OMAR):
        await leaves(store, person)

    assert await leaves(store, MIO) == Handed(left=1)

    quiet = CONTENT.policy.reminders.quiet
    assert (await audit(store, quiet)).orphaned == 1


async def test_all_who_leave_at_once_get_nothing_handed_to_them(store: Store) -> None:
    reference = (await builders.incident(store)).reference
    people = [{"id": p, "name": p, "unit": NORTH, "active": False} for p in (MIO, KIM)]
    file = OrganisationFile.model_validate({"people": people})

    assert (await import_organisation(store, file)).handed == Handed(on=1)

    assert await responsible(store, reference) == LO
    log = [entry.event for entry in await incidents.log_of(store, reference)]
    assert [event for event in log if event.startswith("handed_to")] == [f"handed_to:{LO}"]
    async with store.transaction() as db_session:
        told = await db_session.scalars(select(Prompt).where(Prompt.recipient_id == KIM))
        assert told.all() == []


async def test_manager_who_becomes_staff_hands_on_what_they_had(store: Store) -> None:
    reference = (await builders.incident(store)).reference

    assert await becomes(store, MIO, "staff") == Handed(on=1)

    assert await responsible(store, reference) == KIM
    assert await kinds(store, MIO) == []
    with pytest.raises(NotAllowedError):
        await incidents.show(store, MIO, reference)


async def test_hr_who_becomes_a_manager_hands_on_to_another_outside_the_line(
    store: Store,
) -> None:
    insider: dict[str, Any] = {"perpetrator": Perpetrator.COLLEAGUE, "recipient": Recipient.HR}
    reference = (await builders.incident(store, **insider)).reference
    assert await responsible(store, reference) == LO

    assert await becomes(store, LO, "manager", "socialforvaltningen") == Handed(on=1)

    assert await responsible(store, reference) == OMAR


async def test_staff_who_become_managers_hand_on_nothing(store: Store) -> None:
    await builders.incident(store)

    assert await becomes(store, SAM, "manager") == Handed()
    assert await becomes(store, MIO, "manager", "socialforvaltningen") == Handed()


async def test_nobody_takes_part_after_they_left_or_changed_their_role(store: Store) -> None:
    reference = (await builders.incident(store)).reference
    await followup.invite(store, MIO, reference, Recipient.HR)
    await followup.invite(store, MIO, reference, Recipient.SECURITY)

    await leaves(store, LO)
    await becomes(store, OMAR, "staff", "socialforvaltningen")

    assert (await overview.handlers(store, MIO, reference)).others == ()
    with pytest.raises(NotAllowedError):
        await incidents.show(store, OMAR, reference)
    about = [e.about for e in await overview.history(store, MIO, reference) if e.about]
    assert about.count("Lo Exempelstrand") == 2
    words = CONTENT.taxonomy.answers["log"]
    assert {e.event for e in await overview.history(store, MIO, reference)} <= set(words)


async def test_leaver_is_asked_and_sent_nothing_more_not_even_if_they_come_back(
    store: Store, clock: builders.Clock
) -> None:
    reference = (await builders.incident(store)).reference
    await incidents.acknowledge(store, MIO, reference)
    assert await kinds(store, SAM) == [Kind.ACKNOWLEDGED]

    await leaves(store, SAM)
    clock.forward(days=40)

    assert await check_ins.ask(store) == 0
    assert await prompts.claim(store) == []
    async with store.transaction() as db_session:
        (await db_session.get_one(Person, SAM)).active = True
        waits = await db_session.scalars(select(CheckIn).where(CheckIn.ask_at.is_not(None)))
        assert waits.all() == []
    assert await kinds(store, SAM) == []


async def test_leaver_can_do_nothing_and_is_found_by_no_login(store: Store) -> None:
    async with store.transaction() as db_session:
        row = await db_session.get_one(Person, SAM)
        row.email = "sam@exempelkommun.example"
        row.entra_id = "0f6d4c1e-0000-4000-8000-00000000abcd"
    conversation = await builders.conversation(store, SAM)
    reference = (await builders.incident(store)).reference

    await leaves(store, SAM)

    with pytest.raises(NotFoundError):
        await turns.receive(store, conversation, "1", {"text": "hej"})
    assert await turns.unhandled(store, conversation) == []
    with pytest.raises(NotFoundError):
        await incidents.show(store, SAM, reference)
    with pytest.raises(NotFoundError):
        async with store.transaction() as db_session:
            await incidents.open_for(db_session, SAM, reference, Act.SEE)
    assert await organisation.by_email(store, "sam@exempelkommun.example") is None
    async with store.transaction() as db_session:
        row = await db_session.get_one(Person, SAM)
        assert (row.email, row.entra_id) == (None, None)
        assert await organisation.name_of(db_session, SAM) == "Sam Exempelsson"


async def test_draft_of_a_leaver_is_removed_after_the_usual_period(
    store: Store, clock: builders.Clock
) -> None:
    await builders.draft(store)
    await leaves(store, SAM)

    clock.forward(days=29)
    await look_after_drafts(store, CONTENT.policy.drafts)
    assert await drafts.find(store, SAM)
    clock.forward(days=1)
    await look_after_drafts(store, CONTENT.policy.drafts)

    assert await drafts.find(store, SAM) is None
    assert await prompts.claim(store) == []


async def test_reminders_of_whoever_is_away_go_to_the_substitute_of_the_register(
    store: Store, clock: builders.Clock
) -> None:
    reference = (await builders.incident(store)).reference
    async with store.transaction() as db_session:
        mio = await db_session.get_one(Person, MIO)
        mio.substitute_id, mio.away_until = TUVA, (clock.now.date().replace(day=30))
    clock.forward(days=4)

    await reminders.remind(store, CONTENT.policy)

    assert Kind.STEPS in await kinds(store, TUVA)
    assert await kinds(store, KIM) == []
    log = {e.event: e.about for e in await overview.history(store, TUVA, reference)}
    assert log["stands_in"] == "Tuva Exempellund"
    assert set(log) <= set(CONTENT.taxonomy.answers["log"])


async def test_nobody_with_that_id_cannot_leave(store: Store) -> None:
    with pytest.raises(NotFoundError):
        await leaves(store, PersonId("nobody"))


async def test_thousands_may_leave_together(store: Store) -> None:
    """More than a statement names."""
    reference = (await builders.incident(store)).reference
    many = [f"p-{n}" for n in range(2_500)]
    people = [{"id": p, "name": p, "unit": NORTH} for p in many]
    await import_organisation(store, OrganisationFile.model_validate({"people": people}))

    async with store.transaction() as db_session:
        assert await deactivate(store, db_session, [*many, MIO, KIM]) == Handed(on=1)

    assert await responsible(store, reference) == LO
    assert len(await organisation.everybody(store)) == 9


async def test_leaving_twice_changes_nothing_more(store: Store) -> None:
    await builders.incident(store)
    await leaves(store, MIO)

    assert await leaves(store, MIO) == Handed()
