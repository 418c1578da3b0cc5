"""Measures what is masked: `python -m nlu.training.masks --split dev`.

Recall first: a leaked name cannot be taken back, an over-masked word can.
"""

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from nlu.masking import Span, find_spans
from nlu.names import NameModel
from nlu.normalise import word_table
from nlu.training.data import read_split

NAME = "namn"
_KINDS = (  # the first that fits a labelled substring; the shapes are those of the label guide
    ("e-post", re.compile(r"@|^\S*_\S*$")),
    ("personnummer", re.compile(r"^[\dxX]{6,8}\s?[-+–]?\s?[\dxX]{4}$")),
    ("regnummer", re.compile(r"^[^\W\d_]{3} ?\d\d[^\W_]$")),
    ("telefonnummer", re.compile(r"^(?:\+\d\d|0)[\dxX\s()/–-]{6,}$")),
    ("adress", re.compile(r"^[^\W\d][^\d,]{3,}\s\d{1,3}\b")),
    ("ärendenummer", re.compile(r"\d\w?$")),
)

type Find = Callable[[str], Sequence[Span]]


class Example(NamedTuple):
    """A text, the substrings that must be masked in it, and who wrote it."""

    text: str
    mask: tuple[str, ...]
    voice: str


@dataclass
class Masks:
    """What was counted: labelled and found by kind and by voice, masked and rightly masked."""

    labelled: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    masked: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str]] = field(default_factory=list)
    wrong: list[tuple[str, str]] = field(default_factory=list)

    def recall(self, *kinds: str) -> float:
        """Share of the labelled places that are masked whole."""
        labelled = sum(self.labelled[kind] for kind in kinds)
        return sum(self.found[kind] for kind in kinds) / labelled if labelled else 1.0

    @property
    def of_identifiers(self) -> float:
        """Recall of all that is no name."""
        return self.recall(*(kind for kind, _ in _KINDS))

    @property
    def precision(self) -> float:
        """Share of the masked places that overlap a labelled one."""
        masked = self.masked.total()
        return self.right.total() / masked if masked else 1.0


def read_examples(data: Path, split: str) -> list[Example]:
    """The descriptions of a split, as texts to mask."""
    return [Example(d.text, d.mask, d.voice) for d in read_split(data / "events", split)]


def kind_of(substring: str) -> str:
    """The kind of a labelled substring, by its shape."""
    return next((kind for kind, shape in _KINDS if shape.search(substring)), NAME)


def labelled_spans(text: str, substrings: Sequence[str]) -> Iterator[Span]:
    """Every place where a labelled substring begins a word; overlapping ones once, the longest."""
    end = 0
    pattern = "|".join(re.escape(s) for s in sorted(substrings, key=len, reverse=True))
    for match in re.finditer(rf"(?<!\w)(?:{pattern})", text) if substrings else ():
        if match.start() >= end:
            yield Span(*match.span(), kind_of(match.group()))
            end = match.end()


def measure(find: Find, examples: Sequence[Example]) -> Masks:
    """Compare what is found with what is labelled."""
    masks = Masks()
    for example in examples:
        spans = find(example.text)
        covered = {at for span in spans for at in range(span.start, span.end)}
        labelled = list(labelled_spans(example.text, example.mask))
        for truth in labelled:
            _count_label(masks, example, truth, covered)
        inside = {at for truth in labelled for at in range(truth.start, truth.end)}
        for span in spans:
            _count_span(masks, example, span, inside)
    return masks


def _count_label(masks: Masks, example: Example, truth: Span, covered: set[int]) -> None:
    is_found = all(at in covered for at in _secret(example.text, truth))
    for key in (truth.placeholder, example.voice):
        masks.labelled[key] += 1
        masks.found[key] += is_found
    if not is_found:
        masks.missed.append((example.text[truth.start : truth.end], example.text))


def _count_span(masks: Masks, example: Example, span: Span, inside: set[int]) -> None:
    is_right = any(at in inside for at in range(span.start, span.end))
    masks.masked[span.placeholder] += 1
    masks.right[span.placeholder] += is_right
    if not is_right:
        masks.wrong.append((example.text[span.start : span.end], example.text))


def _secret(text: str, truth: Span) -> Iterator[int]:
    """What must be covered: in a name all but a title, in a number the words with digits."""
    titles = frozenset(word_table("masking")["roles"])
    for word in re.finditer(r"[\w@.]+", text[truth.start : truth.end]):
        is_open = word.group().lower() in titles or (
            truth.placeholder == "ärendenummer" and not re.search(r"\d", word.group())
        )
        if not is_open:
            yield from range(truth.start + word.start(), truth.start + word.end())


def rows(masks: Masks) -> Iterator[str]:
    """The figures as lines of a table."""
    yield f"{'names':18} recall {masks.recall(NAME):.3f} of {masks.labelled[NAME]}"
    identifiers = sum(masks.labelled[kind] for kind, _ in _KINDS)
    yield f"{'identifiers':18} recall {masks.of_identifiers:.3f} of {identifiers}"
    yield f"{'masked places':18} precision {masks.precision:.3f} of {masks.masked.total()}"
    kinds = {kind for kind, _ in _KINDS} | {NAME}
    for kind in sorted(kinds):
        right, masked = masks.right[kind], masks.masked[kind]
        yield (
            f"  {kind:18} recall {masks.recall(kind):.3f} of {masks.labelled[kind]:4}"
            f"  precision {right / masked if masked else 1.0:.3f} of {masked:4}"
        )
    for voice in sorted(masks.labelled.keys() - kinds):
        yield f"  {voice:18} recall {masks.recall(voice):.3f} of {masks.labelled[voice]:4}"


def main() -> None:
    """Measure from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--split", choices=("train", "dev", "test"), default="dev")
    parser.add_argument("--names", type=Path, help="folder of trained names; else rules alone")
    parser.add_argument("--show", action="store_true", help="print what was missed or wrong")
    chosen = parser.parse_args()
    names = NameModel.load(chosen.names) if chosen.names else None
    masks = measure(lambda text: find_spans(text, names), read_examples(chosen.data, chosen.split))
    for row in rows(masks):
        print(row)  # noqa: T201
    if chosen.show:
        by_word: dict[str, list[str]] = defaultdict(list)
        for name, found in (("missed", masks.missed), ("wrong", masks.wrong)):
            for word, text in found:
                by_word[f"{name} {word}"].append(text)
        for word, texts in by_word.items():
            print(f"{word}: {texts[0]}")  # noqa: T201


if __name__ == "__main__":
    main()
