"""The record of a run from measured steps: medians, maxima, ratios, and where the time of a refresh went."""

import pytest

from benchmarks import figures, results
from benchmarks.bench import Measured


def steps(*seconds: float, result: object = None) -> list[Measured]:
    return [Measured(one, one / 2, 100 * one, result) for one in seconds]


@pytest.fixture
def record() -> results.Record:
    built = {"nodes": {"model": 24}, "file_mb": 1.26}
    refreshed = {"is_published": True, "file_mb": 2.0, "nodes": {"test": 61}, "parts": {"start": 1.0, "build": 2.5}}
    return figures.record(
        figures.Sizes(months=24, municipalities=2, cases=100, peer_months=6),
        "0123abc",
        {"rows": [200] * 24 + [201], "parquet_mb": [0.5] * 25},
        figures.FullBuilds(steps(9, 8, 30, result=built), steps(3, 2, 4), steps(4, 5, 6), steps(18)[0]),
        figures.Refreshes(
            {12: steps(4, 4, 5, result=refreshed), 24: steps(5, 6, 4, result=refreshed)},
            *(steps(3.8, 4.2, 3.9, result=refreshed), steps(0.3), steps(0.5), steps(1)[0], 1.234),
        ),
        {"pandas": {"full_s": 18.0, "month_s": 1.0, "peak_mb": 9}, "postgres": {"skipped": "no server"}},
        {"cores": 2, "memory_gb": 25.0, "load_before": 0.1},
    )


def test_repeated_steps_count_by_their_median_and_memory_by_its_maximum(record):
    assert (record["full_build_s"], record["limit_full_s"], record["fixed_full_s"]) == (9, 5, 3)
    assert (record["history"], record["refresh_s"]) == ({"12": 4, "24": 5}, 5)
    assert record["history_all"] == {"12": [4, 4, 5], "24": [5, 6, 4]}
    assert (record["cpu_s"]["full_build"], record["peak_mb"]) == (4.5, 3000)


def test_rows_are_those_of_the_history_and_of_the_month_that_a_refresh_adds(record):
    assert (record["rows"], record["refresh_rows"], record["rows_per_s"]) == (4800, 201, 533)
    assert record["file_mb"] == {"extracts": 12.0, "case_marts": 1.3, "published": 2.0}


def test_ratios_are_of_the_medians(record):
    assert record["ratios"] == {
        "full_build_to_limit": 1.8,
        "full_build_less_fixed_to_limit": 1.2,
        "pandas_to_full_build": 2.0,
        "history_slowest_to_fastest": 1.25,
    }


def test_the_parts_of_a_refresh_and_its_end_add_up_to_its_time(record):
    assert record["refresh_parts_s"] == {"start": 1.0, "build": 2.5, "end of Python": 1.5}
    assert record["fixed_parts_s"]["of all these, imports"] == 1.23


def test_a_record_has_every_field(record):
    assert record.keys() == results.Record.__annotations__.keys()
    assert record["cpu_s"].keys() == results.CpuSeconds.__annotations__.keys()


def test_histories_are_shorter_than_the_longest():
    assert figures.Sizes(120, 1, 1, 0).histories == [12, 60, 120]
    assert figures.Sizes(12, 1, 1, 0).histories == [12]
    assert [figures.Sizes(months, 1, 1, 0).lake_months for months in (2, 120)] == [13, 121]


def test_imports_are_added_up_without_those_that_they_import():
    lines = ["self [us] | cumulative | imported package", "  400 |  500 | a", " 100 | 100 | b"]
    importtime = "".join(f"import time:{line}\n" for line in lines) + "something else"
    assert figures.import_seconds(importtime) == pytest.approx(0.0005)
