"""What a report is made of: the questions, what a text says, and the answers so far."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict

from casework.content import Taxonomy
from casework.vocabulary import (
    Area,
    Channel,
    Exposed,
    IncidentType,
    ManagerRank,
    Pattern,
    Perpetrator,
    PoliceReason,
    PoliceWish,
    Purpose,
    Recipient,
    Reference,
    Sign,
    Support,
)

NEVER_RECORDED = frozenset({IncidentType.CORRUPTION, IncidentType.ABUSE_OF_POSITION})
"""Routed on and counted, never an incident (Stockholms stadsrevision 4/2021, 3.3.1)."""


class Question(StrEnum):
    """What a report is made of; the value is also the slot of Rasa's `report_form`."""

    DESCRIPTION = "description"
    SEPARATE = "separate"
    TYPES = "types"
    KEEP = "keep"
    RETELL = "retell"
    COUNT = "count"
    EXPOSED = "exposed"
    PERPETRATOR = "perpetrator"
    WHICH_MANAGER = "which_manager"
    RECIPIENT = "recipient"
    PURPOSE = "purpose"
    OCCURRED = "occurred"
    CHANNEL = "channel"
    AREA = "area"
    SERIES = "series"
    POLICE = "police"
    POLICE_REASON = "police_reason"
    SUPPORT = "support"
    CHANGE = "change"
    SEND = "send"


class Outcome(StrEnum):
    """What becomes of the answers."""

    INCIDENT = "incident"
    AMENDMENT = "amendment"
    HANDOVER = "handover"
    WHISTLEBLOWING = "whistleblowing"
    NOTHING = "nothing"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True)


class Occurred(_Value):
    """When it happened: the person's words and what they mean (aware times, None if not clear)."""

    text: str
    start: datetime | None = None
    end: datetime | None = None


class Facts(_Value):
    """What a text says, as far as it could be read; everything is a suggestion."""

    types: tuple[IncidentType, ...] = ()
    subtypes: tuple[str, ...] = ()
    evidence: Mapping[IncidentType, str] = {}
    """Type → the person's own words that led to it."""
    serious: bool = False
    perpetrator: Perpetrator | None = None
    channel: Channel | None = None
    area: Area | None = None
    pattern: Pattern = Pattern.UNKNOWN
    occurred: Occurred | None = None
    masked: str = ""
    signs: frozenset[Sign] = frozenset()
    second: str = ""
    """The part that tells of another event, if the text tells of two."""


class Said(_Value):
    """One thing a person said: typed text, or the values of the choices they made."""

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = {}
    """Question id → chosen values."""
    facts: Facts = Facts()


class Answers(_Value):
    """All that has been answered; None means not asked yet, `unknown` holds what was 'vet ej'."""

    home_area: Area | None = None
    """The area of the person's unit: what a story belongs to that does not say."""
    description: str | None = None
    facts: Facts = Facts()
    is_manager: bool = False
    """Whether the person manages others, and so may report for somebody else."""
    amends: Reference | None = None
    """The submitted report that this adds to or corrects; None for a new one."""
    adding: bool = False
    """Whether something is added to that report, rather than changed in it."""
    small: bool = False
    """Whether it is noted as a small event: told, confirmed and sent, nothing more asked."""
    separate: bool | None = None
    waiting_story: str | None = None
    """Another event that was told together with this one; its report comes next."""
    kept: frozenset[str] = frozenset()
    """Words, casefolded, that the person wants back in the masked story."""
    types: tuple[IncidentType, ...] | None = None
    choosing_types: bool = False
    keep: bool | None = None
    retold: bool = False
    count: bool | None = None
    exposed: Exposed | None = None
    perpetrator: Perpetrator | None = None
    which_manager: ManagerRank | None = None
    hidden_from: frozenset[Recipient] = frozenset()
    """Functions that the person does not want to see the report."""
    recipient: Recipient | None = None
    purpose: Purpose | None = None
    occurred: Occurred | None = None
    channel: Channel | None = None
    area: Area | None = None
    earlier: tuple[Reference, ...] = ()
    """The person's own reports that this may be a repetition of, newest first."""
    series: Reference | Literal["no"] | None = None
    police: PoliceWish | None = None
    police_reason: PoliceReason | None = None
    support: tuple[Support, ...] | None = None
    foretold: frozenset[Question] = frozenset()
    """What the story answered before it was asked, whose advice has not been given yet."""
    changing: bool = False
    reopened: frozenset[Question] = frozenset()
    """What the person wants to answer anew; asked even where a small event needs it not."""
    send: bool = False
    unknown: frozenset[Question] = frozenset()

    def having(self, **changes: Any) -> Self:
        """A copy with some fields changed."""
        return self.model_copy(update=changes)

    @property
    def is_begun(self) -> bool:
        """Whether the person would lose something if this were removed."""
        return any(v is not None for v in (self.description, self.waiting_story, self.amends))

    @property
    def is_about_waiting(self) -> bool:
        """Whether nothing is told yet but the event that waited for its turn."""
        untouched = self.description is None and Question.DESCRIPTION not in self.reopened
        return self.waiting_story is not None and untouched and self.amends is None

    @property
    def recorded_types(self) -> tuple[IncidentType, ...]:
        """The confirmed types that an incident may carry."""
        return tuple(t for t in self.types or () if t not in NEVER_RECORDED)

    @property
    def routed_types(self) -> tuple[IncidentType, ...]:
        """The confirmed types that are routed on and only counted."""
        return tuple(t for t in self.types or () if t in NEVER_RECORDED)


def outcome(answers: Answers) -> Outcome:
    """What the answers so far lead to."""
    if answers.amends and not answers.routed_types:
        return Outcome.AMENDMENT
    if is_whistleblowing(answers):
        return Outcome.WHISTLEBLOWING
    if answers.routed_types and not answers.recorded_types:
        return Outcome.HANDOVER
    if answers.types == () and answers.keep is False:
        return Outcome.NOTHING
    return Outcome.INCIDENT


def is_whistleblowing(answers: Answers) -> bool:
    """Whether the story is meant for the whistleblower function, and so not for Lotsen.

    What is told elsewhere may lose its protection, so nothing is asked and nothing kept
    (lag 2021:890, 4:4-5 and 7:6; domain 4.5). A threat or an assault is still an incident.
    """
    recorded = set(answers.types or answers.facts.types) - NEVER_RECORDED
    return Sign.WHISTLEBLOWING in answers.facts.signs and not recorded


def forms(answers: Answers, taxonomy: Taxonomy) -> tuple[str, ...]:
    """The subtypes that were read, of the types that the person confirmed."""
    recorded = answers.recorded_types
    return tuple(s for s in answers.facts.subtypes if taxonomy.type_of_subtype.get(s) in recorded)


def likely_forms(answers: Answers, taxonomy: Taxonomy) -> tuple[str, ...]:
    """The subtypes that advice goes by: all that were read if the person could not say a type."""
    return forms(answers, taxonomy) if answers.recorded_types else answers.facts.subtypes


def is_serious(answers: Answers, taxonomy: Taxonomy) -> bool:
    """Whether the matter is serious, judged by the confirmed types.

    Violence and vandalism always are. A threat is, unless all that was read is a veiled one.
    """
    recorded = answers.recorded_types
    confirmed = forms(answers, taxonomy)
    if {IncidentType.VIOLENCE, IncidentType.VANDALISM} & set(recorded):
        return True
    if taxonomy.serious_subtypes & set(confirmed):
        return True
    threat_forms = [s for s in confirmed if taxonomy.type_of_subtype[s] is IncidentType.THREAT]
    return IncidentType.THREAT in recorded and (not threat_forms or answers.facts.serious)
