"""dbt parses the project once for each target, and after that only what has changed."""

from pathlib import Path

from tests.support.project import run_dbt


def test_targets_in_turn_do_not_throw_away_what_dbt_has_parsed(project: Path) -> None:
    for target in ("dev", "published"):
        assert run_dbt(project, "--quiet", "parse", "--target", target).returncode == 0
    log = project / "logs" / "dbt.log"
    log.unlink()
    for target in ("published", "dev", "published"):
        assert run_dbt(project, "--quiet", "ls", "--target", target, "--resource-type", "seed").returncode == 0
    said = log.read_text(encoding="utf-8")
    assert said.count("Partial parsing enabled, no changes found, skipping parsing") == 3
    assert "Unable to do partial parsing" not in said
    assert (project / "target" / "manifest.json").is_file(), "the first target keeps the folder that dbt always had"
    assert (project / "target" / "published" / "manifest.json").is_file()
