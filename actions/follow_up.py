"""After a report: own reports, and what whoever handles an incident does in the chat."""

from typing import override

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker
from rasa_sdk.types import DomainDict

from actions.base import Events, LotsenAction, button, chosen_values, say
from actions.services import Services, person_id
from casework import incidents, prompts
from casework.errors import ImpossibleChangeError, NotAllowedError, NotFoundError
from casework.incidents import Shown
from casework.organisation import Profile
from casework.vocabulary import IncidentType, Reference


class MyReports(LotsenAction):
    """Lists the person's own reports and where they stand."""

    @override
    def name(self) -> str:
        return "action_my_reports"

    @override
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        person = await self.services.person(tracker.sender_id)
        own = await incidents.of_reporter(self.services.store, person_id(person)) if person else []
        if own:
            say(dispatcher, "utter_my_reports", reports="\n".join(map(self._line, own)))
        else:
            say(dispatcher, "utter_no_reports")
        return []

    def _line(self, shown: Shown) -> str:
        status = self.services.content.taxonomy.answers["status"][shown.status]
        types = self.wording.types(IncidentType(t) for t in shown.types)
        return f"• *{shown.reference}* {types}: {status[0].lower() + status[1:]}"


class MyPrompts(LotsenAction):
    """Shows what waits for whoever handles incidents."""

    @override
    def name(self) -> str:
        return "action_my_prompts"

    @override
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        person = await self.services.person(tracker.sender_id)
        if person is None or not await show_prompts(self.services, dispatcher, person):
            say(dispatcher, "utter_no_prompts")
        return []


class AcknowledgeIncident(LotsenAction):
    """Notes that an incident has been received."""

    @override
    def name(self) -> str:
        return "action_acknowledge_incident"

    @override
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        person = await self.services.person(tracker.sender_id)
        reference = await _reference(self.services, tracker, person)
        if person is None or reference is None:
            say(dispatcher, "utter_no_prompts")
            return []
        try:
            shown = await incidents.acknowledge(self.services.store, person_id(person), reference)
        except (NotFoundError, NotAllowedError):
            say(dispatcher, "utter_not_yours")
        except ImpossibleChangeError:
            say(dispatcher, "utter_incident_withdrawn")
        else:
            show = self.services.content.taxonomy.answers["prompt"]["show"]
            say(
                dispatcher,
                "utter_acknowledged",
                buttons=[button(show, "show_incident", reference=shown.reference)],
                reference=shown.reference,
            )
        return []


class ShowIncident(LotsenAction):
    """Shows an incident to somebody who may see it; the opening is logged."""

    @override
    def name(self) -> str:
        return "action_show_incident"

    @override
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        person = await self.services.person(tracker.sender_id)
        reference = await _reference(self.services, tracker, person)
        if person is None or reference is None:
            say(dispatcher, "utter_no_prompts")
            return []
        try:
            shown = await incidents.show(self.services.store, person_id(person), reference)
        except (NotFoundError, NotAllowedError):
            say(dispatcher, "utter_not_yours")
            return []
        say(
            dispatcher,
            "utter_incident",
            reference=shown.reference,
            status=self.services.content.taxonomy.answers["status"][shown.status],
            summary=self.wording.incident(shown),
            reporter=shown.reporter,
        )
        return []


async def show_prompts(
    services: Services, dispatcher: CollectingDispatcher, person: Profile
) -> bool:
    """Show the person what waits for them; whether anything did."""
    waiting = await prompts.waiting(services.store, person_id(person))
    for prompt in waiting:
        say(
            dispatcher,
            f"utter_prompt_{prompt.kind}",
            buttons=_prompt_buttons(services, prompt),
            reference=prompt.reference,
        )
        await prompts.sent(services.store, prompt.id)
    return bool(waiting)


def _prompt_buttons(services: Services, prompt: prompts.DuePrompt) -> list[dict[str, str]]:
    """The choices under a prompt; those that need no answer have none."""
    words = services.content.taxonomy.answers["prompt"]
    if prompt.kind not in prompts.NEEDS_ANSWER:
        return []
    return [
        button(words["acknowledge"], "acknowledge_incident", reference=prompt.reference),
        button(words["show"], "show_incident", reference=prompt.reference),
    ]


def follow_up_actions(services: Services) -> list[LotsenAction]:
    """Every action of the time after a report."""
    return [
        MyReports(services),
        MyPrompts(services),
        AcknowledgeIncident(services),
        ShowIncident(services),
    ]


async def _reference(
    services: Services, tracker: Tracker, person: Profile | None
) -> Reference | None:
    """The incident that is meant: the chosen one, or the only one that waits for an answer."""
    chosen = chosen_values(tracker).get("reference")
    if chosen:
        return Reference(chosen[0])
    waiting = await prompts.waiting(services.store, person_id(person)) if person else []
    references = {p.reference for p in waiting if p.kind in prompts.NEEDS_ANSWER}
    return references.pop() if len(references) == 1 else None
