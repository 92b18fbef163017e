# Two commands do all: `make demo` and `make test`.
PYTHON ?= python3
PORT ?= 8050
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help demo test check bench screenshots lock clean python

help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/runtime ## Run the demo district (PORT=8123 for another port)
	@exec $(BIN)/yiwang demo --port $(PORT)

test: .venv/tests ## Run all tests, the browser's too (BROWSER=skip leaves those out)
	@$(BIN)/python -m tests.browsers
	@$(BIN)/python -m pytest -n 3

check: .venv/tests ## The fast gate: style, types, layers, unit tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q -n 3 -m "not slow" tests/unit

bench: .venv/tests ## Measure what claims to be fast, as one table of ratios
	@$(BIN)/python -m bench

screenshots: .venv/tests ## Make the pictures of the README
	@$(BIN)/python -m tests.browsers
	@$(BIN)/python -m docs.screenshots

lock: ## Resolve the dependencies anew (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-header -q -o requirements.lock
	uv pip compile pyproject.toml --group test -c requirements.lock --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header -q -o requirements-test.lock

clean: ## Remove what was made: the environment, caches and the demo's data
	rm -rf .venv var build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Yiwang needs Python 3.11 or newer; '$(PYTHON)' is not. Install one and say which: make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }

.venv/python: | python
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/runtime: requirements.lock pyproject.toml | .venv/python
	@echo "Installing what Yiwang needs (a minute or two) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/tests: requirements-test.lock .venv/runtime
	@echo "Installing what its tests need …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-test.lock
	@touch $@
