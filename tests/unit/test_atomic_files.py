"""What is written is flushed before it takes its place, and a reader of the old file keeps it."""

import os
from pathlib import Path

import pytest

from fingerplan.atomic_files import flush, flush_tree, replace, write_text


@pytest.fixture
def flushed(monkeypatch):
    """The paths that are flushed, in order."""
    seen = []
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        seen.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    return seen


def test_a_text_is_flushed(tmp_path, flushed):
    write_text(tmp_path / "a.txt", "æ")
    assert (tmp_path / "a.txt").read_bytes() == "æ".encode()
    assert flushed == [str(tmp_path / "a.txt")]


def test_a_folder_is_flushed_after_its_files(tmp_path, flushed):
    for name in ("a", "b"):
        (tmp_path / name).touch()
    flush_tree(tmp_path)
    assert sorted(flushed[:2]) == [str(tmp_path / "a"), str(tmp_path / "b")]
    assert flushed[2] == str(tmp_path)


def test_a_file_that_is_not_there_cannot_be_flushed(tmp_path):
    with pytest.raises(FileNotFoundError):
        flush(tmp_path / "absent")


def test_a_replaced_file_is_kept_by_its_reader(tmp_path, flushed):
    new, old = tmp_path / "build" / "a", tmp_path / "a"
    new.parent.mkdir()
    new.write_text("new")
    old.write_text("old")
    with old.open() as reader:
        replace(new, old)
        assert reader.read() == "old"
    assert old.read_text() == "new"
    assert not new.exists()
    assert flushed == [str(new), str(new.parent), str(tmp_path)]


def test_a_rename_that_has_happened_does_not_fail(tmp_path, monkeypatch):
    new, old = tmp_path / "b", tmp_path / "a"
    new.write_text("new")
    calls = []

    def fails_last(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 3:
            raise OSError("disk full")

    monkeypatch.setattr(os, "fsync", fails_last)
    replace(new, old)
    assert old.read_text() == "new"


def test_without_the_new_file_the_old_one_stays(tmp_path):
    old = tmp_path / "a"
    old.write_text("old")
    with pytest.raises(FileNotFoundError):
        replace(tmp_path / "absent", old)
    assert old.read_text() == "old"
