"""Papers are taken by those who may, each time is logged, and a refusal leaves no trace."""

import pytest

from casework import incidents
from casework.errors import NotAllowedError, NotFoundError
from casework.papers import take_police, take_receipt
from casework.store import Store
from casework.vocabulary import PersonId, Reference
from tests import builders
from tests.builders import KIM, LO, MIO, SAM

OTHERS = [KIM, LO, *map(PersonId, ("omar", "disa", "alva", "tuva", "admin"))]


async def events(store: Store, reference: Reference) -> list[tuple[str | None, str]]:
    return [(e.person_id, e.event) for e in await incidents.log_of(store, reference)][1:]


async def test_reporter_takes_both_papers_and_it_is_logged(store: Store) -> None:
    reference = (await builders.incident(store)).reference

    police = await take_police(store, SAM, reference)
    receipt = await take_receipt(store, SAM, reference)

    assert police.description == "han ringde och hotade mig"
    assert police.unit == "Barn och familj norr"
    assert police.workplace == "Påhittsgatan 3, 123 45 Exempelstad, telefon 08-465 004 10"
    assert receipt.responsible == "Mio Exempelkvist"
    assert receipt.sent == builders.NOON
    assert await events(store, reference) == [
        (SAM, "take_police_paper"),
        (SAM, "take_receipt_paper"),
    ]


async def test_whoever_handles_it_takes_only_the_paper_for_the_police(store: Store) -> None:
    reference = (await builders.incident(store)).reference

    await take_police(store, MIO, reference)
    with pytest.raises(NotAllowedError):
        await take_receipt(store, MIO, reference)

    assert await events(store, reference) == [(MIO, "take_police_paper")]


@pytest.mark.parametrize("person", OTHERS)
@pytest.mark.parametrize("take", [take_police, take_receipt])
async def test_nobody_else_takes_any(
    store: Store, take: builders.TakePaper, person: PersonId
) -> None:
    reference = (await builders.incident(store)).reference

    with pytest.raises(NotAllowedError):
        await take(store, person, reference)

    assert await events(store, reference) == []


@pytest.mark.parametrize("take", [take_police, take_receipt])
async def test_there_is_no_paper_of_a_report_that_does_not_exist(
    store: Store, take: builders.TakePaper
) -> None:
    with pytest.raises(NotFoundError):
        await take(store, SAM, Reference("OP-2026-000001"))


async def test_paper_for_the_police_names_the_unit_where_it_was_reported(store: Store) -> None:
    reference = (await builders.incident(store)).reference
    await builders.move(store, SAM, "ekonomiskt-bistand")

    assert (await take_police(store, SAM, reference)).unit == "Barn och familj norr"
