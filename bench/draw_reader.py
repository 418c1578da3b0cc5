"""Draws how well the trained reader reads, for the model card, and writes the figures beside.

    .venv/bin/python bench/draw_reader.py --split dev

Makes `docs/images/reader-types.png` (F1 a label), `reader-neighbours.png` (what is mistaken),
`reader-calibration.png` (how often a score is right) and `docs/reader-SPLIT.json`.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

from nlu import labels
from nlu.reader import Reader, load
from nlu.reading import Reading
from nlu.training.data import Description, read_split
from nlu.training.evaluate import NOW, Figure, figures, measure

DOCS = Path("docs")
NEIGHBOURS = (*labels.SUBTYPES_OF["trakasserier"], *labels.SUBTYPES_OF["hot"])
BINS = 10

type Pairs = Sequence[tuple[Description, Reading]]


def main() -> None:
    """Read the split, draw and write."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--split", choices=("dev", "test"), default="dev")
    split = options.parse_args().split
    mpl.use("Agg")
    plt.rcParams.update({"figure.dpi": 110, "font.size": 9, "savefig.bbox": "tight"})
    reader = load(Path("models/reader"))
    descriptions = read_split(Path("data/events"), split)
    pairs = [(d, reader.read(d.text, NOW)) for d in descriptions]
    by_label = _by_label(pairs)
    _write(reader, descriptions, by_label, DOCS / f"reader-{split}.json")
    _draw_labels(by_label, f"F1 on {split}, {len(pairs)} texts")
    _draw_neighbours(pairs)
    _draw_calibration(pairs)


def _by_label(pairs: Pairs) -> dict[str, Figure]:
    found = {t: measure([(t in d.types, t in r.types) for d, r in pairs]) for t in labels.TYPES}
    return found | {
        s: measure([(s in d.subtypes, s in r.subtypes) for d, r in pairs]) for s in labels.SUBTYPES
    }


def _write(
    reader: Reader, descriptions: Sequence[Description], by_label: dict[str, Figure], file: Path
) -> None:
    rounded = {name: round(score, 3) for name, score in figures(reader, descriptions).items()}
    table = {
        name: {"precision": round(f.precision, 2), "recall": round(f.recall, 2),
               "f1": round(f.f1, 2), "texts": f.count}
        for name, f in by_label.items()
    }  # fmt: skip
    file.write_text(
        json.dumps({"figures": rounded, "labels": table}, indent=1, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )


def _draw_labels(by_label: dict[str, Figure], title: str) -> None:
    names = list(by_label)[::-1]
    _, axes = plt.subplots(figsize=(6, 11))
    colours = ["#1d4e70" if name in labels.TYPES else "#8fb3cc" for name in names]
    axes.barh([f"{n} ({by_label[n].count})" for n in names], [by_label[n].f1 for n in names],
              color=colours)  # fmt: skip
    axes.set(xlim=(0, 1), title=title)
    axes.margins(y=0.01)
    _save("types")


def _draw_neighbours(pairs: Pairs) -> None:
    """Of the texts with one subtype (row), the share where another (column) is suggested."""
    shares = np.zeros((len(NEIGHBOURS), len(NEIGHBOURS)))
    for row, truth in enumerate(NEIGHBOURS):
        said = [reading.subtypes for d, reading in pairs if truth in d.subtypes]
        for column, name in enumerate(NEIGHBOURS):
            shares[row, column] = sum(name in subtypes for subtypes in said) / max(1, len(said))
    _, axes = plt.subplots(figsize=(8, 7))
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(NEIGHBOURS)), NEIGHBOURS, rotation=90)
    axes.set_yticks(range(len(NEIGHBOURS)), NEIGHBOURS)
    axes.set(xlabel="suggested", ylabel="labelled", title="Harassment and threats")
    _save("neighbours")


def _draw_calibration(pairs: Pairs) -> None:
    scores = np.array([[r.scores[kind] for kind in labels.TYPES] for _, r in pairs]).ravel()
    truths = np.array([[kind in d.types for kind in labels.TYPES] for d, _ in pairs]).ravel()
    places = np.minimum((scores * BINS).astype(int), BINS - 1)
    kept = [place for place in range(BINS) if (places == place).any()]
    _, axes = plt.subplots(figsize=(4.5, 4.5))
    axes.plot([0, 1], [0, 1], color="#bbbbbb")
    axes.plot(
        [scores[places == place].mean() for place in kept],
        [truths[places == place].mean() for place in kept],
        marker="o",
        color="#1d4e70",
    )
    axes.set(xlabel="score", ylabel="share that is right", title="All types", xlim=(0, 1),
             ylim=(0, 1))  # fmt: skip
    _save("calibration")


def _save(name: str) -> None:
    plt.savefig(DOCS / "images" / f"reader-{name}.png")
    plt.close()


if __name__ == "__main__":
    main()
