"""`lotsen talk`: a whole Lotsen in the terminal, without a port."""

import subprocess
from pathlib import Path

from tests.channels.drivers import NOOR
from tests.lotsen_process import LOTSEN


def talk(data: Path, *arguments: str, said: str) -> subprocess.CompletedProcess[str]:
    """Speak, and end the input."""
    return subprocess.run(
        [LOTSEN, "talk", "--data", str(data / "data"), *arguments],
        input=said,
        capture_output=True,
        text=True,
        cwd=data,
        timeout=240,
        check=False,
    )


def test_numbers_answer_what_was_asked_line_by_line(data: Path) -> None:
    story = "en klient skrek att han ska slå ihjäl mig på telefon"

    done = talk(data, "--person", NOOR, said=f"{story}\n1\n")

    assert done.returncode == 0, done.stderr
    greeting, asked, after, rest = done.stdout.split("> ", 3)
    assert "Hej Noor" in greeting
    assert "1. Ja, det stämmer" in asked
    assert "1. Ja, det stämmer" not in after
    assert after.strip()
    assert rest == "\n"
    assert story not in done.stderr


def test_nobody_is_answered_and_an_unknown_person_refused(data: Path) -> None:
    done = talk(data, said="hjälp\n")
    assert "datorprogram" in done.stdout
    assert "inte inloggad" in done.stdout

    refused = talk(data, "--person", "nobody", said="")
    assert refused.returncode == 1
    assert refused.stdout == ""
