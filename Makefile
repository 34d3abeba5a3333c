# The two commands of the README need only Python 3.11+ with its venv module.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

# What `make evidence` builds, and the runs behind it. What is there is kept: `rm -rf evidence` after a
# change of the model.
EVIDENCE := evidence/VALIDATION.md evidence/PREDICTIONS.md evidence/CALIBRATION.md \
	evidence/policies/README.md evidence/FREEZE.txt

.PHONY: run validate test check bench docs evidence headlines shipped sure notebooks wheel clean

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

evidence: $(EVIDENCE)

evidence/VALIDATION.md: evidence/runs/baseline/manifest.json
	$(BIN)/leftbehind validate evidence/runs/baseline --docs evidence

evidence/PREDICTIONS.md: | $(VENV)/installed
	$(BIN)/leftbehind run --draws 50 --scale 10000 --out evidence/runs/ensemble --resume
	$(BIN)/leftbehind validate evidence/runs/ensemble --docs evidence

evidence/CALIBRATION.md: | $(VENV)/installed-dev
	$(BIN)/leftbehind calibrate --scale 20000 --out evidence/runs/calibration --resume --docs evidence

evidence/policies/README.md: | $(VENV)/installed
	$(BIN)/leftbehind policies --work evidence/runs/policies --out evidence/policies --resume

evidence/FREEZE.txt: | $(VENV)/installed
	mkdir -p evidence
	$(BIN)/python -m leftbehind.evidence.freeze --scale 10000 > $@.part && mv $@.part $@

evidence/runs/baseline/manifest.json: | $(VENV)/installed
	$(BIN)/leftbehind run --out evidence/runs/baseline --replace

# What is kept of the results in git: docs/headlines.csv, docs/EVIDENCE.md, the README's table and
# figure. Always of a new run.
headlines: $(VENV)/installed
	$(BIN)/leftbehind run --out evidence/runs/baseline --replace
	$(BIN)/python -m leftbehind.evidence.headlines evidence/runs/baseline .
	$(BIN)/leftbehind figure evidence/runs/baseline --out docs/left_behind.svg

# The effects of policies that ship with the package, of the study that `make evidence` lives.
shipped: evidence/policies/README.md
	$(BIN)/python -m leftbehind.evidence.policies.shipped evidence/policies/policies.json

# The notebooks with their tables and pictures, of this version: some minutes.
notebooks: $(VENV)/installed-dev
	$(BIN)/python notebooks/save.py

# How sure the counts are, as pages show it at once: of an ensemble of the draws that ship.
sure: $(VENV)/installed-dev
	$(BIN)/leftbehind run --draws 20 --scale 20000 --out evidence/runs/sure --resume
	$(BIN)/python -m leftbehind.evidence.uncertainty_of_draws evidence/runs/sure

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
	rm -rf $(VENV) runs site evidence
