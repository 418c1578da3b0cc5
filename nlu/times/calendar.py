"""What phrases about time mean, and where they lie in the calendar of Sweden."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

type Span = tuple[datetime, datetime]

ZONE = ZoneInfo("Europe/Stockholm")
DAY_MINUTES = 24 * 60
HALF_DAY_MINUTES = 12 * 60


@dataclass(frozen=True)
class When:
    """When something happened: the words, and the interval they mean.

    Attributes:
        text: Exact substring of what was read.
        start: Aware, Europe/Stockholm, whole minutes; when it happened, not when it was told.
        end: As `start`, inclusive, never before it; equal to it for a time on the clock.
    """

    text: str
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Part:
    """A part of a day, in minutes after midnight; `shift` days for "natten till lördag"."""

    start: int
    end: int
    shift: int = 0


@dataclass(frozen=True)
class Clock:
    """A time on the clock, in minutes after midnight; `either_half` if it was said as 1–12."""

    minutes: int
    either_half: bool = False
    until: "Clock | None" = None


@dataclass(frozen=True)
class Meaning:
    """What a phrase says; with no field set it says that this is not a time at all."""

    day: date | None = None
    part: Part | None = None
    clock: Clock | None = None
    stretch: Span | None = None
    plan: bool = False
    past: bool = False  # past by its grammar ("i måndags"), so no plan
    own_day: bool = False  # a part that needs no day beside it ("i morse")
    loose: bool = False  # counts only right beside a day ("runt tre")
    weak: bool = False  # counts only if little else is told ("nu", "under förmiddagen")
    lasting: bool = False  # counts only with a sign that it goes on ("i två veckor")


@dataclass(frozen=True)
class Phrase:
    """A piece of the text, `str` indexes with exclusive end, and what it means."""

    start: int
    end: int
    meaning: Meaning


@lru_cache(maxsize=1024)
def instant(day: date, minutes: int) -> datetime:
    """Put a wall-clock time on a day; one that summer time skips becomes an hour later."""
    wall = datetime.combine(day, time(), ZONE) + timedelta(minutes=minutes)
    return wall.astimezone(UTC).astimezone(ZONE)


def whole_days(first: date, count: int) -> Span:
    """Give the interval of whole days."""
    return instant(first, 0), instant(first + timedelta(days=count - 1), DAY_MINUTES - 1)


def month_from(day: date, shift: int) -> date:
    """Give the first of the month that lies `shift` months from that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + shift, 12)
    return date(year, month + 1, 1)


def whole_months(first: date, count: int = 1) -> Span:
    """Give the interval of whole months."""
    return whole_days(first, (month_from(first, count) - first).days)


def monday_of(day: date, weeks: int = 0) -> date:
    """Give the Monday of the week that lies `weeks` from that of `day`."""
    return day + timedelta(days=7 * weeks - day.weekday())


def midsummer_eve(year: int) -> date:
    """Give the Friday between 19 and 25 June."""
    return monday_of(date(year, 6, 21)) + timedelta(days=4)


def good_friday(year: int) -> date:
    """Give the Friday before Easter (Gauss's rule as Meeus, Jones and Butcher wrote it)."""
    golden, (century, rest) = year % 19, divmod(year, 100)
    shift = century - century // 4 - (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + shift + 15) % 30
    sunday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * sunday) // 451
    month, day = divmod(epact + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1) - timedelta(days=2)


def latest_of(nth: Callable[[int], date], now: datetime, ahead: timedelta) -> date | None:
    """Give the latest of a row of days that is not after today.

    Args:
        nth: Gives the day so many years or months from now; may raise `ValueError`.
        now: When it was told.
        ahead: How near ahead a day makes the words a plan, so that the answer is None.
    """
    for number in range(1, -9, -1):
        try:
            day = nth(number)
        except ValueError:  # 29 February, 31 November, week 53
            continue
        if day <= now.date() + ahead:
            return day if day <= now.date() else None
    return None
