"""What changed is printed for a person and listed for a log."""

import io
from datetime import date
from decimal import Decimal

from rich.console import Console

from fingerplan.outputs import changes
from fingerplan.warehouse.history import History, Run
from tests.support.small_brief import change
from tests.support.small_warehouse import small_warehouse


def printed(found) -> list[str]:
    console = Console(width=130, file=io.StringIO())
    changes.show(console, found)
    return console.file.getvalue().splitlines()


def test_a_change_is_read_from_the_published_file(tmp_path):
    history = History(tmp_path / "history")
    first = small_warehouse(tmp_path / "a.duckdb")
    history.write_into(first, tmp_path / "none.duckdb", Run("run-1", "build"))
    history.publish(first, "run-1")
    second = small_warehouse(tmp_path / "b.duckdb", realised="-130.00")
    history.write_into(second, first, Run("run-2", "build"))
    assert changes.read(first) is None
    assert [found.moved_by for found in changes.read(second)] == [Decimal(-5)]


def test_nothing_to_compare_with_and_nothing_changed_are_different():
    assert printed(None) == []
    assert printed([]) == ["Nothing has changed since the previous publication."]


def test_changes_of_a_subject_stand_together_in_danish_numbers():
    new = change(figure_name="a_new_one", value_before=None, moved_by=None, as_of_month=None)
    cases = change(subject_kind="high_cost_cases", subject_id="75", figure_name="cases", moved_by=Decimal(3000))
    lines = printed([change(), new, cases])
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in lines if "│" in line]
    assert rows == [
        ["Station fp2024-1 in 2026", "Realised to date", "-100", "-125", "-25", "2026-05"],
        ["", "a_new_one", "–", "-125", "–", ""],
        ["High-cost cases, 75 pct. bracket", "Cases", "-100", "-125", "+3.000", "2026-05"],
    ]
    assert lines[-1] == "Synthetic figures (sample) are among these, before or now."


def test_reported_changes_carry_no_mark():
    lines = printed([change(data_origin_before="reported", data_origin_after="reported")])
    assert not any("synthetic" in line.lower() for line in lines)


def test_the_log_lists_the_figures_and_whether_one_is_synthetic():
    assert changes.log_rows(None) == []
    sample, unknown = change(data_origin_before=None), change(data_origin_before=None, data_origin_after=None)
    one, other = changes.log_rows([sample, unknown])
    assert one == (
        *("station", "fp2024-1", "2026", "realised_to_date_dkk", "dkk"),
        *(Decimal(-100), Decimal(-125), Decimal(-25), date(2026, 5, 1), True),
    )
    assert other[-1] is False
