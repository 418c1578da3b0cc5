"""Who may see and do what with an incident: decided here and nowhere else.

Source: domain brief 7.1 (proposal) and 4.6 (never the influencer). Whoever is responsible for an
incident was chosen so that it is never the influencer; roles alone open nothing.
"""

from enum import StrEnum

from casework.errors import NotAllowedError
from casework.organisation import Profile
from casework.schema import Incident


class Act(StrEnum):
    """What somebody may want to do with an incident."""

    SEE = "see"
    SEE_REPORTER = "see_reporter"
    HANDLE = "handle"
    AMEND = "amend"
    WITHDRAW = "withdraw"
    TAKE_POLICE_PAPER = "take_police_paper"
    TAKE_RECEIPT_PAPER = "take_receipt_paper"


_REPORTER_MAY = frozenset(
    {Act.SEE, Act.SEE_REPORTER, Act.AMEND, Act.WITHDRAW}
    | {Act.TAKE_POLICE_PAPER, Act.TAKE_RECEIPT_PAPER}
)
_RESPONSIBLE_MAY = frozenset({Act.SEE, Act.SEE_REPORTER, Act.HANDLE, Act.TAKE_POLICE_PAPER})


def may(person: Profile, act: Act, incident: Incident) -> bool:
    """Whether the person may do this with the incident."""
    allowed: frozenset[Act] = frozenset()
    if person.id == incident.reporter_id:
        allowed |= _REPORTER_MAY
    if person.id == incident.responsible_id:
        allowed |= _RESPONSIBLE_MAY
    return act in allowed


def require(person: Profile, act: Act, incident: Incident) -> None:
    """Go on only if the person may.

    Raises:
        NotAllowedError: the person may not; the message names the act, never the record.
    """
    if not may(person, act, incident):
        raise NotAllowedError(act)
