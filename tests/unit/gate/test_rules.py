"""The expectations that a file must meet as a whole, and the page that lists them."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

from benchmarks.deliveries import as_csv, sample_rows
from tests.support.deliveries import april_cases, changed


def test_the_sample_meets_at_least_fifteen_expectations(accept):
    delivery = accept(as_csv(sample_rows("cases", "2026-05")), last=april_cases())
    assert delivery.expectations >= 15


def test_a_negative_month_is_for_the_controller_to_confirm(lines):
    lines = lines(as_csv(changed("amount_dkk", "-41300.00", kind="postings")), "postings")
    assert "row 2, column amount_dkk: '-41300.00' is outside 0 to 5,000,000" in lines[0]


def test_a_station_needs_its_counterfactual(lines):
    rows = sample_rows("cases", "2026-05")
    number = next(number for number, row in enumerate(rows) if row[9] == "fp2024-4")
    rows[number][10] = ""
    assert (
        f"row {number + 1}, column counterfactual_monthly_cost_dkk: is empty in a row with a station"
        in (lines(as_csv(rows))[0])
    )


def test_a_month_that_has_not_begun_is_refused(lines):
    lines = lines(as_csv(sample_rows("cases", "2026-05")), today=date(2026, 4, 30))
    assert len(lines) == 285
    assert "column month: '2026-05-01' is after 2026-04, the current month" in lines[0]


def test_a_series_that_stopped_is_refused(lines):
    rows = sample_rows("kpis", "2026-05")
    before = replace(april_cases(), rows=len(rows) - 1, control_sum=Decimal(0), case_ids=frozenset())
    assert lines(as_csv(rows), "kpis", last=before) == []
    assert "5 rows against 6 in 2026-04" in lines(as_csv(rows[:-1]), "kpis", last=before)[0]


def test_the_page_says_the_expectations_without_a_network_and_without_a_warning(accept, caplog):
    delivery = accept(as_csv(sample_rows("cases", "2026-05")), last=april_cases())
    assert "accepted" in delivery.data_docs
    assert not re.search(r"https?://|<script|<link|@import", delivery.data_docs)
    assert "An unexpected Exception occurred" not in caplog.text
    assert delivery.data_docs.count("values must never be null") == 9 + 1, "nine columns, and one beside a station"
