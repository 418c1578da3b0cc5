"""Finds what in a text speaks for danger, and what each sentence says about when.

The rules of `nlu/danger.py` and the score of `nlu/alarm.py` see the same signs.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from nlu.normalise import Plain, word_table

SHORT = 9  # words; a message this short is about now if it does not say otherwise: tuned on dev
LONG = 40  # words
_CALM = ("past", "later", "habit", "asked", "over")
_DONE = frozenset(["they did", "me did"])
_MOST_SIGNS = 4  # signs, counted up to this
_GRAMS = (3, 4)  # characters
_LONGEST_WORD = 24  # characters; longer strings are links or noise
_BLANK = "<figure>"
_DOUBLED = re.compile(r"(.)\1+")
_SENTENCE = re.compile(r"(?<=[.!?\n]) ")

_HAS = r"har (?:\w+ )?\w+(?:at|it|tt|ts)(?!\S)"  # perfect tense: "har slagit"

type Patterns = Mapping[str, re.Pattern[str]]


class Sentence(NamedTuple):
    """What one sentence says; names as in `nlu/words/danger.yml`.

    Attributes:
        text: Plain text, figures of speech blanked out.
        manner: "now", "past" and so on.
        tenses: Who does, did or has done something: "they does", "me did"; or else "none".
        alone: Signs such as "person held" that alarm by themselves.
        with_now: Signs that alarm only if it is about now.
    """

    text: str
    manner: frozenset[str]
    tenses: frozenset[str]
    alone: tuple[str, ...]
    with_now: tuple[str, ...]

    @property
    def is_calm(self) -> bool:
        """Past, planned for another day, usual, asked about in general, or over."""
        told_as_done = "now" not in self.manner and self.tenses <= _DONE
        return told_as_done or not self.manner.isdisjoint(_CALM)

    @property
    def when(self) -> str:
        """The first manner that calms, or now, or nothing said."""
        for manner in (*_CALM, "now"):
            if manner in self.manner:
                return manner
        return "bare"


def read_sentences(text: Plain) -> list[Sentence]:
    """Read a text sentence by sentence; without full stops it is one."""
    told = _figurative().sub(_BLANK, text.text)
    return [_read(sentence) for sentence in _SENTENCE.split(told)]


def find_signs(text: Plain, sentences: Iterable[Sentence]) -> Iterator[str]:
    """Every feature that the score weighs, as often as it occurs.

    The first letter tells the kind: w words and word pairs, c parts of words, k signs.
    """
    yield from _words(text.tokens)
    sentences = list(sentences)
    size = _size(text)
    manners = frozenset[str]().union(*(sentence.manner for sentence in sentences))
    found = 0
    for sentence in sentences:
        signs = sentence.alone + sentence.with_now
        found += len(signs)
        for sign in signs:
            yield f"k {sign}"
            yield f"k {sign} {sentence.when}"
        if signs:
            yield f"k sign {sentence.when} {size}"
        yield from _words_and_tense(sentence)
    yield from (f"k {manner}" for manner in manners or ["bare"])
    yield f"k size {size}"
    yield f"k signs {min(found, _MOST_SIGNS)}"
    yield f"k signs {min(found, _MOST_SIGNS)} {_overall(manners)}"
    if text.tokens[-1:] == ("?",):
        yield "k ends asking"


def _words_and_tense(sentence: Sentence) -> Iterator[str]:
    for group in _groups(sentence.text):
        yield f"k {group}"
        yield f"k {group} {sentence.when}"
        yield from (f"k {group} {tense}" for tense in sentence.tenses)
    for tense in sentence.tenses:
        yield f"k {tense}"
        yield f"k {tense} {sentence.when}"


def _words(tokens: tuple[str, ...]) -> Iterator[str]:
    previous = "<"
    for token in tokens:
        word = "0" if token.isdigit() else token
        yield f"w {word}"
        yield f"w {previous} {word}"
        previous = word
        if token[0].isalpha() and len(token) <= _LONGEST_WORD:
            yield from _parts(token)


def _parts(token: str) -> tuple[str, ...]:
    """Its character 3- and 4-grams, letters never doubled: "släper" is "släpper"."""
    marked = f"<{_DOUBLED.sub(r'\1', token)}>"
    return tuple(
        f"c {marked[at : at + size]}" for size in _GRAMS for at in range(len(marked) - size + 1)
    )


def _size(text: Plain) -> str:
    words = len(text.tokens)
    return "short" if words <= SHORT else "long" if words > LONG else "middle"


def _overall(manners: frozenset[str]) -> str:
    if "past" in manners:
        return "past"
    if not manners.isdisjoint(_CALM):
        return "calm"
    return "now" if "now" in manners else "bare"


def _read(sentence: str) -> Sentence:
    return Sentence(
        sentence,
        frozenset(_named(_manners(), sentence)),
        _tenses(sentence),
        tuple(_named(_signs("alone"), sentence)),
        tuple(_named(_signs("with_now"), sentence)),
    )


def _named(patterns: Patterns, sentence: str) -> Iterator[str]:
    return (name for name, pattern in patterns.items() if pattern.search(sentence))


def _tenses(sentence: str) -> frozenset[str]:
    found = set()
    for who, pattern in _subjects().items():
        for verbs in pattern.findall(sentence):
            found |= {
                f"{who} {tense}"
                for tense, ends in _verbs().items()
                if any(ends.fullmatch(verb) for verb in verbs)
            }
    return frozenset(found or ["none"])


def _groups(sentence: str) -> frozenset[str]:
    """The groups of `words` that a sentence touches."""
    groups: set[str] = set(_named(_phrases(), sentence))
    for token in sentence.split():
        groups |= _groups_of(token)
    return frozenset(groups)


def _groups_of(token: str) -> frozenset[str]:
    return frozenset(name for name, words in _single_words().items() if words.fullmatch(token))


# --- the tables


@cache
def _table() -> dict[str, Any]:
    return word_table("danger")


@cache
def _figurative() -> re.Pattern[str]:
    return _pattern(_table()["figurative"])


@cache
def _manners() -> Patterns:
    return {name: _pattern(phrases) for name, phrases in _table()["manner"].items()}


@cache
def _signs(strength: str) -> Patterns:
    return {
        f"{danger} {name}": _pattern(phrases)
        for danger in ("distress", "suicide", "person")
        for name, phrases in _table()[danger].get(strength, {}).items()
    }


@cache
def _subjects() -> Patterns:
    """Who, with the word before ("igår slog han") and the verb after ("han slog")."""
    return {
        who: re.compile(
            rf"(?<!\S)(\w*) ?{_table()['parts'][who]}(?!\S)(?: (?:sig |inte )?({_HAS}|\w+))?"
        )
        for who in ("they", "me")
    }


@cache
def _verbs() -> Patterns:
    return {tense: re.compile(ends) for tense, ends in _table()["verbs"].items()}


@cache
def _single_words() -> Patterns:
    return _grouped(lambda phrase: " " not in phrase)


@cache
def _phrases() -> Patterns:
    return _grouped(lambda phrase: " " in phrase)


def _grouped(wanted: Callable[[str], bool]) -> Patterns:
    chosen = {
        name: [phrase for phrase in phrases if wanted(phrase)]
        for name, phrases in _table()["words"].items()
    }
    return {name: _pattern(phrases) for name, phrases in chosen.items() if phrases}


def _pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(phrases, key=len, reverse=True)
    return re.compile(r"(?<!\S)(?:" + "|".join(_phrase(phrase) for phrase in ordered) + r")(?!\S)")


def _phrase(phrase: str) -> str:
    """A phrase as a regular expression; one with a backslash or a bracket is one already."""
    if "\\" not in phrase and "(" not in phrase:
        words = {"_ ": r"(?:\S+ ){0,3}", "* ": r"\S+ "}
        phrase = "".join(
            words.get(f"{word} ", word.replace("*", r"\S*") + " ") for word in phrase.split()
        ).removesuffix(" ")
    for name, part in _table()["parts"].items():
        phrase = phrase.replace("{" + name + "}", part)
    return phrase
