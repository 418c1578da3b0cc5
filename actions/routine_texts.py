"""Between the routine texts and the finder: what it is to find among, and what it found."""

from casework.routines import Routine, Routines
from nlu.finder import Document, Found


def documents(routines: Routines) -> list[Document]:
    """What the finder is to find among: every text that is in force.

    A municipality's own text that takes the place of one of ours is found where ours was.
    """
    ours = {new: old for old, new in routines.replaced.items()}
    return [_document(text, ours.get(text.name, text.name)) for text in routines.texts]


def nearest(routines: Routines, found: Found) -> list[Routine]:
    """The texts that come nearest to a question, best first, one of each topic."""
    texts: dict[str, Routine] = {}
    for ranked in found.ranked:
        text = routines.by_name[ranked.name]
        texts.setdefault(text.topic, text)
    return list(texts.values())


def _document(text: Routine, stands_for: str) -> Document:
    return Document(
        text.name,
        stands_for,
        (text.title, *text.about.questions),
        (text.answer, *(f"{section.heading}. {section.text}" for section in text.sections)),
    )
