# Everything a newcomer needs: Python 3.11 or newer with its venv module, and make.
#
#   make demo      the demo city with simulated phones and a live feed; Ctrl-C stops it
#   make test      every check and every test
#   make install   the virtual environment alone
#
# Stamp files under .venv make a second call do nothing while nothing changed.

SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV ?= .venv
BUILD ?= build
LOCK ?= requirements/dev.txt
WORKERS ?= 2
TESTS ?= tests
DEMO ?=
POSTGRES ?=

BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed-$(notdir $(basename $(LOCK)))
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
PACKAGES := api denyut mobile_contract models notifications realtime
CHECKED := $(wildcard $(PACKAGES) benchmarks tests)

.PHONY: help
help: ## Lists the commands
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

# -- installing ---------------------------------------------------------------

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Denyut needs Python 3.11 or newer; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Making the virtual environment $(VENV)"
	@$(PYTHON) -m venv $(VENV)

$(INSTALLED): $(LOCK) pyproject.toml | $(BIN)/python
	@echo "Installing the locked packages of $(LOCK) into $(VENV)"
	@$(PIP) install --quiet --require-hashes --requirement $(LOCK)
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: install
install: $(INSTALLED) ## Installs everything into .venv; does nothing when up to date

# The image's installation: no test tools, no embedded PostgreSQL, and a wheel instead of a link
# to this folder. The packages come first, so that an image's layer of them is kept.
.PHONY: packages
packages: | $(BIN)/python
	@$(PYTHON) -m venv $(BUILD)/tools
	@$(BUILD)/tools/bin/python -m pip install --quiet --disable-pip-version-check \
	  --require-hashes --requirement requirements/build.txt
	@$(PIP) install --quiet --require-hashes --requirement requirements/runtime.txt

.PHONY: install-service
install-service: packages ## Installs the service alone into VENV, as the image does
	@rm -rf $(BUILD)/wheels
	@$(BUILD)/tools/bin/python -m pip wheel --quiet --disable-pip-version-check \
	  --no-deps --no-build-isolation --wheel-dir $(BUILD)/wheels .
	@$(PIP) install --quiet --no-deps --no-index --force-reinstall $(BUILD)/wheels/denyut-*.whl

# -- running ------------------------------------------------------------------

.PHONY: demo
demo: LOCK := requirements/embedded.txt
demo: ## Runs the demo city; DEMO="--port 8080 --phones 20" passes options
	@$(MAKE) --no-print-directory install LOCK=$(LOCK)
	@$(BIN)/denyut web build >&2 || echo "The demo runs without its app." >&2
	@$(BIN)/denyut demo $(DEMO)

.PHONY: web
web: LOCK := requirements/embedded.txt
web: ## Builds the app of web/ that the service serves at /; does nothing when up to date
	@$(MAKE) --no-print-directory install LOCK=$(LOCK)
	@$(BIN)/denyut web build

.PHONY: bench
bench: install ## Measures against the goals and peers; SCENARIO=name runs one
	@$(BIN)/python -m benchmarks --output $(BUILD)/bench.json \
	  $(if $(SCENARIO),--scenario $(SCENARIO))

# -- checking -----------------------------------------------------------------

.PHONY: test
test: install ## Runs every check and every test but drills of minutes; TESTS=tests/realtime runs some, POSTGRES=15 on that
	@$(BIN)/python -m pytest -q -n $(WORKERS) --dist worksteal $(if $(POSTGRES),--postgres $(POSTGRES)) $(TESTS)

.PHONY: drills
drills: install ## Runs only the tests that kill, freeze or flood real processes, also those of minutes
	@$(BIN)/python -m pytest -q -m drill $(TESTS)

.PHONY: lint
lint: install ## Runs only the checks: ruff, pyright, import-linter, hadolint and our own
	@$(BIN)/python -m pytest -q -n $(WORKERS) tests/house -k "not installation"

.PHONY: format
format: install ## Formats the code and mends what can be mended
	@$(BIN)/ruff check --fix $(CHECKED); $(BIN)/ruff format $(CHECKED); $(BIN)/denyut web format

# -- keeping ------------------------------------------------------------------

.PHONY: lock
lock: install ## Locks the newest versions with hashes; PACKAGE=name moves only that one
	@PATH="$(abspath $(BIN)):$$PATH" sh requirements/lock.sh $(PACKAGE)

.PHONY: clean
clean: ## Removes what the other commands made, except the demo's data
	rm -rf $(VENV) $(BUILD) dist web/dist web/node_modules .pytest_cache .ruff_cache .hypothesis
