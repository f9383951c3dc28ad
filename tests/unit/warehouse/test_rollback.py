"""A rollback publishes the newest earlier version that opens, and keeps what it takes back."""

import duckdb
import pytest

from fingerplan.errors import BUILD_FAILED, Refused
from fingerplan.warehouse.publish import earlier_versions, run_of
from fingerplan.warehouse.rollback import roll_back


def realised(file) -> str:
    with duckdb.connect(str(file), read_only=True) as connection:
        ((figure,),) = connection.execute("select figure_value from marts.rpt_headline_figure").fetchall()
    return f"{figure:.0f}"


@pytest.fixture
def rolled_back(warehouse):
    def run():
        with run_of(warehouse, "rollback") as running:
            return roll_back(warehouse, running)

    return run


def test_the_version_before_is_published_again_and_the_other_is_kept(warehouse, published, rolled_back):
    published(realised="-1")
    published(realised="-2")
    (before,) = earlier_versions(warehouse)
    assert rolled_back() == before
    assert (realised(warehouse.published), realised(warehouse.withdrawn)) == ("-1", "-2")
    assert earlier_versions(warehouse) == []
    assert not list(warehouse.withdrawn.parent.glob(".*")), "nothing unfinished is left"
    with duckdb.connect() as connection:
        said = connection.execute(
            f"select outcome, findings from '{warehouse.history}/*/run.parquet' order by run_id desc limit 1"
        ).fetchall()
    assert said == [("rolled_back", f"published again: the version of {before.parent.name}")]


def test_a_version_that_does_not_open_is_passed_over(warehouse, published, rolled_back):
    for value in ("-1", "-2", "-3"):
        published(realised=value)
    broken = earlier_versions(warehouse)[0]
    broken.unlink()
    broken.write_bytes(b"not a warehouse")
    rolled_back()
    assert realised(warehouse.published) == "-1"


def test_without_an_earlier_version_nothing_changes(warehouse, published, rolled_back):
    published(realised="-1")
    with pytest.raises(Refused, match="no earlier version to publish again") as refused:
        rolled_back()
    assert refused.value.exit_code == BUILD_FAILED
    assert realised(warehouse.published) == "-1"


def test_a_published_file_that_is_gone_is_replaced(warehouse, published, rolled_back):
    published(realised="-1")
    published(realised="-2")
    warehouse.published.unlink()
    rolled_back()
    assert realised(warehouse.published) == "-1"
    assert not warehouse.withdrawn.exists()


def test_a_log_beside_the_published_file_stops_it(warehouse, published, rolled_back):
    published(realised="-1")
    published(realised="-2")
    warehouse.published.with_name("fingerplan.duckdb.wal").touch()
    with pytest.raises(Refused, match="somebody has opened the published file for writing"):
        rolled_back()
    assert len(earlier_versions(warehouse)) == 1
