#!/bin/sh
# What `make full` runs with the lowest declared versions, beside what .ci/run does: the story on
# Python 3.13, where some are higher, and the real clients. Needs uv.
set -eu

# environment FOLDER PYTHON EXTRA
environment() {
  uv venv -q --clear --no-python-downloads -p "$2" "$1"
  uv pip install -q -p "$1/bin/python" --resolution lowest-direct ".[$3]"
}

environment .venv-lowest-3.13 3.13 dev
.venv-lowest-3.13/bin/python tests/compat/lowest.py dev
make story VENV=.venv-lowest-3.13

for extra in clients sdk3; do
  environment ".venv-$extra-lowest" 3.11 "$extra"
  ".venv-$extra-lowest/bin/python" tests/compat/lowest.py --extras-only "$extra"
  make clients VENV=".venv-$extra-lowest"
done
