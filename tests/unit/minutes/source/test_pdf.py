"""A PDF becomes lines: ruled tables, columns of spaces, footnotes, and what cannot be read."""

from pathlib import Path

import pytest
from reportlab.lib import colors, pdfencrypt
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas
from reportlab.platypus import SimpleDocTemplate, Table

from fingerplan.errors import Refused
from fingerplan.minutes.source import pdf
from fingerplan.minutes.source.lines import Line
from fingerplan.minutes.source.pdf import read_pdf
from tests.support.pdf_printing import print_as_document, print_as_lines

ROWS = "Måned\tAntal\tUdgift\nMaj 2026\t168\t1.350\nJuni 2026\t\t- 84,5"


def read(path: Path) -> list[Line]:
    return read_pdf(path, path.read_bytes(), lambda done, total: None)


def filled(path: Path) -> list[Line]:
    return [line for line in read(path) if line.text]


def test_the_rows_of_a_ruled_table_are_delimited(tmp_path):
    print_as_document(f"Udviklingen\n\n{ROWS}\n\nSlut", tmp_path / "a.pdf")
    lines = filled(tmp_path / "a.pdf")
    assert [(line.cells, line.delimited) for line in lines] == [
        (("Udviklingen",), False),
        (("Måned", "Antal", "Udgift"), True),
        (("Maj 2026", "168", "1.350"), True),
        (("Juni 2026", "", "- 84,5"), True),
        (("Slut",), False),
    ]


def test_figures_in_columns_keep_their_distance(tmp_path):
    rows = f"{ROWS}\nJuli 2026\t9\t12,0"
    print_as_lines(rows, tmp_path / "a.pdf", tab=16)
    lines = filled(tmp_path / "a.pdf")
    assert [line.cells[0].rstrip() for line in lines] == [row.expandtabs(16) for row in rows.split("\n")]


def test_a_page_without_a_table_keeps_its_text_only(tmp_path):
    print_as_lines(ROWS, tmp_path / "a.pdf", tab=16)
    assert [line.cells[0] for line in filled(tmp_path / "a.pdf")] == [" ".join(row.split()) for row in ROWS.split("\n")]


def test_lines_are_numbered_over_all_pages(tmp_path):
    print_as_lines("\n".join(f"Linje {number}" for number in range(1, 101)), tmp_path / "a.pdf")
    lines = read(tmp_path / "a.pdf")
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert {line.page for line in lines} == {1, 2}
    assert lines[-1].text == "Linje 100"


def test_a_page_leaves_blank_lines_where_a_paragraph_ends(tmp_path):
    page = canvas.Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for at, row in ((700, "A 1 2"), (688, "B 3 4"), (676, "C 5 6"), (640, "D 7 8")):
        page.drawString(50, at, row)
    page.save()
    assert [line.text for line in read(tmp_path / "a.pdf")] == ["A 1 2", "B 3 4", "C 5 6", "", "D 7 8"]


def test_a_small_raised_digit_is_a_footnote(tmp_path):
    page = canvas.Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    for at, row in ((700, "Maj 12"), (688, "Juni 13"), (676, "Juli 14")):
        page.setFont("Helvetica", 10)
        page.drawString(50, at, row)
        page.setFont("Helvetica", 6)
        page.drawString(50 + page.stringWidth(row, "Helvetica", 10), at + 3, "1")
    page.save()
    assert [line.text for line in read(tmp_path / "a.pdf")] == ["Maj 12*", "Juni 13*", "Juli 14*"]


def test_a_table_without_outer_rules_loses_no_column(tmp_path):
    inner = [("LINEAFTER", (0, 0), (1, -1), 0.5, colors.black), ("INNERGRID", (1, 0), (2, -1), 0.5, colors.black)]
    table = Table([row.split("\t") for row in ROWS.split("\n")], style=inner)
    SimpleDocTemplate(str(tmp_path / "a.pdf"), pagesize=A4).build([table])
    text = " ".join(line.text for line in read(tmp_path / "a.pdf"))
    assert all(word in text for word in ROWS.split())


def pictures(path: Path) -> None:
    page = canvas.Canvas(str(path))
    page.rect(100, 100, 50, 50, fill=1)
    page.save()


def protected(path: Path) -> None:
    page = canvas.Canvas(str(path), encrypt=pdfencrypt.StandardEncryption("hemmelig"))
    page.drawString(50, 700, "Maj 12")
    page.save()


def damaged(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n" + b"garbage " * 500)


@pytest.mark.parametrize(
    ("make", "words"),
    [(pictures, "no text"), (protected, "protected by a password"), (damaged, "cannot be read as PDF")],
)
def test_what_cannot_be_read_is_refused_in_one_line(make, words, tmp_path):
    path = tmp_path / "a.pdf"
    make(path)
    with pytest.raises(Refused, match=rf"^a\.pdf: .*{words}[^\n]*$"):
        read(path)


@pytest.mark.parametrize(("limit", "words"), [("MOST_PAGES", "1 pages"), ("MOST_OBJECTS", "drawn objects")])
def test_a_pdf_far_larger_than_minutes_is_refused(limit, words, tmp_path, monkeypatch):
    print_as_lines(ROWS, tmp_path / "a.pdf")
    monkeypatch.setattr(pdf, limit, 0)
    with pytest.raises(Refused, match=words):
        read(tmp_path / "a.pdf")
