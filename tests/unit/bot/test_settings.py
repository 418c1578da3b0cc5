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
    for name in ("oidc.secret", "teams.secret"):
        (data / name).write_text(f"{SECRET}\n", encoding="utf-8")
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


REGISTERED = """
[web]
public_url = "https://lotsen.example.org"

[teams]
app_id = "77777777-7777-4777-8777-777777777777"
tenant_id = "22222222-2222-4222-8222-222222222222"
secret = { file = "teams.secret" }
"""


def test_teams_needs_who_we_are_there_and_where_the_page_is(data: Path) -> None:
    teams = read(data, REGISTERED).teams
    assert teams is not None
    assert SECRET not in repr(teams)

    assert problems(data, "[teams]") == [
        f"{CONFIG_FILE}: teams: app_id, tenant_id and secret are needed"
    ]
    (said,) = problems(data, REGISTERED[REGISTERED.index("[teams]") :])
    assert "needs [web] public_url" in said
    (said,) = problems(data, REGISTERED.replace("2222-4222", "x"))
    assert "teams.tenant_id" in said


def test_teams_without_proof_stays_on_this_machine(data: Path) -> None:
    assert read(data, "[teams]\nlocal = true").teams is not None

    outside = '[web]\npublic_url = "https://lotsen.example.org"\n[teams]\nlocal = true'
    assert "teams.local" in problems(data, outside)[0]


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
