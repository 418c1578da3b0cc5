"""Trains the finder on questions that people ask, and counts how well it answers others.

`data/questions` holds questions with the names of the texts that answer them, best first, or none.
Every writer has a letter and digit of their own in the ids ("q3-0017"): whether a question is
answered at all is learnt from what a model without that writer says.
"""

import json
import tomllib
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from joblib import Parallel, delayed  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.svm import LinearSVC  # type: ignore[import-untyped]

import nlu
from nlu.errors import DescriptionError
from nlu.finder import NONE, Decision, Document, Finder, signs_of
from nlu.linear import LinearScores
from nlu.normalise import plain
from nlu.question_features import known_words, question_features
from nlu.training.matrix import Counted, count, vocabulary, weigh

SETTINGS = Path(nlu.__file__).parent / "finder.toml"

type Scores = NDArray[np.float64]
type Chosen = NDArray[np.bool_]


class Question(NamedTuple):
    """A question and the names of the texts that answer it, best first; none if no text does."""

    id: str
    text: str
    names: tuple[str, ...]

    @property
    def writer(self) -> str:
        """Who wrote it."""
        return self.id.partition("-")[0]


def read_questions(file: Path, known: Collection[str]) -> list[Question]:
    """Read labelled questions, a JSON object a line: id, text, texts, answerable.

    Args:
        known: the names of the texts that there are.

    Raises:
        DescriptionError: a line is no such object, or names a text that is not there.
    """
    questions = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            question = Question(row["id"], row["text"], tuple(row["texts"]))
            is_answerable = bool(row["answerable"])
        except (ValueError, KeyError, TypeError) as error:
            raise DescriptionError(file, number, "no id, text, texts and answerable") from error
        if unknown := [name for name in question.names if name not in known]:
            raise DescriptionError(file, number, f"unknown text {unknown[0]!r}")
        if is_answerable != bool(question.names):
            raise DescriptionError(file, number, "answerable and texts do not agree")
        questions.append(question)
    return questions


def train(folder: Path, documents: Sequence[Document], progress: Callable[[str], None]) -> Finder:
    """Learn from the questions of `train.jsonl` and from how the texts say they are asked for.

    Args:
        folder: `data/questions`.
        documents: the texts that questions are labelled with.
        progress: told a line now and then.

    Raises:
        DescriptionError: a question is malformed.
    """
    settings = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    names = sorted(document.name for document in documents)
    questions = read_questions(folder / "train.jsonl", names)
    asked_for = [
        Question(f"text-{document.name}", text, (document.name,))
        for document in documents
        for text in document.questions
    ]
    progress(f"{len(questions)} questions to learn from")
    lessons = [*questions, *asked_for]
    counted = count([lesson.text for lesson in lessons], _features)
    learnt = _learn(counted, lessons, names, settings)
    held_out = np.zeros((len(questions), len(names) + 1))
    for writer in sorted({question.writer for question in questions}):
        out = np.array([lesson.writer == writer for lesson in lessons])
        others = [lesson for lesson in lessons if lesson.writer != writer]
        without = _learn(counted.rows(~out), others, names, settings)
        held_out[out[: len(questions)]] = _scores(without, counted.rows(out))
    return Finder(learnt, _decide(learnt, questions, held_out, settings), tuple(documents))


def _features(text: str) -> list[str]:
    return list(question_features(plain(text)))


def _learn(
    counted: Counted, lessons: Sequence[Question], names: Sequence[str], settings: dict[str, Any]
) -> LinearScores:
    """One support vector machine a text, and one for no text at all.

    A question is no example against a text that answers it nearly as well as the best.
    """
    learnt = vocabulary(counted, settings)
    matrix = weigh(learnt, counted).astype(np.float64)
    labels = (*names, NONE)
    fitted = Parallel(n_jobs=-1)(
        delayed(_fit)(
            matrix,
            np.array([(lesson.names or (NONE,))[0] == label for lesson in lessons]),
            np.array([label in lesson.names[1:] for lesson in lessons]),
            settings,
        )
        for label in labels
    )
    learnt.labels = labels
    learnt.weights = np.stack([weights for weights, _ in fitted], axis=1)
    learnt.offsets = np.array([offset for _, offset in fitted], np.float32)
    return learnt


def _fit(
    matrix: csr_matrix, is_best: Chosen, is_next: Chosen, settings: dict[str, Any]
) -> tuple[NDArray[np.float32], float]:
    machine = LinearSVC(
        C=settings["penalty"], tol=settings["tolerance"], random_state=settings["seed"]
    )
    machine.fit(matrix[~is_next], is_best[~is_next])
    return machine.coef_[0].astype(np.float32), float(machine.intercept_[0])


def _scores(learnt: LinearScores, counted: Counted) -> Scores:
    """Shape (questions, labels)."""
    return np.asarray(weigh(learnt, counted) @ learnt.weights + learnt.offsets, np.float64)


def _decide(
    learnt: LinearScores,
    questions: Sequence[Question],
    held_out: Scores,
    settings: dict[str, Any],
) -> Decision:
    """When to answer: learnt from scores of models that had seen nothing of the same writer."""
    known = [known_words(learnt.features, _features(question.text)) for question in questions]
    signs = np.array(
        [signs_of(row[:-1], row[-1], share) for row, share in zip(held_out, known, strict=True)]
    )
    is_answerable = np.array([bool(question.names) for question in questions])
    fitted = LogisticRegression().fit(signs, is_answerable)
    weights = tuple(float(weight) for weight in fitted.coef_[0])
    return Decision(weights, float(fitted.intercept_[0]), settings["threshold"])
