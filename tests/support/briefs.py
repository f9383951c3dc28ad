"""Warehouses to write briefs from, and what a written brief shows."""

import re
import shutil
import zipfile
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import duckdb
import openpyxl

from fingerplan.outputs.brief import write_brief
from fingerplan.warehouse.history import History, Run

SHEETS = [
    *("Overblik", "Stationer", "Måneder", "Linjer pr. måned", "Særligt dyre sager", "Bro", "Afstemning", "Bevægelser")
]
SPARSE = """
update marts.fct_station_effect set expected_to_date_dkk = null, expected_to_date_measured_dkk = null,
    realised_to_date_dkk = null, realised_net_of_refund_dkk = null, deviation_to_date_dkk = null,
    realisation_share = null, forecast_effect_dkk = null, forecast_basis_months = null, measured_lines = 0,
    realised_through_month = null, measurement_status = 'not_measured', progress_status = 'not_measured',
    data_origin = 'published', measurement_note = 'Der er ikke leveret udtræk, som effekten kan måles på';
update marts.fct_plan_effect set expected_to_date_dkk = null, expected_to_date_measured_dkk = null,
    realised_to_date_dkk = null, realised_net_of_refund_dkk = null, deviation_to_date_dkk = null,
    forecast_effect_dkk = null, measured_lines = 0, realised_through_month = null, data_origin = 'published';
update marts.fct_station_effect_month set realised_effect_dkk = null, realised_net_of_refund_dkk = null,
    realised_quantity = null, quantity_effect_dkk = null, price_effect_dkk = null, data_origin = 'published',
    measurement_note = 'Der er ikke leveret udtræk for måneden';
delete from marts.fct_high_cost_case where series = 'extract';
delete from marts.fct_high_cost_case_bridge;
delete from marts.rpt_reconciliation where check_kind = 'extract_to_published';
"""
LONG = """
update marts.fct_station_effect set station_name = repeat(station_name || ' og meget andet, ', 8);
update marts.fct_station_effect_month set measurement_note = repeat(measurement_note || ' og hvad der ellers er, ', 9),
    realised_effect_dkk = case when line_id like '%-2' then null else realised_effect_dkk end;
update marts.fct_station_effect_month set measurement_note = repeat('Kan ikke måles af mange grunde. ', 20)
where realised_effect_dkk is null;
update marts.rpt_reconciliation set description = repeat(description || ' og så videre, ', 6),
    explanation = repeat(explanation || ' ', 5);
"""


def changed(warehouse: Path, to: Path, statements: str) -> Path:
    """Copy a warehouse and change its marts."""
    shutil.copy(warehouse, to)
    with duckdb.connect(str(to)) as connection:
        connection.execute(statements)
    return to


def origin_set_to(warehouse: Path, origin: str, but_for: str = "") -> str:
    """Give the statements that turn what is synthetic into another origin, but for one table."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name from information_schema.columns"
            " where table_schema = 'marts' and column_name like '%data_origin'"
        ).fetchall()
    return "".join(
        f"update marts.{table} set {column} = '{origin}' where {column} = 'sample';"
        for table, column in columns
        if table != but_for
    )


def published_twice(warehouse: Path, folder: Path) -> Path:
    """Publish a changed version and then the warehouse itself, the way the command line does."""
    history = History(folder / "history")
    first = changed(
        warehouse,
        folder / "first.duckdb",
        "update marts.rpt_headline_figure set figure_value = figure_value - 1000.5"
        " where figure_name in ('realised_to_date_dkk', 'deviation_to_date_dkk', 'forecast_effect_dkk');"
        "update marts.rpt_headline_figure set figure_value = figure_value - 20000"
        " where figure_name = 'realised_to_date_dkk' and subject_id = 'fp2024-6' and period = '2026';"
        "delete from marts.rpt_headline_figure where figure_name = 'net_dkk' and subject_id = '75'",
    )
    history.write_into(first, folder / "nothing.duckdb", Run("20260501T080000000000Z-1", "build"))
    history.publish(first, "20260501T080000000000Z-1")
    second = changed(warehouse, folder / "second.duckdb", "select 1")
    history.write_into(second, first, Run("20260601T080000000000Z-2", "build"))
    return second


def kroner(amount: Decimal | None) -> str:
    """Write an amount in whole kroner as a Dane does, without the code that is tested."""
    if amount is None:
        return "–"
    return f"{int(amount.quantize(Decimal(1), ROUND_HALF_UP)):,}".replace(",", ".")


class Book:
    """A written workbook: its cells as they are shown, and its formulas."""

    def __init__(self, file: Path):
        self.file = file
        self.shown = openpyxl.load_workbook(file, data_only=True)
        self.formulas = openpyxl.load_workbook(file)

    def rows(self, sheet: str, first_head: str) -> list[dict[Any, Any]]:
        """Give the rows of a sheet's table under their heads, through the first empty row."""
        cells = [[cell.value for cell in row] for row in self.shown[sheet].iter_rows()]
        head = next(i for i, row in enumerate(cells) if row[0] == first_head)
        found = []
        for row in cells[head + 1 :]:
            if not any(value is not None for value in row):
                break
            found.append(dict(zip(cells[head], row, strict=True)))
        return found

    def formula_cells(self) -> dict[tuple[str, str], str]:
        return {
            (sheet.title, cell.coordinate): str(cell.value)
            for sheet in self.formulas
            for row in sheet.iter_rows()
            for cell in row
            if cell.data_type == "f"
        }

    def text(self, sheet: str) -> str:
        """Give all text of a sheet, its foot included."""
        shown = self.shown[sheet]
        foot = shown.oddFooter
        cells = [str(cell.value) for row in shown.iter_rows() for cell in row if isinstance(cell.value, str)]
        parts = (foot.left, foot.center, foot.right) if foot else ()
        return "\n".join([*cells, *(part.text or "" for part in parts)])

    def charts(self) -> dict[str, str]:
        """Give the words of every chart by its title."""
        with zipfile.ZipFile(self.file) as archive:
            parts = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/charts/chart")]
        texts = [re.findall(r"<a:t>(.*?)</a:t>", part) for part in parts]
        return {found[0]: " | ".join(found[1:]) for found in texts}


def written_book(warehouse: Path, folder: Path) -> Book:
    write_brief(warehouse, folder / "brief.xlsx")
    return Book(folder / "brief.xlsx")


def query(warehouse: Path, statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(statement).fetchall()


def plain(value: Any) -> str | float | date | None:
    """Give a figure of a mart or a cell as what can be compared: floats to the øre's hundredth, dates as dates."""
    if isinstance(value, datetime):
        return value.date()
    return value if value is None or isinstance(value, str | date) else round(float(value), 6)


def same(cells: list[tuple[Any, ...]], marts: list[tuple[Any, ...]]) -> None:
    assert marts
    assert [tuple(map(plain, row)) for row in cells] == [tuple(map(plain, row)) for row in marts]
