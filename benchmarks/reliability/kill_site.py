"""Kill builds of the site: the site is the old or the new one, and the next build succeeds and clears up."""

import random
import signal
import time
from pathlib import Path

from benchmarks.reliability import kill
from benchmarks.reliability import warehouse as warehouses
from benchmarks.reliability.outcome import Outcome, SkippedError
from fingerplan.errors import Refused
from fingerplan.outputs.site import SOURCE, find_node, published_run, shown_site
from fingerplan.paths import PROJECT


def measure(folder: Path, times: int) -> Outcome:
    """Build the site of April, publish May, and kill builds of its site; the last build is not killed.

    Raises:
        SkippedError: there is no Node.js, or no package of the site.
    """
    try:
        find_node()
    except Refused as refusal:
        raise SkippedError(f"site: {refusal}") from None
    if not (SOURCE / "node_modules").exists():
        raise SkippedError("site: its packages are not installed; run make site first")
    warehouse = warehouses.publish_april(folder)
    served = folder / "served" / "site"
    environment = {**warehouses.environment(warehouse), "FINGERPLAN_SITE": str(served)}
    build = kill.Victim(["site"], PROJECT, served.parent, environment)
    began = time.monotonic()
    first = build.run()
    if first.returncode:
        raise SystemExit(f"site: {first.returncode}\n{first.stderr}")
    lasts_s = time.monotonic() - began
    old = published_run(warehouse)
    warehouses.run_checked(warehouse, "build")
    new = published_run(warehouse)
    chance = random.Random(20261123)  # noqa: S311 - not for security: the same draws every time
    row = kill.Row()
    for _ in range(times):
        exit_code = build.kill(chance.uniform(0, lasts_s))
        row.counts["killed" if exit_code == -signal.SIGKILL else "had ended before the kill"] += 1
        shown = shown_site(served)
        state = {old: "the old site", new: "the new site"}.get(shown.run_id if shown else "", "no site")
        row.counts[state] += 1
        if state == "no site" or not (served / "index.html").is_file():
            row.wrong.append(f"{state} is served")
    again = build.run()
    shown = shown_site(served)
    if again.returncode or shown is None or shown.run_id != new:
        row.wrong.append(f"the next build: exit {again.returncode} {again.stderr[-500:]}")
    left = sorted(path.name for path in served.parent.iterdir() if path.name != served.name)
    if len(left) > 2 or (SOURCE / ".stage").exists():
        row.wrong.append(f"left: {left}, .stage: {(SOURCE / '.stage').exists()}")
    return Outcome({"builds": times, "seconds of one": round(lasts_s, 1), **row.counts}, row.wrong)
