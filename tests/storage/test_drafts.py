"""A draft survives, is found again, and goes away only when it should."""

import pytest

from casework import drafts
from casework.errors import NotFoundError, UnreadableError
from casework.report import Answers
from casework.store import Store
from casework.vocabulary import Purpose
from tests import builders
from tests.builders import MIO, SAM


async def test_draft_is_found_again_with_all_answers(store: Store) -> None:
    await builders.draft(store)

    found = await drafts.find(store, SAM)

    assert found is not None
    assert builders.answers() == found.answers


async def test_draft_of_somebody_else_is_not_found(store: Store) -> None:
    await builders.draft(store)

    assert await drafts.find(store, MIO) is None


async def test_beginning_again_keeps_the_answers_and_moves_the_conversation(store: Store) -> None:
    await builders.draft(store)
    elsewhere = await builders.conversation(store)

    taken_up = await drafts.begin(store, SAM, elsewhere, Answers())

    assert builders.answers() == taken_up.answers
    assert elsewhere == taken_up.conversation_id


async def test_change_is_written_before_it_is_returned(
    store: Store, clock: builders.Clock
) -> None:
    await builders.draft(store, purpose=None)
    clock.forward(minutes=5)

    changed = await drafts.change(store, SAM, {"purpose": Purpose.NO})

    found = await drafts.find(store, SAM)
    assert found is not None
    assert changed == found.answers
    assert Purpose.NO is found.answers.purpose
    assert clock.now == found.updated_at


async def test_change_without_a_draft_is_refused(store: Store) -> None:
    with pytest.raises(NotFoundError):
        await drafts.change(store, SAM, {"purpose": Purpose.NO})


async def test_resting_draft_belongs_to_no_conversation(store: Store) -> None:
    await builders.draft(store)

    await drafts.rest(store, SAM)

    found = await drafts.find(store, SAM)
    assert found is not None
    assert found.conversation_id is None


async def test_discarded_draft_is_gone(store: Store) -> None:
    await builders.draft(store)

    await drafts.discard(store, SAM)
    await drafts.discard(store, SAM)

    assert await drafts.find(store, SAM) is None


async def test_draft_cannot_be_read_with_another_key(store: Store) -> None:
    from cryptography.fernet import Fernet  # noqa: PLC0415

    from casework.encryption import Cipher  # noqa: PLC0415

    await builders.draft(store)
    store.cipher = Cipher([Fernet.generate_key().decode()])

    with pytest.raises(UnreadableError):
        await drafts.find(store, SAM)
