"""A refresh while another runs, while others are reading, and killed at any moment."""

import fcntl
import json
import shutil
import socket
import subprocess
import sys
import threading

import pytest
from sqlalchemy import text

from benchmarks.deliveries import as_csv, deliver, sample_rows
from fingerplan import bi
from fingerplan.errors import LOCKED
from tests.support.project import ROOT, WITHOUT_TESTS, published, query, run_fingerplan


def test_the_lock_says_who_holds_it_and_a_killed_holder_is_recorded(warehouse):
    lock = warehouse / "warehouse" / "fingerplan.duckdb.lock"
    holder = {"run_id": "20260601T060000000000Z-1", "command": "refresh", "owner": "drift", "host": "server1"}
    left = json.dumps({**holder, "process": 4711, "since": "2026-06-01T06:00:00Z"})
    dead = json.dumps({**holder, "host": socket.gethostname(), "process": 2**22 + 1, "since": "2026-06-01T06:00:00Z"})
    lock.write_text(dead)
    assert "was killed; the next run cleans up after it" in run_fingerplan(warehouse, "status").stdout
    lock.write_text(left)
    with lock.open("a") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        outcome = run_fingerplan(warehouse, "refresh", *deliver(warehouse, "2026-05"))
    assert outcome.returncode == LOCKED
    assert (
        "`fingerplan refresh` of drift since 2026-06-01T06:00:00Z (process 4711 on server1) is running"
        in outcome.stderr
    )
    previous = warehouse / "warehouse" / "previous"
    (april,) = previous.glob("*/fingerplan.duckdb")
    for number in range(4):
        folder = previous / f"2026010{number}T000000000000Z"
        folder.mkdir()
        shutil.copy(april, folder / "fingerplan.duckdb")
    outcome = run_fingerplan(warehouse, "build", **WITHOUT_TESTS)
    assert outcome.returncode == 0, outcome.stderr
    kept = sorted(folder.name for folder in previous.iterdir())
    assert len(kept) == 3, "three earlier versions are kept"
    assert kept[0] == "20260103T000000000000Z"
    with_lock = run_fingerplan(warehouse, "status")
    assert with_lock.returncode == 0, with_lock.stdout
    killed = query(
        published(warehouse), "select command, started_at::varchar, findings from history.run where outcome = 'killed'"
    )
    assert killed[0][:2] == ("refresh", "2026-06-01 06:00:00")
    assert "of drift" in killed[0][2]
    assert lock.read_text() == ""


def test_a_reader_that_goes_away_does_not_unpublish(warehouse):
    """As in `fingerplan build | head -1`: the swap is done, so the exit code is 0."""
    before = published(warehouse).read_bytes()
    process = subprocess.Popen(
        [sys.executable, "-m", "fingerplan", "build"],
        cwd=warehouse,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(warehouse), **WITHOUT_TESTS},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read().decode()
    assert process.wait() == 0, said
    assert "Traceback" not in said
    assert published(warehouse).read_bytes() != before


def test_readers_never_see_an_error_an_empty_table_or_half_a_month(warehouse):
    """One refresh here; `make reliability` runs twenty."""
    (warehouse / "a.csv").write_bytes(as_csv(sample_rows("cases", "2026-05")[:-1]))
    seen, wrong, stop = set(), [], threading.Event()

    def read() -> None:
        engine = bi.engine(published(warehouse))
        while not stop.is_set():
            try:
                with engine.connect() as connection:
                    delivered = "select sum(row_count), max(version) from marts.dim_delivery where kind = 'cases'"
                    rows, version = connection.execute(text(delivered)).one()
                    cases = connection.execute(text("select sum(cases) from marts.fct_case_month")).scalar_one()
                if rows != cases:
                    wrong.append((rows, cases))
                seen.add((version, cases))
            except Exception as error:
                wrong.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        options = ("--month", "2026-05", "--cases", str(warehouse / "a.csv"))
        assert run_fingerplan(warehouse, "refresh", *options, **WITHOUT_TESTS).returncode == 0
    finally:
        stop.set()
        reader.join()
    assert wrong == []
    assert len(seen) == 2


def test_great_expectations_and_pandas_are_imported_only_at_the_gate(project):
    imported = (
        "import sys; from fingerplan.cli import app; app({}, standalone_mode=False);"
        " print('imported:', sorted({{'pandas', 'great_expectations', 'openpyxl'}} & set(sys.modules)))"
    )
    for arguments, expected in ((["status"], []), (["build"], [])):
        outcome = subprocess.run(
            [sys.executable, "-c", imported.format(arguments)],
            cwd=project,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(project), **WITHOUT_TESTS},
            capture_output=True,
            text=True,
            check=False,
        )
        said = outcome.stdout.splitlines()
        assert f"imported: {expected}" in said or (arguments == ["status"] and outcome.returncode), outcome.stderr


@pytest.mark.parametrize(("command", "least"), [("refresh", 20), ("rollback", 8)])
def test_every_file_operation_of_a_refresh_and_a_rollback_may_be_its_last(tmp_path, command, least):
    """Killed before each one in turn: the file is the old or the new one, and the next refresh cleans up the rest."""
    outcome = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "support" / "crash.py"), command, str(tmp_path)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    found = json.loads(outcome.stdout.splitlines()[-1])
    assert found["wrong"] == []
    assert found["operations"] > least
    assert found["last_exit_code"] == 0
    assert found["states"].keys() == {"old", "new"}
    assert found["states"]["old"] >= least
    assert found["states"]["new"] >= 2
