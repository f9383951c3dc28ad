"""An audit says whether it was asked: no answer is not the answer that nothing is known."""

import json

import pytest

from tests.security import audit
from tests.security.audit import FOUND, UNREACHABLE, Finding, Unreachable
from tests.security.locks import Pin, npm_licences, python_pins

PIN = Pin("package", "1.0")
FINDING = Finding(PIN, ("PYSEC-0000-1", "GHSA-aaaa-bbbb-cccc"))
PACKAGES = {"node_modules/trim": {"version": "0.0.1"}, "node_modules/a/node_modules/trim": {"version": "0.0.2"}}


def pip_audit(**answer: object) -> str:
    return json.dumps({"dependencies": [{"name": "package", **answer}], "fixes": []})


def test_the_advisories_of_python_are_read_with_their_other_names() -> None:
    vulns = [{"id": "PYSEC-0000-1", "aliases": ["GHSA-aaaa-bbbb-cccc"], "fix_versions": []}]
    assert audit.read_pip_audit(pip_audit(version="1.0", vulns=vulns), [PIN]) == [FINDING]
    assert audit.read_pip_audit(pip_audit(version="1.0", vulns=[]), [PIN]) == []


@pytest.mark.parametrize(
    "printed",
    [
        pip_audit(skip_reason="Dependency not found on PyPI and could not be audited: package (1.0)"),
        json.dumps({"dependencies": [], "fixes": []}),
        "Traceback\nConnectionError: failed to resolve",
        "",
    ],
)
def test_what_pip_audit_skips_was_not_asked(printed: str) -> None:
    with pytest.raises(Unreachable, match=r"^Python: .*(package|resolve|source)"):
        audit.read_pip_audit(printed, [PIN])


def test_the_advisories_of_npm_are_read_with_the_version_of_every_copy() -> None:
    advisory = {"name": "trim", "url": "https://example.org/advisories/GHSA-w5p7-h5w8-2hfq", "range": "<0.0.3"}
    entries = {
        "trim": {"via": [advisory], "nodes": list(PACKAGES)},
        "remark-parse": {"via": ["trim"], "nodes": ["node_modules/remark-parse"]},
    }
    assert audit.read_npm_audit(json.dumps({"vulnerabilities": entries}), PACKAGES) == [
        Finding(Pin("trim", version), ("GHSA-w5p7-h5w8-2hfq",)) for version in ("0.0.1", "0.0.2")
    ]
    assert audit.read_npm_audit(json.dumps({"vulnerabilities": {}}), PACKAGES) == []


def test_a_registry_that_refuses_npm_was_not_asked() -> None:
    with pytest.raises(Unreachable, match=r"npm: .*405 Method Not Allowed"):
        audit.read_npm_audit(json.dumps({"message": "405 Method Not Allowed - POST", "statusCode": 405}), PACKAGES)
    with pytest.raises(Unreachable, match="npm: "):
        audit.read_npm_audit("", PACKAGES)


def unreachable() -> list[Finding]:
    raise Unreachable("npm: no answer")


def test_the_exit_code_says_what_came_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    judged = {("package", "1.0", "GHSA-aaaa-bbbb-cccc")}
    assert audit.audit([lambda: []], set()) == 0
    assert audit.audit([lambda: [FINDING]], judged) == 0
    assert audit.audit([lambda: [FINDING]], {("package", "1.1", "GHSA-aaaa-bbbb-cccc")}) == FOUND
    assert audit.audit([unreachable, lambda: [FINDING]], judged) == UNREACHABLE
    assert audit.audit([unreachable, lambda: [FINDING]], set()) == FOUND
    assert audit.audit([lambda: [FINDING], unreachable], set()) == FOUND
    printed = capsys.readouterr().out
    assert "package 1.0: PYSEC-0000-1 (judged)\n" in printed
    assert "NOT ASKED: npm: no answer\n" in printed


def test_every_judgement_is_of_a_version_that_is_pinned() -> None:
    judged = audit.judged_on(audit.PAGE.read_text(encoding="utf-8"))
    assert len(judged) > 30
    pinned = {*python_pins(), *npm_licences()}
    assert {(name, version) for name, version, _ in judged if Pin(name, version) not in pinned} == set()
