import shutil
from pathlib import Path

import pytest

from fingerplan.errors import Refused
from fingerplan.minutes.registry.seed_files import SeedFile, SeedFiles, change_seeds, update_controls
from tests.support.project import ROOT

NAMES = ["source_documents", "printed_tables", "minutes_table_cells", "plan_table_cells"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    shutil.copy(ROOT / "dbt_project.yml", tmp_path)
    return tmp_path


def seeds_of(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (root / "seeds").rglob("*.csv")}


def rename(files: SeedFiles) -> None:
    files["source_documents"].rows[0]["document_title"] = "Et andet navn"
    files["printed_tables"].rows[0]["table_title"] = "Et andet navn"


def test_nothing_changed_is_no_file(root):
    before = seeds_of(root)
    assert change_seeds(root, NAMES, lambda files: None) == []
    assert seeds_of(root) == before


def test_only_the_changed_files_are_written(root):
    files = change_seeds(root, NAMES, rename)
    assert [file.name for file in files] == ["source_documents.csv", "printed_tables.csv"]
    assert "Et andet navn" in (root / files[0]).read_text(encoding="utf-8")
    assert not list(root.glob(".seeds-*"))


def test_seeds_that_are_not_as_declared_are_not_written(root):
    before = seeds_of(root)

    def break_a_key(files: SeedFiles) -> None:
        files["source_documents"].rows.pop(0)

    with pytest.raises(Refused):
        change_seeds(root, NAMES, break_a_key)
    assert seeds_of(root) == before


def test_a_row_goes_below_the_last_one_of_its_table(root):
    file = SeedFile(root / "seeds" / "documents" / "minutes_table_cells.csv")
    file.add(table_id="SAU-01", row_no=1, column_no=9, unit="mdkk")
    at = next(at for at, row in enumerate(file.rows) if row["column_no"] == "9")
    assert (file.rows[at - 1]["table_id"], file.rows[at + 1]["table_id"]) == ("SAU-01", "SAU-02")
    file.sort_cells("SAU-01")
    own = [(int(row["row_no"]), int(row["column_no"])) for row in file.rows if row["table_id"] == "SAU-01"]
    assert own == sorted(own)


def test_controls_are_those_that_the_seeds_ship_with(root):
    files = {name: SeedFile(next(root.glob(f"seeds/*/{name}.csv"))) for name in NAMES}
    shipped = [dict(row) for row in files["printed_tables"].rows]
    for row in shipped:
        if row["is_table"] == "1":
            update_controls(files, row["table_id"])
    counts = ("row_count", "column_count", "numeric_cells")
    assert [[row[name] for name in counts] for row in files["printed_tables"].rows] == [
        [row[name] for name in counts] for row in shipped
    ]
