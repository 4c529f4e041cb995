# Needs Python >= 3.11, git and make; everything else is fetched into .venv and node_modules.
.DEFAULT_GOAL := help
.PHONY: help run test check format bench machine
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

PORT ?= 8000
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

py := .venv/bin/python
pip := $(py) -m pip install -qq --disable-pip-version-check --no-input --require-hashes

help:  ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: .venv/runtime.stamp  ## serve a demo fair on http://127.0.0.1:8000 (PORT=… changes it)
	@$(py) -m tools.vendor
	@$(py) -m server migrate
	@$(py) -m server demo --port $(PORT)
	@exec $(py) -m server serve --port $(PORT)

test: machine .venv/tools.stamp  ## set up and run every test, in real browsers too
	@$(py) -m tools.vendor --tools
	@$(py) -m tools.node --test --test-reporter=spec $(wildcard tests/browser/*.test.js)
	@$(py) -m pytest $(ARGS)

check: .venv/tools.stamp  ## format, lint, types, import floors, house rules
	@$(py) -m tools.vendor --tools
	@$(py) -m tools.check

format: .venv/tools.stamp  ## put the code into the house's format
	@.venv/bin/ruff format -q . && .venv/bin/ruff check -q --fix .

bench: .venv/tools.stamp  ## measure, side by side with the rivals, into bench/results.json
	@$(py) -m tools.vendor --tools
	@$(py) -m bench

machine:
	@$(or $(PYTHON),$(no-python)) tools/machine.py test

no-python = $(error Daigang needs Python 3.11 or newer: install it, or name it with PYTHON=…)

.venv/bin/python:
	@$(or $(PYTHON),$(no-python)) tools/machine.py run
	@echo "Making .venv …"
	@$(PYTHON) -m venv --clear .venv

.venv/bin/daigang: tools/command.py | .venv/bin/python
	@$(py) -m tools.command

.venv/runtime.stamp: requirements.lock | .venv/bin/daigang
	@echo "Installing Python packages …"
	@$(pip) -r requirements.lock
	@touch $@

.venv/tools.stamp: requirements-dev.lock | .venv/bin/daigang
	@echo "Installing Python packages for tests and checks …"
	@$(pip) -r requirements-dev.lock
	@touch .venv/runtime.stamp $@
