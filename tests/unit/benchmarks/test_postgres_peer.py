"""What Postgres is given to compute the case marts from, and what is said where it cannot be tried."""

import duckdb
import pytest

from benchmarks import lake, postgres_peer
from benchmarks.engines.building import MissingEngineError


def test_cases_are_laid_out_and_the_other_extracts_are_empty(tmp_path):
    lake.make_lake(tmp_path / "lake", 2, 1, 10, lambda done, total: None)
    work = tmp_path / "work"
    tables = postgres_peer._lay_out(tmp_path / "lake", lake.keys(tmp_path / "lake", 2), work)
    counts = {name: duckdb.sql(f"select count(*) from '{file}'").fetchall()[0][0] for name, file in tables.items()}
    assert counts == {"cases": 20, "postings": 0, "kpis": 0, "deliveries": 2}
    described = duckdb.sql(f"describe from '{tables['postings']}'").fetchall()
    assert [(name, declared) for name, declared, *_ in described] == [
        *(("month", "DATE"), ("line_id", "VARCHAR"), ("amount_dkk", "DECIMAL(18,2)"), ("data_origin", "VARCHAR"))
    ]


def test_a_machine_without_postgres_is_skipped_with_the_reason(tmp_path, monkeypatch):
    def find() -> None:
        raise MissingEngineError("no PostgreSQL server here")

    monkeypatch.setattr(postgres_peer, "find_programs", find)
    assert postgres_peer.measure(tmp_path, 2, tmp_path) == {"skipped": "no PostgreSQL server here"}


@pytest.mark.parametrize("months", [0, -1])
def test_no_months_for_postgres_leaves_it_out(months):
    from benchmarks.figures import _measure_postgres

    figures, differing = _measure_postgres(None, None, months)  # type: ignore[arg-type]  # nothing of them is used
    assert ("skipped" in figures, differing) == (True, [])
