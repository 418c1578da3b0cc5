"""After a report: what waits, and what whoever handles an incident does in the chat."""

import re
from abc import abstractmethod
from collections.abc import Sequence
from typing import NamedTuple, override

from actions import asked, check_in, tasks
from actions.asked import Awaited, What
from actions.base import Button, Events, LotsenAction, SayingWhyNot, Turn, button
from actions.own_reports import own_buttons
from actions.services import Services
from actions.wording import bullets, day
from casework import check_ins, followup, incidents, papers, prompts
from casework.followup import Task
from casework.incidents import Shown
from casework.nudges import removal
from casework.papers import Paper
from casework.prompts import DuePrompt, Kind
from casework.vocabulary import REFERENCE, Reference, Status


class HandleIncident(LotsenAction):
    """Finds the incident that is meant; subclasses say what is done with it."""

    @override
    async def act(self, turn: Turn) -> Events:
        reference = await self._reference(turn) if turn.person else None
        if reference is None:
            return await my_prompts(turn)
        with SayingWhyNot(turn, "utter_incident_withdrawn"):
            await self.handle(turn, reference)
        return await asked.go_on(turn) if asked.is_asking(turn) else []

    @abstractmethod
    async def handle(self, turn: Turn, reference: Reference) -> None:
        """Do it, and say what came of it."""

    async def _reference(self, turn: Turn) -> Reference | None:
        """The incident that was chosen or written, or the only one that waits for an answer."""
        if named := turn.chosen.get("reference") or re.findall(REFERENCE, turn.text.upper()):
            return Reference(named[0])
        waiting = await prompts.waiting(self.services.store, turn.who)
        answerable = [p.reference for p in waiting if p.kind in prompts.NEEDS_ANSWER]
        references = {reference for reference in answerable if reference}
        return references.pop() if len(references) == 1 else None


async def my_prompts(turn: Turn) -> Events:
    """Do what a button about a step says, or show what waits for the person."""
    if turn.person is None:
        turn.say("utter_no_prompts")
        return []
    do = turn.chosen.get("do", ("",))[0]
    if do not in ("", PUSHED, CARRIED):
        return asked.ask(turn, await tasks.choose(turn))
    if turn.text and await tasks.is_errand(turn):
        return asked.ask(turn, await tasks.run_errand(turn))
    prompted = await show_prompts(turn, marks=do != CARRIED)
    if do in (PUSHED, CARRIED):
        return asked.ask(turn, prompted.asks) if prompted.asks else await asked.go_on(turn)
    asks = prompted.asks or await tasks.digest(turn, at_least_one=True)
    if asks is None and not prompted.kinds:
        turn.say("utter_no_prompts")
    return asked.ask(turn, asks)


PUSHED = "prompts"
"""What is done when prompts come by themselves, rather than being asked for."""

CARRIED = "carried"
"""The same on the way to another platform: whoever carries them notes when they have got there."""


class AcknowledgeIncident(HandleIncident):
    """Notes that an incident has been received."""

    called = "action_acknowledge_incident"

    @override
    async def handle(self, turn: Turn, reference: Reference) -> None:
        await incidents.acknowledge(self.services.store, turn.who, reference)
        show = self.services.content.taxonomy.answers["prompt"]["show"]
        turn.say(
            "utter_acknowledged",
            buttons=[button(show, "show_incident", reference=reference)],
            reference=reference,
        )


class ShowIncident(HandleIncident):
    """Shows an incident to somebody who may see it; the opening is logged."""

    called = "action_show_incident"

    @override
    async def handle(self, turn: Turn, reference: Reference) -> None:
        shown = await incidents.show(self.services.store, turn.who, reference)
        is_own = shown.reporter_id == turn.who
        step = None if is_own else await tasks.next_step(turn, shown.reference)
        notes = [] if is_own else self.wording.notes(shown)
        turn.say(
            "utter_own_report" if is_own else "utter_incident",
            reference=shown.reference,
            status=self.services.content.taxonomy.answers["status"][shown.status],
            summary="\n".join([self.wording.incident(shown), *notes]),
            reporter=shown.reporter,
            next=await self._came_of_it(turn, shown) if is_own else self._left(step),
            buttons=[*await self._about_steps(turn, shown, step), *self._next_step(turn, shown)],
            files=[
                self.file(paper, shown.reference)
                for paper in papers.offered(shown.types, serious=shown.serious)
                if paper is Paper.POLICE
            ],
        )

    async def _came_of_it(self, turn: Turn, shown: Shown) -> str:
        """What was done, for whoever reported it; empty if nothing was written yet."""
        told = await followup.feedback(self.services.store, turn.who, shown.reference)
        words = self.services.content.taxonomy.answers["own"]
        plain = words.get(f"status_{shown.status}", "").format(responsible=told.responsible)
        done = words["done"].format(done=told.done) if told.done else ""
        return "".join(f"\n\n{part}" for part in (plain, done) if part)

    def _left(self, step: Task | None) -> str:
        """The next step and how long is left, for whoever handles it."""
        if step is None:
            return ""
        words, now = self.services.content.taxonomy.answers["task"], self.services.store.clock()
        left = self.wording.left(step.due, now)
        return "\n\n" + words["next_step"].format(label=step.label, left=left)

    async def _about_steps(self, turn: Turn, shown: Shown, step: Task | None) -> list[Button]:
        """To answer a check-in, or to see what is left to do."""
        answers = self.services.content.taxonomy.answers
        if shown.reporter_id == turn.who:
            waiting = await check_ins.unanswered(self.services.store, turn.who)
            is_asked = shown.reference in waiting
            return [check_in.read_button(shown.reference, answers["check_in"])] if is_asked else []
        made = await tasks.number_button(turn, shown.reference)
        if shown.status is Status.SUBMITTED or step is None:
            return made
        left = answers["prompt"]["left"]
        return [button(left, tasks.DO, do="all", reference=shown.reference), *made]

    def _next_step(self, turn: Turn, shown: Shown) -> list[Button]:
        """Whoever is to receive it can do so here; the reporter can add, correct, withdraw."""
        answers = self.services.content.taxonomy.answers
        if shown.reporter_id == turn.who:
            return own_buttons(answers["own"], shown)
        if shown.status is not Status.SUBMITTED:
            return []
        words = answers["prompt"]
        return [button(words["acknowledge"], "acknowledge_incident", reference=shown.reference)]


class Prompted(NamedTuple):
    """What was shown to somebody, and what they are to be asked now."""

    kinds: frozenset[Kind]
    asks: Awaited | None


_MOST_APART = 3
"""New reports that are shown each by itself; more are gathered in one message (our choice)."""

_MOST_GATHERED = 8
"""New reports in one message; our choice, a phone holds them."""


async def show_prompts(turn: Turn, *, came: bool = False, marks: bool = True) -> Prompted:
    """Show the person what waits for them.

    What offers to take up a draft comes last, so that its choices may be made. What is to be
    done comes as one digest, and how somebody is as a question: `asks`, for the form.

    Args:
        came: whether they have just come; then the digest is shown once a day, prompted or not.
        marks: whether it is noted at once that they are shown.
    """
    store = turn.services.store
    fresh = [
        prompt
        for prompt in await prompts.waiting(store, turn.who)
        if not marks or await prompts.sent(store, prompt.id) or prompt.kind in prompts.NEEDS_ANSWER
    ]
    _say_new(turn, [p for p in fresh if p.kind is Kind.NEW_INCIDENT])
    apart = (Kind.NEW_INCIDENT, Kind.STEPS, Kind.CHECK_IN)
    for prompt in sorted(fresh, key=lambda prompt: prompt.kind in prompts.NUDGES):
        if prompt.kind not in apart:
            _say_prompt(turn, prompt)
    kinds = frozenset(prompt.kind for prompt in fresh)
    return Prompted(kinds, await _asks(turn, fresh, came=came))


async def _asks(turn: Turn, fresh: Sequence[DuePrompt], *, came: bool) -> Awaited | None:
    """What is asked: how the person is, before anything they are to do."""
    store = turn.services.store
    for prompt in reversed(fresh):
        if prompt.kind is Kind.CHECK_IN and prompt.reference:
            return Awaited(What.WELLBEING, prompt.reference)
    is_prompted = any(prompt.kind is Kind.STEPS for prompt in fresh)
    wanted = await tasks.digest(turn, at_least_one=is_prompted)
    if wanted is None or is_prompted or not came:
        return wanted if is_prompted else None
    return wanted if await prompts.first_today(store, Kind.STEPS, turn.who) else None


def _say_new(turn: Turn, new: Sequence[DuePrompt]) -> None:
    """Reports to be received: each by itself, or all in one list; what is serious first."""
    if len(new) <= _MOST_APART:
        for prompt in new:
            _say_prompt(turn, prompt)
        return
    words = turn.services.content.taxonomy.answers["prompt"]
    listed = [p.reference for p in sorted(new, key=lambda p: not p.serious) if p.reference]
    listed = listed[:_MOST_GATHERED]
    turn.say(
        "utter_new_incidents",
        count=str(len(new)),
        list=bullets(f"*{reference}*" for reference in listed),
        buttons=[
            button(f"{words['show']} {reference}", "show_incident", reference=reference)
            for reference in listed
        ],
    )


def _say_prompt(turn: Turn, prompt: DuePrompt) -> None:
    """Say a prompt with what it is about: an incident's reference, or the days of a draft."""
    response, services = f"utter_prompt_{prompt.kind}", turn.services
    if prompt.draft is None:
        buttons = _prompt_buttons(services, prompt)
        turn.say(response, buttons=buttons, reference=prompt.reference or "")
        return
    turn.say(
        response,
        begun=day(prompt.draft.begun_at),
        changed=day(prompt.draft.changed_at),
        removed=day(removal(prompt.draft.changed_at, services.content.policy.drafts)),
    )


_TO_READ = frozenset({Kind.ACTED, Kind.CLOSED, Kind.DELAYED})
_TO_LOOK_AT = frozenset({Kind.AMENDED, Kind.SUPPORT_LACKING, Kind.ESCALATED})
_TO_TAKE_UP = frozenset({Kind.HANDED_OVER, Kind.INVITED, Kind.ESCALATED, Kind.SUPPORT_LACKING})


def _prompt_buttons(services: Services, prompt: DuePrompt) -> list[Button]:
    """The choices under a prompt about an incident; others stand with the wording."""
    words, reference = services.content.taxonomy.answers["prompt"], prompt.reference
    if reference is None:
        is_round = prompt.kind is Kind.ROUND
        return [button(words["left"], tasks.DO, do="all")] if is_round else []
    show = button(words["show"], "show_incident", reference=reference)
    if prompt.kind in prompts.NEEDS_ANSWER:
        return [button(words["acknowledge"], "acknowledge_incident", reference=reference), show]
    if prompt.kind in _TO_READ:
        return [button(words["read"], "show_incident", reference=reference)]
    shown = [show] if prompt.kind in _TO_LOOK_AT | _TO_TAKE_UP else []
    left = button(words["left"], tasks.DO, do="all", reference=reference)
    return [*shown, left] if prompt.kind in _TO_TAKE_UP else shown


def follow_up_actions(services: Services) -> list[LotsenAction]:
    """Every action of the time after a report."""
    return [
        AcknowledgeIncident(services),
        ShowIncident(services),
    ]
