# Everything from a fresh checkout: `make run`, `make test`, `make bench`. Needs Python >= 3.11 with venv, and make.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3.14 python3 python; do \
	$$p -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet install --require-hashes

.PHONY: run test bench lint clean
.DEFAULT_GOAL := run

run: $(VENV)/.stamp-run
	@exec $(PY) -m app.cli up --demo-when-new

test: $(VENV)/.stamp-dev
	@$(PY) -m pytest -n auto $(ARGS)

bench: $(VENV)/.stamp-run
	@$(PY) -m bench

lint: $(VENV)/.stamp-dev
	$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

$(PY):
	@test -n "$(PYTHON)" || { echo "pandan needs Python 3.11 or newer with venv. 需要 Python 3.11 或更新版本（含 venv）。" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo "Could not make $(VENV): install the venv module (Debian: python3-venv). 请安装 venv 模块（Debian：python3-venv）。" >&2; exit 1; }

# The path file and the starter take the place of `pip install -e .`, which would fetch a build tool.
$(VENV)/.stamp-run: requirements.lock requirements-native.lock pyproject.toml Makefile | $(PY)
	@echo "pandan: installing locked dependencies 正在安装锁定的依赖 …"
	@$(PIP) --only-binary :all: -r requirements.lock
	@$(PY) .ci/native.py
	@$(PY) -c "import pathlib, sysconfig; pathlib.Path(sysconfig.get_path('purelib'), 'pandan.pth').write_text('$(CURDIR)\n', 'utf-8')"
	@printf '#!%s\nfrom app.cli import main\n\nmain()\n' "$(CURDIR)/$(PY)" > $(VENV)/bin/pandan && chmod 755 $(VENV)/bin/pandan
	@touch $@

$(VENV)/.stamp-dev: $(VENV)/.stamp-run requirements-dev.lock
	@echo "pandan: installing what the tests need 正在安装测试依赖 …"
	@$(PIP) -r requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
