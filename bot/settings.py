"""Where things are and how this Lotsen runs; read once, handed down as values."""

import os
import tomllib
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    model_validator,
)

from casework.errors import ContentError
from casework.vocabulary import Role

ROOT = Path(__file__).parent.parent
CONTENT = ROOT / "data"
ENGINE_MODEL = ROOT / "models" / "engine" / "lotsen.tar.gz"
READER_MODEL = ROOT / "models" / "reader"
FINDER_MODEL = ROOT / "models" / "finder"
DEFAULT_DATA = ROOT / ".lotsen"
DATA_VARIABLE = "LOTSEN_DATA"
CONFIG_FILE = "lotsen.toml"


# --- what values may look like


def _secret(where: object, info: ValidationInfo) -> SecretStr:
    """The secret that the file points at; it never stands in the file itself."""
    folder: Path = info.context or Path()
    match where:
        case {"file": str(name), **others} if not others:
            try:
                secret = (folder / name).read_text(encoding="utf-8").strip()
            except (OSError, ValueError) as error:
                raise ValueError(f"{name} cannot be read ({type(error).__name__})") from None
        case {"env": str(name), **others} if not others:
            secret = os.environ.get(name, "").strip()
        case _:
            raise ValueError('write { file = "NAME" } or { env = "NAME" }, never the secret')
    if not secret:
        raise ValueError(f"there is nothing in {name}")
    return SecretStr(secret)


def safe_address(url: str) -> str:
    """The address itself, if what is sent there cannot be overheard: https, or this machine.

    Raises:
        ValueError: it is another one, or none at all.
    """
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_here(parts.hostname))
    if not (is_safe and parts.hostname and parts.port != 0):
        raise ValueError
    return url


def _address(url: str) -> str:
    try:
        parts = urlsplit(safe_address(url))
    except ValueError:
        parts = None
    if parts is None or parts.query or parts.fragment or parts.username:
        raise ValueError("must be an address that begins with https://")
    return url.rstrip("/")


def _origin(url: str) -> str:
    if urlsplit(url).path:
        raise ValueError("must be an address without a path, as https://lotsen.example.org")
    return url


def _guid(written: str) -> str:
    try:
        return str(UUID(written))
    except ValueError:
        raise ValueError("must be an id as 00000000-0000-0000-0000-000000000000") from None


def is_here(host: str | None) -> bool:
    """Whether a host is this machine."""
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


Secret = Annotated[SecretStr, BeforeValidator(_secret)]
"""In the file `{ file = "NAME" }`, beside `lotsen.toml` or absolute, or `{ env = "NAME" }`."""
Address = Annotated[str, AfterValidator(_address)]
"""https, or http on this machine; without a slash at the end."""


# --- the sections of the file


class Section(BaseModel):
    """A section of the file; a key that it does not have is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Web(Section):
    """`[web]`: how people reach the pages."""

    public_url: Annotated[Address, AfterValidator(_origin)]


class Roles(Section):
    """`[oidc.roles]`: the provider says at each login which role somebody has.

    Attributes:
        claim: of the ID token; a text or a list of texts.
        values: value of the claim → role; of several, the one that stands first here.
        otherwise: the role of somebody who has none of them; None leaves the role as it is.
    """

    claim: str = Field(default="roles", min_length=1)
    values: dict[str, Role] = Field(min_length=1)
    otherwise: Role | None = None


class Oidc(Section):
    """`[oidc]`: login by OpenID Connect.

    Attributes:
        match: which claim says who somebody is: `oid` (Microsoft Entra ID) or a verified `email`.
    """

    issuer: Address
    client_id: str = Field(min_length=1)
    client_secret: Secret
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    match: Literal["oid", "email"] = "oid"
    roles: Roles | None = None

    @model_validator(mode="after")
    def _asks_for_an_id_token(self) -> Self:
        if "openid" not in self.scopes:
            raise ValueError('scopes: "openid" must be among them')
        return self


class Teams(Section):
    """`[teams]`: chats in Microsoft Teams.

    Attributes:
        app_id, tenant_id, secret: the registration in Microsoft Entra ID.
        match: whether people are known by their object id or by the name with which they log in,
            which must then be their e-mail address.
        hosts: where replies may be sent; domains below them too.
        local: nobody proves who they are; for development, on this machine only.
    """

    app_id: Annotated[str, AfterValidator(_guid)] = ""
    tenant_id: Annotated[str, AfterValidator(_guid)] = ""
    secret: Secret | None = None
    match: Literal["oid", "email"] = "oid"
    hosts: Annotated[tuple[str, ...], Field(min_length=1)] = ("smba.trafficmanager.net",)
    local: bool = False

    @model_validator(mode="after")
    def _is_registered(self) -> Self:
        if not self.local and not (self.app_id and self.tenant_id and self.secret):
            raise ValueError("app_id, tenant_id and secret are needed")
        return self


class Configuration(Section):
    """The whole file; None where a section is not there."""

    web: Web | None = None
    oidc: Oidc | None = None
    teams: Teams | None = None

    @model_validator(mode="after")
    def _logins_can_come_back(self) -> Self:
        if self.oidc and not self.web:
            raise ValueError("oidc: needs [web] public_url, the address that people come back to")
        return self

    @model_validator(mode="after")
    def _teams_can_say_where_the_page_is(self) -> Self:
        if self.teams and not self.teams.local and not self.web:
            raise ValueError("teams: needs [web] public_url, the address that people are sent to")
        return self

    @model_validator(mode="after")
    def _only_this_machine_is_believed_without_proof(self) -> Self:
        is_open = self.web and not is_here(urlsplit(self.web.public_url).hostname)
        if self.teams and self.teams.local and is_open:
            raise ValueError("teams.local: is not for an address that others can reach")
        return self


def read_configuration(data: Path) -> Configuration:
    """Read the configuration file of a data folder; everything is None if there is no file.

    Raises:
        ContentError: with a line for each problem; no line holds a secret.
    """
    path = data / CONFIG_FILE
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        return Configuration.model_validate(written, context=path.parent)
    except FileNotFoundError:
        return Configuration()
    except OSError as error:
        raise ContentError([f"{CONFIG_FILE}: cannot be read ({type(error).__name__})"]) from None
    except ValidationError as error:
        raise ContentError([_problem(p["loc"], p["msg"]) for p in error.errors()]) from None
    except tomllib.TOMLDecodeError as error:
        raise ContentError([f"{CONFIG_FILE}: is not TOML: {error}"]) from None
    except UnicodeDecodeError:
        raise ContentError([f"{CONFIG_FILE}: is not UTF-8"]) from None


def _problem(place: tuple[int | str, ...], message: str) -> str:
    parts = [CONFIG_FILE, ".".join(map(str, place)), message.removeprefix("Value error, ")]
    return ": ".join(part for part in parts if part)


@dataclass(frozen=True)
class Settings:
    """How one `lotsen up` runs.

    Attributes:
        data: the data folder: database, key, configuration file.
        host, port: where the app listens.
        demo: whether anybody may log in as one of the made-up people.
        configuration: what the file says.
    """

    data: Path
    host: str = "127.0.0.1"
    port: int = 8080
    demo: bool = False
    configuration: Configuration = field(default_factory=Configuration)

    @property
    def page(self) -> str:
        """The address of the web page, to be told to people."""
        web = self.configuration.web
        return (web.public_url if web else f"http://{self.host}:{self.port}").rstrip("/")
