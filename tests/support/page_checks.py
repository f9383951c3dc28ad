"""What is checked on every page of the site, opened in a browser."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pdfplumber
from playwright.sync_api import ElementHandle, Page

from tests.support.project import ROOT

AXE = ROOT / "evidence" / "node_modules" / "axe-core" / "axe.min.js"


@dataclass
class Opened:
    """A page, what its browser requested and complained of, and how much the checks have looked at."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    charts: int = 0
    synthetic: int = 0


Check = Callable[[Opened], list[str]]


def needs_nothing_else(opened: Opened) -> list[str]:
    """The browser's database is 18 MB, and no page may need it."""
    heavy = [url for url in opened.asked if url.endswith((".wasm", ".parquet"))]
    return outside(opened) + heavy + opened.complaints


def outside(opened: Opened) -> list[str]:
    return [url for url in opened.asked if not re.match(r"http://127\.0\.0\.1:", url)]


def charts_without_data(opened: Opened) -> list[str]:
    """ECharts marks what it draws of the data, and not of the legend, in the drawing for the paper."""
    marks = opened.page.evaluate(
        """() => [...document.querySelectorAll('.chart')].map(chart => [
            chart.querySelectorAll('.chart-printed [ecmeta_ssr_type=chart]').length,
            chart.querySelectorAll('.chart-live svg :is(path, rect)').length
        ])"""
    )
    opened.charts = len(marks)
    return [f"chart {number}" for number, (data, live) in enumerate(marks, 1) if data < 2 or live < data]


def cut_or_overlapping(opened: Opened) -> list[str]:
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


def axe(theme: str) -> Check:
    def serious(opened: Opened) -> list[str]:
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


def cut_on_paper(opened: Opened) -> list[str]:
    # the printed width of A4 within the margins of the style; 72 points are 96 pixels
    opened.page.set_viewport_size({"width": 688, "height": 900})
    opened.page.emulate_media(media="print")
    found: list[str] = opened.page.evaluate(
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


def without_mark(amounts: set[str]) -> Check:
    def unmarked(opened: Opened) -> list[str]:
        opened.page.evaluate("document.querySelectorAll('details').forEach(node => node.open = true)")
        found: list[str]
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


def wrong_downloads(opened: Opened) -> list[str]:
    opened.page.evaluate("document.querySelectorAll('details').forEach(node => node.open = true)")
    wrong = []
    for table in opened.page.query_selector_all(".table"):
        button = table.query_selector("button.download")
        assert button, "a table without a button to download it"
        name, text = downloaded(opened.page, button)
        rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
        if not text.startswith("\ufeff") or len(rows) - 1 != len(table.query_selector_all("tbody tr")):
            wrong.append(name)
    return wrong


def downloaded(page: Page, button: ElementHandle) -> tuple[str, str]:
    with page.expect_download() as download:
        button.click()
    return download.value.suggested_filename, Path(download.value.path()).read_text(encoding="utf-8")
