"""Finds names of persons by lists, cues and capitals; needs nothing that was trained."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from nlu.identifiers import Span
from nlu.name_lists import Names, name_lists

NAME = "namn"
_WORD = re.compile(r"[^\W\d_]+(?:[-'][^\W\d_]+)*")
_LONGEST_NAME = 3  # words: first, middle and last name
_SHORTEST_NAME = 3  # letters
_SURNAME_LENGTH = 6  # letters: shorter words with such endings are common words
_TAILS = ("sson", "ström", "qvist", "kvist", "gren", "berg", "lund", "stedt", "hed", "blom")


class Word(NamedTuple):
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


def split_words(text: str) -> list[Word]:
    """The words of a text; numbers and marks stand in the gaps."""
    words: list[Word] = []
    at = 0
    for match in _WORD.finditer(text):
        words.append(Word(match.group(), *match.span(), text[at : match.start()]))
        at = match.end()
    return words


def find_names(text: str) -> Iterator[Span]:
    """Names in order, each with its last name, genitive included."""
    words = split_words(text)
    at = 0
    while at < len(words):
        length = _name_length(words, at)
        if length:
            yield Span(words[at].start, words[at + length - 1].end, NAME)
        at += max(1, length)


def _name_length(words: list[Word], at: int) -> int:
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


def _begins_name(words: list[Word], at: int) -> bool:
    word = words[at]
    if _is_listed(words, at):
        return True
    lists = name_lists()
    if word.bare in lists.no_start or _is_compound(word):
        return False
    if not word.is_capital:
        return _is_lower_surname(word)
    return _follows_cue(words, at) or _is_initial(words, at)


def _is_listed(words: list[Word], at: int) -> bool:
    """In the lists; a name that is also a word must look like a name."""
    lists = name_lists()
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


def _nominative(bare: str, lists: Names) -> str:
    return bare[:-1] if bare.endswith("s") and bare not in lists.known else bare


def _is_compound(word: Word) -> bool:
    """A word made of an abbreviation and a common word: "LVM-klienten"."""
    return any(part.islower() for part in word.text.split("-")[1:])


def _has_surname(words: list[Word], at: int) -> bool:
    return at + 1 < len(words) and words[at + 1].gap == " " and words[at + 1].is_capital


def _is_lower_surname(word: Word) -> bool:
    return len(word.bare) >= _SURNAME_LENGTH and word.bare.removesuffix("s").endswith("sson")


def _follows_cue(words: list[Word], at: int) -> bool:
    """An unknown capitalised word right after "heter", "min kollega" and the like."""
    lists = name_lists()
    word = words[at]
    if not at or len(word.text) < _SHORTEST_NAME or word.text.isupper():
        return False
    before = words[at - 1].bare
    if word.gap != " ":
        return False
    if before in lists.cues or before in lists.roles or before.endswith(("chef", "chefen")):
        return True
    surname = word.bare.removesuffix("s").endswith(("sson", "ström", "qvist", "lund"))
    return surname and len(word.text) >= _SURNAME_LENGTH


def _is_initial(words: list[Word], at: int) -> bool:
    """An initial and a surname: "M. Palmlöf"."""
    if len(words[at].text) > 1 or at + 1 == len(words):
        return False
    if words[at + 1].bare in name_lists().no_start:
        return False
    return words[at + 1].gap == ". " and words[at + 1].is_capital and words[at].gap[-1:] == " "


def _goes_on(last: Word, word: Word) -> bool:
    lists = name_lists()
    if word.gap not in {" ", ". "} or (word.gap == ". " and len(last.text) > 1):
        return False
    if word.bare in lists.never or word.bare in lists.roles:
        return False
    if word.is_capital:
        return last.is_capital
    return not last.is_capital and _is_lower_tail(word)


def _is_lower_tail(word: Word) -> bool:
    """The surname of somebody who types without capitals: "ebba k", "petter hjorthed"."""
    lists = name_lists()
    bare = word.bare.removesuffix("s")
    if bare in lists.last and bare not in lists.only_capital:
        return True
    return len(bare) >= _SURNAME_LENGTH and bare.endswith(_TAILS)
