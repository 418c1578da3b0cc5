"""What whoever handles an incident does with a step, by a button or in words."""

from collections.abc import Mapping, Sequence

from actions.asked import ONE, QUIET, Awaited, What, last_task, put_off
from actions.base import SayingWhyNot, Turn, button
from actions.tasks import steps
from actions.tasks.asking import proposal_of
from actions.tasks.steps import Do, Next, step_button
from actions.wording import Wording, bullets, due_day
from casework import authorities, followup, organisation
from casework.authorities import Made
from casework.followup import OpenGateError, Task, TaskId
from casework.incidents import ACKNOWLEDGE, CLOSE
from casework.plan_policy import PlannedStep
from casework.vocabulary import Authority, PersonId, Reference, ReportedBy

_MOST_LISTED = 8
"""Steps that are listed at a time; our choice, a phone holds them."""


async def choose(turn: Turn) -> Next:
    """Do what a button about a step says."""
    chosen = {name: values[0] for name, values in turn.chosen.items()}
    task = TaskId(Reference(chosen.get("reference", "")), chosen.get("step", ""))
    return await safely(turn, BY_BUTTON[chosen["do"]], task, chosen.get("value", ""))


async def safely(turn: Turn, do: Do, task: TaskId, value: str = "") -> Next:
    """Do it, or say that it is no longer possible; nothing is half done."""
    with SayingWhyNot(turn, "utter_task_over"):
        try:
            return await do(turn, task, value)
        except OpenGateError as gate:
            await _say_gate(turn, task.reference, gate)
    return None


async def _say_gate(turn: Turn, reference: Reference, gate: OpenGateError) -> None:
    plan = await followup.plan_of(turn.services.store, turn.who, reference)
    missing = [t for t in plan if t.name in gate.steps]
    turn.say(
        "utter_task_gate",
        reference=reference,
        steps=bullets(t.label for t in missing),
        buttons=[step_button(t.label, "look", t) for t in missing],
    )


async def _done(turn: Turn, task: TaskId, text: str = "") -> Next:
    """A step is done; what else must be said of it is asked first."""
    if steps.authority(turn, task):
        return Awaited(What.REPORTER, *task)
    planned = steps.planned(turn, task.name)
    if planned and planned.note:
        return Awaited(What.PROPOSAL, *task)
    return await write(turn, task, text)


async def write(turn: Turn, task: TaskId, text: str) -> Next:
    """Note that a step is done, with what was done."""
    store, content = turn.services.store, turn.services.content
    await followup.done(store, content, turn.who, task, text)
    if task.name == CLOSE:
        turn.say("utter_task_closed", reference=task.reference)
        return await _then(turn)
    _say_noted(turn, "utter_task_done", task)
    return await _then(turn)


async def approve(turn: Turn, task: TaskId, _value: str = "") -> Next:
    """Note that a step is done, in the words that were proposed."""
    return await write(turn, task, await proposal_of(turn, task))


async def _own(_turn: Turn, task: TaskId, _value: str = "") -> Next:
    return Awaited(What.PROPOSAL, *task, how="own")


async def _later(turn: Turn, task: TaskId, _value: str = "") -> Next:
    services = turn.services
    when = await followup.later(services.store, services.content, turn.who, task)
    turn.say("utter_task_later", day=due_day(when, services.store.clock()))
    put_off(turn, task)
    return await _then(turn)


async def not_needed(_turn: Turn, task: TaskId, _value: str = "") -> Next:
    """Ask why a step is not needed."""
    return Awaited(What.REASON, *task)


async def _own_reason(_turn: Turn, task: TaskId, _value: str = "") -> Next:
    return Awaited(What.REASON, *task, how="own")


async def _because(turn: Turn, task: TaskId, value: str) -> Next:
    planned = steps.planned(turn, task.name)
    reasons = planned.reasons if planned else ()
    return await leave(turn, task, reasons[int(value)])


async def leave(turn: Turn, task: TaskId, reason: str) -> Next:
    """Note that a step is not needed, and why; for an authority it means no report."""
    planned, services = steps.planned(turn, task.name), turn.services
    skip = authorities.not_reported if steps.authority(turn, task) else followup.not_needed
    await skip(services.store, services.content, turn.who, task, _known(planned, reason))
    _say_noted(turn, "utter_task_left_out", task)
    return await _then(turn)


def _known(planned: PlannedStep | None, reason: str) -> str:
    """The policy's own reason if that is what was written."""
    plain = reason.casefold().strip(" .")
    known = planned.reasons if planned else ()
    return next((r for r in known if r.casefold() == plain), reason)


async def reported(turn: Turn, task: TaskId, value: str) -> Next:
    """Note who reported to an authority; the police's number is asked for."""
    services, by = turn.services, ReportedBy(value)
    await authorities.reported(services.store, services.content, turn.who, task, Made(by))
    _say_noted(turn, "utter_task_reported", task)
    if steps.authority(turn, task) is Authority.POLICE:
        return Awaited(What.NUMBER, *task)
    return await _then(turn)


async def _ask_number(_turn: Turn, task: TaskId, _value: str = "") -> Next:
    return Awaited(What.NUMBER, *task)


async def no_number(turn: Turn, _task: TaskId, _value: str = "") -> Next:
    """Say that the police's number can be given later."""
    turn.say("utter_task_number_later")
    return await _then(turn)


async def number(turn: Turn, task: TaskId, text: str) -> Next:
    """Note the police's number."""
    police = Authority.POLICE
    await authorities.went_on(
        turn.services.store, turn.who, task.reference, police, number=text.strip()
    )
    turn.say("utter_task_number_noted")
    return await _then(turn)


async def _help(turn: Turn, task: TaskId, _value: str = "") -> Next:
    reach = await organisation.contacts(turn.services.store)
    lines = [reach[name] for name in _HELPERS if name in reach]
    words = steps.words(turn)
    turn.say(
        "utter_task_help",
        contacts=bullets(line[0].upper() + line[1:] for line in lines),
        buttons=[
            step_button(words["invite"], "invite", task),
            button(words["show"], "show_incident", reference=task.reference),
        ],
    )
    return _still(task)


_HELPERS = ("security", "legal", "occupational_health")


async def _invite(turn: Turn, task: TaskId, _value: str = "") -> Next:
    guest = await followup.invite(turn.services.store, turn.who, task.reference)
    if guest is None:
        turn.say("utter_task_nobody_to_invite")
        return None
    turn.say("utter_task_invited", name=guest.name, reference=task.reference)
    return _still(task)


async def other(_turn: Turn, task: TaskId, value: str = "") -> Next:
    """Ask who is to take the incident over."""
    return Awaited(What.TAKER, *task, how=value)


async def _take(turn: Turn, task: TaskId, value: str) -> Next:
    taker = await followup.hand_to(turn.services.store, turn.who, task.reference, PersonId(value))
    turn.say("utter_task_handed_to", name=taker.name, reference=task.reference)
    return await _then(turn)


async def undo(turn: Turn, task: TaskId, _value: str = "") -> Next:
    """Open a step again."""
    services = turn.services
    await followup.reopen(services.store, services.content, turn.who, task)
    turn.say("utter_task_reopened", label=steps.label(turn, task))
    return Awaited(What.TASK, *task, how=ONE)


async def _look(_turn: Turn, task: TaskId, _value: str = "") -> Next:
    return Awaited(What.TASK, *task, how=ONE)


async def _all(turn: Turn, task: TaskId, _value: str = "") -> Next:
    """List the open steps, of one incident if one is meant."""
    found = await steps.open_tasks(turn)
    found = [t for t in found if task.reference in ("", t.reference)]
    if not found:
        turn.say("utter_tasks_none")
        return None
    wording, now = Wording(turn.services.content.taxonomy), turn.services.store.clock()
    listed = found[:_MOST_LISTED]
    lines = [f"*{t.reference}* {t.label}, {wording.by_when(t.due, now)}" for t in listed]
    if rest := len(found) - len(listed):
        lines.append(steps.words(turn)["rest"].format(things=wording.counted("thing", rest)))
    labels = [t.label for t in listed]
    turn.say(
        "utter_tasks_all",
        things=wording.counted("thing", len(found)),
        list=bullets(lines),
        buttons=[step_button(_title(t, labels), "look", t) for t in listed],
    )
    shown = next((t for t in listed if (t.reference, t.name) == last_task(turn)), listed[0])
    return _still(TaskId(shown.reference, shown.name))


def _still(task: TaskId) -> Awaited:
    """Go on waiting for what is typed about a step, without showing it again."""
    return Awaited(What.TASK, *task, how=QUIET)


def _title(task: Task, labels: Sequence[str]) -> str:
    """The label, with the reference where several incidents have the same step."""
    single = labels.count(task.label) == 1
    return task.label if single else f"{task.label}, {task.reference}"


async def _enough(turn: Turn, _task: TaskId, _value: str = "") -> Next:
    turn.say("utter_tasks_enough")
    return None


BY_BUTTON: Mapping[str, Do] = {
    "done": _done,
    "approve": approve,
    "own": _own,
    "later": _later,
    "not_needed": not_needed,
    "own_reason": _own_reason,
    "because": _because,
    "reported": reported,
    "number": _ask_number,
    "no_number": no_number,
    "help": _help,
    "invite": _invite,
    "other": other,
    "take": _take,
    "undo": undo,
    "look": _look,
    "all": _all,
    "enough": _enough,
}
"""What each button about a step does, by its `do`."""


async def _then(turn: Turn) -> Next:
    """The next one at once, the most urgent first."""
    near = steps.pressing(turn, await steps.open_tasks(turn))
    if not near:
        turn.say("utter_tasks_nothing_pressing")
    return steps.first(near, "next")


def _say_noted(turn: Turn, response: str, task: TaskId) -> None:
    """Say that it is noted, and how to take it back; receiving a report cannot be."""
    undo = (
        [] if task.name == ACKNOWLEDGE else [step_button(steps.words(turn)["undo"], "undo", task)]
    )
    turn.say(response, label=steps.label(turn, task), reference=task.reference, buttons=undo)
