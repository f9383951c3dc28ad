"""Say what is published: months, tests, discrepancies, and whether it covers the meetings of the calendar."""

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from fingerplan.clock import month_after
from fingerplan.errors import Refused
from fingerplan.gate.extracts import KINDS
from fingerplan.paths import Warehouse, as_sql
from fingerplan.warehouse.archive import Archive
from fingerplan.warehouse.counted import held, last_own_publication, publishes_own, what_counts
from fingerplan.warehouse.history_tables import readable_records, runs_in_order
from fingerplan.warehouse.lock import left_by_a_kill
from fingerplan.warehouse.pseudonyms import LACKS_KEY, lacks_key
from fingerplan.warehouse.publications import Publication, last_publication


@dataclass(frozen=True)
class ShownSite:
    """The served site: its folder, and the run whose figures it shows."""

    folder: Path
    run_id: str


@dataclass
class Status:
    """What is published, and its problems; the warehouse is fresh and green if there are none."""

    lines: list[str] = field(default_factory=list)
    extracts: list[tuple[str, str, str, str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_status(warehouse: Warehouse, today: date, site: ShownSite | None) -> Status:
    """Read the status without a lock, and without changing anything.

    Args:
        warehouse: the published file and its companions.
        today: the day to compare the meeting calendar with.
        site: the served site, or None where there is none.
    """
    status = Status()
    if not warehouse.published.is_file():
        status.problems.append(f"{warehouse.published}: nothing is published; run fingerplan build or refresh")
        _read_counted(warehouse, status)
        return status
    try:
        with duckdb.connect(str(warehouse.published), read_only=True) as connection:
            published = last_publication(connection)
            _read_publication(connection, warehouse, published, status)
            _read_site(site, published, status)
            _read_extracts(connection, warehouse, status)
            _read_checks(connection, status)
            _read_freshness(connection, status, today)
    except duckdb.CatalogException:
        status.problems.append(f"{warehouse.published}: was published by an older version; run fingerplan build")
    except duckdb.Error as error:
        problem = str(error).splitlines()[0]
        status.problems.append(f"{warehouse.published}: cannot be read ({problem}); run fingerplan rollback")
    _read_counted(warehouse, status)
    _read_last_run(warehouse.history, status)
    if warehouse.published.with_name(warehouse.published.name + ".wal").exists():
        status.problems.append(f"{warehouse.published}.wal: somebody has opened the published file for writing")
    killed = left_by_a_kill(warehouse.lock)
    if killed:
        status.problems.append(f"{killed} was killed; the next run cleans up after it")
    return status


def _read_publication(
    connection: duckdb.DuckDBPyConnection, warehouse: Warehouse, published: Publication | None, status: Status
) -> None:
    if published is None:
        status.problems.append(f"{warehouse.published}: was published by an older version; run fingerplan build")
        return
    status.lines.append(
        f"Published: {warehouse.published}, {published.published_at:%Y-%m-%d %H:%M} UTC by {published.owner}"
        f" (fingerplan {published.command})"
    )
    # a refresh tests only what its extracts can change; the same project tested the rest when it last built everything
    ((passed, warned, failed, in_this_run),) = connection.execute(
        f"""
        with runs as (
            from {runs_in_order(connection, "history.run")}
        ),
        latest as (
            select test_name, arg_max(status, run_order) as status, arg_max(run_id, run_order) as run_id
            from history.test_result
            inner join runs using (run_id)
            where outcome = 'published' and project_sha256 = (
                select project_sha256 from runs where run_id = {as_sql(published.run_id)}
            )
            group by test_name
        )
        select
            count(*) filter (status = 'pass'), count(*) filter (status = 'warn'),
            count(*) filter (status not in ('pass', 'warn')), count(*) filter (run_id = {as_sql(published.run_id)})
        from latest
        """
    ).fetchall()
    status.lines.append(f"Tests: {passed} passed, {warned} warned, {failed} failed ({in_this_run} of them in this run)")
    if failed:
        status.problems.append(f"{failed} tests of the published warehouse failed")


def _read_extracts(connection: duckdb.DuckDBPyConnection, warehouse: Warehouse, status: Status) -> None:
    newest = Archive(warehouse.archive).newest()
    lacking = sum(map(lacks_key, newest.values()))
    if lacking:
        status.problems.append(LACKS_KEY.format(lacking))
    ((last,),) = connection.execute("select max(month) from marts.dim_delivery").fetchall()
    for kind in KINDS:
        loaded = connection.execute(
            f"select month, version, data_origin from marts.dim_delivery where kind = {as_sql(kind)} order by month"
        ).fetchall()
        months = [month for month, _, _ in loaded]
        missing = []
        if months:
            month = months[0]
            while month < last:
                month = month_after(month)
                if month not in months:
                    missing.append(month)
        replaced = [f"{month:%Y-%m} (version {version})" for month, version, _ in loaded if (version or 1) > 1]
        published = {month: version for month, version, _ in loaded}
        waiting = [
            f"{month:%Y-%m} (version {version.manifest.version})"
            for (of, month), version in sorted(newest.items())
            if of == kind and published.get(month) != version.manifest.version
        ]
        span = f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}, {len(months)} months" if months else "none"
        origin = ", ".join(sorted({origin for _, _, origin in loaded}))
        status.extracts.append(
            (
                kind,
                f"{span} ({origin})" if origin else span,
                ", ".join(replaced) or "–",
                ", ".join(f"{month:%Y-%m}" for month in missing) or "–",
                ", ".join(waiting) or "–",
            )
        )
        if missing:
            status.problems.append(f"{kind}: {len(missing)} months are missing")


def _read_checks(connection: duckdb.DuckDBPyConnection, status: Status) -> None:
    verdicts = dict(
        connection.execute("select verdict, count(*) from marts.rpt_reconciliation group by verdict").fetchall()
    )
    status.lines.append(
        f"Checks: {sum(verdicts.values())}, of which {verdicts.get('exact', 0)} exact,"
        f" {verdicts.get('rounding', 0)} within rounding, {verdicts.get('documented', 0)} open discrepancies"
        f" (documented), {verdicts.get('unreconciled', 0)} unexplained"
    )
    if verdicts.get("unreconciled"):
        status.problems.append(f"{verdicts['unreconciled']} checks are unreconciled")


def _read_freshness(connection: duckdb.DuckDBPyConnection, status: Status, today: date) -> None:
    """Compare the last month of the cases with the months that the meetings look at.

    A calendar that has run out cannot tell whether a municipality's own figures are fresh, so that is a problem; for
    synthetic figures it is not.
    """
    ((through, origin),) = connection.execute(
        "select max(month), max(data_origin) from marts.dim_delivery where kind = 'cases'"
    ).fetchall()
    meetings = connection.execute(
        "select meeting_date, data_through_month from seeds.meetings order by meeting_date"
    ).fetchall()
    held = [meeting for meeting in meetings if meeting[0] <= today]
    coming = [meeting for meeting in meetings if meeting[0] > today]
    if through is None:
        status.problems.append("no extracts have been delivered")
        return
    status.lines.append(f"Cases through {through:%Y-%m}" + (", synthetic (sample)" if origin == "sample" else ""))
    for name, chosen in (("Last meeting", held[-1:]), ("Next meeting", coming[:1])):
        for day, needed in chosen:
            behind = (needed.year - through.year) * 12 + needed.month - through.month
            state = "is there" if behind <= 0 else f"is {behind} months ahead of the cases"
            status.lines.append(f"{name}: {day:%Y-%m-%d}, looks at {needed:%Y-%m}, which {state}")
            if behind > 0 and name == "Last meeting":
                status.problems.append(f"the meeting of {day:%Y-%m-%d} needs {needed:%Y-%m}; deliver it")
    if not coming:
        last = f"ends with {meetings[-1][0]:%Y-%m-%d}" if meetings else "is empty"
        line = f"the meeting calendar {last}; add the next meetings to seeds/plan/meetings.csv"
        if origin == "sample":
            status.lines.append(f"Note: {line}")
        else:
            status.problems.append(line)


def _read_last_run(history: Path, status: Status) -> None:
    """Report a later run that did not publish, and the last `verify`: a failed refresh must not look fresh."""
    with duckdb.connect() as connection:
        runs, damaged = readable_records(connection, history, "run")
        status.problems += [f"{file}: cannot be read; the next run recovers it" for file in damaged]
        if runs is None:
            return
        last = connection.execute(
            f"select command, outcome, ended_at, findings from {runs_in_order(connection, runs)}"
            " qualify row_number() over (partition by command = 'verify' order by run_order desc) = 1"
            " order by run_order"
        ).fetchall()
    for command, outcome, ended_at, findings in last:
        if outcome not in ("published", "unchanged", "verified") and command != "rollback":
            first = (findings or "").split("\n")[0]
            status.problems.append(f"the last {command} ({ended_at:%Y-%m-%d %H:%M} UTC) was {outcome}: {first}")


def _read_counted(warehouse: Warehouse, status: Status) -> None:
    """Report what the archive lacks of what counts, and a sample that is published in place of own data."""
    try:
        counts = what_counts(warehouse)
    except Refused:  # the published file cannot be read, which is said already
        return
    status.problems += held(Archive(warehouse.archive), counts.versions)[1]
    own = last_own_publication(warehouse)
    if own and warehouse.published.is_file() and not publishes_own(warehouse.published):
        status.problems.append(
            f"{warehouse.published}: the synthetic sample is published, though {own.run_id} published a municipality's"
            " own data; run fingerplan build, or fingerplan rollback"
        )


def _read_site(site: ShownSite | None, published: Publication | None, status: Status) -> None:
    """Report a site that shows another publication; a warehouse without a site is in order."""
    if site is None or published is None:
        return
    if site.run_id == published.run_id:
        status.lines.append(f"Site: {site.folder}, of this publication")
    else:
        status.problems.append(
            f"{site.folder}: the site shows another publication ({site.run_id}); run fingerplan site"
        )


def show_status(console: Console, status: Status) -> None:
    """Print the status; brackets and colons in a name are no markup."""
    for line in status.lines:
        console.print(Text(line), soft_wrap=True)
    if status.extracts:
        table = Table(title="Extracts", title_justify="left")
        for name in ("Kind", "Months", "Replaced", "Missing", "Archived, not published"):
            table.add_column(name)
        for row in status.extracts:
            table.add_row(*map(Text, row))
        console.print(table)
    for problem in status.problems:
        console.print(Text(f"Not in order: {problem}"), soft_wrap=True)
    if not status.problems:
        console.print("Fresh and green.", highlight=False)
