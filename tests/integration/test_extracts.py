"""The switch from sample to a municipality's own extracts, and what a short delivery leaves unknown."""

import csv
from datetime import date
from pathlib import Path

import duckdb
import pytest

from benchmarks.deliveries import sample_rows
from fingerplan.gate.extracts import KINDS, declared_extracts
from fingerplan.warehouse.archive import Archive
from fingerplan.warehouse.due_months import list_deliveries
from tests.support.project import ROOT, WITHOUT_TESTS, run_dbt
from tests.support.runs import accepted, typed


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_has_the_columns_of_the_extract(kind):
    example = ROOT / "docs" / "reference" / "extracts" / f"{kind}.csv"
    header, *rows = csv.reader(example.read_text(encoding="utf-8").splitlines())
    assert header == list(declared_extracts(ROOT)[kind].column_types)
    assert len(rows) > 2


def lay_out(folder: Path, months: tuple[date, ...]) -> None:
    """Archive months of the sample as a municipality's own, and list them for a build."""
    archive = Archive(folder)
    versions = {}
    for kind, declaration in declared_extracts(ROOT).items():
        for month in months:
            records = typed(sample_rows(kind, f"{month:%Y-%m}"), declaration)
            version, _ = archive.add(accepted(kind, month, records, declaration, "reported"))
            versions[version.key] = version
    list_deliveries(versions, folder)


def test_an_archive_takes_the_place_of_the_sample(project):
    archive = project / "archive"
    lay_out(archive, (date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)))
    outcome = run_dbt(project, "build", "--vars", f"{{extracts: archive, extract_archive: {archive}}}")
    assert outcome.returncode == 0, outcome.stdout
    with duckdb.connect(str(project / "warehouse" / "dev" / "fingerplan.duckdb"), read_only=True) as connection:
        origins = connection.execute(
            "select data_origin, count(*) from marts.fct_station_effect_month"
            " where realised_effect_dkk is not null group by data_origin"
        ).fetchall()
        assert origins == [("reported", 13 * 3)]
        assert connection.execute("select distinct data_origin from marts.fct_case_month").fetchall() == [("reported",)]
        years = connection.execute(
            "select year, min(measurement_status), max(measurement_status), max(realised_through_month),"
            " max(forecast_basis_months), count(realised_to_date_dkk) from marts.fct_station_effect"
            " group by year order by year"
        ).fetchall()
        assert years == [
            (2024, "not_measured", "not_measured", None, None, 0),
            (2025, "not_measured", "not_measured", None, None, 0),
            (2026, "measured", "partly_measured", date(2026, 5, 1), 3, 7),
            (2027, "not_measured", "not_measured", None, None, 0),
        ]


def test_every_month_is_due_in_a_working_file(project):
    """Only the command knows what a file was computed from; plain dbt computes every month again."""
    archive, working_file = project / "archive", project / "warehouse" / "dev" / "fingerplan.duckdb"
    lay_out(archive, (date(2026, 4, 1), date(2026, 5, 1)))
    archived = ("--vars", f"{{extracts: archive, extract_archive: {archive}}}")
    due = []
    marts = []
    read = ("--select", "+fct_case_month", "+stg_extracts__deliveries")
    for command, environment in (("build", WITHOUT_TESTS), ("build", WITHOUT_TESTS), ("run", {})):
        outcome = run_dbt(project, command, *read, *archived, **environment)
        assert outcome.returncode == 0, outcome.stdout
        with duckdb.connect(str(working_file)) as connection:
            due += connection.execute(
                "select min(is_due), max(is_due) from staging.stg_extracts__deliveries"
            ).fetchall()
            marts.append(connection.execute("from marts.fct_case_month order by all").fetchall())
    assert due == [(1, 1), (1, 1), (1, 1)]
    assert marts[0] == marts[1] == marts[2]
    assert marts[0]


def test_a_month_that_was_skipped_stops_the_build(project):
    archive = project / "archive"
    lay_out(archive, (date(2026, 3, 1), date(2026, 5, 1)))
    read = ("--select", "+assert_no_month_is_missing_between_deliveries")
    outcome = run_dbt(project, "build", *read, "--vars", f"{{extracts: archive, extract_archive: {archive}}}")
    assert outcome.returncode == 1
    assert "assert_no_month_is_missing_between_deliveries" in outcome.stdout


def test_anything_else_than_sample_or_archive_is_refused(project):
    outcome = run_dbt(project, "parse", "--vars", "{extracts: both}")
    assert outcome.returncode != 0
    assert "neither sample nor archive" in outcome.stdout
