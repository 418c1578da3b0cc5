"""The pages of whoever handles incidents: their list, and one incident with its buttons.

Everything works without scripts: each button is a form, answered by a redirect. What was typed is
never lost: a form that could not be taken is shown again as it was.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

import structlog
from aiohttp import web

from actions.proposals import propose
from actions.wording import Wording
from bot import texts
from bot.channels.origin import posted_from_here
from bot.incident_answers import Answers, Posted, ProblemError, Said
from bot.login import Login
from bot.rendering import Templates
from casework import authorities, followup, incidents, organisation, overview, papers, tallies
from casework.access import OVERSEERS
from casework.authorities import Reported
from casework.clock import SWEDEN
from casework.content import Content
from casework.errors import (
    ImpossibleChangeError,
    NotAllowedError,
    NotFoundError,
    StorageUnavailableError,
)
from casework.followup import Task
from casework.incidents import ACKNOWLEDGE, CLOSE, Shown
from casework.organisation import Profile
from casework.papers import Paper
from casework.routines import Routines
from casework.store import Store
from casework.vocabulary import Authority, PersonId, Reference, Role, Status

log = structlog.get_logger()

Fields = Mapping[str, str]
Answer = Callable[[web.Request, Profile, Fields], Awaitable[web.Response]]

LIST = "/handelser"
_CLOSED = (Status.CLOSED, Status.CLOSED_WITHOUT_ACTION)
_OVER = (Status.WITHDRAWN, Status.TRANSFERRED)
_REFERENCE = re.compile(r"OP-[0-9]{4}-[0-9]{6,9}")
_UNDONE = ("klart", "behovs_inte", "anmalt", "ingen_anmalan")
"""What was said after an answer that can be taken back."""
_OF_LATE_DAYS = 60  # back from today; with the months they fall in, about three (our choice)
_HEADERS = {"Referrer-Policy": "same-origin"}
"""A form of a page that hides where it comes from would be sent without an origin to check."""


@dataclass(frozen=True)
class Card:
    """A step as the page shows it.

    Attributes:
        kind: which form it has: receive, close, authority, note or plain.
        proposal: the text that stands in the form before somebody has typed.
    """

    task: Task
    kind: str
    reasons: Sequence[str]
    authority: Authority | None
    proposal: str
    may_undo: bool


class IncidentPages:
    """Routes of the pages.

    Args:
        store: the record; it says who may see and do what, and logs who opened what.
        content: the words.
        routines: the texts that people ask for.
        login_at: where people log in; None where only made-up people do, in the chat.
    """

    def __init__(
        self, store: Store, content: Content, routines: Routines, login_at: str | None = None
    ) -> None:
        self._store = store
        self._routines = routines
        self._login_at = login_at
        self._content = content
        self._login = Login(store)
        self._templates = Templates("incidents", content)
        self._answers = Answers(store, content)
        self._wording = Wording(content.taxonomy)

    def add_to(self, app: web.Application) -> None:
        """Add the routes; the other security headers are those of the web channel."""
        one = f"{LIST}/{{reference}}"
        app.router.add_get(LIST, self._list, allow_head=False)
        app.router.add_post(LIST, self._change_list)
        app.router.add_get(one, self._incident, allow_head=False)
        app.router.add_post(one, self._change_incident)

    async def _list(self, request: web.Request) -> web.Response:
        return await self._serve(request, self._show_list)

    async def _change_list(self, request: web.Request) -> web.Response:
        return await self._serve(request, self._take_absence)

    async def _incident(self, request: web.Request) -> web.Response:
        return await self._serve(request, self._show_incident)

    async def _change_incident(self, request: web.Request) -> web.Response:
        return await self._serve(request, self._take)

    async def _serve(self, request: web.Request, answer: Answer) -> web.Response:
        """Answer somebody who is logged in; all others, and what goes wrong, get a plain page.

        Raises:
            HTTPForbidden: a form that was sent from somewhere else.
            HTTPBadRequest: a form that cannot be read.
        """
        if request.method == "POST" and not posted_from_here(request):
            raise web.HTTPForbidden
        fields = await _fields(request)
        try:
            person = await self._login.person(request)
            if person is None:
                return self._logged_out(request, fields)
            return await answer(request, person, fields)
        except (NotFoundError, NotAllowedError):
            return self._door(404, "Finns inte", texts.NOT_THERE)
        except StorageUnavailableError as error:
            log.error("page_not_shown", error=type(error).__name__)
            return self._door(503, "Inte just nu", texts.NOT_NOW, request, fields)

    def _logged_out(self, request: web.Request, fields: Fields) -> web.Response:
        if self._login_at is None:
            return self._door(403, "Logga in", texts.NOT_LOGGED_IN, request, fields)
        login = f"{self._login_at}?{urlencode({'next': request.path})}"
        text = texts.LOG_IN_AND_COME_BACK
        return self._door(403, "Logga in", text, request, fields, login=login)

    def _door(
        self,
        status: int,
        heading: str,
        text: str,
        request: web.Request | None = None,
        fields: Fields | None = None,
        *,
        login: str | None = None,
    ) -> web.Response:
        """A page without a case; a form that could not be taken can be sent again from it."""
        again = request.path if request else ""
        return self._html(
            "closed_door.html",
            status,
            heading=heading,
            text=text,
            typed=fields,
            again=again,
            login=login,
        )

    def _html(self, template: str, status: int = 200, **filled_in: object) -> web.Response:
        filled_in.setdefault("person", None)
        return web.Response(
            text=self._templates.html(template, **filled_in),
            content_type="text/html",
            status=status,
            headers=_HEADERS,
        )

    # --- the list

    async def _show_list(
        self,
        request: web.Request,
        person: Profile,
        fields: Fields,
        problem: ProblemError | None = None,
    ) -> web.Response:
        who, store = PersonId(person.id), self._store
        return self._html(
            "list.html",
            422 if problem else 200,
            **self._today(),
            person=person,
            cases=await overview.cases(store, who),
            late=await overview.late(store, who) if person.role in OVERSEERS else None,
            asked=await self._asked_about() if person.role in OVERSEERS else None,
            away=await organisation.absence(store, who),
            stand_ins=await organisation.stand_ins(store, who),
            notice=_said(request, ""),
            problem=problem and problem.text,
            form={"act": "", **fields},
        )

    async def _take_absence(
        self, request: web.Request, person: Profile, fields: Fields
    ) -> web.Response:
        try:
            said = await self._answers.take_absence(PersonId(person.id), fields)
        except ProblemError as problem:
            return await self._show_list(request, person, fields, problem)
        return _see(LIST, said)

    # --- one incident

    async def _show_incident(
        self,
        request: web.Request,
        person: Profile,
        fields: Fields,
        problem: ProblemError | None = None,
    ) -> web.Response:
        who, store, reference = PersonId(person.id), self._store, _reference(request)
        plan = await followup.plan_of(store, who, reference)
        shown = await incidents.show(store, who, reference)
        reports = await authorities.of_incident(store, who, reference)
        handlers = await overview.handlers(store, who, reference)
        candidates = await self._candidates(who, reference)
        cards = [self._card(shown, plan, task) for task in plan]
        form = {"act": "", "step": "", **fields}
        return self._html(
            "incident.html",
            422 if problem else 200,
            **self._today(),
            **self._told(shown),
            **_work(cards, reports, shown),
            **_after(request, cards),
            person=person,
            shown=shown,
            handlers=handlers,
            candidates=candidates,
            may_invite=not handlers.has_hr and any(c.role is Role.HR for c in candidates),
            history=await overview.history(store, who, reference),
            problem=problem and problem.text,
            problem_at=problem and form["step"] if _has_form(cards, form) else None,
            left_over=_left_over(cards, form) if problem else "",
            form=form,
            typed=_typed(form),
        )

    async def _candidates(self, who: PersonId, reference: Reference) -> list[Profile]:
        try:
            return await followup.candidates(self._store, who, reference)
        except ImpossibleChangeError:
            return []

    async def _take(self, request: web.Request, person: Profile, fields: Fields) -> web.Response:
        who, reference = PersonId(person.id), _reference(request)
        plan = await followup.plan_of(self._store, who, reference)
        try:
            said = await self._answers.take(Posted(who, reference, plan, fields))
        except ProblemError as problem:
            return await self._show_incident(request, person, fields, problem)
        # Whoever has handed it over may no longer see it.
        return _see(LIST if said.what == "lamna" else f"{LIST}/{reference}", said)

    def _card(self, shown: Shown, plan: Sequence[Task], task: Task) -> Card:
        planned = self._content.policy.step(task.name)
        authority = self._content.policy.authority_of(task.name)
        has_note = planned is not None and planned.note
        kind = {ACKNOWLEDGE: "receive", CLOSE: "close"}.get(task.name)
        return Card(
            task=task,
            kind=kind or (authority and "authority") or ("note" if has_note else "plain"),
            reasons=planned.reasons if planned else (),
            authority=authority,
            proposal=propose(self._content, shown, plan, task.name) if has_note else "",
            may_undo=not task.is_open and kind is None and shown.status not in (*_CLOSED, *_OVER),
        )

    def _told(self, shown: Shown) -> dict[str, object]:
        """What happened, in the same words as in the chat."""
        offered = papers.offered(shown.types, serious=shown.serious)
        link = self._content.policy.papers.police.link
        return {
            "rows": self._wording.rows(shown),
            "notes": [note.strip() for note in self._wording.notes(shown)],
            "police_paper": link if Paper.POLICE in offered else None,
        }

    async def _asked_about(self) -> list[tuple[str, int | None]]:
        """What people have asked about of late, and how often; None where too few have."""
        today = self._store.clock().astimezone(SWEDEN).date()
        since = today - timedelta(days=_OF_LATE_DAYS)
        counts = await tallies.asked_about(self._store, since, today)
        texts_of = {text.topic: text.title for text in reversed(self._routines.texts)}
        return [(texts_of.get(each.topic, each.topic), each.count) for each in counts]

    def _today(self) -> dict[str, object]:
        now = self._store.clock()
        return {"now": now, "today": now.astimezone(SWEDEN).date().isoformat()}


def _work(
    cards: Sequence[Card], reports: Mapping[Authority, Reported], shown: Shown
) -> dict[str, object]:
    """What there is to do, what is done, and what was reported."""
    is_over, is_closed = shown.status in _OVER, shown.status in _CLOSED
    to_do = [c for c in cards if c.task.is_open and c.task.asked and not is_over]
    return {
        "is_over": is_over,
        "is_closed": is_closed,
        "open_cards": to_do,
        "answered": [c for c in cards if not c.task.is_open],
        "missing": [c.task for c in cards if c.task.gate and c.task.is_open],
        "reports": [
            (card, report)
            for card in cards
            if card.authority and (report := reports.get(card.authority)) and report.reported_by
        ],
        "number_label": _number_label,
    }


def _number_label(report: Reported) -> str:
    return "K-nummer" if report.authority is Authority.POLICE else "Ärendenummer"


def _after(request: web.Request, cards: Sequence[Card]) -> dict[str, object]:
    """What is said after something was done, and the step whose answer can be taken back."""
    name = request.query.get("steg", "")
    card = next((card for card in cards if card.task.name == name), None)
    is_answer = request.query.get("sagt") in _UNDONE
    return {
        "said": _said(request, card.task.label if card else ""),
        "undo": name if card and card.may_undo and is_answer else None,
    }


def _said(request: web.Request, step: str) -> str:
    """The words for what was done; nothing for a code that there is not."""
    return texts.SAID.get(request.query.get("sagt", ""), "").format(step=step)


def _typed(form: Fields) -> Callable[..., str | None]:
    """Looks up what was typed in the form of a step that could not be taken."""

    def typed(card: Card, name: str, otherwise: str | None = "") -> str | None:
        return form.get(name, otherwise) if form["step"] == card.task.name else otherwise

    return typed


def _left_over(cards: Sequence[Card], form: Fields) -> str:
    """What was typed in a form that is no longer on the page, as its step has been answered."""
    if _has_form(cards, form) or form["act"] == "hur_det_gar":
        return ""
    return "\n".join(form[name] for name in ("text", "own", "number") if form.get(name))


def _has_form(cards: Sequence[Card], form: Fields) -> bool:
    """Whether the form that was sent is on the page again: closing waits for other answers."""
    if form["step"] == CLOSE and any(card.task.gate and card.task.is_open for card in cards):
        return False
    return any(card.task.is_open and card.task.name == form["step"] for card in cards)


def _see(path: str, said: Said) -> web.Response:
    """Go and look at the page (a reload then repeats nothing); codes only in the address."""
    codes = {"sagt": said.what} | ({"steg": said.step} if said.step else {})
    return web.Response(status=303, headers={"Location": f"{path}?{urlencode(codes)}"})


def _reference(request: web.Request) -> Reference:
    """The reference in the address.

    Raises:
        NotFoundError: it cannot be one.
    """
    named = request.match_info["reference"]
    if not _REFERENCE.fullmatch(named):
        raise NotFoundError("incident")
    return Reference(named)


async def _fields(request: web.Request) -> dict[str, str]:
    """The fields of a form; none for a page that is only looked at.

    Raises:
        HTTPBadRequest: it cannot be read.
    """
    if request.method != "POST":
        return {}
    try:
        posted = await request.post()
    except (ValueError, LookupError):
        raise web.HTTPBadRequest from None
    return {name: value for name, value in posted.items() if isinstance(value, str)}
