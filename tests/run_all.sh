#!/bin/sh
# Every test, one stage at a time. `run_all.sh site` runs only those of the site, `run_all.sh engines` only those of the
# other engines, which the full run includes where WITH_ENGINES is set. `make` prepares the environments first.
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
    rm -f target/ci/fingerplan.duckdb*  # else dbt would go on from what an earlier version of the project built
    "$bin/dbt" --quiet build --target ci
    "$bin/dbt" --quiet docs generate --static --target ci
}

types() {
    wait "$checking" || { cat target/mypy.log; return 1; }
    tail -n 1 target/mypy.log
}

# the log is printed only when a test fails; what was skipped is said either way
plugin() {
    log=target/plugin-tests.log
    EVIDENCE_SQLALCHEMY_PYTHON="$PWD/$bin/python" "$node/node" --test --test-reporter=tap \
        evidence/plugins/evidence-sqlalchemy/test/ >$log 2>&1 || { cat $log; return 1; }
    grep -o '# SKIP.*' $log | sort | uniq -c || true
    grep -E '^# (pass|fail|skipped) ' $log
}

packages() {
    "$bin/python" -c 'from fingerplan.outputs import site; site.install_packages(site.find_node())'
}

site() {
    [ -z "${fetching:-}" ] || wait "$fetching" || true  # the next stage says what went wrong
    stage "node: the packages of the site" packages
    node=$("$bin/python" -c "from fingerplan.outputs.site import find_node; print(find_node())")
    stage "node: the datasource plugin of the site, on DuckDB, SQLite and PostgreSQL" plugin
    stage "pytest: the site in Chromium, and the command that builds it" "$bin/python" -m pytest \
        --numprocesses 2 --dist loadfile --no-loadscope-reorder -rs tests/browser
}

# exit code 2 means that the machine lacks the engine; the script itself names it
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
    stage "PostgreSQL and DuckLake: every model and test, every mart compared with DuckDB's, also month by month" engine tests.engines.postgres
    stage "Spark: the same on a cluster, with a worker killed in mid-build" engine tests.engines.spark --kill-worker
}

# building the site's pages leaves a processor idle; the log of the engines is printed after that of the site
site_beside_engines() {
    setsid tests/run_all.sh engines >target/engines.log 2>&1 &
    engines=$!
    trap 'kill -TERM "-$engines" 2>/dev/null || true' EXIT  # dash does not accept `--` here
    trap 'exit 130' INT TERM  # which runs the trap above too
    site
    outcome=0
    wait "$engines" || outcome=$?
    cat target/engines.log
    return $outcome
}

everything() {
    packages >/dev/null 2>&1 &  # they are fetched while the stages before the site run
    fetching=$!
    stage "ruff: Python style, and no function with a complexity above 12" "$bin/ruff" check --no-cache --quiet .
    "$bin/mypy" >target/mypy.log 2>&1 &
    checking=$!
    stage "import-linter: which room may import which" "$bin/lint-imports" --no-cache
    stage "dbt: build, data tests, unit tests and documentation, in a file of their own" warehouse
    stage "dbt-bouncer: conventions of the dbt project" "$bin/dbt-bouncer" run
    stage "mypy: types, checked beside the stages above" types
    stage "sqlfluff: SQL style" \
        "$bin/sqlfluff" lint models tests/data analyses --disable-progress-bar --nocolor --processes 2
    stage "pytest: the command line, the gate, publishing, tampering" "$bin/python" -m pytest --numprocesses 2 --dist worksteal -rs
    if [ -n "${WITH_ENGINES:-}" ]; then site_beside_engines; else site; fi
}

"${1:-everything}"
