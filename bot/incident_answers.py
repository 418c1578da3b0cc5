"""What a form of the incident pages means: each button is one use case of casework."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from bot import texts
from bot.messages import UnusableMessageError, clean
from casework import authorities, followup, incidents, organisation
from casework.authorities import Made
from casework.clock import SWEDEN
from casework.content import Content
from casework.errors import CaseworkError, ImpossibleChangeError, NotAllowedError, NotFoundError
from casework.followup import OpenGateError, Task, TaskId
from casework.incidents import ACKNOWLEDGE, CLOSE
from casework.store import Store
from casework.vocabulary import PersonId, Reference, ReportedBy, ReportOutcome


class ProblemError(Exception):
    """Something could not be done; `text` says why, kindly."""

    def __init__(self, problem: str, **words: str) -> None:
        super().__init__(problem)
        self.text = texts.PROBLEMS[problem].format(**words)


class Said(NamedTuple):
    """What was done: a key of `texts.SAID`, and the step it was about."""

    what: str
    step: str = ""


@dataclass(frozen=True)
class Posted:
    """A form as it was sent: the incident it is about, its plan as it is now, and the fields."""

    by: PersonId
    reference: Reference
    plan: Sequence[Task]
    fields: Mapping[str, str]

    def text(self, name: str) -> str:
        """What was typed there; empty if nothing was.

        Raises:
            ProblemError: it is too long.
        """
        try:
            return clean(self.fields.get(name, ""))
        except UnusableMessageError as error:
            if error.reason == "empty":
                return ""
            raise ProblemError("too_long") from None

    def choice[Id: StrEnum](self, name: str, ids: type[Id]) -> Id | None:
        """What was chosen there; None if nothing was, or nothing of the list."""
        value = self.fields.get(name)
        return ids(value) if value in set(ids) else None

    def reason(self) -> str:
        """Why not: own words before a choice.

        Raises:
            ProblemError: there is neither.
        """
        reason = self.text("own") or self.text("reason")
        if not reason:
            raise ProblemError("reason")
        return reason

    def task(self) -> Task:
        """The step that the form is about.

        Raises:
            ProblemError: the plan has no such step.
        """
        name = self.fields.get("step")
        task = next((task for task in self.plan if task.name == name), None)
        if task is None:
            raise ProblemError("changed")
        return task

    def open_task(self) -> TaskId:
        """The step that the form answers.

        Raises:
            ProblemError: the plan has no such step, or somebody has answered it already.
        """
        task = self.task()
        if not task.is_open:
            raise ProblemError("answered", who=task.done_by or "någon")
        return TaskId(self.reference, task.name)


class Answers:
    """Does what the buttons say.

    Args:
        store: the record; it decides who may.
        content: the plan's policy.
    """

    def __init__(self, store: Store, content: Content) -> None:
        self._store = store
        self._content = content
        self._acts: dict[str, Callable[[Posted], Awaitable[Said]]] = {
            "klart": self._done,
            "senare": self._later,
            "behovs_inte": self._not_needed,
            "anmalt": self._reported,
            "ingen_anmalan": self._not_reported,
            "hur_det_gar": self._went_on,
            "angra": self._reopen,
            "bjud_in": self._invite,
            "lamna": self._hand_to,
        }

    async def take(self, posted: Posted) -> Said:
        """Do what a form about an incident asks for.

        Raises:
            ProblemError: it could not be done, and nothing was changed.
            StorageUnavailableError: nothing was changed.
        """
        act = self._acts.get(posted.fields.get("act", ""))
        if act is None:
            raise ProblemError("changed")
        try:
            return await act(posted)
        except OpenGateError as error:
            labels = [task.label for task in posted.plan if task.name in error.steps]
            raise ProblemError("steps", steps=", ".join(labels)) from None
        except (ImpossibleChangeError, NotAllowedError, NotFoundError):
            raise ProblemError("changed") from None

    async def take_absence(self, person_id: PersonId, fields: Mapping[str, str]) -> Said:
        """Do what the form about being away asks for.

        Raises:
            ProblemError, StorageUnavailableError: nothing was changed.
        """
        if fields.get("act") == "tillbaka":
            await organisation.end_absence(self._store, person_id)
            return Said("tillbaka")
        until, stand_in = _day(fields.get("until", "")), PersonId(fields.get("to", ""))
        if until is None:
            raise ProblemError("until")
        try:
            await organisation.set_absence(self._store, person_id, until, stand_in)
        except CaseworkError as error:
            problems = {ImpossibleChangeError: "until", NotAllowedError: "to"}
            if problem := problems.get(type(error)):
                raise ProblemError(problem) from None
            raise
        return Said("borta")

    async def _done(self, posted: Posted) -> Said:
        task, text = posted.open_task(), posted.text("text")
        if task.name == ACKNOWLEDGE:
            await incidents.acknowledge(self._store, posted.by, posted.reference)
            return Said("mottagen", task.name)
        await followup.done(self._store, self._content, posted.by, task, text)
        return Said("avslutad" if task.name == CLOSE else "klart", task.name)

    async def _later(self, posted: Posted) -> Said:
        task = posted.open_task()
        await followup.later(self._store, self._content, posted.by, task)
        return Said("senare", task.name)

    async def _not_needed(self, posted: Posted) -> Said:
        task, reason = posted.open_task(), posted.reason()
        await followup.not_needed(self._store, self._content, posted.by, task, reason)
        return Said("behovs_inte", task.name)

    async def _reported(self, posted: Posted) -> Said:
        task, by = posted.open_task(), posted.choice("by", ReportedBy)
        if by is None:
            raise ProblemError("by")
        on = _day(posted.fields.get("on", ""))
        if on is None or on > self._store.clock().astimezone(SWEDEN).date():
            raise ProblemError("day")
        made = Made(by, on, posted.text("number"))
        await authorities.reported(self._store, self._content, posted.by, task, made)
        return Said("anmalt", task.name)

    async def _not_reported(self, posted: Posted) -> Said:
        task, reason = posted.open_task(), posted.reason()
        await authorities.not_reported(self._store, self._content, posted.by, task, reason)
        return Said("ingen_anmalan", task.name)

    async def _went_on(self, posted: Posted) -> Said:
        name = posted.task().name
        number, outcome = posted.text("number"), posted.choice("outcome", ReportOutcome)
        if not number and outcome is None:
            raise ProblemError("outcome")
        authority = self._content.policy.authority_of(name)
        if authority is None:
            raise ProblemError("changed")
        await authorities.went_on(
            self._store, posted.by, posted.reference, authority, number=number, outcome=outcome
        )
        return Said("hur_det_gar", name)

    async def _reopen(self, posted: Posted) -> Said:
        name = posted.task().name
        task = TaskId(posted.reference, name)
        await followup.reopen(self._store, self._content, posted.by, task)
        return Said("angra", name)

    async def _invite(self, posted: Posted) -> Said:
        if await followup.invite(self._store, posted.by, posted.reference) is None:
            raise ProblemError("no_hr")
        return Said("bjud_in")

    async def _hand_to(self, posted: Posted) -> Said:
        to = PersonId(posted.fields.get("to", ""))
        try:
            await followup.hand_to(self._store, posted.by, posted.reference, to)
        except NotAllowedError:
            raise ProblemError("to") from None
        return Said("lamna")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
