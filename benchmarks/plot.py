"""Draw the plots of docs/reference/performance.md, and write its tables, from the largest run in results.jsonl.

`python -m benchmarks.plot`
"""

from pathlib import Path

import matplotlib as mpl

from benchmarks.results import FULL_TIMES_LIMIT, REFRESH_S, asked_for, latest
from fingerplan.paths import PROJECT

PAGE = PROJECT / "docs" / "reference" / "performance.md"
BEGIN, END = "<!-- tables of the run, by python -m benchmarks.plot -->", "<!-- end of the tables -->"
PLOTS = PROJECT / "docs" / "reference" / "performance"
INK, PRODUCT, OTHER, LINE = "#222222", "#1f5f8b", "#b5b5b0", "#c2410c"

mpl.use("svg")
# the same bytes for the same figures, and text that can be searched
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

from matplotlib import pyplot as plt  # noqa: E402
from matplotlib import ticker  # noqa: E402


def draw_history(line: dict, file: Path) -> None:
    """Draw the seconds of a refresh against the months of history."""
    months = [int(point) for point in line["history"]]
    medians = list(line["history"].values())
    every = [seconds for measured in line["history_all"].values() for seconds in measured]
    figure, axes = plt.subplots(figsize=(7.2, 3.8), layout="constrained")
    for point, measured in line["history_all"].items():
        axes.plot([int(point)] * len(measured), measured, "o", color=OTHER, markersize=5)
    axes.plot(months, medians, "o-", color=PRODUCT, linewidth=2, label="median of three")
    for month, seconds in zip(months, medians, strict=True):
        # below the point, as near as it may be to the line of what is asked for above it
        axes.annotate(f"{seconds:.2f} s", (month, seconds), (9, -15), textcoords="offset points")
    asked = line["fixed_s"] + REFRESH_S
    axes.axhline(asked, color=LINE, linewidth=1, linestyle="--", label=f"asked for: fixed start and {REFRESH_S:g} s")
    axes.axhline(line["fixed_s"], color=INK, linewidth=1, linestyle=":", label="fixed start: a tiny lake")
    axes.legend(loc="lower right", frameon=False)
    axes.set_xlabel("Months of history in the warehouse")
    axes.set_ylabel("Seconds, whole process")
    axes.set_xticks(months)
    axes.set_xlim(0, max(months) * 1.15)
    axes.set_ylim(0, max(*every, asked) * 1.08)
    axes.set_title(f"A refresh adds {line['refresh_rows']:,} rows, with all data tests", loc="left")
    _save(figure, file)


def draw_full(line: dict, file: Path) -> None:
    """Draw the seconds of a million case-months, of the whole process, by who computes them."""
    millions = line["rows"] / 1e6
    postgres = line["peers"]["postgres"]
    shown = [
        ("limit: SQL by hand in DuckDB", line["limit_full_s"] / millions, OTHER),
        ("this project", line["full_build_s"] / millions, PRODUCT),
        ("pandas, month by month", line["peers"]["pandas"]["full_s"] / millions, OTHER),
    ]
    if "skipped" not in postgres:
        # few months: the fixed start weighs more, so the project stands beside it on the same ones
        fewer = postgres["months"] * millions / line["months"]
        shown.append((f"this project, on {fewer:.1f} million", postgres["duckdb_full_s"] / fewer, PRODUCT))
        shown.append((f"Postgres, same models, {fewer:.1f} million", postgres["full_s"] / fewer, OTHER))
    figure, axes = plt.subplots(figsize=(7.2, 0.9 + 0.42 * len(shown)), layout="constrained")
    for place, (_, seconds, colour) in enumerate(shown):
        axes.plot(seconds, place, "o", color=colour, markersize=10)
        axes.annotate(f"{seconds:.2f} s", (seconds, place), (10, 0), textcoords="offset points", va="center")
    asked = (FULL_TIMES_LIMIT * line["limit_full_s"] + line["fixed_full_s"]) / millions
    axes.plot([asked, asked], [0.65, 1.35], color=LINE, linewidth=2)
    axes.set_yticks(range(len(shown)), [name for name, _, _ in shown])
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.grid(axis="y", color="#e5e5e0")
    axes.set_axisbelow(True)
    axes.set_xscale("log")
    axes.set_xlim(min(seconds for _, seconds, _ in shown) / 1.5, max(seconds for _, seconds, _ in shown) * 2.5)
    axes.xaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.xaxis.set_minor_locator(ticker.NullLocator())
    axes.set_xlabel("Seconds a million case-months (log scale); mark: at most asked for", loc="right")
    axes.set_title(f"Full build of {line['rows']:,} case-months", loc="left")
    _save(figure, file)


def tables(line: dict) -> str:
    """Write the figures of a run as Markdown."""
    machine, peers, cpu = line["machine"], line["peers"], line["cpu_s"]
    postgres, size = peers["postgres"], line["file_mb"]
    versions = ", ".join(f"{name} {number}" for name, number in line["versions"].items())
    is_busy = machine["load_before"] > machine["cores"] / 2

    def build(what: str, seconds: float, cpu_s: float, peak_mb: int | str = "") -> tuple:
        times = round(seconds / line["limit_full_s"], 2)
        return what, seconds, times, cpu_s, round(cpu_s / cpu["limit_full"], 2), peak_mb

    parts = [
        f"{line['date'][:10]}, commit {line['commit']}: {line['rows']:,} case-months, which are"
        f" {line['months']} months of {line['municipalities']} municipalities with {line['cases']:,} rows each."
        f" {machine['cores']} cores, {machine['memory_gb']:.0f} GB, load {machine['load_before']} before the run;"
        f" {versions}.",
        *(
            ["**The machine was busy: trust the seconds of the processors, not those of the clock.**"]
            if is_busy
            else []
        ),
        _table(
            ("full build of the case marts", "seconds", "times the limit", "of the processors", "times", "peak MB"),
            [
                build("limit: SQL by hand in DuckDB", line["limit_full_s"], cpu["limit_full"], line["limit_peak_mb"]),
                build("this project", line["full_build_s"], cpu["full_build"], line["peak_mb"]),
                build("of it, fixed start (`fixed_full_s`)", line["fixed_full_s"], cpu["fixed_full"]),
                build(
                    "of it, the rest",
                    round(line["full_build_s"] - line["fixed_full_s"], 2),
                    round(cpu["full_build"] - cpu["fixed_full"], 2),
                ),
                build("pandas, month by month", peers["pandas"]["full_s"], cpu["pandas"], peers["pandas"]["peak_mb"]),
            ],
        ),
        f"That is {line['rows_per_s']:,} rows a second. The extracts are {size['extracts']} MB of Parquet, the file"
        f" with the case marts {size['case_marts']} MB, the published warehouse {size['published']} MB.",
        _table(
            (f"refresh of {line['refresh_rows']:,} rows", "seconds", "of the processors"),
            [
                ("limit: SQL by hand in DuckDB", line["limit_refresh_s"], ""),
                ("pandas", peers["pandas"]["month_s"], ""),
                ("this project, with its data tests", line["refresh_s"], cpu["refresh"]),
                ("of it, fixed start (`fixed_s`)", line["fixed_s"], cpu["fixed"]),
                ("nothing to do", line["noop_s"], ""),
            ],
        ),
        _table(
            ("months of history", "median", "fastest", "slowest", "of the processors"),
            [
                (point, seconds, min(every), max(every), line["history_cpu_s"][point])
                for (point, seconds), every in zip(line["history"].items(), line["history_all"].values(), strict=True)
            ],
        ),
        _table(
            ("where a refresh goes", "fixed start, s", f"refresh of {line['refresh_rows']:,} rows, s"),
            [(part, seconds, line["refresh_parts_s"].get(part, "")) for part, seconds in line["fixed_parts_s"].items()],
        ),
    ]
    if "skipped" not in postgres:
        parts.append(
            _table(
                (f"months: {postgres['months']}", f"Postgres {postgres['version']}, s", "DuckDB, s", "times"),
                [
                    ("loading the extracts", postgres["load_s"], "", ""),
                    *(
                        (what, postgres[f"{key}_s"], postgres[f"duckdb_{key}_s"], postgres[f"{key}_ratio"])
                        for what, key in (("full build", "full"), ("one month more", "month"))
                    ),
                ],
            )
        )
    asked = [(what, found, most, "yes" if found <= most else "**no**") for what, found, most in asked_for(line)]
    return "\n\n".join([*parts, _table(("asked for", "found", "at most", "met"), asked)])


def _table(head: tuple, rows: list[tuple]) -> str:
    lines = [head, ("---", *("---:" for _ in head[1:])), *rows]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in lines)


def _save(figure: plt.Figure, file: Path) -> None:
    figure.savefig(file, metadata={"Date": None})
    plt.close(figure)


def main() -> None:
    """Draw and write."""
    line = latest()
    PLOTS.mkdir(exist_ok=True)
    draw_history(line, PLOTS / "refresh_against_history.svg")
    draw_full(line, PLOTS / "full_build.svg")
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n\n{tables(line)}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
