"""Every sheet and chart says its month, version and origin, prints and filters, and holds no text that runs."""

import re
import zipfile
from pathlib import Path

import pytest

from fingerplan.outputs.brief import wording, write_brief
from fingerplan.outputs.brief.sheet import safe_text
from tests.support.briefs import (
    SHEETS,
    Book,
    changed,
    origin_set_to,
    published_twice,
    written_book,
)


@pytest.fixture(scope="module")
def warehouse(built: Path) -> Path:
    return built / "warehouse" / "dev" / "fingerplan.duckdb"


@pytest.fixture(scope="module")
def book(warehouse, tmp_path_factory) -> Book:
    return written_book(warehouse, tmp_path_factory.mktemp("workbook"))


@pytest.fixture(scope="module")
def published(warehouse, tmp_path_factory) -> Path:
    return published_twice(warehouse, tmp_path_factory.mktemp("published"))


def test_every_sheet_says_month_version_and_origin(book, published, warehouse, tmp_path):
    assert book.shown.sheetnames == SHEETS
    for sheet in SHEETS:
        text = book.text(sheet)
        said = book.shown[sheet]["A2"].value
        assert said.startswith("Realiseret til og med maj 2026. Arbejdsfil, ikke udgivet: "), sheet
        assert "Realiseret til og med maj 2026 – Arbejdsfil" in book.shown[sheet].oddFooter.center.text
        assert (wording.SYNTHETIC in text) == (sheet != "Bevægelser"), sheet
        assert ("SYNTETISKE TAL" in book.shown[sheet].oddFooter.left.text) == (sheet != "Bevægelser")
    marked = {title for title in book.charts() if "(SYNTETISKE TAL)" in title}
    assert len(book.charts()) == 5
    assert {t for t in book.charts() if t not in marked} == {"Særligt dyre sager: brutto efter refusionssats, og netto"}
    moved = written_book(published, tmp_path)
    assert all(wording.SYNTHETIC in moved.text(sheet) for sheet in SHEETS)
    # each sheet answers for its own figures
    one = origin_set_to(warehouse, "reported", but_for="fct_high_cost_case_bridge")
    mixed = written_book(changed(warehouse, tmp_path / "mixed.duckdb", one), tmp_path)
    assert [sheet for sheet in SHEETS if wording.SYNTHETIC in mixed.text(sheet)] == ["Bro"]
    assert [title for title in mixed.charts() if "(SYNTETISKE TAL)" in title] == [
        "Særligt dyre sager, brutto: fra april 2026 til maj 2026 (SYNTETISKE TAL)"
    ]
    assert wording.SYNTHETIC in mixed.shown.properties.description


def test_reported_figures_carry_no_mark(warehouse, tmp_path):
    reported = written_book(changed(warehouse, tmp_path / "r.duckdb", origin_set_to(warehouse, "reported")), tmp_path)
    with zipfile.ZipFile(reported.file) as archive:
        found = [name for name in archive.namelist() if b"yntetisk" in archive.read(name).lower()]
    assert found == []
    assert [sheet for sheet in SHEETS if wording.ORIGINS["reported"] in reported.text(sheet)] == SHEETS[:-1]


def test_the_same_publication_gives_the_same_files(published, tmp_path):
    for name in ("brief.xlsx", "brief.html"):
        for folder in ("a", "b"):
            (tmp_path / folder).mkdir(exist_ok=True)
            write_brief(published, tmp_path / folder / name)
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_charts_have_titles_axes_and_sources(book):
    for title, said in book.charts().items():
        assert len(title) > 20
        assert "Kilde: arket " in said, title
        assert re.search(r"(Kr\.|Mio\. kr\.)", said), title
        assert "Realiseret til og med maj 2026" in said
    with zipfile.ZipFile(book.file) as archive:
        for name in archive.namelist():
            if name.startswith("xl/charts/chart"):
                assert not re.search(r"<c:numCache>.*?<c:ptCount val=\"0\"", archive.read(name).decode())


def test_sheets_print_and_filter_as_they_should(book):
    for sheet in book.formulas:
        assert sheet.page_setup.orientation == "landscape"
        # one page wide is what the format means by leaving the width out
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (9, None, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.print_area
        assert "&P" in sheet.oddFooter.right.text
        if sheet.title != "Bevægelser":
            assert sheet.freeze_panes
            assert sheet.print_title_rows
        if sheet.title in ("Stationer", "Linjer pr. måned", "Særligt dyre sager", "Bro", "Afstemning"):
            first, last = sheet.auto_filter.ref.split(":")
            assert int(re.sub(r"\D", "", last)) > int(re.sub(r"\D", "", first))
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float) or cell.data_type == "f":
                    assert cell.number_format.startswith("[$-406]"), (sheet.title, cell.coordinate)


def test_text_that_would_run_as_a_formula_is_made_text(warehouse, tmp_path):
    texts = ["=1+1", "+1", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0", " -1", "\n=1"]
    assert [safe_text(text) for text in texts] == [f"'{text}" for text in texts]
    assert safe_text("-1+cmd|' /C calc'!A0") == "\N{MINUS SIGN}1+cmd|' /C calc'!A0"
    assert safe_text("Temadage - 2026 = alt") == "Temadage - 2026 = alt"
    injected = """
        update marts.fct_station_effect set station_name = '=1+1' where station_no = 2;
        update marts.fct_station_effect set measurement_note = '@SUM(A1)' where station_no = 6;
        update marts.dim_budget_line set line_name = '+1' where line_id = 'fp2024-6-1';
        update marts.rpt_reconciliation set explanation = '-2+3', chosen_value = '=HYPERLINK("x")'
        where verdict = 'documented';
    """
    book = written_book(changed(warehouse, tmp_path / "injected.duckdb", injected), tmp_path)
    neutralised = 0
    for sheet in book.formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "s":
                    assert cell.value.lstrip()[:1] not in tuple("=+-@"), (sheet.title, cell.coordinate)
                    if cell.value.startswith("'"):
                        assert cell.quotePrefix
                        neutralised += 1
                elif cell.data_type == "f":
                    assert "HYPERLINK" not in cell.value
                    assert cell.value != "=1+1"
    assert neutralised == 4 + 4 + 12 + 14
