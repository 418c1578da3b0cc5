"""What Lotsen answers to questions about routines, outside any conversation."""

from pathlib import Path
from typing import Any, Self

from actions.routine_texts import documents, nearest
from bot import settings
from casework.routines import ROUTINES, Routine, Routines, load_routines
from nlu.finder import Finder, Found

_MOST_HITS = 5  # what one looks through on a phone (our choice)
_MAY_BE = 0.3  # chance of an answer from which a list is worth looking through (our choice)
_NEAREST = 3  # topics that are named besides the best


class Answerer:
    """Answers one question at a time, from texts alone: no database, nothing counted.

    Args:
        routines: the texts.
        finder: finds among them.
    """

    def __init__(self, routines: Routines, finder: Finder) -> None:
        self.routines = routines
        self.finder = finder

    @classmethod
    def load(cls, data: Path) -> Self:
        """With our texts, and the municipality's own in a data folder.

        Raises:
            ContentError: a text is malformed.
            ModelMissingError: nothing is trained.
        """
        routines = load_routines(settings.CONTENT, data / ROUTINES)
        return cls(routines, Finder.load(settings.FINDER_MODEL, documents(routines)))

    def answer(self, question: str, first: str = "") -> dict[str, Any]:
        """An answer in the fields of `lotsen ask` (docs/interfaces.md), without the id.

        Args:
            question: any text.
            first: what must be said before everything else, such as 112.
        """
        found = self.finder.find(question)
        texts = nearest(self.routines, found)
        best = texts[0]
        scores = {ranked.name: ranked.score for ranked in found.ranked}
        answered = found.is_answered
        return {
            "answerable": answered,
            "topic": best.topic,
            "score": round(found.chance, 4),
            "text": best.name,
            "section": _section(best, found) if answered else None,
            "answer": "\n\n".join(filter(None, [first, _words(best, found) if answered else ""])),
            "sources": [self.routines.sources[s] for s in best.about.sources] if answered else [],
            "alternatives": [
                {
                    "topic": t.topic,
                    "text": t.name,
                    "title": t.title,
                    "score": round(scores[t.name], 4),
                }
                for t in texts[1 : 1 + _NEAREST]
            ],
        }

    def search(self, question: str) -> list[str]:
        """Names of the texts that come near, best first; none if there is hardly an answer.

        Who searches looks through a list, so that more is shown than a chat would answer with.
        """
        found = self.finder.find(question)
        near = found.ranked[:_MOST_HITS] if found.chance >= _MAY_BE else ()
        return [ranked.name for ranked in near]


def _section(text: Routine, found: Found) -> str | None:
    return None if found.part is None else text.sections[found.part].anchor


def _words(text: Routine, found: Found) -> str:
    """The answer, and the section that was asked for."""
    if found.part is None:
        return text.answer
    section = text.sections[found.part]
    return f"{text.answer}\n\n{section.heading}\n{section.text}"
