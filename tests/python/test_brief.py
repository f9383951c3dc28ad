"""The brief, the marts and the table in the terminal say the same, to the krone."""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import pytest
from rich.console import Console

from fingerplan import headline
from fingerplan.brief import SYNTHETIC, month_name, write_brief

from .conftest import run_fingerplan

SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def warehouse(built: Path) -> Path:
    return built / "warehouse" / "dev" / "fingerplan.duckdb"


@pytest.fixture(scope="module")
def marts(warehouse: Path) -> list[tuple]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(
            "select station_no, year, expected_effect_dkk, expected_to_date_measured_dkk, realised_to_date_dkk,"
            " deviation_to_date_dkk, forecast_effect_dkk from marts.fct_station_effect order by year, station_no"
        ).fetchall()


def kroner(text: str) -> int | None:
    return None if text == "–" else int(text.replace(".", ""))


def whole(amounts) -> list[int | None]:
    return [None if amount is None else int(headline.in_kroner(amount).replace(".", "")) for amount in amounts]


def test_the_page_says_what_the_marts_say(warehouse, marts, tmp_path):
    write_brief(headline.read(warehouse), tmp_path / "brief.html")
    page = (tmp_path / "brief.html").read_text(encoding="utf-8")
    assert SYNTHETIC in page
    assert not re.search(r"(src|href)=|url\(", page), "the page must need nothing but itself"
    years = re.split(r"<h2>(\d{4})</h2>", page.split("<h2>Afstemninger")[0])
    found = []
    for year, body in zip(years[1::2], years[2::2], strict=True):
        for row in re.findall(r'<tr><td class="n">.*?</tr>', body, re.S):
            cells = re.findall(r"<td[^>]*>(.*?)</td>", row, re.S)
            found.append((int(cells[0]), int(year), *map(kroner, (*cells[2:6], cells[7]))))
    assert found == [(no, year, *whole(amounts)) for no, year, *amounts in marts]


def test_the_workbook_says_what_the_marts_say_to_the_oere(warehouse, marts, tmp_path):
    write_brief(headline.read(warehouse), tmp_path / "brief.xlsx")
    with zipfile.ZipFile(tmp_path / "brief.xlsx") as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - written above
    found = []
    for row in sheet.iter(f"{SPREADSHEET}row"):
        cells = {re.sub(r"\d", "", cell.get("r")): cell for cell in row}
        if "B" in cells and cells["B"].get("t") is None and cells["B"].find(f"{SPREADSHEET}v") is not None:
            values = [cells[column].find(f"{SPREADSHEET}v") for column in "BADEFGI"]
            found.append(tuple(None if value is None else float(value.text) for value in values))
    assert found == [tuple(None if value is None else float(value) for value in row) for row in marts]


def test_the_terminal_says_what_the_marts_say(warehouse, marts):
    console = Console(width=130, record=True, quiet=False, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    headline.show(console, headline.read(warehouse))
    text = console.export_text()
    found = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("│")[1:-1]]
        if len(cells) == 9 and re.match(r"\d ", cells[1]):
            found.append((int(cells[1][0]), int(cells[0]), *map(kroner, (*cells[2:6], cells[7]))))
    assert found == [(no, year, *whole(amounts)) for no, year, *amounts in marts if amounts[2] is not None]
    assert "The extracts are synthetic (sample)" in text


def test_months_are_written_as_a_dane_does(warehouse):
    assert month_name(headline.read(warehouse).through) == "maj 2026"
    assert month_name(None) == "–"


def test_the_command_names_what_is_wrong(project, warehouse):
    environment = {"FINGERPLAN_WAREHOUSE": str(warehouse)}
    assert run_fingerplan(project, "brief", "--out", str(project / "brief.html"), **environment).returncode == 0
    for out, message in (("brief.pdf", ".html or .xlsx"), ("nowhere/brief.html", "No such file")):
        outcome = run_fingerplan(project, "brief", "--out", str(project / out), **environment)
        assert outcome.returncode == 2
        assert message in re.sub(r"\s*│?\n│?\s*", " ", outcome.stderr)
        assert "Traceback" not in outcome.stderr
    missing = run_fingerplan(project, "brief", "--out", str(project / "brief.html"))
    assert missing.returncode == 2
    assert "run fingerplan build first" in re.sub(r"\s*│?\n│?\s*", " ", missing.stderr)
