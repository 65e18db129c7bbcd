# The only door. Python 3.11 or newer and make are all it needs; CI uses the same words.
PORT ?= 8000
ORG_PORT ?= 8001
PYTHON ?= python3
BIN := .venv/bin
UV := $(or $(shell command -v uv 2>/dev/null),$(BIN)/uv)

# What some tests run beside our own environment: the sam CLI, Lambda's Python, an emulated AWS.
TOOLS := $(patsubst %,tools-env/%/ready,sam lambda ministack)

# A home that cannot be written to has no place for what uv keeps from one time to the next.
export UV_NO_CACHE := $(shell test -w "$$HOME" && echo 0 || echo 1)

.PHONY: setup run test lint format docs proof bench figures clients

TOO_OLD = echo "$(PYTHON) is not Python 3.11 or newer. Name one that is: make setup PYTHON=python3.13" >&2; exit 1
UNREACHABLE = echo "Nothing was installed. Is the package index (PyPI) reachable? Then make again." >&2; exit 1

setup: .venv/ready

.venv/ready: pyproject.toml uv.lock
	@test -d .venv || $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { $(TOO_OLD); }
	@echo "Installing into .venv"
	@test -d .venv || $(PYTHON) -m venv .venv
	@command -v uv >/dev/null 2>&1 || test -x $(BIN)/uv \
		|| { $(BIN)/python -m pip --version >/dev/null 2>&1 || $(BIN)/python -m ensurepip >/dev/null; \
			$(BIN)/python -m pip install --quiet --disable-pip-version-check uv || { $(UNREACHABLE); }; }
	@$(UV) sync --quiet --frozen --inexact --python $(BIN)/python || { $(UNREACHABLE); }
	@touch $@

run: .venv/ready  ## the server and an emulated org, on this machine
	@exec $(BIN)/salesforce-mcp dev --port $(PORT) --org-port $(ORG_PORT)

test: .venv/ready $(TOOLS)
	$(BIN)/pytest -n auto --dist loadgroup

lint: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python docs/generate.py --check

format: .venv/ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: .venv/ready  ## the generated pages of docs/
	$(BIN)/python docs/generate.py

clients: .venv/ready  ## real Node clients and a browser, for the tests that use them
	npm ci --silent --prefix tests/clients

proof: .venv/ready $(TOOLS)  ## the tests that count, in full
	$(BIN)/python -m tests.bench.proof

bench: .venv/ready  ## ratios, measured side by side in one run
	$(BIN)/python -m tests.bench

figures: .venv/ready  ## docs/figures.md, with the security tests counted anew
	@$(BIN)/python -m tests.bench.proof --security

-include build.mk
