"""Reads when a told event happened, so that nobody has to pick a date they already wrote.

`_RULES` turns words into phrases with one meaning each: a day, a part of a day, a clock time, a
stretch of time, a plan (never the answer) or nothing (numbers that are no times). Phrases that
stand together are joined, and the most exact one that lies in the past is the answer.

Source: the conventions (which hours are "kväll", which day is "förra måndagen") are Lotsen's own
choice, and the teller sees the answer before it is stored. No library held: dateparser 1.5 knows
neither "i måndags", "i morse" nor "halv tre", and reads "43 år" as a year of birth.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

type _Span = tuple[datetime, datetime]
type _Reader = Callable[[re.Match[str], datetime], "_Meaning | None"]

_ZONE = ZoneInfo("Europe/Stockholm")
_DAY = 24 * 60
_HALF_DAY = 12 * 60
# A date without a year that lies this near ahead is a plan, not last year's event: our choice.
_PLAN_AHEAD = timedelta(days=31)
_PART_STRETCHES = timedelta(hours=3)  # "i lördags kväll ... klockan ett": our choice
_NEAR = 80  # characters between a day and a clock time that belong together: our choice


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
class _Part:
    """A part of a day, in minutes after midnight; `shift` days for "natten till lördag"."""

    start: int
    end: int
    shift: int = 0


@dataclass(frozen=True)
class _Clock:
    """A time on the clock, in minutes after midnight; `either_half` if it was said as 1–12."""

    minutes: int
    either_half: bool = False
    slack: int = 0
    until: "_Clock | None" = None


@dataclass(frozen=True)
class _Meaning:
    """What a phrase says; with no field set it says that this is not a time at all."""

    day: date | None = None
    part: _Part | None = None
    clock: _Clock | None = None
    stretch: _Span | None = None
    plan: bool = False
    past: bool = False  # past by its grammar ("i måndags"), so no plan
    own_day: bool = False  # a part that needs no day beside it ("i morse")
    loose: bool = False  # counts only right beside a day ("runt tre")


@dataclass(frozen=True)
class _Phrase:
    """A piece of the text, `str` indexes with exclusive end, and what it means."""

    start: int
    end: int
    meaning: _Meaning


def find_when(text: str, now: datetime) -> When | None:
    """Find the best-supported time at which the event told in `text` happened.

    Args:
        text: Free Swedish, NFC, as people type it.
        now: Aware; when it was told. Nothing after it is ever returned.

    Returns:
        The most exact time (day and clock before day, day before week or month), among equals
        the first, or None. A day and a clock time near each other are read as one.
    """
    now = now.astimezone(_ZONE).replace(second=0, microsecond=0)
    phrases = [phrase for phrase in _read(text, now) if phrase.meaning != _Meaning()]
    phrases = _join(phrases, lambda a, b: _join_beside(text, a, b))
    phrases = _join(phrases, lambda a, b: _join_range(text, now, a, b))
    phrases = [_mark_plan(text, _open_since(text, now, phrase)) for phrase in phrases]
    found = min(_weigh(text, now, phrases), default=None, key=lambda weighed: weighed[0])
    return found[1] if found else None


# --- Vocabulary ---------------------------------------------------------------------------------


def _plain(word: str | None) -> str:
    """Fold a matched word to its key in the tables (`re` lets a dotless i pass for an i)."""
    return " ".join((word or "").casefold().replace("\u0131", "i").split())


def _any_of(words: Iterable[str]) -> str:
    """Write an alternation, longest word first."""
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


def _numbered(words: str) -> dict[str, int]:
    """Number words from one."""
    return {word: number for number, word in enumerate(words.split(), 1)}


_HOURS = _numbered(
    "ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton "
    "arton nitton tjugo tjugoett tjugotvå tjugotre"
)
_TENS = {"tjugofem": 25, "trettio": 30, "fyrtio": 40, "fyrtiofem": 45, "femtio": 50}
_VAGUE = {"en": 1, "någon": 1, "nån": 1, "ett par": 2, "några": 3}
_HALVES = {"en halv": 0.5, "ett halvt": 0.5, "en och en halv": 1.5}
_AMOUNTS: dict[str, float] = _HOURS | _TENS | _VAGUE | _HALVES
_ORDINALS = _numbered(
    "första andra tredje fjärde femte sjätte sjunde åttonde nionde tionde elfte tolfte trettonde "
    "fjortonde femtonde sextonde sjuttonde artonde nittonde tjugonde tjugoförsta tjugoandra "
    "tjugotredje tjugofjärde tjugofemte tjugosjätte tjugosjunde tjugoåttonde tjugonionde "
    "trettionde trettioförsta"
)
_WEEKDAYS = _numbered("mån tis ons tors fre lör sön") | {"man": 1, "mon": 1, "sönn": 7}
_MONTHS = _numbered(
    "januari februari mars april maj juni juli augusti september oktober november december"
)
_MONTH_NUMBERS = {name[:3]: number for name, number in _MONTHS.items()}
_SHORT_UNITS = {"minut": 1, "min": 1, "kvart": 15, "halvtimm": 30, "timm": 60, "tim": 60}
_UNIT_MINUTES = _SHORT_UNITS | {"dag": _DAY, "dar": _DAY, "dygn": _DAY, "veck": 7 * _DAY}
_UNIT_MONTHS = {"månad": 1, "mån": 1, "halvår": 6, "år": 12}
_SEASONS = {"vår": 3, "som": 6, "höst": 9, "vint": 12}  # the first of three months
_NIGHT = _Part(23 * 60, _DAY + 6 * 60)
_PARTS = {
    **dict.fromkeys(("morgon", "morse", "mårse"), _Part(5 * 60, 10 * 60)),
    **dict.fromkeys(("förmidda", "förmida", "fm"), _Part(9 * 60, 12 * 60)),
    **dict.fromkeys(("eftermidda", "eftermida", "em"), _Part(12 * 60, 18 * 60)),
    "kväll": _Part(18 * 60, 23 * 60),
    "natt": _NIGHT,
}
_NIGHT_BEFORE = replace(_NIGHT, shift=-1)
_LUNCH = _Meaning(clock=_Clock(11 * 60, until=_Clock(13 * 60)))


# --- Calendar -----------------------------------------------------------------------------------


def _instant(day: date, minutes: int) -> datetime:
    """Put a wall-clock time on a day; one that summer time skips becomes an hour later."""
    wall = datetime.combine(day, time(), _ZONE) + timedelta(minutes=minutes)
    return wall.astimezone(UTC).astimezone(_ZONE)


def _days(first: date, count: int) -> _Span:
    """Give the interval of whole days."""
    return _instant(first, 0), _instant(first + timedelta(days=count - 1), _DAY - 1)


def _month(day: date, shift: int) -> date:
    """Give the first of the month that lies `shift` months from that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + shift, 12)
    return date(year, month + 1, 1)


def _months(first: date, count: int = 1) -> _Span:
    """Give the interval of whole months."""
    return _days(first, (_month(first, count) - first).days)


def _monday(day: date, weeks: int = 0) -> date:
    """Give the Monday of the week that lies `weeks` from that of `day`."""
    return day + timedelta(days=7 * weeks - day.weekday())


def _midsummer_eve(year: int) -> date:
    """Give the Friday between 19 and 25 June."""
    return _monday(date(year, 6, 21)) + timedelta(days=4)


def _latest(nth: Callable[[int], date], now: datetime, ahead: timedelta) -> date | None:
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


# --- Readers: from matched words to a meaning ---------------------------------------------------


def _mean(meaning: _Meaning) -> _Reader:
    """Read every match as the same."""
    return lambda _match, _now: meaning


def _days_ago(days: int) -> _Reader:
    """Read a word that counts days back from today."""
    return lambda _match, now: _Meaning(day=now.date() - timedelta(days=days), past=days > 0)


def _stretch(make: Callable[[date], _Span], *, past: bool = True) -> _Reader:
    """Read words for a stretch of time that follows from today's date."""
    return lambda _match, now: _Meaning(stretch=make(now.date()), past=past)


def _feast(eve: Callable[[int], date], count: int) -> _Reader:
    """Read a feast of so many days as the latest that has begun."""

    def read(_match: re.Match[str], now: datetime) -> _Meaning | None:
        day = _latest(lambda years: eve(now.year + years), now, timedelta())
        return _Meaning(stretch=_days(day, count), past=True) if day else None

    return read


def _read_weekday(match: re.Match[str], now: datetime) -> _Meaning:
    """Read "i måndags" (the latest before today) and "förra måndagen" (last week's)."""
    words, ahead = _plain(match[0]), now.isoweekday() - _WEEKDAYS[_plain(match["weekday"])]
    back = ahead + 7 if "förra" in words else ahead % 7 or 7
    past = words.startswith("i") or "förra" in words
    return _Meaning(day=now.date() - timedelta(days=back), past=past)


def _read_night_before(match: re.Match[str], now: datetime) -> _Meaning:
    """Read "natten till lördag", which told on a Saturday is last night."""
    back = (now.isoweekday() - _WEEKDAYS[_plain(match["weekday"])]) % 7
    return _Meaning(day=now.date() - timedelta(days=back), part=_NIGHT_BEFORE)


def _read_part(match: re.Match[str], _now: datetime) -> _Meaning:
    """Read "kväll" and "på kvällen", and "i morse", which names its day itself."""
    part, own = _PARTS[_plain(match["part"])], "free" not in match.groupdict()
    loose = not (own or match["free"])
    return _Meaning(part=part, own_day=own, past=own and part != _NIGHT, loose=loose)


def _read_face(groups: dict[str, str | None], mark: str) -> _Clock:
    """Read one time on the clock from the groups of `_face(mark)`."""
    word, offset = _plain(groups[f"hour{mark}"]), _plain(groups[f"offset{mark}"] or "0")
    hour = _HOURS.get(word) or int(word)
    minutes = hour * 60 + int(groups[f"minute{mark}"] or 0) - 30 * bool(groups[f"half{mark}"])
    distance = _UNIT_MINUTES.get(offset) or int(_AMOUNTS.get(offset) or offset)
    minutes += -distance if _plain(groups[f"side{mark}"]) == "i" else distance
    spoken = hour in range(1, 13) and not word.startswith("0")
    afternoon = spoken and minutes < 7 * 60
    return _Clock((minutes + _HALF_DAY * afternoon) % _DAY, either_half=spoken)


def _read_clock(match: re.Match[str], _now: datetime) -> _Meaning:
    """Read "halv tre", "kl 14.20", "vid tiotiden", "mellan 10 och 11", and "runt tre"."""
    groups = match.groupdict()
    until = _read_face(groups, "_until") if "hour_until" in groups else None
    slack = 30 if groups.get("around") else 0
    clock = replace(_read_face(groups, ""), slack=slack, until=until)
    return _Meaning(clock=clock, loose="loose" in groups)


def _read_year(match: re.Match[str], now: datetime) -> int | None:
    """Read the year written after a date, if there is one."""
    if match.groupdict().get("last_year"):
        return now.year - 1
    return int(match["year"][-2:]) + 100 * int(match["year"][:-2] or 20) if match["year"] else None


def _read_month_number(match: re.Match[str]) -> int:
    """Read "11" or "nov" as 11."""
    word = _plain(match["month"])
    return _MONTH_NUMBERS.get(word[:3]) or int(word)


def _read_date(match: re.Match[str], now: datetime) -> _Meaning | None:
    """Read "den 3 november", "3/11" and "2026-11-03"."""
    month, year = _read_month_number(match), _read_year(match, now)
    number = _ORDINALS.get(_plain(match["day"])) or int(match["day"])
    try:
        day: date | None = date(year or 2024, month, number)  # in a leap year: is there such a day
    except ValueError:
        return None
    if not year:
        day = _latest(lambda years: date(now.year + years, month, number), now, _PLAN_AHEAD)
    return _Meaning(day=day, plan=day is None)


def _read_date_range(match: re.Match[str], now: datetime) -> _Meaning | None:
    """Read "3–5 november"."""
    last = _read_date(match, now)
    if last is None or last.day is None:
        return last
    count = max(0, last.day.day - int(match["first"]))
    return _Meaning(stretch=_days(last.day - timedelta(days=count), count + 1))


def _read_day_of_month(match: re.Match[str], now: datetime) -> _Meaning | None:
    """Read "den 3:e" as the latest past one."""
    number = _ORDINALS.get(_plain(match["day"])) or int(match["day"])
    day = _latest(lambda n: _month(now.date(), n).replace(day=number), now, timedelta())
    return _Meaning(day=day)


def _read_month(match: re.Match[str], now: datetime) -> _Meaning:
    """Read "i oktober"."""
    month = _read_month_number(match)
    year = _read_year(match, now) or now.year - (month > now.month)
    return _Meaning(stretch=_months(date(year, month, 1)))


def _read_season(match: re.Match[str], now: datetime) -> _Meaning:
    """Read "i somras" as the latest summer that is over."""
    month = _SEASONS[_plain(match["season"])]
    year = next(y for y in range(now.year, 0, -1) if _months(date(y, month, 1), 3)[1] < now)
    return _Meaning(stretch=_months(date(year, month, 1), 3), past=True)


def _read_week_number(match: re.Match[str], now: datetime) -> _Meaning:
    """Read "vecka 45"."""
    week = int(match["number"])
    monday = _latest(lambda n: date.fromisocalendar(now.year + n, week, 1), now, _PLAN_AHEAD)
    return _Meaning(stretch=_days(monday, 7)) if monday else _Meaning(plan=True)


def _read_back(match: re.Match[str], now: datetime) -> datetime:
    """Read the amount in "för tre dagar sen", and go that far back."""
    plural = re.search(r"na$|åren$", _plain(match["unit_word"]))
    amount, unit = _plain(match["amount"]) or ("några" if plural else "en"), _plain(match["unit"])
    number = _AMOUNTS.get(amount) or float(amount.replace(",", "."))
    if unit in _UNIT_MONTHS:  # to the same day of that month, if it has one
        first = _month(now.date(), -round(number * _UNIT_MONTHS[unit]))
        length = (_month(first, 1) - first).days
        return _instant(first.replace(day=min(now.day, length)), 0)
    back = timedelta(minutes=round(number * _UNIT_MINUTES[unit]))
    if _UNIT_MINUTES[unit] >= _DAY:
        return _instant(now.date() - back, 0)
    return (now.astimezone(UTC) - back).astimezone(_ZONE)


def _read_ago(match: re.Match[str], now: datetime) -> _Meaning:
    """Read "för tre dagar sen" as exactly as its unit: a moment, a day, a month or a year."""
    then, unit = _read_back(match, now), _plain(match["unit"])
    if unit == "år":
        return _Meaning(stretch=_months(date(then.year, 1, 1), 12), past=True)
    if unit in _UNIT_MONTHS:
        return _Meaning(stretch=_months(then.date().replace(day=1)), past=True)
    if _UNIT_MINUTES[unit] >= _DAY:
        return _Meaning(day=then.date(), past=True)
    return _Meaning(stretch=(then, then), past=True)


# --- Rules: a space stands for white space; of phrases that overlap, the first, longest wins ----

_WEEKDAY = rf"(?P<weekday>{_any_of(_WEEKDAYS)})(?:da(?:gens?|gs|g|s|n)|des)"
_MONTH_NAME = rf"(?P<month>{_any_of(_MONTHS)}|(?:sept|{_any_of(_MONTH_NUMBERS)})\b\.?)"
_YEAR = r"(?: (?P<year>(?:19|20)\d\d)| (?:i )?(?P<last_year>förra året|fjol))?"
_DATE_LEAD = r"(?<!\d[.:/])(?:(?:i |på )?\w{3,4}dag(?:en|s)?,? )?(?:den )?"
_DIGITS = r"3[01]|[12]\d|0?[1-9]"
_DAY_NUMBER = rf"(?P<day>{_DIGITS}|{_any_of(_ORDINALS)})(?::?[ea])?+"
_AMOUNT = rf"(?P<amount>\d{{1,3}}(?:,\d)?|{_any_of(_AMOUNTS)})"
_UNIT = (
    rf"(?P<unit_word>(?P<unit>{_any_of(_UNIT_MINUTES | _UNIT_MONTHS)})"
    r"(?:a|e|ar|er|or|en|an|et|na|arna|erna|orna)?)"
)
_IN = "(?:i |under |hela )"
_ABOUT = r"(?:ungefär|ca\.?|cirka|runt|omkring|kring|typ|drygt|knappt|bara|strax (?:efter|före))"
_LEAD = rf"(?:(?:vid|redan|efter|från|{_ABOUT}) )"
_KL = rf"(?:(?:kl|klockan|klckan|klokan)[.:]? ?(?:var )?(?:{_ABOUT} )?)"
# What follows a number that counts something; Swedish plurals end in -or, -ar, -er.
_NOT_COUNTED = (
    r"(?![.,:/-]?\d| \d{3}\b| ?(?:%|:-|kr\b)| (?:(?!eller|efter|under|över|kommer|ringer|börjar)"
    r"\w{2,30}(?:or|ar|er)|års?|barn|folk|män|personal|anställda|tillfällen?|möten|ställen|olika"
    r"|andra|mejl|mail|sms|samtal|brev|inlägg|bord|hus|rum|lag|håll|procent)\b)"
)


def _face(mark: str = "") -> str:
    """Write the pattern of a time on the clock; `mark` keeps two of them apart."""
    return (
        rf"(?:(?P<offset{mark}>fem|tio|kvart|tjugofem|tjugo|5|10|15|20|25) (?:min(?:uter)? )?"
        rf"(?P<side{mark}>i|över) )?(?P<half{mark}>halv ?)?"
        rf"(?P<hour{mark}>2[0-4]|[01]?\d|{_any_of(_HOURS)})(?:[.:](?P<minute{mark}>[0-5]\d))?"
    )


def _compile(pattern: str) -> re.Pattern[str]:
    """Compile a rule between word ends, which compounds like "måndagskvällen" have inside."""
    spaced = pattern.replace(" ?", r"\s{0,3}").replace(" ", r"\s{1,3}")
    part = r"s?(?:kväll|natt|mor(?:gon|se)|(?:för|efter)midd?a)"
    starts = r"(?:(?<!\w)|(?<=dag)|(?<=dags)|(?<=går))"
    return re.compile(rf"{starts}(?:{spaced})(?:(?!\w)|(?={part}))", re.IGNORECASE)


_CLOCK_FACE, _UNTIL_FACE = _face(), rf" ?(?:och|till|-|–) ?{_KL}?{_face('_until')}"
_NEVER_TIMES = (
    r"\d{6,8}[-+]?\d{4}",
    r"(?:\+\d\d ?\d{1,3}|0\d{1,3})[\s-]?\d{2,3}(?: \d{2,3}){1,3}",
    r"\d{1,3} ?(?:§|kap\b).?|§§? ?\d[\d.:]{0,9}",
    r"\d[\d\s.]{0,12}(?:,\d+)? ?(?:kr|kronor|sek|tkr|mkr|procent)",
    r"(?:d(?:ia)?(?:rie)?n(?:umme)?r|\w{0,12}nr|\w{0,12}nummer|rum|sidan?|sfs|prop)[.:]? ?"
    r"(?:(?-i:[A-ZÅÄÖ]{1,6})[\s-]?)?\d[\w/:.-]{0,30}",
    r"(?-i:[A-ZÅÄÖ]{1,6})[\s-]?(?:19|20)\d\d(?:[/:]\d{1,6}|-\d{3,6})",
    r"24/7|https?://\S{1,300}|nyss fyllda",
    r"(?:gånger|dagar|gång|timmar)(?: \w+){0,2} (?:(?:per|om) \w+|i (?:veckan|månaden|dygnet))",
    r"(?:i ?dag|just nu) (?:är|mår|känner|sitter|vill|ska|vågar|skriver) (?:jag|vi)",
)
_PLANS = (
    r"i ?(?:över ?)?mor(?:gon|r?on|r?n)(?: bitti)?",
    rf"på {_any_of(_WEEKDAYS)}dag(?!s)|om {_AMOUNT} {_UNIT}",
    r"(?:näst|kommand|varj|varend)[ea]\w* \w+|(?:varannan|vareviga) \w+",
    r"en (?:(?:helt )?vanlig )?\w{3,4}dag",
)
_DAY_RULES: tuple[tuple[str, _Reader], ...] = (
    (r"i ?dag", _days_ago(0)),
    (r"i ?går|gårdagens?", _days_ago(1)),
    (r"(?:i ?)?förr? ?i?går", _days_ago(2)),
    (
        r"(?:i ?|förra |förra veckan,? (?:på )?|på (?=\w+dag(?:en|s))|på (?=\w+ (?:i )?förra v))?"
        rf"{_WEEKDAY}(?: (?:i )?förra veckan)?",
        _read_weekday,
    ),
    (rf"i (?P<weekday>{_any_of(_WEEKDAYS)})(?! av)", _read_weekday),
    (rf"{_DATE_LEAD}{_DAY_NUMBER} {_MONTH_NAME}{_YEAR}", _read_date),
    (
        rf"{_DATE_LEAD}(?P<day>{_DIGITS})/(?P<month>1[0-2]|0?[1-9])(?:(?:[/-]|\s(?=20\d\d))"
        r"(?P<year>20\d\d|\d\d))?(?!/?\d|-\d{3}| (?:av|tjänst|del))",
        _read_date,
    ),
    (r"(?<!-)(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!-?\d)", _read_date),
    (
        rf"(?:(?:från|mellan) )?(?:den )?(?P<first>{_DIGITS})(?::?[ea])? ?(?:-|–|till|och) ?"
        rf"(?:den )?{_DAY_NUMBER} {_MONTH_NAME}{_YEAR}",
        _read_date_range,
    ),
    (
        rf"{_DATE_LEAD}(?<=den\s)(?=\d){_DAY_NUMBER}"
        rf"(?! (?!igen|sedan|innan)(?:\w{{3,30}}(?:en|an|et)|{_any_of(_MONTHS)})\b){_NOT_COUNTED}",
        _read_day_of_month,
    ),
    (
        rf"(?:i ?(?=m.rse|natt)|i (?=[ef]m)|(?:i ?)?(?=\w+ags))(?P<part>{_any_of(_PARTS)})(?:gs)?",
        _read_part,
    ),
    (r"i ?kväll", lambda _, now: _Meaning(day=now.date(), part=_PARTS["kväll"])),
    (
        r"natt(?:en)? (?:till|mot|mellan (?:den )?\w+ och)",
        _mean(_Meaning(part=_NIGHT_BEFORE)),
    ),
    (
        rf"natt(?:en)? (?:till|mot|mellan \w+ och) {_WEEKDAY}",
        _read_night_before,
    ),
    (
        r"(?!(?:\w+ )?natt(?:en)? (?:till|mot|mellan))"
        r"(?P<free>(?:(?:sent|tidigt|senare) )?(?:på|under) |mitt i |hela )?"
        rf"(?P<part>{_any_of(_PARTS)})(?:g?en|gs|g|n|s|stid|tid)?",
        _read_part,
    ),
)
_CLOCK_RULES: tuple[tuple[str, _Reader], ...] = (
    (rf"{_LEAD}?{_KL}{_CLOCK_FACE}(?P<around>[-\s]?tiden)?", _read_clock),
    (
        rf"{_LEAD}?{_KL}(?P<offset>)(?P<side>)(?P<half>)(?P<hour>[01]\d|2[0-3])"
        r"(?P<minute>[0-5]\d)",
        _read_clock,
    ),
    (rf"(?:vid |på )?{_CLOCK_FACE}(?P<around>[-\s]?tiden)", _read_clock),
    (
        rf"{_LEAD}?(?<!\d[.,:/-])(?<![.,:/§-])(?!\d\.){_CLOCK_FACE}"
        rf"(?(offset)|(?(half)|(?(minute)|(?!)))){_NOT_COUNTED}",
        _read_clock,
    ),
    (rf"vid (?!ett \w){_CLOCK_FACE}{_NOT_COUNTED}", _read_clock),
    (
        rf"(?P<loose>{_LEAD}|(?=\d\.\d\d\b)|(?=\w+ på (?:natt|morg|kväll|för|efter)))(?!ett \w)"
        rf"{_CLOCK_FACE}{_NOT_COUNTED}",
        _read_clock,
    ),
    (rf"(?:mellan|från) {_KL}?{_CLOCK_FACE}{_UNTIL_FACE}{_NOT_COUNTED}", _read_clock),
    (
        rf"(?P<kl>{_KL})?{_CLOCK_FACE}{_UNTIL_FACE}(?(kl)|(?(minute)|(?!))){_NOT_COUNTED}",
        _read_clock,
    ),
    (r"(?:vid|runt|kring) lunch(?:en|tid|tiden)?|(?:på|under) lunch(?:en|rasten)", _mean(_LUNCH)),
    (r"(?:strax )?efter lunch(?:en)?", _mean(_Meaning(part=_PARTS["em"], loose=True))),
    (r"lunch(?:en|tid)?", _mean(replace(_LUNCH, loose=True))),
    (r"(?:vid |runt )?midnatt", _mean(_Meaning(clock=_Clock(_DAY)))),
)
_STRETCH_RULES: tuple[tuple[str, _Reader], ...] = (
    (
        r"(?:(?:alldeles|just|helt|nu) )?nyss|(?:just|precis) nu"
        r"|för en (?:liten |kort )?stund (?:sen|sedan)",
        lambda _, now: _Meaning(stretch=(now, now), past=True),
    ),
    (
        rf"(?:för |(?<!i\s)(?<!på\s)(?<!under\s))(?:{_ABOUT} )?{_AMOUNT} ?"
        rf"(?:(?:dryg|knapp|god) )?{_UNIT} (?:sen|sedan|sedn|tillbaka)(?! (?:dess|du)\b)",
        _read_ago,
    ),
    (
        rf"(?:(?:(?:de|den|det) (?:senaste|sista)|senaste) (?:{_AMOUNT} )?{_UNIT})",
        lambda match, now: _Meaning(stretch=(_read_back(match, now), now), past=True),
    ),
    (
        rf"(?:sedan|sen) {_AMOUNT} {_UNIT}(?: tillbaka)?(?! (?:sen|efter))",
        lambda match, now: _Meaning(stretch=(_read_back(match, now), now), past=True),
    ),
    (
        rf"{_IN}?(?:förra veckan|veckan som gick|föregående vecka)",
        _stretch(lambda day: _days(_monday(day, -1), 7)),
    ),
    (
        rf"{_IN}veckan|{_IN}?(?:den här|denna) veckan?",
        _stretch(lambda day: _days(_monday(day), 5), past=False),
    ),
    (
        r"(?:i|under|hela) helgen",
        _stretch(
            lambda day: _days(_monday(day + timedelta(days=2)) - timedelta(days=2), 2), past=False
        ),
    ),
    (
        rf"{_IN}?förra helgen",
        _stretch(lambda day: _days(_monday(day) - timedelta(days=2), 2)),
    ),
    (rf"{_IN}?förra månaden", _stretch(lambda day: _months(_month(day, -1)))),
    (
        rf"{_IN}?(?:den här|denna) månaden?",
        _stretch(lambda day: _months(_month(day, 0)), past=False),
    ),
    (r"förra året|i fjol", _stretch(lambda day: _months(date(day.year - 1, 1, 1), 12))),
    (
        rf"(?<!\d\s)(?:i |under )?(?:vecka|v\.?) ?(?P<number>5[0-3]|[1-4]?\d){_NOT_COUNTED}",
        _read_week_number,
    ),
    (
        rf"(?:{_IN}|(?<=sen\s)|(?<=dan\s)|(?:i )?(?:början|mitten|slutet) av )"
        rf"(?P<month>{_any_of(_MONTHS)}){_YEAR}",
        _read_month,
    ),
    (r"i ?(?P<season>vår|som|höst|vint)r?as", _read_season),
    (r"förra (?P<season>vår|som|höst|vint)(?:en|maren|ern)", _read_season),
    (r"i ?julas", _feast(lambda year: date(year, 12, 24), 3)),
    (r"på nyårsafton", _feast(lambda year: date(year, 12, 31), 1)),
    (r"i ?midsomras", _feast(_midsummer_eve, 2)),
)
_RULES = tuple(
    (_compile(pattern), reader)
    for pattern, reader in (
        *((pattern, _mean(_Meaning())) for pattern in _NEVER_TIMES),
        *((pattern, _mean(_Meaning(plan=True))) for pattern in _PLANS),
        *_DAY_RULES,
        *_CLOCK_RULES,
        *_STRETCH_RULES,
    )
)


def _read(text: str, now: datetime) -> Iterator[_Phrase]:
    """Read all phrases in order; of those that overlap, the first and then the longest."""
    matches = ((match, reader) for rule, reader in _RULES for match in rule.finditer(text))
    end = 0
    for match, reader in sorted(matches, key=lambda pair: (pair[0].start(), -pair[0].end())):
        meaning = reader(match, now) if match.start() >= end else None
        if meaning:
            end = match.end()
            yield _Phrase(match.start(), end, meaning)


# --- Joining ------------------------------------------------------------------------------------

_BESIDE = re.compile(
    r"[\s,]{0,3}(?:(?:redan|sent|tidigt|någon gång|ungefär|typ|vid|på|under|alltså|den)\s){0,2}",
    re.IGNORECASE,
)
_OPENING = re.compile(r"\b(?:från|mellan)\s{1,3}$", re.IGNORECASE)
_UP_TO = re.compile(r"\s{1,3}(?:och|(?:fram )?till|t\.?o\.?m\.?)\s{1,3}", re.IGNORECASE)
_DASH = re.compile(r"\s?[-–]\s?")
_SINCE = re.compile(
    r"(?<!\boch\s)\b(?:ända )?(?:(?:allt)?sedan|sen|från och med)\s{1,3}$", re.IGNORECASE
)
_THEN = re.compile("på|under|vid", re.IGNORECASE)
_DEADLINE = re.compile(
    r"\b(?:(?<!nu\s)senast|innan|före|inför|tills?|nästa|kommande|varje)\s{1,3}$", re.IGNORECASE
)
_PLANNING = re.compile(
    r"\b(?:ska(?!\s+ha\s\w{3,}t\b)|skall|kommer\s+att|tänker|planerar|måste|boka[dt]|deadline|frist\w*"
    r"|sista\s+dag\w*)\b",
    re.IGNORECASE,
)
_SHALL = re.compile(r"\s{1,3}(?:ska|skall|kommer\s+att|tänker|måste)\b", re.IGNORECASE)
_TELLING = re.compile(r"\b(?:hände|hänt|inträffade?|skedde|skett|ägde rum)\b", re.IGNORECASE)
_CLAUSE_END = re.compile(r"[.!?;]\s|\n|\b(?:som|vad|när)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?]\s|\n")


def _join(
    phrases: list[_Phrase], join: Callable[[_Phrase, _Phrase], _Phrase | None]
) -> list[_Phrase]:
    """Join neighbours from left to right where `join` can."""
    joined: list[_Phrase] = []
    for phrase in phrases:
        whole = join(joined[-1], phrase) if joined else None
        joined[-1:] = [whole] if whole else [*joined[-1:], phrase]
    return joined


def _unite(a: _Meaning, b: _Meaning) -> _Meaning | None:
    """Say both at once, if they do not speak of the same thing."""
    clash = (a.day and b.day) or (a.part and b.part) or (a.clock and b.clock)
    if clash or a.stretch or b.stretch or (a.plan and b.past) or (b.plan and a.past):
        return None
    return _Meaning(
        day=a.day or b.day,
        part=a.part or b.part,
        clock=a.clock or b.clock,
        plan=a.plan or b.plan,
        past=a.past or b.past,
        own_day=a.own_day or b.own_day,
        loose=a.loose and b.loose,
    )


def _join_beside(text: str, a: _Phrase, b: _Phrase) -> _Phrase | None:
    """Join "i tisdags" + "eftermiddag" + "vid två"."""
    meaning = _unite(a.meaning, b.meaning) if _BESIDE.fullmatch(text, a.end, b.start) else None
    return _Phrase(a.start, b.end, meaning) if meaning else None


def _join_range(text: str, now: datetime, a: _Phrase, b: _Phrase) -> _Phrase | None:
    """Join "från tisdag" + "till torsdag"."""
    opening = _OPENING.search(text, max(0, a.start - 10), a.start)
    gap = _UP_TO if opening else _DASH
    if not (a.meaning.day and b.meaning.day and gap.fullmatch(text, a.end, b.start)):
        return None
    first, last = _place(a.meaning, now), _place(b.meaning, now)
    if not (first and last):
        return None
    start = first[0] if first[0] <= last[1] else first[0] - timedelta(days=7)
    if start > last[1]:
        return None
    meaning = _Meaning(stretch=(start, last[1]), past=a.meaning.past)
    return _Phrase(opening.start() if opening else a.start, b.end, meaning)


def _open_since(text: str, now: datetime, phrase: _Phrase) -> _Phrase:
    """Let "sedan i måndags" last until now; but "sen på måndagen" means "then"."""
    since = _SINCE.search(text, max(0, phrase.start - 25), phrase.start)
    span = _place(phrase.meaning, now)
    if not (since and span) or _THEN.match(text, phrase.start):
        return phrase
    return _Phrase(since.start(), phrase.end, _Meaning(stretch=(span[0], now), past=True))


def _mark_plan(text: str, phrase: _Phrase) -> _Phrase:
    """Mark what somebody shall do, or until when, as a plan."""
    if phrase.meaning.past:
        return phrase
    clause = _CLAUSE_END.split(text[max(0, phrase.start - 60) : phrase.start])[-1]
    clause = _TELLING.split(clause)[-1]
    shall = _SHALL.match(text, phrase.end)
    plan = shall or _PLANNING.search(clause) or _DEADLINE.search(clause)
    return replace(phrase, meaning=replace(phrase.meaning, plan=True)) if plan else phrase


# --- Placing and choosing -----------------------------------------------------------------------


def _place(meaning: _Meaning, now: datetime) -> _Span | None:
    """Find the interval that is meant, cut at now; None if it lies ahead or needs a day."""
    span = meaning.stretch
    if meaning.day:
        span = _on_day(meaning.day, meaning)
    elif meaning.clock or meaning.own_day:
        first = 1 if meaning.part and meaning.part.end > _DAY else 0  # last night
        spans = (_on_day(now.date() - timedelta(days=first + n), meaning) for n in range(3))
        span = next((span for span in spans if span[0].timestamp() <= now.timestamp()), None)
    if span is None or span[0].timestamp() > now.timestamp():
        return None
    return span[0], min(span[1], now, key=datetime.timestamp)


def _on_day(day: date, meaning: _Meaning) -> _Span:
    """Put a part of a day, a clock time or both on a day."""
    part = meaning.part or _Part(0, _DAY - 1)
    day += timedelta(days=part.shift)
    start, end = _instant(day, part.start), _instant(day, part.end)
    return _on_clock(meaning.clock, day, start, end) if meaning.clock else (start, end)


def _on_clock(clock: _Clock, day: date, start: datetime, end: datetime) -> _Span:
    """Choose the reading of a clock time that lies in, or nearest to, the part of the day."""
    other_half = [(clock.minutes + _HALF_DAY) % _DAY] if clock.either_half else []
    halves = [clock.minutes, *other_half]
    readings = [_instant(day, midnight + half) for midnight in (0, _DAY) for half in halves]
    begin = min(readings, key=lambda at: max(start - at, at - end, timedelta()))
    minutes, length = begin.hour * 60 + begin.minute, clock.slack
    if clock.until:
        length = (clock.until.minutes - minutes) % (_HALF_DAY if clock.until.either_half else _DAY)
    return _instant(begin.date(), minutes - clock.slack), _instant(begin.date(), minutes + length)


def _weigh(
    text: str, now: datetime, phrases: list[_Phrase]
) -> Iterator[tuple[tuple[int, bool, int], When]]:
    """Give each phrase that can be the answer, with a rank that is lowest for the best."""
    for index, phrase in enumerate(phrases):
        others = [*phrases[index + 1 : index + 2], *phrases[max(0, index - 1) : index]]
        near = [other for other in others if _is_near(text, phrase, other)]
        meaning = _complete(phrase, near, now)
        span = _place(meaning, now)
        if span and not meaning.plan and (meaning.day or not meaning.loose):
            told = _TELLING.search(text, max(0, phrase.start - 30), phrase.start)
            rank = (_inexactness(meaning, span, now), told is None, phrase.start)
            yield rank, When(text[phrase.start : phrase.end], *span)


def _is_near(text: str, phrase: _Phrase, other: _Phrase) -> bool:
    """Tell whether two phrases may speak of one time: a part of a day only within a sentence."""
    gap = text[min(phrase.end, other.end) : max(phrase.start, other.start)]
    return len(gap) <= _NEAR and not (other.meaning.part and _SENTENCE_END.search(gap))


def _complete(phrase: _Phrase, near: list[_Phrase], now: datetime) -> _Meaning:
    """Take the clock time that stands near a day; one that stands after a plan belongs to it."""
    meaning, whole = phrase.meaning, _place(phrase.meaning, now)
    if not (meaning.day or meaning.own_day):
        planned = any(other.meaning.plan and other.start < phrase.start for other in near)
        return replace(meaning, plan=True) if meaning.clock and planned else meaning
    for other in (other.meaning for other in near):
        free = not (meaning.clock or other.day or other.own_day or other.plan or other.loose)
        united = _unite(meaning, other) if free else None
        span = _place(united, now) if united else None
        if united and span and whole and whole[0] <= span[0] <= whole[1] + _PART_STRETCHES:
            return united
    return meaning


def _inexactness(meaning: _Meaning, span: _Span, now: datetime) -> int:
    """Rank a minute of a day before a day, then longer stretches, then a clock without a day."""
    if meaning.stretch:
        return 2 if span[0] < span[1] else int(span[0] == now)
    if meaning.day or meaning.own_day:
        return 0 if meaning.clock else 1
    return 3
