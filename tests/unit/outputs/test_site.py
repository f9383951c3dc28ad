"""A site is swapped in whole, and every way in which Evidence fails quietly is found in what it says and leaves."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.reliability.killed import kill_before
from fingerplan.errors import BUILD_FAILED, LOCKED, Refused
from fingerplan.outputs import site
from fingerplan.paths import Warehouse
from fingerplan.warehouse.history import History, Run
from fingerplan.warehouse.status import ShownSite
from tests.support.crash import child
from tests.support.project import ROOT
from tests.support.small_warehouse import small_warehouse


@pytest.fixture
def source(tmp_path, monkeypatch) -> Path:
    """A site of two pages and one source, in the place of the project's."""
    folder = tmp_path / "evidence"
    for file, text in (
        ("pages/index.md", "```sql plan\nselect 1\n```"),
        ("pages/cases/index.md", ""),
        ("pages/cases/[month].md", ""),
        ("partials/note.md", "```sql note\nselect 2\n```"),
        ("sources/marts/fct_kpi.sql", "select 1"),
        ("sources/marts/dim_kpi.sql", "select 1"),
        ("package-lock.json", "{}"),
        ("patches/a.patch", ""),
        ("package.json", "{}"),
    ):
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)
    monkeypatch.setattr(site, "SOURCE", folder)
    monkeypatch.setattr(site, "PROJECT", tmp_path)
    return folder


def command(folder: Path, name: str, script: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    return folder


def test_the_folder_is_that_of_the_environment_or_of_the_project(monkeypatch, source, tmp_path):
    monkeypatch.delenv("FINGERPLAN_SITE", raising=False)
    assert site.site_folder() == source / "build"
    monkeypatch.setenv("FINGERPLAN_SITE", str(tmp_path / "served"))
    assert site.site_folder() == tmp_path / "served"


def test_the_shown_site_says_its_run_or_is_none(tmp_path):
    assert site.shown_site(tmp_path) is None
    for text in ("half", "{}"):
        (tmp_path / "publication.json").write_text(text)
        assert site.shown_site(tmp_path) is None
    (tmp_path / "publication.json").write_text('{"run_id": "run-1"}')
    assert site.shown_site(tmp_path) == ShownSite(tmp_path, "run-1")


def test_the_published_run_is_read_or_refused(tmp_path):
    file = small_warehouse(tmp_path / "plan.duckdb")
    with pytest.raises(Refused, match="was not published; run fingerplan build") as refused:
        site.published_run(file)
    assert refused.value.exit_code == BUILD_FAILED
    History(tmp_path / "history").write_into(file, tmp_path / "none.duckdb", Run("run-1", "build"))
    assert site.published_run(file) == "run-1"
    (tmp_path / "broken.duckdb").write_bytes(b"not a warehouse")
    with pytest.raises(Refused, match="run fingerplan build"):
        site.published_run(tmp_path / "broken.duckdb")


def test_node_is_taken_only_where_it_is_new_enough_and_has_npm(tmp_path, monkeypatch):
    old = command(tmp_path / "old", "node", "echo v18.19.0")
    command(old, "npm", "")
    alone = command(tmp_path / "alone", "node", "echo v22.1.0")
    good = command(tmp_path / "good", "node", "echo v22.1.0")
    command(good, "npm", "")
    monkeypatch.setattr(os, "get_exec_path", lambda: [str(old), str(alone), str(good)])
    assert site.find_node() == good
    monkeypatch.setattr(os, "get_exec_path", lambda: [str(old), str(alone)])
    monkeypatch.setattr(site.sys, "executable", str(tmp_path / "bin" / "python"))
    with pytest.raises(Refused, match=r"Node\.js 20 or later is needed for the site, with npm"):
        site.find_node()


def test_packages_are_installed_once_for_each_state_of_the_lock_file(source, monkeypatch):
    ran = []

    def run(command, folder, environment):
        ran.append(command[0])
        (source / "node_modules").mkdir(exist_ok=True)
        return "", 0

    monkeypatch.setattr(site, "_run", run)
    for changed in (False, False, True):
        if changed:
            (source / "patches" / "a.patch").write_text("changed")
        site.install_packages(Path("/node"))
    assert ran == ["npm", "node_modules/.bin/patch-package"] * 2
    monkeypatch.setattr(site, "_run", lambda *_: ("\nnpm error no network\n", 1))
    (source / "package-lock.json").write_text("[]")
    with pytest.raises(Refused, match="npm ci: npm error no network"):
        site.install_packages(Path("/node"))


def test_the_environment_gives_each_source_the_locked_url(source, tmp_path):
    published = small_warehouse(tmp_path / "plan.duckdb")
    environment = site._environment(Path("/node"), published)
    assert environment["EVIDENCE_SOURCE__marts__url"].startswith(f"duckdb:///{published}?")
    assert "access_mode=read_only" in environment["EVIDENCE_SOURCE__marts__url"]
    assert environment["PATH"].startswith("/node:")
    assert environment["SEND_ANONYMOUS_USAGE_STATS"] == "no"


def test_a_source_that_did_not_load_is_named(source, tmp_path):
    log = "  - [!] Error connecting: no driver\nall well"
    assert site._source_findings(tmp_path / "stage", log) == [
        *(f"evidence/sources/marts/{name}.sql: not loaded" for name in ("dim_kpi", "fct_kpi")),
        "Error connecting: no driver",
    ]
    manifest = tmp_path / "stage" / ".evidence" / "template" / "static" / "data" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps({"renderedFiles": {"marts": ["a/fct_kpi.parquet", "a/dim_kpi.parquet"]}}))
    assert site._source_findings(tmp_path / "stage", log) == []


def test_a_page_whose_query_fails_is_named_once(source):
    log = "plan | Error in Query! no column x\nplan | Error in Query! no column x\n gone | Error in Query! b"
    assert site._page_findings(log) == [
        "evidence/pages/index.md: query plan: no column x", "a page: query gone: b"
    ]  # fmt: skip
    assert site._page_findings("note | Error in Query! c") == ["evidence/partials/note.md: query note: c"]


def test_pages_are_those_with_a_file_and_no_parameter(source):
    assert site._pages() == ["", "cases"]


def test_a_page_that_was_not_built_fails_the_build(source, tmp_path, monkeypatch):
    monkeypatch.setattr(site, "_run", lambda *_: ("", 0))
    (tmp_path / "stage" / "build").mkdir(parents=True)
    (tmp_path / "stage" / "build" / "index.html").touch()
    with pytest.raises(Refused, match=r"^cases: was not built$"):
        site._build_pages(tmp_path / "stage", {})
    (tmp_path / "stage" / "build" / "cases").mkdir()
    (tmp_path / "stage" / "build" / "cases" / "index.html").touch()
    assert site._build_pages(tmp_path / "stage", {}) == tmp_path / "stage" / "build"
    monkeypatch.setattr(site, "_run", lambda *_: ("all well\nBuild failed: no memory", 1))
    with pytest.raises(Refused, match="evidence build: Build failed: no memory"):
        site._build_pages(tmp_path / "stage", {})


def test_a_command_that_does_not_end_is_ended_with_what_it_started(tmp_path, monkeypatch):
    assert site._run(["sh", "-c", "printf '\\033[1mbold\\033[0m'; exit 3"], tmp_path, dict(os.environ)) == ("bold", 3)
    monkeypatch.setattr(site, "LONGEST_SECONDS", 0.3)
    with pytest.raises(Refused, match=r"sh -c: did not end within 0\.3 seconds"):
        site._run(["sh", "-c", "sleep 60 & echo $! >child; wait"], tmp_path, dict(os.environ))
    child = (tmp_path / "child").read_text().strip()
    assert not is_running(child)


def test_what_a_killed_build_has_started_ends_with_it(tmp_path):
    script = "sleep 60 & echo $! >child.new; mv child.new child; wait"
    run = f"from fingerplan.outputs import site; site._run(['sh', '-c', {script!r}], {str(tmp_path)!r}, None)"
    process = subprocess.Popen([sys.executable, "-c", run], cwd=ROOT)
    wait_until((tmp_path / "child").exists)
    process.kill()
    process.wait()
    child = (tmp_path / "child").read_text().strip()
    wait_until(lambda: not is_running(child))


def is_running(process: str) -> bool:
    state = subprocess.run(["ps", "-o", "stat=", "-p", process], capture_output=True, text=True, check=False).stdout
    return state.strip()[:1] not in ("", "Z")


def wait_until(holds) -> None:
    for _ in range(200):
        if holds():
            return
        time.sleep(0.05)
    pytest.fail("did not come about within ten seconds")


def test_the_site_is_swapped_by_a_link_and_the_build_before_stays(tmp_path):
    folder = tmp_path / "served" / "build"
    folder.mkdir(parents=True)
    (folder / "by_hand").touch()
    for number in ("1", "2", "3"):
        built = tmp_path / f"stage-{number}"
        built.mkdir()
        (built / "index.html").write_text(number)
        site._swap_in(built, folder)
        assert (folder / "index.html").read_text() == number
    kept = sorted(place.name for place in folder.parent.iterdir() if not place.is_symlink())
    assert len(kept) == 2, "this build and the one before"
    assert folder.is_symlink()


def build(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(text)
    return folder


def test_a_folder_that_somebody_else_made_is_kept_until_the_next_build(tmp_path):
    folder = build(tmp_path / "served", "by hand")
    site._swap_in(build(tmp_path / "stage", "new"), folder)
    assert (folder / "index.html").read_text() == "new"
    assert sorted((place / "index.html").read_text() for place in tmp_path.glob(".served-*")) == ["by hand", "new"]


def test_builds_of_another_site_are_left_alone(tmp_path):
    others = [build(tmp_path / name, "another") for name in (".site-test-20260601T000000000000Z", ".site-old")]
    site._swap_in(build(tmp_path / "stage", "new"), tmp_path / "site")
    assert all(other.is_dir() for other in others)


def test_a_swap_whose_folder_cannot_be_flushed_has_happened(tmp_path, monkeypatch):
    def fail(path):
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr(site, "flush", fail)
    site._swap_in(build(tmp_path / "stage", "new"), tmp_path / "site")
    assert (tmp_path / "site" / "index.html").read_text() == "new"


@pytest.mark.parametrize("before", ["nothing", "a link", "a folder"])
def test_every_file_operation_of_the_swap_may_be_its_last(tmp_path, before):
    """The old site is served or the new one, and the next swap leaves this build and at most the one before."""
    start = tmp_path / "start"
    build(start / "stage", "new")
    if before == "a folder":  # made by somebody else: it is moved aside, and for that moment nothing is served
        build(start / "site", "old")
    elif before == "a link":
        site._swap_in(build(start / "first", "old"), start / "site")
    states = Counter()
    operation, code = 0, -signal.SIGKILL
    while code == -signal.SIGKILL:
        operation += 1
        place = tmp_path / f"killed-{operation}"
        shutil.copytree(start, place, symlinks=True)
        code = child(swap_killed, place, operation)
        page = place / "site" / "index.html"
        states[page.read_text() if page.exists() else "nothing"] += 1
        aside = [build / "index.html" for build in place.glob(".site-*")]
        if not page.exists() and before != "nothing":
            assert "old" in [page.read_text() for page in aside], f"operation {operation}: the old site is lost"
        site._swap_in(build(place / "stage-2", "next"), place / "site")
        assert page.read_text() == "next", f"operation {operation}"
        left = {path.name for path in place.iterdir()} - {"stage", "site"}
        assert len(left) <= 2, f"operation {operation}: {left}"
    assert code == 0
    assert states.keys() <= {"old", "new"} | ({"nothing"} if before != "a link" else set())
    assert states["nothing"] <= (1 if before == "a folder" else states.total())
    assert states["old" if before != "nothing" else "nothing"] >= 3
    assert states["new"] >= 1


def swap_killed(place: Path, operation: int) -> None:
    kill_before(operation, place)
    site._swap_in(place / "stage", place / "site")


def test_the_published_file_is_held_while_the_sources_load(tmp_path):
    published = small_warehouse(tmp_path / "plan.duckdb")
    (tmp_path / "stage").mkdir()
    held = site._hold(published, tmp_path / "stage")
    content = held.read_bytes()
    published.unlink()
    assert held.read_bytes() == content


def test_the_parts_are_laid_out_again(source, tmp_path, monkeypatch):
    monkeypatch.setattr(site, "PARTS", ("pages", "package.json"))
    stage = tmp_path / "stage"
    (stage / "left").mkdir(parents=True)
    site._lay_out(stage)
    assert sorted(path.name for path in stage.iterdir()) == ["node_modules", "package.json", "pages"]


def test_one_site_is_built_at_a_time_and_a_full_disk_is_one_line(source):
    with site._alone(), pytest.raises(Refused) as refused, site._alone():
        pass
    assert refused.value.exit_code == LOCKED
    with pytest.raises(Refused, match="/a: No space left on device"), site._one_line_each():
        raise OSError(28, "No space left on device", "/a")


def test_a_build_is_stamped_with_its_run_and_leaves_no_stage(source, tmp_path, monkeypatch):
    warehouse = Warehouse(small_warehouse(tmp_path / "plan.duckdb"))
    History(tmp_path / "history").write_into(warehouse.published, tmp_path / "none.duckdb", Run("run-1", "build"))
    for part in ("components", "static"):
        (source / part).mkdir()
    for part in ("app.css", "evidence.config.yaml"):
        (source / part).touch()
    monkeypatch.setattr(site, "find_node", lambda: Path("/node"))
    monkeypatch.setattr(site, "install_packages", lambda node: None)
    monkeypatch.setattr(site, "_load_sources", lambda stage, environment: None)

    def build_pages(stage: Path, environment: dict[str, str]) -> Path:
        assert stat.S_IMODE(stage.stat().st_mode) == 0o700, "nobody else reads the parquet of the sources"
        (stage / "build" / "cases").mkdir(parents=True)
        for page in ("index.html", "cases/index.html"):
            (stage / "build" / page).touch()
        return stage / "build"

    monkeypatch.setattr(site, "_build_pages", build_pages)
    progress = []
    built = site.build_site(warehouse, tmp_path / "served", lambda *done: progress.append(done))
    assert built.pages == 2
    assert progress == [(done, 4) for done in range(5)]
    assert site.shown_site(tmp_path / "served") == ShownSite(tmp_path / "served", "run-1")
    assert not (source / ".stage").exists()
    served = (tmp_path / "served").resolve()
    rights = {path.is_dir(): stat.S_IMODE(path.stat().st_mode) for path in (served, *served.rglob("*"))}
    assert rights == {True: 0o750, False: 0o640}, "the group reads the site, and nobody else"
    assert stat.S_IMODE((source / ".lock").stat().st_mode) == 0o600
