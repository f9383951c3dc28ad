"""Write the synthetic extracts that ship with the project.

They stand in for what a municipality delivers from its case, finance and HR systems; everything built on them is marked
`sample`, and no real person or case is behind them. They are calibrated to the printed figures, which are read from the
seeds: the high-cost cases match SAU-09 in count and sum, bracket by bracket, in all seven printed months, and SAU-10 in
December 2024; from April to May 2026 four cases enter, three leave and four others become more expensive, as punkt 86
says.
"""

import csv
import random
from collections.abc import Iterable
from pathlib import Path

from fingerplan.gate.extracts import declared_extracts
from fingerplan.sample.cases import case_rows
from fingerplan.sample.measurements import kpi_rows, posting_rows
from fingerplan.sample.period import FIRST, LAST


def write_sample(root: Path) -> list[Path]:
    """Write the sample extracts to `root/seeds/extracts`; the bytes are the same each time.

    Returns:
        The written files.
    """
    chance = random.Random(20260609)  # noqa: S311 - synthetic data, not a secret
    folder = root / "seeds" / "extracts"
    folder.mkdir(exist_ok=True)
    rows = list(case_rows(root, chance))
    headers = {kind: list(declaration.column_types) for kind, declaration in declared_extracts(root).items()}
    written = []
    for year in range(FIRST.year, LAST.year + 1):
        of_year = [row for row in rows if row[1].startswith(str(year))]
        written.append(_write(folder / f"sample_cases_{year}.csv", headers["cases"], of_year))
    written.append(_write(folder / "sample_postings.csv", headers["postings"], posting_rows(chance)))
    written.append(_write(folder / "sample_kpis.csv", headers["kpis"], kpi_rows(chance)))
    return written


def _write(file: Path, header: list[str], rows: Iterable[list[str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
    return file
