"""What a person does with reports of their own: see, add to, correct, withdraw."""

from abc import abstractmethod
from typing import final, override

from rasa_sdk.events import FollowupAction

from actions.base import Button, Events, LotsenAction, SayingWhyNot, Turn, button
from actions.questions import answer_if_sure
from actions.services import Services
from actions.wording import Wording
from casework import drafts, incidents, submission
from casework.incidents import SETTLED, Shown
from casework.report import Answers
from casework.vocabulary import Reference

_MOST_SHOWN = 5
"""Reports that are listed at a time, the newest; our choice."""


class MyReports(LotsenAction):
    """Lists the person's own reports; whoever has none here may only be asking about reports."""

    called = "action_my_reports"

    @override
    async def act(self, turn: Turn) -> Events:
        if turn.person is None and (answered := await answer_if_sure(turn)) is not None:
            return answered
        await list_reports(turn, self.wording)
        return []


async def list_reports(turn: Turn, wording: Wording) -> None:
    """Say which reports the person has sent in, the newest first, each to be opened."""
    if turn.person is None:
        turn.say("utter_log_in_first")
        return
    own = await incidents.of_reporter(turn.services.store, turn.who)
    if not own:
        turn.say("utter_no_reports")
        return
    words = turn.services.content.taxonomy.answers["own"]
    listed, older = own[:_MOST_SHOWN], own[_MOST_SHOWN:]
    example = older[0].reference if older else ""
    more = words["more"].format(count=len(older), reference=example) if older else ""
    turn.say(
        "utter_my_reports",
        reports="\n".join(map(wording.report_line, listed)),
        more=f"\n\n{more}" if more else "",
        buttons=[
            button(f"{words['show']} {s.reference}", "show_incident", reference=s.reference)
            for s in listed
        ],
    )


class OfOwnReport(LotsenAction):
    """Does something with one of the person's own reports; subclasses say what."""

    @final
    @override
    async def act(self, turn: Turn) -> Events:
        reference = await self._meant(turn) if turn.person else None
        if reference is None:
            await list_reports(turn, self.wording)
            return []
        return await self.do(turn, reference)

    @abstractmethod
    async def do(self, turn: Turn, reference: Reference) -> Events:
        """Do it, say what came of it, and return Rasa events."""

    async def _meant(self, turn: Turn) -> Reference | None:
        """The chosen report, or the only one that can still be changed."""
        if chosen := turn.chosen.get("reference"):
            return Reference(chosen[0])
        own = await incidents.of_reporter(self.services.store, turn.who)
        named = [s for s in own if s.reference.casefold() in turn.text.casefold()]
        still_open = named or [s for s in own if s.status not in SETTLED]
        return still_open[0].reference if len(still_open) == 1 else None


class AmendReport(OfOwnReport):
    """Takes up a report to add to it or to correct it; it is sent only after an explicit yes."""

    called = "action_amend_report"

    @override
    async def do(self, turn: Turn, reference: Reference) -> Events:
        if await drafts.find(self.services.store, turn.who):
            turn.say("utter_draft_first")
            return []
        how = turn.chosen.get("how", ("",))[0]
        if not how:
            words = self.services.content.taxonomy.answers["own"]
            turn.say(
                "utter_amend_how", buttons=amend_buttons(words, reference), reference=reference
            )
            return []
        return await self._take_up(turn, reference, adding=how == "add")

    async def _take_up(self, turn: Turn, reference: Reference, *, adding: bool) -> Events:
        store = self.services.store
        with SayingWhyNot(turn, "utter_not_amended"):
            answers = await submission.as_answers(store, turn.who, reference)
            if adding:
                answers = Answers(amends=reference, adding=True, types=answers.types)
            await drafts.begin(store, turn.who, turn.conversation, answers)
            return [FollowupAction("report_form")]
        return []


class WithdrawReport(OfOwnReport):
    """Says what withdrawing means, and does it on an explicit yes."""

    called = "action_withdraw_report"

    @override
    async def do(self, turn: Turn, reference: Reference) -> Events:
        if turn.chosen.get("sure") != ("yes",):
            words = self.services.content.taxonomy.answers["own"]
            yes = button(words["sure"], "withdraw_report", reference=reference, sure="yes")
            no = button(words["keep"], "show_incident", reference=reference)
            turn.say("utter_withdraw_sure", buttons=[yes, no], reference=reference)
            return []
        with SayingWhyNot(turn, "utter_not_amended"):
            await incidents.withdraw(self.services.store, turn.who, reference)
            turn.say("utter_withdrawn", reference=reference)
        return []


def own_buttons(words: dict[str, str], shown: Shown) -> list[Button]:
    """What the reporter may do with a report that is not settled."""
    if shown.status in SETTLED:
        return []
    withdraw = button(words["withdraw"], "withdraw_report", reference=shown.reference)
    return [*amend_buttons(words, shown.reference), withdraw]


def amend_buttons(words: dict[str, str], reference: Reference) -> list[Button]:
    """To add to a report, and to correct it."""
    return [
        button(words["add"], "amend_report", reference=reference, how="add"),
        button(words["correct"], "amend_report", reference=reference, how="correct"),
    ]


def own_report_actions(services: Services) -> list[LotsenAction]:
    """Every action around one's own reports."""
    return [MyReports(services), AmendReport(services), WithdrawReport(services)]
