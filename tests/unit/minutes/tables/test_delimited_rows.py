"""Delimited rows: how wide they are, which of their cells are labels, and what is refused."""

import pytest

from fingerplan.minutes.tables.body import Body
from fingerplan.minutes.tables.delimited_rows import DelimitedRows
from tests.support.minutes_lines import body, context, printed

GRANTS = "1000 kr., 26-pl\t2027\t2028\n"
UNEMPLOYMENT = "Fuldtidsledige brutto\tOmråde\tApril 2026\tMaj 2026\n"
LABELS = [label for label in context("").known.row_labels("SAU-06") if len(label) > 12]


def read(text: str, head_lines: int = 1) -> tuple[Body, list[bool]]:
    """Read all delimited lines behind the head, until the table ends."""
    rows = body(text)
    reader = DelimitedRows(rows)
    results = []
    for index in range(head_lines, len(rows.lines)):
        if not rows.lines[index].text:
            rows.pending.append(index)
            continue
        results.append(reader.read(index))
        if not results[-1]:
            break
    return rows, results


def test_a_row_is_a_label_and_its_figures():
    rows, _ = read(f"{GRANTS}{LABELS[0]}\t-1\t\n{LABELS[1]}\t- 2\t3*")
    assert printed(rows.rows) == [(LABELS[0], ["-1", ""]), (LABELS[1], ["- 2", "3*"])]


def test_the_head_again_on_the_next_page_is_skipped():
    rows, results = read(f"{GRANTS}{LABELS[0]}\t1\t2\n{GRANTS}{LABELS[1]}\t3\t4")
    assert (len(rows.rows), results, rows.context.findings) == (2, [True, True, True], [])


def test_a_blank_label_cell_repeats_the_one_above():
    rows, _ = read(f"{UNEMPLOYMENT}Faktiske\tHele landet\t1\t2\n\tRanders Kommune\t3\t4")
    assert [row.label for row in rows.rows] == ["Faktiske / Hele landet", "Faktiske / Randers Kommune"]


def test_the_label_of_a_plan_stands_in_the_first_cell_that_is_not_blank():
    known = context("").known
    label = known.row_labels("FP-03")[0]
    text = f"# 2. {known.stations[2]}\nOverskrift\tBeskrivelse\t2024\t2025\n{label}\tEn beskrivelse\t1\t2\n\tNy\t3\t4"
    rows, _ = read(text, head_lines=2)
    assert [row.label for row in rows.rows] == [label, "Ny"]


def test_cells_missing_at_the_end_are_blanks_that_may_stand_elsewhere():
    rows, _ = read(f"{GRANTS}{LABELS[0]}\t1")
    assert (printed(rows.rows), rows.rows[0].open_blanks) == ([(LABELS[0], ["1", ""])], [[0]])


def test_the_rest_of_a_label_stands_below_it():
    start, rest = LABELS[0][:8], LABELS[0][8:]
    rows, _ = read(f"{GRANTS}{start}\t1\t2\n{rest}\t\t")
    assert printed(rows.rows) == [(LABELS[0], ["1", "2"])]


@pytest.mark.parametrize(
    ("row", "finding"),
    [
        (f"{LABELS[0]}\t8?\t2", f"SAU-06, row '{LABELS[0]}', column '2027': '8?' is not a number"),
        (f"{LABELS[0]}\tx1\ty2", "'y2' is not a number; correct the extraction"),
        (f"{LABELS[0]}\t1\t2\t3", "4 cells where the head has 3"),
        ("\t1\t2", "a row of figures without a label"),
    ],
)
def test_a_row_that_cannot_be_read_is_a_finding(row, finding):
    rows, results = read(f"{GRANTS}{row}")
    assert (rows.rows, results) == ([], [True])
    assert finding in "\n".join(rows.context.findings)


def test_a_figure_where_a_label_should_be_is_a_finding():
    rows, _ = read(f"{UNEMPLOYMENT}Faktiske\t12\t1\t2")
    assert "a figure where the label should be" in rows.context.findings[0]


@pytest.mark.parametrize("row", ["Årsværk\t2029\t2030", "Afdeling\tHer\tDer"])
def test_the_table_ends_at_the_head_of_another_one(row):
    rows, results = read(f"{GRANTS}{LABELS[0]}\t1\t2\n{row}")
    assert (len(rows.rows), results, rows.context.findings) == (1, [True, False], [])
