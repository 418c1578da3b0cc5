"""The papers of a report, for whoever is logged in and may have them; to all others, not there."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot import texts
from bot.login import Login
from bot.papers import Sheet, as_pdf, as_text, police_sheet, receipt_sheet
from casework.content import Content
from casework.errors import NotAllowedError, NotFoundError, StorageUnavailableError
from casework.papers import Paper, take_police, take_receipt
from casework.store import Store
from casework.vocabulary import PersonId, Reference

log = structlog.get_logger()

_REFERENCE = "{reference:OP-[0-9]{4}-[0-9]{6,9}}"

Take = Callable[[PersonId, Reference], Awaitable[Sheet]]


class Papers:
    """Routes of the papers.

    Args:
        store: the record; it says who may have what, and logs who took it.
        content: the words of the papers.
    """

    def __init__(self, store: Store, content: Content) -> None:
        self._store = store
        self._content = content
        self._login = Login(store)

    def add_to(self, app: web.Application) -> None:
        """Add the routes; the security headers are those of the web channel."""
        folder = f"/reports/{_REFERENCE}"
        for name, serve in (
            (f"{Paper.POLICE}.pdf", self._police_pdf),
            (f"{Paper.POLICE}.txt", self._police_text),
            (f"{Paper.RECEIPT}.pdf", self._receipt_pdf),
        ):
            app.router.add_get(f"{folder}/{name}", serve, allow_head=False)

    async def _police_pdf(self, request: web.Request) -> web.Response:
        sheet = await self._taken(request, self._police)
        return await _pdf(request, sheet)

    async def _police_text(self, request: web.Request) -> web.Response:
        sheet = await self._taken(request, self._police)
        return _download(request, as_text(sheet).encode(), "text/plain", charset="utf-8")

    async def _receipt_pdf(self, request: web.Request) -> web.Response:
        sheet = await self._taken(request, self._receipt)
        return await _pdf(request, sheet)

    async def _police(self, person: PersonId, reference: Reference) -> Sheet:
        return police_sheet(self._content, await take_police(self._store, person, reference))

    async def _receipt(self, person: PersonId, reference: Reference) -> Sheet:
        return receipt_sheet(self._content, await take_receipt(self._store, person, reference))

    async def _taken(self, request: web.Request, take: Take) -> Sheet:
        """The sheet, if the person may have it.

        Raises:
            HTTPNotFound: nobody is logged in, there is no such report, or it is not for them:
                the answer is the same, so that nobody learns which references exist.
            HTTPServiceUnavailable: it could not be logged, so it is not handed out.
        """
        try:
            person = await self._login.person(request)
            if person is None:
                raise web.HTTPNotFound
            return await take(PersonId(person.id), Reference(request.match_info["reference"]))
        except (NotFoundError, NotAllowedError):
            raise web.HTTPNotFound from None
        except StorageUnavailableError as error:
            log.error("paper_not_taken", error=type(error).__name__)
            raise web.HTTPServiceUnavailable(text=texts.PAPER_NOT_NOW) from None


async def _pdf(request: web.Request, sheet: Sheet) -> web.Response:
    return _download(request, await asyncio.to_thread(as_pdf, sheet), "application/pdf")


def _download(
    request: web.Request, body: bytes, content_type: str, charset: str | None = None
) -> web.Response:
    """A file to keep, named for its report; the address it came from says both."""
    paper = request.path.rsplit("/", 1)[1].replace(".", f"-{request.match_info['reference']}.")
    return web.Response(
        body=body,
        content_type=content_type,
        charset=charset,
        headers={"Content-Disposition": f'attachment; filename="{paper}"'},
    )
