"""The rows of the marts that more than one output shows, typed; a field has the name of its column.

Amounts are in kroner, plus costs and minus gains; None means unknown.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

import duckdb

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

RowT = TypeVar("RowT", bound="DataclassInstance")

STATION_YEARS = "select * from marts.fct_station_effect order by year, station_no"

# no share where so little was expected that it would say nothing, as with the stations' own
PLAN_YEARS = """
select *, cast(case when abs(ratio) <= 999 then ratio end as decimal(9, 6)) as realisation_share
from (select *, realised_to_date_dkk / nullif(expected_to_date_measured_dkk, 0) as ratio from marts.fct_plan_effect)
order by year
"""


@dataclass(frozen=True)
class Effect:
    """The effect of a year; to date and deviation cover the measured lines and months."""

    year: int
    expected_gain_dkk: Decimal
    expected_cost_dkk: Decimal
    expected_effect_dkk: Decimal
    expected_to_date_dkk: Decimal | None
    expected_to_date_measured_dkk: Decimal | None
    realised_to_date_dkk: Decimal | None
    realised_net_of_refund_dkk: Decimal | None
    deviation_to_date_dkk: Decimal | None
    realisation_share: Decimal | None
    forecast_effect_dkk: Decimal | None
    measured_lines: int
    total_lines: int
    realised_through_month: date | None
    data_origin: str


@dataclass(frozen=True)
class PlanYear(Effect):
    """The plan in a year (`fct_plan_effect`)."""

    is_current_year: int


@dataclass(frozen=True)
class StationYear(Effect):
    """A station in a year (`fct_station_effect`)."""

    station_id: str
    station_no: int
    station_name: str
    measurement_status: str
    progress_status: str
    measurement_note: str | None


def select(connection: duckdb.DuckDBPyConnection, row_type: type[RowT], query: str) -> list[RowT]:
    """Read the rows of a query as dataclasses.

    Columns without a field are dropped; a field with a default factory is not a column.

    Raises:
        duckdb.Error: where a mart or column is missing.
    """
    found = connection.execute(query)
    position = {column[0]: number for number, column in enumerate(found.description)}
    names = [field.name for field in fields(row_type) if field.default_factory is MISSING]
    if missing := [name for name in names if name not in position]:
        raise duckdb.BinderException(f"the marts have no column {', '.join(missing)}")
    return [row_type(**{name: row[position[name]] for name in names}) for row in found.fetchall()]
