"""Ways of finding the text that answers a question, all taught with the same questions."""

import json
import os
import re
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, override

import bm25s  # type: ignore[import-untyped]
import numpy as np
import yaml
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from actions.routine_texts import documents
from casework.routines import Routines
from nlu.finder import NONE, Finder
from nlu.training.questions import Question, read_questions, train

ROOT = Path(__file__).parent.parent
QUESTIONS = ROOT / "data" / "questions"
WARMING = 50  # questions of train, asked before the clock runs

_RASA_FAQ = ROOT / "bench" / "rasa_faq"
_WORD = re.compile(r"\w+")
_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "TF_INTER_OP_PARALLELISM_THREADS",
    "TF_INTRA_OP_PARALLELISM_THREADS",
)


@dataclass(frozen=True)
class Said:
    """What a way says to a question.

    Attributes:
        names: of texts, best first; at least those of the three best topics, if it has so many.
        is_answered: whether it answers, by what it goes by itself.
        sure: how sure it is that it should; any scale.
        ms: how long it took.
    """

    names: tuple[str, ...]
    is_answered: bool
    sure: float
    ms: float


@dataclass(frozen=True)
class Lessons:
    """What every way learns from.

    Attributes:
        routines: the texts.
        folder: holds the questions, as `train.jsonl`.
    """

    routines: Routines
    folder: Path = QUESTIONS

    @property
    def questions(self) -> list[Question]:
        """Those of `train.jsonl`, then the titles and questions that stand in the texts."""
        return [
            *read_questions(self.folder / "train.jsonl", self.routines.by_name),
            *(
                Question(f"text-{text.name}", asked, (text.name,))
                for text in self.routines.texts
                for asked in (text.title, *text.about.questions)
            ),
        ]


class Way(ABC):
    """A way of finding: it learns, then it is asked.

    Attributes:
        name: as in the table.
        refuses_from: what makes it refuse by itself; None if it only says how sure it is.
    """

    name: ClassVar[str]
    refuses_from: ClassVar[str | None] = None

    @abstractmethod
    def learn(self, lessons: Lessons) -> None:
        """Learn, on as many cores as there are."""

    @abstractmethod
    def ask(self, questions: Sequence[str]) -> list[Said]:
        """What it says to each question, on one core and warm."""


class InProcess(Way):
    """A way that runs here."""

    _warming: Sequence[str] = ()

    @abstractmethod
    def _find(self, question: str) -> tuple[tuple[str, ...], bool, float]:
        """The first three of `Said`."""

    @override
    def ask(self, questions: Sequence[str]) -> list[Said]:
        with threadpool_limits(1):
            for question in self._warming:
                self._find(question)
            return [self._timed(question) for question in questions]

    def _timed(self, question: str) -> Said:
        began = time.perf_counter()
        found = self._find(question)
        return Said(*found, (time.perf_counter() - began) * 1000)


class TextBm25(InProcess):
    """BM25 over the texts, each with its title and questions: what a search box would do."""

    name = "BM25 over the texts"

    @override
    def learn(self, lessons: Lessons) -> None:
        texts = {
            text.name: "\n".join((*text.questions, *text.parts))
            for text in documents(lessons.routines)
        }
        self._index(list(texts), list(texts.values()))
        self._warming = [question.text for question in lessons.questions[:WARMING]]

    def _index(self, names: Sequence[str], texts: Sequence[str]) -> None:
        self._names = np.array(names)
        self._bm25 = bm25s.BM25()
        self._bm25.index([_words(text) for text in texts], show_progress=False)

    @override
    def _find(self, question: str) -> tuple[tuple[str, ...], bool, float]:
        order, scores = self._scores(question)
        return tuple(self._names[order].tolist()), True, float(scores[order[0]])

    def _scores(self, question: str) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The documents, best first, and the score of each."""
        known = [word for word in _words(question) if word in self._bm25.vocab_dict]
        scores = self._bm25.get_scores(known) if known else np.zeros(len(self._names), np.float32)
        return np.argsort(-scores, kind="stable"), scores


class QuestionBm25(TextBm25):
    """BM25 over questions: the text of the one that is most alike answers.

    It is as sure as that one is more alike than the nearest that no text answers.
    """

    name = "BM25 over the questions"

    @override
    def learn(self, lessons: Lessons) -> None:
        questions = lessons.questions
        names = [(question.names or (NONE,))[0] for question in questions]
        self._index(names, [question.text for question in questions])
        self._warming = [question.text for question in questions[:WARMING]]

    @override
    def _find(self, question: str) -> tuple[tuple[str, ...], bool, float]:
        order, scores = self._scores(question)
        best: dict[str, float] = {}
        for name, score in zip(self._names[order].tolist(), scores[order].tolist(), strict=True):
            best.setdefault(name, score)
        none = best.pop(NONE)
        return tuple(best), True, max(best.values()) - none


class Rasa(Way):
    """A pipeline of Rasa's, trained and asked in processes of its own.

    It is as sure as it holds the question for one of ours rather than for out of scope.
    """

    python: ClassVar[Path]
    rasa: ClassVar[tuple[str, ...]]
    config: ClassVar[Path]
    prefix: ClassVar[str]

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @override
    def learn(self, lessons: Lessons) -> None:
        questions = lessons.questions
        intents = {self.prefix + text.name for text in lessons.routines.texts}
        data = self._folder / "nlu.yml"
        domain = self._folder / "domain.yml"
        data.write_text(_yaml(_examples(questions, self.prefix)), encoding="utf-8")
        domain.write_text(_yaml(_domain(lessons.routines, intents)), encoding="utf-8")
        self._warming = [question.text for question in questions[:WARMING]]
        self._run(
            *(*self.rasa, "train", "nlu", "--nlu", str(data), "--domain", str(domain)),
            *("--config", str(self.config), "--out", str(self._folder)),
            *("--fixed-model-name", "model"),
        )

    @override
    def ask(self, questions: Sequence[str]) -> list[Said]:
        asked, answers = self._folder / "questions.json", self._folder / "answers.json"
        asked.write_text(json.dumps([*self._warming, *questions]), encoding="utf-8")
        self._run(
            *(str(_RASA_FAQ / "parse.py"), str(self._folder / "model.tar.gz")),
            *(str(asked), str(answers)),
            **dict.fromkeys(_THREADS, "1"),
        )
        rows = json.loads(answers.read_text(encoding="utf-8"))[len(self._warming) :]
        return [self._said(row) for row in rows]

    def _run(self, *arguments: str, **environment: str) -> None:
        quiet = {
            "LOG_LEVEL": "INFO",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "-1",
            "RASA_TELEMETRY_ENABLED": "false",
            "RASA_MAX_CACHE_SIZE": "0",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "PYTHONWARNINGS": "ignore",
        }
        log = self._folder / "log"
        with log.open("w") as output:
            done = subprocess.run(
                (str(self.python), *arguments),
                check=False,
                cwd=ROOT,
                env=os.environ | quiet | environment,
                stdout=output,
                stderr=output,
            )
        if done.returncode:
            raise SystemExit("\n".join(log.read_text(errors="replace").splitlines()[-15:]))

    @abstractmethod
    def _said(self, row: dict[str, Any]) -> Said:
        """What Rasa said, from a row of `parse.py`."""


_OUT_OF_SCOPE = "out_of_scope"
_NOT_UNDERSTOOD = "nlu_fallback"


class RasaFaq(Rasa):
    """Retrieval intents with a ResponseSelector, as Rasa's documentation recommends for FAQs."""

    name = "Rasa, ResponseSelector"
    refuses_from = "FallbackClassifier 0.7"
    python = _RASA_FAQ / ".venv" / "bin" / "python"
    rasa = ("-m", "rasa")
    config = _RASA_FAQ / "faq.yml"
    prefix = "faq/"

    @override
    def learn(self, lessons: Lessons) -> None:
        subprocess.run(
            (str(ROOT / "tools" / "uv"), "--project", str(_RASA_FAQ), "sync", "--frozen", "-q"),
            check=True,
            cwd=ROOT,
        )
        super().learn(lessons)

    @override
    def _said(self, row: dict[str, Any]) -> Said:
        names = tuple(key.removeprefix(self.prefix) for key in row["retrieved"])
        return Said(names, row["intent"] == "faq", row["intents"].get("faq", 0.0), row["ms"])


class RasaIntents(Rasa):
    """One intent a text, by logistic regression: what our engine could do as it is."""

    name = "Rasa, an intent a text"
    refuses_from = "FallbackClassifier 0.3"
    python = ROOT / "engine" / ".venv" / "bin" / "python"
    rasa = ("engine/rasa_slim.py",)
    config = _RASA_FAQ / "intents.yml"
    prefix = ""

    @override
    def _said(self, row: dict[str, Any]) -> Said:
        others = (_OUT_OF_SCOPE, _NOT_UNDERSTOOD)
        texts = {name: sure for name, sure in row["intents"].items() if name not in others}
        sure = max(texts.values(), default=0.0) - row["intents"].get(_OUT_OF_SCOPE, 0.0)
        return Said(tuple(texts), row["intent"] not in others, sure, row["ms"])


class Lotsen(InProcess):
    """The finder that is in use, written to disk and read again as in use."""

    name = "Lotsen"
    refuses_from = "its decision"

    @override
    def learn(self, lessons: Lessons) -> None:
        texts = documents(lessons.routines)
        learnt = train(lessons.folder, texts, _quiet)
        with tempfile.TemporaryDirectory() as folder:
            learnt.save(Path(folder))
            self._finder = Finder.load(Path(folder), texts)
        self._warming = [question.text for question in lessons.questions[:WARMING]]

    @override
    def _find(self, question: str) -> tuple[tuple[str, ...], bool, float]:
        found = self._finder.find(question)
        return tuple(ranked.name for ranked in found.ranked), found.is_answered, found.chance


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _examples(questions: Sequence[Question], prefix: str) -> dict[str, Any]:
    """The questions as Rasa's training data: an intent for each text, and out of scope."""
    by_intent: dict[str, list[str]] = {}
    for question in questions:
        intent = prefix + question.names[0] if question.names else _OUT_OF_SCOPE
        by_intent.setdefault(intent, []).append(" ".join(question.text.split()))
    return {
        "version": "3.1",
        "nlu": [
            {"intent": intent, "examples": "".join(f"- {_unmarked(text)}\n" for text in texts)}
            for intent, texts in by_intent.items()
        ],
    }


def _unmarked(text: str) -> str:
    """Without the signs that mark entities in Rasa's training data."""
    return re.sub(r"[\[\]{}]", " ", text)


def _domain(routines: Routines, intents: set[str]) -> dict[str, Any]:
    names = {intent.partition("/")[0] for intent in intents}
    return {
        "version": "3.1",
        "intents": sorted({*names, _OUT_OF_SCOPE}),
        "responses": {
            f"utter_faq/{text.name}": [{"text": text.answer}] for text in routines.texts
        },
    }


def _yaml(content: dict[str, Any]) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)


def _quiet(line: str) -> None:
    del line
