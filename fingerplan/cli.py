"""The command line: parse, call, and say what happened."""

import re
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from fingerplan import clock
from fingerplan.errors import BUILD_FAILED, REJECTED, Refused
from fingerplan.gate.personal_data import key_withheld
from fingerplan.outputs import changes, headline
from fingerplan.outputs.export import write_export
from fingerplan.paths import PROJECT, Warehouse
from fingerplan.refusals import Commands, lines_of, one_line, refusals, run_recorded
from fingerplan.seed_changes import reading, writing
from fingerplan.seeds import Seed, check_seeds
from fingerplan.steps import Steps
from fingerplan.warehouse import pseudonyms
from fingerplan.warehouse import refresh as monthly
from fingerplan.warehouse.archive import Archive, Key, Version
from fingerplan.warehouse.counted import refuse_sample_over_own
from fingerplan.warehouse.history import Run
from fingerplan.warehouse.publish import (
    Published,
    build_and_publish,
    is_published,
    published_versions,
    read_by_build,
    record_unchanged,
    record_verified,
)
from fingerplan.warehouse.rollback import roll_back
from fingerplan.warehouse.verify import refuse_damaged, verify_archive

app = typer.Typer(cls=Commands, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

LogJson = Annotated[bool, typer.Option("--log-json", help="Write one line of JSON per step, for a log.")]
DELIVERED = {"exists": True, "dir_okay": False, "readable": False}


@app.callback()
def main(context: typer.Context) -> None:
    """The warehouse of Fingerplanen: expected and realised effect, station by station."""
    context.with_resource(key_withheld())


@app.command()
def build(
    from_sample: Annotated[
        bool, typer.Option("--sample", help="Build from the synthetic sample, even if own data were published.")
    ] = False,
    log_json: LogJson = False,
) -> None:
    """Check the seeds, build and test the warehouse, publish it and print the headline.

    The warehouse is built from the extracts that are published now, or from the synthetic sample if none ever were.
    """
    steps = Steps(log_json)
    warehouse = Warehouse.from_environment()
    with refusals(steps), reading(PROJECT), run_recorded(steps, warehouse, "build") as run:
        from fingerplan.minutes.known_figures import load

        load(_check_seeds(steps))  # a check of a line that no table has is a wrong seed too
        archive = Archive(warehouse.archive)
        before = {} if from_sample else published_versions(warehouse, archive)
        if not before and not from_sample:
            refuse_sample_over_own(warehouse)
        versions = pseudonyms.made_with_key(archive, before)
        published = _build(steps, warehouse, run, versions, before)
    _report(steps, warehouse, published)
    steps.end(exit_code=0, published=str(warehouse.published))


@app.command()
def refresh(
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="Month of the files.")],
    cases: Annotated[Path, typer.Option("--cases", **DELIVERED, help="Extract of the case system.")],
    postings: Annotated[
        Path | None, typer.Option("--postings", **DELIVERED, help="Extract of the finance system.")
    ] = None,
    kpis: Annotated[Path | None, typer.Option("--kpis", **DELIVERED, help="Extract of key figures.")] = None,
    with_site: Annotated[bool, typer.Option("--site", help="Build the site as the last step.")] = False,
    log_json: LogJson = False,
) -> None:
    """Check the month's extracts, archive them, build, test and publish, and say what changed."""
    steps = Steps(log_json)
    warehouse = Warehouse.from_environment()
    archive = Archive(warehouse.archive)
    wanted = _month(month)
    given = {"cases": cases, "postings": postings, "kpis": kpis}
    files: dict[str | None, Path] = {kind: file for kind, file in given.items() if file}
    with refusals(steps), reading(PROJECT), run_recorded(steps, warehouse, "refresh") as run:
        seeds = _check_seeds(steps)
        before = published_versions(warehouse, archive)
        versions = pseudonyms.made_with_key(archive, before)
        with steps.step("Gate") as said, steps.progress("Gate") as on_progress:
            deliveries = monthly.gate(files, wanted, versions, seeds, clock.today(), on_progress)
            said += [f"{d.kind}: {d.rows} rows, {d.expectations} expectations met" for d in deliveries]
        with steps.step("Archive") as said:
            new, lines = monthly.archive_all(deliveries, archive, versions)
            said += lines
        if is_published(warehouse, {**versions, **new}, before):
            record_unchanged(warehouse, run)
            steps.say(f"Published already, from these extracts and by this project: {warehouse.published}")
            published = None
        else:
            published = _build(steps, warehouse, run, {**versions, **new}, before)
    if published:
        _report(steps, warehouse, published)
    if with_site:
        _build_site_of_a_refresh(steps, warehouse)
    steps.end(exit_code=0, published=str(warehouse.published), unchanged=published is None)


@app.command()
def site(log_json: LogJson = False) -> None:
    """Build the site from the published warehouse, and serve it when every page is built."""
    steps = Steps(log_json)
    warehouse = Warehouse.from_environment()
    _published()
    with refusals(steps, "The site is as it was."):
        _build_site(steps, warehouse)
    steps.end(exit_code=0)


@app.command()
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=False, help="A delivered extract.")],
    month: Annotated[
        str | None, typer.Option("--month", metavar="YYYY-MM", help="Month that the file must hold; default: its own.")
    ] = None,
) -> None:
    """Check one delivered file, and do nothing else."""
    steps = Steps()
    warehouse = Warehouse.from_environment()
    wanted = _month(month) if month else None
    with one_line(steps, REJECTED), reading(PROJECT):
        seeds = check_seeds(PROJECT)
        versions = published_versions(warehouse, Archive(warehouse.archive))
        delivery = monthly.gate({None: file}, wanted, versions, seeds, clock.today())[0]
    steps.say(
        f"{delivery.name}: {delivery.kind} of {delivery.month:%Y-%m}, {delivery.rows} rows, accepted"
        f" ({delivery.expectations} expectations met)"
    )


@app.command()
def minutes(
    file: Annotated[
        Path, typer.Argument(exists=True, readable=False, help="Committee minutes or the plan, as text or PDF.")
    ],
    write: Annotated[bool, typer.Option("--write", help="Write new figures and revisions into the seeds.")] = False,
    json_out: Annotated[
        Path | None, typer.Option("--json", metavar="OUT", help="File to write every figure to, as JSON.")
    ] = None,
) -> None:
    """Read the tables of minutes or of the plan, and say what is new, revised and unchanged."""
    from fingerplan import minutes as committee_minutes

    steps = Steps()
    with one_line(steps, REJECTED), (writing if write else reading)(PROJECT):
        with steps.progress("Reading") as on_progress:
            read = committee_minutes.read(PROJECT, file, on_progress)
        committee_minutes.show(steps.console, read)
        for warning in committee_minutes.warnings(read):
            steps.warn(warning)
        if read.reading.findings:
            raise Refused(REJECTED, [*read.reading.findings, f"{file.name}: refused; nothing was written"])
        if json_out is not None:
            steps.say(f"Wrote {json_out} ({committee_minutes.write_json(read.reading, json_out)} figures)")
        if write:
            files = committee_minutes.write(PROJECT, read)
            steps.say(f"Wrote {', '.join(map(str, files))}; look at git diff" if files else "Nothing new to write")
            for line in committee_minutes.left_by_hand(read) if files else []:
                steps.say(f"Left to do by hand: {line}")


@app.command("upgrade-seeds")
def upgrade_seeds(
    old_checkout: Annotated[
        Path, typer.Argument(exists=True, file_okay=False, help="Folder of the checkout that was used until now.")
    ],
) -> None:
    """Take the rows that were added to the seeds of an older checkout over into this one."""
    from fingerplan.minutes.registry import upgrade

    steps = Steps()
    with one_line(steps, REJECTED), writing(PROJECT):
        files, rows = upgrade.upgrade_seeds(PROJECT, old_checkout)
    steps.say(f"Wrote {rows} rows: {', '.join(map(str, files))}; look at git diff" if files else "Nothing to take over")


@app.command()
def status() -> None:
    """Say what is published, and whether it is fresh and green (exit code 0) or not (exit code 1)."""
    from fingerplan.outputs.site import shown_site, site_folder
    from fingerplan.warehouse.status import read_status, show_status

    steps = Steps()
    with one_line(steps, 1):
        state = read_status(Warehouse.from_environment(), clock.today(), shown_site(site_folder()))
    show_status(steps.console, state)
    if state.problems:
        raise typer.Exit(1)


@app.command()
def rollback(log_json: LogJson = False) -> None:
    """Publish the previous version again."""
    steps = Steps(log_json)
    warehouse = Warehouse.from_environment()
    with run_recorded(steps, warehouse, "rollback") as run, steps.step("Rollback") as said:
        earlier = roll_back(warehouse, run)
        said.append(f"published again: the version of {earlier.parent.name}; kept: {warehouse.withdrawn}")
    steps.end(exit_code=0)


@app.command()
def verify(log_json: LogJson = False) -> None:
    """Read every archived extract against its checksums, and against what was published from it."""
    steps = Steps(log_json)
    warehouse = Warehouse.from_environment()
    if not warehouse.archive.is_dir() and not warehouse.published.is_file():
        raise typer.BadParameter(f"{warehouse.archive} does not exist; there is nothing to verify")
    with run_recorded(steps, warehouse, "verify") as run:
        with steps.step("Verifying") as said, steps.progress("Verifying") as on_progress:
            versions, lines = verify_archive(warehouse, on_progress)
            said.append(f"{versions} versions read")
        if lines:
            raise Refused(BUILD_FAILED, lines)
        record_verified(warehouse, run)
    steps.end(exit_code=0)


@app.command()
def export(
    out: Annotated[Path, typer.Option("--out", help="File to write, .csv.")],
    month: Annotated[
        str | None, typer.Option("--month", metavar="YYYY-MM", help="Month to export; default: the last one.")
    ] = None,
) -> None:
    """Write the cases of a month by group, for sharing; groups under three cases are hidden and cannot be derived."""
    steps = Steps()
    published = _published()
    if out.suffix != ".csv":
        raise typer.BadParameter(f"{out}: the export is written as .csv")
    with one_line(steps, 2):
        rows = write_export(published, _month(month) if month else None, out)
    hidden = sum(row.reason is not None for row in rows)
    steps.say(f"Wrote {out} ({len(rows)} groups, {hidden} suppressed)")


@app.command()
def sample() -> None:
    """Write the synthetic extracts again; the bytes are the same each time."""
    from fingerplan.sample import write_sample

    steps = Steps()
    with one_line(steps, 2), writing(PROJECT):
        for file in write_sample(PROJECT):
            steps.say(str(file.relative_to(PROJECT)))


@app.command()
def brief(out: Annotated[Path, typer.Option("--out", help="File to write, .html or .xlsx.")]) -> None:
    """Write the meeting brief from the published warehouse."""
    from fingerplan.outputs.brief import write_brief

    steps = Steps()
    published = _published()
    try:
        with one_line(steps, 2):
            write_brief(published, out)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    steps.say(f"Wrote {out}")


def _check_seeds(steps: Steps) -> dict[str, Seed]:
    with steps.step("Checking seeds") as said:
        seeds = check_seeds(PROJECT)
        said.append(f"{sum(len(seed.records) for seed in seeds.values())} rows")
    return seeds


def _build(
    steps: Steps, warehouse: Warehouse, run: Run, versions: dict[Key, Version], before: dict[Key, Version]
) -> Published:
    with steps.progress("Verifying") as on_progress:
        refuse_damaged(read_by_build(warehouse, run, versions, before), on_progress)
    with steps.step("Building and testing") as said, steps.progress("Building") as on_progress:
        published = build_and_publish(warehouse, run, versions, before, on_progress)
        said += [f"{count} {kind.replace('_', ' ')}s" for kind, count in sorted(published.built.counts.items())]
    published.warnings += _without_old_pseudonyms(warehouse, versions)
    return published


def _without_old_pseudonyms(warehouse: Warehouse, versions: dict[Key, Version]) -> list[str]:
    lacking = sum(map(pseudonyms.lacks_key, versions.values()))
    if lacking:
        return [pseudonyms.LACKS_KEY.format(lacking)]
    try:
        deleted = pseudonyms.delete_made_without_key(warehouse, Archive(warehouse.archive), versions)
    except OSError as error:
        return [f"{error.filename}: pseudonyms made without the key are still there ({error.strerror or error})"]
    return [f"deleted versions of cases with pseudonyms made without the key: {deleted}"] if deleted else []


def _build_site(steps: Steps, warehouse: Warehouse) -> None:
    from fingerplan.outputs.site import build_site, site_folder

    folder = site_folder()
    with steps.step("Building the site") as said, steps.progress("Building the site") as on_progress:
        built = build_site(warehouse, folder, on_progress)
        said.append(
            f"{built.pages} pages in {folder}, sources {built.sources_seconds:.1f} s, pages {built.pages_seconds:.1f} s"
        )


def _build_site_of_a_refresh(steps: Steps, warehouse: Warehouse) -> None:
    """Build the site if it shows another publication; a failure does not undo what was published."""
    from fingerplan.outputs.site import published_run, shown_site, site_folder

    try:
        shown = shown_site(site_folder())
        if shown is None or shown.run_id != published_run(warehouse.published):
            _build_site(steps, warehouse)
    except (Exception, KeyboardInterrupt) as error:
        for line in lines_of(error):
            steps.warn(line)
        steps.warn("the warehouse is published, but the site still shows the previous publication; run fingerplan site")


def _report(steps: Steps, warehouse: Warehouse, published: Published) -> None:
    """Say what was published; a failure here does not undo it."""
    for warning in published.warnings:
        steps.warn(warning)
    steps.say(f"Published {warehouse.published}")
    try:
        changed = changes.read(warehouse.published)
        if steps.log_json:
            steps.log(step="moved", changes=changes.log_rows(changed))
        else:
            headline.show(steps.console, headline.read(warehouse.published))
            changes.show(steps.console, changed)
    except (Exception, KeyboardInterrupt) as error:  # whatever it is, the exit code says what was done
        steps.warn(f"{warehouse.published}: published, but cannot be read now ({lines_of(error)[0]})")


def _month(text: str) -> date:
    if not re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise typer.BadParameter(f"'{text}' is not a month; use YYYY-MM", param_hint="--month")
    return date(int(text[:4]), int(text[5:]), 1)


def _published() -> Path:
    published = Warehouse.from_environment().published
    if not published.is_file():
        raise typer.BadParameter(f"{published} does not exist; run fingerplan build first")
    return published
