"""One build at a time, and a killed one is known."""

import getpass
import json
import os
import socket
import stat
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest

from fingerplan.errors import LOCKED, Refused
from fingerplan.warehouse.lock import Holder, account, hold, left_by_a_kill


def holder(process: int, host: str = "") -> Holder:
    return Holder("run-1", "refresh", "kim", host or socket.gethostname(), process, "2026-06-01T08:00:00Z")


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "warehouse" / "fingerplan.duckdb.lock"


@pytest.fixture
def ended() -> int:
    """The id of a process that has ended."""
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def written(lock: Path, text: str) -> Path:
    lock.parent.mkdir(parents=True)
    lock.write_text(text, encoding="utf-8")
    return lock


def test_the_holder_is_named_while_the_block_runs_and_not_after(lock):
    with hold(lock, "run-2", "build") as killed:
        assert killed is None
        named = json.loads(lock.read_text(encoding="utf-8"))
        assert (named["run_id"], named["command"], named["process"]) == ("run-2", "build", os.getpid())
    assert lock.read_text(encoding="utf-8") == ""


def test_a_second_build_is_refused_with_the_name_of_the_first(lock):
    with hold(lock, "run-1", "refresh"), pytest.raises(Refused) as refused, hold(lock, "run-2", "build"):
        pass
    assert refused.value.exit_code == LOCKED
    assert f"`fingerplan refresh` of {account()}" in refused.value.findings[0]


def test_a_name_that_is_left_is_that_of_a_killed_holder(lock, ended):
    with hold(written(lock, json.dumps(asdict(holder(ended)))), "run-2", "build") as killed:
        assert killed == holder(ended)


@pytest.mark.parametrize("text", ["", '{"run_id": "run-1", "comm', '{"run_id": "run-1"}', "[]"])
def test_a_name_that_is_half_written_is_none(lock, text):
    with hold(written(lock, text), "run-2", "build") as killed:
        assert killed is None


def test_a_block_that_fails_leaves_its_name_but_not_its_lock(lock):
    with pytest.raises(OSError, match="disk full"), hold(lock, "run-1", "build"):
        raise OSError("disk full")
    with hold(lock, "run-2", "build") as killed:
        assert killed is not None
        assert killed.run_id == "run-1"


def test_a_refused_run_leaves_no_name(lock):
    with pytest.raises(Refused), hold(lock, "run-1", "build"):
        raise Refused(4, ["no"])
    assert lock.read_text(encoding="utf-8") == ""


def test_the_lock_is_its_owners_alone_whatever_it_was_before(lock):
    """An account that can only read it could hold it as well, and stop every build."""
    written(lock, "").chmod(0o666)
    with hold(lock, "run-1", "build"):
        assert stat.S_IMODE(lock.stat().st_mode) == 0o600


def test_a_kill_is_told_from_a_build_that_runs_and_from_another_host(lock, ended):
    assert left_by_a_kill(lock) is None
    written(lock, json.dumps(asdict(holder(ended))))
    assert left_by_a_kill(lock) == holder(ended)
    for other in (holder(os.getpid()), holder(ended, "elsewhere")):
        lock.write_text(json.dumps(asdict(other)), encoding="utf-8")
        assert left_by_a_kill(lock) is None


def test_an_account_without_a_name_has_its_number(monkeypatch):
    def nameless() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert account() == f"uid {os.getuid()}"
