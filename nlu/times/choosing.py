"""Joins the phrases of a text, places them in time, and chooses the one that tells when."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice

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
from nlu.times.clues import (
    PRESENT_AFTER,
    SENTENCE_END,
    TELLING,
    counts,
    find_quotes,
    is_quoted,
    mark_plan,
)
from nlu.times.spelling import put_right
from nlu.times.words import read_phrases

_PART_STRETCHES = timedelta(hours=3)  # "i lördags kväll ... klockan ett": our choice
_SHORT = timedelta(days=15)  # a stretch that is told rather than a clock time alone: our choice
_ONE_EVENT = timedelta(days=62)  # what began longer ago and lasts is rather the background
_BESIDE_LENGTH = 12  # the same for "strax före fem", which may count something
_MOST_PHRASES = 150  # so that a text of nothing but times does not take long: our choice
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
    told = put_right(text)
    text = told.text
    read = (phrase for phrase in read_phrases(text, now) if phrase.meaning != Meaning())
    phrases = list(islice(read, _MOST_PHRASES))
    phrases = _join(phrases, lambda a, b: _join_beside(text, a, b))
    phrases = _join(phrases, lambda a, b: _join_range(text, now, a, b))
    phrases = _join(phrases, lambda a, b: _join_week(text, a, b))
    phrases = [mark_plan(text, _open_since(text, now, phrase)) for phrase in phrases]
    found = min(_weigh(text, now, phrases), default=None, key=lambda weighed: weighed[0])
    return When(told.quote(found[1].start, found[1].end), *found[2]) if found else None


# --- Joining ------------------------------------------------------------------------------------

_BESIDE = re.compile(
    r"[\s,]{0,3}(?:(?:redan|sent|tidigt|någon gång|nån gång|ungefär|typ|vid|på|under|alltså|den"
    r"|framåt|strax)\s){0,2}"
)
_OPENING = re.compile(r"\b(?:från|mellan)\s{1,3}$")
_UP_TO = re.compile(r"\s{1,3}(?:och|(?:fram )?till|t\.?\s?och\.?\s?m\.?)\s{1,3}")
_DASH = re.compile(r"\s?[-–]\s?")
_SINCE = re.compile(
    r"\b(?:ända )?(?:(?:allt)?sedan|sen|från och med|fr\.?\s?och\.?\s?m\.?)\s{1,3}$"
)
_THEN = re.compile("på|under|vid")


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
        weak=a.weak and b.weak,
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


def _join_week(text: str, a: Phrase, b: Phrase) -> Phrase | None:
    """Join "torsdagskvällen" + "i förra veckan"."""
    day, week = (b, a) if a.meaning.stretch else (a, b)
    stretch = week.meaning.stretch
    if not (day.meaning.day and stretch and _BESIDE.fullmatch(text, a.end, b.start)):
        return None
    first = stretch[0].date()
    if first.weekday() or (stretch[1].date() - first).days not in {4, 6}:
        return None
    there = first + timedelta(days=day.meaning.day.weekday())
    return Phrase(a.start, b.end, replace(day.meaning, day=there, past=True, plan=False))


def _open_since(text: str, now: datetime, phrase: Phrase) -> Phrase:
    """Let "sedan i måndags" last until now; but "sen på måndagen" means "then"."""
    since = _SINCE.search(text, max(0, phrase.start - 25), phrase.start)
    if since and text.endswith("och ", 0, since.start()):
        since = since if PRESENT_AFTER.match(text, phrase.end) else None
    span = _place(phrase.meaning, now)
    if not (since and span) or _THEN.match(text, phrase.start):
        return phrase
    return Phrase(since.start(), phrase.end, Meaning(stretch=(span[0], now), past=True))


# --- Placing and choosing -----------------------------------------------------------------------


def _place(meaning: Meaning, now: datetime) -> Span | None:
    """Find the interval that is meant, cut at now; None if it lies ahead or needs a day."""
    span = meaning.stretch
    if meaning.day:
        span = _on_day(meaning.day, meaning)
    elif meaning.clock or meaning.own_day or (meaning.part and meaning.weak):
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
    minutes, length = begin.hour * 60 + begin.minute, 0
    if clock.until:
        length = (clock.until.minutes - minutes) % (
            HALF_DAY_MINUTES if clock.until.either_half else DAY_MINUTES
        )
    return instant(begin.date(), minutes), instant(begin.date(), minutes + length)


def _weigh(
    text: str, now: datetime, phrases: list[Phrase]
) -> Iterator[tuple[tuple[int, bool, int], Phrase, Span]]:
    """Give each phrase that can be the answer, with a rank that is lowest for the best."""
    quotes = find_quotes(text)
    for index, phrase in enumerate(phrases):
        others = [*phrases[index + 1 : index + 2], *phrases[max(0, index - 1) : index]]
        near = [other for other in others if _is_near(text, phrase, other)]
        meaning = _complete(phrase, near, now)
        span = _place(meaning, now)
        if span and not is_quoted(quotes, phrase) and counts(text, now, phrase, meaning, span[1]):
            told = TELLING.search(text, max(0, phrase.start - 30), phrase.start)
            rank = (_inexactness(meaning, span, now), told is None, phrase.start)
            yield rank, phrase, span


def _is_near(text: str, phrase: Phrase, other: Phrase) -> bool:
    """Tell whether two phrases may speak of one time: a part of a day only within a sentence."""
    gap = text[min(phrase.end, other.end) : max(phrase.start, other.start)]
    inside = other.meaning.part or other.meaning.loose
    length = _BESIDE_LENGTH if other.meaning.loose else _NEAR
    return len(gap) <= length and not (inside and SENTENCE_END.search(gap))


def _complete(phrase: Phrase, near: list[Phrase], now: datetime) -> Meaning:
    """Take the clock time that stands near a day; one that stands after a plan belongs to it."""
    meaning, whole = phrase.meaning, _place(phrase.meaning, now)
    if not (meaning.day or meaning.own_day):
        planned = any(other.meaning.plan and other.start < phrase.start for other in near)
        return replace(meaning, plan=True) if meaning.clock and planned else meaning
    for other in (other.meaning for other in near):
        free = not (meaning.clock or other.day or other.own_day or other.plan)
        united = _unite(meaning, other) if free else None
        span = _place(united, now) if united else None
        if united and span and whole and whole[0] <= span[0] <= whole[1] + _PART_STRETCHES:
            return united
    return meaning


def _inexactness_of_stretch(meaning: Meaning, span: Span, now: datetime) -> int:
    """Rank a moment first; "sedan i måndags" is the whole event, and ranks as a day does."""
    length = span[1] - span[0]
    if not length:
        return 5 if meaning.weak else int(span[0] == now)
    if meaning.past and not meaning.lasting and span[1] == now and length < _ONE_EVENT:
        return 1
    return 3 if length <= _SHORT else 6


def _inexactness(meaning: Meaning, span: Span, now: datetime) -> int:
    """Rank by exactness; a clock time without a day comes after what says a day or a week."""
    if meaning.stretch:
        return _inexactness_of_stretch(meaning, span, now)
    if meaning.weak:
        return 7
    if meaning.day or meaning.own_day:
        return 0 if meaning.clock else 1
    return 4
