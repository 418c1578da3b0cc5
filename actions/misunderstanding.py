"""Counts what was not understood, and opens a way out the second time in a row."""

from typing import Any

from rasa_sdk.events import SlotSet

from actions.base import Button, Events, Turn, button
from actions.wording import Wording
from casework.report import NOT_KNOWN, Answers, Question, may_be_skipped

SLOT = "misunderstood"
_WAY_OUT_AFTER = 2
"""Times in a row after which the way out is offered; our choice."""


def count(turn: Turn, *, at_once: bool = False) -> Events:
    """Note that this message was not understood.

    Args:
        turn: the message.
        at_once: whether the way out is needed already the first time.

    Returns:
        The events that remember it: how many times in a row, at which question.
    """
    times = _WAY_OUT_AFTER if at_once else 1
    if _was_just_before(turn):
        times = max(times, _noted(turn)["times"] + 1)
    return [SlotSet(SLOT, {"times": times, "asked": _asked(turn), "message": turn.number})]


def is_first(turn: Turn) -> bool:
    """Whether the message before this one was understood, or was about something else."""
    return not _was_just_before(turn)


def needs_way_out(turn: Turn) -> bool:
    """Whether this message was the second in a row, or a later one, that was not understood."""
    noted = _noted(turn)
    is_now: bool = noted["message"] == turn.number
    return is_now and noted["times"] >= _WAY_OUT_AFTER


def way_out(wording: Wording, question: Question, answers: Answers) -> list[Button]:
    """Skip the question, pause, or stop; a question that must be answered is not skipped."""
    words = wording.taxonomy.answers["way_out"]
    skip = [button(words["skip"], "answer", **{question.value: NOT_KNOWN})]
    leave = [button(words["pause"], "pause"), button(words["stop"], "cancel")]
    return (skip if may_be_skipped(question, answers) else []) + leave


def with_way_out(buttons: list[Button], ways: list[Button]) -> list[Button]:
    """The choices of a question with the way out below them; none stands there twice."""
    taken = {way["payload"] for way in ways}
    return [choice for choice in buttons if choice["payload"] not in taken] + ways


def _noted(turn: Turn) -> dict[str, Any]:
    noted: dict[str, Any] = turn.tracker.get_slot(SLOT) or {"times": 0, "message": 0}
    return noted


def _was_just_before(turn: Turn) -> bool:
    noted = _noted(turn)
    is_next: bool = noted["message"] == turn.number - 1
    return is_next and noted.get("asked") == _asked(turn)


def _asked(turn: Turn) -> str | None:
    return turn.asked.value if turn.asked else None
