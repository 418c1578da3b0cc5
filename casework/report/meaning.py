"""What an answer means: a pure function of what was asked, what was said, and what is known."""

import re

from casework.report.answers import Answers, Facts, Question, Said
from casework.report.choices import from_choices, not_known, reopen, skip_rest
from casework.report.flow import previous_question
from casework.report.stories import Change, added, corrections, told
from casework.report.typed import (
    asks_to_change,
    asks_to_hide,
    named_facts,
    read_typed,
    restated,
    what_is_right,
)
from casework.report.wishes import wishes

_NOT_KNOWN = re.compile(
    r"(jag )?(vet|minns|kommer) (ej|inte)( ihåg)?( riktigt| säkert| än)?|ingen aning|oklart|"
    r"hoppa över( frågan)?|vill inte (säga|svara)|osäker(t)?",
)
_CORRECTS = re.compile(
    r"(fel|rättelse|jag menade|förresten)\b.+|"
    r"(nej|nä|vänta)\b[\s,.]*(det|den|de|han|hon|jag menade)\b.*",
    re.DOTALL,
)
_SKIPS_REST = re.compile(
    r"(hoppa över|skippa|strunta i) (resten|allt)|(resten )?(vet|minns) jag inte mer|"
    r"resten (vet jag inte|spelar ingen roll)|(jag )?(vet|kommer) inte (mer|resten)|"
    r"gå (direkt )?till (slutet|sammanfattningen)",
)
_GOES_BACK = re.compile(
    r"(gå |kan (jag|vi) gå |jag vill (gå )?)?(tillbaka|bakåt|backa)|ångra( mig)?|"
    r"(förra|föregående) frågan( igen)?|oj,? fel( knapp)?|(tryckte|svarade|valde) fel",
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
    if question is Question.DESCRIPTION and _NOT_KNOWN.fullmatch(text.casefold().strip(" .!")):
        return not_known(question, answers)
    if question in (Question.DESCRIPTION, Question.RETELL):
        is_story = len(text.split()) >= _SHORTEST_STORY or said.facts.types
        retelling = question is Question.RETELL
        return told(said, answers, retelling=retelling) if is_story else None
    plain = text.casefold().strip(" .!")
    return _about_the_report(question, plain, answers) or _answer(question, plain, said, answers)


def _about_the_report(question: Question, plain: str, answers: Answers) -> Change | None:
    """What is no answer, but says how to go on: skip, go back, change, keep it from somebody."""
    if _NOT_KNOWN.fullmatch(plain):
        return not_known(question, answers)
    if _SKIPS_REST.fullmatch(plain):
        return skip_rest(answers) or None
    if _GOES_BACK.fullmatch(plain):
        earlier = previous_question(answers, question)
        return reopen(earlier, answers) if earlier else None
    return asks_to_hide(plain, answers) or asks_to_change(plain, question, answers)


def _answer(question: Question, plain: str, said: Said, answers: Answers) -> Change | None:
    corrects = bool(_CORRECTS.fullmatch(plain))
    if corrects and (again := corrections(said.facts) | named_facts(what_is_right(plain))):
        return again
    change = read_typed(question, plain, said.facts, answers)
    if change is None and (corrects or question is Question.SEND):
        change = restated(plain, answers)
    tells_more = len(plain.split()) >= _TELLS_MORE and question is not Question.CHANGE
    more = added(said, answers) if tells_more else {}
    change = more | _wishes(question, said, answers) | (change or {})
    return change or _other_facts(question, plain, said.facts, answers)


def _wishes(question: Question, said: Said, answers: Answers) -> Change:
    """Wishes told by the way; what is asked just now is read as its answer."""
    asked = answers.having(unknown=answers.unknown | {question})
    return wishes(said.text, asked)


def _other_facts(question: Question, plain: str, facts: Facts, answers: Answers) -> Change | None:
    """A few words that tell something else than was asked: kept if it was not known before.

    At the summary, where nothing is asked, they correct it: 'på telefon, inte sms'.
    """
    found = corrections(facts) | named_facts(what_is_right(plain))
    if question is not Question.SEND:
        found = {field: value for field, value in found.items() if getattr(answers, field) is None}
    return found or None
