"""What typed words do with a step."""

from collections.abc import Mapping, Sequence

from actions.asked import ONE, Awaited, What, last_task
from actions.base import Turn
from actions.errands import Errand, Typed, errand, is_no, is_number, is_yes, reporter, tells_of
from actions.tasks import doing, steps
from actions.tasks.steps import Do, Next
from casework import followup
from casework.errors import ImpossibleChangeError, NotAllowedError, NotFoundError
from casework.followup import Task, TaskId
from casework.organisation import Profile
from casework.vocabulary import Reference


async def understand(turn: Turn, wanted: Awaited | None) -> bool:
    """Whether typed words can be an answer to what is wanted, or an errand about a step."""
    if wanted is None or wanted.what is What.TASK:
        return errand(turn.text, _all_said(turn, await steps.open_tasks(turn))) is not None
    if wanted.what is What.REPORTER:
        return _reporter_of(turn.text) is not None
    if wanted.what is What.TAKER:
        return _named(turn.text, await _candidates(turn, wanted.reference)) is not None
    return True


async def take(turn: Turn, wanted: Awaited | None) -> Next:
    """Do what was typed; `understand` has said that it can be done."""
    if wanted is None or wanted.what is What.TASK:
        return await run_errand(turn)
    return await doing.safely(turn, _TAKE[wanted.what], wanted.task, turn.text)


async def _take_proposal(turn: Turn, task: TaskId, text: str) -> Next:
    return await (doing.approve(turn, task) if is_yes(text) else doing.write(turn, task, text))


async def _take_number(turn: Turn, task: TaskId, text: str) -> Next:
    if is_number(text):
        return await doing.number(turn, task, text)
    if is_no(text) or "inte" in text.casefold():
        return await doing.no_number(turn, task)
    turn.say("utter_task_no_number")
    return Awaited(What.NUMBER, *task)


async def _take_reporter(turn: Turn, task: TaskId, text: str) -> Next:
    by = reporter(text)
    return await (doing.reported(turn, task, by) if by else doing.not_needed(turn, task))


async def _take_taker(turn: Turn, task: TaskId, text: str) -> Next:
    named = _named(text, await _candidates(turn, task.reference))
    return await doing.other(turn, task, named.id) if named else None


_TAKE: Mapping[What, Do] = {
    What.PROPOSAL: _take_proposal,
    What.REASON: doing.leave,
    What.NUMBER: _take_number,
    What.REPORTER: _take_reporter,
    What.TAKER: _take_taker,
}


async def is_errand(turn: Turn) -> bool:
    """Whether somebody who handles incidents typed what they did, or want, with a step."""
    found = await steps.open_tasks(turn)
    typed = errand(turn.text, _all_said(turn, found))
    return bool(found) and typed is not None and typed.errand is not Errand.NEXT


async def asks_what_next(turn: Turn) -> bool:
    """Whether somebody who handles incidents asks what they are to do."""
    found = await steps.open_tasks(turn)
    typed = errand(turn.text)
    return bool(found) and typed is not None and typed.errand in (Errand.NEXT, Errand.ALL)


async def run_errand(turn: Turn) -> Next:
    """Do what a manager typed about a step: the one shown last, or the one their words name."""
    found = await steps.open_tasks(turn)
    typed = errand(turn.text, _all_said(turn, found))
    if typed is None or not found:
        return None
    if typed.errand is Errand.UNDO and (last := last_task(turn)):
        return await doing.safely(turn, doing.undo, last)
    if typed.errand in (Errand.ALL, Errand.ENOUGH):
        return await doing.safely(turn, doing.BY_BUTTON[typed.errand], TaskId(Reference(""), ""))
    meant = _meant(turn, found)
    if meant is None or typed.errand in (Errand.NEXT, Errand.UNDO):
        return await steps.digest(turn, at_least_one=True)
    return await _about(turn, TaskId(meant.reference, meant.name), typed)


async def _about(turn: Turn, task: TaskId, typed: Typed) -> Next:
    planned = steps.planned(turn, task.name)
    if typed.errand is Errand.NOT_NEEDED:
        if planned is None or not planned.reasons:
            return Awaited(What.TASK, *task, how=ONE)
        return await doing.safely(
            turn, doing.leave if typed.reason else doing.not_needed, task, typed.reason
        )
    if typed.errand is Errand.OTHER:
        named = _named(turn.text, await _candidates(turn, task.reference))
        return await doing.safely(turn, doing.other, task, named.id if named else "")
    text = turn.text if typed.errand is Errand.DONE and len(turn.text.split()) > _BARE else ""
    return await doing.safely(turn, doing.BY_BUTTON[typed.errand], task, text)


_BARE = 2
"""Words of a bare 'klart' or 'det är'; more is kept as what was done (our choice)."""


def _meant(turn: Turn, found: Sequence[Task]) -> Task | None:
    """Which step: named by its words, first in the incident shown last; else the one shown."""
    last = last_task(turn)
    shown = next((t for t in found if (t.reference, t.name) == last), None)
    named = [t for t in found if tells_of(turn.text, steps.said(turn, t.name))]
    if shown and (shown in named or not named):
        return shown
    same = [t for t in named if last and t.reference == last.reference]
    return next(iter(same or named), None)


async def _candidates(turn: Turn, reference: Reference) -> list[Profile]:
    """Who may take an incident over; nobody, if it is no longer theirs to give away."""
    try:
        return await followup.candidates(turn.services.store, turn.who, reference)
    except (NotFoundError, NotAllowedError, ImpossibleChangeError):
        return []


def _named(text: str, people: Sequence[Profile]) -> Profile | None:
    """Somebody whose first name is in a text, or whose function is."""
    words = set(text.casefold().replace("?", " ").replace(",", " ").split())
    return next((p for p in people if {p.name.split()[0].casefold(), p.role} & words), None)


def _reporter_of(text: str) -> str | None:
    """Who reported, as words say it; empty for nobody, None if they do not say."""
    try:
        return reporter(text) or ""
    except LookupError:
        return None


def _all_said(turn: Turn, found: Sequence[Task]) -> list[str]:
    """Words by which these steps are known."""
    return [word for t in found for word in steps.said(turn, t.name)]
