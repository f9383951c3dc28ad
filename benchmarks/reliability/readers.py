"""Read through SQLAlchemy in a loop while the warehouse is refreshed again and again."""

import threading
from collections import Counter
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from benchmarks.deliveries import as_csv, sample_rows
from benchmarks.reliability import warehouse as warehouses
from benchmarks.reliability.outcome import Outcome
from fingerplan import bi

READERS = 2
# April with one version, May with an odd and an even version
STATES = 3
QUERIES = (
    "select max(month), max(version), sum(row_count) from marts.dim_delivery where kind = 'cases'",
    "select count(*), sum(cases) from marts.fct_case_month",
    "select max(as_of_month) from marts.rpt_headline_figure where subject_kind = 'high_cost_cases'",
)


class Reading(NamedTuple):
    """The answers of one connection: what was delivered, what is in the mart of cases, and the newest headline."""

    month: date
    version: int
    delivered_rows: int
    mart_rows: int
    mart_cases: int
    headline_month: date

    @property
    def is_consistent(self) -> bool:
        """Tell whether all three answers come from the same published file."""
        return (
            self.mart_rows > 0 and self.month == self.headline_month and self.delivered_rows == self.mart_cases
        )

    @property
    def state(self) -> str:
        """Name the published state that was read."""
        parity = "odd" if self.version % 2 else "even"
        return f"{self.month:%Y-%m}, {parity} version, {self.mart_cases} cases"


class Reader(threading.Thread):
    """Reads until it is told to stop."""

    def __init__(self, warehouse: Path):
        """Take the published file."""
        super().__init__(daemon=True)
        self.states: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._engine = bi.engine(warehouse)
        self._ended = threading.Event()

    def run(self) -> None:
        """Read and count."""
        while not self._ended.is_set():
            try:
                reading = self._read()
            except Exception as error:  # whatever stops a reader is a finding
                self.wrong.append(f"{type(error).__name__}: {error}")
                continue
            self.states[reading.state] += 1
            if not reading.is_consistent:
                self.wrong.append(str(reading))

    def stop(self) -> None:
        """Stop reading."""
        self._ended.set()
        self.join()

    def _read(self) -> Reading:
        with self._engine.connect() as connection:
            delivered, cases, headline = (connection.execute(text(query)).one() for query in QUERIES)
        return Reading(delivered[0], delivered[1], int(delivered[2]), cases[0], int(cases[1]), headline[0])


def measure(folder: Path, times: int) -> Outcome:
    """Refresh May `times` times, with two contents in turn, while two readers read."""
    warehouse = warehouses.publish_april(folder)
    deliveries = _write_two_contents(folder)
    readers = [Reader(warehouse) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    exit_codes: Counter[int] = Counter()
    try:
        for number in range(times):
            options = ("--month", "2026-05", "--cases", str(deliveries[number % 2]))
            exit_codes[warehouses.run(warehouse, "refresh", *options).returncode] += 1
    finally:
        for reader in readers:
            reader.stop()
    states = sum((reader.states for reader in readers), Counter[str]())
    wrong = [line for reader in readers for line in reader.wrong][:5]
    if len(states) != STATES:
        wrong.append(f"{len(states)} states instead of {STATES}")
    figures = {
        "refreshes": times,
        **{f"exit {code}": count for code, count in sorted(exit_codes.items())},
        "readings": sum(states.values()),
        **{f"readings of {state}": count for state, count in sorted(states.items())},
    }
    return Outcome({**figures}, wrong)


def _write_two_contents(folder: Path) -> list[Path]:
    """Write May twice, the second time without the last case that no printed figure depends on."""
    rows = sample_rows("cases", "2026-05")
    bracket = rows[0].index("refund_bracket")
    last = next(row for row in reversed(rows) if row[bracket] == "none")
    files = []
    for number, content in enumerate((rows, [row for row in rows if row != last])):
        files.append(folder / f"may{number}.csv")
        files[-1].write_bytes(as_csv(content))
    return files
