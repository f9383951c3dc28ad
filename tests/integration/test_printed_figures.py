"""The warehouse reads printed numbers and judges checks as the fixtures say, which Python is tested on too.

A small project of the models that do it, over the rows of the fixtures instead of the seeds.
"""

import csv
import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from tests.support.printed_figures import PrintedNumber, VerdictCase, printed_numbers, verdict_cases
from tests.support.project import ROOT, run_dbt

MODELS = ["stg_documents__prints", "int_checks__sums", "int_checks__intervals", "rpt_reconciliation"]
SHIPPED = ["units", "number_words"]
SEEDS = ["printed_tables", "plan_table_cells", "minutes_table_cells", "cell_revisions", "text_figures",
         "known_discrepancies", "int_checks__terms", "texts"]  # fmt: skip
FIGURES = """
select figure_id, table_id, 0 as is_table, unit, value, half_unit from {{ ref('stg_documents__prints') }}
"""
NO_FIGURES = """
select figure_id, value as first_value, document_id as first_document_id, source_line as first_source_line,
    document_id, source_line
from {{ ref('stg_documents__prints') }} limit 0
"""
NO_EXTRACTS = """
select check_id, check_kind, description, printed_figure_id, table_id, printed_value, printed_half, computed_value
from {{ ref('int_checks__intervals') }} limit 0
"""
MATCHES = """
select figure_id, {{ matches_pattern('printed', var('printed_number_pattern')) }} as is_number
from {{ ref('texts') }}
"""
OWN_MODELS = {
    "int_checks__figures": FIGURES,
    "stg_documents__figures": NO_FIGURES,
    "int_checks__extract_checks": NO_EXTRACTS,
    "matches": MATCHES,
}


def write_rows(file: Path, columns: list[str], rows: list[dict[str, object]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def make_seed(project: Path, name: str, types: dict[str, str], rows: list[dict[str, object]]) -> None:
    write_rows(project / "seeds" / f"{name}.csv", list(types), rows)
    declared = {"seeds": [{"name": name, "config": {"column_types": types}}]}
    (project / "seeds" / f"{name}.yml").write_text(yaml.safe_dump(declared))


def declared_types() -> dict[str, dict[str, str]]:
    files = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in (ROOT / "seeds").rglob("*.yml")]
    return {seed["name"]: seed["config"]["column_types"] for file in files for seed in file["seeds"]}


def figure(figure_id: str, printed: str, unit: str) -> dict[str, object]:
    return {"figure_id": figure_id, "table_id": "T", "row_no": 1, "value_as_printed": printed, "unit": unit}


def rows_of_the_fixtures() -> dict[str, list[dict[str, object]]]:
    """The fixtures as rows of the seeds that the models read."""
    numbers = list(enumerate(printed_numbers()))
    figures = [figure(f"number/{at}", one.printed, "days") for at, one in numbers if one.is_number]
    terms: list[dict[str, object]] = []
    known: list[dict[str, object]] = []
    for at, case in enumerate(verdict_cases()):
        figures.append(figure(f"case/{at}", case.printed, case.unit))
        for number, one in enumerate(case.terms):
            figures.append(figure(f"term/{at}/{number}", one.printed, one.unit))
            terms.append({
                "check_id": f"check/{at}", "check_kind": "text_claim", "description": case.claim,
                "printed_figure_id": f"case/{at}", "role": one.role, "term_figure_id": f"term/{at}/{number}",
                "coefficient": one.coefficient,
            })  # fmt: skip
        if case.known:
            printed, computed = case.known
            known.append({"check_id": f"check/{at}", "printed_value": printed, "computed_value": computed})
    return {
        "text_figures": figures,
        "known_discrepancies": known,
        "printed_tables": [{"table_id": "T"}],
        "int_checks__terms": terms,
        "texts": [{"figure_id": f"number/{at}", "printed": one.printed} for at, one in numbers],
    }


def make_project(project: Path) -> None:
    (project / "seeds").mkdir()
    (project / "models").mkdir()
    rows = rows_of_the_fixtures()
    types = declared_types()
    columns = dict.fromkeys(rows["int_checks__terms"][0], "varchar")
    types["int_checks__terms"] = {**columns, "coefficient": "decimal(18,6)"}
    types["texts"] = {"figure_id": "varchar", "printed": "varchar"}
    for name in SEEDS:
        make_seed(project, name, types[name], rows.get(name, []))
    for name in SHIPPED:
        make_seed(project, name, types[name], [])
        shutil.copy(ROOT / "seeds" / "documents" / f"{name}.csv", project / "seeds")
    for name in MODELS:
        shutil.copy(next((ROOT / "models").rglob(f"{name}.sql")), project / "models")
    for name, sql in OWN_MODELS.items():
        (project / "models" / f"{name}.sql").write_text(sql)
    ours = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    (project / "dbt_project.yml").write_text(
        yaml.safe_dump(
            {
                "name": "printed_figures",
                "profile": "printed_figures",
                "macro-paths": [str(ROOT / "macros")],
                "models": {"+materialized": "table"},
                "seeds": {"+quote_columns": False},
                "vars": ours["vars"],
            }
        )
    )
    output = {"type": "duckdb", "path": str(project / "printed.duckdb"), "schema": "main"}
    profile = {"printed_figures": {"target": "x", "outputs": {"x": output}}}
    (project / "profiles.yml").write_text(yaml.safe_dump(profile))


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory):
    project = tmp_path_factory.mktemp("printed_figures")
    make_project(project)
    outcome = run_dbt(project, "build", "--profiles-dir", str(project))
    assert outcome.returncode == 0, outcome.stdout
    with duckdb.connect(str(project / "printed.duckdb"), read_only=True) as opened:
        yield opened


NUMBERS = [pytest.param(at, one, id=repr(one.printed)) for at, one in enumerate(printed_numbers())]
CASES = [pytest.param(at, case, id=case.claim) for at, case in enumerate(verdict_cases())]


@pytest.mark.parametrize(("at", "case"), NUMBERS)
def test_a_printed_number_is_read_as_the_fixture_says(connection, at: int, case: PrintedNumber):
    matches = connection.execute("select is_number from matches where figure_id = ?", [f"number/{at}"]).fetchone()
    assert matches == ((None if case.printed == "" else case.is_number),)
    if case.is_number:
        read = connection.execute(
            "select value, half_unit from stg_documents__prints where figure_id = ?", [f"number/{at}"]
        ).fetchone()
        assert read == (case.number, case.half_unit)


@pytest.mark.parametrize(("at", "case"), CASES)
def test_the_verdict_is_that_of_the_fixture(connection, at: int, case: VerdictCase):
    verdict, *interval = connection.execute(
        """
        select verdict, report.computed_value, computed_low, computed_high
        from rpt_reconciliation as report inner join int_checks__intervals using (check_id)
        where check_id = ?
        """,
        [f"check/{at}"],
    ).fetchone()
    assert verdict == case.verdict
    assert tuple(interval) == (case.interval or (None, None, None))
