# `make` or `make help` tells what there is. Everything runs in .venv, made from requirements.lock by the first command.

PYTHON ?= python3
ARGS ?=
# Demo mode: fictitious people and rows, loopback only. DEMO=0 for a real installation.
export DEMO ?= 1
BIN := .venv/bin
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

.PHONY: help
help: ## This list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16
	@echo "  Set PORT, DATABASE_URL, TEST_DATABASE_URL, CHROMIUM or PYTHON in front, options behind as ARGS='...'."

.PHONY: setup
setup: .stamp/env ## Environment, instance folder, database and first data; keeps what is there
	@$(BIN)/flask --app app setup

.PHONY: run
run: setup ## Set up and serve on 127.0.0.1:PORT; prints the address and the demo sign-ins
	@exec $(BIN)/flask --app app serve

.PHONY: test
test: .stamp/env programs ## Lint, types and all tests, with a real PostgreSQL and a real browser
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto $(ARGS) || $(MAKE) again-alone CODE=$$?

# What failed beside others, on a machine that others use too, is run once more alone, and stays named above; what fails
# twice is red. So is all that is not a failed test: 1 alone says that tests failed.
.PHONY: again-alone
again-alone:
	@[ "$(CODE)" = 1 ] || exit "$(CODE)"
	@echo "Some tests failed beside others; once more, one at a time:"
	$(BIN)/python -m pytest -n 0 -p no:randomly -x --last-failed --last-failed-no-failures none

.PHONY: fix
fix: .stamp/env ## Put the code in order: what ruff can mend by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

.PHONY: seed
seed: setup ## Furnish the database with the demo municipalities
	@$(BIN)/flask --app app seed demo $(ARGS)

.PHONY: bench
bench: .stamp/env ## Measure the speed beside Django admin, Flask-Admin and code by hand; ARGS='--json bench.json'
	@$(BIN)/python -m tests.bench $(ARGS)

.PHONY: mutants
mutants: .stamp/env programs ## Change the logic of models and reports in a copy and tell what no test sees; ARGS='--sample 100'
	@$(BIN)/python -m tests.mutants $(ARGS)

.PHONY: shots
shots: .stamp/env programs ## Pictures of the main pages into shots/, to look at after changing a page
	@$(BIN)/python -m tests.shots $(ARGS)

.PHONY: migration
migration: .stamp/env ## Write a migration for what has changed in the models; NAME="what it is"
	@$(BIN)/flask --app app migration "$(NAME)"

.PHONY: lock
lock: ## Make requirements.lock again from pyproject.toml; newer versions with ARGS=--upgrade
	@uv=$$(command -v uv || echo .stamp/uv/bin/uv); \
	if [ ! -x "$$uv" ]; then $(PYTHON) -m venv .stamp/uv; .stamp/uv/bin/pip install -qq uv; fi; \
	"$$uv" pip compile pyproject.toml -o requirements.lock --quiet --universal --generate-hashes --all-extras \
	    --python-version 3.11 --no-emit-index-url --no-emit-find-links --no-header --no-annotate $(ARGS)
	@! grep -nE '://|^-|file:' requirements.lock || { echo "requirements.lock names a host or a path."; exit 1; }
	@echo "requirements.lock holds $$(grep -c == requirements.lock) packages."

# -- what the commands above need --

# The environment, once per change of the lock (or when .venv is gone).
.stamp/env: requirements.lock $(if $(wildcard $(BIN)/python),,again)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "Orden needs Python 3.11 or newer; name one: make PYTHON=python3.12 ..."; exit 1; }
	@if command -v uv >/dev/null; then \
	    echo "Installing locked packages with uv (some seconds the first time) ..."; \
	    [ -x $(BIN)/python ] || uv venv --quiet --python $(PYTHON) .venv; \
	    uv pip install --quiet --no-deps --python $(BIN)/python --require-hashes -r requirements.lock; \
	else \
	    echo "Installing locked packages with pip (about a minute the first time) ..."; \
	    [ -x $(BIN)/pip ] || $(PYTHON) -m venv --clear .venv \
	        || { echo "Python's venv is missing; on Debian: apt-get install python3-venv"; exit 1; }; \
	    $(BIN)/pip install -qq --disable-pip-version-check --no-deps --require-hashes -r requirements.lock; \
	fi
	@mkdir -p .stamp && touch $@

.PHONY: again
again:

# The programs of the system that the tests need: found, else installed where that is allowed, else those tests are skipped.
.PHONY: programs
programs: .stamp/env
	@missing() { $(BIN)/python -m tests.support.programs; }; \
	wanted=$$(missing); \
	if [ -z "$$wanted" ]; then exit 0; fi; \
	root=; [ "$$(id -u)" = 0 ] || root="sudo -n"; \
	if command -v apt-get >/dev/null && $$root true 2>/dev/null; then \
	    echo "Installing for the tests with apt-get (a minute or two): $$wanted ..."; \
	    { $$root apt-get -qq update && $$root env DEBIAN_FRONTEND=noninteractive \
	        apt-get -qq -y --no-install-recommends install $$wanted; } >/dev/null || true; \
	fi; \
	wanted=$$(missing); \
	[ -z "$$wanted" ] || echo "Not here, and could not be installed: $$wanted. Their tests will be SKIPPED."
