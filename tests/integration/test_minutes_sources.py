"""`fingerplan minutes` finds in the published documents what the seeds have of them."""

import pytest

from fingerplan import minutes as committee_minutes
from tests.support.minutes_documents import seed_rows
from tests.support.minutes_reading import (
    MAP,
    MINUTES,
    OTHER_PLAN,
    PLAN,
    SOURCES,
    figures,
    numbers,
    read,
    shipped,
    with_sources,
)
from tests.support.pdf_printing import print_as_document, print_as_lines
from tests.support.project import ROOT


@with_sources
@pytest.mark.parametrize(("name", "seed"), [(PLAN, "plan_table_cells"), (MINUTES, "minutes_table_cells")])
def test_the_seeds_come_out_of_the_documents(name, seed):
    reading = read(SOURCES / name)
    found = [
        {
            "table_id": table.table_id,
            "row_no": str(row_no),
            "column_no": str(column_no),
            "row_label": row.label,
            "column_label": column,
            "value_as_printed": cell.value.printed,
            "unit": cell.unit,
            "source_line": str(cell.line),
        }
        for table in reading.tables
        for row_no, row in enumerate(table.rows, 1)
        for column_no, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True), 1)
    ]
    assert found == [{column: row[column] for column in found[0]} for row in shipped(seed_rows(seed))]


@with_sources
def test_both_extractions_of_the_plan_give_the_same():
    one, other = figures(read(SOURCES / PLAN)), figures(read(SOURCES / OTHER_PLAN))
    assert {at: cell[:3] for at, cell in one.items()} == {at: cell[:3] for at, cell in other.items()}
    lines = (SOURCES / OTHER_PLAN).read_text(encoding="utf-8").split("\n")
    assert all(printed in lines[line - 1] for printed, _, _, line in other.values())


@with_sources
def test_every_printed_number_has_its_line():
    lines = {name: (SOURCES / name).read_text(encoding="utf-8").split("\n") for name in (PLAN, MINUTES)}
    found = [(name, cell) for name in lines for cell in figures(read(SOURCES / name)).values() if cell[1] is not None]
    assert len(found) == 353
    assert all(printed in lines[name][line - 1] for name, (printed, _, _, line) in found)


@with_sources
@pytest.mark.parametrize("name", [PLAN, OTHER_PLAN, MINUTES])
def test_the_figures_of_running_text_come_out_of_the_documents(name):
    read_minutes = committee_minutes.read(ROOT, SOURCES / name)
    table_id = "SAU-TEXT" if name == MINUTES else "FP-TEXT"
    found = {s.figure.figure_id: (s.value.printed.lower(), str(s.line)) for s in read_minutes.statements}
    seeded = {
        row["figure_id"]: (row["value_as_printed"].lower(), row["source_line"])
        for row in seed_rows("text_figures")
        if row["table_id"] == table_id
    }
    if name == OTHER_PLAN:  # other lines
        found, seeded = ({at: value[0] for at, value in given.items()} for given in (found, seeded))
    assert found == seeded
    assert committee_minutes.warnings(read_minutes) == []


@with_sources
def test_the_names_of_the_map_come_out_of_it():
    names = committee_minutes.read(ROOT, SOURCES / MAP).names
    tracks = [(str(name.track_no), name.name, name.goal, str(name.line)) for name in names if name.kind == "track"]
    assert tracks == [
        (row["track_no"], row["track_name"], row["track_goal"], row["source_line"]) for row in seed_rows("tracks")
    ]
    stations = [(str(name.track_no), name.name, str(name.line)) for name in names if name.kind == "station"]
    only_here = [row for row in seed_rows("stations") if row["document_id"] == "fingerplan_map"]
    assert {(row["track_no"], row["station_name"], row["source_line"]) for row in only_here} <= set(stations)
    assert all(name.is_known for name in names)


@with_sources
def test_a_pdf_of_the_documents_gives_the_same_as_their_text(tmp_path):
    text = (SOURCES / MINUTES).read_text(encoding="utf-8")
    print_as_document(text, tmp_path / "minutes.pdf")
    assert numbers(read(tmp_path / "minutes.pdf")) == numbers(read(SOURCES / MINUTES))
    print_as_lines((SOURCES / PLAN).read_text(encoding="utf-8"), tmp_path / "plan.pdf")
    assert numbers(read(tmp_path / "plan.pdf")) == numbers(read(SOURCES / PLAN))
