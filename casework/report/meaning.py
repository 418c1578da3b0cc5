"""What an answer means: a pure function of what was asked, what was said, and what is known."""

import re

from casework.report.answers import Answers, Facts, Question, Said
from casework.report.choices import from_choices, not_known
from casework.report.stories import Change, added, corrections, told
from casework.report.typed import read_typed

_NOT_KNOWN = re.compile(
    r"(jag )?(vet|minns|kommer) (ej|inte)( ihåg)?( riktigt| säkert| än)?|ingen aning|oklart|"
    r"hoppa över|vill inte (säga|svara)|osäker(t)?",
)
_CORRECTS = re.compile(
    r"(fel|rättelse|jag menade|förresten)\b.+|"
    r"(nej|nä|vänta)\b[\s,.]*(det|den|de|han|hon|jag menade)\b.*",
    re.DOTALL,
)
_SHORTEST_STORY = 3  # words; fewer are a greeting or a sigh, unless they tell of something
_TELLS_MORE = 8  # words from which an answer is also kept as part of the story (our choice)


def meaning(question: Question, said: Said, answers: Answers) -> Change | None:
    """What `said` means as an answer to `question`.

    Args:
        question: what was asked.
        said: the words or choices, with what could be read from the words.
        answers: the answers so far.

    Returns:
        The change it makes to the answers; None if it is no answer. A choice of another
        question than the asked one is taken as an answer to that one. Somebody who says more
        than was asked loses none of it: it is added to the story.
    """
    if said.chosen:
        return from_choices(said.chosen, answers)
    text = said.text.strip()
    if question in (Question.DESCRIPTION, Question.RETELL):
        is_story = len(text.split()) >= _SHORTEST_STORY or said.facts.types
        retelling = question is Question.RETELL
        return told(said, answers, retelling=retelling) if is_story else None
    plain = text.casefold().strip(" .!")
    if _NOT_KNOWN.fullmatch(plain):
        return not_known(question, answers)
    if _CORRECTS.fullmatch(plain) and (corrected := corrections(said.facts)):
        return corrected
    change = read_typed(question, plain, said.facts, answers)
    if len(plain.split()) >= _TELLS_MORE and question is not Question.CHANGE:
        return added(said, answers) | (change or {}) or None
    return change or _short_correction(question, said.facts)


def _short_correction(question: Question, facts: Facts) -> Change | None:
    """At the summary, a few words that name a fact correct it: 'på telefon, inte sms'."""
    return corrections(facts) or None if question is Question.SEND else None
