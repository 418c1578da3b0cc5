"""Finds danger that is going on now, so that 112 comes before any question.

Rules only: it must work with no trained model and give the same answer every time. Every text
of a conversation passes through, also the short ones in the middle of it.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Any

from nlu.normalise import plain, word_table

# A message this short, without a word about when, is about now: our choice, tuned on dev.
_SHORT_WORDS = 9
_QUOTE = re.compile(r'"[^"]*"|(?<!\w)\'[^\']*\'(?!\w)')
_SENTENCE = re.compile(r"(?<=[.!?\n]) ")


class Danger(StrEnum):
    """Who is in danger."""

    PERSON = "person"  # somebody may be hurt now
    SUICIDE = "suicide"  # a client says, or is feared, to take their life now
    DISTRESS = "distress"  # the writer's own life


def find_danger(text: str) -> Danger | None:
    """Say whether 112 should be shown now.

    Args:
        text: What a person wrote, any spelling, any length.

    Returns:
        The danger, the writer's own life first; None for what is past, planned for
        another day, figurative or ordinary.
    """
    told = _rules()["figurative"].sub(" ", plain(text).text)
    if _is_distress(told):
        return Danger.DISTRESS
    for sentences in _readings(told):
        if _is_urgent(sentences, "suicide"):
            return Danger.SUICIDE
        if _is_urgent(sentences, "person"):
            return Danger.PERSON
    return None


def _any_of(patterns: Iterable[str], parts: dict[str, str]) -> re.Pattern[str]:
    filled: list[str] = []
    for pattern in patterns:
        for name, words in parts.items():
            pattern = pattern.replace("{" + name + "}", words)
        filled.append(f"(?:{pattern})")
    return re.compile("|".join(filled))


@cache
def _rules() -> dict[str, re.Pattern[str]]:
    table: dict[str, Any] = word_table("danger")
    parts: dict[str, str] = table["parts"]
    rules: dict[str, re.Pattern[str]] = {}
    for name, value in table.items():
        if name == "parts":
            continue
        if isinstance(value, dict):
            for kind, patterns in value.items():
                rules[f"{name}_{kind}"] = _any_of(patterns, parts)
        else:
            rules[name] = _any_of([value] if isinstance(value, str) else value, parts)
    return rules


def _is_distress(told: str) -> bool:
    own = _QUOTE.sub(" ", told)
    rules = _rules()
    return any(
        not rules["reported"].search(own[max(0, match.start() - 60) : match.start() + 4])
        for match in rules["distress"].finditer(own)
    )


def _readings(told: str) -> list[str]:
    """The whole text if nothing in it is past; otherwise its sentences that are about now."""
    rules = _rules()
    if not rules["past"].search(told):
        return [told]
    sentences = _SENTENCE.split(told)
    return [
        sentence
        for sentence in sentences
        if rules["now"].search(sentence) and not rules["past"].search(sentence)
    ]


def _is_urgent(told: str, kind: str) -> bool:
    rules = _rules()
    says_now = bool(rules["now"].search(told))
    is_now = says_now or len(told.split()) <= _SHORT_WORDS
    if rules["habit"].search(told) and not says_now:
        return False
    if _holds(rules[f"{kind}_alone"], told):
        return True
    if is_now and _holds(rules[f"{kind}_now"], told):
        return True
    if says_now and kind == "person" and _holds(rules["person_just"], told):
        return True
    if rules["today"].search(told) and _holds(rules[f"{kind}_today"], told):
        return True
    return kind == "suicide" and _holds(rules["suicide_told"], told)


def _holds(pattern: re.Pattern[str], told: str) -> bool:
    """Found, and not right after "inte" and the like."""
    negated = _rules()["negated"]
    return any(
        not negated.search(told[max(0, match.start() - 40) : match.start()])
        for match in pattern.finditer(told)
    )
