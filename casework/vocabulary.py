"""The published ids, each list in one place; Swedish labels live in `data/taxonomy.yml`.

Values are lower-case ASCII and relied on from outside (export, integrations): add, never rename.
"""

from enum import StrEnum
from typing import Literal, NewType

Reference = NewType("Reference", str)
"""Names an incident, like ``OP-2026-000123``; it never opens one."""

REFERENCE = r"\bOP-\d{4}-\d{6}\b"
"""What a reference looks like in running text."""

PersonId = NewType("PersonId", str)
ConversationId = NewType("ConversationId", str)


class IncidentType(StrEnum):
    """Level 1 of the taxonomy (Brå's forms, abuse of position and subtle influence)."""

    HARASSMENT = "trakasserier"
    THREAT = "hot"
    VIOLENCE = "vald"
    VANDALISM = "skadegorelse"
    CORRUPTION = "korruption"
    ABUSE_OF_POSITION = "tjansteroll"
    OTHER = "annan"


class Perpetrator(StrEnum):
    """Who tried to influence; typologies by diagnosis are left out on purpose."""

    CLIENT = "brukare"
    RELATIVE = "anhorig"
    CITIZEN = "medborgare"
    MANAGER = "chef"
    POLITICIAN = "politiker"
    COLLEAGUE = "kollega"
    ORGANISATION = "foretag_organisation"
    UNKNOWN = "okand"


class Channel(StrEnum):
    """How the influence reached the exposed person."""

    PHONE = "telefon"
    EMAIL = "mejl"
    SMS = "sms"
    LETTER = "brev"
    SOCIAL_MEDIA = "sociala_medier"
    VOICEMAIL = "rostbrevlada"
    MEETING = "personligt_mote"
    HOME_VISIT = "hembesok"
    RECEPTION = "reception_kontor"
    SPARE_TIME = "fritid"
    OTHER = "annan"
    UNKNOWN = "okand"


class Area(StrEnum):
    """The area of activity the case belongs to."""

    CHILDREN = "barn_och_familj"
    FINANCIAL_AID = "ekonomiskt_bistand"
    DISABILITY = "funktionsnedsattning"
    SOCIAL_PSYCHIATRY = "socialpsykiatri"
    ADDICTION = "vuxen_missbruk"
    ELDERLY_CARE = "aldreomsorg"
    PERMITS = "tillstand"
    OTHER = "annan"
    UNKNOWN = "okand"


class Purpose(StrEnum):
    """Did the exposed person perceive that the aim was to influence their work?"""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Pattern(StrEnum):
    """In the heat of the moment, or planned (Stockholms stadsrevision 4/2021, 3.1.2)."""

    REACTIVE = "reactive"
    PLANNED = "planned"
    UNKNOWN = "unknown"


class PoliceWish(StrEnum):
    """What the exposed person wants about a police report."""

    EMPLOYER = "employer"
    SELF = "self"
    NO = "no"
    UNSURE = "unsure"
    DONE = "done"


class PoliceReason(StrEnum):
    """Why somebody does not want a police report; recorded without judging (domain R32)."""

    NO_CRIME = "ej_brott"
    UNWILLING = "vill_ej"
    RISK = "risk"
    OTHER_WAY = "annan_vag"
    UNKNOWN = "vet_ej"


class Exposed(StrEnum):
    """Who was exposed, seen from whoever reports (domain R7)."""

    SELF = "jag"
    COLLEAGUE_KNOWS = "kollega_vet"
    COLLEAGUE_UNAWARE = "kollega_vet_inte"
    WITNESSED = "vittne"
    EMPLOYEE = "medarbetare"


class ManagerRank(StrEnum):
    """Which manager the influencer is, seen from the exposed person."""

    NEAREST = "narmaste"
    ABOVE = "overordnad"
    OTHER = "annan"
    UNKNOWN = "vet_ej"


class Sign(StrEnum):
    """What a story shows about its own handling, read from its words (`nlu.situations`)."""

    ABOUT_SOMEBODY_ELSE = "somebody_else"
    AIMS_AT_DECISION = "aims_at_decision"
    CLIENT_AT_RISK = "client_at_risk"
    FEARS_MANAGER = "fears_manager"
    NEAREST_MANAGER = "nearest_manager"
    SMALL = "small"
    WHISTLEBLOWING = "whistleblowing"


class Support(StrEnum):
    """Support that the exposed person may ask for."""

    MANAGER_TALK = "samtal_chef"
    OCCUPATIONAL_HEALTH = "foretagshalsovard"
    SAFETY_REPRESENTATIVE = "skyddsombud"
    UNION = "facket"
    OTHER = "annat"
    NONE = "inget"


class Recipient(StrEnum):
    """Which function gets the report; who that is, is in the organisation."""

    MANAGER = "manager"
    MANAGER_ABOVE = "manager_above"
    HR = "hr"
    SECURITY = "security"


class Authority(StrEnum):
    """Who may have to be told of an incident by the employer (domain 4.3, 4.4)."""

    POLICE = "polisen"
    WORK_ENVIRONMENT = "arbetsmiljoverket"
    SOCIAL_INSURANCE = "forsakringskassan"


class ReportedBy(StrEnum):
    """Who reported to an authority."""

    EMPLOYER = "arbetsgivaren"
    EXPOSED = "den_utsatta"
    OTHER = "annan"


class ReportOutcome(StrEnum):
    """What became of a police report, as far as is known (counted, audits)."""

    UNDER_WAY = "pagar"
    DISCONTINUED = "nedlagd"
    PROSECUTED = "atal"
    CONVICTED = "dom"
    UNKNOWN = "okant"


class StepOutcome(StrEnum):
    """How a step of the follow-up was answered."""

    DONE = "klart"
    NOT_NEEDED = "behovs_inte"


class Wellbeing(StrEnum):
    """How somebody is at a check-in (domain 3.6)."""

    GOOD = "bra"
    SO_SO = "sadar"
    BAD = "daligt"


class SupportGiven(StrEnum):
    """Whether the support was enough: the survey's question (domain 3.6)."""

    YES = "ja"
    PARTLY = "delvis"
    NO = "nej"
    UNWANTED = "ville_inte_ha"


class Role(StrEnum):
    """What a person is in the organisation."""

    STAFF = "staff"
    MANAGER = "manager"
    HR = "hr"
    SAFETY_REP = "safety_rep"
    SECURITY = "security"
    ADMIN = "admin"


class Status(StrEnum):
    """Where an incident stands; the words are those of the follow-up routine."""

    SUBMITTED = "inskickad"
    ACKNOWLEDGED = "mottagen"
    INVESTIGATING = "utreds"
    ACTING = "atgardas"
    FOLLOWING_UP = "foljs_upp"
    CLOSED = "avslutad"
    CLOSED_WITHOUT_ACTION = "avslutad_utan_atgard"
    TRANSFERRED = "overford"
    WITHDRAWN = "aterkallad"


type Function = Literal[
    "manager",
    "manager_above",
    "hr",
    "security",
    "legal",
    "safety_rep",
    "union",
    "occupational_health",
    "whistleblowing",
    "communication",
]
"""Whom staff can turn to in a municipality; how they are reached stands in the organisation."""
