"""After a report: what waits, and what whoever handles an incident does in the chat."""

import re
from abc import abstractmethod
from typing import override

from actions.base import Button, Events, LotsenAction, Turn, button
from actions.own_reports import own_buttons
from actions.services import Services
from actions.wording import day
from casework import incidents, papers, prompts
from casework.errors import ImpossibleChangeError, NotAllowedError, NotFoundError
from casework.incidents import Shown
from casework.nudges import removal
from casework.papers import Paper
from casework.vocabulary import REFERENCE, Reference, Status


class HandleIncident(LotsenAction):
    """Finds the incident that is meant; subclasses say what is done with it."""

    @override
    async def act(self, turn: Turn) -> Events:
        reference = await self._reference(turn) if turn.person else None
        if reference is None:
            if turn.person is None or not await show_prompts(turn):
                turn.say("utter_no_prompts")
            return []
        try:
            await self.handle(turn, reference)
        except (NotFoundError, NotAllowedError):
            turn.say("utter_not_yours")
        except ImpossibleChangeError:
            turn.say("utter_incident_withdrawn")
        return []

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
        notes = [] if is_own else self.wording.notes(shown)
        turn.say(
            "utter_own_report" if is_own else "utter_incident",
            reference=shown.reference,
            status=self.services.content.taxonomy.answers["status"][shown.status],
            summary="\n".join([self.wording.incident(shown), *notes]),
            reporter=shown.reporter,
            buttons=self._next_step(turn, shown),
            files=[
                self.file(paper, shown.reference)
                for paper in papers.offered(shown.types, serious=shown.serious)
                if paper is Paper.POLICE
            ],
        )

    def _next_step(self, turn: Turn, shown: Shown) -> list[Button]:
        """Whoever is to receive it can do so here; the reporter can add, correct, withdraw."""
        answers = self.services.content.taxonomy.answers
        if shown.reporter_id == turn.who:
            return own_buttons(answers["own"], shown)
        if shown.status is not Status.SUBMITTED:
            return []
        words = answers["prompt"]
        return [button(words["acknowledge"], "acknowledge_incident", reference=shown.reference)]


async def show_prompts(turn: Turn) -> set[prompts.Kind]:
    """Show the person what waits for them; which kinds did.

    What offers to take up a draft comes last, so that its choices may be made.
    """
    store = turn.services.store
    shown = set[prompts.Kind]()
    waiting = await prompts.waiting(store, turn.who)
    for prompt in sorted(waiting, key=lambda prompt: prompt.kind in prompts.NUDGES):
        is_first = await prompts.sent(store, prompt.id)
        if is_first or prompt.kind in prompts.NEEDS_ANSWER:
            _say_prompt(turn, prompt)
            shown.add(prompt.kind)
    return shown


def _say_prompt(turn: Turn, prompt: prompts.DuePrompt) -> None:
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


def _prompt_buttons(services: Services, prompt: prompts.DuePrompt) -> list[Button]:
    """The choices under a prompt that handle its incident; others stand with the wording."""
    words = services.content.taxonomy.answers["prompt"]
    if prompt.kind not in prompts.NEEDS_ANSWER or prompt.reference is None:
        return []
    return [
        button(words["acknowledge"], "acknowledge_incident", reference=prompt.reference),
        button(words["show"], "show_incident", reference=prompt.reference),
    ]


def follow_up_actions(services: Services) -> list[LotsenAction]:
    """Every action of the time after a report."""
    return [
        AcknowledgeIncident(services),
        ShowIncident(services),
    ]
