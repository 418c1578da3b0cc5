"""Login by the municipality's provider: to it, back from it, and whom that lets in."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiohttp import web

from bot import texts
from bot.login import Login
from bot.openid import (
    COME_BACK,
    START,
    Claims,
    DeclinedError,
    Departure,
    LoginError,
    NotProvenError,
    Provider,
)
from bot.rendering import Templates
from bot.settings import Oidc, Roles, Web
from casework import organisation
from casework.content import Content
from casework.errors import CaseworkError, UnreadableError
from casework.organisation import Profile
from casework.store import Store
from casework.vocabulary import PersonId, Role

log = structlog.get_logger()

COOKIE = "lotsen_login"
LASTS = timedelta(minutes=15)
"""How long somebody may take at the provider. Our choice."""
_WHERE_IT_GOES = "/login"
_OWN_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]{0,500}")
_WHOM_TO_ASK = "security"


class LoginPages:
    """Routes of the login.

    Args:
        store: who there is; its cipher seals what is remembered meanwhile.
        content: for the templates.
        reach: how people reach Lotsen.
        wanted: the provider, and what it decides.
    """

    def __init__(self, store: Store, content: Content, reach: Web, wanted: Oidc) -> None:
        self._store = store
        self._wanted = wanted
        self._is_secure = reach.public_url.startswith("https:")
        self._login = Login(store)
        self._templates = Templates("login", content)
        self.provider = Provider(wanted, reach.public_url, store.clock)

    def add_to(self, app: web.Application) -> None:
        """Add the routes; the security headers are those of the web channel."""
        app.router.add_get(START, self._start, allow_head=False)
        app.router.add_get(COME_BACK, self._come_back, allow_head=False)

    async def _start(self, request: web.Request) -> web.Response:
        departure = Departure.new()
        try:
            address = await self.provider.address(departure)
        except LoginError as error:
            return self._door(error)
        response = web.Response(status=303, headers={"Location": address})
        self._remember(response, departure, own_path(request.query.get("next", "/")))
        return response

    async def _come_back(self, request: web.Request) -> web.Response:
        remembered = self._remembered(request)
        try:
            if remembered is None:
                raise NotProvenError("departure")
            departure, next_page = remembered
            claims = await self.provider.claims(departure, request.query)
            person = await self._person(claims)
            page = self._html("landing.html", next=next_page) if person else await self._unknown()
        except (LoginError, CaseworkError) as error:
            return self._door(error)
        page.del_cookie(COOKIE, path=_WHERE_IT_GOES)
        if person:
            self._login.begin(page, person, secure=self._is_secure)
        return page

    # --- who it is

    async def _person(self, claims: Claims) -> Profile | None:
        """Who the provider says it is, with the role that it says; None if we do not know them."""
        person = await self._named(claims)
        role = role_of(claims, self._wanted.roles)
        if person is None or role in (None, person.role):
            return person
        log.info("role_changed_at_login", what=role)
        return await organisation.change_role(self._store, PersonId(person.id), Role(role))

    async def _named(self, claims: Claims) -> Profile | None:
        match claims, self._wanted.match:
            case {"oid": str(object_id)}, "oid":
                return await organisation.by_entra_id(self._store, object_id)
            case {"email": str(address), "email_verified": True}, "email":
                return await organisation.by_email(self._store, address)
        return None

    # --- what is remembered meanwhile

    def _remember(
        self, response: web.StreamResponse, departure: Departure, next_page: str
    ) -> None:
        until = self._store.clock() + LASTS
        remembered = {
            "departure": departure.as_json(),
            "next": next_page,
            "until": until.isoformat(),
        }
        response.set_cookie(
            COOKIE,
            self._store.cipher.seal(remembered).decode(),
            max_age=int(LASTS.total_seconds()),
            httponly=True,
            samesite="Lax",  # they come back from a page of the provider
            secure=self._is_secure,
            path=_WHERE_IT_GOES,
        )

    def _remembered(self, request: web.Request) -> tuple[Departure, str] | None:
        """How somebody left, and where they wanted to; None if that is unknown or long ago."""
        try:
            found = self._store.cipher.unseal(request.cookies.get(COOKIE, "").encode())
            if datetime.fromisoformat(found["until"]) < self._store.clock():
                return None
            return Departure(**found["departure"]), own_path(found["next"])
        except (UnreadableError, ValueError, KeyError, TypeError):
            return None

    # --- pages

    def _door(self, error: LoginError | CaseworkError) -> web.Response:
        reason = error.reason if isinstance(error, LoginError) else "storage"
        log.warning("login_failed", error=type(error).__name__, what=reason)
        match error:
            case DeclinedError():
                return self._closed(403, texts.LOGIN_DOORS["declined"])
            case NotProvenError():
                return self._closed(400, texts.LOGIN_DOORS["not_proven"])
            case _:
                return self._closed(503, texts.LOGIN_DOORS["away"])

    async def _unknown(self) -> web.Response:
        """For somebody whom the municipality has not added: whom to ask."""
        log.warning("login_failed", error="unknown_person")
        contacts = await organisation.contacts(self._store)
        who = contacts.get(_WHOM_TO_ASK, texts.WHOEVER_RUNS_LOTSEN)
        return self._closed(403, [said.format(who=who) for said in texts.LOGIN_DOORS["unknown"]])

    def _closed(self, status: int, said: Sequence[str]) -> web.Response:
        heading, *paragraphs = said
        return self._html("door.html", status, heading=heading, texts=paragraphs, again=START)

    def _html(self, template: str, status: int = 200, **filled_in: Any) -> web.Response:
        return web.Response(
            text=self._templates.html(template, person=None, **filled_in),
            content_type="text/html",
            status=status,
        )


def own_path(wanted: str) -> str:
    r"""A path on this server; the chat's for anything that browsers could take elsewhere.

    They read `//host` and `/\host` as another server, and drop tabs and line breaks.
    """
    is_own = _OWN_PATH.fullmatch(wanted) and not wanted.startswith(_WHERE_IT_GOES)
    return wanted if is_own else "/"


def role_of(claims: Claims, roles: Roles | None) -> Role | None:
    """The role that the provider gives somebody; None if it leaves that to the record."""
    if roles is None:
        return None
    said = claims.get(roles.claim)
    given = said if isinstance(said, list) else [said]
    return next((role for value, role in roles.values.items() if value in given), roles.otherwise)
