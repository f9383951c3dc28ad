"""Where the time of a refresh goes, by the command's own log."""

import json
from pathlib import Path

from benchmarks.deliveries import deliver
from benchmarks.reliability import warehouse as warehouses
from benchmarks.reliability.outcome import Outcome

AT_MOST_S = 20


def measure(folder: Path) -> Outcome:
    """Refresh May once."""
    warehouse = warehouses.publish_april(folder)
    log = warehouses.run(warehouse, "refresh", *deliver(folder, "2026-05"), "--log-json").stdout
    return read_log(log)


def read_log(log: str) -> Outcome:
    """Read the seconds of each step, and what was built, from the lines of `--log-json`."""
    steps = [json.loads(line) for line in log.splitlines()]
    seconds: dict[str, float] = {step["step"]: step["seconds"] for step in steps if "seconds" in step}
    [built] = [step["said"] for step in steps if step.get("step") == "Building and testing"]
    wrong = [] if seconds["end"] < AT_MOST_S else [f"{seconds['end']} s; at most {AT_MOST_S}"]
    return Outcome({"seconds": seconds, "built": ", ".join(built)}, wrong)
