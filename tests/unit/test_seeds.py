"""A bad seed is rejected in one line with file, row and column."""

import shutil
from pathlib import Path

import pytest

from fingerplan.errors import REJECTED, Refused
from fingerplan.seeds import MOST_FINDINGS, check_seeds
from tests.support.project import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The seeds to break, and what they are checked by."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    shutil.copy(ROOT / "dbt_project.yml", tmp_path)
    return tmp_path


def change(project: Path, seed: str, before: str, after: str) -> None:
    file = project / "seeds" / seed
    text = file.read_text(encoding="utf-8")
    assert text.count(before) >= 1, f"{before!r} no longer stands in {seed}"
    file.write_text(text.replace(before, after, 1), encoding="utf-8")


CASES = {
    "missing column": (
        "plan/stations.csv",
        "station_id,station_no,station_name",
        "station_id,station_name",
        "seeds/plan/stations.csv: row 1, column station_no: missing from the header",
    ),
    "unknown column": (
        "plan/tracks.csv",
        "track_goal,document_id",
        "track_goal,colour,document_id",
        "seeds/plan/tracks.csv: row 1, column colour: not declared",
    ),
    "swapped columns": (
        "plan/tracks.csv",
        "track_no,track_name",
        "track_name,track_no",
        "seeds/plan/tracks.csv: row 1: the columns are in another order",
    ),
    "text in a number column": (
        "plan/stations.csv",
        "fp2024-3,3,",
        "fp2024-3,tre,",
        "seeds/plan/stations.csv: row 4, column station_no: 'tre' is not a whole number",
    ),
    "danish decimal": (
        "high_cost_cases/refund_thresholds.csv",
        "850000",
        "850.000",
        "seeds/high_cost_cases/refund_thresholds.csv: row 2, column threshold_dkk: '850.000' does not fit",
    ),
    "decimal comma": (
        "high_cost_cases/refund_thresholds.csv",
        ",850000,",
        ',"850000,00",',
        "row 2, column threshold_dkk: '850000,00' is not a number",
    ),
    "doubled key": (
        "plan/stations.csv",
        "fp2024-3,3,",
        "fp2024-2,3,",
        "seeds/plan/stations.csv: row 4, column station_id: 'fp2024-2' is already in row 3",
    ),
    "unknown station": (
        "plan/budget_lines.csv",
        "fp2024-4-1,fp2024-4,",
        "fp2024-4-1,fp2024-9,",
        "row 9, column station_id: 'fp2024-9' is not a station_id in seeds/plan/stations.csv",
    ),
    "value that is not accepted": (
        "plan/budget_lines.csv",
        ",ledger,",
        ",guess,",
        "column method: 'guess' is not one of ledger, driver, case, none",
    ),
    "no value": (
        "plan/tracks.csv",
        "Et godt liv i egen bolig",
        "",
        "seeds/plan/tracks.csv: row 3, column track_name: empty",
    ),
    "printed number that is none": (
        "documents/plan_table_cells.csv",
        "2025,-3.950,",
        "2025,ca. fire,",
        "plan_table_cells.csv: row 31, column value_as_printed: 'ca. fire' is not a number as a Dane prints it",
    ),
    "word that is no number": (
        "documents/text_figures.csv",
        ",otte,",
        ",mange,",
        "column value_as_printed: 'mange' is not a number as a Dane prints it",
    ),
    "semicolons": (
        "documents/number_words.csv",
        "number_word,value",
        "number_word;value",
        "seeds/documents/number_words.csv: row 1: the fields are separated by semicolons",
    ),
    "byte order mark": (
        "plan/tracks.csv",
        "track_no,track_name",
        "\ufefftrack_no,track_name",
        "seeds/plan/tracks.csv: row 1: the file starts with a byte order mark",
    ),
    "doubled column": (
        "plan/tracks.csv",
        "track_name,track_goal",
        "track_name,track_name",
        "seeds/plan/tracks.csv: row 1, column track_name: appears twice",
    ),
    "week for a date": (
        "plan/budget_lines.csv",
        "2024-06-01",
        "2024-W22-6",
        "row 2, column effect_starts_on: '2024-W22-6' is not a date",
    ),
    "accepted value missing": (
        "economy/budget_tables.csv",
        "SAU-02,budget_followup",
        "SAU-02,",
        "seeds/economy/budget_tables.csv: row 2, column subject: empty",
    ),
    "no date": (
        "plan/budget_lines.csv",
        "2024-06-01",
        "2024-06-31",
        "row 2, column effect_starts_on: '2024-06-31' is not a date",
    ),
    "too many fields": (
        "plan/tracks.csv",
        "Et godt liv i egen bolig,",
        "Et godt liv, i egen bolig,",
        "seeds/plan/tracks.csv: row 3: 6 fields where the header has 5",
    ),
    "broken quotes": (
        "plan/tracks.csv",
        "Et godt liv i egen bolig",
        '"Et godt" liv',
        "seeds/plan/tracks.csv: not readable as CSV",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_bad_seed_is_named_by_file_row_and_column(project, case):
    seed, before, after, message = CASES[case]
    change(project, seed, before, after)
    with pytest.raises(Refused) as refusal:
        check_seeds(project)
    assert refusal.value.exit_code == REJECTED
    assert any(message in finding for finding in refusal.value.findings), refusal.value.findings
    assert all("\n" not in finding for finding in refusal.value.findings)


def test_the_shipped_seeds_pass(project):
    assert sum(len(seed.records) for seed in check_seeds(project).values()) > 1000


def test_a_file_in_windows_1252_is_named(project):
    file = project / "seeds" / "plan" / "tracks.csv"
    file.write_bytes(file.read_text(encoding="utf-8").encode("windows-1252"))
    with pytest.raises(Refused, match=r"seeds/plan/tracks\.csv: not readable as CSV in UTF-8"):
        check_seeds(project)


def test_a_missing_file_and_a_stray_file_are_named(project):
    (project / "seeds" / "plan" / "tracks.csv").rename(project / "seeds" / "plan" / "spor.csv")
    with pytest.raises(Refused) as refusal:
        check_seeds(project)
    text = str(refusal.value)
    assert "seeds/plan/tracks.csv: the file is missing" in text
    assert "seeds/plan/spor.csv: no declaration" in text


def test_an_empty_file_is_named(project):
    (project / "seeds" / "plan" / "tracks.csv").write_text("")
    with pytest.raises(Refused, match=r"seeds/plan/tracks\.csv: row 1, column track_no: missing from the header"):
        check_seeds(project)


@pytest.mark.parametrize("content", ["seeds:\n", "seeds: [{name: tracks}]\n", "- seeds\n", "seeds: {\n", "seeds: 1\n"])
def test_a_broken_declaration_is_named(project, content):
    (project / "seeds" / "plan" / "_plan__seeds.yml").write_text(content)
    with pytest.raises(Refused, match=r"seeds/plan/_plan__seeds\.yml: "):
        check_seeds(project)


def test_a_folder_in_place_of_a_file_is_named(project):
    file = project / "seeds" / "plan" / "tracks.csv"
    file.unlink()
    file.mkdir()
    with pytest.raises(Refused, match=r"seeds/plan/tracks\.csv: cannot be read"):
        check_seeds(project)


def test_many_findings_are_cut_to_a_screenful(project):
    change(project, "documents/units.csv", "tdkk,", "xdkk,")
    with pytest.raises(Refused) as refusal:
        check_seeds(project)
    assert len(refusal.value.findings) == MOST_FINDINGS + 1
    assert "more findings" in refusal.value.findings[-1]
