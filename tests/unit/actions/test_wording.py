"""Deadlines are said as people say them."""

from datetime import timedelta

import pytest

from actions.wording import Wording
from tests import builders
from tests.builders import NOON

WORDING = Wording(builders.content().taxonomy)
"""NOON is a Friday, twelve o'clock in Sweden."""


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(hours=3), "ska vara klart senast i dag kl. 15"),
        (timedelta(hours=3, minutes=30), "ska vara klart senast i dag kl. 15.30"),
        (timedelta(days=1), "ska vara klart senast i morgon"),
        (timedelta(days=4), "ska vara klart senast på tisdag"),
        (timedelta(days=14), "ska vara klart senast fredag 4 december"),
        (timedelta(hours=-1), "skulle ha varit klart i dag"),
        (timedelta(days=-1), "skulle ha varit klart i går"),
        (timedelta(days=-3), "skulle ha varit klart i tisdags"),
        (timedelta(days=-14), "skulle ha varit klart den 6 november"),
    ],
)
def test_a_deadline_in_words(after: timedelta, words: str) -> None:
    assert WORDING.by_when(NOON + after, NOON) == words


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (timedelta(days=12), "12 dagar kvar"),
        (timedelta(days=1), "en dag kvar"),
        (timedelta(hours=3), "ska vara klart senast i dag kl. 15"),
        (timedelta(days=-1), "skulle ha varit klart i går"),
    ],
)
def test_how_long_is_left(after: timedelta, words: str) -> None:
    assert WORDING.left(NOON + after, NOON) == words


def test_things_are_counted_in_words() -> None:
    assert WORDING.counted("thing", 1) == "en sak"
    assert WORDING.counted("incident", 3) == "3 händelser"
