"""One run while the clock was ahead changes nothing for the runs after it."""

import os
from datetime import UTC, datetime

import duckdb
import pytest

from fingerplan.clock import today
from fingerplan.errors import Refused
from fingerplan.outputs.changes import read
from fingerplan.outputs.site import published_run
from fingerplan.warehouse import history, publish
from fingerplan.warehouse.publish import earlier_versions
from fingerplan.warehouse.status import read_status


class Ahead(datetime):
    """A clock that stands in 2030."""

    @classmethod
    def now(cls, tz=None) -> datetime:
        return datetime(2030, 1, 1, 8, tzinfo=tz)


@pytest.fixture
def ahead(published, warehouse, monkeypatch):
    """The second of three publications, in 2030 by the clock; each has another figure."""
    published(realised="-1")
    with monkeypatch.context() as patched:
        patched.setattr(publish, "datetime", Ahead)
        patched.setattr(history, "now", lambda: "2030-01-01T08:00:00Z")
        published(realised="-2")
    in_2030 = datetime(2030, 1, 1, 8, tzinfo=UTC).timestamp()

    os.utime(warehouse.published, (in_2030, in_2030))
    shown = published_run(warehouse.published)
    assert shown.startswith("2030")
    published(realised="-3")
    return shown


def test_what_changed_is_said_and_the_site_is_built_again(ahead, warehouse):
    assert published_run(warehouse.published) != ahead, "the site shows the run of 2030"
    (change,) = [change for change in read(warehouse.published) or [] if change.subject_id == "fp2024-1"]
    assert (change.value_before, change.value_after) == (-2, -3)


def test_the_status_is_of_the_last_run(ahead, warehouse, published):
    state = read_status(warehouse, today(), None)
    assert "2030" not in state.lines[0]
    assert "1 passed" in state.lines[1]
    with pytest.raises(Refused):
        published(failures=("test a_test: failing rows: 1",))
    assert any(
        line.startswith("the last build (") and "was failed: test a_test" in line
        for line in read_status(warehouse, today(), None).problems
    )


def test_a_rollback_takes_the_last_version_and_the_oldest_is_removed(ahead, warehouse, published):
    for value in ("-4", "-5"):
        published(realised=value)
    kept = []
    for file in earlier_versions(warehouse):
        with duckdb.connect(str(file), read_only=True) as connection:
            kept += connection.execute("select figure_value from marts.rpt_headline_figure").fetchall()
    assert kept == [(-4,), (-3,), (-2,)]
