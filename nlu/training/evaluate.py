"""Measures a trained reader: `python -m nlu.training.evaluate --split dev`."""

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from nlu import labels
from nlu.training.data import Description, read_split

if TYPE_CHECKING:
    from nlu.reader import Reader
    from nlu.reading import Reading

# "Now" of every labelled text (label guide of data/events).
NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
_SCORED_TYPES = tuple(kind for kind in labels.TYPES if kind != "annan")
# The baseline: one telling word per type, as a form with a word search would do.
_KEYWORDS = {
    "trakasserier": ("trakasser", "ringer", "filma", "kärring", "hora"),
    "hot": ("hot", "döda"),
    "vald": ("slog", "spark", "knuff", "våld"),
    "skadegorelse": ("sönder", "kross", "brann", "skadegör"),
    "korruption": ("muta", "pengar", "kuvert", "present", "jäv"),
    "tjansteroll": ("chef", "nämnd", "politiker"),
}


@dataclass(frozen=True)
class Figure:
    """How well one label was found; `baseline` is the F1 of a keyword search."""

    precision: float
    recall: float
    f1: float
    count: int
    baseline: float = 0.0


def measure(pairs: Sequence[tuple[bool, bool]], baseline: float = 0.0) -> Figure:
    """Compare (truth, said) pairs."""
    both = sum(truth and said for truth, said in pairs)
    true = sum(truth for truth, _ in pairs)
    said = sum(said for _, said in pairs)
    precision = both / said if said else 0.0
    recall = both / true if true else 0.0
    return Figure(
        precision, recall, 2 * both / (true + said) if true + said else 0.0, true, baseline
    )


def figures(reader: "Reader", descriptions: Sequence[Description]) -> dict[str, float]:
    """The figures that count, by name; macro-F1 as the outside scorer counts it."""
    readings = [reader.read(description.text, NOW) for description in descriptions]
    types = _by_type(descriptions, readings)
    serious = measure(
        [(d.serious, r.serious) for d, r in zip(descriptions, readings, strict=True)]
    )
    result = {f"type {kind}": figure.f1 for kind, figure in types.items()}
    result["macro f1"] = sum(figure.f1 for figure in types.values()) / len(types)
    result["serious recall"] = serious.recall
    result["serious precision"] = serious.precision
    for name in ("perpetrator", "channel", "area", "pattern"):
        result[name] = _accuracy(name, descriptions, readings)
    subtypes = _by_subtype(descriptions, readings)
    result["level 2 macro f1"] = sum(figure.f1 for figure in subtypes.values()) / len(subtypes)
    result["when, right day"] = _right_day(descriptions, readings)
    return result


def _by_subtype(
    descriptions: Sequence[Description], readings: "Sequence[Reading]"
) -> dict[str, Figure]:
    both = list(zip(descriptions, readings, strict=True))
    return {
        sub: measure([(sub in d.subtypes, sub in r.subtypes) for d, r in both])
        for sub in labels.SUBTYPES
    }


def _right_day(descriptions: Sequence[Description], readings: "Sequence[Reading]") -> float:
    """Of the texts that say when, the share whose first day is right."""
    days = [
        (d.when[0][:10], r.when and r.when.start.date().isoformat())
        for d, r in zip(descriptions, readings, strict=True)
        if d.when
    ]
    return sum(truth == said for truth, said in days) / max(1, len(days))


def _by_type(
    descriptions: Sequence[Description], readings: "Sequence[Reading]"
) -> dict[str, Figure]:
    both = list(zip(descriptions, readings, strict=True))
    result = {
        kind: measure(
            [(kind in d.types, kind in r.types) for d, r in both],
            measure([(kind in d.types, has_keyword(d.text, kind)) for d in descriptions]).f1,
        )
        for kind in _SCORED_TYPES
    }
    result["(none)"] = measure(
        [(_is_none(d.types), _is_none(r.types)) for d, r in both],
        measure(
            [
                (_is_none(d.types), not any(has_keyword(d.text, k) for k in _KEYWORDS))
                for d in descriptions
            ]
        ).f1,
    )
    return result


def _is_none(types: Sequence[str]) -> bool:
    """Whether none of the six scored types holds; `annan` alone counts as none of them."""
    return not set(types) - {"annan"}


def has_keyword(text: str, kind: str) -> bool:
    """Whether a text holds one of a type's telling words: the baseline."""
    return any(word in text.lower() for word in _KEYWORDS[kind])


def _accuracy(
    name: str, descriptions: Sequence[Description], readings: "Sequence[Reading]"
) -> float:
    asked = [
        (getattr(d, name), getattr(r, name))
        for d, r in zip(descriptions, readings, strict=True)
        if name != "perpetrator" or d.types  # not meaningful where nothing happened
    ]
    return sum(truth == said for truth, said in asked) / len(asked) if asked else 0.0


def _majority(name: str, descriptions: Sequence[Description]) -> float:
    values = [getattr(d, name) for d in descriptions if name != "perpetrator" or d.types]
    return Counter(values).most_common(1)[0][1] / len(values)


def print_table(
    reader: "Reader", descriptions: Sequence[Description], say: Callable[[str], None]
) -> None:
    """Tell every figure with its baseline beside it."""
    readings = [reader.read(description.text, NOW) for description in descriptions]
    both = list(zip(descriptions, readings, strict=True))
    types = _by_type(descriptions, readings)
    say(f"{'type':24} {'P':>5} {'R':>5} {'F1':>5} {'n':>4}  keyword F1")
    for kind, figure in types.items():
        say(_row(kind, figure))
    macro = sum(figure.f1 for figure in types.values()) / len(types)
    baseline = sum(figure.baseline for figure in types.values()) / len(types)
    say(f"{'macro':24} {'':5} {'':5} {macro:5.2f} {'':4}  {baseline:.2f}")
    say(_row("annan", measure([("annan" in d.types, "annan" in r.types) for d, r in both])))
    always = measure([(d.serious, True) for d in descriptions]).f1
    say(_row("serious", measure([(d.serious, r.serious) for d, r in both], always)))
    say(
        _row(
            "danger now",
            measure(
                [(d.danger_now, reader.find_danger(d.text) is not None) for d in descriptions]
            ),
        )
    )
    for sub, figure in _by_subtype(descriptions, readings).items():
        say(_row(f"  {sub}", figure))
    say(f"{'field':24} {'accuracy':>11}  majority")
    for name in ("perpetrator", "channel", "area", "pattern"):
        right = _accuracy(name, descriptions, readings)
        say(f"{name:24} {right:11.2f}  {_majority(name, descriptions):.2f}")
    spans = [(span, reader.mask(d.text)) for d in descriptions for span in d.mask]
    hidden = sum(span not in masked for span, masked in spans)
    say(f"{'masked spans':24} {hidden / max(1, len(spans)):11.2f}  of {len(spans)}")
    found = measure([(d.when is not None, r.when is not None) for d, r in both])
    say(f"{'when found':24} {found.recall:11.2f}  precision {found.precision:.2f}")
    say(f"{'when, right day':24} {_right_day(descriptions, readings):11.2f}")


def _row(name: str, figure: Figure) -> str:
    return (
        f"{name:24} {figure.precision:5.2f} {figure.recall:5.2f} {figure.f1:5.2f} {figure.count:4}"
        f"  {figure.baseline:.2f}"
    )


def main() -> None:
    """Measure from the command line."""
    from nlu.reader import load  # noqa: PLC0415 - the reader's tables are only needed here

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--model", type=Path, default=Path("models/reader"))
    parser.add_argument("--split", choices=("train", "dev", "test"), default="dev")
    chosen = parser.parse_args()
    print_table(load(chosen.model), read_split(chosen.data / "events", chosen.split), print)


if __name__ == "__main__":
    main()
