"""The tables. Columns ending in `_sealed` hold what `casework.encryption.Cipher` encrypted."""

from datetime import UTC, date, datetime
from typing import Any, override

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from casework.vocabulary import Exposed, Status


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC both ways; SQLite alone would give back naive times."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None else value.replace(tzinfo=value.tzinfo or UTC)


class Base(DeclarativeBase):
    """Root of the tables; constraints are named by convention, so migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  SQLAlchemy reads it from the class
        datetime: UtcDateTime,
        bytes: LargeBinary,
        list[str]: JSON,
        dict[str, Any]: JSON,
    }


class Unit(Base):
    """A workplace; `address` and `phone` are the ones to give to the police."""

    __tablename__ = "units"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str]
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("units.id"))
    area: Mapped[str | None]
    address: Mapped[str | None]
    phone: Mapped[str | None]
    manager_id: Mapped[str | None] = mapped_column(String(60))
    """Which of several managers of the unit comes first."""


class Person(Base):
    """Somebody who may log in; a manager manages the unit they belong to."""

    __tablename__ = "people"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    name: Mapped[str]
    role: Mapped[str]
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    away_until: Mapped[date | None]
    """The last day away; until then the stand-in is prompted instead."""
    stand_in_id: Mapped[str | None] = mapped_column(String(60))
    substitute_id: Mapped[str | None] = mapped_column(String(60))
    """Who stands in as a rule, from the organisation's own register."""
    email: Mapped[str | None] = mapped_column(String(254), unique=True, index=True)
    """In lower case; at a login it says who somebody is."""
    entra_id: Mapped[str | None] = mapped_column(String(36), unique=True, index=True)
    """The object id in Microsoft Entra ID, in lower case."""


class Conversation(Base):
    """Whose conversation this is. Anonymous conversations have no row: they leave no trace."""

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    channel: Mapped[str]
    started_at: Mapped[datetime]


class Link(Base):
    """That a chat on another platform is a person's own; at most one a person and channel."""

    __tablename__ = "links"
    __table_args__ = (UniqueConstraint("person_id", "channel"),)

    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    outside_id: Mapped[str] = mapped_column(String(300), primary_key=True)
    """What the platform calls the chat."""
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"))
    reference_sealed: Mapped[bytes]
    """JSON: what the platform needs to be told to reach the chat."""


class LinkCode(Base):
    """A code that links a chat to a person, once and soon; only its hash is kept."""

    __tablename__ = "link_codes"

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]


class Turn(Base):
    """A message that was received and is safe; its content is erased once it has been handled."""

    __tablename__ = "turns"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id"), primary_key=True)
    message_id: Mapped[str] = mapped_column(String(128), primary_key=True)
    received_at: Mapped[datetime]
    content_sealed: Mapped[bytes | None]
    handled_at: Mapped[datetime | None]


class Draft(Base):
    """An unfinished report; a person has at most one."""

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), unique=True)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id"))
    started_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    answers_sealed: Mapped[bytes]


class Incident(Base):
    """A submitted report."""

    __tablename__ = "incidents"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    created_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(default=Status.SUBMITTED, index=True)
    reporter_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    responsible_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("units.id"), index=True)
    occurred_start: Mapped[datetime | None]
    occurred_end: Mapped[datetime | None]
    types: Mapped[list[str]]
    subtypes: Mapped[list[str]]
    suggested_types: Mapped[list[str]]
    purpose: Mapped[str]
    perpetrator: Mapped[str]
    pattern: Mapped[str]
    channel: Mapped[str]
    area: Mapped[str]
    serious: Mapped[bool]
    gaps: Mapped[list[str]]
    exposed: Mapped[str] = mapped_column(default=Exposed.SELF, server_default=Exposed.SELF)
    small: Mapped[bool] = mapped_column(default=False, server_default=false())
    lex_sarah: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the story says that a client was wronged (SoL 27 kap.); a sign, not a verdict."""
    series: Mapped[str | None] = mapped_column(String(20), index=True)
    """Reference of the first incident of the series it belongs to; None for a single one."""
    police_wish: Mapped[str]
    police_reason: Mapped[str | None]
    support_wanted: Mapped[list[str]]
    told_sealed: Mapped[bytes]
    """JSON: `description` (masked) and `occurred_text`."""
    kept_from: Mapped[list[str]] = mapped_column(server_default="[]")
    """Functions that must not get it: the influencer may hold them, or the person said so."""
    kept_from_people: Mapped[list[str]] = mapped_column(server_default="[]")
    """Who held them then: people change places, and who they are to the reporter does not."""
    closed_at: Mapped[datetime | None]


class Participant(Base):
    """Somebody who takes part in handling an incident beside whoever is responsible."""

    __tablename__ = "participants"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)
    why: Mapped[str]
    since: Mapped[datetime]


class Step(Base):
    """One task of the follow-up plan, copied from the policy when the incident was created.

    A later change of the policy does not rewrite it. `remind_at` is when the responsible person
    is prompted next; none once the step is answered. Every open incident has a step with one.
    """

    __tablename__ = "steps"
    __table_args__ = (UniqueConstraint("incident_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    name: Mapped[str]
    label: Mapped[str] = mapped_column(server_default="")
    why: Mapped[str] = mapped_column(server_default="")
    basis: Mapped[str] = mapped_column(server_default="own")
    gate: Mapped[bool] = mapped_column(server_default=false())
    stays: Mapped[bool] = mapped_column(server_default=false())
    due: Mapped[datetime]
    remind_at: Mapped[datetime | None] = mapped_column(index=True)
    reminders: Mapped[int] = mapped_column(default=0, server_default="0")
    escalate_at: Mapped[datetime | None] = mapped_column(index=True)
    escalated_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    outcome: Mapped[str | None]
    note_sealed: Mapped[bytes | None]
    """What was done, or why it is not needed."""


class CheckIn(Base):
    """A question to the exposed person: how are you, was the support enough?"""

    __tablename__ = "check_ins"
    __table_args__ = (UniqueConstraint("incident_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    day: Mapped[int]
    ask_at: Mapped[datetime | None] = mapped_column(index=True)
    """When it is asked; None once it was, or when the person wants no more of them."""
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    wellbeing: Mapped[str | None]
    support: Mapped[str | None]
    tell_manager: Mapped[bool | None]


class AuthorityReport(Base):
    """Whether an incident was reported to an authority, by whom and what came of it."""

    __tablename__ = "authority_reports"

    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), primary_key=True)
    authority: Mapped[str] = mapped_column(String(40), primary_key=True)
    reported_by: Mapped[str | None]
    """None if it was decided not to report."""
    reported_on: Mapped[date | None]
    reason: Mapped[str | None]
    """Why not, as one of the policy's reasons; the manager's own words are in the step's note."""
    outcome: Mapped[str | None]
    number_sealed: Mapped[bytes | None]
    """The authority's own number of the matter (the police: K-number)."""


_WAITING = text("sent_at IS NULL AND answered_at IS NULL")


class Prompt(Base):
    """A message that Lotsen sends first; an outbox row, written together with its cause."""

    __tablename__ = "prompts"
    __table_args__ = (
        # What is sent or answered stays for good, and must not be looked through every second.
        Index("ix_prompts_waiting", "due", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """Idempotency: the same cause never makes two prompts."""
    kind: Mapped[str]
    recipient_id: Mapped[str] = mapped_column(ForeignKey("people.id"), index=True)
    incident_id: Mapped[int | None] = mapped_column(ForeignKey("incidents.id"), index=True)
    """None for a prompt about a draft, which the next two columns tell apart from a later one."""
    draft_begun_at: Mapped[datetime | None]
    draft_changed_at: Mapped[datetime | None]
    due: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    """Whoever delivers it holds it until then; after that somebody else may."""
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    sent_at: Mapped[datetime | None]
    channel: Mapped[str | None]
    """Where it was sent."""
    answered_at: Mapped[datetime | None]


class LogEntry(Base):
    """What was done with an incident, by whom and when; appended, never changed."""

    __tablename__ = "log_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    at: Mapped[datetime]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id"))
    event: Mapped[str]


class Tally(Base):
    """How often in a month (bribery, abuse of position); nothing about who, where or what."""

    __tablename__ = "tallies"

    kind: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]


class QuestionCount(Base):
    """How often a topic was asked about in a month; nothing about who asked, or in what words."""

    __tablename__ = "question_counts"

    topic: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    count: Mapped[int]


class Counter(Base):
    """The last number given out in a series, such as a year's references."""

    __tablename__ = "counters"

    series: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int]


class Contact(Base):
    """Whom to turn to for a function such as `legal`; a name and how to reach it, as one text."""

    __tablename__ = "contacts"

    function: Mapped[str] = mapped_column(String(40), primary_key=True)
    reach: Mapped[str]
