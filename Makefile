# make demo and make test are all that a newcomer needs; both set up what they use.

PYTHON ?= python3
VENV := .venv
ELIA := .venv-elia
BIN := $(VENV)/bin
HOME_DIR ?= .

.PHONY: demo run test check bench fuzz clean

demo: $(VENV)/.ready
	$(BIN)/latitude --home $(HOME_DIR) run --model rehearsal
	$(BIN)/latitude --home $(HOME_DIR) verify last
	$(BIN)/latitude --home $(HOME_DIR) artifacts show last

run: $(VENV)/.ready
	$(BIN)/latitude --home $(HOME_DIR)

# Three at once for two cores: a third of the time a test waits for a server, a browser or a clock.
test: $(VENV)/.ready-dev
	@for program in bwrap tmux chromium chromedriver; do command -v $$program >/dev/null \
	  || echo "$$program is missing: the tests that drive it are left out. On Debian: apt install bubblewrap tmux chromium chromium-driver"; done
	$(BIN)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder

check: $(VENV)/.ready-dev
	$(BIN)/ruff format --check latitude tests
	$(BIN)/ruff check latitude tests
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.ready-bench $(ELIA)/.ready
	$(BIN)/python -m tests.bench

# Five minutes for each target; another number of seconds: make fuzz SECONDS=60
SECONDS ?= 300
fuzz: $(VENV)/.ready-fuzz
	$(BIN)/python -m tests.fuzz $(SECONDS)

clean:
	rm -rf $(VENV) $(ELIA)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "latitude needs Python 3.11 or newer; $(PYTHON) is older. Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# One stamp for each set of packages, so that the demo does not install the test tools.
$(VENV)/.ready: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e .
	@touch $@

$(VENV)/.ready-dev: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	# What only its command needs (an older rich than ours) stays out; the tests call it as a library.
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt --no-deps roc-validator
	@touch $@ $(VENV)/.ready

$(VENV)/.ready-bench: $(VENV)/.ready-dev
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[bench]'
	@touch $@

$(VENV)/.ready-fuzz: $(VENV)/.ready-dev
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[fuzz]'
	@touch $@

# It pins a Textual that is not ours. Where it cannot be had, its row says so; the rest is measured.
$(ELIA)/.ready: | $(VENV)/bin/python
	@mkdir -p $(ELIA)
	{ $(BIN)/python -m venv $(ELIA) && \
	  $(ELIA)/bin/python -m pip install -q --disable-pip-version-check elia_chat==1.10.0; } \
	  >$(ELIA)/pip.log 2>&1 && touch $@ || tail -n 1 $(ELIA)/pip.log
