"""Replaces names, numbers and addresses before a text is shown or stored.

Recall first: an over-masked word can be put back by the writer, a leaked name cannot. What
was done is never masked, only who and where.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from nlu.normalise import word_table

_NAMES = Path(__file__).with_name("names.txt")
_WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
_LONGEST_NAME = 3  # words: first, middle and last name
_SHORTEST_NAME = 3  # letters
_SURNAME_LENGTH = 6  # letters: shorter words with such endings are common words
_TAILS = ("sson", "ström", "qvist", "kvist", "gren", "berg", "lund", "stedt", "hed", "blom")


class Span(NamedTuple):
    """What to replace: `str` indexes, end exclusive, and by what."""

    start: int
    end: int
    placeholder: str


def mask(text: str) -> str:
    """Replace names, personal numbers, telephone numbers, addresses, plates and references.

    Args:
        text: Swedish, any case.

    Returns:
        NFC text with placeholders such as `[namn]`; masking it again changes nothing.
    """
    text = unicodedata.normalize("NFC", text)
    while True:
        masked = _replaced(text, find_spans(text))
        if masked == text:  # every round takes letters or digits away, so this ends
            return text
        text = masked


def find_spans(text: str) -> list[Span]:
    """What `mask` replaces in its first round, in order, without overlap."""
    found: list[Span] = []
    for span in (*_numbers(text), *_names(text)):
        if not any(span.start < other.end and other.start < span.end for other in found):
            found.append(span)
    return sorted(found)


def _replaced(text: str, spans: list[Span]) -> str:
    parts: list[str] = []
    at = 0
    for span in spans:
        parts += text[at : span.start], f"[{span.placeholder}]"
        at = span.end
    return "".join((*parts, text[at:]))


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = word_table("masking")
    upper, lower = "A-ZÅÄÖ", "a-zåäöéüA-ZÅÄÖ"
    digit = r"[\dxX]"
    street = (
        rf"\b(?:(?i:[{lower}]{{2,}}(?:{_any_of(table['street_endings'])}))"
        rf"|[{upper}][{lower}]+(?:{_any_of(table['street_endings_capital'])}))"
    )
    house = r"\s\d{1,3}(?:\s?[A-Za-z])?(?![\w])(?:,?\s?(?:lgh|lägenhet|vån)\.?\s?\d+)?"
    reference = (
        rf"(?:[{upper}]{{1,5}}[- ]?)?\d{{2,4}}[-/]{digit}{{2,6}}"
        rf"|[{upper}]{{1,5}}-?\d{{3,6}}|\d{{4,}}"
    )
    plate_cue = rf"\b(?i:{_any_of(table['plate_cues'])})\W{{1,3}}(?:[{lower}]+\s)?"
    not_plate = rf"(?!(?i:{_any_of(table['no_plate'])})\b)"
    return tuple(
        (name, re.compile(pattern))
        for name, pattern in (
            ("e-post", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w.])@[\w.]*\w"),
            (
                "personnummer",
                rf"(?<!\d)(?:{digit}{{2}})?{digit}{{6}}\s?[-+–]?\s?{digit}{{4}}(?!\d)",
            ),
            (
                "telefonnummer",
                rf"(?<![\w.])(?:\+\d{{2}}\s?(?:\(0\)\s?)?|00\d{{2}}\s?|0)\d{{1,3}}"
                rf"\s?[-–/]?\s?{digit}(?:[ -]?{digit}){{4,8}}(?!\d)",
            ),
            (
                "ärendenummer",
                rf"\b(?i:{_any_of(table['case_cues'])})[.:]?\s(?P<span>{reference})\b",
            ),
            (
                "ärendenummer",
                rf"(?<![\w-])(?P<span>[{upper}]{{2,5}}[- ]?\d{{2,4}}[-/]{digit}{{2,6}})\b",
            ),
            ("ärendenummer", rf"(?<![\w-])(?P<span>[{upper}]{{2,4}}-\d{{3,6}})\b"),
            ("adress", street + house),
            ("regnummer", rf"(?<!\w){not_plate}[{upper}]{{3}}[ ]?\d{{2}}[\d{upper}](?!\w)"),
            (
                "regnummer",
                plate_cue + rf"(?P<span>{not_plate}[{lower}]{{3}}[ ]?\d{{2}}[\d{lower}])(?!\w)",
            ),
        )
    )


def _numbers(text: str) -> Iterator[Span]:
    for placeholder, pattern in _patterns():
        for match in pattern.finditer(text):
            group = "span" if "span" in pattern.groupindex else 0
            start, end = match.span(group)
            if any(char.isdigit() for char in text[start:end]) or "@" in text[start:end]:
                yield Span(start, end, placeholder)


class _Names(NamedTuple):
    first: frozenset[str]
    last: frozenset[str]
    only_capital: frozenset[str]
    cues: frozenset[str]
    roles: frozenset[str]
    never: frozenset[str]


@cache
def _name_lists() -> _Names:
    first: set[str] = set()
    last: set[str] = set()
    for line in _NAMES.read_text(encoding="utf-8").splitlines():
        if line.startswith("surnames "):
            last.update(line.split()[1:])
        elif not line.startswith("#"):
            first.update(line.split())
    table = word_table("masking")
    return _Names(
        first=frozenset(word.strip("*").lower() for word in first),
        last=frozenset(word.strip("*").lower() for word in last),
        only_capital=frozenset(word[:-1].lower() for word in first | last if word[-1] == "*"),
        cues=frozenset(table["name_cues"]),
        roles=frozenset(table["roles"]),
        never=frozenset(table["not_names"]),
    )


class _Word(NamedTuple):
    """A word and what stands before it."""

    text: str
    start: int
    end: int
    gap: str

    @property
    def bare(self) -> str:
        return self.text.lower()

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()


def _words(text: str) -> list[_Word]:
    words: list[_Word] = []
    at = 0
    for match in _WORD.finditer(text):
        words.append(_Word(match.group(), *match.span(), text[at : match.start()]))
        at = match.end()
    return words


def _names(text: str) -> Iterator[Span]:
    words = _words(text)
    at = 0
    while at < len(words):
        length = _name_length(words, at)
        if length:
            yield Span(words[at].start, words[at + length - 1].end, "namn")
        at += max(1, length)


def _name_length(words: list[_Word], at: int) -> int:
    """How many words from `at` on are one name; 0 if none."""
    if words[at].gap.endswith("[") or not _begins_name(words, at):
        return 0
    length = 1
    while (
        length < _LONGEST_NAME
        and at + length < len(words)
        and _goes_on(words[at + length - 1], words[at + length])
    ):
        length += 1
    return length


def _begins_name(words: list[_Word], at: int) -> bool:
    word = words[at]
    if _is_listed(words, at):
        return True
    lists = _name_lists()
    if word.bare in lists.never | lists.roles | lists.cues:
        return False
    if not word.is_capital:
        return _is_lower_surname(word)
    return _follows_cue(words, at) or _is_initial(words, at)


def _is_listed(words: list[_Word], at: int) -> bool:
    """In the lists; a name that is also a word must look like a name."""
    lists = _name_lists()
    word = words[at]
    stem = _nominative(word.bare, lists)
    if stem not in lists.first and stem not in lists.last:
        return False
    if word.bare in lists.never and not _has_surname(words, at):
        return False
    if stem not in lists.only_capital:
        return True
    if not word.is_capital:
        return False
    return (at > 0 and word.gap == " ") or _has_surname(words, at)


def _nominative(bare: str, lists: _Names) -> str:
    known = lists.first | lists.last
    return bare[:-1] if bare.endswith("s") and bare not in known else bare


def _has_surname(words: list[_Word], at: int) -> bool:
    return at + 1 < len(words) and words[at + 1].gap == " " and words[at + 1].is_capital


def _is_lower_surname(word: _Word) -> bool:
    return len(word.bare) >= _SURNAME_LENGTH and word.bare.removesuffix("s").endswith("sson")


def _follows_cue(words: list[_Word], at: int) -> bool:
    """An unknown capitalised word right after "heter", "min kollega" and the like."""
    lists = _name_lists()
    word = words[at]
    if not at or len(word.text) < _SHORTEST_NAME or word.text.isupper():
        return False
    before = words[at - 1].bare
    if word.gap != " ":
        return False
    if before in lists.cues | lists.roles or before.endswith(("chef", "chefen")):
        return True
    surname = word.bare.removesuffix("s").endswith(("sson", "ström", "qvist", "lund"))
    return surname and len(word.text) >= _SURNAME_LENGTH


def _is_initial(words: list[_Word], at: int) -> bool:
    """An initial and a surname: "M. Palmlöf"."""
    if len(words[at].text) > 1 or at + 1 == len(words):
        return False
    return words[at + 1].gap == ". " and words[at + 1].is_capital and words[at].gap[-1:] == " "


def _goes_on(last: _Word, word: _Word) -> bool:
    lists = _name_lists()
    if word.gap not in {" ", ". "} or (word.gap == ". " and len(last.text) > 1):
        return False
    if word.bare in lists.never | lists.roles:
        return False
    if word.is_capital:
        return last.is_capital
    return not last.is_capital and _is_lower_tail(word)


def _is_lower_tail(word: _Word) -> bool:
    """The surname of somebody who types without capitals: "ebba k", "petter hjorthed"."""
    lists = _name_lists()
    bare = word.bare.removesuffix("s")
    if bare in lists.last and bare not in lists.only_capital:
        return True
    return len(bare) >= _SURNAME_LENGTH and bare.endswith(_TAILS)
