"""Learns what a name looks like from the labelled descriptions."""

import argparse
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from nlu.name_lists import name_lists
from nlu.name_rules import NAME, Word, split_words
from nlu.names import NameModel, features, may_be_name, see, style_of
from nlu.training.data import read_split
from nlu.training.masks import labelled_spans

_COPIES = 2  # of a text with names, with other names in them: tuned on dev
_HIDDEN = 0.3  # share of the names in a copy that are taken for unlisted: tuned on dev
_SMALL = 0.35  # share of the copies that are written without capitals: our choice
_FEWEST = 2  # words in which a feature must stand
_PENALTY = 0.5
_SEED = 7
# Raw scores, tuned on dev and on new lines by other writers; recall before precision
_LOWEST, _SMALL_LOWEST, _BESIDE, _STRICT = 0.2, 0.4, -2.0, -2.5


class Labelled(Protocol):
    """A text with its labelled substrings: a `Description` or an `Example`."""

    @property
    def text(self) -> str: ...
    @property
    def mask(self) -> tuple[str, ...]: ...


class _Taught(NamedTuple):
    text: str
    names: tuple[tuple[int, int], ...]
    hidden: frozenset[str]
    own: frozenset[str]  # words of its own that must not count as usual for itself


def train_names(descriptions: Sequence[Labelled]) -> NameModel:
    """Learn from texts with labelled names; the same texts always give the same model."""
    texts = [_taught(d.text, d.mask) for d in descriptions]
    usual = _usual(texts)
    generator = random.Random(_SEED)  # noqa: S311 - no secret hangs on it
    copies = [copy for text in texts for copy in _copies(text, generator)]
    rows: list[list[str]] = []
    truths: list[bool] = []
    for text in [*texts, *copies]:
        for names, truth in _examples(text, usual):
            rows.append(names)
            truths.append(truth)
    counted = Counter(name for row in rows for name in row)
    frequent = sorted(name for name, count in counted.items() if count >= _FEWEST)
    columns = {name: at for at, name in enumerate(frequent)}
    learner = LogisticRegression(
        C=_PENALTY, solver="liblinear", dual=True, random_state=_SEED, max_iter=300
    )
    learner.fit(_matrix(rows, columns), np.array(truths))
    weights = {
        name: float(weight)
        for name, weight in zip(columns, learner.coef_[0], strict=True)
        if abs(weight) >= 0.01  # noqa: PLR2004 - moves no score
    }
    often = {word: count for word, count in usual.items() if count}
    offset = float(learner.intercept_[0])
    return NameModel(weights, offset, often, _LOWEST, _SMALL_LOWEST, _BESIDE, _STRICT)


def _taught(text: str, mask: Sequence[str]) -> _Taught:
    names = tuple(
        (span.start, span.end) for span in labelled_spans(text, mask) if span.placeholder == NAME
    )
    return _Taught(text, names, frozenset(), _ordinary(text, names))


def _ordinary(text: str, names: Sequence[tuple[int, int]]) -> frozenset[str]:
    """Words in small letters that are no names."""
    return frozenset(
        word.text
        for word in split_words(text)
        if word.text.islower() and not _is_name(word, names)
    )


def _is_name(word: Word, names: Sequence[tuple[int, int]]) -> bool:
    return any(word.start < end and start < word.end for start, end in names)


def _usual(texts: Sequence[_Taught]) -> Counter[str]:
    return Counter(word for text in texts for word in text.own)


def _copies(text: _Taught, generator: random.Random) -> Iterator[_Taught]:
    """The text with other names, some unlisted, some in small letters."""
    if not text.names:
        return
    lists = name_lists()
    first, last = sorted(lists.first), sorted(lists.last)
    for _ in range(_COPIES):
        parts: list[str] = []
        names: list[tuple[int, int]] = []
        hidden: set[str] = set()
        at = 0
        for start, end in text.names:
            parts.append(text.text[at:start])
            old = text.text[start:end]
            new = _other_name(old, first, last, generator)
            if generator.random() < _HIDDEN:
                hidden |= {word.bare for word in split_words(new)}
            begin = sum(map(len, parts))
            names.append((begin, begin + len(new)))
            parts.append(new)
            at = end
        copy = "".join((*parts, text.text[at:]))
        lower = copy.lower()
        if generator.random() < _SMALL and len(lower) == len(copy):
            copy = lower
        yield _Taught(copy, tuple(names), frozenset(hidden), text.own)


def _other_name(
    old: str, first: Sequence[str], last: Sequence[str], generator: random.Random
) -> str:
    def other(match: re.Match[str]) -> str:
        if len(match.group()) == 1:
            return generator.choice("abcdefghijklmnoprstuvåäö").upper()
        pool = first if match.start() == 0 else last
        new = generator.choice(pool)
        if match.end() == len(old) and old.endswith("s") and not old.endswith("ss"):
            new += "" if new.endswith("s") else generator.choice(["", "s"])
        return new if match.group().islower() else new.title()

    return re.sub(r"[^\W\d_]+(?:[-'][^\W\d_]+)*", other, old)


def _examples(text: _Taught, usual: Counter[str]) -> Iterator[tuple[list[str], bool]]:
    words = split_words(text.text)
    without = {
        word.bare: usual[word.bare] - (word.bare in text.own) for word in words
    }  # as if the text were new
    seen = see(words, without, text.hidden)
    style = style_of(text.text)
    for at, word in enumerate(words):
        truth = _is_name(word, text.names)
        if truth or may_be_name(seen[at]):
            yield list(features(words, seen, at, style)), truth


def _matrix(rows: Sequence[Sequence[str]], columns: dict[str, int]) -> csr_matrix:
    pairs = [
        (at, columns[name]) for at, row in enumerate(rows) for name in set(row) if name in columns
    ]
    shape = (len(rows), len(columns))
    at, column = np.array(pairs).T
    return csr_matrix((np.ones(len(pairs)), (at, column)), shape=shape)


def main() -> None:
    """Train from the command line: the names alone, to measure them with `nlu.training.masks`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    train_names(read_split(chosen.data / "events", "train")).save(chosen.out)


if __name__ == "__main__":
    main()
