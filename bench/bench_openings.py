"""Whether Lotsen does the right thing with the first words of a conversation.

Beside it stands a baseline from the same run: what the engine's intent alone would do.

    .venv/bin/python bench/bench_openings.py [--split dev] [--show]
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from actions.openings import Opening, opening_of
from bot.understanding import Understood, understand

OPENINGS = Path("data/openings")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--split", choices=("dev", "test"), default="dev")
    options.add_argument("--show", action="store_true", help="print what was taken wrongly")
    chosen = options.parse_args()
    lines = (OPENINGS / f"{chosen.split}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    understood = asyncio.run(understand([row["text"] for row in rows]))
    _print_row("way", "right", "danger found", "false alarms")
    _print_row("---", "---", "---", "---")
    _print_row("intent alone", *_figures(rows, [opening_of(each.intent) for each in understood]))
    _print_row("Lotsen", *_figures(rows, [each.does for each in understood]))
    if chosen.show:
        _show(rows, understood)


def _figures(rows: Sequence[dict[str, Any]], done: Sequence[Opening]) -> tuple[str, str, str]:
    right = [does in _accepted(row) for row, does in zip(rows, done, strict=True)]
    alarms = [does is Opening.DANGER for does in done]
    danger = [a for a, row in zip(alarms, rows, strict=True) if row["expect"] == Opening.DANGER]
    calm = [a for a, row in zip(alarms, rows, strict=True) if Opening.DANGER not in _accepted(row)]
    return _share(right), _share(danger), _share(calm)


def _accepted(row: dict[str, Any]) -> set[str]:
    return {row["expect"], *row["also_ok"]}


def _share(those: Sequence[bool]) -> str:
    return f"{sum(those) / len(those):.3f} of {len(those)}"


def _show(rows: Sequence[dict[str, Any]], understood: Sequence[Understood]) -> None:
    for row, each in zip(rows, understood, strict=True):
        if each.does not in _accepted(row):
            print(f"{row['id']}: {row['expect']} taken for {each.does} ({each.intent})")
            print(f"    {row['text']}")


def _print_row(*cells: str) -> None:
    print(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
