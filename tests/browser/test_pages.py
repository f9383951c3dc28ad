"""Every page without a network: its charts, its marks and its tables, on screen and on paper."""

from dataclasses import dataclass

import pytest

from tests.support.page_checks import (
    axe,
    charts_without_data,
    cut_on_paper,
    cut_or_overlapping,
    needs_nothing_else,
    outside,
    without_mark,
    wrong_downloads,
)
from tests.support.site import kroner


@dataclass
class Walk:
    """The findings of each check by page, and how much the checks looked at."""

    found: dict[str, dict[str, list[str]]]
    charts: int = 0
    synthetic: int = 0


@pytest.fixture(scope="module")
def walk(site, visit) -> Walk:
    """Every page, opened once, with all checks made on it."""
    checks = {
        "alone": needs_nothing_else,
        "charts": charts_without_data,
        "mark": without_mark(synthetic_amounts(site)),
        "download": wrong_downloads,
        "screen": cut_or_overlapping,
        "axe light": axe("light"),
        "axe dark": axe("dark"),
        "paper": cut_on_paper,
    }
    walked = Walk({name: {} for name in checks})
    assert len(site.pages) >= 25
    for path in site.pages:
        with visit(path) as opened:
            for name, check in checks.items():
                if wrong := check(opened):
                    walked.found[name][path] = wrong
            walked.charts += opened.charts
            walked.synthetic += opened.synthetic
    return walked


def test_every_page_needs_nothing_but_itself(walk):
    assert walk.found["alone"] == {}


def test_every_chart_has_data_on_screen_and_on_paper(walk):
    assert walk.found["charts"] == {}
    assert walk.charts > 25


def test_nothing_is_cut_or_overlaps_on_a_telephone_and_on_a_wide_screen(walk):
    assert walk.found["screen"] == {}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(walk, theme):
    assert walk.found[f"axe {theme}"] == {}


def test_a_printed_page_cuts_no_chart_and_no_text(walk):
    assert walk.found["paper"] == {}


def test_no_synthetic_figure_stands_without_its_mark(walk):
    assert walk.found["mark"] == {}
    assert walk.synthetic > 300


def test_every_table_comes_down_as_csv(walk):
    assert walk.found["download"] == {}


def test_a_request_to_elsewhere_would_be_seen(visit):
    with visit("/") as opened:
        opened.page.evaluate("fetch('https://example.org/').catch(() => {})")
        opened.page.wait_for_timeout(100)
        assert outside(opened) == ["https://example.org/"]


def synthetic_amounts(site) -> set[str]:
    """Give every made-up figure of the marts as the pages write it, unless a printed figure reads the same."""
    made_up = site.marts(
        """
        select unnest([realised_to_date_dkk, realised_net_of_refund_dkk, deviation_to_date_dkk, forecast_effect_dkk])
        from marts.fct_station_effect where data_origin = 'sample'
        union all
        select unnest([realised_to_date_dkk, realised_net_of_refund_dkk, deviation_to_date_dkk, forecast_effect_dkk])
        from marts.fct_plan_effect where data_origin = 'sample'
        union all
        select unnest([realised_effect_dkk, realised_net_of_refund_dkk, quantity_effect_dkk, price_effect_dkk])
        from marts.fct_station_effect_month where data_origin = 'sample'
        union all
        select unnest([gross_dkk, net_dkk]) from marts.fct_high_cost_case_bridge where data_origin = 'sample'
        """
    )
    printed = site.marts(
        """
        select amount_dkk from marts.fct_published_figure
        union all select expected_effect_dkk from marts.fct_station_budget
        union all select expected_effect_dkk from marts.fct_station_effect_month
        union all select unnest([expected_to_date_measured_dkk, expected_to_date_dkk]) from marts.fct_station_effect
        """
    )

    def written(rows):
        return {kroner(abs(amount)).removesuffix(" kr.") for (amount,) in rows if amount is not None}

    return {text for text in written(made_up) - written(printed) if len(text) >= 6}
