"""What typed words mean as the answer to a question; the same as the button would."""

import re
from collections.abc import Callable

from casework.report.answers import NEVER_RECORDED, Answers, Facts, Occurred, Question
from casework.report.choices import hide_from_receiver, reopen
from casework.report.flow import NO_SERIES
from casework.report.stories import Change, corrections
from casework.vocabulary import (
    Channel,
    Exposed,
    IncidentType,
    ManagerRank,
    Perpetrator,
    PoliceReason,
    PoliceWish,
    Purpose,
    Recipient,
    Support,
)

YES = re.compile(r"(ja|jo|jepp|japp|absolut|precis|exakt|det stämmer|stämmer|okej|ok|yes)\b.*")
NO = re.compile(r"(nej|nä|nix|inte|stämmer inte)\b.*")
_BRIEF = 4  # words of a plain yes; a longer one may say more than yes (our choice)
_SHORTEST_STORY = 3  # words from which an answer is read like a story (our choice)
_SHORTEST_TIME, _LONGEST_TIME = 4, 100  # characters kept as the person's own words for when
_AROUND = " .,!”\"'’»«"  # marks around words that are quoted
_PUT_BACK = re.compile(
    r"(?:nej,? )?(?:behåll|(?:sätt|lägg|skriv) tillbaka|(?:ta|maska) inte(?: bort)?)\b"
    r"(?: (?:ordet|orden|namnet|numret|adressen))?(?P<words> .+?)",
    re.IGNORECASE,
)

Reader = Callable[[str, Facts, Answers], Change | None]
"""Plain words, what was read out of them, the answers so far → what they change."""


def read_typed(question: Question, plain: str, facts: Facts, answers: Answers) -> Change | None:
    """What the words mean as an answer to the question; None if they are none.

    Args:
        plain: lower case, without a full stop at the end.
    """
    reader = _READERS.get(question)
    return reader(plain, facts, answers) if reader else None


def _yes_no(field: str) -> Reader:
    def read(plain: str, _facts: Facts, _answers: Answers) -> Change | None:
        if YES.fullmatch(plain):
            return {field: True}
        return {field: False} if NO.fullmatch(plain) else None

    return read


_TYPE_WORDS = {
    IncidentType.HARASSMENT: r"\btrakass",
    IncidentType.THREAT: r"\bhot(et|en|elser|ade)?\b",
    IncidentType.VIOLENCE: r"\bvåld(et)?\b",
    IncidentType.VANDALISM: r"\bskadegörelse",
    IncidentType.CORRUPTION: r"\b(mut[ao]|korruption|jäv|gåva)",
    IncidentType.ABUSE_OF_POSITION: r"\b(missbruk av|tjänsteställning)",
    IncidentType.OTHER: r"\bannan (påverkan|press)",
}
_NOT_THAT = re.compile(r"\binte (ett |en |något |någon |direkt |precis )?\w+")


def _types(plain: str, facts: Facts, answers: Answers) -> Change | None:
    if re.search(r"\b(inget|inga|ingen) (hot|våld|trakasserier|skadegörelse)\b", plain):
        return {"choosing_types": True}
    if re.search(r"\b(inget|inga|ingen) av\b", plain):
        return {"types": ()}
    meant = _NOT_THAT.sub(" ", plain)
    named = tuple(t for t, pattern in _TYPE_WORDS.items() if re.search(pattern, meant))
    agrees = bool(YES.match(plain)) and not answers.choosing_types
    if named:
        earlier = answers.facts.types if agrees else ()
        return {"types": tuple(dict.fromkeys((*earlier, *named)))}
    if YES.fullmatch(plain) and answers.facts.types:
        return {"types": answers.facts.types}
    if NO.fullmatch(plain):
        return {"choosing_types": True}
    is_story = len(plain.split()) >= _SHORTEST_STORY
    may_be_meant = not set(facts.types) & NEVER_RECORDED
    return {"types": facts.types} if facts.types and is_story and may_be_meant else None


def _first_named[T](table: dict[T, str], plain: str) -> T | None:
    """The first entry of a table whose words stand in the text."""
    return next((value for value, words in table.items() if re.search(words, plain)), None)


def _named[T](field: str, table: dict[T, str]) -> Reader:
    """Reads the answer whose words stand in the text."""

    def read(plain: str, _facts: Facts, _answers: Answers) -> Change | None:
        value = _first_named(table, plain)
        return None if value is None else {field: value}

    return read


_WHO_WORDS = {
    Perpetrator.RELATIVE: r"\b(anhörig|pappa|mamma|förälder|föräldr|bror|brodern|syster|"
    r"son(en)?\b|dotter|sambo|make\b|maka|maken|fru\b|frun|släkting|morfar|farfar|mormor|farmor|moster|faster|kusin)",
    Perpetrator.MANAGER: r"\b\w*chef(en)?\b",
    Perpetrator.POLITICIAN: r"\b(politiker|nämnd|förtroendevald|kommunalråd)",
    Perpetrator.COLLEAGUE: r"\b(kolleg|arbetskamrat)",
    Perpetrator.CLIENT: r"\b(brukare|klient|sökande|boende|patient|elev|den enskilde)",
    Perpetrator.ORGANISATION: r"\b(företag|förening|bolag|leverantör|firma|organisation)",
    Perpetrator.CITIZEN: r"\b(granne|privatperson|okänd (man|kvinna|person)|förbipasserande)",
}
_HOW_WORDS = {
    Channel.VOICEMAIL: r"\b(röstbrevlåd|telefonsvarar|röstmeddelande)",
    Channel.PHONE: r"\b(telefon|ringde|ringt|samtal på telefon|luren)",
    Channel.EMAIL: r"\b(mejl|mail|e-post)",
    Channel.SMS: r"\b(sms|meddelande på mobilen)",
    Channel.LETTER: r"\b(brev|lapp|vykort)",
    Channel.SOCIAL_MEDIA: r"\b(sociala medier|facebook|instagram|tiktok|snap|flashback|nätet)",
    Channel.HOME_VISIT: r"\bhembesök",
    Channel.RECEPTION: r"\b(reception|kontoret|väntrum|disken)",
    Channel.SPARE_TIME: r"\b(fritid|ledig|hemma hos mig|affären|på stan|gymmet|på ica)",
    Channel.MEETING: r"\b(möte|besöksrum|samtalsrum)",
}
_LONGEST_PLAIN = 12  # words of an answer in which such a word is the answer (our choice)


def named_facts(plain: str) -> Change:
    """Who and how, where a few words say it outright: 'det var hans pappa', 'på sms'."""
    if len(plain.split()) > _LONGEST_PLAIN:
        return {}
    found = {
        "perpetrator": _first_named(_WHO_WORDS, plain),
        "channel": _first_named(_HOW_WORDS, plain),
    }
    return {field: value for field, value in found.items() if value is not None}


_NOT_THIS_BUT = re.compile(
    r".*?\binte\b.*?(?:,? ?\butan\b|,|\bmen\b|;) ?(?P<right>\S.*)", re.DOTALL
)
_THIS_NOT = re.compile(r"(?P<right>.+?)(?:,| och| men)? \binte\b .+", re.DOTALL)


def what_is_right(text: str) -> str:
    """The part that holds, of a correction: 'inte i måndags utan i tisdags', 'sms, inte mejl'."""
    found = _NOT_THIS_BUT.fullmatch(text) or _THIS_NOT.fullmatch(text)
    return found["right"].strip() if found else text


_TOGETHER = {Question.PERPETRATOR: ("which_manager",)}
"""Fields that are read together with a fact."""


def _fact(question: Question) -> Reader:
    def read(plain: str, facts: Facts, _answers: Answers) -> Change | None:
        found = corrections(facts) | named_facts(plain)
        wanted = (question.value, *_TOGETHER.get(question, ()))
        return {f: found[f] for f in wanted if f in found} or None

    return read


_ABOUT_TIME = re.compile(
    r"\d|\b(dag|dagar\w*|natt\w*|morgon\w*|kväll\w*|veck\w*|månad\w*|år\w*|helg\w*|jul\w*|påsk\w*|"
    r"sommar\w*|vinter\w*|höst\w*|vår\w*|nyss|nyligen|förra|sedan|sen|tid\w*|när|innan|före|efter|"
    r"under|ofta|alltid|länge|flera|gång\w*|löpande|ständigt|hela|jämt|ibland|möte\w*)\b"
)


def _occurred(plain: str, facts: Facts, _answers: Answers) -> Change | None:
    """A time, or else the words themselves: somebody at work reads them later."""
    if facts.occurred:
        return {"occurred": facts.occurred}
    if corrections(facts) or len(plain) < _SHORTEST_TIME or not _ABOUT_TIME.search(plain):
        return None
    return {"occurred": Occurred(text=plain[:_LONGEST_TIME])}


_RECIPIENT_WORDS = {
    Recipient.HR: r"\b(hr|personalavd\w*)\b",
    Recipient.SECURITY: r"\bsäkerhet",
    Recipient.MANAGER_ABOVE: r"\b(överordnad|chefens chef|högre chef|förvaltningschef)",
}


def _recipient(plain: str, _facts: Facts, answers: Answers) -> Change | None:
    wanted = _first_named(_RECIPIENT_WORDS, plain)
    is_manager = answers.perpetrator is Perpetrator.MANAGER
    if wanted is None and not is_manager and re.search(r"\bchef", plain):
        wanted = Recipient.MANAGER
    return {"recipient": wanted} if wanted else None


_EXPOSED_WORDS = {
    Exposed.WITNESSED: r"\b(vittne|såg|bevittna)",
    Exposed.COLLEAGUE_UNAWARE: r"\b(kolle\w+|hon|han|hen)\b.*\bvet inte|utan att .*\bvet",
    Exposed.EMPLOYEE: r"\b(medarbetar|min personal|anställd)",
    Exposed.COLLEAGUE_KNOWS: r"\bkolleg",
    Exposed.SELF: r"\b(jag|mig|själv)\b",
}


def _exposed(plain: str, _facts: Facts, answers: Answers) -> Change | None:
    who = _first_named(_EXPOSED_WORDS, plain)
    if who is Exposed.EMPLOYEE and not answers.is_manager:
        who = Exposed.COLLEAGUE_KNOWS
    return {"exposed": who} if who else None


_MANAGER_WORDS = {
    ManagerRank.ABOVE: r"\b(chefens chef|min chefs chef|överordnad|högre|förvaltningschef|"
    r"avdelningschef|verksamhetschef|områdeschef)",
    ManagerRank.OTHER: r"\b(en )?annan\b",
    ManagerRank.NEAREST: r"\b(närmaste|enhetschef|gruppchef|min (egen )?chef)",
}


def _series(plain: str, _facts: Facts, answers: Answers) -> Change | None:
    named = [r for r in answers.earlier if r.casefold() in plain]
    if named or (YES.fullmatch(plain) and len(answers.earlier) == 1):
        return {"series": (named or answers.earlier)[0]}
    return {"series": NO_SERIES} if NO.fullmatch(plain) else None


_REASON_WORDS = {
    PoliceReason.NO_CRIME: r"\b(inget|inte (ett |något )?) ?brott|inte (så )?allvarlig",
    PoliceReason.RISK: r"\b(rädd|risk|hämnd|värre|farlig)",
    PoliceReason.OTHER_WAY: r"\b(annat sätt|annan väg|löser|pratar|själva)",
    PoliceReason.UNWILLING: r"\b(vill inte|orkar inte|ids inte)",
}


def _purpose(plain: str, _facts: Facts, _answers: Answers) -> Change | None:
    if YES.fullmatch(plain) or re.search(r"\bså (ja|jo)$", plain):
        return {"purpose": Purpose.YES}
    if NO.fullmatch(plain) or re.search(r"\binte (för att )?påverka", plain):
        return {"purpose": Purpose.NO}
    return {"purpose": Purpose.YES} if "påverka" in plain else None


_POLICE_WORDS = {
    PoliceWish.DONE: r"\b(redan|är anmäl[td]|har anmält)\b",
    PoliceWish.SELF: r"\b(jag anmäler|själv)\b",
    PoliceWish.EMPLOYER: r"\barbetsgivar|\b(ni|chefen) (kan|får) anmäla|"
    r"\bvill att (ni|min chef|chefen|kommunen) (ska )?(polis)?anmäl",
}


def _police(plain: str, _facts: Facts, _answers: Answers) -> Change | None:
    for wish, pattern in _POLICE_WORDS.items():
        if re.search(pattern, plain) and "inte arbetsgivar" not in plain:
            return {"police": wish}
    if NO.fullmatch(plain):
        return {"police": PoliceWish.NO}
    return {"police": PoliceWish.EMPLOYER} if YES.fullmatch(plain) else None


_SUPPORT_WORDS = {
    Support.MANAGER_TALK: r"\bchef",
    Support.OCCUPATIONAL_HEALTH: r"företagshäls|krisstöd|samtalsstöd|psykolog",
    Support.SAFETY_REPRESENTATIVE: r"skyddsombud",
    Support.UNION: r"\bfack",
    Support.OTHER: r"\bannat\b",
}


def _support(plain: str, _facts: Facts, _answers: Answers) -> Change | None:
    wanted = tuple(s for s, pattern in _SUPPORT_WORDS.items() if re.search(pattern, plain))
    if wanted:
        return {"support": wanted}
    return {"support": (Support.NONE,)} if NO.fullmatch(plain) or "inget" in plain else None


_CHANGE_WORDS = {
    Question.DESCRIPTION: r"\b(berättelse|text|beskrivning)",
    Question.TYPES: r"\btyp",
    Question.PERPETRATOR: r"\bvem\b|\bperson",
    Question.OCCURRED: r"\b(när|tid|datum|dag)",
    Question.CHANNEL: r"\bhur\b|\bsätt",
    Question.AREA: r"\bområde",
    Question.PURPOSE: r"\bsyfte",
    Question.EXPOSED: r"\butsatt|\bgällde|\bdrabba",
    Question.POLICE: r"\bpolis",
    Question.SUPPORT: r"\bstöd",
}
"""What can be changed from the summary, as `CHANGEABLE`."""


def _change(plain: str, _facts: Facts, answers: Answers) -> Change | None:
    wanted = _first_named(_CHANGE_WORDS, plain)
    return reopen(wanted, answers) if wanted else None


_WANTS_CHANGE = re.compile(
    r"(nej,? |vänta,? |förresten,? )*"
    r"(kan (jag|vi|du) |får jag |jag (vill|behöver|måste) |vi får )?"
    r"(ändra|rätta|byta|korrigera)\b.*"
)


def asks_to_change(plain: str, question: Question, answers: Answers) -> Change | None:
    """'Jag vill ändra när det hände', in the middle of a report; None if nothing is named."""
    if question is Question.CHANGE or not _WANTS_CHANGE.fullmatch(plain):
        return None
    return _change(plain, answers.facts, answers)


_HIDES = re.compile(
    r".*\b(chef\w*|hon|han|hen) (ska|får|bör|skall) (inte|aldrig) (få )?(se|läsa|ha|få|veta)\b.*|"
    r".*\b(vill|önskar) (inte|ej) att \w+( \w+)? (ska )?(få|får|se|ser|läsa|läser|veta|vet)\b.*|"
    r".*\bingen (av )?(min |mina )?chef\w* (ska|får|bör) (få )?(se|läsa|ha|få|veta)\b.*|"
    r".*\b(litar inte på|rädd för|vågar inte .*) (min )?chef.*|"
    r".*\b(någon annan|nån annan) (ska|bör|kan|får) (få|ta emot|läsa) .*|"
    r".*\binte (till|via) (min )?chef.*"
)


def asks_to_hide(plain: str, answers: Answers) -> Change | None:
    """'Min chef får inte se det här', at any question (domain 4.6)."""
    return hide_from_receiver(answers) if _HIDES.fullmatch(plain) else None


def restated(plain: str, answers: Answers) -> Change | None:
    """An earlier answer said anew, where it is plain what is meant: 'ingen polisanmälan ändå'."""
    for named, reader in _RESTATED:
        if re.search(named, plain):
            return reader(plain, Facts(), answers)
    return None


def put_back(text: str) -> str | None:
    """The words that the person wants back in the masked story: "behåll Hotell Björken".

    Args:
        text: as typed at the summary.

    Returns:
        The words, casefolded; None if the text asks for something else.
    """
    asked = _PUT_BACK.fullmatch(text.strip())
    return asked["words"].strip(_AROUND).casefold() or None if asked else None


def _send(plain: str, facts: Facts, _answers: Answers) -> Change | None:
    """Only a plain yes sends; a question, or what says more than yes, does not."""
    if re.search(r"\bändra\b", plain) or (NO.fullmatch(plain) and not corrections(facts)):
        return {"changing": True}
    is_yes = YES.fullmatch(plain) or re.match(r"(skicka|sänd)\b", plain)
    says_more = corrections(facts) or re.search(r"\b(men|inte|fast|vänta)\b|\?", plain)
    return {"send": True} if is_yes and not says_more and len(plain.split()) <= _BRIEF else None


def _police_again(plain: str, facts: Facts, answers: Answers) -> Change | None:
    if re.search(r"\b(ingen|inte|ej)\b", plain):
        return {"police": PoliceWish.NO}
    return _police(plain, facts, answers) or {"police": PoliceWish.EMPLOYER}


_RESTATED = (
    (r"\bpolis|\banmäl", _police_again),
    (r"\bskyddsombud|\bfacket|\bföretagshäls|\bkrisstöd|\bstöd\b", _support),
    (r"\bsyfte|\bpåverka", _purpose),
    ("|".join(_TYPE_WORDS.values()), _types),
)
"""Words that name what is answered anew, and how the rest is read."""

_READERS: dict[Question, Reader] = {
    Question.SEPARATE: _yes_no("separate"),
    Question.TYPES: _types,
    Question.EXPOSED: _exposed,
    Question.WHICH_MANAGER: _named("which_manager", _MANAGER_WORDS),
    Question.SERIES: _series,
    Question.POLICE_REASON: _named("police_reason", _REASON_WORDS),
    Question.KEEP: _yes_no("keep"),
    Question.COUNT: _yes_no("count"),
    Question.PERPETRATOR: _fact(Question.PERPETRATOR),
    Question.RECIPIENT: _recipient,
    Question.OCCURRED: _occurred,
    Question.CHANNEL: _fact(Question.CHANNEL),
    Question.AREA: _fact(Question.AREA),
    Question.PURPOSE: _purpose,
    Question.POLICE: _police,
    Question.SUPPORT: _support,
    Question.CHANGE: _change,
    Question.SEND: _send,
}
