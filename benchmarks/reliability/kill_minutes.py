"""Kill `fingerplan minutes --write`: no seed is lost, and the next one completes or repeats what was killed."""

import os
import shutil
import signal
from pathlib import Path

from benchmarks.reliability import kill
from benchmarks.reliability.outcome import Outcome
from fingerplan.paths import PROJECT

# minutes of which the seeds have nothing yet
DOCUMENT = PROJECT / "tests" / "fixtures" / "minutes" / "minutes_2026_08_11.txt"
Seeds = dict[str, bytes]


def measure(folder: Path, times: int, workers: int) -> Outcome:
    """Kill the command, three times in a row on each copy of the project; the fourth run must succeed.

    Args:
        folder: an empty folder.
        times: the number of kills, rounded up to whole rows.
        workers: the number of commands at a time.
    """
    reference = copy_project(folder / "reference")
    old = seeds_of(reference)
    lasts_s, operations = write_minutes(reference).measure()
    new = seeds_of(reference)
    moments = kill.draw_moments(times, lasts_s, operations)

    def kill_row(place: Path, row: list[kill.Moment]) -> kill.Row:
        return _kill_row(copy_project(place), row, old, new)

    total = kill.kill_rows("minutes", folder, moments, kill_row, workers)
    return kill.outcome("commands", moments, lasts_s, operations, total)


def copy_project(to: Path) -> Path:
    """Copy what the command line reads."""
    for part in ("fingerplan", "seeds", "models/staging/extracts"):
        shutil.copytree(PROJECT / part, to / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "dbt_project.yml", to)
    return to


def seeds_of(project: Path) -> Seeds:
    """Read every seed, by its path."""
    return {str(file.relative_to(project)): file.read_bytes() for file in (project / "seeds").rglob("*.csv")}


def write_minutes(project: Path) -> kill.Victim:
    """Give the command that writes the document into the seeds of a project."""
    environment = {**os.environ, "PYTHONPATH": f"{project}{os.pathsep}{PROJECT}"}
    return kill.Victim(["minutes", str(DOCUMENT), "--write"], project, project, environment)


def _kill_row(project: Path, moments: list[kill.Moment], old: Seeds, new: Seeds) -> kill.Row:
    row = kill.Row()
    command = write_minutes(project)
    for moment in moments:
        exit_code = command.kill(moment)
        row.counts["killed" if exit_code == -signal.SIGKILL else "had ended before the kill"] += 1
        if exit_code not in (0, -signal.SIGKILL):
            row.wrong.append(f"exit {exit_code}, not killed {kill.said(moment)}")
        seeds = seeds_of(project)
        state = "the old seeds" if seeds == old else "the new seeds" if seeds == new else "some of both, committed"
        row.counts[state] += 1
        if state.startswith("some") and any(seeds[name] not in (old[name], new[name]) for name in old):
            row.wrong.append(f"killed {kill.said(moment)}: a seed that is neither old nor new")
    again = command.run()
    if again.returncode or "Traceback" in again.stderr or seeds_of(project) != new:
        row.wrong.append(f"after kills {moments}: exit {again.returncode} {again.stderr[-500:]}")
    row.counts["undisturbed next command, exit 0"] += again.returncode == 0
    left = [path.name for path in project.iterdir() if path.name.startswith(".")]
    row.wrong += [f"after kills {moments}: left: {name}" for name in left]
    return row
