"""Another account of the machine, in the group that reads the published file: what it can read, block and overwrite."""

import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks.deliveries import as_csv
from fingerplan.errors import Refused
from fingerplan.paths import Warehouse
from fingerplan.seeds import check_seeds
from fingerplan.warehouse import dbt_job, publish, refresh
from tests.support.deliveries import JUNE, MAY, changed
from tests.support.project import ROOT
from tests.support.small_warehouse import stand_in_for_dbt

READERS, NOBODY = 54321, 65534

another_account = pytest.mark.skipif(
    os.geteuid() != 0, reason="SKIPPED: only root can act as another account; what it may do follows from the rights"
)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that another account can reach, which pytest's own are not; its group reads it."""
    made = Path(tempfile.mkdtemp(prefix="fingerplan-accounts-"))
    if os.geteuid() == 0:
        os.chown(made, 0, READERS)
    made.chmod(0o2750)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def warehouse(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """A warehouse that was published twice, after which a build has failed, in folders that everybody could read."""
    warehouse = Warehouse(folder / "fingerplan.duckdb")
    for kept in warehouse.folders:
        kept.mkdir(mode=0o755)
    warehouse.lock.touch(mode=0o666)
    (warehouse.archive / "cases.parquet").write_text("rows")
    monkeypatch.setattr(publish, "ignore_signals", lambda: None)
    for failures in ((), (), ("a test failed",)):
        monkeypatch.setattr(dbt_job, "build", stand_in_for_dbt(failures=failures))
        try:
            with publish.run_of(warehouse, "build") as run:
                publish.build_and_publish(warehouse, run, {}, {}, lambda *_: None)
        except Refused:
            assert failures
    return warehouse


def as_reader(act: Callable[[], str]) -> str:
    """Do something as an account that belongs to the group of readers and to nothing else; an error by its name."""
    received, sent = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(READERS)
            os.setuid(NOBODY)
            said = act()
        except BaseException as error:
            said = type(error).__name__
        os.write(sent, said.encode())
        os._exit(0)
    os.close(sent)
    os.waitpid(child, 0)
    with os.fdopen(received, encoding="utf-8") as stream:
        return stream.read()


def readable(folder: Path) -> str:
    """Name the files below a folder that this account can read."""
    found = []
    for place, _, files in os.walk(folder):
        for file in files:
            with suppress(OSError), (Path(place) / file).open("rb") as stream:
                stream.read(1)
                found.append(file)
    return " ".join(found)


def held(lock: Path) -> str:
    fcntl.flock(os.open(lock, os.O_RDONLY), fcntl.LOCK_EX | fcntl.LOCK_NB)
    return "held"


def test_everything_but_the_published_file_is_its_owners_alone(warehouse):
    """The rights themselves, which every machine can tell."""
    for folder in warehouse.folders:
        assert stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0, folder
    assert stat.S_IMODE(warehouse.lock.stat().st_mode) == 0o600
    assert stat.S_IMODE(warehouse.published.stat().st_mode) == 0o440
    written = [file for file in warehouse.history.rglob("*") if file.is_file()]
    assert written
    assert all(stat.S_IMODE(file.stat().st_mode) & 0o077 == 0 for file in written)


@another_account
def test_a_reader_reads_the_published_file_and_nothing_else(warehouse):
    assert warehouse.published.stat().st_gid == READERS, "the group of the folder is that of the file"
    (warehouse.rejected.parent / "more").write_text("rows")
    assert as_reader(lambda: readable(warehouse.published.parent)) == "fingerplan.duckdb"


@another_account
def test_a_reader_can_not_hold_the_lock(warehouse):
    assert as_reader(lambda: held(warehouse.lock)) == "PermissionError"
    with warehouse.lock.open() as stream:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


@another_account
@pytest.mark.parametrize(
    "change",
    [
        lambda file: str(file.open("a")),
        lambda file: str(file.unlink()),
        lambda file: str(file.rename(file.with_name("other"))),
        lambda file: str(file.with_name("fingerplan.duckdb.wal").touch()),
        lambda file: str(file.chmod(0o666)),
    ],
    ids=["write", "delete", "rename", "lay a log beside it", "take the rights"],
)
def test_a_reader_changes_nothing(warehouse, change):
    before = warehouse.published.read_bytes()
    assert as_reader(lambda: change(warehouse.published)) == "PermissionError"
    assert warehouse.published.read_bytes() == before
    assert not warehouse.published.with_name("fingerplan.duckdb.wal").exists()


@pytest.mark.parametrize("ending", ["txt", "html"])
@pytest.mark.parametrize("kind", ["a link to a file", "a link to nothing", "a second name of a file"])
def test_a_report_overwrites_nothing_that_lies_in_its_place(folder, kind, ending, monkeypatch):
    """Whoever may write into the drop folder can lay something under the name of the report that is being written."""
    other = folder / "other"
    other.write_text("of somebody else")
    drop = folder / "drop"
    drop.mkdir()
    file = drop / "cases.csv"
    file.write_bytes(as_csv(changed("provider_kind", "wrong")))
    report = drop / f"cases.csv.report.{ending}"

    def lay(_: Path) -> None:
        if kind == "a second name of a file":
            report.hardlink_to(other)
        else:
            report.symlink_to(other if kind == "a link to a file" else folder / "nothing")

    monkeypatch.setattr(refresh, "_remove_reports", lay)  # after an earlier report was removed
    with pytest.raises(Refused):
        refresh.gate({"cases": file}, MAY, {}, check_seeds(ROOT), JUNE)
    assert other.read_text() == "of somebody else"
    assert not (folder / "nothing").exists()
    assert "column provider_kind" in report.read_text()
    assert not report.is_symlink()
    assert sorted(path.name for path in drop.iterdir()) == [
        *("cases.csv", "cases.csv.report.html", "cases.csv.report.txt")
    ]
