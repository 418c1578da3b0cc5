"""Turns Swedish words about time into phrases, each with one meaning."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from nlu.times.calendar import (
    DAY_MINUTES,
    Clock,
    Meaning,
    Phrase,
    monday_of,
    month_from,
    whole_days,
    whole_months,
)
from nlu.times.readers import (
    AMOUNTS,
    DAY_WORDS,
    FEASTS,
    HOURS,
    LUNCH,
    MONTH_NUMBERS,
    MONTHS,
    NIGHT_BEFORE,
    PARTS,
    UNIT_MINUTES,
    UNIT_MONTHS,
    WEEKDAYS,
    Reader,
    any_of,
    days_ago,
    mean,
    read_ago,
    read_clock,
    read_coming_weekday,
    read_date,
    read_date_range,
    read_day_of_month,
    read_feast,
    read_lasting,
    read_month,
    read_months,
    read_night_before,
    read_part,
    read_season,
    read_this_season,
    read_until_now,
    read_week_number,
    read_weekday,
    read_weekday_ago,
    stretch,
)

# --- Rules: a space stands for white space; of phrases that overlap, the first, longest wins ----

_WEEKDAY = rf"(?P<weekday>{any_of(WEEKDAYS.keys() - {'lö'})})(?:da(?:gens?|gs|g|s|n)|des)"
_SHORT_MONTH = rf"(?:sept|{any_of(MONTH_NUMBERS)})\b\.?"
_MONTH_NAME = rf"(?P<month>{any_of(MONTHS)}|{_SHORT_MONTH})"
_YEAR = r"(?: (?P<year>(?:19|20)\d\d)| (?:i )?(?P<last_year>förra året|fjol))?"
_DATE_LEAD = r"(?<!\d[.:/])(?:(?:i |på )?\w{3,4}dag(?:en|s)?,? )?(?:den )?"
_DIGITS = r"3[01]|[12]\d|0?[1-9]"
_DAY_NUMBER = rf"(?P<day>{_DIGITS}|{any_of(DAY_WORDS)})(?::?[ea])?+"
_AMOUNT = rf"(?P<amount>\d{{1,3}}(?:,\d)?|{any_of(AMOUNTS)})"
_UNIT = (
    rf"(?P<unit_word>(?P<unit>{any_of((UNIT_MINUTES | UNIT_MONTHS).keys() - {'v', 'h'})}|[vh]\b)"
    r"(?:a|e|ar|er|or|en|an|et|na|arna|erna|orna)?)"
)
_IN = "(?:i |under |hela )"
_ABOUT = r"(?:ungefär|ca\.?|cirka|runt|omkring|kring|typ|drygt|knappt|bara|strax (?:efter|före))"
_LEAD = rf"(?:(?:vid|redan|efter|från|{_ABOUT}) )"
_KL = rf"(?:(?:kl|klockan|klckan|klokan)[.:]? ?(?:var )?(?:{_ABOUT} )?)"
# What follows a number that counts something; Swedish plurals end in -or, -ar, -er.
_NOT_COUNTED = (
    r"(?![.,:/-]?\d| \d{3}\b| ?(?:%|:-|kr\b)| (?:(?!eller|efter|under|över|kommer|ringer|börjar)"
    r"\w{2,30}(?:or|ar|er)|års?|barn|folk|män|personal|anställda|\w*(?:tillfällen?|besök|möten)|ställen|olika"
    r"|andra|mejl|mail|sms|samtal|brev|inlägg|bord|hus|rum|lag|håll|procent)\b)"
)
_HERE = r"(?=[.,;!?)]|$| (?:och|idag|ringde|kom|var|stod|sa|fick)\b)"


def _face(mark: str = "") -> str:
    """Write the pattern of a time on the clock; `mark` keeps two of them apart."""
    return (
        rf"(?:(?P<offset{mark}>fem|tio|kvart|tjugofem|tjugo|5|10|15|20|25) (?:min(?:uter)? )?"
        rf"(?P<side{mark}>i|över) )?(?P<half{mark}>halv ?)?"
        rf"(?P<hour{mark}>2[0-4]|[01]?\d|{any_of(HOURS)})(?:[.:](?P<minute{mark}>[0-5]\d))?"
    )


def _compile(pattern: str) -> re.Pattern[str]:
    """Compile a rule between word ends, which compounds like "måndagskvällen" have inside."""
    spaced = pattern.replace(" ?", r"\s{0,3}").replace(" ", r"\s{1,3}")
    part = r"s?(?:kväll|natt|mor(?:gon|se)|(?:för|efter)midd?a)"
    starts = r"(?:(?<!\w)|(?<=dag)|(?<=das)|(?<=dags)|(?<=går))"
    return re.compile(rf"{starts}(?:{spaced})(?:(?!\w)|(?={part}))")


_CLOCK_FACE = _face()
_NO_PARTS = "(?P<offset>)(?P<side>)(?P<half>)(?P<minute>)"  # of the face, beside a bare hour
_AND = r"(?:och|till|&|-|–)"
_UNTIL_FACE = rf" ?{_AND} ?{_KL}?{_face('_until')}"
_MONTH_STEMS = " ".join(MONTH_NUMBERS)
_DAY_STEMS = "månd tisd onsd torsd fred lörd sönd sönnd mand mond"
_HOUR_WORDS = "# " + " ".join(HOURS)
_UNIT_WORDS = "min timm tim kvart dag dar dygn veck månad mån halvår år kväll nätt"

type _Rule = tuple[str, Reader, str]  # pattern, reader, words without one of which it cannot hold

_NEVER_TIMES = (
    (r"\d{6,8}[-+]?\d{4}", "#"),
    (r"(?:\+\d\d ?\d{1,3}|0\d{1,3})[\s-]?\d{2,3}(?: \d{2,3}){1,3}", "#"),
    (r"\d{1,3} ?(?:§|kap\b).?|§§? ?\d[\d.:]{0,9}", "§ kap"),
    (r"\d[\d\s.]{0,12}(?:,\d+)? ?(?:kr|kronor|sek|tkr|mkr|procent)", "kr sek procent"),
    (
        r"(?:d(?:ia)?(?:rie)?n(?:umme)?r|\w{0,12}nr|\w{0,12}nummer|(?<!ägde\s)rum|sidan?|sfs|prop)"
        r"[.:]? ?"
        r"(?:(?!(?:den|kl|i|på|vid|ca)\b)[a-zåäö]{1,6}[\s-]?)?\d[\w/:.-]{0,30}",
        "nr nummer rum sida sfs prop",
    ),
    (r"[a-zåäö]{1,6}[\s-]?(?:19|20)\d\d(?:[/:]\d{1,6}|-\d{3,6})", "#"),
    (r"24/7|https?://\S{1,300}|nyss fyllda", "24/7 http nyss"),
    (
        r"(?:gånger|ggr|dagar|gång|timmar)(?: (?!i\b)\w+){0,2} "
        r"(?:(?:per|om) \w+|i (?:veckan|månaden|dygnet))",
        "gång ggr dagar timmar",
    ),
    (r"(?:ett|en|per) \w+ i (?:veckan|månaden|mån)|\d ?(?:kr|lax|tusen)? i mån", "i vecka mån"),
    (r"(?:i ?dag|just nu) (?:är|mår|känner|sitter|vill|ska|vågar|skriver) (?:jag|vi)", "dag nu"),
    (r"tack för i ?(?:går|dag)", "tack"),
)
_PLANS = (
    (r"i ?(?:över ?)?mor(?:gon|r?on|r?n)(?: bitti)?", "mor"),
    (rf"om {_AMOUNT} {_UNIT}", "om"),
    (
        r"(?:näst|kommand|varj|varend)[ea]\w* \w+(?: (?:och|eller) \w+dag)?"
        r"|(?:varannan|vareviga) \w+",
        "näst kommand varj varend varannan vareviga",
    ),
    (r"en (?:(?:helt )?vanlig )?\w{3,4}dag", "dag"),
)
_DAY_RULES: tuple[_Rule, ...] = (
    (r"i ?dag", days_ago(0), "dag"),
    (r"under dagen", lambda _, now: Meaning(day=now.date(), weak=True), "dagen"),
    (r"i ?går|gårdag(?:ens?|s)?|går(?=kväll)", days_ago(1), "går"),
    (r"(?:i ?)?förr ?(?:i ?)?går|i ?för ?(?:i ?)?går", days_ago(2), "går"),
    (
        r"(?:i ?|förra |förra veckan,? (?:på )?|på (?=\w+dag(?:en|s))|på (?=\w+ (?:i )?förra v))?"
        rf"{_WEEKDAY}(?: (?:i )?förra veckan?)?",
        read_weekday,
        _DAY_STEMS,
    ),
    (rf"på (?P<weekday>{any_of(WEEKDAYS)})dag(?!s)", read_coming_weekday, "dag"),
    (rf"(?<!\d\s)i (?P<weekday>{any_of(WEEKDAYS)})(?! av)", read_weekday, "i"),
    (
        rf"(?P<weekday>lö|mån|tis|ons|tors|fre|lör|sön)(?= (?:{any_of(PARTS)}|\d\d?/\d))",
        read_weekday,
        "lö mån tis ons tors fre sön",
    ),
    (
        rf"(?:i |på )?{_WEEKDAY}(?:en)? för {_AMOUNT} {_UNIT} (?:sen|sedan)",
        read_weekday_ago,
        _DAY_STEMS,
    ),
    (rf"{_DATE_LEAD}{_DAY_NUMBER} {_MONTH_NAME}{_YEAR}", read_date, _MONTH_STEMS),
    (
        rf"(?P<month>{any_of(MONTHS)}) (?:den )?(?P<day>{_DIGITS})(?::?[ea])?(?![.:]?\d)"
        rf"{_NOT_COUNTED}{_YEAR}",
        read_date,
        _MONTH_STEMS,
    ),
    (
        rf"{_DATE_LEAD}(?P<day>{_DIGITS})/(?P<month>1[0-2]|0?[1-9])(?:(?:[/-]|\s(?=20\d\d))"
        r"(?P<year>20\d\d|\d\d))?(?!/?\d|-\d{3}| (?:av|tjänst|del))",
        read_date,
        "/",
    ),
    (
        r"(?<![\d.])(?P<day>\d\d?)\.(?P<month>1[0-2]|0?[1-9])\.(?P<year>(?:19|20)\d\d)(?!\.?\d)",
        read_date,
        ".",
    ),
    (r"(?<!-)(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)(?!-?\d)", read_date, "-"),
    (
        rf"(?:(?:från|mellan) )?(?:den )?(?P<first>{_DIGITS})(?::?[ea])? ?{_AND} ?"
        rf"(?:den )?{_DAY_NUMBER} {_MONTH_NAME}{_YEAR}",
        read_date_range,
        "#",
    ),
    (
        rf"{_DATE_LEAD}(?<=den\s)(?=\d){_DAY_NUMBER}(?: i förra månaden"
        rf"|(?! (?!igen|sedan|innan)(?:\w{{3,30}}(?:en|an|et)|{any_of(MONTHS)})\b)"
        rf"{_NOT_COUNTED})",
        read_day_of_month,
        "den",
    ),
    (
        rf"(?:i ?(?=natt|m.rse)|i (?=[ef]m)|i ?(?=(?:för|efter)middag)|(?:i ?)?(?=\w+ags))"
        rf"(?P<part>{any_of(PARTS)})(?:gs|g)?",
        read_part,
        "i ags",
    ),
    (r"förra (?P<part>natt)en", read_part, "natten"),
    (
        rf"(?:\A|(?<=[.!?]\s))(?P<free>)(?P<opening>)(?P<part>{any_of(PARTS)})g?(?=[,:])",
        read_part,
        " ".join(PARTS),
    ),
    (
        r"sent(?= (?:i ?går|i ?förrgår|i ?\w+dags)(?! (?:kväll|natt|på|fm|em|efter|morgon)))",
        mean(Meaning(part=PARTS["kväll"])),
        "sent",
    ),
    (r"i ?kväll", lambda _, now: Meaning(day=now.date(), part=PARTS["kväll"]), "kväll"),
    (
        r"natt(?:en)? (?:till|mot|mellan (?:den )?\w+ och)",
        mean(Meaning(part=NIGHT_BEFORE)),
        "natt",
    ),
    (
        rf"natt(?:en)? (?:till|mot|mellan \w+ och) {_WEEKDAY}",
        read_night_before,
        "natt",
    ),
    (
        r"(?!(?:\w+ )?natt(?:en)? (?:till|mot|mellan))"
        r"(?P<free>(?:(?:sent|tidigt|senare) )?(?:på|under) |mitt i |hela )?"
        rf"(?P<part>{any_of(PARTS)})(?:g?en|gs|g|n|s|stid|tid)?",
        read_part,
        " ".join(PARTS),
    ),
    (
        r"(?:strax )?(?:före|innan) lunch(?:en)?",
        mean(Meaning(part=PARTS["fm"], weak=True)),
        "lunch",
    ),
    (r"(?:vid|på) frukosten?", mean(Meaning(part=PARTS["morgon"], weak=True)), "frukost"),
)
_CLOCK_RULES: tuple[_Rule, ...] = (
    (rf"{_LEAD}?{_KL}{_CLOCK_FACE}(?:[-\s]?tiden)?", read_clock, "kl"),
    (
        rf"{_LEAD}?{_KL}(?P<offset>)(?P<side>)(?P<half>)(?P<hour>[01]\d|2[0-3])"
        r"(?P<minute>[0-5]\d)",
        read_clock,
        "kl",
    ),
    (rf"(?:vid |på )?{_CLOCK_FACE}[-\s]?tiden", read_clock, "tiden"),
    (
        rf"{_LEAD}?(?<!\d[.,:/-])(?<![.,:/§-])(?!\d\.){_CLOCK_FACE}"
        rf"(?(offset)|(?(half)|(?(minute)|(?!)))){_NOT_COUNTED}",
        read_clock,
        "# halv över i",
    ),
    (rf"(?<!ett\s)vid (?!ett \w){_CLOCK_FACE}{_NOT_COUNTED}", read_clock, "vid"),
    (
        rf"(?<!ett\s)(?:vid|strax (?:före|efter)) {_NO_PARTS}(?P<hour>ett){_HERE}",
        read_clock,
        "ett",
    ),
    (
        rf"(?P<loose>{_LEAD}|(?=\d\.\d\d\b)|(?<!gatan\s)(?<!vägen\s)"
        r"(?=\w+ på (?:natt|morg|kväll|för|efter)))(?!ett \w)"
        rf"{_CLOCK_FACE}{_NOT_COUNTED}",
        read_clock,
        _HOUR_WORDS,
    ),
    (
        rf"(?:(?<=dags\s)|(?<=går\s)|(?<=dag\s)|(?<=natt\s)|(?<=sen\s)(?=\d)|(?<=sedan\s)(?=\d))(?P<loose>)"
        rf"{_NO_PARTS}(?P<hour>[01]\d|2[0-3]|{any_of(HOURS)})"
        rf"{_HERE}",
        read_clock,
        _HOUR_WORDS,
    ),
    (
        rf"(?:mellan|från) {_KL}?{_CLOCK_FACE}{_UNTIL_FACE}{_NOT_COUNTED}",
        read_clock,
        "mellan från",
    ),
    (
        rf"(?P<kl>{_KL})?{_CLOCK_FACE}{_UNTIL_FACE}(?(kl)|(?(minute)|(?!))){_NOT_COUNTED}",
        read_clock,
        "kl #",
    ),
    (
        r"(?:vid|runt|kring) (?:lunch|middag)(?:en|tid|tiden)?|(?:på|under) lunch(?:en|rasten)"
        r"|(?:på|till) middan",
        mean(LUNCH),
        "lunch midda",
    ),
    (
        r"(?:strax )?efter lunch(?:en)?",
        mean(Meaning(part=PARTS["em"], weak=True)),
        "lunch",
    ),
    (r"lunch(?:en|tid)?", mean(replace(LUNCH, loose=True)), "lunch"),
    (r"(?:vid |runt |kring )?midnatt", mean(Meaning(clock=Clock(DAY_MINUTES))), "midnatt"),
)
_JUST = r"(?:just|precis)(?! (?:samma|lika|som|allt|den|det|de|en|ett|den|detta)\b)"
_STRETCH_RULES: tuple[_Rule, ...] = (
    (
        r"i (?:denna|skrivande) stund|(?:(?:alldeles|just|helt|nu) )?(?<!som\s)nyss"
        r"|(?:just|precis) nu|nu (?:just|precis)"
        r"|för en (?:liten |kort )?stund (?:sen|sedan)",
        lambda _, now: Meaning(stretch=(now, now), past=True),
        "nyss nu stund",
    ),
    (
        rf"(?:(?<=har\s)|(?<=fick\s)|(?<=ha\s)|(?<=kom\s)|(?<=ja\s)|(?<=jag\s)|(?<=vi\s)){_JUST}",
        lambda _, now: Meaning(stretch=(now, now), past=True),
        "just precis",
    ),
    (
        r"nu(?! (?:senast|när|i|på|har|ska|skall|vill|vet|är|får|med oss|ändå|efter|inför|till)"
        r"\b)",
        lambda _, now: Meaning(stretch=(now, now), past=True, weak=True, lasting=True),
        "nu",
    ),
    (
        rf"(?:för |(?<!i\s)(?<!på\s)(?<!under\s))(?:{_ABOUT} )?{_AMOUNT} ?"
        rf"(?:(?:dryg|knapp|god) )?{_UNIT} (?:sen|sedan|tillbaka)(?! (?:dess|du)\b)",
        read_ago,
        "sen sedan tillbaka",
    ),
    (
        rf"(?:(?:de|den|det) (?:senaste|sista)|senaste) (?:{_AMOUNT} )?{_UNIT}",
        read_until_now,
        "senaste sista",
    ),
    (rf"(?:de )?{_AMOUNT} (?:senaste|sista) {_UNIT}", read_until_now, "senaste sista"),
    (
        rf"(?:sedan|sen) {_AMOUNT} {_UNIT}(?: tillbaka)?(?! (?:sen|efter))",
        read_until_now,
        "sen sedan",
    ),
    (rf"(?P<row>){_AMOUNT} {_UNIT} i (?:rad|sträck)", read_lasting, "rad sträck"),
    (
        rf"(?:i|under|på) (?:{_ABOUT} )?{_AMOUNT} (?:enda )?{_UNIT}s?(?: tid)?(?: nu)?",
        read_lasting,
        _UNIT_WORDS,
    ),
    (rf"{_AMOUNT} {_UNIT}(?: har det (?:hållit på|pågått))? nu", read_lasting, "nu"),
    (
        rf"{_IN}?(?:förra v(?:eckan?)?|veckan som gick|gångna veckan|föregående vecka)",
        stretch(lambda day: whole_days(monday_of(day, -1), 7)),
        "veck förra",
    ),
    (
        rf"(?:{_IN}|(?:början|mitten|slutet) av )veckan"
        rf"|{_IN}?(?:den här|denna|innevarande) veckan?",
        stretch(lambda day: whole_days(monday_of(day), 5), past=False),
        "veck",
    ),
    (
        r"(?:i|under|hela) helgen|(?:\A|(?<=[.!?]\s))helgen(?=:)",
        stretch(
            lambda day: whole_days(monday_of(day + timedelta(days=2)) - timedelta(days=2), 2),
            past=False,
        ),
        "helgen",
    ),
    (
        rf"{_IN}?(?:(?:förra|föregående|gångna) helgen?|helgen som gick)",
        stretch(lambda day: whole_days(monday_of(day) - timedelta(days=2), 2)),
        "helg",
    ),
    (
        rf"{_IN}?(?:förra|föregående) månaden?",
        stretch(lambda day: whole_months(month_from(day, -1))),
        "månad",
    ),
    (
        rf"{_IN}?(?:den här|denna|innevarande) månaden?",
        stretch(lambda day: whole_months(month_from(day, 0)), past=False),
        "månad",
    ),
    (
        r"förra året|i fjol",
        stretch(lambda day: whole_months(date(day.year - 1, 1, 1), 12)),
        "året fjol",
    ),
    (
        rf"(?<!\d\s)(?:i |under )?(?:vecka|v\.?) ?(?P<number>5[0-3]|[1-4]?\d){_NOT_COUNTED}",
        read_week_number,
        "v",
    ),
    (
        rf"(?:{_IN}|(?<=sen\s)|(?<=dan\s)|(?:i )?(?P<third>början|mitten|slutet) av "
        rf"|(?:avseende |under )?(?:perioden|månaden) )(?:perioden |månaden )?"
        rf"(?P<month>{any_of(MONTHS)}|(?:sept?|okt|nov|dec|jan|feb|aug|apr)\b\.?){_YEAR}",
        read_month,
        _MONTH_STEMS,
    ),
    (
        rf"(?:\A|(?<=[.!?]\s))(?P<month>{any_of(MONTHS)}){_YEAR}(?=[.:,])",
        read_month,
        _MONTH_STEMS,
    ),
    (
        rf"(?:(?:i|under|från|mellan) )?(?:perioden )?(?P<month>{any_of(MONTHS)}) ?{_AND} ?"
        rf"(?P<last_month>{any_of(MONTHS)}){_YEAR}",
        read_months,
        _MONTH_STEMS,
    ),
    (r"i ?(?P<season>vår|som|höst|vint)r?as", read_season, "vår som höst vint"),
    (r"förra (?P<season>vår|som|höst|vint)(?:en|maren|ern)", read_season, "förra"),
    (
        r"(?P<now>i ?)(?P<season>höst|vint(?=er)|som(?=mar))(?:mar|er)?",
        read_this_season,
        "som höst vint",
    ),
    (
        rf"(?:{_IN}|(?<=sen\s)|(?<=dan\s))(?:hela )?"
        r"(?P<season>vår|som|höst|vint)(?:en|maren|ern)",
        read_this_season,
        "vår som höst vint",
    ),
    (
        r"(?:i ?(?=\w+as\b)|(?:på|under|vid|runt|över|dagen (?P<beside>efter|före)) "
        rf"|(?<=sen\s)|(?<=dan\s))(?P<feast>{any_of(FEASTS)}|midsomr)"
        r"(?:as|helgen|en|n|t|(?P<which>(?:s|smässo|a)?(?:afton(?:en)?|dagen)))?",
        read_feast,
        " ".join(FEASTS) + " midsomr",
    ),
)


class _Matcher(NamedTuple):
    """A compiled rule, with the words without one of which it need not be tried."""

    pattern: re.Pattern[str]
    reader: Reader
    words: tuple[str, ...]


_RULES = tuple(
    _Matcher(_compile(pattern), reader, tuple(words.split()))
    for pattern, reader, words in (
        *((pattern, mean(Meaning()), words) for pattern, words in _NEVER_TIMES),
        *((pattern, mean(Meaning(plan=True)), words) for pattern, words in _PLANS),
        *_DAY_RULES,
        *_CLOCK_RULES,
        *_STRETCH_RULES,
    )
)


def read_phrases(text: str, now: datetime) -> Iterator[Phrase]:
    """Read all phrases in order; of those that overlap, the first and then the longest."""
    marked = f"{text}#" if re.search(r"\d", text) else text
    rules = [rule for rule in _RULES if any(word in marked for word in rule.words)]
    matches = ((match, rule.reader) for rule in rules for match in rule.pattern.finditer(text))
    end = 0
    for match, reader in sorted(matches, key=lambda pair: (pair[0].start(), -pair[0].end())):
        meaning = reader(match, now) if match.start() >= end else None
        if meaning:
            end = match.end()
            yield Phrase(match.start(), end, meaning)
