"""The case marts: how dbt builds them, and how their figures compare with those of the limit and of pandas."""

from pathlib import Path

import duckdb

from fingerplan.paths import as_sql

# dim_delivery is the last model of a run: it depends on every figure computed from cases
SELECTED = ("--select", "+dim_delivery", "--exclude-resource-type", "test", "unit_test")
NAMES = ("dim_delivery", "fct_case_month", "fct_high_cost_case", "fct_high_cost_case_bridge")

# the tables of benchmarks/limit.py, selected from a warehouse
TABLES = {
    "case_month": """
        select * exclude (refund_missing_reason) from marts.fct_case_month where refund_missing_reason is null
    """,
    "bracket": """
        select municipality_code, month, bracket, cases, gross_dkk, refund_dkk
        from intermediate.int_high_cost_cases__extract_brackets
    """,
    "effect": """
        select lines.station_id, month, realised_quantity as cases, realised_effect_dkk as effect_dkk,
            realised_net_of_refund_dkk as net_dkk
        from intermediate.int_effects__case
        inner join seeds.budget_lines as lines using (line_id)
        where realised_quantity > 0
    """,
    # a pair of months without movements has a row without cases there
    "movement": """
        select municipality_code, to_month, component, cases, gross_dkk, net_dkk
        from intermediate.int_high_cost_cases__movements where cases > 0
    """,
}


def differences(limit: Path, other: Path, is_warehouse: bool, last_month: str | None) -> list[str]:
    """Compare the figures of the limit with those of a warehouse or of pandas, every row both ways.

    Args:
        limit: the file of the limit.
        other: the file to compare with it.
        is_warehouse: whether `other` is a warehouse; otherwise it has the tables of the limit.
        last_month: the only month in the file of the limit, as an ISO date; None if it has all months.

    Returns:
        A line for each table and side with rows that the other side lacks.
    """
    differing = []
    with duckdb.connect() as connection:
        connection.execute(f"attach {as_sql(limit)} as computed (read_only)")
        connection.execute(f"attach {as_sql(other)} as other (read_only)")
        connection.execute("use other")
        for table, query in TABLES.items():
            month = "to_month" if table == "movement" else "month"
            wanted = f"where {month} = {as_sql(last_month)}" if last_month else ""
            source = f"({query})" if is_warehouse else f"other.main.{table}"
            described = connection.execute(f"describe computed.main.{table}").fetchall()
            # pandas has categories for texts and timestamps for months
            columns = ", ".join(
                f"cast({name} as {'decimal(38, 4)' if 'DECIMAL' in declared else declared}) as {name}"
                for name, declared, *_ in described
            )
            ours = f"(select {columns} from computed.main.{table})"
            theirs = f"(select {columns} from {source} {wanted})"
            for left, right, side in ((ours, theirs, "the limit"), (theirs, ours, "the other")):
                missing = f"(from {left} except all from {right})"
                if count := _count(connection, missing):
                    [example] = connection.execute(f"from {missing} order by all limit 1").fetchall()
                    differing.append(f"{table}: {count} rows only in {side}, such as {', '.join(map(str, example))}")
        if is_warehouse:
            unknown = _count(connection, "(from marts.fct_case_month where refund_missing_reason is not null)")
            differing += [f"case_month: {unknown} rows of the mart have no refund"] if unknown else []
    return differing


def _count(connection: duckdb.DuckDBPyConnection, relation: str) -> int:
    [(count,)] = connection.execute(f"select count(*) from {relation}").fetchall()
    return int(count)
