"""What is said of a document, to a person and to a program."""

import json
import re
from decimal import Decimal

from rich.console import Console

from fingerplan.minutes import report
from fingerplan.minutes.danish_text import Value
from fingerplan.minutes.known_figures import Claim, TextFigure
from fingerplan.minutes.registry.compare import compare
from fingerplan.minutes.tables.plan_map import MapName
from fingerplan.minutes.tables.printed_table import Reading
from fingerplan.minutes.tables.reader import read_tables
from fingerplan.minutes.verify.checks import check_reading
from fingerplan.minutes.verify.sentences import Statement, StatementCheck
from fingerplan.minutes.verify.verdict import Verdict
from tests.support.minutes_lines import document
from tests.support.minutes_reading import known

TEXT = """Punkt 80: Et tilbud

Forslag (mio. kr.)\t2026\t2027
Plejetilbud\t\t-4,7
Nyt forslag\t1,0\t-

Tidspunkt\tAktivitet
Juni\tDrøftelse
"""


def read() -> Reading:
    return read_tables(document(TEXT), known())


def statement(verdict: Verdict) -> Statement:
    figure = TextFigure("SAU-TEXT.1", "SAU-TEXT", "Stigning", "11,8", "mdkk", "på", "mio.", None)
    claim = Claim("rise", "stigning siden sidst", "SAU-TEXT.1", ())
    return Statement(figure, Value("12,8", Decimal("12.8")), 7, [StatementCheck(claim, Decimal("11.800"), verdict)])


def shown(reading: Reading, statements: list[Statement], names: list[MapName]) -> str:
    console = Console(width=200)
    with console.capture() as capture:
        checks = check_reading(reading, known())
        report.show(console, reading, checks, compare(reading, known()), statements, names)
    return capture.get()


def test_a_person_reads_tables_changes_and_what_is_not_known():
    text = shown(read(), [statement("exact"), statement("unreconciled")], [])
    assert "line 3, punkt 80" in text
    assert "no total printed" in text
    assert "Compared with the seeds: 2 cells new, 0 revised, 2 the same" in text
    assert re.search(r"SAU-01 +│ Nyt forslag +│ 1,0   - ", text)
    assert "Sentences: 2 figures read, 2 given by the tables: 1 exact, 1 differ" in text
    assert "Not a known table: line 7, 2 rows: Tidspunkt Aktivitet" in text


def test_of_a_map_the_names_are_shown():
    names = [MapName("track", 1, "Et spor", "Målet", 2, True), MapName("station", 1, "Ny", None, 4, False)]
    text = shown(Reading(document(""), [], [], [], []), [], names)
    assert "Et spor" in text
    assert "no: enter it by hand" in text
    assert "Compared with the seeds" not in text


def test_a_sentence_that_the_tables_contradict_is_a_warning():
    assert report.sentence_warnings([statement("rounding"), statement("unreconciled")]) == [
        "line 7: the text says 12,8 (Stigning), and the tables give 11,8: stigning siden sidst"
    ]


def test_a_program_reads_one_object_per_figure(tmp_path):
    out = tmp_path / "figures.json"
    assert report.write_json(read(), out) == 2
    given = json.loads(out.read_text(encoding="utf-8"))
    assert given == [
        {
            "table_id": "SAU-01", "row_no": 1, "column_no": 2, "row_label": "Plejetilbud", "column_label": "2027",
            "value_as_printed": "-4,7", "value": -4.7, "unit": "mdkk", "source_line": 4, "page": None,
            "punkt": "punkt 80",
        },
        {
            "table_id": "SAU-01", "row_no": 2, "column_no": 1, "row_label": "Nyt forslag", "column_label": "2026",
            "value_as_printed": "1,0", "value": 1, "unit": "mdkk", "source_line": 5, "page": None,
            "punkt": "punkt 80",
        },
    ]  # fmt: skip


def test_a_document_without_figures_is_an_empty_list(tmp_path):
    out = tmp_path / "figures.json"
    assert report.write_json(Reading(document(""), [], [], [], []), out) == 0
    assert json.loads(out.read_text(encoding="utf-8")) == []
