"""Makes the app package for Microsoft Teams: fills in the manifest, checks it, and zips it.

    tools/teams_app.py [--data DIR] [--app-id ID] [--url URL] [--municipality NAME] [--to DIR]

What is left out is read from `lotsen.toml` in the data folder. The limits are those of
https://learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema.
"""

import argparse
import json
import os
import struct
import sys
import zipfile
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, UrlConstraints, ValidationError

from bot import settings
from casework.errors import ContentError

SOURCE = settings.ROOT / "deploy" / "teams"
ICONS = {"color.png": 192, "outline.png": 32}
_PNG = b"\x89PNG\r\n\x1a\n"

Https = Annotated[AnyHttpUrl, UrlConstraints(allowed_schemes=["https"], max_length=2048)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Developer(_Part):
    name: str = Field(min_length=1, max_length=32)
    websiteUrl: Https  # noqa: N815  the manifest's own names, here and below
    privacyUrl: Https  # noqa: N815
    termsOfUseUrl: Https  # noqa: N815


class Name(_Part):
    short: str = Field(min_length=1, max_length=30)
    full: str = Field(max_length=100)


class Description(_Part):
    short: str = Field(min_length=1, max_length=80)
    full: str = Field(min_length=1, max_length=4000)


class Icons(_Part):
    color: Literal["color.png"]
    outline: Literal["outline.png"]


class Localization(_Part):
    defaultLanguageTag: Literal["sv-SE"]  # noqa: N815


class Command(_Part):
    title: str = Field(min_length=1, max_length=32)
    description: str = Field(min_length=1, max_length=128)


class Commands(_Part):
    scopes: tuple[Literal["personal"]]
    commands: list[Command] = Field(max_length=10)


class Bot(_Part):
    botId: UUID  # noqa: N815
    scopes: tuple[Literal["personal"]]
    supportsFiles: Literal[False]  # noqa: N815
    isNotificationOnly: Literal[False]  # noqa: N815
    commandLists: list[Commands] = Field(max_length=3)  # noqa: N815


class Manifest(_Part):
    """What we use of version 1.19; anything else is a slip of the pen."""

    schema_: str = Field(alias="$schema")
    manifestVersion: Literal["1.19"]  # noqa: N815
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    id: UUID
    developer: Developer
    name: Name
    description: Description
    icons: Icons
    accentColor: str = Field(pattern=r"^#[0-9A-Fa-f]{6}$")  # noqa: N815
    localizationInfo: Localization  # noqa: N815
    defaultInstallScope: Literal["personal"]  # noqa: N815
    bots: list[Bot] = Field(min_length=1, max_length=1)
    validDomains: list[Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+$")]]  # noqa: N815


def main() -> int:
    """Make the package; returns the exit status."""
    options = _parser().parse_args()
    try:
        package = make(options)
    except ContentError as error:
        for problem in error.problems:
            sys.stderr.write(f"teams-app: {problem}\n")
        return 1
    sys.stdout.write(f"{package}\n")
    return 0


def make(options: argparse.Namespace) -> Path:
    """Make the package; where it is.

    Raises:
        ContentError: with a line for each thing that is missing or wrong; nothing is written.
    """
    configured = settings.read_configuration(options.data)
    app_id = options.app_id or (configured.teams.app_id if configured.teams else "")
    url = (options.url or (configured.web.public_url if configured.web else "")).rstrip("/")
    missing = [
        f"{what} is missing: write it in {settings.CONFIG_FILE} or give {flag}"
        for what, flag, value in (
            ("[teams] app_id", "--app-id", app_id),
            ("[web] public_url", "--url", url),
        )
        if not value
    ]
    if missing:
        raise ContentError(missing)
    words = {
        "{app_id}": app_id,
        "{url}": url,
        "{host}": urlsplit(url).hostname or "",
        "{municipality}": options.municipality,
    }
    manifest = _filled(json.loads((SOURCE / "manifest.json").read_text(encoding="utf-8")), words)
    _check(manifest)
    return _zip(manifest, options.to)


def _filled(part: Any, words: dict[str, str]) -> Any:
    """The manifest with its blanks filled in; only whole texts, never the JSON around them."""
    match part:
        case dict():
            return {key: _filled(value, words) for key, value in part.items()}
        case list():
            return [_filled(value, words) for value in part]
        case str():
            for blank, word in words.items():
                part = part.replace(blank, word)
    return part


def _check(manifest: dict[str, Any]) -> None:
    problems = []
    try:
        Manifest.model_validate(manifest)
    except ValidationError as error:
        problems = [
            f"manifest: {'.'.join(map(str, problem['loc']))}: {problem['msg']}"
            for problem in error.errors()
        ]
    for name, size in ICONS.items():
        head = (SOURCE / name).read_bytes()[:24]
        if head[:8] != _PNG or struct.unpack(">II", head[16:24]) != (size, size):
            problems.append(f"{name}: must be a PNG of {size} x {size}")
    if problems:
        raise ContentError(problems)


def _zip(manifest: dict[str, Any], folder: Path) -> Path:
    """The same content is the same file, byte for byte."""
    folder.mkdir(parents=True, exist_ok=True)
    package = folder / "lotsen-teams.zip"
    written = json.dumps(manifest, ensure_ascii=False, indent=2).encode()
    contents = {"manifest.json": written} | {n: (SOURCE / n).read_bytes() for n in ICONS}
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in contents.items():
            into.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return package


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    default = os.environ.get(settings.DATA_VARIABLE) or settings.DEFAULT_DATA
    parser.add_argument("--data", type=Path, default=Path(default), metavar="DIR")
    parser.add_argument("--app-id", default="", metavar="ID")
    parser.add_argument("--url", default="", help="where people find Lotsen")
    parser.add_argument("--municipality", default="Kommunen", metavar="NAME")
    parser.add_argument("--to", type=Path, default=settings.ROOT / "dist", metavar="DIR")
    return parser


if __name__ == "__main__":
    sys.exit(main())
