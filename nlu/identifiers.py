"""Finds what points at one person or one case by number: a table of patterns.

Nothing is validated, since a mistyped number still points at somebody; what is only a year, a
date, a sum, a time or a paragraph of law is left alone. No pattern may take more than linear
time, so each begins where something ends and every repetition is bounded.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from nlu.name_lists import name_lists
from nlu.normalise import word_table

PERSONAL_NUMBER = "personnummer"
_DIGITS = re.compile(r"\d")
_MAIL_SIGN = re.compile(r"[@_/]|at[)}]|(?i:snabel)")


class Span(NamedTuple):
    """What to replace: `str` indexes, end exclusive, and by what."""

    start: int
    end: int
    placeholder: str


def find_identifiers(text: str) -> Iterator[Span]:
    """Numbers, mail, user names, addresses, plates and references; the first kind wins."""
    if _MAIL_SIGN.search(text):
        yield from _matches(_mail_patterns(), text)
    if _DIGITS.search(text):
        yield from _matches(_number_patterns(), text)
        yield from _named_users(text)
        if _vehicle().search(text):
            yield from _matches((("regnummer", _careless_plate()),), text)


def _matches(patterns: Iterable[tuple[str, re.Pattern[str]]], text: str) -> Iterator[Span]:
    for placeholder, pattern in patterns:
        group = "span" if "span" in pattern.groupindex else 0
        for match in pattern.finditer(text):
            start, end = match.span(group)
            if _DIGITS.search(text, start, end) or placeholder == "e-post":
                yield Span(start, end, placeholder)


def _any_of(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_UPPER, _LETTER, _DIGIT = "A-ZÅÄÖ", "a-zåäöéüA-ZÅÄÖÉÜ", r"[\dxX]"


@cache
def _mail_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return _compiled(_mail(word_table("masking")))


@cache
def _number_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = word_table("masking")
    return _compiled(
        (
            *_user(table),
            *_telephone_before_person(),
            *_person(table),
            *_case_by_shape(),
            *_telephone(table),
            *_case_by_cue(table),
            *_address(table),
            *_plate(table),
        )
    )


def _compiled(rows: Iterable[tuple[str, str]]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in rows)


type _Rows = Iterator[tuple[str, str]]
type _Table = dict[str, list[str]]


def _mail(table: _Table) -> _Rows:
    at = r"(?:@|\s?(?:\(at\)|\{at\}|(?i:snabel-?a))\s?)"
    yield "e-post", rf"(?<![\w.+-])[\w.+-]+{at}[\w-]+(?:\.[\w-]+)*"
    yield "e-post", r"(?<![\w.])@[\w.]*\w"
    yield "e-post", r"(?<!\w)[^\W\d_]\w*_\w+"
    yield "e-post", rf"(?i:\b(?:{_any_of(table['user_sites'])})\.com/)(?P<span>[\w./?=-]+)"


def _user(table: _Table) -> _Rows:
    cue = rf"(?i:\b(?:{_any_of(table['user_cues'])})):?\s[\"'”]?"
    yield "e-post", rf"{cue}(?P<span>[^\W\d_][\w.-]{{1,30}}\d{{1,4}}\b)"


def _telephone_before_person() -> _Rows:
    """Ten digits in one that can be no date: a mobile number written together."""
    yield "telefonnummer", r"(?<![\d+])07(?:[3-9]\d\d|2[1-9]\d|0\d(?:[45]\d|3[2-9]))\d{5}(?!\d)"


def _person(table: _Table) -> _Rows:
    """Of digits anywhere; with X for some of them as a word of its own."""
    dash = r"\s?[-+–]?\s?"
    for digit, start, end in ((r"\d", r"(?<![\d+])", r"(?!\d)"), (_DIGIT, r"(?<!\w)", r"(?!\w)")):
        yield PERSONAL_NUMBER, rf"{start}(?:{digit}{{2}})?{digit}{{6}}{dash}{digit}{{4}}{end}"
    yield PERSONAL_NUMBER, r"(?<![\d+])\d{6,8}\s?[-+–]\s?\d{3,5}(?!\d)"
    parts = r"\d{2}[ -]\d{2}[ -]\d{2}"
    yield PERSONAL_NUMBER, rf"(?<!\d)(?:\d{{2}})?{parts}{dash}\d{{4}}(?!\d)"
    cue = rf"(?i:\b(?:{_any_of(table['birth_cues'])}))[.:]?\s"
    yield PERSONAL_NUMBER, rf"{cue}(?P<span>(?:\d{{2}})?\d{{6}})(?!\w)"


def _telephone(table: _Table) -> _Rows:
    gap = r"[\s.-]{0,2}"
    no_time = r"(?![012]\d[.:]?[0-5]\d\s?[-–]\s?[012]\d[.:]?[0-5]\d(?!\s?\d))"
    yield (
        "telefonnummer",
        rf"(?<!\d)(?<!\d\.){no_time}(?!000)(?:(?:\+|00)\d{{1,3}}{gap}(?:\(0\)\s?)?|46{gap}(?=7)|0)\d{{1,3}}"
        rf"\s?[-–/.]?\s?{_DIGIT}(?:[ .-]?{_DIGIT}){{4,8}}(?!\d)",
    )
    cue = rf"(?i:\b(?:{_any_of(table['telephone_cues'])}))[.:]?\s"
    yield "telefonnummer", rf"{cue}(?P<span>\d{{2,4}}[ -]?\d{{2,3}}[ -]?\d{{2,3}})(?![\w-])"


def _case_by_cue(table: _Table) -> _Rows:
    cue = rf"\b(?i:{_any_of(table['case_cues'])})[.:]?\s"
    number = rf"\d{{2,4}}[-/]{_DIGIT}{{2,6}}"
    reference = (
        rf"(?:[{_UPPER}]{{1,5}}[- ]?|[{_LETTER}]{{1,4}}[- ](?=\d{{4}}))?{number}"
        rf"|[{_UPPER}]{{1,5}}-?\d{{3,6}}|(?!(?:19|20)\d\d\b)\d{{4,}}"
    )
    yield (
        "ärendenummer",
        rf"{cue}(?:[{_UPPER}]{{2,4}}\s)?(?!{_DATE})(?P<span>{reference})\b{_no_sum(table)}",
    )


_DATE = r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:[0-2]\d|3[01])(?!\d)"


def _no_sum(table: _Table) -> str:
    return rf"(?!\s?(?i:{_any_of(table['units'])})\b)"


def _case_by_shape() -> _Rows:
    start, end = r"(?<![\w/-])", r"(?![\w/]|-\d)"
    year = r"(?:19|20)\d\d"
    yield "ärendenummer", rf"{start}(?:\d{{4}}-)?K-?\d{{5,7}}-\d{{2}}{end}"
    yield (
        "ärendenummer",
        rf"{start}\d{{2,4}}[-/][{_UPPER}][{_LETTER}]{{0,4}}[-/]{_DIGIT}{{2,6}}{end}",
    )
    number = rf"\d{{2,6}}[-/]{_DIGIT}{{2,6}}"
    letters = rf"(?:[{_UPPER}]|[{_LETTER}](?=\D{{1,5}}\d{{4}}))[{_LETTER}]{{0,4}}"
    together = rf"{letters}-(?!{_DATE})(?=[\dxX/-]{{5}}){number}"
    apart = rf"[{_UPPER}]{{1,5}} (?!{_DATE})(?=[\dxX/-]{{6}}){number}"
    yield "ärendenummer", rf"{start}(?:{together}|{apart}){end}"
    yield "ärendenummer", rf"{start}[{_UPPER}]{{2,4}}-\d{{3,6}}{end}"
    yield "ärendenummer", rf"{start}{year}[-/](?!{year}\b){_DIGIT}{{3,6}}{end}"
    yield "ärendenummer", rf"{start}(?!{year})[1-9]\d{{3,4}}-\d\d(?!\d|\s?(?:kr|tkr|000)){end}"


def _address(table: _Table) -> _Rows:
    no_street = rf"(?!(?i:{_any_of(table['no_street'])})\b)"
    before = rf"\b(?i:{_any_of(table['street_beginnings'])})\s"
    joined = (
        rf"\b(?=[{_LETTER}]{{4,40}}\s\d)(?:"
        rf"(?i:{no_street}[{_LETTER}]{{2,30}}?(?:{_any_of(table['street_endings'])}))"
        rf"|[{_UPPER}][{_LETTER}]{{1,30}}?(?:{_any_of(table['street_endings_capital'])}))"
    )
    apart = (
        rf"\b[{_UPPER}][{_LETTER}]{{1,20}}\s(?:[{_UPPER}][{_LETTER}]{{1,20}}\s){{0,2}}"
        rf"(?:{_any_of(table['street_words'])})"
    )
    house = (
        rf"\s\d{{1,3}}(?:[{_LETTER}]|\s[A-Ha-h])?(?!\w|[.:/]\d\d){_no_sum(table)}"
        r"(?:,?\s(?:lgh|lägenhet|vån|våning)\.?\s?\d{1,4})?"
        rf"(?:,?\s\d{{3}}\s?\d\d(?!\d)(?:\s[{_UPPER}][{_LETTER}]{{1,20}})?)?"
    )
    yield "adress", rf"{before}{joined}{house}"
    yield "adress", joined + house
    yield "adress", apart + house


def _plate(table: _Table) -> _Rows:
    def plate(letters: str, gap: str) -> str:
        shape = rf"[{letters}]{{3}}{gap}\d{{2}}[\d{letters}]"
        no_plate = rf"(?!(?i:{_any_of(table['no_plate'])})(?![{_LETTER}]))"
        return rf"(?={shape}(?!\w|-\d)){no_plate}{shape}{_no_sum(table)}"

    yield "regnummer", rf"(?<![\w-]){plate('A-Z', '[ -]?')}"
    yield "regnummer", rf"(?<![\w-]){plate('a-z', '')}"
    yield "regnummer", rf"(?<![\w-])(?=[a-z]{{3}} \d\d[a-z](?<![ghkm])){plate('a-z', ' ')}"
    cue = rf"\b(?i:{_any_of(table['plate_cues'])})\W{{1,3}}(?:[{_LETTER}]{{1,12}}\s){{0,3}}"
    yield "regnummer", rf"{cue}(?P<span>{plate('A-Za-z', '[ -]?')})"


@cache
def _vehicle() -> re.Pattern[str]:
    """A word that makes three small letters and three digits anywhere near it a plate."""
    words = word_table("masking")["vehicles"]
    return re.compile(rf"(?i:\b(?:{_any_of(words)}))")


@cache
def _careless_plate() -> re.Pattern[str]:
    table = word_table("masking")
    shape = r"[A-Za-z]{3} \d{2}[\dA-Za-z](?![\w-]|[.:]\d)"
    no_plate = rf"(?!(?i:{_any_of(table['no_plate'])})\b)"
    return re.compile(rf"(?<![\w-])(?={shape}){no_plate}{shape}{_no_sum(table)}")


def _named_users(text: str) -> Iterator[Span]:
    """A listed first name with a number: "kalle87"."""
    for match in re.finditer(r"(?<![\w-])([^\W\d_]{3,15})\d{2,4}(?!\w)", text):
        if match[1].lower() in name_lists().first:
            yield Span(*match.span(), "e-post")
