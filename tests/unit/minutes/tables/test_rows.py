"""The rows under one head, from the line behind it to the end of the table."""

import pytest

from fingerplan.minutes.tables.context import Context
from fingerplan.minutes.tables.heads import find_heads
from fingerplan.minutes.tables.rows import RowsRead, read_rows
from tests.support.minutes_lines import context

GRANTS = "1000 kr., 26-pl\t2027\t2028\n"
LABELS = [label for label in context("").known.row_labels("SAU-06") if len(label) > 12]


def rows(text: str) -> tuple[RowsRead, Context]:
    """Read the rows under the first head of a text."""
    read = context(text)
    heads = find_heads(read)
    return read_rows(read, heads, heads.ours[0]), read


def printed(found: RowsRead) -> list[tuple[str, list[str]]]:
    return [(row.label, [cell.value.printed for cell in row.cells]) for row in found.rows]


@pytest.mark.parametrize(
    "end", ["Punkt 87: Underskrift", "Note: faste priser", "Kilde: en statistik", "Beslutning", "Uddybende beskrivelse"]
)
def test_the_table_ends_at_a_line_that_ends_tables(end):
    found, _ = rows(f"{GRANTS}{LABELS[0]}\t-1\t-2\n\n{end}\n{LABELS[1]}\t3\t4")
    assert printed(found) == [(LABELS[0], ["-1", "-2"])]
    assert found.end == 2


def test_the_table_ends_at_the_next_head():
    found, read = rows(f"{GRANTS}{LABELS[0]}\t-1\t-2\nForslag (mio. kr.)\t2026\t2027\nPlejetilbud\t3\t4")
    assert (printed(found), read.findings) == ([(LABELS[0], ["-1", "-2"])], [])


def test_delimited_rows_and_rows_of_text_may_be_mixed():
    found, _ = rows(f"{GRANTS}{LABELS[0]}\t-1\t-2\n{LABELS[1]}   3   4")
    assert printed(found) == [(LABELS[0], ["-1", "-2"]), (LABELS[1], ["3", "4"])]


def test_a_row_that_is_not_full_is_closed_by_a_delimited_one():
    found, _ = rows(f"{GRANTS}{LABELS[0]}   5\n{LABELS[1]}\t3\t4")
    assert [row.label for row in found.rows] == LABELS[:2]
    assert found.rows[0].open_blanks == [[0], [1]]


def test_a_row_hidden_by_other_lines_is_a_finding():
    text = "En helt anden sætning, der er meget længere end nogen etiket. " * 4
    found, read = rows(f"{GRANTS}{LABELS[0]}   1   2\n{text}\n{LABELS[1]}   3   4")
    assert len(found.rows) == 1
    assert f"line 4: SAU-06: a row after lines that are not part of the table: '{LABELS[1]}" in read.findings[0]


def test_figures_that_belong_to_no_row_are_a_finding():
    found, read = rows(f"{GRANTS}{LABELS[0]}\t1\t\n2")
    assert printed(found) == [(LABELS[0], ["1", ""])]
    assert read.findings == ["referat.txt: line 3: SAU-06: figures after its last row that belong to no row: '2'"]


def test_the_alignment_of_rows_of_text_is_counted():
    text = f"1000 kr., 26-pl{' ' * 60}2027  2028\n"
    found, _ = rows(f"{text}{LABELS[0].ljust(75)}{'-1':>4}  {'-2':>4}\n{LABELS[1].ljust(70)}3 4")
    assert found.alignment == [True, True, False]
