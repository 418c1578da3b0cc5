"""The report form: what was said goes into the draft, and the next question is asked."""

from typing import Any, override

from rasa_sdk.events import AllSlotsReset, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Tracker
from rasa_sdk.types import DomainDict

from actions.asking import AskQuestion
from actions.base import Events, LotsenAction, asked_question, chosen_values, say
from actions.services import Services, person_id
from actions.wording import bullets, day
from casework import drafts, incidents
from casework.advice import support_lines
from casework.drafts import OpenDraft
from casework.errors import ImpossibleChangeError, NotFoundError
from casework.organisation import Profile
from casework.report import (
    Answers,
    Outcome,
    Question,
    Said,
    gaps,
    is_serious,
    meaning,
    next_question,
    outcome,
    told,
)
from casework.vocabulary import ConversationId

INTERRUPTIONS = frozenset(
    {
        "acknowledge_incident",
        "ask_question",
        "cancel",
        "discard_draft",
        "explain",
        "help",
        "my_reports",
        "pause",
        "start_over",
        "show_incident",
        "smalltalk",
        "thank",
        "withdraw_report",
    }
)
"""Intents that step out of the form for a moment; there is a rule for each."""

_SURE = 0.6
"""Confidence from which a typed text is taken as an interruption; our choice, on the safe side."""

_STORY_WORDS = 8
"""A text of as many words is a story, whatever intent it was taken for; our choice."""


class ValidateReportForm(LotsenAction):
    """Takes what was said into the draft and decides what the form asks next."""

    @override
    def name(self) -> str:
        return "validate_report_form"

    @override
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        person = await self.services.person(tracker.sender_id)
        asked = asked_question(tracker)
        if person is None:
            self._tell_anonymous(dispatcher, await _said(self.services, tracker))
            return _ended()
        answers: Answers | None
        if asked is None:
            answers = await self._begin(dispatcher, tracker, person)
        elif await _interrupts(self.services, tracker, asked):
            return [SlotSet("requested_slot", asked)]
        else:
            answers = await self._take(dispatcher, tracker, person, asked)
        if answers is None:
            return _ended()
        question = next_question(answers)
        await drafts.note_asked(self.services.store, person_id(person), question)
        return _slots(answers, question)

    async def _begin(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, person: Profile
    ) -> Answers:
        """Start or take up the draft; a story that was told is put into it at once."""
        store, who = self.services.store, person_id(person)
        fresh = await drafts.find(store, who) is None
        draft = await drafts.begin(store, who, ConversationId(tracker.sender_id), Answers())
        said = await _said(self.services, tracker)
        if not fresh:
            say(dispatcher, "utter_welcome_back")
        if not _is_story(tracker, said):
            return draft.answers
        return await drafts.change(store, who, _story_change(said, draft, person))

    async def _take(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, person: Profile, asked: Question
    ) -> Answers | None:
        """Write the answer to the draft; None if there is no draft any longer."""
        store, who = self.services.store, person_id(person)
        draft = await drafts.find(store, who)
        if draft is None:
            return None
        said = await _said(self.services, tracker)
        if not said.chosen and not said.text:
            say(dispatcher, "utter_welcome_back")
            return draft.answers
        change = meaning(asked, said, draft.answers)
        if change is None:
            say(dispatcher, "utter_not_an_answer")
            return draft.answers
        if asked is Question.SEND and not {"send", "changing"} & set(change):
            say(dispatcher, "utter_noted_change")
        change = _with_area(change, draft.answers, person)
        return await drafts.change(store, who, change)

    def _tell_anonymous(self, dispatcher: CollectingDispatcher, said: Said) -> None:
        """Somebody who is not logged in gets a reading and advice; nothing is kept."""
        answers = Answers(**told(said, Answers())).having(types=said.facts.types)
        if not answers.types:
            say(dispatcher, "utter_anonymous_unsure")
            return
        content = self.services.content
        serious = is_serious(answers, content.taxonomy)
        advice = support_lines(content.policy, answers.types, answers.facts.subtypes)
        say(
            dispatcher,
            "utter_anonymous_reading",
            opening=content.policy.danger.reminder + "\n\n" if serious else "",
            types=self.wording.types(answers.types),
            because=self.wording.because(answers),
            advice=bullets(advice),
        )


class FinishReport(LotsenAction):
    """Does what the answers lead to: sends in, hands over, or lets go."""

    @override
    def name(self) -> str:
        return "action_finish_report"

    @override
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        person = await self.services.person(tracker.sender_id)
        if person is None:
            return [AllSlotsReset()]
        draft = await drafts.find(self.services.store, person_id(person))
        if draft is None:
            say(dispatcher, "utter_already_sent")
        else:
            await self._end(dispatcher, person, draft)
        return [AllSlotsReset()]

    async def _end(
        self, dispatcher: CollectingDispatcher, person: Profile, draft: OpenDraft
    ) -> None:
        store, who = self.services.store, person_id(person)
        match outcome(draft.answers):
            case Outcome.INCIDENT:
                await self._send(dispatcher, person)
            case Outcome.HANDOVER:
                counted = await incidents.hand_over(store, who)
                say(dispatcher, "utter_handed_over_counted" if counted else "utter_handed_over")
            case Outcome.NOTHING:
                await drafts.discard(store, who)
                say(dispatcher, "utter_nothing_kept")

    async def _send(self, dispatcher: CollectingDispatcher, person: Profile) -> None:
        services = self.services
        try:
            receipt = await incidents.submit(services.store, services.content, person_id(person))
        except NotFoundError:
            say(dispatcher, "utter_already_sent")
        except ImpossibleChangeError:
            say(dispatcher, "utter_nobody_to_receive")
        else:
            say(
                dispatcher,
                "utter_receipt",
                reference=receipt.reference,
                responsible=receipt.responsible,
                acknowledge=day(receipt.acknowledge_by),
                talk=day(receipt.talk_by),
            )


class StopReport(LotsenAction):
    """Lays the report aside and asks what is to become of it."""

    @override
    def name(self) -> str:
        return "action_stop_report"

    @override
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        kept = await _rest(self.services, tracker)
        say(dispatcher, "utter_stopped" if kept else "utter_nothing_to_stop")
        return [AllSlotsReset()]


class PauseReport(LotsenAction):
    """Lays the report aside until the person comes back."""

    @override
    def name(self) -> str:
        return "action_pause_report"

    @override
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        kept = await _rest(self.services, tracker)
        say(dispatcher, "utter_paused" if kept else "utter_nothing_to_pause")
        return [AllSlotsReset()]


class DiscardDraft(LotsenAction):
    """Removes the draft for good."""

    @override
    def name(self) -> str:
        return "action_discard_draft"

    @override
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        person = await self.services.person(tracker.sender_id)
        if person:
            await drafts.discard(self.services.store, person_id(person))
        say(dispatcher, "utter_discarded")
        return [AllSlotsReset()]


class Explain(LotsenAction):
    """Says why the last question is asked."""

    @override
    def name(self) -> str:
        return "action_explain"

    @override
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        asked = asked_question(tracker)
        say(dispatcher, f"utter_explain_{asked}" if asked else "utter_help")
        return []


def report_actions(services: Services) -> list[LotsenAction]:
    """Every action of the report."""
    return [
        ValidateReportForm(services),
        *(AskQuestion(services, question) for question in Question),
        FinishReport(services),
        StopReport(services),
        PauseReport(services),
        DiscardDraft(services),
        Explain(services),
    ]


async def _rest(services: Services, tracker: Tracker) -> bool:
    """Lay the person's draft aside; whether there was one."""
    person = await services.person(tracker.sender_id)
    if person is None or await drafts.find(services.store, person_id(person)) is None:
        return False
    await drafts.rest(services.store, person_id(person))
    return True


async def _said(services: Services, tracker: Tracker) -> Said:
    chosen = chosen_values(tracker)
    if chosen or _is_choice(tracker):
        return Said(chosen=chosen)
    text = str(tracker.latest_message.get("text") or "").lstrip("\u2060")
    return Said(text=text, facts=await services.facts(text))


def _is_choice(tracker: Tracker) -> bool:
    return str(tracker.latest_message.get("text") or "").startswith("/")


def _is_story(tracker: Tracker, said: Said) -> bool:
    if not said.text:
        return False
    intent = tracker.latest_message.get("intent", {}).get("name")
    long = len(said.text.split()) >= _STORY_WORDS
    return intent == "tell_incident" or (
        intent != "resume_draft" and (long or bool(said.facts.types))
    )


def _story_change(said: Said, draft: OpenDraft, person: Profile) -> dict[str, Any]:
    """The change of a story; told on top of another, it is added so that nothing is lost."""
    answers = draft.answers
    change = told(said, answers)
    if answers.description and said.text not in answers.description:
        masked = f"{answers.facts.masked}\n\n{said.facts.masked}"
        facts = answers.facts.model_copy(update={"masked": masked})
        change |= {"description": f"{answers.description}\n\n{said.text}", "facts": facts}
    return _with_area(change, answers, person)


def _with_area(change: dict[str, Any], answers: Answers, person: Profile) -> dict[str, Any]:
    """A story that does not say the area belongs to the area of the person's unit."""
    if "description" not in change or change.get("description") is None:
        return change
    if answers.area or change.get("area") or person.area is None:
        return change
    return change | {"area": person.area}


async def _interrupts(services: Services, tracker: Tracker, asked: Question) -> bool:
    """Whether the person stepped out of the form, rather than answered it."""
    intent = tracker.latest_message.get("intent", {})
    if intent.get("name") not in INTERRUPTIONS:
        return False
    if _is_choice(tracker):
        return True
    if float(intent.get("confidence") or 0) < _SURE:
        return False
    text = str(tracker.latest_message.get("text") or "")
    telling = asked in (Question.DESCRIPTION, Question.RETELL)
    if not telling:
        return True
    return len(text.split()) < _STORY_WORDS and not (await services.facts(text)).types


def _slots(answers: Answers, question: Question | None) -> Events:
    """Rasa's view of the draft: which questions have an answer, and what is asked."""
    known = gaps(answers)
    events: Events = [
        SlotSet(q.value, _slot_value(answers, q, unknown=q in known)) for q in Question
    ]
    return [*events, SlotSet("requested_slot", question.value if question else None)]


def _slot_value(answers: Answers, question: Question, *, unknown: bool) -> Any:
    """Ids as they are; of what was told in free words, only that it was told."""
    free = {
        Question.DESCRIPTION: answers.description is not None,
        Question.RETELL: answers.retold,
        Question.OCCURRED: answers.occurred is not None,
        Question.CHANGE: False,
        Question.SEND: answers.send,
    }
    if question in free:
        return (free[question] or unknown) or None
    value = getattr(answers, question.value)
    if isinstance(value, tuple):
        return list(value)
    return "vet_ej" if value is None and unknown else value


def _ended() -> Events:
    return [SlotSet("description", None), SlotSet("requested_slot", None)]
