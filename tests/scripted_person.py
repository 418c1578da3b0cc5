"""A person who is written as data: tells a story, and answers what Lotsen asks if it asks.

Nothing here leans on Lotsen's sentences, only on the questions that its choices answer.
"""

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from bot.settings import CONTENT
from casework.content import load_content
from casework.report import NEVER_RECORDED, Question
from casework.report.flow import NOT_KNOWN, OTHER_TYPES
from casework.vocabulary import IncidentType
from tests.chat_client import Chat, Turn

SAFE = "/safe"
"""Payload of the choice that says that nobody is in danger."""

START = "/start_report"
"""Payload of the choice that something has happened."""

INSISTING = "Jag vill rapportera något som har hänt"
"""What somebody types who told something and was asked nothing."""

_MOST_DEEDS, _MOST_TRIES = 40, 3
"""A conversation that is longer, or asks the same again more often, does not reach its end."""

_SHRUGS = {
    Question.SEPARATE: "no",
    Question.KEEP: "yes",
    Question.COUNT: "yes",
    Question.PURPOSE: "unsure",
    Question.SERIES: "no",
    Question.POLICE: "unsure",
    Question.SUPPORT: "inget",
    Question.SEND: "yes",
}
"""What somebody taps who does not know or has nothing to add, where it is not *Vet ej*."""

_KNOWN_TYPES = {t.label: i for i, t in load_content(CONTENT).taxonomy.types.items()}

_LAST = frozenset({Question.SEND, Question.COUNT, Question.KEEP})
"""The questions after which a report can be done."""


class Deed(BaseModel):
    """One thing somebody does of their own accord, in the window they have or in a new one."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    person: str | None = None
    comes_back: bool = False
    says: str | None = None
    chooses: str | list[str] | None = None
    is_told: str | None = None


class Script(BaseModel):
    """Who tells what, and what they would answer.

    Attributes:
        name: what the conversation shows.
        person: a demo person's id.
        opens: a button that is tapped first.
        tells: the story; what follows the first piece is said in reply to whatever is asked next.
        answers: question → words of one or more buttons, or words to type. A question that is
            missing is answered *Vet ej*.
        asides: question → what is done when it comes for the first time, before it is answered.
        afterwards: what is done, by anybody, when the report has ended.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    person: str = "sam"
    opens: str | None = None
    tells: list[str] = Field(min_length=1)
    answers: dict[Question, str | list[str]] = {}
    asides: dict[Question, list[Deed]] = {}
    afterwards: list[Deed] = []


@dataclass(frozen=True)
class Exchange:
    """What somebody did, what came back, and how long that took."""

    person: str
    heard: Turn
    seconds: float = 0.0
    asked: str | None = None
    """The question that was open, if this was done in reply to one."""
    said: str | None = None
    tapped: tuple[str, ...] = ()


@dataclass
class Played:
    """A conversation that was played."""

    exchanges: list[Exchange] = field(default_factory=list)
    ended: bool = False
    """Whether the report was sent in, or handed over."""
    reported: int = 0
    """How many of the exchanges it took."""
    unheard: int = 0
    """How often the person told something and was asked nothing."""


async def play(script: Script, url: str) -> Played:
    """Play a script against a Lotsen that listens at `url`, where the person has no draft."""
    async with AsyncExitStack() as windows:
        conversation = _Conversation(script, url, windows)
        await conversation.report()
        conversation.played.reported = len(conversation.played.exchanges)
        if conversation.played.ended:
            for deed in script.afterwards:
                await conversation.do(deed)
        return conversation.played


class _Conversation:
    def __init__(self, script: Script, url: str, windows: AsyncExitStack) -> None:
        self._script = script
        self._url = url
        self._stack = windows
        self._windows: dict[str, Chat] = {}
        self._pieces = iter(script.tells)
        self._asides = dict(script.asides)
        self._tries = Counter[str]()
        self._has_insisted = False
        self.played = Played()

    async def report(self) -> None:
        """From the first word until it is sent in or handed over, or goes nowhere."""
        chat = await self._window(self._script.person)
        if self._script.opens:
            await self.do(Deed(chooses=self._script.opens))
        else:
            await self._say(chat, next(self._pieces))
        while len(self.played.exchanges) < _MOST_DEEDS and not self.played.ended:
            if not await self._reply():
                return
            self.played.ended = self._is_over()

    async def do(self, deed: Deed) -> None:
        """Do something that no question asked for."""
        person = deed.person or self._script.person
        chat = await self._window(person, anew=deed.comes_back)
        if deed.is_told:
            heard = await chat.wait_for(deed.is_told)
            self.played.exchanges.append(Exchange(person, heard))
        if deed.says:
            await self._say(chat, deed.says)
        if deed.chooses:
            await self._tap(
                chat, [deed.chooses] if isinstance(deed.chooses, str) else deed.chooses
            )

    async def _window(self, person: str, *, anew: bool = False) -> Chat:
        if person not in self._windows or anew:
            if earlier := self._windows.get(person):
                await earlier.socket.close()
            chat = await self._stack.enter_async_context(Chat(self._url, person))
            self._windows[person] = chat
            self.played.exchanges.append(Exchange(person, chat.greeting))
        return self._windows[person]

    async def _reply(self) -> bool:
        """Answer what Lotsen asked; False if there is nothing to answer, or it is in vain."""
        chat = self._windows[self._script.person]
        if safe := [t for t, p in _offered(chat.last) if p == SAFE]:
            await self._tap(chat, safe, asked="safe")
            return True
        asked = chat.last.asks or self._free_question()
        if asked is None:
            return await self._insist(chat)
        if deeds := self._asides.pop(Question(asked), []):
            for deed in deeds:
                await self.do(deed)
            return True
        if asked != Question.RETELL and (piece := next(self._pieces, None)):
            await self._say(chat, piece, asked)
            return True
        if asked == Question.DESCRIPTION and asked not in self._script.answers:
            await self._say(chat, " ".join(self._script.tells), asked)
            return True
        self._tries[asked] += 1
        if self._tries[asked] > _MOST_TRIES:
            return False
        await self._answer(chat, Question(asked))
        return True

    def _free_question(self) -> str | None:
        """A question without choices, once the type is known, is for a part of the story."""
        is_sorted = self._tries[Question.TYPES] and Question.RETELL in self._script.answers
        return Question.RETELL if is_sorted else None

    async def _insist(self, chat: Chat) -> bool:
        """Nothing was asked: tell more, then say once that something has happened."""
        self.played.unheard += self.played.exchanges[-1].said is not None
        if piece := next(self._pieces, None):
            await self._say(chat, piece)
            return True
        if self._has_insisted:
            return False
        self._has_insisted = True
        if start := [t for t, payload in _offered(chat.last) if payload == START]:
            await self._tap(chat, start)
        else:
            await self._say(chat, INSISTING)
        return True

    async def _answer(self, chat: Chat, asked: Question) -> None:
        offered = {_value(payload): title for title, payload in _offered(chat.last, asked)}
        wanted = self._script.answers.get(asked) or offered.get(_shrug(asked), "vet ej")
        titles = [wanted] if isinstance(wanted, str) else wanted
        if asked is Question.TYPES and OTHER_TYPES in offered:
            titles = _about_a_suggestion(titles, offered)
        if set(titles) <= set(offered.values()):
            await self._tap(chat, titles, asked)
        else:
            await self._say(chat, " ".join(titles), asked)

    async def _say(self, chat: Chat, text: str, asked: str | None = None) -> None:
        began = time.perf_counter()
        heard = await chat.say(text)
        took = time.perf_counter() - began
        person = chat.person or ""
        self.played.exchanges.append(Exchange(person, heard, took, asked, said=text))

    async def _tap(self, chat: Chat, titles: list[str], asked: str | None = None) -> None:
        began = time.perf_counter()
        heard = await self._choose(chat, titles)
        took = time.perf_counter() - began
        person = chat.person or ""
        self.played.exchanges.append(Exchange(person, heard, took, asked, tapped=tuple(titles)))

    async def _choose(self, chat: Chat, titles: list[str]) -> Turn:
        """Tap what the last reply offers, or else what the greeting still shows."""
        if not set(titles) <= set(chat.last.titles):
            chat.last = Turn(chat.greeting.messages + chat.last.messages)
        return await chat.choose(*titles)

    def _is_over(self) -> bool:
        """Nothing is asked any longer, after a question that can be the last."""
        last = self.played.exchanges[-1]
        asks = last.heard.asks or any(p == SAFE for _, p in _offered(last.heard))
        return last.asked in _LAST and bool(last.tapped) and not asks


def _offered(turn: Turn, question: Question | None = None) -> Iterator[tuple[str, str]]:
    """Titles and payloads of what may be chosen; those of one question only, if it is given."""
    for message in turn.messages:
        if question is None or message.asks == question:
            yield from ((choice["title"], choice["payload"]) for choice in message.choices)


def _value(payload: str) -> str:
    values = json.loads(payload[payload.index("{") :]) if "{" in payload else {}
    return str(next(iter(values.values()), ""))


def _shrug(asked: Question) -> str:
    return _SHRUGS.get(asked, NOT_KNOWN)


def _about_a_suggestion(own: list[str], offered: dict[str, str]) -> list[str]:
    """Yes to a suggestion that names all one means oneself, and no bribe that one does not."""
    meant = {_KNOWN_TYPES[title] for title in own if title in _KNOWN_TYPES}
    if not meant:
        return own
    all_types = set(IncidentType)
    yes = next(value for value in offered if set(value.split(",")) <= all_types)
    suggested = {IncidentType(t) for t in yes.split(",")}
    is_right = meant <= suggested and not (suggested - meant) & NEVER_RECORDED
    return [offered[yes if is_right else OTHER_TYPES]]
