"""Kill a command with `kill -9`, at random moments and just before its file operations, again and again."""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.reliability import warehouse as warehouses
from benchmarks.reliability.outcome import Outcome

KILLS_IN_A_ROW = 3
# seconds after the start, or the number of the file operation that it does not come to
Moment = float | int


@dataclass
class Row:
    """The outcome of the kills on one place."""

    counts: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Victim:
    """A command to kill: its arguments, the project that it works in, the folder whose file operations count."""

    arguments: list[str]
    project: Path
    below: Path
    environment: dict[str, str]

    def command(self, operation: int | None = None) -> list[str]:
        """Give the command, or the one that is killed before an operation; 0 only counts them."""
        if operation is None:
            return warehouses.command(*self.arguments)
        module = "benchmarks.reliability.killed"
        return [sys.executable, "-m", module, str(operation), str(self.below), *self.arguments]

    def run(self) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        return subprocess.run(
            self.command(), cwd=self.project, env=self.environment, capture_output=True, text=True, check=False
        )

    def measure(self) -> tuple[float, int]:
        """Run it once; return the seconds it takes and the number of its file operations.

        Raises:
            SystemExit: it fails, so that nothing after it would mean anything.
        """
        began = time.monotonic()
        outcome = subprocess.run(
            self.command(0), cwd=self.project, env=self.environment, capture_output=True, text=True, check=False
        )
        if outcome.returncode:
            raise SystemExit(f"{self.arguments}: {outcome.returncode}\n{outcome.stdout}\n{outcome.stderr}")
        return time.monotonic() - began, int(outcome.stderr.splitlines()[-1])

    def kill(self, moment: Moment) -> int:
        """Start it and kill it at this moment; return its exit code, negative for a signal."""
        process = subprocess.Popen(
            self.command(moment if isinstance(moment, int) else None),
            cwd=self.project,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if isinstance(moment, float):
            time.sleep(moment)
            process.send_signal(signal.SIGKILL)
        return process.wait()


def draw_moments(times: int, lasts_s: float, operations: int) -> list[list[Moment]]:
    """Draw rows of moments, by turns of seconds and of file operations; the same ones every time.

    The operations are spread over all there are, so that with enough kills each one is hit.
    """
    chance = random.Random(20261123)  # noqa: S311 - not for security: the same draws every time
    rows = -(-times // KILLS_IN_A_ROW)
    hit = rows // 2 * KILLS_IN_A_ROW
    spread = [1 + number * operations // hit for number in range(hit)] if hit else []
    chance.shuffle(spread)
    return [
        [spread.pop() for _ in range(KILLS_IN_A_ROW)]
        if number % 2
        else [chance.uniform(0, lasts_s) for _ in range(KILLS_IN_A_ROW)]
        for number in range(rows)
    ]


def said(moment: Moment) -> str:
    """Write a moment for a person."""
    return f"before file operation {moment}" if isinstance(moment, int) else f"at {moment:.2f} s"


def kill_rows(
    what: str, folder: Path, moments: list[list[Moment]], kill_row: Callable[[Path, list[Moment]], Row], workers: int
) -> Row:
    """Kill `workers` rows at a time, each in a new folder that does not exist yet; print how far it is."""

    def kill_one(number: int) -> Row:
        place = folder / f"kill{number}"
        row = kill_row(place, moments[number])
        shutil.rmtree(place)
        return row

    total = Row()
    with ThreadPoolExecutor(workers) as pool:
        for done, row in enumerate(pool.map(kill_one, range(len(moments))), 1):
            total.counts += row.counts
            total.wrong += [f"row {done}: {wrong}" for wrong in row.wrong]
            if done % 5 == 0:
                kills = f"{done * KILLS_IN_A_ROW} of {len(moments) * KILLS_IN_A_ROW}"
                print(f"{what}: {kills}, wrong: {len(total.wrong)}", file=sys.stderr, flush=True)
    return total


def outcome(what: str, moments: list[list[Moment]], lasts_s: float, operations: int, total: Row) -> Outcome:
    """Put the figures of all rows together."""
    kills = [moment for row in moments for moment in row]
    return Outcome(
        {
            what: len(kills),
            "at random moments": sum(isinstance(moment, float) for moment in kills),
            "before a file operation": sum(isinstance(moment, int) for moment in kills),
            "file operations of one": operations,
            "seconds of one": round(lasts_s, 1),
            **dict(sorted(total.counts.items())),
        },
        total.wrong,
    )
