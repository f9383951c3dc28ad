"""What is shared gives nobody away, whatever is added and subtracted."""

import csv
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from fingerplan.outputs.export import FEWEST, LEVELS, Group, Leaf, _tree, suppress
from tests.support.project import run_fingerplan

LABELS = some.tuples(
    some.sampled_from(["0730", "0731"]),
    some.sampled_from("abc"),
    some.sampled_from("xy"),
    some.sampled_from("pq"),
    some.sampled_from(["none", "25", "75"]),
)
TREES = some.dictionaries(LABELS, some.integers(1, 6), min_size=1, max_size=14).map(
    lambda counts: _tree([Leaf(labels, cases, (Decimal(cases),)) for labels, cases in sorted(counts.items())])
)


def leaves_of(group: Group) -> frozenset[tuple[str, ...]]:
    return frozenset(g.labels for g in [group, *group.below()] if not g.children)


def exposed_groups(root: Group) -> list[frozenset]:
    """Every group of hidden leaves with under three cases whose sum follows from what is shown, by linear algebra."""
    groups = [root, *root.below()]
    leaves = {group.labels: group for group in groups if not group.children}
    order = sorted(leaves)
    shown = np.array([[label in leaves_of(group) for label in order] for group in groups if group.shown], dtype=float)
    rank = np.linalg.matrix_rank(shown) if len(shown) else 0
    few = [labels for labels in order if leaves[labels].cases < FEWEST]
    candidates = [{labels} for labels in few] + [
        {one, other} for one, other in combinations(few, 2) if leaves[one].cases + leaves[other].cases < FEWEST
    ]
    found = []
    for candidate in candidates:
        row = np.array([[label in candidate for label in order]], dtype=float)
        if len(shown) and np.linalg.matrix_rank(np.vstack([shown, row])) == rank:
            found.append(frozenset(candidate))
    return found


@settings(max_examples=200, deadline=None)
@given(root=TREES)
def test_no_sum_or_difference_gives_a_group_under_three(root):
    suppress(root)
    groups = [root, *root.below()]
    assert all(group.cases >= FEWEST for group in groups if group.shown)
    assert exposed_groups(root) == []
    shown = [group for group in groups if group.shown]
    for larger, smaller in combinations(shown, 2):
        if leaves_of(smaller) < leaves_of(larger):
            assert larger.cases - smaller.cases not in (1, 2), (larger.labels, smaller.labels)


@given(root=TREES)
def test_without_suppression_the_check_would_see_it(root):
    small = [group for group in [root, *root.below()] if not group.children and group.cases < FEWEST]
    assert bool(exposed_groups(root)) == bool(small)


def test_hiding_only_the_small_ones_would_not_do():
    """One small group among large ones is the total minus the others."""
    rows = [Leaf(("0730", "a", "x", "p", bracket), cases, (Decimal(0),)) for bracket, cases in (("25", 9), ("75", 1))]
    root = _tree(rows)
    for group in [root, *root.below()]:
        if group.cases < FEWEST:
            group.reason = "small"
    assert exposed_groups(root) == [frozenset({("0730", "a", "x", "p", "75")})]
    suppress(root)
    assert exposed_groups(root) == []
    assert not any(group.shown for group in root.below() if not group.children)
    assert root.shown, "no more is hidden than needed"


@pytest.mark.parametrize("counts", [[1], [2], [1, 1], [3], [2, 1], [1, 1, 1]])
def test_a_municipality_with_few_cases_shows_at_most_the_total(counts):
    rows = [Leaf(("0730", "a", "x", "p", str(n)), cases, (None,)) for n, cases in enumerate(counts)]
    root = _tree(rows)
    suppress(root)
    assert root.shown == (sum(counts) >= FEWEST)
    assert exposed_groups(root) == []


def test_the_export_is_marked_and_holds_no_small_group(built: Path, tmp_path: Path):
    out = tmp_path / "shared.csv"
    warehouse = str(built / "warehouse" / "dev" / "fingerplan.duckdb")
    outcome = run_fingerplan(built, "export", "--out", str(out), FINGERPLAN_WAREHOUSE=warehouse)
    assert outcome.returncode == 0, outcome.stderr
    with out.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["data_origin"] for row in rows} == {"sample"}
    assert not {"refund_dkk", "net_dkk"} & set(rows[0]), "only some of a group's cases have a refund"
    assert {row["month"] for row in rows} == {"2026-05-01"}
    shown = [row for row in rows if not row["suppressed"]]
    assert 10 < len(shown) < len(rows)
    assert min(int(row["cases"]) for row in shown) >= FEWEST
    assert all(row[column] == "" for row in rows if row["suppressed"] for column in ("cases", "gross_dkk"))
    total = next(row for row in rows if all(row[level] == "all" for level in LEVELS))
    assert (total["cases"], total["gross_dkk"]) == ("285", "38436300.00")
    outcome = run_fingerplan(built, "export", "--out", str(out), "--month", "2031-01", FINGERPLAN_WAREHOUSE=warehouse)
    assert outcome.returncode == 2
    assert "no cases of 2031-01" in outcome.stderr
