"""What the build of the site, the real one, asks of the network and hands to the programs that it starts."""

from tests.support.strace import Trace, with_key


def test_the_build_connects_to_no_other_machine(site_trace: Trace) -> None:
    assert '"fingerplan", "site"' in site_trace.own_start
    assert site_trace.outside == []


def test_what_the_build_starts_has_neither_key_nor_its_file(site_trace: Trace) -> None:
    assert with_key([site_trace.own_start]), "the command itself was given the key"
    for program in ("bin/evidence", "vite", "esbuild", "bridge.py"):
        assert any(program in line for line in site_trace.started), program
    assert with_key(site_trace.started) == []
