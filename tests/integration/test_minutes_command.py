"""The command `fingerplan minutes`: what it prints, refuses and writes, and what the warehouse makes of it."""

import json
import random
import re
import subprocess
from pathlib import Path

import pytest

from fingerplan.errors import Refused
from fingerplan.minutes.source.document import read_document
from tests.support import minutes_documents as documents
from tests.support.minutes_reading import written
from tests.support.project import run_dbt, run_fingerplan


def seeds_of(project: Path) -> dict[str, bytes]:
    return {str(path.relative_to(project)): path.read_bytes() for path in project.glob("seeds/**/*") if path.is_file()}


def test_the_command_reports_and_writes_json(project, tmp_path):
    before = seeds_of(project)
    out = tmp_path / "figures.json"
    said = run_fingerplan(
        project, "minutes", str(written(tmp_path, documents.minutes().text())), "--json", str(out)
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert said.stderr == ""
    assert "0 cells new, 0 revised, 226 the same" in said.stdout
    given = json.loads(out.read_text(encoding="utf-8"))
    assert len(given) == 222
    first = {"table_id": "SAU-01", "row_no": 1, "column_no": 2, "row_label": "Plejetilbud", "column_label": "2027"}
    assert {**first, "value": -4.7, "unit": "mdkk"}.items() <= given[0].items()
    line = documents.minutes().text().split("\n")[given[0]["source_line"] - 1]
    assert line == "Plejetilbud\t\t-4,7\t-4,7\t-4,7"
    assert seeds_of(project) == before


def test_the_command_refuses_in_lines_and_writes_nothing(project, tmp_path):
    before = seeds_of(project)
    path = written(tmp_path, documents.minutes().text().replace("\t84,5\t", "\t94,5\t", 1))
    said = run_fingerplan(project, "minutes", str(path), "--write", "--json", str(tmp_path / "figures.json"))
    assert said.returncode == 3
    assert "nothing was written" in said.stderr
    assert "Traceback" not in said.stderr
    assert not (tmp_path / "figures.json").exists()
    assert seeds_of(project) == before


def test_a_sentence_that_the_tables_contradict_is_warned_of(project, tmp_path):
    path = written(tmp_path, documents.minutes(rise="12,8").text())
    said = run_fingerplan(project, "minutes", str(path))
    assert said.returncode == 0
    assert re.search(r"line [0-9]+: the text says 12,8 .* and the tables give 11,8", said.stderr), said.stderr


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b"\n\n  \n", "is empty"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "neither text nor PDF"),
        ("novel.txt", "Det var en mørk og stormfuld aften i 1987.\n".encode() * 3000, "no table"),
        ("noise.txt", bytes(random.Random(1).randbytes(300_000)), "neither text nor PDF"),  # noqa: S311 - the same each time
        ("broken.pdf", b"%PDF-1.7\n%\xe2\xe3\n" + b"garbage " * 500, "cannot be read as PDF"),
        ("long.txt", b"1\t2 " * 20_000, "beyond"),
    ],
)
def test_what_is_no_document_ends_in_one_line(name, content, words, project, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    said = run_fingerplan(project, "minutes", str(path), "--write")
    assert said.returncode == 3
    assert said.stderr.startswith(name)
    assert words in said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_100_mb_of_noise_end_in_one_line(tmp_path):
    path = tmp_path / "noise.bin"
    with path.open("wb") as stream:
        stream.truncate(100 * 2**20)
        stream.write(b"noise")
    with pytest.raises(Refused, match=r"noise.bin: has 100 MB"):
        read_document(path)


def test_next_months_minutes_are_written_and_build_green(project, tmp_path):
    """New rows are added, revisions stand beside the first values, and the warehouse builds from it."""
    subprocess.run(["git", "init", "-q", "."], cwd=project, check=True)
    subprocess.run(["git", "add", "-A"], cwd=project, check=True)
    path = written(tmp_path, documents.next_minutes().text(), "referat.txt")
    said = run_fingerplan(project, "minutes", str(path), "--write")
    assert said.returncode == 0, said.stderr
    assert said.stderr == ""  # the sentence on the rise since May holds too
    diff = subprocess.run(
        ["git", "diff", "--unified=0"], cwd=project, check=True, capture_output=True, text=True
    ).stdout
    removed = re.findall(r"^-(?!--)(.*)$", diff, re.M)
    assert [line.split(",")[0] for line in removed] == ["SAU-07", "SAU-09"]  # their counts in printed_tables
    assert '+SAU-09,8,8,Juni 2026,Total / Udgift,"465,2",mdkk,sau_minutes_2026_08_11,' in diff
    assert '+SAU-10,5,8,1,"457,2","465,2",sau_minutes_2026_08_11,' in diff
    assert "+SAU-07,8,3,1,1.648,1.650,sau_minutes_2026_08_11," in diff
    assert '+SAU-04-2026-06-30,5,1,Buffer til nye sager 2026,Mio. kr.,"12,0",mdkk,sau_minutes_2026_08_11,' in diff
    assert "+sau_04_result-2026-06-30,sum," in diff

    after = seeds_of(project)
    again = run_fingerplan(project, "minutes", str(path), "--write")
    assert (again.returncode, "Nothing new to write" in again.stdout) == (0, True)
    older = run_fingerplan(
        project, "minutes", str(written(tmp_path, documents.minutes().text(), "juni.txt")), "--write"
    )  # fmt: skip
    assert (older.returncode, "Nothing new to write" in older.stdout) == (0, True), older.stderr
    assert "revised by a later document" in older.stdout
    assert seeds_of(project) == after

    outcome = run_dbt(project, "build")
    assert outcome.returncode == 0, outcome.stdout[-3000:]


def test_an_older_document_revises_nothing(project, tmp_path):
    path = written(tmp_path, documents.next_minutes().text())
    assert run_fingerplan(project, "minutes", str(path), "--write").returncode == 0
    text = documents.minutes().text().replace("\t1.648", "\t1.649")
    said = run_fingerplan(project, "minutes", str(written(tmp_path, text)), "--write")
    assert said.returncode == 3
    assert "an older document cannot revise it" in said.stderr


def test_a_plan_of_other_years_becomes_tables_of_its_own(project, tmp_path):
    text = documents.plan().text()
    for year in (2027, 2026, 2025, 2024):
        text = text.replace(str(year), str(year + 1))
    said = run_fingerplan(project, "minutes", str(written(tmp_path, text)), "--write")
    assert said.returncode == 0, said.stderr
    assert "FP-02-2025-2028: declare its lines and their method" in said.stdout
    cells = (project / "seeds/documents/plan_table_cells.csv").read_text(encoding="utf-8")
    assert "FP-01-2025-2028,8,2,Forventet effekt" in cells
    assert cells.count("fingerplan_2025_28,") == 112
    assert run_fingerplan(project, "minutes", str(written(tmp_path, text))).stdout.count("0 cells new, 0 revised") == 1


def test_refund_limits_of_a_new_year_are_known_from_then_on(project, tmp_path):
    document = documents.minutes("12-01-2027")
    limits = document.table("SAU-08")
    limits.head[0] = ["", "2027"]
    for row, cell in enumerate(("1.010.000 og derunder", "1.010.000", "1.970.000", "2.480.000")):
        limits.rows[row][1][0] = cell
    said = run_fingerplan(project, "minutes", str(written(tmp_path, document.text())), "--write")
    assert said.returncode == 0, said.stderr
    thresholds = (project / "seeds/high_cost_cases/refund_thresholds.csv").read_text(encoding="utf-8")
    assert "2027,50,1970000,0.50,sau_minutes_2027_01_12,SAU-08\n" in thresholds


def test_a_corrected_document_revises_and_the_first_one_does_not_undo_it(project, tmp_path):
    first = written(tmp_path, documents.next_minutes().text(), "first.txt")
    corrected = written(tmp_path, documents.next_minutes().text().replace("\t1.650", "\t1.651"), "corrected.txt")
    for path in (first, corrected):
        assert run_fingerplan(project, "minutes", str(path), "--write").returncode == 0
    before = seeds_of(project)
    revisions = before["seeds/documents/cell_revisions.csv"].decode()
    assert "SAU-07,8,3,2,1.650,1.651,sau_minutes_2026_08_11_2," in revisions
    said = run_fingerplan(project, "minutes", str(first), "--write")
    assert (said.returncode, "Nothing new to write" in said.stdout) == (0, True), said.stderr
    assert seeds_of(project) == before
