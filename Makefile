# Every target installs what it needs first. Settings come from the environment; docs/settings.md lists them.
PORT ?= 8000
DATA_DIR ?= data
PYTHON := .venv/bin/python
INSTALLED := .venv/.installed
PEERS := .venv/.peers
CATALOGUE_SOURCES := $(shell find dispatch/locale -name '*.po')
CATALOGUES := $(CATALOGUE_SOURCES:.po=.mo)

.DEFAULT_GOAL := help
.PHONY: help install demo test peers bench faults screenshots messages lock

help:
	@echo "make demo         a company to look at, on http://localhost:$(PORT) (PORT, DATA_DIR)"
	@echo "make test         every check this machine can run (REQUIRE=all: nothing may be left out)"
	@echo "make bench        the planner beside its peers on benchmark days (ARGS=--quick: in less than a minute)"
	@echo "make peers        installs the planners that the bench compares with"
	@echo "make faults       races, kills and hostile input: one line per promise"
	@echo "make screenshots  the pictures in docs/screenshots"
	@echo "make messages     collect the strings to translate into dispatch/locale"
	@echo "make lock         pin the dependencies of pyproject.toml again (wants uv)"

install: $(INSTALLED)

$(INSTALLED): requirements.lock tools/install.sh
	@sh tools/install.sh
	@touch $@

$(CATALOGUES) &: $(CATALOGUE_SOURCES) $(INSTALLED)
	@$(PYTHON) manage.py messages --compile

demo: $(INSTALLED) $(CATALOGUES)
	@DEMO=true DATA_DIR="$(abspath $(DATA_DIR))" SITE_URL="$${SITE_URL:-http://localhost:$(PORT)}" \
		exec $(PYTHON) manage.py run_demo --port $(PORT)

test: $(INSTALLED) $(CATALOGUES)
	@exec $(PYTHON) -m tests.run

# Without its peers the bench runs too, and names who is left out.
$(PEERS): pyproject.toml $(INSTALLED)
	@if sh tools/install.sh bench; then touch $@; else echo "The peers could not be installed."; fi

peers: $(INSTALLED) $(PEERS)

bench: $(INSTALLED) $(PEERS)
	@exec $(PYTHON) -m tests.bench $(ARGS)

faults: $(INSTALLED) $(CATALOGUES)
	@exec $(PYTHON) -m tests.faults

screenshots: $(INSTALLED) $(CATALOGUES)
	@exec $(PYTHON) -m tests.screenshots

messages: $(INSTALLED)
	@$(PYTHON) manage.py messages --update --compile

lock:
	uv pip compile --universal --generate-hashes --no-emit-index-url --python-version 3.12 --extra dev \
		pyproject.toml -o requirements.lock
