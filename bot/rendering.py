"""Turns the templates under `bot/pages` into HTML; everything that is filled in is escaped."""

from datetime import date, datetime
from pathlib import Path

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from actions.wording import listed, moment
from casework.clock import SWEDEN
from casework.content import Content
from casework.overview import Entry

PAGES = Path(__file__).parent / "pages"
_LOCALE = "sv"


class Templates:
    """The pages of a folder, with the words of the content.

    Args:
        folder: under `bot/pages`.
        content: its words for ids are `words` in the templates.
    """

    def __init__(self, folder: str, content: Content) -> None:
        self._words = content.taxonomy.answers
        self._environment = Environment(
            loader=FileSystemLoader([PAGES / folder, PAGES / "common"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.globals["words"] = self._words
        self._environment.filters |= {
            "date": _date,
            "did": self._did,
            "left": left,
            "listed": listed,
            "moment": moment,
            "short": _short,
        }

    def html(self, template: str, **filled_in: object) -> str:
        """A whole page."""
        return self._environment.get_template(template).render(**filled_in)

    def _did(self, entry: Entry) -> str:
        """A line of the log after the name of whoever did it."""
        about = self._words["authority"].get(entry.about, entry.about)
        return self._words["log"][entry.event].format(about=about)


def left(due: datetime, now: datetime) -> str:
    """How long there is until a deadline: '2 dagar kvar', 'i dag kl. 14.30', '3 dagar sen'."""
    days = (due.astimezone(SWEDEN).date() - now.astimezone(SWEDEN).date()).days
    if days == 0:
        clock = moment(due).rsplit(" kl. ", 1)[1]
        return f"sen sedan kl. {clock}" if due < now else f"i dag kl. {clock}"
    number = "1 dag" if abs(days) == 1 else f"{abs(days)} dagar"
    return f"{number} kvar" if days > 0 else f"{number} sen"


def _date(day: date) -> str:
    return format_date(day, "EEEE d MMMM", locale=_LOCALE)


def _short(at: datetime) -> str:
    return format_date(at.astimezone(SWEDEN), "d MMMM", locale=_LOCALE)
