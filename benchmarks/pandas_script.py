"""The figures of the case marts as an analyst would script them in pandas, a month at a time.

DuckDB only reads the Parquet files into frames and writes the result; pandas would need another package for that.
Amounts are integer øre and repeated texts are categories: both halve the time, and floats would not add up to the øre.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd

from fingerplan.paths import as_sql

CATEGORIES = ("municipality_code", "service_code", "provider_kind", "placement", "cost_kind", "station_id")
DIMENSIONS = ["municipality_code", "month", "service_code", "provider_kind", "placement", "bracket"]
BRACKETS = ["none", "25", "50", "75"]
CASE = ["municipality_code", "case_id"]


def make_tables(files: list[Path], thresholds: Path, last_only: bool) -> dict[str, pd.DataFrame]:
    """Compute `case_month`, `bracket`, `effect` and `movement`, amounts in øre.

    Args:
        files: the Parquet files of the months in an archive, oldest first.
        thresholds: the seed of the refund thresholds.
        last_only: compute only what a refresh adds: the last month, and the movements into it from the month before.
    """
    by_year = pd.read_csv(thresholds, dtype={"bracket": str}).pivot(
        index="year", columns="bracket", values="threshold_dkk"
    )
    scales = dict(zip(by_year.index, (100 * by_year[BRACKETS[1:]]).astype(int).to_numpy().tolist(), strict=True))
    parts: dict[str, list[pd.DataFrame]] = {"case_month": [], "bracket": [], "effect": [], "movement": []}
    earlier = None
    for month, rows in _months(files):
        cases = _cases(rows, scales[month.year])
        cases.insert(0, "month", month)
        high_cost = cases.loc[cases["bracket"] != "none", [*CASE, "annual", "annual_net"]]
        if earlier is not None:
            parts["movement"].append(_movement(earlier, high_cost, month))
        earlier = high_cost
        if not last_only or month == _month(files[-1]):
            for table, frame in _groups(cases).items():
                parts[table].append(frame)
    return {table: pd.concat(frames, ignore_index=True) for table, frames in parts.items() if frames}


def write(tables: dict[str, pd.DataFrame], file: Path) -> None:
    """Write the tables into a DuckDB file, amounts in kroner."""
    with duckdb.connect(str(file)) as connection:
        for table, frame in tables.items():
            connection.register("frame", frame)
            amounts = ", ".join(
                f"cast({column} as bigint) * 0.01 as {column}" for column in map(str, frame) if column.endswith("_dkk")
            )
            connection.execute(f"create table {table} as select * replace ({amounts}) from frame")


def _month(file: Path) -> pd.Timestamp:
    return pd.Timestamp(file.parent.parent.name.removeprefix("month="))


def _months(files: list[Path]) -> Iterator[tuple[pd.Timestamp, pd.DataFrame]]:
    with duckdb.connect() as connection:
        for column in CATEGORIES:
            values = f"select distinct {column} from {as_sql(files[-1])} where {column} is not null"
            connection.execute(f"create type {column} as enum ({values})")
        columns = ", ".join(f"cast({column} as {column}) as {column}" for column in CATEGORIES)
        for file in files:
            yield (
                _month(file),
                connection.execute(
                    f"select {columns}, case_id, data_origin, cast(100 * monthly_cost_dkk as bigint) as cost,"
                    " cast(100 * coalesce(counterfactual_monthly_cost_dkk, monthly_cost_dkk) as bigint) as cost_without"
                    f" from {as_sql(file)}"
                ).df(),
            )


def _cases(rows: pd.DataFrame, thresholds: list[int]) -> pd.DataFrame:
    """Return one row a case. Most cases have one row already, so only those with a bill are aggregated."""
    is_bill = rows["cost_kind"] == "one_off"
    has_bill = rows["case_id"].isin(rows.loc[is_bill, "case_id"])
    rows = rows.assign(annual=rows["cost"].where(is_bill, 12 * rows["cost"]))
    # the most expensive row first, the running one if both cost the same: the case is counted under it
    several = rows[has_bill].assign(is_bill=is_bill[has_bill]).sort_values(["cost", "is_bill"], ascending=[False, True])
    together = several.groupby(CASE, observed=True, sort=False).agg(
        {
            **dict.fromkeys(("service_code", "provider_kind", "placement", "data_origin", "station_id"), "first"),
            **dict.fromkeys(("cost", "cost_without", "annual"), "sum"),
        }
    )
    cases = pd.concat([rows[~has_bill].drop(columns="cost_kind"), together.reset_index()], ignore_index=True)
    for column in ("municipality_code", "service_code", "provider_kind", "placement", "station_id"):
        cases[column] = cases[column].astype(rows[column].dtype)
    has_lost_earnings = cases["service_code"] == "BL §87"
    for refund, cost in (("refund", "cost"), ("refund_without", "cost_without")):
        cases[refund] = _refund(12 * cases[cost], thresholds, 12).where(~has_lost_earnings, (cases[cost] + 1) // 2)
    cases["annual_refund"] = _refund(cases["annual"], thresholds, 1)
    cases["annual_net"] = cases["annual"] - cases["annual_refund"]
    cases["bracket"] = pd.cut(cases["annual"], [-1, *thresholds, float("inf")], labels=BRACKETS)
    return cases


def _refund(cost: pd.Series, thresholds: list[int], parts: int) -> pd.Series:
    """Compute a quarter of what exceeds each threshold, a twelfth of it for a month, rounded to the øre."""
    above = pd.Series(0, index=cost.index)
    for threshold in thresholds:
        above += (cost - threshold).clip(lower=0)
    return (above + 2 * parts) // (4 * parts)


def _groups(cases: pd.DataFrame) -> dict[str, pd.DataFrame]:
    case_month = cases.groupby(DIMENSIONS, observed=True, sort=False).agg(
        data_origin=("data_origin", "first"),
        cases=("case_id", "size"),
        gross_dkk=("cost", "sum"),
        refund_dkk=("refund", "sum"),
    )
    case_month["net_dkk"] = case_month["gross_dkk"] - case_month["refund_dkk"]
    bracket = (
        cases[cases["bracket"] != "none"]
        .groupby(["municipality_code", "month", "bracket"], observed=True, sort=False)
        .agg(cases=("case_id", "size"), gross_dkk=("annual", "sum"), refund_dkk=("annual_refund", "sum"))
    )
    attributed = cases[cases["station_id"].notna() & (cases["municipality_code"] == "0730")]
    attributed = attributed.assign(
        effect=attributed["cost"] - attributed["cost_without"],
        net=attributed["cost"] - attributed["refund"] - attributed["cost_without"] + attributed["refund_without"],
    )
    effect = attributed.groupby(["station_id", "month"], observed=True).agg(
        cases=("case_id", "size"), effect_dkk=("effect", "sum"), net_dkk=("net", "sum")
    )
    return {"case_month": case_month.reset_index(), "bracket": bracket.reset_index(), "effect": effect.reset_index()}


def _movement(earlier: pd.DataFrame, later: pd.DataFrame, month: pd.Timestamp) -> pd.DataFrame:
    pairs = earlier.merge(later, how="outer", on=CASE, suffixes=("_before", ""), indicator=True)
    for amount in ("annual", "annual_net"):
        change = pairs[amount].fillna(0) - pairs[f"{amount}_before"].fillna(0)
        pairs[f"{amount}_change"] = change.astype("int64")
    # a case with an unchanged cost can change in net when the thresholds of a new year apply
    moved = pairs["annual_change"].where(pairs["annual_change"] != 0, pairs["annual_net_change"])
    component = pd.Series(None, index=pairs.index, dtype=object)
    component[moved > 0] = "price_increase"
    component[moved < 0] = "price_decrease"
    component[pairs["_merge"] == "right_only"] = "entry"
    component[pairs["_merge"] == "left_only"] = "exit"
    return (
        pairs.assign(component=component, to_month=month)
        .groupby(["municipality_code", "to_month", "component"], observed=True, dropna=False)
        .agg(cases=("case_id", "size"), gross_dkk=("annual_change", "sum"), net_dkk=("annual_net_change", "sum"))
        .reset_index()
    )
