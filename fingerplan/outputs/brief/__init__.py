"""The meeting brief in Danish: a workbook for the controller and a page of two sheets for the meeting folder."""

from pathlib import Path

from fingerplan.outputs.brief import figures
from fingerplan.outputs.brief.page import write_page
from fingerplan.outputs.brief.workbook import write_workbook

WRITERS = {".html": write_page, ".xlsx": write_workbook}


def write_brief(warehouse: Path, out: Path) -> None:
    """Write the brief of a warehouse as `.html` or `.xlsx`; the file appears complete or not at all.

    Raises:
        ValueError: where the file has another suffix.
        OSError: where it cannot be written.
        duckdb.Error: where the warehouse cannot be read, or lacks a mart.
    """
    if out.suffix not in WRITERS:
        raise ValueError(f"{out}: the brief is written as .html or .xlsx")
    brief = figures.read(warehouse)
    unfinished = out.with_name(f".{out.name}.part")
    try:
        WRITERS[out.suffix](brief, unfinished)
        unfinished.replace(out)
    finally:
        unfinished.unlink(missing_ok=True)
