"""What chosen buttons, and the words *vet ej*, mean."""

from collections.abc import Callable, Mapping

from casework.report.answers import Answers, Question
from casework.report.flow import NO_TYPE, NOT_KNOWN, OTHER_TYPES, WRONG_TYPE
from casework.report.stories import Change
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

_CHOSEN: dict[Question, Callable[[tuple[str, ...]], Change]] = {
    Question.KEEP: lambda v: {"keep": v[0] == "yes"},
    Question.COUNT: lambda v: {"count": v[0] == "yes"},
    Question.PERPETRATOR: lambda v: {"perpetrator": Perpetrator(v[0])},
    Question.RECIPIENT: lambda v: {"recipient": Recipient(v[0])},
    Question.PURPOSE: lambda v: {"purpose": Purpose(v[0])},
    Question.CHANNEL: lambda v: {"channel": Channel(v[0])},
    Question.AREA: lambda v: {"area": Area(v[0])},
    Question.POLICE: lambda v: {"police": PoliceWish(v[0])},
    Question.SUPPORT: lambda v: {"support": tuple(Support(s) for s in v)},
    Question.SEND: lambda v: {"send": True} if v[0] == "yes" else {"changing": True},
}


def from_choices(chosen: Mapping[str, tuple[str, ...]], answers: Answers) -> Change | None:
    """What the chosen values mean, each for its own question; None if any is unknown."""
    change: Change = {}
    for name, values in chosen.items():
        try:
            change |= _from_choice(Question(name), values, answers) or {}
        except ValueError:
            return None
    return change or None


def _from_choice(question: Question, values: tuple[str, ...], answers: Answers) -> Change | None:
    if values == (NOT_KNOWN,):
        return not_known(question, answers)
    if question is Question.TYPES:
        return _chosen_types(values)
    if question is Question.CHANGE:
        return reopen(Question(values[0]), answers)
    if values == (WRONG_TYPE,):
        return reopen(Question.TYPES, answers)
    return _CHOSEN[question](values) if question in _CHOSEN and values else None


def _chosen_types(values: tuple[str, ...]) -> Change:
    if OTHER_TYPES in values:
        return {"choosing_types": True}
    if NO_TYPE in values:
        return {"types": (), "choosing_types": False}
    return {"types": tuple(IncidentType(v) for v in values), "choosing_types": False}


def reopen(question: Question, answers: Answers) -> Change:
    """Forget the answer to a question, so that it is asked again."""
    return {
        question.value: None,
        "changing": False,
        "choosing_types": question is Question.TYPES,
        "unknown": answers.unknown - {question},
    }


_NOT_KNOWN: dict[Question, Change | None] = {
    Question.PURPOSE: {"purpose": Purpose.UNSURE},
    # HR stands outside the line; it decides who should have the report instead.
    Question.RECIPIENT: {"recipient": Recipient.HR},
    Question.POLICE: {"police": PoliceWish.UNSURE},
    Question.KEEP: {"keep": True},
    Question.COUNT: {"count": False},
    Question.SEND: None,
    Question.CHANGE: None,
}


def not_known(question: Question, answers: Answers) -> Change | None:
    """What *vet ej* means; None where an answer cannot be left out."""
    if question in _NOT_KNOWN:
        return _NOT_KNOWN[question]
    change: Change = {"unknown": answers.unknown | {question}}
    if question is Question.TYPES:
        change["types"] = answers.facts.types or (IncidentType.OTHER,)
        change["choosing_types"] = False
    if question is Question.SUPPORT:
        change["support"] = ()
    return change
