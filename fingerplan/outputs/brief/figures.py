"""The figures of the meeting brief, read once from the marts; the page and the workbook both draw from here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Protocol

import duckdb

from fingerplan.outputs.brief.rows import (
    CHECKS,
    CODE_NAMES,
    LINE_MONTHS,
    PLAN_MONTHS,
    Bridge,
    CasePeriod,
    Check,
    CodeName,
    LineMonth,
    PlanMonth,
    bridges,
    case_periods,
)
from fingerplan.outputs.mart_rows import PLAN_YEARS, STATION_YEARS, PlanYear, StationYear, select
from fingerplan.warehouse.publications import Change, Publication, changes, last_publication

BRACKETS = ("25", "50", "75")
COMPONENTS = ("entry", "exit", "price_increase", "price_decrease")


class HasOrigin(Protocol):
    """A row that says where its figures come from."""

    @property
    def data_origin(self) -> str:
        """published, sample or reported."""


@dataclass(frozen=True)
class Brief:
    """All that the brief shows. `publication` and `changes` are None where the file or its past has none."""

    names: dict[str, dict[str, CodeName]]
    plan: list[PlanYear]
    station_years: list[StationYear]
    line_months: list[LineMonth]
    plan_months: list[PlanMonth]
    cases: list[CasePeriod]
    bridges: list[Bridge]
    checks: list[Check]
    publication: Publication | None
    changes: list[Change] | None

    def word(self, code_set: str, code: str | None) -> str:
        """Give the Danish word of a code; a code that has none stands for itself."""
        name = self.names.get(code_set, {}).get(code or "")
        return name.code_name if name else code or ""

    @cached_property
    def now(self) -> PlanYear:
        """The plan in the year in question: the one the mart calls current, or its last when the plan is over."""
        return next((row for row in self.plan if row.is_current_year), self.plan[-1])

    @property
    def year(self) -> int:
        """The year in question."""
        return self.now.year

    @property
    def through(self) -> date | None:
        """The last month with a realised figure."""
        return max((row.realised_through_month for row in self.plan if row.realised_through_month), default=None)

    @cached_property
    def stations(self) -> list[StationYear]:
        """The stations in the year in question."""
        return [row for row in self.station_years if row.year == self.year]

    @cached_property
    def months(self) -> list[LineMonth]:
        """The lines and months of the year in question."""
        return [row for row in self.line_months if row.year == self.year]

    def remark(self, station: StationYear) -> str | None:
        """Say why something of a station and year is not known; None where all is."""
        notes = {station.measurement_note}
        if station.realised_to_date_dkk is not None and station.realised_net_of_refund_dkk is None:
            notes |= {
                row.measurement_note
                for row in self.line_months
                if (row.year, row.station_no) == (station.year, station.station_no)
                and row.realised_effect_dkk is not None
                and row.realised_net_of_refund_dkk is None
            }
        return "; ".join(sorted(filter(None, notes))) or None

    @cached_property
    def unmeasured(self) -> list[str]:
        """Station, line and reason of every line without a figure where others of its station have one."""
        through = {row.station_no: row.realised_through_month for row in self.stations if row.realised_through_month}
        lines: dict[tuple[int, str], list[LineMonth]] = {}
        for row in self.months:
            if row.station_no in through and row.month <= through[row.station_no]:
                lines.setdefault((row.station_no, row.line_name), []).append(row)
        return [
            f"Station {number}, {line}: {rows[-1].measurement_note or ''}."
            for (number, line), rows in lines.items()
            if all(row.realised_effect_dkk is None for row in rows)
        ]

    @cached_property
    def followed(self) -> list[CasePeriod]:
        """The monthly high-cost cases that the meeting follows.

        The municipality's own extract if there is one; while it is the sample, what the minutes print, since those
        figures are real.
        """
        extract = [period for period in self.cases if period.series == "extract"]
        printed = [period for period in self.cases if period.series == "monthly"]
        return extract if not printed or "reported" in origins(extract) else printed

    def verdicts(self, verdict: str) -> int:
        """Count the checks with a verdict."""
        return sum(check.verdict == verdict for check in self.checks)

    @cached_property
    def discrepancies(self) -> list[Check]:
        """The checks that differ by more than rounding.

        Unexplained ones come first, then those that differ most in proportion to the printed value, as the units
        differ; last those that cannot be computed.
        """

        def weight(check: Check) -> tuple[bool, bool, Decimal, str]:
            share = None
            if check.difference is not None and check.printed_value:
                share = abs(check.difference / check.printed_value)
            return check.verdict != "unreconciled", share is None, -(share or Decimal(0)), check.check_id

        return sorted((c for c in self.checks if c.verdict in ("documented", "unreconciled")), key=weight)

    @property
    def check_origins(self) -> set[str]:
        """The origins of the checks: the printed figures, and the extract that some of them are compared with."""
        extract = {period.data_origin for period in self.cases if period.series == "extract"}
        return {"published"} | (extract if any(c.check_kind == "extract_to_published" for c in self.checks) else set())

    @property
    def change_origins(self) -> set[str]:
        """The origins of the figures that changed, before and now."""
        return {o for change in self.changes or [] for o in (change.data_origin_before, change.data_origin_after) if o}


def origins(rows: Iterable[HasOrigin]) -> set[str]:
    """Collect the origins of rows."""
    return {row.data_origin for row in rows}


def levels(bridge: Bridge) -> list[Decimal]:
    """List the gross cost before the first component of a bridge and after each."""
    return list(accumulate((bridge.steps[c].gross_dkk for c in COMPONENTS), initial=bridge.start_dkk))


def axis_floor(bridge: Bridge) -> Decimal:
    """Say where the axis of a chart begins: from 0, the steps between two large levels would hardly show."""
    low, high = min(levels(bridge)), max(levels(bridge))
    step = Decimal(10_000_000)
    return max(Decimal(0), (low - (high - low)) // step * step)


def read(warehouse: Path) -> Brief:
    """Read the figures of a warehouse, read-only.

    Raises:
        duckdb.Error: where it cannot be read, or lacks a mart.
    """
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        names: dict[str, dict[str, CodeName]] = {}
        for name in select(connection, CodeName, CODE_NAMES):
            names.setdefault(name.code_set, {})[name.code] = name
        publication = last_publication(connection)
        found = changes(connection, publication)
        return Brief(
            names,
            select(connection, PlanYear, PLAN_YEARS),
            select(connection, StationYear, STATION_YEARS),
            select(connection, LineMonth, LINE_MONTHS),
            select(connection, PlanMonth, PLAN_MONTHS),
            case_periods(connection),
            bridges(connection),
            select(connection, Check, CHECKS),
            publication,
            None if found is None else _newest_period_first(found),
        )


def _newest_period_first(found: list[Change]) -> list[Change]:
    """Put the stations first, and of each kind the newest period."""
    found = sorted(found, key=lambda change: change.period, reverse=True)
    return sorted(found, key=lambda change: (change.subject_kind != "station", change.subject_kind))
