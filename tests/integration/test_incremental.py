"""What is kept from run to run equals a build from nothing, whatever was delivered, corrected and withdrawn."""

import random
import shutil
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from fingerplan.clock import month_after, month_before
from fingerplan.warehouse import dbt_job
from fingerplan.warehouse.archive import Key, Version
from tests.support.project import ROOT, copy_project
from tests.support.runs import KEPT, KINDS, Records, Runs, differences

SEED = 20261128
DECEMBER, JANUARY = date(2025, 12, 1), date(2026, 1, 1)
FIRST, LAST = date(2024, 1, 1), date(2026, 5, 1)
HIGH_COST = Decimal(82_500)  # a twelfth of the lowest threshold of 2026
OTHER_MUNICIPALITY = "0740"


# --- corrections of a month of cases ----------------------------------------------------------------------------------


def another_cost(cases: Records, chance: random.Random) -> Records:
    """Cases change bracket: by their cost where thresholds are known, elsewhere by the stated bracket."""
    changed = chance.sample(range(len(cases)), min(4, len(cases)))
    return [
        {
            **case,
            "monthly_cost_dkk": (case["monthly_cost_dkk"] * chance.choice([3, 5, 20]) / 10).quantize(Decimal("0.01")),
            "refund_bracket": chance.choice(["none", "25", "50", "75"]),
        }
        if number in changed
        else case
        for number, case in enumerate(cases)
    ]


def a_case_less(cases: Records, chance: random.Random) -> Records:
    gone = chance.choice(cases)
    return [case for case in cases if case != gone]


def a_case_more(cases: Records, chance: random.Random) -> Records:
    return [*cases, {**chance.choice(cases), "case_id": f"new-{chance.randrange(10**6)}"}]


def no_high_cost_case(cases: Records, chance: random.Random) -> Records:
    """The month no longer has a row in the brackets, and its bridge has only exits."""
    return [case for case in cases if case["refund_bracket"] == "none" and case["monthly_cost_dkk"] <= HIGH_COST]


def another_station(cases: Records, chance: random.Random) -> Records:
    stations = [
        {"station_id": "fp2024-4", "counterfactual_monthly_cost_dkk": Decimal("50000.00")},
        {"station_id": "fp2024-5", "counterfactual_monthly_cost_dkk": Decimal("150000.00")},
        {"station_id": None, "counterfactual_monthly_cost_dkk": None},
    ]
    return [{**case, **chance.choice(stations)} if chance.random() < 0.2 else case for case in cases]


def single_bills(cases: Records, chance: random.Random) -> Records:
    """Single bills of cases with a running cost and of one without, under other services and placements."""
    running = [case for case in cases if case["cost_kind"] == "level"]
    bills = [
        {
            **case,
            "cost_kind": "one_off",
            "service_code": chance.choice(["SEL §85", "SEL §107", "BL §87"]),
            "placement": chance.choice(["own_municipality", "other_municipality"]),
            "monthly_cost_dkk": case["monthly_cost_dkk"] * chance.choice([1, 2, 9]),
        }
        for case in chance.sample(running, min(4, len(running)))
    ]
    bills[0]["case_id"] = f"bill-{chance.randrange(10**6)}"
    return [*running, *bills]


def another_municipality(cases: Records, chance: random.Random) -> Records:
    """A second one appears or disappears, with the case ids of the first."""
    own = [case for case in cases if case["municipality_code"] != OTHER_MUNICIPALITY]
    if own and len(own) < len(cases):
        return own
    return [*own, *({**case, "municipality_code": OTHER_MUNICIPALITY} for case in own if chance.random() < 0.5)]


CORRECTIONS = (
    another_cost,
    a_case_less,
    a_case_more,
    no_high_cost_case,
    another_station,
    single_bills,
    another_municipality,
)


# --- sequences --------------------------------------------------------------------------------------------------------


class Sequence:
    """The publications so far, and what may happen next."""

    def __init__(self, runs: Runs, start: tuple[Path, dict[Key, Version]], seed: str):
        """Start from the publication that all sequences share."""
        self.runs = runs
        self.chance = random.Random(seed)  # noqa: S311
        self.versions = dict(start[1])
        self.records = {version.folder: runs.sample(kind, month) for (kind, month), version in self.versions.items()}
        self.published = [start]

    def _deliver(self, month: date) -> None:
        for kind in KINDS:
            records = self.runs.sample(kind, month)
            if kind == "cases" and self.chance.random() < 0.4:
                records = another_municipality(records, self.chance)
            self._archive(kind, month, records)

    def _archive(self, kind: str, month: date, records: Records) -> None:
        version = self.runs.deliver(kind, month, records)
        self.records[version.folder] = records
        self.versions[version.key] = version

    def _months(self) -> list[date]:
        return sorted(month for kind, month in self.versions if kind == "cases")

    def publish(self, *arguments: str) -> None:
        file = self.runs.build(self.versions, self.published[-1][0], *arguments)
        self.published.append((file, dict(self.versions)))

    # each of these changes the versions that count

    def next_month(self) -> None:
        if self._months()[-1] < LAST:
            self._deliver(month_after(self._months()[-1]))

    def earlier_month(self) -> None:
        if self._months()[0] > FIRST:
            self._deliver(month_before(self._months()[0]))

    def several_months(self) -> None:
        self.earlier_month()
        self.next_month()
        self.next_month()

    def withdrawn_month(self) -> None:
        """Withdraw any month, which may leave a gap; the next step may close it again."""
        if len(self._months()) > 1:
            gone = self.chance.choice(self._months())
            self.versions = {key: version for key, version in self.versions.items() if key[1] != gone}

    def other_kinds_only(self) -> None:
        month = self.chance.choice(self._months())
        for kind, amount in (("postings", "amount_dkk"), ("kpis", "value")):
            records = self.records[self.versions[kind, month].folder]
            self._archive(kind, month, [{**record, amount: record[amount] + 7} for record in records])

    def same_again(self) -> None:
        month = self.chance.choice(self._months())
        for kind in KINDS:
            self._archive(kind, month, self.records[self.versions[kind, month].folder])

    def rolled_back(self) -> None:
        """Return to an earlier publication, and continue from its versions with one more month."""
        self.published.append(self.chance.choice(self.published[:-1] or self.published))
        self.versions = dict(self.published[-1][1])
        self.next_month()

    def correction(self, corrected) -> None:
        month = self.chance.choice(self._months())
        records = self.records[self.versions["cases", month].folder]
        self._archive("cases", month, corrected(records, self.chance))


STEPS = {
    **{
        step.__name__: step
        for step in (
            Sequence.next_month,
            Sequence.earlier_month,
            Sequence.several_months,
            Sequence.withdrawn_month,
            Sequence.other_kinds_only,
            Sequence.same_again,
            Sequence.rolled_back,
        )
    },
    **{
        corrected.__name__: lambda sequence, corrected=corrected: sequence.correction(corrected)
        for corrected in CORRECTIONS
    },
}


def dealt() -> Iterator[tuple[str, list[str]]]:
    """Deal ten sequences of five or six steps: each of the fourteen steps four times, in random order."""
    chance = random.Random(SEED)  # noqa: S311
    deck = sorted(STEPS) * 4
    chance.shuffle(deck)
    for number in range(10):
        length = 6 if number < 6 else 5
        yield f"{SEED}-{number}", deck[:length]
        del deck[:length]
    assert not deck


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    return Runs(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def start(runs: Runs) -> tuple[Path, dict[Key, Version]]:
    """The last month of a year without known thresholds and the first of a year with them."""
    versions = runs.deliver_sample(DECEMBER, JANUARY)
    return runs.build(versions, None), versions


@pytest.fixture(scope="module")
def corrected(runs: Runs, start) -> tuple[Path, dict[Key, Version]]:
    """The same with December corrected to have no high-cost case, built from nothing."""
    cases = no_high_cost_case(runs.sample("cases", DECEMBER), random.Random(SEED))  # noqa: S311
    version = runs.deliver("cases", DECEMBER, cases)
    versions = {**start[1], version.key: version}
    return runs.build(versions, None), versions


SEQUENCES = list(dealt())


@pytest.mark.parametrize(("seed", "steps"), SEQUENCES, ids=[seed for seed, _ in SEQUENCES])
def test_a_random_sequence_gives_what_a_build_from_nothing_gives(runs: Runs, start, seed: str, steps: list[str]):
    sequence = Sequence(runs, start, seed)
    for step in steps[:-1]:
        STEPS[step](sequence)
        sequence.publish(*KEPT)
    STEPS[steps[-1]](sequence)
    sequence.publish()
    assert differences(sequence.published[-1][0], runs.build_afresh(sequence.versions)) == [], steps


def test_a_month_that_is_not_due_is_not_read(runs: Runs, start):
    """Its rows stay although its file in the archive is another one, or not even Parquet."""
    file, versions = start
    february, march = date(2026, 2, 1), date(2026, 3, 1)
    versions = {**versions, **runs.deliver_sample(february)}
    file = runs.build(versions, file)
    whole = {}
    try:
        for month in (DECEMBER, JANUARY):
            parquet = versions["cases", month].parquet
            whole[parquet] = parquet.read_bytes()
            parquet.unlink()
            if month == DECEMBER:
                # the first of all is opened for its columns
                with duckdb.connect() as connection:
                    connection.execute(
                        f"create table cases as from read_parquet('{versions['cases', february].parquet}')"
                    )
                    connection.execute(f"copy cases to '{parquet}' (format parquet)")
            else:
                parquet.write_bytes(b"no Parquet at all")
        versions = {**versions, **runs.deliver_sample(march)}
        going_on = runs.build(versions, file)
    finally:
        for parquet, content in whole.items():
            parquet.unlink()
            parquet.write_bytes(content)
    assert differences(going_on, runs.build_afresh(versions)) == []


@pytest.mark.parametrize("last", ["int_cases__groups", "int_effects__case"])
def test_a_run_that_stops_half_way_settles_nothing(runs: Runs, start, corrected, last: str):
    """In a file that is built in place: whatever comes next, what the stopped run left is computed again."""
    file, versions = start
    shutil.copyfile(file, runs.build_file)
    until = ("--select", f"path:models/staging/extracts+,+{last}")
    runs.build_in_place(corrected[1], None, *until)
    runs.build_in_place(versions, None, *KEPT)
    assert differences(runs.build_file, file) == [], "a correction that was withdrawn"
    without_december = {key: version for key, version in versions.items() if key[1] != DECEMBER}
    runs.build_in_place(without_december, None, *until)
    runs.build_in_place(versions, None, *KEPT)
    assert differences(runs.build_file, file) == [], "a month that was away"


# --- the proof itself -------------------------------------------------------------------------------------------------

MUTATIONS = {
    "the month after a corrected one is not computed again": (
        *("models/intermediate/high_cost_cases/int_high_cost_cases__movements.sql", ", pairs=true", ""),
        "intermediate.int_high_cost_cases__movements",
    ),
    "a month without a new row is not deleted": (
        *("macros/engine/incremental_by.sql", "{%- if is_incremental() -%}", "{%- if false -%}"),
        "intermediate.int_high_cost_cases__extract_brackets",
    ),
    "every month is deleted": (
        *("macros/engine/incremental_by.sql", "{%- if settled %}", "{%- if false %}"),
        "marts.fct_case_month",
    ),
    "no month is due again": (
        *("models/staging/extracts/stg_extracts__deliveries.sql", "cast(is_due as integer)", "0"),
        "marts.fct_case_month",
    ),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_project_that_forgets_is_found(runs: Runs, start, corrected, mutation: str, tmp_path: Path, monkeypatch):
    changed, old, new, differs = MUTATIONS[mutation]
    project = copy_project(tmp_path)
    text = (project / changed).read_text(encoding="utf-8")
    assert old in text
    (project / changed).write_text(text.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(dbt_job, "PROJECT", project)
    found = differences(runs.build(corrected[1], start[0]), corrected[0])
    assert any(line.startswith(differs) for line in found), found


def test_a_project_as_it_is_forgets_nothing(runs: Runs, start, corrected):
    """The unchanged project, which the mutations are compared with."""
    assert differences(runs.build(corrected[1], start[0]), corrected[0]) == []


def test_a_refresh_builds_every_kept_aggregate(tmp_path: Path):
    """One outside its selection would keep the months of the copy forever."""

    def models(selected: str) -> set[str]:
        outcome = dbtRunner().invoke(
            [
                *("--quiet", "--log-level-file", "none", "ls", "--resource-type", "model", "--select", selected),
                *("--project-dir", str(ROOT), "--profiles-dir", str(ROOT / "profiles"), "--target-path", str(tmp_path)),
            ]
        )
        assert outcome.success, outcome.exception
        return set(outcome.result)

    kept = models("config.materialized:incremental")
    assert len(kept) >= 7
    assert models(f"config.materialized:incremental,{dbt_job.FOLLOWS_FROM_EXTRACTS[1]}") == kept
