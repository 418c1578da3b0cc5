"""Finds names of persons by a trained score: one linear model over each word and its neighbours.

The rules know lists and cues; the score weighs them against the words around, so that an unknown
name is found and a word that only looks like a name is left. Reading needs nothing but dicts.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple, Self

from nlu.identifiers import Span
from nlu.name_lists import name_lists
from nlu.name_rules import NAME, Word, find_names, split_words
from nlu.normalise import word_table

_FILE = "names.json"
_ENDS_SENTENCE = frozenset('.!?:\n"”“»•')
_MANY, _SOME = 5, 2  # texts a word stands in, in small letters
_LONG = 9  # letters


class Seen(NamedTuple):
    """A word as the score sees it: in small letters, shape, list, and how usual it is."""

    bare: str
    shape: str
    listed: str
    usual: str

    @property
    def kind(self) -> str:
        return self.shape + self.listed + self.usual


@cache
def _lists() -> Mapping[str, str]:
    """Word → one letter for each kind of list that it stands in."""
    table, names = word_table("masking"), name_lists()
    kinds = (
        ("p", table["places"]),
        ("n", names.never),
        ("r", names.roles),
        ("q", names.cues),
        ("F", names.first - names.only_capital),
        ("f", names.first & names.only_capital),
        ("L", names.last - names.only_capital),
        ("l", names.last & names.only_capital),
    )
    found: dict[str, str] = {}
    for letter, words in kinds:
        for word in words:
            found[word] = found.get(word, "") + letter
    return found


def _shape(text: str) -> str:
    if len(text) == 1:
        return "1" if text.isupper() else "x"
    if text.isupper():
        return "U"
    if text[0].isupper():
        return "M" if "-" in text and not text.istitle() else "C"
    return "x"


def see(
    words: Sequence[Word], usual: Mapping[str, int], hidden: frozenset[str] = frozenset()
) -> list[Seen]:
    """Look every word up.

    Args:
        words: Of one text.
        usual: In how many texts a word stands in small letters.
        hidden: Words taken for unlisted, to learn from names that no list has.
    """
    lists = _lists()
    seen: list[Seen] = []
    for word in words:
        bare = word.bare
        listed = lists.get(bare, "")
        if not listed and bare[-1] == "s":
            listed = "".join(sorted(set(lists.get(bare[:-1], "")) & set("FfLlp")))
        if hidden and (bare in hidden or bare.removesuffix("s") in hidden):
            listed = ""
        count = usual.get(bare, 0)
        often = "3" if count >= _MANY else "2" if count >= _SOME else "1" if count else "0"
        seen.append(Seen(bare, _shape(word.text), listed, often))
    return seen


def _gap(gap: str) -> str:
    if gap == " ":
        return " "
    mark = gap.strip(" ")
    if not mark:
        return "_"
    if any(char in _ENDS_SENTENCE for char in mark):
        return "."
    return "0" if any(char.isdigit() for char in mark) else mark[0]


def features(words: Sequence[Word], seen: Sequence[Seen], at: int, style: str) -> Iterator[str]:
    """What the score counts in one word; `style` is a of texts without capitals, else A."""
    word = seen[at]
    before = seen[at - 1] if at else _NOWHERE_SEEN
    after = seen[at + 1] if at + 1 < len(seen) else _NOWHERE_SEEN
    gap = _gap(words[at].gap) if at else "."
    next_gap = _gap(words[at + 1].gap) if at + 1 < len(words) else "."
    kind = word.kind
    bare = word.bare
    yield f"k{kind}"
    yield f"g{kind}{gap}"
    yield f"h{word.shape}{word.usual}{gap}{style}"
    yield f"a{word.listed}{style}{word.usual}"
    yield f"w{bare}"
    yield f"3{bare[-3:]}"
    yield f"2{bare[-2:]}{word.shape}"
    yield f"4{bare[-4:]}"
    yield f"5{bare[:3]}"
    yield f"6{min(len(bare), _LONG)}{word.shape}"
    framed = f"^{bare}$"
    for start in range(len(framed) - 2):
        yield f"c{framed[start : start + 3]}"
    yield f"b{before.bare}{gap}"
    yield f"B{before.bare}{word.shape}"
    yield f"d{before.bare[-4:]}{word.shape}{word.usual}"
    yield f"e{after.bare}{next_gap}"
    yield f"E{after.bare}{word.shape}"
    yield f"i{before.kind}{word.shape}{word.usual}{gap}"
    yield f"j{after.kind}{word.shape}{word.usual}{next_gap}"
    yield f"m{gap}{next_gap}{word.shape}{word.usual}"
    yield f"n{after.bare[-3:]}{word.shape}"
    if at > 1:
        yield f"o{seen[at - 2].bare}{word.shape}"
    if at + 2 < len(seen):
        yield f"p{seen[at + 2].bare}{word.shape}"


_NOWHERE_SEEN = Seen("", "-", "", "")


def may_be_name(seen: Seen) -> bool:
    """A usual word in small letters that no list has is never scored: it saves the time."""
    return seen.shape != "x" or bool(seen.listed) or seen.usual < "3"


def style_of(text: str) -> str:
    """Whether a text is written without capitals: then no name has one."""
    return "a" if text.islower() else "A"


@dataclass
class NameModel:
    """What was learnt; build it with `train_names` or `load`.

    Attributes:
        weights: Feature → weight of a name against no name.
        offset: Of every word.
        usual: In how many texts a word stands in small letters and is no name.
        lowest: Raw score that makes a name of a word with a capital.
        small: The same for a word in small letters.
        beside: Raw score that is enough beside a name.
        strict: Raw score under which even what the rules find is no name.
    """

    weights: dict[str, float] = field(default_factory=dict)
    offset: float = 0.0
    usual: dict[str, int] = field(default_factory=dict)
    lowest: float = 0.0
    small: float = 0.0
    beside: float = 0.0
    strict: float = -1e9

    def scores(self, text: str, words: Sequence[Word]) -> list[float]:
        """The raw score of each word."""
        seen = see(words, self.usual)
        style = style_of(text)
        weigh = self.weights.get
        return [
            self.offset + sum(weigh(name, 0.0) for name in features(words, seen, at, style))
            if may_be_name(seen[at])
            else -99.0
            for at in range(len(words))
        ]

    def find(self, text: str) -> list[Span]:
        """Names in order, without overlap: by score, and by rules where the score allows."""
        words = split_words(text)
        scores = self.scores(text, words)
        chosen = [
            score >= (self.lowest if word.is_capital else self.small)
            for word, score in zip(words, scores, strict=True)
        ]
        starts = {word.start: at for at, word in enumerate(words)}
        for span in find_names(text):
            at = starts[span.start]
            while at < len(words) and words[at].end <= span.end:
                chosen[at] = chosen[at] or scores[at] >= self.strict
                at += 1
        self._spread(words, scores, chosen)
        return list(_joined(words, chosen))

    def _spread(self, words: Sequence[Word], scores: Sequence[float], chosen: list[bool]) -> None:
        for step in (1, -1):
            order = range(len(words)) if step == 1 else range(len(words) - 1, -1, -1)
            for at in order:
                other = at - step
                if chosen[at] or not 0 <= other < len(words) or not chosen[other]:
                    continue
                near = _touch(words[min(at, other)], words[max(at, other)])
                chosen[at] = near and scores[at] >= self.beside

    def save(self, folder: Path) -> None:
        """Write into a folder, made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        saved = {
            "weights": {name: round(weight, 3) for name, weight in self.weights.items()},
            "usual": self.usual,
            "thresholds": [self.offset, self.lowest, self.small, self.beside, self.strict],
        }
        (folder / _FILE).write_text(json.dumps(saved, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            OSError: nothing was saved into `folder`.
        """
        saved = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        offset, *thresholds = saved["thresholds"]
        return cls(saved["weights"], offset, saved["usual"], *thresholds)


def _joined(words: Sequence[Word], chosen: Sequence[bool]) -> Iterator[Span]:
    at = 0
    while at < len(words):
        if not chosen[at]:
            at += 1
            continue
        last = at
        while last + 1 < len(words) and chosen[last + 1] and _touch(words[last], words[last + 1]):
            last += 1
        yield Span(words[at].start, words[last].end, NAME)
        at = last + 1


def _touch(word: Word, following: Word) -> bool:
    return following.gap == " " or (following.gap == ". " and len(word.text) == 1)
