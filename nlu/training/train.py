"""Trains the reader from `data/`: `python -m nlu.training.train --out models/reader`."""

import argparse
import json
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import nlu
from nlu.classifier import Classifier
from nlu.fingerprints import of_reader
from nlu.reader import ALARM, CLASSIFIER, META, NAMES, Decisions, Reader
from nlu.training import alarm, evaluate
from nlu.training.classifier import Scores, raw_scores, teach
from nlu.training.data import read_split
from nlu.training.lessons import LABELS, Lesson, read_lessons, read_phrases, truths
from nlu.training.names import train_names

SETTINGS = Path(nlu.__file__).parent / "reader.toml"
# Serious events: the highest threshold that still finds this share (recall before precision).
_SERIOUS_RECALL = 0.97
_AS_GOOD = 0.005  # F1: of thresholds that are as good, the highest, which says less that is wrong
_GRID = np.arange(0.08, 0.93, 0.02)

type Truths = NDArray[np.bool_]


def train(data: Path, out: Path, progress: Callable[[str], None]) -> dict[str, float]:
    """Train on `train`, choose thresholds by cross-validation and `dev`, and save the reader.

    Args:
        data: Folder with events/, phrases/, danger/ and nlu/.
        out: Folder of the finished reader; replaced only when everything has worked.
        progress: Told a line now and then.

    Returns:
        Figures on dev, which was not trained on.
    """
    settings = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    lessons = read_lessons(data / "events", "train")
    phrases = list(read_phrases(data / "phrases"))
    held_out = read_lessons(data / "events", "dev")
    texts = len({lesson.origin for lesson in lessons})
    progress(f"{texts} descriptions and {len(phrases)} phrases to learn from")
    taught = teach(lessons, phrases, settings["reader"], progress)
    unseen = np.vstack([taught.chances, _chances(taught.classifier, held_out)])
    decisions = _decide([*taught.lessons, *held_out], unseen)
    progress("learnt; now what danger sounds like")
    trained_alarm = alarm.train(data, settings["alarm"])
    progress("learnt; now names")
    names = train_names(read_split(data / "events", "train"))
    progress("learnt; measuring on dev")
    reader = Reader(taught.classifier, decisions, trained_alarm, names)
    figures = evaluate.figures(reader, read_split(data / "events", "dev"))
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".reader-", dir=out.parent))
    taught.classifier.save(folder / CLASSIFIER)
    trained_alarm.save(folder / ALARM)
    names.save(folder / NAMES)
    meta = {"fingerprint": of_reader(data), **decisions.as_json(), "scores": figures}
    (folder / META).write_text(json.dumps(meta, indent=1, ensure_ascii=False), encoding="utf-8")
    _swap_in(folder, out)
    progress(f"saved in {out}")
    return figures


def _swap_in(folder: Path, out: Path) -> None:
    """Rename, so that a reader is never seen half written."""
    folder.chmod(0o755)
    old = out.with_name(f".{out.name}-old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    folder.rename(out)
    shutil.rmtree(old, ignore_errors=True)


def _chances(classifier: Classifier, lessons: Sequence[Lesson]) -> Scores:
    raw = raw_scores(classifier.linear, [lesson.text for lesson in lessons])
    return np.asarray(classifier.calibration.chances(raw), np.float64)


def _decide(lessons: Sequence[Lesson], chances: Scores) -> Decisions:
    """The best threshold of each label, over texts that the scores had not seen.

    Dev alone has a handful of texts for the rare labels, so a threshold on it would be luck.
    """
    known = truths(lessons)
    weights = np.array([lesson.weight for lesson in lessons])
    thresholds: dict[str, float] = {}
    for column, label in enumerate(LABELS):
        truth, scores = known[:, column] == 1, chances[:, column]
        if label == "serious yes":
            thresholds[label] = _threshold_for_recall(truth, scores, weights, _SERIOUS_RECALL)
        elif label.split()[0] in ("type", "subtype"):
            thresholds[label] = _best_threshold(truth, scores, weights)
    return Decisions(thresholds)


def _best_threshold(truth: Truths, scores: Scores, weights: Scores) -> float:
    def f1(threshold: float) -> float:
        said = scores >= threshold
        both = weights[said & truth].sum()
        return float(2 * both / max(1.0, weights[said].sum() + weights[truth].sum()))

    best = max(map(f1, _GRID))
    return round(float(max(t for t in _GRID if f1(t) >= best - _AS_GOOD)), 2)


def _threshold_for_recall(truth: Truths, scores: Scores, weights: Scores, recall: float) -> float:
    enough = [
        threshold
        for threshold in _GRID
        if weights[truth & (scores >= threshold)].sum() >= recall * weights[truth].sum()
    ]
    return round(float(max(enough, default=_GRID[0])), 2)


def main() -> None:
    """Train from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--out", type=Path, default=Path("models/reader"))
    chosen = parser.parse_args()
    figures = train(chosen.data, chosen.out, lambda line: print(line, flush=True))  # noqa: T201
    print(", ".join(f"{name} {value:.3f}" for name, value in figures.items()))  # noqa: T201


if __name__ == "__main__":
    main()
