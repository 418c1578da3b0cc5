"""What an answer means: a pure function of what was asked, what was said, and what is known."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from casework.report.answers import NEVER_RECORDED, Answers, Facts, Occurred, Question, Said
from casework.report.flow import NO_TYPE, NOT_KNOWN, OTHER_TYPES, WRONG_TYPE
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

_NOT_KNOWN = re.compile(
    r"(jag )?(vet|minns|kommer) (ej|inte)( ihåg)?( riktigt| säkert| än)?|ingen aning|oklart|"
    r"hoppa över|vill inte (säga|svara)|osäker(t)?|\?+",
)
_YES = re.compile(r"(ja|jo|jepp|japp|absolut|precis|exakt|det stämmer|stämmer|okej|ok|yes)\b.*")
_NO = re.compile(r"(nej|nä|nix|inte|stämmer inte)\b.*")
_CORRECTS = re.compile(
    r"(nej|nä|fel|förresten|vänta|jag menade|rättelse|ändra)\b[\s,.:]*(?P<rest>.+)", re.DOTALL
)

_FACT_OF = {
    Question.PERPETRATOR: "perpetrator",
    Question.OCCURRED: "occurred",
    Question.CHANNEL: "channel",
    Question.AREA: "area",
}

Change = dict[str, Any]
"""Field of `Answers` → new value."""


def meaning(question: Question, said: Said, answers: Answers) -> Change | None:
    """What `said` means as an answer to `question`.

    Args:
        question: what was asked.
        said: the words or choices, with what could be read from the words.
        answers: the answers so far.

    Returns:
        The change it makes to the answers; None if it is no answer. A choice of another
        question than the asked one is taken as an answer to that one.
    """
    if said.chosen:
        return _from_choices(said.chosen, answers)
    text = said.text.strip()
    if not text:
        return None
    if question in (Question.DESCRIPTION, Question.RETELL):
        return told(said, answers, retelling=question is Question.RETELL)
    return _typed(question, text, said.facts, answers)


def told(said: Said, answers: Answers, *, retelling: bool = False) -> Change:
    """The change that a story makes: the text, what was read, and facts not known before.

    A story told on top of another is added to it, so that nothing is lost. A retelling replaces
    the text, and the types that are never recorded are forgotten.
    """
    change = _retold(said) if retelling else _added(said, answers)
    for question, field in _FACT_OF.items():
        value = getattr(said.facts, field)
        if value is not None and getattr(answers, question.value) is None:
            change[question.value] = value
    if answers.area is None and Question.AREA not in answers.unknown:
        change.setdefault("area", answers.home_area)
    return change


def _added(said: Said, answers: Answers) -> Change:
    text, facts = said.text.strip(), said.facts
    earlier = answers.description
    if earlier is None:
        return {"description": text, "facts": facts}
    if text in earlier:
        return {}
    masked = f"{answers.facts.masked}\n\n{facts.masked}"
    return {
        "description": f"{earlier}\n\n{text}",
        "facts": answers.facts.model_copy(update={"masked": masked}),
    }


def _retold(said: Said) -> Change:
    kept = tuple(t for t in said.facts.types if t not in NEVER_RECORDED)
    facts = said.facts.model_copy(update={"types": kept})
    return {"description": said.text.strip(), "facts": facts, "retold": True}


def _typed(question: Question, text: str, facts: Facts, answers: Answers) -> Change | None:
    plain = text.casefold().strip(" .!")
    correction = _CORRECTS.fullmatch(plain)
    if _NOT_KNOWN.fullmatch(plain) and question not in (Question.SEND, Question.CHANGE):
        return _not_known(question, answers)
    if correction and (corrected := _corrections(facts)):
        return corrected
    reader = _TYPED.get(question)
    if reader and (change := reader(plain, facts, answers)):
        return change
    if correction:
        return None
    return (_corrections(facts) or None) if question is Question.SEND else None


def _corrections(facts: Facts) -> Change:
    """The facts of a sentence such as 'nej, det var i måndags', as changes."""
    found = {q.value: getattr(facts, field) for q, field in _FACT_OF.items()}
    return {field: value for field, value in found.items() if value is not None}


def _not_known(question: Question, answers: Answers) -> Change | None:
    match question:
        case Question.TYPES:
            return {"types": answers.facts.types or (IncidentType.OTHER,)} | _mark(
                question, answers
            )
        case Question.PURPOSE:
            return {"purpose": Purpose.UNSURE}
        case Question.POLICE:
            return {"police": PoliceWish.UNSURE}
        case Question.KEEP:
            return {"keep": True}
        case Question.COUNT:
            return {"count": False}
        case Question.SUPPORT:
            return {"support": ()} | _mark(question, answers)
        case _:
            return _mark(question, answers)


def _mark(question: Question, answers: Answers) -> Change:
    return {"unknown": answers.unknown | {question}}


def _yes_no(field: str) -> Callable[[str, Facts, Answers], Change | None]:
    def read(plain: str, _facts: Facts, _answers: Answers) -> Change | None:
        if _YES.fullmatch(plain):
            return {field: True}
        return {field: False} if _NO.fullmatch(plain) else None

    return read


def _typed_types(plain: str, facts: Facts, answers: Answers) -> Change | None:
    named = tuple(t for t, pattern in _TYPE_WORDS.items() if re.search(pattern, plain))
    if named:
        return {"types": named}
    if _YES.fullmatch(plain) and answers.facts.types:
        return {"types": answers.facts.types}
    if re.search(r"\b(inget|inga|ingen) av\b", plain):
        return {"types": ()}
    if _NO.fullmatch(plain):
        return {"choosing_types": True}
    told_more = len(plain.split()) >= _SHORTEST_STORY_WORDS
    return {"types": facts.types} if facts.types and told_more else None


_SHORTEST_STORY_WORDS = 3
"""Words from which an answer is read like a story; fewer are too little to read (our choice)."""

_TYPE_WORDS = {
    IncidentType.HARASSMENT: r"\btrakass",
    IncidentType.THREAT: r"\bhot(et|en|elser|ade)?\b",
    IncidentType.VIOLENCE: r"\bvåld(et)?\b",
    IncidentType.VANDALISM: r"\bskadegörelse",
    IncidentType.CORRUPTION: r"\b(mut[ao]|korruption|jäv|gåva)",
    IncidentType.ABUSE_OF_POSITION: r"\b(missbruk av|tjänsteställning)",
    IncidentType.OTHER: r"\bannan (påverkan|press)",
}


def _typed_fact(question: Question) -> Callable[[str, Facts, Answers], Change | None]:
    def read(_plain: str, facts: Facts, _answers: Answers) -> Change | None:
        value = getattr(facts, _FACT_OF[question])
        return None if value is None else {question.value: value}

    return read


def _typed_occurred(plain: str, facts: Facts, _answers: Answers) -> Change | None:
    """A time, or else the words themselves: somebody at work reads them later."""
    if facts.occurred:
        return {"occurred": facts.occurred}
    if _corrections(facts) or len(plain) < _SHORTEST_TIME:
        return None
    return {"occurred": Occurred(text=plain[:_LONGEST_TIME])}


_SHORTEST_TIME, _LONGEST_TIME = 4, 100
"""Characters of an answer to 'when' that is kept as the person's own words."""


def _typed_purpose(plain: str, _facts: Facts, _answers: Answers) -> Change | None:
    if _YES.fullmatch(plain) or "påverka" in plain:
        return {"purpose": Purpose.NO if "inte" in plain else Purpose.YES}
    return {"purpose": Purpose.NO} if _NO.fullmatch(plain) else None


def _typed_police(plain: str, _facts: Facts, _answers: Answers) -> Change | None:
    if re.search(r"\b(redan|är anmäl[td]|har anmält)\b", plain):
        return {"police": PoliceWish.DONE}
    if _NO.fullmatch(plain):
        return {"police": PoliceWish.NO}
    if re.search(r"\b(jag anmäler|själv)\b", plain):
        return {"police": PoliceWish.SELF}
    return (
        {"police": PoliceWish.EMPLOYER}
        if _YES.fullmatch(plain) or "arbetsgivar" in plain
        else None
    )


_SUPPORT_WORDS = {
    Support.MANAGER_TALK: r"\bchef",
    Support.OCCUPATIONAL_HEALTH: r"företagshäls|krisstöd|samtalsstöd|psykolog",
    Support.SAFETY_REPRESENTATIVE: r"skyddsombud",
    Support.UNION: r"\bfack",
}


def _typed_support(plain: str, _facts: Facts, _answers: Answers) -> Change | None:
    wanted = tuple(s for s, pattern in _SUPPORT_WORDS.items() if re.search(pattern, plain))
    if wanted:
        return {"support": wanted}
    return {"support": (Support.NONE,)} if _NO.fullmatch(plain) or "inget" in plain else None


def _typed_send(plain: str, _facts: Facts, _answers: Answers) -> Change | None:
    if re.fullmatch(r"(ja,? )?(skicka|skicka in)( den| rapporten| nu)?", plain) or plain == "ja":
        return {"send": True}
    return {"changing": True} if plain.startswith("ändra") else None


_TYPED: dict[Question, Callable[[str, Facts, Answers], Change | None]] = {
    Question.TYPES: _typed_types,
    Question.KEEP: _yes_no("keep"),
    Question.COUNT: _yes_no("count"),
    Question.PERPETRATOR: _typed_fact(Question.PERPETRATOR),
    Question.OCCURRED: _typed_occurred,
    Question.CHANNEL: _typed_fact(Question.CHANNEL),
    Question.AREA: _typed_fact(Question.AREA),
    Question.PURPOSE: _typed_purpose,
    Question.POLICE: _typed_police,
    Question.SUPPORT: _typed_support,
    Question.SEND: _typed_send,
}


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


def _from_choices(chosen: Mapping[str, tuple[str, ...]], answers: Answers) -> Change | None:
    change: Change = {}
    for name, values in chosen.items():
        try:
            change |= _from_choice(Question(name), values, answers) or {}
        except ValueError:
            return None
    return change or None


def _from_choice(question: Question, values: tuple[str, ...], answers: Answers) -> Change | None:
    if values == (NOT_KNOWN,):
        return _not_known(question, answers)
    if question is Question.TYPES:
        return _chosen_types(values)
    if question is Question.CHANGE:
        return _reopen(Question(values[0]), answers)
    if values == (WRONG_TYPE,):
        return _reopen(Question.TYPES, answers)
    return _CHOSEN[question](values) if question in _CHOSEN and values else None


def _chosen_types(values: tuple[str, ...]) -> Change:
    if OTHER_TYPES in values:
        return {"choosing_types": True}
    if NO_TYPE in values:
        return {"types": (), "choosing_types": False}
    return {"types": tuple(IncidentType(v) for v in values), "choosing_types": False}


def _reopen(question: Question, answers: Answers) -> Change:
    """Forget the answer to a question, so that it is asked again."""
    return {
        question.value: None,
        "changing": False,
        "choosing_types": question is Question.TYPES,
        "unknown": answers.unknown - {question},
    }
