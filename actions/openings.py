"""What Lotsen does with the first words of a conversation; the chat and the command ask here."""

import re
from enum import StrEnum

from actions.manner import Manner, is_foreign_story, is_long

_QUESTION = re.compile(
    r"\s*(hur|vad|när|vem|var|vart|varför|får|kan|måste|ska|bör|vilk|är det|finns|gäller)\b"
)
_FEW_WORDS = 25  # of a story that is told for the sake of the question (our choice)
_ASKS_FOR_A_RULE = re.compile(
    r"[,.!;–-] *(och |men |så )?(får|är|räknas|gäller|måste|bör|kan|har) "
    r"(\w+ ){0,6}\w+\s*\?[\s?]*$"
)


class Opening(StrEnum):
    """What the assistant would do (published ids, docs/interfaces.md)."""

    REPORT = "report"
    QUESTION = "question"
    DANGER = "danger"
    SMALLTALK = "smalltalk"
    MY_REPORTS = "my_reports"
    MANAGER_FOLLOWUP = "manager_followup"
    HELP = "help"
    OUT_OF_SCOPE = "out_of_scope"
    STOP = "stop"
    STATISTICS = "statistics"
    RESUME_DRAFT = "resume_draft"


_OPENING_OF = {
    "start_report": Opening.REPORT,
    "tell_incident": Opening.REPORT,
    "ask_question": Opening.QUESTION,
    "explain": Opening.HELP,
    "greet": Opening.SMALLTALK,
    "thank": Opening.SMALLTALK,
    "goodbye": Opening.SMALLTALK,
    "smalltalk": Opening.SMALLTALK,
    "check_in": Opening.SMALLTALK,
    "my_reports": Opening.MY_REPORTS,
    "withdraw_report": Opening.MY_REPORTS,
    "amend_report": Opening.MY_REPORTS,
    "manager_followup": Opening.MANAGER_FOLLOWUP,
    "acknowledge_incident": Opening.MANAGER_FOLLOWUP,
    "show_incident": Opening.MANAGER_FOLLOWUP,
    "help": Opening.HELP,
    "out_of_scope": Opening.OUT_OF_SCOPE,
    "cancel": Opening.STOP,
    "pause": Opening.STOP,
    "start_over": Opening.STOP,
    "discard_draft": Opening.STOP,
    "statistics": Opening.STATISTICS,
    "resume_draft": Opening.RESUME_DRAFT,
}
"""Intents that are not here (an answer to nothing, no intent at all) are unclear."""


_MAY_TELL = frozenset(
    {
        Opening.QUESTION,
        Opening.OUT_OF_SCOPE,
        Opening.MY_REPORTS,
        Opening.MANAGER_FOLLOWUP,
        Opening.STATISTICS,
    }
)
"""Openings that a long story is at times taken for; influence found in it decides."""


def is_question(text: str) -> bool:
    """Whether a text asks something, by its mark or its first word."""
    return "?" in text or bool(_QUESTION.match(text.casefold()))


def asks_for_a_rule(text: str) -> bool:
    """Whether a few words end by asking what is allowed or counts: "... får han det?"."""
    few = len(text.split()) <= _FEW_WORDS
    return few and bool(_ASKS_FOR_A_RULE.search(text.casefold()))


def is_story_after_all(intent: str, text: str, *, has_influence: bool) -> bool:
    """Whether a text that was taken for something else tells what happened.

    Args:
        intent: what the engine took it for.
        text: what was typed.
        has_influence: whether the reader finds some influence in it.
    """
    opening = _OPENING_OF.get(intent)
    if opening is None:
        return is_long(text) or has_influence
    if opening not in _MAY_TELL or not is_long(text) or is_question(text):
        return False
    return has_influence or opening is Opening.QUESTION


def opening_of(intent: str) -> Opening:
    """What the engine's intent alone would have the assistant do."""
    return _OPENING_OF.get(intent, Opening.OUT_OF_SCOPE)


_OPENING_BY_MANNER = {
    Manner.FOREIGN: Opening.HELP,
    Manner.INSULT: Opening.SMALLTALK,
    Manner.GIBBERISH: Opening.OUT_OF_SCOPE,
}


def opening(
    intent: str,
    text: str,
    *,
    has_influence: bool,
    is_answered: bool = False,
    manner: Manner | None = None,
) -> Opening:
    """What the assistant does with a first message that holds no danger.

    Args:
        intent: what the engine took it for.
        text: what was typed.
        has_influence: whether the reader finds some influence in it.
        is_answered: whether a routine text answers it.
        manner: how it was said, if that calls for a reply of its own.
    """
    if manner is Manner.FOREIGN and is_foreign_story(text):
        return Opening.REPORT
    if manner:
        return _OPENING_BY_MANNER[manner]
    if is_answered and _is_question_after_all(intent, text):
        return Opening.QUESTION
    if is_story_after_all(intent, text, has_influence=has_influence):
        return Opening.REPORT
    return opening_of(intent)


def _is_question_after_all(intent: str, text: str) -> bool:
    """Whether what was taken for a story, or for nothing that Lotsen does, asks what is so."""
    taken_for = opening_of(intent)
    if taken_for is Opening.REPORT:
        return asks_for_a_rule(text)
    return taken_for is Opening.OUT_OF_SCOPE and is_question(text)
