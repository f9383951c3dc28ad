from decimal import Decimal

from fingerplan.minutes.source.document import read_document
from fingerplan.minutes.tables.reader import read_tables
from fingerplan.minutes.verify.cells import CellFinder
from tests.support.minutes_documents import next_minutes
from tests.support.minutes_reading import known, written

FOLLOW_UP = "sidste opfølgning, der omfattede data fra maj 2026"


def value(cells: CellFinder, figure_id: str) -> Decimal | None:
    found = cells.interval(figure_id)
    return found.value if found else None


def test_a_cell_of_the_first_document_is_found_where_it_stands(reading_of):
    cells = CellFinder(reading_of(), known(), "")
    assert not cells.is_later
    assert value(cells, "SAU-09.r7.c1") == 164
    assert value(cells, "SAU-04.r8.c1") == 759_400_000
    assert value(cells, "SAU-01.r1.c1") is None  # blank
    assert value(cells, "SAU-06.r2.last_year") is None
    assert value(cells, "FP-01.r1.c1") is None


def test_the_last_row_of_a_series_is_the_last_one_now(tmp_path):
    reading = read_tables(read_document(written(tmp_path, next_minutes().text())), known())
    cells = CellFinder(reading, known(), FOLLOW_UP)
    assert cells.is_later
    assert value(cells, "SAU-09.r7.c1") == 165  # June, where the first document had May
    assert value(cells, "SAU-09.r6.c1") == 164  # May: the last follow-up
    assert value(cells, "SAU-09.r1.c1") is not None
