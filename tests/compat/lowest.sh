#!/bin/sh
# What `make full` runs with the lowest declared versions, beside what .ci/run does: the story on
# Python 3.13, where some are higher, and the real clients. Needs uv.
set -eu

# environment FOLDER PYTHON GROUP EXTRAS
environment() {
  uv venv -q --clear --no-python-downloads -p "$2" "$1"
  uv pip install -q -p "$1/bin/python" --resolution lowest-direct ".[$4]" --group "$3"
}

environment .venv-lowest-3.13 3.13 dev cluster,fast,server,xgboost
.venv-lowest-3.13/bin/python tests/compat/lowest.py dev
make story VENV=.venv-lowest-3.13

for group in clients sdk3 sdk1; do
  environment ".venv-$group-lowest" 3.11 "$group" server,xgboost
  ".venv-$group-lowest/bin/python" tests/compat/lowest.py --group-only "$group"
  make clients VENV=".venv-$group-lowest"
done

# The oldest library that XGBoost's container runs on; no extra installs it.
uv venv -q --clear --no-python-downloads -p 3.11 .venv-xgboost1
uv pip install -q -p .venv-xgboost1/bin/python . --group dev
uv pip uninstall -q -p .venv-xgboost1/bin/python xgboost-cpu
uv pip install -q -p .venv-xgboost1/bin/python xgboost==1.7.6
.venv-xgboost1/bin/python -m pytest -n 2 tests/containers/xgboost
