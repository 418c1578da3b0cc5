"""A real OpenID Connect provider for tests: nanoidp as a process of its own, with people in it."""

import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from html import unescape
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import aiohttp
import yaml

from bot.engine_process import free_port

CLIENT = "lotsen"
SECRET = "a secret / of + the client"
PASSWORD = "correct horse"
START_SECONDS = 60
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


class IdentityProvider:
    """Starts with `with`, ends with it.

    Args:
        folder: for its configuration, keys and log.
        come_back: the only address that it sends people back to.
        people: by the name they log in with, what it says about them (`oid` and so on); `roles`
            and `email` have places of their own.
    """

    def __init__(self, folder: Path, come_back: str, people: dict[str, dict[str, object]]) -> None:
        self._folder = folder
        self._port = free_port()
        self.issuer = f"http://127.0.0.1:{self._port}"
        self._write(
            "settings.yaml",
            {
                "config_version": 1,
                "security_profile": "oauth21",
                "server": {"host": "127.0.0.1", "port": self._port},
                "oauth": {
                    "issuer": self.issuer,
                    "require_pkce": True,
                    "clients": [
                        {
                            "client_id": CLIENT,
                            "client_secret": SECRET,
                            "token_endpoint_auth_method": "client_secret_post",
                            "redirect_uris": [come_back],
                        }
                    ],
                },
                "jwt": {"keys_dir": str(folder / "keys")},
                "session": {"secret_key": "of this test", "enforce_password_check": True},
            },
        )
        self._write(
            "users.yaml",
            {"config_version": 1, "users": {name: _user(said) for name, said in people.items()}},
        )
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "nanoidp", "--config", str(self._folder)]
        with (self._folder / "provider.log").open("wb") as log:
            self._process = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)
        until = time.monotonic() + START_SECONDS
        while not self._answers():
            said = (self._folder / "provider.log").read_text()
            assert self._process.poll() is None, said
            assert time.monotonic() < until, said
            time.sleep(0.1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait(timeout=10)

    def _write(self, name: str, content: object) -> None:
        self._folder.mkdir(exist_ok=True)
        (self._folder / name).write_text(yaml.safe_dump(content), encoding="utf-8")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.issuer}/.well-known/openid-configuration"):  # noqa: S310
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


def _user(said: dict[str, object]) -> dict[str, object]:
    own = {name: said[name] for name in said if name in ("email", "roles")}
    others = {name: said[name] for name in said if name not in own}
    return own | {"password": PASSWORD, "attributes": others}


async def log_in_there(session: aiohttp.ClientSession, address: str, name: str) -> str:
    """Fill in the provider's page as a browser does; returns where it sends one back to."""
    async with session.get(address) as page:
        html = await page.text()
        assert page.status == 200, html
    form = dict(_HIDDEN.findall(html)) | {"username": name, "password": PASSWORD}
    action = re.search(r'<form[^>]*action="([^"]*)"', html)
    target = urljoin(address, unescape(action.group(1))) if action else address
    async with session.post(target, data=form, allow_redirects=False) as answer:
        assert answer.status in (302, 303), await answer.text()
        return answer.headers["Location"]
