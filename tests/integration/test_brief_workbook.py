"""The workbook says what the marts say, to the øre; its formulas give the same when a program recalculates them."""

import re
import shutil
import subprocess
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.support.briefs import (
    SHEETS,
    SPARSE,
    Book,
    changed,
    plain,
    published_twice,
    query,
    same,
    written_book,
)

FORMULA = re.compile(r"(<c [^>]*>)(<f>[^<]*</f>)<v>[^<]*</v></c>")


@pytest.fixture(scope="module")
def warehouse(built: Path) -> Path:
    return built / "warehouse" / "dev" / "fingerplan.duckdb"


@pytest.fixture(scope="module")
def book(warehouse, tmp_path_factory) -> Book:
    return written_book(warehouse, tmp_path_factory.mktemp("workbook"))


@pytest.fixture(scope="module")
def published(warehouse, tmp_path_factory) -> Path:
    return published_twice(warehouse, tmp_path_factory.mktemp("published"))


def test_the_stations_are_those_of_the_mart(book, warehouse):
    heads = (
        *("År", "Nr.", "Station", "Forventet gevinst", "Forventet udgift", "Forventet effekt, året"),
        *("Forventet til dato, alle linjer", "Forventet til dato, målte linjer", "Realiseret til dato", "Afvigelse"),
        *("Andel realiseret", "Realiseret efter refusion", "Prognose for målte linjer, året", "Målte linjer"),
        *("Linjer i alt", "Målt til og med"),
    )
    rows = book.rows("Stationer", "År")
    figures = (
        "expected_gain_dkk, expected_cost_dkk, expected_effect_dkk, expected_to_date_dkk,"
        " expected_to_date_measured_dkk, realised_to_date_dkk, deviation_to_date_dkk, realisation_share,"
        " realised_net_of_refund_dkk, forecast_effect_dkk, measured_lines, total_lines, realised_through_month"
    )
    marts = query(
        warehouse,
        f"select year, station_no, station_name, {figures} from marts.fct_station_effect order by year, station_no",
    )
    same([tuple(row[head] for head in heads) for row in rows if row["Nr."]], marts)
    totals = query(
        warehouse,
        "select year, sum(expected_effect_dkk), sum(expected_to_date_measured_dkk), sum(realised_to_date_dkk),"
        " sum(deviation_to_date_dkk), sum(forecast_effect_dkk) from marts.fct_station_effect"
        " group by year order by year",
    )
    wanted = [heads[i] for i in (0, 5, 7, 8, 9, 12)]
    same([tuple(row[head] for head in wanted) for row in rows if not row["Nr."]], totals)
    statuses = query(
        warehouse,
        "select code_name || case measurement_status when 'partly_measured' then ', delvist målt' else '' end"
        " from marts.fct_station_effect join marts.dim_code_name on code_set = 'progress_status'"
        " and code = progress_status order by year, station_no",
    )
    assert [(row["Status"],) for row in rows if row["Nr."]] == statuses
    # a part is no total: the net of two stations is unknown before the thresholds of 2026 are
    assert [row["Realiseret efter refusion"] is None for row in rows if not row["Nr."]] == [True, True, False, True]
    unknown = [row for row in rows if row["Nr."] == 4 and row["År"] == 2025]
    assert unknown[0]["Bemærkning"] == "Netto er ukendt: årets beløbsgrænser for statsrefusion er ikke kendt"


def test_lines_and_months_are_those_of_the_mart(book, warehouse):
    heads = (
        *("Måned", "Nr.", "Linje", "Forventet", "Realiseret", "Afvigelse", "Realiseret efter refusion"),
        *("Planlagt mængde", "Realiseret mængde", "Enhed", "Heraf mængde", "Heraf pris", "Bemærkning"),
    )
    rows = book.rows("Linjer pr. måned", "Måned")
    marts = query(
        warehouse,
        """
        select month, station_no, line_no, expected_effect_dkk, realised_effect_dkk,
            realised_effect_dkk - expected_effect_dkk, realised_net_of_refund_dkk, planned_quantity, realised_quantity,
            quantity_unit, quantity_effect_dkk, price_effect_dkk, measurement_note
        from marts.fct_station_effect_month
        inner join marts.dim_budget_line using (line_id)
        inner join marts.dim_station on dim_station.station_id = fct_station_effect_month.station_id
        where month between '2026-01-01' and '2026-12-01'
        order by month, station_no, line_no
        """,
    )
    assert len(marts) == 168
    same([tuple(row[head] for head in heads) for row in rows[:-1]], marts)
    same([(rows[-1]["Forventet"], rows[-1]["Realiseret"])], [(sum(r[3] for r in marts), sum(r[4] or 0 for r in marts))])
    months = query(
        warehouse,
        """
        select month, sum(expected_effect_dkk),
            sum(case when realised_effect_dkk is not null then expected_effect_dkk end), sum(realised_effect_dkk)
        from marts.fct_station_effect_month where month between '2026-01-01' and '2026-12-01'
        group by month order by month
        """,
    )
    found = book.rows("Måneder", "Måned")
    same([tuple(row.values())[:4] for row in found], months)
    may = found[4]
    same(
        [(may["Forventet, målte linjer, akkumuleret"], may["Realiseret, akkumuleret"], may["Afvigelse, akkumuleret"])],
        query(
            warehouse,
            "select sum(expected_to_date_measured_dkk), sum(realised_to_date_dkk), sum(deviation_to_date_dkk)"
            " from marts.fct_station_effect where year = 2026",
        ),
    )
    assert found[5]["Realiseret, akkumuleret"] is None


def test_cases_and_bridge_are_those_of_the_marts(book, warehouse):
    names = dict(query(warehouse, "select code, code_name from marts.dim_code_name where code_set = 'series'"))
    found = {}
    for row in book.rows("Særligt dyre sager", "Kilde"):
        for bracket in ("25 pct.", "50 pct.", "75 pct.", "i alt"):
            key = row["Kilde"], row["Periode"].date(), bracket
            found[key] = tuple(plain(row[f"{name} {bracket}"]) for name in ("Sager", "Brutto", "Refusion", "Netto"))
    marts = query(
        warehouse,
        """
        select series, period_start, coalesce(bracket || ' pct.', 'i alt'), sum(cases), sum(gross_dkk),
            case when count(refund_dkk) = count(*) then sum(refund_dkk) end,
            case when count(net_dkk) = count(*) then sum(net_dkk) end
        from marts.fct_high_cost_case
        group by grouping sets ((series, period_start, bracket), (series, period_start))
        """,
    )
    assert len(marts) == 164
    assert found == {(names[row[0]], row[1], row[2]): tuple(map(plain, row[3:])) for row in marts}
    steps = query(
        warehouse,
        """
        pivot (select from_month, to_month, component, gross_dkk from marts.fct_high_cost_case_bridge)
        on component in ('entry', 'exit', 'price_increase', 'price_decrease') using sum(gross_dkk)
        order by from_month
        """,
    )[-12:]
    rows = book.rows("Bro", "Fra")
    names = dict(query(warehouse, "select code, code_name from marts.dim_code_name where code_set = 'component'"))
    components = ("entry", "exit", "price_increase", "price_decrease")
    heads = ("Fra", "Til", *(names[component].capitalize() for component in components))
    same([tuple(row[head] for head in heads) for row in rows], steps)
    gross = dict(
        query(
            warehouse,
            "select period_start, sum(gross_dkk) from marts.fct_high_cost_case where series = 'extract' group by 1",
        )
    )
    same(
        [(row["Brutto, start"], row["Brutto, slut"]) for row in rows], [(gross[row[0]], gross[row[1]]) for row in steps]
    )
    assert {row["Forskel"] for row in rows} == {0}
    net = query(
        warehouse,
        "select sum(net_dkk), sum(net_dkk) / sum(gross_dkk) from marts.fct_high_cost_case_bridge"
        " where to_month = '2026-05-01'",
    )
    same([(rows[-1]["Ændring, netto"], rows[-1]["Netto af brutto"])], net)
    # every step of the waterfall stands on its socket: the column reaches from the level before to the level after
    chart = book.rows("Bro", "Trin")
    level = 0
    for row in chart:
        top = row["Usynlig sokkel"] + row["Niveau"] + row["Stigning"] + row["Fald"]
        assert {row["Usynlig sokkel"], top} == (
            {0, row["Niveau efter"]} if row["Niveau"] else {level, row["Niveau efter"]}
        )
        level = row["Niveau efter"]
    assert len(chart) == 6
    assert level == rows[-1]["Brutto, slut"]


def test_checks_and_overview_are_those_of_the_marts(book, warehouse):
    heads = ("Tabel", "Linje", "Trykt", "Beregnet", "Forskel", "Tolerance", "Anvendt", "Forklaring")
    rows = book.rows("Afstemning", "Udfald")
    # a text that begins with a hyphen is written with a minus sign, so that it runs nowhere
    assert sum((row["Anvendt"] or "").startswith("\N{MINUS SIGN}") for row in rows) == 2
    found = {
        row["Nøgle"]: tuple(
            value.replace("\N{MINUS SIGN}", "-") if isinstance(value, str) else value
            for value in (plain(row[head]) for head in heads)
        )
        for row in rows
    }
    marts = query(
        warehouse,
        "select check_id, table_id, source_line, printed_value, computed_value, difference, tolerance, chosen_value,"
        " explanation from marts.rpt_reconciliation",
    )
    assert found == {row[0]: tuple(map(plain, row[1:])) for row in marts}
    verdicts = dict(query(warehouse, "select verdict, count(*) from marts.rpt_reconciliation group by verdict"))
    lines = {row[0].value: [cell.value for cell in row[1:4]] for row in book.shown["Overblik"].iter_rows()}
    names = dict(query(warehouse, "select code, code_name from marts.dim_code_name where code_set = 'verdict'"))
    assert {verdict: lines[name][0] for verdict, name in names.items()} == {v: verdicts.get(v, 0) for v in names}
    assert [row["Udfald"] for row in rows] == sorted(
        (row["Udfald"] for row in rows), key=["uforklaret", "dokumenteret", "afrunding", "stemmer"].index
    )
    ((expected, due_all, due, realised, deviation, net, forecast),) = query(
        warehouse,
        "select sum(expected_effect_dkk), sum(expected_to_date_dkk), sum(expected_to_date_measured_dkk),"
        " sum(realised_to_date_dkk), sum(deviation_to_date_dkk), sum(realised_net_of_refund_dkk),"
        " sum(forecast_effect_dkk) from marts.fct_station_effect where year = 2026",
    )
    assert {label: plain(lines[label][0]) for label in lines if label and lines[label][0] is not None}.items() >= {
        "Forventet effekt, hele året": plain(expected),
        "Forventet til dato, alle linjer": plain(due_all),
        "Forventet til dato, målte linjer": plain(due),
        "Realiseret til dato, målte linjer": plain(realised),
        "Afvigelse (realiseret minus forventet)": plain(deviation),
        "Andel realiseret (realiseret af forventet)": plain(realised / due),
        "Realiseret efter statsrefusion": plain(net),
        "Prognose for de målte linjer, hele året": plain(forecast),
    }.items()
    assert list(map(plain, lines["Brutto"])) == [445_300_000, 457_200_000, 11_900_000]
    assert list(map(plain, lines["Netto"])) == [365_355_000, 370_005_000, 4_650_000]
    assert plain(lines["Andel af ændringen, som kommunen bærer selv"][2]) == plain(4_650_000 / 11_900_000)


def test_what_moved_is_what_the_history_holds(published, book, tmp_path):
    moved = written_book(published, tmp_path)
    rows = moved.rows("Bevægelser", "Emne")
    marts = query(
        published,
        "select value_before, value_after, moved_by, as_of_month from history.change where run_id like '20260601%'",
    )
    key = lambda row: tuple(str(plain(value)) for value in row)  # noqa: E731
    cells = [tuple(row[head] for head in ("Før", "Nu", "Flyttet", "Opgjort til og med")) for row in rows]
    assert len(marts) > 60
    same(sorted(cells, key=key), sorted(marts, key=key))
    assert any(row["Emne"] == "6 Team God Arbejdsplads" and row["Tal"] == "Realiseret til dato" for row in rows)
    assert [row for row in rows if row["Før"] is None and row["Flyttet"] is None], "the one that had no value before"
    assert "kørsel 20260601T080000000000Z-2" in moved.text("Bevægelser")
    assert moved.shown.properties.description.startswith("Udgivet ")
    first = written_book(published.with_name("first.duckdb"), tmp_path)
    assert "Der er ingen tidligere udgivelse at sammenligne med." in first.text("Bevægelser")
    assert "Arbejdsfilen har ingen historik (skemaet history)" in book.text("Bevægelser")
    still = "delete from history.change where run_id like '20260601%'"
    unmoved = written_book(changed(published, tmp_path / "still.duckdb", still), tmp_path)
    assert "Ingen tal har flyttet sig siden den forrige udgivelse." in unmoved.text("Bevægelser")


def test_nothing_measured_is_empty_and_has_its_reason(warehouse, tmp_path):
    sparse = written_book(changed(warehouse, tmp_path / "sparse.duckdb", SPARSE), tmp_path)
    for row in sparse.rows("Stationer", "År"):
        assert row["Realiseret til dato"] is None
        assert row["Afvigelse"] is None
        assert row["Forventet effekt, året"] is not None
        if row["Nr."]:
            assert row["Status"] == "ikke målt"
            assert row["Bemærkning"] == "Der er ikke leveret udtræk, som effekten kan måles på"
    assert "Der er ingen bro: den kræver udtræk af sager for to måneder i træk." in sparse.text("Bro")
    assert "Der er ikke målt nogen realiseret effekt" in sparse.text("Overblik")
    assert {row["Realiseret"] for row in sparse.rows("Måneder", "Måned")} == {None}
    assert not any("yntetisk" in sparse.text(sheet).lower() for sheet in SHEETS)


def test_a_program_that_recalculates_comes_to_the_same(book, published, warehouse, tmp_path):
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        warnings.warn("LibreOffice is not installed: the formulas are not recalculated", stacklevel=1)
        pytest.skip("LibreOffice is not installed")
    (tmp_path / "sparse").mkdir()
    (tmp_path / "moved").mkdir()
    sparse = written_book(changed(warehouse, tmp_path / "sparse.duckdb", SPARSE), tmp_path / "sparse")
    moved = written_book(published, tmp_path / "moved")
    bare = {}
    for name, one in (("built", book), ("sparse", sparse), ("moved", moved)):
        # LibreOffice believes the values in the file unless there are none
        bare[tmp_path / f"{name}.xlsx"] = one
        with zipfile.ZipFile(one.file) as source, zipfile.ZipFile(tmp_path / f"{name}.xlsx", "w") as target:
            for part in source.namelist():
                content = source.read(part)
                if part.startswith("xl/worksheets/"):
                    content = FORMULA.sub(r"\1\2</c>", content.decode()).encode()
                target.writestr(part, content)
        stripped = openpyxl.load_workbook(tmp_path / f"{name}.xlsx", data_only=True)
        assert all(stripped[sheet][cell].value is None for sheet, cell in one.formula_cells())
    profile = (tmp_path / "profile").as_uri()
    subprocess.run(
        [
            *(soffice, f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx"),
            *("--outdir", str(tmp_path / "calculated"), *map(str, bare)),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    for file, one in bare.items():
        calculated = openpyxl.load_workbook(tmp_path / "calculated" / file.name, data_only=True)
        cells = one.formula_cells()
        assert len(cells) > 400
        for sheet, cell in cells:
            value = calculated[sheet][cell].value
            assert isinstance(value, int | float), (file.name, sheet, cell, cells[sheet, cell], value)
            assert value == pytest.approx(one.shown[sheet][cell].value, abs=1e-6), (file.name, sheet, cell)
