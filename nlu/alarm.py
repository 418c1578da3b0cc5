"""Joins the rules for danger with a trained score, so that danger is found in any words.

The rules alone miss what no list foresees; the score alone misses what is rare.
"""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from nlu.danger import Danger, judge
from nlu.linear import LinearScores
from nlu.normalise import plain
from nlu.signs import find_signs, read_sentences

IS_DANGER = "danger yes"  # the label that says whether; those below say whose life
KINDS = (Danger.SUICIDE, Danger.DISTRESS)
_SCORES = "scores.npz"
_THRESHOLDS = "thresholds.json"
_LIKELY = 0.1  # score of a kind that is rarer than the others: tuned on dev
_SAID_BY_OTHERS = re.compile(
    r"\b(han|hon|hen|de|dom|\w+(en|an)) (\w+ )?(säg\w*|sa|sade|skrev|skriver|skrek|hota\w*)\b"
    r".{0,25}\bjag\b"
)
_SHORT = 8  # words of an answer that is about what was asked (our choice)
_IN_AN_ANSWER = 0.75  # score that a short answer needs where the rules find nothing (our choice)
_HARDLY = 0.05  # a score of no danger at all: our choice


@dataclass(frozen=True)
class Thresholds:
    """Lowest scores that alarm, chosen in training.

    Attributes:
        alone: When the rules find nothing.
        with_rule: When the rules find danger too; under it, the score overrules them.
    """

    alone: float
    with_rule: float


@dataclass(frozen=True)
class Alarm:
    """Decides on danger now; build it with `load` and share it."""

    learnt: LinearScores
    thresholds: Thresholds

    def find_danger(self, text: str, *, answering: bool = False) -> Danger | None:
        """Say whether 112 should be shown now.

        Args:
            text: What a person wrote, any spelling, any length.
            answering: Whether it answers a question of Lotsen's; a few words such as "inget just
                nu" then need more to alarm.

        Returns:
            As `nlu.danger.find_danger`. The score overrules what the rules say of the writer's
            own life only where it sees no danger at all: somebody else's words were quoted.
        """
        prepared = plain(text)
        sentences = read_sentences(prepared)
        ruled = judge(sentences)
        if not prepared.tokens:
            return ruled
        if ruled is Danger.DISTRESS and _SAID_BY_OTHERS.search(prepared.text):
            ruled = Danger.PERSON
        scores = self.learnt.score(find_signs(prepared, sentences))
        lowest = self.thresholds.alone
        if ruled:
            lowest = self.thresholds.with_rule
        elif answering and len(prepared.tokens) <= _SHORT:
            lowest = _IN_AN_ANSWER
        if ruled is Danger.DISTRESS:
            lowest = _HARDLY
        if scores[IS_DANGER] < lowest:
            return None
        return ruled or next(
            (kind for kind in KINDS if scores[f"danger {kind}"] >= _LIKELY), Danger.PERSON
        )

    def save(self, folder: Path) -> None:
        """Write into a folder, made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        self.learnt.save(folder / _SCORES)
        (folder / _THRESHOLDS).write_text(json.dumps(asdict(self.thresholds)), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote.

        Raises:
            OSError: nothing was saved into `folder`.
        """
        thresholds = json.loads((folder / _THRESHOLDS).read_text(encoding="utf-8"))
        return cls(LinearScores.load(folder / _SCORES), Thresholds(**thresholds))
