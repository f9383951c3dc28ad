"""What a delivered extract must meet as a whole, as a Great Expectations suite on a pandas frame.

Imported only when a file is checked: the import takes over a second. The frame is a copy with floating-point amounts;
the archive gets the decimals that the gate read itself.
"""

import html
import logging
import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # before the import, which would otherwise try the network

import great_expectations as gx
import numpy as np
import pandas as pd
from great_expectations import expectations as gxe
from great_expectations.core import ExpectationSuiteValidationResult
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.row_conditions import Column
from great_expectations.render.renderer import ValidationResultsPageRenderer
from great_expectations.render.view import DefaultJinjaPageView

from fingerplan.gate.delivery import LastMonth, NumberedRecord
from fingerplan.gate.extracts import AMOUNTS
from fingerplan.gate.records import Bounds, listed_codes
from fingerplan.seeds import Declaration

logging.getLogger("great_expectations").setLevel(logging.CRITICAL)  # the gate reports the findings itself
ROW = "row"
KNOWN = "known_from_last_month"


@dataclass(frozen=True)
class Expected:
    """What a delivery is checked against.

    Bounds are (lowest, highest) by measure, as the seed `delivery_bounds` declares them; `codes` are the accepted
    values by column.
    """

    kind: str
    declaration: Declaration
    codes: dict[str, list[str]]
    bounds: Bounds
    month: date
    newest_month: date
    last_month: LastMonth | None


@dataclass(frozen=True)
class Unmet:
    """An expectation that is not met: the problem, its column, and its rows where it is not the whole file's."""

    rows: list[int]
    column: str | None
    problem: str


class _Suite:
    """A suite whose expectations carry the text of their finding as `meta.problem`."""

    def __init__(self, kind: str):
        self.suite = gx.ExpectationSuite(name=kind)

    def expect(self, expectation: Expectation, problem: str) -> None:
        expectation.meta = {"problem": problem}
        self.suite.add_expectation(expectation)


def suite_of(expected: Expected) -> gx.ExpectationSuite:
    """Declare the suite of one kind of extract; `meta.problem` is the text of a finding."""
    declared = _Suite(expected.kind)
    columns = list(expected.declaration.column_types)
    declared.expect(
        gxe.ExpectTableColumnsToMatchSet(column_set=[ROW, KNOWN, *columns], exact_match=True),
        "the columns are not those of the extract",
    )
    declared.expect(gxe.ExpectTableRowCountToBeBetween(min_value=1), "holds no rows; deliver the extract again")
    _expect_declared_columns(expected, declared)
    declared.expect(
        gxe.ExpectColumnValuesToBeInSet(column="month", value_set=[pd.Timestamp(expected.month)]),
        f"is another month than {expected.month:%Y-%m}; deliver one month a file",
    )
    declared.expect(
        gxe.ExpectColumnValuesToBeBetween(column="month", max_value=pd.Timestamp(expected.newest_month)),
        f"is after {expected.newest_month:%Y-%m}, the current month",
    )
    for column in columns:
        if column in expected.bounds:
            lowest, highest = expected.bounds[column]
            declared.expect(
                gxe.ExpectColumnValuesToBeBetween(column=column, min_value=float(lowest), max_value=float(highest)),
                f"is outside {lowest:,.0f} to {highest:,.0f} (delivery_bounds); check sign and unit",
            )
    if "counterfactual_monthly_cost_dkk" in columns:
        _expect_a_counterfactual_for_each_station(declared)
    if expected.last_month is not None:
        _expect_what_last_month_held(expected, expected.last_month, declared)
    return declared.suite


def _expect_declared_columns(expected: Expected, declared: _Suite) -> None:
    declaration = expected.declaration
    for column in declaration.column_types:
        if column in declaration.required:
            declared.expect(gxe.ExpectColumnValuesToNotBeNull(column=column), "is empty; a value is needed here")
    for key in declaration.primary_keys:
        declared.expect(
            gxe.ExpectCompoundColumnsToBeUnique(column_list=key, ignore_row_if="any_value_is_missing"),
            f"appears more than once ({', '.join(key)}); deliver each once",
        )
    for column, codes in expected.codes.items():
        declared.expect(
            gxe.ExpectColumnValuesToBeInSet(column=column, value_set=codes), f"is not one of {listed_codes(codes)}"
        )


def _expect_a_counterfactual_for_each_station(declared: _Suite) -> None:
    column, has_station = "counterfactual_monthly_cost_dkk", Column("station_id")
    declared.expect(
        gxe.ExpectColumnValuesToNotBeNull(column=column, row_condition=has_station.is_not_null()),
        "is empty in a row with a station; a case attributed to a station has both",
    )
    declared.expect(
        gxe.ExpectColumnValuesToBeNull(column=column, row_condition=has_station.is_null()),
        "is given without a station; a case attributed to a station has both",
    )


def _expect_what_last_month_held(expected: Expected, last: LastMonth, declared: _Suite) -> None:
    before = f"{last.month:%Y-%m}"
    lowest, highest = expected.bounds["rows_against_last_month"]
    declared.expect(
        gxe.ExpectTableRowCountToBeBetween(
            min_value=math.ceil(last.rows * lowest), max_value=math.floor(last.rows * highest)
        ),
        f"rows against {last.rows} in {before}, outside {lowest:.0%} to {highest:.0%} of it; deliver the whole month",
    )
    if "sum_against_last_month" in expected.bounds and last.control_sum > 0:
        lowest, highest = expected.bounds["sum_against_last_month"]
        declared.expect(
            gxe.ExpectColumnSumToBeBetween(
                column=AMOUNTS[expected.kind],
                min_value=float(last.control_sum * lowest),
                max_value=float(last.control_sum * highest),
            ),
            f"in all against {last.control_sum:,.2f} in {before}, outside {lowest:.0%} to {highest:.0%} of it;"
            " check the unit and that the month is whole",
        )
    if last.case_ids:
        lowest, highest = expected.bounds[KNOWN]
        declared.expect(
            gxe.ExpectColumnMeanToBeBetween(column=KNOWN, min_value=float(lowest), max_value=float(highest)),
            f"of the rows are of cases that {before} had, under {lowest:.0%}; the pseudonyms were made differently",
        )


def validate(
    records: list[NumberedRecord], expected: Expected
) -> tuple[ExpectationSuiteValidationResult, list[Unmet]]:
    """Validate the records of a delivery.

    Args:
        records: every row with its number in the file.
        expected: what they are checked against.

    Returns:
        The result, and what is not met.
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("delivery").add_dataframe_asset("extract")
    definition = asset.add_batch_definition_whole_dataframe("file")
    result = definition.get_batch(batch_parameters={"dataframe": _frame(records, expected)}).validate(
        suite_of(expected),
        result_format={"result_format": "COMPLETE", "unexpected_index_column_names": [ROW]},
    )
    for outcome in result.results:
        observed = (outcome.result or {}).get("observed_value")
        if isinstance(observed, np.generic):  # the page can only write Python's own numbers
            outcome.result["observed_value"] = observed.item()
    return result, list(_unmet(result))


def _frame(records: list[NumberedRecord], expected: Expected) -> pd.DataFrame:
    known = expected.last_month.case_ids if expected.last_month else frozenset()
    columns: dict[str, pd.Series] = {ROW: pd.Series([row for row, _ in records])}
    for column, declared in expected.declaration.column_types.items():
        values = [record[column] for _, record in records]
        if declared.startswith("decimal"):
            amounts = [float(value) if isinstance(value, Decimal) else None for value in values]
            columns[column] = pd.Series(amounts, dtype="float64")
        elif declared == "date":
            columns[column] = pd.Series(values, dtype="datetime64[us]")
        elif column == "case_id":
            # the page of the result lists values: by number, equal ids are still seen to be equal
            numbers = {value: f"id {number}" for number, value in enumerate(dict.fromkeys(values), 1)}
            columns[column] = pd.Series([None if value is None else numbers[value] for value in values], dtype="object")
        else:
            columns[column] = pd.Series(values, dtype="object")
    columns[KNOWN] = pd.Series([float(record.get("case_id") in known) for _, record in records], dtype="float64")
    return pd.DataFrame(columns)


def _unmet(result: ExpectationSuiteValidationResult) -> Iterator[Unmet]:
    for outcome in result.results:
        if outcome.success or outcome.expectation_config is None:
            continue
        arguments = outcome.expectation_config.kwargs
        column = arguments.get("column")
        problem = (outcome.expectation_config.meta or {})["problem"]
        if any(exception.get("raised_exception") for exception in _exceptions(outcome.exception_info)):
            yield Unmet([], column, f"could not be checked: {problem}")
            continue
        rows = [int(found[ROW]) for found in outcome.result.get("unexpected_index_list") or []]
        if not rows and "observed_value" in outcome.result:
            observed = outcome.result["observed_value"]
            if column == KNOWN:
                observed = "no share" if observed is None else f"{observed:.0%}"
                column = "case_id"
            elif isinstance(observed, float):
                observed = f"{observed:,.2f}"
            problem = problem if isinstance(observed, list) else f"{observed} {problem}"
        if "column_list" in arguments:
            column = ", ".join(arguments["column_list"])
        yield Unmet(rows, column, problem)


def _exceptions(information: dict[str, Any]) -> list[dict[str, Any]]:
    """An expectation has one record of exceptions, or one for each of its metrics."""
    return [information] if "raised_exception" in information else list(information.values())


# --- Data Docs -------------------------------------------------------------------------------------------------------

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; width: 100%; }
th, td { border: 1px solid #8886; padding: .3rem .6rem; text-align: left; vertical-align: top; }
.collapse { display: block !important; } .fa-check-circle::before { content: "\\2713"; color: green; }
.fa-times::before { content: "\\2717"; color: crimson; font-weight: bold; }
.fa-exclamation-triangle::before { content: "\\26A0"; } nav, .navbar, .modal, .ge-breadcrumbs, button { display: none; }
.ge-index-page-site-name-title, .alert { border: 1px solid #8886; padding: .5rem; }
i { font-style: normal; } svg, .sticky, a { display: none; } pre { overflow-x: auto; }
"""


def data_docs(result: ExpectationSuiteValidationResult, heading: str, findings: list[str]) -> str:
    """Render the Data Docs of a result as one self-contained page, with the findings of the gate at the top.

    Great Expectations' own page loads styles and scripts from the internet, which a closed network does not reach.
    """
    content = ValidationResultsPageRenderer().render(result)
    page: str = DefaultJinjaPageView().render(content)  # type: ignore[no-untyped-call]  # untyped in Great Expectations
    page = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.S)
    page = re.sub(r"<link\b[^>]*>|<img\b[^>]*>|<footer\b.*?</footer>", "", page, flags=re.S)
    page = re.sub(r'\s(?:href|src)="?https?://[^"\s>]*"?', "", page)
    listed = "".join(f"<li>{html.escape(finding)}</li>" for finding in findings)
    found = f"<ol>{listed}</ol>" if findings else "<p>No findings.</p>"
    front = f"<h1>{html.escape(heading)}</h1><h2>Findings</h2>{found}<h2>Expectations</h2>"
    head = f"<head><meta charset='utf-8'><title>{html.escape(heading)}</title><style>{_STYLE}</style>"
    page = re.sub(r"<head[^>]*>", lambda _: head, page, count=1)
    return re.sub(r"(<body[^>]*>)", lambda match: match[1] + front, page, count=1)
