"""What chosen buttons, and the words *vet ej*, mean."""

from collections.abc import Callable, Mapping

from casework.report.answers import Answers, Question
from casework.report.flow import (
    NO_SERIES,
    NO_TYPE,
    NOT_KNOWN,
    OTHER_TYPES,
    SKIP_REST,
    SMALL,
    SOMEBODY_ELSE,
    WRONG_TYPE,
    skippable,
)
from casework.report.stories import Change
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
    Reference,
    Support,
)

_CHOSEN: dict[Question, Callable[[tuple[str, ...]], Change]] = {
    Question.KEEP: lambda v: {"keep": v[0] == "yes"},
    Question.COUNT: lambda v: {"count": v[0] == "yes"},
    Question.SEPARATE: lambda v: {"separate": v[0] == "yes"},
    Question.EXPOSED: lambda v: {"exposed": Exposed(v[0])},
    Question.PERPETRATOR: lambda v: {"perpetrator": Perpetrator(v[0])},
    Question.WHICH_MANAGER: lambda v: {"which_manager": ManagerRank(v[0])},
    Question.SERIES: lambda v: {"series": NO_SERIES if v[0] == NO_SERIES else Reference(v[0])},
    Question.POLICE_REASON: lambda v: {"police_reason": PoliceReason(v[0])},
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
    if (special := _SPECIAL.get(values)) is not None:
        return special(question, answers)
    if question is Question.TYPES:
        return _chosen_types(values)
    if question is Question.CHANGE:
        return reopen(Question(values[0]), answers)
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
        "reopened": answers.reopened | {question},
    }


def hide_from_receiver(answers: Answers) -> Change:
    """The person wants somebody else to get the report than whoever would get it now."""
    now = answers.recipient or Recipient.MANAGER
    return {"hidden_from": answers.hidden_from | {now}, "recipient": None}


def skip_rest(answers: Answers) -> Change:
    """Leave out every question that may be left out; all of them become *vet ej*."""
    change: Change = {}
    skipped = answers
    while question := skippable(skipped):
        left_out = not_known(question, skipped) or {}
        change |= left_out
        skipped = skipped.having(**left_out)
    return change


def small(answers: Answers) -> Change:
    """Note it as a small event; what was read stands for what would have been asked."""
    change: Change = {"small": True, "choosing_types": False}
    return change | ({"types": answers.facts.types} if answers.facts.types else {})


_NOT_KNOWN: dict[Question, Change | None] = {
    Question.PURPOSE: {"purpose": Purpose.UNSURE},
    # HR stands outside the line; it decides who should have the report instead.
    Question.RECIPIENT: {"recipient": Recipient.HR},
    Question.EXPOSED: {"exposed": Exposed.SELF},
    Question.WHICH_MANAGER: {"which_manager": ManagerRank.UNKNOWN},
    Question.SEPARATE: {"separate": False},
    Question.SERIES: {"series": NO_SERIES},
    Question.POLICE_REASON: {"police_reason": PoliceReason.UNKNOWN},
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
    if question is Question.DESCRIPTION:
        change["description"] = ""
    return change


def may_be_skipped(question: Question, answers: Answers) -> bool:
    """Whether a question can be left out; the story itself, and the yes that sends it, cannot."""
    is_story = question in (Question.DESCRIPTION, Question.RETELL)
    return not is_story and not_known(question, answers) is not None


_SPECIAL: dict[tuple[str, ...], Callable[[Question, Answers], Change | None]] = {
    (NOT_KNOWN,): not_known,
    (WRONG_TYPE,): lambda _question, answers: reopen(Question.TYPES, answers),
    (SKIP_REST,): lambda _question, answers: skip_rest(answers),
    (SMALL,): lambda _question, answers: small(answers),
    (SOMEBODY_ELSE,): lambda _question, answers: hide_from_receiver(answers),
}
"""Values that mean the same under every question."""
