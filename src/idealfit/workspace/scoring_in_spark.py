"""Scoring accounts in Spark: tables are read where they are, the result is a folder of Parquet files or a table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from idealfit.errors import OutputNotSupported, Position
from idealfit.profile.document import Profile, substance_hash
from idealfit.scores.engines.outcome import Outcome
from idealfit.scores.engines.spark_session import is_spark, session, spark_address
from idealfit.scores.lying import TableName, Tables

__all__ = ["is_spark", "score_on_spark"]

TABLE = "table:"


def score_on_spark(
    profile: Profile,
    accounts: str,
    on: str,
    *,
    to: str | None,
    named: Mapping[TableName, str],
    as_of: date,
    criteria: bool = False,
) -> tuple[Outcome, Tables, str, Path | None, str | None]:
    """Score the accounts of a folder or of a table of the catalog on `on` (`spark`, `spark://host:port`, settings
    behind it); gives the outcome, the tables that were read, the version, and the folder or table that was written.

    Raises SparkAddressWrong, SparkNotStarted, SparkRefused, MissingPart, NoAccountsToScore, OutputExists and
    OutputNotSupported.
    """
    from idealfit.scores.engines.spark import SparkTarget, score_in_spark
    from idealfit.scores.engines.spark_tables import tables_in

    address = spark_address(on)
    table = to.removeprefix(TABLE) if to is not None and to.startswith(TABLE) else None
    if to is None or (table is None and Path(to).suffix.lower() not in ("", ".parquet")):
        raise OutputNotSupported(
            "Spark writes its result as a folder of Parquet files, or as a table of its catalog",
            where=Position(to),
            remedy="Name a folder with --to scores.parquet, or a table with --to table:crm.scores.",
        )
    version = substance_hash(profile)[:12]
    with session(address) as spark:
        found = tables_in(spark, profile, named.get("accounts", accounts), named)
        outcome = score_in_spark(
            profile,
            found,
            spark=spark,
            as_of=as_of,
            version=version,
            target=SparkTarget(None if table else to, table),
            criteria=criteria,
        )
    return outcome, found, version, None if table else Path(to), table
