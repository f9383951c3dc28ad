"""The door for BI tools: a SQLAlchemy URL and an engine that can only read the published warehouse."""

from pathlib import Path

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from fingerplan.paths import Warehouse

# In the URL, not in arguments of the engine: Superset and similar tools take only a URL, and are then just as locked.
# Without external access there are no extensions either.
LOCKED = {"access_mode": "read_only", "enable_external_access": "false", "lock_configuration": "true"}


def url(warehouse: Path | None = None) -> URL:
    """Return the SQLAlchemy URL of the published warehouse, for tools that ask for one.

    It is read-only, with no access to other files or the network, no extensions, and a configuration that no query can
    change. `str()` gives the text to paste.

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
