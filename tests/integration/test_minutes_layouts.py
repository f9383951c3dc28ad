"""`fingerplan minutes` reads the same figures whatever the layout, the encoding or the kind of file."""

import pytest
from reportlab.lib.pagesizes import A4

from fingerplan.minutes.tables.printed_table import Reading
from tests.support import minutes_documents as documents
from tests.support.minutes_reading import Place, figures, numbers, read, seed_figures, written
from tests.support.pdf_printing import WIDE, print_as_document, print_as_lines


def as_in_the_seeds(reading: Reading) -> dict[Place, tuple[str, str]]:
    return {place: (figure.printed, figure.unit) for place, figure in figures(reading).items()}


@pytest.mark.parametrize("layout", ["tabs", "columns", "spaces", "markdown", "html"])
@pytest.mark.parametrize(("make", "seed"), [("minutes", "minutes_table_cells"), ("plan", "plan_table_cells")])
def test_every_layout_gives_the_seeds(make, seed, layout, tmp_path):
    document = getattr(documents, make)()
    reading = read(written(tmp_path, document.text(layout)))
    assert as_in_the_seeds(reading) == seed_figures(seed)


def test_cells_broken_over_lines_give_the_seeds():
    assert as_in_the_seeds(read(documents.PLAN_IN_READING_ORDER)) == seed_figures("plan_table_cells")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_encodings(encoding, tmp_path):
    path = tmp_path / "minutes.txt"
    path.write_bytes(documents.minutes().text().replace("\n", "\r\n").encode(encoding))
    assert numbers(read(path)) == documents.minutes().expected()


@pytest.mark.parametrize("tab", [4, 8])
def test_a_printed_text_gives_the_same_as_the_text(tab, tmp_path):
    for document in (documents.minutes(), documents.plan()):
        print_as_lines(document.text(), tmp_path / "lines.pdf", tab=tab)
        assert numbers(read(tmp_path / "lines.pdf")) == document.expected()


@pytest.mark.parametrize("repeat_rows", [0, 1])
def test_a_pdf_with_ruled_tables_gives_the_same_as_the_text(repeat_rows, tmp_path):
    for document, page in ((documents.minutes(), A4), (documents.plan(), WIDE)):
        print_as_document(document.text(), tmp_path / "document.pdf", repeat_rows=repeat_rows, page=page)
        reading = read(tmp_path / "document.pdf")
        assert numbers(reading) == document.expected()
        assert all(table.page for table in reading.tables)


@pytest.mark.parametrize("corner", ["Bevillingsansøgninger (mio. kr.)", "Forslag", "Fuldtidsledige brutto"])
def test_a_head_over_two_lines_is_read(corner, tmp_path):
    text = documents.minutes().text().replace(f"\n{corner}\t", f"\n{corner}\n").replace("Forslag (", "Forslag\n(")
    assert numbers(read(written(tmp_path, text))) == documents.minutes().expected()


def test_a_soft_hyphen_before_a_figure_is_a_minus(tmp_path):
    text = documents.minutes().text().replace("Talents of Tomorrow\t-700", "Talents of Tomorrow\t\u00ad700")
    assert numbers(read(written(tmp_path, text))) == documents.minutes().expected()


def test_the_date_of_a_meeting_is_not_that_of_a_follow_up(tmp_path):
    text = documents.minutes().text().replace("Tabellen viser 2", "Byrådet mødtes den 12. maj 2026 om 2")
    assert read(written(tmp_path, text)).table("SAU-02").as_of.isoformat() == "2026-03-31"


def test_html_with_a_cell_a_line_is_read(tmp_path):
    text = documents.minutes().text("html").replace("<td>", "\n<td>")
    assert numbers(read(written(tmp_path, text))) == documents.minutes().expected()


def test_a_footnote_number_is_no_digit(tmp_path):
    text = documents.minutes().text().replace("\t2,9\t3,0\t3,1\n", "\t2,9<sup><b>1</b></sup>\t3,0\t3,1\n", 1)
    found = figures(read(written(tmp_path, text)))
    assert found["SAU-07", "Sæsonkorrigeret i pct. af arbejdsstyrken / Hele landet", "April 2025"].printed == "2,9*"
