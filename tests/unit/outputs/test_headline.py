"""The headline prints what the marts hold, and marks what is made up."""

import io
from decimal import Decimal

import duckdb
import pytest
from rich.console import Console

from fingerplan.outputs import headline
from tests.support.small_warehouse import small_warehouse


def printed(warehouse) -> list[str]:
    console = Console(width=130, file=io.StringIO())
    headline.show(console, headline.read(warehouse))
    return console.file.getvalue().splitlines()


def cells(lines: list[str], *first: str) -> list[str]:
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines]
    return next(row for row in rows if tuple(row[: len(first)]) == first)


def test_stations_and_totals_are_those_of_the_marts(tmp_path):
    total = "update marts.fct_plan_effect set realised_to_date_dkk = 999 where year = 2026"
    lines = printed(small_warehouse(tmp_path / "a.duckdb", total))
    assert cells(lines, "1", "Digital først") == ["1", "Digital først", "-0,6", "-0,6"]
    assert cells(lines, "", "Plan total") == ["", "Plan total", "-0,6", "-0,6"]
    assert cells(lines, "2026", "1 Digital først")[2:] == ["-600", "-250", "-125", "125", "50 %", "-550", "1/2"]
    # selected, not added up
    assert cells(lines, "2026", "Plan total")[2:] == ["-600", "-250", "999", "125", "", "-550", ""]
    assert not any("2027" in line and "Plan total" in line for line in lines), "nothing of 2027 is measured"
    assert "1 of 2 checks reconcile (1 exactly, 0 within rounding); 1 differ and are documented." in lines
    assert any(line.startswith("To date is through 2026-05") for line in lines)
    assert lines[-1] == "The extracts are synthetic (sample): every realised figure here is made up."


def test_reported_figures_carry_no_mark_and_a_plan_without_figures_says_so(tmp_path):
    reported = "update marts.fct_station_effect set data_origin = 'reported'"
    assert "synthetic" not in "".join(printed(small_warehouse(tmp_path / "a.duckdb", reported)))
    nothing = "update marts.fct_station_effect set measured_lines = 0"
    lines = printed(small_warehouse(tmp_path / "b.duckdb", nothing))
    assert lines[-1] == "Realised effect: not measured; no extracts have been delivered."


def test_the_last_month_is_that_of_any_year(tmp_path):
    assert f"{headline.read(small_warehouse(tmp_path / 'a.duckdb')).through:%Y-%m}" == "2026-05"
    unknown = "update marts.fct_plan_effect set realised_through_month = null"
    assert headline.read(small_warehouse(tmp_path / "b.duckdb", unknown)).through is None


def test_a_warehouse_without_a_mart_cannot_be_read(tmp_path):
    with pytest.raises(duckdb.CatalogException, match="fct_plan_effect"):
        headline.read(small_warehouse(tmp_path / "a.duckdb", "drop table marts.fct_plan_effect"))


def test_numbers_are_danish_and_round_half_away_from_zero():
    amounts = [Decimal(amount) for amount in ("1604757", "2.5", "-2.5", "-0.4")]
    assert [headline.in_kroner(amount) for amount in (*amounts, None)] == ["1.604.757", "3", "-3", "0", "–"]
    assert [headline.in_thousands(amount) for amount in (Decimal(1_234_500), None)] == ["1.234,5", "–"]
    assert [headline.in_percent(share) for share in (Decimal("0.125"), None)] == ["13 %", "–"]
    assert headline.rounded(Decimal("0.125"), 2) == Decimal("0.13")
