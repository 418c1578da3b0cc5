"""Trains the reader from `data/`: `python -m nlu.training.train --out models/reader`."""

import argparse
import hashlib
import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from spacy.util import load_config, load_model_from_config

import nlu
from nlu import labels
from nlu.classifier import FACTORY, LinearScores
from nlu.features import find_features
from nlu.normalise import plain
from nlu.reader import ALARM, META, PIPELINE, Decisions, Reader
from nlu.training import alarm, evaluate
from nlu.training.data import Description, read_split
from nlu.training.matrix import count_matrix, vocabulary

CONFIG = Path(nlu.__file__).parent / "configs" / "reader.cfg"
_CODE = (
    "alarm.py", "classifier.py", "danger.py", "extraction.py", "features.py", "labels.py",
    "normalise.py", "reader.py", "signs.py", "training/alarm.py", "training/matrix.py",
)  # fmt: skip
_TABLES = ("variants", "concepts", "danger", "facts", "manner")
_PARTS = ("events", "danger")
_FIELDS = {
    "perpetrator": labels.PERPETRATORS,
    "channel": labels.CHANNELS,
    "area": labels.AREAS,
    "pattern": labels.PATTERNS,
}
# Serious events: the highest threshold that still finds this share (recall before precision);
# suggested subtypes find the rest.
_SERIOUS_RECALL = 0.96
_GRID = np.arange(0.08, 0.93, 0.02)

type Truths = NDArray[np.bool_]
type Scores = NDArray[np.float64]


def fingerprint(data: Path) -> str:
    """A hash of everything that the trained reader depends on: texts, tables, settings, code."""
    package = Path(nlu.__file__).parent
    files = [
        *(data / part / f"{split}.jsonl" for part in _PARTS for split in ("train", "dev")),
        *sorted((data / "nlu").glob("*.yml")),
        *(package / "words" / f"{name}.yml" for name in _TABLES),
        CONFIG,
        Path(__file__),
        *(package / name for name in _CODE),
    ]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def train(data: Path, out: Path, progress: Callable[[str], None]) -> dict[str, float]:
    """Train on `train`, choose thresholds on `dev`, and put the reader into a folder.

    Args:
        data: Folder with events/, danger/ and nlu/.
        out: Folder of the finished reader; replaced only when everything has worked.
        progress: Told a line now and then.

    Returns:
        Figures on dev, which was not trained on.
    """
    taught = read_split(data / "events", "train")
    held_out = read_split(data / "events", "dev")
    progress(f"{len(taught)} descriptions to learn from, {len(held_out)} held out")
    config = load_config(CONFIG)
    nlp = load_model_from_config(config, auto_fill=True)
    scorer: Any = nlp.get_pipe(FACTORY)
    settings = config["reader"]
    examples = _examples(taught)
    scored = _cross_validated(examples, scorer.learnt.kinds, settings, progress)
    scorer.learnt = _learn(examples, scorer.learnt.kinds, settings)
    scored += _scored(scorer.learnt, _examples(held_out))
    decisions = _decide(scored)
    progress("learnt; now what danger sounds like")
    trained_alarm = alarm.train(data, config["alarm"])
    progress("learnt; measuring on dev")
    figures = evaluate.figures(Reader(nlp, decisions, trained_alarm), held_out)
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=".reader-", dir=out.parent))
    nlp.to_disk(folder / PIPELINE)
    trained_alarm.save(folder / ALARM)
    meta = {"fingerprint": fingerprint(data), **decisions.as_json(), "scores": figures}
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


@dataclass(frozen=True)
class _Examples:
    """Texts as counted features, with their labels."""

    descriptions: Sequence[Description]
    counts: Sequence[Counter[str]]


def _examples(descriptions: Sequence[Description]) -> _Examples:
    counts = [
        Counter(feature.name for feature in find_features(plain(description.text)))
        for description in descriptions
    ]
    return _Examples(descriptions, counts)


def _learn(
    examples: _Examples, kinds: dict[str, float], settings: dict[str, Any], *, facts: bool = True
) -> LinearScores:
    learnt = vocabulary(examples.counts, kinds, settings)
    matrix = count_matrix(learnt, examples.counts)
    asked = list(_yes_or_no(examples.descriptions))
    if facts:
        asked += _one_of(examples.descriptions)
    learnt.labels = tuple(label for label, _ in asked)
    learnt.weights = np.zeros((len(learnt.features), len(asked)), np.float32)
    learnt.offsets = np.zeros(len(asked), np.float32)
    for column, (_, truths) in enumerate(asked):
        model = LogisticRegression(
            C=settings["penalty"], solver="liblinear", dual=True, random_state=settings["seed"]
        )
        model.fit(matrix, truths)
        learnt.weights[:, column] = model.coef_[0]
        learnt.offsets[column] = model.intercept_[0]
    return learnt


def _one_of(descriptions: Sequence[Description]) -> Iterator[tuple[str, Truths]]:
    """The fields with exactly one id each, as one question an id."""
    for name, ids in _FIELDS.items():
        for value in ids:
            truths = np.array([getattr(d, name) == value for d in descriptions])
            if truths.any() and not truths.all():
                yield f"{name} {value}", truths


def _yes_or_no(descriptions: Sequence[Description]) -> Iterator[tuple[str, Truths]]:
    """Every label that may hold or not, if the texts have both kinds."""
    asked: list[tuple[str, Callable[[Description], bool]]] = [
        *((f"type {kind}", lambda d, kind=kind: kind in d.types) for kind in labels.TYPES),
        *((f"subtype {sub}", lambda d, sub=sub: sub in d.subtypes) for sub in labels.SUBTYPES),
        ("serious yes", lambda d: d.serious),
        ("none yes", lambda d: not d.types),
    ]
    for label, holds in asked:
        truths = np.array([holds(description) for description in descriptions])
        if truths.any() and not truths.all():
            yield label, truths


def _cross_validated(
    examples: _Examples,
    kinds: dict[str, float],
    settings: dict[str, Any],
    progress: Callable[[str], None],
) -> list[tuple[Description, dict[str, float]]]:
    """Score each description of train by what the others teach.

    Dev alone has a handful of texts for the rare labels, so a threshold on it would be luck.
    """
    scored: list[tuple[Description, dict[str, float]]] = []
    folds = settings["folds"]
    for fold in range(folds):
        parts = [index % folds != fold for index in range(len(examples.counts))]
        learnt = _learn(_part(examples, parts), kinds, settings, facts=False)
        scored += _scored(learnt, _part(examples, [not chosen for chosen in parts]))
        progress(f"cross-validation {fold + 1} of {folds}")
    return scored


def _part(examples: _Examples, chosen: Sequence[bool]) -> _Examples:
    return _Examples(
        [d for d, take in zip(examples.descriptions, chosen, strict=True) if take],
        [c for c, take in zip(examples.counts, chosen, strict=True) if take],
    )


def _scored(
    learnt: LinearScores, examples: _Examples
) -> list[tuple[Description, dict[str, float]]]:
    return [
        (description, learnt.score(counted.elements()))
        for description, counted in zip(examples.descriptions, examples.counts, strict=True)
    ]


def _decide(scored: Sequence[tuple[Description, dict[str, float]]]) -> Decisions:
    thresholds: dict[str, float] = {}
    for label, truths in _yes_or_no([description for description, _ in scored]):
        values = np.array([scores.get(label, 0.0) for _, scores in scored])
        if label == "serious yes":
            thresholds[label] = _threshold_for_recall(truths, values, _SERIOUS_RECALL)
        else:
            thresholds[label] = _best_threshold(truths, values)
    return Decisions(thresholds)


def _best_threshold(truths: Truths, values: Scores) -> float:
    def f1(threshold: float) -> float:
        said = values >= threshold
        both = float((said & truths).sum())
        return 2 * both / max(1.0, float(said.sum() + truths.sum()))

    return round(float(max(_GRID, key=f1)), 2)


def _threshold_for_recall(truths: Truths, values: Scores, recall: float) -> float:
    enough = [t for t in _GRID if float((values[truths] >= t).mean()) >= recall]
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
