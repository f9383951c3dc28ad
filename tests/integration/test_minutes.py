"""`fingerplan minutes`: every figure is read right or the file is refused, in every layout; what is new is written."""

import json
import os
import random
import re
import subprocess
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4

from fingerplan import minutes as committee_minutes
from fingerplan.errors import Refused
from fingerplan.minutes.danish_text import likeness
from fingerplan.minutes.registry.compare import compare
from fingerplan.minutes.registry.known_figures import Known, load
from fingerplan.minutes.source.document import read_document
from fingerplan.minutes.tables.printed_table import Reading
from fingerplan.minutes.tables.reader import read_tables
from fingerplan.minutes.verify.checks import check_reading
from fingerplan.seeds import check_seeds
from tests.support import minutes_documents as documents
from tests.support.minutes_documents import PrintedDocument, seed_rows
from tests.support.pdf_printing import WIDE, print_as_document, print_as_lines
from tests.support.project import ROOT, run_dbt, run_fingerplan

SOURCES = Path(os.environ.get("FINGERPLAN_SOURCES") or ROOT.parent / "shared" / "sources")
PLAN, OTHER_PLAN, MAP, MINUTES = (
    "fingerplan_2024_27__pdftotext.txt",
    "fingerplan_2024_27__ocr.txt",
    "fingerplan_map.txt",
    "sau_minutes_2026_06_09.txt",
)
with_sources = pytest.mark.skipif(
    not SOURCES.is_dir(),
    reason=f"SKIPPED: the documents are not at {SOURCES}; set FINGERPLAN_SOURCES to read them",
)
VARIANTS = 520
DAMAGES = 200


@cache
def known() -> Known:
    return load(check_seeds(ROOT))


def read(path: Path) -> Reading:
    """Read and check a document as the command does; raises Refused where it is refused."""
    reading = read_tables(read_document(path), known())
    check_reading(reading, known())
    compare(reading, known())
    if reading.findings:
        raise Refused(3, reading.findings)
    return reading


def written(tmp_path: Path, text: str, name: str = "document.txt") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def numbers(reading: Reading) -> dict:
    return {
        table.table_id: [[cell.value.number for cell in row.cells] for row in table.rows] for table in reading.tables
    }


def figures(reading: Reading) -> dict[tuple, tuple]:
    """Every cell by its table and labels: what is printed, its unit and its line."""
    return {
        (table.table_id, row.label, column): (cell.value.printed, cell.value.number, cell.unit, cell.line)
        for table in reading.tables
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
    }


def seed_figures(*seeds: str) -> dict[tuple, tuple]:
    return {
        (row["table_id"], row["row_label"], row["column_label"]): (row["value_as_printed"], row["unit"])
        for seed in seeds
        for row in seed_rows(seed)
    }


# --- layouts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["tabs", "columns", "spaces", "markdown", "html"])
@pytest.mark.parametrize(("make", "seed"), [("minutes", "minutes_table_cells"), ("plan", "plan_table_cells")])
def test_every_layout_gives_the_seeds(make, seed, layout, tmp_path):
    document = getattr(documents, make)()
    reading = read(written(tmp_path, document.text(layout)))
    assert {at: (printed, unit) for at, (printed, _, unit, _) in figures(reading).items()} == seed_figures(seed)


def test_cells_broken_over_lines_give_the_seeds(tmp_path):
    reading = read(written(tmp_path, documents.plan().text("broken")))
    found = {at: (printed, unit) for at, (printed, _, unit, _) in figures(reading).items()}
    assert found == seed_figures("plan_table_cells")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_encodings(encoding, tmp_path):
    path = tmp_path / "minutes.txt"
    path.write_bytes(documents.minutes().text().replace("\n", "\r\n").encode(encoding))
    assert numbers(read(path)) == documents.minutes().expected()


@pytest.mark.parametrize("tab", [4, 8])
def test_a_printed_text_gives_the_same_as_the_text(tab, tmp_path):
    for document in (documents.minutes(), documents.plan()):
        print_as_lines(document.text(), tmp_path / "lines.pdf", tab=tab)
        assert numbers(read(tmp_path / "lines.pdf")) == document.expected()


@pytest.mark.parametrize("repeat_rows", [0, 1])
def test_a_pdf_with_ruled_tables_gives_the_same_as_the_text(repeat_rows, tmp_path):
    for document, page in ((documents.minutes(), A4), (documents.plan(), WIDE)):
        print_as_document(document.text(), tmp_path / "document.pdf", repeat_rows=repeat_rows, page=page)
        reading = read(tmp_path / "document.pdf")
        assert numbers(reading) == document.expected()
        assert all(table.page for table in reading.tables)


# --- what next month may bring ---------------------------------------------------------------------------------------


def judge(document: PrintedDocument, layout: str, tmp_path: Path) -> str:
    try:
        reading = read(written(tmp_path, document.text(layout)))
    except Refused as refused:
        assert all("\n" not in finding for finding in refused.findings)
        return "refused"
    return "right" if numbers(reading) == document.expected() else "wrong"


def vary(bases: list[PrintedDocument], count: int, tmp_path: Path) -> Counter:
    verdicts: Counter[str] = Counter()
    wrong = []
    for seed in range(count):
        chance = random.Random(seed)  # noqa: S311 - the same variants each time
        document, layout, changes = documents.vary(bases[seed % len(bases)], chance)
        verdict = judge(document, layout, tmp_path)
        verdicts[verdict] += 1
        if verdict == "wrong":
            wrong.append((seed, layout, changes))
    assert wrong == []
    return verdicts


def test_no_variant_of_our_own_documents_is_read_wrong(tmp_path):
    minutes = documents.minutes()
    count = VARIANTS // 4 if SOURCES.is_dir() else VARIANTS  # the documents themselves are varied below
    verdicts = vary([minutes, minutes, minutes, documents.plan()], count, tmp_path)
    print(f"{count} variants of our own documents: {dict(verdicts)}")
    assert verdicts["right"] > count / 2


@with_sources
def test_no_variant_of_the_documents_is_read_wrong(tmp_path):
    bases = []
    for name in (MINUTES, OTHER_PLAN):
        text = (SOURCES / name).read_text(encoding="utf-8")
        bases.append(PrintedDocument.of(text, read(SOURCES / name)))
    verdicts = vary([bases[0], bases[0], bases[0], bases[1]], VARIANTS, tmp_path)
    print(f"{VARIANTS} variants of the documents: {dict(verdicts)}")
    assert verdicts["right"] > VARIANTS / 2


@pytest.mark.parametrize("change", documents.HARMLESS, ids=lambda change: change.__name__)
@pytest.mark.parametrize("layout", ["tabs", "markdown"])
def test_a_harmless_change_is_read(change, layout, tmp_path):
    for seed in range(4):
        document = documents.minutes()
        change(document, random.Random(seed))  # noqa: S311
        assert judge(document, layout, tmp_path) == "right"


def damage(lines: list[str], chance: random.Random) -> tuple[list[str], set[int]]:
    """Damage a text in one to three places; returns it with the numbers of the lines that were touched."""
    changed = list(lines)
    touched: set[int] = set()
    filled = [at for at, line in enumerate(lines) if re.search("[0-9]", line)]
    for at in chance.sample(filled, chance.randint(1, 3)):
        kind = chance.choice(["deleted", "doubled", "digit", "space", "tab", "furniture", "joined", "letter"])
        touched.add(at + 1)
        if kind == "deleted":
            changed[at] = ""
        elif kind == "doubled":
            changed[at] += f"\n{lines[at]}"
        elif kind == "digit":
            place = chance.choice([found.start() for found in re.finditer("[0-9]", lines[at])])
            changed[at] = f"{lines[at][:place]}{chance.randint(0, 9)}{lines[at][place + 1 :]}"
        elif kind == "letter":
            place = chance.randrange(len(lines[at]))
            changed[at] = f"{lines[at][:place]}{lines[at][place + 1 :]}"
        elif kind == "space":
            changed[at] = lines[at].replace("\t", " ").rstrip()
        elif kind == "tab":
            changed[at] = lines[at].replace("\t", "", 1)
        elif kind == "furniture":
            changed[at] += "\n\n31\n\nReferat af mødet\n"
        else:
            touched.add(at + 2)
            changed[at] = lines[at] + " " + changed[at + 1]
            changed[at + 1] = ""
    return changed, touched


@with_sources
@pytest.mark.parametrize("name", [PLAN, OTHER_PLAN, MINUTES])
def test_a_damaged_document_is_refused_or_gives_what_it_still_prints(name, tmp_path):
    """A figure of an untouched line stays what it was; one of a touched line is what that line now reads."""
    lines = (SOURCES / name).read_text(encoding="utf-8").split("\n")
    whole = figures(read(SOURCES / name))
    verdicts: Counter[str] = Counter()
    for seed in range(DAMAGES):
        changed, touched = damage(lines, random.Random(seed))  # noqa: S311
        text = "\n".join(changed)
        line_of = [at for at, line in enumerate(changed, 1) for _ in line.split("\n")]
        try:
            found = figures(read(written(tmp_path, text)))
        except Refused:
            verdicts["refused"] += 1
            continue
        verdicts["read"] += 1
        for at, (printed, number, unit, line) in whole.items():
            if line not in touched and number is not None:
                assert at in found, (seed, at)
                assert found[at][1:3] == (number, unit), (seed, at, printed, found[at])
        for at, (printed, number, _, line) in found.items():
            if number is not None and (at not in whole or whole[at][1] != number):
                assert line_of[line - 1] in touched, (seed, at, printed)
                assert printed.replace(" ", "") in changed[line_of[line - 1] - 1].replace(" ", ""), (seed, at, printed)
    print(f"{DAMAGES} damages of {name}: {dict(verdicts)}")


# --- the documents ---------------------------------------------------------------------------------------------------


@with_sources
@pytest.mark.parametrize(("name", "seed"), [(PLAN, "plan_table_cells"), (MINUTES, "minutes_table_cells")])
def test_the_seeds_come_out_of_the_documents(name, seed):
    reading = read(SOURCES / name)
    found = [
        {
            "table_id": table.table_id,
            "row_no": str(row_no),
            "column_no": str(column_no),
            "row_label": row.label,
            "column_label": column,
            "value_as_printed": cell.value.printed,
            "unit": cell.unit,
            "source_line": str(cell.line),
        }
        for table in reading.tables
        for row_no, row in enumerate(table.rows, 1)
        for column_no, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True), 1)
    ]
    first = [row for row in seed_rows(seed) if row["document_id"] in _shipped()]
    assert found == [{column: row[column] for column in found[0]} for row in first]


@with_sources
def test_both_extractions_of_the_plan_give_the_same():
    one, other = figures(read(SOURCES / PLAN)), figures(read(SOURCES / OTHER_PLAN))
    assert {at: cell[:3] for at, cell in one.items()} == {at: cell[:3] for at, cell in other.items()}
    lines = (SOURCES / OTHER_PLAN).read_text(encoding="utf-8").split("\n")
    assert all(printed in lines[line - 1] for printed, _, _, line in other.values())


@with_sources
def test_every_printed_number_has_its_line():
    lines = {name: (SOURCES / name).read_text(encoding="utf-8").split("\n") for name in (PLAN, MINUTES)}
    found = [(name, cell) for name in lines for cell in figures(read(SOURCES / name)).values() if cell[1] is not None]
    assert len(found) == 353
    assert all(printed in lines[name][line - 1] for name, (printed, _, _, line) in found)


@with_sources
@pytest.mark.parametrize("name", [PLAN, OTHER_PLAN, MINUTES])
def test_the_figures_of_running_text_come_out_of_the_documents(name):
    read_minutes = committee_minutes.read(ROOT, SOURCES / name)
    table_id = "SAU-TEXT" if name == MINUTES else "FP-TEXT"
    found = {s.figure.figure_id: (s.value.printed.lower(), str(s.line)) for s in read_minutes.statements}
    seeded = {
        row["figure_id"]: (row["value_as_printed"].lower(), row["source_line"])
        for row in seed_rows("text_figures")
        if row["table_id"] == table_id
    }
    if name == OTHER_PLAN:  # other lines
        found, seeded = ({at: value[0] for at, value in given.items()} for given in (found, seeded))
    assert found == seeded
    assert committee_minutes.warnings(read_minutes) == []


@with_sources
def test_the_names_of_the_map_come_out_of_it():
    names = committee_minutes.read(ROOT, SOURCES / MAP).names
    tracks = [(str(name.track_no), name.name, name.goal, str(name.line)) for name in names if name.kind == "track"]
    assert tracks == [
        (row["track_no"], row["track_name"], row["track_goal"], row["source_line"]) for row in seed_rows("tracks")
    ]
    stations = [(str(name.track_no), name.name, str(name.line)) for name in names if name.kind == "station"]
    only_here = [row for row in seed_rows("stations") if row["document_id"] == "fingerplan_map"]
    assert {(row["track_no"], row["station_name"], row["source_line"]) for row in only_here} <= set(stations)
    assert all(name.is_known for name in names)


@with_sources
def test_a_pdf_of_the_documents_gives_the_same_as_their_text(tmp_path):
    text = (SOURCES / MINUTES).read_text(encoding="utf-8")
    print_as_document(text, tmp_path / "minutes.pdf")
    assert numbers(read(tmp_path / "minutes.pdf")) == numbers(read(SOURCES / MINUTES))
    print_as_lines((SOURCES / PLAN).read_text(encoding="utf-8"), tmp_path / "plan.pdf")
    assert numbers(read(tmp_path / "plan.pdf")) == numbers(read(SOURCES / PLAN))


def _shipped() -> set[str]:
    return {"fingerplan_2024_27", "sau_minutes_2026_06_09"}


# --- refusals --------------------------------------------------------------------------------------------------------


def changed_minutes(old: str, new: str) -> str:
    text = documents.minutes().text()
    assert text.count(old) >= 1
    return text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("\t84,5\t", "\t8?,5\t", ["SAU-09", "'Marts 2026'", "50 pct. refusion / Udgift", "'8?,5'", "no number"]),
        ("\t84,5\t", "\t94,5\t", ["SAU-09", "'Marts 2026'", "printed 439,3, computed 449,3"]),
        ("\t725,2", "\t727,2", ["SAU-04", "printed 727,2, computed 725,2"]),
        ("April 2026\t166", "Februar 2026\t166", ["SAU-09", "'Februar 2026' stands after 'Marts 2026'"]),
        ("2026\t2027\t2028\t2029\n", "2026\t2027\t2029\t2030\n", ["SAU-01", "do not follow on each other"]),
        ("Forslag (mio. kr.)", "Forslag (1.000 kr.)", ["SAU-01", "tdkk", "mdkk"]),
        ("\t990.000\n", "\t990\n", ["SAU-08"]),
        ("Fuldtidsledige brutto\tOmråde", "Fuldtidsledige\tSted", ["SAU-07", "head"]),
        ("Plejetilbud\t\t-4,7", "Plejetilbud\t-4,7", ["SAU-01", "3 figures for 4 columns"]),
        ("\t11,3\t11,3\t-\n", "\t11,3\n11,3\t-\n", ["SAU-05"]),
        ("Marts 2026\t168", "Møde 9. juni\t44\nMarts 2026\t168", ["SAU-09", "2 cells where the head has 9"]),
        ("Marts 2025\t", "Marts 2025 x\t", ["SAU-09", "'Marts 2025 x'"]),
        (
            "B26 Lakridsen - huslejetilskud\t0\t-200",
            "B26 Lakridsen - huslejetilskud\t0\t-200.000",
            ["SAU-06", "ten times"],
        ),
        ("\t86.750\t", "\t86,750\t", ["SAU-07", "no decimals"]),
        ("Talents of Tomorrow\t-700", "Talents of Tomorrow\t700", ["SAU-06", "only the sign"]),
        ("B25 Talents of Tomorrow\t", "B25 Talents of Tomorrow 1)\t", ["SAU-06", "footnote"]),
        (
            "Punkt 86:",
            "1000 kr., 27-pl\t2027\t2028\t2029\t2030\nB27 Nyt\t-1\t-1\t-1\t-1\n\nPunkt 86:",
            ["SAU-06", "second table"],
        ),
        (
            "Punkt 86:",
            "Punkt 84: Andet\n\n1000 kr., 26-pl\t2027\t2028\t2029\t2030\nB26 Nyt\t-1\t-1\t-1\t-1\n\nPunkt 86:",
            ["SAU-06", "second table"],
        ),
        ("Korrigeret budget ekskl. overførsler inkl.", "Korrigeret budget inkl.", ["SAU-02", "head"]),
        ("Tabellen viser 2 rammer", "Opgjort pr. 30. april 2026: 2 rammer", ["SAU-02", "several dates"]),
        ("\t2.430.000", "\t1.430.000", ["SAU-08", "not above"]),
        ("B25 Kronj", "I alt\t-1.900\t-2.100\t-5.850\t-5.850\nB25 Kronj", ["SAU-06", "'I alt'", "never had"]),
        ("April 2026\t166", "Aprul 2026\t166", ["SAU-09", "'Aprul 2026' is no month"]),
    ],
)
def test_a_document_that_does_not_hold_is_refused(old, new, words, tmp_path):
    with pytest.raises(Refused) as refused:
        read(written(tmp_path, changed_minutes(old, new)))
    text = "\n".join(refused.value.findings)
    assert all(word in text for word in words), text
    assert all(re.search(r"line [0-9]+", finding) for finding in refused.value.findings)


@pytest.mark.parametrize("corner", ["Bevillingsansøgninger (mio. kr.)", "Forslag", "Fuldtidsledige brutto"])
def test_a_head_over_two_lines_is_read(corner, tmp_path):
    text = documents.minutes().text().replace(f"\n{corner}\t", f"\n{corner}\n").replace("Forslag (", "Forslag\n(")
    assert numbers(read(written(tmp_path, text))) == documents.minutes().expected()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Årets forventede resultat ekskl. overførsler", "Årets forventede resultat inkl. overførsler"),
        ("Forventet mindreforbrug udfører", "Forventet merforbrug udfører"),
        ("Forventet mindreforbrug udfører", "Forventet mindreforbrug puljer"),
        ("B26 Investeringsmodel - sygedagpengemodtagere", "B26 Investeringsmodel - dagpengemodtagere"),
        ("Sæsonkorrigeret / Landsdel Østjylland", "Sæsonkorrigeret / Landsdel Vestjylland"),
        ("Sæsonkorrigeret / Randers Kommune", "Sæsonkorrigeret / Aarhus Kommune"),
    ],
)
def test_another_word_is_another_label(one, other):
    assert likeness(one, other) == 0
    assert likeness(one, one.replace("r", "", 1)) > 0


def test_a_soft_hyphen_before_a_figure_is_a_minus(tmp_path):
    text = documents.minutes().text().replace("Talents of Tomorrow\t-700", "Talents of Tomorrow\t\u00ad700")
    assert numbers(read(written(tmp_path, text))) == documents.minutes().expected()


def test_the_date_of_a_meeting_is_not_that_of_a_follow_up(tmp_path):
    text = documents.minutes().text().replace("Tabellen viser 2", "Byrådet mødtes den 12. maj 2026 om 2")
    assert read(written(tmp_path, text)).table("SAU-02").as_of.isoformat() == "2026-03-31"


def test_html_with_a_cell_a_line_is_read(tmp_path):
    text = documents.minutes().text("html").replace("<td>", "\n<td>")
    assert numbers(read(written(tmp_path, text))) == documents.minutes().expected()


def test_a_footnote_number_is_no_digit(tmp_path):
    text = changed_minutes("\t2,9\t3,0\t3,1\n", "\t2,9<sup><b>1</b></sup>\t3,0\t3,1\n")
    found = figures(read(written(tmp_path, text)))
    assert found["SAU-07", "Sæsonkorrigeret i pct. af arbejdsstyrken / Hele landet", "April 2025"][0] == "2,9*"


@pytest.mark.parametrize(
    ("below", "head"),
    [
        ("B25 Talents of Tomorrow", "Årsværk\t2027\t2028\t2029\t2030\n"),
        ("B25 Talents of Tomorrow", "Afdeling\tÅr 1\tÅr 2\tÅr 3\tÅr 4\n"),
        ("Refusion på 75 pct.", "Årsværk\t2027\n"),
        ("Forventet resultat 2026", "Årsværk\tantal\n"),
    ],
)
def test_a_table_below_a_known_one_is_not_taken_for_its_rows(below, head, tmp_path):
    text = documents.minutes().text()
    line = next(line for line in text.split("\n") if line.startswith(below))
    rows = "".join("\t".join([name, *["3"] * line.count("\t")]) + "\n" for name in ("Myndighed", "Drift"))
    changed = text.replace(line, f"{line}\n\nTabel: Årsværk\n\n{head}{rows}", 1)
    reading = read(written(tmp_path, changed))
    assert numbers(reading) == documents.minutes().expected()
    assert any("Myndighed" in unknown.head or head[:5] in unknown.head for unknown in reading.unknown)


@pytest.mark.parametrize(
    "sentence",
    [
        "Forvaltningen forventer et samlet mindreforbrug i 2026 på 7,7",
        "Social- og arbejdsmarkedsudvalget    31",
        "Således har der alene været en stigning på i alt 10,4",
    ],
)
@pytest.mark.parametrize("below", ["Refusion på 75 pct.", "Forventet resultat 2026"])
def test_a_sentence_that_ends_in_a_number_is_no_row(sentence, below, tmp_path):
    text = documents.minutes().text()
    line = next(line for line in text.split("\n") if line.startswith(below))
    for between in ("\n", "\n\n"):
        reading = read(written(tmp_path, text.replace(line, f"{line}{between}{sentence}", 1)))
        assert numbers(reading) == documents.minutes().expected()


def test_another_areas_high_cost_table_is_none_of_ours(tmp_path):
    document = documents.minutes()
    other = documents.printed_table("SAU-10")
    other.head[0][0] = "Børn og unge"
    other.rows = [(labels, [str(int(cells[0]) - 90), *cells[1:]]) for labels, cells in other.rows]
    document.parts.append(other)
    text = document.text()
    reading = read(written(tmp_path, text))
    assert numbers(reading) == documents.minutes().expected()
    assert [unknown.rows for unknown in reading.unknown][-1] >= 5


def test_figures_a_thousand_times_as_large_are_refused(tmp_path):
    document = documents.minutes()
    table = document.table("SAU-06")
    table.rows = [(labels, [f"{cell}.000" if cell != "0" else cell for cell in cells]) for labels, cells in table.rows]
    with pytest.raises(Refused, match="about 700000 and were about 700 so far"):
        read(written(tmp_path, document.text()))


def test_a_table_that_stands_twice_must_say_the_same_twice(tmp_path):
    again = "\n".join(documents.render(documents.printed_table("SAU-10")))
    text = documents.minutes().text()
    assert read(written(tmp_path, f"{text}\nIgen:\n\n{again}\n")).repeated
    with pytest.raises(Refused, match=r"SAU-10, row '2022'.*'165'.*line"):
        read(written(tmp_path, f"{text}\nIgen:\n\n{again.replace('165', '166').replace('199', '200')}\n"))


def test_an_unknown_table_is_listed(tmp_path):
    reading = read(written(tmp_path, documents.minutes().text()))
    assert [unknown.head for unknown in reading.unknown] == ["Tidspunkt Aktivitet"]


# --- the command -----------------------------------------------------------------------------------------------------


def seeds_of(project: Path) -> dict[str, bytes]:
    return {str(path.relative_to(project)): path.read_bytes() for path in project.glob("seeds/**/*") if path.is_file()}


def test_the_command_reports_and_writes_json(project, tmp_path):
    before = seeds_of(project)
    out = tmp_path / "figures.json"
    said = run_fingerplan(
        project, "minutes", str(written(tmp_path, documents.minutes().text())), "--json", str(out)
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert said.stderr == ""
    assert "0 cells new, 0 revised, 226 the same" in said.stdout
    given = json.loads(out.read_text(encoding="utf-8"))
    assert len(given) == 222
    first = {"table_id": "SAU-01", "row_no": 1, "column_no": 2, "row_label": "Plejetilbud", "column_label": "2027"}
    assert {**first, "value": -4.7, "unit": "mdkk"}.items() <= given[0].items()
    line = documents.minutes().text().split("\n")[given[0]["source_line"] - 1]
    assert line == "Plejetilbud\t\t-4,7\t-4,7\t-4,7"
    assert seeds_of(project) == before


def test_the_command_refuses_in_lines_and_writes_nothing(project, tmp_path):
    before = seeds_of(project)
    path = written(tmp_path, changed_minutes("\t84,5\t", "\t94,5\t"))
    said = run_fingerplan(project, "minutes", str(path), "--write", "--json", str(tmp_path / "figures.json"))
    assert said.returncode == 3
    assert "nothing was written" in said.stderr
    assert "Traceback" not in said.stderr
    assert not (tmp_path / "figures.json").exists()
    assert seeds_of(project) == before


def test_a_sentence_that_the_tables_contradict_is_warned_of(project, tmp_path):
    path = written(tmp_path, documents.minutes(rise="12,8").text())
    said = run_fingerplan(project, "minutes", str(path))
    assert said.returncode == 0
    assert re.search(r"line [0-9]+: the text says 12,8 .* and the tables give 11,8", said.stderr), said.stderr


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b"\n\n  \n", "is empty"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "neither text nor PDF"),
        ("novel.txt", "Det var en mørk og stormfuld aften i 1987.\n".encode() * 3000, "no table"),
        ("noise.txt", bytes(random.Random(1).randbytes(300_000)), "neither text nor PDF"),  # noqa: S311
        ("broken.pdf", b"%PDF-1.7\n%\xe2\xe3\n" + b"garbage " * 500, "cannot be read as PDF"),
        ("long.txt", b"1\t2 " * 20_000, "beyond"),
    ],
)
def test_what_is_no_document_ends_in_one_line(name, content, words, project, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    said = run_fingerplan(project, "minutes", str(path), "--write")
    assert said.returncode == 3
    assert said.stderr.startswith(name)
    assert words in said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_100_mb_of_noise_end_in_one_line(tmp_path):
    path = tmp_path / "noise.bin"
    with path.open("wb") as stream:
        stream.truncate(100 * 2**20)
        stream.write(b"noise")
    with pytest.raises(Refused, match=r"noise.bin: has 100 MB"):
        read_document(path)


def test_next_months_minutes_are_written_and_build_green(project, tmp_path):
    """New rows are added, revisions stand beside the first values, and the warehouse builds from it."""
    subprocess.run(["git", "init", "-q", "."], cwd=project, check=True)
    subprocess.run(["git", "add", "-A"], cwd=project, check=True)
    path = written(tmp_path, documents.next_minutes().text(), "referat.txt")
    said = run_fingerplan(project, "minutes", str(path), "--write")
    assert said.returncode == 0, said.stderr
    assert said.stderr == ""  # the sentence on the rise since May holds too
    diff = subprocess.run(
        ["git", "diff", "--unified=0"], cwd=project, check=True, capture_output=True, text=True
    ).stdout
    removed = re.findall(r"^-(?!--)(.*)$", diff, re.M)
    assert [line.split(",")[0] for line in removed] == ["SAU-07", "SAU-09"]  # their counts in printed_tables
    assert '+SAU-09,8,8,Juni 2026,Total / Udgift,"465,2",mdkk,sau_minutes_2026_08_11,' in diff
    assert '+SAU-10,5,8,1,"457,2","465,2",sau_minutes_2026_08_11,' in diff
    assert "+SAU-07,8,3,1,1.648,1.650,sau_minutes_2026_08_11," in diff
    assert '+SAU-04-2026-06-30,5,1,Buffer til nye sager 2026,Mio. kr.,"12,0",mdkk,sau_minutes_2026_08_11,' in diff
    assert "+sau_04_result-2026-06-30,sum," in diff

    after = seeds_of(project)
    again = run_fingerplan(project, "minutes", str(path), "--write")
    assert (again.returncode, "Nothing new to write" in again.stdout) == (0, True)
    older = run_fingerplan(
        project, "minutes", str(written(tmp_path, documents.minutes().text(), "juni.txt")), "--write"
    )  # fmt: skip
    assert (older.returncode, "Nothing new to write" in older.stdout) == (0, True), older.stderr
    assert "revised by a later document" in older.stdout
    assert seeds_of(project) == after

    outcome = run_dbt(project, "build")
    assert outcome.returncode == 0, outcome.stdout[-3000:]


def test_an_older_document_revises_nothing(project, tmp_path):
    path = written(tmp_path, documents.next_minutes().text())
    assert run_fingerplan(project, "minutes", str(path), "--write").returncode == 0
    text = documents.minutes().text().replace("\t1.648", "\t1.649")
    said = run_fingerplan(project, "minutes", str(written(tmp_path, text)), "--write")
    assert said.returncode == 3
    assert "an older document revises nothing" in said.stderr


def test_a_plan_of_other_years_becomes_tables_of_its_own(project, tmp_path):
    text = documents.plan().text()
    for year in (2027, 2026, 2025, 2024):
        text = text.replace(str(year), str(year + 1))
    said = run_fingerplan(project, "minutes", str(written(tmp_path, text)), "--write")
    assert said.returncode == 0, said.stderr
    assert "FP-02-2025-2028: declare its lines and their method" in said.stdout
    cells = (project / "seeds/documents/plan_table_cells.csv").read_text(encoding="utf-8")
    assert "FP-01-2025-2028,8,2,Forventet effekt" in cells
    assert cells.count("fingerplan_2025_28,") == 112
    assert run_fingerplan(project, "minutes", str(written(tmp_path, text))).stdout.count("0 cells new, 0 revised") == 1


def test_refund_limits_of_a_new_year_are_known_from_then_on(project, tmp_path):
    document = documents.minutes("12-01-2027")
    limits = document.table("SAU-08")
    limits.head[0] = ["", "2027"]
    for row, cell in enumerate(("1.010.000 og derunder", "1.010.000", "1.970.000", "2.480.000")):
        limits.rows[row][1][0] = cell
    said = run_fingerplan(project, "minutes", str(written(tmp_path, document.text())), "--write")
    assert said.returncode == 0, said.stderr
    thresholds = (project / "seeds/high_cost_cases/refund_thresholds.csv").read_text(encoding="utf-8")
    assert "2027,50,1970000,0.50,sau_minutes_2027_01_12,SAU-08\n" in thresholds


def test_a_corrected_document_revises_and_the_first_one_does_not_undo_it(project, tmp_path):
    first = written(tmp_path, documents.next_minutes().text(), "first.txt")
    corrected = written(tmp_path, documents.next_minutes().text().replace("\t1.650", "\t1.651"), "corrected.txt")
    for path in (first, corrected):
        assert run_fingerplan(project, "minutes", str(path), "--write").returncode == 0
    before = seeds_of(project)
    revisions = before["seeds/documents/cell_revisions.csv"].decode()
    assert "SAU-07,8,3,2,1.650,1.651,sau_minutes_2026_08_11_2," in revisions
    said = run_fingerplan(project, "minutes", str(first), "--write")
    assert (said.returncode, "Nothing new to write" in said.stdout) == (0, True), said.stderr
    assert seeds_of(project) == before
