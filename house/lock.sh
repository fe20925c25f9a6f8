#!/bin/sh
# Resolves pyproject.toml for every supported Python and platform; hashes only, no names of package hosts.
set -eu
cd "$(dirname "$0")/.."
[ -x build/lock/bin/uv ] || {
    .venv/bin/python -m venv build/lock
    build/lock/bin/python -m pip install --quiet --disable-pip-version-check uv
}
build/lock/bin/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
    --no-header --no-emit-index-url --no-emit-find-links --quiet --output-file requirements.lock "$@"
echo "requirements.lock written; 'make test' uses it." >&2
