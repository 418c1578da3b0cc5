"""Lays texts out as the table that a linear model learns from: texts down, features across."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs  # type: ignore[import-untyped]
from scipy.sparse import csr_matrix, diags_array, vstack  # type: ignore[import-untyped]
from sklearn.feature_extraction.text import CountVectorizer  # type: ignore[import-untyped]

from nlu.linear import LinearScores


class Counted(NamedTuple):
    """How often each feature stands in each text.

    Attributes:
        names: of the columns.
        counts: shape (texts, features).
    """

    names: tuple[str, ...]
    counts: csr_matrix

    def rows(self, chosen: Any) -> "Counted":
        """Some of the texts."""
        return Counted(self.names, self.counts[chosen])


def count[Text](texts: Sequence[Text], features: Callable[[Text], Iterable[str]]) -> Counted:
    """Count the features of each text, on all processors.

    Args:
        texts: in any form that `features` takes.
        features: names of a text's features, as often as they occur.
    """
    processors = effective_n_jobs(-1)
    share = max(1, -(-len(texts) // processors))
    shares = [texts[first : first + share] for first in range(0, len(texts), share)]
    parts = Parallel(n_jobs=processors)(delayed(_count)(part, features) for part in shares)
    names = sorted(set().union(*(part.names for part in parts)))
    column_of = {name: column for column, name in enumerate(names)}
    placed = [_place(part, column_of) for part in parts]
    return Counted(tuple(names), csr_matrix(vstack(placed), dtype=np.float32))


def _count[Text](texts: Sequence[Text], features: Callable[[Text], Iterable[str]]) -> Counted:
    vectorizer = CountVectorizer(analyzer=features, dtype=np.float32)
    counts = vectorizer.fit_transform(texts)
    return Counted(tuple(vectorizer.get_feature_names_out()), counts)


def _place(part: Counted, column_of: Mapping[str, int]) -> csr_matrix:
    """The counts in the columns that the features have in the whole."""
    columns = np.array([column_of[name] for name in part.names])
    held = part.counts
    shape = (held.shape[0], len(column_of))
    return csr_matrix((held.data, columns[held.indices], held.indptr), shape=shape)


def vocabulary(counted: Counted, settings: Mapping[str, Any]) -> LinearScores:
    """What is frequent enough to learn from, and how rare each feature is.

    Args:
        counted: The texts to learn from.
        settings: `weights` of each kind of feature, by its first letter, and the `fewest`
            texts that one must stand in.
    """
    texts = np.bincount(counted.counts.indices, minlength=len(counted.names))
    fewest = settings["fewest"]
    found = zip(counted.names, texts.tolist(), strict=True)
    kept = {name: number for name, number in found if number >= fewest[name[0]]}
    total = counted.counts.shape[0]
    rarity = [
        1.0 if name[0] == "k" else np.log((1 + total) / (1 + number)) + 1
        for name, number in kept.items()
    ]
    return LinearScores(
        features={name: row for row, name in enumerate(kept)},
        rarity=np.array(rarity, np.float32),
        kinds=dict(settings["weights"]),
    )


def weigh(learnt: LinearScores, counted: Counted) -> csr_matrix:
    """The same values as `LinearScores.values`, for many texts: shape (texts, learnt features)."""
    columns = {name: column for column, name in enumerate(counted.names)}
    known = [columns.get(name, -1) for name in learnt.features]
    rows = np.array([row for row, column in enumerate(known) if column >= 0])
    width = len(learnt.features)
    placed = csr_matrix(
        (np.ones(len(rows), np.float32), (np.array(known)[rows], rows)),
        shape=(len(counted.names), width),
    )
    values = counted.counts @ placed
    values.data = (1 + np.log(values.data)) * learnt.rarity[values.indices]
    kinds = np.array([name[0] for name in learnt.features])
    scaled = csr_matrix(values.shape, dtype=np.float32)
    for kind, weight in learnt.kinds.items():
        part = values @ diags_array((kinds == kind).astype(np.float32))
        length = np.sqrt(part.multiply(part).sum(axis=1)).A1
        scaled += diags_array(weight / np.maximum(length, 1e-9)) @ part
    return csr_matrix(scaled, dtype=np.float32)
