"""The page says what the marts say, needs nothing but itself, can be read by all, and fills two sheets at most."""

import html
import re
import shutil
import subprocess
import warnings
from decimal import Decimal
from pathlib import Path

import duckdb
import pdfplumber
import pytest

from fingerplan.outputs.brief import wording, write_brief
from tests.support.briefs import LONG, SPARSE, changed, kroner, origin_set_to, published_twice

CHROMIUM = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--no-pdf-header-footer"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def written(warehouse: Path, folder: Path) -> str:
    write_brief(warehouse, folder / "brief.html")
    return (folder / "brief.html").read_text(encoding="utf-8")


def rows_of(page: str, caption: str) -> list[list[str]]:
    """Give the cells of every row of the table whose caption holds a text."""
    tables = [
        table for table in re.findall(r"<table>.*?</table>", page, re.S) if caption in table.split("</caption>")[0]
    ]
    assert len(tables) == 1
    return [
        [html.unescape(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)]
        for row in re.findall(r"<tr.*?</tr>", tables[0], re.S)
    ]


def drawing(page: str, key: str) -> str:
    return re.search(rf'<svg role="img" aria-labelledby="{key}-title.*?</svg>', page, re.S)[0]


def shapes(svg: str, element: str, look: str) -> list[dict[str, float]]:
    return [
        {name: float(value) for name, value in re.findall(r'(\w+)="(-?[\d.]+)"', attributes)}
        for attributes in re.findall(rf'<{element} class="{look}"([^>]*)>', svg)
    ]


@pytest.fixture(scope="module")
def warehouse(built: Path) -> Path:
    return built / "warehouse" / "dev" / "fingerplan.duckdb"


@pytest.fixture(scope="module")
def page(warehouse, tmp_path_factory) -> str:
    return written(warehouse, tmp_path_factory.mktemp("page"))


def test_the_stations_are_those_of_the_mart(page, warehouse):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        marts = connection.execute(
            "select station_no || ' ' || station_name, expected_effect_dkk, expected_to_date_measured_dkk,"
            " realised_to_date_dkk, deviation_to_date_dkk, realised_net_of_refund_dkk, forecast_effect_dkk"
            " from marts.fct_station_effect where year = 2026 order by station_no"
        ).fetchall()
    _, *stations, total = rows_of(page, "for de linjer, der kan måles")
    assert len(stations) == 7
    assert [[*cells[:5], *cells[6:8]] for cells in stations] == [[row[0], *map(kroner, row[1:])] for row in marts]
    sums = [sum(amounts) for amounts in list(zip(*marts, strict=True))[1:]]
    assert [*total[1:5], *total[6:8]] == list(map(kroner, sums))
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        said = connection.execute(
            "select progress.code_name"
            " || case measurement_status when 'partly_measured' then ', ' || measured.code_name else '' end"
            " from marts.fct_station_effect"
            " join marts.dim_code_name as progress on progress.code_set = 'progress_status'"
            " and progress.code = progress_status"
            " join marts.dim_code_name as measured on measured.code_set = 'measurement_status'"
            " and measured.code = measurement_status where year = 2026 order by station_no"
        ).fetchall()
    assert [(cells[8],) for cells in stations] == said
    assert {"foran", "på sporet", "bagud", "bagud, delvist målt"} == {row[0] for row in said}
    tiles = re.findall(r"<dd>(.*?)</dd>", page)
    assert tiles == [f"{kroner(sums[i])} kr." for i in (0, 1, 2, 3, 4, 5)]


def test_years_cases_and_checks_are_those_of_the_marts(page, warehouse):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        years = connection.execute(
            "select sum(expected_effect_dkk), sum(realised_to_date_dkk) from marts.fct_station_effect"
            " group by year order by year"
        ).fetchall()
        cases = connection.execute(
            "select sum(cases), sum(gross_dkk), sum(refund_dkk), sum(net_dkk) from marts.fct_high_cost_case"
            " where series = 'monthly' group by period_start order by period_start desc limit 7"
        ).fetchall()
        verdicts = dict(
            connection.execute("select verdict, count(*) from marts.rpt_reconciliation group by 1").fetchall()
        )
    _, expected, realised = rows_of(page, "Planen i alt år for år")
    assert expected[1:] == [kroner(row[0]) for row in years]
    assert realised[1:] == [kroner(row[1]) for row in years]
    found = rows_of(page, "mio. kr. om året")[1:]
    assert len(found) == 7
    assert [row[1:] for row in found] == [[str(row[0]), *map(wording.millions, row[1:])] for row in reversed(cases)]
    said = f"{verdicts['exact'] + verdicts['rounding']} af {sum(verdicts.values())} afstemninger stemmer, heraf"
    assert f"{said} {verdicts['rounding']} inden for afrunding. {verdicts['documented']} forskelle er" in page


def test_the_bars_are_as_long_as_the_figures(page, warehouse):
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        stations = connection.execute(
            "select expected_to_date_measured_dkk, realised_to_date_dkk from marts.fct_station_effect"
            " where year = 2026 order by station_no"
        ).fetchall()
        brackets = connection.execute(
            "select gross_dkk from marts.fct_high_cost_case where series = 'monthly' order by period_start, bracket"
        ).fetchall()
        steps = connection.execute(
            "select gross_dkk from marts.fct_high_cost_case_bridge where to_month = '2026-05-01'"
            " and gross_dkk <> 0 order by component"
        ).fetchall()
    svg = drawing(page, "stationer")
    for position, look in enumerate(("due", "done")):
        bars = shapes(svg, "rect", look)
        assert len(bars) == 7
        per_krone = bars[6]["width"] / float(stations[6][position])
        for bar, row in zip(bars, stations, strict=True):
            assert bar["width"] == pytest.approx(abs(float(row[position])) * per_krone, abs=0.15)
    zero = shapes(svg, "line", "axis")[0]["x1"]
    for bar, row in zip(shapes(svg, "rect", "done"), stations, strict=True):
        assert (bar["x"] if row[1] > 0 else bar["x"] + bar["width"]) == pytest.approx(zero, abs=0.2)
    svg = drawing(page, "sager")
    bars = sorted(
        (bar["x"], number, bar["height"])
        for number, look in enumerate(("rate25", "rate50", "rate75"))
        for bar in shapes(svg, "rect", look)
    )
    assert len(bars) == len(brackets) == 21
    per_krone = bars[0][2] / float(brackets[0][0])
    assert [bar[2] for bar in bars] == pytest.approx([float(row[0]) * per_krone for row in brackets], abs=0.15)
    svg = drawing(page, "bro")
    start, end = shapes(svg, "rect", "due")
    (new, dearer), (fallen, _) = shapes(svg, "rect", "rise"), shapes(svg, "rect", "fall")
    per_krone = new["height"] / float(steps[0][0])
    assert fallen["height"] == pytest.approx(-float(steps[1][0]) * per_krone, abs=0.2)
    assert dearer["height"] == pytest.approx(float(steps[2][0]) * per_krone, abs=0.2)
    assert start["y"] == pytest.approx(new["y"] + new["height"], abs=0.2)
    assert fallen["y"] == pytest.approx(new["y"], abs=0.2)
    assert end["y"] == pytest.approx(dearer["y"], abs=0.2)
    assert "Aksen begynder ved 430,0 mio. kr." in page
    assert start["height"] == pytest.approx((445_299_600 - 430_000_000) * per_krone, abs=0.3)
    figures = re.findall(r'class="label middle"[^>]*>(.*?)<', svg)
    assert figures == ["445,3", "+7,6", "-6,1", "+10,4", "0,0", "457,2"]


def test_the_page_needs_nothing_but_itself(page):
    assert not re.search(
        r"(src|href|action|data|srcset)\s*=|url\(|@import|https?:|<(script|link|iframe|object|img)", page
    )


def test_the_page_can_be_read_by_all(page):
    assert page.lstrip().startswith('<!doctype html>\n<html lang="da">')
    assert [int(level) for level in re.findall(r"<h(\d)", page)] == [1, 2, 2, 2, 2]
    tables = re.findall(r"<table>.*?</table>", page, re.S)
    assert len(tables) == 3
    for table in tables:
        assert re.match(r"<table>\s*<caption>\s*\S", table)
        assert all(re.search(r'scope="(col|row)"', head) for head in re.findall(r"<th\b[^>]*>", table))
        assert len(re.findall(r'<th scope="row"', table)) == len(re.findall(r"<tr", table)) - 1
    drawings = re.findall(r"<svg .*?</svg>", page, re.S)
    assert len(drawings) == 3
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for svg in drawings:
        said = re.search(r'role="img" aria-labelledby="(\S+) (\S+)"', svg)
        for key, element in zip(said.groups(), ("title", "desc"), strict=True):
            assert re.search(rf'<{element} id="{key}">\s*\S.{{20,}}</{element}>', svg)


def luminance(colour: str) -> float:
    """Relative luminance of a colour, WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_and_bars_stand_out_in_light_and_dark(page):
    themes = [
        dict(re.findall(r"--([\w-]+): (#\w+)", block)) for block in re.findall(r":root \{[^}]*--paper[^}]*\}", page)
    ]
    assert len(themes) == 2
    for theme in themes:
        for ink, paper, least in (
            *((ink, "paper", 4.5) for ink in ("ink", "muted", "mark")),
            *((ink, "band", 4.5) for ink in ("ink", "muted")),
            ("mark", "mark-paper", 4.5),
            *(
                (bar, "paper", 3)
                for bar in ("due", "done", "goal", "rate25", "rate50", "rate75", "net", "rise", "fall")
            ),
        ):
            lighter, darker = sorted((luminance(theme[ink]), luminance(theme[paper])), reverse=True)
            assert (lighter + 0.05) / (darker + 0.05) >= least, (ink, paper, theme)


def test_synthetic_figures_are_marked_where_they_are(page, warehouse, tmp_path):
    assert wording.SYNTHETIC in page
    marked = {key for key in ("stationer", "sager", "bro") if "(syntetiske tal)" in drawing(page, key)}
    assert marked == {"stationer", "bro"}, "the cases are those that the minutes print"
    only_bridge = origin_set_to(warehouse, "reported", but_for="fct_high_cost_case_bridge")
    page = written(changed(warehouse, tmp_path / "bridge.duckdb", only_bridge), tmp_path)
    assert wording.SYNTHETIC in page
    assert {key for key in ("stationer", "sager", "bro") if "(syntetiske tal)" in drawing(page, key)} == {"bro"}
    assert "Realiseret: syntetiske tal" not in page
    reported = changed(warehouse, tmp_path / "reported.duckdb", origin_set_to(warehouse, "reported"))
    page = written(reported, tmp_path)
    assert not re.search("syntetisk", page, re.I)
    assert wording.ORIGINS["reported"] in page


def test_the_page_says_what_is_not_measured_and_why(page, warehouse, tmp_path):
    assert "Station 6, Temadage, arbejdsmiljø mv.: Kan ikke måles: planen nævner hverken mængde eller pris" in page
    assert "Uden refusion og netto: årets beløbsgrænser er ikke kendt; der fremskrives ikke." in page
    page = written(changed(warehouse, tmp_path / "sparse.duckdb", SPARSE), tmp_path)
    assert "Der er ikke målt nogen realiseret effekt" in page
    assert "Station 1, 2, 3, 4, 5, 6, 7: Der er ikke leveret udtræk, som effekten kan måles på" in page
    assert "Der er ingen bro mellem to måneder" in page
    assert {cells[8] for cells in rows_of(page, "for de linjer, der kan måles")[1:-1]} == {"ikke målt"}
    assert re.findall(r"<dd>(.*?)</dd>", page)[1:] == ["–"] * 5
    assert "None" not in page
    assert not re.search("syntetisk", page, re.I)
    many = "update marts.fct_station_effect_month set realised_effect_dkk = null, measurement_note = 'Savnes'"
    many = changed(warehouse, tmp_path / "many.duckdb", f"{many} where line_id like '%-2' and month >= '2026-01-01'")
    page = written(many, tmp_path)
    assert page.count(": Savnes.</li>") == 3
    assert "<li>Arbejdsbogen viser alle 4.</li>" in page


def test_the_page_says_what_moved_or_why_it_cannot(page, warehouse, tmp_path):
    assert "Arbejdsfil, ikke udgivet" in page
    assert "Arbejdsfilen har ingen historik (skemaet history)" in page
    published = published_twice(warehouse, tmp_path)
    page = written(published, tmp_path)
    assert "kørsel 20260601T080000000000Z-2" in page
    assert "Udgivet " in page
    with duckdb.connect(str(published), read_only=True) as connection:
        moves = connection.execute("select count(*) from history.change where run_id like '20260601%'").fetchone()[0]
        before, after = connection.execute(
            "select value_before, value_after from history.change where subject_id = 'fp2024-6' and period = '2026'"
            " and figure_name = 'realised_to_date_dkk'"
        ).fetchone()
    assert f"{moves} tal har flyttet sig siden den forrige udgivelse; de 6 vigtigste" in page
    said = f"fra {kroner(before)} kr. til {kroner(after)} kr."
    assert f"6 Team God Arbejdsplads, 2026, realiseret til dato: {said}" in page
    first = written(tmp_path / "first.duckdb", tmp_path)
    assert "Der er ingen tidligere udgivelse at sammenligne med." in first


def test_text_from_the_marts_is_text(warehouse, tmp_path):
    injected = "update marts.fct_station_effect set station_name = '<script>alert(1)</script>' where station_no = 2"
    page = written(changed(warehouse, tmp_path / "injected.duckdb", injected), tmp_path)
    assert "<script" not in page
    assert "2 &lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_page_prints_on_two_sheets(warehouse, tmp_path):
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        warnings.warn("chromium is not installed: the printed pages are not counted", stacklevel=1)
        pytest.skip("chromium is not installed")
    (tmp_path / "twice").mkdir()
    longest = changed(
        published_twice(warehouse, tmp_path / "twice"),
        tmp_path / "long.duckdb",
        origin_set_to(warehouse, "reported") + LONG,
    )
    sparse = changed(warehouse, tmp_path / "sparse.duckdb", SPARSE)
    for name, published in (("built", warehouse), ("long", longest), ("sparse", sparse)):
        write_brief(published, tmp_path / f"{name}.html")
        printed = tmp_path / f"{name}.pdf"
        subprocess.run(
            [
                chromium,
                *CHROMIUM,
                f"--user-data-dir={tmp_path / 'profile'}",
                f"--print-to-pdf={printed}",
                (tmp_path / f"{name}.html").as_uri(),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        with pdfplumber.open(printed) as pdf:
            assert 1 <= len(pdf.pages) <= 2, name
            text = "".join(page.extract_text() for page in pdf.pages)
            assert {(round(p.width), round(p.height)) for p in pdf.pages} == {(595, 842)}, "A4"
        assert kroner(Decimal(-5_050_000)) in text
