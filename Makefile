# Every habit is one word. `make` alone lists them.

VENV := .venv
PIP := $(VENV)/bin/python -m pip --quiet --disable-pip-version-check
NODE := sh setup/with_node.sh
PAGES := $(if $(wildcard frontend/package.json),frontend/node_modules/.built)
PAGE_SOURCES := $(shell find frontend -name node_modules -prune -o -type f -print)
CLIENTS := tests/clients
BENCHES := $(patsubst bench/%.py,%,$(shell grep -l __main__ bench/*.py))
# Processes side by side, all of which must find the same tests; those of a file stay together, since
# they share what they start. Three on two cores: half of the time tests wait for what they started.
# The files that take longest are begun first (tests/longest_files.txt). Compiled modules are kept:
# tests start some hundred processes, and each would compile all of STRP anew.
# No event loop runs beside a browser's, so its tests come afterwards, a process a core: beside the
# others they are no slower, but those meet a machine that turns away, and some of them fail.
PYTEST := env -u PYTHONDONTWRITEBYTECODE PYTHONHASHSEED=0 $(VENV)/bin/pytest -rfEs \
	--no-fold-skipped --dist loadfile --no-loadscope-reorder --maxprocesses 4
HALVES := test-without-browser test-in-browser
SIDE_BY_SIDE := $(MAKE) --no-print-directory --jobs 2 --output-sync
LOCK := env -u PIP_FIND_LINKS PIP_CONFIG_FILE=/dev/null CUSTOM_COMPILE_COMMAND="make lock" \
	$(VENV)/bin/pip-compile --quiet --allow-unsafe --generate-hashes --strip-extras \
	--no-emit-index-url --no-emit-find-links

.PHONY: help setup dev everything demo test check drill fmt bench docs schema lock wheel clean \
	types imports pages $(HALVES)

help:
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile

setup: $(VENV)/.strp $(PAGES)  ## install everything into the checkout
# Environments wait for the network, and for nothing of each other.
dev:                           ## setup, and what tests and checks need
	@$(SIDE_BY_SIDE)=target everything

everything: setup $(VENV)/.dev $(VENV)/.clients $(CLIENTS)/node_modules/.installed

demo: setup                    ## start a whole system with sample data on 127.0.0.1:8000
	@exec $(VENV)/bin/strp demo

test: dev                      ## every test, the browser ones included where Chromium is
	@$(MAKE) --no-print-directory $(HALVES)

# No types, imports or pages are wrong because of each other: they are looked at side by side.
check: dev                     ## exactly what CI runs
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	@$(SIDE_BY_SIDE)=target types imports $(if $(PAGES),pages)
	@$(MAKE) --no-print-directory $(HALVES)

types:
	$(VENV)/bin/mypy

imports:
	$(VENV)/bin/lint-imports

pages:
	$(NODE) npm --prefix frontend run check

test-without-browser:
	$(PYTEST) -n 3 -m "not drill and not browser"

test-in-browser:
	@sh setup/chromium.sh
	$(PYTEST) -n auto -m "not drill and browser" tests/journeys

drill: dev                     ## hostile inputs by the ten thousand against every decoder
	$(VENV)/bin/pytest -rfEs -m drill

fmt: dev                       ## format, and mend what can be mended
	$(VENV)/bin/ruff format .
	$(VENV)/bin/ruff check --fix .
	$(if $(PAGES),$(NODE) npm --prefix frontend run format)

bench: dev                     ## measure, and print ratios
	@for bench in $(BENCHES); do $(VENV)/bin/python -m bench.$$bench || exit; done

docs: dev                      ## write the generated parts of docs/ anew
	STRP_RENEW=1 $(VENV)/bin/pytest tests/house/test_docs.py tests/house/test_env_file.py \
		tests/wiring/test_nginx_site.py

schema: dev                    ## write the schema snapshot of the tests anew
	STRP_RENEW=1 $(VENV)/bin/pytest tests/house/test_schema.py

lock: dev                      ## write the lock files anew
	$(LOCK) --build-deps-for=editable --extra=dev --extra=bench \
		--output-file=requirements-dev.txt pyproject.toml
	$(LOCK) --build-deps-for=editable --constraint=requirements-dev.txt \
		--output-file=requirements.txt pyproject.toml
	$(LOCK) --output-file=requirements-node.txt requirements-node.in
	$(LOCK) --output-file=$(CLIENTS)/requirements.txt $(CLIENTS)/requirements.in

wheel: setup                   ## make a wheel that needs no checkout, into dist/
	rm -rf build
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .
	@ls dist

clean:                         ## remove what setup made; var/ stays
	rm -rf $(VENV) .node frontend/node_modules $(CLIENTS)/node_modules src/strp/web/static

$(VENV)/.python: setup/python.sh
	@sh setup/python.sh $(VENV)
	@touch $@

$(VENV)/.requirements: requirements.txt $(VENV)/.python
	$(PIP) install --require-hashes --requirement requirements.txt
	@touch $@

$(VENV)/.strp: pyproject.toml $(VENV)/.requirements
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: requirements-dev.txt $(VENV)/.strp
	$(PIP) install --require-hashes --requirement requirements-dev.txt
	@touch $@

# Other people's tools that read the API's description; in the environments of none of ours.
$(VENV)/.clients: $(CLIENTS)/requirements.txt $(VENV)/.python
	$(VENV)/bin/python -m venv --clear $(VENV)/clients
	$(VENV)/clients/bin/python -m pip --quiet --disable-pip-version-check install \
		--require-hashes --requirement $<
	@touch $@

# Behind the pages, which bring Node where there is none.
$(CLIENTS)/node_modules/.installed: $(CLIENTS)/package-lock.json $(VENV)/.python | $(PAGES)
	$(NODE) npm --prefix $(CLIENTS) ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

frontend/node_modules/.installed: frontend/package-lock.json frontend/package.json $(VENV)/.python
	$(NODE) npm --prefix frontend ci --no-audit --no-fund --loglevel=error
	@touch $@

frontend/node_modules/.built: frontend/node_modules/.installed $(PAGE_SOURCES)
	$(NODE) npm --prefix frontend run build
	@touch $@
