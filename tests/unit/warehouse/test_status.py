"""The status says what is published, and every way in which that is not fresh and green."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from rich.console import Console

from fingerplan.errors import Refused
from fingerplan.warehouse import status as module
from fingerplan.warehouse.archive import Archive
from fingerplan.warehouse.status import ShownSite, Status, read_status, show_status

CASES = (
    "insert into marts.dim_delivery values ('cases', '2026-04-01', 2, 'sample'), ('cases', '2026-05-01', 1, 'sample')"
)
JUNE = date(2026, 6, 20)


@pytest.fixture
def status(warehouse, published, monkeypatch):
    """Give a function that publishes with statements and reads the status."""
    monkeypatch.setattr(Archive, "newest", lambda self: {})
    monkeypatch.setattr(module, "held", lambda archive, counted: ({}, []))

    def read(*statements: str, today: date = JUNE, site: ShownSite | None = None) -> Status:
        published(*statements)
        return read_status(warehouse, today, site)

    return read


def test_a_published_warehouse_that_covers_the_meetings_is_in_order(status, warehouse):
    found = status(CASES)
    assert found.problems == []
    assert found.lines[0].startswith(f"Published: {warehouse.published}, ")
    assert found.lines[1:] == [
        "Tests: 1 passed, 0 warned, 0 failed (1 of them in this run)",
        "Checks: 2, of which 1 exact, 0 within rounding, 1 open discrepancies (documented), 0 unexplained",
        "Cases through 2026-05, synthetic (sample)",
        "Last meeting: 2026-06-09, looks at 2026-05, which is there",
        "Next meeting: 2026-09-08, looks at 2026-08, which is 3 months ahead of the cases",
    ]
    months = "2026-04 to 2026-05, 2 months (sample)"
    assert found.extracts[0] == ("cases", months, "2026-04 (version 2)", "–", "–")


@pytest.mark.parametrize(
    ("statement", "today", "problem"),
    [
        (CASES.replace("2026-05-01", "2026-06-01"), JUNE, "cases: 1 months are missing"),
        (CASES.replace("2026-05-01", "2026-03-01"), JUNE, "the meeting of 2026-06-09 needs 2026-05; deliver it"),
        ("select 1", JUNE, "no extracts have been delivered"),
        (
            CASES.replace("sample", "reported"),
            date(2026, 10, 1),
            "the meeting calendar ends with 2026-09-08; add the next meetings to seeds/plan/meetings.csv",
        ),
        (
            CASES + "; insert into marts.rpt_reconciliation values ('c', 'unreconciled')",
            JUNE,
            "1 checks are unreconciled",
        ),
    ],
)
def test_what_is_not_in_order_is_a_problem(status, statement, today, problem):
    assert problem in status(statement, today=today).problems


def test_a_calendar_that_has_run_out_is_only_noted_for_the_sample(status):
    found = status(CASES, "delete from seeds.meetings where meeting_date > '2026-06-20'")
    assert found.problems == []
    assert found.lines[-1].startswith("Note: the meeting calendar ends with 2026-06-09")


def test_nothing_published_or_nothing_readable_is_said(warehouse, tmp_path):
    assert read_status(warehouse, JUNE, None).problems == [
        f"{warehouse.published}: nothing is published; run fingerplan build or refresh"
    ]
    warehouse.published.parent.mkdir()
    warehouse.published.write_bytes(b"not a warehouse")
    (problem,) = read_status(warehouse, JUNE, None).problems
    assert problem.endswith("; run fingerplan rollback")


def test_a_file_of_an_older_version_asks_for_a_build(status):
    assert "was published by an older version; run fingerplan build" in status("drop schema seeds cascade").problems[0]


def test_a_site_of_another_publication_is_a_problem(status, warehouse):
    found = status(CASES, site=ShownSite(Path("build"), "another"))
    assert found.problems == ["build: the site shows another publication (another); run fingerplan site"]
    with duckdb.connect(str(warehouse.published), read_only=True) as connection:
        ((run_id,),) = connection.execute("select run_id from history.run").fetchall()
    found = read_status(warehouse, JUNE, ShownSite(Path("build"), run_id))
    assert found.problems == []
    assert "Site: build, of this publication" in found.lines


def test_a_later_run_that_failed_and_a_log_beside_the_file_are_problems(status, published, warehouse):
    status(CASES)
    with pytest.raises(Refused):
        published(CASES, failures=("test a_test: failing rows: 1",))
    warehouse.published.with_name("fingerplan.duckdb.wal").touch()
    last, log = read_status(warehouse, JUNE, None).problems
    assert last.startswith("the last build (")
    assert last.endswith(" UTC) was failed: test a_test: failing rows: 1")
    assert log == f"{warehouse.published}.wal: somebody has opened the published file for writing"


def test_a_version_in_the_archive_that_is_not_published_is_waiting(status, warehouse, monkeypatch):
    status(CASES)

    manifest = SimpleNamespace(kind="cases", version=7, data_origin="sample", key_id=None)
    waiting = SimpleNamespace(manifest=manifest)
    monkeypatch.setattr(Archive, "newest", lambda self: {("cases", date(2026, 5, 1)): waiting})
    assert read_status(warehouse, JUNE, None).extracts[0][-1] == "2026-05 (version 7)"


def test_it_is_printed_with_its_problems_or_as_green():
    for problems, last in (([], "Fresh and green."), (["a", "b"], "Not in order: b")):
        with Console(width=120, record=True, quiet=False, file=open("/dev/null", "w")) as console:  # noqa: PTH123
            show_status(console, Status(["One line"], [("cases", "2", "–", "–", "–")], problems))
        printed = console.export_text().splitlines()
        assert (printed[0], printed[-1]) == ("One line", last)
        assert any("Archived, not published" in line for line in printed)
