"""Reads clues around a phrase: is it planned, quoted, going on, or told as past?"""

import re
from bisect import bisect_right
from dataclasses import replace
from datetime import datetime, timedelta

from nlu.times.calendar import Meaning, Phrase

_MOSTLY = 0.7  # of a text that somebody else is quoted with: our choice
_RECENT = timedelta(days=92)  # a month that ended longer ago may be next year's: our choice


def _listed(words: str) -> frozenset[str]:
    """Split a list of words."""
    return frozenset(words.split())


_DEADLINE = re.compile(
    r"\b(?:(?<!nu\s)(?<!,\s)(?<!samt\s)senast|innan|före|inför|tills?|nästa|kommande|varje)\s{1,3}$"
)
_PLANNING = re.compile(
    r"\b(?:ska(?!\s+ha\s\w{3,}t\b)|skall|kommer\s+att|tänker|planerar|måste|deadline|frist\w*"
    r"|sista\s+dag\w*|(?:är|har|finns|blir|blev)\s+(?:\w+\s+)?(?:in)?boka[dt]e?)\b"
)
_SHALL = re.compile(r"\s{1,3}(?:ska|skall|kommer\s+att|tänker|måste)\b")
TELLING = re.compile(r"\b(?:hände|hänt|inträffade?|skedde|skett|ägde rum)\b")
_CLAUSE_END = re.compile(r"[.!?;:\"”»]\s|,\s(?:men|så|och)\b|\n|\b(?:som|vad|när)\b")
SENTENCE_END = re.compile(r"[.!?]\s|\n")
_WORDS = re.compile(r"\w+")
_PAST_TENSE = re.compile(
    r"\b(?:var|va|kom|fick|gick|sa|såg|stod|satt|skrev|låg|blev|drog|slog|tog|bad|la|gav|bjöd|höll"
    r"|svor|red|sköt|bet|skar|åkte|körde|\w+(?:ade|dde|rde|lde|nde|gde|kte|pte|ste|tte|xte|mde))\b"
)
_ACTS = _listed(
    "står stå slår håller slänger kastar sticker brinner skriker springer går skär hotar "
    "sparkar kör följer föjer vägrar gömmer bankar gapar hamrar river bränner knackar rycker "
    "drar trycker klättrar skjuter jagar attackerar tänder"
)
_STATES = _listed(
    "sitter sitta ringer väntar spricker kommer låser utryms ryker blöder filmar hoppar hänger "
    "tar befinner skriver skjuts hålls spottar raderar larmar försöker ligger instängda"
)
_NOBODY = _listed("det de vi där folk")
_COUNTED = re.compile(
    r"(?:gång(?:en|er)?|varvet|veckor|dagar|månader|år|varje\s\w+|(?:två|tre|fyra|\d+)\s\w+)\s{1,3}$"
)
_AT_A_PLACE = re.compile(r"\b(?:i|på|vid|utanför|inne|hos|för)\s(?:\w+\s){1,2}$")
_QUOTED = re.compile(
    r"\"[^\"\n]{1,400}\"|[”“][^”“\n]{1,400}[”“]|»[^»«\n]{1,400}[»«]"
    r"|(?<!\w)['’\u2018][^'’\n]{1,400}['’](?!\w)"
)
PRESENT_AFTER = re.compile(r"\s{1,3}(?!var\b)(?:har|\w{2,}(?:er|ar))\b")
_TOLD_BEFORE = re.compile(r"\b(?:ringde|kom|var|hände|stod|satt|skrev|gick|bostad)\s{1,3}$")
_PERFECT = re.compile(r"\b(?:har|hade|ha|blev|redan)\b")

_GOING_ON = re.compile(r"\b(?:har|ha|hållit|rad|sträck|nu)\b")
_NO_EVENT = re.compile(
    r"\b(?:varade|jobbat|arbetat|tog|dröjde|väntat|anställd|sjukskriven|utbildad)\b"
)
_NUMBER = re.compile(
    r"\d|\b(?:två|tre|fyra|fem|sex|sju|åtta|nio|tio|\w+tio|\w+ton|hundra|många)\b"
)


def mark_plan(text: str, phrase: Phrase) -> Phrase:
    """Mark what somebody shall do, or until when, as a plan; "på måndag" may be told as past."""
    meaning = phrase.meaning
    if meaning.past:
        return phrase
    clause = _CLAUSE_END.split(text[max(0, phrase.start - 60) : phrase.start])[-1]
    told = TELLING.search(clause)
    clause = TELLING.split(clause)[-1]
    plan = bool(
        _SHALL.match(text, phrase.end) or _PLANNING.search(clause) or _DEADLINE.search(clause)
    )
    if meaning.plan and meaning.day and not plan:
        before = _TOLD_BEFORE.search(text, max(0, phrase.start - 20), phrase.start)
        plan = not (told or before or _opens_past(text, phrase))
    return replace(
        phrase, meaning=replace(meaning, plan=plan or (meaning.plan and not meaning.day))
    )


def _opens_past(text: str, phrase: Phrase) -> bool:
    """Tell whether a phrase opens a sentence that is told in the past tense."""
    before = text[max(0, phrase.start - 2) : phrase.start].strip()
    sentence = SENTENCE_END.split(text[phrase.end : phrase.end + 60])[0]
    return not before.strip(".!?") and bool(_PAST_TENSE.search(sentence))


def find_quotes(text: str) -> list[tuple[int, int]]:
    """Find where quotations begin and end; a text that is nearly all quoted has none."""
    spans = [match.span() for match in _QUOTED.finditer(text)]
    mostly = sum(end - start for start, end in spans) > _MOSTLY * len(text)
    return [] if mostly else spans


def is_quoted(quotes: list[tuple[int, int]], phrase: Phrase) -> bool:
    """Tell whether a phrase stands in one of the quotations."""
    index = bisect_right(quotes, (phrase.start, 0)) - 1
    return index >= 0 and phrase.start < quotes[index][1]


def counts(text: str, now: datetime, phrase: Phrase, meaning: Meaning, end: datetime) -> bool:
    """Tell whether a phrase that lies in the past, until `end`, can be when it happened."""
    if meaning.plan or (meaning.loose and not meaning.day):
        return False
    if meaning.lasting:
        return _goes_on(text, phrase)
    return meaning.past or now - end < _RECENT or _is_told_as_past(text, phrase)


def _is_told_as_past(text: str, phrase: Phrase) -> bool:
    """Tell whether a month is that of something past, and not when a friend has a flat to lend."""
    before = _CLAUSE_END.split(text[max(0, phrase.start - 80) : phrase.start])[-1]
    after = _CLAUSE_END.split(text[phrase.end : phrase.end + 60])[0]
    opens = not before.strip()
    around = f"{before}|{after}"
    return opens or bool(_PAST_TENSE.search(around) or _PERFECT.search(around))


def _goes_on(text: str, phrase: Phrase) -> bool:
    """Tell whether "nu" is when it happens, and "i två veckor" how long it has gone on."""
    before = SENTENCE_END.split(text[max(0, phrase.start - 80) : phrase.start])[-1]
    after = SENTENCE_END.split(text[phrase.end : phrase.end + 60])[0]
    if phrase.meaning.weak:
        return _is_happening(before, after)
    if _NO_EVENT.search(before) or _NO_EVENT.search(after):
        return False
    if text.startswith("på", phrase.start):
        return bool(_NUMBER.search(before))
    around = before + text[phrase.start : phrase.end] + after
    return bool(_GOING_ON.search(around))


def _is_happening(before: str, after: str) -> bool:
    """Tell whether "nu" stands between words for what goes on at this moment."""
    if _COUNTED.search(before):
        return False
    if after.startswith("!") or _AT_A_PLACE.search(before):
        return True
    clause, follow = (
        _WORDS.findall(before.rsplit(",", maxsplit=1)[-1])[-9:],
        _WORDS.findall(after)[:2],
    )
    if follow and follow[0] in _ACTS:
        return not _NOBODY.intersection(follow)
    return bool((_ACTS | _STATES).intersection(clause))
