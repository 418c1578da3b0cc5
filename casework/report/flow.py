"""What to ask next, and what may be chosen; the order and the conditions of the reporting routine.

Pure functions over the answers so far: nothing here knows Rasa, a channel or the database.
"""

from collections.abc import Callable, Iterable

from casework.report.answers import Answers, Outcome, Question, outcome
from casework.vocabulary import (
    Area,
    Channel,
    IncidentType,
    Perpetrator,
    PoliceWish,
    Purpose,
    Recipient,
    Support,
)

INSIDERS_WITH_POWER = frozenset({Perpetrator.MANAGER, Perpetrator.POLITICIAN})
"""Influencers because of whom the person chooses who gets the report (Malmö SR-2022-15, Rek 6)."""

NOT_KNOWN = "vet_ej"
"""The value of the choice *Vet ej*."""

OTHER_TYPES = "andra"
NO_TYPE = "inget"
WRONG_TYPE = "fel_typ"


def _has(question: Question) -> Callable[[Answers], bool]:
    field = question.value
    return lambda a: getattr(a, field) is not None or question in a.unknown


def _is_mixed(answers: Answers) -> bool:
    return bool(answers.routed_types and answers.recorded_types)


def _always(_answers: Answers) -> bool:
    return True


_NEEDED: dict[Question, Callable[[Answers], bool]] = {
    Question.DESCRIPTION: _always,
    Question.TYPES: _always,
    Question.RETELL: _is_mixed,
    Question.COUNT: lambda a: bool(a.routed_types),
    Question.KEEP: lambda a: a.types == (),
    Question.PERPETRATOR: _always,
    Question.RECIPIENT: lambda a: a.perpetrator in INSIDERS_WITH_POWER,
    Question.PURPOSE: _always,
    Question.OCCURRED: _always,
    Question.CHANNEL: _always,
    Question.AREA: _always,
    Question.POLICE: lambda a: bool(a.recorded_types),
    Question.SUPPORT: _always,
    Question.CHANGE: lambda a: a.changing,
    Question.SEND: _always,
}
"""In the order of asking, with when each is needed."""

_ANSWERED: dict[Question, Callable[[Answers], bool]] = {q: _has(q) for q in _NEEDED} | {
    Question.RETELL: lambda a: a.retold,
    Question.CHANGE: lambda a: not a.changing,
    Question.SEND: lambda a: a.send,
}

_HANDOVER_QUESTIONS = (Question.DESCRIPTION, Question.TYPES, Question.COUNT)


def next_question(answers: Answers) -> Question | None:
    """The first question that is needed and not answered; None when the outcome is clear."""
    result = outcome(answers)
    if result is Outcome.NOTHING:
        return None
    asking: Iterable[Question] = _HANDOVER_QUESTIONS if result is Outcome.HANDOVER else _NEEDED
    return next((q for q in asking if _NEEDED[q](answers) and not _ANSWERED[q](answers)), None)


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
    Question.POLICE,
    Question.SUPPORT,
)
"""What can be changed from the summary."""

_FIXED_CHOICES: dict[Question, list[str]] = {
    Question.KEEP: ["yes", "no"],
    Question.COUNT: ["yes", "no", WRONG_TYPE],
    Question.PERPETRATOR: [*(p for p in Perpetrator if p is not Perpetrator.UNKNOWN), NOT_KNOWN],
    Question.PURPOSE: list(Purpose),
    Question.CHANNEL: [*(c for c in Channel if c is not Channel.UNKNOWN), NOT_KNOWN],
    Question.AREA: [*(a for a in Area if a is not Area.UNKNOWN), NOT_KNOWN],
    Question.OCCURRED: [NOT_KNOWN],
    Question.POLICE: list(PoliceWish),
    Question.SUPPORT: list(Support),
    Question.SEND: ["yes", "change"],
}


def offered(
    question: Question, answers: Answers, recipients: Iterable[Recipient] = ()
) -> list[str]:
    """The values to choose between for a question, in the order to show them.

    Args:
        question: what is asked; one that is answered in free words has no choices.
        answers: the answers so far; a suggested type is confirmed rather than chosen.
        recipients: functions that somebody holds, for `Question.RECIPIENT`.
    """
    if question is Question.TYPES:
        if is_suggestion(question, answers):
            return [OTHER_TYPES, NO_TYPE]
        return [*IncidentType, NO_TYPE, NOT_KNOWN]
    if question is Question.RECIPIENT:
        return [r for r in recipients if r not in barred(answers)]
    if question is Question.CHANGE:
        return [q for q in CHANGEABLE if _NEEDED[q](answers)]
    return _FIXED_CHOICES.get(question, [])


def barred(answers: Answers) -> frozenset[Recipient]:
    """Functions that must not get the report, because the influencer may hold them."""
    is_manager = answers.perpetrator is Perpetrator.MANAGER
    return frozenset({Recipient.MANAGER}) if is_manager else frozenset()


def is_suggestion(question: Question, answers: Answers) -> bool:
    """Whether the question is to confirm what was read, rather than to choose from all."""
    return question is Question.TYPES and bool(answers.facts.types) and not answers.choosing_types
