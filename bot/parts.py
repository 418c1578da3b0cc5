"""What a platform can carry, and how something Lotsen says becomes parts that it can."""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

Measure = Callable[[str], int]
"""How long a text is in a platform's own units."""


def utf16(text: str) -> int:
    """How long a text is for platforms that count UTF-16 units: most emoji are two."""
    return len(text.encode("utf-16-le")) // 2


@dataclass(frozen=True)
class Capabilities:
    """What a platform can carry.

    Attributes:
        longest_text: of one message, as `measure` counts.
        measure: counts a text in the platform's units.
        buttons: whether choices can be tapped; if not they are numbered.
        most_choices: buttons of one message.
        longest_title: characters on a button.
        longest_payload: bytes that a button can bring back; at least 20.
        edits: whether a message that was sent can be changed: needed to tap several choices.
        ticks: whether several choices can be ticked in one message, and sent together.
        images, documents: whether they can be sent.
        platform_sees: whether the platform knows who writes, so that somebody who is nobody to us
            must be told.
    """

    longest_text: int
    measure: Measure = len
    buttons: bool = False
    most_choices: int = 0
    longest_title: int = 0
    longest_payload: int = 20
    edits: bool = False
    ticks: bool = False
    images: bool = False
    documents: bool = False
    platform_sees: bool = True


@dataclass(frozen=True)
class Button:
    """A choice as the platform carries it: tapping it brings the token back."""

    title: str
    token: str


@dataclass(frozen=True)
class Document:
    """A file as bytes, to be sent or served."""

    name: str
    body: bytes
    content_type: str
    charset: str | None = None


@dataclass(frozen=True)
class Part:
    """One message for a platform: a text with its buttons, or a document, or an image.

    Attributes:
        text: in `*word*` is emphasis, a line that begins with `• ` is an item of a list.
        several: whether buttons are ticked and sent together, their tokens apart by a space.
    """

    text: str = ""
    buttons: tuple[Button, ...] = ()
    document: Document | None = None
    image: Document | None = None
    several: bool = False


_JOINTS = (r"\n\s*\n", r"\n", r"(?<=[.!?…])\s", r"\s")
"""Where a text is taken apart: between paragraphs, lines, sentences, words."""

_LEAST = 3
"""A joint in the first third is passed over for a finer one further on (our choice)."""


def split(text: str, longest: int, measure: Measure = len) -> list[str]:
    """Take a text apart into pieces that a platform can carry; nothing but space is lost.

    Args:
        longest: of one piece, as `measure` counts; at least what one character measures.
        measure: never less for a longer text.

    Returns:
        The pieces in order, none of them empty; one that is empty for a text without a word.
    """
    rest, pieces = text.strip(), list[str]()
    while measure(rest) > longest:
        end = _end(rest, longest, measure)
        pieces.append(rest[:end].rstrip())
        rest = rest[end:].lstrip()
    return [*pieces, rest]


def _end(text: str, longest: int, measure: Measure) -> int:
    """Where the first piece ends: at the coarsest joint that leaves it long enough."""
    room = bisect_right(range(1, len(text)), longest, key=lambda n: measure(text[:n])) or 1
    for joint in _JOINTS:
        ends = [found.start() for found in re.finditer(joint, text[: room + 1])]
        if ends and ends[-1] * _LEAST >= room:
            return ends[-1]
    return room
