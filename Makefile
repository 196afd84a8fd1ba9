# The tasks of the project, each in one word; .ci/run calls them too. VENV names the environment
# that they run in: make core VENV=.venv-lowest

VENV ?= .venv
python := $(VENV)/bin/python
pytest := $(python) -m pytest -n 2

.PHONY: install check format lint layers types test quick core story clients distribution docs site moto toolkit full

install: ## the environment for development
	python3 -m venv $(VENV) && $(VENV)/bin/pip install -q -U 'pip>=25.1'
	$(VENV)/bin/pip install -q -e . --group dev

check: format lint layers types ## all that needs no test to run

format:
	$(VENV)/bin/ruff format --check .

lint:
	$(VENV)/bin/ruff check .

layers:
	$(VENV)/bin/lint-imports --no-cache

types: ## types are those of the packages in .venv, whatever the version of mypy
	$(VENV)/bin/mypy --cache-dir $(VENV)/mypy-cache --python-executable .venv/bin/python

test: ## every test but those that take many seconds
	$(pytest)

quick: ## pure parts, containers, endpoints, the mock, the story in process, imports: half a minute
	$(pytest) -m 'not slow and not full' -k 'not server' tests/store tests/query tests/resources \
		tests/wire tests/algorithms tests/formats tests/containers tests/hosting tests/story \
		tests/test_mock.py tests/test_decorator.py tests/test_imports.py

core: ## the story, the wire, and what depends on versions: two minutes at most
	$(pytest) -m 'core and not slow and not full'

story:
	$(pytest) tests/story tests/test_imports.py

distribution: ## what reads files beside the package: docs, examples, benchmarks, templates
	$(pytest) tests/docs tests/test_benchmarks.py tests/test_imports.py tests/console/test_pages.py tests/console/search

docs: ## the documentation site, in build/docs, in an environment of the group `docs`
	$(python) -m sphinx -W --keep-going -n -q -E -c docs -d build/doctrees . build/docs

site: ## its examples, quick starts and recipes for CI, in fresh environments; needs uv and `make docs`
	rm -rf build/wheel && uv build -q --wheel -o build/wheel
	SAGEMOCK_SITE=build/docs SAGEMOCK_WHEEL=$$(ls build/wheel/*.whl) $(pytest) -m full tests/site

clients: ## the AWS CLI and the SageMaker SDK, in an environment of the group `clients`, `sdk1` or `sdk3`
	$(python) -m pytest -p no:cacheprovider --junitxml=$(VENV)/results.xml tests/clients

moto: ## moto's own tests of SageMaker, with sagemock on
	$(python) tests/compat/moto_suite.py

toolkit: ## script mode, held against AWS's own launcher: minutes
	test -x .venv-toolkit/bin/python || python3 -m venv .venv-toolkit
	.venv-toolkit/bin/pip install -q -U 'pip>=25.1' && .venv-toolkit/bin/pip install -q --group toolkit
	SAGEMOCK_TOOLKIT_PYTHON=$$PWD/.venv-toolkit/bin/python \
		$(python) -m pytest -m full tests/containers/local_process/test_toolkit.py \
		tests/containers/local_process/test_inference_toolkit.py

full: check test moto toolkit ## and what takes too long for every change, also in environments of .ci/run
	$(MAKE) check VENV=.venv-lowest
	$(MAKE) core VENV=.venv-3.12
	$(MAKE) core VENV=.venv-3.13
	$(MAKE) docs VENV=.venv-docs
	PATH="$(CURDIR)/.venv-uv/bin:$$PATH" $(MAKE) site
	for each in clients sdk3; do .venv-$$each/bin/python -m pytest -m full tests/clients || exit 1; done
	sh tests/compat/lowest.sh
	$(pytest) -m full --ignore=tests/site
	HYPOTHESIS_PROFILE=long $(pytest) tests/property tests/formats tests/store
	for each in benchmarks/bench_*.py; do echo "== $$each"; $(python) $$each || exit 1; done
