"""Nobody can ask without end, a patient person never notices, and nobody is remembered."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.limits import KEY_SECONDS, Allowance, Allowances, Limit

ALLOWANCE = Allowance(at_once=5, a_minute=30)
QUICKLY = 2.0  # seconds: thirty messages a minute


class Time:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@given(st.lists(st.floats(0, 5), max_size=200))
def test_no_rhythm_gets_more_than_is_allowed(pauses: list[float]) -> None:
    time = Time()
    limit = Limit(ALLOWANCE, time)
    allowed = 0
    for pause in pauses:
        time.now += pause
        allowed += limit.allows("a")

    passed = time.now - 1000
    keys = 1 + passed // KEY_SECONDS
    assert allowed <= keys * ALLOWANCE.at_once + passed * ALLOWANCE.a_minute / 60 + 1e-6


@given(st.lists(st.floats(QUICKLY, 900), max_size=100))
def test_whoever_keeps_to_the_pace_is_never_refused(pauses: list[float]) -> None:
    time = Time()
    limit = Limit(ALLOWANCE, time)
    for pause in pauses:
        time.now += pause
        assert limit.allows("a")


@pytest.mark.parametrize("name", [field.name for field in fields(Allowances)])
def test_quick_person_is_within_every_allowance(name: str) -> None:
    allowance: Allowance = getattr(Allowances(), name)

    assert allowance.a_minute >= 60 / QUICKLY
    assert allowance.at_once >= 60 / QUICKLY


@given(st.text(), st.text())
def test_one_does_not_use_up_what_another_has(one: str, other: str) -> None:
    limit = Limit(ALLOWANCE, Time())
    while limit.allows(one):
        pass

    assert limit.allows(other) == (one != other)


def test_waiting_gives_back_what_was_used() -> None:
    time = Time()
    limit = Limit(ALLOWANCE, time)
    while limit.allows("a"):
        pass

    time.now += QUICKLY

    assert limit.allows("a")
    assert not limit.allows("a")


def test_who_asked_is_nowhere_in_it_and_counted_anew_with_a_new_key() -> None:
    time = Time()
    limit = Limit(ALLOWANCE, time)
    limit.allows("192.0.2.7")
    (before,) = limit._left
    assert "192.0.2.7" not in repr(vars(limit))

    time.now += KEY_SECONDS
    limit.allows("192.0.2.7")

    (after,) = limit._left
    assert before != after
