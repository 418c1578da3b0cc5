"""Danger in any language that Lotsen knows signs of, and the words that are said first."""

from typing import Protocol

from actions.manner import is_english
from bot import texts
from casework.content import DangerTexts
from nlu.danger import Danger


class FindDanger(Protocol):
    """Looks for danger in a text; a short answer to a question needs more to alarm."""

    def __call__(self, text: str, *, answering: bool = False) -> Danger | None:
        """What danger there is, if any."""


_GRAVEST_FIRST = (Danger.DISTRESS, Danger.SUICIDE, Danger.PERSON)


class DangerWatch:
    """Looks for danger, and knows what to say of it; English words come below the Swedish.

    Args:
        said: what is said, and the English signs.
        in_swedish: finds danger in Swedish.
    """

    def __init__(self, said: DangerTexts, in_swedish: FindDanger) -> None:
        self._said = said
        self._in_swedish = in_swedish

    def find(self, text: str, *, answering: bool = False) -> Danger | None:
        """Whose life may be in danger now, if anybody's is; the gravest of both languages.

        What finds danger in Swedish may only guess in English: there, words that say that it
        is past weigh more, except where it is the writer's own life.
        """
        found = {self._in_swedish(text, answering=answering), self._in_english(text)}
        if (
            self._in_english(text) is None
            and is_english(text)
            and self._said.english.is_calm(text)
        ):
            found &= {Danger.DISTRESS}
        return next((kind for kind in _GRAVEST_FIRST if kind in found), None)

    def _in_english(self, text: str) -> Danger | None:
        found = self._said.english.find(text)
        return Danger(found) if found else None

    def is_english(self, *written: str) -> bool:
        """Whether any of what was written is English, so that both languages are needed."""
        return any(is_english(text) or self._in_english(text) for text in written)

    def first(self, kind: Danger, *, english: bool) -> str:
        """What is said first; 112 is the first line, in both languages."""
        swedish = str(getattr(self._said, kind))
        if not english:
            return swedish
        call, _, rest = swedish.partition("\n\n")
        call_too, _, rest_too = self._said.english.said[kind.value].partition("\n\n")
        return f"{call}\n{call_too}\n\n{rest}\n\n{rest_too}"

    def still(self, *, english: bool) -> str:
        """What is said while it goes on."""
        return _below(texts.STILL_DANGER, self._said.english.still, english=english)

    def safe_title(self, kind: Danger, *, english: bool) -> str:
        """The words on the button that ends the waiting."""
        title = self._said.safe[kind.value]
        return f"{title} / {self._said.english.safe[kind.value]}" if english else title

    def now_safe(self, kind: Danger, *, english: bool) -> str:
        """What is said when somebody is safe, before what was held back is taken up."""
        return _below(texts.NOW_SAFE[kind], self._said.english.now_safe, english=english)

    def after_distress(self, occupational_health: str, *, english: bool) -> str:
        """What is said instead of going on, when the person's own life was in danger."""
        swedish = self._said.after_distress.format(occupational_health=occupational_health)
        return _below(swedish, self._said.english.after_distress, english=english)


def _below(swedish: str, english_words: str, *, english: bool) -> str:
    return f"{swedish}\n\n{english_words}" if english else swedish
