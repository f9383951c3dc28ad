"""A file becomes a document, whichever kind it is."""

import hashlib
from datetime import date

import pytest

from fingerplan.errors import Refused
from fingerplan.minutes.source import document
from fingerplan.minutes.source.document import read_document
from tests.support.pdf_printing import print_as_lines

TEXT = "REFERAT Udvalget d. 09-06-2026\n\nPunkt 1: Budget\n"


def test_the_first_page_gives_the_title_and_the_day_of_the_meeting(tmp_path):
    path = tmp_path / "referat.txt"
    path.write_text(TEXT, encoding="utf-8")
    read = read_document(path)
    assert (read.title, read.held_on) == ("REFERAT Udvalget d. 09-06-2026", date(2026, 6, 9))
    assert (read.is_pdf, read.line_count, read.sha256) == (False, 3, hashlib.sha256(TEXT.encode()).hexdigest())


def test_a_plan_has_no_day_of_a_meeting(tmp_path):
    path = tmp_path / "plan.txt"
    path.write_text("En plan, vedtaget 9. juni 2026\n", encoding="utf-8")
    assert read_document(path).held_on is None


def test_a_pdf_is_told_by_its_content(tmp_path):
    path = tmp_path / "referat.txt"
    print_as_lines(TEXT, path)
    pages: list[tuple[int, int]] = []
    read = read_document(path, lambda done, total: pages.append((done, total)))
    assert (read.is_pdf, read.held_on, pages) == (True, date(2026, 6, 9), [(1, 1)])
    assert read.line_count == len(read.lines)


def test_an_empty_file_is_refused(tmp_path):
    path = tmp_path / "empty.txt"
    path.write_bytes(b"\xef\xbb\xbf \n\x00")
    with pytest.raises(Refused, match=r"empty.txt: is empty"):
        read_document(path)


def test_a_folder_and_a_missing_file_are_refused(tmp_path):
    with pytest.raises(Refused, match="not a regular file"):
        read_document(tmp_path)
    with pytest.raises(Refused, match=r"cannot be read \(No such file"):
        read_document(tmp_path / "none.txt")


def test_a_file_that_is_too_large_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(document, "MOST_BYTES", 10)
    path = tmp_path / "large.txt"
    path.write_text(TEXT, encoding="utf-8")
    with pytest.raises(Refused, match="minutes have a few"):
        read_document(path)
