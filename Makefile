# Everything a newcomer types. `make` alone prints this list.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONDONTWRITEBYTECODE ?=

# Half of a test run is waiting: for processes that start, for servers that stop.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) \* 3 / 2)

.DEFAULT_GOAL := help
.PHONY: help demo test check bench chaos lock clean

help: ## print this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/run: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Golden Hour needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	@echo "Setting up $(VENV) (once, about half a minute) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: $(VENV)/run requirements-dev.lock
	@echo "Adding the tools for tests and checks ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

demo: $(VENV)/run ## try a crisis in the browser, no account needed (ARGS="--speed 60 --scenario 7")
	@$(BIN)/goldenhour demo $(ARGS)

test: $(VENV)/dev ## run every test, on SQLite and on a real PostgreSQL
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist worksteal $(ARGS)

check: $(VENV)/dev ## lint, types and the direction of imports: what CI asks before the tests
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@echo "All checks passed."

bench: $(VENV)/dev ## measure against named rivals in the same run; prints ratios
	@$(BIN)/python -m bench $(ARGS)

chaos: $(VENV)/dev ## kill the bot, its database and its Slack for two minutes (ARGS="--scenario kills --crises 50")
	@$(BIN)/python -m chaos $(ARGS)

lock: ## refresh the lock files (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet pyproject.toml --group build -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet pyproject.toml --group build --group dev -c requirements.lock -o requirements-dev.lock

clean: ## remove the virtual environment and what the demo left
	rm -rf $(VENV) var build dist *.egg-info
