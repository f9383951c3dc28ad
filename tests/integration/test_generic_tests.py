"""Every generic test is shown to fail: a test that cannot turn red proves nothing."""

import json
import re

import pytest
import yaml

from tests.support.project import ROOT, run_dbt

PLAN = [("s1", 2024, "50.00"), ("s1", 2025, "-425.00"), ("s2", 2024, "-25.00")]
# a contract that the database does not enforce, as on DuckLake: otherwise the table itself would refuse a doubled key
PRIMARY_KEY = {"type": "primary_key", "columns": ["station_id", "plan_year"]}
VARIANTS = {
    "equal": PLAN,
    "missing_group": PLAN[:2],
    "extra_group": [*PLAN, ("s3", 2024, "1.00")],
    "null_key": [*PLAN[:2], (None, 2024, "-25.00")],
    "off_by_one_oere": [*PLAN[:2], ("s2", 2024, "-25.01")],
    "null_amount": [*PLAN[:2], ("s2", 2024, None)],
    "null_beside_an_amount": [*PLAN, ("s2", 2024, None)],
    "empty": [],
    "doubled_key": [*PLAN, PLAN[0]],
    "unknown_station": [*PLAN, ("s9", 2024, "0.00")],
}

PATTERN = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]["printed_number_pattern"]
PRINTED = {
    "printed_right": ["1.350", "- 1.350", "-200*", "4,45", "0.0", "+1", "990.000 og derunder", "Otte", "-", "2.388,5"],
    "printed_wrong": ["12.34.5"],
}

DECLARED = {
    "keys": [["station_id", "plan_year"]],
    "required": ["amount"],
    "references": [{"column": "station_id", "to": "ref('known_stations')", "field": "station_id"}],
    "accepted": {"plan_year": [2024, 2025]},
    "minimum_rows": 3,
}
SUMS = {
    "expression": "amount",
    "group_by": ["station_id", "plan_year"],
    "compare_to": "ref('equal')",
    "compare_expression": "amount",
}

# generic test -> variant -> whether it must fail
EXPECTED = {
    ("sums_match", "equal"): False,
    ("sums_match", "missing_group"): True,
    ("sums_match", "extra_group"): True,
    ("sums_match", "null_key"): True,
    ("sums_match", "off_by_one_oere"): True,
    ("sums_match", "null_amount"): True,
    ("sums_match", "null_beside_an_amount"): True,
    ("sums_match", "empty"): True,
    ("sums_match_within_one_oere", "off_by_one_oere"): False,
    ("sums_match_other_way", "missing_group"): True,
    ("sums_match_other_way", "extra_group"): True,
    ("sums_match_other_way", "null_key"): True,
    ("sums_match_other_way", "off_by_one_oere"): True,
    ("sums_match_other_way", "null_amount"): True,
    ("sums_match_other_way", "empty"): True,
    ("matches_declaration", "equal"): False,
    ("matches_declaration", "missing_group"): True,
    ("matches_declaration", "null_key"): True,
    ("matches_declaration", "null_amount"): True,
    ("matches_declaration", "doubled_key"): True,
    ("matches_declaration", "unknown_station"): True,
    ("matches_declaration", "empty"): True,
    ("matches_declaration_by_contract", "equal"): False,
    ("matches_declaration_by_contract", "null_key"): True,
    ("matches_declaration_by_contract", "doubled_key"): True,
    ("matches_declaration_by_contract_and_keys", "equal"): True,
    ("matches_declaration_years", "equal"): True,
    ("matches_declaration_without_amount", "null_amount"): False,
    ("matches_declaration_nullable", "null_amount"): False,
    ("matches_declaration_not_nullable", "null_amount"): True,
    ("matches_declaration_printed", "printed_right"): False,
    ("matches_declaration_printed", "printed_wrong"): True,
    ("sums_match_renamed", "equal"): False,
    ("sums_match_renamed", "off_by_one_oere"): True,
    ("sums_match_where", "missing_group"): False,
    ("sums_match_where", "off_by_one_oere"): False,
    ("every_row", "empty"): False,
    ("every_row", "equal"): False,
    ("every_row", "off_by_one_oere"): True,
    ("every_row", "null_amount"): True,
}


def select_rows(rows: list[tuple]) -> str:
    def cell(value, kind):
        return f"cast({'null' if value is None else repr(value)} as {kind})"

    selects = [
        f"select {cell(station, 'varchar')} as station_id, {cell(year, 'integer')} as plan_year,"
        f" {cell(amount, 'decimal(18, 2)')} as amount"
        for station, year, amount in rows or [(None, None, None)]
    ]
    return "\nunion all\n".join(selects) + ("" if rows else "\nlimit 0")


def arguments(test: str, variant: str) -> tuple[str, dict]:
    if test == "sums_match_within_one_oere":
        return "sums_match", {**SUMS, "tolerance": 0.01}
    if test == "sums_match_other_way":
        return "sums_match", {**SUMS, "compare_to": f"ref('{variant}')"}
    if test == "sums_match_renamed":
        renamed = {"compare_to": "ref('renamed')", "compare_group_by": ["station", "year_no"]}
        return "sums_match", {**SUMS, **renamed}
    if test == "sums_match_where":
        return "sums_match", {
            **SUMS,
            "group_by": ["plan_year"],
            "expression": "case when station_id = 's1' then amount else 0 end",
            "compare_where": "station_id = 's1'",
        }
    if test == "matches_declaration_by_contract":
        return "matches_declaration", {}
    if test == "matches_declaration_by_contract_and_keys":
        return "matches_declaration", {"keys": [["station_id"]]}
    if test == "matches_declaration_without_amount":
        return "matches_declaration", {**DECLARED, "required": []}
    if test in ("matches_declaration_nullable", "matches_declaration_not_nullable"):
        nullable = ["amount"] if test == "matches_declaration_nullable" else []
        accepted = {"amount": ["50.00", "-425.00"]}
        return "matches_declaration", {"keys": DECLARED["keys"], "accepted": accepted, "nullable": nullable}
    if test == "matches_declaration_printed":
        return "matches_declaration", {"keys": [["printed"]], "printed_numbers": ["printed"]}
    if test == "matches_declaration_years":
        return "matches_declaration", {**DECLARED, "accepted": {"plan_year": [2024]}}
    return test, {
        "sums_match": SUMS,
        "matches_declaration": DECLARED,
        "every_row": {"condition": "amount > -425.005 and amount <> -25.01"},
    }[test]


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    project = tmp_path_factory.mktemp("generic_tests")
    (project / "models").mkdir()
    models = {name: {"name": name, "data_tests": []} for name in [*VARIANTS, *PRINTED]}
    for test, variant in EXPECTED:
        generic, given = arguments(test, variant)
        on = "equal" if test == "sums_match_other_way" else variant
        if "by_contract" in test:
            on = f"{variant}_by_contract"
            models.setdefault(on, {"name": on, "constraints": [PRIMARY_KEY], "data_tests": []})
            (project / "models" / f"{on}.sql").write_text(select_rows(VARIANTS[variant]))
        models[on]["data_tests"].append({generic: {"name": f"{test}__{variant}", "arguments": given}})
    without_key = {"matches_declaration": {"name": "matches_declaration_without_a_key"}}
    models["number_words"] = {"name": "number_words", "data_tests": [without_key]}
    for name, rows in VARIANTS.items():
        (project / "models" / f"{name}.sql").write_text(select_rows(rows))
    for name, numbers in PRINTED.items():
        selects = [f"select '{number}' as printed" for number in numbers]
        (project / "models" / f"{name}.sql").write_text(" union all ".join(selects))
    (project / "models" / "number_words.sql").write_text("select 'otte' as number_word")
    (project / "models" / "renamed.sql").write_text(
        "select station_id as station, plan_year as year_no, amount from {{ ref('equal') }}"
    )
    (project / "models" / "known_stations.sql").write_text(
        "select 's1' as station_id union all select 's2' as station_id union all select 's3' as station_id"
    )
    (project / "models" / "models.yml").write_text(yaml.safe_dump({"models": list(models.values())}))
    (project / "dbt_project.yml").write_text(
        yaml.safe_dump(
            {
                "name": "generic_tests",
                "profile": "generic_tests",
                "macro-paths": [str(ROOT / "macros"), str(ROOT / "tests" / "data" / "generic")],
                "models": {"+materialized": "table"},
                "vars": {"printed_number_pattern": PATTERN},
                "data_tests": {"+store_failures": True, "+schema": "audit"},
            }
        )
    )
    output = {"type": "duckdb", "path": str(project / "generic.duckdb"), "schema": "main"}
    (project / "profiles.yml").write_text(yaml.safe_dump({"generic_tests": {"target": "x", "outputs": {"x": output}}}))
    run_dbt(project, "build", "--profiles-dir", str(project))
    results = json.loads((project / "target" / "run_results.json").read_text())["results"]
    return {result["unique_id"].split(".")[2]: result["status"] for result in results}


@pytest.mark.parametrize(("test", "variant"), EXPECTED)
def test_it_fails_when_it_must_and_only_then(outcomes, test, variant):
    assert outcomes[f"{test}__{variant}"] == ("fail" if EXPECTED[test, variant] else "pass")


def test_a_table_without_any_key_is_an_error(outcomes):
    assert outcomes["matches_declaration_without_a_key"] == "error"


def test_every_generic_test_of_the_project_is_tried_here(outcomes):
    ours = {path.stem for path in (ROOT / "tests" / "data" / "generic").glob("*.sql")}
    assert ours == {arguments(test, variant)[0] for test, variant in EXPECTED}


def test_every_comparison_says_what_would_be_lost():
    files = [*ROOT.glob("models/**/*.yml"), *ROOT.glob("seeds/**/*.yml")]
    declared = [yaml.safe_load(file.read_text(encoding="utf-8")) for file in files]
    tables = [table for content in declared for kind in ("models", "seeds") for table in content.get(kind, [])]
    tests = [test for table in tables for test in table.get("data_tests", [])]
    comparisons = [test[kind] for test in tests for kind in ("every_row", "sums_match") if kind in test]
    assert len(comparisons) >= 40
    assert [test["name"] for test in comparisons if not test.get("description")] == []


@pytest.mark.parametrize("printed", ["12.34.5", "5,3.1", "1e3", "1_000", "ca. 4", "1.5000", "--4", "1,", ",5", "1 350"])
def test_what_no_dane_prints_does_not_match_the_pattern(printed):
    assert not re.fullmatch(PATTERN, printed)
