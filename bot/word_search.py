"""Finds routine texts by the words of a question: plain, and needs no training."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from math import log

from casework.routines import Routine, Routines

Search = Callable[[str], list[str]]

MOST_HITS = 6
"""Our choice: what one looks through on a phone."""

_WORD = re.compile(r"\w+")
_SAYS_LITTLE = 3
"""Letters: a shorter word is hardly ever what a question is about, but for numbers."""
_ENDING, _STEM = 2, 4
"""Letters that an ending may have, and that must be left of the word."""
_IN_TITLE, _IN_QUESTION, _IN_TEXT = 3.0, 2.0, 1.0
_LEAST_SHARE = 0.34
"""Of what the words of a question weigh together, for any text to be near (our choice)."""
_BESIDE_THE_BEST = 0.4
"""Of the best text's score, for another to be shown beside it (our choice)."""


def by_words(routines: Routines) -> Search:
    """A search among texts: a question → names of texts, best first; none if none is near.

    A word counts for more the fewer texts have it, and in a title for more than in the text.
    """
    fields = {text.name: _fields(text) for text in routines.texts}
    among = Counter(stem for weights in fields.values() for stem in weights)

    def search(question: str) -> list[str]:
        asked = {stem: log(1 + len(fields) / (among[stem] or 1)) for stem in _stems(question)}
        scores = {
            name: sum(weight * weights.get(stem, 0.0) for stem, weight in asked.items())
            for name, weights in fields.items()
        }
        best = max(scores.values(), default=0.0)
        if best < _LEAST_SHARE * sum(asked.values()) or best == 0:
            return []
        near = [name for name, score in scores.items() if score >= _BESIDE_THE_BEST * best]
        return sorted(near, key=lambda name: -scores[name])[:MOST_HITS]

    return search


def _fields(text: Routine) -> dict[str, float]:
    """What each word of a text counts for."""
    body = [text.answer, *(f"{part.heading} {part.text}" for part in text.sections)]
    weights = dict.fromkeys(_all_stems(body), _IN_TEXT)
    weights |= dict.fromkeys(_all_stems(text.about.questions), _IN_QUESTION)
    return weights | dict.fromkeys(_stems(text.title), _IN_TITLE)


def _all_stems(texts: Iterable[str]) -> set[str]:
    return {stem for text in texts for stem in _stems(text)}


def _stems(text: str) -> set[str]:
    words = _WORD.findall(text.casefold())
    return {_stem(word) for word in words if len(word) > _SAYS_LITTLE or word.isdigit()}


def _stem(word: str) -> str:
    return word[: max(_STEM, len(word) - _ENDING)]
