"""What the follow-up asked last, so that a typed answer reaches it: a small form of the engine.

The form remembers what is awaited and of which incident, never what was said.
"""

from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from rasa_sdk.events import ActiveLoop, FollowupAction, SlotSet

from actions.base import Events, Turn
from casework import drafts
from casework.clock import SWEDEN
from casework.followup import TaskId
from casework.vocabulary import Reference

FORM = "follow_up_form"
WORDS, AWAITED, TASK, PUT_OFF = "words", "awaited", "task", "put_off"
SLOTS = frozenset({WORDS, AWAITED, TASK, PUT_OFF})
QUIET = "quiet"
"""A way of asking: waiting on without a word."""

ONE = "one"
"""A way of showing a step: by itself, without how many there are."""

_LISTEN = FollowupAction("action_listen")


class What(StrEnum):
    """What is awaited."""

    TASK = "task"
    PROPOSAL = "proposal"
    REASON = "reason"
    NUMBER = "number"
    REPORTER = "reporter"
    TAKER = "taker"
    WELLBEING = "wellbeing"
    SUPPORT = "support"
    TELL = "tell"


FREE = frozenset({What.PROPOSAL, What.REASON, What.NUMBER})
"""Answered with any words."""


@dataclass(frozen=True)
class Awaited:
    """What is awaited, and about what.

    Attributes:
        how: which of its wordings asks for it; its first one if empty.
    """

    what: What
    reference: Reference
    step: str = ""
    how: str = ""

    @property
    def task(self) -> TaskId:
        return TaskId(self.reference, self.step)


def awaited(turn: Turn) -> Awaited | None:
    """What the follow-up asked last, if it still waits for an answer."""
    held = turn.tracker.get_slot(AWAITED)
    if not held:
        return None
    about = {"step": held["step"], "how": held["how"]}
    return Awaited(What(held["what"]), Reference(held["reference"]), **about)


def is_asking(turn: Turn) -> bool:
    """Whether the follow-up waits for an answer in this conversation."""
    return turn.loop == FORM


def last_task(turn: Turn) -> TaskId | None:
    """The step that was shown last."""
    held = turn.tracker.get_slot(TASK)
    return TaskId(Reference(held[0]), held[1]) if held else None


def remember_task(task: TaskId) -> Events:
    """Let a typed answer be about this step."""
    return [SlotSet(TASK, list(task))]


def put_off(turn: Turn, task: TaskId) -> None:
    """Bring this step up no more today, in this conversation."""
    today = [[*task, _day(turn)]]
    turn.noted.append(SlotSet(PUT_OFF, [*_put_off(turn), *today]))


def is_put_off(turn: Turn, task: TaskId) -> bool:
    """Whether the person wanted to be reminded of the step another day."""
    return [*task, _day(turn)] in _put_off(turn)


def _put_off(turn: Turn) -> list[list[str]]:
    held = [e["value"] for e in turn.noted if e.get("name") == PUT_OFF]
    return held[-1] if held else turn.tracker.get_slot(PUT_OFF) or []


def _day(turn: Turn) -> str:
    return turn.services.store.clock().astimezone(SWEDEN).date().isoformat()


def hold(wanted: Awaited | None) -> Events:
    """Remember what is awaited."""
    return [SlotSet(AWAITED, asdict(wanted) if wanted else None)]


def ask(turn: Turn, wanted: Awaited | None) -> Events:
    """Ask for what is wanted next, from any action; None leaves the conversation as it was."""
    if wanted:
        return [*hold(wanted), FollowupAction(FORM)]
    if is_asking(turn):
        return [*hold(None), ActiveLoop(None), SlotSet("requested_slot", None), _LISTEN]
    return hold(None)


def ask_again(turn: Turn, wanted: Awaited) -> Events:
    """Ask for the same once more, because the answer was not understood."""
    is_task = wanted.what is What.TASK
    how = "" if wanted.how == QUIET else wanted.how
    return ask(turn, replace(wanted, how=ONE if is_task else how))


def asked_in_form(wanted: Awaited | None) -> Events:
    """The same from within the form: it asks for what is wanted, or ends."""
    if wanted:
        return [*hold(wanted), SlotSet(WORDS, None)]
    return [*hold(None), SlotSet("requested_slot", None)]


async def go_on(turn: Turn) -> Events:
    """After something else came in between: what any words answer is asked again.

    What needs one of a few answers waits on without a word, and a report that was being written
    goes on.
    """
    wanted = awaited(turn)
    if is_asking(turn):
        quiet = wanted and wanted.what not in FREE
        return ask(turn, replace(wanted, how=QUIET) if wanted and quiet else wanted)
    draft = await drafts.find(turn.services.store, turn.who) if turn.person else None
    if draft and draft.answers.is_begun and draft.conversation_id == turn.conversation:
        return [FollowupAction("report_form")]
    return [_LISTEN]
