"""Brings phone typing and dialect nearer to written Swedish, and remembers where each word stood.

Rules and features read the plain text; evidence and masks need the words as they were written.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_WORDS = Path(__file__).parent / "words"
_TOKEN = re.compile(r"\w+(?:[-:.@]\w+)*|[^\w\s]|\n")
_MARKS = {ord(mark): '"' for mark in "\u201d\u201c\u00bb\u00ab"} | {
    ord(mark): "'" for mark in "\u2019\u2018\u00b4\u0060"
}


@cache
def word_table(name: str) -> dict[str, Any]:
    """One of the tables in `nlu/words/`, read once."""
    with (_WORDS / f"{name}.yml").open(encoding="utf-8") as file:
        table: dict[str, Any] = yaml.safe_load(file)
    return table


@cache
def _variants() -> dict[str, str]:
    return {form: word for word, forms in word_table("variants").items() for form in forms}


@dataclass(frozen=True)
class Plain:
    """A text in plain spelling, with the way back.

    Attributes:
        source: What was written, NFC.
        text: Lower case, one space between words, common variants spelled out.
        tokens: The words of `text`.
        spans: For each token, `str` indexes in `source`, end exclusive.
        starts: For each token, where it begins in `text`.
    """

    source: str
    text: str
    tokens: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    starts: tuple[int, ...]

    def written(self, start: int, end: int) -> str:
        """The words of `source` that a span of `text` covers."""
        touched = [
            span
            for token, begin, span in zip(self.tokens, self.starts, self.spans, strict=True)
            if begin < end and begin + len(token) > start
        ]
        return self.source[touched[0][0] : touched[-1][1]] if touched else ""


def plain(text: str) -> Plain:
    """Write a text plainly.

    Args:
        text: Swedish, any spelling.

    Returns:
        The plain text; nothing is dropped but white space, accents are kept.
    """
    source = unicodedata.normalize("NFC", text)
    variants = _variants()
    tokens: list[str] = []
    spans: list[tuple[int, int]] = []
    starts: list[int] = []
    at = 0
    for match in _TOKEN.finditer(source):
        token = match.group().translate(_MARKS).lower()
        token = variants.get(token, token)
        tokens.append(token)
        spans.append(match.span())
        starts.append(at)
        at += len(token) + 1
    return Plain(source, " ".join(tokens), tuple(tokens), tuple(spans), tuple(starts))
