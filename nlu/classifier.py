"""Scores a text against every label: at a glance, and closely, a few words at a time.

An event is often told in eight words of a hundred. A linear model over the whole text loses them
among the rest, so it also looks at every stretch of a few words, and the strongest one counts too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np

from nlu.features import Feature, find_features
from nlu.labels import FIELDS
from nlu.linear import LinearScores, Rows, Weights, logistic
from nlu.normalise import Plain

LEAST = "none yes"
"""The label that every stretch must bear out: nothing happened, from beginning to end."""

_STRETCH = 8  # words
_STEP = 3  # words from one stretch to the next
_CLOSELY = 0.5  # how much the strongest stretch counts beside the whole
_LINEAR = "linear.npz"
_CALIBRATION = "calibration.npz"


def look(linear: LinearScores, found: Sequence[Feature], tokens: int) -> Weights:
    """The log-odds of a text: of the whole, and of its strongest stretch of words.

    Args:
        linear: what was learnt.
        found: the text's features.
        tokens: how many tokens it has.

    Returns:
        Shape (labels,).
    """
    whole = linear.raw(linear.rows_of(feature.name for feature in found))
    parts = np.array([linear.raw(rows) for rows in _stretches(linear, found, tokens)])
    closest = parts.max(axis=0)
    least = linear.labels.index(LEAST)
    closest[least] = parts[:, least].min()
    return np.asarray((whole + _CLOSELY * closest) / (1 + _CLOSELY), np.float32)


def _stretches(linear: LinearScores, found: Sequence[Feature], tokens: int) -> Iterator[Rows]:
    """The rows of every few words in a row."""
    placed = sorted(
        (first, end, linear.features[name])
        for name, first, end in found
        if end > first and name in linear.features
    )
    firsts, ends, rows = np.array(placed, np.int64).reshape(-1, 3).T
    for start in range(0, max(1, tokens - _STRETCH + _STEP), _STEP):
        begin, stop = np.searchsorted(firsts, [start, start + _STRETCH])
        yield rows[begin:stop][ends[begin:stop] <= start + _STRETCH]


@dataclass(frozen=True)
class Scored:
    """A text, its features and its scores.

    Attributes:
        scores: Label such as "type hot" or "area tillstand" → chance, 0 to 1; those of one
            exclusive field sum to 1.
    """

    text: Plain
    found: tuple[Feature, ...]
    scores: dict[str, float]
    linear: LinearScores

    @cached_property
    def named(self) -> frozenset[str]:
        """Names of the concepts that the tables of words recognise."""
        return frozenset(name for name, _, _ in self.found if name[0] == "k")

    def shares(self, label: str) -> list[float]:
        """What each token adds to a label."""
        return self.linear.shares(self.found, len(self.text.tokens), label)


@dataclass(frozen=True)
class Calibration:
    """How log-odds become chances that hold: "seven in ten" is right seven times in ten.

    Platt scaling, over texts that the model had not seen.

    Attributes:
        slopes, offsets: one a label.
    """

    slopes: Weights
    offsets: Weights

    def chances(self, raw: Weights) -> Weights:
        """Chances, 0 to 1, in the shape of `raw`: (labels,) or (texts, labels)."""
        return logistic(raw * self.slopes + self.offsets)


@dataclass(frozen=True)
class Classifier:
    """What was learnt from labelled descriptions."""

    linear: LinearScores
    calibration: Calibration

    def read(self, text: Plain) -> Scored:
        """Score one text; it may be empty."""
        found = tuple(find_features(text))
        chances = self.calibration.chances(look(self.linear, found, len(text.tokens)))
        scores = dict(zip(self.linear.labels, chances.tolist(), strict=True))
        return Scored(text, found, _summed_to_one(scores), self.linear)

    def save(self, folder: Path) -> None:
        """Write into a folder, made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        self.linear.save(folder / _LINEAR)
        np.savez(
            folder / _CALIBRATION, slopes=self.calibration.slopes, offsets=self.calibration.offsets
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            OSError: nothing was saved into `folder`.
        """
        with np.load(folder / _CALIBRATION) as saved:
            calibration = Calibration(saved["slopes"], saved["offsets"])
        return cls(LinearScores.load(folder / _LINEAR), calibration)


def _summed_to_one(scores: dict[str, float]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for label, score in scores.items():
        sums[label.split()[0]] = sums.get(label.split()[0], 0.0) + score
    return {
        label: score / sums[label.split()[0]] if label.split()[0] in FIELDS else score
        for label, score in scores.items()
    }
