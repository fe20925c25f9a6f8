"""Spark, started for one run: on this machine or on a cluster, with the settings that the statement needs.

An address is `spark` (this machine) or `spark://host:port`, with settings of Spark behind a question mark:
`spark?spark.driver.memory=8g`. Their values may be secrets: no message holds one. A session that is running in this
process already is used and left running. What Java prints goes to a file of our own, and is read where it cannot start.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from idealfit.errors import MissingPart, Position, SparkAddressWrong, SparkNotStarted, SparkRefused
from idealfit.store.scratch import scratch_folder

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL = "spark"
OLDEST_JAVA = 17
_TRIES, _SECONDS, _PAUSE = 3, 3.0, 1.0
"""A cluster is asked so often, so long each time, with a pause between."""
_EXECUTORS_WITHIN = 120
"""So many seconds a cluster has to give an executor."""
_OF_STATEMENT = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    # a text of a profile may hold ${…}, and is a text
    "spark.sql.variable.substitute": "false",
    "spark.sql.parser.escapedStringLiterals": "false",
    "spark.sql.ansi.doubleQuotedIdentifiers": "false",
    # generated code for a tree of so many CASEs is larger than the machine takes: without it half the time
    "spark.sql.codegen.wholeStage": "false",
    # a table that is broadcast comes to the driver first; all joins here are by account, and sorted by it
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.adaptive.autoBroadcastJoinThreshold": "-1",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
}
"""What gives the same answers as the other engines: of the session, whatever the address says."""
_OF_START = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false"}
_AT_HOME = {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
_SECRET = re.compile(r"key|secret|token|password|credential", re.IGNORECASE)


@dataclass(frozen=True)
class SparkAddress:
    """A `master` of Spark's and the settings that came with it; `told` is the address without them."""

    master: str
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """As it may be shown."""
        return self.master if "://" in self.master else LOCAL


def is_spark(address: str) -> bool:
    """Whether an address is one of Spark."""
    return address.partition("?")[0] == LOCAL or address.startswith(f"{LOCAL}://")


def spark_address(text: str) -> SparkAddress:
    """`spark`, `spark://host:port[,host:port]`, with `?spark.name=value&…`. Raises SparkAddressWrong."""
    place, _, query = text.partition("?")
    if query and "=" not in query:
        raise _wrong("The settings behind the question mark cannot be read", place)
    settings = dict(parse_qsl(query, keep_blank_values=True))
    strange = [name for name in settings if re.fullmatch(r"spark(\.[A-Za-z0-9_-]+)+", name) is None]
    if strange:
        raise _wrong(f"Spark has no setting {strange[0][:60]!r}", place)
    if place == LOCAL:
        return SparkAddress(settings.get("spark.master", "local[*]"), settings)
    if not all(_host_and_port(one) for one in place.removeprefix("spark://").split(",")):
        raise _wrong("The cluster's address cannot be read", place)
    return SparkAddress(place, settings)


def _wrong(what: str, place: str) -> SparkAddressWrong:
    shown = re.sub(r"//[^/@]*@", "//***@", place)
    return SparkAddressWrong(
        what,
        where=Position(file="--on", value=shown[:80]),
        remedy="Write spark, or spark://host:7077; settings behind it: spark?spark.driver.memory=4g.",
    )


def _host_and_port(text: str) -> tuple[str, int] | None:
    found = re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})", text)
    return (found[1].strip("[]"), int(found[2])) if found and 0 < int(found[2]) < 65536 else None


@contextmanager
def session(address: SparkAddress) -> Iterator[SparkSession]:
    """Spark for as long as the block lasts; what it refuses in there is told in our words.

    Raises MissingPart without the extra `spark`, SparkNotStarted without Java or where the cluster does not answer
    (asked three times, ten seconds in all), SparkRefused.
    """
    try:
        from py4j.protocol import Py4JError  # type: ignore[import-untyped]
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError:
        raise MissingPart("Spark is not installed", remedy="Install it: pip install 'idealfit[spark]'.") from None
    running = SparkSession.getActiveSession()
    spark = running.newSession() if running is not None else _started(address)
    try:
        for key, value in _OF_STATEMENT.items():
            spark.conf.set(key, value)
        yield spark
    except (PySparkException, Py4JError) as problem:
        raise refused(problem, address.settings) from None
    finally:
        if running is None:
            with suppress(Exception):  # a cluster that is gone cannot be left in good order
                spark.stop()


def refused(problem: Exception, settings: Mapping[str, str] | None = None) -> SparkRefused:
    """What Spark said, in one line, without the values of settings."""
    text = _first_line(problem)
    for key, value in (settings or {}).items():
        if value and (_SECRET.search(key) or len(value) > 5):
            text = text.replace(value, "***")
    return SparkRefused(f"Spark refused: {text}", remedy="Mend what it names, then run it again.")


def _first_line(problem: Exception) -> str:
    java = getattr(problem, "java_exception", None)
    text = str(java.toString()) if java is not None else str(problem)
    cause = re.search(r"Caused by: ([^\n]+)", str(problem))
    lines = (cause[1] if cause else text).strip().splitlines()
    line = lines[0] if lines else type(problem).__name__
    line = re.sub(r"^(?:[\w$]+\.)+([\w$]+(?:Exception|Error)): ", "", line)  # the package of an error in Java
    return re.sub(r"\s*SQLSTATE: \w+\s*$", "", line)[:300].rstrip(". ")


def _started(address: SparkAddress) -> SparkSession:
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    java_of_this_machine()
    _reached(address)
    settings = {
        **_OF_START,
        **(_AT_HOME if address.master.startswith("local") else {}),
        **address.settings,
        "spark.master": address.master,
    }
    settings = {"spark.app.name": "idealfit", **settings}
    conf = SparkConf(loadDefaults=False)
    for key, value in settings.items():
        conf.set(key, value)
    with _said_by_java() as said:
        try:
            # settings may be secrets, and every user of a machine can read what a process was started with
            with _kept_in_a_file(settings):
                launch: Any = launch_gateway
                gateway = launch(SparkConf(loadDefaults=False), {"stderr": said, "stdout": said})
            SparkContext._ensure_initialized(gateway=gateway)  # the only way to say where Java prints
            spark = SparkSession.builder.config(conf=conf).getOrCreate()
            spark.sparkContext.setLogLevel("OFF")
        except Exception as problem:
            _forget_gateway()
            raise SparkNotStarted(
                f"Spark could not be started: {_why(problem, said, address)}",
                where=Position(file=address.told),
                remedy="See that the address is the cluster's, that it runs the same version of Spark as "
                "'pip show pyspark' names, and that the settings behind the address are right.",
            ) from None
    _executors_there(spark, address)
    return spark


@contextmanager
def _kept_in_a_file(settings: Mapping[str, str]) -> Iterator[None]:
    """Spark's start reads its settings from a file that only we can read, in the place of its command line."""
    before = os.environ.get("PYSPARK_SUBMIT_ARGS")
    with scratch_folder() as folder:
        file = folder / "spark.conf"
        # what JSON escapes in a text, a file of properties escapes the same way
        lines = [f"{key}={json.dumps(value)[1:-1]}\n" for key, value in settings.items()]
        file.write_text("".join(lines), encoding="ascii")
        os.environ["PYSPARK_SUBMIT_ARGS"] = f"--properties-file '{file}' --load-spark-defaults pyspark-shell"
        try:
            yield
        finally:
            if before is None:
                del os.environ["PYSPARK_SUBMIT_ARGS"]
            else:
                os.environ["PYSPARK_SUBMIT_ARGS"] = before


@contextmanager
def _said_by_java() -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile(prefix="idealfit-spark-") as said:
        yield said


def _why(problem: Exception, said: IO[bytes], address: SparkAddress) -> str:
    """The line in which Java says what is wrong, else what came to us."""
    said.seek(0)
    lines = said.read().decode("utf-8", errors="replace").splitlines()
    wrong = [line for line in lines if re.search(r"\b(Error|Exception|FATAL|fatal)\b.*:", line)]
    text = wrong[0].strip() if wrong else _first_line(problem)
    return str(refused(Exception(text), address.settings).what).removeprefix("Spark refused: ")


def _forget_gateway() -> None:
    """After a start that failed, so that the next one begins anew."""
    from pyspark import SparkContext

    with suppress(Exception):
        if SparkContext._gateway is not None:
            SparkContext._gateway.shutdown()
    SparkContext._gateway = None
    SparkContext._jvm = None


def java_of_this_machine() -> Path:
    """The `java` that Spark would use. Raises SparkNotStarted where there is none, or one that is too old."""
    home = os.environ.get("JAVA_HOME")
    found = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    remedy = f"Install Java {OLDEST_JAVA} or newer (Debian: apt-get install openjdk-17-jre-headless)"
    remedy += ", or let JAVA_HOME name it." if not home else f"; JAVA_HOME names {home}."
    if found is None or not os.access(found, os.X_OK):
        raise SparkNotStarted("Spark needs Java, and there is none on this machine", remedy=remedy)
    try:
        answer = subprocess.run([found, "-version"], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - a program of this machine
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise SparkNotStarted(f"Java does not run: {type(problem).__name__}", remedy=remedy) from None
    version = re.search(r'version "(?:1\.)?(\d+)', answer.stderr + answer.stdout)
    if version is not None and int(version[1]) < OLDEST_JAVA:
        raise SparkNotStarted(f"Spark needs Java {OLDEST_JAVA} or newer; this is Java {version[1]}", remedy=remedy)
    return Path(found)


def _reached(address: SparkAddress) -> None:
    """Whether any of the cluster's hosts answers: Spark itself would ask for a minute and then stop the program."""
    if not address.master.startswith("spark://"):
        return
    places = [_host_and_port(one) for one in address.master.removeprefix("spark://").split(",")]
    for attempt in range(_TRIES):
        for place in filter(None, places):
            with suppress(OSError), socket.create_connection(place, timeout=_SECONDS):
                return
        if attempt + 1 < _TRIES:
            time.sleep(_PAUSE)
    raise SparkNotStarted(
        f"The Spark cluster does not answer (asked {_TRIES} times)",
        where=Position(file=address.told),
        remedy="See that it runs, and that this machine may reach it there.",
    )


def _executors_there(spark: SparkSession, address: SparkAddress) -> None:
    """Waits until the cluster has given an executor: a task would wait for one without end."""
    if not address.master.startswith("spark://") or spark.conf.get("spark.dynamicAllocation.enabled", "") == "true":
        return
    context: Any = spark.sparkContext._jsc.sc()  # no other way to ask
    until = time.monotonic() + _EXECUTORS_WITHIN
    while context.getExecutorMemoryStatus().size() < 2:
        if time.monotonic() > until or context.isStopped():
            with suppress(Exception):
                spark.stop()
            raise SparkNotStarted(
                "The Spark cluster gives no machine to work on",
                where=Position(file=address.told),
                remedy="See whether it has workers that are free, with the memory and cores that are asked for.",
            )
        time.sleep(0.2)
