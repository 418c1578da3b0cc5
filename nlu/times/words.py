"""Turns Swedish words about time into phrases, each with one meaning."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from nlu.times.calendar import (
    DAY_MINUTES,
    HALF_DAY_MINUTES,
    ZONE,
    Clock,
    Meaning,
    Part,
    Phrase,
    Span,
    instant,
    latest_of,
    midsummer_eve,
    monday_of,
    month_from,
    whole_days,
    whole_months,
)

type _Reader = Callable[[re.Match[str], datetime], "Meaning | None"]

# A date without a year that lies this near ahead is a plan, not last year's event: our choice.
_PLAN_AHEAD = timedelta(days=31)


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
_UNIT_MINUTES = _SHORT_UNITS | {
    "dag": DAY_MINUTES,
    "dar": DAY_MINUTES,
    "dygn": DAY_MINUTES,
    "veck": 7 * DAY_MINUTES,
}
_UNIT_MONTHS = {"månad": 1, "mån": 1, "halvår": 6, "år": 12}
_SEASONS = {"vår": 3, "som": 6, "höst": 9, "vint": 12}  # the first of three months
_NIGHT = Part(23 * 60, DAY_MINUTES + 6 * 60)
_PARTS = {
    **dict.fromkeys(("morgon", "morse", "mårse"), Part(5 * 60, 10 * 60)),
    **dict.fromkeys(("förmidda", "förmida", "fm"), Part(9 * 60, 12 * 60)),
    **dict.fromkeys(("eftermidda", "eftermida", "em"), Part(12 * 60, 18 * 60)),
    "kväll": Part(18 * 60, 23 * 60),
    "natt": _NIGHT,
}
_NIGHT_BEFORE = replace(_NIGHT, shift=-1)
_LUNCH = Meaning(clock=Clock(11 * 60, until=Clock(13 * 60)))


# --- Readers: from matched words to a meaning ---------------------------------------------------


def _mean(meaning: Meaning) -> _Reader:
    """Read every match as the same."""
    return lambda _match, _now: meaning


def _days_ago(days: int) -> _Reader:
    """Read a word that counts days back from today."""
    return lambda _match, now: Meaning(day=now.date() - timedelta(days=days), past=days > 0)


def _stretch(make: Callable[[date], Span], *, past: bool = True) -> _Reader:
    """Read words for a stretch of time that follows from today's date."""
    return lambda _match, now: Meaning(stretch=make(now.date()), past=past)


def _feast(eve: Callable[[int], date], count: int) -> _Reader:
    """Read a feast of so many days as the latest that has begun."""

    def read(_match: re.Match[str], now: datetime) -> Meaning | None:
        day = latest_of(lambda years: eve(now.year + years), now, timedelta())
        return Meaning(stretch=whole_days(day, count), past=True) if day else None

    return read


def _read_weekday(match: re.Match[str], now: datetime) -> Meaning:
    """Read "i måndags" (the latest before today) and "förra måndagen" (last week's)."""
    words, ahead = _plain(match[0]), now.isoweekday() - _WEEKDAYS[_plain(match["weekday"])]
    back = ahead + 7 if "förra" in words else ahead % 7 or 7
    past = words.startswith("i") or "förra" in words
    return Meaning(day=now.date() - timedelta(days=back), past=past)


def _read_night_before(match: re.Match[str], now: datetime) -> Meaning:
    """Read "natten till lördag", which told on a Saturday is last night."""
    back = (now.isoweekday() - _WEEKDAYS[_plain(match["weekday"])]) % 7
    return Meaning(day=now.date() - timedelta(days=back), part=_NIGHT_BEFORE)


def _read_part(match: re.Match[str], _now: datetime) -> Meaning:
    """Read "kväll" and "på kvällen", and "i morse", which names its day itself."""
    part, own = _PARTS[_plain(match["part"])], "free" not in match.groupdict()
    loose = not (own or match["free"])
    return Meaning(part=part, own_day=own, past=own and part != _NIGHT, loose=loose)


def _read_face(groups: dict[str, str | None], mark: str) -> Clock:
    """Read one time on the clock from the groups of `_face(mark)`."""
    word, offset = _plain(groups[f"hour{mark}"]), _plain(groups[f"offset{mark}"] or "0")
    hour = _HOURS.get(word) or int(word)
    minutes = hour * 60 + int(groups[f"minute{mark}"] or 0) - 30 * bool(groups[f"half{mark}"])
    distance = _UNIT_MINUTES.get(offset) or int(_AMOUNTS.get(offset) or offset)
    minutes += -distance if _plain(groups[f"side{mark}"]) == "i" else distance
    spoken = hour in range(1, 13) and not word.startswith("0")
    afternoon = spoken and minutes < 7 * 60
    return Clock((minutes + HALF_DAY_MINUTES * afternoon) % DAY_MINUTES, either_half=spoken)


def _read_clock(match: re.Match[str], _now: datetime) -> Meaning:
    """Read "halv tre", "kl 14.20", "vid tiotiden", "mellan 10 och 11", and "runt tre"."""
    groups = match.groupdict()
    until = _read_face(groups, "_until") if "hour_until" in groups else None
    slack = 30 if groups.get("around") else 0
    clock = replace(_read_face(groups, ""), slack=slack, until=until)
    return Meaning(clock=clock, loose="loose" in groups)


def _read_year(match: re.Match[str], now: datetime) -> int | None:
    """Read the year written after a date, if there is one."""
    if match.groupdict().get("last_year"):
        return now.year - 1
    return int(match["year"][-2:]) + 100 * int(match["year"][:-2] or 20) if match["year"] else None


def _read_month_number(match: re.Match[str]) -> int:
    """Read "11" or "nov" as 11."""
    word = _plain(match["month"])
    return _MONTH_NUMBERS.get(word[:3]) or int(word)


def _read_date(match: re.Match[str], now: datetime) -> Meaning | None:
    """Read "den 3 november", "3/11" and "2026-11-03"."""
    month, year = _read_month_number(match), _read_year(match, now)
    number = _ORDINALS.get(_plain(match["day"])) or int(match["day"])
    try:
        day: date | None = date(year or 2024, month, number)  # in a leap year: is there such a day
    except ValueError:
        return None
    if not year:
        day = latest_of(lambda years: date(now.year + years, month, number), now, _PLAN_AHEAD)
    return Meaning(day=day, plan=day is None)


def _read_date_range(match: re.Match[str], now: datetime) -> Meaning | None:
    """Read "3–5 november"."""
    last = _read_date(match, now)
    if last is None or last.day is None:
        return last
    count = max(0, last.day.day - int(match["first"]))
    return Meaning(stretch=whole_days(last.day - timedelta(days=count), count + 1))


def _read_day_of_month(match: re.Match[str], now: datetime) -> Meaning | None:
    """Read "den 3:e" as the latest past one."""
    number = _ORDINALS.get(_plain(match["day"])) or int(match["day"])
    day = latest_of(lambda n: month_from(now.date(), n).replace(day=number), now, timedelta())
    return Meaning(day=day)


def _read_month(match: re.Match[str], now: datetime) -> Meaning:
    """Read "i oktober"."""
    month = _read_month_number(match)
    year = _read_year(match, now) or now.year - (month > now.month)
    return Meaning(stretch=whole_months(date(year, month, 1)))


def _read_season(match: re.Match[str], now: datetime) -> Meaning:
    """Read "i somras" as the latest summer that is over."""
    month = _SEASONS[_plain(match["season"])]
    year = next(y for y in range(now.year, 0, -1) if whole_months(date(y, month, 1), 3)[1] < now)
    return Meaning(stretch=whole_months(date(year, month, 1), 3), past=True)


def _read_week_number(match: re.Match[str], now: datetime) -> Meaning:
    """Read "vecka 45"."""
    week = int(match["number"])
    monday = latest_of(lambda n: date.fromisocalendar(now.year + n, week, 1), now, _PLAN_AHEAD)
    return Meaning(stretch=whole_days(monday, 7)) if monday else Meaning(plan=True)


def _read_back(match: re.Match[str], now: datetime) -> datetime:
    """Read the amount in "för tre dagar sen", and go that far back."""
    plural = re.search(r"na$|åren$", _plain(match["unit_word"]))
    amount, unit = _plain(match["amount"]) or ("några" if plural else "en"), _plain(match["unit"])
    number = _AMOUNTS.get(amount) or float(amount.replace(",", "."))
    if unit in _UNIT_MONTHS:  # to the same day of that month, if it has one
        first = month_from(now.date(), -round(number * _UNIT_MONTHS[unit]))
        length = (month_from(first, 1) - first).days
        return instant(first.replace(day=min(now.day, length)), 0)
    back = timedelta(minutes=round(number * _UNIT_MINUTES[unit]))
    if _UNIT_MINUTES[unit] >= DAY_MINUTES:
        return instant(now.date() - back, 0)
    return (now.astimezone(UTC) - back).astimezone(ZONE)


def _read_ago(match: re.Match[str], now: datetime) -> Meaning:
    """Read "för tre dagar sen" as exactly as its unit: a moment, a day, a month or a year."""
    then, unit = _read_back(match, now), _plain(match["unit"])
    if unit == "år":
        return Meaning(stretch=whole_months(date(then.year, 1, 1), 12), past=True)
    if unit in _UNIT_MONTHS:
        return Meaning(stretch=whole_months(then.date().replace(day=1)), past=True)
    if _UNIT_MINUTES[unit] >= DAY_MINUTES:
        return Meaning(day=then.date(), past=True)
    return Meaning(stretch=(then, then), past=True)


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
    (r"i ?kväll", lambda _, now: Meaning(day=now.date(), part=_PARTS["kväll"])),
    (
        r"natt(?:en)? (?:till|mot|mellan (?:den )?\w+ och)",
        _mean(Meaning(part=_NIGHT_BEFORE)),
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
    (r"(?:strax )?efter lunch(?:en)?", _mean(Meaning(part=_PARTS["em"], loose=True))),
    (r"lunch(?:en|tid)?", _mean(replace(_LUNCH, loose=True))),
    (r"(?:vid |runt )?midnatt", _mean(Meaning(clock=Clock(DAY_MINUTES)))),
)
_STRETCH_RULES: tuple[tuple[str, _Reader], ...] = (
    (
        r"(?:(?:alldeles|just|helt|nu) )?nyss|(?:just|precis) nu"
        r"|för en (?:liten |kort )?stund (?:sen|sedan)",
        lambda _, now: Meaning(stretch=(now, now), past=True),
    ),
    (
        rf"(?:för |(?<!i\s)(?<!på\s)(?<!under\s))(?:{_ABOUT} )?{_AMOUNT} ?"
        rf"(?:(?:dryg|knapp|god) )?{_UNIT} (?:sen|sedan|sedn|tillbaka)(?! (?:dess|du)\b)",
        _read_ago,
    ),
    (
        rf"(?:(?:(?:de|den|det) (?:senaste|sista)|senaste) (?:{_AMOUNT} )?{_UNIT})",
        lambda match, now: Meaning(stretch=(_read_back(match, now), now), past=True),
    ),
    (
        rf"(?:sedan|sen) {_AMOUNT} {_UNIT}(?: tillbaka)?(?! (?:sen|efter))",
        lambda match, now: Meaning(stretch=(_read_back(match, now), now), past=True),
    ),
    (
        rf"{_IN}?(?:förra veckan|veckan som gick|föregående vecka)",
        _stretch(lambda day: whole_days(monday_of(day, -1), 7)),
    ),
    (
        rf"{_IN}veckan|{_IN}?(?:den här|denna) veckan?",
        _stretch(lambda day: whole_days(monday_of(day), 5), past=False),
    ),
    (
        r"(?:i|under|hela) helgen",
        _stretch(
            lambda day: whole_days(monday_of(day + timedelta(days=2)) - timedelta(days=2), 2),
            past=False,
        ),
    ),
    (
        rf"{_IN}?förra helgen",
        _stretch(lambda day: whole_days(monday_of(day) - timedelta(days=2), 2)),
    ),
    (rf"{_IN}?förra månaden", _stretch(lambda day: whole_months(month_from(day, -1)))),
    (
        rf"{_IN}?(?:den här|denna) månaden?",
        _stretch(lambda day: whole_months(month_from(day, 0)), past=False),
    ),
    (r"förra året|i fjol", _stretch(lambda day: whole_months(date(day.year - 1, 1, 1), 12))),
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
    (r"i ?midsomras", _feast(midsummer_eve, 2)),
)
_RULES = tuple(
    (_compile(pattern), reader)
    for pattern, reader in (
        *((pattern, _mean(Meaning())) for pattern in _NEVER_TIMES),
        *((pattern, _mean(Meaning(plan=True))) for pattern in _PLANS),
        *_DAY_RULES,
        *_CLOCK_RULES,
        *_STRETCH_RULES,
    )
)


def read_phrases(text: str, now: datetime) -> Iterator[Phrase]:
    """Read all phrases in order; of those that overlap, the first and then the longest."""
    matches = ((match, reader) for rule, reader in _RULES for match in rule.finditer(text))
    end = 0
    for match, reader in sorted(matches, key=lambda pair: (pair[0].start(), -pair[0].end())):
        meaning = reader(match, now) if match.start() >= end else None
        if meaning:
            end = match.end()
            yield Phrase(match.start(), end, meaning)
