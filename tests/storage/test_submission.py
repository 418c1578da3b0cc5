"""What is sent in can be added to, corrected and withdrawn, and says what it belongs to."""

import pytest

from casework import drafts, incidents, prompts, submission, tallies
from casework.errors import ImpossibleChangeError, NotAllowedError
from casework.export import records
from casework.prompts import Kind
from casework.report import Answers, Facts, Question
from casework.store import Store
from casework.vocabulary import (
    Channel,
    Exposed,
    IncidentType,
    ManagerRank,
    Perpetrator,
    PersonId,
    PoliceReason,
    PoliceWish,
    Recipient,
    Reference,
    Sign,
    Status,
)
from tests import builders
from tests.builders import LO, MIO, SAM

ALVA = PersonId("alva")
THREAT = (IncidentType.THREAT,)


async def add(store: Store, reference: Reference, words: str) -> Reference:
    """Add words to a report, as its reporter does in the chat."""
    conversation = await builders.conversation(store)
    addition = Answers(
        amends=reference,
        adding=True,
        types=THREAT,
        description=words,
        facts=Facts(masked=words),
        send=True,
    )
    await drafts.begin(store, SAM, conversation, addition)
    return await submission.amend(store, builders.content(), SAM)


async def correct(store: Store, reference: Reference, **changes: object) -> Reference:
    """Correct a report, as its reporter does in the chat."""
    answers = await submission.as_answers(store, SAM, reference)
    corrected = answers.having(changing=False, send=True, **changes)
    await drafts.begin(store, SAM, await builders.conversation(store), corrected)
    return await submission.amend(store, builders.content(), SAM)


async def test_addition_keeps_what_stood_there_and_is_logged_and_told(store: Store) -> None:
    receipt = await builders.incident(store)

    await add(store, receipt.reference, "en kollega hörde det")
    await add(store, receipt.reference, "och receptionisten")

    (record,) = await records(store)
    assert record["description"].startswith("han ringde och hotade mig")
    assert record["description"].count("Tillagt 2026-11-20: ") == 2
    assert "receptionisten" in record["description"]
    assert [e.event for e in await incidents.log_of(store, receipt.reference)] == [
        "submitted",
        "added",
        "added",
    ]
    kinds = [p.kind for p in await prompts.waiting(store, MIO)]
    assert kinds.count(Kind.AMENDED) == 2
    assert await drafts.find(store, SAM) is None


async def test_correction_replaces_only_what_was_changed(store: Store) -> None:
    receipt = await builders.incident(store)
    before = (await records(store))[0]

    await correct(store, receipt.reference, channel=Channel.EMAIL)

    after = (await records(store))[0]
    assert after["channel"] == "mejl"
    assert {k: v for k, v in after.items() if k != "channel"} == {
        k: v for k, v in before.items() if k != "channel"
    }


async def test_correction_that_names_the_receiver_moves_the_report_away(store: Store) -> None:
    receipt = await builders.incident(store)

    await correct(
        store,
        receipt.reference,
        perpetrator=Perpetrator.MANAGER,
        which_manager=ManagerRank.NEAREST,
        recipient=Recipient.HR,
    )

    assert await prompts.waiting(store, MIO) == []
    assert receipt.reference in [p.reference for p in await prompts.waiting(store, LO)]
    with pytest.raises(NotAllowedError):
        await incidents.show(store, MIO, receipt.reference)


async def test_correction_to_a_bribe_erases_the_record_and_is_counted(store: Store) -> None:
    receipt = await builders.incident(store)
    answers = await submission.as_answers(store, SAM, receipt.reference)
    bribe = answers.having(types=(IncidentType.CORRUPTION,), count=True)
    await drafts.begin(store, SAM, await builders.conversation(store), bribe)

    assert await submission.hand_over(store, SAM)

    (record,) = await records(store)
    assert record["status"] == Status.WITHDRAWN
    assert (record["description"], record["types"]) == ("", [])
    assert [t.count for t in await tallies.counts(store)] == [1]


@pytest.mark.parametrize("stranger", [MIO, ALVA, LO])
async def test_only_the_reporter_changes_or_withdraws(store: Store, stranger: PersonId) -> None:
    receipt = await builders.incident(store)

    with pytest.raises(NotAllowedError):
        await submission.as_answers(store, stranger, receipt.reference)
    with pytest.raises(NotAllowedError):
        await incidents.withdraw(store, stranger, receipt.reference)


async def test_withdrawn_report_is_not_asked_about_and_cannot_be_changed(store: Store) -> None:
    receipt = await builders.incident(store)

    await incidents.withdraw(store, SAM, receipt.reference)

    assert [p.kind for p in await prompts.waiting(store, MIO)] == [Kind.WITHDRAWN]
    with pytest.raises(ImpossibleChangeError):
        await submission.as_answers(store, SAM, receipt.reference)
    with pytest.raises(ImpossibleChangeError):
        await incidents.withdraw(store, SAM, receipt.reference)
    with pytest.raises(ImpossibleChangeError):
        await incidents.acknowledge(store, MIO, receipt.reference)


async def test_series_is_named_after_its_first_report(store: Store) -> None:
    first = await builders.incident(store)
    second = await builders.incident(store, series=first.reference)
    third = await builders.incident(store, series=second.reference)
    alone = await builders.incident(store, series="no")

    series = {r["reference"]: r["series"] for r in await records(store)}
    assert series == {
        first.reference: first.reference,
        second.reference: first.reference,
        third.reference: first.reference,
        alone.reference: None,
    }
    shown = await incidents.show(store, MIO, second.reference)
    assert shown.series == [first.reference, third.reference]


async def test_earlier_reports_are_ones_own_alike_and_of_the_last_half_year(
    store: Store, clock: builders.Clock
) -> None:
    await builders.incident(store)
    clock.forward(days=200)
    await builders.incident(store, ALVA)
    await builders.incident(store, perpetrator=Perpetrator.RELATIVE)
    withdrawn = await builders.incident(store)
    await incidents.withdraw(store, SAM, withdrawn.reference)
    wanted = [(await builders.incident(store)).reference for _ in range(4)]

    found = await submission.earlier(store, SAM, THREAT, Perpetrator.CLIENT)

    assert found == tuple(reversed(wanted[1:]))
    other = (IncidentType.VANDALISM,)
    assert await submission.earlier(store, SAM, other, Perpetrator.CLIENT) == ()


async def test_event_that_was_told_together_becomes_the_next_draft(store: Store) -> None:
    await builders.incident(store, waiting_story="i onsdags sparkade någon in dörren")

    following = await drafts.find(store, SAM)

    assert following
    assert following.answers.waiting_story == "i onsdags sparkade någon in dörren"
    assert following.answers.description is None


async def test_record_says_for_whom_why_not_and_whether_a_client_is_at_risk(store: Store) -> None:
    facts = Facts(types=THREAT, signs=frozenset({Sign.CLIENT_AT_RISK}))
    await builders.incident(
        store,
        facts=facts,
        exposed=Exposed.COLLEAGUE_KNOWS,
        police=PoliceWish.NO,
        police_reason=PoliceReason.RISK,
        support=None,
    )

    (record,) = await records(store)
    assert record["exposed"] == "kollega_vet"
    assert record["lex_sarah"] is True
    assert record["police"]["reason_not"] == "risk"


async def test_draft_of_a_correction_can_be_read_back(store: Store) -> None:
    receipt = await builders.incident(store, unknown=frozenset({Question.OCCURRED}))

    answers = await submission.as_answers(store, SAM, receipt.reference)

    assert Answers.model_validate(answers.model_dump(mode="json")) == answers
    assert answers.unknown == frozenset({Question.OCCURRED})
