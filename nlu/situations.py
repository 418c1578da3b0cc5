"""What a story shows about how it should be handled, by words: tables in `words/situations.yml`.

Pure functions of the text. A sign leads to a question or a word of information, never further.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

import yaml

_SECOND = "another_event"
_LEAST_WORDS = 5  # of each part, for a text to hold two events (our choice)


def find_signs(text: str) -> frozenset[str]:
    """The ids of the signs in a text (keys of the table): 'somebody_else', 'small' and so on."""
    plain = text.casefold()
    return frozenset(
        sign
        for sign, patterns in _table().items()
        if sign != _SECOND and any(pattern.search(plain) for pattern in patterns)
    )


def part(text: str) -> tuple[str, str] | None:
    """The two events of a text that says itself that it holds two; None for any other text."""
    found = [m for pattern in _table()[_SECOND] if (m := pattern.search(text))]
    starts = [m.start("second" if "second" in m.re.groupindex else 0) for m in found]
    if not starts:
        return None
    first, second = text[: min(starts)].strip(), text[min(starts) :].strip(" \n\t.!?")
    enough = min(len(first.split()), len(second.split())) >= _LEAST_WORDS
    return (first, second) if enough else None


_SENTENCE = re.compile(
    r"(?<=[.!?])\s+|\n+|,? (?=(?:och|men) (?:när|sedan|sen|då|efteråt|senare)\b)"
)


def sentences(text: str) -> list[str]:
    """The sentences of a text; a long one is also parted where it goes on to what came next."""
    return [part.strip() for part in _SENTENCE.split(text) if part and part.strip()]


_JOINING = re.compile(r"(?:och|men|samt|så) (?=\w)", re.IGNORECASE)


def joined(parts: Iterable[str]) -> str:
    """Sentences and parts of sentences as a text: each begins with a capital and ends."""
    whole = (_JOINING.sub("", part, count=1) if _JOINING.match(part) else part for part in parts)
    return " ".join(part[0].upper() + part[1:].rstrip(",;") + _end(part) for part in whole if part)


def _end(part: str) -> str:
    return "" if part[-1] in '.!?…”"' else "."


@cache
def _table() -> dict[str, list[re.Pattern[str]]]:
    raw = resources.files("nlu").joinpath("words/situations.yml").read_text(encoding="utf-8")
    return {
        sign: [re.compile(pattern, re.IGNORECASE) for pattern in patterns]
        for sign, patterns in yaml.safe_load(raw).items()
    }
