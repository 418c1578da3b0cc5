"""Puts ids, times and answers into the words that a person reads, taken from the taxonomy."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from babel.dates import format_date, format_time
from babel.lists import format_list

from casework.clock import SWEDEN
from casework.content import Taxonomy
from casework.incidents import Shown
from casework.report import NO_SERIES, NO_TYPE, NOT_KNOWN, Answers, Occurred, Question
from casework.vocabulary import (
    Area,
    Channel,
    Exposed,
    IncidentType,
    Perpetrator,
    PoliceWish,
    Purpose,
    Support,
)

_LOCALE = "sv"
_WHOLE_DAY = timedelta(hours=23)
_KNOWS_WISHES = (Exposed.SELF, Exposed.COLLEAGUE_KNOWS, Exposed.EMPLOYEE)
_BREAK = re.compile(r"\s*\n\s*")
_PLACEHOLDER = re.compile(r"\[([\w-]+)\]")
_TELLING_LETTERS = 4
_EMPTY_WORDS = frozenset(
    {"sade", "skrev", "tänkte", "berätta", "skulle", "ville", "kunde", "måste", "sedan"}
    | {"också", "alltså", "något", "någon", "hade", "inte", "över", "under", "efter", "innan"}
    | {"denna", "detta", "dessa"}
)
"""Words that say nothing when they are quoted alone."""
_QUOTE_LENGTH = 60
"""Characters of the person's own words that are quoted back as a reason."""


class Wording:
    """Words for ids, from the taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy

    def title(self, question: Question, value: str) -> str:
        """The words on the button for a value of a question."""
        own = self.taxonomy.answers.get(question.value, {})
        if value in own:
            return own[value]
        listed: dict[Question, dict[str, str]] = {
            Question.TYPES: {t: self.taxonomy.types[t].label for t in IncidentType},
            Question.PERPETRATOR: {p: self.taxonomy.perpetrators[p] for p in Perpetrator},
            Question.CHANNEL: {c: self.taxonomy.channels[c] for c in Channel},
            Question.AREA: {a: self.taxonomy.areas[a] for a in Area},
        }
        common = self.taxonomy.answers["common"]
        return listed.get(question, {}).get(value) or common.get(value, value)

    def types(self, types: Iterable[IncidentType]) -> str:
        """Names of types as in running text: 'hot och trakasserier'."""
        return listed(label.lower() for label in self.taxonomy.labels(types))

    def definitions(self) -> str:
        """Every type with its definition, one line each."""
        return bullets(f"*{t.label}*: {t.definition}" for t in self.taxonomy.types.values())

    def because(self, answers: Answers) -> str:
        """The person's own words that led to the suggestion, as the end of a sentence."""
        evidence = answers.facts.evidence
        words = [evidence[t] for t in answers.facts.types if _tells(evidence.get(t, ""))]
        quotes = [f"”{_shortened(w)}”" for w in dict.fromkeys(words)]
        return f", för att du skrev {listed(quotes)}" if quotes else ""

    def understood(self, answers: Answers) -> str:
        """What has been read out of the story, as a short list; empty if nothing was."""
        lines = [
            self._line(question, value)
            for question, value in self._facts(answers)
            if value and not value.startswith(self.taxonomy.answers["common"][NOT_KNOWN])
        ]
        if answers.purpose:
            lines.append(
                self._line(Question.PURPOSE, self.title(Question.PURPOSE, answers.purpose))
            )
        if answers.police:
            lines.append(self._line(Question.POLICE, self.title(Question.POLICE, answers.police)))
        if answers.support:
            lines.append(self._line(Question.SUPPORT, self.supports(answers.support)))
        return "\n".join(lines)

    def summary(self, answers: Answers) -> str:
        """All that will be sent, one line an answer."""
        not_known = self.taxonomy.answers["common"][NOT_KNOWN]
        types = self.types(answers.recorded_types).capitalize()
        types = types or self.title(Question.TYPES, NO_TYPE)
        types = not_known if Question.TYPES in answers.unknown else types
        told = answers.facts.masked or answers.description
        story = self._line(Question.DESCRIPTION, f"”{told}”" if told else not_known)
        if answers.adding:
            return story
        lines = [story, self._line(Question.TYPES, types)]
        lines += [
            self._line(q, value or not_known)
            for q, value in self._facts(answers)
            if value or not answers.small
        ]
        lines += [
            self._line(question, self.title(question, value))
            for question, value in self._choices(answers)
            if value
        ]
        if answers.support is not None or Question.SUPPORT in answers.unknown:
            no_support = Question.SUPPORT in answers.unknown
            support = not_known if no_support else self.supports(answers.support or ())
            lines.append(self._line(Question.SUPPORT, support))
        return "\n".join(lines)

    def _choices(self, answers: Answers) -> list[tuple[Question, str | None]]:
        """What was answered by a choice; for whom only if it was for somebody else."""
        is_other = answers.exposed is not Exposed.SELF
        is_series = answers.series != NO_SERIES
        return [
            (Question.EXPOSED, answers.exposed if is_other else None),
            (Question.PURPOSE, answers.purpose),
            (Question.SERIES, answers.series if is_series else None),
            (Question.POLICE, answers.police),
            (Question.POLICE_REASON, answers.police_reason),
        ]

    def masked(self, answers: Answers) -> str:
        """What was taken out of the story, in words: '2 namn och 1 telefonnummer'."""
        before = Counter(_PLACEHOLDER.findall(answers.description or ""))
        found = Counter(_PLACEHOLDER.findall(answers.facts.masked)) - before
        return listed(f"{count} {what}" for what, count in found.items()) if found else ""

    def incident(self, shown: Shown) -> str:
        """An incident, for whoever handles it."""
        return bullets(f"{label}: {value}" for label, value in self.rows(shown))

    def rows(self, shown: Shown) -> list[tuple[str, str]]:
        """What was sent in, as labels with the words that stand beside them."""
        types = self.types(IncidentType(t) for t in shown.types).capitalize()
        not_known = self.taxonomy.answers["common"][NOT_KNOWN]
        told = {
            Question.DESCRIPTION: f"”{shown.description}”",
            Question.TYPES: types or "–",
            Question.PERPETRATOR: self.taxonomy.perpetrators[shown.perpetrator],
            Question.OCCURRED: when(shown.occurred) or "–",
            Question.CHANNEL: self.taxonomy.channels[shown.channel],
            Question.AREA: self.taxonomy.areas[shown.area],
        }
        told |= {Question(gap): not_known for gap in shown.gaps if gap in told}
        if not (shown.small and shown.purpose is Purpose.UNSURE):
            told[Question.PURPOSE] = self.title(Question.PURPOSE, shown.purpose)
        if shown.exposed is not Exposed.SELF:
            told[Question.EXPOSED] = self.title(Question.EXPOSED, shown.exposed)
        no_wish = shown.small and shown.police_wish is PoliceWish.UNSURE
        if shown.exposed in _KNOWS_WISHES and not no_wish:
            told[Question.POLICE] = self.title(Question.POLICE, shown.police_wish)
        if shown.police_reason:
            told[Question.POLICE_REASON] = self.title(Question.POLICE_REASON, shown.police_reason)
        if shown.support_wanted or (shown.exposed is Exposed.SELF and not shown.small):
            told[Question.SUPPORT] = self.supports(shown.support_wanted)
        return [(self._label(question), words) for question, words in told.items()]

    def notes(self, shown: Shown) -> list[str]:
        """What whoever handles it must know besides the answers: for whom, gaps, series."""
        words = self.taxonomy.answers["notes"]
        notes = []
        if shown.exposed is not Exposed.SELF:
            notes.append(words[shown.exposed])
        if shown.small:
            notes.append(words["small"])
        if shown.series:
            notes.append(words["series"].format(references=listed(shown.series)))
        if shown.lex_sarah:
            notes.append(words["lex_sarah"])
        if shown.gaps:
            notes.append(words["gaps"].format(missing=self.fields(shown.gaps)))
        return [f"\n{note}" for note in notes]

    def fields(self, questions: Iterable[str]) -> str:
        """What questions are about, as in running text: 'polisanmälan och stödet'."""
        return listed(self.taxonomy.answers["change"][q].lower() for q in questions)

    def report_line(self, shown: Shown) -> str:
        """An own report on one line: number, type, day and status."""
        types = self.types(IncidentType(t) for t in shown.types)
        sent = format_date(shown.created.astimezone(SWEDEN), "d MMMM", locale=_LOCALE)
        what = ", ".join(part for part in (types, sent) if part)
        status = self.taxonomy.answers["status"][shown.status]
        return f"• *{shown.reference}*: {what}. {status}."

    def by_when(self, due: datetime, now: datetime) -> str:
        """By when a step is to be done, as the end of a sentence."""
        words = self.taxonomy.answers["by_when"]
        if due < now:
            return words["late"].format(day=due_day(due, now))
        is_today = days_left(due, now) == 0
        clock = _clock(due).removesuffix(".00")
        return words["today" if is_today else "by"].format(day=due_day(due, now), clock=clock)

    def left(self, due: datetime, now: datetime) -> str:
        """How many days are left: 'en dag kvar', '12 dagar kvar'; by when if it is late."""
        days, words = days_left(due, now), self.taxonomy.answers["by_when"]
        if due < now or not days:
            return self.by_when(due, now)
        return words["one_left" if days == 1 else "left"].format(days=days)

    def counted(self, what: str, count: int) -> str:
        """A number of things: 'en sak', '3 saker'."""
        words = self.taxonomy.answers["counted"]
        return words[what] if count == 1 else words[f"{what}s"].format(count=count)

    def supports(self, wanted: Sequence[Support]) -> str:
        """The support that is wanted, as a list in words."""
        words = [self.title(Question.SUPPORT, s) for s in wanted or (Support.NONE,)]
        return listed(words[:1] + [w[0].lower() + w[1:] for w in words[1:]])

    def _facts(self, answers: Answers) -> list[tuple[Question, str]]:
        return [
            (
                Question.PERPETRATOR,
                self.taxonomy.perpetrators[answers.perpetrator] if answers.perpetrator else "",
            ),
            (Question.OCCURRED, when(answers.occurred)),
            (Question.CHANNEL, self.taxonomy.channels[answers.channel] if answers.channel else ""),
            (Question.AREA, self.taxonomy.areas[answers.area] if answers.area else ""),
        ]

    def _line(self, question: Question, value: str) -> str:
        return bullets([f"{self._label(question)}: {value}"])

    def _label(self, question: Question) -> str:
        return self.taxonomy.answers["change"][question.value]


def listed(words: Iterable[str]) -> str:
    """Words as a Swedish enumeration: 'a, b och c'."""
    return format_list(list(words), locale=_LOCALE)


def bullets(lines: Iterable[str]) -> str:
    """Lines as a list; what has several lines itself, such as a story, is indented below."""
    return "\n".join(f"• {_BREAK.sub('\n  ', line)}" for line in lines)


def when(occurred: Occurred | None, *, year: bool = False) -> str:
    """When it happened: 'torsdag 19 november kl. 12.00–18.00'; the person's words if unclear."""
    if occurred is None:
        return ""
    if occurred.start is None or occurred.end is None:
        return occurred.text
    start, end = occurred.start.astimezone(SWEDEN), occurred.end.astimezone(SWEDEN)
    if start.date() != end.date():
        return f"{day(start, year=year)} till {day(end, year=year)}"
    if end - start > _WHOLE_DAY:
        return day(start, year=year)
    clock = _clock(start) if start == end else f"{_clock(start)}–{_clock(end)}"
    return f"{day(start, year=year)} kl. {clock}"


def moment(at: datetime, *, year: bool = False) -> str:
    """A moment as 'torsdag 19 november kl. 14.30'."""
    local = at.astimezone(SWEDEN)
    return f"{day(local, year=year)} kl. {_clock(local)}"


def deadline(at: datetime, now: datetime) -> str:
    """When something is to be done by: 'i dag', 'i morgon', or the day."""
    return {0: "i dag", 1: "i morgon"}.get(_days_between(now, at), day(at))


def due_day(at: datetime, now: datetime) -> str:
    """The day of a deadline as one says it: 'i fredags', 'i går', 'på måndag', or the date."""
    days = _days_between(now, at)
    near = {-1: "i går", 0: "i dag", 1: "i morgon"}
    weekday = format_date(at.astimezone(SWEDEN), "EEEE", locale=_LOCALE)
    if days in near:
        return near[days]
    if abs(days) < _WEEK:
        return f"på {weekday}" if days > 0 else f"i {weekday}s"
    return day(at) if days > 0 else f"den {format_date(at, 'd MMMM', locale=_LOCALE)}"


def days_left(at: datetime, now: datetime) -> int:
    """Whole days until a deadline; negative if it has passed."""
    return _days_between(now, at)


_WEEK = 7


def _days_between(now: datetime, at: datetime) -> int:
    return (at.astimezone(SWEDEN).date() - now.astimezone(SWEDEN).date()).days


def day(at: datetime, *, year: bool = False) -> str:
    """The Swedish day of a moment as 'torsdag 19 november', with the year if it is to last."""
    pattern = "EEEE d MMMM y" if year else "EEEE d MMMM"
    return format_date(at.astimezone(SWEDEN), pattern, locale=_LOCALE)


def _clock(at: datetime) -> str:
    return format_time(at, "HH.mm", locale=_LOCALE, tzinfo=SWEDEN)


def _tells(words: str) -> bool:
    """Whether a quotation says something by itself: 'han ska se' does not."""
    telling = [w for w in words.casefold().split() if w.strip(".,!?") not in _EMPTY_WORDS]
    return any(len(word) >= _TELLING_LETTERS for word in telling)


def _shortened(words: str) -> str:
    return words if len(words) <= _QUOTE_LENGTH else words[:_QUOTE_LENGTH].rsplit(" ", 1)[0] + " …"
