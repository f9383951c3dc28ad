"""The export of the sample is marked as such, and holds no small group."""

import csv
from pathlib import Path

from fingerplan.outputs.export import FEWEST, LEVELS
from tests.support.project import run_fingerplan


def test_the_export_is_marked_and_holds_no_small_group(built: Path, tmp_path: Path):
    out = tmp_path / "shared.csv"
    warehouse = str(built / "warehouse" / "dev" / "fingerplan.duckdb")
    outcome = run_fingerplan(built, "export", "--out", str(out), FINGERPLAN_WAREHOUSE=warehouse)
    assert outcome.returncode == 0, outcome.stderr
    with out.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["data_origin"] for row in rows} == {"sample"}
    assert not {"refund_dkk", "net_dkk"} & set(rows[0]), "only some of a group's cases have a refund"
    assert {row["month"] for row in rows} == {"2026-05-01"}
    shown = [row for row in rows if not row["suppressed"]]
    assert 10 < len(shown) < len(rows)
    assert min(int(row["cases"]) for row in shown) >= FEWEST
    assert all(row[column] == "" for row in rows if row["suppressed"] for column in ("cases", "gross_dkk"))
    total = next(row for row in rows if all(row[level] == "all" for level in LEVELS))
    assert (total["cases"], total["gross_dkk"]) == ("285", "38436300.00")
    outcome = run_fingerplan(built, "export", "--out", str(out), "--month", "2031-01", FINGERPLAN_WAREHOUSE=warehouse)
    assert outcome.returncode == 2
    assert "no cases of 2031-01" in outcome.stderr
