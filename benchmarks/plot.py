"""Draw the plots of `docs/reference/performance.md`, and write its tables, from the latest of the largest runs.

Run it as `python -m benchmarks.plot`.
"""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib import ticker
from matplotlib.figure import Figure

from benchmarks.results import FULL_TIMES_LIMIT, REFRESH_S, PostgresFigures, Record, latest, requirements
from fingerplan.paths import PROJECT

PAGE = PROJECT / "docs" / "reference" / "performance.md"
BEGIN, END = "<!-- tables of the run, by python -m benchmarks.plot -->", "<!-- end of the tables -->"
PLOTS = PROJECT / "docs" / "reference" / "performance"
INK, PRODUCT, OTHER, LINE = "#222222", "#1f5f8b", "#b5b5b0", "#c2410c"

Row = tuple[str | int | float, ...]

mpl.use("svg")
# the same bytes for the same figures, and searchable text
mpl.rcParams.update(
    {
        "svg.hashsalt": "fingerplan",
        "svg.fonttype": "none",
        "font.family": "sans-serif",
        "font.size": 11,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.labelcolor": INK,
        "text.color": INK,
    }
)


def draw_history(record: Record, file: Path) -> None:
    """Draw the seconds of a refresh against the months of history."""
    months = [int(point) for point in record["history"]]
    medians = list(record["history"].values())
    every = [seconds for measured in record["history_all"].values() for seconds in measured]
    figure, axes = plt.subplots(figsize=(7.2, 3.8), layout="constrained")
    for point, measured in record["history_all"].items():
        axes.plot([int(point)] * len(measured), measured, "o", color=OTHER, markersize=5)
    axes.plot(months, medians, "o-", color=PRODUCT, linewidth=2, label="median of three")
    for month, seconds in zip(months, medians, strict=True):
        # below the point, because the line of the requirement may be just above it
        axes.annotate(f"{seconds:.2f} s", (month, seconds), (9, -15), textcoords="offset points")
    required = record["fixed_s"] + REFRESH_S
    axes.axhline(required, color=LINE, linewidth=1, linestyle="--", label=f"required: fixed start and {REFRESH_S:g} s")
    axes.axhline(record["fixed_s"], color=INK, linewidth=1, linestyle=":", label="fixed start: a tiny lake")
    axes.legend(loc="lower right", frameon=False)
    axes.set_xlabel("Months of history in the warehouse")
    axes.set_ylabel("Seconds, whole process")
    axes.set_xticks(months)
    axes.set_xlim(0, max(months) * 1.15)
    axes.set_ylim(0, max(*every, required) * 1.08)
    axes.set_title(f"A refresh adds {record['refresh_rows']:,} rows, with all data tests", loc="left")
    _save(figure, file)


def draw_full(record: Record, file: Path) -> None:
    """Draw the seconds of the whole process for a million case-months, by what computes them."""
    millions = record["rows"] / 1e6
    postgres = record["peers"]["postgres"]
    shown = [
        ("limit: SQL by hand in DuckDB", record["limit_full_s"] / millions, OTHER),
        ("this project", record["full_build_s"] / millions, PRODUCT),
        ("pandas, month by month", record["peers"]["pandas"]["full_s"] / millions, OTHER),
    ]
    if "skipped" not in postgres:
        # with few months the fixed start weighs more, so the project is shown on the same months too
        fewer = postgres["months"] * millions / record["months"]
        shown.append((f"this project, on {fewer:.1f} million", postgres["duckdb_full_s"] / fewer, PRODUCT))
        shown.append((f"Postgres, same models, {fewer:.1f} million", postgres["full_s"] / fewer, OTHER))
    figure, axes = plt.subplots(figsize=(7.2, 0.9 + 0.42 * len(shown)), layout="constrained")
    for place, (_, seconds, colour) in enumerate(shown):
        axes.plot(seconds, place, "o", color=colour, markersize=10)
        axes.annotate(f"{seconds:.2f} s", (seconds, place), (10, 0), textcoords="offset points", va="center")
    required = (FULL_TIMES_LIMIT * record["limit_full_s"] + record["fixed_full_s"]) / millions
    axes.plot([required, required], [0.65, 1.35], color=LINE, linewidth=2)
    axes.set_yticks(range(len(shown)), [name for name, _, _ in shown])
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.grid(axis="y", color="#e5e5e0")
    axes.set_axisbelow(True)
    axes.set_xscale("log")
    axes.set_xlim(min(seconds for _, seconds, _ in shown) / 1.5, max(seconds for _, seconds, _ in shown) * 2.5)
    axes.xaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_locator(ticker.NullLocator())
    axes.set_xlabel("Seconds a million case-months (log scale); mark: the most allowed", loc="right")
    axes.set_title(f"Full build of {record['rows']:,} case-months", loc="left")
    _save(figure, file)


def tables(record: Record) -> str:
    """Write the figures of a run as Markdown."""
    parts = [_summary(record)]
    if record["machine"]["load_before"] > (record["machine"]["cores"] or 1) / 2:
        parts.append("**The machine was busy: trust the CPU seconds, not the wall-clock seconds.**")
    parts += [_full_build_table(record), _sizes(record), _refresh_table(record), _history_table(record)]
    if record["fixed_parts_s"]:
        parts.append(_parts_table(record))
    postgres = record["peers"]["postgres"]
    if "skipped" not in postgres:
        parts.append(_postgres_table(postgres))
    required = [(what, found, most, "yes" if found <= most else "**no**") for what, found, most in requirements(record)]
    return "\n\n".join([*parts, _table(("required", "found", "at most", "met"), required)])


def _summary(record: Record) -> str:
    machine = record["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in record["versions"].items())
    return (
        f"{record['date'][:10]}, commit {record['commit']}: {record['rows']:,} case-months, that is"
        f" {record['months']} months of {record['municipalities']} municipalities with {record['cases']:,} rows each."
        f" {machine['cores']} cores, {machine['memory_gb']:.0f} GB, load {machine['load_before']} before the run;"
        f" {versions}."
    )


def _full_build_table(record: Record) -> str:
    cpu, pandas = record["cpu_s"], record["peers"]["pandas"]

    def row(what: str, seconds: float, cpu_s: float, peak_mb: int | str = "") -> Row:
        times = round(seconds / record["limit_full_s"], 2)
        return what, seconds, times, cpu_s, round(cpu_s / cpu["limit_full"], 2), peak_mb

    rest_s = round(record["full_build_s"] - record["fixed_full_s"], 2)
    return _table(
        ("full build of the case marts", "seconds", "times the limit", "CPU seconds", "times the limit", "peak MB"),
        [
            row("limit: SQL by hand in DuckDB", record["limit_full_s"], cpu["limit_full"], record["limit_peak_mb"]),
            row("this project", record["full_build_s"], cpu["full_build"], record["peak_mb"]),
            row("of that, fixed start (`fixed_full_s`)", record["fixed_full_s"], cpu["fixed_full"]),
            row("of that, the rest", rest_s, round(cpu["full_build"] - cpu["fixed_full"], 2)),
            row("pandas, month by month", pandas["full_s"], cpu["pandas"], pandas["peak_mb"]),
        ],
    )


def _sizes(record: Record) -> str:
    size = record["file_mb"]
    return (
        f"That is {record['rows_per_s']:,} rows a second. The extracts take {size['extracts']} MB of Parquet, the file"
        f" with the case marts {size['case_marts']} MB, the published warehouse {size['published']} MB."
    )


def _refresh_table(record: Record) -> str:
    return _table(
        (f"refresh of {record['refresh_rows']:,} rows", "seconds", "CPU seconds"),
        [
            ("limit: SQL by hand in DuckDB", record["limit_refresh_s"], ""),
            ("pandas", record["peers"]["pandas"]["month_s"], ""),
            ("this project, with its data tests", record["refresh_s"], record["cpu_s"]["refresh"]),
            ("of that, fixed start (`fixed_s`)", record["fixed_s"], record["cpu_s"]["fixed"]),
            ("nothing to do", record["noop_s"], ""),
        ],
    )


def _history_table(record: Record) -> str:
    return _table(
        ("months of history", "median", "fastest", "slowest", "CPU seconds"),
        [
            (point, median, min(every), max(every), record["history_cpu_s"][point])
            for (point, median), every in zip(record["history"].items(), record["history_all"].values(), strict=True)
        ],
    )


def _parts_table(record: Record) -> str:
    return _table(
        ("where a refresh spends its time", "fixed start, s", f"refresh of {record['refresh_rows']:,} rows, s"),
        [(part, seconds, record["refresh_parts_s"].get(part, "")) for part, seconds in record["fixed_parts_s"].items()],
    )


def _postgres_table(postgres: PostgresFigures) -> str:
    return _table(
        (f"months: {postgres['months']}", f"Postgres {postgres['version']}, s", "DuckDB, s", "times"),
        [
            ("loading the extracts", postgres["load_s"], "", ""),
            ("full build", postgres["full_s"], postgres["duckdb_full_s"], postgres["full_ratio"]),
            ("one month more", postgres["month_s"], postgres["duckdb_month_s"], postgres["month_ratio"]),
        ],
    )


def _table(head: tuple[str, ...], rows: Sequence[Row]) -> str:
    lines: list[Row] = [head, ("---", *("---:" for _ in head[1:])), *rows]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in lines)


def _save(figure: Figure, file: Path) -> None:
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    """Draw and write."""
    record = latest()
    PLOTS.mkdir(exist_ok=True)
    draw_history(record, PLOTS / "refresh_against_history.svg")
    draw_full(record, PLOTS / "full_build.svg")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n\n{tables(record)}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
