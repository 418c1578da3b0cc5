"""The part of the policy that says what a manager is expected to do, and when people are reminded.

Source of the steps: domain brief 6, where each is marked law, practice or our choice.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from itertools import count, islice
from string import Formatter
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from casework.clock import SWEDEN
from casework.vocabulary import Authority, IncidentType, Role, Status
from casework.working_time import (
    add_working_time,
    is_working_day,
    next_working_moment,
    working_days_later,
)


class Editable(BaseModel):
    """Content that a coordinator edits: unknown fields are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Editable):
    """How long something may take, in exactly one unit.

    `hours` run on the clock, night and day. The others are Swedish working time: a span of `days`
    that ends on a day off goes on to the next working day.
    """

    hours: int | None = Field(default=None, gt=0)
    working_hours: int | None = Field(default=None, gt=0)
    working_days: int | None = Field(default=None, gt=0)
    days: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _has_one_unit(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("one of hours, working_hours, working_days, days, and no more")
        return self

    def after(self, start: datetime) -> datetime:
        """The moment when the span has passed; both aware."""
        if self.hours:
            return start.astimezone(UTC) + timedelta(hours=self.hours)
        if self.working_hours:
            return add_working_time(start, timedelta(hours=self.working_hours))
        if self.working_days:
            return working_days_later(start, self.working_days)
        return next_working_moment(start.astimezone(SWEDEN) + timedelta(days=self.days or 0))


class Applies(Editable):
    """Which incidents a step is for; what is left out does not matter."""

    serious: bool | None = None
    repeated: bool | None = None
    types: tuple[IncidentType, ...] = ()

    def to(self, types: Iterable[str], *, serious: bool, repeated: bool) -> bool:
        """Whether the step is for such an incident."""
        return (
            self.serious in (None, serious)
            and self.repeated in (None, repeated)
            and (not self.types or not set(self.types).isdisjoint(types))
        )


class PlannedStep(Editable):
    """One task of the follow-up plan.

    Attributes:
        label: the task in the imperative, as it stands on the manager's list.
        why: one sentence.
        due: from the report; `serious_due` where the matter is serious.
        remind_days: how long before the deadline the first reminder comes.
        repeat: how often it is reminded of after that; as the policy's `reminders` if None.
        escalate: how long after the deadline the next manager and HR are told; never if None.
        small: whether it is asked of somebody with a small event; if not, it counts as not needed.
        gate: whether an incident closes only when it is answered.
        stays: whether it goes on after the incident was closed.
        status: what the incident becomes when the step is done.
        reasons: why it may not be needed, in the words of the buttons.
        said: what a manager writes when it is done; `*` ends a word in any letters.
        note: whether what was done is written down, and proposed by Lotsen.
        authority: whose report the step is about.
    """

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    label: str = Field(min_length=1)
    why: str = Field(min_length=1)
    basis: Literal["law", "practice", "own"]
    due: Span
    serious_due: Span | None = None
    remind_days: int = Field(default=0, ge=0)
    repeat: Span | None = None
    escalate: Span | None = None
    serious_escalate: Span | None = None
    applies: Applies = Applies()
    small: bool = False
    gate: bool = False
    stays: bool = False
    status: Status | None = None
    reasons: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    note: bool = False
    authority: Authority | None = None


class QuietHours(Editable):
    """When nothing is sent to somebody who is not looking; Swedish time, over midnight."""

    begins: time
    ends: time

    @model_validator(mode="after")
    def _pass_midnight(self) -> Self:
        if self.begins <= self.ends:
            raise ValueError("quiet hours begin in the evening and end in the morning")
        return self

    def hold(self, at: time) -> bool:
        """Whether a Swedish time of day falls in them."""
        return at >= self.begins or at < self.ends

    def hold_at(self, moment: datetime) -> bool:
        """Whether a moment (aware) falls in them."""
        return self.hold(moment.astimezone(SWEDEN).time())

    def after(self, moment: datetime) -> datetime:
        """The moment itself if it is not in quiet hours, else when they end; Swedish time."""
        local = moment.astimezone(SWEDEN)
        if not self.hold(local.time()):
            return local
        day = local.date() + timedelta(days=local.time() >= self.begins)
        return datetime.combine(day, self.ends, SWEDEN)


class Reminders(Editable):
    """When managers are reminded.

    Attributes:
        digest: the time of a working day when what is not serious is gathered in one message.
        repeat_working_days: days between reminders of the same step; the last goes on for ever.
    """

    digest: time
    quiet: QuietHours
    repeat_working_days: tuple[int, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _digest_is_in_working_time(self) -> Self:
        if self.quiet.hold(self.digest):
            raise ValueError("the digest must not come in quiet hours")
        if min(self.repeat_working_days) < 1:
            raise ValueError("repeat_working_days: at least one day")
        return self

    def gathered(self, moment: datetime) -> datetime:
        """The first digest at or after a moment (aware); Swedish time."""
        local = moment.astimezone(SWEDEN)
        days = (local.date() + timedelta(days=n) for n in count(local.time() > self.digest))
        return datetime.combine(next(filter(is_working_day, days)), self.digest, SWEDEN)

    def days_later(self, moment: datetime, days: int) -> datetime:
        """The digest so many working days after the day of a moment (aware); Swedish time.

        Args:
            days: at least one.
        """
        today = moment.astimezone(SWEDEN).date()
        later = filter(is_working_day, (today + timedelta(days=n) for n in count(1)))
        return datetime.combine(next(islice(later, days - 1, None)), self.digest, SWEDEN)

    def pause(self, reminders: int) -> int:
        """Working days until the next reminder, after so many."""
        return self.repeat_working_days[min(reminders, len(self.repeat_working_days) - 1)]


class CheckIns(Editable):
    """Days after the report when the exposed person is asked how they are (domain 3.6)."""

    days: tuple[int, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _come_in_order(self) -> Self:
        if list(self.days) != sorted(set(self.days)) or min(self.days) < 1:
            raise ValueError("days must come in order, from one on")
        return self


class Round(Editable):
    """Something that comes back every month or year, whatever has happened (domain 6: 17, 19).

    Attributes:
        old_routines: only while the role has routine texts that nobody has seen over for a year
            (R56 of the audits).
    """

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    every: Literal["month", "year"]
    role: Role
    text: str = Field(min_length=1)
    old_routines: bool = False


PROPOSABLE = frozenset(
    {"types", "when", "channel", "perpetrator", "reported", "purpose", "seriousness", "measures"}
)
"""Words of the record that a proposal may use."""


class Proposals(Editable):
    """What Lotsen proposes that a manager writes down, by step; `{words}` are filled in."""

    texts: dict[str, str]
    missing: str
    """Stands where the record does not say."""

    @model_validator(mode="after")
    def _can_be_filled_in(self) -> Self:
        for name, text in self.texts.items():
            found = {word for _, word, _, _ in Formatter().parse(text) if word is not None}
            if unknown := found - PROPOSABLE:
                raise ValueError(f"{name}: {', '.join(sorted(unknown))} is not known")
        return self


ALWAYS = ("ta_emot", "samtal", "avsluta")
"""Steps that every plan has: the receipt promises the first two, and the last is the end."""

GATE = ("stod", "riskbedomning", "arbetsmiljoverket", "forsakringskassan", "polis", "aterkoppling")
"""Steps without an answer to which no incident is closed."""


def check_plan(steps: Iterable[PlannedStep]) -> None:
    """A plan keeps what is promised, and closes nothing that is not looked after.

    Raises:
        ValueError: a step is missing, stands twice, or lacks what it needs.
    """
    by_name = {step.name: step for step in steps}
    names = [step.name for step in steps]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"steps: {', '.join(sorted(twice))} stands twice")
    if missing := {*ALWAYS, *GATE} - set(by_name):
        raise ValueError(f"steps: {', '.join(sorted(missing))} must be there")
    for name in ALWAYS:
        if by_name[name].applies != Applies() or not by_name[name].small:
            raise ValueError(f"steps.{name}: must be in every plan, so applies and small stay out")
    for name in GATE:
        step = by_name[name]
        if not step.gate or not step.reasons or step.applies != Applies():
            raise ValueError(f"steps.{name}: needs gate: true and reasons, and is for everybody")
