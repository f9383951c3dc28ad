"""A refusal carries the exit code of the contract and a line for each finding."""

from fingerplan.errors import BUILD_FAILED, LOCKED, REJECTED, Refused


def test_the_exit_codes_are_those_of_the_contract():
    assert (REJECTED, BUILD_FAILED, LOCKED) == (3, 4, 5)


def test_a_refusal_holds_its_code_and_its_lines():
    refusal = Refused(REJECTED, ["a.csv, row 2: one", "a.csv, row 3: two"])
    assert (refusal.exit_code, refusal.findings) == (3, ["a.csv, row 2: one", "a.csv, row 3: two"])
    assert str(refusal) == "a.csv, row 2: one\na.csv, row 3: two"
