"""Plays a conversation that is written as data; see `README.md` beside it for the form."""

import re
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

from tests.chat_client import Chat, Turn
from tests.lotsen_process import LotsenProcess

DISCARD = "Ta bort utkastet"
SUGGESTION, OTHER = "Ja, det stämmer", "Nej, eller fler"
_MOST_QUESTIONS = 20


class Step(BaseModel):
    """One thing the person does, and what they must and must not hear."""

    model_config = ConfigDict(extra="forbid")
    says: str | None = None
    chooses: str | list[str] | None = None
    answers: dict[str, str | list[str]] | None = None
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


async def play(conversation: Conversation, lotsen: LotsenProcess) -> str | None:
    """Play it; returns the reference of the incident, if one was made."""
    async with Chat(lotsen.url, conversation.person) as chat:
        if DISCARD in chat.greeting.titles:
            await chat.choose(DISCARD)
        heard: list[Turn] = []
        for step in conversation.steps:
            turns = await _do(step, chat)
            heard += turns
            _listen(step, turns, conversation.name)
        return next((turn.reference for turn in heard if turn.reference), None)


async def _do(step: Step, chat: Chat) -> list[Turn]:
    if step.says is not None:
        return [await chat.say(step.says)]
    if step.chooses is not None:
        titles = [step.chooses] if isinstance(step.chooses, str) else step.chooses
        return [await chat.choose(*titles)]
    return await _answer_all(step.answers or {}, chat)


async def _answer_all(answers: dict[str, str | list[str]], chat: Chat) -> list[Turn]:
    """Answer whatever is asked, as long as an answer to it is given."""
    turns: list[Turn] = []
    for _ in range(_MOST_QUESTIONS):
        asked = chat.last.asks or _free_question(chat.last, answers)
        if asked is None or asked not in answers:
            return turns
        answer = answers[asked]
        turns.append(await _answer(asked, answer, chat))
    raise AssertionError("the questions never ended")


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
