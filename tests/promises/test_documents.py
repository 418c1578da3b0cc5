"""The documents are true."""

import re

import pytest

from bot.logs import ALLOWED_KEYS
from casework.vocabulary import IncidentType
from tests.lotsen_process import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda d: d.name)
def test_links_and_paths_in_the_documents_exist(document: object) -> None:
    path = ROOT / str(document)
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (path.parent / target).exists(), target
    made = ("models/", ".venv", ".lotsen")
    for target in re.findall(
        r"`((?:bot|actions|casework|nlu|engine|data|tests|docs)/[\w./-]*)`", text
    ):
        assert target.startswith(made) or (ROOT / target).exists(), target


def test_readme_names_every_make_target_it_promises() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"make ([\w-]+)", readme):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_interfaces_name_the_published_ids() -> None:
    assert [t.value for t in IncidentType] == [
        "trakasserier",
        "hot",
        "vald",
        "skadegorelse",
        "korruption",
        "tjansteroll",
        "annan",
    ]


def test_log_keys_cannot_carry_text() -> None:
    assert not {"text", "name", "message", "person", "exception", "description"} & ALLOWED_KEYS
