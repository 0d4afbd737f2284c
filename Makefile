# Everything a clone needs: each target makes .venv first, and again when pyproject.toml has changed.
# Another Python: make test PYTHON=/usr/local/bin/python3.12

# the first of these that is 3.11 or newer
PYTHON ?= $(firstword $(foreach name,python3.11 python3,$(if $(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo yes),$(name))))
EXTRAS = dev,service,train,warc,parquet,zstd,s3,gs,ray$(shell grep -q '^fast *=' pyproject.toml && echo ,fast)
BIN := .venv/bin
READY := .venv/ready
CORPUS ?= samples

.PHONY: help demo test check serve bench

help:
	@echo 'make demo    clean the pages of samples/ into out/, and show what was kept and removed'
	@echo 'make test    run the tests'
	@echo 'make check   run the linters and check the types'
	@echo 'make serve   run the HTTP service on http://127.0.0.1:8000'
	@echo 'make bench   measure all cleaners on samples/ (CORPUS=... for other pages)'

# The truth files of samples/ are no pages, so the pages alone are copied first.
demo: $(READY)
	@rm -rf build/demo out && mkdir -p build/demo
	@cd samples && find . -name 'page.*' | tar -cf - -T - | tar -xf - -C ../build/demo
	@echo 'one page, with what went and why:'
	@$(BIN)/cleaner clean samples/fennimore-post.example/clock-tower/page.html --explain
	@echo
	@echo 'all pages of samples/ into out/:'
	@$(BIN)/cleaner batch build/demo --output out
	@echo 'look into out/, and explain any page as above: $(BIN)/cleaner clean PAGE --explain'

test: $(READY)
	@$(BIN)/python -m pytest --numprocesses auto --dist loadgroup

check: $(READY)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

serve: $(READY)
	@$(BIN)/cleaner serve

bench: $(READY)
	@$(BIN)/python tests/bench/bench_cleaners.py $(CORPUS)

$(READY): pyproject.toml
	@test -n '$(PYTHON)' || { echo 'Python 3.11 or newer is needed: make PYTHON=/path/to/python' >&2; exit 2; }
	@echo "installing into .venv with $$($(PYTHON) --version); this takes a minute the first time"
	@test -x $(BIN)/pip || $(PYTHON) -m venv --clear .venv
	@# an old pip breaks off over the dependencies of trafilatura and readability-lxml
	@$(BIN)/python -m pip install -qq --upgrade pip
	@$(BIN)/python -m pip install -qq --editable '.[$(EXTRAS)]'
	@touch $@
