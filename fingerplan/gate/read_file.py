"""Read a delivered file into rows of cells: text, workbook or Parquet.

Nothing is guessed and nothing is trusted: the format follows from the content and not from the name, sizes are limited
before anything is unpacked, and a file that cannot be read is rejected in one line.
"""

import csv
import io
import re
import stat
import unicodedata
import zipfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from fingerplan.gate.values import Cell
from fingerplan.paths import in_memory

MOST_BYTES = 200 * 2**20  # of the file, and of an unpacked workbook
MOST_ROWS = 1_000_000
MOST_COLUMNS = 100
LONGEST_CELL = 1_000  # characters
MOST_MEMBERS = 1_000  # files within a workbook

_TOTAL_WORDS = {"i alt", "ialt", "total", "sum"}


class Unreadable(Exception):  # noqa: N818 - names the state of the file, not an error of the program
    """The file cannot be read as an extract; the message says why and what to do."""


@dataclass
class Table:
    """A table as delivered.

    `rows` holds (row number, cells in the order of `header`); rows are numbered as in a spreadsheet, and from 1 in
    Parquet, which has no header row.
    """

    header: list[str]
    rows: list[tuple[int, list[Cell]]]
    is_text: bool = False  # only a text file can be cut short unnoticed
    ends_with_line_end: bool = True
    total_row: tuple[int, list[Cell]] | None = None


def read_bytes(path: Path) -> bytes:
    """Read a whole regular file, once: what is checked is what is archived, even if the file changes in the meantime.

    Raises:
        Unreadable: where it is not a regular file, is empty, too large or not readable.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unreadable("is not a regular file; deliver a .csv, .xlsx or .parquet file")
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise Unreadable(f"cannot be read ({getattr(error, 'strerror', None) or error})") from None
    if not content.strip():
        raise Unreadable("is empty; deliver it again")
    if len(content) > MOST_BYTES:
        raise Unreadable(f"is larger than {MOST_BYTES // 2**20} MB; deliver one month of one extract")
    return content


def read_table(content: bytes, known_headers: dict[str, list[str]]) -> Table:
    """Read the table of a delivered file.

    Args:
        content: the bytes of the file.
        known_headers: the columns of each kind of extract, which decide on the separator and the sheet.

    Raises:
        Unreadable: says what is wrong and what to do.
    """
    if content.startswith(b"PK\x03\x04"):
        table = _read_workbook(content, known_headers)
    elif content.startswith(b"PAR1"):
        table = _read_parquet(content)
    elif content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("is an old or protected Office file; save it as .xlsx without a password")
    else:
        table = _read_text(content, known_headers)
    _drop_empty_columns(table)
    if len(table.header) > MOST_COLUMNS:
        raise Unreadable(f"has {len(table.header)} columns; deliver only those of the extract")
    table.rows = [(row, cells) for row, cells in table.rows if any(not _is_empty(cell) for cell in cells)]
    if len(table.rows) > MOST_ROWS:
        raise Unreadable(f"has more than {MOST_ROWS:,} rows; deliver one month at a time")
    if table.rows and any(isinstance(c, str) and c.strip().lower() in _TOTAL_WORDS for c in table.rows[-1][1]):
        table.total_row = table.rows.pop()
    known = {column for columns in known_headers.values() for column in columns}
    for row, cells in table.rows:
        for number, cell in enumerate(cells):
            if isinstance(cell, str) and len(cell) > LONGEST_CELL:
                named = number < len(table.header) and table.header[number] in known
                column = table.header[number] if named else f"number {number + 1}"
                raise Unreadable(f"row {row}, column {column}: a cell of {len(cell):,} characters; none is that long")
    return table


def column_name(cell: Cell) -> str:
    """Normalize a heading to the spelling of declared columns: lower case, no surrounding spaces."""
    return unicodedata.normalize("NFC", "" if cell is None else str(cell)).replace("\u00a0", " ").strip().lower()


def _is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _drop_empty_columns(table: Table) -> None:
    """Drop what spreadsheets leave on the right: columns with neither heading nor value."""
    width = len(table.header)
    while table.header and not table.header[-1]:
        table.header.pop()
    kept = len(table.header)
    table.rows = [
        (row, cells[:kept] if len(cells) == width and all(map(_is_empty, cells[kept:])) else cells)
        for row, cells in table.rows
    ]


# --- text ------------------------------------------------------------------------------------------------------------


def _read_text(content: bytes, known_headers: dict[str, list[str]]) -> Table:
    text = _decode(content)
    if "\n" in text and (lone := re.search(r"\r(?!\r?\n)", text)):  # it would end a row in the middle of a cell
        row = text.count("\n", 0, lone.start()) + 1
        raise Unreadable(f"row {row}: holds a carriage return without a line feed; the file is damaged")
    lines = text.split("\n", 1)
    skipped = 0
    if re.fullmatch(r"sep=.\r?", lines[0]):  # Excel's first line of a file with another separator
        text, skipped = (lines[1] if len(lines) > 1 else ""), 1
    delimiter = _delimiter(text.split("\n", 1)[0], known_headers)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[Cell]]] = []
    header: list[str] | None = None
    row = 1
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS:
                raise Unreadable(f"row {row + skipped}: {len(cells)} columns; deliver only those of the extract")
            if len(rows) > MOST_ROWS:
                raise Unreadable(f"has more than {MOST_ROWS:,} rows; deliver one month at a time")
            if header is None:
                header = [column_name(cell) for cell in cells]
            elif cells:
                rows.append((row + skipped, list(cells)))
            row = reader.line_num + 1
    except csv.Error as error:
        too_long = f"a cell of over {csv.field_size_limit():,} characters" if "field limit" in str(error) else None
        problem = f"cannot be read as separated text ({too_long or error}); check the quotes"
        raise Unreadable(f"row {row + skipped}: {problem}") from None
    return Table(header or [], rows, is_text=True, ends_with_line_end=text.endswith(("\n", "\r")))


def _decode(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("is text in UTF-16; save it as CSV UTF-8")
    nul = content.find(b"\x00")
    if nul >= 0:
        raise Unreadable(f"row {content.count(bytes([10]), 0, nul) + 1}: holds a NUL byte; the file is damaged")
    marked = content.startswith(b"\xef\xbb\xbf")
    for encoding in ("utf-8-sig",) if marked else ("utf-8", "windows-1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            row = content.count(b"\n", 0, error.start) + 1
            problem = f"row {row}: a byte that is neither UTF-8 nor windows-1252; save the file as CSV UTF-8"
    raise Unreadable(problem)


def _delimiter(header_line: str, known_headers: dict[str, list[str]]) -> str:
    known = {column for columns in known_headers.values() for column in columns}

    def recognised(delimiter: str) -> int:
        return sum(column_name(cell.strip('"\r')) in known for cell in header_line[:10_000].split(delimiter))

    best = max((";", ",", "\t"), key=recognised)
    if not recognised(best):
        kinds = "; ".join(f"{kind}: {', '.join(columns)}" for kind, columns in known_headers.items())
        raise Unreadable(f"row 1: no heading of an extract ({kinds})")
    return best


# --- workbooks -------------------------------------------------------------------------------------------------------


def _read_workbook(content: bytes, known_headers: dict[str, list[str]]) -> Table:
    _refuse_bomb(content)
    import openpyxl  # late: only where a workbook is delivered

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        found = []
        for sheet in book.worksheets:
            sheet.reset_dimensions()  # the size that a sheet states need not be true
            heading = next(sheet.iter_rows(min_row=1, max_row=1, max_col=MOST_COLUMNS + 1, values_only=True), ())
            columns = {column_name(_workbook_cell(cell)) for cell in heading}
            if any(len(columns & set(known)) * 2 > len(known) for known in known_headers.values()):
                found.append(sheet)
        if len(found) != 1:
            state = "no sheet has" if not found else "more than one sheet has"
            raise Unreadable(f"{state} the headings of an extract in row 1; deliver a workbook with one such sheet")
        rows = []
        for number, cells in enumerate(found[0].iter_rows(max_col=MOST_COLUMNS + 1, values_only=True), 1):
            if number > MOST_ROWS + 1:
                raise Unreadable(f"has more than {MOST_ROWS:,} rows; deliver one month at a time")
            if any(cell is not None for cell in cells):
                rows.append((number, [_workbook_cell(cell) for cell in cells]))
    except Unreadable:
        raise
    except Exception as error:  # openpyxl raises no particular error for a damaged workbook
        raise Unreadable(f"cannot be read as a workbook ({type(error).__name__}); save it again as .xlsx") from None
    header = [column_name(cell) for cell in rows[0][1]]
    width = len(header)
    return Table(header, [(row, cells + [None] * (width - len(cells))) for row, cells in rows[1:]])


def _workbook_cell(value: object) -> Cell:
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        # a workbook keeps 15 significant digits; any further ones come from the binary fraction
        return Decimal(format(value, ".15g")) if isinstance(value, float) else Decimal(value)
    if value is None or isinstance(value, str | date):
        return value
    return str(value)


def _refuse_bomb(content: bytes) -> None:
    """Add up the stated sizes, and only then unpack every member and verify its checksum."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            size = sum(member.file_size for member in members)
            if len(members) > MOST_MEMBERS or size > MOST_BYTES:
                raise Unreadable(f"unpacks to {size / 2**20:,.0f} MB in {len(members)} files; no extract is that large")
            damaged = archive.testzip()
            formulas = any(
                re.search(rb"<f[ />]", archive.read(member))
                for member in members
                if member.filename.startswith("xl/worksheets/")
            )
    except Unreadable:
        raise
    except Exception as error:  # zipfile also raises struct.error, zlib.error and NotImplementedError
        raise Unreadable(f"is a damaged workbook ({type(error).__name__}); deliver it again") from None
    if damaged is not None:
        raise Unreadable("is a damaged workbook (a checksum is wrong); deliver it again")
    if formulas:  # the saved result of a formula may be out of date
        raise Unreadable("holds formulas; paste them as values and save it again")


# --- Parquet ---------------------------------------------------------------------------------------------------------


def _read_parquet(content: bytes) -> Table:
    import duckdb

    try:
        # a limit of memory and no place to put what exceeds it: of a delivered file nothing comes to lie on the disk
        limits: dict[str, str | bool | int | float | list[str]] = {"memory_limit": "2GB", "threads": 1}
        with in_memory(content) as path, duckdb.connect(config={**limits, "temp_directory": ""}) as connection:
            relation = connection.execute("select * from read_parquet(?) limit ?", [str(path), MOST_ROWS + 1])
            header = [column_name(column[0]) for column in relation.description]
            records = relation.fetchall()
    except duckdb.Error as error:
        # only the kind of error: DuckDB's message can contain the content of a cell
        raise Unreadable(f"cannot be read as Parquet ({type(error).__name__}); deliver it again") from None
    return Table(header, [(row, [_parquet_cell(value) for value in record]) for row, record in enumerate(records, 1)])


def _parquet_cell(value: object) -> Cell:
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if value is None or isinstance(value, str | Decimal | date):
        return value
    return str(value)
