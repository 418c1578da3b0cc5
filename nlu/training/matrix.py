"""Lays counted features out as the table that a linear model learns from."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

from nlu.classifier import LinearScores


def vocabulary(
    counts: Sequence[Counter[str]], kinds: dict[str, float], settings: dict[str, Any]
) -> LinearScores:
    """What is frequent enough to learn from, and how rare each feature is.

    Args:
        counts: The features of each text.
        kinds: Weight of each kind of feature, by its first letter.
        settings: In how many texts a feature of each kind must stand.
    """
    texts = Counter(name for counted in counts for name in counted)
    fewest = {
        "w": settings["fewest_words"],
        "c": settings["fewest_characters"],
        "k": settings["fewest_concepts"],
    }
    names = sorted(name for name, found in texts.items() if found >= fewest[name[0]])
    rarity = [
        1.0 if name[0] == "k" else math.log((1 + len(counts)) / (1 + texts[name])) + 1
        for name in names
    ]
    return LinearScores(
        features={name: row for row, name in enumerate(names)},
        rarity=np.array(rarity, np.float32),
        kinds=kinds,
    )


def count_matrix(learnt: LinearScores, counts: Sequence[Counter[str]]) -> csr_matrix:
    """One row a text, one column a feature of `learnt`."""
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, counted in enumerate(counts):
        found, weighed = learnt.values(counted.elements())
        rows += [row] * len(found)
        columns += found
        values += weighed
    shape = (len(counts), len(learnt.features))
    return csr_matrix((values, (rows, columns)), shape=shape, dtype=np.float64)
