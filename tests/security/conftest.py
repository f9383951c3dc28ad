"""Commands run once under strace, with a pseudonym key in their environment."""

from pathlib import Path

import pytest

from benchmarks.deliveries import deliver
from tests.support.project import WITHOUT_TESTS, copy_project
from tests.support.shared import make_once
from tests.support.strace import MADE_UP_KEY, Trace, need_strace, read_trace, run_traced


@pytest.fixture(scope="session")
def traces(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Trace]:
    """What `build`, `refresh` and `brief` did, by the name of the command."""
    need_strace()

    def run(project: Path) -> None:
        copy_project(project)
        key = project / "made_up.key"
        for command in (("build",), ("refresh", *deliver(project, "2026-04")), ("brief", "--out", "brief.xlsx")):
            outcome = run_traced(
                project / f"{command[0]}.strace",
                project,
                *command,
                FINGERPLAN_PSEUDONYM_KEY=MADE_UP_KEY,
                FINGERPLAN_PSEUDONYM_KEY_FILE=str(key),
                **WITHOUT_TESTS,
            )
            assert outcome.returncode == 0, outcome.stderr

    project = make_once(tmp_path_factory, "traced", run)
    return {command: read_trace(project / f"{command}.strace") for command in ("build", "refresh", "brief")}
