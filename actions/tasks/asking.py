"""How a step is shown, and what else must be said of it is asked."""

from collections.abc import Awaitable, Callable, Mapping

from actions.asked import Awaited, What
from actions.base import Button, Turn, button
from actions.proposals import propose
from actions.tasks import steps
from actions.tasks.steps import step_button
from actions.wording import Wording
from casework import followup, incidents
from casework.followup import Task, TaskId
from casework.vocabulary import ReportedBy


async def ask_task(turn: Turn, wanted: Awaited) -> TaskId | None:
    """Show the step that is wanted, or the most urgent one if it has been answered meanwhile.

    Returns:
        Which was shown; None if nothing is left.
    """
    found = await steps.open_tasks(turn)
    task = next((t for t in found if (t.reference, t.name) == wanted.task), None)
    task = task or next(iter(found), None)
    if task is None:
        return None
    wording, now = Wording(turn.services.content.taxonomy), turn.services.store.clock()
    near = await steps.brought_up(turn, found) or [task]
    turn.say(
        {"": "utter_tasks", "next": "utter_task_next"}.get(wanted.how, "utter_task"),
        things=wording.counted("thing", len(near)),
        incidents=wording.counted("incident", len({t.reference for t in near})),
        label=task.label,
        why=task.why,
        by=wording.by_when(task.due, now),
        reference=task.reference,
        buttons=_next_buttons(turn, task)
        if wanted.how == "next"
        else _task_buttons(turn, task, has_more=len(found) > 1),
    )
    return TaskId(task.reference, task.name)


def _next_buttons(turn: Turn, task: Task) -> list[Button]:
    words = steps.words(turn)
    return [
        step_button(words["next"], "look", task),
        button(words["enough"], steps.DO, do="enough"),
    ]


def _task_buttons(turn: Turn, task: Task, *, has_more: bool) -> list[Button]:
    words, planned = steps.words(turn), steps.planned(turn, task.name)
    may_be_left = bool(planned and planned.reasons)
    wanted = ["done", "later", *(["not_needed"] if may_be_left else []), "help", "other"]
    made = [step_button(words[do], do, task) for do in wanted]
    made.append(button(words["show"], "show_incident", reference=task.reference))
    return [*made, button(words["all"], steps.DO, do="all")] if has_more else made


async def ask_proposal(turn: Turn, wanted: Awaited) -> None:
    """Propose what may be written down of a step, or ask for the person's own words."""
    proposal = "" if wanted.how == "own" else await proposal_of(turn, wanted.task)
    words, task = steps.words(turn), wanted.task
    if not proposal:
        turn.say("utter_task_write", label=steps.label(turn, task), readers=_readers(turn, task))
        return
    turn.say(
        "utter_task_proposal",
        label=steps.label(turn, task),
        proposal=proposal,
        readers=_readers(turn, task),
        buttons=[
            step_button(words["approve"], "approve", task),
            step_button(words["own"], "own", task),
        ],
    )


def _readers(turn: Turn, task: TaskId) -> str:
    """That whoever reported can read it, where they can."""
    told = task.name in followup.TOLD_TO_REPORTER
    return f" {steps.words(turn)['readers']}" if told else ""


async def proposal_of(turn: Turn, task: TaskId) -> str:
    """What may be written down of a step, drawn from the record; empty if nothing is proposed."""
    store, content = turn.services.store, turn.services.content
    shown = await incidents.show(store, turn.who, task.reference)
    plan = await followup.plan_of(store, turn.who, task.reference)
    return propose(content, shown, plan, task.name)


async def ask_reason(turn: Turn, wanted: Awaited) -> None:
    """Ask why a step is not needed: one of the policy's reasons, or own words."""
    planned, words, task = steps.planned(turn, wanted.step), steps.words(turn), wanted.task
    if planned is None or wanted.how == "own":
        turn.say("utter_task_own_reason")
        return
    made = [
        step_button(reason, "because", task, value=str(number))
        for number, reason in enumerate(planned.reasons)
    ]
    made.append(step_button(words["own_reason"], "own_reason", task))
    turn.say("utter_task_reason", label=steps.label(turn, task), buttons=made)


async def ask_reporter(turn: Turn, wanted: Awaited) -> None:
    """Ask who reported to an authority; Lotsen never does."""
    names = turn.services.content.taxonomy.answers["reported_by"]
    task = wanted.task
    made = [step_button(names[by], "reported", task, value=by) for by in ReportedBy]
    made.append(step_button(steps.words(turn)["no_report"], "not_needed", task))
    turn.say("utter_task_reporter", buttons=made)


async def ask_number(turn: Turn, wanted: Awaited) -> None:
    """Ask for the police's number of the report."""
    later = step_button(steps.words(turn)["no_number"], "no_number", wanted.task)
    turn.say("utter_task_number", buttons=[later])


async def ask_taker(turn: Turn, wanted: Awaited) -> None:
    """Ask who is to take an incident over; somebody who was named needs only a yes."""
    found = await followup.candidates(turn.services.store, turn.who, wanted.reference)
    words, task = steps.words(turn), wanted.task
    named = next((p for p in found if p.id == wanted.how), None)
    if named:
        yes = step_button(words["yes_take"], "take", task, value=named.id)
        no = step_button(words["no_take"], "look", task)
        turn.say(
            "utter_task_take_sure",
            name=named.name,
            reference=wanted.reference,
            buttons=[yes, no],
        )
        return
    takers = [step_button(f"{p.name}, {p.unit}", "take", task, value=p.id) for p in found]
    turn.say("utter_task_taker" if takers else "utter_task_no_taker", buttons=takers)


ASK: Mapping[What, Callable[[Turn, Awaited], Awaitable[None]]] = {
    What.PROPOSAL: ask_proposal,
    What.REASON: ask_reason,
    What.NUMBER: ask_number,
    What.REPORTER: ask_reporter,
    What.TAKER: ask_taker,
}
