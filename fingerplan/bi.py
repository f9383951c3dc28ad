"""The door for BI tools: a SQLAlchemy URL and engine that can read the published warehouse and do nothing else."""

from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from fingerplan.paths import Warehouse

# In the URL, not in arguments of ours: Superset and its like take nothing but a URL, and theirs is then as closed as
# the engine's. Without external access there are no extensions either.
LOCKED = {"access_mode": "read_only", "enable_external_access": "false", "lock_configuration": "true"}


def url(warehouse: Path | None = None) -> URL:
    """Write the published warehouse as a SQLAlchemy URL, for tools that ask for one.

    Read-only, without access to any other file or the network, without extensions, and with a configuration that a
    query cannot change. `str()` gives the text to paste.

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

    No connection is kept: a pooled one would go on reading the file that a refresh has replaced.

    Args:
        warehouse: the DuckDB file; None takes the published one (FINGERPLAN_WAREHOUSE).

    Raises:
        FileNotFoundError: where nothing is published.
    """
    return create_engine(url(warehouse), poolclass=NullPool)
