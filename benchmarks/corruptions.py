"""Random corruptions of a delivered file: of its rows before they are written, and of its bytes afterwards."""

import io
import random
import zipfile
from collections.abc import Callable

from benchmarks.deliveries import NUMBERS, Rows


def _some_row(rows: Rows, chance: random.Random) -> list[str]:
    return rows[chance.randrange(1, len(rows))]


def shifted_columns(rows: Rows, chance: random.Random) -> Rows:
    """Rotate the cells of one row."""
    row = _some_row(rows, chance)
    by = chance.randrange(1, len(row))
    row[:] = row[by:] + row[:by]
    return rows


def shifted_column_of_all(rows: Rows, chance: random.Random) -> Rows:
    """Move the first cell of every row to its end."""
    return [rows[0], *([*row[1:], row[0]] for row in rows[1:])]


def swapped_headings(rows: Rows, chance: random.Random) -> Rows:
    """Swap two headings."""
    one, other = chance.sample(range(len(rows[0])), 2)
    rows[0][one], rows[0][other] = rows[0][other], rows[0][one]
    return rows


def missing_column(rows: Rows, chance: random.Random) -> Rows:
    """Remove a column."""
    gone = chance.randrange(len(rows[0]))
    return [row[:gone] + row[gone + 1 :] for row in rows]


def missing_cell(rows: Rows, chance: random.Random) -> Rows:
    """Remove a cell, so that the rest of the row moves to the left."""
    row = _some_row(rows, chance)
    del row[chance.randrange(len(row))]
    return rows


def doubled_row(rows: Rows, chance: random.Random) -> Rows:
    """Insert a row a second time."""
    rows.insert(chance.randrange(1, len(rows)), list(_some_row(rows, chance)))
    return rows


def doubled_file(rows: Rows, chance: random.Random) -> Rows:
    """Append all rows again, without the heading."""
    return rows + [list(row) for row in rows[1:]]


def doubled_with_heading(rows: Rows, chance: random.Random) -> Rows:
    """Append the whole file again, with its heading."""
    return rows + [list(row) for row in rows]


def wrong_month(rows: Rows, chance: random.Random) -> Rows:
    """Put another month, or one that does not exist, into one row."""
    column = rows[0].index("month")
    _some_row(rows, chance)[column] = chance.choice(
        ["2026-04-01", "2027-05-01", "2025-05-01", "2026-13-01", "0026-05-01"]
    )
    return rows


def wrong_month_of_all(rows: Rows, chance: random.Random) -> Rows:
    """Put another month, or none, into every row."""
    column = rows[0].index("month")
    month = chance.choice(["2026-04-01", "2031-05-01", "1926-05-01", "maj", ""])
    for row in rows[1:]:
        row[column] = month
    return rows


def _number(rows: Rows, chance: random.Random, value: Callable[[str], str]) -> Rows:
    columns = [number for number, column in enumerate(rows[0]) if column in NUMBERS]
    filled = [(row, column) for row in rows[1:] for column in columns if column < len(row) and row[column]]
    row, column = chance.choice(filled)
    row[column] = value(row[column])
    return rows


def not_a_number(rows: Rows, chance: random.Random) -> Rows:
    """Replace a number with text that is not one."""
    texts = ["NaN", "nan", "inf", "-inf", "1e308", "1E5", "#N/A", "NULL", "ukendt", "--5", "1.350-x", "0x1F"]
    text = chance.choice(texts)
    return _number(rows, chance, lambda _: text)


def odd_number(rows: Rows, chance: random.Random) -> Rows:
    """Replace a number with text that looks like one."""
    texts = ["1.5.0", "1,2,3", "1.35,0,1", "12.34.567", "1 350", "(1350)", "200*", "1350 kr.", "9" * 30, "."]
    text = chance.choice(texts)
    return _number(rows, chance, lambda _: text)


def negative(rows: Rows, chance: random.Random) -> Rows:
    """Make a number negative."""
    return _number(rows, chance, lambda value: f"-{value}" if float(value) else "-1")


def formula(rows: Rows, chance: random.Random) -> Rows:
    """Replace a cell with a formula."""
    row = _some_row(rows, chance)
    row[chance.randrange(len(row))] = chance.choice(
        ["=cmd|' /C calc'!A0", "+1+1", "@SUM(A1:A9)", "-2+3+cmd", '=HYPERLINK("x")', "=1+1"]
    )
    return rows


def empty_cell(rows: Rows, chance: random.Random) -> Rows:
    """Empty a cell, or fill it with what some systems write for nothing."""
    filled = [(row, n) for row in rows[1:] for n, value in enumerate(row) if value]
    row, column = chance.choice(filled)
    row[column] = chance.choice(["", "  ", "-", "NULL"])
    return rows


def huge_cell(rows: Rows, chance: random.Random) -> Rows:
    """Replace a cell with thousands to millions of characters."""
    row = _some_row(rows, chance)
    row[chance.randrange(len(row))] = chance.choice("x9 ") * chance.choice([2_000, 100_000, 10_000_000])
    return rows


def control_characters(rows: Rows, chance: random.Random) -> Rows:
    """Append a control character to a cell."""
    row = _some_row(rows, chance)
    column = chance.randrange(len(row))
    row[column] = row[column] + chance.choice(["\x07", "\x1b[2J", "\u202e", "\x0b"])
    return rows


def cpr_number(rows: Rows, chance: random.Random) -> Rows:
    """Put a CPR number into a cell."""
    row = _some_row(rows, chance)
    number = f"{chance.randrange(1, 29):02d}{chance.randrange(1, 13):02d}{chance.randrange(100):02d}"
    number += chance.choice(["-", "", " "]) + f"{chance.randrange(10000):04d}"
    column = chance.randrange(len(row))
    row[column] = chance.choice(["{}", "CPR {}", "{} x", "a{}b"]).format(number)
    return rows


def other_rows(rows: Rows, chance: random.Random) -> Rows:
    """Return rows that are not an extract at all."""
    return chance.choice([[["a", "b"], ["1", "2"]], [["x"] * 200, ["1"] * 200], [rows[0]], [[]], [["", ""], ["", ""]]])


def wrong_code(rows: Rows, chance: random.Random) -> Rows:
    """Replace a code with one that is not known."""
    columns = [n for n, column in enumerate(rows[0]) if column not in NUMBERS | {"month", "case_id"}]
    row = _some_row(rows, chance)
    column = chance.choice(columns)
    code = row[column]
    row[column] = chance.choice([code + "x", code.lower() + ".", "Jens Hansen", "../../etc/passwd", "' or 1=1--"])
    return rows


OF_ROWS = [
    shifted_columns,
    shifted_column_of_all,
    swapped_headings,
    missing_column,
    missing_cell,
    doubled_row,
    doubled_file,
    doubled_with_heading,
    wrong_month,
    wrong_month_of_all,
    not_a_number,
    odd_number,
    negative,
    formula,
    empty_cell,
    huge_cell,
    control_characters,
    cpr_number,
    other_rows,
    wrong_code,
]


def truncated(content: bytes, chance: random.Random) -> bytes:
    """Cut the file off anywhere."""
    return content[: chance.randrange(len(content))]


def nul_bytes(content: bytes, chance: random.Random) -> bytes:
    """Insert NUL bytes."""
    at = chance.randrange(len(content))
    return content[:at] + b"\x00" * chance.choice([1, 1, 16, 4096]) + content[at:]


def swapped_separators(content: bytes, chance: random.Random) -> bytes:
    """Replace one separator with another everywhere."""
    one, other = chance.choice([(b";", b","), (b",", b";"), (b",", b"."), (b".", b","), (b";", b"\t"), (b",", b"|")])
    return content.replace(one, other)


def one_swapped_separator(content: bytes, chance: random.Random) -> bytes:
    """Replace one separator, or a line end, in one place."""
    one, other = chance.choice([(b";", b","), (b",", b";"), (b",", b"\t"), (b"\n", b""), (b"\n", b"\n\n")])
    places = [at for at in range(len(content)) if content[at : at + 1] == one]
    if not places:
        return content[:-1]
    at = chance.choice(places)
    return content[:at] + other + content[at + 1 :]


def quotes(content: bytes, chance: random.Random) -> bytes:
    """Insert a quote or an escape character."""
    at = chance.randrange(len(content))
    return content[:at] + chance.choice([b'"', b'""', b"'", b'"\n', b"\\"]) + content[at:]


def other_encoding(content: bytes, chance: random.Random) -> bytes:
    """Encode the text in another way."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("windows-1252", errors="replace")
    return text.encode(chance.choice(["utf-16", "utf-8-sig", "cp437", "utf-32", "utf-8"]), errors="replace")


def noise(content: bytes, chance: random.Random) -> bytes:
    """Insert random bytes."""
    at = chance.randrange(len(content))
    return content[:at] + chance.randbytes(chance.choice([64, 4096])) + content[at:]


def in_front(content: bytes, chance: random.Random) -> bytes:
    """Put the first bytes of another file type in front."""
    starts = [b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0", b"\n\n", b"sep=;\n", b"\xff\xfe", b"%PDF-1.7"]
    return chance.choice(starts) + content


def zip_bomb(content: bytes, chance: random.Random) -> bytes:
    """Return a small zip file that unpacks to many megabytes, instead of the file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(chance.choice([1, 4])):
            archive.writestr(f"xl/worksheets/sheet{number + 1}.xml", b"\0" * chance.choice([2**20, 80 * 2**20]))
        if chance.random() < 0.5:
            archive.writestr("[Content_Types].xml", b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>]><x>&a;&a;</x>" * 50)
    return stream.getvalue()


OF_BYTES = [truncated, truncated, nul_bytes, other_encoding, noise, in_front, zip_bomb]
OF_TEXT = [*OF_BYTES, swapped_separators, one_swapped_separator, quotes]

NAMES = [
    "../outside.csv",
    "-rf.csv",
    "a;rm x.csv",
    "new\nline.csv",
    "\x1b[31mred.csv",
    "'quoted'.csv",
    '"quoted".csv',
    "star*[0-9].csv",
    "{brace}.csv",
    "percent%s%n.csv",
    "æøå.csv",
    "space at end .csv",
    "long" * 55 + ".csv",
    "no_ending",
    ".hidden",
    "con.xlsx",
    "wrong.parquet",
    "$(touch x).csv",
]
