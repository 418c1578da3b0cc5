"""What actions work with, handed to each one when it is built."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from casework import organisation, turns
from casework.clock import SWEDEN
from casework.content import Content
from casework.organisation import Profile
from casework.report import Facts, Occurred
from casework.store import Store
from casework.vocabulary import (
    Area,
    Channel,
    ConversationId,
    IncidentType,
    Pattern,
    Perpetrator,
)
from nlu.reading import Reading

Read = Callable[[str, datetime], Reading]
"""Reads a text, given the present moment (aware)."""


Mask = Callable[[str, frozenset[str]], str]
"""Masks a text, but for the words that are to be kept."""


@dataclass(frozen=True)
class Services:
    """The record, the content and the reader."""

    store: Store
    content: Content
    read: Read
    mask: Mask

    async def person(self, conversation_id: str) -> Profile | None:
        """Who is speaking; None for an anonymous conversation."""
        person_id = await turns.owner(self.store, ConversationId(conversation_id))
        return await organisation.profile(self.store, person_id) if person_id else None

    async def facts(self, text: str) -> Facts:
        """What a text says, in casework's words; read outside the event loop."""
        now = self.store.clock().astimezone(SWEDEN)
        return as_facts(await asyncio.to_thread(self.read, text, now))


def as_facts(reading: Reading) -> Facts:
    """A reading as casework's facts; what the text does not say, or hardly says, becomes None."""
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
    )
