"""Conversations written as data, played in Telegram and in Teams.

A tenth of them as it is, others in each; with LOTSEN_CHANNEL=telegram or LOTSEN_CHANNEL=teams all
of them there.
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
_ONE_IN = 10


def _can_be_played(conversation: Conversation) -> bool:
    """Not what is about windows of the web: there is one chat, which is never opened anew."""
    return not any(step.comes_back for step in conversation.steps)


def _chosen(platform: str) -> list[Conversation]:
    written = load(Path(conversations.__path__[0]))
    playable = [conversation for conversation in written if _can_be_played(conversation)]
    if os.environ.get("LOTSEN_CHANNEL") == platform:
        return playable
    first = list(_PLATFORMS).index(platform) * _ONE_IN // len(_PLATFORMS)
    return playable[first::_ONE_IN]


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
