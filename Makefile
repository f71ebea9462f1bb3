# make run    the service on http://127.0.0.1:8000 with a mailbox in the browser; needs Python 3.11, make and npm
# make test   every test, on SQLite, on PostgreSQL and in Chromium
# make quick  the unit, guard and web tests
# make check  lint, format, types, imports, and the documents of the three shelves
# make bench  what rules, pages, mail, the clock and a start cost; ten minutes, of which four are load
# make fuzz   anything sent anywhere, for some ten minutes; make test has a short run of it
# make wapiti a vulnerability scanner against a running copy, as a stranger and as an officer; SCAN_MINUTES=10 for each
# make faults every fault at every moment: kills, power cuts, full disks; needs strace, takes an hour or more

SHELL := /bin/bash
PORT ?= 8000
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
BUILT := webform/web/static/built/govuk.css
ONLY_HERE := ASB_LOCAL=1 ASB_BASE_URL=http://127.0.0.1:$(PORT)

# Without byte code every start would take four times as long.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test quick check bench fuzz wapiti faults ready chromium clamd strace

# Both stop together: a background process never sees Ctrl-C itself, and neither is of use without the other.
run: ready
	@export $(ONLY_HERE); $(BIN)/flask setup || exit 1; \
	stop() { kill $$web $$clock 2>/dev/null; }; trap 'told=yes; stop' INT TERM; \
	$(BIN)/flask clock & clock=$$!; \
	$(BIN)/gunicorn --bind 127.0.0.1:$(PORT) & web=$$!; \
	wait -n $$web $$clock; code=$$?; stop; wait; [ "$$told" ] || exit $$code

test: ready chromium clamd strace
	$(BIN)/pytest -n 2

quick: ready
	$(BIN)/pytest -n 2 tests/unit tests/guards tests/web

check: ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/flask procedure check

bench: ready
	$(BIN)/python -m tests.bench

faults: ready strace
	$(BIN)/python -m tests.faults.every

fuzz: ready
	$(BIN)/pytest -n 2 --hypothesis-profile long tests/web/test_fuzz.py

wapiti: ready
	@PYTHON=$(PYTHON) tools/need_wapiti
	$(BIN)/python -m tests.scan.wapiti

ready: .venv/installed $(BUILT)

.venv/installed: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed.")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install -qq --disable-pip-version-check -r requirements.txt
	@touch $@

node_modules/installed: package.json .npmrc
	npm install --no-progress
	@touch $@

$(BUILT): node_modules/installed tools/build_frontend.py .venv/installed
	$(BIN)/python tools/build_frontend.py

chromium:
	@tools/need_chromium

clamd:
	@tools/need_clamd

strace:
	@tools/need_strace
