"""Whoever reported is told what was done, nobody else by that way; a digest comes once a day."""

import pytest

from casework import followup, prompts, reminders
from casework.errors import NotAllowedError
from casework.followup import TaskId
from casework.prompts import Kind
from casework.store import Store
from casework.vocabulary import PersonId, Reference
from tests import builders
from tests.builders import KIM, LO, MIO, SAM

CONTENT = builders.content()
MEASURES, FEEDBACK = "Två handläggare vid varje besök.", "Tack. Nu är ni alltid två."


async def _reported(store: Store) -> Reference:
    return (await builders.incident(store)).reference


async def test_nothing_is_told_before_something_was_written(store: Store) -> None:
    reference = await _reported(store)

    told = await followup.feedback(store, SAM, reference)

    assert told == ("Mio Exempelkvist", "")


async def test_the_feedback_is_told_rather_than_the_measures(store: Store) -> None:
    reference = await _reported(store)
    await followup.done(store, CONTENT, MIO, TaskId(reference, "utredning"), "bara för chefen")
    await followup.done(store, CONTENT, MIO, TaskId(reference, "atgarder"), MEASURES)
    assert (await followup.feedback(store, SAM, reference)).done == MEASURES

    await followup.done(store, CONTENT, MIO, TaskId(reference, "aterkoppling"), FEEDBACK)
    assert (await followup.feedback(store, SAM, reference)).done == FEEDBACK


async def test_a_reason_why_it_is_not_needed_is_not_told(store: Store) -> None:
    reference = await _reported(store)
    task = TaskId(reference, "aterkoppling")

    await followup.not_needed(store, CONTENT, MIO, task, "Personen vill inte")

    assert not (await followup.feedback(store, SAM, reference)).done


@pytest.mark.parametrize("person", [MIO, KIM, LO, PersonId("alva")])
async def test_feedback_is_for_whoever_reported(store: Store, person: PersonId) -> None:
    reference = await _reported(store)

    with pytest.raises(NotAllowedError):
        await followup.feedback(store, person, reference)


async def test_a_digest_comes_to_somebody_who_comes_once_a_day(
    store: Store, clock: builders.Clock
) -> None:
    assert await prompts.first_today(store, Kind.STEPS, MIO)
    assert not await prompts.first_today(store, Kind.STEPS, MIO)
    assert await prompts.first_today(store, Kind.STEPS, KIM)

    clock.forward(days=1)

    assert await prompts.first_today(store, Kind.STEPS, MIO)


async def test_a_digest_that_was_sent_today_is_not_repeated(
    store: Store, clock: builders.Clock
) -> None:
    await _reported(store)
    clock.forward(days=4)
    await reminders.remind(store, CONTENT.policy)
    (digest,) = [p for p in await prompts.waiting(store, MIO) if p.kind is Kind.STEPS]
    await prompts.sent(store, digest.id)

    assert not await prompts.first_today(store, Kind.STEPS, MIO)
    assert Kind.STEPS not in {p.kind for p in await prompts.waiting(store, MIO)}
