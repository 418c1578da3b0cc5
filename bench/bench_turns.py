"""How long a person waits, and how much memory it takes: one Lotsen, the main story again.

Beside each reply stands a baseline from the same run: a message that the gateway refuses by
itself, over the same WebSocket. What lies between is the database, the engine and the reader.

    .venv/bin/python bench/bench_turns.py [--stories 20]
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.chat_client import Chat, Turn
from tests.lotsen_process import LotsenProcess

STORY = (
    "Igår eftermiddag ringde en pappa i ett LVU-ärende och sa att han vet var jag bor "
    "och att han ska döda mig"
)
ANSWERS = ("Skicka in", "Ja, det stämmer", "Ja, arbetsgivaren", "Ja", "Vet ej")


async def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--stories", type=int, default=20)
    stories = options.parse_args().stories
    with tempfile.TemporaryDirectory() as folder:
        lotsen = LotsenProcess(Path(folder))
        began = time.perf_counter()
        lotsen.start()
        started = time.perf_counter() - began
        async with Chat(lotsen.url, "sam") as chat:
            first = await _timed(chat.say("hjälp"))
            until_first = time.perf_counter() - began
            refused = [await _timed(chat.say("")) for _ in range(50)]
        turns, counts = await tell(lotsen, stories)
        held = {"app": resident_mib(lotsen.pid), "engine": resident_mib(lotsen.engine_pid)}
        lotsen.stop()
    print(f"machine: {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"start to listening {started:.1f} s, to the first reply {until_first:.1f} s")
    print(f"the first turn {first * 1000:.0f} ms")
    _row("reply (all turns of a report)", turns)
    _row("baseline: refused by the gateway", refused)
    print(f"answers a report takes after the story: {statistics.median(counts):.0f} (median)")
    print(f"memory (RSS): app {held['app']} MiB, engine {held['engine']} MiB")
    print(json.dumps({"median_ms": round(statistics.median(turns) * 1000)}))


async def tell(lotsen: LotsenProcess, stories: int) -> tuple[list[float], list[int]]:
    """Report the main story so often; seconds of every turn, and answers of every report."""
    turns, counts = list[float](), list[int]()
    for _ in range(stories):
        lotsen.empty()  # or the story would be taken for a repetition
        async with Chat(lotsen.url, "sam") as chat:
            turns.append(await _timed(chat.say(STORY)))
            answers = 0
            while chat.last.reference is None:
                titles = chat.last.titles
                wanted = next((t for t in ANSWERS if t in titles), titles[0])
                turns.append(await _timed(chat.choose(wanted)))
                answers += 1
        counts.append(answers)
    return turns, counts


async def _timed(turn: Awaitable[Turn]) -> float:
    began = time.perf_counter()
    await turn
    return time.perf_counter() - began


def _row(name: str, seconds: list[float]) -> None:
    cuts = statistics.quantiles(seconds, n=20)
    print(
        f"{name}: median {statistics.median(seconds) * 1000:.1f} ms, "
        f"p95 {cuts[18] * 1000:.1f} ms, n {len(seconds)}"
    )


def resident_mib(pid: int) -> int:
    """How much memory a process holds."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if "VmRSS" in line).split()[1]) // 1024


if __name__ == "__main__":
    asyncio.run(main())
