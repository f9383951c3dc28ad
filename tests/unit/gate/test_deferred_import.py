"""A module that is put off costs its import at the first look, and only then."""

import csv
import sys

import pytest

from fingerplan.gate.deferred_import import import_later, left_out


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module that can be imported, and is not yet."""
    (tmp_path / "costly_module.py").write_text("answer = 42\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield "costly_module"
    sys.modules.pop("costly_module", None)


def test_a_module_is_loaded_at_the_first_look(module):
    import_later(module)
    import costly_module

    assert "answer" not in vars(costly_module)
    assert costly_module.answer == 42
    assert vars(sys.modules[module])["answer"] == 42, "from now on the module itself is imported"


def test_asking_for_what_every_module_has_does_not_load_it(module):
    import_later(module)
    assert not hasattr(sys.modules[module], "__path__")
    assert "answer" not in vars(sys.modules[module])


def test_a_module_that_is_there_stays():
    import_later("csv")
    assert sys.modules["csv"] is csv


def test_a_module_that_is_left_out_is_not_found_within_the_block_and_is_found_after_it(module):
    with left_out(module), pytest.raises(ModuleNotFoundError):
        import costly_module
    import costly_module

    assert costly_module.answer == 42


def test_a_module_that_is_there_is_not_left_out():
    with left_out("csv"):
        assert sys.modules["csv"] is csv
    assert sys.modules["csv"] is csv
