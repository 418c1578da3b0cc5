"""An organisation as a file has it: units, people and contacts, checked row by row.

YAML, Excel and CSV give the same model. What a file does not say (a column or a key that is not
there) stays as it is in the record; what it says is empty is emptied. Whether the parts fit
together, and fit the record, is `casework.organisation_import`.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationError,
)

from casework.content import read_yaml
from casework.errors import ContentError
from casework.tables import LARGEST_FILE, Cell, Table, read_tables, write_workbook
from casework.vocabulary import Area, Role

DEMO_FILE = "organisation.demo.yml"

_MOST_PROBLEMS = 200
"""How many problems are listed at once."""

_LARGEST_YAML = LARGEST_FILE // 10


# --- what may stand in a field


def _as_text(value: object) -> object:
    """Text with single spaces (Excel likes hard ones); None if nothing is left."""
    return " ".join(value.split()) or None if isinstance(value, str) else value


def _as_id(value: object) -> object:
    text = _as_text(value)
    return text.lower() if isinstance(text, str) else text


def _as_word(value: object) -> object:
    """A word of a list, however it is written: 'Säkerhet ' is 'sakerhet'."""
    text = _as_text(value)
    if not isinstance(text, str):
        return text
    plain = text.lower().translate(str.maketrans("åäö", "aao"))
    return re.sub(r"[ -]+", "_", plain)


_ROLES = {
    "medarbetare": Role.STAFF,
    "chef": Role.MANAGER,
    "skyddsombud": Role.SAFETY_REP,
    "sakerhet": Role.SECURITY,
    "administrator": Role.ADMIN,
}
_TRUTH = dict.fromkeys(("ja", "yes", "true", "sant", "1", "x"), True) | dict.fromkeys(
    ("nej", "no", "false", "falskt", "0"), False
)
_FUNCTIONS = {
    "juridik": "legal",
    "sakerhet": "security",
    "visselblasning": "whistleblowing",
    "foretagshalsovard": "occupational_health",
}


def _as_role(value: object) -> object:
    word = _as_word(value)
    return _ROLES.get(word, word) if isinstance(word, str) else word


def _as_truth(value: object) -> object:
    word = _as_word(value)
    if isinstance(word, str) and word not in _TRUTH:
        raise ValueError("must be yes or no (ja, nej)")
    return _TRUTH[word] if isinstance(word, str) else word


def _as_function(value: object) -> object:
    word = _as_word(value)
    return _FUNCTIONS.get(word, word) if isinstance(word, str) else word


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("holds characters that cannot be printed; write it again")
    return text


def _address(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", text):
        raise ValueError("is not an e-mail address")
    return text


def _guid(text: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
        raise ValueError("is not an object id (8-4-4-4-12 of 0-9 and a-f)")
    return str(UUID(text))


_Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,60}$"), BeforeValidator(_as_id)]
_Text = Annotated[
    str,
    StringConstraints(max_length=200),
    AfterValidator(_printable),
    BeforeValidator(_as_text),
]
_Email = Annotated[
    str,
    StringConstraints(max_length=254),
    AfterValidator(_printable),
    AfterValidator(_address),
]
_Function = Annotated[
    str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$"), BeforeValidator(_as_function)
]


# --- the model


class Entry(BaseModel):
    """A row of a table, or its like in YAML."""

    model_config = ConfigDict(extra="forbid")
    _place: str = PrivateAttr("")
    _headings: Mapping[str, str] = PrivateAttr(default_factory=dict)

    def at(self, field: str) -> str:
        """Where a field stands, for those who look for a problem."""
        return f"{self._place}, column {self._headings.get(field, field)}"

    @property
    def place(self) -> str:
        """Where it stands."""
        return self._place

    def stands(self, place: str, headings: Mapping[str, str] | None = None) -> None:
        """Note where it stands, and what its fields are called there."""
        self._place, self._headings = place, headings or {}

    def said(self) -> dict[str, Any]:
        """The fields that the file speaks of."""
        return self.model_dump(include=self.model_fields_set - {"id"})


class UnitEntry(Entry):
    """A unit as the file has it."""

    id: _Id
    name: _Text
    parent: Annotated[_Id | None, BeforeValidator(_as_id)] = None
    manager: Annotated[_Id | None, BeforeValidator(_as_id)] = None
    area: Annotated[Area | None, BeforeValidator(_as_word)] = None
    address: _Text | None = None
    phone: _Text | None = None


class PersonEntry(Entry):
    """A person as the file has them."""

    id: _Id
    name: _Text
    email: Annotated[_Email | None, BeforeValidator(_as_id)] = None
    entra_id: Annotated[Annotated[str, AfterValidator(_guid)] | None, BeforeValidator(_as_id)] = (
        None
    )
    role: Annotated[Role | None, BeforeValidator(_as_role)] = None
    """Empty: as it is in the record, staff for somebody new."""
    unit: _Id
    substitute: Annotated[_Id | None, BeforeValidator(_as_id)] = None
    active: Annotated[bool | None, BeforeValidator(_as_truth)] = None
    """Empty: whoever is listed works here."""


class ContactEntry(Entry):
    """How to reach a function, as a table has it."""

    function: _Function
    reach: _Text


class OrganisationFile(BaseModel):
    """A whole organisation, or a part: what is empty is not spoken of."""

    model_config = ConfigDict(extra="forbid")
    name: str = ""
    units: list[UnitEntry] = Field(default_factory=list)
    people: list[PersonEntry] = Field(default_factory=list)
    contacts: dict[_Function, _Text] = Field(default_factory=dict)


# --- reading


def read_organisation(path: Path) -> OrganisationFile:
    """Read an organisation from YAML, Excel, or CSV alone, in a folder or in a zip.

    Raises:
        ContentError: it cannot be read, or a row is wrong; a line for each problem, with where it
            is and what to do.
    """
    if path.suffix.lower() in (".yml", ".yaml"):
        return _from_yaml(path)
    return _from_tables(read_tables(path, _TABLES))


def write_template(path: Path) -> None:
    """Write a workbook to start from: the sheets with their headings, and what goes where.

    Raises:
        ContentError: there is such a file already, or it cannot be written.
    """
    explained = [[table, heading, words] for table, heading, words in _explanations()]
    sheets = {sheet: [list(columns)] for sheet, columns in _TEMPLATE.items()}
    write_workbook(path, {**sheets, "förklaring": [["Blad", "Kolumn", "Vad"], *explained]})


def limited(problems: list[str]) -> list[str]:
    """The first of many problems, and how many more there are."""
    more = len(problems) - _MOST_PROBLEMS
    return problems if more <= 0 else [*problems[:_MOST_PROBLEMS], f"... and {more} more"]


def _from_yaml(path: Path) -> OrganisationFile:
    if path.exists() and path.stat().st_size > _LARGEST_YAML:
        raise ContentError([f"{path.name}: is larger than {_LARGEST_YAML // 1_000_000} MB"])
    try:
        found = OrganisationFile.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ContentError(
            limited([f"{'.'.join(map(str, p['loc']))}: {_words(p)}" for p in error.errors()])
        ) from None
    for unit in found.units:
        unit.stands(f"units.{unit.id}")
    for person in found.people:
        person.stands(f"people.{person.id}")
    return found


def _from_tables(tables: Mapping[str, Table]) -> OrganisationFile:
    problems: list[str] = []
    units = _entries(UnitEntry, tables.get("units"), problems)
    people = _entries(PersonEntry, tables.get("people"), problems)
    contacts = _entries(ContactEntry, tables.get("contacts"), problems)
    reach: dict[str, str] = {}
    for contact in contacts:
        if contact.function in reach:
            problems.append(f"{contact.at('function')}: comes twice")
        reach[contact.function] = contact.reach
    if problems:
        raise ContentError(limited(problems))
    return OrganisationFile.model_construct(name="", units=units, people=people, contacts=reach)


def _entries[E: Entry](model: type[E], table: Table | None, problems: list[str]) -> list[E]:
    """The rows of a table; what is wrong is added to the problems."""
    if table is None:
        return []
    fields, wrong = _fields(model, table)
    problems += wrong
    headings = dict(zip(fields, table.headings, strict=True))
    entries: list[E] = []
    for number, cells in table.rows if not wrong else []:
        place = f"{table.place}, row {number}"
        values: dict[str, str | None] = {}
        for field, cell in zip(fields, cells, strict=True):
            try:
                values[field] = _from_cell(field, cell)
            except ValueError as error:
                problems.append(f"{place}, column {headings[field]}: {error}")
        try:
            entry = model.model_validate(values)
        except ValidationError as error:
            problems += [
                f"{place}, column {headings[str(p['loc'][0])]}: {_words(p)}"
                for p in error.errors()
                if p["loc"][0] in values
            ]
        else:
            entry.stands(place, headings)
            entries.append(entry)
    return entries


def _fields(model: type[Entry], table: Table) -> tuple[list[str], list[str]]:
    """Which field each column is, and what is wrong with the headings; none of them is quoted."""
    known = {_plain(alias): field for field in model.model_fields for alias in _called(field)}
    fields = [known.get(_plain(heading), "") for heading in table.headings]
    problems = [
        f"{table.place}: column {column} is not known; remove it, or call it one of "
        f"{', '.join(model.model_fields)}"
        for column, field in enumerate(fields, 1)
        if not field
    ]
    problems += [
        f"{table.place}: there are two columns for {field}"
        for field in model.model_fields
        if fields.count(field) > 1
    ]
    problems += [
        f"{table.place}: there is no column {' or '.join(_called(field)[:2])}"
        for field, info in model.model_fields.items()
        if info.is_required() and field not in fields
    ]
    return fields, problems


def _plain(heading: str) -> str:
    return re.sub(r"[\W_]", "", heading.lower())


def _called(field: str) -> tuple[str, ...]:
    return (field, *_ALIASES.get(field, ()))


def _from_cell(field: str, cell: Cell) -> str | None:
    """The text of a cell.

    Raises:
        ValueError: what a program made of it is not what was typed; says what to do.
    """
    if cell in _WENT_WRONG:
        raise ValueError("is a formula that went wrong")
    match cell:
        case None | str():
            return cell
        case bool():
            return "yes" if cell else "no"
        case int() | float() if field in ("phone", "reach"):
            raise ValueError("is a number, so a first zero is lost; make the column text")
        case int():
            return str(cell)
        case float() if cell.is_integer():
            return str(int(cell))
    raise ValueError("is a date or has decimals; make the column text and write it again")


_WENT_WRONG = {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}


def _words(problem: Any) -> str:
    """What is wrong, in the words of this file, without what was written."""
    match problem["type"]:
        case "missing":
            return "is not there"
        case "string_type" if problem["input"] is None:
            return "is empty; a merged cell counts in its first row only"
        case "string_type":
            return "must be text"
        case "string_pattern_mismatch":
            return "must be letters a-z, digits and hyphens, at most 60"
        case "string_too_long":
            return f"is longer than {problem['ctx']['max_length']} characters"
        case "enum":
            return f"must be one of {problem['ctx']['expected']}"
        case "value_error":
            return str(problem["ctx"]["error"])
    return str(problem["msg"])


# --- what sheets, files and columns are called

_TABLES = {
    "units": "units",
    "enheter": "units",
    "people": "people",
    "personer": "people",
    "contacts": "contacts",
    "kontakter": "contacts",
}

_ALIASES = {
    "name": ("namn",),
    "parent": ("överordnad", "överordnad enhet"),
    "manager": ("chef",),
    "area": ("område", "verksamhet"),
    "address": ("adress",),
    "phone": ("telefon",),
    "email": ("e-post", "e-mail", "epostadress", "mejl"),
    "entra_id": ("entra-id", "entra_object_id", "objekt-id", "object id"),
    "role": ("roll",),
    "unit": ("enhet",),
    "substitute": ("ersättare", "ställföreträdare"),
    "active": ("aktiv",),
    "function": ("funktion",),
    "reach": ("kontakt", "nås"),
}

_TEMPLATE: dict[str, dict[str, str]] = {
    "enheter": {
        "id": "Enhetens kortnamn: a-z, 0-9 och bindestreck. Ändras aldrig.",
        "namn": "Det som användare läser.",
        "överordnad": "Id för enheten ovanför. Tomt för den översta.",
        "chef": "Id för den person som är chef. Personen ska höra till enheten.",
        "område": "Till exempel Barn och familj. Får vara tomt.",
        "adress": "Arbetsplatsens adress, till underlaget för polisen. Får vara tomt.",
        "telefon": "Arbetsplatsens telefon. Får vara tomt.",
    },
    "personer": {
        "id": "Personens id, till exempel anställningsnummer. Ändras aldrig.",
        "namn": "Det som användare läser.",
        "e-post": "Personens adress vid inloggning. Får vara tomt.",
        "entra-id": "Objekt-id i Microsoft Entra ID. Får vara tomt.",
        "roll": "medarbetare, chef, hr, skyddsombud, säkerhet eller administratör.",
        "enhet": "Id för enheten.",
        "ersättare": "Id för den som går in när personen är borta. Får vara tomt.",
        "aktiv": "ja, eller nej för den som har slutat. Tomt är ja.",
    },
    "kontakter": {
        "funktion": "juridik, säkerhet, visselblåsning eller företagshälsovård.",
        "kontakt": "Vem det är och hur man når dem.",
    },
}


def _explanations() -> list[tuple[str, str, str]]:
    return [
        (sheet, column, words)
        for sheet, columns in _TEMPLATE.items()
        for column, words in columns.items()
    ]
