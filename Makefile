# The two commands of the README need only Python 3.11+ with its venv module.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: run validate test check bench docs wheel clean

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

# The wheel as a user gets it: built, installed outside the clone, and a small world lived with it.
wheel: $(VENV)/installed-dev
	PYTHON="$(PYTHON)" BUILDER="$(BIN)/python" bash .ci/wheel

# constraints.txt holds the versions of every library that the project was last tried with.
$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/installed
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) runs site
