"""Joins the phrases of a text, places them in time, and chooses the one that tells when."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from nlu.times.calendar import (
    DAY_MINUTES,
    HALF_DAY_MINUTES,
    ZONE,
    Clock,
    Meaning,
    Part,
    Phrase,
    Span,
    When,
    instant,
)
from nlu.times.words import read_phrases

_PART_STRETCHES = timedelta(hours=3)  # "i lördags kväll ... klockan ett": our choice
_NEAR = 80  # characters between a day and a clock time that belong together: our choice


def find_when(text: str, now: datetime) -> When | None:
    """Find the best-supported time at which the event told in `text` happened.

    Args:
        text: Free Swedish, NFC, as people type it.
        now: Aware; when it was told. Nothing after it is ever returned.

    Returns:
        The most exact time (day and clock before day, day before week or month), among equals
        the first, or None. A day and a clock time near each other are read as one.
    """
    now = now.astimezone(ZONE).replace(second=0, microsecond=0)
    phrases = [phrase for phrase in read_phrases(text, now) if phrase.meaning != Meaning()]
    phrases = _join(phrases, lambda a, b: _join_beside(text, a, b))
    phrases = _join(phrases, lambda a, b: _join_range(text, now, a, b))
    phrases = [_mark_plan(text, _open_since(text, now, phrase)) for phrase in phrases]
    found = min(_weigh(text, now, phrases), default=None, key=lambda weighed: weighed[0])
    return found[1] if found else None


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


def _join(phrases: list[Phrase], join: Callable[[Phrase, Phrase], Phrase | None]) -> list[Phrase]:
    """Join neighbours from left to right where `join` can."""
    joined: list[Phrase] = []
    for phrase in phrases:
        whole = join(joined[-1], phrase) if joined else None
        joined[-1:] = [whole] if whole else [*joined[-1:], phrase]
    return joined


def _unite(a: Meaning, b: Meaning) -> Meaning | None:
    """Say both at once, if they do not speak of the same thing."""
    clash = (a.day and b.day) or (a.part and b.part) or (a.clock and b.clock)
    if clash or a.stretch or b.stretch or (a.plan and b.past) or (b.plan and a.past):
        return None
    return Meaning(
        day=a.day or b.day,
        part=a.part or b.part,
        clock=a.clock or b.clock,
        plan=a.plan or b.plan,
        past=a.past or b.past,
        own_day=a.own_day or b.own_day,
        loose=a.loose and b.loose,
    )


def _join_beside(text: str, a: Phrase, b: Phrase) -> Phrase | None:
    """Join "i tisdags" + "eftermiddag" + "vid två"."""
    meaning = _unite(a.meaning, b.meaning) if _BESIDE.fullmatch(text, a.end, b.start) else None
    return Phrase(a.start, b.end, meaning) if meaning else None


def _join_range(text: str, now: datetime, a: Phrase, b: Phrase) -> Phrase | None:
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
    meaning = Meaning(stretch=(start, last[1]), past=a.meaning.past)
    return Phrase(opening.start() if opening else a.start, b.end, meaning)


def _open_since(text: str, now: datetime, phrase: Phrase) -> Phrase:
    """Let "sedan i måndags" last until now; but "sen på måndagen" means "then"."""
    since = _SINCE.search(text, max(0, phrase.start - 25), phrase.start)
    span = _place(phrase.meaning, now)
    if not (since and span) or _THEN.match(text, phrase.start):
        return phrase
    return Phrase(since.start(), phrase.end, Meaning(stretch=(span[0], now), past=True))


def _mark_plan(text: str, phrase: Phrase) -> Phrase:
    """Mark what somebody shall do, or until when, as a plan."""
    if phrase.meaning.past:
        return phrase
    clause = _CLAUSE_END.split(text[max(0, phrase.start - 60) : phrase.start])[-1]
    clause = _TELLING.split(clause)[-1]
    shall = _SHALL.match(text, phrase.end)
    plan = shall or _PLANNING.search(clause) or _DEADLINE.search(clause)
    return replace(phrase, meaning=replace(phrase.meaning, plan=True)) if plan else phrase


# --- Placing and choosing -----------------------------------------------------------------------


def _place(meaning: Meaning, now: datetime) -> Span | None:
    """Find the interval that is meant, cut at now; None if it lies ahead or needs a day."""
    span = meaning.stretch
    if meaning.day:
        span = _on_day(meaning.day, meaning)
    elif meaning.clock or meaning.own_day:
        first = 1 if meaning.part and meaning.part.end > DAY_MINUTES else 0  # last night
        spans = (_on_day(now.date() - timedelta(days=first + n), meaning) for n in range(3))
        span = next((span for span in spans if span[0].timestamp() <= now.timestamp()), None)
    if span is None or span[0].timestamp() > now.timestamp():
        return None
    return span[0], min(span[1], now, key=datetime.timestamp)


def _on_day(day: date, meaning: Meaning) -> Span:
    """Put a part of a day, a clock time or both on a day."""
    part = meaning.part or Part(0, DAY_MINUTES - 1)
    day += timedelta(days=part.shift)
    start, end = instant(day, part.start), instant(day, part.end)
    return _on_clock(meaning.clock, day, start, end) if meaning.clock else (start, end)


def _on_clock(clock: Clock, day: date, start: datetime, end: datetime) -> Span:
    """Choose the reading of a clock time that lies in, or nearest to, the part of the day."""
    other_half = [(clock.minutes + HALF_DAY_MINUTES) % DAY_MINUTES] if clock.either_half else []
    halves = [clock.minutes, *other_half]
    readings = [instant(day, midnight + half) for midnight in (0, DAY_MINUTES) for half in halves]
    begin = min(readings, key=lambda at: max(start - at, at - end, timedelta()))
    minutes, length = begin.hour * 60 + begin.minute, clock.slack
    if clock.until:
        length = (clock.until.minutes - minutes) % (
            HALF_DAY_MINUTES if clock.until.either_half else DAY_MINUTES
        )
    return instant(begin.date(), minutes - clock.slack), instant(begin.date(), minutes + length)


def _weigh(
    text: str, now: datetime, phrases: list[Phrase]
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


def _is_near(text: str, phrase: Phrase, other: Phrase) -> bool:
    """Tell whether two phrases may speak of one time: a part of a day only within a sentence."""
    gap = text[min(phrase.end, other.end) : max(phrase.start, other.start)]
    return len(gap) <= _NEAR and not (other.meaning.part and _SENTENCE_END.search(gap))


def _complete(phrase: Phrase, near: list[Phrase], now: datetime) -> Meaning:
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


def _inexactness(meaning: Meaning, span: Span, now: datetime) -> int:
    """Rank a minute of a day before a day, then longer stretches, then a clock without a day."""
    if meaning.stretch:
        return 2 if span[0] < span[1] else int(span[0] == now)
    if meaning.day or meaning.own_day:
        return 0 if meaning.clock else 1
    return 3
