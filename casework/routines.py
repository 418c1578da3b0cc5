"""The routine texts: Markdown with a front matter, read and checked, the municipality's own first.

A text answers one question: the answer first, then sections, and from the front matter whom to
turn to, what the municipality's own rule is, and what it rests on. A municipality keeps texts of
its own in a folder of its data: one takes the place of ours with the same name, or else of the
main text of its topic. Topics are published ids (docs/interfaces.md), and each stands in a group
under a heading of its own, for those who read without asking.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

import yaml
from pydantic import Field, field_validator

from casework.content import parse, read_yaml
from casework.errors import ContentError
from casework.plan_policy import Editable
from casework.vocabulary import Function, Role

ROUTINES = "routines"
SOURCES_FILE = "sources.yml"
LOCAL_FILE = "local.yml"
GROUPS_FILE = "groups.yml"

OLD_AFTER_DAYS = 365
"""A text that is older is flagged to its owner (R56 of the audits: yearly revision)."""

MANAGER = "manager"
MANAGER_ABOVE = "manager_above"

_ID = r"^[a-z0-9_]{1,60}$"
_TAKEN = {"alla", "sok"}
"""Names that are addresses of other pages (docs/interfaces.md)."""
_FENCE = re.compile(r"\A---\n(?P<front>.*?\n)---\n(?P<body>.*)\Z", re.DOTALL)
_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)
_OWNER_ROLE = {"hr": Role.HR, "security": Role.SECURITY, "legal": Role.SECURITY}


class FrontMatter(Editable):
    """What stands above a text.

    Attributes:
        topic: a published id; several texts may share one.
        owner: the function that keeps the text up to date.
        valid_from: the day it was last seen over.
        sources: ids of the list of sources; never empty.
        contacts: functions to turn to.
        local: ids of local rules that belong to it.
        related: names of other texts, nearest first.
        questions: how staff ask for it.
    """

    topic: str = Field(pattern=_ID)
    title: str = Field(min_length=1)
    owner: Literal["hr", "security", "legal"]
    valid_from: date
    sources: tuple[str, ...] = Field(min_length=1)
    contacts: tuple[Function, ...] = ()
    local: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()

    @field_validator("sources", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        return [value] if isinstance(value, str) else value


@dataclass(frozen=True)
class Section:
    """A part of a text under a heading of its own.

    Attributes:
        anchor: the heading as it stands in an address: lower case ASCII.
        text: Markdown: paragraphs and lists.
    """

    heading: str
    anchor: str
    text: str


@dataclass(frozen=True)
class Routine:
    """A text that answers a question.

    Attributes:
        name: the file's name without its ending; stands in addresses.
        about: the front matter.
        answer: the first lines, which answer by themselves.
        is_own: whether it is the municipality's.
    """

    name: str
    about: FrontMatter
    answer: str
    sections: tuple[Section, ...]
    is_own: bool = False

    @property
    def topic(self) -> str:
        """The published id that it answers."""
        return self.about.topic

    @property
    def title(self) -> str:
        """Its question or subject, as a reader sees it."""
        return self.about.title

    def is_old(self, today: date) -> bool:
        """Whether nobody has seen it over for a year."""
        return (today - self.about.valid_from).days > OLD_AFTER_DAYS


@dataclass(frozen=True)
class Group:
    """Texts that stand under one heading; the heading is Swedish, as a reader sees it."""

    heading: str
    texts: tuple[Routine, ...]


@dataclass(frozen=True)
class Routines:
    """All texts that are in force.

    Attributes:
        texts: in the order of their topics, the main text of each first.
        replaced: name of one of ours → name of the municipality's that took its place, where the
            names differ.
        headings: heading of a group → its topics; the last one has all topics that no other has.
        sources: id → what a reader sees.
        local_rules: id → what the municipality is to fill in there.
        local: id → the municipality's own rule, where it is filled in.
    """

    texts: tuple[Routine, ...]
    replaced: Mapping[str, str]
    headings: Mapping[str, tuple[str, ...]]
    sources: Mapping[str, str]
    local_rules: Mapping[str, str]
    local: Mapping[str, str]

    @cached_property
    def by_name(self) -> dict[str, Routine]:
        """Name → text."""
        return {text.name: text for text in self.texts}

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """All texts under their headings; a heading without texts is left out."""
        heading_of = {topic: head for head, topics in self.headings.items() for topic in topics}
        last = list(self.headings)[-1]
        found: dict[str, list[Routine]] = {heading: [] for heading in self.headings}
        order = {topic: number for number, topic in enumerate(heading_of)}
        for text in sorted(self.texts, key=lambda text: order.get(text.topic, len(order))):
            found[heading_of.get(text.topic, last)].append(text)
        return tuple(Group(heading, tuple(texts)) for heading, texts in found.items() if texts)

    def find(self, name: str) -> Routine | None:
        """The text of that name, or the one that took its place; None if there is neither."""
        return self.by_name.get(name) or self.by_name.get(self.replaced.get(name, ""))

    @property
    def unfilled(self) -> list[str]:
        """Ids of local rules that some text asks for and nobody has filled in."""
        asked = {rule for text in self.texts for rule in text.about.local}
        return [rule for rule in self.local_rules if rule in asked and rule not in self.local]

    def related(self, text: Routine) -> list[Routine]:
        """The texts it leads on to; a replaced one gives way to what replaced it."""
        found = {other.name: other for other in map(self.find, text.about.related) if other}
        return [other for name, other in found.items() if name != text.name]

    def old_for(self, role: Role, today: date) -> list[Routine]:
        """The texts of an owner that nobody has seen over for a year."""
        return [
            text
            for text in self.texts
            if _OWNER_ROLE[text.about.owner] is role and text.is_old(today)
        ]


def load_routines(content: Path, own: Path | None = None) -> Routines:
    """Read and check all texts.

    Args:
        content: the content folder, with ours.
        own: the municipality's folder of texts, which may be missing; its `local.yml` holds its
            local rules.

    Raises:
        ContentError: a text is malformed, or names a source, a rule or a text that is not there;
            or a topic of ours stands in no group, or in two.
    """
    folder = content / ROUTINES
    sources = _strings(folder / SOURCES_FILE)
    rules = _strings(folder / LOCAL_FILE)
    problems: list[str] = []
    ours = list(_read_texts(folder, problems, is_own=False))
    theirs, local, their_sources = [], dict[str, str](), dict[str, str]()
    if own and own.is_dir():
        theirs = list(_read_texts(own, problems, is_own=True))
        local = _strings(own / LOCAL_FILE, required=False)
        their_sources = _strings(own / SOURCES_FILE, required=False)
        problems += [f"{LOCAL_FILE}: no such rule: {rule}" for rule in local if rule not in rules]
    headings = _headings(folder / GROUPS_FILE)
    problems += _ungrouped(headings, {text.topic for text in ours})
    texts, replaced = _in_force(ours, theirs)
    routines = Routines(texts, replaced, headings, {**sources, **their_sources}, rules, local)
    problems += _loose_ends(routines, {text.name for text in ours})
    if problems:
        raise ContentError(problems)
    return routines


def _in_force(
    ours: Iterable[Routine], theirs: Iterable[Routine]
) -> tuple[tuple[Routine, ...], dict[str, str]]:
    """Theirs, and ours that they do not replace; and the new names of those that they do.

    The texts are in the order of topics, main texts first.
    """
    kept = {text.name: text for text in ours}
    replaced = dict[str, str]()
    for text in theirs:
        old = kept.get(text.name) or kept.get(text.topic)
        if old and not old.is_own:
            del kept[old.name]
            replaced[old.name] = text.name
        kept[text.name] = text
    in_order = sorted(
        kept.values(), key=lambda text: (text.topic, text.name != text.topic, text.name)
    )
    return tuple(in_order), {old: new for old, new in replaced.items() if old != new}


def _headings(path: Path) -> dict[str, tuple[str, ...]]:
    """The groups of a file: heading → topics.

    Raises:
        ContentError: it cannot be read, or is something else.
    """
    value = read_yaml(path)
    if not value or not isinstance(value, dict):
        raise ContentError([f"{path.name}: is not a list of headings and topics"])
    if not all(isinstance(topics, list) for topics in value.values()):
        raise ContentError([f"{path.name}: after each heading comes a list of topics"])
    return {str(heading): tuple(map(str, topics)) for heading, topics in value.items()}


def _ungrouped(headings: Mapping[str, tuple[str, ...]], topics: set[str]) -> Iterator[str]:
    grouped = Counter(topic for each in headings.values() for topic in each)
    yield from (f"{GROUPS_FILE}: no group has {t}" for t in sorted(topics - set(grouped)))
    yield from (f"{GROUPS_FILE}: no text is about {t}" for t in grouped if t not in topics)
    yield from (f"{GROUPS_FILE}: {t} stands there twice" for t, n in grouped.items() if n > 1)


def _loose_ends(routines: Routines, ours: set[str]) -> Iterator[str]:
    for text in routines.texts:
        about, file = text.about, f"{text.name}.md"
        yield from (
            f"{file}: no such source: {s}" for s in about.sources if s not in routines.sources
        )
        yield from (
            f"{file}: no such local rule: {r}"
            for r in about.local
            if r not in routines.local_rules
        )
        known = ours | set(routines.by_name)
        yield from (f"{file}: related: no such text: {n}" for n in about.related if n not in known)
        if text.name in about.related:
            yield f"{file}: related: it names itself"


def _read_texts(folder: Path, problems: list[str], *, is_own: bool) -> Iterator[Routine]:
    """Every text of a folder that can be read; of the others a problem is noted."""
    for path in sorted(folder.glob("*.md")):
        try:
            yield read_routine(path, is_own=is_own)
        except ContentError as error:
            problems += [f"{path.name}: {problem}" for problem in error.problems]


def read_routine(path: Path, *, is_own: bool = False) -> Routine:
    """Read one text.

    Raises:
        ContentError: it has no front matter, an unknown field, no answer, or no place in an
            address.
    """
    name = path.stem
    _check_name(name)
    try:
        written = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError([f"cannot be read ({type(error).__name__})"]) from error
    parts = _FENCE.match(written)
    if parts is None:
        raise ContentError(["does not begin with a front matter between two lines of ---"])
    try:
        front = yaml.safe_load(parts["front"])
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a 13th month
        raise ContentError(["the front matter is not YAML"]) from error
    about = parse(FrontMatter, front)
    answer, *rest = _HEADING.split(parts["body"])
    if not answer.strip():
        raise ContentError(["does not begin with an answer"])
    return Routine(name, about, answer.strip(), _sections(rest), is_own)


def _check_name(name: str) -> None:
    if not re.fullmatch(_ID, name):
        raise ContentError(["the file's name has other signs than a-z, 0-9 and _"])
    if name in _TAKEN:
        raise ContentError(["the file needs another name: that is the address of another page"])


def _sections(split: list[str]) -> tuple[Section, ...]:
    """The sections of a text that is split into headings and what stands under them."""
    sections = tuple(
        Section(heading, _anchor(heading), text.strip())
        for heading, text in zip(split[::2], split[1::2], strict=True)
    )
    if not all(section.anchor for section in sections):
        raise ContentError(["a heading has no letters"])
    if len({section.anchor for section in sections}) < len(sections):
        raise ContentError(["two headings are the same"])
    return sections


def _anchor(heading: str) -> str:
    plain = heading.casefold().translate(str.maketrans("åäöé", "aaoe"))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _strings(path: Path, *, required: bool = True) -> dict[str, str]:
    """A YAML file of id → words; empty if it may be missing and is."""
    if not required and not path.exists():
        return {}
    value = read_yaml(path) or {}
    if not isinstance(value, dict) or any(isinstance(w, dict | list) for w in value.values()):
        raise ContentError([f"{path.name}: is not a list of id and words"])
    return {str(key): str(words).strip() for key, words in value.items() if words}
