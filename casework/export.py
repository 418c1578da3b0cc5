"""Incident records for other systems; their shape is a fixed interface (`docs/interfaces.md`)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from casework.authorities import reports_of
from casework.clock import SWEDEN
from casework.schema import AuthorityReport, CheckIn, Incident, Step
from casework.store import Store
from casework.vocabulary import Authority, PoliceWish


async def records(store: Store) -> list[dict[str, Any]]:
    """All incidents, oldest first. Who reported is left out: an export has no reader to check."""
    async with store.transaction() as db_session:
        incidents = await db_session.scalars(select(Incident).order_by(Incident.id))
        return [await _record(store, db_session, incident) for incident in incidents]


async def _record(store: Store, db_session: AsyncSession, incident: Incident) -> dict[str, Any]:
    told = store.cipher.unseal(incident.told_sealed)
    reported = await reports_of(db_session, incident)
    police = reported.get(Authority.POLICE)
    given = await db_session.scalars(
        select(CheckIn.support).where(
            CheckIn.incident_id == incident.id, CheckIn.support.is_not(None)
        )
    )
    steps = await db_session.scalars(
        select(Step).where(Step.incident_id == incident.id).order_by(Step.due, Step.id)
    )
    return {
        "reference": incident.reference,
        "created": _iso(incident.created_at),
        "occurred": {
            "start": _iso(incident.occurred_start),
            "end": _iso(incident.occurred_end),
            "text": told["occurred_text"],
        },
        "unit": incident.unit_id,
        "area": incident.area,
        "types": incident.types,
        "subtypes": incident.subtypes,
        "classification": {
            "suggested": incident.suggested_types,
            "confirmed_by_person": "types" not in incident.gaps,
        },
        "purpose_to_influence": incident.purpose,
        "perpetrator": incident.perpetrator,
        "pattern": incident.pattern,
        "channel": incident.channel,
        "serious": incident.serious,
        "small": incident.small,
        "exposed": incident.exposed,
        "lex_sarah": incident.lex_sarah,
        "series": incident.series,
        "description": told["description"],
        "police": {
            "wish": incident.police_wish,
            "reason_not": (police and police.reason) or incident.police_reason,
            "status": _police_status(incident, police),
            "reported_by": police and police.reported_by,
            "reported_on": _day(police),
            "outcome": police and police.outcome,
        },
        "support": {"wanted": incident.support_wanted, "given": list(given)},
        "authorities": {
            str(authority): _told(reported.get(authority))
            for authority in (Authority.WORK_ENVIRONMENT, Authority.SOCIAL_INSURANCE)
        },
        "status": incident.status,
        "steps": [
            {
                "name": s.name,
                "due": _iso(s.due),
                "done": _iso(s.done_at),
                "outcome": s.outcome,
            }
            for s in steps
        ],
    }


def _police_status(incident: Incident, report: AuthorityReport | None) -> str:
    if report:
        return "reported" if report.reported_by else "not_reported"
    return "reported" if incident.police_wish == PoliceWish.DONE else "undecided"


def _told(report: AuthorityReport | None) -> dict[str, Any] | None:
    """What was decided about an authority; None if nothing is yet."""
    if report is None:
        return None
    return {
        "reported_by": report.reported_by,
        "reported_on": _day(report),
        "reason_not": report.reason,
    }


def _day(report: AuthorityReport | None) -> str | None:
    return report.reported_on.isoformat() if report and report.reported_on else None


def _iso(moment: Any) -> str | None:
    return moment.astimezone(SWEDEN).isoformat() if moment else None
