"""Tables of Swedish words about time, and readers that turn matched words into a meaning."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from nlu.times.calendar import (
    DAY_MINUTES,
    HALF_DAY_MINUTES,
    ZONE,
    Clock,
    Meaning,
    Part,
    Span,
    good_friday,
    instant,
    latest_of,
    midsummer_eve,
    month_from,
    whole_days,
    whole_months,
)

type Reader = Callable[[re.Match[str], datetime], "Meaning | None"]

# A date without a year that lies this near ahead is a plan, not last year's event: our choice.
_PLAN_AHEAD = timedelta(days=31)
# A date without a year that lies this near behind is past, and no plan for next year: our choice.
_SURELY_PAST = timedelta(days=183)


def _plain(word: str | None) -> str:
    """Fold the white space of matched words to their key in the tables."""
    return " ".join((word or "").split())


def any_of(words: Iterable[str]) -> str:
    """Write an alternation, longest word first."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


def _numbered(words: str) -> dict[str, int]:
    """Number words from one."""
    return {word: number for number, word in enumerate(words.split(), 1)}


HOURS = _numbered(
    "ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton "
    "arton nitton tjugo tjugoett tjugotvå tjugotre"
)
_TENS = {"tjugofem": 25, "trettio": 30, "fyrtio": 40, "fyrtiofem": 45, "femtio": 50}
_LATE_DAYS = _numbered(
    "tjugofyra tjugofem tjugosex tjugosju tjugoåtta tjugonio trettio trettioett"
)
_VAGUE = {"en": 1, "någon": 1, "nån": 1, "ett par": 2, "några": 3}
_HALVES = {"en halv": 0.5, "ett halvt": 0.5, "en och en halv": 1.5}
AMOUNTS: dict[str, float] = HOURS | _TENS | _VAGUE | _HALVES
_ORDINALS = _numbered(
    "första andra tredje fjärde femte sjätte sjunde åttonde nionde tionde elfte tolfte trettonde "
    "fjortonde femtonde sextonde sjuttonde artonde nittonde tjugonde tjugoförsta tjugoandra "
    "tjugotredje tjugofjärde tjugofemte tjugosjätte tjugosjunde tjugoåttonde tjugonionde "
    "trettionde trettioförsta"
)
DAY_WORDS = _ORDINALS | HOURS | {word: 23 + number for word, number in _LATE_DAYS.items()}
WEEKDAYS = _numbered("mån tis ons tors fre lör sön") | {"man": 1, "mon": 1, "sönn": 7, "lö": 6}
MONTHS = _numbered(
    "januari februari mars april maj juni juli augusti september oktober november december"
)
MONTH_NUMBERS = {name[:3]: number for name, number in MONTHS.items()}
_SHORT_UNITS = {"minut": 1, "min": 1, "kvart": 15, "halvtimm": 30, "timm": 60, "tim": 60, "h": 60}
UNIT_MINUTES = _SHORT_UNITS | {
    "dag": DAY_MINUTES,
    "dar": DAY_MINUTES,
    "dygn": DAY_MINUTES,
    "kväll": DAY_MINUTES,
    "nätt": DAY_MINUTES,
    **dict.fromkeys(("veck", "v"), 7 * DAY_MINUTES),
}
UNIT_MONTHS = {"månad": 1, "mån": 1, "halvår": 6, "år": 12}
_SEASONS = {"vår": 3, "som": 6, "höst": 9, "vint": 12}  # the first of three months
_THIRDS = {"början": (1, 10), "mitten": (10, 20), "slutet": (25, 31)}  # of a month: our choice


class _Feast(NamedTuple):
    """A feast: its first day in a year, how many days, and which of them are eve and day."""

    first: Callable[[int], date]
    days: int = 1
    eve: int = 0
    day: int = 0


FEASTS = {
    "jul": _Feast(lambda year: date(year, 12, 24), 3, 0, 1),
    "nyår": _Feast(lambda year: date(year, 12, 31), 2, 0, 1),
    "årsskifte": _Feast(lambda year: date(year, 1, 1)),
    "trettond": _Feast(lambda year: date(year, 1, 5), 2, 0, 1),
    "påsk": _Feast(good_friday, 4, 1, 2),
    "valborg": _Feast(lambda year: date(year, 4, 30)),
    "pingst": _Feast(lambda year: good_friday(year) + timedelta(days=50), 3, 0, 1),
    "nationaldag": _Feast(lambda year: date(year, 6, 6)),
    "midsommar": _Feast(midsummer_eve, 2, 0, 1),
    "halloween": _Feast(lambda year: date(year, 10, 31)),
    "lucia": _Feast(lambda year: date(year, 12, 13)),
}
_NIGHT = Part(23 * 60, DAY_MINUTES + 6 * 60)
PARTS = {
    **dict.fromkeys(("morgon", "morse", "mårse"), Part(5 * 60, 10 * 60)),
    **dict.fromkeys(("förmidda", "förmida", "fm"), Part(9 * 60, 12 * 60)),
    **dict.fromkeys(("eftermidda", "eftermida", "em"), Part(12 * 60, 18 * 60)),
    "kväll": Part(18 * 60, 23 * 60),
    "natt": _NIGHT,
}
NIGHT_BEFORE = replace(_NIGHT, shift=-1)
LUNCH = Meaning(clock=Clock(11 * 60, until=Clock(13 * 60)))


# --- Readers: from matched words to a meaning ---------------------------------------------------


def mean(meaning: Meaning) -> Reader:
    """Read every match as the same."""
    return lambda _match, _now: meaning


def days_ago(days: int) -> Reader:
    """Read a word that counts days back from today."""
    return lambda _match, now: Meaning(day=now.date() - timedelta(days=days), past=days > 0)


def stretch(make: Callable[[date], Span], *, past: bool = True) -> Reader:
    """Read words for a stretch of time that follows from today's date."""
    return lambda _match, now: Meaning(stretch=make(now.date()), past=past)


def read_feast(match: re.Match[str], now: datetime) -> Meaning | None:
    """Read "i julas" as the latest that has begun; "dagen efter midsommar" as a day."""
    feast = FEASTS[_plain(match["feast"]).replace("midsomr", "midsommar")]
    side, which = _plain(match["beside"]), _plain(match["which"])
    single = {"efter": feast.days, "före": -1}.get(side)
    if single is None and which:
        single = feast.eve if which.endswith(("afton", "aftonen")) else feast.day
    shift = timedelta(days=single or 0)
    day = latest_of(lambda years: feast.first(now.year + years) + shift, now, timedelta())
    if day is None:
        return None
    past = bool(side) or match[0].endswith("as")
    if single is not None:
        return Meaning(day=day, past=past)
    return Meaning(stretch=whole_days(day, feast.days), past=past)


def read_weekday(match: re.Match[str], now: datetime) -> Meaning:
    """Read "i måndags" (the latest before today) and "förra måndagen" (last week's)."""
    words, ahead = _plain(match[0]), now.isoweekday() - WEEKDAYS[_plain(match["weekday"])]
    back = ahead + 7 if "förra" in words else ahead % 7 or 7
    past = words.startswith("i") or "förra" in words
    return Meaning(day=now.date() - timedelta(days=back), past=past)


def read_coming_weekday(match: re.Match[str], now: datetime) -> Meaning:
    """Read "på måndag", a plan unless `choosing` sees that it is told as past."""
    return replace(read_weekday(match, now), plan=True, past=False)


def read_weekday_ago(match: re.Match[str], now: datetime) -> Meaning:
    """Read "tisdag för två veckor sen" as the Tuesday that is nearest to two weeks ago."""
    then = _read_back(match, now).date() + timedelta(days=3)
    back = (then.isoweekday() - WEEKDAYS[_plain(match["weekday"])]) % 7
    return Meaning(day=then - timedelta(days=back), past=True)


def read_night_before(match: re.Match[str], now: datetime) -> Meaning:
    """Read "natten till lördag", which told on a Saturday is last night."""
    back = (now.isoweekday() - WEEKDAYS[_plain(match["weekday"])]) % 7
    return Meaning(day=now.date() - timedelta(days=back), part=NIGHT_BEFORE, past=True)


def read_part(match: re.Match[str], _now: datetime) -> Meaning:
    """Read "kväll" and "på kvällen", and "i morse", which names its day itself."""
    word, groups = _plain(match["part"]), match.groupdict()
    part, own, lead = PARTS[word], "free" not in groups, _plain(groups.get("free"))
    weak = not own and ("opening" in groups or _names_latest(word, lead))
    loose = not (own or lead or weak)
    return Meaning(part=part, own_day=own, past=own and part != _NIGHT, loose=loose, weak=weak)


def _names_latest(word: str, lead: str) -> bool:
    """Tell whether a part of a day is the latest one if no day is told: "under natten", "fm"."""
    whole = lead.endswith(("under", "hela"))
    return whole or word in {"fm", "em"} or (lead.endswith("på") and word != "natt")


def _read_face(groups: dict[str, str | None], mark: str) -> Clock:
    """Read one time on the clock from the groups of `_face(mark)`."""
    word, offset = _plain(groups[f"hour{mark}"]), _plain(groups[f"offset{mark}"] or "0")
    hour = HOURS.get(word) or int(word)
    minutes = hour * 60 + int(groups[f"minute{mark}"] or 0) - 30 * bool(groups[f"half{mark}"])
    distance = UNIT_MINUTES.get(offset) or int(AMOUNTS.get(offset) or offset)
    minutes += -distance if _plain(groups[f"side{mark}"]) == "i" else distance
    spoken = hour in range(1, 13) and not word.startswith("0")
    afternoon = spoken and minutes < 7 * 60
    return Clock((minutes + HALF_DAY_MINUTES * afternoon) % DAY_MINUTES, either_half=spoken)


def read_clock(match: re.Match[str], _now: datetime) -> Meaning:
    """Read "halv tre", "kl 14.20", "vid tiotiden", "mellan 10 och 11", and "runt tre"."""
    groups = match.groupdict()
    until = _read_face(groups, "_until") if "hour_until" in groups else None
    return Meaning(clock=replace(_read_face(groups, ""), until=until), loose="loose" in groups)


def _read_year(match: re.Match[str], now: datetime) -> int | None:
    """Read the year written after a date, if there is one."""
    if match.groupdict().get("last_year"):
        return now.year - 1
    return int(match["year"][-2:]) + 100 * int(match["year"][:-2] or 20) if match["year"] else None


def _read_day_number(match: re.Match[str]) -> int:
    """Read "3", "tredje" or "tre" as 3."""
    return DAY_WORDS.get(_plain(match["day"])) or int(match["day"])


def _read_month_number(match: re.Match[str]) -> int:
    """Read "11" or "nov" as 11."""
    word = _plain(match["month"])
    return MONTH_NUMBERS.get(word[:3]) or int(word)


def read_date(match: re.Match[str], now: datetime) -> Meaning | None:
    """Read "den 3 november", "3/11" and "2026-11-03"."""
    month, year = _read_month_number(match), _read_year(match, now)
    number = _read_day_number(match)
    try:
        day: date | None = date(year or 2024, month, number)  # in a leap year: is there such a day
    except ValueError:
        return None
    if not year:
        day = latest_of(lambda years: date(now.year + years, month, number), now, _PLAN_AHEAD)
    past = day is not None and day + _SURELY_PAST >= now.date() >= day
    return Meaning(day=day, plan=day is None, past=past)


def read_date_range(match: re.Match[str], now: datetime) -> Meaning | None:
    """Read "3–5 november"."""
    last = read_date(match, now)
    if last is None or last.day is None:
        return last
    count = max(0, last.day.day - int(match["first"]))
    return Meaning(stretch=whole_days(last.day - timedelta(days=count), count + 1), past=True)


def read_day_of_month(match: re.Match[str], now: datetime) -> Meaning | None:
    """Read "den 3:e" as the latest past one."""
    number, first = _read_day_number(match), month_from(now.date(), -1)
    if "förra månaden" in _plain(match[0]):
        there = first + timedelta(days=number - 1)
        return Meaning(day=there, past=True) if there.month == first.month else None
    day = latest_of(lambda n: month_from(now.date(), n).replace(day=number), now, timedelta())
    return Meaning(day=day)


def read_month(match: re.Match[str], now: datetime) -> Meaning:
    """Read "i oktober", and "i början av oktober"."""
    month, groups = _read_month_number(match), match.groupdict()
    first = date(_read_year(match, now) or now.year - (month > now.month), month, 1)
    if not groups.get("third"):
        return Meaning(stretch=whole_months(first))
    begin, end = _THIRDS[_plain(groups["third"])]
    end = min(end, (month_from(first, 1) - first).days)
    return Meaning(stretch=whole_days(first.replace(day=begin), end - begin + 1))


def read_months(match: re.Match[str], now: datetime) -> Meaning:
    """Read "september till oktober"."""
    month, last = _read_month_number(match), MONTH_NUMBERS[_plain(match["last_month"])[:3]]
    year = _read_year(match, now) or now.year - (last > now.month)
    count = (last - month) % 12 + 1
    return Meaning(stretch=whole_months(month_from(date(year, last, 1), 1 - count), count))


def read_season(match: re.Match[str], now: datetime) -> Meaning:
    """Read "i somras" as the latest summer that is over."""
    month = _SEASONS[_plain(match["season"])]
    year = next(y for y in range(now.year, 0, -1) if whole_months(date(y, month, 1), 3)[1] < now)
    return Meaning(stretch=whole_months(date(year, month, 1), 3), past=True)


def read_week_number(match: re.Match[str], now: datetime) -> Meaning:
    """Read "vecka 45"."""
    week = int(match["number"])
    monday = latest_of(lambda n: date.fromisocalendar(now.year + n, week, 1), now, _PLAN_AHEAD)
    return Meaning(stretch=whole_days(monday, 7)) if monday else Meaning(plan=True)


def read_this_season(match: re.Match[str], now: datetime) -> Meaning | None:
    """Read "under hösten" as this autumn or the latest, until now; "i höst" only while it is."""
    month = _SEASONS[_plain(match["season"])]
    first = latest_of(lambda years: date(now.year + years, month, 1), now, timedelta())
    if first is None or (match.groupdict().get("now") and month_from(first, 3) <= now.date()):
        return None
    return Meaning(stretch=whole_months(first, 3))


def _read_back(match: re.Match[str], now: datetime) -> datetime:
    """Read the amount in "för tre dagar sen", and go that far back."""
    plural = re.search(r"na$|åren$", _plain(match["unit_word"]))
    amount, unit = _plain(match["amount"]) or ("några" if plural else "en"), _plain(match["unit"])
    number = AMOUNTS.get(amount) or float(amount.replace(",", "."))
    if unit in UNIT_MONTHS:  # to the same day of that month, if it has one
        first = month_from(now.date(), -round(number * UNIT_MONTHS[unit]))
        length = (month_from(first, 1) - first).days
        return instant(first.replace(day=min(now.day, length)), 0)
    back = timedelta(minutes=round(number * UNIT_MINUTES[unit]))
    if UNIT_MINUTES[unit] >= DAY_MINUTES:
        return instant(now.date() - back, 0)
    return (now.astimezone(UTC) - back).astimezone(ZONE)


def read_lasting(match: re.Match[str], now: datetime) -> Meaning | None:
    """Read "i två veckor" and "fyra dagar i rad" as until now; `choosing` looks for more signs."""
    if _plain(match["unit"]) in UNIT_MONTHS:
        return None
    start, row = _read_back(match, now), UNIT_MINUTES[_plain(match["unit"])] == DAY_MINUTES
    if row and "row" in match.groupdict():
        start = instant(start.date() + timedelta(days=1), 0)
    return Meaning(stretch=(start, now), lasting=True)


def read_until_now(match: re.Match[str], now: datetime) -> Meaning:
    """Read "de senaste två dagarna"."""
    return Meaning(stretch=(_read_back(match, now), now), past=True)


def read_ago(match: re.Match[str], now: datetime) -> Meaning:
    """Read "för tre dagar sen" as exactly as its unit: a moment, a day, a month or a year."""
    then, unit = _read_back(match, now), _plain(match["unit"])
    if unit == "år":
        return Meaning(stretch=whole_months(date(then.year, 1, 1), 12), past=True)
    if unit in UNIT_MONTHS:
        return Meaning(stretch=whole_months(then.date().replace(day=1)), past=True)
    if UNIT_MINUTES[unit] >= DAY_MINUTES:
        return Meaning(day=then.date(), past=True)
    return Meaning(stretch=(then, then), past=True)
