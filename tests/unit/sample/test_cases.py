"""The rows of the case extract: what every row holds, and what a station is credited with."""

import random
from collections import defaultdict

import pytest

from fingerplan.gate.extracts import declared_extracts
from fingerplan.sample.cases import case_rows
from tests.support.project import ROOT

COLUMNS = list(declared_extracts(ROOT)["cases"].column_types)


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    chance = random.Random(20260609)  # noqa: S311 - synthetic data
    return [dict(zip(COLUMNS, row, strict=True)) for row in case_rows(ROOT, chance)]


def test_a_case_has_one_running_row_a_month(rows):
    keys = [(row["month"], row["case_id"]) for row in rows]
    assert len(keys) == len(set(keys)) > 5_000
    assert {row["cost_kind"] for row in rows} == {"level"}


def test_a_row_with_a_station_has_a_higher_cost_without_it(rows):
    attributed = [row for row in rows if row["station_id"]]
    assert {row["station_id"] for row in attributed} == {"fp2024-3", "fp2024-4", "fp2024-5"}
    assert all(float(row["counterfactual_monthly_cost_dkk"]) > float(row["monthly_cost_dkk"]) for row in attributed)
    assert not any(row["counterfactual_monthly_cost_dkk"] for row in rows if not row["station_id"])


def test_a_case_never_changes_station(rows):
    stations = defaultdict(set)
    for row in rows:
        if row["station_id"]:
            stations[row["case_id"]].add(row["station_id"])
    assert all(len(found) == 1 for found in stations.values())
