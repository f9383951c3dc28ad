"""A synthetic lake: case extracts of any number of months, municipalities and cases, as an archive would hold them."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

import duckdb

from fingerplan.clock import month_after
from fingerplan.paths import PROJECT, as_sql
from fingerplan.warehouse.archive import Manifest, Version

PLAN_MUNICIPALITY = 730
FIRST_MONTH = date(2027, 1, 1)  # after the last printed year, so that nothing printed is held against made-up cases
PARTS = ("dbt_project.yml", "fingerplan", "benchmarks", "macros", "models", "profiles", "seeds", "tests")


def make_project(folder: Path, municipalities: int, months: int) -> Path:
    """Copy the project, with that many municipalities, and thresholds for every year that the lake reaches into.

    A shared warehouse is this project with a row a municipality in a seed; the thresholds are made up, 2 pct. a year.
    """
    folder.mkdir(parents=True)
    for part in PARTS:
        source = PROJECT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__", "browser"))
        else:
            shutil.copy(source, folder / part)
    codes = municipality_codes(municipalities)
    with (folder / "seeds" / "extracts" / "municipalities.csv").open("a", encoding="utf-8") as seed:
        seed.writelines(f"{code},Sample {code}\n" for code in codes if int(code) != PLAN_MUNICIPALITY)
    last_year = _months(months)[-1].year
    with (folder / "seeds" / "high_cost_cases" / "refund_thresholds.csv").open("a", encoding="utf-8") as seed:
        for year in range(2027, last_year + 1):
            for bracket, threshold, rate in ((25, 990_000, 0.25), (50, 1_930_000, 0.5), (75, 2_430_000, 0.75)):
                risen = round(threshold * 1.02 ** (year - 2026) / 10_000) * 10_000
                seed.write(f"{year},{bracket},{risen},{rate},sau_minutes_2026_06_09,Sample\n")
    return folder


def municipality_codes(municipalities: int) -> list[str]:
    """The plan's own municipality and others that nobody can take for real ones."""
    return [f"{PLAN_MUNICIPALITY:04d}", *(f"{9001 + number}" for number in range(municipalities - 1))]


def make_lake(
    archive: Path, months: int, municipalities: int, cases: int, on_progress: Callable[[int, int], None]
) -> list[Version]:
    """Write the Parquet of each month straight from DuckDB, `municipalities` times `cases` rows a month.

    Of fifty rows one is a single bill of the case before it. One case of sixteen is a high-cost case; a case changes in
    cost once a year and is followed by another after five, each in a month of its own. The same every time.

    Args:
        archive: the folder of the archive; months that are there already stay.
        months: how many months, from FIRST_MONTH on.
        municipalities: how many of them.
        cases: rows a month of each.
        on_progress: called with (months done, months in all).

    Returns:
        The versions, oldest first.
    """
    versions = []
    with duckdb.connect() as connection:
        codes = ", ".join(as_sql(code) for code in municipality_codes(municipalities))
        for number, month in enumerate(_months(months)):
            on_progress(number, months)
            versions.append(_write_month(connection, archive, month, number, municipalities, cases, codes))
    return versions


def correct(version: Version) -> Version:
    """Give another version of a month: the same rows, every cost 100 kr. dearer."""
    number = version.manifest.version + 1
    folder = version.folder.with_name(f"version={number:03d}")
    folder.mkdir(exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select * replace (monthly_cost_dkk + 100 as monthly_cost_dkk) from {as_sql(version.parquet)})"
            f" to {as_sql(folder / 'extract.parquet')} (format parquet)"
        )
        return _version(connection, folder, version.key[1], number)


def _months(months: int) -> list[date]:
    found = [FIRST_MONTH]
    while len(found) < months:
        found.append(month_after(found[-1]))
    return found


def _write_month(
    connection: duckdb.DuckDBPyConnection,
    archive: Path,
    month: date,
    number: int,
    municipalities: int,
    cases: int,
    codes: str,
) -> Version:
    folder = archive / "cases" / f"month={month}" / "version=001"
    manifest = folder / "manifest.json"
    if manifest.exists():
        return Version(folder, Manifest(**json.loads(manifest.read_text(encoding="utf-8"))))
    if not (folder / "extract.parquet").exists():
        folder.mkdir(parents=True, exist_ok=True)
        thresholds = [
            round(threshold * 1.02 ** (month.year - 2026) / 10_000) * 10_000
            for threshold in (990_000, 1_930_000, 2_430_000)
        ]
        connection.execute(f"""
            copy (
                with slots as (
                    select
                        number // {cases} as municipality,
                        -- a bill is of the case in the row before
                        number - case when number % 50 = 49 then 1 else 0 end as slot,
                        case when number % 50 = 49 then 1 else 0 end as is_bill
                    from range({municipalities * cases}) as rows_of_month(number)
                ),
                occupied as (
                    select *, slot * 1000 + ({number} + slot % 60) // 60 as occupant
                    from slots
                ),
                drawn as (
                    select
                        *,
                        cast(hash(occupant) % 1000000007 as bigint) as draw,
                        cast(hash(occupant * 1000 + ({number} + slot % 12) // 12) % 10000 as bigint) as price
                    from occupied
                ),
                priced as (
                    select
                        *,
                        case when draw % 16 = 0 then 80000 + price * 16 else 4000 + price * 7 end as running_cost
                    from drawn
                ),
                stated as (
                    select
                        *,
                        case when slot // {cases} = municipality then 12 * running_cost else 0 end
                        + case
                            when is_bill = 1 then 25000
                            when slot % 50 = 48 and (slot + 1) // {cases} = municipality then 25000
                            else 0
                        end as annual_cost
                    from priced
                )
                select
                    [{codes}][municipality + 1] as municipality_code,
                    date '{month}' as month,
                    'sample-' || lpad(cast(occupant as varchar), 13, '0') as case_id,
                    ['ABL §105', 'SEL §108', 'SEL §107', 'SEL §85', 'BL §87'][draw // 16 % 5 + 1] as service_code,
                    ['own', 'other_municipality', 'region', 'private'][draw // 80 % 4 + 1] as provider_kind,
                    ['other_municipality', 'own_municipality', 'own_municipality'][draw // 320 % 3 + 1] as placement,
                    case when is_bill = 1 then 'one_off' else 'level' end as cost_kind,
                    cast(case when is_bill = 1 then 25000 else running_cost end as decimal(18, 2)) as monthly_cost_dkk,
                    case
                        when annual_cost > {thresholds[2]} then '75'
                        when annual_cost > {thresholds[1]} then '50'
                        when annual_cost > {thresholds[0]} then '25'
                        else 'none'
                    end as refund_bracket,
                    case when draw // 960 % 50 = 0 then 'fp2024-4' end as station_id,
                    cast(
                        case
                            when draw // 960 % 50 = 0 then case when is_bill = 1 then 25000 else running_cost + 900 end
                        end as decimal(18, 2)
                    ) as counterfactual_monthly_cost_dkk,
                    'sample' as data_origin
                from stated
                order by municipality_code, case_id, cost_kind
            ) to {as_sql(folder / "extract.parquet")} (format parquet)
        """)
    return _version(connection, folder, month, 1)


def _version(connection: duckdb.DuckDBPyConnection, folder: Path, month: date, number: int) -> Version:
    rows, total, checksum = connection.execute(
        "select count(*), sum(monthly_cost_dkk), md5(cast(sum(hash(case_id, monthly_cost_dkk)) as varchar))"
        f" from {as_sql(folder / 'extract.parquet')}"
    ).fetchone()
    manifest = Manifest(
        kind="cases",
        month=month.isoformat(),
        version=number,
        data_origin="sample",
        row_count=rows,
        control_sum=f"{total:f}",
        file_name="synthetic",
        delivered_by="benchmark",
        accepted_at="2026-11-28T00:00:00Z",
        file_sha256=checksum,
        content_sha256=checksum,
        gate_version="1",
        key_id=None,
        has_total_row=False,
        expectations=0,
    )
    # last, so that a month with a manifest is whole
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
    return Version(folder, manifest)
