# Two doors: `make lab` opens JupyterLab with the extension, `make test` runs every check and test.
# Each sets up what it needs; stamps in .make/ remember what is done, and a removed output is made again.

PYTHON ?= python3
ROOT ?= sample-project
PORT ?= 8888
# A real torch for the tests of the doctor, made for the CPU only; `make test TORCH=` does without. Where the default
# index has one with CUDA, gigabytes are spared by TORCH_INDEX=--index-url=<an index of builds for the CPU>.
TORCH ?= torch==2.13.0
TORCH_INDEX ?=

BIN := $(CURDIR)/.venv/bin
export PATH := $(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
# jlpm doesn't read npm's settings; the lock file and .yarnrc.yml name no host.
ifndef YARN_NPM_REGISTRY_SERVER
export YARN_NPM_REGISTRY_SERVER := $(shell npm config get registry 2>/dev/null | sed 's:/*$$::')
endif
FIND_CHROMIUM := command -v chromium || command -v chromium-browser || command -v google-chrome

# The first pip that reads [dependency-groups] is 25.1.
PIP := 'pip==26.2'
PIP_INSTALL := $(BIN)/python -m pip install --quiet --constraint constraints.txt
AS_ROOT := $(filter 0,$(shell id -u))
LAB_SOURCES := $(shell find src style schema -type f 2>/dev/null) tsconfig.json tsconfig.build.json
LABEXTENSION := jupyter_mlgit/labextension/package.json
LINKED := .venv/share/jupyter/labextensions/jupyter-mlgit

# A stamp whose output was removed is no longer true.
$(shell test -x .venv/bin/python || rm -f .make/venv .make/python .make/linked)
$(shell test -e node_modules/.yarn-state.yml || rm -f .make/node)
$(shell test -e $(LABEXTENSION) || rm -f .make/labextension)
$(shell test -e $(LINKED)/package.json || rm -f .make/linked)

.PHONY: help lab test test-long crash setup check fix pytest jest ui bench wheel contract pins clean
.DELETE_ON_ERROR:

help:
	@echo 'make lab            JupyterLab with the extension on a sample project (ROOT=path for your own folder, PORT=8889 for another port,'
	@echo '                    LAB=--ip=… for other options)'
	@echo 'make test           every check and test: check, pytest, jest, ui'
	@echo 'make test-long      the random histories and acts, many times over (MLGIT_EXAMPLES=2000)'
	@echo 'make crash          acts killed, and failing, at every single change of the disk (MLGIT_CRASH=each: for every reason)'
	@echo 'make setup          only what the others need: .venv, node_modules, the built extension'
	@echo 'make check          linters, layers and types of both halves'
	@echo 'make fix            what the linters can mend themselves'
	@echo 'make contract       openapi.json and src/api/schema.ts from the routes'
	@echo 'make bench          our times beside those of the git command line and of nbdime, and in a browser'
	@echo 'make wheel          dist/*.whl and dist/*.tar.gz'
	@echo 'make pins           constraints.txt anew, from what pyproject.toml asks for'
	@echo 'make clean          removes everything that make has made'

# ------------------------------------------------------------------------------------------------ set-up

setup: .make/linked

.make:
	@mkdir -p $@

# Debian ships Python without the module that makes environments whole: it is python3-venv.
.make/venv: pyproject.toml constraints.txt | .make
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Development needs Python 3.11 or newer: make PYTHON=/path/to/python3'; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || $(call install_as_root,python3-venv)
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet $(PIP)
	$(PIP_INSTALL) --group dev
	@touch $@

.make/node: package.json yarn.lock .yarnrc.yml .make/venv
	@command -v node >/dev/null || { echo 'Node.js 20 or newer is needed: https://nodejs.org'; exit 1; }
	jlpm install --immutable
	@touch $@

.make/labextension: .make/node package.json $(LAB_SOURCES)
	jlpm build
	@touch $@

.make/python: .make/labextension pyproject.toml
	HATCH_JUPYTER_BUILDER_SKIP_NPM=1 $(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

.make/linked: .make/python
	jupyter-builder develop . --overwrite
	@touch $@

# $(call install_as_root,packages): apt when we may, a sentence when we may not.
install_as_root = { if [ -n '$(AS_ROOT)' ] && command -v apt-get >/dev/null; then \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1); \
	else echo 'Please install $(1) first, for example: sudo apt-get install $(1)'; exit 1; fi; }

# ------------------------------------------------------------------------------------------------ JupyterLab

# Without a screen there is no browser to open: Jupyter then prints the address.
lab: setup $(if $(filter sample-project,$(ROOT)),sample-project)
	jupyter lab --port=$(PORT) --ServerApp.root_dir='$(abspath $(ROOT))' $(if $(AS_ROOT),--allow-root) $(LAB) \
		$$(test "$$(uname)" = Darwin || test -n "$$DISPLAY$$WAYLAND_DISPLAY" || echo --no-browser)

sample-project: | setup
	jupyter mlgit sample $@

# ------------------------------------------------------------------------------------------------ tests

test: check pytest jest ui

check: setup
	ruff check
	ruff format --check
	lint-imports
	mypy
	jlpm lint

fix: setup
	ruff check --fix
	ruff format
	jlpm fix

# Thousands of small repositories are made and thrown away: in memory, where there is room.
IN_MEMORY := $(shell test "$$(df -k --output=avail /dev/shm 2>/dev/null | tail -1)" -gt 4000000 2>/dev/null && echo TMPDIR=/dev/shm)

# An environment of its own, as a kernel's is: our own must not have a torch. Without it its tests are skipped.
.make/torch/installed: | .make/venv
	@rm -rf $(@D) && $(PYTHON) -m venv $(@D)
	@$(@D)/bin/python -m pip install --quiet $(TORCH_INDEX) '$(TORCH)' && touch $@ || \
		echo '$(TORCH) cannot be installed here; the tests that want a real one are skipped'

pytest: setup $(if $(TORCH),.make/torch/installed)
	$(IN_MEMORY) python -m pytest --numprocesses=auto --dist=worksteal $(PYTEST)

test-long: setup
	MLGIT_EXAMPLES=$${MLGIT_EXAMPLES:-2000} python -m pytest -o faulthandler_timeout=0 tests/recovery/test_properties.py \
		tests/journal/test_random_acts.py tests/journal/test_saving_meanwhile.py tests/journal/test_concurrency.py \
		tests/notebooks $(PYTEST)

crash: setup
	MLGIT_CRASH=$${MLGIT_CRASH:-all} python -m pytest -o faulthandler_timeout=0 \
		tests/journal/test_crash_matrix.py tests/journal/test_reset_crash.py tests/journal/test_switching_crash.py \
		tests/journal/test_backup_crash.py $(PYTEST)

jest: setup
	jlpm test $(JEST)

ui: setup
	@test -n "$$CHROMIUM" || { $(FIND_CHROMIUM); } >/dev/null || $(call install_as_root,chromium)
	CHROMIUM="$${CHROMIUM:-$$($(FIND_CHROMIUM))}" jlpm test:ui $(UI)

# What we measure ourselves against has an environment of its own.
.make/peers/installed: pyproject.toml constraints.txt | .make/venv
	rm -rf $(@D) && $(PYTHON) -m venv $(@D)
	$(@D)/bin/python -m pip install --quiet $(PIP)
	$(@D)/bin/python -m pip install --quiet --constraint constraints.txt --group peers
	@touch $@

bench: setup .make/peers/installed
	python -m benchmarks $(BENCH)

# ------------------------------------------------------------------------------------------------ what is made

contract: setup
	python -m jupyter_mlgit.api.openapi
	jlpm generate:schema

# The build hook packages whatever bundle lies there: away with it, so that the one in the wheel is new.
wheel: .make/node
	rm -rf dist jupyter_mlgit/labextension
	hatchling build --directory dist --target sdist --target wheel
	@ls -l dist

# One environment, made without any pin but those in pyproject.toml, and written down.
pins: .make/labextension
	rm -rf .make/pins && $(PYTHON) -m venv .make/pins
	.make/pins/bin/python -m pip install --quiet $(PIP)
	.make/pins/bin/python -m pip install --quiet --group dev --group peers
	SKIP_JUPYTER_BUILDER=1 .make/pins/bin/python -m pip install --quiet .
	{ sed -n '/^#/p' constraints.txt; .make/pins/bin/python -m pip freeze --exclude pip --exclude setuptools \
		--exclude jupyter-mlgit; } > .make/constraints.txt
	mv .make/constraints.txt constraints.txt
	rm -rf .make/pins

clean:
	rm -rf .venv .make node_modules .yarn dist lib jupyter_mlgit/labextension sample-project
	rm -rf .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache coverage *.tsbuildinfo
	rm -rf ui-tests/test-results ui-tests/playwright-report
