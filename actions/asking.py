"""Asks the questions of a report: the words, and what may be chosen."""

from datetime import timedelta
from typing import override

from actions.base import Button, Events, LotsenAction, Turn, button
from actions.misunderstanding import needs_way_out, way_out, with_way_out
from actions.services import Services
from actions.wording import bullets
from casework import drafts, incidents, organisation
from casework.advice import MOST_SUPPORT_LINES, advice_on_police, support_lines
from casework.organisation import Profile
from casework.report import (
    MORE,
    NO_SERIES,
    SMALL,
    SUGGESTED_TEXT,
    Answers,
    Question,
    is_serious,
    is_suggestion,
    may_be_small,
    offered,
    route,
)
from casework.submission import receiver
from casework.vocabulary import Exposed, IncidentType, Perpetrator, PersonId, Recipient, Sign

Receivers = dict[Recipient, Profile]

_FRESH = timedelta(days=10)
"""After a threat or violence that is older nobody is asked about danger just now; our choice."""

_SHORT_AGAIN = frozenset({Question.POLICE, Question.SUPPORT, Question.COUNT, Question.SEND})
"""Questions that are put in few words when they come again at once."""

_COLLEAGUES = frozenset({Perpetrator.COLLEAGUE, Perpetrator.MANAGER, Perpetrator.POLITICIAN})
"""Who presses from within: advice about a gift from outside does not fit."""

_OF_THE_EXPOSED = frozenset({Question.PURPOSE, Question.POLICE})
"""Questions that speak to whoever was exposed, or else of them."""

_MULTIPLE = frozenset({Question.TYPES, Question.SUPPORT})


class AskQuestion(LotsenAction):
    """Asks one question of the report.

    Args:
        services: the record, the content and the reader.
        question: which one.
    """

    def __init__(self, services: Services, question: Question) -> None:
        super().__init__(services)
        self.question = question

    @override
    def name(self) -> str:
        return f"action_ask_{self.question}"

    @override
    async def act(self, turn: Turn) -> Events:
        draft = await drafts.find(self.services.store, turn.who) if turn.person else None
        if turn.person is None or draft is None:
            return []
        answers = draft.answers
        async with self.services.store.transaction() as db_session:
            receivers = await organisation.recipients(db_session, turn.person.id)
        response, values = await self._words(answers, turn.person, receivers)
        if self.question is Question.TYPES:
            again = turn.is_asked_again
            values["opening"] = (
                "" if again else self._danger_first(turn, answers) + values["opening"]
            )
        if turn.is_asked_again and self.question in _SHORT_AGAIN:
            response = f"utter_ask_{self.question}_again"
        buttons = self._buttons(answers, receivers)
        if values.get("proposal"):
            buttons.append(self._button(SUGGESTED_TEXT))
        if needs_way_out(turn):
            buttons = with_way_out(buttons, way_out(self.wording, self.question, answers))
        turn.say(
            response,
            buttons=buttons,
            multiple=self.question in _MULTIPLE and not is_suggestion(self.question, answers),
            forget=False,
            files=(),
            **values,
        )
        return []

    def _buttons(self, answers: Answers, receivers: Receivers) -> list[Button]:
        question = self.question
        buttons = [self._button(v, receivers) for v in offered(question, answers, receivers)]
        if question is Question.SUPPORT and len(self._support(answers)) > MOST_SUPPORT_LINES:
            buttons.append(self._button(MORE))
        if is_suggestion(question, answers):
            yes = self.services.content.taxonomy.answers["types"]["ja"]
            buttons.insert(0, button(yes, "answer", types=answers.facts.types))
            if self._sounds_small(answers):
                buttons.append(self._button(SMALL))
        return buttons

    def _button(self, value: str, receivers: Receivers | None = None) -> Button:
        title = self._title(value, receivers or {})
        return button(title, "answer", **{self.question.value: value})

    def _sounds_small(self, answers: Answers) -> bool:
        likely = answers.having(types=answers.facts.types)
        serious = is_serious(likely, self.services.content.taxonomy)
        return may_be_small(answers) and not (serious or answers.amends)

    def _title(self, value: str, receivers: Receivers) -> str:
        title = self.wording.title(self.question, value)
        if self.question is Question.SERIES and value != NO_SERIES:
            words = self.services.content.taxonomy.answers["series"]
            return words["earlier"].format(reference=value)
        if self.question is Question.RECIPIENT and receivers:
            return f"{title}, {receivers[Recipient(value)].name}"
        return title

    async def _words(
        self, answers: Answers, person: Profile, receivers: Receivers
    ) -> tuple[str, dict[str, str]]:
        """The response to utter, and what to fill in."""
        response = f"utter_ask_{self.question}{_for_whom(self.question, answers)}"
        match self.question:
            case Question.DESCRIPTION:
                return self._description_words(answers, receivers)
            case Question.TYPES:
                return self._type_words(answers, receivers)
            case Question.RETELL:
                return await self._retell_words(answers)
            case Question.COUNT:
                return response, {"handover": await handover_words(self.services, answers)}
            case Question.SERIES:
                return response, {"earlier": await self._earlier(person, answers)}
            case Question.POLICE:
                advice = advice_on_police(self.services.content, answers, person.workplace)
                return response, {"advice": advice}
            case Question.SEND:
                return self._send_words(answers, receivers)
            case _:
                return response, self._plain_words(answers)

    def _description_words(
        self, answers: Answers, receivers: Receivers
    ) -> tuple[str, dict[str, str]]:
        if answers.adding:
            return "utter_ask_description_added", {}
        if answers.small:
            return "utter_ask_description_small", {}
        return "utter_ask_description", {"visibility": self._visibility("", answers, receivers)}

    async def _retell_words(self, answers: Answers) -> tuple[str, dict[str, str]]:
        """A proposal without what is never recorded, if one can be made."""
        values = self._plain_words(answers)
        proposal = await self.services.without(answers.description or "", answers.routed_types)
        if not proposal:
            return "utter_ask_retell", values
        return "utter_ask_retell_suggested", values | {"proposal": proposal}

    async def _earlier(self, person: Profile, answers: Answers) -> str:
        """The reports that this may be a repetition of, one line each."""
        store, who = self.services.store, PersonId(person.id)
        own = await incidents.of_reporter(store, who, answers.earlier)
        return "\n".join(self.wording.report_line(shown) for shown in own)

    def _plain_words(self, answers: Answers) -> dict[str, str]:
        """What the shorter questions fill in; Rasa leaves out what the response does not use."""
        return {
            "recorded": self.wording.types(answers.recorded_types),
            "routed": self.wording.types(answers.routed_types),
            "lines": bullets(self._support(answers)[:MOST_SUPPORT_LINES]),
        }

    def _visibility(self, form: str, answers: Answers, receivers: Receivers) -> str:
        """Who will see the report, in one sentence, before any details are asked (R8)."""
        words = self.services.content.taxonomy.answers["visibility"]
        manager = receivers.get(Recipient.MANAGER)
        if route(answers).chosen_by_person:
            return words["chosen"]
        return words[f"manager{form}"].format(name=manager.name) if manager else words["other"]

    def _type_words(self, answers: Answers, receivers: Receivers) -> tuple[str, dict[str, str]]:
        thanks = self.services.content.taxonomy.answers["summary"]["understood"]
        understood = self.wording.understood(answers)
        show = understood and not answers.choosing_types
        opening = f"{thanks}\n{understood}\n\n" if show else ""
        if not answers.choosing_types:
            opening += self._visibility("_after", answers, receivers) + "\n\n"
        values = {"opening": opening}
        if not is_suggestion(self.question, answers):
            return "utter_ask_types_open", values | {"definitions": self.wording.definitions()}
        return "utter_ask_types_suggested", values | {
            "types": self.wording.types(answers.facts.types),
            "because": self.wording.because(answers),
        }

    def _danger_first(self, turn: Turn, answers: Answers) -> str:
        """Where it looks serious and is not long past, 112 is the first line."""
        content = self.services.content
        likely = answers.having(types=answers.facts.types)
        serious = is_serious(likely, content.taxonomy) and not answers.choosing_types
        end = answers.occurred.end if answers.occurred else None
        is_past = end is not None and self.services.store.clock() - end > _FRESH
        ask = serious and not (is_past or turn.is_safe)
        return content.policy.danger.reminder + "\n\n" if ask else ""

    def _support(self, answers: Answers) -> list[str]:
        return support_lines(self.services.content, answers)

    def _send_words(self, answers: Answers, receivers: Receivers) -> tuple[str, dict[str, str]]:
        words = self.services.content.taxonomy.answers["summary"]
        masked = self.wording.masked(answers)
        values = {
            "summary": self.wording.summary(answers),
            "masked": f"{words['masked'].format(what=masked)}\n\n" if masked else "",
            "reference": answers.amends or "",
        }
        if answers.adding:
            return "utter_ask_send_added", values
        if answers.amends:
            return "utter_ask_send_corrected", values
        gets_it = receiver(answers, receivers)
        values["opening"] = words["small"] + "\n\n" if answers.small else ""
        values["recipient"] = gets_it.name if gets_it else words["somebody"]
        at_risk = Sign.CLIENT_AT_RISK in answers.facts.signs
        values["lex_sarah"] = words["lex_sarah"] + "\n\n" if at_risk else ""
        return "utter_ask_send", values


def _for_whom(question: Question, answers: Answers) -> str:
    """The end of a response's name, for what is put otherwise if somebody else was exposed."""
    is_own = answers.exposed in (None, Exposed.SELF)
    return "" if is_own or question not in _OF_THE_EXPOSED else "_other"


async def handover_words(services: Services, answers: Answers) -> str:
    """Why a matter is not recorded, and whom to turn to; contacts are the municipality's own."""
    handover = services.content.policy.handover
    inside = (answers.perpetrator or answers.facts.perpetrator) in _COLLEAGUES
    abused = IncidentType.ABUSE_OF_POSITION in answers.routed_types
    bribe = IncidentType.CORRUPTION in answers.routed_types and not (inside and abused)
    text = handover.korruption if bribe else handover.tjansteroll
    why = handover.mixed if answers.recorded_types else text.why
    return f"{why}\n\n{text.advice.format(**await reach(services))}"


async def reach(services: Services) -> dict[str, str]:
    """How to reach each function; in general words where the municipality has named nobody."""
    found = await organisation.contacts(services.store)
    unnamed = services.content.taxonomy.answers["contacts"]
    return {function: found.get(function) or words for function, words in unnamed.items()}


async def say_whistleblowing(turn: Turn) -> None:
    """Where a whistleblower is protected, and that nothing is kept here (domain 4.5)."""
    found = await reach(turn.services)
    turn.say("utter_whistleblowing", forget=True, whistleblowing=found["whistleblowing"])
