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
    is_whistleblowing,
    likely_forms,
    outcome,
)
from casework.report.choices import may_be_skipped
from casework.report.flow import (
    MORE,
    NO_SERIES,
    NO_TYPE,
    NOT_KNOWN,
    SMALL,
    SUGGESTED_TEXT,
    gaps,
    is_suggestion,
    may_be_small,
    next_question,
    offered,
)
from casework.report.meaning import meaning
from casework.report.routing import ROUTES, Route, barred, route
from casework.report.stories import Change, told
from casework.report.typed import YES, put_back, what_is_right

__all__ = [
    "MORE",
    "NEVER_RECORDED",
    "NOT_KNOWN",
    "NO_SERIES",
    "NO_TYPE",
    "ROUTES",
    "SMALL",
    "SUGGESTED_TEXT",
    "YES",
    "Answers",
    "Change",
    "Facts",
    "Occurred",
    "Outcome",
    "Question",
    "Route",
    "Said",
    "barred",
    "forms",
    "gaps",
    "is_serious",
    "is_suggestion",
    "is_whistleblowing",
    "likely_forms",
    "may_be_skipped",
    "may_be_small",
    "meaning",
    "next_question",
    "offered",
    "outcome",
    "put_back",
    "route",
    "told",
    "what_is_right",
]
