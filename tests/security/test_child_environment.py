"""The pseudonym key stays in the command: no process that it starts has it in its environment or arguments."""

import os
import subprocess
from pathlib import Path

import pytest

from fingerplan.gate.personal_data import KEY_FILE_VARIABLE, KEY_VARIABLE, key_withheld, read_key
from fingerplan.outputs import site
from fingerplan.warehouse.history import History, Run
from tests.support.project import copy_project, published, run_fingerplan
from tests.support.small_warehouse import small_warehouse
from tests.support.strace import MADE_UP_KEY as KEY
from tests.support.strace import Trace, with_key


def program(file: Path, log: Path, script: str) -> None:
    """A stand-in that writes down its arguments and environment before it does what Evidence waits for."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'#!/bin/sh\n{{ echo "started: $0 $*"; env; }} >>{log}\n{script}\n')
    file.chmod(0o755)


@pytest.fixture
def site_project(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A project with a published warehouse and a site of one page; the folder of its Node.js, and the log of both."""
    project, node, log = tmp_path / "project", tmp_path / "node", tmp_path / "started"
    project.mkdir()
    copy_project(project)
    small_warehouse(published(project))
    History(tmp_path / "history").write_into(published(project), tmp_path / "none.duckdb", Run("run-1", "build"))
    evidence = project / "evidence"
    for part in (*site.PARTS, "package-lock.json", "patches/a.patch", "pages/index.md", "sources/marts/plan.sql"):
        if "." in part:
            (evidence / part).parent.mkdir(parents=True, exist_ok=True)
            (evidence / part).write_text("{}")
        else:
            (evidence / part).mkdir(parents=True, exist_ok=True)
    program(node / "node", log, "echo v22.1.0")
    program(node / "npm", log, "exit 0")
    installed = evidence / "node_modules" / ".bin"
    program(installed / "patch-package", log, "exit 0")
    data = ".evidence/template/static/data"
    program(
        installed / "evidence",
        log,
        f"mkdir -p build {data}; touch build/index.html\n"
        f'echo \'{{"renderedFiles": {{"marts": ["plan.parquet"]}}}}\' >{data}/manifest.json\n'
        f'"$EVIDENCE_SQLALCHEMY_PYTHON" -c "import os; print(\'bridge:\', dict(os.environ))" >>{log}',
    )
    return project, node, log


def test_what_the_site_starts_has_neither_key_nor_its_file(site_project: tuple[Path, Path, Path]) -> None:
    project, node, log = site_project
    environment = {
        "PATH": f"{node}{os.pathsep}{os.environ['PATH']}",
        KEY_VARIABLE: KEY,
        KEY_FILE_VARIABLE: f"/etc/{KEY}",
        "OTHER_SECRET": "made-up",
        "npm_config_cache": "made-up-cache",
    }
    outcome = run_fingerplan(project, "site", **environment)
    assert outcome.returncode == 0, outcome.stderr
    lines = log.read_text().splitlines()
    started = [Path(line.split()[1]).name for line in lines if line.startswith("started: ")]
    assert started == ["node", "npm", "patch-package", "evidence", "evidence"]
    assert sum(line.startswith("bridge: ") for line in lines) == 2
    assert with_key(lines) == []
    assert not [line for line in lines if "OTHER_SECRET" in line], "only what is listed is passed on"
    assert "npm_config_cache=made-up-cache" in lines


def test_the_list_alone_keeps_the_key_from_what_the_site_starts(
    site_project: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever calls the function from Python has not gone through the command line, which withholds the key."""
    project, node, log = site_project
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    monkeypatch.setenv("PATH", str(node), prepend=os.pathsep)
    monkeypatch.setattr(site, "SOURCE", project / "evidence")
    assert site.find_node() == node
    site.install_packages(node)
    assert with_key(log.read_text().splitlines()) == []
    assert with_key([f"{name}={value}" for name, value in site._environment(node, published(project)).items()]) == []


def test_a_withheld_key_is_read_and_not_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    def inherited() -> list[str]:
        return with_key(subprocess.run(["env"], capture_output=True, text=True, check=True).stdout.splitlines())

    monkeypatch.setenv(KEY_VARIABLE, KEY)
    monkeypatch.setenv(KEY_FILE_VARIABLE, "/nowhere")
    assert len(inherited()) == 2
    with key_withheld():
        assert inherited() == []
        assert read_key() == KEY.encode()
    assert len(inherited()) == 2, "put back for whoever called the command from Python"


@pytest.mark.parametrize("command", ["build", "refresh"])
def test_what_libraries_start_has_neither_key_nor_its_file(command: str, traces: dict[str, Trace]) -> None:
    trace = traces[command]
    assert with_key([trace.own_start]), "the command itself was given the key"
    assert any("resource_tracker" in line for line in trace.started), "which dbt's locks start"
    assert with_key(trace.started) == []
