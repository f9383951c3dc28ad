"""A brief appears complete or not at all."""

import pytest

from fingerplan.outputs import brief
from tests.support.small_brief import small_brief


@pytest.fixture(autouse=True)
def read(monkeypatch, tmp_path):
    monkeypatch.setattr(brief.figures, "read", lambda warehouse: small_brief())


@pytest.mark.parametrize(("name", "begins"), [("a.html", b"<!doctype html>"), ("a.xlsx", b"PK")])
def test_the_suffix_chooses_the_form(tmp_path, name, begins):
    brief.write_brief(tmp_path / "plan.duckdb", tmp_path / name)
    assert (tmp_path / name).read_bytes().lstrip().startswith(begins)
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_another_suffix_is_refused_before_anything_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(brief.figures, "read", lambda warehouse: pytest.fail("read"))
    with pytest.raises(ValueError, match=r"the brief is written as \.html or \.xlsx"):
        brief.write_brief(tmp_path / "plan.duckdb", tmp_path / "a.pdf")


def test_a_writer_that_fails_leaves_the_brief_before(tmp_path, monkeypatch):
    def fails(of, out):
        out.write_text("half")
        raise OSError("disk full")

    monkeypatch.setitem(brief.WRITERS, ".html", fails)
    (tmp_path / "a.html").write_text("the one before")
    with pytest.raises(OSError, match="disk full"):
        brief.write_brief(tmp_path / "plan.duckdb", tmp_path / "a.html")
    assert [file.name for file in tmp_path.iterdir()] == ["a.html"]
    assert (tmp_path / "a.html").read_text() == "the one before"
