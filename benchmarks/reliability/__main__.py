"""What a refresh survives, measured on the real command: `make reliability` (an hour and a half on two cores).

    kill       kill -9 at random moments; the published file is the old or the new one, and the next refresh succeeds
    disk       a disk that fills up, and a folder that cannot be written
    readers    queries through SQLAlchemy in a loop while the warehouse is refreshed again and again
    corrupted  corrupted files at the gate
    speed      where the time of a refresh goes

Each part prints its figures as one JSON line and adds it to `docs/reference/reliability.jsonl`, from which
`docs/reference/reliability.md` is written. The part `disk` mounts a small tmpfs, so it needs root, and says so where it
is not.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import duckdb  # noqa: E402
from sqlalchemy import text  # noqa: E402

from fingerplan import bi  # noqa: E402
from fingerplan.errors import Refused  # noqa: E402
from fingerplan.seeds import check_seeds  # noqa: E402
from fingerplan.warehouse import refresh  # noqa: E402
from tests.support import corruptions, deliveries  # noqa: E402

RECORD = ROOT / "docs" / "reference" / "reliability.jsonl"
# the tables that say when and by which run; everything else must be the same for the same input
OF_THE_RUN = {"dim_delivery": "accepted_at"}


def command(warehouse: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "fingerplan", *arguments]


def environment(warehouse: Path) -> dict[str, str]:
    return {**os.environ, "FINGERPLAN_WAREHOUSE": str(warehouse), "PYTHONPATH": str(ROOT)}


def run(warehouse: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(warehouse, *arguments),
        cwd=ROOT,
        env=environment(warehouse),
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def must(warehouse: Path, *arguments: str) -> None:
    outcome = run(warehouse, *arguments)
    if outcome.returncode:
        raise SystemExit(f"{arguments}: {outcome.returncode}\n{outcome.stdout}\n{outcome.stderr}")


def checksum(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def marts_differ(one: Path, other: Path) -> list[str]:
    """The marts that differ between two warehouses, both ways and counting rows."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only)")
        connection.execute(f"attach '{other}' as other (read_only)")
        tables = connection.execute(
            "select database_name, table_name from duckdb_tables() where schema_name = 'marts'"
        ).fetchall()
        names = [{table for database, table in tables if database == of} for of in ("one", "other")]
        differing = sorted(names[0] ^ names[1])
        for table in sorted(names[0] & names[1]):
            columns = f"* exclude ({OF_THE_RUN[table]})" if table in OF_THE_RUN else "*"
            for left, right in (("one", "other"), ("other", "one")):
                rows = connection.execute(
                    f"select count(*) from (select {columns} from {left}.marts.{table}"
                    f" except all select {columns} from {right}.marts.{table})"
                ).fetchone()
                if rows != (0,):
                    differing.append(f"{table}: {rows[0]} rows of {left}")
    return differing


def base(folder: Path) -> Path:
    """A warehouse with April published, and what the refresh to May is fed."""
    warehouse = folder / "base" / "fingerplan.duckdb"
    warehouse.parent.mkdir(parents=True)
    must(warehouse, "refresh", *deliveries.deliver(folder, "2026-04"))
    return warehouse


def copied(warehouse: Path, to: Path) -> Path:
    shutil.copytree(warehouse.parent, to)
    return to / warehouse.name


# --- kill ------------------------------------------------------------------------------------------------------------


KILLS_IN_A_ROW = 3


def kill(folder: Path, times: int, workers: int) -> dict:
    """Kill refreshes, three in a row on one warehouse so that what they leave piles up; the fourth must succeed."""
    start = base(folder)
    may = deliveries.deliver(folder, "2026-05")
    references = [copied(start, folder / f"reference{number}") for number in range(workers)]
    began = time.monotonic()
    with ThreadPoolExecutor(workers) as pool:  # as many at once as later, so that the time is that of one among them
        list(pool.map(lambda warehouse: must(warehouse, "refresh", *may), references))
    lasts = time.monotonic() - began
    chance = random.Random(20261123)  # noqa: S311
    rows = -(-times // KILLS_IN_A_ROW)
    moments = [[chance.uniform(0, lasts) for _ in range(KILLS_IN_A_ROW)] for _ in range(rows)]
    found: Counter[str] = Counter()
    wrong: list[str] = []

    def a_row(number: int) -> None:
        place = folder / f"kill{number}"
        warehouse = copied(start, place)
        for moment in moments[number]:
            before = checksum(warehouse)
            process = subprocess.Popen(
                command(warehouse, "refresh", *may),
                cwd=ROOT,
                env=environment(warehouse),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            time.sleep(moment)
            process.send_signal(signal.SIGKILL)
            ended = process.wait()
            is_new = checksum(warehouse) != before
            found["killed" if ended == -signal.SIGKILL else "had ended before"] += 1
            found["the new file" if is_new else "the old file"] += 1
            if ended not in (0, -signal.SIGKILL):
                wrong.append(f"row {number}: exit {ended} before the kill at {moment:.2f} s")
            if is_new:
                differing = marts_differ(warehouse, references[0])
                dbt = [str(Path(sys.executable).with_name("dbt")), "-q", "test", "--target", "published"]
                tested = subprocess.run(
                    [*dbt, "--target-path", str(place / "t")],
                    cwd=ROOT,
                    env={**environment(warehouse), "DBT_PROFILES_DIR": str(ROOT / "profiles")},
                    capture_output=True,
                    text=True,
                    check=False,
                )
                if differing or tested.returncode:
                    wrong.append(f"row {number} at {moment:.2f} s: {differing} {tested.stdout[-500:]}")
        again = run(warehouse, "refresh", *may)
        if again.returncode or "Traceback" in again.stderr or marts_differ(warehouse, references[0]):
            wrong.append(f"after row {number} {moments[number]}: {again.returncode} {again.stderr[-500:]}")
        found["next refresh left alone, exit 0"] += again.returncode == 0
        shutil.rmtree(place)

    with ThreadPoolExecutor(workers) as pool:
        for done, _ in enumerate(pool.map(a_row, range(rows)), 1):
            if done % 5 == 0:
                said = f"kill: {done * KILLS_IN_A_ROW} of {rows * KILLS_IN_A_ROW}, wrong: {wrong}"
                print(said, file=sys.stderr, flush=True)
    return {"refreshes": rows * KILLS_IN_A_ROW, "refresh_s": round(lasts, 1), **found, "wrong": wrong}


# --- disk ------------------------------------------------------------------------------------------------------------


def disk(folder: Path) -> dict:
    if os.geteuid():
        return {"skipped": "needs root, to mount a small tmpfs", "wrong": []}
    start = base(folder)
    old = checksum(start)
    may = deliveries.deliver(folder, "2026-05")
    mount = folder / "small"
    mount.mkdir()
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(mount)], check=True)
    try:
        for free in (0, 64, *(1024 * mb for mb in (1, 4, 12, 24, 32, 40, 64))):
            warehouse = copied(start, mount / "w")
            filler = mount / "filler"
            state = os.statvfs(mount)
            with filler.open("wb") as stream:
                left = state.f_bavail * state.f_frsize - free * 1024
                while left > 0:
                    left -= stream.write(b"\0" * min(left, 2**20))
            outcome = run(warehouse, "refresh", *may)
            outcomes[f"exit {outcome.returncode}"] += 1
            if "Traceback" in outcome.stderr + outcome.stdout:
                wrong.append(f"{free} KB free: a traceback {outcome.stderr[-300:]}")
            if outcome.returncode not in (0, 4) or (outcome.returncode and checksum(warehouse) != old):
                wrong.append(f"{free} KB free: exit {outcome.returncode}, {outcome.stderr[-300:]}")
            filler.unlink()
            again = run(warehouse, "refresh", *may)
            if again.returncode:
                wrong.append(f"after {free} KB free: exit {again.returncode}, {again.stderr[-300:]}")
            shutil.rmtree(warehouse.parent)
        warehouse = copied(start, mount / "w")
        subprocess.run(["mount", "-o", "remount,ro", str(mount)], check=True)
        outcome = run(warehouse, "refresh", *may)
        outcomes[f"read-only folder: exit {outcome.returncode}"] += 1
        if outcome.returncode != 4 or "Traceback" in outcome.stderr or checksum(warehouse) != old:
            wrong.append(f"read-only: exit {outcome.returncode}, {outcome.stderr[-300:]}")
        subprocess.run(["mount", "-o", "remount,rw", str(mount)], check=True)
        if run(warehouse, "refresh", *may).returncode:
            wrong.append("after read-only: the next refresh failed")
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=False)
    return {**outcomes, "wrong": wrong}


QUERIES = (
    "select max(month), max(version), sum(row_count) from marts.dim_delivery where kind = 'cases'",
    "select count(*), sum(cases) from marts.fct_case_month",
    "select max(as_of_month) from marts.rpt_headline_figure where subject_kind = 'high_cost_cases'",
)

# --- readers ---------------------------------------------------------------------------------------------------------


def readers(folder: Path, times: int) -> dict:
    warehouse = base(folder)
    rows = deliveries.sample_rows("cases", "2026-05")
    files = []
    for number in range(2):  # two contents of May, one of them without the last case that no printed figure depends on
        file = folder / f"may{number}.csv"
        kept = [row for row in rows if number == 0 or row != next(r for r in reversed(rows) if r[8] == "none")]
        file.write_bytes(deliveries.as_csv(kept))
        files.append(file)
    seen: Counter[tuple] = Counter()
    errors: list[str] = []
    stop = threading.Event()

    def read() -> None:
        engine = bi.engine(warehouse)
        while not stop.is_set():
            try:
                with engine.connect() as connection:
                    said, counted, months = (connection.execute(text(query)).one() for query in QUERIES)
                if not counted[0] or said[0] != months[0] or said[2] != counted[1]:
                    errors.append(f"{said} {counted} {months}")
                seen[(str(said[0]), said[1] % 2, int(counted[1]))] += 1
            except Exception as error:
                errors.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    codes: Counter[int] = Counter()
    try:
        for number in range(times):
            codes[run(warehouse, "refresh", "--month", "2026-05", "--cases", str(files[number % 2])).returncode] += 1
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return {
        "refreshes": times,
        "exit codes": {str(code): count for code, count in codes.items()},
        "readings": sum(seen.values()),
        "states seen (month, odd version, cases)": {str(state): count for state, count in sorted(seen.items())},
        "wrong": errors[:5] + ([] if len(seen) == 3 else [f"{len(seen)} states instead of 3"]),
    }


# --- corrupted files -------------------------------------------------------------------------------------------------


def clean_files(folder: Path) -> list[tuple[str, deliveries.Rows, object, bytes]]:
    """Kind, rows, how they are written, and the clean bytes; text ends with a total row, as April's did."""
    files = []
    for kind in deliveries.SEEDS:
        rows = deliveries.sample_rows(kind, "2026-05")
        with_total = [*rows, deliveries.total_row(kind, rows)]
        for write, content in (
            (deliveries.as_csv, with_total),
            (deliveries.as_danish_csv, with_total),
            (deliveries.as_workbook, with_total),
            (lambda table: deliveries.as_parquet(table, folder), rows),
        ):
            files.append((kind, content, write, write(content)))
    return files


def corrupted(folder: Path, times: int, seed: int = 20261123) -> dict:
    seeds = check_seeds(ROOT)
    counted = april_with_totals(folder, seeds)
    files = clean_files(folder)
    expected = {}
    for kind, _, _, content in files:
        accepted = gate(folder / "clean", content, kind, counted, seeds)
        expected.setdefault(kind, accepted)
        if accepted is None or accepted != expected[kind]:
            print((folder / "clean.report.txt").read_text())
            raise SystemExit(f"a clean file of {kind} is not accepted as the others: {accepted}")
    chance = random.Random(seed)  # noqa: S311
    found: Counter[str] = Counter()
    by_corruption: Counter[str] = Counter()
    wrong: list[str] = []
    began = time.monotonic()
    for number in range(times):
        kind, rows, write, content = files[number % len(files)]
        is_of_rows = chance.random() < 0.6
        of_bytes = corruptions.OF_BYTES if content.startswith((b"PK", b"PAR1")) else corruptions.OF_TEXT
        corruption = chance.choice(corruptions.OF_ROWS if is_of_rows else of_bytes)
        try:
            if is_of_rows:
                content = write(corruption([list(row) for row in rows], chance))
            else:
                content = corruption(content, chance)
        except (ValueError, duckdb.Error, openpyxl_refuses()):  # the writer refuses what no program could write either
            content = corruptions.truncated(content, chance)
        place = folder / "delivered"
        place.mkdir()
        name = chance.choice([*corruptions.NAMES, "file.csv", "file.xlsx"])
        file = place / Path(name).name
        try:
            outcome = gate(file, content, kind, counted, seeds)
            if outcome is None:
                found["refused with a message"] += 1
            elif outcome == expected[kind]:
                found["accepted with the same content"] += 1
            else:
                wrong.append(f"{number} {kind} {corruption.__name__}: accepted with another content")
        except Exception as error:
            wrong.append(f"{number} {kind} {corruption.__name__}: {type(error).__name__}: {error}")
        by_corruption[corruption.__name__] += 1
        shutil.rmtree(place)
        if number % 200 == 199:
            print(f"corrupted: {number + 1} of {times}, wrong: {len(wrong)}", file=sys.stderr, flush=True)
    return {
        "files": times,
        "seconds": round(time.monotonic() - began),
        **found,
        "corruptions": dict(sorted(by_corruption.items())),
        "wrong": wrong,
    }


def openpyxl_refuses() -> type[Exception]:
    from openpyxl.utils.exceptions import IllegalCharacterError

    return IllegalCharacterError


def april_with_totals(folder: Path, seeds: dict) -> dict:
    """April in an archive of its own, so that May is held against it."""
    from fingerplan.warehouse.archive import Archive

    archive = Archive(folder / "archive")
    files = {}
    for kind in deliveries.SEEDS:
        rows = deliveries.sample_rows(kind, "2026-04")
        files[kind] = folder / f"{kind}.csv"
        files[kind].write_bytes(deliveries.as_csv([*rows, deliveries.total_row(kind, rows)]))
    accepted = refresh.gate(files, date(2026, 4, 1), {}, seeds, date(2026, 6, 3))
    versions, _ = refresh.archive_all(accepted, archive, {})
    return versions


def gate(file: Path, content: bytes, kind: str, counted: dict, seeds: dict) -> str | None:
    """The checksum of the accepted content, or None where the file is refused with findings of one line each."""
    try:
        file.write_bytes(content)
    except OSError:  # a name that the file system does not take
        file = file.with_name("file.csv")
        file.write_bytes(content)
    try:
        return refresh.gate({kind: file}, date(2026, 5, 1), counted, seeds, date(2026, 6, 3))[0].content_sha256
    except Refused as refusal:
        if refusal.exit_code != 3 or not refusal.findings:
            raise AssertionError(f"exit {refusal.exit_code}: {refusal.findings}") from None
        bad = [line for line in refusal.findings if not line.isprintable() or len(line) > 1000 or not line.strip()]
        if bad:
            raise AssertionError(f"no clear line: {bad[0][:200]!r}") from None
        if file.read_bytes() != content:
            raise AssertionError("the delivered file was changed") from None
        return None


# --- speed -----------------------------------------------------------------------------------------------------------


def speed(folder: Path) -> dict:
    warehouse = base(folder)
    outcome = run(warehouse, "refresh", *deliveries.deliver(folder, "2026-05"), "--log-json")
    steps = [json.loads(line) for line in outcome.stdout.splitlines()]
    seconds = {step["step"]: step["seconds"] for step in steps if "seconds" in step}
    said = next(step["said"] for step in steps if step.get("step") == "Building and testing")
    return {"seconds": seconds, "of the build": said, "wrong": [] if seconds["end"] < 20 else ["20 s or more"]}


# --- the page --------------------------------------------------------------------------------------------------------

PAGE = """# Reliability

What a refresh survives, measured by `make reliability` on the real command and the shipped sample (April published,
May delivered). This page is written from `reliability.jsonl` by the same script; the machines are shared, so the
seconds say less than the counts. `make test` repeats each part in small, and kills a refresh before every one of its
file operations in turn (`tests/support/crash.py`).

## Killed at random moments
{kills} refreshes, each with a `kill -9` at a moment drawn evenly from the {refresh_s} s that a first one takes; some
had ended by then, and are counted apart. Each time the published file was the old one byte for byte, or the new one:
then it gives the marts of an undisturbed refresh (EXCEPT ALL both ways) and passes every data test. The kills come
three in a row on one warehouse, so that each next refresh meets what the killed ones before it left; the fourth is
left alone, and must succeed without help and give those marts.

{kill_table}

## A disk that fills up, a folder that cannot be written
A tmpfs with between 0 and 64 MB free, and one mounted read-only. A refresh that did not fit said so in one line, exit
code 4, and left the published file as it was; with space again, the next one succeeded.

{disk_table}

## Readers during refreshes
Two readers loop three queries over one SQLAlchemy connection each, through `fingerplan.bi`, while May is delivered
again and again in two contents. The three answers of a connection must belong together.

{readers_table}

## Corrupted files
Twelve clean files (cases, postings and key figures; commas, semicolons in windows-1252, workbook, Parquet; text with
a total row) corrupted at random, held against April, under names such as `../outside.csv`, `-rf.csv` or with a line
break in them. Each is refused with findings of one printable line each, or accepted with the content of the clean
file.

{corrupted_table}

**What the gate cannot see:** a text file without a total row that lost its last rows exactly at a line end is a
whole, shorter file. The bounds against the month before notice a fifth of the rows, not one. A total row closes that
gap. A workbook has checksums of its own; a Parquet file has none, so a byte that changes within a number of it reads
as another number.

## Where the time goes
{speed_table}

A refresh must end in under 20 s on two cores. Great Expectations and pandas, 3 s of the gate, are imported there and
nowhere else.
"""


def _table(figures: dict) -> str:
    shown = [
        (name, ", ".join(f"{key}: {count}" for key, count in value.items()) if isinstance(value, dict) else value)
        for name, value in figures.items()
        if name not in ("part", "at", "wrong")
    ]
    lines = [f"| {name} | {value} |" for name, value in shown]
    wrong = len(figures["wrong"])
    return "\n".join(["| measured " + figures["at"] + " | |", "|---|---|", *lines, f"| **wrong** | **{wrong}** |"])


def write_page() -> None:
    """Write `docs/reference/reliability.md` from what was measured last."""
    figures = {part["part"]: part for part in map(json.loads, RECORD.read_text(encoding="utf-8").splitlines())}
    page = PAGE.format(
        kills=figures["kill"]["refreshes"],
        refresh_s=figures["kill"]["refresh_s"],
        **{f"{part}_table": _table(of_part) for part, of_part in figures.items()},
    )
    RECORD.with_suffix(".md").write_text(page, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", default=["speed", "corrupted", "disk", "readers", "kill"])
    parser.add_argument("--kills", type=int, default=246)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--files", type=int, default=2500)
    parser.add_argument("--refreshes", type=int, default=20)
    options = parser.parse_args()
    parts = {
        "speed": speed,
        "corrupted": lambda folder: corrupted(folder, options.files),
        "disk": disk,
        "readers": lambda folder: readers(folder, options.refreshes),
        "kill": lambda folder: kill(folder, options.kills, options.workers),
    }
    failed = False
    for part in options.parts:
        with tempfile.TemporaryDirectory() as folder:
            figures = parts[part](Path(folder))
        figures_line = json.dumps({"part": part, "at": f"{datetime.now(UTC):%Y-%m-%d}", **figures}, ensure_ascii=False)
        print(figures_line, flush=True)
        lines = RECORD.read_text(encoding="utf-8").splitlines() if RECORD.exists() else []
        kept = [line for line in lines if json.loads(line)["part"] != part]
        RECORD.write_text("\n".join([*kept, figures_line]) + "\n", encoding="utf-8")
        failed = failed or bool(figures.get("wrong"))
    write_page()
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
