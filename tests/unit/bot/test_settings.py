"""The one configuration file: what it may say, and what is said about mistakes in it."""

from contextlib import suppress
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.settings import CONFIG_FILE, ROOT, Configuration, Roles, read_configuration
from casework.errors import ContentError
from casework.vocabulary import Role

SECRET = "not-to-be-shown"
WHOLE = """
[web]
public_url = "https://lotsen.example.org"

[oidc]
issuer = "https://login.example.org/tenant/v2.0/"
client_id = "lotsen"
client_secret = { file = "oidc.secret" }

[oidc.roles]
claim = "roles"
values = { "Lotsen.HR" = "hr", "Lotsen.Chef" = "manager" }
"""


def read(data: Path, text: str) -> Configuration:
    (data / CONFIG_FILE).write_text(text, encoding="utf-8")
    (data / "telegram.token").write_text(f"123456:{SECRET}-{SECRET}\n", encoding="utf-8")
    (data / "telegram.secret").write_text(f"{SECRET}-{SECRET}\n", encoding="utf-8")
    (data / "oidc.secret").write_text(f"{SECRET}\n", encoding="utf-8")
    return read_configuration(data)


def problems(data: Path, text: str) -> list[str]:
    with pytest.raises(ContentError) as refused:
        read(data, text)
    assert SECRET not in str(refused.value)
    return refused.value.problems


def test_no_file_means_that_nothing_is_configured(data: Path) -> None:
    assert read_configuration(data) == Configuration()


def test_whole_file_is_read_and_the_secret_is_not_shown(data: Path) -> None:
    configuration = read(data, WHOLE)

    assert configuration.oidc is not None
    assert configuration.oidc.issuer == "https://login.example.org/tenant/v2.0"
    assert configuration.oidc.client_secret.get_secret_value() == SECRET
    assert configuration.oidc.roles is not None
    assert list(configuration.oidc.roles.values.values()) == [Role.HR, Role.MANAGER]
    assert SECRET not in repr(configuration)


def test_guide_for_operators_names_every_key(data: Path) -> None:
    guide = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    example = guide.partition("```toml\n")[2].partition("```")[0]

    shown = read(data, example).model_dump(exclude_unset=True)

    for name, section in Configuration.model_fields.items():
        assert name in shown, f"[{name}] is not in the guide"
        (model, _) = get_args(section.annotation)
        assert set(shown[name]) == set(model.model_fields)
    assert set(shown["oidc"]["roles"]) == set(Roles.model_fields)


def test_secret_may_come_from_the_environment(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = WHOLE.replace('file = "oidc.secret"', 'env = "LOTSEN_OIDC_SECRET"')
    assert problems(data, text) == [
        f"{CONFIG_FILE}: oidc.client_secret: there is nothing in LOTSEN_OIDC_SECRET"
    ]

    monkeypatch.setenv("LOTSEN_OIDC_SECRET", SECRET)

    oidc = read(data, text).oidc
    assert oidc is not None
    assert oidc.client_secret.get_secret_value() == SECRET


@pytest.mark.parametrize(
    ("written", "instead", "where"),
    [
        ('{ file = "oidc.secret" }', f'"{SECRET}"', "oidc.client_secret: write { file"),
        ('{ file = "oidc.secret" }', '{ file = "gone" }', "oidc.client_secret: gone cannot be"),
        ('client_id = "lotsen"\n', "", "oidc.client_id: Field required"),
        ("client_id", "client_name", "oidc.client_name: Extra inputs"),
        ("https://login", "http://login", "oidc.issuer: must be an address that begins with"),
        ("example.org/tenant", "example.org:x/", "oidc.issuer: must be an address"),
        ("lotsen.example.org", "lotsen.example.org/chat", "web.public_url: must be an address"),
        ('[web]\npublic_url = "https://lotsen.example.org"', "", "oidc: needs [web] public_url"),
        ('"hr"', '"boss"', "oidc.roles.values.Lotsen.HR: Input should be"),
        ("[oidc]", '[oidc]\nscopes = ["email"]', 'oidc: scopes: "openid" must be'),
        ("[oidc]", '[oidc]\nmatch = "sub"', "oidc.match: Input should be"),
        ("[web]", "[web", "is not TOML"),
        ("[web]", "[telegrm]\n[web]", "telegrm: Extra inputs"),
    ],
)
def test_mistake_is_named_with_its_place(
    data: Path, written: str, instead: str, where: str
) -> None:
    assert written in WHOLE

    found = problems(data, WHOLE.replace(written, instead, 1))

    assert any(p.startswith(f"{CONFIG_FILE}: {where}") for p in found), found


@given(content=st.binary(max_size=200))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_file_is_read_or_named_as_wrong(data: Path, content: bytes) -> None:
    (data / CONFIG_FILE).write_bytes(content)
    with suppress(ContentError):
        read_configuration(data)


# --- Telegram


TELEGRAM = """
[web]
public_url = "https://lotsen.example.org"

[telegram]
token = {{ env = "BOT_TOKEN" }}
secret = {{ env = "BOT_SECRET" }}
{more}
"""


def telegram(
    data: Path, monkeypatch: pytest.MonkeyPatch, more: str = "", **changed: str
) -> Configuration:
    said = {"token": f"123456:{SECRET}-{SECRET}", "secret": f"{SECRET}-{SECRET}", **changed}
    monkeypatch.setenv("BOT_TOKEN", said["token"])
    monkeypatch.setenv("BOT_SECRET", said["secret"])
    return read(data, TELEGRAM.format(more=more))


def test_bot_answers_questions_only_unless_it_is_said(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_telegram = telegram(data, monkeypatch).telegram

    assert read_telegram is not None
    assert not read_telegram.reporting
    assert read_telegram.mode == "polling"
    assert SECRET not in repr(read_telegram)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"token": SECRET}, "telegram.token: is no token of a bot"),
        ({"token": f"x:{SECRET}-{SECRET}"}, "telegram.token: is no token of a bot"),
        ({"secret": "short"}, "telegram.secret: must be 16 to 256"),
        ({"secret": f"{SECRET} å"}, "telegram.secret: must be 16 to 256"),
    ],
)
def test_key_of_a_bot_that_cannot_be_one_is_refused_without_being_shown(
    data: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], told: str
) -> None:
    with pytest.raises(ContentError) as refused:
        telegram(data, monkeypatch, **changed)

    (problem,) = refused.value.problems
    assert told in problem
    assert SECRET not in problem


@pytest.mark.parametrize("left_out", ["secret", "web"])
def test_webhook_needs_a_secret_and_an_address(
    data: Path, monkeypatch: pytest.MonkeyPatch, left_out: str
) -> None:
    monkeypatch.setenv("BOT_TOKEN", f"123456:{SECRET}-{SECRET}")
    monkeypatch.setenv("BOT_SECRET", f"{SECRET}-{SECRET}")
    whole = TELEGRAM.format(more='mode = "webhook"')
    lines = [line for line in whole.splitlines() if not line.startswith(left_out)]
    text = "\n".join(lines)
    if left_out == "web":
        text = text.replace('[web]\npublic_url = "https://lotsen.example.org"', "")

    (problem,) = problems(data, text)

    assert ("secret" in problem) if left_out == "secret" else ("[web]" in problem)
