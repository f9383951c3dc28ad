"""The figures of the runs, one JSON object a line, and the limits that they must keep.

Names end in their unit: `_s` seconds of the whole process (the median where a step is repeated), `_mb` megabytes.
"""

import json
from pathlib import Path
from typing import NamedTuple, TypedDict, final

FILE = Path(__file__).with_name("results.jsonl")

# a full build may take this many times the SQL by hand, and its fixed start; a refresh this long, and its fixed start
FULL_TIMES_LIMIT = 1.5
REFRESH_S = 1.0
FIXED_S = 6.0
HISTORY_RATIO = 1.2
PEAK_MB = 8192


class CpuSeconds(TypedDict):
    """CPU time of the main steps."""

    full_build: float
    limit_full: float
    fixed_full: float
    refresh: float
    fixed: float
    pandas: float


class Ratios(TypedDict):
    """What is compared, as ratios."""

    full_build_to_limit: float
    full_build_less_fixed_to_limit: float
    pandas_to_full_build: float
    history_slowest_to_fastest: float


class FileSizes(TypedDict):
    """Sizes of the files in MB."""

    extracts: float
    case_marts: float
    published: float


class PandasFigures(TypedDict):
    """The same figures in pandas: all months, and one month more."""

    full_s: float
    month_s: float
    peak_mb: int


@final
class PostgresFigures(TypedDict):
    """The same models on Postgres and on DuckDB: `months` months, then one more."""

    months: int
    load_s: float
    full_s: float
    month_s: float
    version: str
    duckdb_full_s: float
    duckdb_month_s: float
    full_ratio: float
    month_ratio: float


@final
class Skipped(TypedDict):
    """Why a peer was not measured."""

    skipped: str


class Peers(TypedDict):
    """What else could compute the figures."""

    pandas: PandasFigures
    postgres: PostgresFigures | Skipped


class Nodes(TypedDict):
    """How many nodes dbt ran, by resource type."""

    full_build: dict[str, int]
    refresh: dict[str, int]


class Machine(TypedDict):
    """The machine, and its load average before the run."""

    cores: int | None
    memory_gb: float
    load_before: float


class Record(TypedDict):
    """One run; `history*` are by the number of months in the warehouse before, written as text."""

    date: str
    commit: str
    months: int
    municipalities: int
    cases: int
    rows: int
    full_build_s: float
    refresh_s: float
    limit_full_s: float
    limit_refresh_s: float
    fixed_s: float
    fixed_full_s: float
    noop_s: float
    cpu_s: CpuSeconds
    peak_mb: int
    limit_peak_mb: int
    refresh_peak_mb: int
    rows_per_s: int
    refresh_rows: int
    history: dict[str, float]
    history_cpu_s: dict[str, float]
    history_all: dict[str, list[float]]
    ratios: Ratios
    fixed_parts_s: dict[str, float]
    refresh_parts_s: dict[str, float]
    nodes: Nodes
    file_mb: FileSizes
    peers: Peers
    versions: dict[str, str]
    machine: Machine


class Requirement(NamedTuple):
    """A limit: what is limited, the figure found, and the most that it may be."""

    what: str
    found: float
    at_most: float

    @property
    def is_met(self) -> bool:
        """Tell whether the figure keeps the limit."""
        return self.found <= self.at_most


def add(record: Record) -> None:
    """Append a run; only for a clean checkout (`checkout.why_not_recorded`)."""
    with FILE.open("a", encoding="utf-8") as results:
        results.write(json.dumps(record) + "\n")


def latest() -> Record:
    """Return the last of the runs with the most rows."""
    records: list[Record] = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    most = max(record["rows"] for record in records)
    return [record for record in records if record["rows"] == most][-1]


def requirements(record: Record) -> list[Requirement]:
    """List the limits and what a run found; in seconds unless the text names another unit."""
    return [
        Requirement(
            f"full build: {FULL_TIMES_LIMIT} times the limit, and its fixed start",
            record["full_build_s"],
            round(FULL_TIMES_LIMIT * record["limit_full_s"] + record["fixed_full_s"], 2),
        ),
        Requirement(
            f"refresh: {REFRESH_S:g} s and its fixed start",
            record["refresh_s"],
            round(REFRESH_S + record["fixed_s"], 2),
        ),
        Requirement("fixed start of a refresh", record["fixed_s"], FIXED_S),
        Requirement(
            "slowest refresh by months of history, divided by the fastest",
            record["ratios"]["history_slowest_to_fastest"],
            HISTORY_RATIO,
        ),
        Requirement("peak memory of the full build, MB", record["peak_mb"], PEAK_MB),
    ]
