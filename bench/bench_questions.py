"""Whether questions about routines get the right text, and are refused if no text answers.

    .venv/bin/python bench/bench_questions.py [--split dev] [--without-rasa] [--curve]

Lotsen's finder beside BM25 and Rasa's own FAQ way, all taught with the same questions in the same
run. Rasa's way needs 2.5 GB of packages (TensorFlow), which are installed into an environment of
their own at the first run, and half an hour of training on busy cores; `--without-rasa` leaves
it out.
A way that only says how sure it is refuses below a threshold: the one with which it wrongly
refuses one in twenty on dev. `--curve` shows instead what more writers of questions bring.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.ways_to_answer import (
    QUESTIONS,
    ROOT,
    Lessons,
    Lotsen,
    QuestionBm25,
    RasaFaq,
    RasaIntents,
    Said,
    TextBm25,
    Way,
)
from casework.routines import Routines, load_routines
from nlu.training.questions import Question, read_questions

WRONG_REFUSALS = 0.05  # the most that a threshold may cost on dev
NEAR = 3  # of hit@3
RESAMPLES = 10_000

_FIGURES = (
    *("hit@1", "hit@3", "texts: hit@1", "texts: hit@3"),
    *("refused", "wrongly refused"),
)
_HEAD = ("way", "refuses by", *_FIGURES, "ms: median, p95", "learning, s")
_TARGETS = (*("target", "", "≥ 0.900", "≥ 0.970", "", "", "≥ 0.900", "≤ 0.050", "≤ 10", ""),)

type Hits = NDArray[np.float64]


@dataclass(frozen=True)
class Figures:
    """How well a way did, one value a question.

    Attributes:
        topic_first: of answerable questions, whether it was answered from a topic that fits.
        topic_near: of answerable questions, whether one of the three best topics fits.
        text_first: as `topic_first`, the text itself.
        text_near: as `topic_near`, the text itself.
        refused: of unanswerable questions, whether it was refused.
        wrongly_refused: of answerable questions, whether it was refused.
    """

    topic_first: Hits
    topic_near: Hits
    text_first: Hits
    text_near: Hits
    refused: Hits
    wrongly_refused: Hits

    @property
    def columns(self) -> tuple[Hits, ...]:
        """In the order of the table."""
        return (
            *(self.topic_first, self.topic_near, self.text_first, self.text_near),
            *(self.refused, self.wrongly_refused),
        )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--split", choices=("dev", "test"), default="test")
    options.add_argument(
        "--without-rasa", action="store_true", help="leave out both ways of Rasa's"
    )
    options.add_argument("--curve", action="store_true", help="1, 2, 3 ... writers instead")
    chosen = options.parse_args()
    routines = load_routines(ROOT / "data")
    asked = read_questions(QUESTIONS / f"{chosen.split}.jsonl", routines.by_name)
    dev = read_questions(QUESTIONS / "dev.jsonl", routines.by_name)
    answerable = sum(bool(question.names) for question in asked)
    print(f"machine: {_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{chosen.split}: {answerable} questions that a text answers, ", end="")
    print(f"{len(asked) - answerable} that none does; 95 % intervals from {RESAMPLES} resamples")
    head = ("writers", *_FIGURES) if chosen.curve else _HEAD
    _print_row(*head)
    _print_row(*("---" for _ in head))
    if chosen.curve:
        _print_curve(routines, asked)
        return
    with tempfile.TemporaryDirectory() as folder:
        for way in _ways(Path(folder), with_rasa=not chosen.without_rasa):
            for row in _rows(way, Lessons(routines), dev, asked):
                _print_row(*row)
    _print_row(*_TARGETS)


def _ways(folder: Path, *, with_rasa: bool) -> Iterator[Way]:
    yield TextBm25()
    yield QuestionBm25()
    for kind in (RasaIntents, RasaFaq) if with_rasa else ():
        own = folder / kind.__name__
        own.mkdir()
        yield kind(own)
    yield Lotsen()


def _rows(
    way: Way, lessons: Lessons, dev: Sequence[Question], asked: Sequence[Question]
) -> Iterator[tuple[str, ...]]:
    """A way's rows: as it refuses by itself, and unless it is ours by a threshold for dev."""
    began = time.perf_counter()
    way.learn(lessons)
    seconds = f"{time.perf_counter() - began:.0f}"
    said = way.ask([question.text for question in [*dev, *asked]])
    on_dev, on_asked = said[: len(dev)], said[len(dev) :]
    if way.refuses_from:
        yield (way.name, way.refuses_from, *_cells(lessons.routines, asked, on_asked), seconds)
    if not isinstance(way, Lotsen):
        limit = threshold(dev, on_dev)
        judged = [replace(each, is_answered=each.sure >= limit) for each in on_asked]
        cells = _cells(lessons.routines, asked, judged)
        yield (way.name, "threshold from dev", *cells, seconds)


def _cells(routines: Routines, asked: Sequence[Question], said: Sequence[Said]) -> tuple[str, ...]:
    median, slow = np.quantile([each.ms for each in said], (0.5, 0.95))
    shares = map(_with_interval, judge(routines, asked, said).columns)
    return (*shares, f"{median:.1f}, {slow:.1f}")


def threshold(dev: Sequence[Question], said: Sequence[Said]) -> float:
    """The highest threshold that wrongly refuses no more than it may on dev."""
    sure = sorted(each.sure for q, each in zip(dev, said, strict=True) if q.names)
    return sure[int(WRONG_REFUSALS * len(sure))]


def judge(routines: Routines, asked: Sequence[Question], said: Sequence[Said]) -> Figures:
    """Compare what was said with what answers; a topic fits if one of its texts does."""

    def topics(names: Sequence[str]) -> list[str]:
        return list(dict.fromkeys(routines.by_name[name].topic for name in names))

    def texts(names: Sequence[str]) -> list[str]:
        return list(names)

    pairs = list(zip(asked, said, strict=True))
    ours = [(question.names, each) for question, each in pairs if question.names]
    others = [each for question, each in pairs if not question.names]
    return Figures(
        *_hits(ours, topics),
        *_hits(ours, texts),
        np.array([not each.is_answered for each in others], float),
        np.array([not each.is_answered for _, each in ours], float),
    )


def _hits(
    ours: Sequence[tuple[Sequence[str], Said]], seen_as: Callable[[Sequence[str]], list[str]]
) -> tuple[Hits, Hits]:
    """Whether the first fits and is given, and whether one of the nearest fits."""
    first, near = [], []
    for names, said in ours:
        right, found = set(seen_as(names)), seen_as(said.names)
        first.append(said.is_answered and not right.isdisjoint(found[:1]))
        near.append(not right.isdisjoint(found[:NEAR]))
    return np.array(first, float), np.array(near, float)


def _with_interval(hits: Hits) -> str:
    """A share, and the middle 95 per cent of what resampled questions give."""
    drawn = np.random.default_rng(1).integers(0, len(hits), (RESAMPLES, len(hits)), np.int32)
    low, high = np.quantile(hits[drawn].mean(axis=1), (0.025, 0.975))
    return f"{hits.mean():.3f} ({low:.2f}–{high:.2f})"


def _print_curve(routines: Routines, asked: Sequence[Question]) -> None:
    """What Lotsen does after fewer writers: each writer takes a turn at being the first."""
    lines = (QUESTIONS / "train.jsonl").read_text(encoding="utf-8").splitlines()
    by_writer: dict[str, list[str]] = {}
    for question, line in zip(
        read_questions(QUESTIONS / "train.jsonl", routines.by_name), lines, strict=True
    ):
        by_writer.setdefault(question.writer, []).append(line)
    writers = sorted(by_writer)
    for count in range(1, len(writers) + 1):
        turns = len(writers) if count < len(writers) else 1
        shares = []
        for turn in range(turns):
            chosen = [writers[(turn + step) % len(writers)] for step in range(count)]
            shares.append(_after([by_writer[writer] for writer in chosen], routines, asked))
        _print_row(str(count), *map(_with_range, np.transpose(shares)))


def _after(
    writers: Sequence[Sequence[str]], routines: Routines, asked: Sequence[Question]
) -> list[float]:
    """The figures of a Lotsen that was taught by some writers, given by their lines."""
    if len(writers) == 1:  # whether to answer is learnt from others: two halves take their place
        lines = [_by(f"half{at % 2}", line) for at, line in enumerate(writers[0])]
    else:
        lines = [line for written in writers for line in written]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "train.jsonl").write_text("\n".join(lines), encoding="utf-8")
        way = Lotsen()
        way.learn(Lessons(routines, Path(folder)))
    figures = judge(routines, asked, way.ask([question.text for question in asked]))
    return [float(hits.mean()) for hits in figures.columns]


def _by(writer: str, line: str) -> str:
    """A line of labelled questions, as if that writer had written it."""
    row = json.loads(line)
    return json.dumps(row | {"id": f"{writer}-{row['id']}"})


def _with_range(shares: NDArray[np.float64]) -> str:
    return f"{shares.mean():.3f} ({shares.min():.2f}–{shares.max():.2f})"


def _processor() -> str:
    """The processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _print_row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
