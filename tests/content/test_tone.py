"""Everything that a user reads is short, plain and calm."""

import re

import pytest

from tests.content.texts import all_texts, danger_texts, lix, responses, word_count

TOGETHER_AT_MOST = 40
"""Our choice; Björnsson calls 30-40 easy (fiction, magazines)."""
ALONE_AT_MOST, FROM_WORDS = 45, 30
"""Our choice: a shorter text has too few words for its LIX to mean much."""
LONGEST_QUESTION = 160
"""Characters; our choice, three lines on a phone."""

ENGLISH = frozenset(name for name in all_texts() if "other_language" in name) | frozenset(
    name for name in all_texts() if "english" in name
)
"""Said in both languages, to somebody who wrote another one."""
UNWANTED = {
    "an English word": r"\b(incident\w*|report|feedback|user|event|type|input|okay|error)\b",
    "a name for the reader": r"\b(användaren?|vederbörande|den anställde|undertecknad)\b",
    "officialese": r"\b(avseende|gällande|erhåll\w*|beträffande|densamma|jämlikt)\b",
    "a code or an id": r"\b[A-ZÅÄÖ]{3}\d+\b|\b[a-zåäö]+_[a-zåäö_]+\b|<[a-z]",
    "two people": r"\b[Nn]i\b(?! ska ha talats)",
}


def test_lix_is_computed_as_bjornsson_did() -> None:
    """Six words in two sentences, two of them longer than six letters: 3 + 33.3."""
    assert lix("Hon *ringde* till. Polisanmälan skickades sedan.") == pytest.approx(3 + 100 / 3)
    assert lix("• Ett\n• Två", "{name}") == 1
    assert lix("") == 0


def test_texts_together_are_easy_to_read() -> None:
    texts = all_texts()

    assert len(texts) > 400
    assert lix(*texts.values()) <= TOGETHER_AT_MOST
    assert lix(*responses().values()) <= TOGETHER_AT_MOST


def test_no_longer_text_is_hard_to_read() -> None:
    hard = {
        name: round(lix(text))
        for name, text in all_texts().items()
        if word_count(text) > FROM_WORDS and lix(text) > ALONE_AT_MOST
    }

    assert hard == {}


def test_questions_are_short() -> None:
    asked = {n: t for n, t in responses().items() if n.startswith("utter_ask_")}
    sentences = [s for text in asked.values() for s in re.split(r"(?<=[.?])\s+|\n", text)]
    questions = [s for s in sentences if s.endswith("?")]

    assert len(questions) > 15
    assert [q for q in questions if len(q) > LONGEST_QUESTION] == []


@pytest.mark.parametrize("what", UNWANTED)
def test_texts_hold_no(what: str) -> None:
    found = {
        name: hit[0]
        for name, text in all_texts().items()
        if name not in ENGLISH and (hit := re.search(UNWANTED[what], re.sub(r"\{\w+\}", "", text)))
    }

    assert found == {}


def test_nobody_raises_their_voice_outside_danger() -> None:
    loud = [n for n, text in all_texts().items() if "!" in text and n not in danger_texts()]

    assert loud == []
