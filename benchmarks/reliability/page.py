"""The page `docs/reference/reliability.md`, and the record it is written from: the latest figures of each part."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict

from benchmarks.reliability.outcome import Figure, Outcome
from fingerplan.paths import PROJECT

PARTS = ("kill", "rollback", "minutes", "site", "disk", "readers", "corrupted", "speed")
RECORD = PROJECT / "docs" / "reference" / "reliability.jsonl"

PAGE = """# Reliability

What the commands survive, measured by `make reliability` on the real ones and the shipped sample: April is published,
May is delivered. The script writes this page from `reliability.jsonl`. The machines are shared, so the counts say more
than the seconds. `make test` repeats each part on a small scale, and kills a refresh, a change of the seeds and the
swap of the site before each of their file operations in turn.

## Killed refreshes
Each with a `kill -9`, half of them at a random moment within the time that a refresh takes, half just before one of its
file operations; those that had ended by then are counted separately. After each kill the published file was either the
old one, byte for byte, or the new one; the new one has the marts of an undisturbed refresh (EXCEPT ALL both ways) and
passes every data test. The kills come three in a row on one warehouse, so that each refresh meets what the killed ones
left. The fourth refresh is not killed: it must succeed without help, give the same marts, and leave no file outside the
known places that may hold a delivered row: beside the warehouse, in the drop folder, or among the temporary files.

{kill_table}

## Killed rollbacks
In the same way, from May to April. After each kill one of the two is published, byte for byte, and the other is kept;
the next refresh publishes May again and leaves no file.

{rollback_table}

## Killed `minutes --write`
In the same way, three in a row on one copy of the project. "Some of both, committed" are seeds in the middle of being
put in place, which the next command completes before it reads them. The fourth command must succeed without help, and
leave the seeds as an undisturbed one writes them, and no other file.

{minutes_table}

## Killed builds of the site
The site of April is served while builds of the next publication are killed at random moments. After each kill the old
site is served or the new one, and the next build succeeds.

{site_table}

## A disk that fills up, a folder that cannot be written
A tmpfs with between 0 and 64 MB free, and one mounted read-only. A refresh that did not fit said so in one line, ended
with exit code 4 and left the published file as it was; with space again, the next one succeeded.

{disk_table}

## Readers during refreshes
Two readers repeat three queries through `fingerplan.bi`, each time over one SQLAlchemy connection, while May is
delivered again and again with two different contents. The three answers of a connection must come from the same file.

{readers_table}

## Corrupted files
Twelve clean files (cases, postings and key figures; commas, semicolons in windows-1252, workbook, Parquet; all but
Parquet with a total row) are corrupted at random and delivered after April, under names such as `../outside.csv`,
`-rf.csv` or with a line break in them. Each is refused with findings of one printable line each, or accepted with the
content of the clean file.

{corrupted_table}

**What the gate cannot see:** a text file without a total row that lost its last rows exactly at a line end is a
complete, shorter file. The comparison with the previous month notices a loss of a fifth of the rows, not of one row; a
total row closes that gap. A workbook contains checksums; a Parquet file has none, so a changed byte inside a number
reads as another number.

## Where the time goes
{speed_table}

A refresh must end in under 20 s on two cores. Great Expectations and pandas take 3 s of the gate and are imported only
there.
"""


class Part(TypedDict):
    """The latest figures of a part: when and at which commit it was measured, and what went wrong."""

    part: str
    at: str
    commit: str
    figures: dict[str, Figure]
    wrong: list[str]


def part_of(name: str, at: str, commit: str, outcome: Outcome) -> Part:
    """Make the record of a part."""
    return {"part": name, "at": at, "commit": commit, "figures": outcome.figures, "wrong": outcome.wrong}


def read(record: Path = RECORD) -> dict[str, Part]:
    """Read the latest figures of each part."""
    lines: list[Part] = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    return {part["part"]: part for part in lines}


def write(measured: Part, record: Path = RECORD) -> None:
    """Replace the figures of a part in the record, and write the page from it."""
    parts = {**read(record), measured["part"]: measured}
    lines = [json.dumps(part, ensure_ascii=False) + "\n" for part in parts.values()]
    record.write_text("".join(lines), encoding="utf-8")
    record.with_suffix(".md").write_text(render(parts), encoding="utf-8")


def render(parts: Mapping[str, Part]) -> str:
    """Render the page."""
    tables = {name: table(parts[name]) if name in parts else "Not measured yet." for name in PARTS}
    return PAGE.format(**{f"{name}_table": written for name, written in tables.items()})


def table(part: Part) -> str:
    """Render the figures of a part as a Markdown table; counts by name become words."""
    rows = [f"| {name} | {in_words(figure)} |" for name, figure in part["figures"].items()]
    head = [f"| measured {part['at']}, commit {part['commit']} | |", "|---|---|"]
    return "\n".join([*head, *rows, f"| **wrong** | **{len(part['wrong'])}** |"])


def in_words(figure: Figure) -> str:
    """Write a figure as text: `{"a": 1, "b": 2}` becomes `a: 1, b: 2`."""
    if isinstance(figure, dict):
        return ", ".join(f"{name.replace('_', ' ')}: {count}" for name, count in figure.items())
    return str(figure)
