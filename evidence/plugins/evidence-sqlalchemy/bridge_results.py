"""The columns of a result: their names, their types in Evidence, and their values as JSON."""

import datetime
import decimal
import json
import math
import re
from collections.abc import Callable
from typing import Any, NamedTuple

# Evidence's type for a column's type code, for drivers that give one. Any other type of theirs becomes a string.
DUCKDB_TYPES = {
    "BOOLEAN": "boolean",
    "DATE": "date",
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE"), "date"),
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL"), "number"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "number"),
}
# by object id of pg_type
POSTGRESQL_TYPES = {
    16: "boolean",
    **dict.fromkeys((20, 21, 23, 26, 700, 701, 1700), "number"),  # int8, int2, int4, oid, float4, float8, numeric
    **dict.fromkeys((1082, 1114, 1184), "date"),  # date, timestamp, timestamptz
}
# by enum_field_types of the client protocol
MYSQL_TYPES = {
    **dict.fromkeys((0, 1, 2, 3, 4, 5, 8, 9, 13, 246), "number"),  # decimal, integers, float, double, year
    **dict.fromkeys((7, 10, 12, 14), "date"),  # timestamp, date, datetime
}

MILLISECOND = datetime.timedelta(milliseconds=1)
EPOCH = datetime.datetime(1970, 1, 1)
EPOCH_UTC = EPOCH.replace(tzinfo=datetime.UTC)
EPOCH_ORDINAL = EPOCH.toordinal()


class SourceError(Exception):
    """A failure whose message is for the user who runs the query."""


class Column(NamedTuple):
    """A column of a result: its name, its type in Evidence, and how to write its values as JSON."""

    name: str
    evidence_type: str
    precise: bool
    write: Callable[[Any], Any]


def nearest_double(value: int | decimal.Decimal) -> float:
    """Return the double nearest to a number; an infinity beyond the largest."""
    try:
        return float(value)
    except OverflowError:  # only integers raise it
        return math.inf if value > 0 else -math.inf


def is_exact(value: int | decimal.Decimal) -> bool:
    """Say whether the nearest double prints back as the same number."""
    return decimal.Decimal(repr(nearest_double(value))) == value


def write_number(value: Any, allow_rounding: bool) -> int | float | str:
    """Write a number as JSON that JavaScript reads as the same number.

    Raises ValueError when a double cannot hold it, unless `allow_rounding`. JSON has no NaN and no infinity: they are
    written as the text that JavaScript's Number() reads back.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | decimal.Decimal):
        raise ValueError(f"{value!r} is not a number. Cast the column to one type in the query.")
    if isinstance(value, int) and -(2**53) <= value <= 2**53:
        return value
    number = nearest_double(value)
    if math.isnan(number):
        return "NaN"
    if not isinstance(value, float) and not allow_rounding and not is_exact(value):
        raise ValueError(
            f"a JavaScript number would round {value}. "
            "Cast the column to text (or round it) in the query, or set the option allowRounding."
        )
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return number


def write_date(value: Any) -> int:
    """Write a date or a timestamp as milliseconds since 1970.

    A date is midnight UTC. A timestamp without a time zone is read as UTC, which keeps its digits; one with a time zone
    is its instant. Raises ValueError for what a driver returns when Python's dates cannot hold the value.
    """
    if isinstance(value, datetime.datetime):
        return (value - (EPOCH_UTC if value.tzinfo else EPOCH)) // MILLISECOND
    if isinstance(value, datetime.date):
        return (value.toordinal() - EPOCH_ORDINAL) * 86_400_000
    raise ValueError(f"{value!r} is not a date between the years 1 and 9999. Cast the column to text in the query.")


def write_boolean(value: Any) -> bool:
    """Write a boolean. Raises ValueError for any other value."""
    if isinstance(value, bool):
        return value
    raise ValueError(f"{value!r} is not a boolean. Cast the column to one type in the query.")


def write_string(value: Any) -> str:
    """Write any value as text: bytes in hexadecimal, lists and structs as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict | list | tuple):
        return json.dumps(plain(value), ensure_ascii=False)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def plain(value: Any) -> Any:
    """Convert a nested value to what JSON can hold; a decimal stays a number only if no digit is lost."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, decimal.Decimal):
        return float(value) if value.is_finite() and is_exact(value) else str(value)
    if isinstance(value, dict):
        return {write_string(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return write_string(value)


def described_type(dialect: Any, type_code: Any) -> str | None:
    """Return the Evidence type of a column by the driver's description of it; None where that does not tell."""
    if type_code is None:
        return None
    if dialect.name == "duckdb":
        name = str(type_code)
        return DUCKDB_TYPES.get(re.sub(r"^DECIMAL\([\d, ]+\)$", "DECIMAL", name), "string")
    if isinstance(type_code, int):
        if dialect.name == "postgresql":
            return POSTGRESQL_TYPES.get(type_code, "string")
        if dialect.name in ("mysql", "mariadb"):
            return MYSQL_TYPES.get(type_code, "string")
    if isinstance(type_code, type):
        return python_type(type_code)
    for constant, evidence_type in (("NUMBER", "number"), ("DATETIME", "date"), ("STRING", "string")):  # PEP 249
        if getattr(dialect.loaded_dbapi, constant, None) == type_code:
            return evidence_type
    return None


def python_type(kind: type) -> str:
    """Return the Evidence type for values of a Python class."""
    if issubclass(kind, bool):
        return "boolean"
    if issubclass(kind, int | float | decimal.Decimal):
        return "number"
    if issubclass(kind, datetime.date):  # datetime.datetime is one
        return "date"
    return "string"


def column_names(description: Any) -> list[str]:
    """Return the names of a result's columns. Raises SourceError if one is missing, or if two differ only in case.

    Evidence's rows are keyed by name and its tables ignore case: one of two such columns would disappear.
    """
    names = [str(column[0]) for column in description]
    seen = set()
    for position, name in enumerate(names, 1):
        if not name:
            raise SourceError(f"Column {position} of the result has no name: give it one with `as`.")
        if name.lower() in seen:
            raise SourceError(f'Two columns of the result are called "{name}": give one another name with `as`.')
        seen.add(name.lower())
    return names


def infer_types(types: list[str | None], rows: list[tuple[Any, ...]]) -> None:
    """Fill in the types that are None from the first value of their column in these rows."""
    for position, known in enumerate(types):
        if known is None:
            value = next((row[position] for row in rows if row[position] is not None), None)
            if value is not None:
                types[position] = python_type(type(value))
