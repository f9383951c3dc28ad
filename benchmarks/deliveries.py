"""Months of the synthetic extracts as delivered files, in the layouts that Danish systems write."""

import csv
import io
import re
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path

import duckdb
import openpyxl

from fingerplan.gate.extracts import AMOUNTS, KINDS
from fingerplan.paths import PROJECT

SEEDS = {
    "cases": ("sample_cases_2024", "sample_cases_2025", "sample_cases_2026"),
    "postings": ("sample_postings",),
    "kpis": ("sample_kpis",),
}
NUMBERS = {"monthly_cost_dkk", "counterfactual_monthly_cost_dkk", "amount_dkk", "value"}
Rows = list[list[str]]


def sample_rows(kind: str, month: str) -> Rows:
    """Return the header and the rows of a month, such as 2026-05."""
    rows: Rows = []
    for seed in SEEDS[kind]:
        with (PROJECT / "seeds" / "extracts" / f"{seed}.csv").open(encoding="utf-8") as stream:
            header, *records = csv.reader(stream)
        rows += [row for row in records if row[header.index("month")] == f"{month}-01"]
    return [header, *rows]


def total_row(kind: str, rows: Rows) -> list[str]:
    """Return the total row that some systems write below the others."""
    header, *records = rows
    amount = header.index(AMOUNTS[kind])
    row = [""] * len(header)
    row[0 if amount else 1] = "I alt"
    row[amount] = f"{sum(Decimal(record[amount]) for record in records):f}"
    return row


def as_csv(rows: Rows) -> bytes:
    """Write commas and decimal points in UTF-8, as `fingerplan sample` does."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue().encode()


def as_danish_csv(rows: Rows, encoding: str = "windows-1252", month: str = "{1}-{0}") -> bytes:
    """Write semicolons, decimal commas, thousands points, months such as 05-2026, and CRLF."""
    header, *records = rows
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    for record in records:
        written = []
        for column, value in zip_longest(header, record, fillvalue=""):
            if column in NUMBERS and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
                value = f"{Decimal(value):,f}".translate(str.maketrans(",.", ".,"))
            elif column == "month" and value.count("-") == 2:
                value = month.format(*value.split("-"))
            written.append(value)
        writer.writerow(written)
    return stream.getvalue().encode(encoding)


def as_workbook(rows: Rows) -> bytes:
    """Write a workbook whose numbers are numbers."""
    header, *records = rows
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(header)
    for record in records:
        cells: list[object] = []
        for column, value in zip_longest(header, record, fillvalue=""):
            try:
                cells.append(float(value) if value and column in NUMBERS else value or None)
            except ValueError:
                cells.append(value)
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_parquet(rows: Rows, folder: Path) -> bytes:
    """Write Parquet in which every column is text."""
    text, parquet = folder / "rows.csv", folder / "rows.parquet"
    text.write_bytes(as_csv(rows))
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select * from read_csv('{text}', all_varchar = true, header = true, delim = ',', quote = '\"',"
            f" nullstr = '', strict_mode = false, null_padding = true)) to '{parquet}' (format parquet)"
        )
    return parquet.read_bytes()


def deliver(folder: Path, month: str, kinds: tuple[str, ...] = KINDS) -> list[str]:
    """Write the files of a month; return the options of `fingerplan refresh` for them."""
    options = ["--month", month]
    for kind in kinds:
        file = folder / f"{kind}_{month}.csv"
        file.write_bytes(as_csv(sample_rows(kind, month)))
        options += [f"--{kind}", str(file)]
    return options
