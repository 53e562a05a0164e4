# One place for every command; CI calls the same targets. Everything happens in $(VENV), made on first use.
VENV ?= .venv
PYTHON ?= python3
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# What the untouched phrases must reach: raise it with the engine, never lower it.
HELD_OUT_EXACT := 0.92

.DEFAULT_GOAL := help
.PHONY: help chat test lint types tests evals faults bench locks clean

help: ## This list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

chat: $(VENV)/.ready ## Chat with the embedded demo company (no key, no server)
	@$(BIN)/targo chat

test: lint types tests evals ## Everything that has to pass: lint, types, tests, evaluations

lint: $(VENV)/.ready-dev ## Rules and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.ready-dev ## Strict types
	$(BIN)/mypy
	@set -e; for folder in $(sort $(dir $(wildcard tests/*/conftest.py tests/*/test_*.py))) tests/test_*.py; do \
		echo "mypy $$folder"; $(BIN)/mypy $$folder; done

tests: $(VENV)/.ready-dev ## Behaviour
	$(BIN)/pytest -n 2

evals: $(VENV)/.ready-dev ## Phrases: the part that is tuned to, then the part that never is
	$(BIN)/targo eval evals/tuned --engine local --min-exact 0.96 --baseline evals/baseline.json
	$(BIN)/targo eval evals/held_out --engine local --min-exact $(HELD_OUT_EXACT)

faults: $(VENV)/.ready-dev ## Every write, each of its calls, each fault (an hour; FAULTS="--only ACTION", "--sample N", "--log FILE")
	$(BIN)/python tests/durability/matrix.py $(FAULTS)

bench: $(VENV)/.ready-dev ## What is timed: the first prompt, a read turn
	$(BIN)/python -m benchmarks

locks: $(VENV)/.ready-dev ## Write the lock files anew from pyproject.toml
	$(PIP) install pip-tools
	$(BIN)/pip-compile -q --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--extra build -o requirements.lock pyproject.toml
	$(BIN)/pip-compile -q --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-trusted-host --no-emit-find-links \
		--extra build --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml

clean: ## Remove the environment and caches
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis

$(VENV)/.ready: requirements.lock pyproject.toml
	@echo "Installing into $(VENV) (once) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	@echo "Installing what the tests need (once) ..."
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@
