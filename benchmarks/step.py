"""One measured step, in a process of its own: `python -m benchmarks.step <step> <arguments as JSON>`.

To be run in a copy of the project (`make_project`), whose modules it then takes. The last line of stdout is one JSON
object with what the step has to say beside its time and memory, which the starting process measures.
"""

import json
import os
import sys
import time
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb

from benchmarks import limit
from fingerplan.paths import PROJECT, as_sql
from fingerplan.warehouse.archive import Archive, Key, Version, list_deliveries

# dim_delivery is the last model of a run: it depends on every figure that is made from cases
CASE_MARTS = ("--select", "+dim_delivery", "--exclude-resource-type", "test", "unit_test")
THRESHOLDS = PROJECT / "seeds" / "high_cost_cases" / "refund_thresholds.csv"
COMPARED_MARTS = ("dim_delivery", "fct_case_month", "fct_high_cost_case", "fct_high_cost_case_bridge")

# the same figures from the marts, in the words of benchmarks/limit.py
FROM_MARTS = {
    "case_month": """
        select * exclude (refund_missing_reason) from marts.fct_case_month where refund_missing_reason is null
    """,
    "bracket": """
        select municipality_code, month, bracket, cases, gross_dkk, refund_dkk
        from intermediate.int_high_cost_cases__extract_brackets
    """,
    "effect": """
        select lines.station_id, month, realised_quantity as cases, realised_effect_dkk as effect_dkk,
            realised_net_of_refund_dkk as net_dkk
        from intermediate.int_effects__case
        inner join seeds.budget_lines as lines using (line_id)
        where realised_quantity > 0
    """,
    # a pair of months in which nothing moved has a row without cases there
    "movement": """
        select municipality_code, to_month, component, cases, gross_dkk, net_dkk
        from intermediate.int_high_cost_cases__movements where cases > 0
    """,
}


def make_lake(lake: str, months: int, municipalities: int, cases: int) -> dict:
    """Write the extracts, with a bar on a terminal."""
    from benchmarks.lake import make_lake as write
    from fingerplan.steps import Steps

    with Steps().progress("Extracts") as on_progress:
        versions = write(Path(lake), months, municipalities, cases, on_progress)
    return {
        "rows": [version.manifest.row_count for version in versions],
        "parquet_mb": [version.parquet.stat().st_size / 1e6 for version in versions],
    }


def run_limit(lake: str, months: int, file: str, last_only: bool) -> dict:
    """Compute the figures by SQL by hand, with as many threads as the product has."""
    with duckdb.connect(file, config={"threads": os.cpu_count(), "memory_limit": limit.MEMORY}) as connection:
        limit.make_tables(connection, _files(lake, months, last_only), THRESHOLDS, last_only)
    return {}


def run_pandas(lake: str, months: int, file: str, last_only: bool) -> dict:
    """Compute the figures in pandas."""
    from benchmarks import pandas_script

    tables = pandas_script.make_tables(_files(lake, months, last_only), THRESHOLDS, last_only)
    pandas_script.write(tables, Path(file))
    return {}


def build_case_marts(lake: str, months: int, file: str) -> dict:
    """Build the case marts by the project's own models; from nothing, unless the file is there."""
    import fingerplan.cli  # noqa: F401
    from fingerplan.warehouse import dbt_job

    build_file = Path(file)
    build_file.parent.mkdir(parents=True, exist_ok=True)
    list_deliveries(_versions(lake, months), build_file.parent / "extracts")
    built = dbt_job.build(build_file, build_file.parent / "extracts", _unheard, *CASE_MARTS)
    if built.failures:
        raise SystemExit("\n".join(built.failures))
    return {"nodes": built.counts, "file_mb": build_file.stat().st_size / 1e6}


def refresh(started: float, lake: str, months: int, warehouse: str, tested: bool) -> dict:
    """Publish with the first `months` months, as `fingerplan refresh` does once the gate has passed.

    Returns:
        Whether there was anything to publish, the size of the file, and seconds by part, until the end of Python.
    """
    # what the command line imports belongs to its start, and it switches off the collection of garbage
    import fingerplan.cli  # noqa: F401
    from fingerplan.paths import Warehouse
    from fingerplan.warehouse import dbt_job
    from fingerplan.warehouse import publish as publishing

    marks = {"start": time.time()}
    build = dbt_job.build

    def watched(build_file, extracts, on_progress, *arguments):
        marks["build"] = time.time()
        built = build(
            *(build_file, extracts, lambda done, total: marks.setdefault("first_node", time.time())),
            *(*arguments, *(() if tested else ("--exclude-resource-type", "test", "unit_test"))),
        )
        marks["built"] = time.time()
        return built

    dbt_job.build = watched
    place, archive = Warehouse(Path(warehouse)), Archive(Path(lake))
    published = None
    with publishing.run_of(place, "refresh") as run:
        before = publishing.published_versions(place, archive) if place.published.exists() else {}
        versions = {**before, **_versions(lake, months, [key for key in _keys(lake, months) if key not in before])}
        if publishing.is_published(place, versions, before):
            publishing.record_unchanged(place, run)
        else:
            published = publishing.build_and_publish(place, run, versions, before, _unheard)
    marks["end"] = time.time()
    said = {"published": published is not None, "file_mb": place.published.stat().st_size / 1e6}
    if published is None:
        return said
    return {
        **said,
        "nodes": published.built.counts,
        "parts": {
            "python and imports of the command": marks["start"] - started,
            "list and copy": marks["build"] - marks["start"],
            "import and start dbt": marks["first_node"] - marks["build"],
            # two of them run at a time, so their own seconds add up to more
            "models and data tests": marks["built"] - marks["first_node"],
            "history and swap": marks["end"] - marks["built"],
        },
    }


def compare(computed: str, other: str, from_marts: bool, last_month: str | None) -> dict:
    """Hold the figures of the limit against those of a warehouse or of pandas, every row both ways.

    Args:
        computed: the file of the limit.
        other: the file to hold against it.
        from_marts: whether that is a warehouse; else it has the tables of the limit.
        last_month: the only month that the file of the limit has; None where it has all.
    """
    rows, differing = {}, []
    with duckdb.connect() as connection:
        connection.execute(f"attach {as_sql(computed)} as computed (read_only)")
        connection.execute(f"attach {as_sql(other)} as other (read_only)")
        for table, query in FROM_MARTS.items():
            connection.execute("use other")
            month = "to_month" if table == "movement" else "month"
            wanted = f"where {month} = {as_sql(last_month)}" if last_month else ""
            source = f"({query})" if from_marts else f"other.main.{table}"
            described = connection.execute(f"describe computed.main.{table}").fetchall()
            # pandas has categories for texts and timestamps for months
            columns = ", ".join(
                f"cast({name} as {'decimal(38, 4)' if 'DECIMAL' in declared else declared}) as {name}"
                for name, declared, *_ in described
            )
            ours = f"(select {columns} from computed.main.{table})"
            theirs = f"(select {columns} from {source} {wanted})"
            rows[table] = _count(connection, ours)
            for left, right, side in ((ours, theirs, "the limit"), (theirs, ours, "the other")):
                missing = f"(from {left} except all from {right})"
                if count := _count(connection, missing):
                    example = connection.execute(f"from {missing} order by all limit 1").fetchone()
                    differing.append(f"{table}: {count} rows only in {side}, such as {', '.join(map(str, example))}")
            if from_marts and table == "case_month":
                unknown = _count(
                    connection, "(from other.marts.fct_case_month where refund_missing_reason is not null)"
                )
                differing += [f"{table}: {unknown} rows of the mart have no refund"] if unknown else []
    return {"rows": rows, "differing": differing}


def run_postgres(lake: str, months: int, reference: str) -> dict:
    """Build the case marts by the same models on a Postgres of its own: `months` months, then one more.

    Returns:
        Seconds to load the extracts, of the first build and of the month more, both by the whole process of dbt; and
        which marts differ from those of the reference, a DuckDB file with the same months. Or why it was skipped.
    """
    from tests.engines import building, postgres
    from tests.engines.compare import compare as compare_marts

    try:
        programs = postgres.find_programs()
    except building.MissingEngineError as missing:
        return {"skipped": str(missing)}
    memory = "-c work_mem=256MB -c maintenance_work_mem=512MB"
    with building.temporary_folder("bench-postgres") as folder, postgres._serving(programs, folder) as server:
        environment = {"FINGERPLAN_POSTGRES_HOST": str(server.socket), "PGOPTIONS": memory}
        arguments = ("--vars", '{"extracts": "archive"}', *CASE_MARTS)
        versions = list(_versions(lake, months + 1).values())
        started = time.time()
        with closing(server.connect(postgres.DATABASE)) as connection:
            _load_postgres(connection, versions[:-1], folder)
        load_s = time.time() - started
        full_s = _seconds(lambda: building.dbt_build("postgres", folder, *arguments, **environment))
        with closing(server.connect(postgres.DATABASE)) as connection:
            _load_postgres(connection, versions[-1:], folder)
        month_s = _seconds(lambda: building.dbt_build("postgres", folder, *arguments, **environment))
        delivered = postgres.export_marts(server, folder)
        compared = [mart for mart in compare_marts(Path(reference), delivered) if mart.mart in COMPARED_MARTS]
        with closing(server.connect("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute("show server_version")
            version = cursor.fetchone()[0].split()[0]
    differing = [str(mart) for mart in compared if not mart.is_same]
    return {"load_s": load_s, "full_s": full_s, "month_s": month_s, "version": version, "differing": differing}


def _load_postgres(connection, versions: list[Version], folder: Path) -> None:
    """Load deliveries as the tables of the schema `extracts`, which the models read there."""
    tables = {
        "cases": "municipality_code text, month date, case_id text, service_code text, provider_kind text,"
        " placement text, cost_kind text, monthly_cost_dkk decimal(18,2), refund_bracket text, station_id text,"
        " counterfactual_monthly_cost_dkk decimal(18,2), data_origin text",
        "postings": "month date, line_id text, amount_dkk decimal(18,2), data_origin text",
        "kpis": "month date, kpi_id text, value decimal(18,4), data_origin text",
        "deliveries": "kind text, month date, version integer, row_count integer, control_sum decimal(28,4),"
        " file_name text, delivered_by text, accepted_at text, file_sha256 text, content_sha256 text,"
        " gate_version text",
    }
    list_deliveries({version.key: version for version in versions}, folder)
    files = {
        "cases": "[" + ", ".join(as_sql(version.parquet) for version in versions) + "]",
        "deliveries": as_sql(folder / "deliveries.parquet"),
    }
    with duckdb.connect() as source, connection.cursor() as cursor:
        cursor.execute("create schema if not exists extracts")
        for table, declared in tables.items():
            cursor.execute(f"create table if not exists extracts.{table} ({declared})")
            if table not in files:
                continue
            columns = ", ".join(part.split()[0] for part in declared.split(", "))
            file = folder / "loaded.csv"
            rows_of = f"(select {columns} from read_parquet({files[table]}))"
            source.execute(f"copy {rows_of} to {as_sql(file)} (header false)")
            with file.open() as rows:
                cursor.copy_expert(f"copy extracts.{table} ({columns}) from stdin (format csv)", rows)
            file.unlink()
        connection.commit()
        cursor.execute("analyze")
        connection.commit()


def _seconds(call) -> float:
    started = time.time()
    call()
    return time.time() - started


def _keys(lake: str, months: int) -> list[Key]:
    """The first months of a lake, without a look into their folders."""
    found = sorted(folder.name.removeprefix("month=") for folder in (Path(lake) / "cases").glob("month=*"))
    return [("cases", date.fromisoformat(month)) for month in found[:months]]


def _versions(lake: str, months: int, keys: list[Key] | None = None) -> dict[Key, Version]:
    archive = Archive(Path(lake))
    return {key: archive.versions(*key)[-1] for key in (_keys(lake, months) if keys is None else keys)}


def _files(lake: str, months: int, last_only: bool) -> list[Path]:
    """The Parquet of the months; what a refresh adds is in the last two."""
    keys = _keys(lake, months)
    return [version.parquet for version in _versions(lake, months, keys[-2:] if last_only else keys).values()]


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    return connection.execute(f"select count(*) from {relation}").fetchone()[0]


def _unheard(done: int, total: int) -> None:
    """Follow nothing: the refresh of a scheduler has no bar either."""


STEPS = {
    function.__name__: function
    for function in (make_lake, run_limit, run_pandas, build_case_marts, refresh, compare, run_postgres)
}

if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](**json.loads(sys.argv[2]))))
