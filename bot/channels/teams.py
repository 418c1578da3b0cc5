"""Microsoft Teams: a chat with one person at a time, and the door that Teams knocks on.

People are known by who Microsoft says they are, so nobody links anything; how their chat is
reached is kept and renewed with everything they write.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, override

import structlog
from aiohttp import ClientError, web
from aiohttp.typedefs import Handler
from microsoft_agents.activity import Activity
from microsoft_agents.hosting.core import JwtTokenValidator
from pydantic import BaseModel, Field

from bot import texts
from bot.channels.base import ChatChannel, Inbound, Surroundings
from bot.outside_chat import Address, RefusedError, TemporaryError
from bot.parts import Capabilities, Part, utf16
from bot.settings import Teams
from bot.teams_cards import message, token
from bot.teams_connector import ISSUER, MSTEAMS, Connector
from casework import links, organisation
from casework.errors import StorageUnavailableError
from casework.organisation import Profile
from casework.vocabulary import PersonId

log = structlog.get_logger()

_WHOM_TO_ASK = "security"
_REMEMBERED_NAMES = 1000
_NAMES_SECONDS = 3600.0
_BEGIN = "/start"


class TeamsChannel(ChatChannel[Activity]):
    """Speaks with people in Teams, one at a time.

    Args:
        around: the rest of this app.
        wanted: who we are there.
        connector: the way out; made of `wanted` if it is None.
    """

    name = "teams"
    title = "Teams"
    can = Capabilities(
        longest_text=6_000,  # about 28 KB of UTF-16 and JSON are taken; the card needs some too
        measure=utf16,
        buttons=True,
        most_choices=20,
        longest_title=100,
        longest_payload=1_000,
        ticks=True,
    )
    is_linked = False

    def __init__(
        self, around: Surroundings, wanted: Teams, connector: Connector | None = None
    ) -> None:
        super().__init__(around)
        self._wanted = wanted
        self._connector = connector or Connector(wanted)
        self._validator = JwtTokenValidator(self._connector.identity)
        self._login_names: OrderedDict[str, tuple[float, str]] = OrderedDict()

    @override
    async def stop(self) -> None:
        await super().stop()
        await self._connector.close()

    # --- who is who

    @override
    async def person_at(self, address: Address) -> PersonId | None:
        person = await self._known_as(address)
        return PersonId(person.id) if person else None

    @override
    async def address_of(self, person_id: PersonId) -> Address | None:
        address = await super().address_of(person_id)
        if address and await self.person_at(address) == person_id:
            return address
        return None

    async def _known_as(self, address: Address) -> Profile | None:
        if self._wanted.match == "oid":
            return await organisation.by_entra_id(self.store, address.outside_id)
        return await organisation.by_email(self.store, await self._login_name(address))

    async def _login_name(self, address: Address) -> str:
        """The name with which somebody logs in, as Teams says; remembered for an hour."""
        asked_at, name = self._login_names.get(address.outside_id, (0.0, ""))
        if name and time.monotonic() - asked_at < _NAMES_SECONDS:
            return name
        try:
            name = await self._connector.login_name(address.reference)
        except RefusedError:
            return ""
        except (TemporaryError, OSError, ClientError):
            raise StorageUnavailableError("teams does not say who it is") from None
        self._login_names[address.outside_id] = (time.monotonic(), name)
        while len(self._login_names) > _REMEMBERED_NAMES:
            self._login_names.popitem(last=False)
        return name

    @override
    async def for_nobody(self) -> str:
        contacts = await organisation.contacts(self.store)
        who = contacts.get(_WHOM_TO_ASK, texts.WHOEVER_RUNS_LOTSEN)
        return texts.TEAMS_NOT_KNOWN.format(who=who)

    @override
    async def _remember(self, address: Address, person_id: PersonId) -> None:
        """Keep how somebody is reached; whoever comes for the first time is told what Teams is."""
        is_new = await links.reference_of(self.store, self.name, person_id) is None
        at = address.outside_id
        await links.link(self.store, self.name, at, person_id, address.reference)
        if is_new:
            name = (await organisation.profile(self.store, person_id)).name.split()[0]
            keeps = texts.TEAMS_KEEPS.format(name=name, url=self.public_url)
            self._held(address).announce(keeps)

    # --- in

    @override
    def parse(self, raw: Activity) -> Inbound | None:
        message_id = raw.id or secrets.token_hex(8)
        if not _is_personal(raw):
            return None
        if _was_installed(raw, "add"):
            return Inbound(_address(raw), message_id, text=_BEGIN)
        if raw.type != "message":
            return None
        return Inbound(_address(raw), message_id, text=raw.text or "", token=token(raw.value))

    @override
    async def hear(self, raw: Activity) -> None:
        if raw.type == "message" and not _is_personal(raw):
            await self._decline(_address(raw))
        elif _was_installed(raw, "remove") and _is_personal(raw):
            await self._part(_address(raw))
        else:
            await super().hear(raw)

    async def _decline(self, address: Address) -> None:
        """Say, in a chat of several, that we do not talk there."""
        with suppress(TemporaryError, RefusedError, OSError, ClientError):
            await self.send(address, Part(texts.NOT_IN_GROUPS))

    async def _part(self, address: Address) -> None:
        """The app was removed: the chat cannot be reached."""
        person_id = await links.person_of(self.store, self.name, address.outside_id)
        if person_id:
            async with self.store.transaction() as db_session:
                await links.cut(db_session, [person_id], self.name)

    # --- out

    @override
    async def send(self, address: Address, part: Part) -> str | None:
        return await self._connector.send(address.reference, message(part))

    @override
    async def typing(self, address: Address) -> None:
        await self._connector.send(address.reference, Activity(type="typing"))

    # --- the door

    @override
    def add_to(self, app: web.Application) -> None:
        door = web.Application(middlewares=[_without_details])
        door.router.add_post("/messages", self._take_in)
        app.add_subapp("/api/", door)

    async def _take_in(self, request: web.Request) -> web.Response:
        """Take one activity.

        202: it is received. 401: no token that proves who sends it. 400: it is not one. 403: it is
        not from our own tenant's Teams. 501: it asks for something that we do not have.
        """
        proven = await self._proven(request)
        try:
            body = await request.json()
            _Needed.model_validate(body)
            raw = Activity.model_validate(body)
        except (ValueError, RecursionError):
            raise web.HTTPBadRequest from None
        if not self._is_ours(raw, proven):
            log.warning("teams_activity_refused")
            raise web.HTTPForbidden
        if raw.type == "invoke":
            raise web.HTTPNotImplemented
        await self.hear(raw)
        return web.Response(status=202)

    async def _proven(self, request: web.Request) -> Mapping[str, Any]:
        """What the token says that came along, once it has been proven; nothing locally."""
        if self._wanted.local:
            return {}
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise web.HTTPUnauthorized
        try:
            return (await self._validator.validate_token(token.strip())).claims
        except Exception as error:  # noqa: BLE001  a token that cannot be read proves nothing
            log.warning("teams_token_refused", error=type(error).__name__)
            raise web.HTTPUnauthorized from None

    def _is_ours(self, raw: Activity, claims: Mapping[str, Any]) -> bool:
        """Whether the token stands for just this activity, and it comes from our own tenant.

        The SDK has looked at signature, times, audience and issuer; for Teams, only the Bot
        Connector's own issuer, an expiry and the very same service address are taken here.
        """
        url = str(raw.service_url)
        if raw.channel_id != MSTEAMS or not self._connector.may_send_to(url):
            return False
        if self._wanted.local:
            return True
        tenants = {*_tenants(raw), str(claims.get("tid") or self._wanted.tenant_id).lower()}
        return (
            claims.get("iss") == ISSUER
            and isinstance(claims.get("exp"), int | float)
            and _same_address(claims.get("serviceurl"), url)
            and bool(_tenants(raw))
            and tenants == {self._wanted.tenant_id}
        )


# --- the door's guards


@web.middleware
async def _without_details(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whatever goes wrong, the answer says no more than that; the log says what kind it is."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return _closed(error.status)
    except Exception as error:  # noqa: BLE001  nothing of it may go out
        log.error("teams_activity_failed", error=type(error).__name__)
        return _closed(web.HTTPInternalServerError.status_code)


def _closed(status: int) -> web.Response:
    return web.json_response({"error": "refused"}, status=status)


# --- what an activity says


class _Named(BaseModel):
    id: str = Field(min_length=1, max_length=300)


class _Needed(BaseModel):
    """What every activity must say; the SDK is content with less."""

    type: str
    service_url: str = Field(alias="serviceUrl", min_length=1, max_length=1_000)
    conversation: _Named
    sender: _Named = Field(alias="from")


def _is_personal(raw: Activity) -> bool:
    conversation = raw.conversation
    return conversation.conversation_type == "personal" and not conversation.is_group


def _was_installed(raw: Activity, action: str) -> bool:
    return raw.type == "installationUpdate" and raw.action == action


def _sender(raw: Activity) -> str:
    """The object id of whoever it is from, or what Teams calls them if they have none."""
    return (raw.from_property.aad_object_id or raw.from_property.id).lower()


def _address(raw: Activity) -> Address:
    reference = {
        "service_url": raw.service_url,
        "conversation": raw.conversation.id,
        "user": raw.from_property.id,
        "bot": raw.recipient.id if raw.recipient else None,
    }
    return Address(_sender(raw), reference)


def _tenants(raw: Activity) -> set[str]:
    """Every tenant that an activity names."""
    data = raw.channel_data if isinstance(raw.channel_data, Mapping) else {}
    tenant: Any = data.get("tenant")
    named = [tenant.get("id") if isinstance(tenant, Mapping) else None, raw.conversation.tenant_id]
    return {str(name).lower() for name in named if name}


def _same_address(claimed: object, url: str) -> bool:
    return isinstance(claimed, str) and claimed.rstrip("/").lower() == url.rstrip("/").lower()
