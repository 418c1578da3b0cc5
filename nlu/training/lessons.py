"""What the reader learns from: each description as its readers labelled it, and phrases.

Two people often read a text differently, so where a text has been labelled twice, each reading
counts half. A phrase tells one act and nothing about who, how or where.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu import labels
from nlu.errors import DescriptionError
from nlu.labels import FIELDS
from nlu.training.data import Description, read_split

LABELS = (
    *(f"type {kind}" for kind in labels.TYPES),
    *(f"subtype {subtype}" for subtype in labels.SUBTYPES),
    "serious yes",
    "none yes",
    *(f"{field} {value}" for field, ids in FIELDS.items() for value in ids),
)
"""Everything that is asked about a text, in the order of the model's columns."""

UNKNOWN = -1
NOTHING = "none"  # the group of phrases that tell of no influence
_SECOND_READING = "second_reading.jsonl"

type Truths = NDArray[np.int8]


@dataclass(frozen=True)
class Lesson:
    """A text and what is known of it.

    Attributes:
        origin: id of the description, or of the file of phrases; both readings have the same.
        subtypes: None if not known; the types follow from them.
        facts: field → id, for the fields that are known.
        weight: how much it counts beside others.
    """

    text: str
    origin: str
    subtypes: frozenset[str] | None
    facts: Mapping[str, str]
    serious: bool | None
    weight: float = 1.0

    @property
    def batch(self) -> str:
        """Who wrote it: ids are numbered within a writer's batch ("tr-a-017")."""
        return self.origin.rpartition("-")[0]

    def truth(self, label: str) -> int:
        """1 or 0, or `UNKNOWN`."""
        asked, name = label.split()
        if asked in FIELDS:
            return int(self.facts[asked] == name) if asked in self.facts else UNKNOWN
        if asked == "serious":
            return UNKNOWN if self.serious is None else int(self.serious)
        if self.subtypes is None:
            return UNKNOWN
        if asked == "none":
            return int(not self.subtypes)
        if asked == "subtype":
            return int(name in self.subtypes)
        return int(any(labels.TYPE_OF[subtype] == name for subtype in self.subtypes))


def truths(lessons: Iterable[Lesson]) -> Truths:
    """What is known: shape (lessons, LABELS), 1, 0 or `UNKNOWN`."""
    return np.array([[lesson.truth(label) for label in LABELS] for lesson in lessons], np.int8)


def read_lessons(folder: Path, split: str) -> list[Lesson]:
    """The descriptions of a split, each as it was labelled, once or twice.

    Args:
        folder: `data/events`.
        split: train, dev or test.

    Raises:
        DescriptionError: as `read_split`, or a second reading holds an unknown id.
    """
    second = _second_readings(folder / _SECOND_READING)
    lessons: list[Lesson] = []
    for description in read_split(folder, split):
        other = second.get(description.id)
        lessons.append(_lesson(description, weight=0.5 if other else 1.0))
        if other:
            lessons.append(_reread(description, other))
    return lessons


def _lesson(description: Description, *, weight: float) -> Lesson:
    return Lesson(
        text=description.text,
        origin=description.id,
        subtypes=frozenset(description.subtypes),
        facts={field: getattr(description, field) for field in FIELDS},
        serious=description.serious,
        weight=weight,
    )


def _reread(description: Description, other: Mapping[str, object]) -> Lesson:
    facts = {field: str(other.get(field, getattr(description, field))) for field in FIELDS}
    subtypes = other["subtypes"]
    return Lesson(
        text=description.text,
        origin=description.id,
        subtypes=frozenset(subtypes if isinstance(subtypes, list) else ()),
        facts=facts,
        serious=bool(other["serious"]),
        weight=0.5,
    )


def _second_readings(path: Path) -> dict[str, Mapping[str, object]]:
    readings: dict[str, Mapping[str, object]] = {}
    if not path.exists():
        return readings
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        row = json.loads(line)
        unknown = [name for name in row["subtypes"] if name not in labels.TYPE_OF]
        unknown += [row[f] for f, ids in FIELDS.items() if f in row and row[f] not in ids]
        if unknown:
            raise DescriptionError(path, number, f"unknown id {unknown[0]!r}")
        readings[row["id"]] = row
    return readings


def read_phrases(folder: Path) -> Iterator[Lesson]:
    """Phrases that each tell one thing: "# id" begins a group, then one phrase a line.

    Args:
        folder: `data/phrases`; `text | id` names a second subtype.

    Raises:
        DescriptionError: a group or a second id is unknown.
    """
    for path in sorted(folder.glob("*.txt")):
        group = ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("# "):
                group = line[2:].strip()
            elif line.strip():
                yield _phrase(path, number, group, line)


def _phrase(path: Path, number: int, group: str, line: str) -> Lesson:
    text, _, more = (part.strip() for part in line.partition("|"))
    field, _, value = group.partition(" ")
    if field in FIELDS and value in FIELDS[field]:
        return Lesson(text, path.name, None, {field: value}, None)
    named = [name for name in (group, *more.replace(",", " ").split()) if name != NOTHING]
    for name in named:
        if name not in labels.TYPE_OF:
            raise DescriptionError(path, number, f"unknown id {name!r}")
    serious = any(name in labels.SERIOUS_SUBTYPES for name in named)
    return Lesson(text, path.name, frozenset(named), {}, serious)
