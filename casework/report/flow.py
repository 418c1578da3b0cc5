"""What to ask next, and what may be chosen; the order and the conditions of the reporting routine.

Pure functions over the answers so far: nothing here knows Rasa, a channel or the database.
"""

from collections.abc import Callable, Iterable

from casework.report.answers import NEVER_RECORDED, Answers, Outcome, Question, outcome
from casework.report.routing import barred, route
from casework.vocabulary import (
    Area,
    Channel,
    Exposed,
    IncidentType,
    ManagerRank,
    Perpetrator,
    PoliceReason,
    PoliceWish,
    Purpose,
    Recipient,
    Sign,
    Support,
)

NOT_KNOWN = "vet_ej"
"""The value of the choice *Vet ej*."""

OTHER_TYPES = "andra"
NO_TYPE = "inget"
WRONG_TYPE = "fel_typ"
SKIP_REST = "resten"
SMALL = "liten"
SUGGESTED_TEXT = "forslag"
SOMEBODY_ELSE = "nagon_annan"
NO_SERIES = "no"
MORE = "mer"


def _has(question: Question) -> Callable[[Answers], bool]:
    field = question.value
    return lambda a: getattr(a, field) is not None or question in a.unknown


def _is_mixed(answers: Answers) -> bool:
    return bool(answers.routed_types and answers.recorded_types)


def _always(_answers: Answers) -> bool:
    return True


_OWN = frozenset({None, Exposed.SELF})
_SPOKEN_FOR = _OWN | {Exposed.COLLEAGUE_KNOWS, Exposed.EMPLOYEE}
"""For whom the wish about the police is known to whoever reports."""


def is_for_somebody_else(answers: Answers) -> bool:
    """Whether it may be somebody else who was exposed, so that this is asked."""
    return answers.is_manager or Sign.ABOUT_SOMEBODY_ELSE in answers.facts.signs


_NEEDED: dict[Question, Callable[[Answers], bool]] = {
    Question.DESCRIPTION: _always,
    Question.SEPARATE: lambda a: bool(a.facts.second),
    Question.TYPES: _always,
    Question.RETELL: _is_mixed,
    Question.COUNT: lambda a: bool(a.routed_types),
    Question.KEEP: lambda a: a.types == (),
    Question.EXPOSED: is_for_somebody_else,
    Question.PERPETRATOR: _always,
    Question.WHICH_MANAGER: lambda a: a.perpetrator is Perpetrator.MANAGER,
    Question.RECIPIENT: lambda a: route(a).chosen_by_person,
    Question.PURPOSE: _always,
    Question.OCCURRED: _always,
    Question.CHANNEL: _always,
    Question.AREA: _always,
    Question.SERIES: lambda a: bool(a.earlier),
    Question.POLICE: lambda a: bool(a.recorded_types) and a.exposed in _SPOKEN_FOR,
    Question.POLICE_REASON: lambda a: a.police is PoliceWish.NO,
    Question.SUPPORT: lambda a: a.exposed in _OWN | {Exposed.WITNESSED},
    Question.CHANGE: lambda a: a.changing,
    Question.SEND: _always,
}
"""In the order of asking, with when each is needed."""

_ANSWERED: dict[Question, Callable[[Answers], bool]] = {q: _has(q) for q in _NEEDED} | {
    Question.RETELL: lambda a: a.retold,
    Question.RECIPIENT: lambda a: a.recipient is not None and a.recipient not in barred(a),
    Question.CHANGE: lambda a: not a.changing,
    Question.SEND: lambda a: a.send,
}

_TOLD_AND_SORTED = (Question.DESCRIPTION, Question.SEPARATE, Question.TYPES)
_ROUTED_ON = (*_TOLD_AND_SORTED, Question.COUNT)
_SMALL = (
    *(*_TOLD_AND_SORTED, Question.RETELL, Question.COUNT, Question.KEEP, Question.WHICH_MANAGER),
    *(Question.RECIPIENT, Question.CHANGE, Question.SEND),
)
"""What is asked about a small event, besides what the person wants to change (domain R5)."""

_ADDED = (Question.DESCRIPTION, Question.SEND)
_NEVER_SKIPPED = frozenset(
    {Question.WHICH_MANAGER, Question.RECIPIENT, Question.RETELL, Question.COUNT, Question.KEEP}
)
"""What decides who gets a report, and what must not be recorded, is asked in any case."""


def _asking(answers: Answers, result: Outcome) -> Iterable[Question]:
    if result is Outcome.HANDOVER:
        return _ROUTED_ON
    if answers.adding:
        return _ADDED
    return _SMALL if answers.small else _NEEDED


def next_question(answers: Answers) -> Question | None:
    """The first question that is needed and not answered; None when the outcome is clear."""
    result = outcome(answers)
    if result in (Outcome.NOTHING, Outcome.WHISTLEBLOWING):
        return None
    reopened = (q for q in _NEEDED if q in answers.reopened)
    asking = (*reopened, *_asking(answers, result))
    return next((q for q in asking if _NEEDED[q](answers) and not _ANSWERED[q](answers)), None)


def skippable(answers: Answers) -> Question | None:
    """The next question, if it is one that may be left out together with all that remain."""
    question = next_question(answers)
    is_last = question in (None, Question.SEND, Question.CHANGE, *_TOLD_AND_SORTED)
    return None if is_last or question in _NEVER_SKIPPED else question


def previous_question(answers: Answers, asked: Question) -> Question | None:
    """The question before the asked one that has an answer and may be answered anew."""
    order = list(_NEEDED)
    earlier = reversed(order[: order.index(asked)])
    may = (q for q in earlier if q in CHANGEABLE and _NEEDED[q](answers))
    return next((q for q in may if _ANSWERED[q](answers)), None)


def gaps(answers: Answers) -> list[Question]:
    """What the person could not tell; marked for whoever handles the incident."""
    return [q for q in _NEEDED if q in answers.unknown]


CHANGEABLE = (
    Question.DESCRIPTION,
    Question.TYPES,
    Question.PERPETRATOR,
    Question.OCCURRED,
    Question.CHANNEL,
    Question.AREA,
    Question.PURPOSE,
    Question.EXPOSED,
    Question.POLICE,
    Question.SUPPORT,
)
"""What can be changed from the summary."""

_FIXED_CHOICES: dict[Question, list[str]] = {
    Question.SEPARATE: ["yes", "no"],
    Question.KEEP: ["yes", "no"],
    Question.COUNT: ["yes", "no", WRONG_TYPE],
    Question.PERPETRATOR: [*(p for p in Perpetrator if p is not Perpetrator.UNKNOWN), NOT_KNOWN],
    Question.WHICH_MANAGER: list(ManagerRank),
    Question.PURPOSE: list(Purpose),
    Question.CHANNEL: [*(c for c in Channel if c is not Channel.UNKNOWN), NOT_KNOWN],
    Question.AREA: [*(a for a in Area if a is not Area.UNKNOWN), NOT_KNOWN],
    Question.OCCURRED: [NOT_KNOWN],
    Question.POLICE_REASON: list(PoliceReason),
}

_SKIPS_REST = frozenset(
    {Question.PERPETRATOR, Question.PURPOSE, Question.OCCURRED, Question.CHANNEL, Question.AREA}
)
"""Questions under which the choice to skip the rest stands."""


def offered(
    question: Question, answers: Answers, recipients: Iterable[Recipient] = ()
) -> list[str]:
    """The values to choose between for a question, in the order to show them.

    Args:
        question: what is asked; one that is answered in free words has no choices.
        answers: the answers so far; a suggested type is confirmed rather than chosen.
        recipients: functions that somebody holds, for `Question.RECIPIENT`.
    """
    if question is Question.RECIPIENT:
        return [r for r in recipients if r not in barred(answers)]
    if question in _CHOICES_BY_ANSWERS:
        return _CHOICES_BY_ANSWERS[question](answers)
    skip = [SKIP_REST] if question in _SKIPS_REST else []
    return _FIXED_CHOICES.get(question, []) + skip


def _types_offered(answers: Answers) -> list[str]:
    if is_suggestion(Question.TYPES, answers):
        return [OTHER_TYPES, NO_TYPE]
    return [*IncidentType, NO_TYPE, NOT_KNOWN]


_CHOICES_BY_ANSWERS: dict[Question, Callable[[Answers], list[str]]] = {
    Question.DESCRIPTION: lambda a: [] if a.small or a.amends else [SMALL],
    Question.TYPES: _types_offered,
    Question.EXPOSED: lambda a: [e for e in Exposed if e is not Exposed.EMPLOYEE or a.is_manager],
    Question.SERIES: lambda a: [*a.earlier, NO_SERIES],
    Question.POLICE: lambda a: [
        w for w in PoliceWish if w is not PoliceWish.SELF or a.exposed in _OWN
    ],
    Question.SUPPORT: lambda a: [
        s for s in Support if s is not Support.MANAGER_TALK or Recipient.MANAGER not in barred(a)
    ],
    Question.CHANGE: lambda a: [q for q in CHANGEABLE if _NEEDED[q](a)],
    Question.SEND: lambda a: ["yes", "change", *([] if a.amends else [SOMEBODY_ELSE])],
}


def may_be_small(answers: Answers) -> bool:
    """Whether what was told can be noted as a small event without asking for the type."""
    return bool(answers.facts.types) and not set(answers.facts.types) & NEVER_RECORDED


def is_suggestion(question: Question, answers: Answers) -> bool:
    """Whether the question is to confirm what was read, rather than to choose from all."""
    return question is Question.TYPES and bool(answers.facts.types) and not answers.choosing_types
