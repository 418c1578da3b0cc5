"""The report form: what was said goes into the draft, and the next question is asked."""

from typing import Any, override

from rasa_sdk.events import SlotSet

from actions import misunderstanding
from actions.asking import AskQuestion, handover_words, say_whistleblowing
from actions.base import Events, LotsenAction, Turn
from actions.manner import Manner, is_about_talking, is_insult
from actions.openings import is_question
from actions.questions import answer
from actions.services import Services
from actions.wording import bullets
from casework import drafts, submission
from casework.advice import MOST_SUPPORT_LINES, advice_unasked, support_lines
from casework.drafts import OpenDraft
from casework.report import (
    MORE,
    SUGGESTED_TEXT,
    YES,
    Answers,
    Change,
    Outcome,
    Question,
    Said,
    gaps,
    is_serious,
    is_whistleblowing,
    meaning,
    next_question,
    outcome,
    put_back,
    told,
)
from casework.vocabulary import Role

INTERRUPTIONS = frozenset(
    {
        "acknowledge_incident",
        "amend_report",
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

ONLY_CHOSEN = frozenset({"manager_followup", "check_in"})
"""Intents that do so too, but only from a button: typed, they may be an answer."""

_SURE, _SURE_OF_FEW, _FEW_WORDS = 0.6, 0.45, 2
"""Confidence from which a typed text is taken as an interruption, lower for a word or two;
our choice, on the safe side."""

_POLITE = frozenset({"thank", "smalltalk"})
"""Interruptions that may be part of an answer, such as 'nej tack'."""

_GOES_ON = frozenset({"send", "changing", "hidden_from", "reopened"})
"""Changes at the summary that lead on, rather than to the summary again."""

_MORE_WORDS = frozenset({"mer", "mer råd", "fler", "fler råd", "visa mer", "visa fler"})

_TELLING = frozenset({Question.DESCRIPTION, Question.RETELL})
"""Questions that are answered with a story, which may quote what somebody said."""

_FREE = _TELLING | {Question.OCCURRED}
"""Questions whose answer may be any words."""


class ValidateReportForm(LotsenAction):
    """Takes what was said into the draft and decides what the form asks next."""

    called = "validate_report_form"

    @override
    async def act(self, turn: Turn) -> Events:
        if turn.person is None:
            await self._tell_anonymous(turn)
            return _ended()
        if turn.asked and await self._is_interrupted(turn, turn.asked):
            return [SlotSet("requested_slot", turn.asked)]
        before = await drafts.find(self.services.store, turn.who)
        noted: Events = []
        if turn.asked is None:
            answers = await self._begin(turn, before)
        else:
            answers, noted = await self._take(turn, turn.asked, before)
        if answers is None:
            return _ended()
        question = next_question(answers)
        if question is Question.SEND and answers.foretold:
            answers = await self._advise(turn, answers)
        same = turn.asked is not None and question is turn.asked
        unchanged = before is not None and before.answers == answers
        again = same and (unchanged or question is not Question.SEND)
        return [*_slots(answers, question), *noted, SlotSet("again", again)]

    async def _begin(self, turn: Turn, resting: OpenDraft | None) -> Answers | None:
        """Start or take up the draft; a story that was told is put into it at once."""
        if resting and resting.conversation_id != turn.conversation:
            turn.say(await self._welcome_back(turn, resting.answers))
        elif not resting and turn.intent == "resume_draft":
            turn.say("utter_no_draft")
            return None
        answers = resting.answers if resting else _empty(turn)
        story = await self._story(turn, answers)
        if story and await turn.manner() is Manner.FOREIGN:
            turn.say("utter_other_language_kept")
        story |= await self._with_earlier(turn, answers.having(**story))
        draft = await drafts.begin(
            self.services.store, turn.who, turn.conversation, answers, story
        )
        return draft.answers

    async def _welcome_back(self, turn: Turn, answers: Answers) -> str:
        """What is said when a draft is taken up, by what came with it."""
        if answers.is_about_waiting:
            return "utter_next_event"
        if answers.is_begun and not turn.is_safe and await _tells_a_story(turn):
            return "utter_first_the_draft"
        return "utter_welcome_back"

    async def _story(self, turn: Turn, answers: Answers) -> Change:
        """What was told when the report began, or together with the one before.

        Somebody who begins with a new story while a draft lies there tells of another event: it
        waits until the draft is sent or removed, so that neither spoils the other.
        """
        if answers.is_begun and not answers.is_about_waiting and not turn.is_safe:
            free = answers.waiting_story is None
            return {"waiting_story": turn.text} if free and await _tells_a_story(turn) else {}
        if answers.waiting_story and answers.is_about_waiting:
            facts = (await turn.hear(answers.waiting_story)).facts
            said = Said(text=answers.waiting_story, facts=facts)
            return told(said, answers) | {"waiting_story": None}
        return told(await turn.said(), answers) if await _tells_a_story(turn) else {}

    async def _take(
        self, turn: Turn, asked: Question, draft: OpenDraft | None
    ) -> tuple[Answers | None, Events]:
        """Write the answer to the draft; None if there is no draft any longer.

        Returns:
            The answers, and what is to be remembered of an answer that was not understood.
        """
        if draft is None:
            return None, []
        if turn.is_choice and not turn.chosen:
            turn.say("utter_welcome_back")
            return draft.answers, []
        if asked is Question.SEND and (words := put_back(turn.text)):
            return await self._put_back(turn, draft.answers, words), []
        manner = await turn.manner()
        no_answer = not turn.is_safe and _is_no_answer(asked, turn.text, manner)
        change = None if no_answer else await self._understood(turn, asked, draft.answers)
        if change is None:
            return draft.answers, await _not_understood(turn, manner)
        if change:
            return await self._write(turn, asked, draft.answers, change, manner), []
        return draft.answers, []

    async def _write(
        self, turn: Turn, asked: Question, answers: Answers, change: Change, manner: Manner | None
    ) -> Answers:
        """Write what was understood, and say what is not plain from the next question."""
        if manner is Manner.FOREIGN and change.get("description"):
            turn.say("utter_other_language_kept")
        following = next_question(answers.having(**change))
        same_again = following is asked and asked is not Question.TYPES
        if same_again and not _GOES_ON & set(change):
            turn.say("utter_noted_change")
        change |= await self._with_earlier(turn, answers.having(**change))
        return await drafts.change(self.services.store, turn.who, change)

    async def _understood(self, turn: Turn, asked: Question, answers: Answers) -> Change | None:
        """What was said means this; {} if it was answered here, None if it is no answer."""
        said = await turn.said()
        if turn.is_safe:
            return told(said, answers)
        if asked is Question.RETELL and YES.fullmatch(turn.text.casefold().strip(" .!")):
            said = Said(chosen={asked: (SUGGESTED_TEXT,)})
        if asked is Question.SUPPORT and turn.text.casefold().strip(" .!") in _MORE_WORDS:
            said = Said(chosen={asked: (MORE,)})
        if MORE in said.chosen.get(Question.SUPPORT, ()):
            lines = support_lines(self.services.content, answers)
            turn.say("utter_more_support", lines=bullets(lines[MOST_SUPPORT_LINES:]))
            return {}
        if SUGGESTED_TEXT in said.chosen.get(Question.RETELL, ()):
            return await self._retold(answers)
        change = meaning(asked, said, answers)
        if change and change.get("separate"):
            return change | await self._first_event(answers)
        return change

    async def _retold(self, answers: Answers) -> Change:
        """The story becomes the proposed one, without what is never recorded."""
        text = await self.services.without(answers.description or "", answers.routed_types)
        said = Said(text=text, facts=(await self.services.hear(text)).facts)
        return told(said, answers, retelling=True)

    async def _first_event(self, answers: Answers) -> Change:
        """Of two events that were told together, keep the first here; the other comes next."""
        second = answers.facts.second
        first = (answers.description or "").partition(second)[0].strip()
        empty = Answers(home_area=answers.home_area, is_manager=answers.is_manager)
        said = Said(text=first, facts=(await self.services.hear(first)).facts)
        facts = {
            q.value: None for q in (Question.PERPETRATOR, Question.OCCURRED, Question.CHANNEL)
        }
        return facts | told(said, empty) | {"waiting_story": second}

    async def _with_earlier(self, turn: Turn, answers: Answers) -> Change:
        """The person's own reports that this may be a repetition of, once who is known."""
        types, who = answers.recorded_types, answers.perpetrator
        if answers.earlier or answers.amends or not types or who is None:
            return {}
        found = await submission.earlier(self.services.store, turn.who, types, who)
        return {"earlier": found} if found else {}

    async def _advise(self, turn: Turn, answers: Answers) -> Answers:
        """Give the advice of what was not asked because the story had answered it."""
        workplace = turn.person.workplace if turn.person else ""
        advice = advice_unasked(self.services.content, answers, workplace)
        if advice and not answers.small:
            what = self.wording.fields(q for q in Question if q in answers.foretold)
            turn.say("utter_already_told", about=what, advice=advice)
        return await drafts.change(self.services.store, turn.who, {"foretold": frozenset()})

    async def _put_back(self, turn: Turn, answers: Answers, words: str) -> Answers:
        """Give back what was masked and should not have been; a personal number never is."""
        kept = answers.kept | {words}
        masked = self.services.mask(answers.description or "", kept)
        if masked == answers.facts.masked:
            turn.say("utter_not_put_back")
            return answers
        turn.say("utter_put_back")
        facts = answers.facts.model_copy(update={"masked": masked})
        return await drafts.change(self.services.store, turn.who, {"kept": kept, "facts": facts})

    async def _is_interrupted(self, turn: Turn, asked: Question) -> bool:
        """Whether the person stepped out of the form, rather than answered it."""
        if turn.is_choice and turn.intent in ONLY_CHOSEN:
            return True
        if turn.intent not in INTERRUPTIONS or turn.is_safe:
            return False
        if turn.is_choice:
            return True
        if turn.text.startswith("/") or (asked is Question.SEND and put_back(turn.text)):
            return False  # what looks like a command is only text; what is put back is no errand
        if turn.confidence < (_SURE if len(turn.text.split()) > _FEW_WORDS else _SURE_OF_FEW):
            return False
        if asked in _FREE:
            return not await turn.may_be_a_story()
        if turn.intent not in _POLITE and not _asks_nothing(turn):
            return True
        draft = await drafts.find(self.services.store, turn.who)
        return draft is None or meaning(asked, await turn.said(), draft.answers) is None

    async def _tell_anonymous(self, turn: Turn) -> None:
        """Somebody who is not logged in gets a reading and advice; nothing is kept."""
        said = await turn.said()
        answers = Answers(types=said.facts.types, facts=said.facts)
        if await turn.manner() is Manner.FOREIGN:
            turn.say("utter_other_language")
        if not said.text or (turn.intent == "start_report" and not answers.types):
            turn.say("utter_anonymous_begin")
            return
        if is_whistleblowing(answers):
            await say_whistleblowing(turn)
            return
        if not answers.types:
            turn.say("utter_anonymous_unsure")
            return
        if outcome(answers) is Outcome.HANDOVER:
            handover = await handover_words(self.services, answers)
            turn.say("utter_anonymous_handover", handover=handover)
            return
        content = self.services.content
        serious = is_serious(answers, content.taxonomy)
        advice = support_lines(content, answers)
        turn.say(
            "utter_anonymous_reading",
            opening=content.policy.danger.reminder + "\n\n" if serious else "",
            types=self.wording.types(answers.types or ()),
            because=self.wording.because(answers),
            advice=bullets(advice[:MOST_SUPPORT_LINES]),
        )


def report_actions(services: Services) -> list[LotsenAction]:
    """The form's own action, and one for each of its questions."""
    return [
        ValidateReportForm(services),
        *(AskQuestion(services, question) for question in Question),
    ]


def _empty(turn: Turn) -> Answers:
    """What a new report starts from."""
    person = turn.person
    return Answers(
        home_area=person.area if person else None,
        is_manager=bool(person and person.role is Role.MANAGER),
    )


def _is_no_answer(asked: Question, text: str, manner: Manner | None) -> bool:
    """Whether nothing of this is to be taken as an answer: stray keys, an outburst, small talk.

    Where any words are taken, another language is too, unless it asks about the talk itself.
    """
    if manner is Manner.INSULT:
        return asked not in _TELLING or is_insult(text, telling=True)
    if manner is Manner.FOREIGN:
        return asked in _FREE and is_about_talking(text)
    return manner is Manner.GIBBERISH


async def _not_understood(turn: Turn, manner: Manner | None) -> Events:
    """Say so, calmly; the question comes again, the second time with a way out.

    What looks like a question is answered, or it is said that no text answers it.
    """
    first = misunderstanding.is_first(turn)
    if manner is Manner.FOREIGN:
        turn.say("utter_other_language")
    elif first and manner is Manner.INSULT:
        turn.say("utter_frustrated")
    elif turn.text.rstrip().endswith("?"):
        return [*misunderstanding.count(turn), *await answer(turn)]
    else:
        turn.say("utter_not_an_answer" if first else "utter_not_an_answer_again")
    return misunderstanding.count(turn, at_once=manner is Manner.INSULT)


def _asks_nothing(turn: Turn) -> bool:
    """Whether what was taken for a question is none by its form, and may be an answer."""
    return turn.intent == "ask_question" and not is_question(turn.text)


async def _tells_a_story(turn: Turn) -> bool:
    """Whether the message that began the report also tells what happened."""
    if turn.intent in ("resume_draft", "amend_report"):
        return False
    if turn.is_safe:
        return True
    return bool(turn.text) and (turn.intent == "tell_incident" or await turn.may_be_a_story())


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
