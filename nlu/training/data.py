"""Reads the labelled descriptions and says exactly which line is wrong."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from nlu import labels
from nlu.errors import DescriptionError

SPLITS = ("train", "dev", "test")
_KEYS = frozenset(
    [
        "id",
        "text",
        "types",
        "subtypes",
        "serious",
        "danger_now",
        "perpetrator",
        "channel",
        "area",
        "pattern",
        "when",
        "mask",
        "voice",
        "source",
    ]
)
_SHINGLE = 5  # characters, see `resemblance`


@dataclass(frozen=True)
class Description:
    """One labelled description of an event; ids as in `nlu.labels`.

    Attributes:
        when: start and end as written in the data (local time, minutes), or None.
        mask: Exact substrings of `text` that must not be shown.
    """

    id: str
    text: str
    types: tuple[str, ...]
    subtypes: tuple[str, ...]
    serious: bool
    danger_now: bool
    perpetrator: str
    channel: str
    area: str
    pattern: str
    when: tuple[str, str] | None
    mask: tuple[str, ...]
    voice: str


def read_split(folder: Path, split: str) -> list[Description]:
    """Read and check one split.

    Raises:
        DescriptionError: A line is not JSON, lacks a key or holds an unknown id.
    """
    path = folder / f"{split}.jsonl"
    return list(_read(path))


def resemblance(one: str, other: str) -> float:
    """How alike two texts are: Jaccard index of their character 5-grams, 0 to 1.

    Source: shingling after Broder (1997); the limit in use stands in
    `data/events/DATASHEET.md`.
    """
    a, b = _shingles(one), _shingles(other)
    return len(a & b) / len(a | b) if a and b else float(one == other)


@lru_cache(maxsize=10_000)
def _shingles(text: str) -> frozenset[str]:
    plain = "".join(char if char.isalnum() else " " for char in text.casefold())
    plain = " ".join(plain.split())
    return frozenset(plain[i : i + _SHINGLE] for i in range(max(1, len(plain) - _SHINGLE + 1)))


def _read(path: Path) -> Iterator[Description]:
    seen: set[str] = set()
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise DescriptionError(path, number, f"not JSON: {error.msg}") from error
            for reason in _faults(row):
                raise DescriptionError(path, number, reason)
            if row["id"] in seen:
                raise DescriptionError(path, number, f"id {row['id']} is used twice")
            seen.add(row["id"])
            yield _description(row)


def _description(row: Mapping[str, Any]) -> Description:
    when = row["when"]
    return Description(
        id=row["id"],
        text=row["text"],
        types=tuple(row["types"]),
        subtypes=tuple(row["subtypes"]),
        serious=row["serious"],
        danger_now=row["danger_now"],
        perpetrator=row["perpetrator"],
        channel=row["channel"],
        area=row["area"],
        pattern=row["pattern"],
        when=(when["start"], when["end"]) if when else None,
        mask=tuple(row["mask"]),
        voice=row["voice"],
    )


def _faults(row: object) -> Iterator[str]:
    if not isinstance(row, dict):
        yield "not a JSON object"
        return
    missing = sorted(_KEYS - row.keys())
    if missing:
        yield f"lacks {', '.join(missing)}"
        return
    if not isinstance(row["text"], str) or not row["text"].strip():
        yield "text is empty"
    yield from _label_faults(row)
    yield from _substring_faults(row)


def _label_faults(row: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"unknown type {kind!r}" for kind in row["types"] if kind not in labels.TYPES)
    yield from _subtype_faults(row)
    for key, known in labels.FIELDS.items():
        if row[key] not in known:
            yield f"unknown {key} {row[key]!r}"
    for key in ("serious", "danger_now"):
        if not isinstance(row[key], bool):
            yield f"{key} is not true or false"


def _subtype_faults(row: Mapping[str, Any]) -> Iterator[str]:
    for subtype in row["subtypes"]:
        if subtype not in labels.TYPE_OF:
            yield f"unknown subtype {subtype!r}"
        elif labels.TYPE_OF[subtype] not in row["types"]:
            yield f"subtype {subtype!r} without its type"


def _substring_faults(row: Mapping[str, Any]) -> Iterator[str]:
    when = row["when"]
    if when is not None and when["text"] not in row["text"]:
        yield "the words of `when` are not in the text"
    for span in row["mask"]:
        if span not in row["text"]:
            yield "a span of `mask` is not in the text"
