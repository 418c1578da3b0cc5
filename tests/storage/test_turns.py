"""A message that was acknowledged is safe, and is gone once it has been handled."""

from pathlib import Path

from casework import submission, turns
from casework.store import Store
from casework.vocabulary import ConversationId
from tests import builders
from tests.builders import MIO, SAM

SECRET = "han sa att han ska bränna ner mitt hus"


async def test_same_message_is_received_once(store: Store) -> None:
    conversation = await builders.conversation(store)

    assert await turns.receive(store, conversation, "m1", {"text": "hej"})
    assert not await turns.receive(store, conversation, "m1", {"text": "hej"})

    left = await turns.unhandled(store, conversation)
    assert [(waiting.message_id, waiting.content) for waiting in left] == [("m1", {"text": "hej"})]


async def test_handled_message_leaves_no_content(store: Store) -> None:
    conversation = await builders.conversation(store)
    await turns.receive(store, conversation, "m1", {"text": SECRET})

    await turns.handled(store, conversation, "m1")

    assert await turns.unhandled(store, conversation) == []
    assert not await turns.receive(store, conversation, "m1", {"text": SECRET})


async def test_unhandled_messages_come_back_in_order(store: Store, clock: builders.Clock) -> None:
    conversation = await builders.conversation(store)
    for number in range(3):
        await turns.receive(store, conversation, f"m{number}", {"text": str(number)})
        clock.forward(seconds=1)

    left = await turns.unhandled(store, conversation)

    assert [waiting.message_id for waiting in left] == ["m0", "m1", "m2"]


async def test_owner_of_an_unknown_conversation_is_nobody(store: Store) -> None:
    assert await turns.owner(store, ConversationId("unknown")) is None
    assert await turns.owner(store, await builders.conversation(store)) == SAM


async def test_nothing_told_stands_readable_in_the_database_files(
    store: Store, tmp_path: Path
) -> None:
    conversation = await builders.conversation(store)
    await turns.receive(store, conversation, "m1", {"text": SECRET})
    await builders.draft(store, description=SECRET)

    for file in tmp_path.rglob("*"):
        if file.is_file():
            assert SECRET.encode() not in file.read_bytes()


async def test_message_took_effect_if_the_draft_was_written_to_or_sent_after_it(
    store: Store, clock: builders.Clock
) -> None:
    received = clock()
    assert not await turns.took_effect(store, SAM, received)
    clock.forward(seconds=1)

    await builders.draft(store, SAM)
    assert await turns.took_effect(store, SAM, received)
    assert not await turns.took_effect(store, SAM, clock())

    await submission.submit(store, builders.content(), SAM)
    assert await turns.took_effect(store, SAM, received)
    assert not await turns.took_effect(store, SAM, clock())


async def test_unanswered_messages_follow_the_person_to_a_new_window(store: Store) -> None:
    closed, seen, new = [await builders.conversation(store) for _ in range(3)]
    other = await builders.conversation(store, MIO)
    for conversation in (closed, seen, other):
        await turns.receive(store, conversation, f"in {conversation}", {"text": "hjälp oss"})
    await turns.receive(store, closed, "answered", {"text": "tack"})
    await turns.handled(store, closed, "answered")

    await turns.adopt(store, SAM, new, [seen])

    assert [w.message_id for w in await turns.unhandled(store, new)] == [f"in {closed}"]
    assert await turns.unhandled(store, closed) == []
    assert len(await turns.unhandled(store, seen)) == 1
    assert len(await turns.unhandled(store, other)) == 1
