"""The brief says what the marts say, to the krone, in good Danish, and marks what is made up.

`test_brief_page.py` and `test_brief_workbook.py` look at the two files; here are the warehouses they are written from,
the words and rules that both share, the terminal, and the command.
"""

import re
import zipfile
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from fingerplan.outputs import headline
from fingerplan.outputs.brief import figures, wording, write_brief
from tests.support.briefs import SPARSE, changed, kroner, origin_set_to
from tests.support.project import run_fingerplan


@pytest.fixture(scope="module")
def warehouse(built: Path) -> Path:
    return built / "warehouse" / "dev" / "fingerplan.duckdb"


def test_the_terminal_says_what_the_marts_say(warehouse):
    console = Console(width=130, record=True, quiet=False, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    headline.show(console, headline.read(warehouse))
    text = console.export_text()
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("│")[1:-1]]
        if len(cells) == 9 and re.match(r"\d ", cells[1]):
            found.append((int(cells[1][0]), int(cells[0]), *cells[2:6], cells[7]))
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        marts = connection.execute(
            "select station_no, year, expected_effect_dkk, expected_to_date_measured_dkk, realised_to_date_dkk,"
            " deviation_to_date_dkk, forecast_effect_dkk from marts.fct_station_effect"
            " where measured_lines > 0 order by year, station_no"
        ).fetchall()
    assert len(marts) == 21
    assert found == [(no, year, *map(kroner, amounts)) for no, year, *amounts in marts]
    assert "The extracts are synthetic (sample)" in text


def test_amounts_and_months_are_written_as_a_dane_does(warehouse):
    assert wording.month_name(headline.read(warehouse).through) == "maj 2026"
    assert wording.month_name(None) == "–"
    assert [headline.in_kroner(Decimal(a)) for a in ("1604757", "2.5", "-2.5", "-0.4", "0.49")] == [
        *("1.604.757", "3", "-3", "0", "0")
    ]
    assert headline.in_percent(Decimal("0.125")) == "13 %"
    assert wording.millions(Decimal("4650000")) == "4,7"
    assert wording.number(Decimal("2026.000000"), "year") == "2026"
    assert wording.number(Decimal("15000.500000"), "persons") == "15.000,5"


def test_the_words_of_codes_are_the_warehouse_s_own(warehouse, tmp_path):
    brief = figures.read(warehouse)
    assert wording.progress(brief, brief.stations[5]) == "bagud, delvist målt"
    assert wording.legend(brief, "progress_status", {"on_track"}) == [
        "På sporet – inden for en tiendedel af det forventede til dato."
    ]
    assert wording.unit(brief, "mdkk") == "mio. kr."
    assert {wording.unit(brief, unit) for unit in wording.COUNTED} == {"linjer", "afstemninger"}
    assert not wording.COUNTED.keys() & brief.names["unit"].keys()
    assert brief.word("bracket", "a new one") == "a new one"
    assert brief.word("bracket", None) == ""
    # no word of a code stands in the package: with other words in the warehouse, none of the old ones is left
    renamed = changed(warehouse, tmp_path / "renamed.duckdb", "update marts.dim_code_name set code_name = 'z' || code")
    other = figures.read(renamed)
    assert [wording.progress(other, station) for station in other.stations[4:6]] == [
        *("zahead", "zbehind, zpartly_measured")
    ]
    for file in ("brief.html", "brief.xlsx"):
        write_brief(renamed, tmp_path / file)
    text = (tmp_path / "brief.html").read_text()
    with zipfile.ZipFile(tmp_path / "brief.xlsx") as archive:
        text += "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))
    used = [
        *(("progress_status", code) for code in ("ahead", "on_track", "behind")),
        *(("measurement_status", "partly_measured"), ("component", "gain"), ("component", "entry"), ("bracket", "25")),
        *(("series", "monthly"), ("verdict", "documented"), ("check_kind", "text_claim"), ("unit", "mdkk")),
        *(("refund_basis", "exact"), ("refund_basis", "lower_bound")),
    ]
    for code_set, code in used:
        assert re.search(f"z{code}", text, re.I), code
        # mio. kr. and 25 pct. are also what an axis and a printed description say
        if code_set not in ("unit", "bracket"):
            assert f">{brief.word(code_set, code)}<" not in text, code


def test_the_year_is_the_one_that_the_mart_calls_current(warehouse, tmp_path):
    assert figures.read(warehouse).year == 2026
    current = "update marts.fct_plan_effect set is_current_year = case when year = 2025 then 1 else 0 end"
    assert figures.read(changed(warehouse, tmp_path / "a.duckdb", SPARSE + current)).year == 2025
    # after the plan no year of it is current
    over = "update marts.fct_plan_effect set is_current_year = 0"
    assert figures.read(changed(warehouse, tmp_path / "b.duckdb", SPARSE + over)).year == 2027


def test_a_total_is_unknown_when_a_measured_station_is(warehouse):
    brief = figures.read(warehouse)
    totals = {row.year: row for row in brief.plan}
    assert totals[2025].realised_net_of_refund_dkk is None
    assert brief.now.realised_net_of_refund_dkk == sum(row.realised_net_of_refund_dkk for row in brief.stations)
    assert totals[2027].realised_to_date_dkk is None
    assert brief.remark(next(s for s in brief.station_years if (s.year, s.station_no) == (2025, 4))) == (
        "Netto er ukendt: årets beløbsgrænser for statsrefusion er ikke kendt"
    )


def test_the_meeting_follows_real_cases_while_the_extract_is_the_sample(warehouse, tmp_path):
    assert {period.series for period in figures.read(warehouse).followed} == {"monthly"}
    reported = changed(warehouse, tmp_path / "reported.duckdb", origin_set_to(warehouse, "reported"))
    assert {period.series for period in figures.read(reported).followed} == {"extract"}


def test_the_rise_says_what_stays_with_the_municipality(warehouse):
    months = {period.period_start.isoformat()[:7]: period for period in figures.read(warehouse).followed}
    assert wording.rise(months["2026-04"], months["2026-05"]) == (
        "Fra april 2026 til maj 2026 steg bruttoudgiften med 11,9 mio. kr. om året, og der er 1 sag flere. "
        "Efter statsrefusion steg udgiften med 4,7 mio. kr. om året; kommunen bærer selv 39 % af stigningen."
    )
    assert wording.rise(months["2025-06"], months["2025-10"]) == (
        "Fra juni 2025 til oktober 2025 faldt bruttoudgiften med 10,4 mio. kr. om året, og der er 7 sager færre. "
        "Nettoudgiften er ukendt: årets beløbsgrænser er ikke kendt; der fremskrives ikke."
    )


def test_the_command_names_what_is_wrong(project, warehouse):
    environment = {"FINGERPLAN_WAREHOUSE": str(warehouse)}
    for name in ("brief.html", "brief.xlsx"):
        assert run_fingerplan(project, "brief", "--out", str(project / name), **environment).returncode == 0
        assert (project / name).stat().st_size > 20_000
    old = changed(warehouse, project / "old.duckdb", "drop table marts.fct_high_cost_case_bridge")
    for published, out, message in (
        (warehouse, "brief.pdf", ".html or .xlsx"),
        (warehouse, "nowhere/brief.html", "No such file"),
        (warehouse, "nowhere/brief.xlsx", "No such file"),
        (old, "other.html", "fct_high_cost_case_bridge"),
        (project / "missing.duckdb", "other.html", "run fingerplan build first"),
    ):
        outcome = run_fingerplan(project, "brief", "--out", str(project / out), FINGERPLAN_WAREHOUSE=str(published))
        assert outcome.returncode == 2, out
        assert message in re.sub(r"\s*│?\n│?\s*", " ", outcome.stderr)
        assert "Traceback" not in outcome.stderr
    assert not (project / "other.html").exists()


def test_a_brief_that_fails_leaves_the_one_before(warehouse, tmp_path, monkeypatch):
    out = tmp_path / "brief.html"
    out.write_text("the one before")

    def fails(brief, file):
        file.write_text("half")
        raise OSError("disk full")

    monkeypatch.setitem(write_brief.__globals__["WRITERS"], ".html", fails)
    with pytest.raises(OSError, match="disk full"):
        write_brief(warehouse, out)
    assert [file.name for file in tmp_path.iterdir()] == ["brief.html"]
    assert out.read_text() == "the one before"
