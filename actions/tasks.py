"""What whoever handles incidents does with their steps in the chat, one at a time."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from actions.asked import ONE, QUIET, Awaited, What, is_put_off, last_task, put_off
from actions.base import Button, Turn, button
from actions.errands import Errand, Typed, errand, is_no, is_number, is_yes, reporter, tells_of
from actions.proposals import propose
from actions.wording import Wording, bullets, due_day
from casework import authorities, followup, incidents, organisation, prompts
from casework.authorities import Made
from casework.errors import ImpossibleChangeError, NotAllowedError, NotFoundError
from casework.followup import OpenGateError, Task, TaskId
from casework.incidents import ACKNOWLEDGE, CLOSE
from casework.organisation import Profile
from casework.plan_policy import PlannedStep
from casework.vocabulary import Authority, PersonId, Reference, ReportedBy
from casework.working_time import working_days_later

DO = "manager_followup"
"""The intent of every choice here."""

_PRESSING_WORKING_DAYS = 3
"""What is due within so many working days is brought up unasked; our choice."""

_MOST_LISTED = 8
"""Steps that are listed at a time; our choice, a phone holds them."""

Next = Awaited | None
_Do = Callable[[Turn, TaskId, str], Awaitable[Next]]


# --- which steps


async def _found(turn: Turn) -> list[Task]:
    """The open steps of whoever speaks, the most urgent first."""
    return await followup.tasks(turn.services.store, turn.who)


def _pressing(turn: Turn, found: Sequence[Task]) -> list[Task]:
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
    found = await _found(turn)
    brought_up = await _brought_up(turn, found)
    return _first(brought_up or (found if at_least_one else []))


async def _brought_up(turn: Turn, found: Sequence[Task]) -> list[Task]:
    waiting = await prompts.waiting(turn.services.store, turn.who)
    prompted = {p.reference for p in waiting if p.kind in prompts.NEEDS_ANSWER}
    return [t for t in _pressing(turn, found) if t.reference not in prompted]


def _first(found: Sequence[Task], how: str = "") -> Next:
    return Awaited(What.TASK, found[0].reference, found[0].name, how) if found else None


async def next_step(turn: Turn, reference: Reference) -> Task | None:
    """The most urgent open step of one incident that the person handles."""
    return next((t for t in await _found(turn) if t.reference == reference), None)


async def number_button(turn: Turn, reference: Reference) -> list[Button]:
    """To write down the police's number, where it was reported and there is none yet."""
    found = await authorities.of_incident(turn.services.store, turn.who, reference)
    made = found.get(Authority.POLICE)
    if made is None or made.reported_by is None or made.number:
        return []
    step = next(
        s.name for s in turn.services.content.policy.steps if s.authority is made.authority
    )
    return [_button(_words(turn)["number"], "number", TaskId(reference, step))]


# --- asking


async def ask_task(turn: Turn, wanted: Awaited) -> TaskId | None:
    """Show the step that is wanted, or the most urgent one if it has been answered meanwhile.

    Returns:
        Which was shown; None if nothing is left.
    """
    found = await _found(turn)
    task = next((t for t in found if (t.reference, t.name) == wanted.task), None)
    task = task or next(iter(found), None)
    if task is None:
        return None
    wording, now = Wording(turn.services.content.taxonomy), turn.services.store.clock()
    near = await _brought_up(turn, found) or [task]
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
    words = _words(turn)
    return [_button(words["next"], "look", task), button(words["enough"], DO, do="enough")]


def _task_buttons(turn: Turn, task: Task, *, has_more: bool) -> list[Button]:
    words, planned = _words(turn), _planned(turn, task.name)
    may_be_left = bool(planned and planned.reasons)
    wanted = ["done", "later", *(["not_needed"] if may_be_left else []), "help", "other"]
    made = [_button(words[do], do, task) for do in wanted]
    made.append(button(words["show"], "show_incident", reference=task.reference))
    return [*made, button(words["all"], DO, do="all")] if has_more else made


async def ask_proposal(turn: Turn, wanted: Awaited) -> None:
    """Propose what may be written down of a step, or ask for the person's own words."""
    proposal = "" if wanted.how == "own" else await _proposal(turn, wanted.task)
    words, task = _words(turn), wanted.task
    if not proposal:
        turn.say("utter_task_write", label=_label(turn, task), readers=_readers(turn, task))
        return
    turn.say(
        "utter_task_proposal",
        label=_label(turn, task),
        proposal=proposal,
        readers=_readers(turn, task),
        buttons=[_button(words["approve"], "approve", task), _button(words["own"], "own", task)],
    )


def _readers(turn: Turn, task: TaskId) -> str:
    """That whoever reported can read it, where they can."""
    told = task.name in followup.TOLD_TO_REPORTER
    return f" {_words(turn)['readers']}" if told else ""


async def _proposal(turn: Turn, task: TaskId) -> str:
    store, content = turn.services.store, turn.services.content
    shown = await incidents.show(store, turn.who, task.reference)
    plan = await followup.plan_of(store, turn.who, task.reference)
    return propose(content, shown, plan, task.name)


async def ask_reason(turn: Turn, wanted: Awaited) -> None:
    """Ask why a step is not needed: one of the policy's reasons, or own words."""
    planned, words, task = _planned(turn, wanted.step), _words(turn), wanted.task
    if planned is None or wanted.how == "own":
        turn.say("utter_task_own_reason")
        return
    made = [
        _button(reason, "because", task, value=str(number))
        for number, reason in enumerate(planned.reasons)
    ]
    made.append(_button(words["own_reason"], "own_reason", task))
    turn.say("utter_task_reason", label=_label(turn, task), buttons=made)


async def ask_reporter(turn: Turn, wanted: Awaited) -> None:
    """Ask who reported to an authority; Lotsen never does."""
    names = turn.services.content.taxonomy.answers["reported_by"]
    task = wanted.task
    made = [_button(names[by], "reported", task, value=by) for by in ReportedBy]
    made.append(_button(_words(turn)["no_report"], "not_needed", task))
    turn.say("utter_task_reporter", buttons=made)


async def ask_number(turn: Turn, wanted: Awaited) -> None:
    """Ask for the police's number of the report."""
    later = _button(_words(turn)["no_number"], "no_number", wanted.task)
    turn.say("utter_task_number", buttons=[later])


async def ask_taker(turn: Turn, wanted: Awaited) -> None:
    """Ask who is to take an incident over; somebody who was named needs only a yes."""
    found = await followup.candidates(turn.services.store, turn.who, wanted.reference)
    words, task = _words(turn), wanted.task
    named = next((p for p in found if p.id == wanted.how), None)
    if named:
        yes = _button(words["yes_take"], "take", task, value=named.id)
        no = _button(words["no_take"], "look", task)
        turn.say(
            "utter_task_take_sure",
            name=named.name,
            reference=wanted.reference,
            buttons=[yes, no],
        )
        return
    takers = [_button(f"{p.name}, {p.unit}", "take", task, value=p.id) for p in found]
    turn.say("utter_task_taker" if takers else "utter_task_no_taker", buttons=takers)


ASK: Mapping[What, Callable[[Turn, Awaited], Awaitable[None]]] = {
    What.PROPOSAL: ask_proposal,
    What.REASON: ask_reason,
    What.NUMBER: ask_number,
    What.REPORTER: ask_reporter,
    What.TAKER: ask_taker,
}


# --- doing


async def choose(turn: Turn) -> Next:
    """Do what a button about a step says."""
    chosen = {name: values[0] for name, values in turn.chosen.items()}
    task = TaskId(Reference(chosen.get("reference", "")), chosen.get("step", ""))
    return await _safely(turn, _DO[chosen["do"]], task, chosen.get("value", ""))


async def _safely(turn: Turn, do: _Do, task: TaskId, value: str = "") -> Next:
    """Do it, or say that it is no longer possible; nothing is half done."""
    try:
        return await do(turn, task, value)
    except OpenGateError as gate:
        await _say_gate(turn, task.reference, gate)
    except (NotFoundError, NotAllowedError):
        turn.say("utter_not_yours")
    except ImpossibleChangeError:
        turn.say("utter_task_over")
    return None


async def _say_gate(turn: Turn, reference: Reference, gate: OpenGateError) -> None:
    plan = await followup.plan_of(turn.services.store, turn.who, reference)
    missing = [t for t in plan if t.name in gate.steps]
    turn.say(
        "utter_task_gate",
        reference=reference,
        steps=bullets(t.label for t in missing),
        buttons=[_button(t.label, "look", t) for t in missing],
    )


async def _done(turn: Turn, task: TaskId, text: str = "") -> Next:
    """A step is done; what else must be said of it is asked first."""
    if _authority(turn, task):
        return Awaited(What.REPORTER, *task)
    planned = _planned(turn, task.name)
    if planned and planned.note:
        return Awaited(What.PROPOSAL, *task)
    return await _write(turn, task, text)


async def _write(turn: Turn, task: TaskId, text: str) -> Next:
    store, content = turn.services.store, turn.services.content
    await followup.done(store, content, turn.who, task, text)
    if task.name == CLOSE:
        turn.say("utter_task_closed", reference=task.reference)
        return await _then(turn)
    _say_noted(turn, "utter_task_done", task)
    return await _then(turn)


async def _approve(turn: Turn, task: TaskId, _value: str = "") -> Next:
    return await _write(turn, task, await _proposal(turn, task))


async def _own(_turn: Turn, task: TaskId, _value: str = "") -> Next:
    return Awaited(What.PROPOSAL, *task, how="own")


async def _later(turn: Turn, task: TaskId, _value: str = "") -> Next:
    services = turn.services
    when = await followup.later(services.store, services.content, turn.who, task)
    turn.say("utter_task_later", day=due_day(when, services.store.clock()))
    put_off(turn, task)
    return await _then(turn)


async def _not_needed(_turn: Turn, task: TaskId, _value: str = "") -> Next:
    return Awaited(What.REASON, *task)


async def _own_reason(_turn: Turn, task: TaskId, _value: str = "") -> Next:
    return Awaited(What.REASON, *task, how="own")


async def _because(turn: Turn, task: TaskId, value: str) -> Next:
    planned = _planned(turn, task.name)
    reasons = planned.reasons if planned else ()
    return await _leave(turn, task, reasons[int(value)])


async def _leave(turn: Turn, task: TaskId, reason: str) -> Next:
    """A step is not needed, for this reason; for an authority it means no report."""
    planned, services = _planned(turn, task.name), turn.services
    skip = authorities.not_reported if _authority(turn, task) else followup.not_needed
    await skip(services.store, services.content, turn.who, task, _known(planned, reason))
    _say_noted(turn, "utter_task_left_out", task)
    return await _then(turn)


def _known(planned: PlannedStep | None, reason: str) -> str:
    """The policy's own reason if that is what was written."""
    plain = reason.casefold().strip(" .")
    known = planned.reasons if planned else ()
    return next((r for r in known if r.casefold() == plain), reason)


async def _reported(turn: Turn, task: TaskId, value: str) -> Next:
    services, by = turn.services, ReportedBy(value)
    await authorities.reported(services.store, services.content, turn.who, task, Made(by))
    _say_noted(turn, "utter_task_reported", task)
    if _authority(turn, task) is Authority.POLICE:
        return Awaited(What.NUMBER, *task)
    return await _then(turn)


async def _ask_number(_turn: Turn, task: TaskId, _value: str = "") -> Next:
    return Awaited(What.NUMBER, *task)


async def _no_number(turn: Turn, _task: TaskId, _value: str = "") -> Next:
    turn.say("utter_task_number_later")
    return await _then(turn)


async def _number(turn: Turn, task: TaskId, text: str) -> Next:
    police = Authority.POLICE
    await authorities.went_on(
        turn.services.store, turn.who, task.reference, police, number=text.strip()
    )
    turn.say("utter_task_number_noted")
    return await _then(turn)


async def _help(turn: Turn, task: TaskId, _value: str = "") -> Next:
    reach = await organisation.contacts(turn.services.store)
    lines = [reach[name] for name in _HELPERS if name in reach]
    words = _words(turn)
    turn.say(
        "utter_task_help",
        contacts=bullets(line[0].upper() + line[1:] for line in lines),
        buttons=[
            _button(words["invite"], "invite", task),
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


async def _other(_turn: Turn, task: TaskId, value: str = "") -> Next:
    return Awaited(What.TAKER, *task, how=value)


async def _take(turn: Turn, task: TaskId, value: str) -> Next:
    taker = await followup.hand_to(turn.services.store, turn.who, task.reference, PersonId(value))
    turn.say("utter_task_handed_to", name=taker.name, reference=task.reference)
    return await _then(turn)


async def _undo(turn: Turn, task: TaskId, _value: str = "") -> Next:
    services = turn.services
    await followup.reopen(services.store, services.content, turn.who, task)
    turn.say("utter_task_reopened", label=_label(turn, task))
    return Awaited(What.TASK, *task, how=ONE)


async def _look(_turn: Turn, task: TaskId, _value: str = "") -> Next:
    return Awaited(What.TASK, *task, how=ONE)


async def _all(turn: Turn, task: TaskId, _value: str = "") -> Next:
    """List the open steps, of one incident if one is meant."""
    found = await _found(turn)
    found = [t for t in found if task.reference in ("", t.reference)]
    if not found:
        turn.say("utter_tasks_none")
        return None
    wording, now = Wording(turn.services.content.taxonomy), turn.services.store.clock()
    listed = found[:_MOST_LISTED]
    lines = [f"*{t.reference}* {t.label}, {wording.by_when(t.due, now)}" for t in listed]
    if rest := len(found) - len(listed):
        lines.append(_words(turn)["rest"].format(things=wording.counted("thing", rest)))
    labels = [t.label for t in listed]
    turn.say(
        "utter_tasks_all",
        things=wording.counted("thing", len(found)),
        list=bullets(lines),
        buttons=[_button(_title(t, labels), "look", t) for t in listed],
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


_DO: Mapping[str, _Do] = {
    "done": _done,
    "approve": _approve,
    "own": _own,
    "later": _later,
    "not_needed": _not_needed,
    "own_reason": _own_reason,
    "because": _because,
    "reported": _reported,
    "number": _ask_number,
    "no_number": _no_number,
    "help": _help,
    "invite": _invite,
    "other": _other,
    "take": _take,
    "undo": _undo,
    "look": _look,
    "all": _all,
    "enough": _enough,
}


async def _then(turn: Turn) -> Next:
    """The next one at once, the most urgent first."""
    near = _pressing(turn, await _found(turn))
    if not near:
        turn.say("utter_tasks_nothing_pressing")
    return _first(near, "next")


def _say_noted(turn: Turn, response: str, task: TaskId) -> None:
    """Say that it is noted, and how to take it back; receiving a report cannot be."""
    undo = [] if task.name == ACKNOWLEDGE else [_button(_words(turn)["undo"], "undo", task)]
    turn.say(response, label=_label(turn, task), reference=task.reference, buttons=undo)


# --- typed


async def understand(turn: Turn, wanted: Awaited | None) -> bool:
    """Whether typed words can be an answer to what is wanted, or an errand about a step."""
    if wanted is None or wanted.what is What.TASK:
        return errand(turn.text, _all_said(turn, await _found(turn))) is not None
    if wanted.what is What.REPORTER:
        return _reporter_of(turn.text) is not None
    if wanted.what is What.TAKER:
        return _named(turn.text, await _candidates(turn, wanted.reference)) is not None
    return True


async def take(turn: Turn, wanted: Awaited | None) -> Next:
    """Do what was typed; `understand` has said that it can be done."""
    if wanted is None or wanted.what is What.TASK:
        return await run_errand(turn)
    return await _safely(turn, _TAKE[wanted.what], wanted.task, turn.text)


async def _take_proposal(turn: Turn, task: TaskId, text: str) -> Next:
    return await (_approve(turn, task) if is_yes(text) else _write(turn, task, text))


async def _take_number(turn: Turn, task: TaskId, text: str) -> Next:
    if is_number(text):
        return await _number(turn, task, text)
    if is_no(text) or "inte" in text.casefold():
        return await _no_number(turn, task)
    turn.say("utter_task_no_number")
    return Awaited(What.NUMBER, *task)


async def _take_reporter(turn: Turn, task: TaskId, text: str) -> Next:
    by = reporter(text)
    return await (_reported(turn, task, by) if by else _not_needed(turn, task))


async def _take_taker(turn: Turn, task: TaskId, text: str) -> Next:
    named = _named(text, await _candidates(turn, task.reference))
    return await _other(turn, task, named.id) if named else None


_TAKE: Mapping[What, _Do] = {
    What.PROPOSAL: _take_proposal,
    What.REASON: _leave,
    What.NUMBER: _take_number,
    What.REPORTER: _take_reporter,
    What.TAKER: _take_taker,
}


async def is_errand(turn: Turn) -> bool:
    """Whether somebody who handles incidents typed what they did, or want, with a step."""
    found = await _found(turn)
    typed = errand(turn.text, _all_said(turn, found))
    return bool(found) and typed is not None and typed.errand is not Errand.NEXT


async def asks_what_next(turn: Turn) -> bool:
    """Whether somebody who handles incidents asks what they are to do."""
    found = await _found(turn)
    typed = errand(turn.text)
    return bool(found) and typed is not None and typed.errand in (Errand.NEXT, Errand.ALL)


async def run_errand(turn: Turn) -> Next:
    """Do what a manager typed about a step: the one shown last, or the one their words name."""
    found = await _found(turn)
    typed = errand(turn.text, _all_said(turn, found))
    if typed is None or not found:
        return None
    if typed.errand is Errand.UNDO and (last := last_task(turn)):
        return await _safely(turn, _undo, last)
    if typed.errand in (Errand.ALL, Errand.ENOUGH):
        return await _safely(turn, _DO[typed.errand], TaskId(Reference(""), ""))
    meant = _meant(turn, found)
    if meant is None or typed.errand in (Errand.NEXT, Errand.UNDO):
        return await digest(turn, at_least_one=True)
    return await _about(turn, TaskId(meant.reference, meant.name), typed)


async def _about(turn: Turn, task: TaskId, typed: Typed) -> Next:
    planned = _planned(turn, task.name)
    if typed.errand is Errand.NOT_NEEDED:
        if planned is None or not planned.reasons:
            return Awaited(What.TASK, *task, how=ONE)
        return await _safely(turn, _leave if typed.reason else _not_needed, task, typed.reason)
    if typed.errand is Errand.OTHER:
        named = _named(turn.text, await _candidates(turn, task.reference))
        return await _safely(turn, _other, task, named.id if named else "")
    text = turn.text if typed.errand is Errand.DONE and len(turn.text.split()) > _BARE else ""
    return await _safely(turn, _DO[typed.errand], task, text)


_BARE = 2
"""Words of a bare 'klart' or 'det är'; more is kept as what was done (our choice)."""


def _meant(turn: Turn, found: Sequence[Task]) -> Task | None:
    """Which step: named by its words, first in the incident shown last; else the one shown."""
    last = last_task(turn)
    shown = next((t for t in found if (t.reference, t.name) == last), None)
    named = [t for t in found if tells_of(turn.text, _said(turn, t.name))]
    if shown and (shown in named or not named):
        return shown
    same = [t for t in named if last and t.reference == last.reference]
    return next(iter(same or named), None)


async def _candidates(turn: Turn, reference: Reference) -> list[Profile]:
    """Who may take an incident over; nobody, if it is no longer theirs to give away."""
    try:
        return await followup.candidates(turn.services.store, turn.who, reference)
    except (NotFoundError, NotAllowedError, ImpossibleChangeError):
        return []


def _named(text: str, people: Sequence[Profile]) -> Profile | None:
    """Somebody whose first name is in a text, or whose function is."""
    words = set(text.casefold().replace("?", " ").replace(",", " ").split())
    return next((p for p in people if {p.name.split()[0].casefold(), p.role} & words), None)


def _reporter_of(text: str) -> str | None:
    """Who reported, as words say it; empty for nobody, None if they do not say."""
    try:
        return reporter(text) or ""
    except LookupError:
        return None


def _all_said(turn: Turn, found: Sequence[Task]) -> list[str]:
    """Words by which these steps are known."""
    return [word for t in found for word in _said(turn, t.name)]


# --- words


def _said(turn: Turn, name: str) -> tuple[str, ...]:
    planned = _planned(turn, name)
    return planned.said if planned else ()


def _planned(turn: Turn, name: str) -> PlannedStep | None:
    return turn.services.content.policy.step(name)


def _authority(turn: Turn, task: TaskId) -> Authority | None:
    return turn.services.content.policy.authority_of(task.name)


def _label(turn: Turn, task: TaskId) -> str:
    planned = _planned(turn, task.name)
    return planned.label if planned else ""


def _words(turn: Turn) -> dict[str, str]:
    return turn.services.content.taxonomy.answers["task"]


def _button(title: str, do: str, task: Task | TaskId, *, value: str = "") -> Button:
    values = {"do": do, "reference": task.reference, "step": task.name}
    return button(title, DO, **(values | ({"value": value} if value else {})))
