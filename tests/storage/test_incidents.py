"""Reports become incidents once, on an explicit yes, and change only as the routine allows."""

import asyncio

import pytest

from casework import drafts, incidents, prompts, submission, tallies
from casework.errors import ImpossibleChangeError, NotAllowedError, NotFoundError
from casework.export import records
from casework.prompts import Kind
from casework.report import Facts
from casework.store import Store
from casework.vocabulary import (
    IncidentType,
    ManagerRank,
    Perpetrator,
    PersonId,
    Recipient,
    Reference,
    Status,
)
from tests import builders
from tests.builders import KIM, LO, MIO, SAM

OMAR, DISA, ALVA = PersonId("omar"), PersonId("disa"), PersonId("alva")
EVERYBODY_ELSE = [KIM, LO, OMAR, DISA, ALVA, PersonId("tuva"), PersonId("admin")]


async def test_submitting_makes_one_incident_and_takes_the_draft(store: Store) -> None:
    receipt = await builders.incident(store)

    assert Reference("OP-2026-000001") == receipt.reference
    assert [receipt.reference] == [r["reference"] for r in await records(store)]
    assert await drafts.find(store, SAM) is None


async def test_submitting_without_the_explicit_yes_is_refused_and_keeps_the_draft(
    store: Store,
) -> None:
    await builders.draft(store, send=False)

    with pytest.raises(ImpossibleChangeError):
        await submission.submit(store, builders.content(), SAM)

    assert await drafts.find(store, SAM) is not None
    assert await records(store) == []


async def test_submitting_twice_at_once_makes_one_incident(store: Store) -> None:
    await builders.draft(store)

    results = await asyncio.gather(
        *(submission.submit(store, builders.content(), SAM) for _ in range(2)),
        return_exceptions=True,
    )

    assert sum(isinstance(r, submission.Receipt) for r in results) == 1
    assert len(await records(store)) == 1


async def test_references_of_many_people_never_collide(store: Store) -> None:
    people = [SAM, ALVA, PersonId("noor"), MIO]
    for person in people:
        await builders.draft(store, person)

    receipts = await asyncio.gather(
        *(submission.submit(store, builders.content(), person) for person in people)
    )

    assert len(people) == len({r.reference for r in receipts})


@pytest.mark.parametrize("kind", [IncidentType.CORRUPTION, IncidentType.ABUSE_OF_POSITION])
async def test_what_is_never_recorded_cannot_be_submitted(
    store: Store, kind: IncidentType
) -> None:
    await builders.draft(store, types=(kind,))

    with pytest.raises(ImpossibleChangeError):
        await submission.submit(store, builders.content(), SAM)


async def test_mixed_event_is_recorded_without_its_second_part(store: Store) -> None:
    facts = Facts(
        types=(IncidentType.THREAT, IncidentType.CORRUPTION),
        subtypes=("hot_om_vald", "erbjuden_gava"),
        masked="han hotade mig",
    )
    await builders.incident(
        store,
        types=(IncidentType.THREAT, IncidentType.CORRUPTION),
        facts=facts,
        retold=True,
        count=True,
    )

    record = (await records(store))[0]

    assert record["types"] == ["hot"]
    assert record["subtypes"] == ["hot_om_vald"]
    assert record["classification"]["suggested"] == ["hot"]
    assert [t.kind for t in await tallies.counts(store)] == [IncidentType.CORRUPTION]


async def test_handing_over_counts_only_if_agreed_and_keeps_nothing(store: Store) -> None:
    await builders.draft(store, types=(IncidentType.CORRUPTION,), count=False)
    assert not await submission.hand_over(store, SAM)
    assert await tallies.counts(store) == []

    for _ in range(2):
        await builders.draft(store, types=(IncidentType.CORRUPTION,), count=True)
        assert await submission.hand_over(store, SAM)

    assert [t.count for t in await tallies.counts(store)] == [2]
    assert await drafts.find(store, SAM) is None
    assert await records(store) == []


async def test_manager_is_prompted_and_nobody_else(store: Store) -> None:
    receipt = await builders.incident(store)

    assert [receipt.reference] == [p.reference for p in await prompts.waiting(store, MIO)]
    for person in EVERYBODY_ELSE:
        assert await prompts.waiting(store, person) == []


@pytest.mark.parametrize(
    ("chosen", "receiver"),
    [(Recipient.MANAGER_ABOVE, KIM), (Recipient.HR, LO), (Recipient.SECURITY, OMAR)],
)
async def test_manager_who_is_the_influencer_gets_and_sees_nothing(
    store: Store, chosen: Recipient, receiver: PersonId
) -> None:
    receipt = await builders.incident(
        store,
        perpetrator=Perpetrator.MANAGER,
        which_manager=ManagerRank.NEAREST,
        recipient=chosen,
    )

    assert await prompts.waiting(store, MIO) == []
    assert [receipt.reference] == [p.reference for p in await prompts.waiting(store, receiver)]
    with pytest.raises(NotAllowedError):
        await incidents.show(store, MIO, receipt.reference)
    with pytest.raises(NotAllowedError):
        await incidents.acknowledge(store, MIO, receipt.reference)


async def test_report_of_a_manager_goes_to_the_manager_above(store: Store) -> None:
    receipt = await builders.incident(store, MIO)

    assert receipt.responsible.startswith("Kim")


async def test_acknowledging_is_recorded_once_and_told_to_the_reporter(
    store: Store, clock: builders.Clock
) -> None:
    receipt = await builders.incident(store)
    clock.forward(hours=1)

    await incidents.acknowledge(store, MIO, receipt.reference)
    await incidents.acknowledge(store, MIO, receipt.reference)

    record = (await records(store))[0]
    assert record["status"] == Status.ACKNOWLEDGED
    done = [s["name"] for s in record["steps"] if s["done"]]
    assert done == [incidents.ACKNOWLEDGE]
    assert await prompts.waiting(store, MIO) == []
    assert [p.kind for p in await prompts.waiting(store, SAM)] == [Kind.ACKNOWLEDGED]


async def test_reporter_and_responsible_may_see_it_and_nobody_else(store: Store) -> None:
    receipt = await builders.incident(store)

    for person in (SAM, MIO):
        shown = await incidents.show(store, person, receipt.reference)
        assert shown.description == "han ringde och hotade mig"
    for person in EVERYBODY_ELSE:
        with pytest.raises(NotAllowedError):
            await incidents.show(store, person, receipt.reference)


async def test_reporter_may_not_acknowledge_own_report(store: Store) -> None:
    receipt = await builders.incident(store)

    with pytest.raises(NotAllowedError):
        await incidents.acknowledge(store, SAM, receipt.reference)


async def test_unknown_reference_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError):
        await incidents.show(store, MIO, Reference("OP-2026-999999"))


async def test_every_opening_is_in_the_log(store: Store) -> None:
    receipt = await builders.incident(store)

    await incidents.show(store, MIO, receipt.reference)
    await incidents.show(store, SAM, receipt.reference)

    log = await incidents.log_of(store, receipt.reference)
    assert [(e.event, e.person_id) for e in log] == [
        ("submitted", SAM),
        ("opened", MIO),
        ("opened", SAM),
    ]


async def test_serious_incident_has_shorter_deadlines(store: Store) -> None:
    await builders.incident(store)
    await builders.incident(
        store, ALVA, types=(IncidentType.HARASSMENT,), facts=Facts(masked="han skrek")
    )

    serious, other = await records(store)

    def due(record: dict[str, object]) -> str:
        steps: list[dict[str, str]] = record["steps"]  # type: ignore[assignment]
        return next(s["due"] for s in steps if s["name"] == "riskbedomning")

    assert (serious["serious"], other["serious"]) == (True, False)
    assert due(serious) < due(other)


async def test_export_never_says_who_reported(store: Store) -> None:
    await builders.incident(store)

    assert "sam" not in str(await records(store)).casefold().replace("samtal", "")
