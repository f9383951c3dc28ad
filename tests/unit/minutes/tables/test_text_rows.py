"""Rows of text: where a label ends, rows over several lines, blanks, and sentences that are not rows."""

import pytest

from fingerplan.minutes.tables.body import Body
from fingerplan.minutes.tables.text_rows import TextRows
from tests.support.minutes_lines import body, context, printed

GRANTS = "1000 kr., 26-pl  2027 2028\n"
LABELS = [label for label in context("").known.row_labels("SAU-06") if len(label) > 12]
PLAIN = next(label for label in LABELS[1:] if " - " not in label)  # a dash could be a blank cell
BRIDGE = "Unge og voksne med særlige behov - service  Mio. kr.\n"
MONTHS = "Måned  25 pct. refusion  25 pct. refusion\nAntal sager  Udgift\n"


def read(text: str, head_lines: int = 1) -> tuple[Body, TextRows]:
    """Read the lines behind the head, until the table or the text ends."""
    rows = body(text)
    reader = TextRows(rows)
    for index in range(head_lines, len(rows.lines)):
        if index < reader.skip_to:
            continue
        if not rows.lines[index].text:
            rows.pending.append(index)
        elif not reader.read(index):
            break
    reader.close_partial()
    return rows, reader


def test_a_row_is_a_label_and_the_figures_behind_it():
    rows, _ = read(f"{GRANTS}{LABELS[0]}  -1 - 2\n{LABELS[1]}  3 -")
    assert printed(rows.rows) == [(LABELS[0], ["-1", "- 2"]), (LABELS[1], ["3", "-"])]


def test_a_row_of_a_series_begins_with_its_period():
    rows, _ = read(f"{MONTHS}Maj 2026  12 3,5\nJuni 2026  13 4,5", head_lines=2)
    assert printed(rows.rows) == [("Maj 2026", ["12", "3,5"]), ("Juni 2026", ["13", "4,5"])]


def test_a_number_that_ends_a_known_label_is_not_a_figure():
    rows, _ = read(f"{BRIDGE}Buffer til nye sager 2026 15,0")
    assert printed(rows.rows) == [("Buffer til nye sager 2026", ["15,0"])]


def test_figures_may_stand_before_their_label():
    rows, reader = read(f"{GRANTS}-1 -2 {LABELS[0][:10]}\n{LABELS[0][10:]}\n\n{LABELS[1]} 3 4")
    assert printed(rows.rows) == [(LABELS[0], ["-1", "-2"]), (LABELS[1], ["3", "4"])]
    assert reader.skip_to == 3


def test_figures_may_stand_in_lines_below_their_label():
    rows, _ = read(f"{GRANTS}{LABELS[0]}\n-1,5\n-2,5")
    assert printed(rows.rows) == [(LABELS[0], ["-1,5", "-2,5"])]
    assert not rows.rows[0].is_doubtful
    assert [cell.line for cell in rows.rows[0].cells] == [3, 4]


def test_a_figure_alone_in_its_line_may_be_the_number_of_a_page():
    rows, _ = read(f"{GRANTS}{LABELS[0]}  -1\n31")
    assert rows.rows[0].is_doubtful


def test_a_row_with_too_few_figures_has_open_blanks():
    rows, _ = read(f"{GRANTS}{LABELS[0]}  -1\n\n{LABELS[1]}  3 4")
    assert printed(rows.rows) == [(LABELS[0], ["-1", ""]), (LABELS[1], ["3", "4"])]
    assert rows.rows[0].open_blanks == [[0], [1]]


def test_tabs_that_became_spaces_place_the_figures():
    table = [f"Ny linje {name}\t1\t2" for name in "abcdefghijkl"]
    lines = ["1000 kr., 26-pl\t2027\t2028", *table, f"{LABELS[0]}\t\t-2"]
    rows, _ = read("\n".join(line.expandtabs(8) for line in lines))
    assert [cell.value.printed for cell in rows.rows[-1].cells] == ["", "-2"]
    assert rows.rows[-1].open_blanks == []


def test_a_figure_below_its_column_is_aligned():
    text = f"1000 kr., 26-pl{' ' * 60}2027  2028\n{LABELS[0].ljust(75)}  -1    -2\n{PLAIN.ljust(75)}        -2"
    rows, reader = read(text)
    assert reader.alignment == [True, True]
    assert rows.rows[1].aligned == [1]


@pytest.mark.parametrize("sentence", ["Udvalget forventer i alt 7,7", "Et mindreforbrug  på i alt 10,4"])
def test_a_sentence_that_ends_in_a_number_is_not_a_row(sentence):
    rows, _ = read(f"{BRIDGE}Korrigeret budget 685,7\n{sentence}")
    assert printed(rows.rows) == [("Korrigeret budget", ["685,7"])]
    assert rows.context.findings == []


def test_a_new_label_apart_from_its_figure_is_a_finding():
    rows, _ = read(f"{BRIDGE}Korrigeret budget 685,7\nEn ny linje      5,0")
    assert "looks like a row that the table has never had" in rows.context.findings[0]


@pytest.mark.parametrize("damaged", ["{} x3 4 5 x", "{}  3  4O"])
def test_a_row_with_a_damaged_figure_is_a_finding(damaged):
    rows, _ = read(f"{GRANTS}{LABELS[0]}  1 2\n{damaged.format(LABELS[1])}")
    assert len(rows.rows) == 1
    assert "a row with a figure that cannot be read" in rows.context.findings[0]


def test_the_foot_of_a_page_is_skipped():
    rows, _ = read(f"{GRANTS}{LABELS[0]}  1 2\n\nSide 31 af 47\n\n{LABELS[1]}  3 4")
    assert [row.label for row in rows.rows] == LABELS[:2]


def test_too_much_text_ends_the_table():
    rows, _ = read(f"{GRANTS}{LABELS[0]}  1 2\n" + "Noget helt andet end en række\n" * 7 + f"{LABELS[1]}  3 4")
    assert [row.label for row in rows.rows] == LABELS[:1]


def test_the_head_of_another_table_ends_the_table():
    rows, _ = read(f"{GRANTS}{LABELS[0]}  1 2\nÅrsværk  2029 2030\n{LABELS[1]}  3 4")
    assert [row.label for row in rows.rows] == LABELS[:1]
