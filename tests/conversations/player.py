"""Plays a conversation that is written as data; see `README.md` beside it for the form."""

import re
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import yaml
from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, update

from casework import check_ins, followup, incidents, reminders
from casework.clock import Clock
from casework.followup import TaskId
from casework.schema import CheckIn, Incident
from casework.schema import Step as PlanStep
from casework.store import Store, open_store
from casework.vocabulary import Reference, StepOutcome
from tests import builders
from tests.chat_client import Chat, Turn


class Played(Protocol):
    """The Lotsen that a conversation is played with: its address, data, time and record."""

    @property
    def url(self) -> str: ...
    @property
    def data(self) -> Path: ...
    @property
    def clock(self) -> Clock: ...
    async def record(self, reference: str) -> dict[str, Any]: ...


OpenChat = Callable[[str, str | None], Chat]
"""Opens a chat at an address for a person: one that speaks as `Chat` does, in its own channel."""

SUGGESTION, OTHER = "Ja, det stämmer", "Nej, eller fler"
_BY_THE_WAY = {"series": "Nej, det är något annat", "police_reason": "Vet ej"}
"""Questions that come only at times, and what is answered unless a step says so."""
_MOST_TRIES = 3
"""How often a question may come again before its answer counts as not understood."""


class Record(BaseModel):
    """What happens to the record itself, without a conversation."""

    model_config = ConfigDict(extra="forbid")
    reported: int = 0
    received: bool = False
    left: list[str] | None = None
    late: list[str] = []
    check_in: int | None = None
    escalated: bool = False
    notes: dict[str, str] = {}


class Step(BaseModel):
    """One thing somebody does, and what they must and must not hear."""

    model_config = ConfigDict(extra="forbid")
    person: str | None = None
    record: Record | None = None
    comes_back: bool = False
    stops_at: str | None = None
    says: str | None = None
    times: int = 1
    chooses: str | list[str] | None = None
    answers: dict[str, str | list[str]] | None = None
    is_told: str | None = None
    hears: list[str] = []
    never_hears: list[str] = []
    is_offered: list[str] = []


class Conversation(BaseModel):
    """A whole conversation and what it leaves behind."""

    model_config = ConfigDict(extra="forbid")
    name: str
    source: str
    person: str | None = "sam"
    steps: list[Step]
    record: dict[str, Any] | None = None
    record_holds: list[str] = []
    record_never_holds: list[str] = []
    prompts: str | None = None
    never_prompts: list[str] = []
    counts: dict[str, int] = {}


def load(folder: Path) -> list[Conversation]:
    """All conversations of the YAML files in a folder."""
    return [
        Conversation.model_validate(entry)
        for file in sorted(folder.glob("*.yml"))
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


async def play(conversation: Conversation, lotsen: Played, chats: OpenChat = Chat) -> str | None:
    """Play it; returns the reference of the incident, if one was made.

    Args:
        chats: opens a chat for a person, in the channel that it is played in.
    """
    reference: str | None = None
    async with AsyncExitStack() as stack:
        windows = _Windows(lotsen.url, stack, chats)
        for step in conversation.steps:
            if step.record:
                reference = await happen(step.record, lotsen, reference)
                continue
            person = step.person or conversation.person
            chat = await windows.of(person, anew=step.comes_back)
            turns = await _do(step, chat, reference)
            turns += await _answer_by_the_way(step, chat)
            reference = reference or next((t.reference for t in turns if _is_receipt(t)), None)
            _listen(step, turns, conversation.name)
    if reference and conversation.record_holds:
        record = await lotsen.record(reference)
        told = str(record["description"])
        for text in conversation.record_holds:
            assert text in told, f"{conversation.name}: {text!r} not in {told!r}"
    return reference


def _is_receipt(turn: Turn) -> bool:
    return re.search(r"inskickad, med nummer \*?OP-", turn.text) is not None


class _Windows:
    """The chats that are open, one a person."""

    def __init__(self, url: str, stack: AsyncExitStack, chats: OpenChat) -> None:
        self._url = url
        self._chats = chats
        self._stack = stack
        self._open: dict[str | None, Chat] = {}

    async def of(self, person: str | None, *, anew: bool = False) -> Chat:
        """The person's chat, opened when it is first needed; `anew` leaves the earlier one."""
        earlier = self._open.get(person)
        if earlier and not anew:
            return earlier
        if earlier:
            await earlier.socket.close()
        self._open[person] = await self._stack.enter_async_context(self._chats(self._url, person))
        return self._open[person]


async def happen(change: Record, lotsen: Played, reference: str | None) -> str | None:
    """Let something happen to the record, as another app or the clock would do it.

    Returns:
        The incident that the conversation is about: the last that was reported.
    """
    store = open_store(lotsen.data, lotsen.clock)
    try:
        for _ in range(change.reported):
            made = await builders.incident(store)
            reference = made.reference
            if change.received:
                await incidents.acknowledge(store, builders.MIO, made.reference)
        if reference:
            await _let_time_pass(change, store, Reference(reference))
    finally:
        await store.close()
    return reference


async def _let_time_pass(change: Record, store: Store, reference: Reference) -> None:
    now, policy = store.clock(), builders.content().policy
    async with store.transaction() as db_session:
        incident = await db_session.scalar(
            select(Incident.id).where(Incident.reference == reference)
        )
        steps = update(PlanStep).where(PlanStep.incident_id == incident)
        if change.left is not None:
            answered = steps.where(PlanStep.name.not_in(change.left), PlanStep.outcome.is_(None))
            outcome = StepOutcome.NOT_NEEDED
            await db_session.execute(
                answered.values(outcome=outcome, done_at=now, remind_at=None, escalate_at=None)
            )
        late = steps.where(PlanStep.name.in_(change.late))
        await db_session.execute(late.values(due=now - _LATE, remind_at=now - _LATE))
        if change.escalated:
            await db_session.execute(late.values(escalate_at=now - _LATE))
        asked = update(CheckIn).where(CheckIn.incident_id == incident)
        asked = asked.where(CheckIn.day == change.check_in)
        await db_session.execute(asked.values(ask_at=now - _LATE))
    for name, text in change.notes.items():
        task = TaskId(reference, name)
        await followup.done(store, builders.content(), builders.MIO, task, text)
    await reminders.remind(store, policy)
    await reminders.escalate(store)
    await check_ins.ask(store)


_LATE = timedelta(days=1)


async def _do(step: Step, chat: Chat, reference: str | None) -> list[Turn]:
    if step.says is not None:
        says = step.says.replace("{reference}", reference) if reference else step.says
        return [await chat.say(says * step.times)]
    if step.chooses is not None:
        titles = [step.chooses] if isinstance(step.chooses, str) else step.chooses
        named = [title.format(reference=reference) for title in titles]
        return [await _choose(chat, named, reference)]
    if step.is_told is not None:
        return [await chat.wait_for(step.is_told)]
    if step.answers is not None:
        return await _answer_all(step.answers, chat, step.stops_at)
    return [chat.greeting]


async def _answer_by_the_way(step: Step, chat: Chat) -> list[Turn]:
    """Answer what no step is about: whether there is a series, why no police report."""
    turns: list[Turn] = []
    while (asked := chat.last.asks) in _BY_THE_WAY and asked != step.stops_at:
        turns.append(await chat.choose(_BY_THE_WAY[asked or ""]))
    return turns


async def _choose(chat: Chat, titles: list[str], reference: str | None) -> Turn:
    """Tap the choices; those of a prompt stay, and the one about this incident is meant."""
    shown = chat.greeting.messages + chat.last.messages
    choices = [c for m in shown for c in m.choices if c["title"] in titles]
    about = [c["payload"] for c in choices if reference and reference in c["payload"]]
    return await (chat.choose_payload(about[-1]) if about else chat.choose(*titles))


async def _answer_all(
    answers: dict[str, str | list[str]], chat: Chat, stops_at: str | None
) -> list[Turn]:
    """Answer whatever is asked, as long as an answer to it is given."""
    turns: list[Turn] = []
    tries = Counter[str]()
    while True:
        asked = chat.last.asks or _free_question(chat.last, answers)
        if asked in _BY_THE_WAY and asked != stops_at:
            answers = {**answers, asked: answers.get(asked, _BY_THE_WAY[asked])}
        if asked is None or asked not in answers:
            return turns
        tries[asked] += 1
        assert tries[asked] <= _MOST_TRIES, f"{answers[asked]!r} in vain: {chat.last.text}"
        answer = answers[asked]
        turns.append(await _answer(asked, answer, chat))


def _free_question(turn: Turn, answers: dict[str, str | list[str]]) -> str | None:
    if "Skriv om vad som hände" in turn.text:
        return "retell"
    return "description" if "Berätta vad som hände" in turn.text and answers else None


async def _answer(asked: str, answer: str | list[str], chat: Chat) -> Turn:
    titles = [answer] if isinstance(answer, str) else answer
    offered = chat.last.titles
    if asked == "types" and SUGGESTION in offered and not set(titles) <= {SUGGESTION}:
        await chat.choose(OTHER)
        offered = chat.last.titles
    if all(title in offered for title in titles):
        return await chat.choose(*titles)
    return await chat.say(" ".join(titles))


def _listen(step: Step, turns: list[Turn], name: str) -> None:
    text = "\n".join(t.text + "\n" + "\n".join(t.errors) for t in turns)
    for pattern in step.hears:
        assert re.search(pattern, text, re.IGNORECASE), f"{name}: no /{pattern}/ in:\n{text}"
    for pattern in step.never_hears:
        assert not re.search(pattern, text, re.IGNORECASE), f"{name}: /{pattern}/ in:\n{text}"
    titles = [title for turn in turns for title in turn.titles]
    assert set(step.is_offered) <= set(titles), f"{name}: {step.is_offered} not in {titles}"
