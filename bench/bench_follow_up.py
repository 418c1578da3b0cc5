"""Whether anything lapses, and what a tick of the clock costs.

    .venv/bin/python bench/bench_follow_up.py [--incidents 1000] [--days 120] [--open 10000]

Beside the run stand the same people without reminders, and what audits found in real
municipalities (Stockholms stadsrevision 4/2021, 3.3.1: 126 incidents looked through).
"""

import argparse
import asyncio
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.costs_of_a_tick import print_costs
from bench.simulated_follow_up import MESSAGES, Extent, Outcome, simulate

_NEVER = (
    "silently lapsed",
    "open without a next reminder",
    "closed without passing the gate",
    "the same prompt delivered twice",
    "delivered in quiet hours",
    "delivered to somebody it is kept from",
    "delivered to somebody who has left",
    "steps told more than once at a time",
    "open incidents that nobody is responsible for",
    "prompts that nobody tried to deliver",
    "alarms of the auditor",
    "failures",
)
_AUDITS = {
    "incidents": "126",
    "silently lapsed": "12",
    "open after the last day, withdrawn left out": "42 not fully handled",
}


async def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--incidents", type=int, default=1000)
    options.add_argument("--days", type=int, default=120)
    options.add_argument("--open", type=int, default=10_000)
    wanted = options.parse_args()
    print(f"machine: {os.cpu_count()} cores, Python {platform.python_version()}")
    outcomes = []
    for reminding in (True, False):
        extent = Extent(wanted.incidents, wanted.days, reminding=reminding)
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder:
            outcomes.append(await simulate(Path(folder), extent))
        print(f"{wanted.days} days in {time.perf_counter() - began:.0f} s")
    print(f"| {wanted.days} days | Lotsen | without reminders | audits |")
    print("| --- | --- | --- | --- |")
    for (name, lotsen), (_, without) in zip(*map(_rows, outcomes), strict=True):
        print(f"| {name} | {lotsen} | {without} | {_AUDITS.get(name, '')} |")
    for outcome in outcomes:
        print("open, by how the responsible person acts:", dict(outcome.left_open))
    with tempfile.TemporaryDirectory() as folder:
        await print_costs(Path(folder), wanted.open)


def _rows(outcome: Outcome) -> Iterator[tuple[str, int]]:
    yield "incidents", outcome.incidents
    yield "of them withdrawn", outcome.withdrawn
    yield "closed", outcome.closed
    yield "open after the last day, withdrawn left out", outcome.left_open.total()
    yield "of them overdue", outcome.overdue
    yield "overdue, and HR or security sees that", outcome.overdue_visible
    yield f"exposed people told fewer than {MESSAGES} times", outcome.too_few_messages
    yield "fewest messages to an exposed person", outcome.fewest_messages
    yield "closings refused at the gate", outcome.refused_at_gate
    yield "messages delivered", len(outcome.handed)
    for wrong in _NEVER:
        yield wrong, sum(n for name, n in outcome.wrongs.items() if name.startswith(wrong))


if __name__ == "__main__":
    asyncio.run(main())
