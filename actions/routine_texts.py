"""The routine texts as the finder sees them."""

from casework.routines import Routine, Routines
from nlu.finder import Document


def documents(routines: Routines) -> list[Document]:
    """What the finder is to find among: every text that is in force.

    A municipality's own text that takes the place of one of ours is found where ours was.
    """
    ours = {new: old for old, new in routines.replaced.items()}
    return [
        _document(text, ours.get(text.name, None if text.is_new else text.name))
        for text in routines.texts
    ]


def _document(text: Routine, stands_for: str | None) -> Document:
    return Document(
        text.name,
        stands_for,
        (text.title, *text.about.questions),
        (text.answer, *(f"{section.heading}. {section.text}" for section in text.sections)),
    )
