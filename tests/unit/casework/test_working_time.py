"""Working time goes on only when people are at work, whatever the calendar and the clocks do."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.clock import SWEDEN
from casework.working_time import (
    CLOSES,
    OPENS,
    add_working_time,
    is_working_day,
    next_working_moment,
    working_days_later,
)

moments = st.datetimes(datetime(2024, 1, 1), datetime(2034, 12, 31)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)
spans = st.timedeltas(timedelta(0), timedelta(hours=200))
numbers = st.integers(0, 40)


def at(day: str, clock: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), SWEDEN)


def in_working_time(moment: datetime) -> bool:
    return is_working_day(moment.date()) and OPENS <= moment.time() <= CLOSES


def worked(start: datetime, end: datetime) -> timedelta:
    """Working time between two moments, day by day; counted in UTC, apart from the code."""
    total, day = timedelta(0), start.astimezone(SWEDEN).date()
    while day <= end.astimezone(SWEDEN).date():
        if is_working_day(day):
            opens = datetime.combine(day, OPENS, SWEDEN).astimezone(UTC)
            closes = datetime.combine(day, CLOSES, SWEDEN).astimezone(UTC)
            total += max(timedelta(0), min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return total


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-11-20", True),  # a Friday
        ("2026-11-21", False),  # a Saturday
        ("2026-11-22", False),  # a Sunday
        ("2026-04-03", False),  # långfredagen
        ("2026-05-14", False),  # Kristi himmelsfärdsdag
        ("2025-06-06", False),  # nationaldagen, a Friday
        ("2026-06-19", False),  # midsommarafton
        ("2026-12-24", False),  # julafton
        ("2026-12-31", False),  # nyårsafton
        ("2026-04-30", True),  # valborgsmässoafton
    ],
)
def test_working_days_are_those_of_sweden(day: str, *, works: bool) -> None:
    assert works is is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("start", "later"),
    [
        (at("2026-11-20", "14:00"), at("2026-11-23", "14:00")),  # over a weekend
        (at("2026-11-20", "23:00"), at("2026-11-24", "07:30")),  # Friday night counts as Monday
        (at("2026-11-23", "06:00"), at("2026-11-24", "07:30")),
        (at("2026-12-23", "15:00"), at("2026-12-28", "15:00")),  # over Christmas
        (at("2026-03-27", "16:00"), at("2026-03-30", "16:00")),  # into summer time
        (at("2026-10-23", "16:00"), at("2026-10-26", "16:00")),  # out of it
    ],
)
def test_one_working_day_later(start: datetime, later: datetime) -> None:
    assert later == working_days_later(start, 1)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (at("2026-11-20", "09:00"), 8, at("2026-11-20", "17:00")),
        (at("2026-11-20", "16:00"), 4, at("2026-11-23", "10:30")),
        (at("2026-11-21", "10:00"), 4, at("2026-11-23", "11:30")),
        (at("2026-06-18", "16:00"), 4, at("2026-06-22", "10:30")),  # over midsummer
        (at("2026-03-27", "16:00"), 4, at("2026-03-30", "10:30")),  # into summer time
    ],
)
def test_hours_of_work(start: datetime, hours: int, end: datetime) -> None:
    assert end == add_working_time(start, timedelta(hours=hours))


@given(moments, spans)
def test_exactly_so_much_work_lies_between(start: datetime, span: timedelta) -> None:
    end = add_working_time(start, span)

    assert in_working_time(end)
    assert span == worked(start, end.astimezone(UTC))


@given(moments, spans, spans)
def test_spans_add_up(start: datetime, one: timedelta, other: timedelta) -> None:
    assert add_working_time(add_working_time(start, one), other) == add_working_time(
        start, one + other
    )


@given(moments, moments, spans)
def test_what_starts_later_ends_no_earlier(
    one: datetime, other: datetime, span: timedelta
) -> None:
    first, second = sorted((one, other))

    assert add_working_time(first, span) <= add_working_time(second, span)


@given(moments, numbers)
def test_days_pass_as_whole_working_days(start: datetime, days: int) -> None:
    begins, later = next_working_moment(start), working_days_later(start, days)

    assert in_working_time(later)
    assert begins.time() == later.time()
    passed = (later.date() - begins.date()).days
    between = [begins.date() + timedelta(days=n + 1) for n in range(passed)]
    assert days == sum(map(is_working_day, between))


@given(moments)
def test_next_working_moment_is_the_first(moment: datetime) -> None:
    found = next_working_moment(moment)

    assert found >= moment
    assert in_working_time(found)
    assert worked(moment, found.astimezone(UTC)) == timedelta(0)
    assert found == next_working_moment(found)


@given(moments, st.sampled_from([UTC, SWEDEN]))
def test_zone_of_the_start_does_not_matter(moment: datetime, zone: tzinfo) -> None:
    assert add_working_time(moment, timedelta(hours=3)) == add_working_time(
        moment.astimezone(zone), timedelta(hours=3)
    )


def test_time_without_a_zone_and_time_backwards_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        next_working_moment(datetime(2026, 11, 20, 9))  # noqa: DTZ001
    with pytest.raises(ValueError, match="negative"):
        add_working_time(at("2026-11-20", "09:00"), timedelta(hours=-1))
    with pytest.raises(ValueError, match="negative"):
        working_days_later(at("2026-11-20", "09:00"), -1)
