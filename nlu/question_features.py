"""Turns a question into named features: those of any text, parts of compounds, groups of words.

Swedish glues words together ("hotmejl", "polisanmälan"), and people name things in many ways: the
groups in `nlu/words/groups.yml` tell which words belong together.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache

import simplemma

from nlu.features import base_form, find_features, phrase_pattern
from nlu.normalise import Plain, word_table

_SHORTEST_COMPOUND = 7  # letters
_SHORTEST_PART = 3
_SHORTEST_WORD = 4  # letters of a whole word that counts as a part of itself
_LONGEST_COMPOUND = 30  # letters; longer strings are links or noise


def question_features(text: Plain) -> Iterator[str]:
    """Names of every feature of a question, as often as it occurs."""
    yield from (feature.name for feature in find_features(text))
    for token in text.tokens:
        if token.isalpha():
            yield from (f"p {part}" for part in _parts(token))
    for name, pattern in _groups():
        yield from (f"g {name}" for _ in pattern.finditer(text.text))


def known_words(learnt: Collection[str], features: Sequence[str]) -> float:
    """The share, 0 to 1, of a question's longer words that were learnt; 0 if it has none."""
    words = [name for name in features if name.startswith("p ")]
    return sum(word in learnt for word in words) / max(1, len(words))


def _parts(word: str) -> Iterator[str]:
    """The base forms of a word and of the two words it is made of."""
    if len(word) >= _SHORTEST_WORD:
        yield base_form(word)
    yield from _split(word)


def _split(word: str) -> tuple[str, ...]:
    """The two known words that a compound is made of; none if it is not one.

    Of several ways, the one whose shorter part is longest; a linking *s* is left out, and a last
    vowel that the first part lost is put back ("flick-vän").
    """
    best: tuple[str, str] | None = None
    if not _SHORTEST_COMPOUND <= len(word) <= _LONGEST_COMPOUND:
        return ()
    for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        last = word[at:]
        first = _first_part(word[:at]) if simplemma.is_known(last, "sv") else None
        if first and (best is None or min(len(first), len(last)) > min(map(len, best))):
            best = (first, last)
    return tuple(map(base_form, best)) if best else ()


def _first_part(part: str) -> str | None:
    for form in (part, part.removesuffix("s"), part + "a", part + "e"):
        if len(form) >= _SHORTEST_PART and simplemma.is_known(form, "sv"):
            return form
    return None


@cache
def _groups() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, phrase_pattern(phrases)) for name, phrases in word_table("groups").items())
