"""Which steps somebody is asked about, and the words and buttons of one."""

from collections.abc import Awaitable, Callable, Sequence

from actions.asked import Awaited, What, is_put_off
from actions.base import Button, Turn, button
from casework import authorities, followup, prompts
from casework.followup import Task, TaskId
from casework.plan_policy import PlannedStep
from casework.vocabulary import Authority, Reference
from casework.working_time import working_days_later

DO = "manager_followup"
"""The intent of every choice here."""

_PRESSING_WORKING_DAYS = 3
"""What is due within so many working days is brought up unasked; our choice."""

Next = Awaited | None
Do = Callable[[Turn, TaskId, str], Awaitable[Next]]


async def open_tasks(turn: Turn) -> list[Task]:
    """The open steps of whoever speaks, the most urgent first."""
    return await followup.tasks(turn.services.store, turn.who)


def pressing(turn: Turn, found: Sequence[Task]) -> list[Task]:
    """Of these steps, those that are late or soon due and not put off."""
    soon = working_days_later(turn.services.store.clock(), _PRESSING_WORKING_DAYS)
    near = (t for t in found if t.due <= soon)
    return [t for t in near if not is_put_off(turn, TaskId(t.reference, t.name))]


async def digest(turn: Turn, *, at_least_one: bool) -> Next:
    """What to bring up: the most urgent step, but for reports that wait to be received.

    Those have prompts of their own, which stand beside it.

    Args:
        at_least_one: also if nothing is pressing.
    """
    found = await open_tasks(turn)
    return first(await brought_up(turn, found) or (found if at_least_one else []))


async def brought_up(turn: Turn, found: Sequence[Task]) -> list[Task]:
    """Of these steps, what is brought up unasked."""
    waiting = await prompts.waiting(turn.services.store, turn.who)
    prompted = {p.reference for p in waiting if p.kind in prompts.NEEDS_ANSWER}
    return [t for t in pressing(turn, found) if t.reference not in prompted]


def first(found: Sequence[Task], how: str = "") -> Next:
    """To ask about the first of these steps; nothing if there is none."""
    return Awaited(What.TASK, found[0].reference, found[0].name, how) if found else None


async def next_step(turn: Turn, reference: Reference) -> Task | None:
    """The most urgent open step of one incident that the person handles."""
    return next((t for t in await open_tasks(turn) if t.reference == reference), None)


async def number_button(turn: Turn, reference: Reference) -> list[Button]:
    """To write down the police's number, where it was reported and there is none yet."""
    found = await authorities.of_incident(turn.services.store, turn.who, reference)
    made = found.get(Authority.POLICE)
    if made is None or made.reported_by is None or made.number:
        return []
    step = next(
        s.name for s in turn.services.content.policy.steps if s.authority is made.authority
    )
    return [step_button(words(turn)["number"], "number", TaskId(reference, step))]


def said(turn: Turn, name: str) -> tuple[str, ...]:
    """The words by which a step is known."""
    step = planned(turn, name)
    return step.said if step else ()


def planned(turn: Turn, name: str) -> PlannedStep | None:
    """The step in the policy; None if the policy has it no longer."""
    return turn.services.content.policy.step(name)


def authority(turn: Turn, task: TaskId) -> Authority | None:
    """Which authority a step reports to, if it does."""
    return turn.services.content.policy.authority_of(task.name)


def label(turn: Turn, task: TaskId) -> str:
    """What a step is called; empty if the policy has it no longer."""
    step = planned(turn, task.name)
    return step.label if step else ""


def words(turn: Turn) -> dict[str, str]:
    """What stands on buttons about steps."""
    return turn.services.content.taxonomy.answers["task"]


def step_button(title: str, do: str, task: Task | TaskId, *, value: str = "") -> Button:
    """A button that does something with a step (`doing.BY_BUTTON`)."""
    values = {"do": do, "reference": task.reference, "step": task.name}
    return button(title, DO, **(values | ({"value": value} if value else {})))
