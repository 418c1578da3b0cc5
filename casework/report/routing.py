"""Who may get a report: one table, and the rules that read it (domain 4.5 and 4.6).

What a matter becomes (an incident, a count, nothing) is decided by `answers.outcome`.
"""

from dataclasses import dataclass

from casework.report.answers import Answers
from casework.vocabulary import ManagerRank, Perpetrator, Recipient, Sign

_NOBODY: frozenset[Recipient] = frozenset()
_NEAREST = frozenset({Recipient.MANAGER})
_LINE = frozenset({Recipient.MANAGER, Recipient.MANAGER_ABOVE})


@dataclass(frozen=True)
class Route:
    """Where a report may go."""

    chosen_by_person: bool
    """Whether the person is asked who gets it, rather than the nearest manager."""
    barred: frozenset[Recipient]
    """Functions that must not get it, because the influencer may hold them."""


_OUTSIDER = Route(chosen_by_person=False, barred=_NOBODY)
_INSIDER = Route(chosen_by_person=True, barred=_NOBODY)

ROUTES: dict[tuple[Perpetrator | None, ManagerRank | None], Route] = {
    (None, None): _OUTSIDER,
    (Perpetrator.CLIENT, None): _OUTSIDER,
    (Perpetrator.RELATIVE, None): _OUTSIDER,
    (Perpetrator.CITIZEN, None): _OUTSIDER,
    (Perpetrator.ORGANISATION, None): _OUTSIDER,
    (Perpetrator.UNKNOWN, None): _OUTSIDER,
    (Perpetrator.COLLEAGUE, None): _INSIDER,
    # Malmö SR-2022-15, Rek 6: politicians have power over managers, so the person chooses.
    (Perpetrator.POLITICIAN, None): _INSIDER,
    (Perpetrator.MANAGER, ManagerRank.NEAREST): Route(chosen_by_person=True, barred=_NEAREST),
    # The manager below is not free towards their own manager (domain 4.6).
    (Perpetrator.MANAGER, ManagerRank.ABOVE): Route(chosen_by_person=True, barred=_LINE),
    (Perpetrator.MANAGER, ManagerRank.OTHER): _INSIDER,
    (Perpetrator.MANAGER, ManagerRank.UNKNOWN): Route(chosen_by_person=True, barred=_LINE),
    (Perpetrator.MANAGER, None): Route(chosen_by_person=True, barred=_LINE),
}
"""Every influencer, and for a manager which one."""


def route(answers: Answers) -> Route:
    """Where the report may go; what the person does not want adds to what the table bars."""
    is_manager = answers.perpetrator is Perpetrator.MANAGER
    found = ROUTES[answers.perpetrator, answers.which_manager if is_manager else None]
    hidden = answers.hidden_from
    if Sign.FEARS_MANAGER in answers.facts.signs:
        hidden |= _NEAREST
    return Route(found.chosen_by_person or bool(hidden), found.barred | hidden)


def barred(answers: Answers) -> frozenset[Recipient]:
    """Functions that must not get the report."""
    return route(answers).barred
