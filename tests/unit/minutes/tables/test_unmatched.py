"""What a document prints besides the tables that were read."""

import pytest

from fingerplan.minutes.tables.heads import find_heads
from fingerplan.minutes.tables.printed_table import Reading
from fingerplan.minutes.tables.reader import read_tables
from fingerplan.minutes.tables.unmatched import find_unmatched
from tests.support.minutes_lines import context, document
from tests.support.minutes_reading import known

LABELS = [label for label in known().row_labels("SAU-06") if len(label) > 12]


def read(text: str) -> Reading:
    return read_tables(document(text), known())


def test_a_table_under_an_unknown_head_is_listed():
    reading = read("Tidspunkt\tAktivitet\nJuni\tDrøftelse\n\nJuli\tPause\nEn sætning\nEt\tpar")
    assert [(unknown.line, unknown.rows, unknown.head) for unknown in reading.unknown] == [
        (1, 3, "Tidspunkt Aktivitet")
    ]
    assert reading.findings == []


def test_the_table_of_contents_is_not_a_table():
    contents = "Indholdsfortegnelse\nEt tilbud\t3\nStatus\t5\nPunkt 80: Et tilbud\n"
    assert read(f"{contents}A\t1\nB\t2").unknown[0].line == 5


@pytest.mark.parametrize("rows", [LABELS[:3], LABELS[:1]])
def test_rows_of_a_known_table_under_no_known_head_are_a_finding(rows):
    figures = "\t1\t2\t3\t4" if len(rows) == 1 else "\t1"
    reading = read("Afdeling\tÅr\n" + "\n".join(f"{label}{figures}" for label in rows))
    assert "these rows look like SAU-06, and there is no known head above them" in reading.findings[0]


def test_a_single_row_with_other_figures_is_not_a_known_table():
    assert read(f"Afdeling\tÅr\n{LABELS[0]}\t1").findings == []


def test_periods_beside_the_words_of_the_high_cost_tables_are_a_finding():
    reading = read("Sager i alt\nMaj 2026\t1\t2\nJuni 2026\t3\t4")
    assert "these rows look like SAU-09" in reading.findings[0]


def test_another_areas_high_cost_table_is_unknown_unless_it_has_our_figures():
    head = "Børn og unge\t25 pct. refusion\t25 pct. refusion\n\tAntal sager\tUdgift\n"
    assert read(f"{head}Maj 2026\t1\t2\nJuni 2026\t3\t4").findings == []
    table = known().of_form("SAU-09")[0]
    own = "\t".join(cell.printed for (row, _), cell in sorted(table.cells.items()) if row == 1)
    reading = read(f"{head}{table.rows[1]}\t{own}")
    assert "rows of SAU-09 or SAU-10 under the head of another table" in reading.findings[0]


def test_a_row_above_its_head_is_a_finding():
    reading = read(f"{LABELS[0]}\t1\t2\t3\t4\n\n1000 kr., 26-pl\t2027\t2028\t2029\t2030\n{LABELS[1]}\t1\t2\t3\t4")
    assert any("SAU-06: a row above its head" in finding for finding in reading.findings)


def test_figures_alone_below_the_heading_of_a_station_are_a_finding():
    reading = read(f"# 2. {known().stations[2]}\n\ntekst\n\n100 200 300 400\n")
    assert "figures without a head that can be read: '100 200 300 400'" in reading.findings[0]
    assert read("tekst\n\n100 200 300 400\n").findings == []


@pytest.mark.parametrize("head", ["Fuldtidsledige\tSted\tMaj 2026", "Overskrift\tBeskrivelse\tBeløb"])
def test_the_words_of_a_head_that_cannot_be_read_are_a_finding(head):
    finding = read(f"{head}\nHer\t1\t2").findings[0]
    assert "this looks like the head of " in finding
    assert "but cannot be read" in finding


def test_a_trace_beside_a_reported_look_alike_is_not_reported_again():
    reading = read("Fuldtidsledige\tSted\n" + "\n".join(f"{label}\t1" for label in LABELS[:3]))
    assert len(reading.findings) == 1


def test_lines_that_a_table_has_taken_are_not_looked_at():
    read = context("Juni\tDrøftelse\nJuli\tPause")
    heads = find_heads(read)
    assert [unknown.rows for unknown in find_unmatched(read, heads, set())] == [2]
    assert find_unmatched(read, heads, {0, 1}) == []
