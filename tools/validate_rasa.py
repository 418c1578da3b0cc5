"""Runs `rasa data validate` and fails on any finding.

Rasa cannot see which responses our actions utter, and warns that they are unused; those are
checked here instead: each must be uttered by an action, or be built from the name of a question,
of a prompt or of an answer to a check-in.
"""

import os
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
_FINDING = re.compile(r"UserWarning: (.*)|\b(?:ERROR|WARNING)\b\s+(rasa\.\S+.*)")
_UNUSED = re.compile(r"The utterance '(\w+)' is not used in any story or rule")
_BUILT = re.compile(r"utter_(ask|explain|prompt|check_in)_\w+")


def main() -> int:
    """Validate; returns the exit status."""
    done = subprocess.run(
        [
            ROOT / "engine/.venv/bin/python",
            "engine/rasa_slim.py",
            *("data", "validate", "--data", "data/nlu", "data/rules"),
        ],
        cwd=ROOT,
        env=os.environ | {"LOTSEN_ACTIONS": "http://127.0.0.1:1", "LOTSEN_ENGINE_TOKEN": "none"},
        capture_output=True,
        text=True,
        check=False,
    )
    findings = []
    for line in (done.stdout + done.stderr).splitlines():
        found = _FINDING.search(line)
        unused = _UNUSED.search(line)
        if found and not (unused and is_spoken(unused[1])):
            findings.append(found[1] or found[2])
    for finding in findings:
        sys.stderr.write(f"rasa data validate: {finding}\n")
    return 1 if findings or done.returncode else 0


def is_spoken(response: str) -> bool:
    """Whether an action utters a response, named in its code or built from a name."""
    return bool(_BUILT.fullmatch(response)) or f'"{response}"' in _code_of_actions()


@cache
def _code_of_actions() -> str:
    return "".join(file.read_text() for file in (ROOT / "actions").rglob("*.py"))


if __name__ == "__main__":
    sys.exit(main())
