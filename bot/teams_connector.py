"""Sends to Microsoft Teams through the Bot Connector, no faster than it takes."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientResponseError, ClientSession, ClientTimeout
from microsoft_agents.activity import Activity, ChannelAccount, ChannelId, ConversationAccount
from microsoft_agents.authentication.msal import MsalAuth
from microsoft_agents.hosting.core import AgentAuthConfiguration, OutboundHostValidator
from microsoft_agents.hosting.core.connector.teams import TeamsConnectorClient

from bot.outside_chat import RefusedError, TemporaryError
from bot.pacing import Bucket, Pace
from bot.settings import Teams, is_here

ISSUER = "https://api.botframework.com"
"""Who signs what Teams delivers, and for whom our own token is."""
MSTEAMS = "msteams"

_PACE = Pace(40, at_once=10)
"""Together the 50 a second that an app may send in one tenant:
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit."""
_LATER = frozenset({401, 412, 429, 500, 502, 503, 504})
"""What may be taken later: 412, 429, 502, 504 by the same page; 401 is our own token."""
_BUSY = 429
_SECONDS_IF_BUSY = 1.0
_TOKEN_SECONDS = 240.0
"""How long our token is used before MSAL is asked again, which renews it in time."""
_TIMEOUT = ClientTimeout(total=15)


class Connector:
    """The way out to Teams.

    A place there is told by a mapping: `service_url`, `conversation`, and, if they are known, the
    ids of the `bot` and of the `user`.

    Args:
        wanted: who we are there.
        bucket: how fast it takes things.
    """

    def __init__(self, wanted: Teams, bucket: Bucket | None = None) -> None:
        self.identity = AgentAuthConfiguration(
            client_id=wanted.app_id,
            tenant_id=wanted.tenant_id,
            client_secret=wanted.secret.get_secret_value() if wanted.secret else None,
            connection_name="SERVICE_CONNECTION",
            anonymous_allowed=wanted.local,
            issuers=[ISSUER],
            validate_issuer=True,
        )
        self._is_local = wanted.local
        self._hosts = OutboundHostValidator(
            list(wanted.hosts), enabled=True, include_default_microsoft_hosts=False
        )
        self._tokens = MsalAuth(self.identity)
        self._token, self._token_until = "", 0.0
        self._token_door = asyncio.Lock()
        self._bucket = bucket or Bucket(_PACE)
        self._sessions: dict[str, ClientSession] = {}

    def may_send_to(self, service_url: str) -> bool:
        """Whether our token may go to an address; only to this machine if we run locally."""
        if self._is_local:
            return is_here(urlsplit(service_url).hostname)
        return self._hosts.is_allowed(service_url)

    async def send(self, place: Mapping[str, Any], activity: Activity) -> str:
        """Send something; what Teams calls it.

        Raises:
            TemporaryError, OSError, ClientError: it may be taken later.
            RefusedError: it will never be taken: the chat is gone, or has blocked us.
        """
        await self._bucket.take()
        async with self._client(place) as client:
            answer = await client.conversations.send_to_conversation(
                place["conversation"], _addressed(activity, place)
            )
        if not answer.id:  # Teams always says; whoever does not has not taken it
            raise RefusedError
        return answer.id

    async def login_name(self, place: Mapping[str, Any]) -> str:
        """The name with which somebody logs in to Microsoft; empty if they have none.

        Raises: as `send`.
        """
        await self._bucket.take()
        async with self._client(place) as client:
            member = await client.get_conversation_member(place["conversation"], place["user"])
        return member.user_principal_name or ""

    async def close(self) -> None:
        """Let go of all connections."""
        for session in self._sessions.values():
            await session.close()
        self._sessions.clear()

    @asynccontextmanager
    async def _client(self, place: Mapping[str, Any]) -> AsyncIterator[TeamsConnectorClient]:
        url: str = place["service_url"]
        if not self.may_send_to(url):
            raise RefusedError
        token = await self._our_token()
        try:
            yield TeamsConnectorClient(url, token, session=self._session(url))
        except ClientResponseError as error:
            raise self._meaning(error) from None
        except ValueError:  # an answer that is none; what it says may be about a person
            raise RefusedError from None

    def _session(self, url: str) -> ClientSession:
        if url not in self._sessions:
            self._sessions[url] = ClientSession(
                base_url=f"{url.rstrip('/')}/", timeout=_TIMEOUT, trust_env=True
            )
        return self._sessions[url]

    async def _our_token(self) -> str:
        """Our token, in a thread of its own: MSAL waits for the network where it stands."""
        if self._is_local:
            return ""
        async with self._token_door:
            if time.monotonic() >= self._token_until:
                fetched = self._tokens.get_access_token(ISSUER, [f"{ISSUER}/.default"])
                try:
                    self._token = await asyncio.to_thread(asyncio.run, fetched)
                except (ValueError, OSError):
                    raise TemporaryError from None
                self._token_until = time.monotonic() + _TOKEN_SECONDS
            return self._token

    def _meaning(self, error: ClientResponseError) -> Exception:
        if error.status not in _LATER:
            return RefusedError()
        after = _seconds(error.headers.get("Retry-After") if error.headers else None)
        if error.status == _BUSY:
            self._bucket.rest(after or _SECONDS_IF_BUSY)
        return TemporaryError(after)


def _addressed(activity: Activity, place: Mapping[str, Any]) -> Activity:
    activity.channel_id = ChannelId(MSTEAMS)
    activity.conversation = ConversationAccount(id=place["conversation"])
    if place.get("bot"):
        activity.from_property = ChannelAccount(id=place["bot"])
    if place.get("user"):
        activity.recipient = ChannelAccount(id=place["user"])
    return activity


def _seconds(written: str | None) -> float | None:
    """What `Retry-After` says in seconds; None for a date or nothing."""
    return float(written) if written and written.isascii() and written.isdigit() else None
