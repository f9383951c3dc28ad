"""What the tests of the gate share: the project's seeds and declarations, and files to check against them."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from fingerplan.gate import personal_data
from fingerplan.gate.check import Terms, check_file
from fingerplan.gate.delivery import AcceptedDelivery, LastMonth, RejectedDelivery
from fingerplan.gate.extracts import declared_extracts
from fingerplan.seeds import Seed, check_seeds
from tests.support.deliveries import JUNE, MAY
from tests.support.project import ROOT


@pytest.fixture(scope="package")
def seeds() -> dict[str, Seed]:
    return check_seeds(ROOT)


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(personal_data.KEY_VARIABLE, raising=False)
    monkeypatch.delenv(personal_data.KEY_FILE_VARIABLE, raising=False)


@pytest.fixture
def terms(seeds) -> Callable[..., Terms]:
    """Terms for May 2026, with nothing published but what `last` says."""

    def made(last: LastMonth | None = None, today: date = JUNE, month: date | None = MAY) -> Terms:
        return Terms(declared_extracts(ROOT), seeds, month, today, lambda *_: last, lambda *_: [])

    return made


@pytest.fixture
def check(tmp_path: Path, terms) -> Callable[..., AcceptedDelivery | RejectedDelivery]:
    """Check the bytes of a file of one kind; `last` and `today` as for `terms`."""

    def checked(content: bytes, kind: str = "cases", **against) -> AcceptedDelivery | RejectedDelivery:
        file = tmp_path / "delivered.csv"
        file.write_bytes(content)
        return check_file(file, terms(**against), kind)

    return checked


@pytest.fixture
def lines(check) -> Callable[..., list[str]]:
    """The findings of a file as lines; none where it is accepted."""

    def found(*arguments, **against) -> list[str]:
        outcome = check(*arguments, **against)
        return outcome.lines() if isinstance(outcome, RejectedDelivery) else []

    return found


@pytest.fixture
def accept(check) -> Callable[..., AcceptedDelivery]:
    """Check a file that must be accepted."""

    def accepted(*arguments, **against) -> AcceptedDelivery:
        outcome = check(*arguments, **against)
        assert isinstance(outcome, AcceptedDelivery), outcome.lines()
        return outcome

    return accepted
