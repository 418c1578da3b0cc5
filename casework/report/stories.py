"""What a story changes: its text, and what was read out of it."""

from typing import Any

from casework.report.answers import NEVER_RECORDED, Answers, Facts, Question, Said
from casework.report.flow import may_be_small
from casework.report.wishes import wishes
from casework.vocabulary import ManagerRank, Perpetrator, Purpose, Sign

Change = dict[str, Any]
"""Field of `Answers` → new value."""

FACT_OF = {
    Question.PERPETRATOR: "perpetrator",
    Question.OCCURRED: "occurred",
    Question.CHANNEL: "channel",
    Question.AREA: "area",
}
"""Questions that a story may have answered, and where `Facts` has the answer."""


def told(said: Said, answers: Answers, *, retelling: bool = False) -> Change:
    """The change that a story makes: the text, what was read, and facts not known before.

    A story told on top of another is added to it, so that nothing is lost. A retelling replaces
    the text, and the types that are never recorded are forgotten.
    """
    change = _retold(said) if retelling else added(said, answers)
    for field, value in corrections(said.facts).items():
        if getattr(answers, field) is None:
            change[field] = value
    if answers.purpose is None and Sign.AIMS_AT_DECISION in said.facts.signs:
        change["purpose"] = Purpose.YES  # shown as understood, and changed like all else
    if answers.area is None and Question.AREA not in answers.unknown:
        change.setdefault("area", answers.home_area)
    change |= wishes(said.text, answers.having(**change))
    return change | _as_small(answers.having(**change))


def _as_small(answers: Answers) -> Change:
    """A small event needs no question about its type; what sounds serious is not small."""
    if answers.facts.serious or not (answers.small or Sign.SMALL in answers.facts.signs):
        return {"small": False}
    types = answers.facts.types if may_be_small(answers) else None
    return {"small": True} | ({"types": types} if types and answers.types is None else {})


def added(said: Said, answers: Answers) -> Change:
    """The text added to the story, its masked form too; what was read before still holds."""
    text, facts = said.text.strip(), said.facts
    earlier = answers.description
    if earlier is None:
        return {"description": text, "facts": facts}
    if text in earlier:
        return {}
    masked = f"{answers.facts.masked}\n\n{facts.masked}"
    return {
        "description": f"{earlier}\n\n{text}",
        "facts": answers.facts.model_copy(update={"masked": masked}),
    }


def corrections(facts: Facts) -> Change:
    """The facts of a sentence such as 'nej, det var i måndags', as changes."""
    found = {q.value: getattr(facts, field) for q, field in FACT_OF.items()}
    if found["perpetrator"] is Perpetrator.COLLEAGUE and Sign.ABOUT_SOMEBODY_ELSE in facts.signs:
        found["perpetrator"] = None  # the colleague that is spoken of was exposed
    if found["perpetrator"] is Perpetrator.MANAGER and Sign.NEAREST_MANAGER in facts.signs:
        found["which_manager"] = ManagerRank.NEAREST
    return {field: value for field, value in found.items() if value is not None}


def _retold(said: Said) -> Change:
    kept = tuple(t for t in said.facts.types if t not in NEVER_RECORDED)
    facts = said.facts.model_copy(update={"types": kept})
    return {"description": said.text.strip(), "facts": facts, "retold": True}
