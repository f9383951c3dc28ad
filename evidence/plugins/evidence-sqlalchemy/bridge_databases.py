"""What differs between databases: how each refuses to write, which package each needs, and what a URL keeps secret."""

import re
import sys
import urllib.parse
from typing import Any

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
        # without python_enable_replacements=false a query could read the variables of this program as tables
        config = {"python_enable_replacements": False, "enable_external_access": external_access}
        in_memory = url.database in (None, "", ":memory:")
        options["connect_args"] = {"config": config, "read_only": read_only and not in_memory}
    elif backend == "postgresql" and read_only:
        options["execution_options"] = {"postgresql_readonly": True}
    elif url.drivername in ("sqlite", "sqlite+pysqlite") and read_only and url.database not in (None, "", ":memory:"):
        if not url.database.startswith("file:"):
            url = url.set(database="file:" + urllib.parse.quote(url.database))
        url = url.update_query_dict({"mode": "ro", "uri": "true"})
    elif url.drivername in ("mysql", "mysql+mysqldb", "mariadb", "mariadb+mysqldb") and read_only:
        options["connect_args"] = {"multi_statements": False}  # this driver allows several by default
    return url, options


def guard_connection(backend: str, connection: Any) -> None:
    """Make a new connection refuse to write, for databases that need a call rather than an argument."""
    if backend in ("mysql", "mariadb"):
        cursor = connection.cursor()
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
        cursor.close()
    elif backend == "sqlite" and hasattr(connection, "set_authorizer"):
        connection.set_authorizer(deny_attach)


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
