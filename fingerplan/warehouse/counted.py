"""Which archived versions count, by all that is known, and whether the archive still holds them.

The published file decides: it names what it was built from (`marts.dim_delivery`). Where it is gone, or holds the
synthetic sample though a municipality's own data were published before, the history and the earlier published files
tell what counted last. So neither a lost file nor an archive that is not mounted lets the sample replace own data.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from fingerplan.errors import BUILD_FAILED, Refused
from fingerplan.paths import Warehouse
from fingerplan.warehouse.archive import Archive, Key, Version
from fingerplan.warehouse.history_tables import CountedVersion, columns_of, readable_records, runs_in_order
from fingerplan.warehouse.publications import last_publication


@dataclass(frozen=True)
class KnownPublication:
    """A publication or rollback that the history or a published file knows.

    `versions` are those that counted after it; None where it is older than their record. `is_own` says that a
    municipality's own data were in it.
    """

    run_no: int | None
    run_id: str
    outcome: str
    is_own: bool
    versions: tuple[CountedVersion, ...] | None


def read_counted(connection: duckdb.DuckDBPyConnection) -> list[CountedVersion]:
    """Read which versions an open warehouse is built from; none where that is the sample, or there was no archive yet.

    Raises:
        duckdb.Error: where the warehouse cannot be read.
    """
    try:
        known = columns_of(connection, "marts.dim_delivery")
    except duckdb.CatalogException:
        return []
    optional = ", ".join(column if column in known else "null" for column in ("content_sha256", "data_origin"))
    rows = connection.execute(
        f"select kind, month, version, {optional} from marts.dim_delivery where version is not null order by all"
    ).fetchall()
    return [CountedVersion(*row) for row in rows]


@dataclass(frozen=True)
class Counts:
    """The versions that the archive must hold: those that count, none where the sample does.

    Where nothing that is left tells what counted last, `is_last` is False: they counted before, and the newest version
    of every month counts.
    """

    versions: Sequence[CountedVersion]
    is_last: bool = True


def what_counts(warehouse: Warehouse) -> Counts:
    """Say which archived versions count.

    Raises:
        Refused: exit code 4, where the published file cannot be read.
    """
    is_published = warehouse.published.is_file()
    if is_published:
        try:
            with duckdb.connect(str(warehouse.published), read_only=True) as connection:
                counted = read_counted(connection)
        except duckdb.Error as error:
            # not as if there were none: versions that failed or were rolled back would count again
            reason = str(error).splitlines()[0]
            raise Refused(
                BUILD_FAILED,
                [
                    f"{warehouse.published}: cannot be read ({reason}); end what writes to it, run fingerplan rollback,"
                    " or move it away and run fingerplan build"
                ],
            ) from None
        if counted:
            return Counts(counted)
    withdrawn = _withdrawn_run(warehouse)
    is_last = True
    for known in reversed(known_publications(warehouse)):
        if known.run_id == withdrawn:
            continue
        if known.versions:
            return Counts(known.versions, is_last)
        if known.outcome == "rolled_back" and (is_published or known.versions is not None):  # to the sample
            return Counts([])
        if known.versions is None and (known.is_own or not is_published):
            is_last = False
    return Counts([], is_last and is_published)


def known_publications(warehouse: Warehouse) -> list[KnownPublication]:
    """List every publication and rollback that the history and the published files know, in their order."""
    found: dict[str, KnownPublication] = {}

    def add(known: KnownPublication) -> None:
        before = found.setdefault(known.run_id, known)
        versions = known.versions if before.versions is None else before.versions
        found[known.run_id] = replace(before, is_own=before.is_own or known.is_own, versions=versions)

    with duckdb.connect() as connection:
        for known in _read_publications(
            connection, lambda table: readable_records(connection, warehouse.history, table)[0]
        ):
            add(known)
    for file in warehouse.published_files():
        # one that cannot be read tells nothing
        with suppress(duckdb.Error), duckdb.connect(str(file), read_only=True) as connection:
            for known in _read_publications(connection, lambda table: f"history.{table}"):
                add(known)
            last = last_publication(connection)
            if last and (counted := read_counted(connection)):  # older than the record of its versions
                add(replace(found[last.run_id], versions=tuple(counted)))
    return sorted(found.values(), key=lambda known: (known.run_no is not None, known.run_no or 0, known.run_id))


def held(archive: Archive, counted: Sequence[CountedVersion]) -> tuple[dict[Key, Version], list[str]]:
    """Find versions that count in the archive.

    Returns:
        The versions that are there as they were published, and a line each for those missing and those changed.

    Raises:
        Refused: exit code 4, where a manifest cannot be read.
    """
    versions: dict[Key, Version] = {}
    missing, changed = [], []
    for known in counted:
        found = [v for v in archive.versions(known.kind, known.month) if v.manifest.version == known.version]
        if not found:
            missing.append(known)
        elif known.content_sha256 not in (None, found[0].manifest.content_sha256):
            changed.append(known)
        else:
            versions[known.kind, known.month] = found[0]
    return versions, [
        *lacking(archive, missing, "is published and not in the archive"),
        *lacking(archive, changed, "is published, and another content is in the archive"),
    ]


def lacking(archive: Archive, versions: Sequence[CountedVersion], problem: str) -> list[str]:
    """Write one line for what the archive lacks, however much: one that is not mounted lacks everything."""
    if not versions:
        return []
    more = f" (and {len(versions) - 1} more versions)" if len(versions) > 1 else ""
    remedy = "restore the archive from the backup, or mount its disk"
    return [f"{archive.folder}: {versions[0]}, {problem}; {remedy}{more}"]


def refuse_sample_over_own(warehouse: Warehouse) -> None:
    """Refuse to build from the sample where a municipality's own data are known to have been published.

    Raises:
        Refused: exit code 4.
    """
    own = last_own_publication(warehouse)
    if own:
        raise Refused(
            BUILD_FAILED,
            [
                f"{warehouse.archive}: holds nothing that counts, though {own.run_id} published a municipality's own"
                " data; mount its disk, restore it from the backup, or run fingerplan rollback; only fingerplan build"
                " --sample publishes the synthetic sample instead"
            ],
        )


def last_own_publication(warehouse: Warehouse) -> KnownPublication | None:
    """Return the last known publication of a municipality's own data, withdrawn or not."""
    return next((known for known in reversed(known_publications(warehouse)) if known.is_own), None)


def publishes_own(file: Path) -> bool:
    """Whether a warehouse is built from a municipality's own data.

    Raises:
        duckdb.Error: where it cannot be read.
    """
    with duckdb.connect(str(file), read_only=True) as connection:
        try:
            own = connection.execute("select 1 from marts.dim_delivery where data_origin = 'reported' limit 1")
        except duckdb.CatalogException:  # published before there was an archive
            return False
        return own.fetchone() is not None


def _withdrawn_run(warehouse: Warehouse) -> str | None:
    """Return the run of the withdrawn file: it counts no more, even if the rollback itself is no longer known."""
    if warehouse.withdrawn.is_file():
        with suppress(duckdb.Error), duckdb.connect(str(warehouse.withdrawn), read_only=True) as connection:
            last = last_publication(connection)
            return last.run_id if last else None
    return None


def _read_publications(
    connection: duckdb.DuckDBPyConnection, relation_of: Callable[[str], str | None]
) -> list[KnownPublication]:
    """Read the publications of a folder or a file, given the relation of each table."""
    runs = relation_of("run")
    if runs is None:
        return []
    own: set[str] = set()
    versions: dict[str, list[CountedVersion]] = {}
    with suppress(duckdb.CatalogException):  # an older file lacks the table
        for run_id, *version in _rows(
            connection, relation_of("publication_version"), "run_id, kind, month, version, content_sha256, data_origin"
        ):
            versions.setdefault(run_id, []).append(CountedVersion(*version))
            own |= {run_id} if version[-1] == "reported" else set()
    for run_id, origin in _rows(connection, relation_of("headline_figure"), "distinct run_id, data_origin"):
        own |= {run_id} if origin == "reported" else set()
    known = _rows(connection, runs_in_order(connection, runs), "run_no, run_id, outcome")
    return [
        KnownPublication(
            run_no,
            run_id,
            outcome,
            run_id in own,
            # runs have a number for as long as their versions are recorded
            tuple(versions.get(run_id, ()))
            if run_no is not None and (run_id in versions or run_id not in own)
            else None,
        )
        for run_no, run_id, outcome in known
        if outcome in ("published", "rolled_back")
    ]


def _rows(connection: duckdb.DuckDBPyConnection, relation: str | None, columns: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"select {columns} from {relation}").fetchall() if relation else []
