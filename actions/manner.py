"""Hears what is no answer and no errand: another language, an outburst at Lotsen, stray keys.

None of it was taught to the engine, so it is told apart here, by the words alone.
"""

import re
from enum import StrEnum

from nlu.reading import Note

STORY_WORDS = 8
"""A text of as many words can be a story, whatever it was taken for; our choice."""


class Manner(StrEnum):
    """How something was said."""

    FOREIGN = "foreign"  # in another language
    INSULT = "insult"  # somebody is fed up with Lotsen
    GIBBERISH = "gibberish"  # keys, marks or pictures without words


_LETTERS = re.compile(r"[^\W\d_]+")
_WORDS_WITH_APOSTROPHES = re.compile(r"[\w']+")
_VOWEL = re.compile(r"[aeiouyåäöéüáíóúæø]")
_KEYS = ("qwertyuiopå", "asdfghjklöä", "zxcvbnm")
_KEY_ROWS = (*_KEYS, *(keys[::-1] for keys in _KEYS))
_SHORTEST_STRAY, _KEY_RUN = 3, 4  # letters; neighbouring keys that make no word (our choice)

_ENGLISH = frozenset(
    [
        "the",
        "and",
        "you",
        "he",
        "she",
        "is",
        "are",
        "was",
        "were",
        "my",
        "they",
        "his",
        "her",
        "this",
        "that",
        "with",
        "of",
        "to",
        "please",
        "hello",
        "want",
        "what",
        "how",
        "who",
        "where",
        "not",
        "can",
        "do",
        "does",
        "did",
        "don",
        "has",
        "have",
        "had",
        "it",
        "it's",
        "i'm",
        "don't",
        "doesn't",
        "we",
        "from",
        "speak",
        "understand",
        "english",
        "help",
        "me",
        "need",
        "going",
        "about",
        "yesterday",
        "thank",
        "thanks",
    ]
)
_SWEDISH = frozenset(
    [
        "och",
        "att",
        "jag",
        "inte",
        "är",
        "på",
        "som",
        "hon",
        "det",
        "å",
        "va",
        "mig",
        "mej",
        "dom",
        "nån",
        "nåt",
        "ska",
        "var",
        "sa",
        "om",
        "av",
        "för",
    ]
)
_ENOUGH_ENGLISH, _MUCH_ENGLISH = 2, 0.4  # words, and share of all words (our choice)

_ABOUT_TALKING = re.compile(
    r"\?\s*$|\b(speak|english|englisch|inglés|understand|swedish|translat\w*|hello|hi|"
    r"(help me|what can you)\b(?!.*\b(he|she|they)\b))\b"
)

_QUOTES = re.compile(r"[\"”“»«:]")
_TELLS_OF_SOMEBODY = re.compile(
    r"\b(han|hon|hen|de|dom|nån|någon|klient\w*|brukar\w*|chef\w*|sa|sade|säger|skrek|skriker|"
    r"skrev|skriver|kalla(r|de|t)|ringde|mig|mej|oss)\b"
)
_RUDE = (
    r"(\w*idiot\w*|jävla|jävel|jävlar|dum\w*|korkad\w*|värdelös\w*|usel\w*|hopplös\w*|puckad\w*|"
    r"trög\w*|skit\w*|kass\w*|suger|fan|helvete|fuck\w*|stupid|useless|sopa|efterbliv\w*)"
)
_MACHINE = (
    r"\b\w*(robot|bot|botten|boten|chatbot|maskin|dator|datorprogram|program|lotsen)(en|et)?\b"
)
_AT_THE_MACHINE = re.compile(rf"(?=.*{_MACHINE}).*\b{_RUDE}\b.*|\w*skit(robot|bot)\w*")
_NOT_LISTENING = re.compile(
    r"(men )?((fattar|förstår|begriper|lyssnar|hör|kan) du (ju )?(verkligen |fan )?"
    r"(ingenting|inget|inte|noll|nånting|något|aldrig)|"
    r"du (fattar|förstår|begriper|lyssnar|hör|kan) (ju )?(verkligen |fan )?"
    r"(ingenting|inget|inte|noll|aldrig)|(vad|va) (fan )?fattar du inte)( alls| ett dugg| då)*"
)
_AT_YOU = re.compile(
    rf"(men )?(du (är|e) (ju |en |helt |så |fan |bara |verkligen )*{_RUDE}( {_RUDE})*|"
    rf"(din|ditt) ({_RUDE} ?)+\w*|du suger.*|(är|e) du {_RUDE}.*|fan ta dig|fuck you|"
    r"dra åt helvete|håll käften|vilken (skit|sopa))"
)


def manner_of(text: str, note: Note | None, *, has_influence: bool) -> Manner | None:
    """How a text was said, if that calls for another reply than its words.

    Args:
        text: as typed.
        note: what the reader noted of it.
        has_influence: whether the reader finds some influence in it.

    Returns:
        None for whatever may be an answer, an errand or a story; rather that than too much.
    """
    words = _LETTERS.findall(text.casefold())
    if _is_gibberish(text, words, note):
        return Manner.GIBBERISH
    if is_insult(text, has_influence=has_influence):
        return Manner.INSULT
    return Manner.FOREIGN if _is_foreign(text, words, note) else None


def is_long(text: str) -> bool:
    """Whether a text has words enough for a story."""
    return len(text.split()) >= STORY_WORDS


def is_english(text: str) -> bool:
    """Whether a text is plainly English, by its small words."""
    words = _WORDS_WITH_APOSTROPHES.findall(text.casefold().replace("\u2019", "'"))
    english = sum(word in _ENGLISH for word in words)
    is_much = english >= max(_ENOUGH_ENGLISH, _MUCH_ENGLISH * len(words))
    return is_much and not any(word in _SWEDISH for word in words)


def is_foreign_story(text: str) -> bool:
    """Whether a text in another language is kept as a story; it cannot be read, only counted."""
    return is_long(text) and not text.rstrip().endswith("?")


def is_about_talking(text: str) -> bool:
    """Whether a text in another language asks how to talk here, rather than tells of something."""
    return not is_foreign_story(text) and bool(_ABOUT_TALKING.search(text.casefold()))


def is_insult(text: str, *, has_influence: bool = False, telling: bool = False) -> bool:
    """Whether a short outburst is meant for Lotsen; what somebody else said never is.

    Args:
        text: as typed.
        has_influence: whether the reader finds some influence in it.
        telling: whether the person was asked to tell, so that ”du” may be a quote.
    """
    plain = " ".join(text.casefold().strip(" .,!?").split())
    if is_long(plain) or _QUOTES.search(plain):
        return False
    if _TELLS_OF_SOMEBODY.search(plain):
        return False
    if _AT_THE_MACHINE.fullmatch(plain) or _NOT_LISTENING.fullmatch(plain):
        return True
    return not (telling or has_influence) and bool(_AT_YOU.fullmatch(plain))


def _is_gibberish(text: str, words: list[str], note: Note | None) -> bool:
    if note is Note.NO_WORDS:
        return not re.search(r"\d", text) and text.strip(" ?") != ""
    if note is Note.UNREADABLE and len(words) < STORY_WORDS:
        return True
    return bool(words) and not re.search(r"\d", text) and all(map(_is_stray, words))


def _is_stray(word: str) -> bool:
    """Whether a word is keys that were only pressed: no vowel, one letter, or a row of keys."""
    if len(word) < _SHORTEST_STRAY:
        return False
    length = min(len(word), _KEY_RUN)
    runs = [word[i : i + length] for i in range(len(word) - length + 1)]
    if all(any(run in row for row in _KEY_ROWS) for run in runs):
        return True
    return len(word) >= _KEY_RUN and (len(set(word)) == 1 or not _VOWEL.search(word))


def _is_foreign(text: str, words: list[str], note: Note | None) -> bool:
    is_swedish = any(word in _SWEDISH for word in words)
    return is_english(text) or (note is Note.NOT_SWEDISH and not is_swedish)
