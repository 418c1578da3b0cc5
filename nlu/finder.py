"""Finds the text that answers a question.

Words alone do not do it: nobody who was given a bottle writes *gåva*. So a linear model over
words, base forms, parts of compounds, characters and groups of words learns from example questions
which text answers. A text that it never met (a municipality's own) is found by what stands in it.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from nlu.errors import ModelMissingError
from nlu.linear import LinearScores, Rows, Weights, logistic
from nlu.normalise import plain
from nlu.question_features import known_words, question_features

NONE = "none"
"""The label of questions that no text answers."""

_SCORES = "scores.npz"
_DECISION = "decision.json"
_NEAR = 0.16  # cosine from which a section is what was asked for (our choice)
_WHEN = {
    "före.": re.compile(r"\b(före|innan|inför|förbered\w*|på väg)\b"),
    "under.": re.compile(r"\b(under|medan|just nu|när det händer|på plats)\b"),
    "efter.": re.compile(r"\b(efter|efteråt|sen|sedan|dagen efter|i går|igår)\b"),
}
"""Words that ask for a section with such a heading."""
_ASKED_FOR = 0.2  # what such a word adds to the cosine (our choice)
_FEW_WORDS = 8  # of a question that goes on from the one before (our choice)
_GOES_ON = re.compile(
    r"(och|men|då|eller|fast|även|också|samma|gäller (det|detta)|jaha?|ok(ej)?|så|vad händer)\b"
    r"|(om|ifall|när|hur|vad|får|kan|måste|ska|vem|varför)\b.*"
    r"\b(det|den|då|dem|de|dom|hon|han|hen|så)\b"
)


class Document(NamedTuple):
    """A text that can answer.

    Attributes:
        name: its own.
        stands_for: the name that the model learnt it under, if it ever met it.
        questions: its title, and how people ask for it.
        parts: its answer and its sections, each with its heading.
    """

    name: str
    stands_for: str
    questions: tuple[str, ...]
    parts: tuple[str, ...]


class Ranked(NamedTuple):
    """A text and how well it fits: about -1 (not at all) to 1."""

    name: str
    score: float


@dataclass(frozen=True)
class Found:
    """What answers a question.

    Attributes:
        chance: 0 to 1, that some text answers it.
        is_answered: whether that is enough to answer.
        ranked: every text, best first.
        part: of the best text, the index of the section that is asked for; None if it is the
            whole, or its answer.
    """

    chance: float
    is_answered: bool
    ranked: tuple[Ranked, ...]
    part: int | None


@dataclass(frozen=True)
class Decision:
    """When a question counts as answered; learnt from questions of writers that were held out.

    Attributes:
        weights: of the signs in `signs_of`, in their order.
        offset: log-odds without any sign.
        threshold: the lowest chance that is answered.
    """

    weights: tuple[float, ...]
    offset: float
    threshold: float

    def chance(self, signs: Weights) -> float:
        """How likely it is that some text answers."""
        raw = np.asarray(np.dot(signs, np.array(self.weights)) + self.offset, np.float32)
        return float(logistic(raw))


def signs_of(scores: Weights, none: float, known: float) -> Weights:
    """What tells whether the best text answers.

    Args:
        scores: of every text, any order; at least two.
        none: the score of there being no answer.
        known: share of the question's words that the model has met.

    Returns:
        Shape (5,): best, best above none, best above second best, none, known words.
    """
    second, best = np.sort(scores)[-2:]
    return np.array([best, best - none, best - second, none, known], np.float32)


@dataclass(frozen=True)
class Finder:
    """Finds among some texts; build it with `load` and share it."""

    learnt: LinearScores
    decision: Decision
    documents: tuple[Document, ...]

    def find(self, question: str, previous: str | None = None) -> Found:
        """Rank the texts for a question.

        Args:
            question: any text.
            previous: the name of the text that answered the question before, if any: "och om det
                är chefen?" goes on from it.
        """
        asked = _Asked.of(self.learnt, question)
        scores = self._scores(asked)
        signs = asked.signs(scores, self._none)
        chance = self.decision.chance(signs)
        at = self._place(previous)
        if at is not None and goes_on(question):
            title = self.documents[at].questions[0]
            together = _Asked.of(self.learnt, f"{title} {question}")
            scores = np.asarray((scores + self._scores(together)) / 2, np.float32)
            with_it = together.signs(scores, self._none)
            chance = max(chance, self.decision.chance(with_it))
        order = np.argsort(-scores, kind="stable")
        ranked = tuple(Ranked(self.documents[i].name, float(scores[i])) for i in order)
        is_answered = asked.is_anything and chance >= self.decision.threshold
        return Found(chance, is_answered, ranked, self._part(int(order[0]), asked, question))

    @cached_property
    def _none(self) -> int:
        return self.learnt.labels.index(NONE)

    @cached_property
    def _columns(self) -> Rows:
        """For each document the column that it was learnt under, or -1."""
        at = {label: column for column, label in enumerate(self.learnt.labels)}
        return np.array([at.get(d.stands_for, -1) for d in self.documents], np.int64)

    @cached_property
    def _questions(self) -> list[list[tuple[Rows, Weights]]]:
        """For each document that was not learnt, its questions and parts, as values by row."""
        return [
            []
            if column >= 0
            else [_values(self.learnt, text) for text in (*document.questions, *document.parts)]
            for document, column in zip(self.documents, self._columns, strict=True)
        ]

    @cached_property
    def _parts(self) -> list[list[tuple[Rows, Weights]]]:
        return [[_values(self.learnt, part) for part in d.parts] for d in self.documents]

    def _place(self, name: str | None) -> int | None:
        return next((i for i, d in enumerate(self.documents) if d.name == name), None)

    def _scores(self, asked: "_Asked") -> Weights:
        learnt = np.where(self._columns >= 0, asked.raw[self._columns], -1.0)
        for at, texts in enumerate(self._questions):
            if texts:
                learnt[at] = 2 * max(_cosine(asked.values, text) for text in texts) - 1
        return np.asarray(learnt, np.float32)

    def _part(self, at: int, asked: "_Asked", question: str) -> int | None:
        near = [
            _cosine(asked.values, values) + _asked_for(part, question)
            for part, values in zip(self.documents[at].parts, self._parts[at], strict=True)
        ]
        best = int(np.argmax(near)) if near else 0
        return best - 1 if best and near[best] >= max(_NEAR, near[0]) else None

    def save(self, folder: Path) -> None:
        """Write what was learnt into a folder, made if need be, without the documents."""
        folder.mkdir(parents=True, exist_ok=True)
        self.learnt.save(folder / _SCORES)
        text = json.dumps(asdict(self.decision), indent=1)
        (folder / _DECISION).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, documents: Sequence[Document]) -> Self:
        """Read what `save` wrote, to find among some documents.

        Raises:
            ModelMissingError: nothing was saved into `folder`.
        """
        try:
            decision = json.loads((folder / _DECISION).read_text(encoding="utf-8"))
            learnt = LinearScores.load(folder / _SCORES)
        except OSError as error:
            raise ModelMissingError(folder) from error
        return cls(learnt, Decision(**decision), tuple(documents))


@dataclass(frozen=True)
class _Asked:
    """A question as the model sees it."""

    values: tuple[Rows, Weights]
    raw: Weights
    known: float
    is_anything: bool

    @classmethod
    def of(cls, learnt: LinearScores, question: str) -> Self:
        names = list(question_features(plain(question)))
        rows = learnt.rows_of(names)
        known = known_words(learnt.features, names)
        return cls(learnt.values(rows), learnt.raw(rows), known, rows.size > 0)

    def signs(self, scores: Weights, none: int) -> Weights:
        return signs_of(scores, float(self.raw[none]), self.known)


def goes_on(question: str) -> bool:
    """Whether a question leans on the one before: "och om det är chefen?"."""
    words = question.casefold().split()
    return len(words) <= _FEW_WORDS and bool(_GOES_ON.match(" ".join(words)))


def _asked_for(part: str, question: str) -> float:
    when = _WHEN.get(part.split(maxsplit=1)[0].casefold())
    return _ASKED_FOR if when and when.search(question.casefold()) else 0.0


def _values(learnt: LinearScores, text: str) -> tuple[Rows, Weights]:
    return learnt.values(learnt.rows_of(question_features(plain(text))))


def _cosine(one: tuple[Rows, Weights], other: tuple[Rows, Weights]) -> float:
    """How alike two texts are, 0 to 1."""
    length = float(np.linalg.norm(one[1]) * np.linalg.norm(other[1]))
    if not length:
        return 0.0
    _, here, there = np.intersect1d(one[0], other[0], assume_unique=True, return_indices=True)
    return float(one[1][here] @ other[1][there]) / length
