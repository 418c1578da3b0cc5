"""When people are at work: what counts as a working day, and how long a span of work takes.

Working days are Monday to Friday but for public holidays, midsommarafton, julafton and nyårsafton
(lag 1989:253 om allmänna helgdagar; semesterlagen 1977:480, 7 §: those three eves count as
Sundays). Working time is 07.30 to 17.00 (our choice). It never meets a change of the clocks,
which comes on a Sunday night, so within a day the wall clock may be trusted.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import count, islice

import holidays

from casework.clock import SWEDEN

OPENS, CLOSES = time(7, 30), time(17, 0)

_SATURDAY = 5


def is_working_day(day: date) -> bool:
    """Whether people are at work on a day."""
    return day.weekday() < _SATURDAY and day not in _days_off(day.year)


def next_working_moment(moment: datetime) -> datetime:
    """The moment itself if it falls in working time, else the next opening.

    Args:
        moment: any time, aware.

    Returns:
        Swedish time. Closing time still belongs to the day.

    Raises:
        ValueError: the moment has no zone.
    """
    local = _swedish(moment)
    return next(max(local, opens) for opens, closes in _days_from(local) if local <= closes)


def add_working_time(start: datetime, span: timedelta) -> datetime:
    """The moment when so much working time has passed.

    Args:
        start: any time, aware; outside working time the span begins at the next opening.
        span: working time, not negative.

    Returns:
        Swedish time, within working time; a span that ends with the day ends when it closes.

    Raises:
        ValueError: the start has no zone, or the span is negative.
    """
    if span < timedelta(0):
        raise ValueError("a negative span")
    moment = next_working_moment(start)
    for opens, closes in _days_from(moment):
        begins = max(moment, opens)
        if begins + span <= closes:
            return begins + span
        span -= closes - begins
    raise AssertionError("there is always another day")


def working_days_later(start: datetime, days: int) -> datetime:
    """The same time of day so many working days later, at least that much work later.

    Args:
        start: any time, aware; outside working time it counts from the next opening, so that
            what happens on a Friday night is one working day old on Tuesday morning.
        days: not negative.

    Returns:
        Swedish time, within working time.

    Raises:
        ValueError: the start has no zone, or the number is negative.
    """
    if days < 0:
        raise ValueError("a negative number of days")
    moment = next_working_moment(start)
    opens, _ = next(islice(_days_from(moment), days, None))
    return datetime.combine(opens.date(), moment.time(), SWEDEN)


def _days_from(moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Opening and closing of every working day from the moment's own on."""
    for later in count():
        day = moment.date() + timedelta(days=later)
        if is_working_day(day):
            yield datetime.combine(day, OPENS, SWEDEN), datetime.combine(day, CLOSES, SWEDEN)


def _swedish(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(SWEDEN)


@cache
def _days_off(year: int) -> frozenset[date]:
    return frozenset(
        holidays.country_holidays("SE", years=year, categories=("public", "de_facto"))
    )
