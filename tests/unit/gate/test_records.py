"""Every cell is read as declared or named with row, column and value; raw ids become pseudonyms or are refused."""

import re
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

from benchmarks.deliveries import as_csv, sample_rows, total_row
from fingerplan.errors import Refused
from fingerplan.gate import personal_data, rules
from fingerplan.gate.delivery import RejectedDelivery
from fingerplan.gate.records import as_text, is_empty, shown_code
from tests.support.deliveries import PSEUDONYM, april_cases, changed, with_case_references


def test_the_zero_that_a_spreadsheet_takes_away_is_put_back(lines):
    rows = sample_rows("cases", "2026-05")
    for row in rows[1:]:
        row[0] = "730"
    assert lines(as_csv(rows)) == []


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("provider_kind", "owner", "provider_kind: (masked text of 5 characters) (like own) is not one of own,"),
        ("provider_kind", "privat", "row 2, column provider_kind: 'privat' is not one of own,"),
        ("provider_kind", "Jens Hansen", "column provider_kind: (masked text of 11 characters) is not one of"),
        ("station_id", "fp2024-9", "column station_id: 'fp2024-9' is not one of"),
        ("municipality_code", "0731", "column municipality_code: '0731' is not one of 0730"),
        ("monthly_cost_dkk", "-1.00", "column monthly_cost_dkk: '-1.00' is outside 0 to 3,000,000"),
        ("monthly_cost_dkk", "3000000.01", "column monthly_cost_dkk: '3000000.01' is outside"),
        ("monthly_cost_dkk", "1e308", "column monthly_cost_dkk: '1e308' is not a number"),
        ("monthly_cost_dkk", "NaN", "column monthly_cost_dkk: 'NaN' is not a number"),
        ("monthly_cost_dkk", "", "column monthly_cost_dkk: is empty; a value is needed"),
        ("monthly_cost_dkk", "1.350,50", "is written with a decimal comma, the rest of the file is not"),
        ("month", "2026-04", "column month: '2026-04' is another month than 2026-05"),
        ("month", "maj", "column month: (masked text of 3 characters) is not a month"),
        ("month", "maj 202", "column month: 'maj 202' is not a month"),
        ("case_id", "", "column case_id: is empty"),
        ("case_id", "=cmd|' /C calc'!A0", "column case_id: "),
        ("service_code", "=1+1", "column service_code: '=1+1' is not one of"),
        ("refund_bracket", "26", "column refund_bracket: '26' is not one of"),
        ("counterfactual_monthly_cost_dkk", "5.00", "is given without a station"),
    ],
)
def test_a_wrong_cell_is_named_with_row_column_and_value(lines, column, value, said):
    rows = sample_rows("cases", "2026-05")
    plain = next(number for number, row in enumerate(rows[1:], 1) if not row[9])
    rows[1], rows[plain] = rows[plain], rows[1]
    rows[1][rows[0].index(column)] = value
    lines = lines(as_csv(rows))
    assert any(said in line for line in lines), lines
    assert all("row 2" in line or "mixes" in line for line in lines)


def test_every_finding_of_a_file_is_given(lines):
    rows = sample_rows("cases", "2026-05")
    rows[2][4], rows[4][7], rows[6][1] = "owner", "abc", "2026-06"
    rows.append(rows[8])
    lines = lines(as_csv(rows))
    assert [re.search(r"row (\d+)", line)[1] for line in lines] == ["3", "5", "7", "9", str(len(rows))]


def test_a_file_that_was_cut_short_is_refused(accept, check, monkeypatch):
    """Where the file has a total row; without one, a cut at a line end is a shorter file that is whole.

    By what is read alone: the expectations, which take most of the time, do not see every cut.
    """
    rows = sample_rows("postings", "2026-05")
    content = as_csv([*rows, total_row("postings", rows)])
    before = replace(april_cases(), rows=3, control_sum=Decimal(277400), case_ids=frozenset(), has_total_row=True)
    whole = accept(content, "postings", last=before)
    monkeypatch.setattr(rules, "validate", lambda *_: (SimpleNamespace(results=[]), []))
    monkeypatch.setattr(rules, "data_docs", lambda *_: "")
    for length in [*range(0, len(content) - 40, 7), *range(len(content) - 40, len(content))]:
        cut = check(content[:length], "postings", last=before)
        assert isinstance(cut, RejectedDelivery) or cut.content_sha256 == whole.content_sha256, length
    without = as_csv(rows)
    last_line = without[:-1].rindex(b"\n") + 1
    for length in range(last_line + 1, len(without) - 1):
        assert isinstance(check(without[:length], "postings"), RejectedDelivery), length


def test_a_cut_that_leaves_a_thousandth_is_refused(lines):
    rows = sample_rows("postings", "2026-05")
    for last, cut in (("1.353.000", 6), ("1.353,00", 5), ("1.353,00", 3)):
        texts = [*(f"{row[0]};{row[1]};41.300" + (",00" if "," in last else "") for row in rows[1:3])]
        content = "\r\n".join([";".join(rows[0]), *texts, f"2026-05;fp2024-7-1;{last}"]).encode() + b"\r\n"
        assert any("cut short" in line for line in lines(content[:-cut], "postings")), last


def test_a_total_that_is_not_the_sum_is_refused(lines):
    rows = sample_rows("postings", "2026-05")
    total = total_row("postings", rows)
    total[-1] = str(Decimal(total[-1]) + 1)
    assert "is not the sum of the rows" in lines(as_csv([*rows, total]), "postings")[0]


def test_a_bound_that_is_gone_stops_the_gate(check, seeds):
    bounds = seeds["delivery_bounds"]
    kept = list(bounds.records)
    try:
        bounds.records[:] = [record for record in kept if record[1]["measure"] != "rows_against_last_month"]
        with pytest.raises(Refused) as refusal:
            check(as_csv(sample_rows("kpis", "2026-05")), "kpis")
        assert "delivery_bounds.csv: no row for kpis, rows_against_last_month" in refusal.value.findings[0]
    finally:
        bounds.records[:] = kept


@pytest.mark.parametrize("case_id", ["00.01.00-S00-{}-25", "Jens Hansen {}", "0a1b2c3d4e5f60718293a4b5c6d7{}"])
def test_a_municipalitys_cases_need_its_key(lines, case_id):
    """Also where they come as hashes: without a key, every possible number can be tried against one."""
    lines = lines(as_csv(with_case_references(sample_rows("cases", "2026-05"), case_id)))
    assert lines == [
        "delivered.csv: column case_id: cases need pseudonyms made with the municipality's key, also where the source"
        " has made some; set FINGERPLAN_PSEUDONYM_KEY_FILE"
    ]


def test_an_id_is_not_on_the_page_of_a_refused_file(check):
    """Without a key it is the source's own; it is made up."""
    rows = with_case_references(sample_rows("cases", "2026-05"), "Ingrid-{}")
    refused = check(as_csv([*rows, rows[1]]))
    assert any("appears more than once" in line for line in refused.lines())
    assert "id 1" in refused.data_docs
    assert "Ingrid" not in "".join(refused.lines()) + refused.data_docs


@pytest.mark.parametrize("case_id", ["0a1b2c3d4e5f60718293a4b5c6d7{}", "case-abcdefghijklmnopabcdefghijkl{}"])
def test_a_hash_of_the_source_is_hashed_again(accept, monkeypatch, case_id):
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "a key of a municipality, forty characters")
    delivery = accept(as_csv(with_case_references(sample_rows("cases", "2026-05"), case_id)))
    assert all(PSEUDONYM.fullmatch(str(record["case_id"])) for _, record in delivery.records)
    assert case_id[:20] not in delivery.canonical() + delivery.data_docs


def test_with_a_key_case_references_become_pseudonyms_that_stay_the_same(accept, monkeypatch):
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "a key of a municipality, forty characters")
    delivery = accept(as_csv(with_case_references(sample_rows("cases", "2026-05"))))
    assert delivery.data_origin == "reported"
    ids = [record["case_id"] for _, record in delivery.records]
    assert all(PSEUDONYM.fullmatch(case_id) for case_id in ids)
    assert "S00" not in delivery.canonical()
    again = accept(as_csv(with_case_references(sample_rows("cases", "2026-05"))))
    assert again.content_sha256 == delivery.content_sha256
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "another key of forty characters or more..")
    other = accept(as_csv(with_case_references(sample_rows("cases", "2026-05"))))
    assert not set(ids) & {record["case_id"] for _, record in other.records}
    assert other.key_id != delivery.key_id


def test_with_a_key_a_formula_is_still_no_id(lines, monkeypatch):
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "k" * 40)
    rows = with_case_references(sample_rows("cases", "2026-05"))
    rows[1][2] = "=cmd|' /C calc'!A0"
    lines = lines(as_csv(rows))
    assert len(lines) == 1
    assert "row 2, column case_id: (an id of 18 characters) starts like a formula" in lines[0]


def test_synthetic_and_real_cases_do_not_mix(accept, lines, monkeypatch):
    monkeypatch.setenv(personal_data.KEY_VARIABLE, "k" * 40)
    assert accept(as_csv(sample_rows("cases", "2026-05"))).data_origin == "sample"
    rows = changed("case_id", "00.01.00-S00-20-25")
    assert "mixes synthetic cases" in lines(as_csv(rows))[0]


def test_the_code_that_a_wrong_one_resembles_is_named():
    codes, words = ["own", "private"], frozenset({"own", "private"})
    assert shown_code("owner", codes, words) == "(masked text of 5 characters) (like own)"
    assert shown_code("privat", codes, words) == "'privat'"
    assert shown_code("Regin", codes, frozenset({"region"})) == "(masked text of 5 characters)", "a name"
    assert shown_code("24128548,26", codes, words) == personal_data.CPR_MASKED, "with decimals"
    assert shown_code("Jens Hansen", codes, words) == "(masked text of 11 characters)"
    assert shown_code("Privat", codes, None) == "(masked text of 6 characters) (like private)"


@pytest.mark.parametrize("amount", ["24128548.26", "24128548,26"])
def test_an_amount_that_could_be_a_person_is_in_no_line_and_on_no_page(check, amount):
    """Ten digits, the last two of them as decimals."""
    rows = sample_rows("postings", "2026-05")
    rows[1][2] = amount
    refused = check("\n".join(";".join(row) for row in rows).encode() + b"\n", "postings")
    assert f"row 2, column amount_dkk: {personal_data.CPR_MASKED} " in refused.lines()[0]
    assert "24128548" not in "".join(refused.lines()) + refused.data_docs


def test_an_honest_total_of_nine_digits_is_no_person(accept, lines, monkeypatch):
    """It has the form of a CPR number without its zero; one that is not the sum of the rows could be one."""
    rows = sample_rows("postings", "2026-05")
    monkeypatch.setattr(rules, "validate", lambda *_: (SimpleNamespace(results=[]), []))  # its bounds are for months
    monkeypatch.setattr(rules, "data_docs", lambda *_: "")
    for row in rows[1:4]:
        row[2] = "33967078.00"
    del rows[4:]
    assert accept(as_csv([*rows, total_row("postings", rows)]), "postings").has_total_row
    rows[1][2] = "1.00"
    wrong = lines(as_csv([*rows, ["I alt", "", "101901234.00"]]), "postings")
    assert "1901234" not in "".join(wrong)
    assert "is not the sum of the rows" in wrong[0]


def test_a_cell_is_text_without_an_exponent_and_empty_where_only_spaces_are():
    assert as_text(Decimal("1E+3")) == "1000"
    assert is_empty(" ")
    assert is_empty(None)
    assert not is_empty(Decimal(0))
