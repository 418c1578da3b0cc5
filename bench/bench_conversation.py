"""How long a report takes: made-up people tell Lotsen what happened, until the receipt is there.

People take their time by rule (`READING`, `TYPING`, `TAPPING` below); what Lotsen needs for its
replies is measured and added. Beside it stands a paper form for the same record, read and filled
in at the same speeds.

    .venv/bin/python bench/bench_conversation.py [--show]
"""

import argparse
import asyncio
import math
import os
import platform
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import yaml
from pydantic import TypeAdapter

sys.path.insert(0, str(Path(__file__).parent.parent))

from bot.settings import CONTENT
from casework.content import load_content
from casework.report import Question
from tests.chat_client import Chat, Message, Turn
from tests.lotsen_process import LotsenProcess
from tests.scripted_person import Exchange, Played, Script, play

SCRIPTS = Path(__file__).parent / "conversations.yml"

READING = 2.0
"""Seconds to read a line, or the label of a field."""
LINE = 60
"""Characters of a line; a list item begins one of its own."""
TYPING = 60 / 40
"""Seconds a word: forty words a minute, on a phone or by somebody shaken (our choice)."""
TAPPING = 1.0
"""Seconds to tap a button; several choices end with one more tap."""
TICKING = 2.0
"""Seconds to find and tick a box on paper."""
TARGET_SECONDS = 180


class Told(StrEnum):
    """How somebody tells their story."""

    AT_ONCE = "at_once"
    IN_PIECES = "in_pieces"
    HARDLY = "hardly"


MOST_ANSWERS = {Told.AT_ONCE: 4, Told.IN_PIECES: 8}
"""The targets: answers after the story, the median of the group."""


class ToldScript(Script):
    """A script, and how its story is told."""

    told: Told


@dataclass(frozen=True)
class Field:
    """A field of the paper form: its label, why it is there, and how it is filled in."""

    label: str
    why: str
    words: int | None = None
    """How many words are written; None for a tick."""
    options: tuple[str, ...] = ()
    """What is ticked among; read like the buttons of the chat."""


_TAXONOMY = load_content(CONTENT).taxonomy
_YES_NO = ("Ja", "Nej", "Vet ej")


def _answers_to(question: Question) -> tuple[str, ...]:
    return tuple(_TAXONOMY.answers[question].values())


PAPER_FORM = (
    Field("Rapportörens namn", "Lotsen knows who is logged in", words=2),
    Field("Telefon till rapportören", "the manager is to call", words=1),
    Field("Enhet", "record: unit", words=2),
    Field("Närmaste chef", "record: who is responsible for it", words=2),
    Field("Datum för rapporten", "record: created", words=1),
    Field("Datum för händelsen", "record: occurred.start", words=1),
    Field("Klockslag", "record: occurred.start and end", words=1),
    Field("Område", "record: area", options=tuple(_TAXONOMY.areas.values())),
    Field("Vem blev utsatt", "record: exposed", options=_answers_to(Question.EXPOSED)),
    Field(
        "Typ av händelse",
        "record: types",
        options=tuple(t.label for t in _TAXONOMY.types.values()),
    ),
    Field("Hur allvarligt", "record: serious and small", options=("Liten", "Allvarlig")),
    Field("Vem påverkade", "record: perpetrator", options=tuple(_TAXONOMY.perpetrators.values())),
    Field(
        "Spontant eller planerat", "record: pattern", options=("Spontant", "Planerat", "Vet ej")
    ),
    Field("På vilket sätt", "record: channel", options=tuple(_TAXONOMY.channels.values())),
    Field("Var syftet att påverka", "record: purpose_to_influence", options=_YES_NO),
    Field("Har det hänt förut", "record: series", options=_YES_NO),
    Field("Polisanmälan", "record: police.wish", options=_answers_to(Question.POLICE)),
    Field(
        "Om inte, varför",
        "record: police.reason_not",
        options=_answers_to(Question.POLICE_REASON),
    ),
    Field("Stöd du vill ha", "record: support.wanted", options=_answers_to(Question.SUPPORT)),
    Field("Kan en klient ha farit illa", "record: lex_sarah", options=_YES_NO),
)
"""What a form asks for to make the same record; the description comes on top, as it was told.

Left out is what nobody would fill in by hand: the number, subtypes, status, and what follows.
"""


@dataclass(frozen=True)
class Report:
    """What one report took."""

    name: str
    told: Told
    answers: int
    seconds: float
    ended: bool
    asked: Counter[str]
    paper_seconds: float
    unheard: int
    lost: tuple[str, ...]
    """What was told and is not in the record."""


async def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--show", action="store_true", help="print every report too")
    chosen = options.parse_args()
    scripts = TypeAdapter(list[ToldScript]).validate_python(
        yaml.safe_load(SCRIPTS.read_text(encoding="utf-8"))
    )
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        LotsenProcess(Path(folder)) as lotsen,
    ):
        reports = [await _report(script, lotsen) for script in scripts]
    if chosen.show:
        for report in reports:
            asked = ", ".join(report.asked.elements())
            end = "" if report.ended else "  DID NOT REACH THE END"
            print(f"{report.name}: {report.answers}, {report.seconds:.0f} s ({asked}){end}")
            for piece in report.lost:
                print(f"    not in the record: {piece}")
    _print_all(reports)


async def _report(script: ToldScript, lotsen: LotsenProcess) -> Report:
    played = await play(script, lotsen.url)
    lost = await _lost(script, played, lotsen)
    await _clear_away(script.person, lotsen.url)
    done = played.exchanges[: played.reported]
    first = next(i for i, exchange in enumerate(done) if exchange.said)
    return Report(
        name=script.name,
        told=script.told,
        answers=sum(bool(e.said or e.tapped) for e in done[first + 1 :]),
        seconds=seconds(played),
        ended=played.ended,
        asked=Counter(e.asked or "of own accord" for e in done[first + 1 :]),
        paper_seconds=paper_seconds(script.tells),
        unheard=played.unheard,
        lost=lost,
    )


async def _lost(script: Script, played: Played, lotsen: LotsenProcess) -> tuple[str, ...]:
    """What was told and did not get into the record, if one was made of the whole story."""
    reference = played.exchanges[played.reported - 1].heard.reference
    if reference is None or Question.RETELL in script.answers:
        return ()
    recorded = (await lotsen.record(reference))["description"]
    return tuple(piece for piece in script.tells if piece not in recorded)


async def _clear_away(person: str, url: str) -> None:
    """Withdraw what was sent in, so that the next report is not taken for a repetition."""
    async with Chat(url, person) as chat:
        for discard in _payloads(chat.greeting, "/discard_draft"):
            await chat.choose_payload(discard)
        listed = await chat.say("mina rapporter")
        for show in _payloads(listed, "/show_incident"):
            shown = await chat.choose_payload(show)
            for withdraw in _payloads(shown, "/withdraw_report"):
                sure = await chat.choose_payload(withdraw)
                await chat.choose_payload(_payloads(sure, "/withdraw_report")[0])


def _payloads(turn: Turn, intent: str) -> list[str]:
    choices = [c["payload"] for message in turn.messages for c in message.choices]
    return [payload for payload in choices if payload.startswith(intent)]


# --- how long it takes


def seconds(played: Played) -> float:
    """Seconds from the greeting until the receipt is on the screen."""
    total, to_read = 0.0, 0.0
    for exchange in played.exchanges[: played.reported]:
        total += to_read + _doing(exchange) + exchange.seconds
        to_read = reading(exchange.heard.messages)
    return total


def reading(messages: Iterable[Message]) -> float:
    """Seconds to read what came back, with the words of its buttons as running text."""
    return READING * sum(
        lines(message.text) + lines(" ".join(message.titles)) for message in messages
    )


def lines(text: str) -> int:
    """Lines of a text: 60 characters, or what stands on a line of its own."""
    return sum(math.ceil(len(line) / LINE) for line in text.splitlines())


def typing(text: str) -> float:
    """Seconds to type a text."""
    return TYPING * len(text.split())


def _doing(exchange: Exchange) -> float:
    if exchange.said:
        return typing(exchange.said)
    taps = len(exchange.tapped)
    return TAPPING * (taps + 1 if taps > 1 else taps)


def paper_seconds(tells: Iterable[str]) -> float:
    """Seconds to read and fill in the paper form, with the same story."""
    return READING + typing(" ".join(tells)) + sum(map(filling_in, PAPER_FORM))


def filling_in(each: Field) -> float:
    """Seconds to read a field of the form and fill it in."""
    answering = TYPING * each.words if each.words else TICKING
    return READING * (1 + lines(" ".join(each.options))) + answering


# --- the table


def _print_all(reports: Sequence[Report]) -> None:
    print(f"machine: {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(
        "| told | reports | answers after the story: median, worst | seconds: median, worst "
        "| did not reach the end | paper form: fields | paper form: seconds, median |"
    )
    print("| --- " * 7 + "|")
    for told in Told:
        _print_row(told.replace("_", " "), [r for r in reports if r.told is told])
    _print_row("all", reports)
    print("\nTargets")
    for told, most in MOST_ANSWERS.items():
        group = [r for r in reports if r.told is told]
        median = statistics.median(r.answers for r in _ended(group))
        target = f"told {told.replace('_', ' ')}: at most {most} answers"
        _print_target(target, median <= most, group)
    median = statistics.median(r.seconds for r in _ended(reports))
    _print_target(f"under {TARGET_SECONDS} seconds, the median", median < TARGET_SECONDS, reports)
    lost = [r for r in reports if not r.ended]
    _print_target("everybody reaches the end", not lost, lost)
    print(f"\nTold something and was asked nothing: {sum(r.unheard for r in reports)} times")
    pieces = sum(len(r.lost) for r in reports)
    print(f"Told something that is not in the record: {pieces} times")
    print(f"What the answers were given to: {_costs(reports)}")


def _print_row(name: str, reports: Sequence[Report]) -> None:
    ended = _ended(reports)
    answers, took = [r.answers for r in ended], [r.seconds for r in ended]
    paper = statistics.median(r.paper_seconds for r in reports)
    lost = len(reports) - len(ended)
    print(
        f"| {name} | {len(reports)} | {statistics.median(answers):g}, {max(answers)} "
        f"| {statistics.median(took):.0f}, {max(took):.0f} | {lost} "
        f"| {len(PAPER_FORM) + 1} | {paper:.0f} |"
    )


def _ended(reports: Iterable[Report]) -> list[Report]:
    """The reports that have a length; the others are counted, not measured."""
    return [report for report in reports if report.ended]


def _print_target(target: str, met: bool, reports: Iterable[Report]) -> None:
    """A target; if it was missed, what the answers of these reports were given to."""
    print(f"- {target}: {'met' if met else f'missed ({_costs(reports)})'}")


def _costs(reports: Iterable[Report]) -> str:
    """How many answers each question took, the dearest first."""
    asked = sum((r.asked for r in reports), Counter[str]())
    return ", ".join(f"{question} {count}" for question, count in asked.most_common())


if __name__ == "__main__":
    asyncio.run(main())
