"""Kills the follow-up at the n-th thing it does, for many n, and lets a new process finish.

    python -m tests.resilience.killed_follow_up FOLDER POINTS

A script of ticks, deliveries and answers runs in a child that is killed with SIGKILL right before
an SQL statement, a commit or a write to the channel. What was answered to whoever asked is on a
list that survives, like an acknowledgement that somebody saw; a second process goes on after it.
Prints JSON: how many points there are, at how many it was killed, and what differed some deeds
later from a run that nobody disturbed.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import event, select, update
from sqlalchemy.orm import DeclarativeBase
from structlog.testing import capture_logs

from bench.simulated_follow_up import nobody_looks
from bot.delivery import Delivery
from bot.timekeeper import Timekeeper
from casework import authorities, check_ins, followup, incidents
from casework.authorities import Made
from casework.errors import CaseworkError
from casework.followup import TaskId
from casework.prompts import DuePrompt
from casework.report import Facts
from casework.schema import (
    AuthorityReport,
    CheckIn,
    Incident,
    LogEntry,
    Participant,
    Person,
    Prompt,
    Step,
)
from casework.store import Store, open_store
from casework.vocabulary import (
    IncidentType,
    PersonId,
    Reference,
    ReportedBy,
    SupportGiven,
)
from tests import builders
from tests.builders import MIO, NOON, SAM

ALVA, NOOR, TUVA, RAVI, KIM = (PersonId(name) for name in ("alva", "noor", "tuva", "ravi", "kim"))
THREAT, SMALL, THIRD = (Reference(f"OP-2026-{n:06}") for n in (1, 2, 3))
CONTENT, ROUTINES = builders.content(), builders.routines()
FURTHER = 2
"""How many deeds later the two runs are compared."""

_COMPILED: dict[Any, Any] = {}
"""Statements that the parent has made ready, so that its children need not."""

AT_ONCE = 2
"""How many runs go on beside each other."""


class World:
    """A data folder, its moved clock, what was acknowledged and what the channel took."""

    name = "push"

    def __init__(self, folder: Path, dies_at: int = 0) -> None:
        self.clock = builders.Clock()
        self.store = open_store(folder, self.clock)
        self.timekeeper = Timekeeper(self.store, CONTENT.policy, ROUTINES)
        self.delivery = Delivery(self.store, CONTENT.policy, nobody_looks(), [self])
        self.done = folder / "done"
        self.pushed = folder / "pushed"
        self.points = 0
        self._dies_at = dies_at
        engine = self.store.engine.sync_engine
        engine.update_execution_options(compiled_cache=_COMPILED)
        event.listen(engine, "connect", _trust_the_kernel)
        event.listen(engine, "before_cursor_execute", self._point)
        event.listen(engine, "commit", self._point)

    def _point(self, *_what: object) -> None:
        self.points += 1
        if self.points == self._dies_at:
            os.kill(os.getpid(), signal.SIGKILL)

    async def deliver(self, person_id: PersonId, due: Sequence[DuePrompt]) -> bool:
        for prompt in due:
            self._point()
            _append(self.pushed, prompt.key)
        self._point()
        return True


Deed = Callable[[World], Awaitable[object]]


async def _tick(world: World) -> None:
    with capture_logs():
        await world.timekeeper.once()


async def _deliver(world: World) -> None:
    """As the app does again and again; what a dead process held is free after its lease."""
    now = world.clock.now
    for seconds in (0, 31):
        world.clock.now = now + timedelta(seconds=seconds)
        await world.delivery.once()


async def _done(world: World, person: PersonId, reference: Reference, *names: str) -> None:
    for name in names:
        await followup.done(world.store, CONTENT, person, TaskId(reference, name), "gjort")


async def _not_needed(world: World, person: PersonId, reference: Reference, name: str) -> None:
    task = TaskId(reference, name)
    await followup.not_needed(world.store, CONTENT, person, task, "Det behövs inte")


async def _reported(world: World, person: PersonId, reference: Reference, name: str) -> None:
    made = Made(ReportedBy.EMPLOYER)
    await authorities.reported(world.store, CONTENT, person, TaskId(reference, name), made)


async def _not_reported(world: World, person: PersonId, reference: Reference, name: str) -> None:
    task = TaskId(reference, name)
    await authorities.not_reported(world.store, CONTENT, person, task, "Ingen skada")


async def _acknowledge(world: World) -> None:
    await incidents.acknowledge(world.store, MIO, THREAT)


async def _later(world: World) -> None:
    await followup.later(world.store, CONTENT, RAVI, TaskId(THIRD, "samtal"))


async def _invite(world: World) -> None:
    await followup.invite(world.store, MIO, THREAT)


async def _hand_over(world: World) -> None:
    await followup.hand_to(world.store, RAVI, THIRD, KIM)


async def _had_no_support(world: World) -> None:
    await check_ins.answer(
        world.store, CONTENT.policy, SAM, THREAT, support=SupportGiven.NO, tell_manager=True
    )


async def _stop(world: World) -> None:
    await check_ins.stop(world.store, ALVA, SMALL)


async def _withdraw(world: World) -> None:
    await incidents.withdraw(world.store, NOOR, THIRD)


async def _quits(world: World) -> None:
    async with world.store.transaction() as db_session:
        await db_session.execute(update(Person).where(Person.id == MIO).values(active=False))


_LOOK: tuple[Deed, ...] = (_tick, _deliver)

SCRIPTS: dict[str, tuple[tuple[float, Deed], ...]] = {
    # Hours after noon on a Friday, and what happens then.
    "handled": (
        *((0, deed) for deed in _LOOK),
        (1, _acknowledge),
        (1, _invite),
        (1, partial(_reported, person=MIO, reference=THREAT, name="polis")),
        (2, partial(_not_reported, person=MIO, reference=THREAT, name="forsakringskassan")),
        (2, lambda world: _done(world, MIO, THREAT, "samtal", "stod", "trygghet")),
        *((69, deed) for deed in _LOOK),
        (70, _had_no_support),
        (70, _deliver),
        (71, lambda world: _done(world, MIO, THREAT, "stod", "riskbedomning", "atgarder")),
        (72, partial(_reported, person=MIO, reference=THREAT, name="arbetsmiljoverket")),
        (72, lambda world: _done(world, MIO, THREAT, "utredning", "aterkoppling")),
        (73, lambda world: _done(world, MIO, THREAT, "avsluta")),
        (73, _deliver),
        (74, lambda world: _done(world, TUVA, SMALL, "samtal", "avsluta")),
        (74, _stop),
        *((94, deed) for deed in _LOOK),
    ),
    "let slide": (
        *((3, deed) for deed in _LOOK),
        (4, _later),
        *((69, deed) for deed in _LOOK),
        *((93, deed) for deed in _LOOK),
        (94, partial(_not_needed, person=RAVI, reference=THIRD, name="stod")),
        (95, _hand_over),
        (95, _deliver),
        (96, _quits),
        *((117, deed) for deed in _LOOK),
        (118, _withdraw),
        *((165, deed) for deed in _LOOK),
        *((333, deed) for deed in _LOOK),
    ),
}


async def prepare(folder: Path) -> None:
    """Three incidents on a Friday: a threat, a small event, and one more."""
    store = open_store(folder, builders.Clock())
    await builders.fill_with_demo(store)
    await builders.incident(store, SAM)
    small = {"types": (IncidentType.HARASSMENT,), "small": True}
    await builders.incident(store, ALVA, facts=Facts(), **small)
    await builders.incident(store, NOOR)
    await store.close()


async def run(folder: Path, script: str, until: int, dies_at: int = 0) -> int:
    """Go on with a script after what was acknowledged, up to a deed.

    Returns:
        How many points there were.
    """
    world = World(folder, dies_at)
    acknowledged = len(_lines(world.done))
    for number in range(acknowledged, until):
        hours, deed = SCRIPTS[script][number]
        world.clock.now = NOON + timedelta(hours=hours)
        try:
            await deed(world)
        except CaseworkError:
            # Whoever got no answer asks again, and hears that it has been done.
            if number != acknowledged:
                raise
        _append(world.done, str(number))
    await world.store.close()
    return world.points


async def left(folder: Path) -> dict[str, Any]:
    """What is in the record, and what the channel took, so that two runs can be compared."""
    store = open_store(folder, builders.Clock())
    tables = {
        table.__tablename__: await _rows(store, table, leave_out)
        for table, leave_out in _COMPARED.items()
    }
    async with store.transaction() as db_session:
        rows = await db_session.execute(select(LogEntry.incident_id, LogEntry.event))
        log = {f"{incident}:{what}" for incident, what in rows}
    await store.close()
    return {**tables, "log": sorted(log), "pushed": sorted(set(_lines(folder / "pushed")))}


_COMPARED: dict[type[DeclarativeBase], set[str]] = {
    Incident: {"told_sealed"},
    Step: {"note_sealed"},
    CheckIn: set(),
    Participant: set(),
    AuthorityReport: {"number_sealed"},
    Prompt: {"id", "claimed_until", "attempts", "sent_at"},
}
"""Tables, and the columns in which two runs may differ."""


async def _rows(store: Store, table: type[DeclarativeBase], leave_out: set[str]) -> list[str]:
    columns = [c for c in table.__table__.columns if c.name not in leave_out]
    async with store.transaction() as db_session:
        rows = await db_session.execute(select(*columns))
        return sorted(str(tuple(row)) for row in rows)


class Kill(NamedTuple):
    """Where a process dies: in which deed of which script, before which of the things it does."""

    script: str
    deed: int
    point: int

    @property
    def until(self) -> int:
        """The deed up to which the next process goes on before they are compared."""
        return min(self.deed + FURTHER, len(SCRIPTS[self.script]))

    @property
    def place(self) -> str:
        return f"{self.script}-{self.deed}-{self.point}"


def undisturbed(folder: Path, script: str) -> list[Kill]:
    """Run a script, and keep what there is before each deed; returns all points of it."""
    kills = []
    for deed in range(len(SCRIPTS[script])):
        following = folder / f"{script}-{deed + 1}"
        shutil.copytree(folder / f"{script}-{deed}", following)
        points = asyncio.run(run(following, script, deed + 1))
        kills += [Kill(script, deed, point) for point in range(1, points + 1)]
    return kills


def killed_at(folder: Path, kill: Kill) -> None:
    """In a process of its own: die, let another go on, and write down what is left."""
    place = folder / kill.place
    shutil.copytree(folder / f"{kill.script}-{kill.deed}", place)
    victim = os.fork()
    if victim == 0:
        asyncio.run(run(place, kill.script, kill.deed + 1, kill.point))
        os._exit(0)
    _, status = os.waitpid(victim, 0)
    asyncio.run(run(place, kill.script, kill.until))
    result = asyncio.run(left(place))
    result["killed"] = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    (place / "result").write_text(json.dumps(result))


def main(folder: Path, wanted: int) -> None:
    """Kill at about so many points, spread over the scripts."""
    template = folder / "template"
    asyncio.run(prepare(template))
    summary: dict[str, Any] = {"killed": 0, "twice": 0, "differences": [], "points": 0}
    for script in SCRIPTS:
        shutil.copytree(template, folder / f"{script}-0")
        kills = undisturbed(folder, script)
        summary["points"] += len(kills)
        share = min(len(kills), wanted // len(SCRIPTS))
        kills = [kills[number * len(kills) // share] for number in range(share)]
        expected = {
            deed: asyncio.run(left(folder / f"{script}-{deed}"))
            for deed in {kill.until for kill in kills}
        }
        for first in range(0, len(kills), AT_ONCE):
            batch = kills[first : first + AT_ONCE]
            _all_at_once(folder, batch)
            for kill in batch:
                _compare(summary, expected[kill.until], folder / kill.place)
                shutil.rmtree(folder / kill.place)
    print(json.dumps(summary))  # noqa: T201  the result


def _all_at_once(folder: Path, kills: Sequence[Kill]) -> None:
    children = []
    for kill in kills:
        child = os.fork()
        if child == 0:
            try:
                killed_at(folder, kill)
            finally:
                os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


def _compare(summary: dict[str, Any], expected: dict[str, Any], place: Path) -> None:
    try:
        result = json.loads((place / "result").read_text())
    except FileNotFoundError:
        summary["differences"].append(f"{place.name}: the second process failed")
        return
    summary["killed"] += result.pop("killed")
    pushed = _lines(place / "pushed")
    summary["twice"] += len(pushed) != len(set(pushed))
    for what, rows in expected.items():
        if result[what] != rows:
            odd = sorted(set(result[what]) ^ set(rows))
            summary["differences"].append(f"{place.name}: {what}: {odd[:4]}")


def _append(path: Path, line: str) -> None:
    with path.open("a") as file:
        file.write(line + "\n")
        file.flush()
        os.fsync(file.fileno())


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def _trust_the_kernel(connection: Any, _record: Any) -> None:
    """What a killed process wrote is with the kernel; only a power cut would need more."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
