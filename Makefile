# `make run` and `make test` do all the set-up there is; everything else is for those who change the project.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: run test reliability docs lock clean

run: $(INSTALLED)
	@$(BIN)/fingerplan build

test: $(INSTALLED)
	@tests/run_all.sh

# an hour and a half: kills, full disks, readers and corrupted files, with its figures in docs/reliability.md
reliability: $(INSTALLED)
	@$(BIN)/python tests/reliability.py

docs: $(INSTALLED)
	@$(BIN)/dbt docs generate --static --quiet && echo "Read target/static_index.html"

# Debian's python3 can lack ensurepip: then the pip that is on the machine fills the environment from outside.
$(INSTALLED): requirements.lock pyproject.toml
	@echo "Making the environment $(VENV) from requirements.lock (a minute or so, once)"
	@started=$$(date +%s); \
	rm -f $@; \
	test -x $(BIN)/python && $(BIN)/python -c 'import sys' 2>/dev/null || { rm -rf $(VENV); \
	    $(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || $(PYTHON) -m venv --without-pip --clear $(VENV); } && \
	if $(BIN)/python -m pip --version >/dev/null 2>&1; \
	    then pip="$(BIN)/python -m pip"; else pip="$(PYTHON) -m pip --python $(BIN)/python"; fi && \
	$$pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock && \
	$$pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable . && \
	touch $@ && echo "Environment ready ($$(( $$(date +%s) - started )) s)"

# Pins every dependency by hash, without naming a registry; needs uv.
lock:
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url \
	    --custom-compile-command "make lock" --quiet --output-file requirements.lock

clean:
	rm -rf $(VENV) target logs warehouse/build warehouse/rejected warehouse/dev/*.duckdb*
