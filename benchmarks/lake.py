"""A synthetic lake: case extracts for any number of months, municipalities and cases, laid out as an archive."""

import json
import shutil
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path

import duckdb

from fingerplan.clock import month_after
from fingerplan.paths import PROJECT, as_sql
from fingerplan.warehouse.archive import Archive, Key, Manifest, Version

PLAN_MUNICIPALITY = 730
FIRST_MONTH = date(2027, 1, 1)  # after the last printed year, so that no printed figure is compared with made-up cases
PARTS = ("dbt_project.yml", "fingerplan", "benchmarks", "macros", "models", "profiles", "seeds", "tests/data")
# by bracket; for later years they are made up: 2 pct. a year
THRESHOLDS_2026 = {25: 990_000, 50: 1_930_000, 75: 2_430_000}
REFUND_RATES = {25: 0.25, 50: 0.5, 75: 0.75}

# A slot is a place for a case: an occupant leaves it after five years, and the next one moves in.
MONTH = """
    copy (
        with slots as (
            select
                number // {cases} as municipality,
                -- a bill is of the case in the row before
                number - case when number % 50 = 49 then 1 else 0 end as slot,
                case when number % 50 = 49 then 1 else 0 end as is_bill
            from range({rows}) as rows_of_month(number)
        ),
        occupied as (
            select *, slot * 1000 + ({month_number} + slot % 60) // 60 as occupant
            from slots
        ),
        drawn as (
            select
                *,
                cast(hash(occupant) % 1000000007 as bigint) as draw,
                cast(hash(occupant * 1000 + ({month_number} + slot % 12) // 12) % 10000 as bigint) as price
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
                when annual_cost > {high} then '75'
                when annual_cost > {middle} then '50'
                when annual_cost > {low} then '25'
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
    ) to {file} (format parquet)
"""


def make_project(folder: Path, municipalities: int, months: int) -> Path:
    """Copy the project, with this many municipalities and with thresholds for every year of the lake.

    A warehouse shared by municipalities is this project with one row for each of them in a seed.
    """
    folder.mkdir(parents=True)
    for part in PARTS:
        source = PROJECT / part
        if source.is_dir():
            shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / part)
    codes = municipality_codes(municipalities)
    with (folder / "seeds" / "extracts" / "municipalities.csv").open("a", encoding="utf-8") as seed:
        seed.writelines(f"{code},Sample {code}\n" for code in codes if int(code) != PLAN_MUNICIPALITY)
    last_year = _months(months)[-1].year
    with (folder / "seeds" / "high_cost_cases" / "refund_thresholds.csv").open("a", encoding="utf-8") as seed:
        for year in range(2027, last_year + 1):
            for bracket, threshold in THRESHOLDS_2026.items():
                row = (year, bracket, _threshold(threshold, year), REFUND_RATES[bracket], "sau_minutes_2026_06_09")
                seed.write(",".join(map(str, row)) + ",Sample\n")
    return folder


def municipality_codes(municipalities: int) -> list[str]:
    """List the plan's own municipality and others with codes that no real one has."""
    return [f"{PLAN_MUNICIPALITY:04d}", *(f"{9001 + number}" for number in range(municipalities - 1))]


def make_lake(
    archive: Path, months: int, municipalities: int, cases: int, on_progress: Callable[[int, int], None]
) -> list[Version]:
    """Write the Parquet file of each month straight from DuckDB, `municipalities` times `cases` rows a month.

    One row in fifty is a single bill of the case before it, one case in sixteen a high-cost case. A case changes its
    cost once a year and is replaced by another after five years, each in a month of its own. The same arguments always
    give the same rows.

    Args:
        archive: the folder of the archive; existing months are kept.
        months: the number of months, from FIRST_MONTH on.
        municipalities: the number of municipalities.
        cases: rows a month for each municipality.
        on_progress: called with (months done, months in total).

    Returns:
        The versions, oldest first.
    """
    made = []
    with duckdb.connect() as connection:
        for number, month in enumerate(_months(months)):
            on_progress(number, months)
            made.append(_write_month(connection, archive, month, number, municipalities, cases))
    return made


def keys(lake: Path, months: int) -> list[Key]:
    """List the first months of a lake, without opening their folders."""
    found = sorted(folder.name.removeprefix("month=") for folder in (lake / "cases").glob("month=*"))
    return [("cases", date.fromisoformat(month)) for month in found[:months]]


def versions(lake: Path, wanted: list[Key]) -> dict[Key, Version]:
    """Return the newest versions of these months."""
    archive = Archive(lake)
    return {key: archive.versions(*key)[-1] for key in wanted}


def files(lake: Path, months: int, last_only: bool) -> list[Path]:
    """List the Parquet files of the first months; of the last two only, where a refresh finds what it adds."""
    wanted = keys(lake, months)
    return [version.parquet for version in versions(lake, wanted[-2:] if last_only else wanted).values()]


def _threshold(threshold_2026: int, year: int) -> int:
    return round(threshold_2026 * 1.02 ** (year - 2026) / 10_000) * 10_000


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
) -> Version:
    folder = archive / "cases" / f"month={month}" / "version=001"
    manifest = folder / "manifest.json"
    if manifest.exists():
        return Version(folder, Manifest(**json.loads(manifest.read_text(encoding="utf-8"))))
    if not (folder / "extract.parquet").exists():
        folder.mkdir(parents=True, exist_ok=True)
        low, middle, high = (_threshold(threshold, month.year) for threshold in THRESHOLDS_2026.values())
        connection.execute(
            MONTH.format(
                month=month,
                month_number=number,
                rows=municipalities * cases,
                cases=cases,
                codes=", ".join(map(as_sql, municipality_codes(municipalities))),
                low=low,
                middle=middle,
                high=high,
                file=as_sql(folder / "extract.parquet"),
            )
        )
    return _version(connection, folder, month)


def _version(connection: duckdb.DuckDBPyConnection, folder: Path, month: date) -> Version:
    [(rows, total, checksum)] = connection.execute(
        "select count(*), sum(monthly_cost_dkk), md5(cast(sum(hash(case_id, monthly_cost_dkk)) as varchar))"
        f" from {as_sql(folder / 'extract.parquet')}"
    ).fetchall()
    manifest = Manifest(
        kind="cases",
        month=month.isoformat(),
        version=1,
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
    # last, so that a month with a manifest is complete
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=2) + "\n", encoding="utf-8")
    return Version(folder, manifest)
