"""One conversation as the app holds it: in memory only, so that it can be followed and dropped.

What must survive is in the database: the draft, and messages that are not handled yet.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.messages import Outgoing
from casework.organisation import Profile
from casework.vocabulary import ConversationId
from nlu.danger import Danger

Frame = dict[str, Any]
"""A JSON object of the chat protocol (docs/interfaces.md)."""

Listener = Callable[[Frame], None]


class Carrier(Protocol):
    """Carries a conversation to a chat elsewhere; whether somebody is looking is not known."""

    def take(self, frame: Frame) -> None:
        """Take something to carry, after all that was taken before."""

    async def emptied(self) -> bool:
        """Wait until all that was taken has been carried or given up.

        Returns:
            False if it was put down on the way, because the app stops.
        """


_REMEMBERED_IDS = 500
_LONGEST_LOG = 400


@dataclass(eq=False)
class Conversation:
    """Who is speaking, what has been shown, and what may be chosen.

    Attributes:
        id: also Rasa's sender.
        person: None if anonymous.
        lock: one turn at a time, in the order they came.
        log: shown lines, numbered; replayed after a reload or a lost connection.
        offered: payload → title of the choices that may be made now.
        lasting: payload → title of choices that stay (a manager's prompts).
        latest: payload → title of the choices under the last message that had any.
        question: the last message with choices, shown again after a stale choice.
        held: messages held back until the person says they are safe: (message id, text).
        danger: what they are held back for.
    """

    id: ConversationId
    person: Profile | None
    channel: str
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    log: list[Frame] = field(default_factory=list)
    shown: int = 0
    offered: dict[str, str] = field(default_factory=dict)
    lasting: dict[str, str] = field(default_factory=dict)
    latest: dict[str, str] = field(default_factory=dict)
    question: Outgoing | None = None
    held: list[tuple[str, str]] = field(default_factory=list)
    danger: Danger | None = None
    seen_ids: OrderedDict[str, bool] = field(default_factory=OrderedDict)
    """Message id → whether it is done."""
    listeners: set[Listener] = field(default_factory=set)
    """Windows that show it now."""
    carrier: Carrier | None = None
    touched: float = field(default_factory=time.monotonic)

    def send(self, frame: Frame) -> None:
        """Give a frame to every window that shows this conversation, and to who carries it."""
        for listener in list(self.listeners):
            listener(frame)
        if self.carrier:
            self.carrier.take(frame)

    async def arrived(self) -> bool:
        """Wait until what was said has got where it is carried; False if the app stops before."""
        return await self.carrier.emptied() if self.carrier else True

    @property
    def is_open(self) -> bool:
        """Whether what is said here may still reach somebody."""
        return bool(self.listeners or self.carrier)

    def note(self, message_id: str, text: str) -> None:
        """Keep a line of the person's own for a replay; their window shows it already."""
        self._log("said", id=message_id, text=text)

    def say(self, message: Outgoing) -> None:
        """Show something Lotsen says; its choices become the ones that may be made."""
        lasts = bool(message.choices) and all(_lasts(c.payload) for c in message.choices)
        titles = {c.payload: c.title for c in message.choices}
        if titles:
            self.latest = titles
        if lasts:
            self.lasting |= titles
        elif message.choices:
            self.offered, self.question = titles, message
        self.send(self._log("message", text=message.text, **_extras(message)))

    def forget(self) -> None:
        """Remember nothing of what was said; windows that are open still show it."""
        self.log.clear()
        self.offered, self.latest, self.question = {}, {}, None

    def erase(self) -> None:
        """Be as new: what was said, held back or sent is remembered nowhere."""
        self.forget()
        self.lasting = {}
        self.held, self.danger = [], None
        self.seen_ids.clear()

    def after(self, seen: int) -> list[Frame]:
        """The lines a window has not shown yet; numbers go on from what it has shown."""
        self.shown = max(self.shown, seen)
        return [frame for frame in self.log if frame["number"] > seen]

    def _log(self, kind: str, **content: Any) -> Frame:
        self.shown += 1
        frame = {"type": kind, "number": self.shown, **content}
        self.log.append(frame)
        del self.log[:-_LONGEST_LOG]
        return frame

    def title(self, payload: str) -> str | None:
        """The words of a choice that may be made now; None for any other."""
        return self.offered.get(payload) or self.lasting.get(payload)

    def payload_of(self, text: str) -> str | None:
        """The choice that a typed text names: its words, or *ja* and *nej* where one begins so."""
        typed = _bare(text)
        by_title = {_bare(title): payload for payload, title in self.latest.items()}
        if typed in by_title:
            return by_title[typed]
        is_form = any(payload.startswith("/answer") for payload in self.latest)
        if typed not in ("ja", "nej") or is_form:
            return None
        begin = [p for title, p in by_title.items() if title.partition(",")[0] == typed]
        return begin[0] if len(begin) == 1 else None

    @property
    def follows_up(self) -> bool:
        """Whether the last choices were about a step: what is typed is likely to be about it."""
        return any(payload.startswith("/manager_followup{") for payload in self.latest)

    @property
    def has_answered(self) -> bool:
        """Whether the last thing said was an answer about routines, which one may ask on from."""
        return any(payload.startswith("/ask_question{") for payload in self.latest)

    def is_new(self, message_id: str) -> bool:
        """Whether a message id is seen for the first time; it is remembered."""
        if message_id in self.seen_ids:
            return False
        self.seen_ids[message_id] = False
        while len(self.seen_ids) > _REMEMBERED_IDS:
            self.seen_ids.popitem(last=False)
        return True


def _bare(words: str) -> str:
    return words.casefold().strip(' .!?”"')


_LASTING = ("/acknowledge", "/show", "/amend", "/withdraw", "/manager_followup", "/check_in")
"""Choices about an incident, which say which one; they may be made at any time."""


def _lasts(payload: str) -> bool:
    return payload.startswith(_LASTING)


def _extras(message: Outgoing) -> Frame:
    extras: Frame = {
        "choices": [{"title": c.title, "payload": c.payload} for c in message.choices]
    }
    if message.multiple:
        extras["multiple"] = True
    if message.image:
        extras["image"] = message.image
    if message.files:
        extras["files"] = [{"title": f.title, "url": f.url} for f in message.files]
    return extras
