"""The figures of the runs, one JSON object a line, and what is asked of them."""

import json
from pathlib import Path

FILE = Path(__file__).with_name("results.jsonl")

# the full build: so many times the SQL by hand, and the fixed start; a refresh: so many seconds and its fixed start
FULL_TIMES_LIMIT = 1.5
REFRESH_S = 1.0
FIXED_S = 6.0
HISTORY_RATIO = 1.2
PEAK_MB = 8192


def add(line: dict) -> str:
    """Add a run, and give its line."""
    written = json.dumps(line)
    with FILE.open("a", encoding="utf-8") as results:
        results.write(written + "\n")
    return written


def latest() -> dict:
    """Give the last of the runs with the most rows."""
    lines = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    most = max(line["rows"] for line in lines)
    return [line for line in lines if line["rows"] == most][-1]


def asked_for(line: dict) -> list[tuple[str, float, float]]:
    """Give what is asked for, what was found, and the most that it may be; seconds unless it says otherwise."""
    return [
        (
            f"full build: {FULL_TIMES_LIMIT} times the limit, and its fixed start",
            line["full_build_s"],
            round(FULL_TIMES_LIMIT * line["limit_full_s"] + line["fixed_full_s"], 2),
        ),
        (
            f"refresh: {REFRESH_S:g} s and its fixed start",
            line["refresh_s"],
            round(REFRESH_S + line["fixed_s"], 2),
        ),
        ("fixed start of a refresh", line["fixed_s"], FIXED_S),
        (
            "slowest refresh by months of history, times the fastest",
            line["ratios"]["history_slowest_to_fastest"],
            HISTORY_RATIO,
        ),
        ("peak memory of the full build, MB", line["peak_mb"], PEAK_MB),
    ]
