"""Who may see and do what with an incident: decided here and nowhere else.

Source: domain brief 7.1 (proposal) and 4.6 (never the influencer). Whoever is responsible for an
incident, or takes part in it, was chosen so that it is never the influencer; roles alone open
nothing. HR and security see which incidents are late, without what happened or to whom.
"""

from enum import StrEnum

from casework.errors import NotAllowedError
from casework.organisation import Profile
from casework.schema import Incident
from casework.vocabulary import Recipient, Role


class Act(StrEnum):
    """What somebody may want to do with an incident."""

    SEE = "see"
    SEE_REPORTER = "see_reporter"
    HANDLE = "handle"
    OVERSEE = "oversee"
    """See that it is late, not what it is about."""
    ANSWER_CHECK_IN = "answer_check_in"
    AMEND = "amend"
    WITHDRAW = "withdraw"
    TAKE_POLICE_PAPER = "take_police_paper"
    TAKE_RECEIPT_PAPER = "take_receipt_paper"


_REPORTER_MAY = frozenset(
    {Act.SEE, Act.SEE_REPORTER, Act.AMEND, Act.WITHDRAW, Act.ANSWER_CHECK_IN}
    | {Act.TAKE_POLICE_PAPER, Act.TAKE_RECEIPT_PAPER}
)
_RESPONSIBLE_MAY = frozenset({Act.SEE, Act.SEE_REPORTER, Act.HANDLE, Act.TAKE_POLICE_PAPER})


OVERSEERS: dict[Role, Recipient] = {Role.HR: Recipient.HR, Role.SECURITY: Recipient.SECURITY}
"""Who sees which incidents are late, and the function by which one can be kept from them."""


def may(person: Profile, act: Act, incident: Incident, *, takes_part: bool = False) -> bool:
    """Whether the person may do this with the incident.

    Args:
        takes_part: whether they were invited, or told because it was late.
    """
    allowed: frozenset[Act] = frozenset()
    if person.id == incident.reporter_id:
        allowed |= _REPORTER_MAY
    if takes_part or person.id == incident.responsible_id:
        allowed |= _RESPONSIBLE_MAY
    if OVERSEERS.get(person.role, "") not in ("", *incident.kept_from):
        allowed |= {Act.OVERSEE}
    return act in allowed


def require(person: Profile, act: Act, incident: Incident, *, takes_part: bool = False) -> None:
    """Go on only if the person may.

    Raises:
        NotAllowedError: the person may not; the message names the act, never the record.
    """
    if not may(person, act, incident, takes_part=takes_part):
        raise NotAllowedError(act)
