"""The door for BI tools: a SQLAlchemy engine on the published warehouse that can read it and do nothing else."""

from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from fingerplan.paths import Warehouse


def engine(warehouse: Path | None = None) -> Engine:
    """Open the published warehouse.

    Read-only, without access to any other file or the network, without extensions, and with a configuration that a
    query cannot change. No connection is kept: a pooled one would go on reading the file that a refresh has replaced.

    Args:
        warehouse: the DuckDB file; None takes the published one (FINGERPLAN_WAREHOUSE).

    Raises:
        FileNotFoundError: where nothing is published.
    """
    file = warehouse or Warehouse.from_environment().published
    if not file.is_file():
        raise FileNotFoundError(f"{file}: nothing is published; run fingerplan build")
    settings = {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "allow_community_extensions": "false",
        "lock_configuration": "true",
    }
    return create_engine(
        URL.create("duckdb", database=str(file)),
        poolclass=NullPool,
        connect_args={"read_only": True, "config": settings},
    )
