"""CPR numbers are seen, ids that look raw are not taken for pseudonyms, and the key is kept safe."""

import stat

import pytest

from benchmarks.deliveries import as_csv, sample_rows
from fingerplan.errors import Refused
from fingerplan.gate import personal_data
from tests.support.deliveries import with_case_references


@pytest.mark.parametrize(
    "text",
    [
        *("010170-1234", "0101701234", "CPR 010170 1234", "x0101701234y", "01-01-70-1234", "01.01.70 1234"),
        *("010190 - 1234", "010190.1234", "01.01.1990-1234", "010190\u00a01234", "010190\t1234", "010190\u20131234"),
        *(
            "101901234,00",
            "101.901.234,00",
            "1.201.901.234",
            "101701234",
            "101701234.0",
            "610170-1234",
            "311299-0000",
            "290200-1111",
            "ref. 241299-4321, se sag",
            "010170_1234",
            "\uff10\uff11\uff10\uff11\uff17\uff10-1234",
            "010170\u200b1234",
        ),
    ],
)
def test_a_cpr_number_is_seen(text):
    assert personal_data.holds_cpr_number(text)


@pytest.mark.parametrize(
    "text",
    [
        *("00.01.00-S00-20-25", "27.03.00-G01-1234-25", "sample-pnflolgbkbkc0049", "2026-05-01", "01-05-2026"),
        *("117500.00", "1.604.757", "000170-1234", "311370-1234", "320170-1234", "300270-1234", "12345678"),
        *("01017012345", "27400000", "a0101701234fa1b2c3d4e5f6a7b8c9d0"),
    ],
)
def test_what_has_no_date_or_another_length_is_not_one(text):
    assert not personal_data.holds_cpr_number(text)


def test_a_long_number_is_not_a_hash():
    assert personal_data.holds_cpr_number("0101701234" + "x" + "0" * 21)
    assert not personal_data.holds_cpr_number("0a1b0101701234cd" * 2)


def test_the_key_comes_from_a_file_that_only_its_owner_may_read(check, lines, tmp_path, monkeypatch):
    key = tmp_path / "key"
    key.write_text("a key of a municipality, forty characters\n")
    monkeypatch.setenv(personal_data.KEY_FILE_VARIABLE, str(key))
    key.chmod(0o640)
    content = as_csv(with_case_references(sample_rows("cases", "2026-05")))
    with pytest.raises(Refused, match="chmod 600"):
        check(content)
    key.chmod(0o600)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert lines(content) == []
    for text in ("", "short"):
        key.write_text(text)
        with pytest.raises(Refused, match=r"under 32 characters|is empty"):
            check(content)
    key.unlink()
    with pytest.raises(Refused, match="cannot be read"):
        check(content)
