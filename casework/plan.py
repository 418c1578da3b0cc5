"""The plan of an incident: its steps, made from the policy once, and when each is reminded of."""

from datetime import datetime, timedelta

from casework.clock import SWEDEN
from casework.content import Policy
from casework.plan_policy import PlannedStep
from casework.schema import CheckIn, Incident, Step
from casework.store import Store
from casework.vocabulary import Exposed, StepOutcome

SMALL_REASON = "Noterad som en liten händelse."
"""Why a step is not asked of a small event."""


def make_plan(store: Store, policy: Policy, incident: Incident) -> list[Step]:
    """The steps of a new incident, chosen by what it is and with their deadlines.

    Args:
        incident: written to the database, so that it has an id.
    """
    repeated = incident.series is not None
    return [
        _step(store, policy, incident, step)
        for step in policy.steps
        if step.applies.to(incident.types, serious=incident.serious, repeated=repeated)
        and (step.small or step.gate or not incident.small)
    ]


def tighten(existing: list[Step], wanted: list[Step], now: datetime) -> list[Step]:
    """Let a plan follow a correction that makes the matter more urgent; nothing is put off.

    Deadlines still count from the report, but whoever has just learnt of it has as long as ever
    before the next level is told. What was not asked of a small event is asked of a large one.

    Args:
        existing: the incident's plan; its open steps are brought forward where need be.
        wanted: the plan that the corrected incident would get (`make_plan`).

    Returns:
        The wanted steps that the plan lacked.
    """
    by_name = {step.name: step for step in existing}
    for step in wanted:
        old = by_name.get(step.name)
        if step.escalate_at:
            step.escalate_at = max(step.escalate_at, now + (step.escalate_at - step.due))
        if old is None or step.outcome is not None:
            continue
        was_spared = old.outcome is not None and old.done_by is None
        if was_spared:
            _forget_answer(old)
        if was_spared or (old.outcome is None and step.due < old.due):
            old.due, old.remind_at, old.escalate_at = step.due, step.remind_at, step.escalate_at
    return [step for step in wanted if step.name not in by_name]


def _step(store: Store, policy: Policy, incident: Incident, planned: PlannedStep) -> Step:
    step = Step(
        incident_id=incident.id,
        name=planned.name,
        label=planned.label,
        why=planned.why,
        basis=planned.basis,
        gate=planned.gate,
        stays=planned.stays,
        due=deadline(planned, incident),
    )
    if incident.small and not planned.small:
        step.done_at, step.outcome = incident.created_at, StepOutcome.NOT_NEEDED
        step.note_sealed = store.cipher.seal({"text": SMALL_REASON})
        return step
    step.remind_at = first_reminder(policy, planned, incident)
    step.escalate_at = _escalation(planned, incident, step.due)
    return step


def _escalation(planned: PlannedStep, incident: Incident, due: datetime) -> datetime | None:
    """When the next level is told, if the step is not answered."""
    serious = planned.serious_escalate if incident.serious else None
    late = serious or planned.escalate
    return late.after(due) if late else None


def _forget_answer(step: Step) -> None:
    step.outcome, step.done_at, step.done_by, step.note_sealed = None, None, None, None


def ask_again(policy: Policy, incident: Incident, step: Step, remind_at: datetime) -> None:
    """Take the answer to a step back: it is reminded of, and escalated, as if it were new.

    Args:
        remind_at: when it is reminded of first.
    """
    _forget_answer(step)
    step.remind_at = remind_at
    if planned := policy.step(step.name):
        step.escalate_at = _escalation(planned, incident, max(step.due, remind_at))


def deadline(planned: PlannedStep, incident: Incident) -> datetime:
    """When a step is to be done by; aware."""
    serious = planned.serious_due if incident.serious else None
    return (serious or planned.due).after(incident.created_at)


def first_reminder(policy: Policy, planned: PlannedStep, incident: Incident) -> datetime:
    """When a step is reminded of first: before its deadline if the policy says so, else at it."""
    wanted = deadline(planned, incident) - timedelta(days=planned.remind_days)
    return fitting(policy, incident, wanted)


def next_reminder(policy: Policy, incident: Incident, step: Step, now: datetime) -> datetime:
    """When a step that has just been reminded of is reminded of again.

    The deadline itself is never passed over; after it the pauses grow as the policy says.
    """
    planned = policy.step(step.name)
    if now < step.due:
        return fitting(policy, incident, step.due)
    if planned and planned.repeat and incident.serious:
        return fitting(policy, incident, planned.repeat.after(now))
    pause = policy.reminders.pause(max(step.reminders - 1, 0))
    return policy.reminders.days_later(now, pause)


def tomorrow(policy: Policy, now: datetime) -> datetime:
    """When somebody is reminded who asked for it tomorrow: the next working day's digest."""
    return policy.reminders.days_later(now, 1)


def make_check_ins(policy: Policy, incident: Incident) -> list[CheckIn]:
    """The check-ins of a new incident; only whoever was exposed themselves is asked."""
    if incident.exposed != Exposed.SELF:
        return []
    reported = incident.created_at.astimezone(SWEDEN)
    return [
        CheckIn(
            incident_id=incident.id,
            day=day,
            ask_at=policy.reminders.gathered(reported + timedelta(days=day)),
        )
        for day in policy.check_ins.days
    ]


def fitting(policy: Policy, incident: Incident, wanted: datetime) -> datetime:
    """What is serious waits for the end of quiet hours only; the rest for the next digest."""
    reminders = policy.reminders
    return reminders.quiet.after(wanted) if incident.serious else reminders.gathered(wanted)
