# Two commands matter: `make run` and `make test`. Both need only Python >= 3.11 and make.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
SCALE  ?= 0.1

.PHONY: run test check bench e2e images quick messages assets lock clean
.DEFAULT_GOAL := run

$(VENV)/.run: requirements/run.lock pyproject.toml
	@echo "准备运行环境（第一次约一分钟）… Preparing the environment (about a minute the first time)…"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/run.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e . 2>/dev/null || $(BIN)/python -m pip install -q --disable-pip-version-check --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements/dev.lock $(VENV)/.run
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

run: $(VENV)/.run            ## install, migrate, fill the demo company, serve on localhost
	@$(BIN)/jiyu demo --serve

test: $(VENV)/.dev           ## everything that proves the product, browsers and PostgreSQL where found
	@$(BIN)/python -m tools.test all

quick: $(VENV)/.dev          ## the suite one runs while working
	@$(BIN)/python -m tools.test quick

check: $(VENV)/.dev          ## style, types, layers, translations, built assets
	@$(BIN)/python -m tools.check

bench: $(VENV)/.dev          ## figures beside hand-written limits; SCALE=1 for the report
	@SCALE=$(SCALE) $(BIN)/python -m bench

e2e: $(VENV)/.dev            ## Chromium 64, axe and Lighthouse on the pages
	@if command -v npm >/dev/null; then npm ci --ignore-scripts --silent --no-audit --no-fund --prefix frontend/e2e; fi
	@$(BIN)/python -m tools.test e2e

images: $(VENV)/.dev         ## take the README's pictures of the demo again
	@$(BIN)/python -m tools.screenshots

messages: $(VENV)/.dev       ## collect and compile translations
	@$(BIN)/python -m tools.messages update

assets:                      ## rebuild the committed front-end assets (needs Node)
	@cd frontend && npm ci --silent && npm run --silent build

lock: $(VENV)/.dev           ## pin dependencies again, with hashes and without hosts
	@$(BIN)/python -m tools.lock

clean:
	rm -rf $(VENV) frontend/node_modules
