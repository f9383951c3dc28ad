"""What a user added to the seeds of an older checkout is taken over whole, or nothing is."""

import csv
import re
import shutil
from pathlib import Path

import pytest

from fingerplan.errors import REJECTED, Refused
from fingerplan.minutes.registry.upgrade import upgrade_seeds
from tests.support.project import ROOT

MONTH = {"row_no": "8", "row_label": "Juni 2026", "document_id": "sau_minutes_2026_08_11"}
DOCUMENT = {
    "document_id": "sau_minutes_2026_08_11", "document_title": "Referat", "publisher": "Randers Kommune",
    "document_date": "2026-08-11", "file_name": "august.txt", "sha256": "a" * 64, "line_count": "150",
    "document_note": "",
}  # fmt: skip


def read(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(file: Path, rows: list[dict[str, str]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def seeds_of(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted((root / "seeds").rglob("*.csv"))}


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A project with today's seeds."""
    shutil.copytree(ROOT / "seeds", tmp_path / "new" / "seeds")
    shutil.copy(ROOT / "dbt_project.yml", tmp_path / "new")
    return tmp_path / "new"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The same seeds in the folders and shapes of versions before 2026-12, with a month that a user has written."""
    old = tmp_path / "old" / "seeds"
    shutil.copytree(ROOT / "seeds", old)
    (old / "documents").rename(old / "published")
    (old / "checks").rename(old / "reconciliation")
    checks, terms = read(old / "reconciliation" / "checks.csv"), read(old / "reconciliation" / "check_terms.csv")
    is_line = re.compile(r"[A-Z]+-[0-9]+\.[rc][0-9]+").fullmatch
    lines = {check["check_id"]: check for check in checks if is_line(check["figure_id"])}
    rules = []
    for term in terms:
        if check := lines.get(term["check_id"]):
            table_id, place = check["figure_id"].split(".")
            term_table_id, term_place = term["figure_id"].split(".")
            rules.append({
                "rule_id": check["check_id"], "check_kind": check["check_kind"], "rule_name": check["description"],
                "table_id": table_id, "axis": "row" if place[0] == "r" else "column", "position": place[1:],
                "term_table_id": term_table_id, "term_position": term_place[1:], "coefficient": term["coefficient"],
            })  # fmt: skip
    rules.append({**rules[0], "rule_id": "ours", "rule_name": "Vores egen", "table_id": "FP-12", "position": "1"})
    write(old / "reconciliation" / "table_rules.csv", rules)
    write(old / "reconciliation" / "text_claims.csv", [one for one in checks if one["check_id"] not in lines])
    write(old / "reconciliation" / "text_claim_terms.csv", [one for one in terms if one["check_id"] not in lines])
    (old / "reconciliation" / "checks.csv").unlink()
    (old / "reconciliation" / "check_terms.csv").unlink()
    write(old / "published" / "source_documents.csv", [*read(old / "published" / "source_documents.csv"), DOCUMENT])
    cells = read(old / "published" / "minutes_table_cells.csv")
    may = [cell for cell in cells if cell["table_id"] == "SAU-09" and cell["row_no"] == "7"]
    at = cells.index(may[-1]) + 1
    june = [{**cell, **MONTH} for cell in may]
    write(old / "published" / "minutes_table_cells.csv", [*cells[:at], *june, *cells[at:]])
    tables = read(old / "published" / "printed_tables.csv")
    for table in tables:
        if table["table_id"] == "SAU-09":
            table["row_count"] = "8"  # what the command counts again is no conflict
    write(old / "published" / "printed_tables.csv", tables)
    return old.parent


def test_the_rows_of_the_user_are_taken_over(new, old):
    before = seeds_of(new)
    files, rows = upgrade_seeds(new, old)
    assert rows == 1 + 8 + 2  # a document, a month, a check with its term
    assert {file.name for file in files} == {
        "source_documents.csv", "minutes_table_cells.csv", "printed_tables.csv", "checks.csv", "check_terms.csv",
    }  # fmt: skip
    assert {name for name, content in seeds_of(new).items() if content != before[name]} == set(map(str, files))
    cells = read(new / "seeds" / "documents" / "minutes_table_cells.csv")
    rows_of_series = [int(cell["row_no"]) for cell in cells if cell["table_id"] == "SAU-09"]
    assert rows_of_series == [row for row in range(1, 9) for _ in range(8)]
    assert read(new / "seeds" / "documents" / "source_documents.csv")[-1] == DOCUMENT
    table = next(row for row in read(new / "seeds" / "documents" / "printed_tables.csv") if row["table_id"] == "SAU-09")
    assert (table["row_count"], table["numeric_cells"]) == ("8", "64")
    ours = {"check_id": "ours", "check_kind": "sum", "description": "Vores egen", "figure_id": "FP-12.r1"}
    assert read(new / "seeds" / "checks" / "checks.csv")[-1] == ours
    term = {"check_id": "ours", "role": "numerator", "figure_id": "FP-01.r1", "coefficient": "1"}
    assert read(new / "seeds" / "checks" / "check_terms.csv")[-1] == term


def test_a_second_time_writes_nothing(new, old):
    upgrade_seeds(new, old)
    before = seeds_of(new)
    assert upgrade_seeds(new, old) == ([], 0)
    assert seeds_of(new) == before


def test_a_checkout_of_today_has_nothing_to_take_over(new):
    assert upgrade_seeds(new, ROOT) == ([], 0)


@pytest.mark.parametrize(
    ("seed", "before", "after", "words"),
    [
        ("published/minutes_table_cells.csv", ",166,cases", ",167,cases", ["table_cells.csv", "'166'", "'167'"]),
        ("published/source_documents.csv", "sau_minutes_2026_08_11", "sau_minutes_2026_09_08", ["document_id"]),
        ("published/danish_months.csv", "januar", "januar", ["no such seed"]),
    ],
    ids=["other content", "a reference to nothing", "an unknown seed"],
)
def test_what_conflicts_is_refused_and_nothing_is_written(new, old, seed, before, after, words):
    file = old / "seeds" / seed
    text = file.read_text(encoding="utf-8")
    assert before in text
    if before == after:
        file.rename(file.with_name("of_another_version.csv"))
    else:
        file.write_text(text.replace(before, after, 1), encoding="utf-8")
    kept = seeds_of(new)
    with pytest.raises(Refused) as refused:
        upgrade_seeds(new, old)
    assert refused.value.exit_code == REJECTED
    assert all(word in "\n".join(refused.value.findings) for word in words), refused.value.findings
    assert seeds_of(new) == kept
    assert not list(new.glob(".seeds-*"))


def test_a_folder_without_seeds_is_refused(new, tmp_path):
    with pytest.raises(Refused, match="no seeds in it"):
        upgrade_seeds(new, tmp_path / "empty")
