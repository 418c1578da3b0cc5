"""Greeting, and what is said when Lotsen is not sure what is meant."""

from typing import ClassVar, override

from rasa_sdk.events import FollowupAction

from actions.base import Events, LotsenAction, Turn
from actions.follow_up import show_prompts
from actions.openings import is_story_after_all
from actions.services import Services
from actions.wording import moment
from casework import drafts, prompts
from casework.vocabulary import Role


class Greet(LotsenAction):
    """Welcomes; what waits for the person comes first, then a draft."""

    called = "action_greet"

    @override
    async def act(self, turn: Turn) -> Events:
        if turn.person is None:
            turn.say("utter_greet_anonymous")
            return []
        if await show_prompts(turn) & prompts.NUDGES:
            return []  # the nudge has said what the greeting would say of the draft
        name = turn.person.name.split()[0]
        draft = await drafts.find(self.services.store, turn.who)
        if draft and draft.answers.is_begun:
            turn.say("utter_greet_draft", name=name, when=moment(draft.updated_at))
        elif turn.person.role is Role.MANAGER:
            turn.say("utter_greet_manager", name=name)
        else:
            turn.say("utter_greet", name=name)
        return []


class UnlessStory(LotsenAction):
    """Answers an intent, unless the text is a story after all (`actions.openings`)."""

    otherwise: ClassVar[str]

    @override
    async def act(self, turn: Turn) -> Events:
        influence = await turn.tells_of_influence()
        is_story = is_story_after_all(turn.intent, turn.text, has_influence=influence)
        if turn.text and is_story:
            return [FollowupAction("report_form")]
        turn.say(self.otherwise)
        return []


class OutOfScope(UnlessStory):
    """Says what Lotsen is not for."""

    called = "action_out_of_scope"
    otherwise = "utter_out_of_scope"


class AnswerQuestion(UnlessStory):
    """Says whom to ask; Lotsen does not answer questions about routines yet."""

    called = "action_answer_question"
    otherwise = "utter_questions_later"


class Unclear(UnlessStory):
    """Asks what is meant."""

    called = "action_unclear"
    otherwise = "utter_unclear"


def conversation_actions(services: Services) -> list[LotsenAction]:
    """Every action of the talk around a report."""
    return [
        Greet(services),
        OutOfScope(services),
        AnswerQuestion(services),
        Unclear(services),
    ]
