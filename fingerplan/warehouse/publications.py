"""What a published file says about its publication, and what changed with it."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

import duckdb

from fingerplan.paths import as_sql
from fingerplan.warehouse.history_tables import runs_in_order


@dataclass(frozen=True)
class Publication:
    """The last publication of a warehouse, and the number of publications; `published_at` is in UTC.

    `project_sha256` and `run_no` are None in a file that was published before they were recorded.
    """

    run_id: str
    command: str
    owner: str
    published_at: datetime
    fingerplan_version: str
    project_sha256: str | None
    publications: int
    run_no: int | None = None


def last_publication(connection: duckdb.DuckDBPyConnection) -> Publication | None:
    """Read the last publication of an open warehouse.

    Returns:
        The publication; None in a file that no command has published, such as the working file of plain dbt.
    """
    try:
        runs = runs_in_order(connection, "history.run")
    except duckdb.CatalogException:
        return None
    found = connection.execute(
        f"""
        select
            run_id, command, owner,
            coalesce(
                (select max(published_at) from history.headline_figure as said where said.run_id = run.run_id), ended_at
            ),
            fingerplan_version, project_sha256, count(*) over (), run_no
        from {runs} as run
        where outcome = 'published'
        order by run_order desc
        limit 1
        """
    ).fetchone()
    return Publication(*found) if found else None


@dataclass(frozen=True)
class Change:
    """A headline figure that changed with a publication; amounts in kroner, None where a figure is unknown."""

    subject_kind: str
    subject_id: str
    period: str
    figure_name: str
    unit: str
    value_before: Decimal | None
    value_after: Decimal | None
    moved_by: Decimal | None
    as_of_month: date | None
    data_origin_before: str | None
    data_origin_after: str | None

    @property
    def is_synthetic(self) -> bool:
        """Whether either figure is built on the sample."""
        return "sample" in (self.data_origin_before, self.data_origin_after)


def changes(connection: duckdb.DuckDBPyConnection, last: Publication | None) -> list[Change] | None:
    """Read what changed with the last publication, stations first.

    Returns:
        The changes; None where there is no previous publication to compare with.
    """
    if last is None or last.publications < 2:
        return None
    columns = ", ".join(field.name for field in fields(Change))
    rows = connection.execute(
        f"""
        select {columns} from history.change
        where run_id = {as_sql(last.run_id)}
        order by subject_kind = 'station' desc, subject_kind, subject_id, period, figure_name
        """
    ).fetchall()
    return [Change(*row) for row in rows]
