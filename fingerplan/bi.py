"""The door for BI tools: a SQLAlchemy URL and an engine that can only read the published warehouse."""

from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from fingerplan.paths import Warehouse

# In the URL, not in arguments of the engine: Superset and similar tools take only a URL, and are then just as locked.
LOCKED = {
    "access_mode": "read_only",
    # No other file, no network, no extension. It leaves open the database file itself, its log (.wal) and its temporary
    # folder (.tmp), and `copy ... to` writes over any of them.
    "enable_external_access": "false",
    # So files are closed too. DuckDB takes this setting only once the database is open: in capitals it is none of those
    # that the SQLAlchemy dialects know, and what they do not know they `set` on each connection. It cannot be undone.
    "DISABLED_FILESYSTEMS": "LocalFileSystem",
    "allowed_configs": "[disabled_filesystems]",
    "lock_configuration": "true",
    # Of all connections in a process; DuckDB would take 80 pct. of the machine. A quarter of what a build may take.
    "memory_limit": "2GB",
}


def url(warehouse: Path | None = None) -> URL:
    """Return the SQLAlchemy URL of the published warehouse, for tools that ask for one.

    It is read-only, with no access to files or the network, no extensions, at most 2 GB for what queries sort, join and
    group, and a configuration that no query can change. `str()` gives the text to paste.

    Args:
        warehouse: the DuckDB file; None takes the published one (FINGERPLAN_WAREHOUSE).

    Raises:
        FileNotFoundError: where nothing is published.
    """
    file = warehouse or Warehouse.from_environment().published
    if not file.is_file():
        raise FileNotFoundError(f"{file}: nothing is published; run fingerplan build")
    return URL.create("duckdb", database=str(file.absolute()), query=LOCKED)


def engine(warehouse: Path | None = None) -> Engine:
    """Open the published warehouse by that URL.

    Connections are not pooled: a pooled one would keep reading a file that a refresh has replaced.

    Args:
        warehouse: the DuckDB file; None takes the published one (FINGERPLAN_WAREHOUSE).

    Raises:
        FileNotFoundError: where nothing is published.
    """
    return create_engine(url(warehouse), poolclass=NullPool)
