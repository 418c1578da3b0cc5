"""How far a draft has been left behind depends on its times and the policy alone."""

from datetime import datetime, time, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.clock import SWEDEN
from casework.nudges import Lying, Stage, removal, stage
from casework.working_time import CLOSES, OPENS, is_working_day
from tests import builders

PERIODS = builders.content().policy.drafts
CHANGED = datetime(2026, 11, 20, 14, 0, tzinfo=SWEDEN)  # a Friday afternoon


def after(age: timedelta, said_at: datetime | None = None, *, has_story: bool = True) -> Stage:
    """The stage so long after the last change."""
    lying = Lying(has_story=has_story, changed_at=CHANGED, said_at=said_at)
    return stage(lying, CHANGED + age, PERIODS)


@pytest.mark.parametrize(
    ("age", "reached"),
    [
        (timedelta(hours=4), Stage.FRESH),
        (timedelta(days=2), Stage.FRESH),  # it is Sunday
        (timedelta(days=3, minutes=-1), Stage.FRESH),
        (timedelta(days=3), Stage.LEFT),  # Monday, the same time
        (timedelta(days=7, minutes=-1), Stage.LEFT),
        (timedelta(days=7), Stage.LEFT_LONG),
        (timedelta(days=30, minutes=-1), Stage.LEFT_LONG),
        (timedelta(days=30), Stage.EXPIRED),
        (timedelta(days=400), Stage.EXPIRED),
    ],
)
def test_draft_with_a_story_is_nudged_twice_and_then_removed(
    age: timedelta, reached: Stage
) -> None:
    assert reached is after(age)


def test_draft_without_a_story_goes_after_a_day_and_is_never_nudged() -> None:
    assert after(timedelta(hours=23), has_story=False) is Stage.FRESH
    for days in (1, 3, 7, 30):
        assert after(timedelta(days=days), has_story=False) is Stage.EXPIRED_EMPTY


@pytest.mark.parametrize("has_story", [True, False])
@pytest.mark.parametrize("days", [3, 7, 30])
def test_somebody_in_the_middle_of_writing_is_left_alone(days: int, *, has_story: bool) -> None:
    age = timedelta(days=days)
    just_now, earlier = (CHANGED + age - timedelta(hours=hours) for hours in (1, 3))

    assert after(age, just_now, has_story=has_story) is Stage.FRESH
    assert after(age, earlier, has_story=has_story) is not Stage.FRESH


_ORDER = [Stage.FRESH, Stage.LEFT, Stage.LEFT_LONG, Stage.EXPIRED]


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    st.lists(st.timedeltas(timedelta(0), timedelta(days=40)), min_size=2, max_size=2).map(sorted),
)
def test_stages_only_go_forward_and_removal_is_when_the_nudge_says(
    naive: datetime, ages: list[timedelta]
) -> None:
    changed = naive.replace(tzinfo=SWEDEN)
    lying = Lying(has_story=True, changed_at=changed, said_at=None)
    earlier, later = (stage(lying, changed + age, PERIODS) for age in ages)

    assert _ORDER.index(earlier) <= _ORDER.index(later)
    assert (later is Stage.EXPIRED) == (changed + ages[1] >= removal(changed, PERIODS))


@settings(deadline=None)  # it walks through days
@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    st.sampled_from([Stage.LEFT, Stage.LEFT_LONG]),
)
def test_nudges_begin_in_working_time(naive: datetime, wanted: Stage) -> None:
    changed = naive.replace(tzinfo=SWEDEN, second=0, microsecond=0)
    lying = Lying(has_story=True, changed_at=changed, said_at=None)
    step = timedelta(minutes=30)
    moments = (changed + step * n for n in count())

    first = next(moment for moment in moments if stage(lying, moment, PERIODS) is wanted)

    assert is_working_day(first.date())
    assert first.time() >= OPENS
    assert first <= datetime.combine(first.date(), CLOSES, SWEDEN) + step


def test_midnight_is_no_time_for_a_nudge() -> None:
    lying = Lying(has_story=True, changed_at=CHANGED, said_at=None)
    midnight = datetime.combine(CHANGED.date() + timedelta(days=3), time(0), SWEDEN)

    assert stage(lying, midnight, PERIODS) is Stage.FRESH
