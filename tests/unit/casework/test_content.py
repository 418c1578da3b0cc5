"""Content files that do not hold together are refused, with the place and the reason."""

import shutil
from pathlib import Path

import pytest
import yaml

from casework.content import POLICY_FILE, TAXONOMY_FILE, load_content
from casework.errors import ContentError
from casework.organisation_file import read_organisation
from casework.organisation_import import Organisation, check
from tests.lotsen_process import ROOT


@pytest.fixture(name="folder")
def _folder(tmp_path: Path) -> Path:
    """A copy of the content, to break."""
    for name in (TAXONOMY_FILE, POLICY_FILE, "organisation.demo.yml"):
        shutil.copy(ROOT / "data" / name, tmp_path)
    return tmp_path


def problems(folder: Path) -> str:
    with pytest.raises(ContentError) as caught:
        load_content(folder)
    return "\n".join(caught.value.problems)


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_content_that_ships_is_in_order(folder: Path) -> None:
    assert load_content(folder).taxonomy.types


def test_missing_file_is_named(folder: Path) -> None:
    (folder / POLICY_FILE).unlink()

    assert POLICY_FILE in problems(folder)


def test_broken_yaml_is_named_with_its_line(folder: Path) -> None:
    (folder / POLICY_FILE).write_text("danger: [\n", encoding="utf-8")

    assert f"{POLICY_FILE}, line" in problems(folder)


def test_type_without_words_is_named(folder: Path) -> None:
    rewrite(folder / TAXONOMY_FILE, "  hot:\n    label: Hot\n", "  hott:\n    label: Hot\n")

    assert "hott" in problems(folder)


def test_function_without_words_is_named(folder: Path) -> None:
    rewrite(folder / TAXONOMY_FILE, "    union: ditt fackförbund\n", "")

    assert "answers.contacts: no words for union" in problems(folder)


def test_unknown_key_is_an_error(folder: Path) -> None:
    rewrite(folder / POLICY_FILE, "police:\n", "polis: x\npolice:\n")

    assert "policy.polis" in problems(folder)


def test_danger_text_without_112_in_its_first_line_is_refused(folder: Path) -> None:
    rewrite(
        folder / POLICY_FILE, "*Ring 112 nu* om du eller någon", "Ta det lugnt, du eller någon"
    )

    assert "the first line must say 112" in problems(folder)


def test_unknown_subtype_in_the_policy_is_named(folder: Path) -> None:
    rewrite(folder / POLICY_FILE, "[sjalvmordshot]", "[sjalvmordshott]")

    assert "sjalvmordshott" in problems(folder)


def test_plan_without_what_the_receipt_promises_is_refused(folder: Path) -> None:
    rewrite(folder / POLICY_FILE, "name: samtal\n", "name: annat\n")

    assert "samtal must be there" in problems(folder)


def test_person_of_an_unknown_unit_is_named(folder: Path) -> None:
    file = folder / "organisation.demo.yml"
    organisation = yaml.safe_load(file.read_text(encoding="utf-8"))
    organisation["people"][0]["unit"] = "nowhere"
    file.write_text(yaml.safe_dump(organisation), encoding="utf-8")

    with pytest.raises(ContentError, match=r"people\.sam, column unit: there is no such unit"):
        check(read_organisation(file), Organisation())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("nudge_again_after_days: 7", "nudge_again_after_days: 30"),
        ("nudge_after_working_days: 1", "nudge_after_working_days: 8"),
    ],
)
def test_drafts_that_would_be_removed_before_they_are_nudged_are_refused(
    folder: Path, old: str, new: str
) -> None:
    rewrite(folder / POLICY_FILE, old, new)

    assert "must come in order" in problems(folder)


def test_draft_that_would_be_removed_at_once_is_refused(folder: Path) -> None:
    rewrite(folder / POLICY_FILE, "remove_empty_after_days: 1", "remove_empty_after_days: 0")

    assert "drafts.remove_empty_after_days" in problems(folder)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("      sms: ['Skärm", "      mejl: ['Skärm", "no words for sms"),
        ("      unsure: Har inte", "      'no': Har inte", "no words for unsure"),
        ("Ring *114 14* eller", "Ring eller", "must say 112 and 114 14"),
        ("ska normalt inte synas.\n    no_", "blir hemlig.\n    no_", "must not promise"),
        ("telefon: {workplace}", "telefon: här", "{workplace}, no more and no fewer"),
        ("'Händelse {reference}.", "'Händelse {ref}.", "{reference}, no more and no fewer"),
        ("'{step}, senast {day}.'", "'{step}.'", "{step}, {day}, no more and no fewer"),
    ],
)
def test_paper_that_would_say_too_little_or_promise_too_much_is_refused(
    folder: Path, old: str, new: str, problem: str
) -> None:
    rewrite(folder / POLICY_FILE, old, new)

    assert problem in problems(folder)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("*Call 112 now* if you or somebody", "Stay calm, you or somebody", "must say 112"),
        ("        - call 112\n", "        - Call 112\n", "no phrase in lower case"),
        ("      distress: I am not in danger\n", "", "safe.distress: no words"),
    ],
)
def test_english_danger_that_does_not_hold_together_is_refused(
    folder: Path, old: str, new: str, problem: str
) -> None:
    rewrite(folder / POLICY_FILE, old, new)

    assert problem in problems(folder)
