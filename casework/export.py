"""Incident records for other systems; their shape is a fixed interface (`docs/interfaces.md`)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from casework.clock import SWEDEN
from casework.schema import Incident, Step
from casework.store import Store
from casework.vocabulary import PoliceWish


async def records(store: Store) -> list[dict[str, Any]]:
    """All incidents, oldest first. Who reported is left out: an export has no reader to check."""
    async with store.transaction() as db_session:
        incidents = await db_session.scalars(select(Incident).order_by(Incident.id))
        return [await _record(store, db_session, incident) for incident in incidents]


async def _record(store: Store, db_session: AsyncSession, incident: Incident) -> dict[str, Any]:
    told = store.cipher.unseal(incident.told_sealed)
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
            "reason_not": incident.police_reason,
            "status": "reported" if incident.police_wish == PoliceWish.DONE else "undecided",
            "reported_by": None,
            "reported_on": None,
        },
        "support": {"wanted": incident.support_wanted, "given": []},
        "authorities": {"arbetsmiljoverket": None, "forsakringskassan": None},
        "status": incident.status,
        "steps": [{"name": s.name, "due": _iso(s.due), "done": _iso(s.done_at)} for s in steps],
    }


def _iso(moment: Any) -> str | None:
    return moment.astimezone(SWEDEN).isoformat() if moment else None
