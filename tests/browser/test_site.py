"""What people do on the site, and its figures compared with the marts."""

import csv
import io
import json
import os
import re
from decimal import Decimal

from tests.support.page_checks import downloaded, needs_nothing_else
from tests.support.project import ROOT
from tests.support.site import KeyFigures, kroner, plain, seconds, size_of

AMOUNTS = (
    "expected_effect_dkk",
    "expected_to_date_measured_dkk",
    "realised_to_date_dkk",
    "realised_net_of_refund_dkk",
    "deviation_to_date_dkk",
    "forecast_effect_dkk",
)


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


def test_a_page_is_reached_from_another_without_a_reload(site, visit):
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
    """`FINGERPLAN_SCREENSHOT=1 make test-site` regenerates the screenshot."""
    picture = ROOT / "docs" / "overview.png"
    with visit("/") as opened:
        opened.page.set_viewport_size({"width": 1200, "height": 1130})
        shot = opened.page.screenshot()
    if os.environ.get("FINGERPLAN_SCREENSHOT"):
        picture.write_bytes(shot)
    # the size of the picture, which stands in the head of a PNG
    assert picture.read_bytes()[:24] == shot[:24]
    assert "](docs/overview.png)" in (ROOT / "README.md").read_text(encoding="utf-8")
