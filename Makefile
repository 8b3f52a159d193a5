# make run    chat in the browser at http://127.0.0.1:7860
# make test   every test          make check   lint, format, types          make bench   benchmarks
# make abuse  every attack on what gets in, with how many were held
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 7860

.PHONY: run test check bench abuse clean
.DELETE_ON_ERROR:

run: .venv/run
	$(BIN)/lossclinic index
	$(BIN)/lossclinic ui --port $(PORT)

test: .venv/test
	$(BIN)/pytest -n auto --dist worksteal

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/test
	$(BIN)/python -m benchmarks

abuse: .venv/test
	$(BIN)/python -m benchmarks.abuse

clean:
	rm -rf .venv dist

# A stamp per set of packages: a second `make` installs nothing unless these files changed.
.venv/run: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --disable-pip-version-check --progress-bar on -c constraints.txt -e .
	touch $@

.venv/test: .venv/run
	$(BIN)/pip install --disable-pip-version-check -c constraints.txt -e '.[test]'
	touch $@

.venv/dev: .venv/run
	$(BIN)/pip install --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@
