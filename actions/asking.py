"""Asks the questions of a report: the words, and what may be chosen."""

from typing import override

from actions.base import Button, Events, LotsenAction, Turn, button
from actions.services import Services
from actions.wording import bullets
from casework import drafts, organisation
from casework.advice import police_advice, support_lines
from casework.incidents import receiver
from casework.organisation import Profile
from casework.report import Answers, Question, forms, is_serious, is_suggestion, offered
from casework.vocabulary import IncidentType, Recipient

Receivers = dict[Recipient, Profile]

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
        if self.question is Question.TYPES and not turn.is_safe:
            values["opening"] = self._reminder(answers) + values["opening"]
        turn.say(
            response,
            buttons=self._buttons(answers, receivers),
            multiple=self.question in _MULTIPLE and not is_suggestion(self.question, answers),
            **values,
        )
        return []

    def _buttons(self, answers: Answers, receivers: Receivers) -> list[Button]:
        question = self.question
        values = offered(question, answers, receivers)
        buttons = [
            button(self._title(v, receivers), "answer", **{question.value: v}) for v in values
        ]
        if is_suggestion(question, answers):
            yes = self.services.content.taxonomy.answers["types"]["ja"]
            buttons.insert(0, button(yes, "answer", types=answers.facts.types))
        return buttons

    def _title(self, value: str, receivers: Receivers) -> str:
        title = self.wording.title(self.question, value)
        if self.question is Question.RECIPIENT:
            return f"{title}, {receivers[Recipient(value)].name}"
        return title

    async def _words(
        self, answers: Answers, person: Profile, receivers: Receivers
    ) -> tuple[str, dict[str, str]]:
        """The response to utter, and what to fill in."""
        response = f"utter_ask_{self.question}"
        match self.question:
            case Question.TYPES:
                return self._type_words(answers)
            case Question.COUNT:
                return response, {"handover": await handover_words(self.services, answers)}
            case Question.POLICE:
                return response, {"advice": self._police(answers, person)}
            case Question.DESCRIPTION:
                return response, {"visibility": self._visibility(receivers)}
            case Question.SEND:
                return response, self._summary_words(answers, receivers)
            case _:
                return response, self._plain_words(answers)

    def _plain_words(self, answers: Answers) -> dict[str, str]:
        """What the shorter questions fill in; Rasa leaves out what the response does not use."""
        return {
            "recorded": self.wording.types(answers.recorded_types),
            "routed": self.wording.types(answers.routed_types),
            "lines": self._support(answers),
        }

    def _visibility(self, receivers: Receivers) -> str:
        manager = receivers.get(Recipient.MANAGER)
        who = self.services.content.taxonomy.answers["visibility"]
        return who["manager"].format(name=manager.name) if manager else who["other"]

    def _type_words(self, answers: Answers) -> tuple[str, dict[str, str]]:
        thanks = self.services.content.taxonomy.answers["summary"]["understood"]
        understood = self.wording.understood(answers)
        show = understood and not answers.choosing_types
        values = {"opening": f"{thanks}\n{understood}\n\n" if show else ""}
        if not is_suggestion(self.question, answers):
            return "utter_ask_types_open", values | {"definitions": self.wording.definitions()}
        return "utter_ask_types_suggested", values | {
            "types": self.wording.types(answers.facts.types),
            "because": self.wording.because(answers),
        }

    def _reminder(self, answers: Answers) -> str:
        """Danger first: where it looks serious, 112 is the first line."""
        content = self.services.content
        likely = answers.having(types=answers.facts.types)
        serious = is_serious(likely, content.taxonomy) and not answers.choosing_types
        return content.policy.danger.reminder + "\n\n" if serious else ""

    def _police(self, answers: Answers, person: Profile) -> str:
        content = self.services.content
        serious = is_serious(answers, content.taxonomy)
        subtypes = self._subtypes(answers)
        return police_advice(content.policy, subtypes, serious=serious, workplace=person.workplace)

    def _support(self, answers: Answers) -> str:
        policy = self.services.content.policy
        subtypes = self._subtypes(answers)
        return bullets(support_lines(policy, answers.recorded_types, subtypes))

    def _subtypes(self, answers: Answers) -> tuple[str, ...]:
        """Those of the confirmed types; all that were read if the person could not say."""
        if not answers.recorded_types:
            return answers.facts.subtypes
        return forms(answers, self.services.content.taxonomy)

    def _summary_words(self, answers: Answers, receivers: Receivers) -> dict[str, str]:
        words = self.services.content.taxonomy.answers["summary"]
        gets_it = receiver(answers, receivers)
        is_masked = answers.facts.masked not in ("", answers.description)
        return {
            "summary": self.wording.summary(answers),
            "masked": words["masked"] + "\n\n" if is_masked else "",
            "recipient": gets_it.name if gets_it else words["somebody"],
        }


async def handover_words(services: Services, answers: Answers) -> str:
    """Why a matter is not recorded, and whom to turn to; contacts are the municipality's own."""
    handover = services.content.policy.handover
    bribe = IncidentType.CORRUPTION in answers.routed_types
    text = handover.korruption if bribe else handover.tjansteroll
    found = await organisation.contacts(services.store)
    unnamed = services.content.taxonomy.answers["contacts"]
    reach = {function: found.get(function) or words for function, words in unnamed.items()}
    why = handover.mixed if answers.recorded_types else text.why
    return f"{why}\n\n{text.advice.format(**reach)}"
