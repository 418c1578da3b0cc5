"""The pages of the routine texts: to read, search, link to and print, without the chat.

They are the same whoever asks: nobody is looked up, no cookie is set, nothing is noted.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from aiohttp import web

from bot import texts
from bot.channels.origin import posted_from_here
from bot.messages import UnusableMessageError, clean
from bot.rendering import Templates
from casework import organisation
from casework.clock import SWEDEN
from casework.content import Content
from casework.errors import StorageUnavailableError
from casework.routines import Routine, Routines
from casework.store import Store

log = structlog.get_logger()

LIST = "/rutiner"
EVERYTHING = f"{LIST}/alla"
SEARCH = f"{LIST}/sok"
_HEADERS = {"Referrer-Policy": "same-origin"}
"""A form of a page that hides where it comes from would be sent without an origin to check."""
_WHEN_NOTHING_IS_FOUND = ("manager", "safety_rep", "hr", "security")


@dataclass(frozen=True)
class Shown:
    """A text as a page shows it.

    Attributes:
        ours: the municipality's own rules: what each is about, and the rule in Markdown.
        missing: what such rules are about that nobody has filled in.
        contacts: whom to turn to, and how they are reached.
        sources: what it rests on, in words.
        owner: who keeps it up to date, in words.
        is_old: whether nobody has seen it over for a year.
    """

    text: Routine
    ours: Sequence[tuple[str, str]]
    missing: Sequence[str]
    contacts: Sequence[str]
    sources: Sequence[str]
    related: Sequence[Routine]
    owner: str
    is_old: bool


class RoutinePages:
    """Routes of the pages.

    Args:
        store: says how the municipality's functions are reached, and what day it is.
        content: the words for functions that nobody has named.
        routines: the texts.
        search: a question → names of texts, best first; empty when none is near.
    """

    def __init__(
        self,
        store: Store,
        content: Content,
        routines: Routines,
        search: Callable[[str], Sequence[str]],
    ) -> None:
        self._store = store
        self._words = content.taxonomy.answers["contacts"]
        self._routines = routines
        self._search = search
        self._templates = Templates("routines", content)

    def add_to(self, app: web.Application) -> None:
        """Add the routes; the other security headers are those of the web channel."""
        app.router.add_get(LIST, self._list)
        app.router.add_get(f"{LIST}/", self._to_list)
        # What somebody asks is posted: as a part of an address it would stay in the history of
        # the browser and in the logs of proxies.
        app.router.add_post(SEARCH, self._find)
        app.router.add_get(SEARCH, self._to_list)
        app.router.add_get(EVERYTHING, self._everything)
        app.router.add_get(f"{LIST}/{{name}}", self._text)

    async def _list(self, _request: web.Request) -> web.Response:
        return self._list_page()

    async def _to_list(self, _request: web.Request) -> web.Response:
        raise web.HTTPFound(LIST)

    async def _everything(self, _request: web.Request) -> web.Response:
        reach = await self._reach()
        shown = {text.name: self._shown(text, reach) for text in self._routines.texts}
        return self._html("all.html", groups=self._routines.groups, shown=shown)

    async def _text(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        text = self._routines.find(name)
        if text is None:
            return self._list_page(404, problem=texts.NO_SUCH_ROUTINE)
        if text.name != name:
            raise web.HTTPFound(f"{LIST}/{text.name}")
        return self._html("text.html", shown=self._shown(text, await self._reach()))

    # --- the search

    async def _find(self, request: web.Request) -> web.Response:
        """The list with what was found on top; the question is forgotten with the answer.

        Raises:
            HTTPForbidden: the form was sent from somewhere else.
            HTTPBadRequest: it cannot be read.
        """
        if not posted_from_here(request):
            raise web.HTTPForbidden
        typed = ""
        try:
            typed = await _typed(request)
            question = clean(typed)
        except web.HTTPRequestEntityTooLarge:
            return self._list_page(422, problem=texts.SEARCH["too_long"])
        except UnusableMessageError as unusable:
            return self._list_page(422, problem=texts.SEARCH[unusable.reason], question=typed)
        names = await asyncio.to_thread(self._search, question)
        hits = {text.name: text for text in map(self._routines.find, names) if text}
        reach = {} if hits else await self._reach()
        return self._list_page(
            question=question,
            hits=list(hits.values()),
            contacts=[_as_a_line(reach[each]) for each in _WHEN_NOTHING_IS_FOUND if reach],
        )

    # --- what pages show

    def _list_page(
        self,
        status: int = 200,
        *,
        question: str = "",
        hits: Sequence[Routine] | None = None,
        contacts: Sequence[str] = (),
        problem: str = "",
    ) -> web.Response:
        """The list of all texts.

        Args:
            question: stands in the search box.
            hits: what was found; None if nothing was searched for.
            contacts: whom to turn to where nothing was found.
            problem: why there is not what was asked for.
        """
        return self._html(
            "list.html",
            status,
            groups=self._routines.groups,
            question=question,
            hits=hits,
            contacts=contacts,
            problem=problem,
        )

    def _shown(self, text: Routine, reach: dict[str, str]) -> Shown:
        routines, about = self._routines, text.about
        today = self._store.clock().astimezone(SWEDEN).date()
        return Shown(
            text=text,
            ours=[
                (routines.local_rules[rule], routines.local[rule])
                for rule in about.local
                if rule in routines.local
            ],
            missing=[
                routines.local_rules[rule] for rule in about.local if rule not in routines.local
            ],
            contacts=[_as_a_line(reach[function]) for function in about.contacts],
            sources=[routines.sources[source] for source in about.sources],
            related=routines.related(text),
            owner=texts.ROUTINE_OWNERS[about.owner],
            is_old=text.is_old(today),
        )

    async def _reach(self) -> dict[str, str]:
        """How each function is reached; in general words if nobody is named, or it is not known.

        A text must be readable also when the database is away.
        """
        try:
            named = await organisation.contacts(self._store)
        except StorageUnavailableError as error:
            log.error("contacts_not_shown", error=type(error).__name__)
            named = {}
        return {function: named.get(function) or words for function, words in self._words.items()}

    def _html(self, template: str, status: int = 200, **filled_in: object) -> web.Response:
        return web.Response(
            text=self._templates.html(template, **filled_in),
            content_type="text/html",
            status=status,
            headers=_HEADERS,
        )


async def _typed(request: web.Request) -> str:
    """What stood in the search box.

    Raises:
        HTTPBadRequest: the form cannot be read.
        HTTPRequestEntityTooLarge: it is longer than any form of ours.
    """
    try:
        posted = await request.post()
    except (ValueError, LookupError):
        raise web.HTTPBadRequest from None
    question = posted.get("question", "")
    return question if isinstance(question, str) else ""


def _as_a_line(words: str) -> str:
    """Words from a content file as a line of its own begins."""
    return words[:1].upper() + words[1:]
