"""Builds by plain dbt: what is said of them, and that nothing outlives a script that is stopped."""

import json
import signal
import sys
from pathlib import Path

import pytest

from benchmarks.engines import building
from benchmarks.engines.building import BuildError, Built, MissingEngineError

# stands in for dbt: writes what it was told to run, or fails as dbt does
DBT = """
import json, pathlib, sys
target = pathlib.Path(sys.argv[sys.argv.index("--target-path") + 1])
if "broken" in sys.argv:
    print("Running\\nCompleted with 1 error\\nDatabase error in x")
    sys.exit(1)
target.mkdir()
results = [{"unique_id": f"{kind}.fingerplan.x"} for kind in ("seed", "model", "model", "test")]
(target / "run_results.json").write_text(json.dumps({"results": results, "elapsed_time": 61.4}))
"""


@pytest.fixture
def dbt(tmp_path, monkeypatch):
    script = tmp_path / "dbt.py"
    script.write_text(DBT)
    monkeypatch.setattr(building, "_DBT", (sys.executable, str(script)))


def test_a_build_is_summarized_by_kind(dbt, tmp_path):
    built = building.dbt_build("spark", tmp_path)
    assert built == Built("spark", {"seed": 1, "model": 2, "test": 1}, 61.4)
    assert str(built) == "dbt build --target spark: 1 seeds, 2 models, 1 data tests passed in 61 s"


def test_a_failed_build_says_what_dbt_said_from_its_first_error_on(dbt, tmp_path):
    with pytest.raises(BuildError) as failed:
        building.dbt_build("spark", tmp_path, "broken")
    assert str(failed.value) == "dbt build --target spark failed\nCompleted with 1 error\nDatabase error in x\n"


def test_incremental_tables_are_listed_with_the_column_of_their_month(tmp_path):
    nodes = [
        {"schema": "marts", "name": "by_key", "config": {"materialized": "incremental", "unique_key": "month"}},
        {"schema": "marts", "name": "by_part", "config": {"materialized": "incremental", "partition_by": ["to_month"]}},
        {"schema": "marts", "name": "table", "config": {"materialized": "table"}},
    ]
    (tmp_path / "dbt-spark").mkdir()
    (tmp_path / "dbt-spark" / "manifest.json").write_text(json.dumps({"nodes": dict(enumerate(nodes))}))
    assert building.kept_tables("spark", tmp_path) == {"marts.by_key": "month", "marts.by_part": "to_month"}


@pytest.mark.parametrize(
    ("error", "exit_code", "said"),
    [
        (MissingEngineError("no Java here"), 2, "no Java here"),
        (BuildError("it failed"), 1, "it failed"),
        (KeyboardInterrupt(), 130, "Stopped"),
    ],
)
def test_what_stops_a_script_is_said_and_its_folder_is_deleted(capsys, error, exit_code, said):
    folders: list[Path] = []

    def work(folder: Path) -> int:
        folders.append(folder)
        raise error

    assert building.run_script("test", work) == exit_code
    assert said in capsys.readouterr().err
    assert not folders[0].exists()


def test_a_terminated_script_deletes_its_folder():
    with pytest.raises(SystemExit) as stopped, building.temporary_folder("test") as folder:
        signal.raise_signal(signal.SIGTERM)
    assert stopped.value.code == 128 + signal.SIGTERM
    assert not folder.exists()
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_a_command_does_not_inherit_settings_of_dbt(monkeypatch):
    monkeypatch.setenv("DBT_PROFILES_DIR", "elsewhere")
    code = "import os; found = dict(os.environ); print(found.get('DBT_PROFILES_DIR'), found['FINGERPLAN_CI_FILE'])"
    assert building.run([sys.executable, "-c", code], {"FINGERPLAN_CI_FILE": "1"}).stdout == "None 1\n"
