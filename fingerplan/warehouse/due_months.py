"""Which months a refresh computes: those whose content differs from what the file it builds on was computed from.

dbt reads it from `deliveries.parquet`: `stg_extracts__deliveries` holds it, and `macros/due_months.sql` turns it into
the months of each model and test.
"""

from pathlib import Path

import duckdb

from fingerplan.gate.extracts import MODELS
from fingerplan.paths import PROJECT, as_sql
from fingerplan.seeds import declared_models
from fingerplan.warehouse.archive import Key, Version


def list_deliveries(versions: dict[Key, Version], folder: Path, computed: dict[Key, Version] | None = None) -> None:
    """Write which versions count, and which of them are due, into `<folder>/deliveries.parquet`, which dbt reads.

    Their rows are read in the archive itself: a version never changes.

    Args:
        versions: the versions that count.
        folder: where the list is written.
        computed: the versions that the figures in the file to build on were computed from; a month with the same
            content is not due. None where the build starts from nothing.
    """
    computed = computed or {}
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "deliveries.parquet"
    columns = declared_models(PROJECT, PROJECT / MODELS)["stg_extracts__deliveries"].column_types
    rows = ", ".join(
        "("
        + ", ".join(
            f"cast({as_sql(getattr(version.manifest, column))} as {declared})" for column, declared in columns.items()
        )
        + f", {int(key not in computed or not version.has_content_of(computed[key]))}, {as_sql(version.parquet)})"
        for key, version in versions.items()
    )
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select * from (values {rows}) as deliveries({', '.join(columns)}, is_due, path))"
            f" to {as_sql(file)} (format parquet)"
        )
