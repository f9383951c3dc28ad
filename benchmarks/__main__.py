"""Time the case marts on synthetic extracts of any size: `make bench`.

`docs/reference/performance.md` explains the figures.

Every measured step is a process of its own: its time is that of the whole process, from the start of Python to its end,
and its memory is its own peak. The same run also measures the limit (SQL by hand in DuckDB) and the alternatives:
pandas, and Postgres with the same models. All must give the same figures; otherwise the exit code is 1. The last line
of stdout is the record as one JSON object. It is appended to benchmarks/results.jsonl, unless the checkout has
uncommitted changes.
"""

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import checkout, results
from benchmarks.bench import Bench, StepError
from benchmarks.engines.building import temporary_folder
from benchmarks.figures import Sizes, measure


def main() -> int:
    """Measure, print and record."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=str(__doc__).partition("\n")[0])
    parser.add_argument("--months", type=int, default=120)
    parser.add_argument("--municipalities", type=int, default=98)
    parser.add_argument("--cases", type=int, default=5000, help="rows a month for each municipality")
    parser.add_argument("--peer-months", type=int, default=6, help="months that Postgres gets; 0 leaves it out")
    parser.add_argument("--folder", type=Path, help="keeps the extracts for the next run; temporary by default")
    options = parser.parse_args()
    if min(options.months, options.municipalities, options.cases) < 1 or options.months < 2:
        parser.error("at least two months, one municipality and one case")
    sizes = Sizes(options.months, options.municipalities, options.cases, options.peer_months)
    try:
        with temporary_folder("bench") as folder:
            return _run(options.folder.absolute() if options.folder else folder, sizes)
    except StepError as failed:
        print(failed, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped", file=sys.stderr)
        return 130


def _run(folder: Path, sizes: Sizes) -> int:
    # before anything is measured: the commit is that of the copied project, not of a later one
    commit, why_not_recorded = checkout.commit(), checkout.why_not_recorded()
    bench = Bench(folder, sizes.lake_months, sizes.municipalities)
    record, differing = measure(bench, sizes, commit)
    console = Console(width=None if sys.stdout.isatty() else 120)
    show(console, record)
    for difference in differing:
        console.print(f"DIFFERENT: {difference}", highlight=False, markup=False, soft_wrap=True)
    if why_not_recorded:
        console.print(why_not_recorded, highlight=False, markup=False, soft_wrap=True)
    else:
        results.add(record)
    print(json.dumps(record))
    return 1 if differing else 0


def show(console: Console, record: results.Record) -> None:
    """Print a run as a table, and below it which limits it keeps."""
    table = Table("what", "seconds", "compared", title=f"{record['rows']:,} case-months, {record['months']} months")
    table.columns[1].justify = "right"

    def row(what: str, seconds: float, compared: str = "") -> None:
        table.add_row(what, f"{seconds:.2f}", compared)

    ratios, pandas, postgres = record["ratios"], record["peers"]["pandas"], record["peers"]["postgres"]
    rate = f"{record['rows_per_s']:,} rows/s, {record['peak_mb']} MB"
    row("full build of the case marts", record["full_build_s"], rate)
    row("  of a tiny lake", record["fixed_full_s"], "everything but SQL on the rows")
    row("  limit: SQL by hand", record["limit_full_s"], f"the build takes {ratios['full_build_to_limit']} times that")
    row("  pandas", pandas["full_s"], f"{ratios['pandas_to_full_build']} times the build")
    row(f"refresh of {record['refresh_rows']:,} rows, tested", record["refresh_s"], f"{record['refresh_peak_mb']} MB")
    row("  of a tiny lake", record["fixed_s"])
    for part, seconds in record["fixed_parts_s"].items():
        row(f"    {part}", seconds)
    row("  nothing to do", record["noop_s"])
    row("  limit: SQL by hand", record["limit_refresh_s"])
    row("  pandas", pandas["month_s"])
    for point, seconds in record["history"].items():
        row(f"  after {point} months", seconds, " ".join(map(str, record["history_all"][point])))
    if "skipped" not in postgres:
        row(
            f"Postgres {postgres['version']}, months: {postgres['months']}: full",
            postgres["full_s"],
            f"DuckDB {postgres['duckdb_full_s']}: {postgres['full_ratio']} times",
        )
        row(
            "  one month more",
            postgres["month_s"],
            f"DuckDB {postgres['duckdb_month_s']}: {postgres['month_ratio']} times",
        )
        row("  loading the extracts", postgres["load_s"], "DuckDB reads them in place")
    console.print(table)
    if "skipped" in postgres:
        console.print(postgres["skipped"], markup=False)
    for requirement in results.requirements(record):
        met = "met" if requirement.is_met else "NOT MET"
        line = f"{met}: {requirement.what}: {requirement.found:g}, at most {requirement.at_most:g}"
        console.print(line, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    raise SystemExit(main())
