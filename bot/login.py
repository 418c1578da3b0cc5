"""Who is logged in on the web: a sealed cookie, so that a restart logs nobody out."""

from datetime import datetime, timedelta

from aiohttp import web

from casework import organisation
from casework.errors import NotFoundError, UnreadableError
from casework.organisation import Profile
from casework.store import Store

COOKIE = "lotsen_session"
LASTS = timedelta(hours=12)


class Login:
    """Reads and writes the login cookie.

    Args:
        store: its cipher seals the cookie, its clock ends it.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def person(self, request: web.Request) -> Profile | None:
        """Who is logged in; None for nobody, also when the cookie is old or forged."""
        cookie = request.cookies.get(COOKIE)
        if not cookie:
            return None
        try:
            session = self._store.cipher.unseal(cookie.encode())
            if datetime.fromisoformat(session["until"]) < self._store.clock():
                return None
            return await organisation.profile(self._store, session["person"])
        except (UnreadableError, NotFoundError, ValueError, KeyError, TypeError):
            return None

    def begin(self, response: web.StreamResponse, person: Profile, *, secure: bool) -> None:
        """Log the person in with this response."""
        until = self._store.clock() + LASTS
        sealed = self._store.cipher.seal({"person": person.id, "until": until.isoformat()})
        response.set_cookie(
            COOKIE,
            sealed.decode(),
            max_age=int(LASTS.total_seconds()),
            httponly=True,
            samesite="Strict",
            secure=secure,
            path="/",
        )

    def end(self, response: web.StreamResponse) -> None:
        """Log out with this response."""
        response.del_cookie(COOKIE, path="/")
