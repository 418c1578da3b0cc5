"""What the reader finds in a text; plain values, all of them suggestions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from nlu.times import When


class Note(StrEnum):
    """Why a reading may be worth little (published ids, docs/interfaces.md)."""

    EMPTY = "empty"  # nothing but white space
    NO_WORDS = "no_words"  # emoji, digits and marks only
    NOT_SWEDISH = "not_swedish"  # Swedish knows few of the words
    UNREADABLE = "unreadable_characters"  # control characters, or bytes that were no text
    LONG = "long"  # longer than any report: only the beginning was read


@dataclass(frozen=True)
class Reading:
    """One text, read.

    Attributes:
        types: suggested level-1 ids, most likely first; empty if none is likely.
        subtypes: suggested level-2 ids of these types.
        scores: level-1 id → score in [0, 1].
        evidence: level-1 id → the words in the text that led to it (exact substring).
        serious: whether a police report the same day would be advised.
        perpetrator, channel, area: ids; "okand" if the text does not say.
        pattern: reactive, planned or unknown.
        doubtful: which of perpetrator, channel, area and pattern are only guesses.
        when: when it happened, if the text says so.
        masked: the text with names, numbers and addresses replaced.
        note: what could not be read, or None.
    """

    types: tuple[str, ...] = ()
    subtypes: tuple[str, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    serious: bool = False
    perpetrator: str = "okand"
    channel: str = "okand"
    area: str = "okand"
    pattern: str = "unknown"
    doubtful: frozenset[str] = frozenset()
    when: When | None = None
    masked: str = ""
    note: Note | None = None

    def as_json(self) -> dict[str, Any]:
        """The fields of `lotsen read` (docs/interfaces.md), ready for JSON."""
        when = self.when
        return {
            "types": list(self.types),
            "subtypes": list(self.subtypes),
            "scores": {name: round(score, 4) for name, score in self.scores.items()},
            "serious": self.serious,
            "perpetrator": self.perpetrator,
            "channel": self.channel,
            "area": self.area,
            "pattern": self.pattern,
            "when": when
            and {
                "text": when.text,
                "start": when.start.isoformat(timespec="minutes"),
                "end": when.end.isoformat(timespec="minutes"),
            },
            "masked": self.masked,
            "note": self.note,
        }
