"""Compares ways of reading a description, on dev, all taught with the same texts.

    .venv/bin/python bench/bench_reader.py [--curve]

Each learns from four fifths of the writers of `data/events/train.jsonl`, chooses its thresholds on
the last fifth (best F1; serious and danger: 98 per cent found), and is measured on dev. `--curve`
shows instead what more texts bring to the way that is in use.
"""

import argparse
import os
import platform
import random
import sys
import tempfile
import time
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, override

import numpy as np
import spacy
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.multiclass import OneVsRestClassifier  # type: ignore[import-untyped]
from sklearn.pipeline import make_pipeline  # type: ignore[import-untyped]
from spacy.training import Example
from spacy.util import fix_random_seed, minibatch  # type: ignore[attr-defined]

sys.path.insert(0, str(Path(__file__).parent.parent))

from nlu import labels
from nlu.normalise import plain
from nlu.training.classifier import teach
from nlu.training.data import Description, read_split
from nlu.training.evaluate import has_keyword
from nlu.training.lessons import Lesson, read_lessons, read_phrases
from nlu.training.train import SETTINGS

DATA = Path("data")
TYPES = tuple(kind for kind in labels.TYPES if kind != "annan")
ASKED = (*TYPES, "none", "serious", "danger")
FOUND = 0.98  # share of serious and of danger that a threshold must find
EPOCHS = 10
GRID = [round(0.02 * step, 2) for step in range(1, 49)]

type Chances = NDArray[np.float64]
type Truths = NDArray[np.bool_]


class Way(ABC):
    """A way of reading: it learns, then says how likely each of ASKED is."""

    name: ClassVar[str]

    @abstractmethod
    def learn(self, taught: Sequence[Description]) -> None:
        """Learn from labelled texts."""

    @abstractmethod
    def read(self, texts: Sequence[str]) -> Chances:
        """Shape (texts, ASKED), each 0 to 1."""

    @abstractmethod
    def save(self, folder: Path) -> None:
        """Write what was learnt, for its size on disk."""


class Keywords(Way):
    """A few telling words a type; what a form with a word search would do."""

    name = "keyword rules"

    @override
    def learn(self, taught: Sequence[Description]) -> None:
        del taught

    @override
    def read(self, texts: Sequence[str]) -> Chances:
        types = np.array([[has_keyword(text, kind) for kind in TYPES] for text in texts])
        grave = types[:, [TYPES.index(kind) for kind in ("hot", "vald", "skadegorelse")]]
        now = [[" nu" in text.lower() or "just" in text.lower()] for text in texts]
        none, serious = ~types.any(axis=1), grave.any(axis=1)
        return np.column_stack([types, none, serious, now]).astype(np.float64)

    @override
    def save(self, folder: Path) -> None:
        del folder


class Ngrams(Way):
    """Character n-grams, TF-IDF, one logistic regression a label."""

    name = "character n-grams, logistic regression"

    @override
    def learn(self, taught: Sequence[Description]) -> None:
        self._model = make_pipeline(
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True),
            OneVsRestClassifier(LogisticRegression(C=4, solver="liblinear")),
        )
        self._model.fit([d.text for d in taught], truths(taught).astype(int))

    @override
    def read(self, texts: Sequence[str]) -> Chances:
        chances: Chances = self._model.predict_proba(texts)
        return chances

    @override
    def save(self, folder: Path) -> None:
        estimators = self._model.named_steps["onevsrestclassifier"].estimators_
        weights = np.stack([estimator.coef_[0] for estimator in estimators]).astype(np.float16)
        names = "\n".join(self._model.named_steps["tfidfvectorizer"].vocabulary_)
        np.savez(
            folder / "model.npz", weights=weights, names=np.frombuffer(names.encode(), np.uint8)
        )


class SpacyTextcat(Way):
    """spaCy's multi-label text categorizer; subclasses choose its architecture."""

    architecture: ClassVar[dict[str, Any]]

    @override
    def learn(self, taught: Sequence[Description]) -> None:
        fix_random_seed(1)
        shuffle = random.Random(1)  # noqa: S311 - the order of training texts
        self._nlp = spacy.blank("sv")
        categorizer: Any = self._nlp.add_pipe(
            "textcat_multilabel", config={"model": self.architecture}
        )
        for label in ASKED:
            categorizer.add_label(label)
        examples = [
            Example.from_dict(
                self._nlp.make_doc(plain(d.text).text),
                {"cats": dict(zip(ASKED, map(float, row), strict=True))},
            )
            for d, row in zip(taught, truths(taught), strict=True)
        ]
        optimizer = self._nlp.initialize(lambda: examples)
        for _ in range(EPOCHS):
            shuffle.shuffle(examples)
            for batch in minibatch(examples, size=32):  # type: ignore[no-untyped-call]
                self._nlp.update(batch, sgd=optimizer, drop=0.3)

    @override
    def read(self, texts: Sequence[str]) -> Chances:
        docs = [self._nlp(plain(text).text) for text in texts]
        return np.array([[doc.cats[label] for label in ASKED] for doc in docs])

    @override
    def save(self, folder: Path) -> None:
        self._nlp.to_disk(folder)


_BAG = {
    "@architectures": "spacy.TextCatBOW.v3",
    "exclusive_classes": False,
    "ngram_size": 2,
    "no_output_layer": False,
}
_WORDS_IN_CONTEXT = {
    "@architectures": "spacy.HashEmbedCNN.v2",
    "pretrained_vectors": None,
    "width": 96,
    "depth": 4,
    "embed_size": 5000,
    "window_size": 1,
    "maxout_pieces": 3,
    "subword_features": True,
}


class SpacyBag(SpacyTextcat):
    """spaCy's bag of words and word pairs."""

    name = "spaCy, bag of words"
    architecture = _BAG


class SpacyCnn(SpacyTextcat):
    """spaCy's convolutional network."""

    name = "spaCy, CNN"
    architecture: ClassVar[dict[str, Any]] = {
        "@architectures": "spacy.TextCatReduce.v1",
        "exclusive_classes": False,
        "use_reduce_first": False,
        "use_reduce_last": False,
        "use_reduce_max": True,
        "use_reduce_mean": True,
        "tok2vec": _WORDS_IN_CONTEXT,
    }


class SpacyEnsemble(SpacyTextcat):
    """spaCy's ensemble: attention over a network, and a bag of words."""

    name = "spaCy, ensemble"
    architecture: ClassVar[dict[str, Any]] = {
        "@architectures": "spacy.TextCatEnsemble.v2",
        "tok2vec": _WORDS_IN_CONTEXT,
        "linear_model": _BAG,
    }


class Ours(Way):
    """The classifier in use, without the phrases."""

    name = "words, characters, concepts, close look"
    taught_phrases = False

    def __init__(self) -> None:
        self._settings = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["reader"]

    @override
    def learn(self, taught: Sequence[Description]) -> None:
        origins = {description.id for description in taught}
        lessons = [
            lesson for lesson in read_lessons(DATA / "events", "train") if lesson.origin in origins
        ]
        self._classifier = teach(lessons, self._phrases(), self._settings, _quiet).classifier

    def _phrases(self) -> list[Lesson]:
        return list(read_phrases(DATA / "phrases")) if self.taught_phrases else []

    @override
    def read(self, texts: Sequence[str]) -> Chances:
        scores = [self._classifier.read(plain(text)).scores for text in texts]
        names = [*(f"type {kind}" for kind in TYPES), "none yes", "serious yes", "danger yes"]
        return np.array([[score.get(name, 0.0) for name in names] for score in scores])

    @override
    def save(self, folder: Path) -> None:
        self._classifier.save(folder)


class OursWithPhrases(Ours):
    """The classifier in use."""

    name = "... and phrases (in use)"
    taught_phrases = True


class Combined(Way):
    """The mean of two: whether a network adds to what the linear model knows."""

    name = "... and spaCy's ensemble, mean"

    def __init__(self) -> None:
        self._ways: tuple[Way, Way] = (OursWithPhrases(), SpacyEnsemble())

    @override
    def learn(self, taught: Sequence[Description]) -> None:
        for way in self._ways:
            way.learn(taught)

    @override
    def read(self, texts: Sequence[str]) -> Chances:
        return np.mean([way.read(texts) for way in self._ways], axis=0)

    @override
    def save(self, folder: Path) -> None:
        for number, way in enumerate(self._ways):
            part = folder / str(number)
            part.mkdir()
            way.save(part)


def truths(descriptions: Sequence[Description]) -> Truths:
    """Shape (texts, ASKED)."""
    return np.array(
        [
            [
                *(kind in d.types for kind in TYPES),
                not set(d.types) & set(TYPES),
                d.serious,
                d.danger_now,
            ]
            for d in descriptions
        ]
    )


def thresholds(truth: Truths, chances: Chances) -> list[float]:
    """For each of ASKED the best F1; for the last two the highest that finds enough."""
    chosen: list[float] = []
    for asked, holds, scores in zip(ASKED, truth.T, chances.T, strict=True):
        by_f1 = {f1(holds, scores >= limit): limit for limit in GRID}
        enough = [limit for limit in GRID if recall(holds, scores >= limit) >= FOUND]
        grave = asked in ("serious", "danger")
        chosen.append(max(enough, default=0.0) if grave else by_f1[max(by_f1)])
    return chosen


def f1(truth: Truths, said: Truths) -> float:
    """F1 of one label."""
    return 2 * int((truth & said).sum()) / max(1, int(truth.sum()) + int(said.sum()))


def recall(truth: Truths, said: Truths) -> float:
    """The share found of what there is."""
    return int((truth & said).sum()) / max(1, int(truth.sum()))


def measure(way: Way, taught: Sequence[Description], aside: Sequence[Description]) -> str:
    """One line of the table."""
    dev = read_split(DATA / "events", "dev")
    began = time.perf_counter()
    way.learn(taught)
    seconds = time.perf_counter() - began
    limits = np.array(thresholds(truths(aside), way.read([d.text for d in aside])))
    way.read([d.text for d in dev[:20]])  # warm
    began = time.perf_counter()
    said = way.read([d.text for d in dev]) >= limits
    each = (time.perf_counter() - began) / len(dev)
    truth = truths(dev)
    types = [f1(truth[:, column], said[:, column]) for column in range(len(TYPES) + 1)]
    serious, danger = (
        f"{recall(truth[:, c], said[:, c]):.2f} / {recall(said[:, c], truth[:, c]):.2f}"
        for c in (-2, -1)
    )
    if isinstance(way, Ours | Combined):
        danger = "-"  # read by nlu/alarm.py
    with tempfile.TemporaryDirectory() as folder:
        way.save(Path(folder))
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    return (
        f"| {way.name} | {np.mean(types):.3f} | {serious} | {danger} | {each * 1000:.1f} | "
        f"{seconds:.0f} | {size / 1e6:.0f} |"
    )


def _quiet(line: str) -> None:
    del line


def _apart(descriptions: Sequence[Description]) -> tuple[list[Description], list[Description]]:
    """Four fifths of the writers, and the last fifth."""
    batches = sorted({d.id.rpartition("-")[0] for d in descriptions})
    kept = set(batches[::5])
    aside = [d for d in descriptions if d.id.rpartition("-")[0] in kept]
    return [d for d in descriptions if d.id.rpartition("-")[0] not in kept], aside


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--curve", action="store_true")
    curve = options.parse_args().curve
    taught, aside = _apart(read_split(DATA / "events", "train"))
    say = print
    say(f"machine: {os.cpu_count()} cores, Python {platform.python_version()}")
    say("| way | macro-F1 | serious R / P | danger R / P | ms a text | training, s | MB |")
    say("| --- | --- | --- | --- | --- | --- | --- |")
    if curve:
        mixed = random.Random(1).sample(taught, len(taught))  # noqa: S311 - which texts come first
        for size in (500, 1000, 2000, 4000, len(mixed)):
            way = OursWithPhrases()
            say(measure(way, mixed[:size], aside).replace(way.name, f"{size} texts"), flush=True)
        return
    ways = (Keywords, Ngrams, SpacyBag, SpacyCnn, SpacyEnsemble, Ours, OursWithPhrases, Combined)
    for kind in ways:
        say(measure(kind(), taught, aside), flush=True)


if __name__ == "__main__":
    main()
