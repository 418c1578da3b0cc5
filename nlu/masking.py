"""Replaces names, numbers and addresses before a text is shown or stored.

Recall first: an over-masked word can be put back by the writer, a leaked name cannot. What
was done is never masked, only who and where.
"""

import re
import unicodedata
from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from nlu.identifiers import PERSONAL_NUMBER, Span, find_identifiers
from nlu.name_rules import NAME, find_names

__all__ = ["NameModel", "Span", "find_spans", "mask"]
_PLACEHOLDER = re.compile(r"\[[a-zåäö-]{4,15}\]")

_LONGEST_KEPT = 6  # words that are given back together, unless they are the whole of a name


class NameModel(Protocol):
    """What a trained model of names can do; see `nlu.names`."""

    def find(self, text: str) -> Sequence[Span]:
        """Names in order, without overlap."""


def mask(text: str, kept: frozenset[str] = frozenset(), names: NameModel | None = None) -> str:
    """Replace names, personal numbers, telephone numbers, addresses, plates and references.

    Args:
        text: Swedish, any case.
        kept: Words, casefolded, that the writer wants back: one word of a name, or the whole
            of a number or an address. Personal numbers are never given back.
        names: Finds names better than the rules; without it they are found by rules.

    Returns:
        NFC text with placeholders such as `[namn]`; masking it again changes nothing.
    """
    text = unicodedata.normalize("NFC", text)
    while True:
        masked = _replaced(text, _without(text, find_spans(text, names), kept))
        if masked == text:  # every round takes letters or digits away, so this ends
            return text
        text = masked


def find_spans(text: str, names: NameModel | None = None) -> list[Span]:
    """What `mask` replaces in its first round, in order, without overlap.

    Args:
        text: As written.
        names: Finds the names; without it they are found by rules.
    """
    found = [Span(*match.span(), "") for match in _PLACEHOLDER.finditer(text)]
    for span in find_identifiers(text):
        _add(found, span)
    for span in find_names(text) if names is None else names.find(text):
        _add(found, span)
    return [span for span in found if span.placeholder]


def _add(found: list[Span], span: Span) -> None:
    """Insert in order, unless something found earlier lies there."""
    at = bisect_left(found, span)
    before_is_free = at == 0 or found[at - 1].end <= span.start
    if before_is_free and (at == len(found) or span.end <= found[at].start):
        insort(found, span)


def _without(text: str, spans: Iterable[Span], kept: frozenset[str]) -> Iterator[Span]:
    """Leave out what is kept; of a name, word by word."""
    kept = frozenset(unicodedata.normalize("NFC", word).casefold() for word in kept)
    for span in spans:
        if span.placeholder == PERSONAL_NUMBER or not kept:
            yield span
        elif text[span.start : span.end].casefold() not in kept:
            yield from _words_without(text, span, kept) if span.placeholder == NAME else [span]


def _words_without(text: str, span: Span, kept: frozenset[str]) -> Iterator[Span]:
    words = list(re.finditer(r"\S+", text[span.start : span.end]))
    at = first = 0
    while at < len(words):
        length = _kept_length(words, at, kept)
        if length:
            yield from _between(words[first:at], span)
            first = at + length
        at += max(1, length)
    yield from _between(words[first:], span)


def _kept_length(words: Sequence[re.Match[str]], at: int, kept: frozenset[str]) -> int:
    """How many words from `at` on are kept together; 0 if none."""
    for end in range(min(len(words), at + _LONGEST_KEPT), at, -1):
        phrase = " ".join(word.group() for word in words[at:end]).casefold()
        if phrase in kept or phrase.strip(".") in kept:
            return end - at
    return 0


def _between(words: Sequence[re.Match[str]], span: Span) -> Iterator[Span]:
    if words:
        start, end = span.start + words[0].start(), span.start + words[-1].end()
        yield Span(start, end, span.placeholder)


def _replaced(text: str, spans: Iterable[Span]) -> str:
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += text[at : span.start], f"[{span.placeholder}]"
        at = span.end
    return "".join((*parts, text[at:]))
