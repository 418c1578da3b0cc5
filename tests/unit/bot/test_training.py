"""Training what is out of date, and only that."""

import subprocess
import sys

from tests.lotsen_process import ROOT

_STARTED = """
import asyncio, sys
import bot.app
from bot.training import train

asyncio.run(train(print))
assert not {"sklearn", "joblib"} & sys.modules.keys()
"""


def test_what_is_trained_is_seen_without_the_libraries_of_training() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _STARTED], capture_output=True, text=True, cwd=ROOT, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.count("is up to date") == 3  # the engine, the finder, the reader
