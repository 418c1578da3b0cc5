"""What every action shares: one turn of the conversation, with what was said and how to reply."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, final, override

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from actions.manner import Manner, is_long
from actions.services import Heard, Services
from actions.wording import Wording
from casework.errors import ImpossibleChangeError, NotAllowedError, NotFoundError
from casework.organisation import Profile
from casework.papers import Paper
from casework.report import Question, Said, what_is_right
from casework.vocabulary import ConversationId, PersonId, Reference

Events = list[dict[str, Any]]
TELL = "tell_incident"
"""The intent of a story; as a choice, it makes a report of what was typed before."""
Button = dict[str, str]
File = dict[str, str]

_SEPARATOR = ","  # between several values of one choice
_WORD_JOINER = "\u2060"  # put before a typed "/" by engine/channel.py


@dataclass(frozen=True)
class Turn:
    """What came in, and the way to reply.

    Attributes:
        person: who is speaking; None for an anonymous conversation.
    """

    services: Services
    dispatcher: CollectingDispatcher
    tracker: Tracker
    person: Profile | None
    noted: Events = field(default_factory=list, init=False, repr=False)
    """What the engine is to remember of this turn, besides what the action returns."""
    _heard: dict[str, Heard] = field(default_factory=dict, init=False, repr=False)

    @property
    def who(self) -> PersonId:
        """The id of somebody who is logged in.

        Raises:
            LookupError: nobody is; ask `person` first.
        """
        if self.person is None:
            raise LookupError("nobody is logged in")
        return PersonId(self.person.id)

    @property
    def conversation(self) -> ConversationId:
        return ConversationId(self.tracker.sender_id)

    @property
    def asked(self) -> Question | None:
        """What the report form asked last."""
        asked = self.tracker.get_slot("requested_slot")
        return Question(asked) if asked in set(Question) else None

    @property
    def loop(self) -> str | None:
        """The form that is active in the engine."""
        return (self.tracker.active_loop or {}).get("name")

    @property
    def is_fresh(self) -> bool:
        """Whether no action has been taken yet in this turn, other than asking the form."""
        for event in reversed(self.tracker.events):
            if event.get("event") == "user":
                return True
            if event.get("event") == "action" and event.get("name") != self.loop:
                return False
        return True

    @property
    def intent(self) -> str:
        return str((self.tracker.latest_message.get("intent") or {}).get("name"))

    @property
    def confidence(self) -> float:
        return float((self.tracker.latest_message.get("intent") or {}).get("confidence") or 0)

    @property
    def is_choice(self) -> bool:
        """Whether a button was tapped; typed text never looks like one."""
        return str(self.tracker.latest_message.get("text") or "").startswith("/")

    @property
    def text(self) -> str:
        """What was typed; empty for a choice, but for the one to report what was just asked."""
        if self.is_choice and self.intent != TELL:
            return ""
        typed = (str(e.get("text") or "") for e in reversed(self.tracker.events) if _is_typed(e))
        return next(typed, "").lstrip(_WORD_JOINER)

    @property
    def chosen(self) -> Mapping[str, tuple[str, ...]]:
        """The values that were chosen, by question."""
        values: dict[str, tuple[str, ...]] = {}
        for entity in self.tracker.latest_message.get("entities") or []:
            name, value = str(entity["entity"]), str(entity["value"])
            values[name] = values.get(name, ()) + tuple(value.split(_SEPARATOR))
        return values

    @property
    def is_asked_again(self) -> bool:
        """Whether the same question was asked just before, and nothing has changed since.

        The form notes it when it takes an answer; when it was left for a moment it notes nothing.
        """
        for event in reversed(self.tracker.events):
            if event.get("event") == "slot" and event.get("name") == "again":
                return bool(event.get("value"))
            if event.get("event") == "user":
                return True
        return False

    @property
    def is_safe(self) -> bool:
        """Whether the person has just said that they are safe."""
        return bool((self.tracker.latest_message.get("metadata") or {}).get("safe"))

    @property
    def number(self) -> int:
        """Which message of the conversation this is, as far as the engine remembers."""
        return sum(event.get("event") == "user" for event in self.tracker.events)

    async def hear(self, text: str) -> Heard:
        """What a text of this turn says; a text is read once in a turn."""
        if text not in self._heard:
            self._heard[text] = await self.services.hear(text)
        return self._heard[text]

    async def said(self) -> Said:
        """What was said, with what could be read from it."""
        if not self.text:
            return Said(chosen=self.chosen)
        meant = what_is_right(self.text) if self.asked and not is_long(self.text) else self.text
        return Said(text=self.text, facts=(await self.hear(meant)).facts)

    async def tells_of_influence(self) -> bool:
        """Whether some influence can be read out of the typed text."""
        return bool(self.text) and bool((await self.hear(self.text)).facts.types)

    async def manner(self) -> Manner | None:
        """How the typed text was said, if that calls for a reply of its own."""
        return (await self.hear(self.text)).manner if self.text else None

    async def may_be_a_story(self) -> bool:
        """Whether the typed text is long, or tells of some influence."""
        return is_long(self.text) or await self.tells_of_influence()

    def say(
        self,
        response: str,
        *,
        buttons: Sequence[Button] = (),
        multiple: bool = False,
        forget: bool = False,
        files: Sequence[File] = (),
        **values: str,
    ) -> None:
        """Utter a response of `domain.yml`, with its placeholders filled in.

        Args:
            buttons: choices under the message.
            multiple: whether several of them may be chosen together.
            forget: whether nothing that was said before is to be remembered anywhere.
            files: links under the message.
            values: placeholder → text; it may hold what a person typed.
        """
        # Rasa's interpolation marks placeholders as "0[name]" and gives up on a value with that.
        safe: dict[str, Any] = {name: text.replace("0[", "0 [") for name, text in values.items()}
        self.dispatcher.utter_message(
            response=response,
            buttons=list(buttons),
            multiple=multiple,
            forget=forget,
            files=list(files),
            **safe,
        )


@dataclass(frozen=True)
class SayingWhyNot:
    """A block in which casework may refuse: then it is said why, and the turn goes on after it.

    Attributes:
        impossible: the response where a change cannot be made any more.
    """

    turn: Turn
    impossible: str

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        match error:
            case NotFoundError() | NotAllowedError():
                self.turn.say("utter_not_yours")
            case ImpossibleChangeError():
                self.turn.say(self.impossible)
            case _:
                return False
        return True


class LotsenAction(Action, ABC):
    """An action that is built with its services and registered as an instance.

    A subclass says what it is called in `domain.yml` and what it does in a turn.

    Args:
        services: the record, the content and the reader.
    """

    called: ClassVar[str]

    def __init__(self, services: Services) -> None:
        self.services = services
        self.wording = Wording(services.content.taxonomy)

    @override
    def name(self) -> str:
        return self.called

    def file(self, paper: Paper, reference: Reference) -> File:
        """A link to a paper of a report; its address is that of `docs/interfaces.md`."""
        texts = self.services.content.policy.papers
        title = {Paper.POLICE: texts.police.link, Paper.RECEIPT: texts.receipt.link}[paper]
        return {"title": title, "url": f"/reports/{reference}/{paper}.pdf"}

    @final
    @override
    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict
    ) -> Events:
        person = await self.services.person(tracker.sender_id)
        turn = Turn(self.services, dispatcher, tracker, person)
        events = await self.act(turn)
        return [*turn.noted, *events]

    @abstractmethod
    async def act(self, turn: Turn) -> Events:
        """Do what the action is for, reply, and return Rasa events."""


def _is_typed(event: Mapping[str, Any]) -> bool:
    return event.get("event") == "user" and not str(event.get("text") or "").startswith("/")


def button(title: str, intent: str, /, **values: str | Iterable[str]) -> Button:
    """A choice: its words, and the intent and values that choosing it stands for."""
    flat = {k: v if isinstance(v, str) else _SEPARATOR.join(v) for k, v in values.items()}
    payload = f"/{intent}{json.dumps(flat, separators=(',', ':')) if flat else ''}"
    return {"title": title, "payload": payload}
