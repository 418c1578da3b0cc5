"""Reads a description: types, seriousness, who, how, where, when, and what to mask.

Everything it finds is a suggestion that the writer confirms or changes.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import simplemma

from nlu import extraction, labels
from nlu.alarm import Alarm
from nlu.classifier import Classifier, Scored
from nlu.danger import Danger
from nlu.errors import ModelMissingError
from nlu.evidence import find_evidence
from nlu.masking import mask
from nlu.names import NameModel
from nlu.normalise import Plain, plain
from nlu.reading import Note, Reading
from nlu.times import find_when

META = "meta.json"
CLASSIFIER = "classifier"
ALARM = "alarm"
NAMES = "names"


@dataclass(frozen=True)
class Decisions:
    """From which score on a label is suggested.

    Attributes:
        thresholds: Label such as "type hot" → lowest score.
    """

    thresholds: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For the model's folder."""
        return {"thresholds": dict(self.thresholds)}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Self:
        """Back from the model's folder."""
        return cls(saved["thresholds"])

    def holds(self, label: str, scores: Mapping[str, float]) -> bool:
        """Whether a label is suggested; a label never taught is not."""
        return label in self.thresholds and scores.get(label, 0.0) >= self.thresholds[label]


_LONGEST = 20_000  # characters that are read; all are masked
_FEW_WORDS, _ENOUGH_WORDS = 4, 200  # to judge a language by
_SWEDISH = 0.34  # share of words that Swedish knows; one event text in a thousand has less
_LETTERS = re.compile(r"[^\W\d_]+")
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ud800-\udfff]")
_WORDLESS = (Note.EMPTY, Note.NO_WORDS)

_FEW = 15  # words of a text in which a plain name of a type is enough (our choice)
_NAMED = {
    "hot": re.compile(r"\bhot(a|ad|ade|ades|ar|as|at|ats|et|brev\w*|mejl\w*|sms\w*|fulla?)?\b"),
    "vald": re.compile(r"\b(slog|slagit|sparkade|knuffade|misshandl\w*|våld|strypgrepp)\b"),
    "skadegorelse": re.compile(r"\b(skadegörelse\w*|vandaliser\w*|sönderslag\w*)\b"),
    "trakasserier": re.compile(r"\btrakasser\w*"),
    "korruption": re.compile(r"\b(mut(a|an|or|ad|ade|försök\w*)|jäv(ig)?)\b"),
}
_NEGATED = re.compile(r"\b(inte|ej|aldrig|ingen|inga|inget|utan)\b")

_MUST_BE_SAID = {"sjalvmordshot": "k suicide"}
"""Subtypes that change what a person is told so much that the words themselves must be there."""


class Reader:
    """A trained reader; build it once with `load` and share it."""

    def __init__(
        self, classifier: Classifier, decisions: Decisions, alarm: Alarm, names: NameModel
    ) -> None:
        """Take the parts; `load` finds them in a folder."""
        self._names = names
        self._classifier = classifier
        self._alarm = alarm
        self._decisions = decisions

    def read(self, text: str, now: datetime) -> Reading:
        """Read one text.

        Args:
            text: Swedish, any spelling.
            now: Aware; what "igår" counts from.

        Returns:
            Suggestions; ids as in `nlu.labels`. An empty text gives an empty reading.
        """
        prepared = plain(text[:_LONGEST])
        note = _note(text, prepared)
        if note in _WORDLESS:
            return Reading(masked=self.mask(text), note=note)
        scored = self._classifier.read(prepared)
        scores = scored.scores
        types = self._types(scores) or _named(prepared)
        subtypes = self._subtypes(scored, types)
        facts = extraction.decide(scored)
        return Reading(
            types=types,
            subtypes=subtypes,
            scores={kind: scores.get(f"type {kind}", 0.0) for kind in labels.TYPES},
            evidence={
                kind: find_evidence(prepared, scored.shares(f"type {kind}")) for kind in types
            },
            serious=self._is_serious(types, subtypes, scores),
            perpetrator=facts.perpetrator,
            channel=facts.channel,
            area=facts.area,
            pattern=facts.pattern,
            doubtful=facts.doubtful,
            when=find_when(prepared.source, now),
            masked=self.mask(text),
            note=note,
        )

    def mask(self, text: str, kept: frozenset[str] = frozenset()) -> str:
        """Replace names, numbers and addresses.

        Args:
            text: Swedish, any case.
            kept: as in `nlu.masking.mask`: what the writer wants back.
        """
        return mask(text, kept, self._names)

    def find_danger(self, text: str, *, answering: bool = False) -> Danger | None:
        """Say whether 112 should be shown now: rules and score together.

        Args:
            text: Swedish, any spelling, any length.
            answering: whether it answers a question of Lotsen's.
        """
        return self._alarm.find_danger(text, answering=answering)

    def _types(self, scores: Mapping[str, float]) -> tuple[str, ...]:
        """Those likely enough, the likeliest first."""
        ranked = sorted(labels.TYPES, key=lambda kind: -scores.get(f"type {kind}", 0.0))
        return tuple(kind for kind in ranked if self._decisions.holds(f"type {kind}", scores))

    def _subtypes(self, scored: Scored, types: tuple[str, ...]) -> tuple[str, ...]:
        """The likely ones of each type, or else its likeliest."""
        scores = scored.scores
        unsaid = {sub for sub, concept in _MUST_BE_SAID.items() if concept not in scored.named}
        found: list[str] = []
        for kind in types:
            possible = [sub for sub in labels.SUBTYPES_OF[kind] if sub not in unsaid]
            ranked = sorted(possible, key=lambda sub: -scores.get(f"subtype {sub}", 0.0))
            likely = [sub for sub in ranked if self._decisions.holds(f"subtype {sub}", scores)]
            found += likely or ranked[:1]
        return tuple(found)

    def _is_serious(
        self, types: tuple[str, ...], subtypes: tuple[str, ...], scores: Mapping[str, float]
    ) -> bool:
        """Recall first: the score of its own, or any suggested subtype that is serious."""
        if not types:
            return False
        return self._decisions.holds("serious yes", scores) or any(
            sub in labels.SERIOUS_SUBTYPES for sub in subtypes
        )


def _named(prepared: Plain) -> tuple[str, ...]:
    """Types that a short text names outright, where the score is not sure enough of any."""
    text = prepared.source.casefold()
    if len(text.split()) > _FEW or _NEGATED.search(text):
        return ()
    return tuple(kind for kind, pattern in _NAMED.items() if pattern.search(text))


def _note(text: str, prepared: Plain) -> Note | None:
    """What to warn of, the gravest first."""
    words = _LETTERS.findall(prepared.source.casefold())
    if not text.strip():
        return Note.EMPTY
    if not words:
        return Note.NO_WORDS
    if len(text) > _LONGEST:
        return Note.LONG
    if _UNREADABLE.search(text):
        return Note.UNREADABLE
    known = simplemma.in_target_language(" ".join(words[:_ENOUGH_WORDS]), lang="sv")
    return Note.NOT_SWEDISH if len(words) >= _FEW_WORDS and known < _SWEDISH else None


def load(folder: Path) -> Reader:
    """Load a trained reader and read one text with it, so that the first person need not wait.

    Raises:
        ModelMissingError: Nothing was trained into `folder`.
    """
    try:
        saved = json.loads((folder / META).read_text(encoding="utf-8"))
        classifier = Classifier.load(folder / CLASSIFIER)
        alarm = Alarm.load(folder / ALARM)
        names = NameModel.load(folder / NAMES)
    except OSError as error:
        raise ModelMissingError(folder) from error
    reader = Reader(classifier, Decisions.from_json(saved), alarm, names)
    reader.read("Igår ringde en man och hotade mig.", datetime.now(UTC))
    reader.find_danger("Igår ringde en man och hotade mig.")
    return reader
