"""What differs between databases: how each refuses to write, which package each needs, and what a URL keeps secret."""

import re
import sys
import urllib.parse
from pathlib import Path
from typing import Any

from bridge_results import SourceError

# What to install when SQLAlchemy names a missing module (a driver) or a missing plugin (a dialect).
PIP_PACKAGES = {
    "MySQLdb": "mysqlclient",
    "awsathena": "PyAthena[SQLAlchemy]",
    "bigquery": "sqlalchemy-bigquery",
    "clickhouse": "clickhouse-sqlalchemy",
    "clickhousedb": "clickhouse-connect",
    "cockroachdb": "sqlalchemy-cockroachdb",
    "databricks": "databricks-sqlalchemy",
    "duckdb": "duckdb-sqlalchemy",
    "mysql.connector": "mysql-connector-python",
    "oracledb": "oracledb",
    "psycopg": "psycopg[binary]",
    "psycopg2": "psycopg2-binary",
    "pymssql": "pymssql",
    "pymysql": "pymysql",
    "pyodbc": "pyodbc",
    "redshift": "sqlalchemy-redshift",
    "snowflake": "snowflake-sqlalchemy",
    "teradatasql": "teradatasqlalchemy",
    "trino": "trino[sqlalchemy]",
}

# What the URL of a locked DuckDB source may set besides: nothing that opens or writes a file.
FREE_DUCKDB_SETTINGS = frozenset({"memory_limit", "pool", "threads", "timezone"})
NO_DUCKDB_FILES = {"disabled_filesystems": "LocalFileSystem"}

# What a query of a locked DuckDB source may take beyond DuckDB's memory_limit, which counts neither the rows that have
# left DuckDB nor the text of one value.
BYTES_BEYOND_DUCKDB = 2 * 2**30


def deny_attach(action: int, *_: Any) -> int:
    """Forbid SQLite's ATTACH, and with it VACUUM INTO: both reach other files than the one opened read-only."""
    import sqlite3

    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK


def engine_options(url: Any, read_only: bool, external_access: bool) -> tuple[Any, dict[str, Any]]:
    """Return the URL and the arguments of create_engine() that make the database itself refuse to write."""
    from sqlalchemy.pool import NullPool  # late: where SQLAlchemy is missing, the bridge says so

    backend = url.get_backend_name()
    # NullPool: every query has its own connection, so a setting made by one never reaches the next, and a database
    # file is not kept open (in DuckDB: locked) between queries
    options: dict[str, Any] = {"poolclass": NullPool}
    if backend in ("duckdb", "postgresql"):
        # JSON as the database writes it: parsed, 1.10 would be 1.1
        options["json_deserializer"] = lambda text: text if isinstance(text, str) else bytes(text).decode()
    if backend == "duckdb":
        config = duckdb_config(url, read_only, external_access)
        url = without_own_settings(url, config, is_locked=read_only and not external_access)
        options["connect_args"] = {"config": config}
    elif backend == "postgresql" and read_only:
        options["execution_options"] = {"postgresql_readonly": True}
    elif url.drivername in ("sqlite", "sqlite+pysqlite") and read_only and url.database not in (None, "", ":memory:"):
        if not url.database.startswith("file:"):
            url = url.set(database="file:" + urllib.parse.quote(url.database))
        url = url.update_query_dict({"mode": "ro", "uri": "true"})
    elif url.drivername in ("mysql", "mysql+mysqldb", "mariadb", "mariadb+mysqldb") and read_only:
        options["connect_args"] = {"multi_statements": False}  # this driver allows several by default
    return url, options


def duckdb_config(url: Any, read_only: bool, external_access: bool) -> dict[str, str]:
    """Return the settings of DuckDB that follow from the options of the source."""
    # without python_enable_replacements=false a query could read the variables of this program as tables
    config = {"python_enable_replacements": "false", "enable_external_access": str(external_access).lower()}
    if read_only and url.database not in (None, "", ":memory:"):
        config["access_mode"] = "read_only"
    if read_only and not external_access:
        # Without external access a query can still write over the database, its log and its temporary folder; so there
        # is no such folder, and guard_connection closes all files as soon as the database is open.
        config |= {
            "temp_directory": "",
            "allowed_configs": "[disabled_filesystems]",
            "lock_configuration": "true",
            "memory_limit": "2GB",
        }
    return config


def without_own_settings(url: Any, config: dict[str, str], is_locked: bool) -> Any:
    """Return the URL of a DuckDB source without the settings that the plugin makes itself.

    Raises SourceError where the URL contradicts them, or sets something else that could unlock a locked source.
    """
    own = config | NO_DUCKDB_FILES if is_locked else config
    dropped = []
    for name, values in url.normalized_query.items():
        key = name.lower()
        if key in FREE_DUCKDB_SETTINGS:
            continue
        if key in own and {value.lower() for value in values} == {own[key].lower()}:
            dropped.append(name)
        elif key in own:
            raise SourceError(
                f"The url sets {name}={values[-1]}, against the options readOnly and externalAccess, which make it "
                f"{own[key] or 'empty'}. Remove it from the url, or change the options."
            )
        elif is_locked:
            raise SourceError(
                f"The url sets {name}, which a read-only DuckDB source without externalAccess does not take. "
                f"Remove it; the url may set {', '.join(sorted(FREE_DUCKDB_SETTINGS))}."
            )
    return url.difference_update_query(dropped)


def guard_connection(backend: str, external_access: bool, connection: Any) -> None:
    """Make a new connection refuse to write, for databases that need a call rather than an argument."""
    if backend == "duckdb" and not external_access:
        for name, value in NO_DUCKDB_FILES.items():  # it can be set again and again, but not undone
            connection.execute(f"set {name} = '{value}'")
        (memory,) = connection.execute("select current_setting('memory_limit')").fetchone()
        limit_memory(memory)
    if backend in ("mysql", "mariadb"):
        cursor = connection.cursor()
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
        cursor.close()
    elif backend == "sqlite" and hasattr(connection, "set_authorizer"):
        connection.set_authorizer(deny_attach)


def limit_memory(duckdb_limit: str) -> None:
    """Make allocations fail before they take the machine's memory: the query then ends with an error, not the process.

    Takes DuckDB's own limit as DuckDB prints it (`1.8 GiB`). Counted from what the process has reserved by now, for
    DuckDB keeps the addresses of memory that it has given back. Only Linux counts what this limits.
    """
    if sys.platform != "linux":
        return
    import resource

    number, unit = duckdb_limit.split()
    power = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB").index(unit)
    reserved = int(Path("/proc/self/statm").read_text().split()[5]) * resource.getpagesize()
    limit = min(reserved + int(float(number) * 1024**power) + BYTES_BEYOND_DUCKDB, sys.maxsize)
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (limit if most == resource.RLIM_INFINITY else min(limit, most), most))


def missing_package(name: str | None, what_for: str) -> str:
    """Say which package to install, by the name of a module or a dialect."""
    package = PIP_PACKAGES.get(name or "")
    advice = f"pip install '{package}'" if package else f"no module named {name}"
    return f"The Python package for {what_for} is not installed for {sys.executable}: {advice}"


def secrets(url: str) -> list[str]:
    """Return the parts of a URL that must not be printed, as written and decoded, longest first.

    It works on the text, because the URL may be wrong: to SQLAlchemy, a password with an unencoded @ ends in the host.
    """
    parts = []
    if user_info := re.search(r"://[^:/?]*:(.*)@", url, flags=re.S):
        parts += [user_info[1], *user_info[1].split("@")]
    parts += re.findall(r"[?&;][^=&;]*(?:password|passwd|pwd|secret|token|key)[^=&;]*=([^&;]*)", url, flags=re.I)
    parts += [urllib.parse.unquote(part) for part in parts] + [urllib.parse.unquote_plus(part) for part in parts]
    return sorted({part for part in parts if part}, key=len, reverse=True)
