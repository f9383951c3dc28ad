"""A change of the seeds is one step: killed at any moment it loses nothing, and nobody reads a half of it."""

import fcntl
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.reliability.killed import kill_before
from fingerplan import seed_changes
from fingerplan.errors import LOCKED
from tests.support.crash import child
from tests.support.project import ROOT, copy_project, files_below, run_fingerplan

FIXTURES = ROOT / "tests" / "fixtures" / "minutes"
NEXT_MINUTES = FIXTURES / "minutes_2026_08_11.txt"
FILES = [Path("seeds") / name for name in ("documents/a.csv", "documents/b.csv", "checks/c.csv", "plan/d.csv")]


def killed(project: Path, number: int, folder: str, *arguments: str) -> int:
    """Run a command that is killed before its file operation of this number below the folder; return its exit code."""
    command = (sys.executable, "-m", "benchmarks.reliability.killed", str(number), str(project / folder), *arguments)
    environment = {**os.environ, "PYTHONPATH": f"{project}{os.pathsep}{ROOT}"}
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, check=False).returncode


def seeds_of(project: Path) -> dict[str, bytes]:
    return files_below(project / "seeds")


def left(project: Path) -> list[str]:
    return [path.name for path in project.glob(".seeds*")]


def copied(folder: Path) -> Path:
    folder.mkdir()
    return copy_project(folder)


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, bytes]:
    """The seeds as an undisturbed command writes them."""
    project = copy_project(tmp_path_factory.mktemp("undisturbed"))
    assert run_fingerplan(project, "minutes", str(NEXT_MINUTES), "--write").returncode == 0
    return seeds_of(project)


def change(root: Path) -> None:
    """Add a row to every file, as one change."""
    with seed_changes.writing(root), seed_changes.staged(root) as folder:
        before = {file: (root / file).read_bytes() for file in FILES}
        for file, content in before.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(content + b"new\n")
        seed_changes.commit(root, before)


def recover(root: Path) -> None:
    with seed_changes.reading(root):
        pass


def die_in(work, root: Path, operation: int) -> None:
    kill_before(operation, root)
    work(root)


def kill_at_each_operation(work, start: Path, place: Path):
    """Yield the number of each operation of some work, after the work was killed just before it in a fresh copy."""
    operation = 0
    code = -signal.SIGKILL
    while code == -signal.SIGKILL:
        operation += 1
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(start, place)
        code = child(die_in, work, place, operation)
        if code == -signal.SIGKILL:
            yield operation
    assert code == 0, "the work that is not killed ends well"


@pytest.fixture
def small(tmp_path) -> Path:
    for file in FILES:
        (tmp_path / "start" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "start" / file).write_text("old\n")
    return tmp_path / "start"


def test_every_file_operation_of_a_change_may_be_its_last(small, tmp_path):
    """The next reader finds the old or the new set, whole, and no other file."""
    states: Counter[str] = Counter()
    place = tmp_path / "killed"
    for operation in kill_at_each_operation(change, small, place):
        recover(place)
        state = {content.decode() for content in files_below(place).values()}
        assert state in ({"old\n"}, {"old\nnew\n"}), f"operation {operation}: half written"
        assert len(files_below(place)) == len(FILES), f"operation {operation}: files are left"
        states["new" if "old\nnew\n" in state else "old"] += 1
    assert states["old"] > 15
    assert states["new"] > 10


def test_every_file_operation_of_the_completion_may_be_its_last(small, tmp_path):
    """Killed while it completes what a killed command had committed: the next one completes it."""
    half = tmp_path / "half"
    for _ in kill_at_each_operation(change, small, half):
        moved = [file for file in FILES if (half / file).read_text() == "old\nnew\n"]
        if len(moved) == 2:
            break
    place = tmp_path / "killed"
    count = 0
    for operation in kill_at_each_operation(recover, half, place):
        recover(place)
        assert set(files_below(place).values()) == {b"old\nnew\n"}, f"operation {operation}"
        assert len(files_below(place)) == len(FILES), f"operation {operation}: files are left"
        count += 1
    assert count > 10


def test_minutes_killed_before_the_third_file_lose_no_rule(tmp_path, written):
    """The next command that reads the seeds completes the write, and git never sees its folder."""
    project = copied(tmp_path / "killed")
    shutil.copy(ROOT / ".gitignore", project)
    before = seeds_of(project)
    assert killed(project, 3, "seeds", "minutes", str(NEXT_MINUTES), "--write") == -signal.SIGKILL
    assert seeds_of(project) not in (before, written), "killed in the middle"
    half = left(project)
    again = run_fingerplan(project, "minutes", str(NEXT_MINUTES), "--write")
    assert (again.returncode, "Nothing new to write" in again.stdout) == (0, True), again.stderr
    assert seeds_of(project) == written
    assert left(project) == []
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    for name in half:
        assert subprocess.run(["git", "check-ignore", "-q", f"{name}/"], cwd=project, check=False).returncode == 0


def test_minutes_killed_before_the_commit_have_written_nothing(tmp_path, written):
    project = copied(tmp_path / "killed")
    before = seeds_of(project)
    # in the folder of the change: elsewhere the operations depend on what Python has compiled already
    assert killed(project, 2, ".seeds-unfinished", "minutes", str(NEXT_MINUTES), "--write") == -signal.SIGKILL
    assert seeds_of(project) == before
    assert left(project), "killed while it prepared the change"
    shutil.copy(NEXT_MINUTES, project)  # the gate writes its report beside it
    assert run_fingerplan(project, "check", NEXT_MINUTES.name).returncode == 3  # no extract, but it reads the seeds
    assert (seeds_of(project), left(project)) == (before, [])
    assert run_fingerplan(project, "minutes", str(NEXT_MINUTES), "--write").returncode == 0
    assert seeds_of(project) == written


def test_upgrade_seeds_is_one_step_too(tmp_path, written):
    old, project = copied(tmp_path / "old"), copied(tmp_path / "killed")
    assert killed(old, 3, "seeds", "minutes", str(NEXT_MINUTES), "--write") == -signal.SIGKILL
    assert killed(project, 3, "seeds", "upgrade-seeds", str(old)) == -signal.SIGKILL
    again = run_fingerplan(project, "upgrade-seeds", str(old))
    assert (again.returncode, "Nothing to take over" in again.stdout) == (0, True), again.stderr + again.stdout
    assert seeds_of(old) == written, "what was killed in the old checkout is completed before it is read"
    new = {name: sorted(content.splitlines()) for name, content in seeds_of(project).items()}
    assert new == {name: sorted(content.splitlines()) for name, content in written.items()}
    assert (left(old), left(project)) == ([], [])


@pytest.mark.parametrize(
    ("held", "arguments", "code"),
    [
        (fcntl.LOCK_EX, ("minutes", NEXT_MINUTES, "--write"), LOCKED),
        (fcntl.LOCK_EX, ("minutes", NEXT_MINUTES), LOCKED),
        (fcntl.LOCK_EX, ("build",), LOCKED),
        (fcntl.LOCK_EX, ("check", "dbt_project.yml"), LOCKED),
        (fcntl.LOCK_EX, ("upgrade-seeds", ROOT), LOCKED),
        (fcntl.LOCK_EX, ("sample",), LOCKED),
        (fcntl.LOCK_EX, ("status",), 1),
        (fcntl.LOCK_SH, ("minutes", NEXT_MINUTES, "--write"), LOCKED),
        (fcntl.LOCK_SH, ("minutes", NEXT_MINUTES), 0),
    ],
    ids=lambda value: " ".join(map(str, value[:1])) if isinstance(value, tuple) else str(value),
)
def test_seeds_are_not_read_while_they_are_written(project, held, arguments, code):
    """The lock held here is that of a `minutes --write` (exclusive), or of a build that reads them (shared)."""
    before = seeds_of(project)
    seeds = os.open(project / "seeds", os.O_RDONLY)
    try:
        fcntl.flock(seeds, held)
        said = run_fingerplan(project, *map(str, arguments))
    finally:
        os.close(seeds)
    assert said.returncode == code, said.stderr
    assert ("another command is" in said.stderr) == (code == LOCKED)
    assert "Traceback" not in said.stderr
    assert (seeds_of(project), left(project)) == (before, [])
    assert not (project / "warehouse" / "history").exists(), "a build that did not begin is not on record"


def test_two_writers_at_once_add_every_row_once(project, written):
    environment = {**os.environ, "PYTHONPATH": str(project)}
    command = (sys.executable, "-m", "fingerplan", "minutes", str(NEXT_MINUTES), "--write")
    writers = [
        subprocess.Popen(command, cwd=project, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    said = [writer.communicate()[1] for writer in writers]
    codes = [writer.returncode for writer in writers]
    assert 0 in codes, said
    assert set(codes) <= {0, LOCKED}, said
    assert (seeds_of(project), left(project)) == (written, [])
