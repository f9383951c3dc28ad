"""Change one cell of a seed, and the build goes red: every seed in turn, and every printed number by its last digit.

A `dbt build` for each of some hundred cells would take half an hour, so `Rebuild` runs what one real build compiled.
That it fails where dbt fails is itself tested.
"""

import csv
import random
import re
from decimal import Decimal

import pytest

from tests.support.project import ROOT, WITHOUT_UNIT_TESTS, run_dbt
from tests.support.rebuild import Rebuild

PUBLISHED = ROOT / "seeds" / "documents"
SAMPLE = 120

# the first unattributed case of a month in bracket 25
CASE = "case_id = (select min(case_id) from seeds.{seed} where refund_bracket = '25' and station_id is null and"
# an extract's single rows are as they are delivered: what a month must hold is the refresh gate's to say
DELIVERED = {"sample_postings", "sample_kpis"}
EMPTY = {"price_indices", "cell_revisions"}

# seed -> (condition of the one row that is changed, column, new value); every seed of the project stands here
CHANGES = {
    "source_documents": [("document_id = 'sau_minutes_2026_06_09'", "document_id", "'sau_minutes'")],
    "printed_tables": [
        ("table_id = 'FP-07'", "control_total", "8527942"),
        ("table_id = 'FP-07'", "position_total", "0"),
        ("table_id = 'FP-07'", "numeric_cells", "11"),
        ("table_id = 'FP-07'", "row_count", "3"),
        ("table_id = 'FP-07'", "document_id", "'unknown'"),
        ("table_id = 'FP-07'", "form_id", "'unknown'"),
        ("table_id = 'SAU-04'", "form_id", "'SAU-05'"),
        ("table_id = 'SAU-09'", "is_table", "0"),
    ],
    "plan_table_cells": [
        ("table_id = 'FP-07' and row_no = 1 and column_no = 1", "unit", "'mdkk'"),
        ("table_id = 'FP-07' and row_no = 1 and column_no = 1", "column_label", "'2018'"),
        ("table_id = 'FP-07' and row_no = 1 and column_no = 1", "row_label", "'Randers'"),
        ("table_id = 'FP-07' and row_no = 1 and column_no = 1", "row_no", "3"),
        ("table_id = 'FP-07' and row_no = 1 and column_no = 1", "value_as_printed", "'-'"),
        ("table_id = 'FP-06' and row_no = 1 and column_no = 6", "value_as_printed", "'0'"),
        ("table_id = 'FP-06' and row_no = 1 and column_no = 6", "document_id", "'unknown'"),
    ],
    "minutes_table_cells": [
        ("table_id = 'SAU-09' and row_no = 7 and column_no = 2", "unit", "'tdkk'"),
        ("table_id = 'SAU-09' and row_no = 7 and column_no = 2", "row_label", "'Juni 2026'"),
        ("table_id = 'SAU-09' and row_no = 7 and column_no = 2", "table_id", "'SAU-10'"),
        ("table_id = 'SAU-03' and row_no = 2 and column_no = 2", "value_as_printed", "'0,0'"),
        ("table_id = 'SAU-03' and row_no = 2 and column_no = 2", "document_id", "null"),
    ],
    "text_figures": [
        ("figure_id = 'sau82_item_block_grant'", "value_as_printed", "'10,8'"),
        ("figure_id = 'sau82_item_block_grant'", "unit", "'tdkk'"),
        ("figure_id = 'sau82_item_block_grant'", "figure_id", "'renamed'"),
        ("figure_id = 'fp4_pathways_decided'", "value_as_printed", "'fire'"),
        ("figure_id = 'fp6_sick_days'", "value_as_printed", "'13,6'"),
    ],
    "units": [
        ("unit = 'mdkk'", "factor_to_base", "100000"),
        ("unit = 'mdkk'", "factor_from_base", "0.001"),
        ("unit = 'persons'", "unit", "'people'"),
    ],
    "number_words": [("number_word = 'otte'", "value", "9"), ("number_word = 'fire'", "number_word", "'fem'")],
    "danish_months": [("month_no = 5", "month_name", "'may'")],
    "tracks": [("track_no = 4", "track_no", "6")],
    "stations": [
        ("station_id = 'fp2024-4'", "station_no", "8"),
        ("station_id = 'fp2024-4'", "station_id", "'fp2024-8'"),
        ("station_id = 'fp2024-4'", "track_no", "6"),
        ("station_id = 'fp2024-4'", "status", "'done'"),
    ],
    "budget_lines": [
        ("line_id = 'fp2024-3-1'", "component", "'gain'"),
        ("line_id = 'fp2024-3-1'", "row_no", "3"),
        ("line_id = 'fp2024-3-1'", "station_id", "'fp2024-4'"),
        ("line_id = 'fp2024-3-1'", "line_no", "3"),
        ("line_id = 'fp2024-3-1'", "funding_area", "'tax'"),
        ("line_id = 'fp2024-3-2'", "funding_area", "'service'"),
        ("line_id = 'fp2024-1-1'", "effect_starts_on", "null"),
        ("line_id = 'fp2024-3-1'", "method", "'guess'"),
        ("line_id = 'fp2024-1-1'", "effect_starts_on", "'2025-06-01'"),
    ],
    "line_drivers": [
        ("line_id = 'fp2024-6-3'", "kpi_id", "'visits'"),
        ("line_id = 'fp2024-6-3'", "line_id", "'fp2024-6-2'"),
        ("line_id = 'fp2024-6-3'", "quantity_kind", "'stock'"),
    ],
    "planned_quantities": [
        ("line_id = 'fp2024-1-1' and year = 2026", "planned_quantity", "2701"),
        ("line_id = 'fp2024-1-1' and year = 2026", "year", "2028"),
    ],
    "effect_overlaps": [("overlap_id = 'sick-leave'", "allocation", "'both'")],
    "services": [
        ("service_code = 'SEL §107'", "service_code", "'SEL 107'"),
        ("service_code = 'SEL §107'", "is_residential", "2"),
    ],
    "municipalities": [("municipality_code = '0730'", "municipality_code", "'0731'")],
    "delivery_bounds": [
        ("kind = 'cases' and measure = 'rows_against_last_month'", "lowest", "2"),
        ("kind = 'cases' and measure = 'rows_against_last_month'", "kind", "'case'"),
        ("kind = 'cases' and measure = 'rows_against_last_month'", "measure", "'rows'"),
    ],
    "code_names": [("code_set = 'method' and code = 'driver'", "code", "'drivers'")],
    "meetings": [
        ("meeting_date = '2026-06-09'", "data_through_month", "'2026-07-01'"),
        ("meeting_date = '2026-06-09'", "document_id", "'sau_minutes'"),
    ],
    "reported_kpis": [("kpi_id = 'virtual_visits'", "kpi_id", "'visits'")],
    "sample_cases_2024": [(f"{CASE} month = '2024-12-01')", "monthly_cost_dkk", "monthly_cost_dkk + 12000")],
    "sample_cases_2025": [(f"{CASE} month = '2025-06-01')", "refund_bracket", "'none'")],
    "sample_cases_2026": [
        (f"{CASE} month = '2026-05-01')", "monthly_cost_dkk", "monthly_cost_dkk * 10"),
        (f"{CASE} month = '2026-05-01')", "refund_bracket", "'75'"),
        (f"{CASE} month = '2026-04-01')", "case_id", "'sample-other'"),
        (f"{CASE} month = '2026-04-01')", "station_id", "'fp2024-9'"),
        (f"{CASE} month = '2026-04-01')", "station_id", "'fp2024-4'"),
    ],
    "sample_postings": [("month = '2024-01-01' and line_id = 'fp2024-6-1'", "line_id", "'fp2024-6-9'")],
    "sample_kpis": [("month = '2024-01-01' and kpi_id = 'virtual_visits'", "kpi_id", "'visits'")],
    "kpi_series": [
        ("table_id = 'FP-07' and row_no = 1", "row_no", "3"),
        ("table_id = 'FP-07' and row_no = 1", "area", "'Danmark'"),
        ("table_id = 'FP-07' and row_no = 1", "kpi_id", "'lost_earnings_persons'"),
    ],
    "refund_thresholds": [
        ("year = 2026 and bracket = '50'", "threshold_dkk", "1930001"),
        ("year = 2026 and bracket = '50'", "year", "2025"),
        ("year = 2022 and bracket = '75'", "threshold_dkk", "4120000"),
        ("year = 2022 and bracket = '50'", "threshold_dkk", "1860000"),
        ("year = 2021 and bracket = '25'", "threshold_dkk", "0"),
        ("year = 2026 and bracket = '50'", "refund_rate_share", "0.05"),
    ],
    "high_cost_columns": [
        ("table_id = 'SAU-09' and column_no = 2", "column_no", "4"),
        ("table_id = 'SAU-09' and column_no = 2", "measure", "'cases'"),
        ("table_id = 'SAU-09' and column_no = 2", "bracket", "'50'"),
        ("table_id = 'SAU-09' and column_no = 2", "series", "'yearly'"),
    ],
    "budget_tables": [
        ("table_id = 'SAU-05'", "subject", "'budget_followup'"),
        ("table_id = 'SAU-05'", "table_id", "'SAU-06'"),
    ],
    "followup_steps": [
        ("table_id = 'SAU-04' and step_no = 6", "line_no", "6"),
        ("table_id = 'SAU-04' and step_no = 1", "less_line_no", "null"),
        ("table_id = 'SAU-04' and step_no = 7", "is_result", "0"),
        ("table_id = 'SAU-04' and step_no = 7", "line_no", "14"),
    ],
    "appropriation_items": [
        ("table_id = 'SAU-05' and item_no = 6 and year = 2026", "sign", "-1"),
        ("table_id = 'SAU-05' and item_no = 6 and year = 2026", "year", "2030"),
        ("table_id = 'SAU-05' and item_no = 6 and year = 2026", "figure_id", "'sau82_item_overhead'"),
    ],
    "housing_projects": [
        ("project_name = 'To almene botilbud'", "cost_figure_id", "'sau78_option_107_cost'"),
        ("project_name = 'To almene botilbud'", "plan_version", "'Boligplan III'"),
        ("project_name = 'To almene botilbud'", "status", "'done'"),
    ],
    "housing_investments": [
        ("year = 2030", "figure_id", "'sau78_option_profile_2029'"),
        ("year = 2030", "year", "2029"),
    ],
    "self_sufficiency_figures": [
        ("basis = 'option'", "figure_id", "'sau78_option_places'"),
        ("basis = 'actual' and period_start = '2025-01-01'", "figure_id", "'sau78_plan_share_2026'"),
        ("basis = 'option'", "basis", "'wish'"),
        ("basis = 'option'", "period_start", "null"),
    ],
    "checks": [
        ("check_id = 'sau86_upper_brackets_cases_rise'", "figure_id", "'sau86_unemployed_fall'"),
        ("check_id = 'sau86_upper_brackets_cases_rise'", "check_id", "'renamed'"),
        ("check_id = 'sau_10_2025_as_december'", "figure_id", "'SAU-10.r9'"),
        ("check_id = 'sau_10_2025_as_december'", "figure_id", "'SAU-10.c4'"),
    ],
    "check_terms": [
        ("check_id = 'fp_01_plan_total' and figure_id = 'FP-01.r3'", "coefficient", "-1"),
        ("check_id = 'fp_01_plan_total' and figure_id = 'FP-01.r3'", "figure_id", "'FP-01.r8'"),
        ("check_id = 'sau86_upper_brackets_cases_rise' and figure_id = 'SAU-10.r5.c3'", "coefficient", "2"),
        ("check_id = 'sau86_upper_brackets_cases_rise' and figure_id = 'SAU-10.r5.c3'", "figure_id", "'SAU-10.r5.c99'"),
        ("check_id = 'sau86_upper_brackets_cases_rise' and figure_id = 'SAU-10.r5.c3'", "role", "'factor'"),
    ],
    # a gap of rounding may stand without a row; a contradiction may not, so that one comes first
    "known_discrepancies": [
        ("check_id = 'sau78_option_annual_gain'", "computed_value", "31"),
        ("check_id = 'sau_09_gross/April 2026'", "computed_value", "445.2"),
        ("check_id = 'sau_09_gross/April 2026'", "printed_value", "445.3"),
        ("check_id = 'sau_09_gross/April 2026'", "kind", "null"),
        ("check_id = 'sau_09_gross/April 2026'", "check_id", "'sau_09_gross/Maj 2026'"),
        ("check_id = 'fp3_randers_persons_2017'", "computed_value", "272"),
    ],
}


def condition(seed: str, where: str) -> str:
    """Name the seed in a condition that looks up a row, and restrict the condition to the same month."""
    month = re.search(r"month = '[\d-]+'", where)
    return f"{where.format(seed=seed)} and {month[0]}" if where.startswith("case_id = (") else where


def printed_cells() -> list[tuple[str, dict[str, str]]]:
    cells = []
    for seed in ("plan_table_cells", "minutes_table_cells"):
        with (PUBLISHED / f"{seed}.csv").open(encoding="utf-8") as stream:
            cells += [(seed, row) for row in csv.DictReader(stream) if re.search(r"\d", row["value_as_printed"])]
    return cells


def last_digit_changed(printed: str) -> str:
    """Add one unit of the last printed digit, in the notation of the figure."""
    digits = re.search(r"-? ?[\d.,]+", printed)[0].replace(" ", "")
    decimals = len(digits.split(",")[1]) if "," in digits else 1 if digits == "0.0" else 0
    number = Decimal(digits) if digits == "0.0" else Decimal(digits.replace(".", "").replace(",", "."))
    return str(number + Decimal(1).scaleb(-decimals)).replace(".", ",")


def sampled_cells() -> list[tuple[str, dict[str, str]]]:
    """Pick one cell of every table, and fill the sample with random others."""
    shuffled = random.Random(2026).sample(CELLS, len(CELLS))  # noqa: S311 - a sample, not a secret
    firsts = {row["table_id"]: (seed, row) for seed, row in shuffled}
    others = [cell for cell in shuffled if cell not in firsts.values()]
    return [*firsts.values(), *others][:SAMPLE]


CELLS = printed_cells()
SAMPLED = sampled_cells()


def test_untouched_seeds_build_green(rebuild: Rebuild):
    assert rebuild.failures() == []
    assert len(rebuild.tests) > 60


def test_the_sample_reaches_every_table():
    assert len(CELLS) == 353
    assert len(SAMPLED) == SAMPLE >= 100
    assert len({row["table_id"] for _, row in SAMPLED}) == 22


@pytest.mark.parametrize(
    ("seed", "row"),
    [pytest.param(seed, row, id=f"{row['table_id']}.r{row['row_no']}.c{row['column_no']}") for seed, row in SAMPLED],
)
def test_a_printed_number_off_by_its_last_digit_is_found(rebuild: Rebuild, seed, row):
    changed = last_digit_changed(row["value_as_printed"])
    assert rebuild.fails(
        f"update seeds.{seed} set value_as_printed = '{changed}' where table_id = '{row['table_id']}'"
        f" and row_no = {row['row_no']} and column_no = {row['column_no']}",
    )


@pytest.mark.parametrize(
    ("seed", "where", "column", "value"),
    [
        pytest.param(seed, *change, id=f"{seed}.{change[1]}={change[2]}")
        for seed, changes in CHANGES.items()
        for change in changes
    ],
)
def test_a_changed_cell_of_any_seed_is_found(rebuild: Rebuild, seed, where, column, value):
    change = f"update seeds.{seed} set {column} = {value} where {condition(seed, where)}"
    assert rebuild.fails(change)


def test_a_lost_row_of_any_seed_is_found(rebuild: Rebuild):
    for seed, changes in CHANGES.items():
        if seed not in DELIVERED:
            assert rebuild.fails(f"delete from seeds.{seed} where {condition(seed, changes[0][0])}"), (
                seed
            )


@pytest.mark.parametrize(
    "deleted",
    [
        "refund_thresholds where year = 2022 and bracket = '25'",
        "refund_thresholds where year = 2022 and bracket = '75'",
        "refund_thresholds where year = 2022",
        "check_terms where check_id = 'fp_11_net'",
        "stations where station_no = 7",
        "minutes_table_cells where table_id = 'SAU-09' and row_no = 7",
        "sample_cases_2025 where month = '2025-04-01'",
        "sample_postings where month = '2025-04-01'",
        "sample_kpis where month = '2025-04-01'",
        "sample_cases_2024 where month = '2024-09-01' and case_id = (select min(case_id) from seeds.sample_cases_2024"
        " where station_id = 'fp2024-3' and month < '2024-08-01')",
    ],
)
def test_lost_rows_are_found(rebuild: Rebuild, deleted):
    assert rebuild.fails(f"delete from seeds.{deleted}", rows=None)


@pytest.mark.parametrize(
    ("table_id", "one", "other"),
    [("FP-07", (2, 1), (2, 2)), ("SAU-07", (5, 1), (5, 2)), ("SAU-06", (1, 3), (2, 3)), ("SAU-09", (1, 1), (2, 1))],
)
def test_two_swapped_numbers_are_found(rebuild: Rebuild, table_id, one, other):
    seed = "plan_table_cells" if table_id.startswith("FP") else "minutes_table_cells"
    cells = [f"table_id = '{table_id}' and row_no = {row} and column_no = {column}" for row, column in (one, other)]
    swap = (
        f"update seeds.{seed} set value_as_printed = case when {cells[0]}"
        f" then (select value_as_printed from seeds.{seed} where {cells[1]})"
        f" else (select value_as_printed from seeds.{seed} where {cells[0]}) end where {cells[0]} or {cells[1]}"
    )
    assert rebuild.fails(swap, rows=None)


def test_every_seed_is_tampered_with():
    assert set(CHANGES) | EMPTY == {path.stem for path in (ROOT / "seeds").rglob("*.csv")}
    assert all(
        len(path.read_text().splitlines()) == 1 for path in (ROOT / "seeds").rglob("*.csv") if path.stem in EMPTY
    )


def test_the_rebuild_fails_where_dbt_fails(rebuild: Rebuild, project):
    seed, where, column, value = (
        "check_terms",
        "check_id = 'fp_01_plan_total' and figure_id = 'FP-01.r3'",
        "coefficient",
        "-1",
    )
    found = rebuild.failures(f"update seeds.{seed} set {column} = {value} where {where}")
    file = project / "seeds" / "checks" / "check_terms.csv"
    line = "fp_01_plan_total,numerator,FP-01.r3,1"
    text = file.read_text(encoding="utf-8")
    assert line in text
    file.write_text(text.replace(line, line[:-1] + "-1"), encoding="utf-8")
    outcome = run_dbt(project, "build", **WITHOUT_UNIT_TESTS)
    assert outcome.returncode == 1
    failed = set(re.findall(r"Failure in test (\w+)", outcome.stdout))
    assert failed == set(found) == {"rpt_reconciliation__nothing_is_unreconciled"}
