"""Greeting, and what is said when Lotsen is not sure what is meant."""

from typing import override

from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker
from rasa_sdk.types import DomainDict

from actions.base import Events, LotsenAction, say
from actions.follow_up import show_prompts
from actions.services import Services, person_id
from actions.wording import moment
from casework import drafts
from casework.vocabulary import Role

_STORY_WORDS = 8
"""A text of as many words that no intent fits is taken as a story; our choice."""


class Greet(LotsenAction):
    """Welcomes, with a draft that waits first."""

    @override
    def name(self) -> str:
        return "action_greet"

    @override
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        person = await self.services.person(tracker.sender_id)
        if person is None:
            say(dispatcher, "utter_greet_anonymous")
            return []
        await show_prompts(self.services, dispatcher, person)
        name = person.name.split()[0]
        draft = await drafts.find(self.services.store, person_id(person))
        if draft:
            say(dispatcher, "utter_greet_draft", name=name, when=moment(draft.updated_at))
        elif person.role is Role.MANAGER:
            say(dispatcher, "utter_greet_manager", name=name)
        else:
            say(dispatcher, "utter_greet", name=name)
        return []


class Unclear(LotsenAction):
    """Takes a text that no intent fits as a story if it can be one, else asks what is meant."""

    @override
    def name(self) -> str:
        return "action_unclear"

    @override
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        text = str(tracker.latest_message.get("text") or "")
        is_text = bool(text.strip()) and not text.startswith("/")
        long = len(text.split()) >= _STORY_WORDS
        if is_text and (long or (await self.services.facts(text)).types):
            return [FollowupAction("report_form")]
        say(dispatcher, "utter_unclear")
        return []


def conversation_actions(services: Services) -> list[LotsenAction]:
    """Every action of the talk around a report."""
    return [Greet(services), Unclear(services)]
