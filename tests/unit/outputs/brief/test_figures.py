"""What the brief derives from its rows: the year, remarks, what the meeting follows, and the order of differences."""

from decimal import Decimal

import duckdb
import pytest

from fingerplan.outputs.brief import figures
from fingerplan.outputs.brief.figures import axis_floor, levels, origins
from tests.support.small_brief import (
    MAY,
    UNMEASURED,
    bridge,
    case_period,
    change,
    check,
    line_month,
    plan_year,
    small_brief,
    station_year,
)


def test_the_year_is_the_current_one_or_the_last_of_the_plan():
    assert small_brief().year == 2026
    over = [plan_year(is_current_year=0), plan_year(year=2027, is_current_year=0)]
    assert small_brief(plan=over).year == 2027
    assert [station.year for station in small_brief().stations] == [2026]


def test_the_last_month_is_unknown_before_there_are_figures():
    assert small_brief().through == MAY
    assert small_brief(plan=[plan_year(**UNMEASURED)]).through is None


def test_a_code_without_a_word_stands_for_itself():
    brief = small_brief()
    assert [brief.word("bracket", code) for code in ("25", "none", None)] == ["25 pct.", "none", ""]
    assert brief.word("no such set", "a") == "a"


def test_a_remark_says_why_the_net_is_unknown():
    lines = [
        line_month(realised_net_of_refund_dkk=None, measurement_note="ukendt grænse"),
        line_month(line_no=2, realised_net_of_refund_dkk=None, realised_effect_dkk=None, measurement_note="ikke målt"),
        line_month(station_no=2, realised_net_of_refund_dkk=None, measurement_note="en anden station"),
    ]
    brief = small_brief(line_months=lines)
    assert brief.remark(station_year(realised_net_of_refund_dkk=None)) == "ukendt grænse"
    partly = station_year(realised_net_of_refund_dkk=None, measurement_note="delvis")
    assert brief.remark(partly) == "delvis; ukendt grænse"
    assert brief.remark(station_year()) is None


def test_a_line_is_unmeasured_only_where_others_of_its_station_are_measured():
    lines = [
        line_month(),
        line_month(line_no=2, line_name="Kørsel", realised_effect_dkk=None, measurement_note="intet udtræk"),
        line_month(station_no=2, realised_effect_dkk=None),
        line_month(line_no=3, line_name="Senere", month=MAY.replace(month=6), realised_effect_dkk=None),
    ]
    assert small_brief(line_months=lines).unmeasured == ["Station 1, Kørsel: intet udtræk."]


def test_the_meeting_follows_the_extract_once_it_is_reported():
    printed, sample = case_period(MAY), case_period(MAY, series="extract", data_origin="sample")
    reported = case_period(MAY, series="extract", data_origin="reported")
    assert small_brief(cases=[printed, sample]).followed == [printed]
    assert small_brief(cases=[printed, reported]).followed == [reported]
    assert small_brief(cases=[sample]).followed == [sample], "nothing is printed"


def test_differences_come_unexplained_first_then_by_their_share():
    checks = [
        check(check_id="rounding", verdict="rounding"),
        check(check_id="unknown", verdict="documented", difference=None),
        check(check_id="small", verdict="documented", printed_value=Decimal(100), difference=Decimal(5)),
        check(check_id="large", verdict="documented", printed_value=Decimal(2), difference=Decimal(-1)),
        check(check_id="unexplained", verdict="unreconciled", difference=Decimal("0.01")),
    ]
    brief = small_brief(checks=checks)
    assert [found.check_id for found in brief.discrepancies] == ["unexplained", "large", "small", "unknown"]
    assert (brief.verdicts("documented"), brief.verdicts("exact")) == (3, 0)


def test_origins_are_those_of_what_is_shown():
    assert origins([case_period(MAY), station_year()]) == {"published", "sample"}
    cases = [case_period(MAY), case_period(MAY, series="extract", data_origin="reported")]
    assert small_brief(cases=cases).check_origins == {"published"}
    compared = [check(check_kind="extract_to_published")]
    assert small_brief(cases=cases, checks=compared).check_origins == {"published", "reported"}
    assert small_brief(changes=[change(data_origin_before=None)]).change_origins == {"sample"}
    assert small_brief(changes=None).change_origins == set()


def test_the_axis_begins_below_the_lowest_level_by_the_height_of_the_steps():
    assert [int(level / 1_000_000) for level in levels(bridge())] == [50, 55, 53, 57, 57]
    assert axis_floor(bridge()) == 40_000_000
    assert axis_floor(bridge(start_dkk=Decimal(3_000_000))) == 0


def test_changes_come_with_the_newest_period_of_the_stations_first():
    found = [
        change(period="2026", figure_name="a"),
        change(period="2027", figure_name="b"),
        change(subject_kind="reconciliation", period="latest"),
        change(subject_kind="high_cost_cases", period="latest"),
        change(period="2027", subject_id="fp2024-2", figure_name="a"),
    ]
    ordered = figures._newest_period_first(found)
    order = [(c.subject_kind[0], c.period, c.subject_id[-1], c.figure_name[0]) for c in ordered]
    assert order == [
        *(("s", "2027", "1", "b"), ("s", "2027", "2", "a"), ("s", "2026", "1", "a")),
        *(("h", "latest", "1", "r"), ("r", "latest", "1", "r")),
    ]


def test_a_warehouse_without_marts_cannot_be_read(tmp_path):
    duckdb.connect(str(tmp_path / "a.duckdb")).close()
    with pytest.raises(duckdb.Error, match="dim_code_name"):
        figures.read(tmp_path / "a.duckdb")
