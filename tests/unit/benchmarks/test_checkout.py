"""Figures of a checkout with uncommitted changes are not recorded, and the reason is one line."""

import subprocess

import pytest

from benchmarks import checkout


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.setattr(checkout, "PROJECT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
        subprocess.run(["git", *identity, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    (tmp_path / "tracked").write_text("1")
    git("add", "tracked")
    git("commit", "-m", "Add a file")
    return tmp_path


def test_a_clean_checkout_may_be_recorded(repository):
    assert checkout.why_not_recorded() is None
    assert not checkout.commit().endswith("-dirty")
    assert checkout.commit() != "unknown"


def test_a_changed_file_is_named_in_the_commit_and_stops_the_record(repository):
    (repository / "tracked").write_text("2")
    assert checkout.commit().endswith("-dirty")
    assert checkout.why_not_recorded() == "Not recorded: the checkout has 1 uncommitted changes; commit them first"


def test_a_file_that_git_does_not_know_stops_the_record_too(repository):
    (repository / "new").write_text("1")
    assert "1 uncommitted changes" in str(checkout.why_not_recorded())


def test_outside_git_nothing_is_recorded(tmp_path, monkeypatch):
    monkeypatch.setattr(checkout, "PROJECT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert checkout.commit() == "unknown"
    assert "not a git checkout" in str(checkout.why_not_recorded())
