"""Every conversation written as data, through the real engine, actions and database."""

from pathlib import Path
from typing import Any

import pytest

from casework import tallies
from casework.store import open_store
from tests.chat_client import Chat
from tests.conversations.player import Conversation, OpenChat, Played, load, play
from tests.lotsen_process import LotsenProcess

CONVERSATIONS = load(Path(__file__).parent)


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda c: c.name)
async def test_conversation_ends_as_written(
    conversation: Conversation, lotsen: LotsenProcess
) -> None:
    await play_as_written(conversation, lotsen)


async def play_as_written(
    conversation: Conversation, lotsen: Played, chats: OpenChat = Chat
) -> None:
    """Play it, and look at what it left behind."""
    counted = await _counts(lotsen)

    reference = await play(conversation, lotsen, chats)

    assert (reference is not None) == (conversation.record is not None)
    if reference and conversation.record is not None:
        _compare(conversation, await lotsen.record(reference))
        await _check_prompts(conversation, lotsen, reference)
    now = await _counts(lotsen)
    gained = {k: n - counted.get(k, 0) for k, n in now.items() if n != counted.get(k, 0)}
    assert gained == conversation.counts


async def _check_prompts(conversation: Conversation, lotsen: Played, reference: str) -> None:
    if conversation.prompts:
        async with Chat(lotsen.url, conversation.prompts) as chat:
            assert reference in chat.greeting.text
    for person in conversation.never_prompts:
        async with Chat(lotsen.url, person) as chat:
            assert reference not in chat.greeting.text


def _compare(conversation: Conversation, record: dict[str, Any]) -> None:
    for name, expected in (conversation.record or {}).items():
        value: Any = record
        for part in name.split("."):
            value = value[part]
        if isinstance(value, list):
            assert sorted(expected) == sorted(value), name
        else:
            assert expected == value, name
    for text in conversation.record_never_holds:
        assert text.casefold() not in str(record).casefold()


async def _counts(lotsen: Played) -> dict[str, int]:
    store = open_store(lotsen.data)
    try:
        total: dict[str, int] = {}
        for tally in await tallies.counts(store):
            total[tally.kind] = total.get(tally.kind, 0) + tally.count
        return total
    finally:
        await store.close()
