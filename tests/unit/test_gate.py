"""The gate: what it reads from a file, what it refuses, and that it says so in one line."""

import re
import stat
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from fingerplan.errors import REJECTED, Refused
from fingerplan.gate import personal_data
from fingerplan.gate.check import Delivery, check_file
from fingerplan.gate.last_month import LastMonth
from fingerplan.gate.values import NumberType, notation_of, read_month, read_number
from fingerplan.seeds import Seed, check_seeds
from fingerplan.warehouse import refresh
from fingerplan.warehouse.archive import Archive
from tests.support.deliveries import as_csv, as_danish_csv, as_parquet, as_workbook, sample_rows, total_row
from tests.support.project import ROOT, run_fingerplan

MAY = date(2026, 5, 1)
JUNE = date(2026, 6, 3)
MONEY = NumberType(18, 2)
MEASURE = NumberType(18, 4)


@pytest.fixture(scope="module")
def seeds() -> dict[str, Seed]:
    return check_seeds(ROOT)


@pytest.fixture(autouse=True)
def no_key(monkeypatch):
    monkeypatch.delenv(personal_data.KEY_VARIABLE, raising=False)
    monkeypatch.delenv(personal_data.KEY_FILE_VARIABLE, raising=False)


@pytest.fixture
def check(tmp_path: Path, seeds):
    def checked(content: bytes, kind: str = "cases", last: LastMonth | None = None, today: date = JUNE) -> Delivery:
        file = tmp_path / "delivered.csv"
        file.write_bytes(content)
        return check_file(file, seeds, kind, MAY, lambda *_: last, today)

    return checked


def april(**other) -> LastMonth:
    rows = sample_rows("cases", "2026-04")
    ids = frozenset(row[2] for row in rows[1:])
    total = sum(Decimal(row[7]) for row in rows[1:])
    known = {"month": date(2026, 4, 1), "rows": len(rows) - 1, "control_sum": total, "case_ids": ids}
    return LastMonth(**{**known, "key_id": None, "has_total_row": False, **other})


def changed(column: str, value: str, row: int = 1, kind: str = "cases") -> list[list[str]]:
    rows = sample_rows(kind, "2026-05")
    rows[row][rows[0].index(column)] = value
    return rows


# --- numbers and months ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number_type", "notation", "expected"),
    [
        ("1.350", MONEY, "comma", "1350"),
        ("- 1.350", MONEY, "comma", "-1350"),
        ("-1.350,50", MONEY, "comma", "-1350.50"),
        ("1.350,00-", MONEY, "comma", "-1350"),
        ("\u22121.350", MONEY, "comma", "-1350"),
        ("1.604.757", MONEY, None, "1604757"),
        ("1.350", MONEY, None, "1350"),  # three decimals are no money, so these are thousands
        ("117500.00", MONEY, "point", "117500"),
        ("1,350.00", MONEY, "point", "1350"),
        ("1.5", MONEY, "point", "1.5"),
        ("1.5", MONEY, "comma", None),  # never 15
        ("1.5", MONEY, None, "1.5"),
        ("1.350", MEASURE, None, None),  # 1.35 or 1350
        ("1.350", MONEY, "point", None),
        ("12.34.567", MONEY, "comma", None),
        ("1 350", MONEY, "comma", None),
        ("-200*", MONEY, "comma", None),
        ("1e308", MONEY, "point", None),
        ("NaN", MONEY, "point", None),
        ("", MONEY, "comma", None),
        ("12345678901234567", MONEY, None, None),
        ("1,999", MONEY, "comma", None),
        ("0.350", MONEY, None, None),  # no thousands begin with a zero
        ("0.350", MONEY, "comma", None),
        ("0,350", MEASURE, "point", None),
        ("0.350", MEASURE, None, "0.350"),
        ("--5", MONEY, "comma", None),
    ],
)
def test_a_number_is_read_as_it_is_written_or_refused(text, number_type, notation, expected):
    number, problem = read_number(text, number_type, notation)
    assert number == (None if expected is None else Decimal(expected))
    assert bool(problem) == (expected is None)


@given(number=some.decimals(-999_999_999, 999_999_999, places=2), other=some.decimals(-999, 999, places=2))
def test_either_notation_gives_the_number_back(number, other):
    """Beside a second number with decimals, as every real file has."""
    danish = [f"{value:,f}".translate(str.maketrans(",.", ".,")) for value in (number, other)]
    for texts in ([f"{number:f}", f"{other:f}"], danish):
        notation = notation_of((text, MONEY) for text in texts)
        assert [read_number(text, MONEY, notation)[0] for text in texts] == [number, other]


@given(text=some.text(alphabet="0123456789.,- ", max_size=14))
def test_what_is_read_as_a_number_has_its_digits(text):
    for notation in ("comma", "point", None):
        number, _ = read_number(text, MONEY, notation)
        if number is not None:
            assert re.sub(r"\D", "", f"{number:f}").strip("0") == re.sub(r"\D", "", text).strip("0")


MONTHS = {"januar": 1, "maj": 5, "juni": 6, "oktober": 10}


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-05", "2026-05-01", "05-2026", "5/2026", "05.2026", "01.05.2026", "01-05-2026", "202605", "maj 2026"),
        *("Maj 2026", "maj-26", " 2026-05 ", "2026-05-01 00:00:00", date(2026, 5, 1), datetime(2026, 5, 1)),
    ],
)
def test_a_month_is_read(cell):
    assert read_month(cell, MONTHS) == MAY


@pytest.mark.parametrize(
    "cell",
    ["2026-13", "05-26", "2026-05-02", "26-05", "mai 2026", "", None, datetime(2026, 5, 1, 12), "1926-05", "2026"],
)
def test_anything_else_is_no_month(cell):
    assert read_month(cell, MONTHS) is None


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["cases", "postings", "kpis"])
def test_every_layout_gives_the_same_content(check, tmp_path, kind):
    rows = sample_rows(kind, "2026-05")
    with_total = [*rows, total_row(kind, rows)]
    contents = {
        "comma": as_csv(rows),
        "comma with a total row": as_csv(with_total),
        "semicolons, windows-1252": as_danish_csv(with_total),
        "semicolons, UTF-8": as_danish_csv(rows, "utf-8"),
        "semicolons, UTF-8 with BOM, maj 2026": as_danish_csv(rows, "utf-8-sig", "maj {0}"),
        "Excel's sep=": b"sep=;\r\n" + as_danish_csv(rows),
        "empty columns and rows at the end": as_danish_csv([[*row, "", ""] for row in rows]) + b";;;\r\n" * 0,
        "columns in another order": as_csv([row[::-1] for row in rows]),
        "headings in capitals": as_csv([[name.upper() for name in rows[0]], *rows[1:]]),
        "workbook": as_workbook(rows),
        "Parquet": as_parquet(rows, tmp_path),
    }
    found = {name: check(content, kind) for name, content in contents.items()}
    assert {name: delivery.lines() for name, delivery in found.items() if delivery.findings} == {}
    assert len({delivery.content_sha256 for delivery in found.values()}) == 1
    assert found["comma"].rows == len(rows) - 1


@pytest.mark.parametrize("kind", ["cases", "postings", "kpis"])
def test_the_documented_example_passes(check, kind):
    assert check((ROOT / "docs" / "reference" / "extracts" / f"{kind}.csv").read_bytes(), kind).lines() == []


def test_the_zero_that_a_spreadsheet_takes_away_is_put_back(check):
    rows = sample_rows("cases", "2026-05")
    for row in rows[1:]:
        row[0] = "730"
    assert check(as_csv(rows)).lines() == []


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
def test_a_file_that_cannot_be_read_is_refused_in_one_line(check, content, said):
    delivery = check(content, "kpis")
    assert len(delivery.findings) == 1
    assert said in delivery.lines()[0]


def test_a_bomb_is_not_unpacked(check):
    import io
    import zipfile

    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.xml", b"0" * 80 * 2**20)
    assert len(stream.getvalue()) < 2**20
    assert "unpacks to 240 MB in 3 files" in check(stream.getvalue()).lines()[0]


def test_a_file_that_was_cut_short_is_refused(check):
    """Where the file has a total row; without one, a cut at a line end is a shorter file that is whole."""
    rows = sample_rows("postings", "2026-05")
    content = as_csv([*rows, total_row("postings", rows)])
    before = april(rows=3, control_sum=Decimal(277400), case_ids=frozenset(), has_total_row=True)
    whole = check(content, "postings", before)
    assert whole.lines() == []
    for length in [*range(0, len(content) - 40, 7), *range(len(content) - 40, len(content))]:
        cut = check(content[:length], "postings", before)
        assert cut.findings or cut.content_sha256 == whole.content_sha256, length
    without = as_csv(rows)
    last_line = without[:-1].rindex(b"\n") + 1
    for length in range(last_line + 1, len(without) - 1):
        assert check(without[:length], "postings").findings, length


def test_a_pipe_and_a_folder_are_no_files(tmp_path, seeds):
    import os

    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    for path in (pipe, tmp_path):
        assert "is not a regular file" in check_file(path, seeds, None, None, lambda *_: None, JUNE).lines()[0]


# --- findings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("provider_kind", "owner", "row 2, column provider_kind: 'owner' is none of own, other_municipality"),
        ("provider_kind", "Jens Hansen", "column provider_kind: (masked text of 11 characters) is none of"),
        ("station_id", "fp2024-9", "column station_id: 'fp2024-9' is none of"),
        ("municipality_code", "0731", "column municipality_code: '0731' is none of 0730"),
        ("monthly_cost_dkk", "-1.00", "column monthly_cost_dkk: '-1.00' lies outside 0 to 3,000,000"),
        ("monthly_cost_dkk", "3000000.01", "column monthly_cost_dkk: '3000000.01' lies outside"),
        ("monthly_cost_dkk", "1e308", "column monthly_cost_dkk: '1e308' is not a number"),
        ("monthly_cost_dkk", "NaN", "column monthly_cost_dkk: 'NaN' is not a number"),
        ("monthly_cost_dkk", "", "column monthly_cost_dkk: is empty; a value is needed"),
        ("monthly_cost_dkk", "1.350,50", "is written with a decimal comma, the rest of the file is not"),
        ("month", "2026-04", "column month: '2026-04' is another month than 2026-05"),
        ("month", "maj", "column month: (masked text of 3 characters) is no month"),
        ("case_id", "", "column case_id: is empty"),
        ("case_id", "=cmd|' /C calc'!A0", "column case_id: "),
        ("service_code", "=1+1", "column service_code: '=1+1' is none of"),
        ("refund_bracket", "26", "column refund_bracket: '26' is none of"),
        ("counterfactual_monthly_cost_dkk", "5.00", "stands without a station"),
    ],
)
def test_a_wrong_cell_is_named_with_row_column_and_value(check, column, value, said):
    rows = sample_rows("cases", "2026-05")
    plain = next(number for number, row in enumerate(rows[1:], 1) if not row[9])
    rows[1], rows[plain] = rows[plain], rows[1]
    rows[1][rows[0].index(column)] = value
    lines = check(as_csv(rows)).lines()
    assert any(said in line for line in lines), lines
    assert all("row 2" in line or "mixes" in line for line in lines)


def test_a_negative_month_is_for_the_controller_to_confirm(check):
    lines = check(as_csv(changed("amount_dkk", "-41300.00", kind="postings")), "postings").lines()
    assert "row 2, column amount_dkk: '-41300.00' lies outside 0 to 5,000,000" in lines[0]


def test_every_finding_of_a_file_is_given(check):
    rows = sample_rows("cases", "2026-05")
    rows[2][4], rows[4][7], rows[6][1] = "owner", "abc", "2026-06"
    rows.append(rows[8])
    lines = check(as_csv(rows)).lines()
    assert [re.search(r"row (\d+)", line)[1] for line in lines] == ["3", "5", "7", "9", str(len(rows))]


def test_a_station_needs_its_counterfactual(check):
    rows = sample_rows("cases", "2026-05")
    number = next(number for number, row in enumerate(rows) if row[9] == "fp2024-4")
    rows[number][10] = ""
    assert (
        f"row {number + 1}, column counterfactual_monthly_cost_dkk: is empty in a row with a station"
        in (check(as_csv(rows)).lines()[0])
    )


def test_headings_that_are_missing_doubled_or_unknown_are_named(check):
    rows = sample_rows("kpis", "2026-05")
    rows[0] = ["month", "month", "note"]
    said = "\n".join(check(as_csv(rows), "kpis").lines())
    assert "row 1, column kpi_id: is missing; the columns of kpis are month, kpi_id, value" in said
    assert "row 1, column month: stands more than once" in said
    assert "is no column of the extract" in said


def test_a_file_of_another_kind_is_named(check):
    assert "these are the columns of kpis, not of cases" in check(as_csv(sample_rows("kpis", "2026-05"))).lines()[0]


def test_a_cut_that_leaves_a_thousandth_is_refused(check):
    rows = sample_rows("postings", "2026-05")
    for last, cut in (("1.353.000", 6), ("1.353,00", 5), ("1.353,00", 3)):
        texts = [*(f"{row[0]};{row[1]};41.300" + (",00" if "," in last else "") for row in rows[1:3])]
        content = "\r\n".join([";".join(rows[0]), *texts, f"2026-05;fp2024-7-1;{last}"]).encode() + b"\r\n"
        assert any("cut short" in line for line in check(content[:-cut], "postings").lines()), last


def test_a_workbook_with_formulas_is_refused(check):
    rows = changed("monthly_cost_dkk", "=1+1")
    assert "holds formulas; paste them as values" in check(as_workbook(rows)).lines()[0]


def test_what_a_damaged_parquet_file_says_is_not_repeated(check, tmp_path):
    content = as_parquet(sample_rows("kpis", "2026-05"), tmp_path).replace(b"virtual_visits", b"J\xf8rgen 010190-")
    said = "\n".join(check(content, "kpis").lines())
    assert said
    assert "rgen" not in said
    assert "0190" not in said


def test_the_first_month_is_held_against_the_one_after_it(tmp_path, seeds, monkeypatch):
    archive = Archive(tmp_path / "archive")
    file = tmp_path / "cases.csv"
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "k" * 40)
    file.write_bytes(as_csv(real(sample_rows("cases", "2026-05"))))
    may, _ = refresh.archive_all(refresh.gate({"cases": file}, MAY, {}, seeds, JUNE), archive, {})
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "another key of forty characters or more..")
    file.write_bytes(as_csv(real(sample_rows("cases", "2026-04"))))
    with pytest.raises(Refused, match="the pseudonyms of 2026-05 were made with another key"):
        refresh.gate({"cases": file}, date(2026, 4, 1), may, seeds, JUNE)


def test_a_total_that_is_not_the_sum_is_refused(check):
    rows = sample_rows("postings", "2026-05")
    total = total_row("postings", rows)
    total[-1] = str(Decimal(total[-1]) + 1)
    assert "is not the sum of the rows" in check(as_csv([*rows, total]), "postings").lines()[0]


# --- against last month, and the future ------------------------------------------------------------------------------


def test_the_sample_meets_at_least_fifteen_expectations(check):
    delivery = check(as_csv(sample_rows("cases", "2026-05")), last=april())
    assert delivery.lines() == []
    assert delivery.expectations >= 15


@pytest.mark.parametrize(
    ("last", "said"),
    [
        ({"rows": 200}, "285 rows against 200 in 2026-04, outside 80% to 125% of it"),
        ({"rows": 400}, "285 rows against 400 in 2026-04"),
        ({"control_sum": Decimal(38_436_300) * 1000}, "38,436,300.00 in all against 38,436,300,000.00 in 2026-04"),
        ({"case_ids": frozenset({"other"})}, "0% of the rows are of cases that 2026-04 had, under 75%"),
        ({"has_total_row": True}, "has no total row at its end, as 2026-04 had"),
        ({"key_id": "0123456789ab"}, "the pseudonyms of 2026-04 were made with another key"),
    ],
)
def test_a_leap_from_last_month_is_refused(check, last, said):
    lines = check(as_csv(sample_rows("cases", "2026-05")), last=april(**last)).lines()
    assert len(lines) == 1
    assert said in lines[0]


def test_a_month_that_has_not_begun_is_refused(check):
    lines = check(as_csv(sample_rows("cases", "2026-05")), today=date(2026, 4, 30)).lines()
    assert len(lines) == 285
    assert "column month: '2026-05-01' lies after 2026-04, which is now" in lines[0]


def test_a_series_that_stopped_is_refused(check):
    rows = sample_rows("kpis", "2026-05")
    before = april(rows=len(rows) - 1, control_sum=Decimal(0), case_ids=frozenset())
    assert check(as_csv(rows), "kpis", before).lines() == []
    assert "5 rows against 6 in 2026-04" in check(as_csv(rows[:-1]), "kpis", before).lines()[0]


def test_a_bound_that_is_gone_stops_the_gate(check, seeds):
    bounds = seeds["delivery_bounds"]
    kept = list(bounds.records)
    try:
        bounds.records[:] = [record for record in kept if record[1]["measure"] != "rows_against_last_month"]
        with pytest.raises(Refused) as refusal:
            check(as_csv(sample_rows("kpis", "2026-05")), "kpis")
        assert "delivery_bounds.csv: no row for kpis, rows_against_last_month" in refusal.value.findings[0]
    finally:
        bounds.records[:] = kept


# --- persons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        *("010170-1234", "0101701234", "CPR 010170 1234", "x0101701234y", "01-01-70-1234", "01.01.70 1234"),
        *("010190 - 1234", "010190.1234", "01.01.1990-1234", "010190\u00a01234", "010190\t1234", "010190\u20131234"),
        *(
            "101901234,00",
            "101.901.234,00",
            "1.201.901.234",
            "101701234",
            "101701234.0",
            "610170-1234",
            "311299-0000",
            "290200-1111",
            "ref. 241299-4321, se sag",
        ),
    ],
)
def test_a_cpr_number_is_seen(text):
    assert personal_data.holds_cpr_number(text)


@pytest.mark.parametrize(
    "text",
    [
        *("00.01.00-S00-20-25", "27.03.00-G01-1234-25", "sample-pnflolgbkbkc0049", "2026-05-01", "01-05-2026"),
        *("117500.00", "1.604.757", "000170-1234", "311370-1234", "320170-1234", "300270-1234", "12345678"),
        *("01017012345", "27400000", "a0101701234fa1b2c3d4e5f6a7b8c9d0"),
    ],
)
def test_what_has_no_date_or_another_length_is_none(text):
    assert not personal_data.holds_cpr_number(text)


@pytest.mark.parametrize("column", ["case_id", "service_code", "monthly_cost_dkk", "station_id"])
@pytest.mark.parametrize("number", ["010170-1234", "0101701234"])
@pytest.mark.parametrize("key", [None, "k" * 40])
def test_a_cpr_number_in_any_column_is_refused_and_not_repeated(check, monkeypatch, column, number, key):
    if key:
        monkeypatch.setenv(personal_data.KEY_VARIABLE, key)
    delivery = check(as_csv(changed(column, number)))
    lines = [line for line in delivery.lines() if "mixes" not in line]
    assert lines[0].startswith(f"delivered.csv: row 2, column {column}: (masked: has the form of a CPR number)")
    assert "0170" not in "\n".join(lines) + (delivery.data_docs or "")


def test_a_cpr_number_in_a_workbook_and_in_a_heading_is_refused(check):
    rows = changed("monthly_cost_dkk", "101701234")
    assert "(masked: has the form of a CPR number)" in "\n".join(check(as_workbook(rows)).lines())
    rows = sample_rows("kpis", "2026-05")
    said = "\n".join(check(as_csv([[*rows[0], "010170-1234"], *([*row, ""] for row in rows[1:])]), "kpis").lines())
    assert "(masked: has the form of a CPR number)" in said
    assert "0170" not in said


def real(rows: list[list[str]], case_id: str = "00.01.00-S00-{}-25") -> list[list[str]]:
    return [rows[0], *([*row[:2], case_id.format(row[2][-4:]), *row[3:]] for row in rows[1:])]


@pytest.mark.parametrize(
    "case_id",
    [
        *("00.01.00-S00-{}-25", "{}", "12{}", "Jens Hansen {}", "SAG-{}", "jh{}@x.dk", "DUBU-2024-0001{}"),
        *("Jens-Hansen-Randers-{}", "JensPeterHansenFraRanders{}"),
    ],
)
def test_ids_that_look_raw_are_refused_without_a_key(check, case_id):
    lines = check(as_csv(real(sample_rows("cases", "2026-05"), case_id))).lines()
    assert len(lines) == 285
    assert re.search(r"column case_id: \(an id of [0-9]+ characters\) (is|has) ", lines[0])
    assert "not a pseudonym; set FINGERPLAN_PSEUDONYM_KEY_FILE" in lines[0]


def test_a_long_number_is_no_hash():
    assert personal_data.looks_raw("0" * 8 + "12345678" * 3) == "is a plain number"
    assert personal_data.looks_raw("0a1b2c3d" * 4) is None


def test_with_a_key_case_references_become_pseudonyms_that_stay_the_same(check, monkeypatch):
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "a key of a municipality, forty characters")
    delivery = check(as_csv(real(sample_rows("cases", "2026-05"))))
    assert delivery.lines() == []
    assert delivery.data_origin == "reported"
    ids = [record["case_id"] for _, record in delivery.records]
    assert all(personal_data.OUR_PSEUDONYM.fullmatch(case_id) for case_id in ids)
    assert "S00" not in delivery.canonical()
    again = check(as_csv(real(sample_rows("cases", "2026-05"))))
    assert again.content_sha256 == delivery.content_sha256
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "another key of forty characters or more..")
    other = check(as_csv(real(sample_rows("cases", "2026-05"))))
    assert not set(ids) & {record["case_id"] for _, record in other.records}
    assert other.key_id != delivery.key_id


def test_with_a_key_a_formula_is_still_no_id(check, monkeypatch):
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "k" * 40)
    rows = real(sample_rows("cases", "2026-05"))
    rows[1][2] = "=cmd|' /C calc'!A0"
    lines = check(as_csv(rows)).lines()
    assert len(lines) == 1
    assert "row 2, column case_id: (an id of 18 characters) begins as a formula" in lines[0]


def test_a_cpr_number_in_the_name_of_the_file_is_not_repeated(tmp_path, seeds):
    file = tmp_path / "sag 010170-1234.csv"
    file.write_text("no extract\n")
    line = check_file(file, seeds, None, None, lambda *_: None, JUNE).lines()[0]
    assert line.startswith("(masked: has the form of a CPR number): row 1: no heading")


def test_the_key_comes_from_a_file_that_only_its_owner_may_read(check, tmp_path, monkeypatch):
    key = tmp_path / "key"
    key.write_text("a key of a municipality, forty characters\n")
    monkeypatch.setenv(personal_data.KEY_FILE_VARIABLE, str(key))
    key.chmod(0o640)
    content = as_csv(real(sample_rows("cases", "2026-05")))
    with pytest.raises(Refused, match="chmod 600"):
        check(content)
    key.chmod(0o600)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert check(content).lines() == []
    for text in ("", "short"):
        key.write_text(text)
        with pytest.raises(Refused, match=r"under 32 characters|is empty"):
            check(content)
    key.unlink()
    with pytest.raises(Refused, match="cannot be read"):
        check(content)


def test_synthetic_and_real_cases_do_not_mix(check, monkeypatch):
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "k" * 40)
    assert check(as_csv(sample_rows("cases", "2026-05"))).data_origin == "sample"
    rows = changed("case_id", "00.01.00-S00-20-25")
    assert "mixes synthetic cases" in check(as_csv(rows)).lines()[0]


# --- refusals on disk ------------------------------------------------------------------------------------------------


def test_a_refused_file_stays_with_its_report_and_a_later_acceptance_takes_it_away(tmp_path, seeds):
    file = tmp_path / "cases.csv"
    content = as_csv(changed("provider_kind", "owner"))
    file.write_bytes(content)
    with pytest.raises(Refused) as refusal:
        refresh.gate({"cases": file}, MAY, {}, seeds, JUNE)
    assert refusal.value.exit_code == REJECTED
    assert file.read_bytes() == content
    text, page = (tmp_path / f"cases.csv.report.{ending}" for ending in ("txt", "html"))
    assert "row 2, column provider_kind: 'owner'" in text.read_text()
    html = page.read_text()
    assert "row 2, column provider_kind" in html
    assert "Evaluated Expectations" in html
    assert not re.search(r"https?://|<script|<link|@import", html), "the page must not need a network"
    file.write_bytes(as_csv(sample_rows("cases", "2026-05")))
    refresh.gate({"cases": file}, MAY, {}, seeds, JUNE)
    assert not text.exists()
    assert not page.exists()


def test_the_page_says_the_expectations_without_a_network_and_without_a_warning(check, caplog):
    delivery = check(as_csv(sample_rows("cases", "2026-05")), last=april())
    assert "accepted" in delivery.data_docs
    assert not re.search(r"https?://|<script|<link|@import", delivery.data_docs)
    assert "An unexpected Exception occurred" not in caplog.text
    assert delivery.data_docs.count("values must never be null") == 9 + 1, "nine columns, and one beside a station"


def test_months_come_one_after_the_other_and_origins_do_not_mix(tmp_path, seeds, monkeypatch):
    archive = Archive(tmp_path / "archive")
    file = tmp_path / "cases.csv"
    file.write_bytes(as_csv(sample_rows("cases", "2026-03")))
    march, _ = refresh.archive_all(refresh.gate({"cases": file}, date(2026, 3, 1), {}, seeds, JUNE), archive, {})
    file.write_bytes(as_csv(sample_rows("cases", "2026-05")))
    with pytest.raises(Refused, match="2026-04 is not there yet; deliver that month first"):
        refresh.gate({"cases": file}, MAY, march, seeds, JUNE)
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "k" * 40)
    file.write_bytes(as_csv(real(sample_rows("cases", "2026-04"))))
    with pytest.raises(Refused, match="holds a municipality's own cases, the archive holds the others"):
        refresh.gate({"cases": file}, date(2026, 4, 1), march, seeds, JUNE)


def test_the_archive_keeps_every_version_and_knows_the_same_file_again(tmp_path, seeds):
    archive = Archive(tmp_path / "archive")
    file = tmp_path / "cases.csv"

    def deliver(content: bytes):
        file.write_bytes(content)
        return archive.add(refresh.gate({"cases": file}, MAY, {}, seeds, JUNE)[0])

    first, is_new = deliver(as_csv(sample_rows("cases", "2026-05")))
    assert is_new
    again, is_new = deliver(as_danish_csv(sample_rows("cases", "2026-05")))
    assert not is_new, "the same content in another layout is the same delivery"
    assert again == first
    second, is_new = deliver(as_csv(changed("monthly_cost_dkk", "83400.00")))
    assert is_new
    assert [version.manifest.version for version in archive.versions("cases", MAY)] == [1, 2]
    assert archive.newest() == {("cases", MAY): second}
    assert first.manifest.row_count == 285
    assert first.manifest.control_sum == "38436300.00"
    assert first.manifest.file_name == "cases.csv"
    assert len(first.manifest.file_sha256) == 64
    assert not first.parquet.stat().st_mode & 0o222, "a version is never written again"
    (first.folder / "manifest.json").chmod(0o600)
    (first.folder / "manifest.json").write_text("{")
    with pytest.raises(Refused, match="its manifest cannot be read; restore the archive from the backup"):
        archive.newest()


def test_check_says_yes_or_no_and_changes_nothing(project):
    file = project / "cases.csv"
    file.write_bytes(as_danish_csv(sample_rows("cases", "2026-05")))
    outcome = run_fingerplan(project, "check", str(file))
    assert outcome.returncode == 0, outcome.stderr
    assert "cases.csv: cases of 2026-05, 285 rows, accepted (25 expectations met)" in outcome.stdout
    assert sorted(path.name for path in (project / "warehouse").iterdir()) == ["dev"]
    file.write_bytes(as_csv(changed("provider_kind", "owner")))
    outcome = run_fingerplan(project, "check", str(file))
    assert outcome.returncode == REJECTED
    assert "row 2, column provider_kind: 'owner'" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert run_fingerplan(project, "check", "nowhere.csv").returncode == 2
    assert run_fingerplan(project, "refresh", "--month", "maj", "--cases", str(file)).returncode == 2
