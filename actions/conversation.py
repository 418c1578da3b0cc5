"""Greeting, and what is said when Lotsen is not sure what is meant."""

from abc import abstractmethod
from typing import ClassVar, override

from rasa_sdk.events import FollowupAction

from actions import asked, misunderstanding, tasks
from actions.asked import What, last_task
from actions.asking import say_whistleblowing
from actions.base import Events, LotsenAction, Turn
from actions.follow_up import Prompted, my_prompts, show_prompts
from actions.manner import Manner, is_foreign_story
from actions.openings import is_question, is_story_after_all
from actions.questions import answer, answer_first, answer_if_sure
from actions.services import Services
from actions.wording import moment
from casework import drafts, prompts
from casework.organisation import Profile
from casework.report import Answers, is_whistleblowing
from casework.vocabulary import Role


class Greet(LotsenAction):
    """Welcomes; what waits for the person comes first, then a draft."""

    called = "action_greet"

    @override
    async def act(self, turn: Turn) -> Events:
        if turn.person is None:
            turn.say("utter_greet_anonymous")
            return []
        prompted = await show_prompts(turn, came=True)
        await self._say_hello(turn, turn.person, prompted)
        if asked.is_asking(turn) and not prompted.asks:
            return await asked.go_on(turn)
        return asked.ask(turn, prompted.asks)

    async def _say_hello(self, turn: Turn, person: Profile, prompted: Prompted) -> None:
        """Say hello, or that there is a draft; a nudge or a question says enough without it."""
        asks = prompted.asks
        if prompted.kinds & prompts.NUDGES or (asks and asks.what is What.WELLBEING):
            return
        name = person.name.split()[0]
        draft = await drafts.find(self.services.store, turn.who)
        if draft and draft.answers.is_begun:
            turn.say("utter_greet_draft", name=name, when=moment(draft.updated_at))
        elif not asks:
            is_manager = person.role is Role.MANAGER
            turn.say("utter_greet_manager" if is_manager else "utter_greet", name=name)


class UnlessStory(LotsenAction):
    """Answers an intent, unless the text is a story after all (`actions.openings`)."""

    @override
    async def act(self, turn: Turn) -> Events:
        if not turn.text:
            return await self.otherwise(turn)
        facts = (await turn.hear(turn.text)).facts
        if is_whistleblowing(Answers(facts=facts)):
            await say_whistleblowing(turn)
            return []
        if is_story_after_all(turn.intent, turn.text, has_influence=bool(facts.types)):
            return [FollowupAction("report_form")]
        return await self.otherwise(turn)

    @abstractmethod
    async def otherwise(self, turn: Turn) -> Events:
        """Answer what was taken for the intent."""


class SayUnlessStory(UnlessStory):
    """Says one thing, unless the text is a story."""

    response: ClassVar[str]

    @override
    async def otherwise(self, turn: Turn) -> Events:
        turn.say(self.response)
        return []


class OutOfScope(SayUnlessStory):
    """Says what Lotsen is not for; a question is answered, or it is said what comes near."""

    called = "action_out_of_scope"
    response = "utter_out_of_scope"

    @override
    async def otherwise(self, turn: Turn) -> Events:
        return await (answer(turn) if is_question(turn.text) else super().otherwise(turn))


class AnswerQuestion(UnlessStory):
    """Answers a question about routines; what asks nothing may be a story after all."""

    called = "action_answer_question"

    @override
    async def act(self, turn: Turn) -> Events:
        if turn.loop or is_question(turn.text):
            return await answer(turn)
        return await super().act(turn)

    @override
    async def otherwise(self, turn: Turn) -> Events:
        return await answer(turn)


class TakeStory(LotsenAction):
    """Begins a report with what was told, or answers a question that it was told for."""

    called = "action_take_story"

    @override
    async def act(self, turn: Turn) -> Events:
        answered = await answer_first(turn)
        return [FollowupAction("report_form")] if answered is None else answered


class MyPrompts(UnlessStory):
    """Shows what waits for whoever handles incidents."""

    called = "action_my_prompts"

    @override
    async def otherwise(self, turn: Turn) -> Events:
        return await my_prompts(turn)


class Help(LotsenAction):
    """Says what Lotsen does, or what is to be done to somebody who asks what to do next."""

    called = "action_help"

    @override
    async def act(self, turn: Turn) -> Events:
        if turn.person and turn.text and await tasks.asks_what_next(turn):
            return await my_prompts(turn)
        turn.say("utter_help")
        return []


class Statistics(SayUnlessStory):
    """Says who has the figures; Lotsen does not show them yet."""

    called = "action_statistics"
    response = "utter_statistics_later"


class Unclear(LotsenAction):
    """Asks what is meant; the second time in a row, how to go on instead."""

    called = "action_unclear"

    @override
    async def act(self, turn: Turn) -> Events:
        if turn.person and last_task(turn) and turn.text and await tasks.is_errand(turn):
            return await my_prompts(turn)
        manner = await turn.manner()
        if not manner and (answered := await answer_if_sure(turn)) is not None:
            return answered
        if await self._is_story(turn, manner):
            return [FollowupAction("report_form")]
        first = misunderstanding.is_first(turn)
        wanted = asked.awaited(turn) if asked.is_asking(turn) else None
        if wanted and first and not manner:
            turn.say("utter_not_an_answer")
            return [*misunderstanding.count(turn), *asked.ask_again(turn, wanted)]
        if manner is Manner.FOREIGN:
            turn.say("utter_other_language")
        elif manner is Manner.INSULT and first:
            turn.say("utter_frustrated")
        again = not first or manner is Manner.INSULT
        turn.say("utter_unclear_again" if again else "utter_unclear")
        return misunderstanding.count(turn)

    async def _is_story(self, turn: Turn, manner: Manner | None) -> bool:
        if manner is Manner.FOREIGN:
            return is_foreign_story(turn.text)
        if manner or not turn.text:
            return False
        influence = await turn.tells_of_influence()
        return is_story_after_all(turn.intent, turn.text, has_influence=influence)


def conversation_actions(services: Services) -> list[LotsenAction]:
    """Every action of the talk around a report."""
    return [
        Greet(services),
        OutOfScope(services),
        Unclear(services),
        AnswerQuestion(services),
        TakeStory(services),
        MyPrompts(services),
        Help(services),
        Statistics(services),
    ]
