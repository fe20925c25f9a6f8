"""How Spark is reached: addresses, what is missing told in words, nothing secret shown. No Java is started."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from idealfit.errors import MissingPart, OutputNotSupported, SparkAddressWrong, SparkNotStarted
from idealfit.frontends.cli.app import run
from idealfit.scores.engines import spark_session
from idealfit.scores.engines.spark_files import as_place
from idealfit.scores.engines.spark_session import is_spark, java_of_this_machine, refused, session, spark_address
from idealfit.workspace.scoring_elsewhere import score_elsewhere

PROFILE = Path(__file__).parent.parent / "profile" / "example_profile.yaml"


def test_an_address_has_a_master_and_settings() -> None:
    assert spark_address("spark").master == "local[*]"
    found = spark_address("spark://one:7077,[::1]:7078?spark.executor.memory=4g&spark.hadoop.fs.s3a.secret.key=a%20b")
    assert found.master == found.told == "spark://one:7077,[::1]:7078"
    assert found.settings == {"spark.executor.memory": "4g", "spark.hadoop.fs.s3a.secret.key": "a b"}
    assert spark_address("spark?spark.master=yarn").master == "yarn"
    assert is_spark("spark?spark.master=yarn")
    assert not is_spark("sparkling")


@pytest.mark.parametrize(
    "text",
    ["spark://", "spark://me:secret@host:7077", "spark://host", "spark://host:99999", "spark?executor.memory=secret",
     "spark?secret", "spark?spark.a%0Ab=secret"],
)  # fmt: skip
def test_an_address_that_is_none_is_told_without_its_secrets(text: str) -> None:
    with pytest.raises(SparkAddressWrong) as problem:
        spark_address(text)
    assert "secret" not in str(problem.value)


def test_settings_are_not_in_what_spark_said() -> None:
    problem = ValueError("[BAD_KEY] key a+b/c=d9 is refused at x. SQLSTATE: 42K03\nat org.apache\n")
    told = refused(problem, {"spark.hadoop.fs.s3a.secret.key": "a+b/c=d9"})
    assert told.what == "Spark refused: [BAD_KEY] key *** is refused at x"


def test_without_java_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SparkNotStarted, match="openjdk-17"):
        java_of_this_machine()
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n", encoding="utf-8")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(SparkNotStarted, match="this is Java 11"):
        java_of_this_machine()


def test_without_pyspark_it_says_which_extra_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(MissingPart, match=r"idealfit\[spark\]"), session(spark_address("spark")):
        pass


def test_a_cluster_that_does_not_answer_is_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark_session, "_PAUSE", 0)
    monkeypatch.setattr(spark_session, "java_of_this_machine", lambda: Path("java"))
    monkeypatch.setattr("pyspark.sql.SparkSession.getActiveSession", lambda: None)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    address = spark_address(f"spark://127.0.0.1:{port}?spark.hadoop.fs.s3a.secret.key=wordsecret")
    with pytest.raises(SparkNotStarted, match="does not answer") as problem, session(address):
        pass
    assert "wordsecret" not in str(problem.value)


@pytest.mark.parametrize("to", [None, "scores.csv"])
def test_spark_writes_folders_and_tables_only(to: str | None) -> None:
    with pytest.raises(OutputNotSupported):
        score_elsewhere(PROFILE, "accounts", on="spark", to=to)


def test_only_what_changed_is_scored_here_and_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["score", str(PROFILE), "accounts", "--on", "spark", "--to", "x", "--since", "scores.parquet"]) == 2
    assert "--since is of scores that are made here" in capsys.readouterr().err


def test_an_address_that_lost_a_stroke_gets_it_back() -> None:
    assert as_place("s3a:/bucket/x") == as_place("s3a://bucket/x") == "s3a://bucket/x"
    assert as_place("file:/x/y") == "file:/x/y"
    assert as_place("x") == str(Path("x").absolute())
