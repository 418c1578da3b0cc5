"""Tables as people keep them: an Excel workbook, or CSV alone, in a folder or in a zip.

Whatever the bytes are, the outcome is tables or a `ContentError`. No problem quotes a cell: it may
be a name. What a file may weigh is limited, packed and unpacked (our choice: a municipality of
100,000 people fits ten times).
"""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from casework.errors import ContentError

Cell = object
"""What stands in a cell: text, or in a workbook also a number, a date, a truth value, nothing."""

LARGEST_FILE = 50_000_000
LARGEST_UNPACKED = 250_000_000
MOST_ROWS = 200_000
MOST_COLUMNS = 60
_MOST_FILES = 1_000

_WORKBOOKS = {".xlsx", ".xlsm"}
_SEPARATORS = ";,\t"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=\"([A-Z]{1,3}\d+:[A-Z]{1,3}(\d+))\"")
_FORMULA_WITHOUT_VALUE = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]{1,3}\d+)\"[^>]*>\s*"
    rb"<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


@dataclass(frozen=True)
class Table:
    """One table, without its blank rows.

    Attributes:
        place: file and sheet, for those who look for a problem.
        headings: the first row that is not blank, blanks at its end left out.
        rows: number as the program that made the file shows it, and one cell per heading.
    """

    place: str
    headings: tuple[str, ...]
    rows: list[tuple[int, tuple[Cell, ...]]]


def read_tables(path: Path, names: Mapping[str, str]) -> dict[str, Table]:
    """The tables of a workbook, a CSV file, or a folder or zip of CSV files.

    Args:
        names: what a sheet or a CSV file may be called (lower case) → which table it is. Sheets
            and files of other names are left alone.

    Raises:
        ContentError: it cannot be read, is too large, holds none of the tables, or one twice.
    """
    try:
        found = list(_tables(path, names))
    except OSError as error:
        raise ContentError([f"{path.name}: cannot be read ({type(error).__name__})"]) from None
    tables: dict[str, Table] = {}
    for name, table in found:
        if name in tables:
            raise ContentError([f"{table.place}: {name} are in {tables[name].place} already"])
        tables[name] = table
    if not tables:
        raise ContentError([f"{path.name}: has none of {', '.join(names)}"])
    return tables


def write_workbook(path: Path, sheets: Mapping[str, Iterable[Iterable[str]]]) -> None:
    """Write a workbook of text: sheet name → rows.

    Its columns are text, so that an id keeps its zeros when somebody types it.

    Raises:
        ContentError: there is such a file already, or it cannot be written.
    """
    # Imported here: the app itself reads no workbooks.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # noqa: PLC0415

    book = Workbook()
    for place, (name, rows) in enumerate(sheets.items()):
        sheet = book.create_sheet(name, place)
        for row in rows:
            sheet.append(list(row))
        for column in range(1, sheet.max_column + 1):
            dimension = sheet.column_dimensions[get_column_letter(column)]
            dimension.width, dimension.number_format = 24, "@"
    del book["Sheet"]
    written = io.BytesIO()
    book.save(written)
    try:
        with path.open("xb") as file:
            file.write(written.getvalue())
    except OSError as error:
        why = type(error).__name__
        raise ContentError([f"{path.name}: cannot be written ({why})"]) from None


def _tables(path: Path, names: Mapping[str, str]) -> Iterator[tuple[str, Table]]:
    if path.is_dir():
        for file in sorted(path.iterdir()):
            if name := _name_of_file(file.name, names):
                yield name, _csv(file.name, _bytes_of(file))
    elif path.suffix.lower() in _WORKBOOKS:
        yield from _sheets(path, names)
    elif path.suffix.lower() == ".zip":
        yield from _zipped(path, names)
    elif name := _name_of_file(path.name, names):
        yield name, _csv(path.name, _bytes_of(path))
    else:
        hint = "save it as .xlsx first" if path.suffix.lower() == ".xls" else _WANTED
        raise ContentError([f"{path.name}: {hint}"])


_WANTED = "must be .xlsx, .yml, .zip, a folder, or a CSV file that is called people.csv"


def _name_of_file(file: str, names: Mapping[str, str]) -> str | None:
    stem, _, suffix = file.lower().rpartition(".")
    return names.get(stem) if suffix in ("csv", "txt") else None


def _bytes_of(path: Path) -> bytes:
    _check_size(path)
    return path.read_bytes()


def _check_size(path: Path) -> None:
    if path.stat().st_size > LARGEST_FILE:
        raise ContentError([f"{path.name}: is larger than {LARGEST_FILE // 1_000_000} MB"])


# --- CSV


def _zipped(path: Path, names: Mapping[str, str]) -> Iterator[tuple[str, Table]]:
    try:
        with _archive(path) as archive:
            for member in archive.namelist():
                file = PurePosixPath(member).name
                name = _name_of_file(file, names)
                if name and "__MACOSX" not in member:
                    yield name, _csv(f"{path.name}, {file}", archive.read(member))
    except (zipfile.BadZipFile, zlib.error, *_ODD_ARCHIVES) as error:
        why = type(error).__name__
        raise ContentError([f"{path.name}: cannot be unpacked ({why})"]) from None


_ODD_ARCHIVES = (RuntimeError, NotImplementedError, EOFError, ValueError, LookupError)
"""What `zipfile` raises for a password, an unknown packing, and bytes that make no sense."""


def _archive(path: Path) -> zipfile.ZipFile:
    """Open an archive that does not become too large when it is unpacked.

    `zipfile` never unpacks more of a member than the size that is checked here.
    """
    _check_size(path)
    archive = zipfile.ZipFile(path)
    members = archive.infolist()
    if len(members) > _MOST_FILES or sum(m.file_size for m in members) > LARGEST_UNPACKED:
        archive.close()
        raise ContentError([f"{path.name}: is too large when it is unpacked"])
    return archive


def _csv(place: str, content: bytes) -> Table:
    text = _decoded(place, content).removeprefix("\ufeff")
    first, _, rest = text.partition("\n")
    if first.strip().lower() in {f"sep={s}" for s in _SEPARATORS}:  # how Excel is told
        separator, text, skipped = first.strip()[-1], rest, 1
    else:
        separator, skipped = _separator(text), 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records = enumerate(_records(place, reader), 1 + skipped)
    return _table(place, records)


def _decoded(place: str, content: bytes) -> str:
    utf_16 = ("utf-16",) if content.startswith(_UTF_16) else ()
    for encoding in (*utf_16, "utf-8", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ContentError([f"{place}: is neither UTF-8 nor Windows-1252; save it as CSV UTF-8"])


def _separator(text: str) -> str:
    """The one that the headings use most; a Swedish Excel writes semicolons."""
    headings = next((line for line in text.splitlines() if line.strip(" ;,\t")), "")
    return max(_SEPARATORS, key=headings.count)


def _records(place: str, reader: Iterator[list[str]]) -> Iterator[list[str]]:
    number = 0
    while True:
        number += 1
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            problem = f'{place}, row {number}: a quotation mark (") is not closed, or stands wrong'
            raise ContentError([problem]) from None


# --- Excel


def _sheets(path: Path, names: Mapping[str, str]) -> Iterator[tuple[str, Table]]:
    from openpyxl import load_workbook  # noqa: PLC0415  (see write_workbook)

    found: list[tuple[str, Table]] = []
    try:
        with _archive(path) as archive, path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what a workbook holds beside its cells
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            try:
                for sheet in book.worksheets:
                    name = names.get(sheet.title.strip().lower())
                    if name:
                        found.append((name, _sheet(path, archive, sheet)))
            finally:
                book.close()
    except (ContentError, OSError):
        raise
    except Exception as error:  # noqa: BLE001  any bytes at all may be called .xlsx
        problem = f"{path.name}: is not a workbook without a password ({type(error).__name__})"
        raise ContentError([problem]) from None
    yield from found


def _sheet(path: Path, archive: zipfile.ZipFile, sheet: Any) -> Table:
    place = f"{path.name}, sheet {sheet.title}"
    rows = sheet.iter_rows(values_only=True, max_row=_LAST_ROW, max_col=MOST_COLUMNS)
    table = _table(place, enumerate(rows, 1))
    # openpyxl leaves out both of these when it reads row by row.
    source = archive.read(sheet._worksheet_path)  # noqa: SLF001
    problems = [
        f"{place}, cells {ref.decode()}: are merged; write the value in every cell instead"
        for ref, last in _MERGED.findall(source)
        if table.rows and int(last) >= table.rows[0][0]
    ]
    problems += [
        f"{place}, cell {ref.decode()}: is a formula without a value; open and save it in Excel"
        for ref in _FORMULA_WITHOUT_VALUE.findall(source)
    ]
    if problems:
        raise ContentError(problems)
    return table


_LAST_ROW = 1_048_576  # of any workbook


# --- both


def _table(place: str, records: Iterable[tuple[int, Iterable[Cell]]]) -> Table:
    filled = ((number, cells) for number, row in records if any(cells := _trimmed(row)))
    number, first = next(filled, (0, ()))
    headings = tuple(str(cell or "").strip() for cell in first)
    if len(headings) >= MOST_COLUMNS:
        raise ContentError([f"{place}: has more than {MOST_COLUMNS - 1} columns"])
    blank = [column for column, heading in enumerate(headings, 1) if not heading]
    problems = [f"{place}, row {number}: column {column} has no heading" for column in blank]
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    for number, cells in islice(filled, MOST_ROWS + 1):
        if len(cells) > len(headings):
            problems.append(f"{place}, row {number}: has more cells than there are headings")
        rows.append((number, cells + (None,) * (len(headings) - len(cells))))
    if len(rows) > MOST_ROWS:
        raise ContentError([f"{place}: has more than {MOST_ROWS} rows"])
    problems += [
        f"{place}: the heading of column {headings.index(heading) + 1} comes twice"
        for heading, count in Counter(headings).items()
        if count > 1 and heading
    ]
    if problems:
        raise ContentError(problems)
    return Table(place, headings, rows)


def _trimmed(row: Iterable[Cell]) -> tuple[Cell, ...]:
    """The cells up to the last one that holds something; blanks are None."""
    cells = [None if isinstance(cell, str) and not cell.strip() else cell for cell in row]
    while cells and cells[-1] is None:
        cells.pop()
    return tuple(cells)
