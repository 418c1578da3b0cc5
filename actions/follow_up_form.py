"""The form of the follow-up: typed words reach what was asked last, or are something else."""

from dataclasses import replace
from typing import override

from actions import asked, check_in, tasks
from actions.asked import Awaited, What
from actions.base import Events, LotsenAction, SayingWhyNot, Turn
from actions.errands import Errand, errand
from actions.manner import is_long
from actions.openings import is_question
from actions.services import Services
from casework import check_ins


class ValidateFollowUpForm(LotsenAction):
    """Takes typed words as the answer to what the follow-up asked, unless they are no answer."""

    called = f"validate_{asked.FORM}"

    @override
    async def act(self, turn: Turn) -> Events:
        wanted = asked.awaited(turn)
        is_answer = asked.is_asking(turn) and turn.is_fresh and turn.text and not turn.is_safe
        if wanted is None or not is_answer:
            return []
        if wanted.what in _CHECK_IN:
            if await self._is_story(turn) or check_in.read(turn.text, wanted.what) is None:
                return []
            return asked.asked_in_form(await check_in.take(turn, wanted))
        if wanted.what in _WRITTEN and _is_other_errand(turn):
            return asked.asked_in_form(await tasks.run_errand(turn))
        if not await self._is_about_tasks(turn, wanted):
            return []
        return asked.asked_in_form(await tasks.take(turn, wanted))

    async def _is_about_tasks(self, turn: Turn, wanted: Awaited) -> bool:
        if wanted.what in asked.FREE:
            return not await self._is_interruption(turn)
        return not await self._is_story(turn) and await tasks.understand(turn, wanted)

    async def _is_story(self, turn: Turn) -> bool:
        return is_long(turn.text) and await turn.tells_of_influence()

    async def _is_interruption(self, turn: Turn) -> bool:
        """Whether somebody who is to write something down turned to something else instead."""
        is_sure = not is_long(turn.text) and turn.confidence >= _SURE
        return is_sure and turn.intent in _STEPS_OUT


def _is_other_errand(turn: Turn) -> bool:
    """Whether somebody who is to write something down wants something else with the step.

    "Hon hinner inte" may be the reason itself, so what is no question must be taken for an errand
    by the engine too.
    """
    typed = None if is_long(turn.text) else errand(turn.text)
    if typed is None:
        return False
    if is_question(turn.text):
        return typed.errand in _ASKED
    return turn.intent == tasks.DO and typed.errand in _WANTED


_WRITTEN = frozenset({What.PROPOSAL, What.REASON})
_CHECK_IN = frozenset({What.WELLBEING, What.SUPPORT, What.TELL})
_SURE = 0.45
"""Confidence from which a short text is taken as something else; as in the report form."""
_STEPS_OUT = frozenset(
    {"ask_question", "cancel", "explain", "goodbye", "greet", "help", "my_reports", "pause"}
    | {"thank", "start_over", "start_report", "statistics", "show_incident", "resume_draft"}
)
_ASKED = frozenset({Errand.OTHER, Errand.HELP, Errand.NEXT, Errand.ALL})
"""Errands that a question tells of."""
_WANTED = frozenset({Errand.LATER, Errand.HELP, Errand.NEXT, Errand.ALL})
"""Errands that somebody has whose text the engine takes for one."""


class AskWords(LotsenAction):
    """Asks for what the follow-up waits for."""

    called = f"action_ask_{asked.WORDS}"

    @override
    async def act(self, turn: Turn) -> Events:
        wanted = asked.awaited(turn)
        if wanted is None or wanted.how == asked.QUIET:
            return []
        with SayingWhyNot(turn, "utter_task_over"):
            return await self._ask(turn, wanted)
        return []

    async def _ask(self, turn: Turn, wanted: Awaited) -> Events:
        if wanted.what is What.TASK:
            shown = await tasks.ask_task(turn, wanted)
            return asked.remember_task(shown) if shown else []
        if wanted.what in _CHECK_IN:
            await check_in.ask(turn, wanted)
            return []
        await tasks.ASK[wanted.what](turn, wanted)
        return asked.remember_task(wanted.task)


class GoOn(LotsenAction):
    """After something came in between, or was answered: back to what was asked, or to a report."""

    called = "action_go_on"

    @override
    async def act(self, turn: Turn) -> Events:
        return await asked.go_on(turn)


class LetGo(LotsenAction):
    """Leaves what was asked, unanswered; somebody who only wants to wait is waited for."""

    called = "action_let_go"

    @override
    async def act(self, turn: Turn) -> Events:
        wanted = asked.awaited(turn)
        if wanted and turn.intent == "pause":
            turn.say("utter_take_your_time")
            return asked.ask(turn, replace(wanted, how=asked.QUIET))
        turn.say("utter_let_go")
        return asked.ask(turn, None)


class AnswerCheckIn(LotsenAction):
    """Takes how somebody is, from a button or typed some time after the question."""

    called = "action_check_in"

    @override
    async def act(self, turn: Turn) -> Events:
        if turn.person is None:
            turn.say("utter_smalltalk")
            return []
        if turn.is_choice:
            return asked.ask(turn, await check_in.choose(turn))
        waiting = await check_ins.unanswered(self.services.store, turn.who)
        if not waiting:
            turn.say("utter_smalltalk")
            return asked.ask(turn, None)
        wanted = Awaited(What.WELLBEING, waiting[0])
        if check_in.read(turn.text, wanted.what):
            return asked.ask(turn, await check_in.take(turn, wanted))
        return asked.ask(turn, wanted)


def follow_up_form_actions(services: Services) -> list[LotsenAction]:
    """Every action of the form, and what may come in between."""
    return [
        ValidateFollowUpForm(services),
        AskWords(services),
        GoOn(services),
        LetGo(services),
        AnswerCheckIn(services),
    ]
