"""The taxonomy and the policy: content that a coordinator edits, read and checked here."""

import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from string import Formatter
from typing import Literal, Self, get_args

import yaml
from pydantic import BaseModel, Field, ValidationError, model_validator

from casework.errors import ContentError
from casework.plan_policy import (
    CheckIns,
    Editable,
    PlannedStep,
    Proposals,
    Reminders,
    Round,
    check_plan,
)
from casework.vocabulary import (
    Area,
    Authority,
    Channel,
    Function,
    IncidentType,
    Perpetrator,
    PoliceWish,
)

TAXONOMY_FILE = "taxonomy.yml"
POLICY_FILE = "policy.yml"


class Subtype(Editable):
    """A level-2 form of influence."""

    code: str
    label: str = Field(min_length=1)
    serious: bool = False


class Type(Editable):
    """A level-1 type of influence."""

    label: str = Field(min_length=1)
    definition: str = Field(min_length=1)
    example: str = Field(min_length=1)
    subtypes: dict[str, Subtype]


class Taxonomy(Editable):
    """Types, forms and the other fixed lists, with the words that users see."""

    types: dict[IncidentType, Type]
    perpetrators: dict[Perpetrator, str]
    channels: dict[Channel, str]
    areas: dict[Area, str]
    answers: dict[str, dict[str, str]]
    """Question → value → the words on the button, where the lists above do not have them."""

    @model_validator(mode="after")
    def _all_ids_have_words(self) -> Self:
        for name, ids in (
            ("types", IncidentType),
            ("perpetrators", Perpetrator),
            ("channels", Channel),
            ("areas", Area),
        ):
            missing = set(ids) - set(getattr(self, name))
            if missing:
                raise ValueError(f"{name}: no words for {', '.join(sorted(missing))}")
        return self

    @model_validator(mode="after")
    def _all_functions_have_words(self) -> Self:
        missing = set(get_args(Function.__value__)) - set(self.answers.get("contacts", {}))
        if missing:
            raise ValueError(f"answers.contacts: no words for {', '.join(sorted(missing))}")
        return self

    @cached_property
    def type_of_subtype(self) -> dict[str, IncidentType]:
        """The type that each subtype id belongs to."""
        return {sub: type_ for type_, t in self.types.items() for sub in t.subtypes}

    @cached_property
    def serious_subtypes(self) -> frozenset[str]:
        """Subtypes that call for a police report the same day."""
        return frozenset(
            s for t in self.types.values() for s, sub in t.subtypes.items() if sub.serious
        )

    def labels(self, types: Iterable[IncidentType]) -> list[str]:
        """The Swedish names of some types, in the given order."""
        return [self.types[t].label for t in types]


DangerKind = Literal["person", "suicide", "distress"]


class EnglishDanger(Editable):
    """Danger told in English: how it is known, and what is said below the Swedish words.

    A sign is a phrase in lower case: `*` ends a word in any letters, `_` is up to three words.
    """

    signs: dict[DangerKind, list[str]]
    calm: list[str] = Field(min_length=1)
    """Signs of what is past or asked about in general; the writer's own life is never calm."""
    said: dict[DangerKind, str]
    still: str
    safe: dict[DangerKind, str]
    """The English half of the button that ends the waiting."""
    now_safe: str
    after_distress: str

    @model_validator(mode="after")
    def _speaks_of_every_kind(self) -> Self:
        for kind in get_args(DangerKind):
            if not self.signs.get(kind):
                raise ValueError(f"danger.english.signs.{kind}: no signs")
            if "112" not in self.said.get(kind, "").split("\n")[0]:
                raise ValueError(f"danger.english.said.{kind}: the first line must say 112")
            if not self.safe.get(kind):
                raise ValueError(f"danger.english.safe.{kind}: no words")
        return self

    @model_validator(mode="after")
    def _signs_are_plain_phrases(self) -> Self:
        for sign in [*self.calm, *(s for signs in self.signs.values() for s in signs)]:
            if not _SIGN.fullmatch(sign):
                raise ValueError(f"danger.english: {sign!r} is no phrase in lower case")
        return self

    def find(self, text: str) -> DangerKind | None:
        """Whose life is in danger now by what a text says in English, one's own first."""
        plain = _plain_english(text)
        found = [kind for kind in _GRAVEST_FIRST if self._patterns[kind].search(plain)]
        if self.is_calm(text):
            found = [kind for kind in found if kind == "distress"]
        return found[0] if found else None

    def is_calm(self, text: str) -> bool:
        """Whether a text says in English that it is past, or asks in general."""
        return self._calm.search(_plain_english(text)) is not None

    @cached_property
    def _patterns(self) -> dict[DangerKind, re.Pattern[str]]:
        return {kind: _as_pattern(signs) for kind, signs in self.signs.items()}

    @cached_property
    def _calm(self) -> re.Pattern[str]:
        return _as_pattern(self.calm)


_GRAVEST_FIRST: tuple[DangerKind, ...] = ("distress", "suicide", "person")
_ENGLISH_WORD = re.compile(r"\w+")
_APOSTROPHES = {ord(mark): None for mark in "'\u2019\u00b4`"}
_SIGN = re.compile(r"[a-z0-9]+\*?( ([a-z0-9]+\*?|_))*")


def _plain_english(text: str) -> str:
    return " ".join(_ENGLISH_WORD.findall(text.casefold().translate(_APOSTROPHES)))


def _as_pattern(signs: Iterable[str]) -> re.Pattern[str]:
    def written(sign: str) -> str:
        return sign.replace("*", r"\w*").replace(" _ ", r" (?:\w+ ){0,3}")

    return re.compile(rf"\b(?:{'|'.join(map(written, signs))})\b")


class DangerTexts(Editable):
    """What is said before everything else when somebody may be in danger."""

    person: str
    suicide: str
    distress: str
    reminder: str
    safe: dict[DangerKind, str]
    """The words on the button that ends the waiting, by kind."""
    after_distress: str
    """Said instead of going on, when the person's own life was in danger."""
    english: EnglishDanger

    @model_validator(mode="after")
    def _first_line_says_112(self) -> Self:
        for kind in ("person", "suicide", "distress"):
            if "112" not in getattr(self, kind).split("\n")[0]:
                raise ValueError(f"danger.{kind}: the first line must say 112")
        return self


class PoliceRules(Editable):
    """Subtypes by the advice they call for; all other serious ones are reported the same day."""

    life_first: list[str]
    offer: list[str]
    pattern: list[str]


class PoliceTexts(Editable):
    """Facts and advice about the police report."""

    same_day: str
    offer: str
    pattern: str
    life_first: str
    who: str
    how: str
    rules: PoliceRules


class HandoverText(Editable):
    """Why a matter is not recorded, and what to do instead."""

    why: str
    advice: str


class Handover(Editable):
    """What is said where a matter is routed on and only counted."""

    korruption: HandoverText
    tjansteroll: HandoverText
    mixed: str
    """Why, where the other part of the event is recorded."""


class DraftPeriods(Editable):
    """How long a draft may lie, counted from its last change."""

    nudge_after_working_days: int = Field(gt=0)
    nudge_again_after_days: int = Field(gt=0)
    remove_after_days: int = Field(gt=0)
    remove_empty_after_days: int = Field(gt=0)
    writing_hours: int = Field(gt=0, le=24)
    """Somebody who said something within these hours is in the middle of writing."""

    @model_validator(mode="after")
    def _come_in_order(self) -> Self:
        first, again, end = (
            self.nudge_after_working_days,
            self.nudge_again_after_days,
            self.remove_after_days,
        )
        if not first < again < end:
            raise ValueError("nudge_after, nudge_again_after and remove_after must come in order")
        return self


class PolicePaperTexts(Editable):
    """What stands in the paper that supports the call to the police."""

    link: str
    title: str
    lead: list[str]
    tell: str
    service_label: str
    service: str
    area_label: str
    when_label: str
    sent_label: str
    channel_label: str
    perpetrator_label: str
    wish_label: str
    wishes: dict[PoliceWish, str]
    story: str
    about_story: list[str]
    evidence_heading: str
    evidence: dict[Channel, list[str]]
    attachments: str
    address_heading: str
    address: list[str]
    no_workplace: str
    fill_in_heading: str
    fill_in: list[str]

    @model_validator(mode="after")
    def _every_channel_and_wish_has_words(self) -> Self:
        missing = (set(Channel) - set(self.evidence)) | (set(PoliceWish) - set(self.wishes))
        if missing:
            raise ValueError(f"no words for {', '.join(sorted(missing))}")
        return self

    @model_validator(mode="after")
    def _says_whom_to_call(self) -> Self:
        lead = " ".join(self.lead)
        if "112" not in lead or "114 14" not in lead:
            raise ValueError("lead: must say 112 and 114 14")
        return self

    @model_validator(mode="after")
    def _address_is_never_promised_to_be_secret(self) -> Self:
        if "hemlig" in " ".join(self.address).casefold():
            raise ValueError("address: must not promise that anything is kept secret (FuK 21 §)")
        return self

    @model_validator(mode="after")
    def _can_be_filled_in(self) -> Self:
        _check_placeholders("service", self.service, "unit")
        _check_placeholders("address", " ".join(self.address), "workplace")
        return self


class ReceiptPaperTexts(Editable):
    """What stands in the receipt."""

    link: str
    title: str
    reference_label: str
    sent_label: str
    responsible_label: str
    status_label: str
    sent_heading: str
    next_heading: str
    next_lead: str
    step: str
    stays: str
    change_heading: str
    change: list[str]

    @model_validator(mode="after")
    def _can_be_filled_in(self) -> Self:
        _check_placeholders("next_lead", self.next_lead, "responsible")
        _check_placeholders("step", self.step, "step", "day")
        _check_placeholders("change", " ".join(self.change), "responsible")
        return self


class PaperTexts(Editable):
    """What stands in the papers that can be made of a report."""

    footer: str
    police: PolicePaperTexts
    receipt: ReceiptPaperTexts

    @model_validator(mode="after")
    def _can_be_filled_in(self) -> Self:
        _check_placeholders("footer", self.footer, "reference")
        return self


class Policy(Editable):
    """Advice, support and follow-up as the municipality wants them."""

    danger: DangerTexts
    police: PoliceTexts
    support: dict[str, list[str]]
    handover: Handover
    steps: list[PlannedStep]
    reminders: Reminders
    check_ins: CheckIns
    rounds: list[Round]
    proposals: Proposals
    drafts: DraftPeriods
    papers: PaperTexts

    @model_validator(mode="after")
    def _plan_holds_together(self) -> Self:
        check_plan(self.steps)
        if unknown := set(self.proposals.texts) - {s.name for s in self.steps if s.note}:
            raise ValueError(f"proposals: {', '.join(sorted(unknown))} is no step with a note")
        return self

    def step(self, name: str) -> PlannedStep | None:
        """A step of the plan as it is today; None if the municipality has removed it."""
        return next((step for step in self.steps if step.name == name), None)

    def authority_of(self, name: str) -> Authority | None:
        """Whose report a step is about; None if it is about none."""
        planned = self.step(name)
        return planned.authority if planned else None


class Content(Editable):
    """All content that the conversation and the record need."""

    taxonomy: Taxonomy
    policy: Policy

    @model_validator(mode="after")
    def _policy_speaks_of_known_ids(self) -> Self:
        known = set(self.taxonomy.type_of_subtype)
        rules = self.policy.police.rules
        unknown = {*rules.life_first, *rules.offer, *rules.pattern} - known
        unknown |= set(self.policy.support) - known - set(self.taxonomy.types) - {"arbetsmiljo"}
        if unknown:
            raise ValueError(f"policy: unknown ids {', '.join(sorted(unknown))}")
        return self


def _check_placeholders(field: str, text: str, *names: str) -> None:
    """A text that is filled in later has exactly these placeholders.

    Raises:
        ValueError: one is missing, is unknown, or a brace stands alone.
    """
    found = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    if found != set(names):
        wanted = ", ".join(f"{{{name}}}" for name in names)
        raise ValueError(f"{field}: the words to fill in are {wanted}, no more and no fewer")


def load_content(folder: Path) -> Content:
    """Read and check the content files of a folder.

    Raises:
        ContentError: a file is missing, is not YAML, or does not hold together.
    """
    return parse(
        Content,
        {"taxonomy": read_yaml(folder / TAXONOMY_FILE), "policy": read_yaml(folder / POLICY_FILE)},
    )


def read_yaml(path: Path) -> object:
    """The content of a YAML file.

    Raises:
        ContentError: there is no such file, or it is not YAML.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError([f"{path.name}: cannot be read ({type(error).__name__})"]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a 13th month
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise ContentError([f"{path.name}{where}: is not YAML"]) from error
    except _NO_VALUE as error:
        raise ContentError([f"{path.name}: is not YAML ({type(error).__name__})"]) from None


_NO_VALUE = (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError)
"""What PyYAML raises for a thirteenth month, and for bytes that are no text."""


def parse[M: BaseModel](model: type[M], value: object) -> M:
    """Check a value against its model.

    Raises:
        ContentError: with a line for each problem: the place, a colon, what is wrong.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise ContentError(
            [f"{'.'.join(map(str, p['loc']))}: {p['msg']}" for p in error.errors()]
        ) from error
