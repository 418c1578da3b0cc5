"""Decides who, how, where and in what way, from learnt scores and the words that name it."""

from collections.abc import Mapping
from dataclasses import dataclass

from nlu import labels
from nlu.classifier import Scored

_LIKELY = 0.6
"""From this score nine in ten suggestions of perpetrator and area are right on dev."""


@dataclass(frozen=True)
class Facts:
    """Ids as in `nlu.labels`; "okand" or "unknown" if the text does not say.

    Attributes:
        doubtful: Names of the fields that are a guess: likeliest, yet not likely.
    """

    perpetrator: str
    channel: str
    area: str
    pattern: str
    doubtful: frozenset[str]


def decide(scored: Scored) -> Facts:
    """Choose the likeliest id of each field, and say which of them are guesses.

    What a word names is no guess; without one, the score must be high, and an area is never sure:
    the one who tells belongs to one already.
    """
    scores = scored.scores
    chosen = {field: _likeliest(field, ids, scores) for field, ids in labels.FIELDS.items()}
    sure = {
        field
        for field, value in chosen.items()
        if f"k {field} {value} first" in scored.named
        or (field != "area" and scores.get(f"{field} {value}", 0.0) >= _LIKELY)
    }
    return Facts(**chosen, doubtful=frozenset(chosen) - sure)


def _likeliest(field: str, ids: tuple[str, ...], scores: Mapping[str, float]) -> str:
    return max(ids, key=lambda value: scores.get(f"{field} {value}", 0.0))
