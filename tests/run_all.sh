#!/bin/sh
# Every test there is, one stage at a time, or only those of the site (`run_all.sh site`); `make test` makes the
# environment first.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin
mkdir -p target

stage() {
    name=$1
    shift
    echo "== $name"
    started=$(date +%s)
    "$@"
    echo "== $name: $(($(date +%s) - started)) s"
}

warehouse() {
    rm -f target/fingerplan.duckdb*  # what an earlier version of the project left
    "$bin/dbt" --quiet build --target ci
    "$bin/dbt" --quiet docs generate --static --target ci
}

# its two hundred lines are read when something is wrong; what was skipped is said either way
plugin() {
    log=target/plugin-tests.log
    EVIDENCE_SQLALCHEMY_PYTHON="$PWD/$bin/python" "$node/node" --test --test-reporter=tap \
        evidence/plugins/evidence-sqlalchemy/test/ >$log 2>&1 || { cat $log; return 1; }
    grep -o '# SKIP.*' $log | sort | uniq -c || true
    grep -E '^# (pass|fail|skipped) ' $log
}

site() {
    node=$("$bin/python" -c "from fingerplan.site import find_node; print(find_node())")
    stage "node: the datasource plugin of the site, on DuckDB, SQLite and PostgreSQL" plugin
    stage "pytest: the site in Chromium, and the command that builds it" "$bin/python" -m pytest -rs tests/browser
}

everything() {
    stage "ruff: Python style" "$bin/ruff" check --no-cache --quiet .
    stage "dbt: build, data tests, unit tests and documentation, in a file of their own" warehouse
    stage "dbt-bouncer: conventions of the dbt project" "$bin/dbt-bouncer" run
    stage "sqlfluff: SQL style" \
        "$bin/sqlfluff" lint models tests analyses --disable-progress-bar --nocolor --processes 1
    stage "pytest: the command line, the gate, publishing, tampering" "$bin/python" -m pytest --numprocesses 2 -rs
    site
}

"${1:-everything}"
