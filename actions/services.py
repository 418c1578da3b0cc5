"""What actions work with, handed to each one when it is built."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from actions.manner import Manner, manner_of
from casework import organisation, turns
from casework.clock import SWEDEN
from casework.content import Content
from casework.organisation import Profile
from casework.report import Facts, Occurred
from casework.routines import Routines
from casework.store import Store
from casework.vocabulary import (
    Area,
    Channel,
    ConversationId,
    IncidentType,
    Pattern,
    Perpetrator,
    Sign,
)
from nlu import situations
from nlu.finder import Finder, Found
from nlu.reading import Reading

_LEAST_WORDS = 4  # of a story that is proposed instead of a longer one (our choice)

Read = Callable[[str, datetime], Reading]
"""Reads a text, given the present moment (aware)."""


Mask = Callable[[str, frozenset[str]], str]
"""Masks a text, but for the words that are to be kept."""


class Heard(NamedTuple):
    """What a text says, in casework's words, and how it was said.

    The reader only guesses at another language, so nothing is suggested from it.

    Attributes:
        facts: what it says.
        manner: how it was said, if that calls for a reply of its own.
    """

    facts: Facts
    manner: Manner | None


@dataclass(frozen=True)
class Services:
    """The record, the content, the reader, and the routine texts with what finds among them."""

    store: Store
    content: Content
    read: Read
    mask: Mask
    routines: Routines
    finder: Finder

    async def person(self, conversation_id: str) -> Profile | None:
        """Who is speaking; None for an anonymous conversation."""
        person_id = await turns.owner(self.store, ConversationId(conversation_id))
        return await organisation.profile(self.store, person_id) if person_id else None

    async def hear(self, text: str) -> Heard:
        """What a text says and how it was said; read once, outside the event loop."""
        return await asyncio.to_thread(self._hear, text)

    def _hear(self, text: str) -> Heard:
        now = self.store.clock().astimezone(SWEDEN)
        reading = self.read(text, now)
        signs = situations.find_signs(text)
        manner = manner_of(text, reading.note, has_influence=bool(reading.types))
        if manner is Manner.FOREIGN:
            masked = Facts(masked=reading.masked, signs=frozenset(map(Sign, signs)))
            return Heard(masked, manner)
        facts = as_facts(reading, signs)
        parts = situations.part(text)
        if parts and all(self.read(part, now).types for part in parts):
            facts = facts.model_copy(update={"second": parts[1]})
        return Heard(facts, manner)

    async def manner(self, text: str) -> Manner | None:
        """How a text was said, if that calls for a reply of its own."""
        return (await self.hear(text)).manner

    async def find_text(self, question: str, previous: str | None) -> Found:
        """Which routine texts answer a question; see `Finder.find`."""
        return await asyncio.to_thread(self.finder.find, question, previous)

    async def without(self, text: str, types: Iterable[IncidentType]) -> str:
        """The sentences of a text that tell of none of these types; empty if too little is left.

        A suggestion for the person, who may write it anew instead.
        """
        return await asyncio.to_thread(self._without, text, frozenset(types))

    def _without(self, text: str, types: frozenset[IncidentType]) -> str:
        now = self.store.clock().astimezone(SWEDEN)

        def tells(part: str) -> bool:
            return bool(types & {IncidentType(t) for t in self.read(part, now).types})

        kept = situations.joined(s for s in situations.sentences(text) if not tells(s))
        is_enough = len(kept.split()) >= _LEAST_WORDS and self.read(kept, now).types
        return kept if is_enough and not tells(kept) else ""


def as_facts(reading: Reading, signs: Iterable[str] = ()) -> Facts:
    """A reading as casework's facts; what the text does not say, or hardly says, becomes None.

    Args:
        reading: what the reader makes of the text.
        signs: what `nlu.situations` finds in it.
    """
    when = reading.when

    def sure[T](field: str, value: T, unknown: T) -> T | None:
        return None if value == unknown or field in reading.doubtful else value

    return Facts(
        types=tuple(IncidentType(t) for t in reading.types),
        subtypes=reading.subtypes,
        evidence={IncidentType(t): words for t, words in reading.evidence.items()},
        serious=reading.serious,
        perpetrator=sure("perpetrator", Perpetrator(reading.perpetrator), Perpetrator.UNKNOWN),
        channel=sure("channel", Channel(reading.channel), Channel.UNKNOWN),
        area=sure("area", Area(reading.area), Area.UNKNOWN),
        pattern=Pattern(reading.pattern),
        occurred=Occurred(text=when.text, start=when.start, end=when.end) if when else None,
        masked=reading.masked,
        signs=frozenset(map(Sign, signs)),
    )
