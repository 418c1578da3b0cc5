"""The command line: clear errors on stderr, and the exit statuses that others rely on."""

import asyncio
import json
import socket
import subprocess
from pathlib import Path

import pytest

from bot.cli import main
from casework.organisation_file import DEMO_FILE, read_organisation
from casework.organisation_import import import_organisation
from casework.store import open_store
from tests import builders
from tests.lotsen_process import LOTSEN, ROOT, exported

COMMANDS = ["up", "train", "read", "ask", "talk", "understand", "export", "check"]


def lotsen(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [LOTSEN, *arguments],
        input=text,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])

    assert ended.value.code == 0
    assert "--data" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments", [[], ["nonsense"], ["up", "--port", "x"], ["export", "--format", "pdf"]]
)
def test_wrong_use_is_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert capsys.readouterr().err


def test_check_says_that_the_content_is_in_order() -> None:
    done = lotsen("check")

    assert done.returncode == 0, done.stderr


def test_check_lists_local_rules_that_are_not_filled_in(data: Path) -> None:
    own = data / "routines"
    own.mkdir()
    (own / "local.yml").write_text("hembesok: Gå alltid två.\n", "utf-8")

    done = lotsen("check", "--data", str(data))

    assert done.returncode == 0, done.stderr
    assert "note: local.yml: ensamarbete is not filled in: Rutin för ensamarbete" in done.stdout
    assert "hembesok is not" not in done.stdout


def test_check_names_the_owner_of_an_old_text(data: Path) -> None:
    own = data / "routines"
    own.mkdir()
    front = (
        "topic: hembesok\ntitle: Besök\nowner: security\nvalid_from: 2020-03-01\nsources: lotsen\n"
    )
    (own / "hembesok.md").write_text(f"---\n{front}---\nGå två.\n", "utf-8")

    done = lotsen("check", "--data", str(data))

    assert done.returncode == 0, done.stderr
    assert "hembesok.md: security has not seen it over since 2020-03-01" in done.stdout


def test_check_refuses_a_text_of_the_municipality_that_cannot_be_read(data: Path) -> None:
    own = data / "routines"
    own.mkdir()
    (own / "hembesok.md").write_text("Gå två.\n", "utf-8")

    done = lotsen("check", "--data", str(data))

    assert done.returncode == 1
    assert "hembesok.md: does not begin with a front matter" in done.stderr
    assert "in order" not in done.stdout


def test_export_of_an_empty_folder_is_an_empty_list(data: Path) -> None:
    done = lotsen("export", "--format", "json", "--data", str(data))

    assert json.loads(done.stdout) == []


async def test_export_prints_every_record(data: Path) -> None:
    store = open_store(data)
    try:
        await store.migrate()
        await import_organisation(store, read_organisation(ROOT / "data" / DEMO_FILE))
        made = await builders.incident(store)
    finally:
        await store.close()

    done = await asyncio.to_thread(lotsen, "export", "--format", "json", "--data", str(data))

    assert json.loads(done.stdout) == [await exported(data, made.reference)]


def test_address_that_is_taken_is_said_before_anything_starts(data: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = lotsen("up", "--port", str(port), "--data", str(data))

    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "Starting the engine" not in done.stdout


def test_read_gives_every_field_for_every_line() -> None:
    lines = [{"id": "a", "text": "Igår hotade en klient mig på telefon"}, {"id": 2, "text": ""}]
    text = "\n".join(json.dumps(line) for line in lines) + "\n\n"

    done = lotsen("read", "--now", "2026-11-20T15:00:00+01:00", text=text)

    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert {
        "id",
        "types",
        "subtypes",
        "scores",
        "serious",
        "perpetrator",
        "channel",
        "area",
        "pattern",
        "when",
        "masked",
        "note",
    } == set(first)
    assert first["id"] == "a"
    assert first["when"]["start"].startswith("2026-11-19")
    assert second["id"] == 2
    assert second["when"] is None


def test_read_names_a_bad_line_and_goes_on_without_quoting_it() -> None:
    done = lotsen("read", text='{"id": 1\n["hemligt"]\n{"id": "ok", "text": "hej"}\n')

    assert done.returncode == 1
    assert "line 1" in done.stderr
    assert "line 2" in done.stderr
    assert "hemligt" not in done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [None, None, "ok"]
    assert [answer["note"] for answer in answers] == ["not_json", "not_json", None]


def test_read_answers_every_line_and_notes_what_it_could_not_read() -> None:
    lines = [
        b'{"id": "empty", "text": "  "}',
        '{"id": "emoji", "text": "😀😀"}'.encode(),
        b'{"id": "english", "text": "He said that he would come home to me and kill me"}',
        b'{"id": "broken", "text": "han hotade mig \xff\xfe igen"}',
        b'{"id": "control", "text": "han hotade mig \\u0007 igen"}',
        b'{"id": "half", "text": "han hotade mig \\ud83d"}',
        json.dumps({"id": "long", "text": "han hotade mig igen " * 1500}).encode(),
        b'{"id": "good", "text": "han hotade mig igen"}',
    ]

    done = subprocess.run(
        [LOTSEN, "read"], input=b"\n".join(lines), capture_output=True, check=True
    )

    notes = {a["id"]: a["note"] for a in map(json.loads, done.stdout.decode().splitlines())}
    assert notes == {
        "empty": "empty", "emoji": "no_words", "english": "not_swedish", "good": None,
        "broken": "unreadable_characters", "control": "unreadable_characters",
        "half": "unreadable_characters", "long": "long",
    }  # fmt: skip


def test_understand_says_what_the_chat_would_do() -> None:
    openings = {
        "jag vill anmäla en händelse": "report",
        "En klient ringde igår och sa att han ska slå ihjäl mig": "report",
        "han står utanför dörren nu med en kniv": "danger",
        "mina rapporter": "my_reports",
        "hjälp, vad kan du göra": "help",
        "avbryt": "stop",
    }
    text = "\n".join(json.dumps({"id": t, "text": t}) for t in openings)

    done = lotsen("understand", text=text)

    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert openings == {a["id"]: a["does"] for a in answers}
    assert all(0 <= a["confidence"] <= 1 for a in answers)


def test_ask_answers_from_the_texts_with_sources_and_alternatives(data: Path) -> None:
    asked = {"a": "får jag ta emot en flaska vin av en sökande?", "b": "när kommer lönen?"}
    lines = [json.dumps({"id": i, "text": text}) for i, text in asked.items()]

    done = lotsen("ask", "--data", str(data), text="\n".join([*lines, "no json"]))

    assert done.returncode == 1
    assert "line 3" in done.stderr
    answered, refused = map(json.loads, done.stdout.splitlines())
    assert (answered["id"], answered["answerable"], answered["topic"]) == (
        "a",
        True,
        "gavor_mutor",
    )
    assert "Säg nej tack" in answered["answer"]
    assert answered["sources"]
    assert len({a["topic"] for a in answered["alternatives"]} | {answered["topic"]}) == 4
    assert (refused["id"], refused["answerable"], refused["answer"]) == ("b", False, "")
    assert 0 <= refused["score"] < answered["score"] <= 1


def test_ask_answers_with_a_text_of_the_municipality_instead_of_ours(data: Path) -> None:
    own = data / "routines"
    own.mkdir()
    (own / "var_riktlinje.md").write_text(
        "---\ntopic: gavor_mutor\ntitle: Gåvor hos oss\nowner: hr\nvalid_from: 2026-11-01\n"
        "sources: lotsen\n---\nHos oss tackar vi alltid nej till gåvor.\n",
        encoding="utf-8",
    )
    line = json.dumps({"id": 1, "text": "får jag ta emot en flaska vin av en sökande?"})

    done = lotsen("ask", "--data", str(data), text=line)

    answer = json.loads(done.stdout)
    assert (answer["topic"], answer["text"]) == ("gavor_mutor", "var_riktlinje")
    assert answer["answer"] == "Hos oss tackar vi alltid nej till gåvor."


def test_ask_says_112_first_to_whoever_is_in_danger(data: Path) -> None:
    line = json.dumps({"id": 1, "text": "han står utanför dörren nu med en kniv, vad gör jag?"})

    done = lotsen("ask", "--data", str(data), text=line)

    assert json.loads(done.stdout)["answer"].startswith("*Ring 112")
