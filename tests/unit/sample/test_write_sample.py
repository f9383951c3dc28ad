"""The synthetic extracts: the same bytes each time, and what they are calibrated to."""

import csv
import shutil
from collections import Counter, defaultdict
from decimal import Decimal

import pytest

from fingerplan.gate import personal_data
from fingerplan.gate.extracts import MODELS
from fingerplan.sample import period, targets, write_sample
from tests.support.project import ROOT


@pytest.fixture(scope="module")
def cases() -> list[dict[str, str]]:
    rows = []
    for year in (2024, 2025, 2026):
        with (ROOT / "seeds" / "extracts" / f"sample_cases_{year}.csv").open(encoding="utf-8") as stream:
            rows += csv.DictReader(stream)
    return rows


def test_they_are_written_the_same_again(tmp_path):
    for file in (
        "seeds/documents/danish_months.csv",
        "seeds/documents/minutes_table_cells.csv",
        "seeds/high_cost_cases/refund_thresholds.csv",
        str(MODELS),
    ):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    for file in write_sample(tmp_path):
        assert file.read_bytes() == (ROOT / "seeds" / "extracts" / file.name).read_bytes(), file.name


def test_they_meet_the_printed_high_cost_cases_bracket_by_bracket(cases):
    printed = targets.printed_targets(ROOT)
    found = defaultdict(lambda: defaultdict(lambda: [0, Decimal(0)]))
    for row in cases:
        of_bracket = found[row["month"]][row["refund_bracket"]]
        of_bracket[0] += 1
        of_bracket[1] += 12 * Decimal(row["monthly_cost_dkk"])
    months = [month for month in printed if month >= period.FIRST]
    assert len(months) == 8
    for month in months:
        for number, bracket in enumerate(targets.BRACKETS):
            count, cost = found[month.isoformat()][bracket]
            assert count == printed[month].cases[number], (month, bracket)
            assert abs(cost - printed[month].cost[number]) < 50_000, (month, bracket)


def test_from_april_to_may_four_come_three_go_and_four_rise(cases):
    april, may = (
        {
            row["case_id"]: 12 * Decimal(row["monthly_cost_dkk"])
            for row in cases
            if row["month"] == month and row["refund_bracket"] != "none"
        }
        for month in ("2026-04-01", "2026-05-01")
    )
    assert (len(may.keys() - april.keys()), len(april.keys() - may.keys())) == (4, 3)
    changes = sorted(may[case] - april[case] for case in april.keys() & may.keys() if may[case] != april[case])
    assert [round(change / 1_000_000, 1) for change in changes] == [Decimal(x) for x in ("1.6", "2.2", "2.6", "4.0")]
    assert round(sum(changes) / 1_000_000, 1) == Decimal("10.4")


def test_63_per_cent_of_the_places_of_2025_are_own(cases):
    residential = {"SEL §107", "SEL §108", "ABL §105"}
    places = Counter(
        row["placement"] for row in cases if row["month"].startswith("2025") and row["service_code"] in residential
    )
    assert round(100 * places["own_municipality"] / places.total()) == 63


def test_pseudonyms_are_one_per_case_and_hold_no_date(cases):
    services = defaultdict(set)
    for row in cases:
        services[row["case_id"]].add((row["service_code"], row["provider_kind"], row["placement"]))
    assert all(len(kinds) == 1 for kinds in services.values())
    assert all(personal_data.SAMPLE_ID.fullmatch(case_id) for case_id in services)
    assert not any(personal_data.holds_cpr_number(case_id) for case_id in services)
