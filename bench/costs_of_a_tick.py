"""What a tick of the clock costs with many open incidents, and how fast prompts are handed on."""

import statistics
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import insert, update
from structlog.testing import capture_logs

from bench.simulated_follow_up import nobody_looks
from bot.delivery import Delivery
from bot.settings import CONTENT
from bot.timekeeper import Timekeeper
from casework.auditor import audit
from casework.clock import SWEDEN
from casework.content import Content, load_content
from casework.encryption import Cipher
from casework.organisation_file import OrganisationFile
from casework.organisation_import import import_organisation
from casework.plan import make_check_ins, make_plan
from casework.prompts import DuePrompt
from casework.routines import load_routines
from casework.schema import CheckIn, Incident, Prompt, Step
from casework.store import DATABASE_FILE, Store
from casework.vocabulary import PersonId

_NOW = datetime(2026, 9, 14, 10, 0, tzinfo=SWEDEN)
_UNITS, _STAFF = 100, 20
_DUE = (0, 10, 100, 1000)
_TICKS = 5
_OLD_PROMPTS = 20


async def print_costs(folder: Path, open_incidents: int) -> None:
    """Measure and print, with a tenth of the open incidents too."""
    print("| open incidents | steps due | a tick, s (median) | until handed over, s (p99) |")
    print("| --- | --- | --- | --- |")
    for number in (open_incidents // 10, open_incidents):
        place = folder / str(number)
        place.mkdir()
        bench = _Bench(place)
        await bench.fill(number)
        for due in _DUE:
            with capture_logs():
                ticks, handed_over = await bench.measure(due)
            p99 = f"{statistics.quantiles(handed_over, n=100)[98]:.2f}" if due else ""
            print(f"| {number} | {due} | {statistics.median(ticks):.3f} | {p99} |")
        await bench.close()


class _Taker:
    """A push channel that takes everything at once."""

    name = "push"

    def __init__(self) -> None:
        self.at: list[float] = []

    async def deliver(self, person_id: PersonId, due: Sequence[DuePrompt]) -> bool:  # noqa: ARG002
        """Take them."""
        self.at += [time.perf_counter()] * len(due)
        return True


class _Bench:
    def __init__(self, folder: Path) -> None:
        self._now = _NOW
        url = f"sqlite+aiosqlite:///{folder / DATABASE_FILE}"
        self._store = Store(url, Cipher([Fernet.generate_key().decode()]), lambda: self._now)
        self._content: Content = load_content(CONTENT)
        self._timekeeper = Timekeeper(self._store, self._content.policy, load_routines(CONTENT))
        self._taker = _Taker()
        gateway = nobody_looks()
        self._delivery = Delivery(self._store, self._content.policy, gateway, [self._taker])

    async def fill(self, number: int) -> None:
        """Open incidents with their plans, and the prompts that each of them has had."""
        await self._store.migrate()
        await _settle(self._store)
        sealed = self._store.cipher.seal({"description": "", "occurred_text": ""})
        for first in range(0, number, 500):
            numbers = range(first, min(first + 500, number))
            rows = [_incident(n, sealed) for n in numbers]
            async with self._store.transaction() as db_session:
                db_session.add_all(rows)
                await db_session.flush()
                for row in rows:
                    db_session.add_all(make_plan(self._store, self._content.policy, row))
                    db_session.add_all(make_check_ins(self._content.policy, row))
                old = [p for row in rows for p in _old_prompts(row)]
                await db_session.execute(insert(Prompt), old)
        async with self._store.transaction() as db_session:
            far = _NOW + timedelta(days=300)
            await db_session.execute(update(Step).values(remind_at=far, escalate_at=None))
            await db_session.execute(update(CheckIn).values(ask_at=far))
        await self._timekeeper.once()
        await self._delivery.once()

    async def measure(self, due: int) -> tuple[list[float], list[float]]:
        """Seconds of ticks in which so many steps are due, and from due to handed over."""
        ticks, handed_over = list[float](), list[float]()
        for tick in range(_TICKS):
            self._now += timedelta(minutes=1)
            await self._let_be_due(due, tick)
            began = time.perf_counter()
            await self._timekeeper.once()
            ticks.append(time.perf_counter() - began)
            self._taker.at = []
            await self._delivery.once()
            handed_over += [at - began for at in self._taker.at]
        found = await audit(self._store, self._content.policy.reminders.quiet)
        assert not any(vars(found).values()), found  # noqa: S101
        return ticks, handed_over

    async def _let_be_due(self, number: int, tick: int) -> None:
        async with self._store.transaction() as db_session:
            far = self._now + timedelta(days=300)
            await db_session.execute(update(Step).values(remind_at=far))
            for n in range(number):
                step = 1 + n * 17 + tick
                await db_session.execute(
                    update(Step).where(Step.id == step).values(remind_at=self._now)
                )

    async def close(self) -> None:
        await self._store.close()


async def _settle(store: Store) -> None:
    units = [{"id": "topp", "name": "Topp"}]
    units += [{"id": f"e-{n}", "name": f"Enhet {n}", "parent": "topp"} for n in range(_UNITS)]
    people = [("chef", "manager", "topp"), ("hr", "hr", "topp"), ("sak", "security", "topp")]
    people += [(f"chef-{n}", "manager", f"e-{n}") for n in range(_UNITS)]
    people += [(f"p-{n}", "staff", f"e-{n % _UNITS}") for n in range(_UNITS * _STAFF)]
    entries = [
        {"id": name, "name": name.capitalize(), "role": role, "unit": unit}
        for name, role, unit in people
    ]
    file = {"name": "Påhittskommun", "units": units, "people": entries, "contacts": {}}
    made = OrganisationFile.model_validate(file)
    await import_organisation(store, made)


def _incident(number: int, sealed: bytes) -> Incident:
    unit = number % _UNITS
    return Incident(
        reference=f"OP-2026-{number:06}",
        created_at=_NOW - timedelta(days=number % 40),
        status="mottagen",
        reporter_id=f"p-{number % (_UNITS * _STAFF)}",
        responsible_id=f"chef-{unit}",
        unit_id=f"e-{unit}",
        types=["hot"],
        subtypes=[],
        suggested_types=["hot"],
        purpose="yes",
        perpetrator="brukare",
        pattern="unknown",
        channel="telefon",
        area="annan",
        serious=number % 3 == 0,
        gaps=[],
        exposed="jag",
        small=False,
        lex_sarah=False,
        police_wish="unsure",
        support_wanted=[],
        told_sealed=sealed,
        kept_from=[],
        kept_from_people=[],
    )


_prompt_numbers = count()


def _old_prompts(incident: Incident) -> list[dict[str, object]]:
    """What was sent about it before: the outbox keeps everything."""
    return [
        {
            "key": f"old:{next(_prompt_numbers)}",
            "kind": "acted",
            "recipient_id": incident.reporter_id,
            "incident_id": incident.id,
            "due": incident.created_at,
            "sent_at": incident.created_at,
        }
        for _ in range(_OLD_PROMPTS)
    ]
