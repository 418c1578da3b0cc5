"""Plays whole conversations and writes them down, to be read aloud (`docs/transcripts/`).

Each has a Lotsen of its own, whose clock stands still, so that a re-run writes the same files.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import yaml
from pydantic import TypeAdapter

sys.path.insert(0, str(Path(__file__).parent.parent))

from bot.app import run
from bot.engine_process import free_port
from bot.settings import CONTENT, Settings
from casework.clock import SWEDEN
from casework.organisation_file import DEMO_FILE, read_organisation
from tests.chat_client import Message, Turn
from tests.scripted_person import Exchange, Played, Script, play

FOLDER = Path(__file__).parent.parent / "docs" / "transcripts"
MOMENT = datetime(2026, 11, 19, 9, 10, tzinfo=SWEDEN)
"""When every conversation takes place: a Thursday."""


class Transcript(Script):
    """A script, and the file it is written to."""

    file: str
    title: str
    about: str


async def main() -> int:
    """Play and write; the exit status is 1 if a report did not reach its end."""
    scripts = TypeAdapter(list[Transcript]).validate_python(
        yaml.safe_load((FOLDER / "scripts.yml").read_text(encoding="utf-8"))
    )
    unended = []
    for script in scripts:
        played = await _played(script)
        text = "\n".join(_lines(script, played)).rstrip() + "\n"
        (FOLDER / f"{script.file}.md").write_text(text, encoding="utf-8")
        if not played.ended:
            unended.append(script.file)
    for name in unended:
        sys.stderr.write(f"{name}: the report did not reach its end\n")
    return 1 if unended else 0


async def _played(script: Transcript) -> Played:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        wanted = Settings(Path(folder), port=free_port(), demo=True)
        async with run(wanted, lambda _: None, lambda: MOMENT) as lotsen:
            return await play(script, lotsen.url)


# --- writing


def _lines(script: Transcript, played: Played) -> Iterator[str]:
    yield f"# {script.title}"
    yield ""
    yield f"{script.about} It is Thursday 19 November 2026, ten past nine."
    yield ""
    names = {p.id: p.name.split()[0] for p in read_organisation(CONTENT / DEMO_FILE).people}
    before = script.person
    for exchange in played.exchanges:
        if exchange.person != before:
            yield from ("---", "")
            before = exchange.person
        yield from _did(exchange, names[exchange.person])
        yield from _heard(exchange.heard, f"Lotsen, till {names[exchange.person]}")


def _did(exchange: Exchange, name: str) -> Iterator[str]:
    if exchange.said:
        yield from (f"**{name}:** {exchange.said}", "")
    if exchange.tapped:
        yield from (f"**{name}** väljer {_buttons(exchange.tapped)}", "")


def _heard(turn: Turn, speaker: str) -> Iterator[str]:
    messages = [*turn.messages, *map(Message, turn.errors)]
    for number, message in enumerate(messages):
        yield from (f"**{speaker}:**", "") if number == 0 else ()
        yield from _quoted(message.text)
        if message.titles:
            yield ">"
            yield f"> {_buttons(message.titles)}"
        yield ""


def _quoted(text: str) -> Iterator[str]:
    """A text as Markdown: its list items as a list, and other lines as they stand."""
    before = ""
    for line in text.splitlines():
        is_item = line.startswith("• ")
        if is_item and before and not before.startswith("• "):
            yield ">"
        yield f"> - {line[2:]}" if is_item else f"> {line}".rstrip()
        before = before if line.startswith("  ") else line  # an indented line goes on an item


def _buttons(titles: list[str] | tuple[str, ...]) -> str:
    return " ".join(f"`[{title}]`" for title in titles)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
