"""Hash the ids that the source made again with the municipality's key, in every month of the archive at once.

Until then a case could be delivered as a plain hash of its number, and every possible number can be tried against one.
"""

import shutil
from datetime import date
from pathlib import Path

import duckdb

from fingerplan.gate import personal_data
from fingerplan.gate.delivery import AcceptedDelivery, Record
from fingerplan.gate.extracts import declared_extracts
from fingerplan.paths import PROJECT, Warehouse, as_sql
from fingerplan.seeds import Declaration
from fingerplan.warehouse.archive import Archive, Key, Version

LACKS_KEY = (
    "the pseudonyms of {} months of cases were made without the municipality's key; set FINGERPLAN_PSEUDONYM_KEY_FILE"
    " and run fingerplan build"
)


def lacks_key(version: Version) -> bool:
    """Whether a version holds a municipality's cases under ids that were made without its key."""
    manifest = version.manifest
    return manifest.kind == "cases" and manifest.data_origin == "reported" and manifest.key_id is None


def made_with_key(archive: Archive, counted: dict[Key, Version]) -> dict[Key, Version]:
    """Archive a new version of each month whose ids were made without the key, so that cases stay linked across months.

    Args:
        archive: where the new versions are added.
        counted: the versions that count.

    Returns:
        The versions that count, with the new ones in place of theirs; the same ones where no key is set.

    Raises:
        Refused: exit code 3, where the key cannot be used.
        OSError: where the archive cannot be written.
    """
    key = personal_data.read_key()
    if key is None or not any(map(lacks_key, counted.values())):
        return counted
    declaration = declared_extracts(PROJECT)["cases"]
    return {
        place: archive.add(_with_key(version, declaration, key))[0] if lacks_key(version) else version
        for place, version in counted.items()
    }


def _with_key(version: Version, declaration: Declaration, key: bytes) -> AcceptedDelivery:
    manifest = version.manifest
    columns = list(declaration.column_types)
    with duckdb.connect(config={"temp_directory": ""}) as connection:
        found = connection.execute(
            f"select {', '.join(columns)} from read_parquet({as_sql(version.parquet)})"
        ).fetchall()
    records: list[Record] = [dict(zip(columns, row, strict=True)) for row in found]
    for record in records:
        record["case_id"] = personal_data.pseudonym(key, str(record["municipality_code"]), str(record["case_id"]))
    return AcceptedDelivery(
        path=Path(manifest.file_name),
        kind=manifest.kind,
        month=date.fromisoformat(manifest.month),
        file_sha256=manifest.file_sha256,
        data_origin=manifest.data_origin,
        records=list(enumerate(records, 1)),
        declaration=declaration,
        key_id=personal_data.key_id(key),
        has_total_row=manifest.has_total_row,
        expectations=manifest.expectations,
        data_docs=f"<p>Version {manifest.version} with pseudonyms made with the municipality's key.</p>\n",
    )


def delete_made_without_key(warehouse: Warehouse, archive: Archive, counted: dict[Key, Version]) -> int:
    """Delete the versions under ids made without the key, and the earlier warehouses that hold them.

    Call it once the versions that count are published. A rollback cannot go back behind it.

    Returns:
        The number of versions that were deleted; 0 where one of those that count still lacks the key.

    Raises:
        OSError: where one cannot be deleted.
    """
    if any(map(lacks_key, counted.values())):
        return 0
    months = sorted({month for kind, month in archive.newest() if kind == "cases"})
    found = [version for month in months for version in archive.versions("cases", month) if lacks_key(version)]
    if not found:
        return 0
    for folder in (warehouse.previous, warehouse.withdrawn.parent, warehouse.rejected.parent):
        if folder.exists():
            shutil.rmtree(folder)
    for version in found:
        shutil.rmtree(version.folder)
    return len(found)
