from copy import deepcopy
from decimal import Decimal

import pytest

from fingerplan.errors import Refused
from fingerplan.minutes.known_figures import Documented, RuleTerm, Unit, line_id, load
from fingerplan.seeds import check_seeds
from tests.support.minutes_reading import known
from tests.support.project import ROOT


def test_a_check_of_a_row_is_a_rule_and_one_of_a_figure_a_claim():
    rules = {rule.rule_id: rule for rule in known().rules}
    claims = {claim.check_id: claim for claim in known().claims}
    result = rules["sau_02_result"]
    assert (result.table_id, result.axis, result.position) == ("SAU-02", "column", 3)
    assert result.terms == (RuleTerm("SAU-02", 2, Decimal(1)), RuleTerm("SAU-02", 1, Decimal(-1)))
    assert rules["fp_01_plan_total"].axis == "row"
    assert claims["fp3_country_growth"].terms[-1] == ("denominator", "FP-06.r1.c1", 1)
    assert len(rules) + len(claims) == 205
    assert line_id("SAU-02", "column", 3) == "SAU-02.c3"


def test_units_and_discrepancies_come_from_the_seeds():
    assert known().units["tdkk"] == Unit(Decimal(1000), is_exact_count=False)
    assert known().units["places"].is_exact_count
    assert known().documented["sau78_option_annual_gain"] == Documented(Decimal(28), Decimal("31.5"))
    assert known().documented["fp3_country_growth"].computed is None


def test_a_table_knows_its_labels_and_its_unit():
    table = known().tables["SAU-09"]
    assert table.row_no("maj 2026") == 7
    assert table.column_no("noget andet") is None
    assert table.main_unit == "mdkk"
    assert (table.first_rows, table.first_columns) == (7, 8)


@pytest.mark.parametrize("figure_id", ["FP-99.r1", "FP-01.r99", "FP-01.c1", "FP-01.r1.c1"])
def test_a_term_that_is_not_such_a_line_is_refused(figure_id):
    seeds = deepcopy(check_seeds(ROOT))
    term = next(row for _, row in seeds["check_terms"].records if row["check_id"] == "fp_01_plan_total")
    term["figure_id"] = figure_id
    with pytest.raises(Refused, match="fp_01_plan_total"):
        load(seeds)
