"""What is shared gives nobody away, whatever is added and subtracted."""

import csv
from datetime import date
from decimal import Decimal
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from fingerplan.errors import REJECTED, Refused
from fingerplan.outputs.export import FEWEST, LEVELS, Group, Leaf, _tree, suppress, write_export
from tests.support.small_warehouse import small_warehouse

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


def test_a_total_of_unknown_amounts_is_unknown():
    leaves = [Leaf(("0730", "a", "x", "p", "25"), 3, (Decimal(5),)), Leaf(("0730", "a", "x", "p", "50"), 3, (None,))]
    assert _tree(leaves).amounts == (None,)
    assert _tree(leaves[:1]).amounts == (Decimal(5),)
    assert [group.labels[-1] for group in _tree(leaves).below()] == [*["all"] * 4, "25", "50"]


CASES = """
create table marts.fct_case_month as
select '0730' as municipality_code, 'a' as service_code, 'own' as provider_kind, 'own_municipality' as placement,
    bracket, cases, 100.00 as gross_dkk, date '2026-05-01' as month, 'sample' as data_origin
from (values ('25', 4), ('50', 2), ('75', 5)) as brackets(bracket, cases)
"""


def test_the_export_of_the_last_month_hides_small_groups_and_what_they_follow_from(tmp_path):
    warehouse, out = small_warehouse(tmp_path / "plan.duckdb", CASES), tmp_path / "shared.csv"
    write_export(warehouse, None, out)
    with out.open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    shown = {tuple(row[level] for level in LEVELS)[-1]: row["cases"] for row in rows}
    assert shown == {"all": "11", "25": "", "50": "", "75": "5"}
    assert [row["suppressed"] for row in rows if row["bracket"] == "50"] == ["under 3 cases, or beside such a group"]
    assert {(row["month"], row["data_origin"]) for row in rows} == {("2026-05-01", "sample")}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["plan.duckdb", "shared.csv"]


def test_a_month_without_cases_is_refused_and_leaves_the_file_as_it_was(tmp_path):
    out = tmp_path / "shared.csv"
    out.write_text("the one before")
    warehouse = small_warehouse(tmp_path / "plan.duckdb", CASES)
    with pytest.raises(Refused, match="no cases of 2031-01") as refused:
        write_export(warehouse, date(2031, 1, 1), out)
    assert refused.value.exit_code == REJECTED
    with pytest.raises(Refused, match="no cases have been delivered"):
        write_export(small_warehouse(tmp_path / "none.duckdb", f"{CASES} limit 0"), None, out)
    assert out.read_text() == "the one before"
