"""A model that no longer adds up is found by the test that exists for it."""

import pytest

from tests.support.rebuild import Mutation, Rebuild

# a model that is off by the smallest unit or loses a part -> the test that must see it
MUTATIONS = [
    (
        "int_effects__driver",
        "cast(realised_effect_dkk - realised_at_planned_price_dkk as",
        "cast(0.01 + realised_effect_dkk - realised_at_planned_price_dkk as",
        "fct_station_effect_month__quantity_and_price_make_the_deviation",
    ),
    (
        "int_high_cost_cases__movements",
        "coalesce(later.gross_dkk, 0) - coalesce(earlier.gross_dkk, 0)",
        "coalesce(later.gross_dkk, 0) - coalesce(earlier.gross_dkk, 0) + 0.01",
        "assert_the_bridge_spans_the_two_months",
    ),
    (
        "fct_high_cost_case_bridge",
        "select 'exit' as component",
        "select 'exits' as component",
        "assert_the_bridge_spans_the_two_months",
    ),
    (
        "fct_case_month",
        "cast(actual_dkk as decimal(18, 2)) as gross_dkk",
        "cast(actual_dkk + 0.01 as decimal(18, 2)) as gross_dkk",
        "fct_case_month__holds_every_krone_of_the_extract",
    ),
    (
        "int_plan__line_months",
        "cast(coalesce(oere_so_far - oere_before, 0) as decimal(16, 0))",
        "cast(coalesce(oere_so_far - oere_before, 0) + 1 as decimal(16, 0))",
        "fct_station_effect_month__months_add_up_to_the_year",
    ),
    (
        "fct_station_effect",
        "compared.realised_to_date_dkk - compared.expected_to_date_measured_dkk as",
        "compared.realised_to_date_dkk - compared.expected_to_date_dkk as",
        "fct_station_effect__deviation_compares_like_with_like",
    ),
    (
        "int_effects__line_years",
        "cast(sum(realised_effect_dkk) as decimal(18, 2)) as realised_to_date_dkk",
        "cast(sum(realised_effect_dkk) + 0.01 as decimal(18, 2)) as realised_to_date_dkk",
        "fct_station_effect__realised_is_the_sum_of_its_months",
    ),
    (
        "fct_plan_effect",
        "sum(realised_to_date_dkk) as realised_to_date_dkk",
        "sum(realised_to_date_dkk) + 0.01 as realised_to_date_dkk",
        "fct_plan_effect__realised_is_the_sum_of_the_lines",
    ),
    (
        "fct_plan_effect",
        "sum(deviation_to_date_dkk) as",
        "sum(deviation_to_date_dkk) + 0.01 as",
        "fct_plan_effect__deviation_compares_like_with_like",
    ),
    (
        "fct_plan_effect",
        "sum(expected_effect_dkk) as expected_effect_dkk",
        "sum(expected_effect_dkk) + 0.01 as expected_effect_dkk",
        "fct_plan_effect__is_the_printed_plan_total",
    ),
    (
        "fct_plan_effect",
        "yearly.year = current_year.year then 1",
        "yearly.year >= current_year.year then 1",
        "fct_plan_effect__one_year_is_the_current_one",
    ),
    (
        "int_effects__station_years",
        "sum(case when reported_months > 0 then expected_effect_dkk end) as",
        "sum(case when reported_months > 0 then expected_measured_dkk end) as",
        "fct_station_effect__measured_in_full_is_compared_with_all",
    ),
    (
        "fct_budget_followup_step",
        "then 0 else less_lines.amount_dkk end",
        "then 0 else 0 end",
        "assert_the_steps_of_a_followup_reach_its_results",
    ),
    (
        "dim_code_name",
        "select * from unit_names",
        "select * from unit_names where false",
        "assert_every_code_has_a_name",
    ),
]


@pytest.mark.parametrize(("model", "before", "after", "test"), MUTATIONS, ids=[f"{m[0]}-{m[3]}" for m in MUTATIONS])
def test_a_model_that_no_longer_adds_up_is_found(rebuild: Rebuild, model, before, after, test):
    assert test in rebuild.failures(mutation=Mutation(model, before, after))


@pytest.mark.parametrize("month", ["2024-05-01", "2026-05-01"])
def test_a_case_of_two_stations_is_found(rebuild: Rebuild, month):
    seed = f"sample_cases_{month[:4]}"
    doubled = (
        f"insert into seeds.{seed} select municipality_code, month, case_id, service_code, provider_kind, placement,"
        " 'one_off', 0.00, refund_bracket, 'fp2024-4', 0.00"
        f" from seeds.{seed} where month = '{month}' and station_id = 'fp2024-3' limit 1"
    )
    assert "assert_a_case_counts_for_one_station" in rebuild.failures(doubled)
