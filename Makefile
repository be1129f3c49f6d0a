# The two commands: `make demo` and `make test`. Everything they need is set up in .venv first.
PYTHON ?= python3
V := .venv/bin

PIP := $(V)/python -m pip install -q --disable-pip-version-check
OLD_PYTHON := Fullcircle needs Python 3.11 or newer: make PYTHON=python3.12 …

.PHONY: install demo demo-reset play test check pictures lock clean

# What runs the bot: the locked packages, and the command `fullcircle`.
install: .venv/.installed

$(V)/python:
	@$(PYTHON) -c "import sys; sys.exit('$(OLD_PYTHON)' if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv .venv

.venv/.installed: requirements/base.txt | $(V)/python
	$(PIP) --require-hashes -r requirements/base.txt
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@

.venv/.test-ready: requirements/dev.txt pyproject.toml | $(V)/python
	$(PIP) --require-hashes -r requirements/dev.txt
	$(PIP) --no-deps --no-build-isolation -e .
	touch $@ .venv/.installed

demo: install
	$(V)/python -m bot demo

demo-reset: install
	$(V)/python -m bot demo --reset

play: install
	$(V)/python -m bot play --people 24 --seed 1

check: .venv/.test-ready
	$(V)/ruff format --check .
	$(V)/ruff check .
	$(V)/basedpyright
	$(V)/lint-imports

test: check
	$(V)/pytest -n 2

# The pictures of the documentation, taken by the browser test.
pictures: .venv/.test-ready
	FULLCIRCLE_PICTURES=docs/pictures $(V)/pytest tests/e2e/test_browser.py

LOCK := $(V)/uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --custom-compile-command "make lock"

# After changing the dependencies in pyproject.toml. No index address ends up in the files.
lock: .venv/.test-ready
	$(LOCK) --extra install pyproject.toml -o requirements/base.txt
	$(LOCK) --extra dev --extra install -c requirements/base.txt pyproject.toml -o requirements/dev.txt

clean:
	rm -rf .venv .demo .pytest_cache .ruff_cache .hypothesis
