# The two commands of the README need only Python 3.11+ with its venv module.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: run validate test check bench docs clean

run: $(VENV)/installed
	$(BIN)/leftbehind run --replace

validate: $(VENV)/installed
	$(BIN)/leftbehind validate

test: $(VENV)/installed-dev
	$(BIN)/pytest -n 2 --dist loadfile

check: $(VENV)/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/installed-dev
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/split.py

docs: $(VENV)/installed-dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build
	@echo "The site: site/index.html"

$(VENV)/installed: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/pip install --quiet --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) runs site
