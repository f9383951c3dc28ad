"""A warehouse as version 0.1.0 left it is taken over by the next build: published file, archive and history."""

import hashlib
import json
import shutil
import stat

import duckdb

from benchmarks.deliveries import as_csv, sample_rows
from fingerplan.gate.delivery import canonical_text
from fingerplan.paths import Warehouse, as_sql
from tests.support.deliveries import PSEUDONYM, with_case_references
from tests.support.project import WITHOUT_TESTS, files_below, query, run_fingerplan

KEY = {"FINGERPLAN_PSEUDONYM_KEY": "a key of a municipality, forty characters"}
# the number and the name are made up
FINDING = "Sager Ingrid 010190-7391.csv: row 2, column service_code: 'SEL §85 Ingrid' is not one of the 5 known ones"


def age(warehouse: Warehouse) -> list[str]:
    """Make of a published month what version 0.1.0 would have left: no run numbers, values and names as delivered.

    Returns:
        The ids, which the source is said to have made as plain hashes.
    """
    (version,) = warehouse.archive.glob("cases/month=*/version=001")
    for file in version.iterdir():
        file.chmod(0o600)
    parquet, manifest = version / "extract.parquet", version / "manifest.json"
    with duckdb.connect() as connection:
        rows = f"read_parquet({as_sql(parquet)}, hive_partitioning = false)"
        hashed = f"select * replace (md5(case_id) as case_id) from {rows} order by case_id"
        connection.execute(f"create table aged as {hashed}")
        connection.execute(f"copy aged to {as_sql(parquet)} (format parquet)")
        found = connection.execute("select cast(columns(*) as varchar) from aged")
        text = canonical_text([[column[0] for column in found.description or ()]]) + canonical_text(found.fetchall())
        ids = [case_id for (case_id,) in connection.execute("select distinct case_id from aged").fetchall()]
    content = hashlib.sha256(text.encode()).hexdigest()
    said = json.loads(manifest.read_text(encoding="utf-8"))
    said |= {"key_id": None, "content_sha256": content, "file_name": "Sager_010190_7391.csv"}
    manifest.write_text(json.dumps(said), encoding="utf-8")
    warehouse.published.chmod(0o600)
    with duckdb.connect(str(warehouse.published)) as connection:
        connection.execute(f"update marts.dim_delivery set content_sha256 = {as_sql(content)}")
        connection.execute("drop table history.publication_version")
        connection.execute("alter table history.run drop column run_no")
        connection.execute("update history.run set fingerplan_version = '0.1.0'")
        connection.execute(
            "insert into history.run by name select * replace ('20260101T000000000000Z-1' as run_id,"
            f" 'rejected' as outcome, 3 as exit_code, {as_sql(FINDING)} as findings) from history.run"
        )
        shutil.rmtree(warehouse.history)
        for run_id, table in connection.execute(
            "select run_id, table_name from history.run cross join duckdb_tables() where schema_name = 'history'"
        ).fetchall():
            file = warehouse.history / run_id / f"{table}.parquet"
            file.parent.mkdir(parents=True, exist_ok=True)
            rows = f"(from history.{table} where run_id = {as_sql(run_id)})"
            connection.execute(f"copy {rows} to {as_sql(file)} (format parquet)")
    warehouse.published.chmod(0o444)
    for folder in (folder for folder in warehouse.folders if folder.exists()):
        folder.chmod(0o755)
    return ids


def test_a_warehouse_of_the_previous_version_is_taken_over_by_one_build(project):
    warehouse = Warehouse(project / "warehouse" / "fingerplan.duckdb")
    (project / "cases.csv").write_bytes(as_csv(with_case_references(sample_rows("cases", "2026-05"))))
    refresh = ("refresh", "--month", "2026-05", "--cases", str(project / "cases.csv"))
    outcome = run_fingerplan(project, *refresh, **KEY, **WITHOUT_TESTS)
    assert outcome.returncode == 0, outcome.stderr
    marts = query(warehouse.published, "from marts.fct_case_month order by all")
    old_ids = age(warehouse)
    outcome = run_fingerplan(project, "build", **KEY, **WITHOUT_TESTS)
    assert outcome.returncode == 0, outcome.stderr
    assert "deleted versions of cases with pseudonyms made without the key: 1" in outcome.stderr
    assert query(warehouse.published, "from marts.fct_case_month order by all") == marts
    ids = query(warehouse.published, "select distinct case_id from staging.stg_extracts__cases")
    assert len(ids) == len(old_ids)
    assert all(PSEUDONYM.fullmatch(case_id) for (case_id,) in ids)
    order = "order by run_no nulls first, run_id"
    runs = query(warehouse.published, f"select run_no, outcome, findings from history.run {order}")
    assert [(number, ended) for number, ended, _ in runs] == [(None, "rejected"), (None, "published"), (1, "published")]
    assert runs[0][2] == "Sager (masked).csv: row 2, column service_code: (masked) is not one of the 5 known ones"
    assert query(warehouse.published, "select file_name from marts.dim_delivery") == [("Sager_(masked).csv",)]
    for file, content in files_below(warehouse.published.parent).items():
        assert not any(trace.encode() in content for trace in ("Ingrid", "7391", *old_ids)), file
    assert all(stat.S_IMODE(folder.stat().st_mode) == 0o700 for folder in warehouse.folders if folder.exists())
    assert run_fingerplan(project, "verify", **KEY).returncode == 0
