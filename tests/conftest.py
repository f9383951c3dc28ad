"""What every folder of tests shares: a copy of the project to break, and one that is built once."""

from pathlib import Path

import pytest

from tests.support.project import copy_project, run_dbt
from tests.support.shared import Place, make_once


@pytest.fixture(scope="session")
def project_place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Where the projects to break stand in their turn."""
    return Place(tmp_path_factory.mktemp("place"))


@pytest.fixture
def project(project_place: Place) -> Path:
    """A copy of the project to break."""
    copy = copy_project(project_place.clear())
    project_place.bring_parses()
    return copy


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, built and tested by plain dbt into `warehouse/dev/fingerplan.duckdb`; left as it is."""

    def build(folder: Path) -> None:
        outcome = run_dbt(copy_project(folder), "build")
        assert outcome.returncode == 0, outcome.stdout

    return make_once(tmp_path_factory, "built", build)
