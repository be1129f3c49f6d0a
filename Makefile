# The two commands: `make demo` and `make test`. Everything they need is set up in .venv first.
PYTHON ?= python3
V := .venv/bin

.PHONY: demo demo-reset play test check pictures lock clean

.venv/.demo-ready: requirements/base.txt
	test -x $(V)/python || $(PYTHON) -m venv .venv
	$(V)/pip install -q --disable-pip-version-check --require-hashes -r requirements/base.txt
	touch $@

.venv/.test-ready: requirements/dev.txt pyproject.toml
	test -x $(V)/python || $(PYTHON) -m venv .venv
	$(V)/pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(V)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@ .venv/.demo-ready

demo: .venv/.demo-ready
	$(V)/python -m bot demo

demo-reset: .venv/.demo-ready
	$(V)/python -m bot demo --reset

play: .venv/.demo-ready
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

# After changing the dependencies in pyproject.toml. No index address ends up in the files.
lock: .venv/.test-ready
	$(V)/uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" pyproject.toml -o requirements/base.txt
	$(V)/uv pip compile -q -U --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --extra dev -c requirements/base.txt pyproject.toml -o requirements/dev.txt

clean:
	rm -rf .venv .demo .pytest_cache .ruff_cache .hypothesis
