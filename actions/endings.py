"""How a report is left: sent in, handed over, let go, laid aside, thrown away."""

from typing import ClassVar, override

from rasa_sdk.events import AllSlotsReset, FollowupAction

from actions.asking import say_whistleblowing
from actions.base import Events, LotsenAction, Turn
from actions.services import Services
from actions.wording import deadline
from casework import drafts, papers, submission
from casework.errors import ImpossibleChangeError, NotFoundError
from casework.report import Answers, Outcome, is_serious, outcome


class FinishReport(LotsenAction):
    """Does what the answers lead to: sends in, hands over, or lets go."""

    called = "action_finish_report"

    @override
    async def act(self, turn: Turn) -> Events:
        if turn.person:
            draft = await drafts.find(self.services.store, turn.who)
            if draft:
                await self._end(turn, draft.answers)
            else:
                turn.say("utter_already_sent")
            following = await drafts.find(self.services.store, turn.who)
            if following and following.answers.waiting_story:
                return [AllSlotsReset(), FollowupAction("report_form")]
        return [AllSlotsReset()]

    async def _end(self, turn: Turn, answers: Answers) -> None:
        store = self.services.store
        match outcome(answers):
            case Outcome.INCIDENT:
                await self._send(turn, answers)
            case Outcome.AMENDMENT:
                await self._amend(turn, answers)
            case Outcome.HANDOVER:
                counted = await submission.hand_over(store, turn.who)
                done = "utter_handed_over_counted" if counted else "utter_handed_over"
                turn.say(done, forget=True)
            case Outcome.WHISTLEBLOWING:
                await drafts.let_go(store, turn.who)
                await say_whistleblowing(turn)
            case Outcome.NOTHING:
                await drafts.let_go(store, turn.who)
                turn.say("utter_nothing_kept", forget=True)

    async def _amend(self, turn: Turn, answers: Answers) -> None:
        services = self.services
        try:
            reference = await submission.amend(services.store, services.content, turn.who)
        except (ImpossibleChangeError, NotFoundError):
            turn.say("utter_not_amended")
        else:
            done = "utter_added" if answers.adding else "utter_corrected"
            turn.say(done, reference=reference)

    async def _send(self, turn: Turn, answers: Answers) -> None:
        services = self.services
        serious = is_serious(answers, services.content.taxonomy)
        offered = papers.offered(answers.recorded_types, serious=serious)
        try:
            receipt = await submission.submit(services.store, services.content, turn.who)
        except NotFoundError:
            turn.say("utter_already_sent")
        except ImpossibleChangeError:
            turn.say("utter_nobody_to_receive")
        else:
            turn.say(
                "utter_receipt",
                reference=receipt.reference,
                responsible=receipt.responsible,
                acknowledge=deadline(receipt.acknowledge_by, services.store.clock()),
                talk=deadline(receipt.talk_by, services.store.clock()),
                files=[self.file(paper, receipt.reference) for paper in offered],
            )


class LayAside(LotsenAction):
    """Lays the draft aside; subclasses say what follows."""

    kept: ClassVar[str]
    nothing: ClassVar[str]

    @override
    async def act(self, turn: Turn) -> Events:
        store = self.services.store
        draft = await drafts.find(store, turn.who) if turn.person else None
        if draft and draft.answers.is_begun:
            await drafts.rest(store, turn.who)
            turn.say(self.kept)
        else:
            turn.say(self.nothing)
        if draft and not draft.answers.is_begun:
            await drafts.discard(store, turn.who)
        return [AllSlotsReset()]


class StopReport(LayAside):
    """Lays the draft aside and asks what is to become of it."""

    called = "action_stop_report"
    kept, nothing = "utter_stopped", "utter_nothing_to_stop"


class PauseReport(LayAside):
    """Lays the draft aside until the person comes back."""

    called = "action_pause_report"
    kept, nothing = "utter_paused", "utter_nothing_to_pause"


class DiscardDraft(LotsenAction):
    """Removes the draft for good."""

    called = "action_discard_draft"

    @override
    async def act(self, turn: Turn) -> Events:
        if turn.person:
            await drafts.discard(self.services.store, turn.who)
        turn.say("utter_discarded", forget=True)
        return [AllSlotsReset()]


class StartOver(LotsenAction):
    """Asks before what was written is thrown away."""

    called = "action_start_over"

    @override
    async def act(self, turn: Turn) -> Events:
        has_draft = turn.person and await drafts.find(self.services.store, turn.who)
        turn.say("utter_start_over" if has_draft else "utter_nothing_to_stop")
        if has_draft:
            await drafts.rest(self.services.store, turn.who)
        return [AllSlotsReset()]


class Explain(LotsenAction):
    """Says why the last question is asked."""

    called = "action_explain"

    @override
    async def act(self, turn: Turn) -> Events:
        turn.say(f"utter_explain_{turn.asked}" if turn.asked else "utter_help")
        return []


def ending_actions(services: Services) -> list[LotsenAction]:
    """Every action by which a report is left, and the one that says why something is asked."""
    return [
        FinishReport(services),
        StopReport(services),
        PauseReport(services),
        DiscardDraft(services),
        StartOver(services),
        Explain(services),
    ]
