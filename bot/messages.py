"""What goes in and out of a conversation, the same in every channel."""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_TEXT = 8_000
"""Characters of one message; more is refused with a clear word, and stays with the sender."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]")
_PAYLOAD = re.compile(r"/(?P<intent>[a-z_]+)(?P<values>\{.*\})?", re.DOTALL)


class UnusableMessageError(Exception):
    """A message that cannot be taken; `reason` is a key of `bot.texts`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Choice:
    """A button: its words, and the payload that choosing it sends."""

    title: str
    payload: str


@dataclass(frozen=True)
class File:
    """Something to take along: its words, and where this app serves it."""

    title: str
    url: str


@dataclass(frozen=True)
class Outgoing:
    """Something Lotsen says."""

    text: str
    choices: tuple[Choice, ...] = ()
    multiple: bool = False
    """Whether several choices may be made together."""
    image: str | None = None
    forget: bool = False
    """Whether what was said before is to be remembered nowhere."""
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Picked:
    """Choices that were made, understood: an intent and values by name."""

    intent: str
    values: Mapping[str, tuple[str, ...]]


def clean(text: str) -> str:
    """A typed text as it is taken: NFC, without control characters, trimmed.

    Raises:
        UnusableMessageError: it is empty or too long.
    """
    cleaned = unicodedata.normalize("NFC", _CONTROL.sub("", text.replace("\r\n", "\n"))).strip()
    if not cleaned:
        raise UnusableMessageError("empty")
    if len(cleaned) > LONGEST_TEXT:
        raise UnusableMessageError("too_long")
    return cleaned


def picked(payload: str) -> Picked:
    """What the payloads of one or more chosen buttons mean; several stand apart by a space.

    Raises:
        UnusableMessageError: they are malformed, or of different kinds.
    """
    intents, values = set[str](), dict[str, tuple[str, ...]]()
    for part in payload.split(" "):
        match = _PAYLOAD.fullmatch(part)
        if match is None:
            raise UnusableMessageError("unknown_choice")
        intents.add(match["intent"])
        for name, value in _values(match["values"]).items():
            values[name] = (*values.get(name, ()), value)
    if len(intents) != 1:
        raise UnusableMessageError("unknown_choice")
    return Picked(intents.pop(), values)


def _values(raw: str | None) -> dict[str, str]:
    try:
        values = json.loads(raw) if raw else {}
    except ValueError as error:
        raise UnusableMessageError("unknown_choice") from error
    if not isinstance(values, dict):
        raise UnusableMessageError("unknown_choice")
    return {str(name): str(value) for name, value in values.items()}
