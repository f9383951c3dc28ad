"""The site is published whole or not at all, of one publication, from its first month on."""

import fcntl
import json
import re
from pathlib import Path

import pytest

from benchmarks.deliveries import deliver
from tests.support.project import WITHOUT_TESTS, run_fingerplan
from tests.support.site import copy_site_project


@pytest.fixture(scope="module")
def april(tmp_path_factory: pytest.TempPathFactory):
    """A municipality's first refresh with a site: one month, so no bridge and no month to compare with."""
    project = copy_site_project(tmp_path_factory.mktemp("april"))
    return project, run_fingerplan(project, "refresh", *deliver(project, "2026-04"), "--site", **WITHOUT_TESTS)


def site_of(project: Path) -> Path:
    return project / "evidence" / "build"


def test_a_first_month_makes_a_whole_site(april):
    project, outcome = april
    assert outcome.returncode == 0, outcome.stderr
    assert re.search(r"Building the site: 25 pages in \S+, sources \d+\.\d s, pages \d+\.\d s", outcome.stdout)
    assert "\x1b[" not in outcome.stdout + outcome.stderr
    bridge = (site_of(project) / "saerligt-dyre-enkeltsager" / "bevaegelser" / "index.html").read_text(encoding="utf-8")
    assert "Der skal to måneders sagsudtræk til" in bridge
    overview = (site_of(project) / "index.html").read_text(encoding="utf-8")
    assert "april 2026" in overview
    for page in site_of(project).rglob("*.html"):
        found = re.findall(
            r">[^<]*\b(?:NaN|undefined|null|Invalid Date|object Object)\b", page.read_text(encoding="utf-8")
        )
        assert [text for text in found if "function" not in text and "{" not in text] == [], page


def test_the_same_extracts_again_leave_the_site_as_it_is(april):
    project, _ = april
    before = site_of(project).resolve()
    again = run_fingerplan(project, "refresh", *deliver(project, "2026-04"), "--site")
    assert again.returncode == 0, again.stderr
    assert "Published already" in again.stdout
    assert "Building the site" not in again.stdout
    assert site_of(project).resolve() == before
    assert f"Site: {site_of(project)}, of this publication" in run_fingerplan(project, "status").stdout


def test_a_page_whose_query_fails_leaves_the_site_and_publishes_the_warehouse(april):
    project, _ = april
    before = site_of(project).resolve()
    page = project / "evidence" / "pages" / "oekonomi" / "bevillinger.md"
    query = "select {} from marts.fct_appropriation_item"
    whole = page.read_text(encoding="utf-8")
    assert query.format("*") in whole
    page.write_text(whole.replace(query.format("*"), query.format("missing")), encoding="utf-8")
    outcome = run_fingerplan(project, "refresh", *deliver(project, "2026-05"), "--site", **WITHOUT_TESTS)
    page.write_text(whole, encoding="utf-8")
    assert outcome.returncode == 0, "the warehouse is published even where the site fails"
    assert "evidence/pages/oekonomi/bevillinger.md: query items: " in outcome.stderr
    assert "run fingerplan site" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert site_of(project).resolve() == before
    status = run_fingerplan(project, "status")
    assert status.returncode == 1
    assert "the site shows another publication" in status.stdout


def test_a_source_that_does_not_load_stops_the_build(april):
    project, _ = april
    before = site_of(project).resolve()
    source = project / "evidence" / "sources" / "marts" / "wrong.sql"
    source.write_text("select * from marts.nowhere\n")
    outcome = run_fingerplan(project, "site")
    source.unlink()
    assert outcome.returncode == 4
    assert "evidence/sources/marts/wrong.sql: not loaded" in outcome.stderr
    assert "nowhere" in outcome.stderr
    assert outcome.stderr.rstrip().endswith("The site is as it was.")
    assert site_of(project).resolve() == before


def test_a_warehouse_that_cannot_be_opened_stops_the_build(april):
    """Evidence itself only prints that a source cannot connect, and exits with 0."""
    project, _ = april
    connection = project / "evidence" / "sources" / "history" / "connection.yaml"
    whole = connection.read_text()
    connection.write_text(whole.replace("type: sqlalchemy", "type: sqlalchemy\noptions:\n  readOnly: neither"))
    outcome = run_fingerplan(project, "site")
    connection.write_text(whole)
    assert outcome.returncode == 4
    assert "evidence/sources/history/publication.sql: not loaded" in outcome.stderr


def test_a_site_is_of_one_publication(tmp_path):
    from fingerplan.outputs.site import _hold

    published, stage = tmp_path / "fingerplan.duckdb", tmp_path / "stage"
    stage.mkdir()
    published.write_text("before")
    held = _hold(published, stage)
    (tmp_path / "next").write_text("after")
    (tmp_path / "next").replace(published)
    assert held.read_text() == "before"


def test_two_builds_do_not_run_at_once(april):
    project, _ = april
    with (project / "evidence" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        outcome = run_fingerplan(project, "site")
    assert outcome.returncode == 5
    assert "another build of the site is running" in outcome.stderr


def test_without_node_one_line_says_what_to_do(april, tmp_path):
    project, _ = april
    outcome = run_fingerplan(project, "site", PATH=str(tmp_path))
    assert outcome.returncode == 4
    assert "Node.js 20 or later is needed" in outcome.stderr
    assert len(outcome.stderr.splitlines()) == 2


def test_a_site_goes_where_it_is_told(april, tmp_path):
    """A web server follows the link in the place of the site; a folder already there is replaced by it."""
    from fingerplan.outputs.site import _swap_in

    for number in (1, 2, 3):
        built = tmp_path / "stage" / "build"
        built.mkdir(parents=True)
        (built / "publication.json").write_text(json.dumps({"run_id": str(number)}))
        folder = tmp_path / "served" / "site"
        if number == 1:
            folder.mkdir(parents=True)
            (folder / "old.html").write_text("old")
        _swap_in(built, folder)
        assert json.loads((folder / "publication.json").read_text()) == {"run_id": str(number)}
        assert not (folder / "old.html").exists()
    kept = [path for path in folder.parent.iterdir() if path.name.startswith(".site-")]
    assert len(kept) == 2, "this build, and the one before for whoever has a page of it open"
