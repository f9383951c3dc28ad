"""No statement through the door for BI tools writes, reads another file, or keeps the next query from its answer.

Each runs on a connection by the engine, by the text of the URL, and through the bridge of the Evidence plugin, by an
account that may write the warehouse and its folder.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import DBAPIError

from fingerplan import bi
from tests.security.statements import FILES, HARMLESS, LARGE, REFUSED
from tests.support.project import ROOT

BRIDGE = ROOT / "evidence" / "plugins" / "evidence-sqlalchemy" / "bridge.py"

SMALL_MEMORY = {"memory_limit": "200MB"}


class Door(NamedTuple):
    """A warehouse and the folders about it, and how a statement is run: by the engine or by the text of the URL."""

    file: Path
    folder: Path
    engines: dict[str, Engine]

    def filled(self, statement: str) -> str:
        """The statement with its paths."""
        return statement.replace("<file>", str(self.file)).replace("<folder>", str(self.folder))

    def files(self) -> dict[str, tuple[int, int]]:
        """Size and time of every file and folder of the place."""
        place = self.file.parents[1]
        found = {path: path.stat() for path in (place, *place.rglob("*"))}
        return {str(path): (stat.st_size, stat.st_mtime_ns) for path, stat in found.items()}


@pytest.fixture(scope="module")
def door(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A warehouse that its reader could overwrite; the working directory, home and temporary folder are empty."""
    place = tmp_path_factory.mktemp("door")
    folders = {name: place / name for name in ("published", "elsewhere", "working", "home", "temporary")}
    for folder in folders.values():
        folder.mkdir()
    file = folders["published"] / "plan.duckdb"
    shutil.copyfile(built / "warehouse" / "dev" / "fingerplan.duckdb", file)
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema history")
        connection.execute("create table history.run as select 'made up' as run_id, 'rejected' as outcome")
    (folders["elsewhere"] / "list.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    duckdb.connect(str(folders["elsewhere"] / "other.duckdb")).close()
    url = bi.url(file)
    engines = {"engine": bi.engine(file), "url as text": create_engine(str(url))}
    before = hashlib.sha256(file.read_bytes()).digest()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folders["working"])
        patch.setenv("HOME", str(folders["home"]))
        patch.setenv("TMPDIR", str(folders["temporary"]))
        yield Door(file, folders["elsewhere"], engines)
    for engine in engines.values():
        engine.dispose()
    assert hashlib.sha256(file.read_bytes()).digest() == before


@pytest.fixture
def unchanged(door: Door) -> Iterator[None]:
    """No file is made, changed or deleted by the test."""
    before = door.files()
    yield
    assert door.files() == before


class Bridge:
    """The Python process of the Evidence plugin, asked as its Node side asks it."""

    def __init__(self, url: str, folder: Path):
        """Start it in a folder."""
        settings = {"url": url, "readOnly": True, "externalAccess": False, "allowRounding": False}
        self.process = subprocess.Popen(
            [sys.executable, str(BRIDGE)], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._write(settings)

    def _write(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        self._write(request)
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())

    def run(self, sql: str) -> list[Any] | str:
        """The rows of a query, or the message of its error."""
        reply = self._ask({"do": "query", "sql": sql, "batchSize": 1000})
        rows: list[Any] = []
        while "error" not in reply:
            batch = self._ask({"do": "next", "query": reply["query"]})
            if "error" in batch or not batch["rows"]:
                return batch.get("error", rows)
            rows += batch["rows"]
        return reply["error"]

    def end(self) -> None:
        """Close its input, and with it the process."""
        self.process.communicate()


@pytest.fixture(scope="module")
def bridges(door: Door) -> Iterator[Callable[[dict[str, str]], Bridge]]:
    """One process for each set of changes to the URL, for all statements."""
    running: dict[str, Bridge] = {}

    def bridge(changes: dict[str, str]) -> Bridge:
        url = str(bi.url(door.file).update_query_dict(changes))
        if url not in running:
            running[url] = Bridge(url, Path.cwd())
        return running[url]

    yield bridge
    for process in running.values():
        process.end()


def statements(groups: dict[str, tuple[str, ...]]) -> list[Any]:
    return [
        pytest.param(statement, reason, id=f"{group}: {statement[:60]!a}")
        for group, (reason, *listed) in groups.items()
        for statement in listed
    ]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("way", ["engine", "url as text"])
@pytest.mark.parametrize(("statement", "reason"), statements(REFUSED))
def test_a_statement_that_reaches_out_or_writes_is_refused(door, way, statement, reason):
    with door.engines[way].connect() as connection:
        with pytest.raises((DBAPIError, UnicodeEncodeError, duckdb.Error), match=reason):
            connection.exec_driver_sql(door.filled(statement)).fetchall()
        connection.rollback()
        assert connection.exec_driver_sql("select count(*) from marts.fct_kpi").scalar_one() > 0


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("way", ["engine", "url as text"])
@pytest.mark.parametrize("statement", HARMLESS, ids=ascii)
def test_what_is_not_refused_lasts_no_longer_than_its_connection(door, way, statement):
    with door.engines[way].connect() as connection:
        connection.exec_driver_sql(door.filled(statement))
    door.engines[way].dispose()
    with door.engines[way].connect() as connection:
        assert connection.exec_driver_sql("select count(*) from marts.fct_kpi").scalar_one() > 1
        assert connection.exec_driver_sql("select outcome from history.run").scalar_one() == "rejected"
        assert connection.exec_driver_sql("select count(*) from duckdb_tables() where temporary").scalar_one() == 0


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("statement", LARGE)
def test_what_needs_more_than_the_memory_limit_fails_and_spills_nothing(door, statement):
    for engine in door.engines.values():
        engine.dispose()  # in a process all connections to a file have the same settings
    engine = create_engine(str(bi.url(door.file).update_query_dict(SMALL_MEMORY)))
    with engine.connect() as connection:
        with pytest.raises(DBAPIError, match=f"Out of Memory|{FILES}"):
            connection.exec_driver_sql(statement).fetchall()
        connection.rollback()
        assert connection.exec_driver_sql("select count(*) from marts.fct_kpi").scalar_one() > 0
    engine.dispose()


@pytest.mark.parametrize("way", ["engine", "url as text"])
def test_the_settings_of_the_url_arrive(door, way):
    names = "', '".join(bi.LOCKED)
    query = f"select name, value from duckdb_settings() where name in ('{names}')"
    with door.engines[way].connect() as connection:
        assert dict(connection.exec_driver_sql(query).fetchall()) == {
            "access_mode": "read_only",
            "allowed_configs": "[disabled_filesystems]",
            "enable_external_access": "false",
            "lock_configuration": "true",
            "memory_limit": "1.8 GiB",
        }


@pytest.mark.parametrize("way", ["engine", "url as text"])
def test_connections_that_are_open_at_the_same_time_are_all_locked(door, way):
    with door.engines[way].connect() as first, door.engines["engine"].connect() as second:
        for connection in (first, second, first):
            with pytest.raises(DBAPIError, match=FILES):
                connection.exec_driver_sql(door.filled("copy (select 1) to '<file>.wal'"))
            connection.rollback()


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("statement", "reason"), statements(REFUSED))
def test_the_bridge_refuses_it_too_and_answers_the_next_query(door, bridges, statement, reason):
    bridge = bridges({})
    message = bridge.run(door.filled(statement))
    assert isinstance(message, str), message
    assert re.search(f"{reason}|surrogates not allowed|returns no rows", message)
    assert bridge.run("select count(*) as rows from marts.fct_kpi")[0][0] > 0


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("statement", HARMLESS, ids=ascii)
def test_the_bridge_answers_the_query_after_what_is_harmless(door, bridges, statement):
    bridges({}).run(door.filled(statement))
    assert bridges({}).run("select outcome from history.run") == [["rejected"]]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("statement", LARGE)
def test_the_bridge_says_that_memory_is_out_and_answers_the_next_query(bridges, statement):
    assert "Out of Memory Error" in bridges(SMALL_MEMORY).run(statement)
    assert bridges(SMALL_MEMORY).run("select count(*) as rows from marts.fct_kpi")[0][0] > 0
