"""`lotsen org`: bring the organisation in from a file, with a look at it first."""

import argparse
import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from casework.errors import CaseworkError
from casework.organisation_file import OrganisationFile, read_organisation, write_template
from casework.organisation_import import (
    Change,
    Difference,
    Organisation,
    TooManyLeavingError,
    check,
    import_organisation,
    organisation_of,
)
from casework.store import DATABASE_FILE, open_store


def add_to(commands: Any, data: argparse.ArgumentParser) -> None:
    """Add `org` and what it can do to the commands.

    Args:
        data: the options that every command has.
    """
    summary = "units, people, roles, managers, substitutes and contacts"
    group = commands.add_parser("org", help=summary, description=summary)
    within = group.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Any, words: str) -> argparse.ArgumentParser:
        command: argparse.ArgumentParser = within.add_parser(
            name, help=words, description=words, parents=[data]
        )
        command.add_argument("file", type=Path, metavar="FILE")
        command.set_defaults(run=run)
        return command

    add("check", _check, "say what is wrong in a file, row by row; nothing is changed")
    importing = add("import", _import, "show what a file changes, and bring it in")
    importing.add_argument("--dry-run", action="store_true", help="show it only")
    importing.add_argument(
        "--leaving",
        choices=["keep", "deactivate"],
        default="keep",
        help="what becomes of people who are not in the file (default: keep)",
    )
    importing.add_argument(
        "--many-leave", action="store_true", help="let more than a fifth of all people leave"
    )
    add("template", _template, "write an Excel file to start from")


def _check(options: argparse.Namespace) -> None:
    file = read_organisation(options.file)
    check(file, asyncio.run(_recorded(options.data)))
    counts = (len(file.units), len(file.people), len(file.contacts))
    _say("In order: {} units, {} people, {} contacts.".format(*counts))


def _import(options: argparse.Namespace) -> None:
    file = read_organisation(options.file)
    try:
        difference = asyncio.run(_bring_in(file, options))
    except TooManyLeavingError as error:
        raise CaseworkError(
            f"{error}: is the file the whole one? If so, say --many-leave. Nothing was changed"
        ) from error
    for line in _lines(difference):
        _say(line)
    _say("Dry run: nothing was changed." if options.dry_run else "Done.")


def _template(options: argparse.Namespace) -> None:
    write_template(options.file)


async def _recorded(data: Path) -> Organisation:
    """What is in the record; nothing is made where there is none."""
    if not (data / DATABASE_FILE).exists():
        return Organisation()
    store = open_store(data)
    try:
        await store.migrate()
        return await organisation_of(store)
    finally:
        await store.close()


async def _bring_in(file: OrganisationFile, options: argparse.Namespace) -> Difference:
    store = open_store(options.data)
    try:
        await store.migrate()
        return await import_organisation(
            store,
            file,
            is_complete=options.leaving == "deactivate",
            many_may_leave=options.many_leave,
            dry_run=options.dry_run,
        )
    finally:
        await store.close()


def _lines(difference: Difference) -> Iterator[str]:
    """What changes: ids and names of fields, never what is in them."""
    for change in difference.added:
        yield f"+ {_named(change)}"
    for change in difference.changed:
        yield f"~ {_named(change)}: {', '.join(change.fields)}"
    for person_id in difference.leaving:
        yield f"- person {person_id} leaves"
    for person_id in difference.missing:
        yield f"? person {person_id} is not in the file, and stays (--leaving deactivate)"
    yield (
        f"{len(difference.added)} added, {len(difference.changed)} changed, "
        f"{len(difference.leaving)} leaving, {len(difference.missing)} not in the file."
    )
    handed = difference.handed
    if handed.on or handed.left:
        yield f"Open incidents: {handed.on} handed on, {handed.left} that nobody else may have."


def _named(change: Change) -> str:
    return f"{change.what} {change.id}"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
