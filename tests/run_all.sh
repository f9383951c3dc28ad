#!/bin/sh
# Every test there is, one stage at a time; `make test` makes the environment first.
set -eu
cd "$(dirname "$0")/.."
bin=.venv/bin

stage() {
    name=$1
    shift
    echo "== $name"
    started=$(date +%s)
    "$@"
    echo "== $name: $(($(date +%s) - started)) s"
}

warehouse() {
    "$bin/dbt" --quiet build
    "$bin/dbt" --quiet docs generate --static
}

stage "ruff: Python style" "$bin/ruff" check --no-cache --quiet .
stage "dbt: build, data tests, unit tests and documentation of the working file" warehouse
stage "dbt-bouncer: conventions of the dbt project" "$bin/dbt-bouncer" run
stage "sqlfluff: SQL style" "$bin/sqlfluff" lint models tests analyses --disable-progress-bar --nocolor --processes 1
stage "pytest: the command line, the gate, publishing, tampering" "$bin/python" -m pytest --numprocesses 2 -rs
