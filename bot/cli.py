"""The command `lotsen`: each sub-command is a few lines over what it is about.

Errors go to stderr; exit status 2 for wrong use, 1 for failure.
"""

import argparse
import asyncio
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, TextIO

from bot import logs, organisation_commands, settings
from bot.engine_process import EngineStartError
from bot.memory import begin_again_wiping
from bot.settings import Settings
from bot.training import TrainingError, train
from casework import export
from casework.clock import SWEDEN
from casework.content import load_content
from casework.errors import CaseworkError, ContentError
from casework.organisation_file import DEMO_FILE, read_organisation
from casework.organisation_import import Organisation, check
from casework.routines import LOCAL_FILE, ROUTINES, Routines, load_routines
from casework.store import open_store

_NO_ENTRY = "not a JSON object with id and text"


class CommandError(Exception):
    """A command failed; the message is for the person at the terminal."""


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 1
    except ContentError as error:
        return _fail(*error.problems)
    except (EngineStartError, TrainingError) as error:
        return _fail(str(error), *error.lines)
    except (CommandError, CaseworkError) as error:
        return _fail(str(error))


def _parser() -> argparse.ArgumentParser:
    data = argparse.ArgumentParser(add_help=False)
    data.add_argument(
        "--data",
        type=Path,
        default=Path(os.environ.get(settings.DATA_VARIABLE) or settings.DEFAULT_DATA),
        metavar="DIR",
        help=f"the data folder (default: {settings.DATA_VARIABLE} or .lotsen)",
    )
    parser = argparse.ArgumentParser(prog="lotsen", description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Any, summary: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=summary, description=summary, parents=[data])
        command.set_defaults(run=run)
        return command

    up = add("up", _up, "train what is out of date, start the engine and the app")
    up.add_argument("--host", default="127.0.0.1")
    up.add_argument("--port", type=_port, default=8080)
    up.add_argument("--demo", action=argparse.BooleanOptionalAction, default=False)
    up.add_argument(
        "--behind-proxy",
        action="store_true",
        help="a reverse proxy in front appends who asks to X-Forwarded-For (for rate limits)",
    )
    talking = add("talk", _talk, "speak with Lotsen in the terminal, without a port")
    talking.add_argument(
        "--person", metavar="ID", help="one of the made-up people (demo data); nobody if left out"
    )
    training = add("train", _train, "train the intents and the reader, print held-out scores")
    training.add_argument("--force", action="store_true", help="also what is up to date")
    reading = add("read", _read, "read descriptions: JSON lines {id, text} in, JSON lines out")
    reading.add_argument("--now", type=_moment, metavar="ISO", help="the moment that is 'now'")
    add("understand", _understand, "say what Lotsen would do with first messages: JSON lines")
    add("ask", _ask, "answer questions about routines: JSON lines {id, text} in, JSON lines out")
    exporting = add("export", _export, "print the incident records")
    exporting.add_argument("--format", choices=["json"], default="json")
    add("check", _check, "check the content and configuration files and say what is wrong where")
    organisation_commands.add_to(commands, data)
    return parser


# --- commands


def _up(options: argparse.Namespace) -> None:
    begin_again_wiping()
    # Imported here: the app brings much that the other commands can do without.
    from bot.app import serve  # noqa: PLC0415

    logs.set_up()
    wanted = Settings(
        data=options.data,
        host=options.host,
        port=options.port,
        demo=options.demo,
        configuration=settings.read_configuration(options.data),
        behind_proxy=options.behind_proxy,
    )

    async def up() -> None:
        await train(_say)
        await serve(wanted, _say)

    try:
        asyncio.run(up())
    except OSError as error:
        raise CommandError(
            f"cannot listen on {options.host}:{options.port} ({os.strerror(error.errno or 0)})"
        ) from error


def _talk(options: argparse.Namespace) -> None:
    from bot.app import talk  # noqa: PLC0415  (see _up)

    logs.set_up()
    wanted = Settings(data=options.data, demo=options.person is not None)

    async def all_of_it() -> None:
        await train(_complain)
        await talk(wanted, options.person, _complain)

    asyncio.run(all_of_it())


def _train(options: argparse.Namespace) -> None:
    scores = asyncio.run(train(_say, force=options.force))
    for name, score in scores.items():
        _print(f"{name:32s} {score:.3f}")


def _read(options: argparse.Namespace) -> int:
    from nlu import reader  # noqa: PLC0415  (see _up)

    if not (settings.READER_MODEL / "meta.json").exists():
        raise CommandError("there is no trained reader: run `lotsen train`")
    loaded = reader.load(settings.READER_MODEL)
    now = options.now or datetime.now(SWEDEN)
    failed = False
    for number, entry in _entries(sys.stdin):
        if entry is None:
            failed = True
            _complain(f"line {number}: {_NO_ENTRY}")
            _print_json({"id": None, "line": number, "note": "not_json"})
        else:
            _print_json({"id": entry[0], **loaded.read(entry[1], now).as_json()})
    return 1 if failed else 0


def _understand(_options: argparse.Namespace) -> int:
    from bot.understanding import understand  # noqa: PLC0415  (see _up)

    asked, failed = _asked(sys.stdin)
    understood = asyncio.run(understand([text for _, text in asked]))
    for (line_id, _), (does, _, confidence) in zip(asked, understood, strict=True):
        _print_json({"id": line_id, "does": does, "confidence": round(confidence, 4)})
    return 1 if failed else 0


def _ask(options: argparse.Namespace) -> int:
    from bot.answerer import Answerer  # noqa: PLC0415  (see _up)
    from bot.danger import DangerWatch  # noqa: PLC0415
    from nlu import reader  # noqa: PLC0415

    answerer = Answerer.load(options.data)
    find_danger = reader.load(settings.READER_MODEL).find_danger
    watch = DangerWatch(load_content(settings.CONTENT).policy.danger, find_danger)
    asked, failed = _asked(sys.stdin)
    for line_id, text in asked:
        danger = watch.find(text)
        first = watch.first(danger, english=watch.is_english(text)) if danger else ""
        _print_json({"id": line_id, **answerer.answer(text, first)})
    return 1 if failed else 0


def _export(options: argparse.Namespace) -> None:
    async def all_records() -> list[dict[str, Any]]:
        store = open_store(options.data)
        try:
            await store.migrate()
            return await export.records(store)
        finally:
            await store.close()

    _print(json.dumps(asyncio.run(all_records()), ensure_ascii=False, indent=2))


def _check(options: argparse.Namespace) -> None:
    problems: list[str] = []
    _tried(problems, lambda: load_content(settings.CONTENT))
    _tried(problems, lambda: settings.read_configuration(options.data))
    _tried(
        problems, lambda: check(read_organisation(settings.CONTENT / DEMO_FILE), Organisation())
    )
    own = options.data / ROUTINES
    routines = _tried(problems, lambda: load_routines(settings.CONTENT, own))
    if routines is None or problems:
        raise ContentError(problems)
    _print("The content and configuration files are in order.")
    for line in _to_see_to(routines, datetime.now(SWEDEN).date()):
        _print(line)


def _tried[T](problems: list[str], attempt: Callable[[], T]) -> T | None:
    """What an attempt gives; its problems are noted, so that the next one is made too."""
    try:
        return attempt()
    except ContentError as error:
        problems += error.problems
        return None


def _to_see_to(routines: Routines, today: date) -> Iterator[str]:
    """What is no mistake, but somebody should know: rules not filled in, and old texts."""
    for rule in routines.unfilled:
        yield f"note: {LOCAL_FILE}: {rule} is not filled in: {routines.local_rules[rule]}"
    for text in routines.texts:
        if text.is_old(today):
            owner, since = text.about.owner, text.about.valid_from
            yield f"note: {text.name}.md: {owner} has not seen it over since {since}"


# --- small things


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:  # noqa: PLR2004  the range of TCP ports
        raise argparse.ArgumentTypeError("a port is 0 to 65535")
    return port


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=SWEDEN)


def _entries(stream: TextIO) -> Iterator[tuple[int, tuple[Any, str] | None]]:
    """The number and the (id, text) of every line; None for a line that has none.

    Bytes that are no text become U+FFFD, so that a broken line does not stop the others.
    """
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="replace")
    for number, line in enumerate(stream, 1):
        if line.strip():
            try:
                entry = json.loads(line)
                yield number, (entry["id"], str(entry["text"]))
            except (ValueError, KeyError, TypeError, RecursionError):
                yield number, None


def _asked(stream: TextIO) -> tuple[list[tuple[Any, str]], bool]:
    """The (id, text) of every usable line, and whether some line was not; those are named."""
    entries = list(_entries(stream))
    for number, entry in entries:
        if entry is None:
            _complain(f"line {number}: {_NO_ENTRY}")
    usable = [entry for _, entry in entries if entry is not None]
    return usable, len(usable) < len(entries)


def _print_json(answer: dict[str, Any]) -> None:
    text = json.dumps(answer, ensure_ascii=False)
    _print(text.encode("utf-8", "replace").decode())  # half a surrogate pair cannot be printed


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")


def _say(line: str) -> None:
    with suppress(OSError):  # a full disk behind a redirected output must not stop the service
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _complain(line: str) -> None:
    sys.stderr.write(f"lotsen: {line}\n")


def _fail(*lines: str) -> int:
    for line in lines:
        _complain(line)
    return 1


if __name__ == "__main__":
    sys.exit(main())
