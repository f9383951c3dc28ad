"""Corrupted files are refused with a message, or have the content of the clean file; `make reliability` tries 2,500."""

from benchmarks.reliability import corrupted


def test_corrupted_files_are_refused_or_the_same(tmp_path):
    figures = corrupted(tmp_path, 90, seed=7)
    assert figures["wrong"] == []
    assert figures["refused with a message"] > 60
    assert figures["accepted with the same content"] > 0
