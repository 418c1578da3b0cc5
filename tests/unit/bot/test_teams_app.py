"""The app package for Teams: what is in it, and what stops it."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

from bot.settings import CONFIG_FILE
from tests.lotsen_process import ROOT

APP = "77777777-7777-4777-8777-777777777777"
CONFIGURED = f"""
[web]
public_url = "https://lotsen.example.org"

[teams]
app_id = "{APP}"
tenant_id = "22222222-2222-4222-8222-222222222222"
secret = {{ file = "teams.secret" }}
"""


def make(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    tool = [sys.executable, str(ROOT / "tools" / "teams_app.py")]
    return subprocess.run(
        [*tool, "--data", str(data), "--to", str(data / "dist"), *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        check=False,
    )


def test_package_is_filled_in_from_the_configuration(data: Path) -> None:
    (data / CONFIG_FILE).write_text(CONFIGURED)
    (data / "teams.secret").write_text("not-to-be-shown")

    done = make(data, "--municipality", 'Exempel"kommun')

    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(done.stdout.strip()) as package:
        assert sorted(package.namelist()) == ["color.png", "manifest.json", "outline.png"]
        text = package.read("manifest.json").decode()
    manifest = json.loads(text)
    assert manifest["id"] == manifest["bots"][0]["botId"] == APP
    assert manifest["bots"][0]["scopes"] == ["personal"]
    assert manifest["validDomains"] == ["lotsen.example.org"]
    assert manifest["developer"]["name"] == 'Exempel"kommun'
    assert "{" not in "".join(v for v in manifest["developer"].values())
    assert "not-to-be-shown" not in text


def test_what_is_missing_is_said_and_nothing_written(data: Path) -> None:
    done = make(data)

    assert done.returncode == 1
    assert "app_id" in done.stderr
    assert "public_url" in done.stderr
    assert not (data / "dist").exists()


def test_what_is_wrong_is_said_where_it_is(data: Path) -> None:
    done = make(
        data, "--app-id", "7", "--url", "http://lotsen.example.org", "--municipality", "x" * 33
    )

    assert done.returncode == 1
    for place in ("manifest: id", "bots.0.botId", "developer.websiteUrl", "developer.name"):
        assert place in done.stderr
    assert not (data / "dist").exists()
