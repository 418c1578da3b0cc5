"""What is offered in one chat elsewhere, and what a tap, a number or a word there means."""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot import texts
from bot.conversation import Frame
from bot.messages import File
from bot.parts import Button, Capabilities, Part, split

GONE = "/gone"
"""A payload that is never offered: what a button stands for that nobody remembers."""

NOTHING_TICKED = "#"
"""What comes back where choices are ticked and sent together, and none is ticked."""

_SHORTENED = "#"
_REMEMBERED = 300
_TICK = "✓ "
_NUMBERS = re.compile(r"\d{1,3}(?:\s*(?:,|;|och|\s)\s*\d{1,3})*", re.IGNORECASE)


@dataclass(eq=False)
class Ticks:
    """Choices that can be ticked, and the message they stand under.

    Attributes:
        sent: what the platform calls the message; None until it is sent.
    """

    text: str
    payloads: Mapping[str, str]
    """Title → payload."""
    ticked: list[str] = field(default_factory=list)
    sent: str | None = None

    def part(self) -> Part:
        """The message as it is now."""
        toggles = [
            Button(f"{_TICK if payload in self.ticked else ''}{title}", _short(f"tick {payload}"))
            for title, payload in self.payloads.items()
        ]
        return Part(self.text, (*toggles, Button(texts.READY, self.ready)))

    @property
    def ready(self) -> str:
        return _short("ready " + " ".join(self.payloads.values()))

    def tick(self, payload: str) -> None:
        """Tick a choice, or take the tick away."""
        if payload in self.ticked:
            self.ticked.remove(payload)
        else:
            self.ticked.append(payload)

    @property
    def chosen(self) -> str:
        """The payloads that are ticked, in the order they stand."""
        return " ".join(p for p in self.payloads.values() if p in self.ticked)


@dataclass(frozen=True)
class Content:
    """Something for the gateway: `text`, or `payload` of a choice."""

    values: Mapping[str, str]


@dataclass(frozen=True)
class Wanted:
    """A file that is to be sent."""

    file: File


@dataclass(frozen=True)
class Changed:
    """A message whose ticks have changed."""

    ticks: Ticks


@dataclass(frozen=True)
class NothingTicked:
    """*Klar* was tapped, and nothing is ticked."""


Meant = Content | Wanted | Changed | NothingTicked


@dataclass(frozen=True)
class _Option:
    """Something to answer with: its words, and a payload or a file."""

    title: str
    payload: str = ""
    file: File | None = None


class Offers:
    """Turns what Lotsen says into parts, and what comes back into what it means.

    In memory only. A button that is older than what is remembered is answered like every other
    that belongs to something left behind.

    Args:
        can: what the platform can carry.
        page: address of the web page, for files that the platform cannot carry.
    """

    def __init__(self, can: Capabilities, page: str) -> None:
        self._can = can
        self._page = page
        self._by_token: OrderedDict[str, _Option] = OrderedDict()
        self._latest: Sequence[_Option] = ()
        self._takes_several = False
        self._is_numbered = False
        self.ticks: Ticks | None = None
        """The last message whose choices can be ticked."""

    def parts(self, frame: Frame) -> list[Part]:
        """What a message becomes; its choices stand under the last part."""
        text, options = str(frame["text"]), self._options(frame)
        for file in () if self._can.documents else _files(frame):
            text += f"\n\n{file.title}: {self._page}{file.url}"
        if not options:
            return [Part(piece) for piece in self._split(text)]
        several = bool(frame.get("multiple"))
        self._latest, self._takes_several = options, several
        self._is_numbered = not self._fit(options, several=several)
        self.ticks = None
        if self._is_numbered:
            return [Part(piece) for piece in self._split(_numbered(text, options, several))]
        *before, last = self._split(text)
        return [*(Part(piece) for piece in before), self._with_buttons(last, options, several)]

    def tapped(self, token: str) -> Meant:
        """What a tapped button means, or several that were ticked, apart by a space."""
        if token == NOTHING_TICKED:
            return NothingTicked()
        if self.ticks and token == self.ticks.ready:
            chosen = self.ticks.chosen
            return Content({"payload": chosen}) if chosen else NothingTicked()
        for payload in self.ticks.payloads.values() if self.ticks else ():
            if self.ticks and token == _short(f"tick {payload}"):
                self.ticks.tick(payload)
                return Changed(self.ticks)
        if option := self._by_token.get(token):
            return _meant(option)
        return Content({"payload": " ".join(map(self._payload, token.split(" ")))})

    def typed(self, text: str) -> Meant:
        """What a typed text means: the numbers of choices, the words of a file, or itself."""
        bare = text.strip(" .!?\n")
        if self._is_numbered and _NUMBERS.fullmatch(bare):
            numbers = [int(number) for number in re.findall(r"\d+", bare)]
            picked = [self._latest[n - 1] for n in numbers if 0 < n <= len(self._latest)]
            if len(picked) == len(numbers) and (self._takes_several or len(picked) == 1):
                return _all_meant(picked)
        for option in self._latest:
            if option.file and option.title.casefold() == bare.casefold():
                return Wanted(option.file)
        return Content({"text": text})

    def _payload(self, token: str) -> str:
        option = self._by_token.get(token)
        if option:
            return option.payload
        return GONE if token.startswith(_SHORTENED) else token

    def _options(self, frame: Frame) -> list[_Option]:
        choices = [_Option(c["title"], payload=c["payload"]) for c in frame["choices"]]
        files = _files(frame) if self._can.documents else ()
        return [*choices, *(_Option(file.title, file=file) for file in files)]

    def _fit(self, options: Sequence[_Option], *, several: bool) -> bool:
        """Whether the choices can be buttons here."""
        room = len(_TICK) if several and not self._can.ticks else 0
        return (
            self._can.buttons
            and (self._can.edits or self._can.ticks or not several)
            and len(options) + several <= self._can.most_choices
            and all(len(option.title) + room <= self._can.longest_title for option in options)
        )

    def _with_buttons(self, text: str, options: Sequence[_Option], several: bool) -> Part:
        if several and not self._can.ticks:
            self.ticks = Ticks(text, {option.title: option.payload for option in options})
            return self.ticks.part()
        buttons = tuple(Button(option.title, self._token(option)) for option in options)
        return Part(text, buttons, several=several)

    def _token(self, option: _Option) -> str:
        """The payload, or something short that stands for it; the same for the same payload."""
        token = option.payload or _short(f"file {option.file.url if option.file else ''}")
        if len(token.encode()) > self._can.longest_payload:
            token = _short(token)
        self._by_token[token] = option
        self._by_token.move_to_end(token)
        while len(self._by_token) > _REMEMBERED:
            self._by_token.popitem(last=False)
        return token

    def _split(self, text: str) -> list[str]:
        return split(text, self._can.longest_text, self._can.measure)


def _numbered(text: str, options: Sequence[_Option], several: bool) -> str:
    """The text with its choices as a list, and how to answer it."""
    lines = "\n".join(f"{number}. {option.title}" for number, option in enumerate(options, 1))
    hint = texts.ANSWER_WITH_NUMBERS if several else texts.ANSWER_WITH_NUMBER
    return f"{text}\n\n{lines}\n\n{hint}"


def _all_meant(picked: Sequence[_Option]) -> Meant:
    file = next((option for option in picked if option.file), None)
    if file:
        return _meant(file)
    return Content({"payload": " ".join(dict.fromkeys(option.payload for option in picked))})


def _meant(option: _Option) -> Meant:
    return Wanted(option.file) if option.file else Content({"payload": option.payload})


def _files(frame: Frame) -> list[File]:
    return [File(file["title"], file["url"]) for file in frame.get("files", ())]


def _short(text: str) -> str:
    return _SHORTENED + hashlib.sha256(text.encode()).hexdigest()[:16]
