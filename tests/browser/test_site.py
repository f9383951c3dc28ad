"""What people see: every page with the network cut off, its figures, its charts, its marks, on screen and on paper."""

import csv
import io
import json
import os
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser
from pathlib import Path

import pdfplumber
import pytest

from tests.support.project import ROOT
from tests.support.site import seconds, size_of

AXE = ROOT / "evidence" / "node_modules" / "axe-core" / "axe.min.js"
AMOUNTS = (
    "expected_effect_dkk",
    "expected_to_date_measured_dkk",
    "realised_to_date_dkk",
    "realised_net_of_refund_dkk",
    "deviation_to_date_dkk",
    "forecast_effect_dkk",
)


def kroner(amount: Decimal | None) -> str:
    if amount is None:
        return "–"
    whole = amount.quantize(Decimal(1), ROUND_HALF_UP)
    return f"{int(whole):,} kr.".replace(",", ".")


def plain(text: str) -> str:
    return " ".join(text.replace("\u00a0", " ").split())


class KeyFigures(HTMLParser):
    """Reads the values of the key figures out of HTML, as a reader without scripts would see them."""

    def __init__(self, html: str):
        super().__init__()
        self.values: dict[str, str] = {}
        self._figure = self._inside = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self._figure = attributes.get("data-figure", self._figure)
        self._inside = self._figure if attributes.get("class") == "key-figure-value" else None

    def handle_data(self, data):
        if self._inside:
            self.values[self._inside] = plain(self.values.get(self._inside, "") + data)


def needs_nothing_else(opened) -> list[str]:
    """The browser's database is 18 MB, and no page may need it."""
    heavy = [url for url in opened.asked if url.endswith((".wasm", ".parquet"))]
    return outside(opened) + heavy + opened.complaints


def outside(opened) -> list[str]:
    return [url for url in opened.asked if not re.match(r"http://127\.0\.0\.1:", url)]


def charts_without_data(opened) -> list[str]:
    """ECharts marks what it draws of the data, and not of the legend, in the drawing for the paper."""
    marks = opened.page.evaluate(
        """() => [...document.querySelectorAll('.chart')].map(chart => [
            chart.querySelectorAll('.chart-printed [ecmeta_ssr_type=chart]').length,
            chart.querySelectorAll('.chart-live svg :is(path, rect)').length
        ])"""
    )
    opened.charts = len(marks)
    return [f"chart {number}" for number, (data, live) in enumerate(marks, 1) if data < 2 or live < data]


def cut_or_overlapping(opened) -> list[str]:
    found = []
    for width in (390, 1920):
        opened.page.set_viewport_size({"width": width, "height": 900})
        opened.page.wait_for_function(
            "[...document.querySelectorAll('.chart-live')].every(chart =>"
            " Math.abs(chart.querySelector('svg').getBoundingClientRect().width - chart.clientWidth) < 2)"
        )
        found += [f"{width}: {wrong}" for wrong in opened.page.evaluate(LOOKED_AT)]
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    return found


LOOKED_AT = """() => {
    const found = [];
    const extra = document.documentElement.scrollWidth - innerWidth;
    if (extra > 0) found.push(`page is ${extra} px too wide`);
    for (const chart of document.querySelectorAll('.chart-live')) {
        const frame = chart.getBoundingClientRect();
        const texts = [...chart.querySelectorAll('svg text')]
            .map(node => [node.textContent, node.getBoundingClientRect()]).filter(([, box]) => box.width > 0);
        for (const [text, box] of texts)
            if (box.left < frame.left - 2 || box.right > frame.right + 2 || box.bottom > frame.bottom + 2)
                found.push(`cut: ${text}`);
        texts.forEach(([text, one], i) => texts.slice(i + 1).forEach(([other, two]) => {
            const across = Math.min(one.right, two.right) - Math.max(one.left, two.left);
            const down = Math.min(one.bottom, two.bottom) - Math.max(one.top, two.top);
            if (across > 2 && down > 4) found.push(`overlap: ${text} / ${other}`);
        }));
    }
    for (const node of document.querySelectorAll('main p, main dd, main td, main th, svg text'))
        if (parseFloat(getComputedStyle(node).fontSize) < 12) found.push(`small: ${node.textContent.slice(0, 40)}`);
    return found;
}"""


def axe(theme: str):
    def serious(opened) -> list[str]:
        if opened.page.evaluate("document.documentElement.dataset.theme") != theme:
            opened.page.click(".theme")
        assert opened.page.evaluate("document.documentElement.dataset.theme") == theme
        opened.page.evaluate("document.querySelectorAll('details').forEach(node => node.open = true)")
        opened.page.evaluate(AXE.read_text(encoding="utf-8"))
        result = opened.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert len(result["passes"]) > 10
        return [
            f"{violation['impact']}: {violation['id']}: {node['html'][:120]}"
            for violation in result["violations"]
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"][:3]
        ]

    return serious


def cut_on_paper(opened) -> list[str]:
    # the printed width of A4 within the margins of the style; 72 points are 96 pixels
    opened.page.set_viewport_size({"width": 688, "height": 900})
    opened.page.emulate_media(media="print")
    found = opened.page.evaluate(
        """() => [...document.querySelectorAll('.chart')].flatMap(chart => {
            const live = getComputedStyle(chart.querySelector('.chart-live')).display;
            const box = chart.querySelector('.chart-printed svg').getBoundingClientRect();
            return live !== 'none' ? ['the chart of the screen is printed']
                : box.width < 300 || box.right > 690 ? [`chart from ${box.left} to ${box.right}`] : [];
        })"""
    )
    with pdfplumber.open(io.BytesIO(opened.page.pdf(prefer_css_page_size=True))) as pdf:
        for number, sheet in enumerate(pdf.pages, 1):
            found += [
                f"page {number}: {word['text']}"
                for word in sheet.extract_words()
                if word["x1"] > sheet.width - 36 or word["x0"] < 36
            ]
    opened.page.emulate_media(media="screen")
    opened.page.set_viewport_size({"width": 1280, "height": 900})
    return found


def without_mark(amounts: set[str]):
    def unmarked(opened) -> list[str]:
        opened.page.evaluate("document.querySelectorAll('details').forEach(node => node.open = true)")
        opened.synthetic, found = opened.page.evaluate(UNMARKED, sorted(amounts))
        return found

    return unmarked


UNMARKED = """amounts => {
    const wanted = new Set(amounts);
    const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT);
    let found = 0;
    const unmarked = [];
    while (walker.nextNode()) {
        for (const [text] of walker.currentNode.textContent.matchAll(/\\d{1,3}(\\.\\d{3})+/g)) {
            if (!wanted.has(text)) continue;
            found += 1;
            const place = walker.currentNode.parentElement.closest('figure, .table, .key-figure');
            const mark = place ? place.querySelector('[data-synthetic]') : document.querySelector('.synthetic-notice');
            if (!mark || !mark.checkVisibility()) unmarked.push(text);
        }
    }
    return [found, unmarked];
}"""


def wrong_downloads(opened) -> list[str]:
    opened.page.evaluate("document.querySelectorAll('details').forEach(node => node.open = true)")
    wrong = []
    for table in opened.page.query_selector_all(".table"):
        name, text = downloaded(opened.page, table.query_selector("button.download"))
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
        if not text.startswith("\ufeff") or len(rows) - 1 != len(table.query_selector_all("tbody tr")):
            wrong.append(name)
    return wrong


def downloaded(page, button) -> tuple[str, str]:
    with page.expect_download() as download:
        button.click()
    return download.value.suggested_filename, Path(download.value.path()).read_text(encoding="utf-8")


@dataclass
class Walk:
    """What each check found wrong, by page, and how much it looked at."""

    found: dict[str, dict[str, list[str]]]
    charts: int = 0
    synthetic: int = 0


@pytest.fixture(scope="module")
def walk(site, visit) -> Walk:
    """Every page opened once, and every check made on it."""
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


def test_the_key_figures_are_the_marts_before_any_script_runs(site):
    (now,) = site.marts(f"select {', '.join(AMOUNTS)} from marts.fct_plan_effect where is_current_year = 1")
    checks = site.marts(
        "select count(*) filter (verdict in ('exact', 'rounding')), count(*) from marts.rpt_reconciliation"
    )
    values = KeyFigures(site.html("/")).values
    assert {name: values[name] for name in AMOUNTS} == dict(zip(AMOUNTS, map(kroner, now), strict=True))
    assert values["checks"] == "{} af {}".format(*checks[0])
    stations = site.marts(
        f"select station_effect.station_id, {', '.join(f'station_effect.{name}' for name in AMOUNTS)}"
        " from marts.fct_station_effect as station_effect inner join marts.fct_plan_effect as plan using (year)"
        " where is_current_year = 1"
    )
    assert len(stations) == 7
    for station, *amounts in stations:
        values = KeyFigures(site.html(f"/stationer/{station}/")).values
        assert values == dict(zip(AMOUNTS, map(kroner, amounts), strict=True)), station


def test_the_key_figures_stand_after_the_scripts_too(site, visit):
    for path in ("/", "/stationer/fp2024-6/"):
        with visit(path) as opened:
            shown = opened.page.eval_on_selector_all(
                ".key-figure",
                "all => all.map(node => [node.dataset.figure, node.querySelector('.key-figure-value').textContent])",
            )
        assert {name: plain(value) for name, value in shown} == KeyFigures(site.html(path)).values


def synthetic_amounts(site) -> set[str]:
    """Every figure of the marts that is made up, as the pages write it, where no printed figure reads the same."""
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


def test_a_page_of_printed_figures_carries_no_mark(site):
    for path in ("/oekonomi/", "/oekonomi/bevillinger/", "/noegletal/", "/noegletal/ledighed/"):
        assert "data-synthetic" not in site.html(path), path


def test_a_downloaded_table_holds_the_figures_of_the_marts_to_the_oere(site, visit):
    with visit("/") as opened:
        _, text = downloaded(opened.page, opened.page.query_selector("button[data-file^='stationer-']"))
    *rows, total = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")
    marts = site.marts(
        "select station_no, station_name, realised_to_date_dkk, deviation_to_date_dkk, forecast_effect_dkk"
        " from marts.fct_station_effect"
        " where year = (select year from marts.fct_plan_effect where is_current_year = 1) order by station_no"
    )
    names = ("Realiseret", "Afvigelse", "Prognose, målte linjer")
    amounts = [tuple(Decimal(row[name].replace(",", ".")) for name in names) for row in (*rows, total)]
    assert amounts[:-1] == [row[2:5] for row in marts]
    assert amounts[-1] == tuple(map(sum, zip(*amounts[:-1], strict=True)))
    assert [row["Station"] for row in rows] == [f"{row[0]}. {row[1]}" for row in marts]
    assert {row["Oprindelse (sample = syntetisk)"] for row in rows} == {"sample"}


def test_the_checks_can_be_narrowed_to_the_documented_ones(site, visit):
    with visit("/afstemning/") as opened:
        opened.page.click("text=Dokumenteret (")
        verdicts = opened.page.evaluate(
            "[...[...document.querySelectorAll('table')].at(-1).tBodies[0].rows].map(row => row.cells[1].innerText)"
        )
    (documented,) = site.marts("select count(*) from marts.rpt_reconciliation where verdict = 'documented'")[0]
    assert set(verdicts) == {"dokumenteret"}
    assert len(verdicts) == documented


def test_the_keyboard_reaches_everything(visit):
    with visit("/oekonomi/") as opened:
        page = opened.page
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "indhold"
        page.focus("summary")
        page.keyboard.press("Enter")
        assert page.evaluate("document.querySelector('details').open")
        page.focus(".theme")
        page.keyboard.press("Enter")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_light_and_dark_are_the_reader_s_choice(site, visit):
    dark = "document.documentElement.dataset.theme === 'dark'"
    with visit("/", theme="dark") as opened:
        assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(17, 22, 29)"
        opened.page.goto(site.address + "/stationer/", wait_until="networkidle")
        assert opened.page.evaluate(dark), "a second page is as dark as the first"
    with visit("/") as opened:
        opened.page.click(".theme")
        opened.page.reload(wait_until="networkidle")
        assert opened.page.evaluate(dark), "what the reader chose stays"
        assert opened.page.get_attribute(".theme", "aria-pressed") == "true"


def test_every_page_has_a_name_of_its_own(site, visit):
    names = {path: re.findall(r"<title>(.*?)</title>", site.html(path)) for path in site.pages}
    assert all(len(found) == 1 and found[0].endswith(" – Fingerplanen") for found in names.values()), names
    assert len({found[0] for found in names.values()}) == len(site.pages)
    with visit("/stationer/fp2024-1/") as opened:
        assert [opened.page.title()] == names["/stationer/fp2024-1/"]


def test_the_overview_is_seen_within_two_and_a_half_seconds(site, chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.add_init_script(
        "new PerformanceObserver(list => { window.painted = list.getEntries().at(-1).startTime })"
        ".observe({type: 'largest-contentful-paint', buffered: true})"
    )
    page.goto(site.address, wait_until="networkidle")
    painted = page.evaluate("window.painted")
    context.close()
    print(f"largest contentful paint after {painted:.0f} ms")
    assert 0 < painted < 2500


def test_a_page_is_reached_from_another_without_loading_it_anew(site, visit):
    with visit("/") as opened:
        opened.page.click("text=2. Følgeskab")
        opened.page.wait_for_selector("h1:has-text('Station 2')")
        opened.page.wait_for_function("document.querySelectorAll('.chart.is-live').length === 2")
        shown = plain(opened.page.inner_text("[data-figure=realised_to_date_dkk] .key-figure-value"))
        assert needs_nothing_else(opened) == []
    assert shown == KeyFigures(site.html("/stationer/fp2024-2/")).values["realised_to_date_dkk"]


def test_the_build_keeps_its_limits(site):
    print(site.printed)
    assert seconds("sources", site.printed) < 30
    assert seconds("pages", site.printed) < 180
    assert size_of(site.folder) < 80 * 2**20
    stamp = json.loads((site.folder / "publication.json").read_text(encoding="utf-8"))
    assert stamp["run_id"] == re.search(r'data-run="([^"]+)"', site.html("/"))[1]


def test_the_readme_has_a_picture_of_the_overview(visit):
    """`FINGERPLAN_SCREENSHOT=1 make test-site` takes it anew."""
    picture = ROOT / "docs" / "overview.png"
    with visit("/") as opened:
        opened.page.set_viewport_size({"width": 1200, "height": 1130})
        shot = opened.page.screenshot()
    if os.environ.get("FINGERPLAN_SCREENSHOT"):
        picture.write_bytes(shot)
    # the size of the picture, which stands in the head of a PNG
    assert picture.read_bytes()[:24] == shot[:24]
    assert "](docs/overview.png)" in (ROOT / "README.md").read_text(encoding="utf-8")
