"""A report as pure values and functions: what to ask next, and what an answer means."""

from casework.report.answers import (
    NEVER_RECORDED,
    Answers,
    Facts,
    Occurred,
    Outcome,
    Question,
    Said,
    forms,
    is_serious,
    outcome,
)
from casework.report.flow import (
    NO_TYPE,
    NOT_KNOWN,
    barred,
    gaps,
    is_suggestion,
    next_question,
    offered,
)
from casework.report.meaning import meaning
from casework.report.stories import Change, told
from casework.report.typed import put_back

__all__ = [
    "NEVER_RECORDED",
    "NOT_KNOWN",
    "NO_TYPE",
    "Answers",
    "Change",
    "Facts",
    "Occurred",
    "Outcome",
    "Question",
    "Said",
    "barred",
    "forms",
    "gaps",
    "is_serious",
    "is_suggestion",
    "meaning",
    "next_question",
    "offered",
    "outcome",
    "put_back",
    "told",
]
