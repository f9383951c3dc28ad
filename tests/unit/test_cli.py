"""The command line parses, calls, and turns what stops it into a line and an exit code."""

import pytest
from typer.testing import CliRunner

from fingerplan import cli
from fingerplan.errors import BUILD_FAILED, REJECTED, Refused
from fingerplan.paths import Warehouse
from fingerplan.steps import Steps
from tests.support.small_warehouse import small_warehouse


@pytest.fixture
def warehouse(tmp_path, monkeypatch) -> Warehouse:
    monkeypatch.setenv("FINGERPLAN_WAREHOUSE", str(tmp_path / "plan.duckdb"))
    monkeypatch.setenv("FINGERPLAN_SITE", str(tmp_path / "site"))
    return Warehouse.from_environment()


@pytest.fixture
def run(warehouse):
    return lambda *arguments: CliRunner().invoke(cli.app, [str(argument) for argument in arguments])


def test_the_commands_are_those_of_the_contract(run):
    shown = run("--help").output
    for command in (
        *("build", "refresh", "site", "check", "minutes", "status", "rollback", "verify", "export", "sample", "brief"),
    ):
        assert f" {command} " in shown
        assert run(command, "--help").exit_code == 0


@pytest.mark.parametrize("month", ["2026-5", "2026-13", "maj 2026", "1926-05", "2026-05-01"])
def test_what_is_not_a_month_is_refused_before_anything_runs(run, tmp_path, month):
    (tmp_path / "a.csv").touch()
    for arguments in (("refresh", "--cases", tmp_path / "a.csv"), ("check", tmp_path / "a.csv")):
        outcome = run(*arguments, "--month", month)
        assert outcome.exit_code == 2
        assert "is not a month; use YYYY-MM" in " ".join(outcome.output.replace("│", " ").split())


def test_a_refresh_needs_a_month_and_cases_that_exist(run, tmp_path):
    assert "--month" in run("refresh").output
    assert run("refresh", "--month", "2026-05").exit_code == 2
    assert run("refresh", "--month", "2026-05", "--cases", tmp_path / "absent.csv").exit_code == 2


@pytest.mark.parametrize("command", [("brief", "--out", "a.html"), ("export", "--out", "a.csv"), ("site",)])
def test_what_reads_the_published_file_says_where_there_is_none(run, command):
    outcome = run(*command)
    assert outcome.exit_code == 2
    assert "run fingerplan build first" in " ".join(outcome.output.replace("│", " ").split())


def test_an_export_is_a_csv_and_a_brief_a_page_or_a_workbook(run, warehouse):
    small_warehouse(warehouse.published)
    for command, name in (("export", "a.xlsx"), ("brief", "a.pdf")):
        outcome = run(command, "--out", name)
        assert outcome.exit_code == 2
        assert "is written as" in outcome.output


def test_the_status_of_nothing_is_1(run, warehouse):
    outcome = run("status")
    assert outcome.exit_code == 1
    assert f"Not in order: {warehouse.published}: nothing is published" in outcome.output


def test_a_check_says_what_it_refuses_and_writes_nothing(run, tmp_path, monkeypatch):
    def refuse(root):
        raise Refused(REJECTED, ["seeds/a.csv, row 2: one", "seeds/a.csv, row 3: two"])

    monkeypatch.setattr(cli, "check_seeds", refuse)
    (tmp_path / "a.csv").touch()
    outcome = run("check", tmp_path / "a.csv")
    assert outcome.exit_code == REJECTED
    assert outcome.output.splitlines() == ["seeds/a.csv, row 2: one", "seeds/a.csv, row 3: two"]
    assert [file.name for file in tmp_path.iterdir()] == ["a.csv"]


def test_a_build_that_is_refused_has_the_exit_code_of_its_refusal(run, monkeypatch):
    def refuse(root):
        raise Refused(REJECTED, ["seeds/a.csv, row 2: one"])

    monkeypatch.setattr(cli, "check_seeds", refuse)
    outcome = run("build")
    assert outcome.exit_code == REJECTED
    assert "Nothing was published; the published warehouse is as it was." in outcome.output
    assert run("rollback").exit_code == BUILD_FAILED


def test_a_report_that_cannot_be_read_is_a_warning(warehouse, capsys):
    warehouse.published.write_bytes(b"not a warehouse")
    published = cli.Published(built=None, from_archive=False, warnings=["old versions remain"])
    cli._report(Steps(), warehouse, published)
    out, err = capsys.readouterr()
    assert out == f"Published {warehouse.published}\n"
    assert "Warning: old versions remain" in err
    assert "published, but cannot be read now (" in err
