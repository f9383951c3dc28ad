"""What the gate says of a file: findings in one line each, and one content for every layout."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from fingerplan.gate.delivery import MOST_FINDINGS_SHOWN, Finding, RejectedDelivery, printable_name
from fingerplan.gate.extracts import declared_extracts
from tests.support.deliveries import MAY
from tests.support.project import ROOT
from tests.support.runs import accepted

KPIS = declared_extracts(ROOT)["kpis"]


def test_a_finding_names_file_row_column_value_and_problem():
    assert Finding(2, "value", "'x'", "is wrong").line("kpis.csv") == "kpis.csv: row 2, column value: 'x' is wrong"
    assert Finding(None, None, None, "is empty").line("kpis.csv") == "kpis.csv: is empty"


def test_a_finding_stays_one_line_that_moves_no_cursor():
    line = Finding(2, "value", "\x1b[2J\n" + "x" * 2_000, "is wrong").line("kpis.csv")
    assert line.isprintable()
    assert len(line) == 900


def test_a_summary_gives_each_kind_of_finding_once_with_its_first_row():
    alike = [Finding(row, "value", None, "is empty") for row in (2, 5, 9)]
    others = [Finding(2, f"column {number}", None, "is empty") for number in range(MOST_FINDINGS_SHOWN + 4)]
    summary = RejectedDelivery(Path("kpis.csv"), alike + others).summary()
    assert summary[0] == "kpis.csv: row 2, column value: is empty (and in 2 more rows)"
    assert len(summary) == MOST_FINDINGS_SHOWN + 1
    assert summary[-1] == "kpis.csv: 5 more kinds of findings"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("sag 010170-1234.csv", "sag (masked).csv"),
        ("Sager_0101701234.xlsx", "Sager_(masked).xlsx"),
        ("Sager_010170_1234.csv", "Sager_(masked).csv"),
        ("Jens Hansen 010170-1234 udtræk.csv", "(masked) udtræk.csv"),
        ("101701234.csv", "(masked).csv"),
        ("Sager_20260531.csv", "Sager_20260531.csv"),
        ("cases_2026-05-31_120000.csv", "cases_2026-05-31_120000.csv"),
        ("Sager_20120131_1200.csv", "Sager_20120131_1200.csv"),
    ],
)
def test_a_cpr_number_in_the_name_of_a_file_is_masked_and_a_date_is_not(name, shown):
    assert printable_name(Path(name)) == shown


def test_equal_content_has_one_checksum_whatever_the_order_of_its_rows():
    rows = [
        {"month": MAY, "kpi_id": "virtual_visits", "value": Decimal("235.0000")},
        {"month": MAY, "kpi_id": "physical_visits", "value": None},
    ]
    delivery = accepted("kpis", MAY, rows, KPIS)
    assert delivery.canonical() == (
        "month,kpi_id,value,data_origin\n"
        "2026-05-01,physical_visits,,sample\n"
        "2026-05-01,virtual_visits,235.0000,sample\n"
    )
    assert delivery.content_sha256 == accepted("kpis", MAY, rows[::-1], KPIS).content_sha256
    assert delivery.content_sha256 != replace(delivery, data_origin="reported").content_sha256
    assert (delivery.rows, delivery.control_sum) == (2, Decimal(235))
