# `make help` lists the targets.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
DATA ?= data
HOST ?= 127.0.0.1
PORT ?= 8000
TARGET ?= markdown
SECONDS ?= 600

.PHONY: help install install-test widget browser run test lint types bench soak faults fuzz fuzz-api lock clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one: make PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/.run: requirements/run.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.test: requirements/test.txt .venv/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

install: .venv/.run ## install the service into .venv

install-test: .venv/.test ## install what the tests need as well

node_modules/.installed: package.json package-lock.json .npmrc
	@if command -v npm >/dev/null 2>&1; then npm ci --silent; \
	elif [ "$${REQUIRE_NPM:-}" = 1 ]; then echo "No npm, and REQUIRE_NPM=1."; exit 1; else \
	  echo "No npm here: the tests of the CommonMark specification will be skipped."; mkdir -p node_modules; fi
	@touch $@

widget: node_modules/.installed ## build the widget from widget/src
	npm run --silent widget

browser: install-test ## find Chromium, or install it where that is possible
	@sh tests/browser/install_chromium.sh

run: install ## make a demo publication in ./data if there is none, and serve it
	@$(BIN)/corrections --data $(DATA) demo --host $(HOST) --port $(PORT)
	@$(BIN)/corrections --data $(DATA) serve --host $(HOST) --port $(PORT)

lint: install-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install-test
	$(BIN)/mypy

test: install-test node_modules/.installed browser lint types ## linter, types and all tests
	$(BIN)/python -m pytest -n 2 --dist worksteal

faults: install-test ## the long forms of the tests that kill things
	CORRECTIONS_FAULT_ROUNDS=20 $(BIN)/python -m pytest tests/faults

.venv/.fuzz: requirements/fuzz.txt .venv/.test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/fuzz.txt
	@touch $@

fuzz: .venv/.fuzz ## fuzz the text engine, event decoding and names: TARGET=markdown SECONDS=600
	$(BIN)/python -m tests.fuzz $(TARGET) $(SECONDS)

fuzz-api: .venv/.fuzz ## fuzz the API and check its answers against its description, 10,000 requests and more
	$(BIN)/python -m tests.fuzz.api 450

bench: install-test ## print the benchmarks' tables
	$(BIN)/python -m benchmarks.durable_writes
	$(BIN)/python -m benchmarks.commit_cost
	$(BIN)/python -m benchmarks.desk
	$(BIN)/python -m benchmarks.history

soak: install-test ## load for 15 minutes, an archive of a million corrections, other services beside ours: some hours
	$(BIN)/python -m benchmarks.load
	$(BIN)/python -m benchmarks.growth
	$(BIN)/python -m benchmarks.peers

lock: ## rewrite requirements/*.txt from pyproject.toml (needs uv on PATH)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --no-emit-find-links pyproject.toml requirements/build.in -o requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --no-emit-find-links --extra test pyproject.toml requirements/build.in -o requirements/test.txt
	uv pip compile --quiet --python-version 3.11 --python-platform linux --generate-hashes --no-header --no-emit-index-url \
	  --no-emit-find-links --constraints requirements/test.txt requirements/fuzz.in -o requirements/fuzz.txt

clean: ## remove what was built (never the data)
	rm -rf .venv node_modules build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
