"""Read archived versions against what their manifests, and the publications that are known, say of them."""

import hashlib
from collections.abc import Callable, Sequence

import duckdb

from fingerplan.errors import BUILD_FAILED, Refused
from fingerplan.gate.delivery import canonical_text
from fingerplan.gate.extracts import AMOUNTS
from fingerplan.paths import Warehouse, as_sql
from fingerplan.warehouse.archive import Archive, Version
from fingerplan.warehouse.counted import known_publications, lacking, what_counts

ROWS_AT_A_TIME = 10_000


def verify_versions(versions: Sequence[Version], on_progress: Callable[[int, int], None]) -> list[str]:
    """Read versions against their manifests: checksum of the content, control sum, rows and origin.

    Args:
        versions: the versions to read, in full.
        on_progress: called with (versions done, versions in all).

    Returns:
        A line for each damaged file.
    """
    lines = []
    with duckdb.connect() as connection:
        for number, version in enumerate(versions, start=1):
            differing = _differing(connection, version)
            if differing:
                lines.append(
                    f"{version.parquet}: is not what was accepted ({differing}); restore the archive from the backup"
                )
            on_progress(number, len(versions))
    return lines


def refuse_damaged(versions: Sequence[Version], on_progress: Callable[[int, int], None]) -> None:
    """Read versions against their manifests, as `verify_versions` does.

    Raises:
        Refused: exit code 4, with a line for each damaged file.
    """
    lines = verify_versions(versions, on_progress)
    if lines:
        raise Refused(BUILD_FAILED, lines)


def verify_archive(warehouse: Warehouse, on_progress: Callable[[int, int], None]) -> tuple[int, list[str]]:
    """Read the whole archive, against its manifests and against what was published from it.

    Returns:
        The number of versions, and a line for each file that is damaged, changed or missing.
    """
    archive = Archive(warehouse.archive)
    versions, lines = archive.every_version()
    lines += verify_versions(versions, on_progress)
    published: dict[tuple[str, str, int], set[str | None]] = {}
    for known in known_publications(warehouse):
        for counted in known.versions or ():
            place = (counted.kind, counted.month.isoformat(), counted.version)
            published.setdefault(place, {None}).add(counted.content_sha256)
    for version in versions:
        manifest = version.manifest
        place = (manifest.kind, manifest.month, manifest.version)
        if published.get(place, set()) - {None, manifest.content_sha256}:
            lines.append(
                f"{version.folder / 'manifest.json'}: names another content than was published from this version;"
                " restore the archive from the backup"
            )
    try:
        counts = what_counts(warehouse).versions
    except Refused as refusal:
        return len(versions), lines + refusal.findings
    missing = [counted for counted in counts if not archive.has_folder(counted.kind, counted.month, counted.version)]
    return len(versions), lines + lacking(archive, missing, "is published and not in the archive")


def _differing(connection: duckdb.DuckDBPyConnection, version: Version) -> str:
    """Say what differs between the rows of a version and its manifest; empty where nothing does."""
    manifest = version.manifest
    rows = f"read_parquet({as_sql(version.parquet)}, hive_partitioning = false)"
    try:
        same_content = _content_sha256(connection, rows) == manifest.content_sha256
        ((same_count, same_sum, same_origin),) = connection.execute(
            f"""
            select
                cast(count(*) as varchar) = {as_sql(str(manifest.row_count))},
                coalesce(sum({AMOUNTS[manifest.kind]}), 0)
                    is not distinct from try_cast({as_sql(manifest.control_sum)} as decimal(38, 4)),
                coalesce(bool_and(data_origin is not distinct from {as_sql(manifest.data_origin)}), true)
            from {rows}
            """
        ).fetchall()
    except duckdb.Error as error:
        return f"cannot be read: {str(error).splitlines()[0]}"
    checks = {
        "checksum of its content": same_content,
        "number of rows": same_count,
        "control sum": same_sum,
        "origin": same_origin,
    }
    return ", ".join(name for name, is_same in checks.items() if not is_same)


def _content_sha256(connection: duckdb.DuckDBPyConnection, rows: str) -> str:
    """Compute the checksum that `AcceptedDelivery.content_sha256` gave; rows were archived in the order of its text.

    An empty cell was archived as NULL, so an empty text is another content.
    """
    found = connection.execute(f"select cast(columns(*) as varchar) from {rows}")
    digest = hashlib.sha256(canonical_text([[column[0] for column in found.description or ()]]).encode())
    while chunk := found.fetchmany(ROWS_AT_A_TIME):
        if any("" in row for row in chunk):
            return ""
        digest.update(canonical_text(chunk).encode())
    return digest.hexdigest()
