"""What Lotsen proposes that a manager writes down, from the record and the municipality's texts.

The manager changes and approves it; less typing is what makes a follow-up happen (audits: it was
"too time-consuming").
"""

from collections.abc import Sequence

from actions.wording import Wording, day, when
from casework.content import Content
from casework.followup import Task
from casework.incidents import MEASURES, Shown
from casework.report import Question
from casework.vocabulary import IncidentType, StepOutcome


def propose(content: Content, shown: Shown, tasks: Sequence[Task], name: str) -> str:
    """The proposed text of a step; empty if the municipality has none for it.

    Args:
        shown: the incident.
        tasks: its plan, with what has been written down so far.
        name: of the step.
    """
    proposals, wording = content.policy.proposals, Wording(content.taxonomy)
    text = proposals.texts.get(name, "")
    types = wording.types(IncidentType(t) for t in shown.types)
    levels = content.taxonomy.answers["seriousness"]
    known = {
        "types": types or proposals.missing,
        "when": when(shown.occurred) or proposals.missing,
        "channel": content.taxonomy.channels[shown.channel].lower(),
        "perpetrator": content.taxonomy.perpetrators[shown.perpetrator].lower(),
        "reported": day(shown.created),
        "purpose": wording.title(Question.PURPOSE, shown.purpose).lower(),
        "seriousness": levels["serious" if shown.serious else "other"],
        "measures": _measures(tasks) or proposals.missing,
    }
    return text.format(**known)


def _measures(tasks: Sequence[Task]) -> str:
    """What was decided, as the manager wrote it; else the steps that are done."""
    written = next((t.note for t in tasks if t.name == MEASURES and t.note), "")
    done = (t.label for t in tasks if t.outcome is StepOutcome.DONE)
    return written or "; ".join(label[0].lower() + label[1:] for label in done)
