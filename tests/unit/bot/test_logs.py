"""A log line holds only keys that cannot carry what a person typed."""

import subprocess
import sys

from bot.logs import only_allowed_keys


def test_unknown_keys_and_exception_texts_are_dropped() -> None:
    event = {"event": "turn_failed", "text": "hemligt", "exception": "hemligt", "error": "X"}

    assert only_allowed_keys(None, "info", event) == {"event": "turn_failed", "error": "X"}


def test_error_of_a_library_is_logged_without_its_words() -> None:
    program = """
import logging
from bot import logs
logs.set_up()
try:
    int("hemligt")
except ValueError:
    logging.getLogger("aiohttp.server").exception("Error handling request from %s", "192.0.2.7")
"""

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stderr == "ERROR aiohttp.server ValueError\n"
