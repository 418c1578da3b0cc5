"""A program begins again in the same process, with all it was given, and overwrites its memory."""

import os
import subprocess
import sys

from bot.memory import wiping

PROGRAM = """
import os, sys
print(os.getpid())
from bot.memory import begin_again_wiping
begin_again_wiping()
print(os.getpid(), sys.argv[1:], os.environ["PYTHONMALLOC"], os.environ["GLIBC_TUNABLES"])
sys.exit(7)
"""


def test_program_begins_again_once_with_process_arguments_and_exit_status() -> None:
    environment = {k: v for k, v in os.environ.items() if k not in wiping({})}
    command = [sys.executable, "-u", "-c", PROGRAM, "--port", "0 å"]

    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)

    first, second, last = done.stdout.splitlines()
    wanted = wiping({})
    assert first == second
    assert last == f"{first} ['--port', '0 å'] malloc {wanted['GLIBC_TUNABLES']}"
    assert done.returncode == 7


def test_own_settings_of_the_c_library_are_kept() -> None:
    own = {"GLIBC_TUNABLES": "glibc.malloc.arena_max=2"}

    once = wiping(own)

    assert once["GLIBC_TUNABLES"].startswith("glibc.malloc.arena_max=2:glibc.malloc.perturb")
    assert wiping(once) == once
