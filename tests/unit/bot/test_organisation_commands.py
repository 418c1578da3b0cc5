"""`lotsen org`: a file is looked at, shown as a difference, and brought in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.cli import main
from casework.organisation_file import DEMO_FILE
from casework.store import DATABASE_FILE
from tests.lotsen_process import ROOT


@dataclass(frozen=True)
class Done:
    """A command that was run in this process."""

    returncode: int
    stdout: str
    stderr: str


type Run = Callable[..., Done]


@pytest.fixture(name="run")
def _run(capsys: pytest.CaptureFixture[str]) -> Run:
    def finished(*arguments: str) -> Done:
        capsys.readouterr()
        try:
            status = main(list(arguments))
        except SystemExit as wrong_use:
            status = int(wrong_use.code or 0)
        return Done(status, *capsys.readouterr())

    return finished


DEMO = str(ROOT / "data" / DEMO_FILE)


@pytest.fixture(name="filled")
def _filled(run: Run, data: Path) -> Path:
    """A data folder with the demo organisation."""
    done = run("org", "import", DEMO, "--data", str(data))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == [
        "23 added, 0 changed, 0 leaving, 0 not in the file.",
        "Done.",
    ]
    return data


def people(folder: Path, *lines: str) -> str:
    file = folder / "people.csv"
    file.write_text("id;namn;enhet;aktiv\n" + "\n".join(lines) + "\n", encoding="cp1252")
    return str(file)


@pytest.mark.parametrize("command", ["check", "import", "template"])
def test_every_command_explains_itself(run: Run, command: str) -> None:
    done = run("org", command, "--help")

    assert done.returncode == 0
    assert "--data" in done.stdout


@pytest.mark.parametrize(
    "arguments", [[], ["import"], ["import", DEMO, "--leaving", "shoot"], ["nonsense"]]
)
def test_wrong_use_is_status_2(run: Run, arguments: list[str]) -> None:
    assert run("org", *arguments).returncode == 2


def test_check_makes_nothing_and_says_how_much_is_in_order(run: Run, data: Path) -> None:
    done = run("org", "check", DEMO, "--data", str(data))

    assert (done.returncode, done.stdout) == (
        0,
        "In order: 4 units, 11 people, 8 contacts.\n",
    )
    assert not (data / DATABASE_FILE).exists()


def test_wrong_rows_are_named_on_stderr_and_nothing_is_brought_in(run: Run, filled: Path) -> None:
    file = people(filled, "bo;Bo Exempelbäck;aldre;", "li;;aldre;", "my;My;nowhere;")
    for command in ("check", "import"):
        done = run("org", command, file, "--data", str(filled))
        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr.startswith("lotsen: people.csv, row 3, column namn: is empty")
    file = people(filled, "bo;Bo Exempelbäck;aldre;", "my;My;nowhere;")
    for command in ("check", "import"):
        done = run("org", command, file, "--data", str(filled))
        assert done.returncode == 1
        assert done.stderr == (
            "lotsen: people.csv, row 3, column enhet: "
            "there is no such unit in the file or the record\n"
        )


def test_difference_is_shown_without_what_is_in_it(run: Run, filled: Path) -> None:
    file = people(filled, "sam;Sam Exempelström;aldre;", "bo;Bo;aldre;", "mio;Mio;aldre;nej")
    tried, done, again = (
        run("org", "import", file, "--data", str(filled), *how) for how in (["--dry-run"], [], [])
    )

    assert tried.stdout.splitlines()[:3] == [
        "+ person bo",
        "~ person sam: name, unit",
        "- person mio leaves",
    ]
    assert "? person alva is not in the file, and stays" in tried.stdout
    assert tried.stdout.splitlines()[-1] == "Dry run: nothing was changed."
    assert done.stdout.splitlines()[:-1] == tried.stdout.splitlines()[:-1]
    assert "0 added, 0 changed, 0 leaving" in again.stdout
    assert "Exempel" not in done.stdout


def test_file_that_is_cut_off_lets_nobody_leave_unless_that_is_meant(
    run: Run, filled: Path
) -> None:
    file = people(filled, "sam;Sam;aldre;")
    wanted = ("org", "import", file, "--data", str(filled), "--leaving", "deactivate")

    done = run(*wanted)
    assert done.returncode == 1
    assert "10 of 11 people would leave at once" in done.stderr
    assert run("org", "import", file, "--data", str(filled)).stdout.count("? person") == 10

    done = run(*wanted, "--many-leave")
    assert done.returncode == 0
    assert done.stdout.count(" leaves\n") == 10


def test_template_is_a_workbook_with_the_sheets(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mall.xlsx"

    assert run("org", "template", str(file)).returncode == 0
    assert load_workbook(file).sheetnames == ["enheter", "personer", "kontakter", "förklaring"]
    assert run("org", "template", str(file)).returncode == 1
