"""Finds danger that is going on now, so that 112 comes before any question.

Rules only: it works with no trained model and gives the same answer every time. `nlu.alarm`
joins it with a trained score, which finds what no list of words foresees.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

from nlu.normalise import plain
from nlu.signs import SHORT, Sentence, read_sentences

# Somebody else's words about the writer: "han skriker att jag ska dö".
_REPORTED = re.compile(
    r"\b(?:sa|sade|säger|skrek|skriker|skrev|skriver|väste|väser|vrålade|vrålar|hotade|hotar|lovade)"
    r"(?: \w+){0,2} att jag\b"
)


class Danger(StrEnum):
    """Who is in danger."""

    PERSON = "person"  # somebody may be hurt now
    SUICIDE = "suicide"  # a client says, or is feared, to take their life now
    DISTRESS = "distress"  # the writer's own life


def find_danger(text: str) -> Danger | None:
    """Say whether 112 should be shown now.

    Args:
        text: What a person wrote, any spelling, any length.

    Returns:
        The danger, the writer's own life first; None for what is past, planned for
        another day, usual, asked about in general, over, figurative or ordinary.
    """
    return judge(read_sentences(plain(text)))


def judge(sentences: Sequence[Sentence]) -> Danger | None:
    """The rules, for sentences that have been read already."""
    is_short = sum(sentence.text.count(" ") + 1 for sentence in sentences) <= SHORT
    tells_past = any("past" in sentence.manner for sentence in sentences)
    found: set[str] = set()
    for sentence in sentences:
        says_now = "now" in sentence.manner
        if sentence.is_calm or (tells_past and not says_now):
            found.update(sign for sign in sentence.alone if sign.startswith(Danger.DISTRESS))
            continue
        found.update(sentence.alone)
        if says_now or (is_short and sentence.alone):
            found.update(sentence.with_now)
    if any(_REPORTED.search(sentence.text) for sentence in sentences):
        found = {sign for sign in found if not sign.startswith(Danger.DISTRESS)}
    dangers = {sign.split()[0] for sign in found}
    ranked = (Danger.DISTRESS, Danger.SUICIDE, Danger.PERSON)
    return next((danger for danger in ranked if danger in dangers), None)
