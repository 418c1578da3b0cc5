"""Turns a text into named features that a linear model can weigh, each with its place.

Words alone do not carry far with a thousand texts: the tables in `nlu/words/` tell which words
mean the same, and the model learns what that speaks for.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from simplemma import Lemmatizer

from nlu.normalise import Plain, word_table

_SHORTEST_GRAM = 2  # characters, with the marks for begin and end of a word
_LONGEST_GRAM = 5
_LONGEST_WORD = 24  # characters; longer strings are links or noise
_NEAR = 5  # words: pairs of base forms stand in a window of so many
_QUOTE = '"'
_FEW = 3  # mentions, counted up to this
_LEMMATIZER = Lemmatizer(cache_max_size=0)
"""Without its memory of words: what somebody typed must not outlive the reading."""


class Feature(NamedTuple):
    """A feature found in a text, and which tokens it covers (end exclusive)."""

    name: str
    first: int
    end: int


def find_features(text: Plain) -> Iterator[Feature]:
    """Every feature of a text, as often as it occurs."""
    yield from _words(text.tokens)
    yield from _base_forms(text.tokens)
    yield from _characters(text.tokens)
    yield from find_concepts(text)


def _words(tokens: tuple[str, ...]) -> Iterator[Feature]:
    previous = "<"
    for at, token in enumerate(tokens):
        word = "0" if token.isdigit() else token
        yield Feature(f"w {word}", at, at + 1)
        yield Feature(f"w {previous} {word}", max(0, at - 1), at + 1)
        previous = word


def _base_forms(tokens: tuple[str, ...]) -> Iterator[Feature]:
    """Each word's base form, and pairs of them that stand near each other."""
    forms = [base_form(token) for token in tokens]
    for at, form in enumerate(forms):
        yield Feature(f"l {form}", at, at + 1)
        for other in range(at + 1, min(at + _NEAR, len(forms))):
            yield Feature(f"l {form}|{forms[other]}", at, other + 1)


def base_form(token: str) -> str:
    """The base form of a word; what is no word stays as it is. Nothing is kept of it."""
    return _LEMMATIZER.lemmatize(token, "sv") if token.isalpha() else token


def _characters(tokens: tuple[str, ...]) -> Iterator[Feature]:
    for at, token in enumerate(tokens):
        if not token[0].isalpha() or len(token) > _LONGEST_WORD:
            continue
        marked = f"<{token}>"
        for size in range(_SHORTEST_GRAM, _LONGEST_GRAM + 1):
            for start in range(len(marked) - size + 1):
                yield Feature(f"c {marked[start : start + size]}", at, at + 1)


def phrase_pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """One pattern for many phrases of a table in `nlu/words/`.

    Args:
        phrases: `*` stands for any letters, or a whole word; `_` for up to three words; a word
            with a backslash is a regular expression.
    """
    ordered = sorted(phrases, key=len, reverse=True)
    return re.compile(r"(?<!\S)(?:" + "|".join(_phrase(phrase) for phrase in ordered) + r")(?!\S)")


def _phrase(phrase: str) -> str:
    pattern = ""
    for word in phrase.split():
        if word == "_":
            pattern += r"(?:\S+ ){0,3}"
        elif "\\" in word:
            pattern += word + " "
        elif word == "*":
            pattern += r"\S+ "
        else:
            pattern += re.escape(word).replace(r"\*", r"\S*") + " "
    return pattern.removesuffix(" ")


@cache
def _concepts() -> tuple[tuple[str, re.Pattern[str]], ...]:
    named = [
        (f"k {name}", phrase_pattern(phrases))
        for name, phrases in word_table("concepts")["acts"].items()
    ]
    for field, table in word_table("facts").items():
        named += [
            (f"k {field} {name}", phrase_pattern(phrases))
            for name, phrases in table.items()
            if phrases
        ]
    return tuple(named)


def find_concepts(text: Plain) -> Iterator[Feature]:
    """What the tables of words and facts recognise, and which of each kind comes first."""
    at_token = {start: index for index, start in enumerate(text.starts)}
    quoted = _quoted(text.tokens)
    seen: Counter[str] = Counter()
    firsts: dict[str, tuple[int, str]] = {}
    for name, pattern in _concepts():
        is_fact = name.count(" ") > 1
        for match in pattern.finditer(text.text):
            first = at_token[match.start()]
            end = first + match.group().count(" ") + 1
            mention = name + _manner(text.tokens, first, end, quoted) if is_fact else name
            seen[mention] += 1
            if seen[mention] <= _FEW:
                yield Feature(mention, first, end)
            if is_fact and not mention.endswith((" own", " quoted")):
                field = name.split()[1]
                firsts[field] = min(firsts.get(field, (first, name)), (first, name))
    for _, name in firsts.values():
        yield Feature(f"{name} first", 0, 0)
    yield from _shape(text)


def _manner(tokens: tuple[str, ...], first: int, end: int, quoted: frozenset[int]) -> str:
    """How a person or place is mentioned: as one's own, in what was said, as the one who acts."""
    words = word_table("manner")
    if first in quoted:
        return " quoted"
    before = tokens[first - 1] if first else ""
    if before in words["own"] or tokens[first] in words["own"]:
        return " own"
    if any(token in words["acts"] for token in tokens[end : end + 3]):
        return " acts"
    if before in words["other_party"]:
        return " other"
    return ""


def _quoted(tokens: tuple[str, ...]) -> frozenset[int]:
    """Indexes of tokens between quotation marks."""
    inside: set[int] = set()
    is_open = False
    for at, token in enumerate(tokens):
        if token == _QUOTE:
            is_open = not is_open
        elif is_open:
            inside.add(at)
    return frozenset(inside)


def _shape(text: Plain) -> Iterator[Feature]:
    length = "short" if len(text.tokens) < 12 else "long" if len(text.tokens) > 60 else "middle"  # noqa: PLR2004
    yield Feature(f"k length {length}", 0, 0)
    if "?" in text.tokens[-1:]:
        yield Feature("k ends asking", 0, 0)
