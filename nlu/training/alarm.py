"""Trains and measures the alarm: `python -m nlu.training.alarm --split dev`."""

import argparse
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import yaml
from joblib import Parallel, delayed  # type: ignore[import-untyped]
from numpy.typing import NDArray
from scipy.sparse import csr_matrix  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

from nlu.alarm import IS_DANGER, KINDS, Alarm, Thresholds
from nlu.danger import Danger, find_danger, judge
from nlu.errors import DescriptionError
from nlu.linear import LinearScores, logistic
from nlu.normalise import plain
from nlu.signs import find_signs, read_sentences
from nlu.training.data import read_split
from nlu.training.matrix import Counted, count, vocabulary, weigh

_STORIES = "tell_incident"  # the intent of past events
_FALSE_ALARMS = 0.042  # of ordinary texts, in cross-validation: our choice, 5 per cent at most
_WITH_RULE = 0.8  # of the score that alarms alone is enough with a rule: tuned on dev
_ORDINARY = ("events", "chat", "stories")  # sources of texts that must seldom alarm
_GRID = [round(0.2 + 0.01 * step, 2) for step in range(60)]
_MARKUP = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")

type Truths = NDArray[np.bool_]


class Example(NamedTuple):
    """A text, the danger in it, and which part of the data it stands in."""

    text: str
    danger: Danger | None
    source: str


@dataclass(frozen=True)
class _Judged:
    """What the rules and the score say of each example."""

    is_danger: Truths
    sources: NDArray[np.str_]
    ruled: Truths
    scores: NDArray[np.float64]

    def alarms(self, thresholds: Thresholds) -> Truths:
        needed = np.where(self.ruled, thresholds.with_rule, thresholds.alone)
        alarms: Truths = self.scores >= needed
        return alarms

    def false_alarms(self, alarms: Truths) -> float:
        """Their share by source, then the mean: a large source must not drown the others."""
        rows = [~self.is_danger & (self.sources == source) for source in _ORDINARY]
        shares = [float(alarms[chosen].mean()) for chosen in rows if chosen.any()]
        return sum(shares) / max(1, len(shares))


def read_examples(data: Path, split: str) -> list[Example]:
    """The descriptions and the cries of a split; with train also what people say in chat."""
    found = list(_events(data / "events", split)) + list(read_danger(data / "danger", split))
    return found + list(_chat(data / "nlu")) if split == "train" else found


def read_danger(folder: Path, split: str) -> Iterator[Example]:
    """Read and check one split of `data/danger/`.

    Raises:
        DescriptionError: A line lacks a text or holds an unknown danger.
    """
    path = folder / f"{split}.jsonl"
    known = {None, *Danger}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            text, danger = str(row["text"]), row["danger"]
        except (ValueError, KeyError, TypeError) as error:
            raise DescriptionError(path, number, "no text or no danger") from error
        if danger not in known:
            raise DescriptionError(path, number, f"unknown danger {danger!r}")
        yield Example(text, Danger(danger) if danger else None, "danger")


def read_intents(folder: Path) -> Iterator[tuple[str, str]]:
    """Intent and text of every example that the engine learns from."""
    for file in sorted(folder.glob("*.yml")):
        for item in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]:
            for line in str(item.get("examples", "")).splitlines():
                text = _MARKUP.sub(r"\1", line.removeprefix("- ")).strip()
                if "intent" in item and text:
                    yield str(item["intent"]), text


def _events(folder: Path, split: str) -> Iterator[Example]:
    for description in read_split(folder, split):
        is_suicide = "sjalvmordshot" in description.subtypes
        danger = Danger.SUICIDE if is_suicide else Danger.PERSON
        yield Example(description.text, danger if description.danger_now else None, "events")


def _chat(folder: Path) -> Iterator[Example]:
    for intent, text in read_intents(folder):
        yield Example(text, None, "stories" if intent == _STORIES else "chat")


def train(data: Path, settings: dict[str, Any]) -> Alarm:
    """Learn from train; thresholds from cross-validation on train, together with dev.

    Args:
        data: Folder with events/, danger/ and nlu/.
        settings: The part [alarm] of nlu/reader.toml.
    """
    taught, held_out = read_examples(data, "train"), read_examples(data, "dev")
    learnt = _learn(taught, _counted(taught), settings)
    scored = [_cross_validated(taught, settings), _scores(learnt, _counted(held_out))]
    return Alarm(learnt, _decide(_judged([*taught, *held_out], np.concatenate(scored))))


def _counted(examples: Sequence[Example]) -> Counted:
    return count([example.text for example in examples], _signs)


def _signs(text: str) -> list[str]:
    prepared = plain(text)
    return list(find_signs(prepared, read_sentences(prepared)))


def _learn(
    examples: Sequence[Example], counted: Counted, settings: dict[str, Any]
) -> LinearScores:
    learnt = vocabulary(counted, settings)
    matrix = weigh(learnt, counted).astype(np.float64)
    is_danger = np.array([example.danger is not None for example in examples])
    asked = {IS_DANGER: is_danger} | {
        f"danger {kind}": np.array([example.danger is kind for example in examples])
        for kind in KINDS
    }
    weights = np.where(is_danger, settings["danger_weight"], 1)
    fitted = Parallel(n_jobs=-1)(
        delayed(_fit)(matrix, truths, weights, settings) for truths in asked.values()
    )
    learnt.labels = tuple(asked)
    learnt.weights = np.stack([model.coef_[0] for model in fitted], axis=1).astype(np.float32)
    learnt.offsets = np.array([model.intercept_[0] for model in fitted], np.float32)
    return learnt


def _fit(
    matrix: csr_matrix, truths: Truths, weights: NDArray[np.float64], settings: dict[str, Any]
) -> LogisticRegression:
    model = LogisticRegression(
        C=settings["penalty"],
        solver="liblinear",
        dual=True,
        random_state=settings["seed"],
    )
    return model.fit(matrix, truths, sample_weight=weights)


def _scores(learnt: LinearScores, counted: Counted) -> NDArray[np.float64]:
    raw = weigh(learnt, counted) @ learnt.weights + learnt.offsets
    return np.asarray(logistic(raw)[:, learnt.labels.index(IS_DANGER)], np.float64)


def _cross_validated(examples: Sequence[Example], settings: dict[str, Any]) -> NDArray[np.float64]:
    """Score each example by what the others teach."""
    counted = _counted(examples)
    scores = np.zeros(len(examples))
    folds = settings["folds"]
    for fold in range(folds):
        taught = [at for at in range(len(examples)) if at % folds != fold]
        asked = list(range(fold, len(examples), folds))
        learnt = _learn([examples[at] for at in taught], counted.rows(taught), settings)
        scores[asked] = _scores(learnt, counted.rows(asked))
    return scores


def _judged(examples: Sequence[Example], scores: NDArray[np.float64]) -> _Judged:
    return _Judged(
        np.array([example.danger is not None for example in examples]),
        np.array([example.source for example in examples]),
        np.array([judge(read_sentences(plain(example.text))) is not None for example in examples]),
        scores,
    )


def _decide(judged: _Judged) -> Thresholds:
    """The lowest, so as to find most danger, with which ordinary texts seldom alarm."""
    candidates = [Thresholds(alone, round(alone * _WITH_RULE, 3)) for alone in _GRID]
    return next(
        (
            thresholds
            for thresholds in candidates
            if judged.false_alarms(judged.alarms(thresholds)) <= _FALSE_ALARMS
        ),
        candidates[-1],
    )


def figures(find: Callable[[str], Danger | None], examples: Sequence[Example]) -> dict[str, float]:
    """Recall on danger and share of false alarms, by source."""
    result: dict[str, float] = {}
    for source in sorted({example.source for example in examples}):
        for is_danger, name in ((True, "found"), (False, "false alarms")):
            texts = [
                example.text
                for example in examples
                if example.source == source and (example.danger is not None) is is_danger
            ]
            if texts:
                alarms = sum(find(text) is not None for text in texts)
                result[f"{source} {name}"] = alarms / len(texts)
    return result


def main() -> None:
    """Measure from the command line: rules alone, and rules with the score."""
    from nlu.reader import ALARM  # noqa: PLC0415 - spaCy is only needed here

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--model", type=Path, default=Path("models/reader"))
    parser.add_argument("--split", choices=("dev", "test"), default="dev")
    parser.add_argument("--show", action="store_true", help="print what was missed")
    chosen = parser.parse_args()
    examples = read_examples(chosen.data, chosen.split)
    examples += _chat(chosen.data / "nlu")
    alarm = Alarm.load(chosen.model / ALARM)
    with_score = figures(alarm.find_danger, examples)
    for name, share in figures(find_danger, examples).items():
        print(f"{name:32} rules {share:5.3f}  with score {with_score[name]:5.3f}")  # noqa: T201
    if chosen.show:
        for example in examples:
            said = alarm.find_danger(example.text)
            if (said is None) is not (example.danger is None):
                print(f"{example.source}: {example.danger} read as {said}: {example.text}")  # noqa: T201


if __name__ == "__main__":
    main()
