"""What somebody who follows up an incident writes, and how somebody says they are: words only.

A button says the same; this is for those who type. Nothing here was taught to the engine.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from actions.openings import is_question
from casework.vocabulary import ReportedBy, SupportGiven, Wellbeing


class Errand(StrEnum):
    """What a manager wants with a step."""

    DONE = "done"
    LATER = "later"
    NOT_NEEDED = "not_needed"
    HELP = "help"
    OTHER = "other"
    NEXT = "next"
    ALL = "all"
    UNDO = "undo"
    ENOUGH = "enough"


@dataclass(frozen=True)
class Typed:
    """A typed errand; `reason` is why something is not needed, in the person's words."""

    errand: Errand
    reason: str = ""


_ERRANDS: Sequence[tuple[Errand, re.Pattern[str]]] = (
    (Errand.UNDO, re.compile(r"^(ångra|ta tillbaka|det var fel|fel knapp)")),
    (Errand.ENOUGH, re.compile(r"räcker för (i ?dag|nu)|inte mer (i ?dag|nu)")),
    (
        Errand.HELP,
        re.compile(
            r"(behöver|vill ha|kan jag få|får jag) (\w+ )?(hjälp|stöd av hr|råd)\b|"
            r"bjud in hr|vet inte (hur|vad) jag|klarar (det )?inte själv"
        ),
    ),
    (
        Errand.NOT_NEEDED,
        re.compile(
            r"behövs (det )?(inte|ej)|behöver (inte|ej) göras|inte (nödvändigt|aktuellt|relevant)|"
            r"tackat nej|avböjt|vill inte ha|inte tillämpligt"
        ),
    ),
    (
        Errand.OTHER,
        re.compile(
            r"(kan|ska|låt|får) (?!jag|du|vi|man|det|den|hon|han|de|dom)\w+( \w+)? "
            r"(ta|göra|sköta)( över)? (den|det|hand)|"
            r"någon annan|nån annan|ta(r)? över|lämna över|ge den till|byt ansvarig"
        ),
    ),
    (
        Errand.LATER,
        re.compile(
            r"påminn|hinner inte|inte hunnit|inte än\b|senare\b|"
            r"(i ?morgon|nästa vecka|på måndag|på tisdag|på onsdag|på torsdag|på fredag)\b"
        ),
    ),
    (
        Errand.ALL,
        re.compile(r"återstår|(är|har jag|finns) (\w+ )?kvar\b|^(visa )?alla?t?$|^lista"),
    ),
    (
        Errand.NEXT,
        re.compile(
            r"vad (ska|bör|behöver|måste) (jag|vi)\b|vad (är )?nästa( steg)?|^nästa|"
            r"vad väntar|väntar (\w+ )?(något|nåt|på mig)|ligger (det )?något på mig"
        ),
    ),
)
"""In the order in which they are tried."""

_DONE = re.compile(
    r"\b(klart?|gjort|gjord|gjorda|fixat|ordnat|ordnad|avklarat|genomfört|genomförd|färdigt?)\b"
)
_NOT_YET = re.compile(r"\b(inte|ej|aldrig|ska|tänker|tänkte|kommer att|försökte|försökt|borde)\b")
_BECAUSE = re.compile(r"\b(för att|eftersom|därför att|för|då|:)\s+(?P<why>.+)", re.DOTALL)
_REASON_ITSELF = re.compile(r"tackat nej|avböjt|vill inte")


def errand(text: str, said: Iterable[str] = ()) -> Typed | None:
    """What a manager wants who writes this; None if it is nothing of the kind.

    Args:
        text: what was typed.
        said: words that tell of a step that is done (`said` in the policy).
    """
    plain = text.casefold().strip(" .!")
    for kind, words in _ERRANDS:
        if words.search(plain):
            return Typed(kind, _reason(text) if kind is Errand.NOT_NEEDED else "")
    if is_question(text) or _NOT_YET.search(plain):
        return None
    return Typed(Errand.DONE) if _DONE.search(plain) or tells_of(text, said) else None


def tells_of(text: str, said: Iterable[str]) -> bool:
    """Whether a text holds one of the words by which a step is known."""
    words = "|".join(re.escape(word).replace(r"\*", r"\w*") for word in said)
    return bool(words) and bool(re.search(rf"\b({words})\b", text.casefold()))


def is_yes(text: str) -> bool:
    """Whether a text says no more than yes."""
    return bool(
        re.fullmatch(
            r"(ja|japp|jo|okej|ok|bra|gärna|absolut|godkänn(er)?|godkänd|det blir bra|"
            r"(ja,? )?(tack|gärna|gör det|den är bra|det ser bra ut|säg det))[\s.!]*",
            text.casefold().strip(),
        )
    )


def is_no(text: str) -> bool:
    """Whether a text begins with no."""
    return bool(re.match(r"(nej|nä|nope|inte|helst inte)\b", text.casefold().strip()))


def _reason(text: str) -> str:
    """Why, in the person's own words; empty if they do not say."""
    if found := _BECAUSE.search(text):
        return found["why"].strip()
    return text.strip() if _REASON_ITSELF.search(text.casefold()) else ""


_REPORTERS: Sequence[tuple[ReportedBy | None, re.Pattern[str]]] = (
    (None, re.compile(r"\b(ingen|inte|nej|ej)\b")),
    (ReportedBy.OTHER, re.compile(r"\b(någon annan|nån annan|väktar\w*|granne\w*|anhörig\w*)\b")),
    (
        ReportedBy.EXPOSED,
        re.compile(r"\b(hon|han|hen|själv|medarbetaren|den utsatt[ae]|den som)\b"),
    ),
    (
        ReportedBy.EMPLOYER,
        re.compile(r"\b(jag|vi|arbetsgivaren|kommunen|chefen|hr|säkerhet\w*)\b"),
    ),
)


def reporter(text: str) -> ReportedBy | None:
    """Who reported, from a typed answer; None if nobody did.

    Raises:
        LookupError: the text does not say.
    """
    plain = text.casefold()
    if re.search(r"\bvet (inte|ej)\b|ingen aning", plain):
        raise LookupError("not known")
    for who, words in _REPORTERS:
        if words.search(plain):
            return who
    raise LookupError("no reporter")


def is_number(text: str) -> bool:
    """Whether a text can be the police's number of a report: digits, and few other words."""
    return bool(re.search(r"\d{3}", text)) and len(text.split()) <= _NUMBER_WORDS


_NUMBER_WORDS = 8  # of "det är 5000-K123456-26" and the like (our choice)

_STOP = re.compile(r"sluta fråga|fråga (mig )?inte|inte fråga|vill inte svara|inte bli tillfrågad")

_WELLBEING: Sequence[tuple[Wellbeing, re.Pattern[str]]] = (
    (Wellbeing.SO_SO, re.compile(r"så ?där|upp och ner|varierar|halvbra|hyfsat|inte så farligt")),
    (
        Wellbeing.BAD,
        re.compile(
            r"dålig|inte (så |alls )?bra|rädd|orolig|ledsen|sover|jobbigt|tufft|hemskt|ångest|"
            r"mår inte|skit|piss|illa|svårt"
        ),
    ),
    (Wellbeing.GOOD, re.compile(r"\b(bra|bättre|okej|ok|fint|lugnt|helt ok)\b")),
)

_SUPPORT: Sequence[tuple[SupportGiven, re.Pattern[str]]] = (
    (
        SupportGiven.UNWANTED,
        re.compile(r"ville inte( ha)?|behövde (inget|inte)|ville själv inte|tackade nej"),
    ),
    (SupportGiven.PARTLY, re.compile(r"delvis|lite|till viss del|så ?där|en del|kunde varit")),
    (SupportGiven.NO, re.compile(r"\b(nej|nä|inget|ingen|inte|aldrig)\b")),
    (SupportGiven.YES, re.compile(r"\b(ja|japp|absolut|tillräckligt|bra|jo)\b")),
)


def wants_no_more_questions(text: str) -> bool:
    """Whether somebody does not want to be asked how they are."""
    return bool(_STOP.search(text.casefold()))


def wellbeing(text: str) -> Wellbeing | None:
    """How somebody says they are; None if they do not."""
    return next((how for how, words in _WELLBEING if words.search(text.casefold())), None)


def support(text: str) -> SupportGiven | None:
    """Whether the support was enough; None if the text does not say."""
    return next((given for given, words in _SUPPORT if words.search(text.casefold())), None)
