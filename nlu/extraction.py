"""Decides who, how, where and in what way, from words that name it and from learnt scores."""

from collections.abc import Mapping
from dataclasses import dataclass

from nlu import labels
from nlu.normalise import Plain


@dataclass(frozen=True)
class Facts:
    """Ids as in `nlu.labels`; "okand" or "unknown" if the text does not say."""

    perpetrator: str
    channel: str
    area: str
    pattern: str


def decide(text: Plain, scores: Mapping[str, float]) -> Facts:
    """Choose the likeliest id of each field."""
    del text
    return Facts(
        perpetrator=_likeliest("perpetrator", labels.PERPETRATORS, scores),
        channel=_likeliest("channel", labels.CHANNELS, scores),
        area=_likeliest("area", labels.AREAS, scores),
        pattern=_likeliest("pattern", labels.PATTERNS, scores),
    )


def _likeliest(field: str, ids: tuple[str, ...], scores: Mapping[str, float]) -> str:
    return max(ids, key=lambda value: scores.get(f"{field} {value}", 0.0))
