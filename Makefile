# Two commands for a new user: `make app` and `make test`. Both are idempotent, and quick the second time.
PYTHON ?= python3
PORT ?= 5006
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
WORKERS ?= 2
PARALLEL = -n $(WORKERS) --dist worksteal
export PYTHONUNBUFFERED = 1

.PHONY: help app test test-slow lint types browser docs resolve bench clean

help:  ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "BSCT Explorer needs Python 3.11 or newer; run: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

# torch goes first: asked for by another package, pip may take a newer build with several GB of CUDA libraries.
$(VENV)/.stamp-app: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --quiet --constraint constraints.txt --upgrade pip "setuptools<81" wheel
	$(PIP) install --quiet --constraint constraints.txt torch numpy
	$(PIP) install --quiet --constraint constraints.txt --editable ".[app]"
	@touch $@

$(VENV)/.stamp-test: $(VENV)/.stamp-app
	$(PIP) install --quiet --constraint constraints.txt --editable ".[app,test]"
	@touch $@

app: $(VENV)/.stamp-app  ## install what is missing and open the page
	$(BIN)/bsct-explorer serve --port $(PORT)

browser:
	@sh scripts/get_chromium.sh

lint: $(VENV)/.stamp-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/oxlint bsct_explorer
	$(BIN)/oxfmt --check bsct_explorer

types: $(VENV)/.stamp-test
	$(BIN)/mypy

# Two workers of one thread each are quicker than one of two. What drives a browser stands in a call of its own, which runs
# though the first has failed; the failure of either is make's.
# A browser on a busy machine is asked a second time, and the summary counts it: a page that stays "checking" now and then
# is a fault that is not found yet (see CONTRIBUTING).
# One order of sets for both workers, which must agree on the list of tests.
test: export PYTHONHASHSEED = 0
test: $(VENV)/.stamp-test browser lint types  ## every test that is not slow
	@failed=0; \
	$(BIN)/python -m pytest -m "not slow" $(PARALLEL) --ignore tests/browser || failed=1; \
	$(BIN)/python -m pytest -m "not slow" $(PARALLEL) --reruns 1 tests/browser || failed=1; \
	exit $$failed

test-slow: $(VENV)/.stamp-test browser  ## the slow tests alone
	$(BIN)/python -m pytest -m slow

docs: $(VENV)/.stamp-test  ## build the documentation into build/docs, strictly: a warning is an error
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	@echo "open build/docs/index.html, or serve it: $(BIN)/python -m http.server --directory build/docs"

resolve: $(VENV)/.stamp-test  ## ask pip whether every extra installs from wheels on each Python
	$(BIN)/python scripts/resolve.py

bench: $(VENV)/.stamp-test  ## the speed table of the README
	$(BIN)/python benchmarks/scan_speed.py

clean:  ## remove the environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache build dist *.egg-info
