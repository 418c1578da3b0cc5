"""What a story already says about the police and about support, so that it is not asked again."""

import re
from typing import Any

from casework.report.answers import Answers, Question
from casework.report.flow import is_for_somebody_else
from casework.report.routing import barred
from casework.vocabulary import Exposed, PoliceWish, Recipient, Support

_QUOTED = re.compile(r"[”“\"»«][^”“\"»«]*[”“\"»«]")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_SAID = (
    r"\b(sa|sade|säger|sagt|skrek|skriker|skrev|skriver|ropade|hävdade|påstod|svarade|frågade|"
    r"mejlade|smsade)\b"
)
_CLAUSE = re.compile(r"[,;–]\s*|\s(?=(?:och|men|så|nu) (?:jag|vi)\b)")
_UNSURE = re.compile(
    r"\b(inte|ej|aldrig|ingen|inget|eller|kanske|annars|osäker|funderar|undrar|borde|behövs|"
    r"ifall|innan|förra|förut|tidigare|sist)\b|\?|"
    r"\bom (jag|ni|vi|han|hon|hen|de|någon)\b|"
    r"\bom (det|den|detta) (här )?"
    r"(händer|sker|blir|går|fortsätter|upprepas|kommer|är|skulle|kan)\b"
)
"""Doubt, conditions, choices and earlier events: then the question is asked."""

_ABOUT_POLICE = re.compile(r"polisanmäl|till polisen")
_EMPLOYER = r"(ni|arbetsgivaren|min arbetsgivare|arbetsplatsen|kommunen|min chef|chefen)"
_OTHERS = r"(?! (dig|er|oss|mig)\b)"
_FOR_SOMETHING = r"(?! (\w+ )?för\b)"  # a crime of another day, which this came of
_POLICE = {
    PoliceWish.DONE: re.compile(
        r"(?<!som )(?<!att )\b(jag|vi) har (redan |själv |själva )*polisanmält\b"
        rf"{_OTHERS}{_FOR_SOMETHING}|"
        r"\b(jag|vi) har (redan )?(gjort en polisanmälan|anmält (det|honom|henne) till polisen)|"
        r"\b(det|händelsen) är (redan )?polisanmäl[td]\b|\bpolisanmälan är (redan )?gjord\b"
    ),
    PoliceWish.EMPLOYER: re.compile(
        rf"\bjag vill (gärna |verkligen |också )?att {_EMPLOYER} (ska )?"
        r"(polisanmäl(er|a)\b|anmäl(er|a) (det|honom|henne)( här)? till polisen|"
        r"(gör|göra) en polisanmälan)"
    ),
    PoliceWish.SELF: re.compile(
        r"\bjag (ska|kommer att|tänker) (själv )?(polisanmäla|göra en polisanmälan)\b"
        rf"{_OTHERS}|\bjag polisanmäler (det )?själv\b"
    ),
}

_WANTS_TO_MEET = re.compile(
    r"\bjag (vill|behöver|önskar|skulle vilja|skulle behöva) (gärna |verkligen |också )?(få |ha )?"
    r"(?P<whom>((prata|tala|samtala|kontakt|ett samtal|samtal|hjälp|stöd) (med|av|från)|träffa|"
    r"företagshäls\w+|krisstöd)\b.*)"
)
_GOES_ON = re.compile(r"\b(om|för att|så att|eftersom|när|som|att)\b")
_SUPPORT = {
    Support.MANAGER_TALK: re.compile(r"\bmin (närmaste )?chef\b"),
    Support.OCCUPATIONAL_HEALTH: re.compile(r"\b(företagshäls|krisstöd)"),
    Support.SAFETY_REPRESENTATIVE: re.compile(r"\bskyddsombud"),
    Support.UNION: re.compile(r"\bfacket\b"),
}


def wishes(text: str, answers: Answers) -> dict[str, Any]:
    """The wishes about the police and support that a text says outright.

    Only what is plain and one's own: not doubt, a condition, somebody else's words, or what is
    told for somebody else. A no to the police is always asked about, for the question tells how
    name and address are protected, and worry about that keeps people from reporting (R29).

    Args:
        text: a story, as typed.
        answers: what is known with the story; what is answered already stays.

    Returns:
        The change to the answers; empty if nothing is said, or if an incident is amended.
    """
    if answers.amends or not _is_own(answers):
        return {}
    sentences = _SENTENCE.split(_QUOTED.sub("?", text.casefold()))
    change: dict[str, Any] = {}
    police, support = _police(sentences), _support(sentences)
    if police and not _is_answered(Question.POLICE, answers):
        change["police"] = police
    no_manager = Support.MANAGER_TALK in support and Recipient.MANAGER in barred(answers)
    if support and not no_manager and not _is_answered(Question.SUPPORT, answers):
        change["support"] = support
    foretold = answers.foretold | {Question(field) for field in change}
    return change | {"foretold": foretold} if change else {}


def _is_own(answers: Answers) -> bool:
    """Whether it is plain that the person who tells was exposed."""
    if answers.exposed is None:
        return not is_for_somebody_else(answers)
    return answers.exposed is Exposed.SELF


def _is_answered(question: Question, answers: Answers) -> bool:
    return getattr(answers, question.value) is not None or question in answers.unknown


def _police(sentences: list[str]) -> PoliceWish | None:
    """The one wish that is named; None if there is doubt, or more than one."""
    about = [s for s in sentences if _ABOUT_POLICE.search(s)]
    if any(map(_UNSURE.search, about)):
        return None
    clauses = [c for s in about for c in _own_clauses(s)]
    found = [wish for wish, words in _POLICE.items() if any(map(words.search, clauses))]
    return found[0] if len(found) == 1 else None


def _support(sentences: list[str]) -> tuple[Support, ...]:
    """Whom the person wants to meet; nothing if there is doubt about any of it."""
    about = [s for s in sentences if _WANTS_TO_MEET.search(s)]
    if any(map(_UNSURE.search, about)):
        return ()
    met = [m for s in about for c in _own_clauses(s) if (m := _WANTS_TO_MEET.search(c))]
    whom = " ".join(_GOES_ON.split(m["whom"])[0] for m in met)
    return tuple(support for support, words in _SUPPORT.items() if words.search(whom))


def _own_clauses(sentence: str) -> list[str]:
    """The parts of a sentence that are not what somebody said."""
    together = re.sub(rf"({_SAID})\s*[,:–]\s*", r"\1 ", sentence)
    return [c for c in _CLAUSE.split(together) if not re.search(_SAID, c)]
