"""The models and data tests of a built project, run again on changed seeds or with a changed model."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb


@dataclass(frozen=True)
class Mutation:
    """A model in whose SQL one text, which stands there once, becomes another."""

    model: str
    before: str
    after: str


class NotBuiltError(Exception):
    """A model that cannot be built: its name, and what DuckDB says."""


class Rebuild:
    """The compiled SQL of every model and data test, in dbt's order: a test runs once its models are built.

    A change is made in a transaction, and what depends on it, and only that, is built and tested; then all is rolled
    back.
    """

    def __init__(self, project: Path, connection: duckdb.DuckDBPyConnection):
        """Read what dbt compiled.

        Args:
            project: built by plain `dbt build`.
            connection: to a copy of the file that it was built into.
        """
        manifest = json.loads((project / "target" / "manifest.json").read_text(encoding="utf-8"))
        self._connection = connection
        self._nodes: dict[str, dict[str, Any]] = manifest["nodes"]
        self._order = self._in_order()
        self.tests = [key for key in self._order if self._nodes[key]["resource_type"] == "test"]

    def _in_order(self) -> list[str]:
        done = {key for key, node in self._nodes.items() if node["resource_type"] == "seed"}
        waiting = {key for key, node in self._nodes.items() if node["resource_type"] in ("model", "test")}
        ordered: list[str] = []
        while waiting:
            ready = sorted(key for key in waiting if self._parents(key) <= done)
            assert ready, f"nodes that wait for each other: {sorted(waiting)}"
            ordered += ready
            waiting.difference_update(ready)
            done.update(ready)
        return ordered

    def _parents(self, key: str) -> set[str]:
        return set(self._nodes[key]["depends_on"]["nodes"])

    def failures(self, statement: str | None = None, mutation: Mutation | None = None) -> list[str]:
        """Give the names of the data tests that fail, or the one model that cannot be built, after a change.

        Args:
            statement: SQL that changes at least one row of a seed; None leaves the seeds as they are.
            mutation: of one model. Without either, every model is built and every test is run.
        """
        try:
            return list(self._failing_tests(statement, mutation))
        except NotBuiltError as problem:
            return [str(problem)]

    def fails(self, statement: str, rows: int | None = 1) -> bool:
        """Whether anything fails after a statement that changes this many rows, or with None any number above 0."""
        try:
            return next(self._failing_tests(statement, None, rows), None) is not None
        except NotBuiltError:
            return True

    def _failing_tests(
        self, statement: str | None, mutation: Mutation | None, rows: int | None = None
    ) -> Iterator[str]:
        if statement:
            changed = self._below(_seed_of(statement))
        else:
            changed = self._below(mutation.model) if mutation else set(self._nodes)
        self._connection.execute("begin")
        try:
            if statement:
                found = self._count(statement)
                assert found > 0 and rows in (None, found), f"{found} rows changed by: {statement}"
            for key in self._order:
                node = self._nodes[key]
                # a test that names no model reads what dbt does not know of
                if key not in changed and (node["resource_type"] == "model" or self._parents(key)):
                    continue
                if node["resource_type"] == "model":
                    self._build(node, mutation)
                elif self._connection.execute(f"from ({node['compiled_code']}) limit 1").fetchone():
                    yield node["name"]
        finally:
            self._connection.execute("rollback")

    def _count(self, statement: str) -> int:
        result = self._connection.execute(statement).fetchone()
        assert result is not None
        return int(result[0])

    def _below(self, name: str) -> set[str]:
        """A seed or model, and every model and test that depends on it."""
        below = {key for key, node in self._nodes.items() if node["name"] == name}
        assert len(below) == 1, f"{name}: {len(below)} nodes"
        for key in self._order:
            if below & self._parents(key):
                below.add(key)
        return below

    def _build(self, node: dict[str, Any], mutation: Mutation | None) -> None:
        sql: str = node["compiled_code"]
        if mutation and node["name"] == mutation.model:
            assert sql.count(mutation.before) == 1, f"{mutation.before!r} does not stand once in {mutation.model}"
            sql = sql.replace(mutation.before, mutation.after)
        kind = "view" if node["config"]["materialized"] == "view" else "table"
        try:
            self._connection.execute(f"create or replace {kind} {node['relation_name']} as {sql}")
        except duckdb.Error as error:
            raise NotBuiltError(f"{node['relation_name']}: {error}") from None


def _seed_of(statement: str) -> str:
    found = re.match(r"(?:update|delete from|insert into) seeds\.(\w+)", statement)
    assert found, f"changes no seed: {statement}"
    return found[1]
