# Shelfwise: `make help` lists what there is. Every target sets up what it needs and skips what is done.
SHELL := /bin/sh
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# The first of these that is 3.11, 3.12 or 3.13. `make setup PYTHON=/path/to/python` decides yourself.
PYTHON ?= $(shell for candidate in python3 python3.13 python3.12 python3.11; do \
	$$candidate -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null \
	&& echo $$candidate && break; done)

RUN_ARGS ?=
BENCH_ARGS ?=

.PHONY: help
help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  make %-20s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  RUN_ARGS and BENCH_ARGS pass options on: make run RUN_ARGS='--size small'"

.PHONY: setup
setup: $(VENV)/.runtime-installed  ## Make .venv with the locked dependencies and the shelfwise package

.PHONY: setup-dev
setup-dev: $(VENV)/.dev-installed  ## The same, with what the tests need

.PHONY: run
run: setup  ## Land, build, gate, train and publish: the main job
	@$(BIN)/shelfwise run $(RUN_ARGS)

.PHONY: dashboard
dashboard: setup  ## Open the dashboards on the published version
	@$(BIN)/shelfwise dashboard

.PHONY: serve
serve: setup  ## Start the recommendation API, the collector and the demo shop
	@$(BIN)/shelfwise serve

.PHONY: status
status: setup  ## What is published, and how the last run went
	@$(BIN)/shelfwise status

.PHONY: lint
lint: setup-dev  ## Style and types of Python and SQL, conventions of the dbt project
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=target lint-python lint-dbt

.PHONY: lint-python
lint-python: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive python dashboards bench .ci/audit

.PHONY: lint-dbt
lint-dbt: setup-dev
	$(BIN)/sqlfluff lint --disable-progress-bar models tests/singular bench/warehouse/sql/plain.sql
	@$(BIN)/dbt --quiet parse --no-partial-parse --target-path build/lint --warn-error-options '{"error": ["Deprecations"]}'
	$(BIN)/dbt-bouncer run

.PHONY: audit
audit: setup-dev  ## Known vulnerabilities of the locked dependencies; needs a vulnerability service on the internet
	@$(BIN)/python .ci/audit

.PHONY: test
test: lint  ## Everything that must hold: lint, then the tests
	$(BIN)/pytest

.PHONY: test-exhaustive
test-exhaustive: setup-dev  ## What takes too long for `make test` (an hour or two): 305 daily loads of Online Retail, a whole small benchmark
	SHELFWISE_EXHAUSTIVE=1 $(BIN)/pytest --numprocesses 0 -m exhaustive

.PHONY: test-faults
test-faults: setup-dev  ## Kills, full disks, damage, wrong clocks: an hour, into build/bench/faults.json
	@$(BIN)/python -m bench.faults $(BENCH_ARGS)

.PHONY: bench-nights
bench-nights: setup-dev  ## What sixty nights leave on the disk, into build/bench/nights.json (bench/README.md)
	@$(BIN)/python -m bench.nights $(BENCH_ARGS)

.PHONY: bench-recommender
bench-recommender: setup-dev  ## The recommender beside other methods on two open data sets (bench/README.md)
	@$(BIN)/python -m bench.recommender $(BENCH_ARGS)

.PHONY: bench-forecast
bench-forecast: setup-dev  ## Forecasts back-tested beside baselines and BG/NBD on two shops (docs/forecasting.md)
	@$(BIN)/python -m bench.forecast $(BENCH_ARGS)

.PHONY: bench-warehouse
bench-warehouse: setup-dev  ## What the warehouse costs: full build beside peers, one more day, memory (bench/README.md)
	@$(BIN)/python -m bench.warehouse run $(BENCH_ARGS)

.PHONY: bench-warehouse-100m
bench-warehouse-100m: setup-dev  ## A full build of 100 million events within 8 GB
	@SHELFWISE_MEMORY_LIMIT=8GB $(BIN)/python -m bench.warehouse full --events 100M --no-peers \
		--name warehouse-100m $(BENCH_ARGS)

.PHONY: bench-warehouse-facts
bench-warehouse-facts: setup-dev  ## One more day on 10 and 365 days of history, facts alone and in turn
	@$(BIN)/python -m bench.warehouse facts $(BENCH_ARGS)

.PHONY: bench-serving
bench-serving: setup-dev  ## What the website's side does under load; needs wrk (bench/README.md)
	@$(BIN)/python -m bench.serving $(BENCH_ARGS)

.PHONY: bench-loop
bench-loop: setup-dev  ## Weeks of simulated shoppers on the real website, with a run each night (bench/README.md)
	@$(BIN)/python -m bench.loop $(BENCH_ARGS)

.PHONY: bench-anomalies
bench-anomalies: setup-dev  ## How well unusual days are found: planted changes, false alarms, other rules (bench/README.md)
	@$(BIN)/python -m bench.anomalies $(BENCH_ARGS)

.PHONY: bench-dashboards
bench-dashboards: setup-dev  ## How fast the dashboards draw on ten million events, and for how many; needs Chromium (bench/README.md)
	@$(BIN)/python -m bench.dashboards $(BENCH_ARGS)

.PHONY: docs
docs: setup  ## dbt's documentation site in target/
	$(BIN)/dbt docs generate

.PHONY: lineage
lineage: setup  ## Write docs/lineage.md: from source file to dashboard and API
	@$(BIN)/dbt --quiet parse --target-path build/lineage
	@$(BIN)/python -m shelfwise.lineage build/lineage/manifest.json

.PHONY: lock
lock:  ## Renew the lock files from pyproject.toml (needs uv)
	uv pip compile $(LOCK_FLAGS) pyproject.toml $(addprefix --extra ,$(ALL_EXTRAS)) -o requirements-dev.lock
	uv pip compile $(LOCK_FLAGS) pyproject.toml --extra build -c requirements-dev.lock -o requirements.lock

# All are resolved together first, so that any extra can be added to what `make run` installs.
ALL_EXTRAS := build dev bench benchmark dagster login
# One file for Python 3.11 to 3.13; names, versions and hashes only, no address of an index.
LOCK_FLAGS := --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate

.PHONY: clean
clean:  ## Remove what tools made (not data/, not .venv)
	rm -rf target logs build .pytest_cache .mypy_cache .ruff_cache

$(BIN)/python:
	@test -n "$(PYTHON)" || { \
		echo "Shelfwise needs Python 3.11, 3.12 or 3.13; python3 here is $$(python3 --version 2>&1)."; \
		echo "Install one of them, or name it: make setup PYTHON=/path/to/python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "Shelfwise needs Python 3.11, 3.12 or 3.13; $(PYTHON) is $$($(PYTHON) --version 2>&1)."; exit 1; }
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV) || { \
		rm -rf $(VENV); echo "$(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.runtime-installed: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing the locked dependencies (one to two minutes the first time)"
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --quiet --no-build-isolation --no-deps -e .
	@touch $@
	@echo "Ready. \`make run\` does the main job; \`make help\` lists the rest."

$(VENV)/.dev-installed: requirements-dev.lock $(VENV)/.runtime-installed
	@echo "Installing what the tests need"
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
