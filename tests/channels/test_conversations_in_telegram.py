"""Conversations written as data, played in Telegram; with LOTSEN_CHANNEL=telegram all of them."""

import os
from pathlib import Path

import pytest

from tests import conversations
from tests.channels.drivers import Lotsen
from tests.channels.telegram_chat import TelegramChat
from tests.conversations.player import Conversation, load
from tests.conversations.test_conversations import play_as_written

pytestmark = pytest.mark.asyncio(loop_scope="package")

_BY_DEFAULT = {
    "a threat by phone becomes an incident",
    "not on Monday but on Tuesday",
    "a question in the middle is not taken for an answer",
    "a gift told without logging in",
    "klart, and the next one comes at once",
}


def _can_be_played(conversation: Conversation) -> bool:
    """Not what is about windows of the web: there is one chat, which is never opened anew."""
    return not any(step.comes_back for step in conversation.steps)


def _chosen() -> list[Conversation]:
    written = load(Path(conversations.__path__[0]))
    if os.environ.get("LOTSEN_CHANNEL") == "telegram":
        return [conversation for conversation in written if _can_be_played(conversation)]
    return [conversation for conversation in written if conversation.name in _BY_DEFAULT]


async def test_those_that_are_played_by_default_are_there() -> None:
    names = {conversation.name for conversation in load(Path(conversations.__path__[0]))}
    assert names >= _BY_DEFAULT


@pytest.mark.parametrize("conversation", _chosen(), ids=lambda c: c.name)
async def test_conversation_ends_in_telegram_as_written(
    conversation: Conversation, whole_lotsen: Lotsen
) -> None:
    await whole_lotsen.empty()

    await play_as_written(
        conversation, whole_lotsen, lambda _url, person: TelegramChat(whole_lotsen, person)
    )
