"""The columns of the extracts are declared once, and the synthetic extracts are what is declared."""

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.deliveries import SEEDS
from fingerplan.errors import REJECTED, Refused
from fingerplan.gate.extracts import AMOUNTS, KINDS, MODELS, declared_extracts
from tests.support.project import ROOT


@pytest.mark.parametrize("kind", KINDS)
def test_the_sample_is_declared_as_the_extract_it_stands_in_for(seeds, kind):
    declared = declared_extracts(ROOT)[kind]
    assert declared.column_types[AMOUNTS[kind]].startswith("decimal")
    assert declared.primary_keys and declared.required and declared.references
    for name in SEEDS[kind]:
        of_seed = seeds[name].declaration
        assert list(of_seed.column_types) == list(declared.column_types), "in the same order"
        assert of_seed == replace(declared, name=name, folder=of_seed.folder)


def test_what_the_warehouse_adds_is_not_delivered():
    for declaration in declared_extracts(ROOT).values():
        assert "data_origin" not in declaration.column_types
        assert declaration.column_types.keys() >= {*declaration.required, *declaration.accepted}


def with_models(root: Path, text: str) -> Path:
    file = root / MODELS
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("name: stg_extracts__kpis\n", "name: stg_extracts__figures\n", "no model stg_extracts__kpis; put it back"),
        ("columns:", "fields:", "a model is not declared as the others are"),
        ("models:", "models: {", "not readable as YAML"),
    ],
)
def test_a_declaration_that_is_gone_or_broken_is_named(tmp_path, before, after, said):
    text = (ROOT / MODELS).read_text(encoding="utf-8")
    with pytest.raises(Refused, match=f"_extracts__models.yml: {said}") as refusal:
        declared_extracts(with_models(tmp_path, text.replace(before, after)))
    assert refusal.value.exit_code == REJECTED


def test_a_file_of_models_that_is_missing_is_named(tmp_path):
    with pytest.raises(Refused, match=r"_extracts__models\.yml: not readable as YAML"):
        declared_extracts(tmp_path)
