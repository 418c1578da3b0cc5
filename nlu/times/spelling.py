"""Spells words about time as the dictionary does, so that the grammar knows one spelling.

Texts are folded to lower case and misspelt or dialectal words are put right before the grammar
reads them; places in the told text are kept, so that the answer quotes what was typed.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

# Letters that fold to one Swedish letter; `str.lower` alone would change the length or leave them.
_ODD_LETTERS = str.maketrans({"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"})
_WORD = re.compile(r"[^\W\d_]+(?:['`\u00b4][^\W\d_]+)?")
_WEEKDAYS = "måndag tisdag onsdag torsdag fredag lördag söndag"
_MONTHS = "januari februari april augusti september oktober november december"
_PARTS = "förmiddag eftermiddag"
_WHOLE = "morgonen minuter månaden månader klockan midnatt midsommar"
_LOOKALIKES = {"m": "n", "n": "m", "e": "ä", "ä": "e", "o": "å", "å": "o", "d": "t", "ö": "o"}

# How dialects and hurried hands write what is too short, or too far off, to be guessed.
_SPOKEN = {
    "och": "å o",
    "vid": "ve",
    "till": "te",
    "för": "fö",
    "mellan": "mella millan",
    "tisdag": "tesda tesdag",
    "tisdags": "tesdas tesdags",
    "söndag": "sönnda sönndag",
    "söndags": "sönndas söndes",
    "igår": "ijår igåor igårr igor",
    "idag": "idá idagg",
    "i eftermiddags": "ittemiddas ittermiddas",
    "förmiddag": "förmedda fôrmedda fömedda förrmidda",
    "eftermiddag": "eftermedda ättermedda ettermedda ättermidda ettermidda ittermidda",
    "eftermiddagen": "eftan eftermiddan ettermiddan ättermiddan eftermeddan",
    "förmiddagen": "föremiddagen förmeddan förrmiddan",
    "kväll": "kväl kvell kvel qväll",
    "kvällen": "kvälln kväln kvellen kvelln kvälla",
    "morgon": "morron mårron mörron mörrn morrn mörn morrgon mårgon",
    "morgonen": "morronen mörronen",
    "morse": "mörse mårse morrse",
    "helgen": "helga helja hälgen hälja helgn heljen",
    "hela": "hele heila heler",
    "veckan": "vekan vickan veckn veckann",
    "vecka": "veka vicka wecka",
    "veckor": "vecker vekor veker vicker veckr",
    "dagar": "da'r da'ar dager",
    "timmar": "timar timmer timer",
    "minuter": "minutter minuder",
    "sen": "sän",
    "sedan": "sedn sedann",
    "två": "tu",
    "nio": "nie nije",
    "tio": "ti tie tije",
    "tjugo": "tjuge tjuo",
    "klockan": "klocka klckan klokan klockn klocken",
    "natten": "natta naten nattn",
}


def _misspellings(word: str) -> Iterator[str]:
    """Give what a hurried hand makes of a long word, whose first letter it gets right."""
    for at in range(1, len(word)):
        head, letter, rest = word[:at], word[at], word[at + 1 :]
        yield head + rest
        yield head + 2 * letter + rest
        yield head + _LOOKALIKES.get(letter, letter) + rest
        if rest:
            yield head + rest[0] + letter + rest[1:]


def _list_corrections() -> dict[str, str]:
    """List every misspelling with the word that is meant."""
    daylike = [
        day + end for day in (_WEEKDAYS + " " + _PARTS).split() for end in ("", "s", "en", "ens")
    ]
    right = [*daylike, *_MONTHS.split(), *_WHOLE.split()]
    guessed = {wrong: word for word in reversed(right) for wrong in _misspellings(word)}
    guessed |= {f"{day[:-1]}x": f"{day}s" for day in _WEEKDAYS.split()}
    told = {wrong: word for word, many in _SPOKEN.items() for wrong in many.split()}
    return {wrong: word for wrong, word in (guessed | told).items() if wrong not in right}


_CORRECTIONS = _list_corrections()


class _Fix(NamedTuple):
    """A corrected word: where it ends and how long it is, here and in what was typed."""

    end: int
    source_end: int
    length: int
    source_length: int


@dataclass(frozen=True)
class Told:
    """A text made ready for the grammar.

    Attributes:
        text: Lower case, with words about time put right.
        source: What was typed.
        fixes: The corrected words, in order.
    """

    text: str
    source: str
    fixes: tuple[_Fix, ...]

    def quote(self, start: int, end: int) -> str:
        """Give what was typed where `text[start:end]` stands; corrected words are quoted whole."""
        return self.source[self._origin(start, at_end=False) : self._origin(end, at_end=True)]

    def _origin(self, place: int, *, at_end: bool) -> int:
        """Find a place in the source; inside a corrected word the end of it that is asked for."""
        index = bisect_right(self.fixes, place, key=lambda fix: fix.end)
        if index < len(self.fixes):
            fix = self.fixes[index]
            if fix.end - fix.length < place:
                return fix.source_end - (0 if at_end else fix.source_length)
        before = self.fixes[index - 1] if index else _Fix(0, 0, 0, 0)
        return before.source_end + place - before.end


def put_right(text: str) -> Told:
    """Fold the case and put misspelt words about time right; a shouted "NU" is "just nu"."""
    folded, loud = text.translate(_ODD_LETTERS).lower(), text.isupper()
    pieces: list[str] = []
    fixes: list[_Fix] = []
    at = length = 0
    for match in _WORD.finditer(folded):
        word = match[0]
        shouted = word == "nu" and not loud and text[match.start() : match.end()] == "NU"
        right = "just nu" if shouted else _CORRECTIONS.get(word)
        if right:
            pieces += (folded[at : match.start()], right)
            length += match.start() - at + len(right)
            at = match.end()
            fixes.append(_Fix(length, at, len(right), len(word)))
    return Told("".join((*pieces, folded[at:])), text, tuple(fixes))
