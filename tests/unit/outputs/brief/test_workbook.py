"""The overview links to the other sheets, and the file says when and from what it was made."""

from decimal import Decimal

import openpyxl
import pytest

from fingerplan.outputs.brief.workbook import write_workbook
from tests.support.small_brief import APRIL, MAY, PUBLICATION, case_period, change, check, small_brief


@pytest.fixture
def written(tmp_path):
    def write(**changes):
        write_workbook(small_brief(**changes), tmp_path / "a.xlsx")
        return openpyxl.load_workbook(tmp_path / "a.xlsx"), openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)

    return write


def lines(book) -> dict[str, list]:
    return {row[0]: list(row[1:4]) for row in book["Overblik"].iter_rows(values_only=True) if row[0]}


def test_the_overview_shows_the_figures_of_the_year_by_links(written):
    formulas, values = written()
    shown, linked = lines(values), lines(formulas)
    assert (shown["Forventet effekt, hele året"][0], shown["Realiseret efter statsrefusion"][0]) == (-600, -100)
    assert linked["Forventet effekt, hele året"][0].startswith("='Stationer'!")
    assert shown["2026"][:2] == [-600, -125]
    assert shown["2027"][:2] == [-600, None]
    totals = [row[1:3] for row in values["Overblik"].iter_rows(values_only=True) if row[0] == "I alt"]
    assert totals[0] == (-1200, -125), "the years; a year without figures adds nothing"


def test_the_newest_cases_stand_beside_the_month_before(written):
    _, values = written()
    shown = lines(values)
    assert shown["Brutto"] == [60_000_000, 66_000_000, 6_000_000]
    assert shown["Sager"] == [9, 10, 1]
    assert shown["Andel af ændringen, som kommunen bærer selv"][2] == 0.5
    _, values = written(cases=[case_period(APRIL, None, missing_reason="Ukendt grænse"), case_period(MAY)])
    shown = lines(values)
    assert shown["Netto"] == [None, 30_000_000, None]
    assert "Andel af ændringen, som kommunen bærer selv" not in shown
    assert "Netto er ukendt i april 2026: ukendt grænse" in shown


def test_one_month_of_cases_has_no_change_and_none_has_no_table(written):
    _, values = written(cases=[case_period(MAY)], bridges=[])
    assert lines(values)["Brutto"] == [60_000_000, None, None]
    _, values = written(cases=[], bridges=[])
    assert "Brutto" not in lines(values)


def test_verdicts_are_counted_on_the_sheet_of_checks(written):
    formulas, values = written(checks=[check(), check(check_id="b"), check(check_id="c", verdict="documented")])
    assert (lines(values)["stemmer"][0], lines(values)["dokumenteret"][0]) == (2, 1)
    assert lines(formulas)["stemmer"][0].startswith("=COUNTIF('Afstemning'!$A$")


def test_changes_are_listed_or_their_absence_explained(written):
    unknown = change(value_before=None, moved_by=None, data_origin_before=None)
    _, values = written(changes=[change(), unknown])
    cells = [row for row in values["Bevægelser"].iter_rows(values_only=True) if row[0] == "1 Digital først"]
    assert [row[4:7] for row in cells] == [(-100, -125, -25), (None, -125, None)]
    assert [row[8] for row in cells] == ["syntetisk", "–"]
    _, values = written(changes=[])
    said = [row[0] for row in values["Bevægelser"].iter_rows(values_only=True)]
    assert "Ingen tal har flyttet sig siden den forrige udgivelse." in said


def test_the_file_says_when_and_from_what_it_was_made(written, tmp_path):
    formulas, _ = written()
    assert formulas.properties.created == PUBLICATION.published_at
    assert formulas.properties.description.startswith("Udgivet 1. juni 2026")
    assert "SYNTETISKE TAL" in formulas.properties.description
    first = (tmp_path / "a.xlsx").read_bytes()
    written()
    assert (tmp_path / "a.xlsx").read_bytes() == first, "the same publication gives the same file"


def test_a_file_that_cannot_be_written_is_an_error_of_the_disk(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        write_workbook(small_brief(), tmp_path / "nowhere" / "a.xlsx")


def test_a_check_is_written_in_its_printed_unit(written):
    found = check(printed_value=Decimal("4.7"), computed_value=Decimal("4.9"), difference=Decimal("0.2"))
    formulas, values = written(checks=[found])
    row = next(row for row in values["Afstemning"].iter_rows(values_only=True) if row[0] == "stemmer")
    assert (row[5], row[6], row[7], row[8]) == ("mio. kr.", 4.7, 4.9, 0.2)
    assert any(str(row[8]).startswith("=H") for row in formulas["Afstemning"].iter_rows(values_only=True))
