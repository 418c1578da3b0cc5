"""One linear model over named features: a score for every label, and what each word adds to it.

It can show the words behind a score, and it read better than spaCy's text categorizers on the
same texts (`make bench-reader`, docs/reader.md).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from nlu.features import Feature

_NO_LENGTH = 1e-9  # instead of zero, for a kind that a text has nothing of

type Weights = NDArray[np.float32]
type Rows = NDArray[np.int64]


@dataclass
class LinearScores:
    """What was learnt.

    Attributes:
        features: Name → row.
        rarity: Shape (rows,): inverse document frequency.
        labels: Column names such as "type hot" or "area tillstand".
        weights: Shape (rows, columns).
        offsets: Shape (columns,).
        kinds: Weight of each kind of feature, by its first letter.
    """

    features: dict[str, int] = field(default_factory=dict)
    rarity: Weights = field(default_factory=lambda: np.zeros(0, np.float32))
    labels: tuple[str, ...] = ()
    weights: Weights = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    offsets: Weights = field(default_factory=lambda: np.zeros(0, np.float32))
    kinds: dict[str, float] = field(default_factory=dict)

    def rows_of(self, names: Iterable[str]) -> Rows:
        """The rows of the features that were learnt; the others are left out."""
        known = (self.features.get(name) for name in names)
        return np.array([row for row in known if row is not None], np.int64)

    def values(self, rows: Rows) -> tuple[Rows, Weights]:
        """Each row once, and its value; each kind of feature is scaled to its own length."""
        found, counts = np.unique(rows, return_counts=True)
        values = (1 + np.log(counts)) * self.rarity[found]
        kinds = self._kind_of[found]
        lengths = np.sqrt(np.bincount(kinds, values * values, minlength=len(self.kinds)))
        weights = np.array(list(self.kinds.values())) / np.maximum(lengths, _NO_LENGTH)
        return found, np.asarray(values * weights[kinds], np.float32)

    def raw(self, rows: Rows) -> Weights:
        """The log-odds of every label; shape (columns,)."""
        found, values = self.values(rows)
        return np.asarray(self.offsets + values @ self.weights[found], np.float32)

    def score(self, names: Iterable[str]) -> dict[str, float]:
        """Label → probability."""
        chances = logistic(self.raw(self.rows_of(names)))
        return dict(zip(self.labels, chances.tolist(), strict=True))

    def shares(self, found: Sequence[Feature], tokens: int, label: str) -> list[float]:
        """What each token of a text adds to the log-odds of a label.

        Args:
            found: the text's features.
            tokens: how many tokens it has.
            label: one of `labels`.
        """
        column = self.labels.index(label)
        counts = Counter(feature.name for feature in found)
        rows, values = self.values(self.rows_of(feature.name for feature in found))
        effects = (values * self.weights[rows, column]).tolist()
        effect = dict(zip(rows.tolist(), effects, strict=True))
        shares = [0.0] * tokens
        for name, first, end in found:
            row = self.features.get(name)
            if row is not None and end > first:
                for at in range(first, end):
                    shares[at] += effect[row] / counts[name] / (end - first)
        return shares

    @cached_property
    def _kind_of(self) -> Rows:
        """For each row, the place of its kind in `kinds`."""
        places = {kind: place for place, kind in enumerate(self.kinds)}
        return np.array([places[name[0]] for name in self.features], np.int64)

    def save(self, file: Path) -> None:
        """Write to a file, weights in half precision."""
        np.savez(
            file,
            features=np.frombuffer("\n".join(self.features).encode(), np.uint8),
            labels=np.frombuffer("\n".join(self.labels).encode(), np.uint8),
            kinds=np.frombuffer(
                "\n".join(f"{kind}={weight}" for kind, weight in self.kinds.items()).encode(),
                np.uint8,
            ),
            rarity=self.rarity,
            weights=self.weights.astype(np.float16),
            offsets=self.offsets,
        )

    @classmethod
    def load(cls, file: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            OSError: there is no such file.
        """
        with np.load(file) as saved:
            return cls(
                features={name: row for row, name in enumerate(_lines(saved["features"]))},
                rarity=saved["rarity"],
                labels=tuple(_lines(saved["labels"])),
                weights=saved["weights"].astype(np.float32),
                offsets=saved["offsets"],
                kinds={
                    line.split("=")[0]: float(line.split("=")[1])
                    for line in _lines(saved["kinds"])
                },
            )


def logistic(raw: Weights) -> Weights:
    """Log-odds as chances, 0 to 1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(raw, -50, 50))), np.float32)


def _lines(saved: Any) -> list[str]:
    return bytes(saved).decode().split("\n")
