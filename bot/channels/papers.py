"""The papers of a report, for whoever is logged in and may have them; to all others, not there."""

import asyncio
import re

import structlog
from aiohttp import web

from bot import texts
from bot.login import Login
from bot.papers import Sheet, as_pdf, as_text, police_sheet, receipt_sheet
from bot.parts import Document
from casework.content import Content
from casework.errors import NotAllowedError, NotFoundError, StorageUnavailableError
from casework.organisation import Profile
from casework.papers import Paper, take_police, take_receipt
from casework.store import Store
from casework.vocabulary import PersonId, Reference

log = structlog.get_logger()

_REFERENCE = "OP-[0-9]{4}-[0-9]{6,9}"
_NAMES = (f"{Paper.POLICE}.pdf", f"{Paper.POLICE}.txt", f"{Paper.RECEIPT}.pdf")
_ADDRESS = re.compile(
    rf"/reports/(?P<reference>{_REFERENCE})/(?P<name>{'|'.join(map(re.escape, _NAMES))})"
)


class Papers:
    """Draws the papers, and serves them to the browser.

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
        for name in _NAMES:
            address = f"/reports/{{reference:{_REFERENCE}}}/{name}"
            app.router.add_get(address, self._serve, allow_head=False)

    async def fetch(self, address: str, person: Profile) -> Document:
        """The paper at an address, for somebody who may have it; that it was taken is logged.

        Args:
            address: its path, as `docs/interfaces.md` has it.

        Raises:
            NotFoundError, NotAllowedError: there is no such paper, or it is not for them.
            StorageUnavailableError: it could not be logged, so it is not handed out.
        """
        found = _ADDRESS.fullmatch(address)
        if found is None:
            raise NotFoundError("paper")
        kind, form = found["name"].split(".")
        take = self._police if kind == Paper.POLICE else self._receipt
        sheet = await take(PersonId(person.id), Reference(found["reference"]))
        name = f"{kind}-{found['reference']}.{form}"
        if form == "txt":
            return Document(name, as_text(sheet).encode(), "text/plain", "utf-8")
        return Document(name, await asyncio.to_thread(as_pdf, sheet), "application/pdf")

    async def _police(self, person: PersonId, reference: Reference) -> Sheet:
        return police_sheet(self._content, await take_police(self._store, person, reference))

    async def _receipt(self, person: PersonId, reference: Reference) -> Sheet:
        return receipt_sheet(self._content, await take_receipt(self._store, person, reference))

    async def _serve(self, request: web.Request) -> web.Response:
        """The paper as a file to keep.

        Raises:
            HTTPNotFound: nobody is logged in, there is no such report, or it is not for them:
                the answer is the same, so that nobody learns which references exist.
            HTTPServiceUnavailable: it could not be logged, so it is not handed out.
        """
        try:
            person = await self._login.person(request)
            if person is None:
                raise web.HTTPNotFound
            paper = await self.fetch(request.path, person)
        except (NotFoundError, NotAllowedError):
            raise web.HTTPNotFound from None
        except StorageUnavailableError as error:
            log.error("paper_not_taken", error=type(error).__name__)
            raise web.HTTPServiceUnavailable(text=texts.PAPER_NOT_NOW) from None
        return web.Response(
            body=paper.body,
            content_type=paper.content_type,
            charset=paper.charset,
            headers={"Content-Disposition": f'attachment; filename="{paper.name}"'},
        )
