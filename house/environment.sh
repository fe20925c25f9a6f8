#!/bin/sh
# Makes .venv in the checkout from requirements.lock; does nothing when the lock has not changed since.
set -eu
cd "$(dirname "$0")/.."

stamp=.venv/made-from
wanted="$(cat requirements.lock pyproject.toml | sha256sum | cut -c1-64) $PWD"
# As pip does with what it installs, but not with a checkout: where Python is told to write no bytecode
# (PYTHONDONTWRITEBYTECODE), every command would compile half the package anew.
compiled() { .venv/bin/python -m compileall -q src/idealfit || true; }
if [ -x .venv/bin/idealfit ] && [ "$(cat $stamp 2>/dev/null || true)" = "$wanted" ]; then compiled; exit 0; fi

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
python=
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if new_enough "$candidate"; then python=$candidate; break; fi
done
if [ -z "$python" ]; then
    echo "error: idealfit needs Python 3.11 or newer; found: $(python3 --version 2>&1 || echo none)." >&2
    echo "Install one (Debian 12 or newer: apt-get install python3 python3-venv), or name it: make PYTHON=/path/to/python3.12 …" >&2
    exit 4
fi

# Debian ships Python without the part that puts pip into a new environment.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    sh house/apt.sh "the part of Python $version that makes environments" "python$version-venv"
fi

if [ -d .venv ] && ! new_enough .venv/bin/python; then rm -rf .venv; fi
[ -x .venv/bin/pip ] || "$python" -m venv .venv
echo "Setting up .venv (once for each requirements.lock; half a minute or so) …" >&2
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
compiled
printf '%s' "$wanted" > $stamp
