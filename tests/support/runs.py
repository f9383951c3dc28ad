"""Warehouses built run upon run, without the gate, the data tests and the swap, which have tests of their own."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb

from benchmarks.deliveries import Rows, sample_rows
from fingerplan.gate.delivery import AcceptedDelivery, Record, Value
from fingerplan.gate.extracts import KINDS, declared_extracts
from fingerplan.paths import PROJECT
from fingerplan.seeds import Declaration
from fingerplan.warehouse import dbt_job
from fingerplan.warehouse.archive import Archive, Key, Version
from fingerplan.warehouse.due_months import list_deliveries

Records = list[Record]
# what is kept from run to run, with all that it is computed from, and the list of what was delivered
KEPT = (
    "--select",
    "path:models/staging/extracts+,+config.materialized:incremental",
    "path:models/staging/extracts+,+dim_delivery",
)


class Runs:
    """An archive, and warehouse files built one after the other from versions in it."""

    def __init__(self, folder: Path):
        """Take an empty folder."""
        self.folder = folder
        self.archive = Archive(folder / "archive")
        self.build_file = folder / "build" / "fingerplan.duckdb"
        self.build_file.parent.mkdir()
        self.declarations = declared_extracts(PROJECT)
        self.files = 0
        self.computed_from: dict[Path, dict[Key, Version]] = {}

    def sample(self, kind: str, month: date) -> Records:
        """The synthetic rows of a month, typed; every sixth of the cases, the same ones each month."""
        records = typed(sample_rows(kind, f"{month:%Y-%m}"), self.declarations[kind])
        return [record for record in records if kind != "cases" or int(str(record["case_id"])[-4:]) % 6 == 0]

    def deliver(self, kind: str, month: date, records: Records) -> Version:
        """Archive a month."""
        return self.archive.add(accepted(kind, month, records, self.declarations[kind]))[0]

    def deliver_sample(self, *months: date) -> dict[Key, Version]:
        """Archive months of the sample, of every kind."""
        versions = [self.deliver(kind, month, self.sample(kind, month)) for month in months for kind in KINDS]
        return {version.key: version for version in versions}

    def build(self, versions: dict[Key, Version], going_on_from: Path | None, *arguments: str) -> Path:
        """Build from these versions, from nothing or on top of an earlier file; returns the new file."""
        for left in (self.build_file, self.build_file.with_name(self.build_file.name + ".wal")):
            left.unlink(missing_ok=True)
        if going_on_from:
            shutil.copyfile(going_on_from, self.build_file)
            arguments = arguments or dbt_job.FOLLOWS_FROM_EXTRACTS
        self.build_in_place(versions, self.computed_from[going_on_from] if going_on_from else None, *arguments)
        self.files += 1
        file = self.build_file.rename(self.folder / f"{self.files}.duckdb")
        self.computed_from[file] = dict(versions)
        return file

    def build_afresh(self, versions: dict[Key, Version]) -> Path:
        """Build everything that follows from the extracts from nothing; what does not is the same, and built once."""
        base = self.folder / "base.duckdb"
        if not base.exists():
            self.build(versions, None, "--exclude", dbt_job.FOLLOWS_FROM_EXTRACTS[1]).rename(base)
            self.computed_from[base] = {}
        return self.build(versions, base)

    def build_in_place(
        self, versions: dict[Key, Version], computed: dict[Key, Version] | None, *arguments: str
    ) -> None:
        """Build into the file that is there; every month is due where nothing says what it was computed from."""
        extracts = self.build_file.parent / "extracts"
        list_deliveries(versions, extracts, computed)
        built = dbt_job.build(
            self.build_file, extracts, lambda done, total: None, "--exclude-resource-type", "test", *arguments
        )
        assert built.failures == []


def accepted(
    kind: str, month: date, records: Records, declaration: Declaration, data_origin: str = "sample"
) -> AcceptedDelivery:
    """A delivery as if it had passed the gate."""
    return AcceptedDelivery(
        path=Path(f"{kind}.csv"),
        kind=kind,
        month=month,
        file_sha256="0" * 64,
        data_origin=data_origin,
        records=list(enumerate(records, start=2)),
        declaration=declaration,
    )


def typed(rows: Rows, declaration: Declaration) -> Records:
    """Rows as records with the declared types."""
    header, *cells = rows
    types = declaration.column_types
    return [{column: _typed(value, types[column]) for column, value in zip(header, row, strict=True)} for row in cells]


def differences(one: Path, other: Path) -> list[str]:
    """The tables of the marts and intermediates that differ in columns, types or rows."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{one}' as one (read_only)")
        connection.execute(f"attach '{other}' as other (read_only)")
        columns: dict[str, dict[str, list[object]]] = {"one": {}, "other": {}}
        for database, table, described in connection.execute(
            "select database_name, schema_name || '.' || table_name,"
            " list((column_name, data_type) order by column_index)"
            " from duckdb_columns() inner join duckdb_tables() using (database_name, schema_name, table_name)"
            " where schema_name in ('marts', 'intermediate') group by all"
        ).fetchall():
            columns[database][table] = described
        assert len(columns["other"]) > 50, "an empty warehouse would be equal to another"
        found = []
        for table in sorted(columns["one"].keys() | columns["other"].keys()):
            if columns["one"].get(table) != columns["other"].get(table):
                found.append(f"{table}: the columns differ")
                continue
            only: dict[str, int] = {}
            for left, right in (("one", "other"), ("other", "one")):
                ((only[left], as_many),) = connection.execute(
                    f"select count(*), (select count(*) from one.{table}) = (select count(*) from other.{table})"
                    f" from (from {left}.{table} except all from {right}.{table})"
                ).fetchall()
                if as_many and not only[left]:  # then no row is only in the other
                    break
            found += [f"{table}: {rows} rows only in {left}" for left, rows in only.items() if rows]
    return found


def _typed(value: str, declared: str) -> Value:
    if value == "":
        return None
    if declared == "date":
        return date.fromisoformat(value)
    return Decimal(value) if declared.startswith("decimal") else value
