"""Files in every layout that is delivered, and files that cannot be read."""

import io
import os
import zipfile

import pytest

from benchmarks.deliveries import as_csv, as_danish_csv, as_parquet, as_workbook, sample_rows, total_row
from fingerplan.gate.check import check_file
from fingerplan.gate.read_file import Unreadable, read_bytes, read_table
from tests.support.deliveries import changed


@pytest.mark.parametrize("kind", ["cases", "postings", "kpis"])
def test_every_layout_gives_the_same_content(accept, lines, tmp_path, kind):
    rows = sample_rows(kind, "2026-05")
    with_total = [*rows, total_row(kind, rows)]
    contents = {
        "comma": as_csv(rows),
        "comma with a total row": as_csv(with_total),
        "semicolons, windows-1252": as_danish_csv(with_total),
        "semicolons, UTF-8": as_danish_csv(rows, "utf-8"),
        "semicolons, UTF-8 with BOM, maj 2026": as_danish_csv(rows, "utf-8-sig", "maj {0}"),
        "Excel's sep=": b"sep=;\r\n" + as_danish_csv(rows),
        "empty columns and rows at the end": as_danish_csv([[*row, "", ""] for row in rows]) + b";;;\r\n" * 3,
        "columns in another order": as_csv([row[::-1] for row in rows]),
        "headings in capitals": as_csv([[name.upper() for name in rows[0]], *rows[1:]]),
        "workbook": as_workbook(rows),
        "Parquet": as_parquet(rows, tmp_path),
    }
    found = {name: accept(content, kind) for name, content in contents.items()}
    assert len({delivery.content_sha256 for delivery in found.values()}) == 1
    assert found["comma"].rows == len(rows) - 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"a,b\n1,2\n", "row 1: no heading of an extract"),
        (b"\xd0\xcf\x11\xe0old", "is an old or protected Office file"),
        (b"PK\x03\x04damaged", "is a damaged workbook"),
        (b"PAR1damaged", "cannot be read as Parquet"),
        ("month,kpi_id,value\n2026-05,æ,1\n".encode("utf-16"), "is text in UTF-16"),
        (b"month,kpi_id,value\n2026-05,vir\x00tual_visits,1\n", "row 2: holds a NUL byte"),
        (b"month,kpi_id,value\n2026-05,\x81,1\n", "row 2: a byte that is neither UTF-8 nor windows-1252"),
        (b'month,kpi_id,value\n2026-05,"open,1\n', "row 2: cannot be read as separated text"),
        (b"month,kpi_id,value\n2026-05," + b"x" * 10_000_000 + b",1\n", "row 2: cannot be read as separated text"),
        (b"month,kpi_id,value\n2026-05," + b"x" * 2_000 + b",1\n", "row 2, column kpi_id: a cell of 2,000 characters"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(lines, content, said):
    (line,) = lines(content, "kpis")
    assert said in line


def test_a_bomb_is_not_unpacked(lines):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.xml", b"0" * 80 * 2**20)
    assert len(stream.getvalue()) < 2**20
    assert "unpacks to 240 MB in 3 files" in lines(stream.getvalue())[0]


def test_a_pipe_and_a_folder_are_not_files(tmp_path, terms):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path):
        assert "is not a regular file" in check_file(path, terms(month=None), None).lines()[0]


def test_a_workbook_with_formulas_is_refused(lines):
    rows = changed("monthly_cost_dkk", "=1+1")
    assert "holds formulas; paste them as values" in lines(as_workbook(rows))[0]


def test_what_a_damaged_parquet_file_says_is_not_repeated(lines, tmp_path):
    content = as_parquet(sample_rows("kpis", "2026-05"), tmp_path).replace(b"virtual_visits", b"J\xf8rgen 010190-")
    said = "\n".join(lines(content, "kpis"))
    assert said
    assert "rgen" not in said
    assert "0190" not in said


def test_rows_are_numbered_as_a_spreadsheet_counts_and_the_total_row_stands_apart():
    table = read_table(b"Month;kpi_id;value\n\n2026-05;a;1,5\nI alt;;1,5\n", {"kpis": ["month", "kpi_id", "value"]})
    assert table.header == ["month", "kpi_id", "value"]
    assert table.rows == [(3, ["2026-05", "a", "1,5"])]
    assert table.total_row == (4, ["I alt", "", "1,5"])
    assert table.is_text
    assert table.ends_with_line_end


def test_a_file_is_read_whole_or_not_at_all(tmp_path):
    file = tmp_path / "kpis.csv"
    file.write_bytes(b"a" * 10)
    assert read_bytes(file) == b"a" * 10
    with pytest.raises(Unreadable, match="cannot be read"):
        read_bytes(tmp_path / "missing.csv")


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_carriage_return_within_a_row_is_refused(end):
    """It would cut a cell in two, each half with a finding of its own; the number is made up."""
    content = end.join([b"month,kpi_id,value", b"2026-05,010190\r7391,1", b""])
    with pytest.raises(Unreadable, match=r"^row 2: holds a carriage return without a line feed; the file is damaged$"):
        read_table(content, {"kpis": ["month", "kpi_id", "value"]})


def test_rows_may_end_with_a_carriage_return_alone():
    table = read_table(b"month,kpi_id,value\r2026-05,a,1\r", {"kpis": ["month", "kpi_id", "value"]})
    assert table.rows == [(2, ["2026-05", "a", "1"])]
