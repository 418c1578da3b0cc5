"""Reads a description: types, seriousness, who, how, where, when, and what to mask.

Everything it finds is a suggestion that the writer confirms or changes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import spacy
from spacy.language import Language

from nlu import extraction, labels
from nlu.alarm import Alarm
from nlu.classifier import FACTORY, IncidentScores
from nlu.danger import Danger
from nlu.errors import ModelMissingError
from nlu.evidence import find_evidence
from nlu.features import find_concepts
from nlu.masking import mask
from nlu.normalise import Plain, plain
from nlu.reading import Reading
from nlu.times import find_when

META = "meta.json"
PIPELINE = "pipeline"
ALARM = "alarm"


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


_MUST_BE_SAID = {"sjalvmordshot": "k suicide"}
"""Subtypes that change what a person is told so much that the words themselves must be there."""


class Reader:
    """A trained reader; build it once with `load` and share it."""

    def __init__(self, nlp: Language, decisions: Decisions, alarm: Alarm) -> None:
        """Take the parts; `load` finds them in a folder."""
        self._nlp = nlp
        self._alarm = alarm
        self._decisions = decisions
        scorer: Any = nlp.get_pipe(FACTORY)
        self._scorer: IncidentScores = scorer

    def read(self, text: str, now: datetime) -> Reading:
        """Read one text.

        Args:
            text: Swedish, any spelling.
            now: Aware; what "igår" counts from.

        Returns:
            Suggestions; ids as in `nlu.labels`. An empty text gives an empty reading.
        """
        prepared = plain(text)
        if not prepared.tokens:
            return Reading(masked=mask(text), when=None)
        scores: dict[str, float] = self._nlp(prepared.source).cats
        types = self._types(scores)
        subtypes = self._subtypes(prepared, types, scores)
        facts = extraction.decide(prepared, scores)
        return Reading(
            types=types,
            subtypes=subtypes,
            scores={kind: scores.get(f"type {kind}", 0.0) for kind in labels.TYPES},
            evidence=self._evidence(prepared, types),
            serious=self._is_serious(types, subtypes, scores),
            perpetrator=facts.perpetrator,
            channel=facts.channel,
            area=facts.area,
            pattern=facts.pattern,
            doubtful=facts.doubtful,
            when=find_when(prepared.source, now),
            masked=mask(text),
        )

    def find_danger(self, text: str) -> Danger | None:
        """Say whether 112 should be shown now: rules and score together.

        Args:
            text: Swedish, any spelling, any length.
        """
        return self._alarm.find_danger(text)

    def _types(self, scores: Mapping[str, float]) -> tuple[str, ...]:
        """Those likely enough; if none is but something did happen, the likeliest."""
        ranked = sorted(labels.TYPES, key=lambda kind: -scores.get(f"type {kind}", 0.0))
        likely = tuple(kind for kind in ranked if self._decisions.holds(f"type {kind}", scores))
        if likely or self._decisions.holds("none yes", scores):
            return likely
        return tuple(ranked[:1])

    def _subtypes(
        self, text: Plain, types: tuple[str, ...], scores: Mapping[str, float]
    ) -> tuple[str, ...]:
        """The likely ones of each type, or else its likeliest."""
        named = {feature.name for feature in find_concepts(text)}
        unsaid = {sub for sub, concept in _MUST_BE_SAID.items() if concept not in named}
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

    def _evidence(self, text: Plain, types: tuple[str, ...]) -> dict[str, str]:
        return {
            kind: find_evidence(text, self._scorer.shares(text, f"type {kind}")) for kind in types
        }


def load(folder: Path) -> Reader:
    """Load a trained reader and read one text with it, so that the first person need not wait.

    Raises:
        ModelMissingError: Nothing was trained into `folder`.
    """
    try:
        saved = json.loads((folder / META).read_text(encoding="utf-8"))
        nlp = spacy.load(folder / PIPELINE)
        alarm = Alarm.load(folder / ALARM)
    except OSError as error:
        raise ModelMissingError(folder) from error
    reader = Reader(nlp, Decisions.from_json(saved), alarm)
    reader.read("Igår ringde en man och hotade mig.", datetime.now(UTC))
    reader.find_danger("Igår ringde en man och hotade mig.")
    return reader
