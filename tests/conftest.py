"""What every folder of tests shares: a copy of the project to break, and one that is built once."""

from pathlib import Path

import pytest

from tests.support.project import copy_project, run_dbt


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project to break."""
    return copy_project(tmp_path)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, built and tested by plain dbt into `warehouse/dev/fingerplan.duckdb`."""
    copy = copy_project(tmp_path_factory.mktemp("built"))
    outcome = run_dbt(copy, "build")
    assert outcome.returncode == 0, outcome.stdout
    return copy
