#!/bin/sh
# apt.sh WHAT PACKAGE…: installs system packages as root or through sudo, or says exactly what to type.
set -eu
what=$1
shift
as_root=
if [ "$(id -u)" -ne 0 ]; then as_root=sudo; fi
if command -v apt-get >/dev/null && { [ -z "$as_root" ] || command -v sudo >/dev/null; }; then
    echo "Installing $what with apt-get ($*) …" >&2
    if $as_root apt-get update -qq >&2 &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2; then
        exit 0
    fi
fi
echo "error: $what is missing and could not be installed from here." >&2
echo "Type this as root, then run make again: apt-get update && apt-get install -y $*" >&2
exit 4
