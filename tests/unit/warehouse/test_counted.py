"""What counts is what the published file names, or else what the history says, in the order of its runs."""

from datetime import date

import duckdb
import pytest

from fingerplan.errors import BUILD_FAILED, Refused
from fingerplan.warehouse.archive import Archive
from fingerplan.warehouse.counted import (
    Counts,
    held,
    known_publications,
    publishes_own,
    read_counted,
    refuse_sample_over_own,
    what_counts,
)
from fingerplan.warehouse.history import History, Run
from fingerplan.warehouse.history_tables import CountedVersion
from tests.support.small_warehouse import small_warehouse

MAY = date(2026, 5, 1)
FIRST, SECOND = (CountedVersion("kpis", MAY, version, "abc", "reported") for version in (1, 2))
DELIVERED = "insert into marts.dim_delivery values ('kpis', '2026-05-01', 1, 'reported'), ('cases', null, null, 'x')"


def rolled_back(warehouse, run_id: str, *versions: CountedVersion) -> None:
    History(warehouse.history).add(Run(run_id, "rollback", versions=list(versions)), "rolled_back", 0)


def test_a_file_tells_what_it_is_built_from(tmp_path):
    file = small_warehouse(tmp_path / "fingerplan.duckdb", DELIVERED)
    with duckdb.connect(str(file)) as connection:
        assert read_counted(connection) == [CountedVersion("kpis", MAY, 1, None, "reported")]
        connection.execute("drop table marts.dim_delivery")
        assert read_counted(connection) == []
    assert not publishes_own(file), "published before there was an archive"
    assert publishes_own(small_warehouse(tmp_path / "own.duckdb", DELIVERED))


def test_the_published_file_decides_then_the_last_run(warehouse):
    assert what_counts(warehouse) == Counts([], is_last=False), "nothing is known"
    rolled_back(warehouse, "2030", SECOND)
    rolled_back(warehouse, "2026", FIRST)
    assert [(known.run_no, known.is_own) for known in known_publications(warehouse)] == [(1, True), (2, True)]
    assert what_counts(warehouse) == Counts((FIRST,))
    with pytest.raises(Refused, match="2026 published a municipality's own data") as refused:
        refuse_sample_over_own(warehouse)
    assert refused.value.exit_code == BUILD_FAILED
    small_warehouse(warehouse.published, DELIVERED.replace(" 1,", " 7,"))
    assert [counted.version for counted in what_counts(warehouse).versions] == [7]


def test_what_only_the_sample_published_refuses_nothing(warehouse):
    rolled_back(warehouse, "2026")
    assert refuse_sample_over_own(warehouse) is None


def test_a_file_that_cannot_be_read_is_not_treated_as_missing(warehouse):
    warehouse.published.parent.mkdir()
    warehouse.published.write_bytes(b"not a warehouse")
    with pytest.raises(Refused, match="cannot be read"):
        what_counts(warehouse)


def test_what_the_archive_lacks_is_one_line_however_much(warehouse):
    found, (line,) = held(Archive(warehouse.archive), [FIRST, SECOND])
    assert found == {}
    assert line == (
        f"{warehouse.archive}: kpis of 2026-05, version 1, is published and not in the archive;"
        " restore the archive from the backup, or mount its disk (and 1 more versions)"
    )
