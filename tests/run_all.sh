#!/bin/sh
# Every test there is, one stage at a time; `run_all.sh site` only those of the site, `run_all.sh engines` those of the
# other engines, which are part of the rest only where WITH_ENGINES is set. `make` makes the environments first.
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
    node=$("$bin/python" -c "from fingerplan.outputs.site import find_node; print(find_node())")
    stage "node: the datasource plugin of the site, on DuckDB, SQLite and PostgreSQL" plugin
    stage "pytest: the site in Chromium, and the command that builds it" "$bin/python" -m pytest -rs tests/browser
}

# exit code 2 says that the machine lacks the engine, and the script has said which
engine() {
    outcome=0
    .venv-engines/bin/python -m "$@" || outcome=$?
    if [ $outcome -eq 2 ]; then
        echo "SKIPPED: $1"
        outcome=0
    fi
    return $outcome
}

engines() {
    stage "PostgreSQL and DuckLake: every model and test, every mart held against DuckDB's, also month by month" engine tests.engines.postgres
    stage "Spark: the same on a cluster, with a worker killed in mid-build" engine tests.engines.spark --kill-worker
}

# the site's pages leave a processor idle; the engines' log comes after the site's
site_beside_engines() {
    setsid tests/run_all.sh engines >target/engines.log 2>&1 &
    engines=$!
    trap 'kill -TERM "-$engines" 2>/dev/null || true' EXIT  # dash knows no `--` here
    trap 'exit 130' INT TERM  # by which the first one is run too
    site
    outcome=0
    wait "$engines" || outcome=$?
    cat target/engines.log
    return $outcome
}

everything() {
    stage "ruff: Python style" "$bin/ruff" check --no-cache --quiet .
    stage "dbt: build, data tests, unit tests and documentation, in a file of their own" warehouse
    stage "dbt-bouncer: conventions of the dbt project" "$bin/dbt-bouncer" run
    stage "sqlfluff: SQL style" \
        "$bin/sqlfluff" lint models tests/data analyses --disable-progress-bar --nocolor --processes 2
    stage "pytest: the command line, the gate, publishing, tampering" "$bin/python" -m pytest --numprocesses 2 -rs
    if [ -n "${WITH_ENGINES:-}" ]; then site_beside_engines; else site; fi
}

"${1:-everything}"
