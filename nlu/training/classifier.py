"""Teaches the classifier, and scores every description by what other writers' texts teach."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed  # type: ignore[import-untyped]
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from nlu.classifier import Calibration, Classifier, look
from nlu.features import find_features
from nlu.linear import LinearScores
from nlu.normalise import plain
from nlu.training.lessons import LABELS, UNKNOWN, Lesson, truths
from nlu.training.matrix import Counted, count, vocabulary, weigh

_NEVER = -8.0  # log-odds of a label that no lesson has
_TRUST = 1.0  # inverse strength of the penalty of Platt scaling

type Scores = NDArray[np.float64]
type Raw = NDArray[np.float32]


@dataclass(frozen=True)
class Taught:
    """A classifier, and what it would say of the texts that it was taught with.

    Attributes:
        lessons: the descriptions, in the order of `chances`.
        chances: by a model that had seen nothing of the same writer; shape (lessons, labels).
    """

    classifier: Classifier
    lessons: Sequence[Lesson]
    chances: Scores


@dataclass(frozen=True)
class _Texts:
    """Descriptions and phrases, each text once.

    Attributes:
        lessons: for each text its readings.
        shares: of its readings that hold each label, NaN if unknown; shape (texts, labels).
        is_phrase: shape (texts,).
    """

    texts: Sequence[str]
    lessons: Sequence[Sequence[Lesson]]
    shares: Scores
    is_phrase: NDArray[np.bool_]
    counted: Counted

    def folds(self, number: int) -> Iterator[NDArray[np.bool_]]:
        """Which texts to hold out; all of a writer's at once."""
        batches = [readings[0].batch for readings in self.lessons]
        fold_of = {batch: at % number for at, batch in enumerate(sorted(set(batches)))}
        assigned = np.array([fold_of[batch] for batch in batches])
        for fold in range(number):
            yield (assigned == fold) & ~self.is_phrase


def teach(
    lessons: Sequence[Lesson],
    phrases: Sequence[Lesson],
    settings: Mapping[str, Any],
    progress: Callable[[str], None],
) -> Taught:
    """Learn from descriptions and phrases.

    Each description is scored by a model taught with those of other writers (grouped
    cross-validation); from these scores the calibration learns how far to believe the model on
    words it has not met.

    Args:
        lessons: descriptions; both readings of one have the same origin.
        phrases: taught in every round, never scored.
        settings: the part [reader] of `nlu/reader.toml`.
        progress: told a line now and then.
    """
    texts = _gather(lessons, phrases)
    raw = np.zeros((len(texts.texts), len(LABELS)), np.float32)
    for number, held_out in enumerate(texts.folds(settings["folds"]), 1):
        learnt = _learn(texts.counted.rows(~held_out), texts.shares[~held_out], settings)
        raw[held_out] = raw_scores(learnt, [texts.texts[row] for row in _rows(held_out)])
        progress(f"cross-validation {number} of {settings['folds']}")
    linear = _learn(texts.counted, texts.shares, settings)
    rows = _rows(~texts.is_phrase)
    calibration = _calibrate(raw[rows], texts.shares[rows])
    seen = [(row, lesson) for row in rows for lesson in texts.lessons[row]]
    chances = calibration.chances(raw[[row for row, _ in seen]])
    return Taught(
        Classifier(linear, calibration),
        [lesson for _, lesson in seen],
        np.asarray(chances, np.float64),
    )


def _rows(chosen: NDArray[np.bool_]) -> list[int]:
    return [int(row) for row in np.flatnonzero(chosen)]


def raw_scores(learnt: LinearScores, texts: Sequence[str]) -> Raw:
    """Log-odds of many texts, as `Classifier.read` finds them; shape (texts, labels)."""
    scored = Parallel(n_jobs=-1, batch_size=64)(delayed(_look)(learnt, text) for text in texts)
    return np.array(scored, np.float32)


def _look(learnt: LinearScores, text: str) -> Raw:
    prepared = plain(text)
    return look(learnt, tuple(find_features(prepared)), len(prepared.tokens))


def _gather(lessons: Sequence[Lesson], phrases: Sequence[Lesson]) -> _Texts:
    readings: dict[str, list[Lesson]] = {}
    for lesson in [*lessons, *phrases]:
        readings.setdefault(lesson.text, []).append(lesson)
    known = [truths(same).astype(np.float64) for same in readings.values()]
    shares = [np.where(truth == UNKNOWN, np.nan, truth).mean(axis=0) for truth in known]
    texts = list(readings)
    origins = {lesson.origin for lesson in phrases}
    is_phrase = np.array([same[0].origin in origins for same in readings.values()])
    return _Texts(
        texts, list(readings.values()), np.array(shares), is_phrase, count(texts, _feature_names)
    )


def _feature_names(text: str) -> list[str]:
    return [feature.name for feature in find_features(plain(text))]


def _learn(counted: Counted, shares: Scores, settings: Mapping[str, Any]) -> LinearScores:
    """The linear model: one logistic regression a label, over the texts where it is known."""
    learnt = vocabulary(counted, settings)
    matrix = weigh(learnt, counted).astype(np.float64)
    fitted = Parallel(n_jobs=-1)(
        delayed(_fit)(matrix, shares[:, column], settings) for column in range(len(LABELS))
    )
    learnt.labels = LABELS
    learnt.weights = np.stack([coefficients for coefficients, _ in fitted], axis=1)
    learnt.offsets = np.array([offset for _, offset in fitted], np.float32)
    return learnt


def _fit(matrix: Any, share: Scores, settings: Mapping[str, Any]) -> tuple[Raw, float]:
    """One label's weights and offset; a text that is read both ways is taught both ways."""
    rows, truth, weights = _both_ways(share)
    if truth.all() or not truth.any():
        return np.zeros(matrix.shape[1], np.float32), _NEVER
    model = LogisticRegression(
        C=settings["penalty"],
        solver="liblinear",
        dual=True,
        tol=settings["tolerance"],
        random_state=settings["seed"],
    )
    model.fit(matrix[rows], truth, sample_weight=weights)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def _both_ways(share: Scores) -> tuple[NDArray[np.int64], NDArray[np.bool_], Scores]:
    """Rows where a label holds and where it does not, with the share that reads it so."""
    holds, fails = np.flatnonzero(share > 0), np.flatnonzero(share < 1)
    truth = np.repeat([True, False], [len(holds), len(fails)])
    return np.concatenate([holds, fails]), truth, np.concatenate([share[holds], 1 - share[fails]])


def _calibrate(raw: Raw, shares: Scores) -> Calibration:
    slopes, offsets = np.ones(len(LABELS), np.float32), np.zeros(len(LABELS), np.float32)
    for column in range(len(LABELS)):
        rows, truth, weights = _both_ways(shares[:, column])
        if truth.any() and not truth.all():
            scaling = LogisticRegression(C=_TRUST).fit(
                raw[rows, column : column + 1], truth, sample_weight=weights
            )
            slopes[column], offsets[column] = scaling.coef_[0, 0], scaling.intercept_[0]
    return Calibration(slopes, offsets)
