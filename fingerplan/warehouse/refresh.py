"""The monthly refresh: gate every delivered file, archive them, build, test, publish."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

from fingerplan.clock import month_after, month_before
from fingerplan.errors import REJECTED, Refused
from fingerplan.gate.check import Delivery, Finding, check_file
from fingerplan.gate.last_month import LastMonth
from fingerplan.seeds import Seed
from fingerplan.warehouse.archive import Archive, Key, Version


def gate(
    files: dict[str | None, Path],
    month: date | None,
    counted: dict[Key, Version],
    seeds: dict[str, Seed],
    today: date,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Delivery]:
    """Gate the files of one delivery, and leave a report beside each that is refused.

    Args:
        files: the files by kind; under None, a file whose columns say its kind.
        month: the month that they must hold; None takes each file's own.
        counted: the versions that are published, which the month before is taken from.
        seeds: the checked seeds.
        today: the day of the refresh.
        on_progress: called with (files done, files in all).

    Returns:
        The deliveries, all of them accepted.

    Raises:
        Refused: exit code 3, with a line for each kind of finding and the place of each report.
    """

    def last_month_of(kind: str, of: date) -> LastMonth | None:
        # the first month of all has only one after it
        version = counted.get((kind, month_before(of))) or counted.get((kind, month_after(of)))
        if version is None:
            return None
        manifest = version.manifest
        return LastMonth(
            version.key[1],
            manifest.row_count,
            Decimal(manifest.control_sum),
            version.case_ids(),
            manifest.key_id,
            manifest.has_total_row,
        )

    deliveries = []
    for kind, path in files.items():
        on_progress(len(deliveries), len(files))
        deliveries.append(check_file(path, seeds, kind, month, last_month_of, today))
    origins = [delivery.data_origin for delivery in deliveries if delivery.kind == "cases"]
    origins += [version.manifest.data_origin for version in counted.values()]
    delivered = {(delivery.kind, delivery.month) for delivery in deliveries}
    kept = {key: version for key, version in counted.items() if key not in delivered}
    for delivery in deliveries:
        # postings and key figures hold no id that tells what they are; they are what the cases beside them are
        delivery.data_origin = origins[0] if origins else delivery.data_origin
        if delivery.month:
            # in front: what follows from it stands below
            delivery.findings[:0] = _against_what_counts(delivery, counted, kept) if month else []
    lines = []
    for delivery in deliveries:
        reported = _report(delivery)
        if delivery.findings:
            lines += [*delivery.summary(), reported]
    if lines:
        raise Refused(REJECTED, lines)
    return deliveries


def _against_what_counts(delivery: Delivery, counted: dict[Key, Version], kept: dict[Key, Version]) -> list[Finding]:
    findings = []
    months = [month for kind, month in counted if kind == delivery.kind]
    if months and not month_before(min(months)) <= delivery.month <= month_after(max(months)):
        missing = month_after(max(months)) if delivery.month > max(months) else month_before(min(months))
        findings.append(Finding(None, None, None, f"{missing:%Y-%m} is not there yet; deliver that month first"))
    others = {version.manifest.data_origin for version in kept.values()}
    if others - {delivery.data_origin}:
        problem = "synthetic cases" if delivery.data_origin == "sample" else "a municipality's own cases"
        findings.append(
            Finding(
                None,
                None,
                None,
                f"holds {problem}, the archive holds the others; start an archive of its own (FINGERPLAN_WAREHOUSE)",
            )
        )
    return findings


def _report(delivery: Delivery) -> str:
    """Leave the report of a refused file beside it, and take that of an earlier refusal away."""
    text, page = (delivery.path.with_name(f"{delivery.path.name}.report.{ending}") for ending in ("txt", "html"))
    try:
        for report in (text, page):
            report.unlink(missing_ok=True)
        if not delivery.findings:
            return ""
        text.write_text("\n".join(delivery.lines()) + "\n", encoding="utf-8")
        if delivery.data_docs:
            page.write_text(delivery.data_docs, encoding="utf-8")
    except OSError as error:
        return f"{delivery.name}: its report could not be written beside it ({error.strerror or error})"
    endings = ".report.txt and .report.html" if delivery.data_docs else ".report.txt"
    return f"{delivery.name}: {len(delivery.findings)} findings in all; they stand beside it in {endings}"


def archive_all(
    deliveries: list[Delivery], archive: Archive, counted: dict[Key, Version]
) -> tuple[dict[Key, Version], list[str]]:
    """Archive accepted deliveries; one with the content of a version that counts is that version.

    Returns:
        Their versions, and a line for each: new, or recognised.

    Raises:
        OSError: where the archive cannot be written.
    """
    versions, lines = {}, []
    for delivery in deliveries:
        version, is_new = archive.add(delivery, counted.get((delivery.kind, delivery.month)))
        versions[version.key] = version
        state = f"version {version.manifest.version}" + ("" if is_new else ", the same as before")
        lines.append(f"{delivery.kind} of {delivery.month:%Y-%m} ({state})")
    return versions, lines
