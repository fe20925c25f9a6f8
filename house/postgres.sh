#!/bin/sh
# The tests of databases talk to a real PostgreSQL server: installs one when there is none.
set -eu
cd "$(dirname "$0")/.."
if command -v initdb >/dev/null; then exit 0; fi
for folder in /usr/lib/postgresql/*/bin; do
    if [ -x "$folder/initdb" ]; then exit 0; fi
done
sh house/apt.sh "a PostgreSQL server for the tests of databases" postgresql
