"""Scores a text against every label: a spaCy component around one linear model.

A linear model was measured to read better than spaCy's own text categorizers on a thousand
texts (figures in `docs/reader.md`), and it can show the words behind a score.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from nlu.features import Feature, find_features
from nlu.normalise import Plain, plain

FACTORY = "incident_scores"
_FILE = "scores.npz"
_EXCLUSIVE = ("perpetrator", "channel", "area", "pattern")

type Weights = NDArray[np.float32]


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

    def values(self, names: Iterable[str]) -> tuple[list[int], list[float]]:
        """Rows and values of a text's features, each kind scaled to its own length."""
        lengths: dict[str, float] = {}
        found: list[tuple[int, str, float]] = []
        for name, count in Counter(names).items():
            row = self.features.get(name)
            if row is None:
                continue
            value = (1 + math.log(count)) * float(self.rarity[row])
            lengths[name[0]] = lengths.get(name[0], 0.0) + value * value
            found.append((row, name[0], value))
        return (
            [row for row, _, _ in found],
            [self.kinds[kind] * value / math.sqrt(lengths[kind]) for _, kind, value in found],
        )

    def score(self, names: Iterable[str]) -> dict[str, float]:
        """Label → probability; those of one exclusive field sum to 1."""
        rows, values = self.values(names)
        raw = self.offsets + np.asarray(values, np.float32) @ self.weights[rows]
        return _probabilities(self.labels, raw)

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


def _probabilities(labels: tuple[str, ...], raw: Weights) -> dict[str, float]:
    scores: dict[str, float] = {}
    sums: dict[str, float] = {}
    for label, value in zip(labels, raw.tolist(), strict=True):
        kind = label.split()[0]
        scores[label] = 1 / (1 + math.exp(-max(min(value, 50.0), -50.0)))
        if kind in _EXCLUSIVE:
            sums[kind] = sums.get(kind, 0.0) + scores[label]
    return {
        label: value / sums[label.split()[0]] if label.split()[0] in sums else value
        for label, value in scores.items()
    }


class IncidentScores:
    """The component: fills `doc.cats` with the score of every label."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        """Begin untrained.

        Args:
            weights: How much each kind of feature counts, by its first letter.
        """
        self.learnt = LinearScores(kinds=dict(weights))

    def __call__(self, doc: Doc) -> Doc:
        """Score one text."""
        text = plain(doc.text)
        doc.cats.update(self.learnt.score(feature.name for feature in find_features(text)))
        return doc

    def shares(self, text: Plain, label: str) -> list[float]:
        """What each token of a text adds to the raw score of a label."""
        column = self.learnt.labels.index(label)
        found = list(find_features(text))
        counts = Counter(feature.name for feature in found)
        rows, values = self.learnt.values(feature.name for feature in found)
        effect = dict(
            zip(
                rows,
                (np.asarray(values) * self.learnt.weights[rows, column]).tolist(),
                strict=True,
            )
        )
        shares = [0.0] * len(text.tokens)
        for feature in found:
            row = self.learnt.features.get(feature.name)
            if row is not None and feature.end > feature.first:
                _spread(shares, feature, effect[row] / counts[feature.name])
        return shares

    def to_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> None:
        """Save what was learnt into a folder."""
        del exclude
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        self.learnt.save(folder / _FILE)

    def from_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> "IncidentScores":
        """Load what was saved."""
        del exclude
        self.learnt = LinearScores.load(Path(path) / _FILE)
        return self


def _lines(saved: Any) -> list[str]:
    return bytes(saved).decode().split("\n")


def _spread(shares: list[float], feature: Feature, effect: float) -> None:
    covered = feature.end - feature.first
    for at in range(feature.first, feature.end):
        shares[at] += effect / covered


@Language.factory(FACTORY, default_config={"weights": {"w": 1.0, "c": 1.0, "k": 1.0}})
def _make(nlp: Language, name: str, weights: dict[str, float]) -> IncidentScores:
    del nlp, name
    return IncidentScores(weights)
