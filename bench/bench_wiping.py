"""What it costs to overwrite freed memory: two Lotsens in turns, of which one does.

Both tell the main story as often, and both are started for every round, so that neither has the
calmer machine. The baseline is the same program without the overwriting (decision 9).

    .venv/bin/python bench/bench_wiping.py [--rounds 4] [--stories 15]
"""

import argparse
import asyncio
import os
import platform
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from bench.bench_turns import resident_mib, tell
from tests.lotsen_process import LOTSEN, LotsenProcess

_UP = """
from bot import memory

memory.wiping = lambda environment: {}

from bot.cli import main

raise SystemExit(main())
"""
WITH = (str(LOTSEN), "up")
WITHOUT = (sys.executable, "-c", _UP, "up")
"""`lotsen up`, where neither the app nor the engine is told to overwrite."""


async def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=4)
    options.add_argument("--stories", type=int, default=15)
    chosen = options.parse_args()
    programs = {"freed memory is overwritten": WITH, "baseline: it is not": WITHOUT}
    measured: dict[str, list[tuple[float, float, int]]] = {name: [] for name in programs}
    for _ in range(chosen.rounds):
        for name, program in programs.items():
            measured[name].append(await _measure(program, chosen.stories))
    print(f"machine: {os.cpu_count()} cores, Python {platform.python_version()}")
    for name, rounds in measured.items():
        busy, waited, held = (statistics.median(figures) for figures in zip(*rounds, strict=True))
        print(
            f"{name}: {busy:.1f} ms of processor time a turn, reply {waited:.1f} ms, "
            f"memory {held:.0f} MiB (medians of {len(rounds)} rounds)"
        )


async def _measure(program: tuple[str, ...], stories: int) -> tuple[float, float, int]:
    """Milliseconds a turn, of both processes together and until the reply; MiB of both."""
    with (
        tempfile.TemporaryDirectory() as folder,
        LotsenProcess(Path(folder), program=program) as lotsen,
    ):
        await tell(lotsen, 2)
        pids = lotsen.pid, lotsen.engine_pid
        before = sum(map(_processor_ms, pids))
        turns, _ = await tell(lotsen, stories)
        busy = (sum(map(_processor_ms, pids)) - before) / len(turns)
        return busy, statistics.median(turns) * 1000, sum(map(resident_mib, pids))


def _processor_ms(pid: int) -> float:
    """What a process has used, in all its threads; times of ended children are left out."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK") * 1000


if __name__ == "__main__":
    asyncio.run(main())
