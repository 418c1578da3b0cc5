"""Looks for planted words in files, and in the memory of a process as a dump would show it."""

import asyncio
import re
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")
"""What a text may be in memory, in a file or on the way; for our marks latin-1 is as UTF-8."""


_GONE_SECONDS = 60


class Marks:
    """Words that nobody else uses, with a stem by which any of them is found.

    Args:
        stem: what they begin with, ASCII; by default one that has never been.
    """

    def __init__(self, stem: str = "") -> None:
        self._stem = stem or f"zq{secrets.token_hex(5)}x"

    def __getitem__(self, number: int) -> str:
        return f"{self._stem}{number:02d}"

    def numbers_in(self, content: bytes) -> set[int]:
        """Which of the marks are in some bytes."""
        return {
            int(found[1].replace(b"\0", b""))
            for encoding in _ENCODINGS
            for found in self._pattern(encoding).finditer(content)
        }

    def _pattern(self, encoding: str) -> re.Pattern[bytes]:
        blanks = rb"\0{%d}" % (len("0".encode(encoding)) - 1)
        return re.compile(
            re.escape(self._stem.encode(encoding)) + rb"((?:" + blanks + rb"[0-9]){2})"
        )

    def in_memory_of(self, pid: int) -> set[int]:
        """Which of the marks are anywhere in what a process can write to."""
        return set[int]().union(*map(self.numbers_in, _memory(pid)))

    async def until_gone_from(self, *pids: int) -> None:
        """Wait until no process holds any of the marks; it takes a moment, but no more."""
        looks_until = time.monotonic() + _GONE_SECONDS
        while left := {pid: found for pid in pids if (found := self.in_memory_of(pid))}:
            assert time.monotonic() < looks_until, left
            await asyncio.sleep(1)

    def in_files_under(self, folder: Path) -> list[str]:
        """Files whose name or content holds any of the marks."""
        return [
            file.name
            for file in sorted(folder.rglob("*"))
            if self.numbers_in(file.name.encode())
            or (file.is_file() and self.numbers_in(file.read_bytes()))
        ]


def need_sight(pid: int) -> None:
    """Skip the test if the system does not let us look into the memory of a process."""
    try:
        next(_memory(pid))
    except OSError:
        pytest.skip("the system does not let us look into the memory of a process")


def _memory(pid: int) -> Iterator[bytes]:
    """What a process can write to, piece by piece; a piece may vanish while we look."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            place, rights = line.split()[:2]
            first, end = (int(number, 16) for number in place.split("-"))
            if not rights.startswith("rw"):
                continue
            try:
                memory.seek(first)
                yield memory.read(end - first)
            except (OSError, ValueError, OverflowError):
                continue
