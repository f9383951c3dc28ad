"""Corrupted files are refused with a message, or have the content of the clean file; `make reliability` tries 2,500."""

from benchmarks.reliability import corrupted


def test_corrupted_files_are_refused_or_the_same(tmp_path):
    outcome = corrupted.measure(tmp_path, 90, seed=7)
    assert outcome.wrong == []
    refused, accepted = (outcome.figures[name] for name in ("refused with a message", "accepted with the same content"))
    assert refused > 60
    assert accepted > 0
