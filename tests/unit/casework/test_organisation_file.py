"""An organisation is read from the files that people have, or every wrong row is named."""

import zipfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from casework import tables
from casework.errors import ContentError
from casework.organisation_file import OrganisationFile, read_organisation, write_template
from casework.organisation_import import Organisation, check
from casework.vocabulary import Area, Role

type Table = tuple[tuple[object, ...], ...]
type Rows = Iterable[Iterable[object]]

UNITS: Table = (
    ("id", "namn", "överordnad", "chef", "område", "adress", "telefon"),
    ("topp", "Socialförvaltningen", None, None, None, "Påhittsgatan 1", "08-465 004 00"),
    ("norr", "Barn och familj norr", "topp", "bo", "Barn och familj", None, "08-465 004 10"),
)
PEOPLE: Table = (
    ("id", "namn", "e-post", "roll", "enhet", "ersättare", "aktiv"),
    ("bo", "Bo Exempelbäck", "Bo@Exempelkommun.example", "medarbetare", "norr", "1007", "ja"),
    (1007, "Åsa Exempelö", None, "Säkerhet", "topp", None, None),
)
CONTACTS: Table = (("funktion", "kontakt"), ("Juridik", "kommunjuristen"))


def workbook(path: Path, sheets: Mapping[str, Rows]) -> Path:
    book = Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    del book["Sheet"]
    book.save(path)
    return path


def as_csv(rows: Rows, separator: str = ";") -> str:
    lines = (separator.join("" if c is None else str(c) for c in row) for row in rows)
    return "\r\n".join(lines) + "\r\n"


def problems(path: Path) -> str:
    with pytest.raises(ContentError) as caught:
        read_organisation(path)
    return "\n".join(caught.value.problems)


def people(path: Path, rows: Rows) -> Path:
    file = path / "people.csv"
    file.write_text(as_csv(rows), encoding="utf-8")
    return file


def assert_is_all_of_it(file: OrganisationFile) -> None:
    check(file, Organisation())
    norr, bo, asa = file.units[1], *file.people
    assert (norr.parent, norr.manager, norr.area) == ("topp", "bo", Area.CHILDREN)
    assert (bo.name, bo.email, bo.role) == (
        "Bo Exempelbäck",
        "bo@exempelkommun.example",
        Role.STAFF,
    )
    assert (bo.substitute, bo.active) == ("1007", True)
    assert (asa.id, asa.name, asa.role, asa.email) == (
        "1007",
        "Åsa Exempelö",
        Role.SECURITY,
        None,
    )
    assert file.contacts == {"legal": "kommunjuristen"}


# --- what can be read


def test_workbook_is_read(tmp_path: Path) -> None:
    sheets = {"Enheter": UNITS, "personer": PEOPLE, "Kontakter": CONTACTS, "Anteckningar": [["x"]]}

    assert_is_all_of_it(read_organisation(workbook(tmp_path / "org.xlsx", sheets)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("packed", [True, False])
def test_csv_is_read_however_it_was_saved(
    tmp_path: Path, encoding: str, separator: str, packed: bool
) -> None:
    for name, rows in (("enheter", UNITS), ("people", PEOPLE), ("kontakter", CONTACTS)):
        content = as_csv(rows, separator).encode(encoding)
        if packed:
            with zipfile.ZipFile(tmp_path / "org.zip", "a") as archive:
                archive.writestr(f"export/{name}.csv", content)
        else:
            (tmp_path / f"{name}.csv").write_bytes(content)

    assert_is_all_of_it(read_organisation(tmp_path / "org.zip" if packed else tmp_path))


def test_excels_own_mark_of_the_separator_is_understood(tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("sep=,\nid,name,unit\nbo,B;o,norr\nu,,\n", encoding="utf-8")

    assert "people.csv, row 4, column name: is empty" in problems(file)
    file.write_text("sep=,\nid,name,unit\nbo,B;o,norr\n", encoding="utf-8")
    assert read_organisation(file).people[0].name == "B;o"


def test_template_is_read_as_it_is_and_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "mall.xlsx"
    write_template(path)
    assert read_organisation(path) == OrganisationFile()

    book = load_workbook(path)
    for name, rows in (("enheter", UNITS), ("kontakter", CONTACTS)):
        for row in rows[1:]:
            book[name].append(list(row))
    columns = [cell.value for cell in book["personer"][1]]
    for row in PEOPLE[1:]:
        values = dict(zip(PEOPLE[0], row, strict=True))
        book["personer"].append([values.get(column) for column in columns])
    book.save(path)

    assert_is_all_of_it(read_organisation(path))
    with pytest.raises(ContentError, match="cannot be written"):
        write_template(path)


def test_column_that_is_not_there_is_not_spoken_of_and_an_empty_cell_is(tmp_path: Path) -> None:
    file = people(tmp_path, [("id", "name", "unit", "email"), ("bo", "Bo", "norr", "")])

    assert read_organisation(file).people[0].said() == {
        "name": "Bo",
        "unit": "norr",
        "email": None,
    }


def test_hard_spaces_and_blank_rows_of_excel_do_not_matter(tmp_path: Path) -> None:
    rows = [
        [],
        ("id", "name", "unit", None, None),
        ("bo", "Bo\u00a0 Exempelbäck ", "norr", None, "  "),
        [None, "", " "],
        ("li", "Li", "norr"),
    ]
    read = read_organisation(workbook(tmp_path / "org.xlsx", {"people": rows}))

    assert [(p.id, p.name) for p in read.people] == [("bo", "Bo Exempelbäck"), ("li", "Li")]
    assert read.people[1].at("unit") == "org.xlsx, sheet people, row 5, column unit"


# --- what is wrong is named, and not quoted


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("id", "Bo Bäck", "must be letters a-z, digits and hyphens"),
        ("namn", "", "is empty"),
        ("namn", "x" * 201, "longer than 200"),
        ("namn", "Bo\u200b", "cannot be printed"),
        ("e-post", "bo.exempel", "is not an e-mail address"),
        ("entra-id", "0f6d4c1e", "is not an object id"),
        ("roll", "rektor", "must be one of 'staff', 'manager'"),
        ("enhet", "", "is empty"),
        ("aktiv", "kanske", "must be yes or no"),
    ],
)
def test_wrong_cell_is_named_by_row_and_column(
    tmp_path: Path, column: str, value: str, words: str
) -> None:
    row = {"id": "bo", "namn": "Bo", "e-post": "", "entra-id": "", "roll": "", "enhet": "norr"}
    row = {**row, "aktiv": "", column: value}
    found = problems(people(tmp_path, [row, ["li", "Li", "", "", "", "norr", ""], row.values()]))

    assert found.startswith(f"people.csv, row 3, column {column}: ")
    assert words in found
    assert "\n" not in found
    assert not value or value not in found


def test_every_wrong_row_is_named_at_once_and_many_are_counted(tmp_path: Path) -> None:
    rows = [("id", "name", "unit"), *([("bo", "", "norr")] * 250)]
    found = problems(people(tmp_path, rows)).splitlines()

    assert len(found) == 201
    assert found[199].startswith("people.csv, row 201,")
    assert found[-1] == "... and 50 more"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2026, 1, 2), "is a date"),
        (0.5, "has decimals"),
        ("#N/A", "a formula that went wrong"),
        ("=A1", "cell C2: is a formula without a value"),
    ],
)
def test_cell_that_excel_made_something_of_is_named(
    tmp_path: Path, value: object, words: str
) -> None:
    sheets = {"people": [("id", "name", "unit"), ("bo", "Bo", value)]}

    assert words in problems(workbook(tmp_path / "org.xlsx", sheets))


def test_phone_that_has_lost_its_zero_is_named(tmp_path: Path) -> None:
    sheets = {"enheter": [("id", "namn", "telefon"), ("norr", "Norr", 84650410)]}

    assert "a first zero is lost" in problems(workbook(tmp_path / "org.xlsx", sheets))


def test_merged_cells_are_named_unless_they_are_above_the_table(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "org.xlsx",
        {"people": [("id", "name", "unit"), ("bo", "Bo", "norr"), ("li", "Li", "norr")]},
    )
    book = load_workbook(path)
    book["people"].merge_cells("C2:C3")
    book.save(path)

    assert "cells C2:C3: are merged" in problems(path)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("id", "name", "unit", "shoes")], "column 4 is not known"),
        ([("id", "name", "enhet", "unit")], "two columns for unit"),
        ([("id", "name", "name")], "comes twice"),
        ([("id", "name")], "there is no column unit or enhet"),
        ([("id", "name", None, "unit")], "column 3 has no heading"),
        ([("id", "name", "unit"), ("bo", "Bo", "norr", "x")], "more cells than there are"),
        ([("id", "name", "unit"), ('b"o', '"Bo', "norr")], "quotation mark"),
        ([], "there is no column id"),
    ],
)
def test_table_that_is_no_table_is_named(tmp_path: Path, rows: Rows, words: str) -> None:
    assert words in problems(people(tmp_path, rows))


def test_file_of_another_kind_or_name_is_named(tmp_path: Path) -> None:
    for name, words in (
        ("org.xls", "save it as .xlsx"),
        ("org.pdf", "must be .xlsx"),
        ("hela.csv", "called people.csv"),
    ):
        (tmp_path / name).write_text("id;name;unit\n")
        assert words in problems(tmp_path / name)
    assert "cannot be read" in problems(tmp_path / "nowhere" / "people.csv")
    (tmp_path / "empty").mkdir()
    assert "has none of" in problems(tmp_path / "empty")


def test_table_that_comes_twice_is_named(tmp_path: Path) -> None:
    people(tmp_path, PEOPLE)
    (tmp_path / "personer.csv").write_text(as_csv(PEOPLE), encoding="utf-8")

    assert "are in people.csv already" in problems(tmp_path)


def test_what_grows_too_large_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, member in (("bomb.zip", "people.csv"), ("bomb.xlsx", "xl/worksheets/sheet1.xml")):
        with (
            zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive,
            archive.open(member, "w") as file,
        ):
            for _ in range(26):
                file.write(b" " * 10_000_000)
        assert (tmp_path / name).stat().st_size < 1_000_000
        assert "too large when it is unpacked" in problems(tmp_path / name)
    monkeypatch.setattr(tables, "LARGEST_FILE", 10)
    assert "is larger than" in problems(people(tmp_path, PEOPLE))


def test_sheet_whose_last_cell_is_far_away_is_refused_quickly(tmp_path: Path) -> None:
    path = workbook(tmp_path / "org.xlsx", {"people": PEOPLE})
    book = load_workbook(path)
    book["people"].cell(row=1_048_576, column=1, value="x")
    book.save(path)

    assert "row 1048576, column namn: is empty" in problems(path)


def test_broken_yaml_values_are_named(tmp_path: Path) -> None:
    file = tmp_path / "org.yml"
    for text, words in (
        ("people: [{id: bo, name: Bo, role: rektor, unit: norr}]", "must be one of"),
        ("people: [{id: 1007, name: Bo, unit: norr}]", "people.0.id: must be text"),
        ("born: 2026-13-45", "is not YAML"),
        ("[1, 2]", "valid dictionary"),
    ):
        file.write_text(text)
        assert words in problems(file)


# --- any bytes at all

ANY_BYTES = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_CELLS = st.sampled_from(["id", "name", "unit", "bo", "norr", '"', "", "=", "å", "\x00", "\n"])
_TABLE_TEXT = st.lists(st.lists(_CELLS, max_size=5).map(";".join), max_size=6).map("\n".join)


def reads_or_says_why(name: str, content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        with suppress(ContentError):
            check(read_organisation(path), Organisation())


@ANY_BYTES
@given(st.binary(max_size=400) | _TABLE_TEXT.map(str.encode))
@pytest.mark.parametrize("name", ["people.csv", "units.csv", "a.zip", "a.xlsx", "a.yml"])
def test_any_bytes_are_read_or_refused(name: str, content: bytes) -> None:
    reads_or_says_why(name, content)


@ANY_BYTES
@given(st.data())
@pytest.mark.parametrize("name", ["a.xlsx", "a.zip", "a.yml"])
def test_file_with_damaged_bytes_is_read_or_refused(name: str, data: st.DataObject) -> None:
    content = bytearray(_SOUND[name])
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    reads_or_says_why(name, bytes(content[: data.draw(st.integers(0, len(content)))] or content))


@ANY_BYTES
@given(st.data())
def test_workbook_with_damaged_xml_is_read_or_refused(data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        sound, broken = Path(folder) / "a.xlsx", Path(folder) / "b.xlsx"
        sound.write_bytes(_SOUND["a.xlsx"])
        with zipfile.ZipFile(sound) as before, zipfile.ZipFile(broken, "w") as after:
            chosen = data.draw(st.sampled_from(before.namelist()))
            for name in before.namelist():
                content = before.read(name)
                if name == chosen:
                    old = data.draw(st.sampled_from(content.split(b'"')))
                    new = data.draw(st.binary(max_size=8) | st.just(b"999999999"))
                    content = content.replace(old, new, 1) if old else b""
                after.writestr(name, content)
        reads_or_says_why("b.xlsx", broken.read_bytes())


def _sound() -> dict[str, bytes]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        book = workbook(folder / "a.xlsx", {"units": UNITS, "people": PEOPLE})
        with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("people.csv", as_csv(PEOPLE))
            archive.writestr("units.csv", as_csv(UNITS))
        written = {"name": "x", "people": [{"id": "bo", "name": "Bo", "unit": "norr"}]}
        return {
            "a.xlsx": book.read_bytes(),
            "a.zip": (folder / "a.zip").read_bytes(),
            "a.yml": yaml.safe_dump(written).encode(),
        }


_SOUND = _sound()
