#!/bin/sh
# Locks every package with the hashes of all its files, so that the same lines install on
# Python 3.11 and newer, on every processor. No address of a registry is written down: each
# machine uses its own. Run by `make lock`; give a package's name to move only that one.
set -eu
cd "$(dirname "$0")/.."

lock() { # lock NAME SOURCE [options of uv pip compile]
  name=$1
  source=$2
  shift 2
  uv pip compile "$source" --universal --python-version 3.11 --quiet \
    --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
    "$@" --output-file "requirements/$name.txt"
}

UPGRADE=${1:+--upgrade-package=$1}
# The widest set first; the others are parts of it.
lock dev pyproject.toml --extra dev "${UPGRADE:---upgrade}"
lock runtime pyproject.toml --constraints requirements/dev.txt --upgrade
lock embedded pyproject.toml --extra embedded --extra build --constraints requirements/dev.txt --upgrade
printf 'hatchling\nnodejs-wheel\n' | lock build - --constraints requirements/dev.txt --upgrade
