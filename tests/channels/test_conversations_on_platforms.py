"""Conversations written as data, played in Telegram and in Teams.

A few of them as it is; with LOTSEN_CHANNEL=telegram or LOTSEN_CHANNEL=teams all of them there.
"""

import os
from pathlib import Path

import pytest

from tests import conversations
from tests.channels.drivers import Lotsen
from tests.channels.platform_chats import PlatformChat, TeamsChat, TelegramChat
from tests.conversations.player import Conversation, load
from tests.conversations.test_conversations import play_as_written

pytestmark = pytest.mark.asyncio(loop_scope="package")

_PLATFORMS: dict[str, type[PlatformChat]] = {"telegram": TelegramChat, "teams": TeamsChat}
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


def _chosen(platform: str) -> list[Conversation]:
    written = load(Path(conversations.__path__[0]))
    if os.environ.get("LOTSEN_CHANNEL") == platform:
        return [conversation for conversation in written if _can_be_played(conversation)]
    return [conversation for conversation in written if conversation.name in _BY_DEFAULT]


async def test_those_that_are_played_by_default_are_there() -> None:
    names = {conversation.name for conversation in load(Path(conversations.__path__[0]))}
    assert names >= _BY_DEFAULT


@pytest.mark.parametrize(
    ("platform", "conversation"),
    [(platform, conversation) for platform in _PLATFORMS for conversation in _chosen(platform)],
    ids=lambda value: value.name if isinstance(value, Conversation) else value,
)
async def test_conversation_ends_on_a_platform_as_written(
    platform: str, conversation: Conversation, whole_lotsen: Lotsen
) -> None:
    await whole_lotsen.empty()
    kind = _PLATFORMS[platform]

    await play_as_written(
        conversation, whole_lotsen, lambda _url, person: kind(whole_lotsen, person)
    )
