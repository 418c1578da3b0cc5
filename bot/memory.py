"""Memory that is overwritten as soon as it is freed, so that what was dropped is gone from it.

Python hands freed memory on without clearing it: a text that nothing refers to any more can still
be read in a dump hours later. The C library can overwrite what is freed, but reads that it should
only when a process starts. Decision 9 says what this costs and where it does nothing.
"""

import gc
import os
import sys
from collections.abc import Mapping
from typing import ClassVar, override

from bot.repeated import Repeated

_TUNABLES = "GLIBC_TUNABLES"
_OVERWRITE = "glibc.malloc.perturb=165:glibc.malloc.tcache_count=0"
"""Overwrite with any byte; and no cache per thread, which older versions leave as it was."""


def wiping(environment: Mapping[str, str]) -> dict[str, str]:
    """What a process needs in its environment to overwrite what it frees.

    Args:
        environment: what it has; its own settings of the C library are kept.
    """
    tunables = environment.get(_TUNABLES, "")
    if not tunables.endswith(_OVERWRITE):
        tunables = f"{tunables}:{_OVERWRITE}".lstrip(":")
    return {"PYTHONMALLOC": "malloc", _TUNABLES: tunables}


def begin_again_wiping() -> None:
    """Start this program once more in the same process, unless it overwrites what it frees.

    The process id, the arguments and the open output stay; nothing before this is remembered, so
    it comes first.
    """
    needed = wiping(os.environ)
    if not needed.items() <= os.environ.items():
        again = [sys.executable, *sys.orig_argv[1:]]
        os.execve(sys.executable, again, os.environ | needed)  # noqa: S606  no shell is wanted


class Tidying(Repeated):
    """Frees what nobody can reach any more, but what refers to itself in a circle.

    A request that is over and an error that was handled are such circles. Python looks for them
    when much has been made, which at night may take hours.
    """

    every_seconds: ClassVar[float] = 5.0
    failed = "tidying_failed"

    @override
    def start(self) -> None:
        """Begin; what is there now, as the reader, stays and is not looked through again."""
        gc.collect()
        gc.freeze()
        super().start()

    @override
    async def once(self) -> None:
        """Look through what has been made since the start."""
        gc.collect()
