"""What the commands survive, measured on the real ones: `make reliability` (two and a half hours on two cores).

    kill       kill -9 of refreshes, at random moments and before file operations; the published file is the old or the
               new one, and the next refresh succeeds and leaves no file that holds a delivered row
    rollback   the same of rollbacks
    minutes    the same of `fingerplan minutes --write`, for the seeds
    site       kill -9 of builds of the site
    disk       a disk that fills up, and a folder that cannot be written
    readers    queries through SQLAlchemy in a loop while the warehouse is refreshed again and again
    corrupted  corrupted files at the gate
    speed      where the time of a refresh goes

Each part prints its figures as one JSON line. The line also goes to `docs/reference/reliability.jsonl`, from which
`docs/reference/reliability.md` is written, unless the checkout has uncommitted changes. The part `disk` mounts a small
tmpfs, so it is skipped unless run as root; `site` is skipped without the packages of the site. Exit code 1 if
anything went wrong.
"""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import checkout
from benchmarks.engines.building import temporary_folder
from benchmarks.reliability import (
    corrupted,
    disk,
    kill_minutes,
    kill_refresh,
    kill_rollback,
    kill_site,
    page,
    readers,
    speed,
)
from benchmarks.reliability.outcome import Outcome, SkippedError


def main() -> int:
    """Run the parts, print their figures and record them."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.reliability",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", help="all of them by default")
    parser.add_argument("--kills", type=int, default=102, help="of each: refreshes, rollbacks, minutes --write")
    parser.add_argument("--site-kills", type=int, default=5, help="of builds of the site")
    parser.add_argument("--workers", type=int, default=2, help="commands at a time while killing")
    parser.add_argument("--files", type=int, default=2500, help="corrupted files")
    parser.add_argument("--refreshes", type=int, default=20, help="refreshes while reading")
    options = parser.parse_args()
    parts: dict[str, Callable[[Path], Outcome]] = {
        "speed": speed.measure,
        "corrupted": lambda folder: corrupted.measure(folder, options.files),
        "disk": disk.measure,
        "readers": lambda folder: readers.measure(folder, options.refreshes),
        "minutes": lambda folder: kill_minutes.measure(folder, options.kills, options.workers),
        "rollback": lambda folder: kill_rollback.measure(folder, options.kills, options.workers),
        "kill": lambda folder: kill_refresh.measure(folder, options.kills, options.workers),
        "site": lambda folder: kill_site.measure(folder, options.site_kills),
    }
    unknown = sorted(set(options.parts) - parts.keys())
    if unknown:
        parser.error(f"no part {', '.join(unknown)}; the parts are {', '.join(parts)}")
    # before anything is measured: recording the first part changes the checkout
    commit, why_not_recorded = checkout.commit(), checkout.why_not_recorded()
    wrong = 0
    for name in options.parts or parts:
        try:
            with temporary_folder(name) as folder:
                outcome = parts[name](folder)
        except SkippedError as skipped:
            print(f"Skipped: {skipped}", file=sys.stderr)
            continue
        measured = page.part_of(name, f"{datetime.now(UTC):%Y-%m-%d}", commit, outcome)
        print(json.dumps(measured, ensure_ascii=False), flush=True)
        if not why_not_recorded:
            page.write(measured)
        wrong += len(outcome.wrong)
    if why_not_recorded:
        print(why_not_recorded, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
