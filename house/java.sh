#!/bin/sh
# The tests of Spark start it on this machine: installs Java when there is none, or only one that is too old.
set -eu
cd "$(dirname "$0")/.."
oldest=17
java=java
if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; fi
if command -v "$java" >/dev/null; then
    found=$("$java" -version 2>&1 | sed -n 's/.*version "\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' | head -n 1)
    if [ "${found:-0}" -ge "$oldest" ]; then exit 0; fi
    if [ -n "${JAVA_HOME:-}" ]; then
        echo "error: JAVA_HOME names Java ${found:-of no known version}; the tests of Spark need Java $oldest or newer." >&2
        echo "Let JAVA_HOME name a newer one, or unset it, then run make again." >&2
        exit 4
    fi
elif [ -n "${JAVA_HOME:-}" ]; then
    echo "error: JAVA_HOME names no Java. Unset it, or let it name Java $oldest or newer, then run make again." >&2
    exit 4
fi
sh house/apt.sh "Java $oldest for the tests of Spark" openjdk-$oldest-jre-headless
