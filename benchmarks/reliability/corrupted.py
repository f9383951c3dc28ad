"""Corrupted files at the gate: each is refused with a clear message, or accepted with the content of the clean file."""

import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
from openpyxl.utils.exceptions import IllegalCharacterError

from benchmarks import corruptions, deliveries
from benchmarks.deliveries import Rows
from benchmarks.reliability.outcome import Outcome
from fingerplan.errors import REJECTED, Refused
from fingerplan.paths import PROJECT
from fingerplan.seeds import Seed, check_seeds
from fingerplan.warehouse import refresh
from fingerplan.warehouse.archive import Archive, Key, Version

TODAY = date(2026, 6, 3)
LONGEST_LINE = 1000


@dataclass(frozen=True)
class CleanFile:
    """A file that the gate accepts: its kind, its rows, how they are written, and the bytes."""

    kind: str
    rows: Rows
    write: Callable[[Rows], bytes]
    content: bytes


class Gate:
    """The gate for files of May, after April."""

    def __init__(self, folder: Path):
        """Archive April with total rows, so that May is compared with it."""
        self._seeds: dict[str, Seed] = check_seeds(PROJECT)
        self._april: dict[Key, Version] = {}
        files: dict[str | None, Path] = {}
        for kind in deliveries.SEEDS:
            rows = deliveries.sample_rows(kind, "2026-04")
            files[kind] = folder / f"{kind}.csv"
            files[kind].write_bytes(deliveries.as_csv([*rows, deliveries.total_row(kind, rows)]))
        accepted = refresh.gate(files, date(2026, 4, 1), {}, self._seeds, TODAY)
        self._april, _ = refresh.archive_all(accepted, Archive(folder / "archive"), {})

    def check(self, file: Path, content: bytes, kind: str) -> str | None:
        """Deliver a file.

        Returns:
            The checksum of the accepted content; None if the file is refused.

        Raises:
            AssertionError: it is refused without clear findings, or the delivered file was changed.
        """
        try:
            file.write_bytes(content)
        except OSError:  # a name that the file system does not take
            file = file.with_name("file.csv")
            file.write_bytes(content)
        try:
            [accepted] = refresh.gate({kind: file}, date(2026, 5, 1), self._april, self._seeds, TODAY)
        except Refused as refusal:
            if refusal.exit_code != REJECTED or not refusal.findings:
                raise AssertionError(f"exit {refusal.exit_code}: {refusal.findings}") from None
            unclear = [line for line in refusal.findings if not is_clear(line)]
            if unclear:
                raise AssertionError(f"not a clear line: {unclear[0][:200]!r}") from None
            if file.read_bytes() != content:
                raise AssertionError("the delivered file was changed") from None
            return None
        return accepted.content_sha256


def is_clear(finding: str) -> bool:
    """Tell whether a finding is one printable line of reasonable length."""
    return finding.isprintable() and len(finding) <= LONGEST_LINE and bool(finding.strip())


def measure(folder: Path, times: int, seed: int = 20261123) -> Outcome:
    """Corrupt clean files at random and deliver them under odd names."""
    gate = Gate(folder)
    files = write_clean_files(folder)
    expected = _accept_clean_files(gate, files, folder / "clean")
    chance = random.Random(seed)  # noqa: S311 - not for security: the same draws every time
    found: Counter[str] = Counter()
    by_corruption: Counter[str] = Counter()
    wrong: list[str] = []
    began = time.monotonic()
    for number in range(times):
        clean = files[number % len(files)]
        name, content = corrupt(clean, chance)
        place = folder / "delivered"
        place.mkdir()
        file = place / Path(chance.choice([*corruptions.NAMES, "file.csv", "file.xlsx"])).name
        try:
            checksum = gate.check(file, content, clean.kind)
            if checksum is None:
                found["refused with a message"] += 1
            elif checksum == expected[clean.kind]:
                found["accepted with the same content"] += 1
            else:
                wrong.append(f"{number} {clean.kind} {name}: accepted with another content")
        except Exception as error:  # whatever stops the gate is a finding
            wrong.append(f"{number} {clean.kind} {name}: {type(error).__name__}: {error}")
        by_corruption[name] += 1
        shutil.rmtree(place)
        if number % 200 == 199:
            print(f"corrupted: {number + 1} of {times}, wrong: {len(wrong)}", file=sys.stderr, flush=True)
    figures = {"files": times, "seconds": round(time.monotonic() - began), **found}
    return Outcome({**figures, "corruptions": dict(sorted(by_corruption.items()))}, wrong)


def corrupt(clean: CleanFile, chance: random.Random) -> tuple[str, bytes]:
    """Draw a corruption of the rows or of the bytes; return its name and the corrupted file."""
    is_of_rows = chance.random() < 0.6
    of_bytes = corruptions.OF_BYTES if clean.content.startswith((b"PK", b"PAR1")) else corruptions.OF_TEXT
    if not is_of_rows:
        corrupt_bytes = chance.choice(of_bytes)
        return corrupt_bytes.__name__, corrupt_bytes(clean.content, chance)
    corrupt_rows = chance.choice(corruptions.OF_ROWS)
    try:
        return corrupt_rows.__name__, clean.write(corrupt_rows([list(row) for row in clean.rows], chance))
    except (ValueError, duckdb.Error, IllegalCharacterError):  # rows that no program could write either
        return corrupt_rows.__name__, corruptions.truncated(clean.content, chance)


def write_clean_files(folder: Path) -> list[CleanFile]:
    """Write May of every kind in every layout; text files and workbooks end with a total row, as April's did."""
    files = []
    for kind in deliveries.SEEDS:
        rows = deliveries.sample_rows(kind, "2026-05")
        with_total = [*rows, deliveries.total_row(kind, rows)]
        writers: list[tuple[Callable[[Rows], bytes], Rows]] = [
            (deliveries.as_csv, with_total),
            (deliveries.as_danish_csv, with_total),
            (deliveries.as_workbook, with_total),
            (lambda table: deliveries.as_parquet(table, folder), rows),
        ]
        files += [CleanFile(kind, content, write, write(content)) for write, content in writers]
    return files


def _accept_clean_files(gate: Gate, files: list[CleanFile], file: Path) -> dict[str, str]:
    """Return the checksum of each kind, which is the same in all layouts."""
    expected: dict[str, str] = {}
    for clean in files:
        accepted = gate.check(file, clean.content, clean.kind)
        if accepted is None or accepted != expected.setdefault(clean.kind, accepted):
            raise SystemExit(f"a clean file of {clean.kind} is not accepted like the others: {accepted}")
    return expected
