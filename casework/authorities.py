"""Reports to the police and to authorities: whether, by whom, when, and what came of it.

Lotsen never reports; it notes what a person says that they have done (domain 4.3, 4.4). Nobody
counted police reports before (audits), so what is noted here is coded and countable.
"""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from casework.access import Act
from casework.clock import SWEDEN
from casework.content import Content
from casework.errors import ImpossibleChangeError
from casework.followup import Answer, TaskId, answer_step, handled
from casework.incidents import note, open_for
from casework.schema import AuthorityReport, Incident
from casework.store import Store
from casework.vocabulary import (
    Authority,
    PersonId,
    Reference,
    ReportedBy,
    ReportOutcome,
    StepOutcome,
)


class Made(NamedTuple):
    """A report that has been made: by whom, and on which day (today if None).

    Attributes:
        number: the authority's own number of the matter; sealed. None leaves what stands.
    """

    by: ReportedBy
    on: date | None = None
    number: str | None = None


@dataclass(frozen=True)
class Reported:
    """What is known of a report to an authority."""

    authority: Authority
    reported_by: ReportedBy | None
    """None if it was decided not to report."""
    reported_on: date | None
    reason: str | None
    outcome: ReportOutcome | None
    number: str


async def reported(
    store: Store,
    content: Content,
    person_id: PersonId,
    task: TaskId,
    made: Made,
) -> None:
    """Note that somebody has reported an incident; it answers the step that asks for it.

    Args:
        task: the step about the authority.
        made: who reported, and when.

    Raises:
        NotFoundError, NotAllowedError: no such incident or step, or not theirs to handle.
        ImpossibleChangeError: it is withdrawn, the day has not come, or the step is about no
            authority.
    """
    today = store.clock().astimezone(SWEDEN).date()
    if made.on and made.on > today:
        raise ImpossibleChangeError("a day that has not come")
    async with store.transaction() as db_session:
        incident = await handled(db_session, person_id, task.reference)
        row = await _row(db_session, incident, _authority(content, task))
        row.reported_by, row.reported_on, row.reason = made.by, made.on or today, None
        if made.number:
            row.number_sealed = store.cipher.seal({"number": made.number.strip()})
        answer = Answer(task.name, person_id, StepOutcome.DONE)
        await answer_step(store, db_session, content.policy, incident, answer)


async def not_reported(
    store: Store, content: Content, person_id: PersonId, task: TaskId, reason: str
) -> None:
    """Note that there is to be no report, and why; it answers the step that asks for it.

    Args:
        reason: one of the policy's, or the person's own words; only the former can be counted,
            the latter are sealed.

    Raises:
        NotFoundError, NotAllowedError, ImpossibleChangeError: as `reported`; also without reason.
    """
    if not reason.strip():
        raise ImpossibleChangeError("a reason is needed")
    planned = content.policy.step(task.name)
    known = planned.reasons if planned else ()
    async with store.transaction() as db_session:
        incident = await handled(db_session, person_id, task.reference)
        row = await _row(db_session, incident, _authority(content, task))
        row.reported_by, row.reported_on = None, None
        row.reason = reason if reason in known else "annat"
        answer = Answer(task.name, person_id, StepOutcome.NOT_NEEDED, reason)
        await answer_step(store, db_session, content.policy, incident, answer)


async def went_on(
    store: Store,
    person_id: PersonId,
    reference: Reference,
    authority: Authority,
    *,
    number: str | None = None,
    outcome: ReportOutcome | None = None,
) -> None:
    """Note the authority's own number of the matter, or what came of it; None leaves it as it is.

    Raises:
        NotFoundError, NotAllowedError: no such incident, or not theirs to handle.
        ImpossibleChangeError: nothing has been reported.
    """
    async with store.transaction() as db_session:
        incident = await handled(db_session, person_id, reference)
        row = (await reports_of(db_session, incident)).get(authority)
        if row is None or row.reported_by is None:
            raise ImpossibleChangeError("nothing has been reported")
        if number is not None:
            row.number_sealed = store.cipher.seal({"number": number.strip()})
        if outcome is not None:
            row.outcome = outcome
        note(store, db_session, incident, person_id, f"report_changed:{authority}")


async def of_incident(
    store: Store, person_id: PersonId, reference: Reference
) -> dict[Authority, Reported]:
    """What is known of the incident's reports to authorities.

    Raises:
        NotFoundError, NotAllowedError: no such incident, or not theirs to handle.
    """
    async with store.transaction() as db_session:
        incident = await open_for(db_session, person_id, reference, Act.HANDLE)
        rows = await reports_of(db_session, incident)
        return {authority: _as_reported(store, row) for authority, row in rows.items()}


async def reports_of(
    db_session: AsyncSession, incident: Incident
) -> dict[Authority, AuthorityReport]:
    """The rows, within the caller's transaction; whoever asks has been let in."""
    rows = await db_session.scalars(
        select(AuthorityReport).where(AuthorityReport.incident_id == incident.id)
    )
    return {Authority(row.authority): row for row in rows}


async def _row(
    db_session: AsyncSession, incident: Incident, authority: Authority
) -> AuthorityReport:
    row = (await reports_of(db_session, incident)).get(authority)
    if row is None:
        row = AuthorityReport(incident_id=incident.id, authority=authority)
        db_session.add(row)
    return row


def _authority(content: Content, task: TaskId) -> Authority:
    authority = content.policy.authority_of(task.name)
    if authority is None:
        raise ImpossibleChangeError("the step is about no authority")
    return authority


def _as_reported(store: Store, row: AuthorityReport) -> Reported:
    return Reported(
        authority=Authority(row.authority),
        reported_by=ReportedBy(row.reported_by) if row.reported_by else None,
        reported_on=row.reported_on,
        reason=row.reason,
        outcome=ReportOutcome(row.outcome) if row.outcome else None,
        number=store.cipher.unseal(row.number_sealed)["number"] if row.number_sealed else "",
    )
