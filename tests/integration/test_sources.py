"""The seeds compared with the documents themselves, which are not kept in the project.

FINGERPLAN_SOURCES names the folder they lie in (default `../shared/sources` beside the project). Without them these
tests are skipped, and say so; the batch controls and totals of the dbt tests hold everywhere.
"""

import csv
import hashlib
import os
import re
from pathlib import Path

import pytest

from tests.support.project import ROOT

SOURCES = Path(os.environ.get("FINGERPLAN_SOURCES") or ROOT.parent / "shared" / "sources")
PUBLISHED = ROOT / "seeds" / "documents"
OTHER_EXTRACTION = "fingerplan_2024_27__ocr.txt"

pytestmark = pytest.mark.skipif(
    not SOURCES.is_dir(),
    reason=f"SKIPPED: the documents are not at {SOURCES}; set FINGERPLAN_SOURCES to compare with them",
)


def read_seed(name: str) -> list[dict[str, str]]:
    with (ROOT / "seeds" / f"{name}.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def lines_of(document: dict[str, str]) -> list[str]:
    return (SOURCES / document["file_name"]).read_text(encoding="utf-8").split("\n")


DOCUMENTS = {row["document_id"]: row for row in read_seed("documents/source_documents") if row["file_name"]}
TABLES = {row["table_id"]: row for row in read_seed("documents/printed_tables")}
FIGURES = [
    row
    for seed in ("plan_table_cells", "minutes_table_cells", "text_figures")
    for row in read_seed(f"documents/{seed}")
    if row["value_as_printed"]
]
REVISIONS = [
    {**row, "value_as_printed": row["revised_value_as_printed"]}
    for row in read_seed("documents/cell_revisions")
    if row["revised_value_as_printed"]
]


@pytest.mark.parametrize("document_id", DOCUMENTS)
def test_the_documents_are_the_ones_the_lines_were_counted_in(document_id):
    document = DOCUMENTS[document_id]
    content = (SOURCES / document["file_name"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == document["sha256"]
    assert len(content.decode().removesuffix("\n").split("\n")) == int(document["line_count"])


def test_every_figure_stands_on_its_source_line():
    lines = {document_id: lines_of(document) for document_id, document in DOCUMENTS.items()}
    elsewhere = []
    for row in FIGURES + REVISIONS:
        document_id = row.get("document_id") or TABLES[row["table_id"]]["document_id"]
        line = lines[document_id][int(row["source_line"]) - 1]
        if not re.search(rf"(?<![\d,.]){re.escape(row['value_as_printed'])}(?!\d|[.,]\d)", line, re.I):
            elsewhere.append((row["table_id"], row["value_as_printed"], row["source_line"]))
    assert elsewhere == []
    assert len(FIGURES) > 353


def test_every_label_of_the_minutes_stands_where_its_figures_do():
    minutes = "sau_minutes_2026_06_09"
    lines = lines_of(DOCUMENTS[minutes])
    elsewhere = []
    for row in read_seed("documents/minutes_table_cells"):
        if row["document_id"] != minutes:
            continue  # a row of later minutes has its labels there, and the table its head here
        at = int(row["source_line"]) - 1
        # a label may go on below its figure (SAU-04 row 9)
        beside = " ".join(lines[at : at + 3]).replace(f"\t{row['value_as_printed']} ", " ")
        head_line = int(TABLES[row["table_id"]]["header_line"]) - 1
        head = "\n".join(lines[head_line : head_line + 5])
        parts = [(part, beside) for part in row["row_label"].split(" / ")]
        parts += [(part, head) for part in row["column_label"].split(" / ")]
        for part, text in parts:
            if " ".join(part.split()) not in " ".join(text.split()):
                elsewhere.append((row["table_id"], row["row_no"], row["column_no"], part))
    assert elsewhere == []


def test_the_tables_have_the_numbers_that_were_counted_in_them():
    given = SOURCES.parent / "published_tables.csv"
    if not given.is_file():
        pytest.skip(f"SKIPPED: no list of the printed tables at {given}")
    with given.open(encoding="utf-8") as stream:
        listed = {row["table_id"]: row for row in csv.DictReader(stream)}
    ours = {table_id: row for table_id, row in TABLES.items() if row["is_table"] == "1"}
    assert set(ours) == set(listed)
    for table_id, row in listed.items():
        counted = [ours[table_id][column] for column in ("row_count", "column_count", "numeric_cells")]
        assert counted == [row["rows"], row["columns"], row["numeric_cells"]], table_id
    assert sum(int(row["numeric_cells"]) for row in ours.values()) == 353


def test_the_other_extraction_of_the_plan_prints_the_same_rows():
    """Its tables are tab-separated: each row of a seed must be the last cells of one of its rows."""
    text = (SOURCES / OTHER_EXTRACTION).read_text(encoding="utf-8")
    plain = re.sub(r"<[^>]+>|\*|\\", "", text)
    rows = {tuple(re.sub(r"\s", "", cell) for cell in line.split("\t")) for line in plain.split("\n")}
    cells: dict[tuple[str, str], list[str]] = {}
    for row in read_seed("documents/plan_table_cells"):
        cells.setdefault((row["table_id"], row["row_no"]), []).append(re.sub(r"[\s*]", "", row["value_as_printed"]))
    missing = [key for key, values in cells.items() if not any(row[-len(values) :] == tuple(values) for row in rows)]
    assert missing == []
