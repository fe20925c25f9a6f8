#!/bin/sh
# The page's print test looks at the page in a real browser: installs Chromium when no Chrome or Chromium is there.
set -eu
cd "$(dirname "$0")/.."
for name in chromium google-chrome; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
sh house/apt.sh "a browser for the page's print test" chromium
