import csv
import shutil
from pathlib import Path

import pytest

from fingerplan.minutes.known_figures import load
from fingerplan.minutes.registry.compare import compare
from fingerplan.minutes.registry.write import write
from fingerplan.minutes.source.document import read_document
from fingerplan.minutes.tables.reader import read_tables
from fingerplan.seeds import check_seeds
from tests.support.minutes_documents import minutes, next_minutes
from tests.support.minutes_reading import known, written
from tests.support.project import ROOT


def rows(root: Path, name: str) -> list[dict[str, str]]:
    with next(root.glob(f"seeds/*/{name}.csv")).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "seeds", tmp_path / "project" / "seeds")
    shutil.copy(ROOT / "dbt_project.yml", tmp_path / "project")
    return tmp_path / "project"


def write_document(root: Path, text: str) -> list[Path]:
    reading = read_tables(read_document(written(root.parent, text)), known())
    return write(root, reading, compare(reading, known()), known())


def test_what_is_known_writes_nothing(root):
    assert write_document(root, minutes().text()) == []


def test_a_new_month_and_a_new_date_are_written_with_their_checks(root):
    files = write_document(root, next_minutes().text())
    assert {file.stem for file in files} == {
        "source_documents", "printed_tables", "checks", "check_terms", "minutes_table_cells", "cell_revisions",
    }  # fmt: skip
    new = load(check_seeds(root))
    assert new.tables["SAU-09"].rows[8] == "Juni 2026"
    assert new.tables["SAU-04-2026-06-30"].form_id == "SAU-04"
    budget = {check["check_id"]: check["figure_id"] for check in rows(root, "checks")}
    assert budget["sau_04_budget-2026-06-30"] == "SAU-04-2026-06-30.r3"
    terms = [row["figure_id"] for row in rows(root, "check_terms") if row["check_id"] == "sau_02_result-2026-06-30"]
    assert terms == ["SAU-02-2026-06-30.c2", "SAU-02-2026-06-30.c1"]
    assert rows(root, "cell_revisions")[0]["revised_value_as_printed"] == "1.650"
    assert rows(root, "source_documents")[-1]["document_date"] == "2026-08-11"


def test_limits_of_a_new_year_become_thresholds(root):
    document = minutes("11-05-2027")
    limits = document.table("SAU-08")
    limits.head[0].append("2027")
    for _, cells in limits.rows:
        cells.append(cells[-1].replace("990.000", "999.000"))
    limits.figure_columns += 1
    write_document(root, document.text())
    added = [row for row in rows(root, "refund_thresholds") if row["year"] == "2027"]
    assert {row["bracket"] for row in added} == {"25", "50", "75"}
    assert [row["threshold_dkk"] for row in added if row["bracket"] == "25"] == ["999000"]
