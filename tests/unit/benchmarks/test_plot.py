"""The page of a given record: figures in their places, words instead of Python's notation, plots of the same bytes."""

import re

import pytest

from benchmarks import plot, results


@pytest.fixture
def record() -> results.Record:
    return results.latest()


def test_the_tables_hold_the_figures_of_the_record(record):
    record["commit"], record["full_build_s"], record["limit_full_s"] = "0123abc", 30.0, 15.0
    record["machine"]["load_before"] = 0.1
    record["fixed_parts_s"], record["refresh_parts_s"] = {"start": 1.5, "imports": 0.5}, {"start": 2.5}
    written = plot.tables(record)
    assert ", commit 0123abc: " in written
    assert "| this project | 30.0 | 2.0 |" in written
    assert "| start | 1.5 | 2.5 |" in written
    assert "| imports | 0.5 |  |" in written
    assert "busy" not in written


def test_a_table_has_as_many_cells_in_each_row(record):
    for block in plot.tables(record).split("\n\n"):
        if block.startswith("|"):
            assert len({line.count("|") for line in block.splitlines()}) == 1, block


def test_no_python_notation_is_printed(record):
    assert not re.search(r"[\[\]{}']|None|True|False", plot.tables(record))


def test_a_busy_machine_and_a_limit_that_is_not_kept_are_said(record):
    record["machine"]["load_before"] = 7.0
    record["peak_mb"] = results.PEAK_MB + 1
    written = plot.tables(record)
    assert "**The machine was busy" in written
    assert f"| {results.PEAK_MB + 1} | {results.PEAK_MB} | **no** |" in written


def test_what_was_not_measured_has_no_table(record):
    record["peers"]["postgres"] = {"skipped": "no server"}
    record["fixed_parts_s"] = {}
    assert "Postgres" not in plot.tables(record)
    assert "where a refresh" not in plot.tables(record)


@pytest.mark.parametrize("draw", [plot.draw_history, plot.draw_full])
def test_a_plot_of_the_same_record_has_the_same_bytes(record, tmp_path, draw):
    files = [tmp_path / "one.svg", tmp_path / "other.svg"]
    for file in files:
        draw(record, file)
    assert files[0].read_bytes() == files[1].read_bytes()
    assert f"{record['rows']:,}" in files[0].read_text() or f"{record['refresh_rows']:,}" in files[0].read_text()


def test_only_the_tables_of_the_page_are_replaced(record, tmp_path, monkeypatch):
    page = tmp_path / "performance.md"
    page.write_text(f"Before\n{plot.BEGIN}\n\nold\n\n{plot.END}\nAfter\n", encoding="utf-8")
    monkeypatch.setattr(plot, "PAGE", page)
    monkeypatch.setattr(plot, "PLOTS", tmp_path / "plots")
    plot.main()
    written = page.read_text(encoding="utf-8")
    assert written.startswith(f"Before\n{plot.BEGIN}\n")
    assert written.endswith(f"{plot.END}\nAfter\n")
    assert "old" not in written
    assert len(list((tmp_path / "plots").iterdir())) == 2
