"""The path through the gate: what a file is, persons in it, and how it differs from last month's."""

from dataclasses import replace
from decimal import Decimal

import pytest

from benchmarks.deliveries import as_csv, as_workbook, sample_rows
from fingerplan.gate import personal_data
from fingerplan.gate.check import check_file
from tests.support.deliveries import april_cases, changed
from tests.support.project import ROOT


@pytest.mark.parametrize("kind", ["cases", "postings", "kpis"])
def test_the_documented_example_passes(lines, kind):
    assert lines((ROOT / "docs" / "reference" / "extracts" / f"{kind}.csv").read_bytes(), kind) == []


def test_headings_that_are_missing_doubled_or_unknown_are_named(lines):
    rows = sample_rows("kpis", "2026-05")
    rows[0] = ["month", "month", "note"]
    said = "\n".join(lines(as_csv(rows), "kpis"))
    assert "row 1, column kpi_id: is missing; the columns of kpis are month, kpi_id, value" in said
    assert "row 1, column month: appears more than once" in said
    assert "is not a column of the extract" in said


def test_each_unknown_heading_is_named_by_its_place(lines):
    rows = sample_rows("kpis", "2026-05")
    rows = [[*rows[0], "Ingrid", "Ingrid"], *([*row, "", ""] for row in rows[1:])]
    said = lines(as_csv(rows), "kpis")
    assert [line.split(": ")[1] for line in said] == ["row 1, column number 4", "row 1, column number 5"]
    assert "ingrid" not in "".join(said).lower()


def test_a_file_of_another_kind_is_named(lines):
    assert "these are the columns of kpis, not of cases" in lines(as_csv(sample_rows("kpis", "2026-05")))[0]


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
def test_a_leap_from_last_month_is_refused(lines, last, said):
    lines = lines(as_csv(sample_rows("cases", "2026-05")), last=replace(april_cases(), **last))
    assert len(lines) == 1
    assert said in lines[0]


@pytest.mark.parametrize("column", ["case_id", "service_code", "monthly_cost_dkk", "station_id"])
@pytest.mark.parametrize("number", ["010170-1234", "0101701234"])
@pytest.mark.parametrize("key", [None, "k" * 40])
def test_a_cpr_number_in_any_column_is_refused_and_not_repeated(check, monkeypatch, column, number, key):
    if key:
        monkeypatch.setenv(personal_data.KEY_VARIABLE, key)
    delivery = check(as_csv(changed(column, number)))
    said = [line for line in delivery.lines() if "mixes" not in line]
    assert said[0].startswith(f"delivered.csv: row 2, column {column}: (masked: has the form of a CPR number)")
    assert "0170" not in "\n".join(said) + delivery.data_docs


def test_a_cpr_number_in_a_workbook_and_in_a_heading_is_refused(lines):
    rows = changed("monthly_cost_dkk", "101701234")
    assert "(masked: has the form of a CPR number)" in "\n".join(lines(as_workbook(rows)))
    rows = sample_rows("kpis", "2026-05")
    said = "\n".join(lines(as_csv([[*rows[0], "010170-1234"], *([*row, ""] for row in rows[1:])]), "kpis"))
    assert "(masked: has the form of a CPR number)" in said
    assert "0170" not in said


def test_a_cpr_number_in_the_name_of_the_file_is_not_repeated(tmp_path, terms):
    file = tmp_path / "sag 010170-1234.csv"
    file.write_text("no extract\n")
    line = check_file(file, terms(month=None), None).lines()[0]
    assert line.startswith("sag (masked).csv: row 1: no heading")
