# `make help` lists the targets. `make run DATA=/srv/data PORT=9000` overrides the variables below.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
DATA ?= data
HOST ?= 127.0.0.1
PORT ?= 8000
TARGET ?= markdown
SECONDS ?= 600
# two more than there are processors: many tests wait for another process, or for time to pass
WORKERS ?= $(shell expr $$(nproc 2>/dev/null || echo 2) + 2)

.PHONY: help install install-test widget browser wordpress servers run test lint types screenshots bench soak faults fuzz fuzz-api lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is required. Name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -m venv .venv

.venv/.run: requirements/run.txt pyproject.toml | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.test: requirements/test.txt .venv/.run
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

install: .venv/.run ## Install the service into .venv

install-test: .venv/.test ## Install the service and the test tools

node_modules/.installed: package.json package-lock.json .npmrc
	@if command -v npm >/dev/null 2>&1; then npm ci --silent; \
	elif [ "$${REQUIRE_NPM:-}" = 1 ]; then echo "No npm, and REQUIRE_NPM=1."; exit 1; else \
	  echo "npm is not installed: the tests of the CommonMark specification are skipped."; mkdir -p node_modules; fi
	@touch $@

widget: node_modules/.installed ## Build the widget from widget/src
	@npm run --silent widget

browser: install-test ## Find Chromium, or install it where possible
	@sh tests/browser/install_chromium.sh

wordpress: ## Find WordPress for the tests of its connector, or install it where possible
	@sh tests/connectors/install_wordpress.sh

servers: ## Find nginx, HAProxy and sshd for the tests of several nodes, or install them where possible
	@sh tests/cluster/install_servers.sh

run: install ## Create a demo publication in ./data and serve it
	@$(BIN)/corrections --data $(DATA) demo --host $(HOST) --port $(PORT)
	@$(BIN)/corrections --data $(DATA) serve --host $(HOST) --port $(PORT)

lint: install-test ## Check style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --check corrections
	$(BIN)/djlint --lint corrections

types: install-test ## Check types
	$(BIN)/mypy

# what is compiled once is compiled for each process that a test starts
test: export PYTHONDONTWRITEBYTECODE =
test: install-test node_modules/.installed browser wordpress servers lint types ## Run the linter, the type checker and all tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

faults: install-test ## Run the long fault-tolerance tests (minutes to hours)
	CORRECTIONS_FAULT_ROUNDS=20 CORRECTIONS_CLUSTER_FAULTS=100 $(BIN)/python -m pytest tests/faults

.venv/.fuzz: requirements/fuzz.txt .venv/.test
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/fuzz.txt
	@touch $@

fuzz: .venv/.fuzz ## Fuzz one part of the code: make fuzz TARGET=markdown SECONDS=600
	$(BIN)/python -m tests.fuzz $(TARGET) $(SECONDS)

fuzz-api: .venv/.fuzz ## Send random requests to the API and check the answers against its description
	$(BIN)/python -m tests.fuzz.api 450

screenshots: install-test browser ## Take screenshots of the demo into build/screenshots
	@$(BIN)/python -m docs.screenshots

bench: install-test ## Run the benchmarks and print their tables (minutes)
	$(BIN)/python -m benchmarks.durable_writes
	$(BIN)/python -m benchmarks.commit_cost
	$(BIN)/python -m benchmarks.desk
	$(BIN)/python -m benchmarks.history

soak: install-test ## Run the long benchmarks: load, growth, comparison with other services (hours)
	$(BIN)/python -m benchmarks.load
	$(BIN)/python -m benchmarks.growth
	$(BIN)/python -m benchmarks.peers

lock: ## Rewrite requirements/*.txt from pyproject.toml (requires uv)
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --no-emit-find-links pyproject.toml requirements/build.in -o requirements/run.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
	  --no-emit-find-links --extra test pyproject.toml requirements/build.in -o requirements/test.txt
	uv pip compile --quiet --python-version 3.11 --python-platform linux --generate-hashes --no-header --no-emit-index-url \
	  --no-emit-find-links --constraints requirements/test.txt requirements/fuzz.in -o requirements/fuzz.txt

clean: ## Delete everything that was built; data stays
	rm -rf .venv node_modules build *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis
