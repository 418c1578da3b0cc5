"""Deadlines, reminders and digests come when people are at work, whatever the season."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.clock import SWEDEN
from casework.plan import deadline, next_reminder, tomorrow
from casework.plan_policy import PlannedStep, QuietHours, Span
from casework.schema import Incident, Step
from casework.working_time import is_working_day
from tests import builders

POLICY = builders.content().policy
REMINDERS = POLICY.reminders
BEGINS = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda m: BEGINS + timedelta(minutes=m))
STEPS = st.sampled_from(POLICY.steps)


def swedish(moment: str) -> datetime:
    return datetime.fromisoformat(moment).replace(tzinfo=SWEDEN)


def incident(moment: datetime, *, serious: bool) -> Incident:
    return Incident(created_at=moment, serious=serious)


@given(moment=MOMENTS, step=STEPS, serious=st.booleans())
def test_deadline_is_after_the_report_and_never_later_for_what_is_serious(
    moment: datetime, step: PlannedStep, serious: bool
) -> None:
    due = deadline(step, incident(moment, serious=serious))

    assert due > moment
    assert deadline(step, incident(moment, serious=True)) <= deadline(
        step, incident(moment, serious=False)
    )


@given(moment=MOMENTS, days=st.integers(1, 400))
def test_days_end_on_a_working_day_and_never_too_early(moment: datetime, days: int) -> None:
    end = Span(days=days).after(moment)

    assert is_working_day(end.date())
    assert end >= moment + timedelta(days=days) - timedelta(hours=1)  # a change of the clocks


@given(moment=MOMENTS, hours=st.integers(1, 100))
def test_hours_are_hours_also_when_the_clocks_change(moment: datetime, hours: int) -> None:
    for start in (moment, moment.astimezone(SWEDEN)):
        passed = Span(hours=hours).after(start).astimezone(UTC) - moment
        assert passed == timedelta(hours=hours)


@given(moment=MOMENTS)
def test_quiet_hours_end_in_the_morning_and_hold_nothing_up_by_day(moment: datetime) -> None:
    quiet = REMINDERS.quiet
    after = quiet.after(moment)

    assert not quiet.hold_at(after)
    assert after == moment or (quiet.hold_at(moment) and after.time() == quiet.ends)
    assert timedelta(0) <= after.astimezone(UTC) - moment <= timedelta(hours=12)


@given(moment=MOMENTS, days=st.integers(1, 10))
def test_digest_so_many_days_later_is_that_many_working_days_later(
    moment: datetime, days: int
) -> None:
    digest = REMINDERS.days_later(moment, days)
    today = moment.astimezone(SWEDEN).date()
    between = (today + timedelta(days=n) for n in range(1, (digest.date() - today).days + 1))

    assert digest.time() == REMINDERS.digest
    assert sum(is_working_day(day) for day in between) == days


@given(moment=MOMENTS)
def test_gathered_is_a_digest_and_the_first_one(moment: datetime) -> None:
    digest = REMINDERS.gathered(moment)

    assert digest >= moment
    assert (digest.time(), is_working_day(digest.date())) == (REMINDERS.digest, True)
    assert REMINDERS.gathered(digest) == digest


@given(moment=MOMENTS, step=STEPS, serious=st.booleans(), reminders=st.integers(0, 30))
def test_next_reminder_lies_ahead_outside_quiet_hours_and_within_a_fortnight_of_overdue(
    moment: datetime, step: PlannedStep, serious: bool, reminders: int
) -> None:
    told = incident(moment - timedelta(days=20), serious=serious)
    row = Step(name=step.name, due=deadline(step, told), reminders=reminders)

    again = next_reminder(POLICY, told, row, moment)

    assert again > moment
    assert not REMINDERS.quiet.hold_at(again)
    if row.due <= moment:
        assert again < moment + timedelta(days=14)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # Monday before and after the digest, and a Friday.
        ("2026-11-23 07:30", "2026-11-24 08:30"),
        ("2026-11-23 10:00", "2026-11-24 08:30"),
        ("2026-11-27 10:00", "2026-11-30 08:30"),
        # Before Christmas, and before the clocks change.
        ("2026-12-23 16:00", "2026-12-28 08:30"),
        ("2026-10-23 16:00", "2026-10-26 08:30"),
    ],
)
def test_tomorrow_is_the_next_working_day(now: str, expected: str) -> None:
    assert tomorrow(POLICY, swedish(now)) == swedish(expected)


def test_reminder_that_comes_a_moment_after_the_digest_is_repeated_the_next_day() -> None:
    now = datetime(2026, 11, 24, 8, 30, 40, tzinfo=SWEDEN)
    told = incident(now - timedelta(days=10), serious=False)
    row = Step(name="stod", due=now - timedelta(days=5), reminders=1)

    assert next_reminder(POLICY, told, row, now) == now.replace(day=25, second=0)


def test_quiet_hours_must_pass_midnight() -> None:
    with pytest.raises(ValueError, match="quiet hours begin in the evening"):
        QuietHours(begins=time(7), ends=time(20))


@pytest.mark.parametrize("fields", [{}, {"hours": 1, "days": 1}])
def test_span_has_exactly_one_unit(fields: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="one of hours"):
        Span(**fields)
