"""A change of the seeds is all there or not at all, and nobody reads them while they are written."""

import errno
from pathlib import Path

import pytest

from fingerplan import seed_changes
from fingerplan.errors import LOCKED, REJECTED, Refused

ONE, OTHER = Path("seeds/plan/one.csv"), Path("seeds/checks/other.csv")
OLD, NEW = {ONE: b"old\n", OTHER: b"of old\n"}, {ONE: b"new\n", OTHER: b"of new\n"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for file, content in OLD.items():
        (tmp_path / file).parent.mkdir(parents=True)
        (tmp_path / file).write_bytes(content)
    return tmp_path


def seeds_of(root: Path) -> dict[Path, bytes]:
    return {file: (root / file).read_bytes() for file in OLD}


def change(root: Path) -> None:
    """Write the new files as one change."""
    with seed_changes.writing(root), seed_changes.staged(root) as folder:
        for file, content in NEW.items():
            (folder / file).parent.mkdir(parents=True)
            (folder / file).write_bytes(content)
        seed_changes.commit(root, OLD)


def left(root: Path) -> list[str]:
    return [path.name for path in root.iterdir() if path.name != "seeds"]


def stop_at(monkeypatch, name: str) -> None:
    """Fail where a file of this name is put in place."""
    replace = seed_changes.replace

    def fail(new: Path, old: Path) -> None:
        if old.name == name:
            raise OSError(errno.EIO, "Input/output error", str(old))
        replace(new, old)

    monkeypatch.setattr(seed_changes, "replace", fail)


def test_every_file_of_a_change_is_put_in_place(root):
    change(root)
    assert (seeds_of(root), left(root)) == (NEW, [])


def test_a_change_that_fails_before_the_commit_leaves_nothing(root):
    with pytest.raises(ValueError, match="ours"), seed_changes.writing(root), seed_changes.staged(root) as folder:
        (folder / "half").touch()
        raise ValueError("ours")
    assert (seeds_of(root), left(root)) == (OLD, [])


def test_what_fails_after_the_commit_is_completed_by_the_next_reader(root, monkeypatch):
    with monkeypatch.context() as patched:
        stop_at(patched, ONE.name)
        with pytest.raises(OSError, match="Input/output"):
            change(root)
    assert seeds_of(root) == {ONE: OLD[ONE], OTHER: NEW[OTHER]}
    with seed_changes.reading(root):
        assert (seeds_of(root), left(root)) == (NEW, [])


def test_what_was_put_in_place_and_taken_back_is_put_in_place_again(root, monkeypatch):
    """As by `git checkout seeds`."""
    with monkeypatch.context() as patched:
        stop_at(patched, ONE.name)
        with pytest.raises(OSError, match="Input/output"):
            change(root)
    (root / OTHER).write_bytes(OLD[OTHER])
    with seed_changes.reading(root):
        assert seeds_of(root) == NEW


def test_an_edit_after_a_kill_is_not_overwritten(root, monkeypatch):
    with monkeypatch.context() as patched:
        stop_at(patched, ONE.name)
        with pytest.raises(OSError, match="Input/output"):
            change(root)
    (root / ONE).write_bytes(b"by hand\n")
    for use in (seed_changes.reading, seed_changes.writing):
        with pytest.raises(Refused) as refused, use(root):
            pass
        assert refused.value.exit_code == REJECTED
        assert refused.value.findings[0].startswith(f"{ONE}: was edited after a command was killed")
    assert (root / ONE).read_bytes() == b"by hand\n"
    assert (root / seed_changes.COMMITTED / ONE).read_bytes() == NEW[ONE]


def test_an_edit_while_the_command_runs_is_not_overwritten(root):
    (root / ONE).write_bytes(b"by hand\n")
    with pytest.raises(Refused, match=f"{ONE}: was edited while the command ran"):
        change(root)
    assert (seeds_of(root), left(root)) == ({**OLD, ONE: b"by hand\n"}, [])


def test_a_folder_that_cannot_be_written_is_found_before_the_commit(root, monkeypatch):
    monkeypatch.setattr(seed_changes.os, "access", lambda path, mode: path != root / ONE.parent)
    with pytest.raises(PermissionError):
        change(root)
    assert (seeds_of(root), left(root)) == (OLD, [])


def test_a_copy_that_an_earlier_version_left_is_deleted(root):
    (root / ".seeds-k3j2h1" / "seeds").mkdir(parents=True)
    with seed_changes.reading(root):
        assert left(root) == []


def test_readers_may_be_many_and_a_writer_is_alone(root):
    with seed_changes.reading(root), seed_changes.reading(root):
        with pytest.raises(Refused, match="another command is reading or writing them") as refused:
            change(root)
        assert refused.value.exit_code == LOCKED
    with seed_changes.writing(root):
        for use in (seed_changes.reading, seed_changes.writing):
            with pytest.raises(Refused, match=r"writing them; wait for it to end"), use(root):
                pass
    assert seeds_of(root) == OLD
    change(root)
    assert seeds_of(root) == NEW
