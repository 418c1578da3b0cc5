"""Draws the papers of a report: words and facts become one `Sheet`, drawn as PDF or as text."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from unicodedata import name

import typst

from actions.wording import Wording, day, moment, when
from casework.content import Content
from casework.papers import PoliceFacts, ReceiptFacts
from casework.vocabulary import Area, Status

_TEMPLATE = Path(__file__).with_suffix(".typ")

_LONGEST_WORD = 40
"""Characters in a row after which a line may be broken; more does not fit beside a label."""

_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD}}}")
_EMPHASIS = re.compile(r"\*([^*]+)\*")
_LATIN = r" -~\u00a0-\u00ac\u00ae-\u024f\u2010-\u2027\u2030-\u205e\u20ac\u2122"
_GREEK_AND_CYRILLIC = r"\u0370-\u03e1\u03f0-\u052f"
_HEBREW_AND_ARABIC = (
    r"\u05d0-\u05ea\u060c\u061b\u061f\u0621-\u064a\u0660-\u0669"
    r"\u067e\u0686\u0698\u06a9\u06af\u06cc\u06f0-\u06f9"
)
_EMOJI = r"\u200d\u20e3\u2190-\u21ff\u2600-\u27bf\ufe0f\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff"
_PLAIN = re.compile(rf"[\n\t{_LATIN}]")
"""What the text's own font draws, whatever stands beside it."""

_DRAWN = re.compile(rf"[\n\t{_LATIN}{_GREEK_AND_CYRILLIC}{_HEBREW_AND_ARABIC}{_EMOJI}]")
"""What the fonts draw, but for a few signs; in other scripts the typesetter may even crash."""

_SPACE_IN_NUMBER = re.compile(r"(?<=\d) (?=\d)")
_STAY_TOGETHER = "\u00a0"  # a space where no line may end
_BREAK_HERE = "\u200b"  # an invisible place where a line may end
_BLANK = "_" * 40


@dataclass(frozen=True)
class Section:
    """A part of a paper; what it has is drawn in this order.

    In `lead`, `lines` and `close`, which come from the content, `*word*` is emphasis.

    Attributes:
        facts: labels and what stands beside them, as it is.
        quote: what somebody typed, as it is.
        lines: a list.
        blanks: labels with a line to write on.
    """

    heading: str
    lead: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    quote: str = ""
    lines: tuple[str, ...] = ()
    close: str = ""
    blanks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A whole paper, before it is drawn."""

    title: str
    lead: tuple[str, ...]
    sections: tuple[Section, ...]
    footer: str


def police_sheet(content: Content, facts: PoliceFacts) -> Sheet:
    """The support for the call to the police."""
    papers, taxonomy = content.policy.papers, content.taxonomy
    words = papers.police
    workplace = _SPACE_IN_NUMBER.sub(_STAY_TOGETHER, facts.workplace) or words.no_workplace
    not_known = taxonomy.answers["common"]["vet_ej"]
    area = "" if facts.area is Area.UNKNOWN else taxonomy.areas[facts.area]
    told = (
        (words.service_label, words.service.format(unit=facts.unit)),
        (words.area_label, area),
        (words.when_label, when(facts.occurred, year=True) or not_known),
        (words.sent_label, moment(facts.sent, year=True)),
        (words.channel_label, taxonomy.channels[facts.channel]),
        (words.perpetrator_label, taxonomy.perpetrators[facts.perpetrator]),
        (words.wish_label, words.wishes[facts.wish]),
    )
    return Sheet(
        title=words.title,
        lead=tuple(words.lead),
        sections=(
            Section(words.tell, facts=tuple(fact for fact in told if fact[1])),
            Section(words.story, quote=facts.description, lines=tuple(words.about_story)),
            Section(
                words.evidence_heading,
                lines=(*words.evidence[facts.channel], words.attachments),
            ),
            Section(
                words.address_heading,
                lines=tuple(line.format(workplace=workplace) for line in words.address),
            ),
            Section(words.fill_in_heading, blanks=tuple(words.fill_in)),
        ),
        footer=papers.footer.format(reference=facts.reference),
    )


def receipt_sheet(content: Content, facts: ReceiptFacts) -> Sheet:
    """The receipt of a report; what was sent stands as in the chat."""
    papers, taxonomy, shown = content.policy.papers, content.taxonomy, facts.shown
    words = papers.receipt
    about = (
        (words.reference_label, shown.reference),
        (words.sent_label, moment(facts.sent, year=True)),
        (words.responsible_label, facts.responsible),
        (words.status_label, taxonomy.answers["status"][shown.status]),
    )
    return Sheet(
        title=words.title,
        lead=(),
        sections=(
            Section("", facts=about),
            Section(words.sent_heading, facts=tuple(Wording(taxonomy).rows(shown))),
            *_what_happens(content, facts),
            Section(
                words.change_heading,
                lines=tuple(line.format(responsible=facts.responsible) for line in words.change),
            ),
        ),
        footer=papers.footer.format(reference=shown.reference),
    )


def _what_happens(content: Content, facts: ReceiptFacts) -> Iterator[Section]:
    """What whoever has the report does now and by when; nothing if the matter is over."""
    words = content.policy.papers.receipt
    labels = {step.name: step.label for step in content.policy.steps}
    steps = [
        words.step.format(step=labels.get(step.name, step.name), day=day(step.due))
        for step in facts.steps
    ]
    if steps:
        lead = words.next_lead.format(responsible=facts.responsible)
        close = words.stays if facts.shown.status is Status.SUBMITTED else ""
        yield Section(words.next_heading, lead=lead, lines=tuple(steps), close=close)


def as_text(sheet: Sheet) -> str:
    """The paper as plain text, whole and as it was typed."""
    parts = [sheet.title.upper(), "\n".join(_plain(line) for line in sheet.lead)]
    parts += ["\n".join(_text_lines(section)) for section in sheet.sections]
    return "\n\n".join(part for part in (*parts, sheet.footer) if part) + "\n"


def as_pdf(sheet: Sheet) -> bytes:
    """The paper as a tagged PDF (PDF/UA-1), A4, on as many pages as it takes.

    A character that cannot be drawn is written as its name, such as `[WHITE STAR]`: nothing is
    left out, and the paper can still be read aloud. If one of them was not foreseen, that goes
    for everything beyond Latin.
    """
    try:
        return _drawn(sheet, _DRAWN)
    except typst.TypstError:
        return _drawn(sheet, _PLAIN)


def _drawn(sheet: Sheet, kept: re.Pattern[str]) -> bytes:
    def ready(value: Any) -> Any:
        if isinstance(value, str):
            return _in_short_words(_spelled(value, kept))
        return [ready(part) for part in value] if isinstance(value, tuple) else value

    def as_json(fields: list[tuple[str, Any]]) -> dict[str, Any]:
        return {field: ready(value) for field, value in fields}

    pdf = typst.compile(
        _TEMPLATE.read_bytes(),
        font_paths=_fonts(),
        sys_inputs={"sheet": json.dumps(asdict(sheet, dict_factory=as_json))},
        pdf_standards="ua-1",
    )
    if not isinstance(pdf, bytes):
        raise TypeError("a PDF is one sequence of bytes")
    return pdf


def _spelled(text: str, kept: re.Pattern[str]) -> str:
    return "".join(c if kept.fullmatch(c) else f"[{name(c, f'U+{ord(c):04X}')}]" for c in text)


def _in_short_words(text: str) -> str:
    return _LONG_WORD.sub(rf"\g<0>{_BREAK_HERE}", text)


@cache
def _fonts() -> typst.Fonts:
    """No fonts of the machine: they differ, and so would the papers."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(_font_folder())],
    )


def _font_folder() -> Path:
    return Path(str(files("manimgx_fonts")))


def _text_lines(section: Section) -> Iterator[str]:
    if section.heading:
        yield section.heading.upper()
    if section.lead:
        yield _plain(section.lead)
    yield from (f"{label}: {value}" for label, value in section.facts)
    if section.quote:
        yield f"”{section.quote}”"
    yield from (f"• {_plain(line)}" for line in section.lines)
    if section.close:
        yield _plain(section.close)
    yield from (f"{label}: {_BLANK}" for label in section.blanks)


def _plain(words: str) -> str:
    """Words without the marks of emphasis."""
    return _EMPHASIS.sub(r"\1", words)
