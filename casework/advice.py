"""What applies to a report: the police advice and the support, chosen from the policy's texts."""

from collections.abc import Iterable

from casework.content import Content, Policy
from casework.report import Answers, Question, is_serious, likely_forms
from casework.vocabulary import IncidentType, PoliceWish

MOST_SUPPORT_LINES = 3
"""Lines of support shown at a time: three to five are said to be enough; a phone holds three."""

_GRAVEST_FIRST = (
    IncidentType.VIOLENCE,
    IncidentType.THREAT,
    IncidentType.VANDALISM,
    IncidentType.HARASSMENT,
    IncidentType.OTHER,
)

_NO_WORKPLACE = "fråga din chef vilken adress som gäller"


def police_advice(
    policy: Policy, subtypes: Iterable[str], *, serious: bool, workplace: str
) -> str:
    """What is said about the police report: how urgent, who may report, which address to give.

    Args:
        policy: the municipality's texts.
        subtypes: what the person confirmed (`casework.report.forms`).
        serious: whether the matter is serious (`casework.report.is_serious`).
        workplace: address and phone of the unit; empty if unknown.
    """
    how = f"{policy.police.who}\n{_how(policy, workplace)}"
    return "\n\n".join((_urgency(policy, subtypes, serious=serious), how))


def advice_on_police(content: Content, answers: Answers, workplace: str) -> str:
    """What is said about the police report of what has been told so far (`police_advice`)."""
    serious = is_serious(answers, content.taxonomy)
    forms = likely_forms(answers, content.taxonomy)
    return police_advice(content.policy, forms, serious=serious, workplace=workplace)


def advice_unasked(content: Content, answers: Answers, workplace: str) -> str:
    """What belongs to the questions that a story answered before they were asked; may be empty.

    Who wants the employer to report needs not be told that it may; who has reported, nothing.
    """
    said = []
    if Question.POLICE in answers.foretold and answers.police is PoliceWish.EMPLOYER:
        said.append(_how(content.policy, workplace))
    if Question.POLICE in answers.foretold and answers.police is PoliceWish.SELF:
        said.append(advice_on_police(content, answers, workplace))
    if Question.SUPPORT in answers.foretold:
        lines = support_lines(content, answers)[:MOST_SUPPORT_LINES]
        said.append("\n".join(f"• {line}" for line in lines))
    return "\n\n".join(said)


def _how(policy: Policy, workplace: str) -> str:
    return policy.police.how.format(workplace=workplace or _NO_WORKPLACE)


def _urgency(policy: Policy, subtypes: Iterable[str], *, serious: bool) -> str:
    texts, forms = policy.police, set(subtypes)
    if forms & set(texts.rules.life_first):
        return texts.life_first
    if serious:
        return texts.same_day
    if forms and forms <= set(texts.rules.pattern):
        return texts.pattern
    return texts.offer


def support_lines(content: Content, answers: Answers) -> list[str]:
    """All lines of support that fit, for the particular forms first and then the gravest type.

    `MOST_SUPPORT_LINES` of them are shown at a time.
    """
    support = content.policy.support
    keys = [s for s in likely_forms(answers, content.taxonomy) if s in support]
    keys += [t for t in _GRAVEST_FIRST if t in answers.recorded_types]
    lines = [line for key in keys or ["arbetsmiljo"] for line in support.get(key, [])]
    return list(dict.fromkeys(lines))
