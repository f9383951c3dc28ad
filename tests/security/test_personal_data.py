"""Numbers and names of persons, planted in every place of a delivered file, are in nothing that is said or kept.

All of them are made up.
"""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import duckdb
import openpyxl
import pytest

from benchmarks.deliveries import Rows, as_csv, as_danish_csv, as_workbook, sample_rows, total_row
from fingerplan.errors import REJECTED, Refused
from fingerplan.gate import personal_data, rules
from fingerplan.gate.extracts import KINDS
from fingerplan.seeds import Seed, check_seeds
from fingerplan.warehouse import refresh
from tests.support.deliveries import JUNE, MAY, with_case_references
from tests.support.project import ROOT, WITHOUT_TESTS, query, run_fingerplan

NUMBERS = (
    *("010190-7391", "0101907391", "010190 7391", "01.01.1990-7391", "610190_7391", "101907391"),
    "\uff10\uff11\uff10\uff11\uff19\uff10-7391",  # as some keyboards write digits
)
NAMES = ("Ingrid Sørine Holm", "Holm, Ingrid", "Regina", "SEL §85 Ingrid", "own_Holm", "Maj")
# what of them may stand nowhere
TRACES = ("7391", "010190", "ingrid", "sørine", "s\\u00f8rine", "holm", "regina", "'maj'")


@dataclass(frozen=True)
class Attack:
    """A file, and what was planted where in it."""

    place: str
    kind: str
    name: str
    content: bytes


@cache
def _sample(kind: str) -> Rows:
    return sample_rows(kind, "2026-05")[:5]


def rows_of(kind: str) -> Rows:
    """Four rows to change."""
    return [list(row) for row in _sample(kind)]


def as_parquet(rows: Rows) -> bytes:
    header, *records = rows
    columns = ", ".join('"' + name.replace('"', '""') + '"' for name in header)
    values = ", ".join("(" + ", ".join("'" + cell.replace("'", "''") + "'" for cell in row) + ")" for row in records)
    with duckdb.connect() as connection:
        connection.execute("create table delivered as select * from (values " + values + f") as delivered({columns})")
        file = Path(connection.execute("select '/dev/shm/planted-' || uuid() || '.parquet'").fetchall()[0][0])
        connection.execute(f"copy delivered to '{file}' (format parquet)")
    try:
        return file.read_bytes()
    finally:
        file.unlink()


LAYOUTS: dict[str, Callable[[Rows], bytes]] = {
    "csv": as_csv,
    "danish csv": lambda rows: as_danish_csv(rows, "utf-8"),
    "workbook": as_workbook,
    "parquet": as_parquet,
}


def in_cells() -> Iterator[Attack]:
    for kind in KINDS:
        for column, heading in enumerate(rows_of(kind)[0]):
            for planted in (*NUMBERS, *NAMES):
                rows = rows_of(kind)
                rows[2][column] = planted
                yield Attack(f"cell of {heading}: {planted}", kind, f"{kind}.csv", as_csv(rows))
    for layout, written in LAYOUTS.items():
        for column, heading in enumerate(rows_of("cases")[0]):
            rows = rows_of("cases")
            rows[2][column] = NAMES[0] if column % 2 else NUMBERS[0]
            yield Attack(f"{layout}, cell of {heading}", "cases", "cases.csv", written(rows))


def in_headings() -> Iterator[Attack]:
    for layout, written in LAYOUTS.items():
        for planted in (*NUMBERS[:3], *NAMES[:4]):
            rows = rows_of("cases")
            rows[0][9] = planted
            yield Attack(f"{layout}, heading replaced: {planted}", "cases", "cases.csv", written(rows))
            rows = [[*row, NUMBERS[1] if number else planted] for number, row in enumerate(rows_of("cases"))]
            yield Attack(f"{layout}, column added: {planted}", "cases", "cases.csv", written(rows))


def in_total_rows() -> Iterator[Attack]:
    for kind in KINDS:
        for column, heading in enumerate(rows_of(kind)[0]):
            for planted in (*NUMBERS[:2], NAMES[0]):
                rows = rows_of(kind)
                total = total_row(kind, rows)
                total[column] = planted if total[column] != "I alt" else "I alt"
                yield Attack(f"total row, {heading}: {planted}", kind, f"{kind}.csv", as_csv([*rows, total]))


def in_what_cannot_be_read() -> Iterator[Attack]:
    whole = as_csv(rows_of("cases"))
    for planted in (NUMBERS[0], NAMES[0]):
        said = planted.encode()
        yield Attack("a row too long", "cases", "cases.csv", whole + said + b",1,2,3,4,5,6,7,8,9,10,11,12,13\n")
        yield Attack("an open quote", "cases", "cases.csv", whole + b'"' + said)
        yield Attack("a quote within", "cases", "cases.csv", whole + b'"a"' + said + b",1\n")
        yield Attack("a NUL byte", "cases", "cases.csv", whole + said + b"\x00\n")
        yield Attack("no heading of an extract", "cases", "cases.csv", said + b"," + said + b"\n1,2\n")
        yield Attack("a cell too long", "cases", "cases.csv", as_csv([*rows_of("cases"), [planted * 200] * 11]))
        yield Attack("half a workbook", "cases", "cases.xlsx", b"PK\x03\x04" + said * 20)
        yield Attack("half a Parquet file", "cases", "cases.parquet", b"PAR1" + said * 20)
        yield Attack("a byte that is no letter", "cases", "cases.csv", b"\xef\xbb\xbf" + whole + said + b"\xff\n")
        yield Attack("a formula", "cases", "cases.csv", whole + b"=" + said + b",,,,,,,,,,\n")
        book = openpyxl.Workbook()
        book.worksheets[0].title = planted
        book.worksheets[0].append([planted])
        stream = io.BytesIO()
        book.save(stream)
        yield Attack("the name of a sheet", "cases", "cases.xlsx", stream.getvalue())


def in_file_names() -> Iterator[Attack]:
    for name in (*NUMBERS, f"{NAMES[0]} {NUMBERS[0]}", f"Sager_{NUMBERS[1]}_Ingrid"):
        for content in (as_csv(rows_of("cases")), b"no extract\n"):
            yield Attack(f"file name: {name}", "cases", f"{name}.csv", content)


ATTACKS = {
    group.__name__: list(group())
    for group in (in_cells, in_headings, in_total_rows, in_what_cannot_be_read, in_file_names)
}


@pytest.fixture(scope="module")
def seeds() -> dict[str, Seed]:
    return check_seeds(ROOT)


def traces(text: str) -> list[str]:
    return [trace for trace in TRACES if trace in text.lower()]


@contextmanager
def without_expectations() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rules, "validate", lambda *_: (SimpleNamespace(results=[]), []))
        patched.setattr(rules, "data_docs", lambda *_: "")
        yield


def test_the_attack_is_as_large_as_it_says():
    assert sum(map(len, ATTACKS.values())) >= 300


@pytest.mark.parametrize("key", [None, "k" * 40], ids=["without a key", "with a key"])
@pytest.mark.parametrize("group", ATTACKS)
def test_nothing_planted_in_a_file_is_in_what_the_gate_says_and_writes(group, key, seeds, tmp_path, monkeypatch):
    monkeypatch.delenv(personal_data.KEY_FILE_VARIABLE, raising=False)
    monkeypatch.delenv(personal_data.KEY_VARIABLE, raising=False)
    if key:
        monkeypatch.setenv(personal_data.KEY_VARIABLE, key)
    for number, attack in enumerate(ATTACKS[group]):
        if key and number % 4 != 0:
            continue  # the key changes only what becomes of ids
        # the page of the expectations takes most of the time, and holds what was read: a few have one
        with_page = number % 24 == 0
        folder = tmp_path / str(number)
        folder.mkdir()
        file = folder / attack.name
        file.write_bytes(attack.content)
        said = ""
        try:
            with nullcontext() if with_page else without_expectations():
                (delivery,) = refresh.gate({attack.kind: file}, MAY, {}, seeds, JUNE)
            said = delivery.name + delivery.data_docs
            assert not with_page or group in ("in_file_names", "in_total_rows"), attack.place
        except Refused as refused:
            said = str(refused)
        said += "".join(path.read_text(encoding="utf-8") for path in folder.iterdir() if path != file)
        assert traces(said) == [], (attack.place, said[:500])


def test_nothing_planted_is_in_a_log_the_status_or_anything_that_is_kept(project, tmp_path):
    """By the command itself: refused files with a number and a name wherever they fit, and an accepted one."""
    rows = with_case_references(sample_rows("cases", "2026-05"))
    rows[3][4], rows[4][3], rows[5][7], rows[6][1], rows[7][2] = NAMES[4], NAMES[3], NUMBERS[0], NAMES[0], NUMBERS[1]
    planted = [[*row, "" if number else NAMES[0]] for number, row in enumerate(rows)]
    drop = tmp_path / "drop"
    drop.mkdir()
    said = ""
    for number, refused in enumerate((rows, planted)):
        file = drop / f"Sager {NAMES[0]} {NUMBERS[number]}.csv"
        file.write_bytes(as_csv(refused))
        for options in (("--log-json",), ()):
            arguments = ("refresh", "--month", "2026-05", "--cases", str(file), *options)
            outcome = run_fingerplan(project, *arguments, FINGERPLAN_PSEUDONYM_KEY="k" * 40)
            assert outcome.returncode == REJECTED
            said += outcome.stdout + outcome.stderr
            for line in outcome.stdout.splitlines() if options else ():
                json.loads(line)
        said += run_fingerplan(project, "check", str(file)).stderr + run_fingerplan(project, "status").stdout
    whole = drop / f"Sager {NUMBERS[0]}.csv"
    whole.write_bytes(as_csv(sample_rows("cases", "2026-05")))
    outcome = run_fingerplan(project, "refresh", "--month", "2026-05", "--cases", str(whole), **WITHOUT_TESTS)
    assert outcome.returncode == 0, outcome.stderr
    said += outcome.stdout + run_fingerplan(project, "status").stdout
    assert traces(said) == [], said
    for path in [*drop.iterdir(), *(project / "warehouse").rglob("*")]:
        if path.is_file() and not path.name.endswith(("0.csv", "1.csv")):
            assert traces(path.read_bytes().decode("latin-1")) == [] or path.suffix == ".duckdb", path
    published = project / "warehouse" / "fingerplan.duckdb"
    kept = str(query(published, "from history.run")) + str(query(published, "from marts.dim_delivery"))
    assert traces(kept) == []
    assert "Sager (masked).csv" in kept
