"""Scoring in Spark: tables are read where they are, the result is a folder of Parquet files or a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from idealfit.errors import NoAccountsToScore, OutputNotSupported, Position
from idealfit.profile.document import Profile, substance_hash
from idealfit.records.corrected import load_corrected
from idealfit.scores.currency import converted_accounts
from idealfit.scores.engines.spark_session import is_spark, session, spark_address
from idealfit.scores.lying import WITH_CARD
from idealfit.store.engine import connect, literal, quote
from idealfit.store.scratch import scratch_folder
from idealfit.workspace.scored_elsewhere import (
    Asked,
    Found,
    in_currency,
    needed_columns,
    reports_of,
    result_of,
    with_the_last_run,
)
from idealfit.workspace.scoring import Accounts, ScoreResult, reading

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

__all__ = ["is_spark", "score_on_spark"]

TABLE = "table:"


def score_on_spark(
    profiles: Mapping[str, Profile], on: str, asked: Asked, *, to: str | None
) -> tuple[ScoreResult, str | None]:
    """Score the accounts of a folder or of a table of the catalog by each of `profiles` (motion → profile) on `on`
    (`spark`, `spark://host:port`, settings behind it); gives what scoring here answers, and the table that was written,
    if it is one.

    Raises SparkAddressWrong, SparkNotStarted, SparkRefused, MissingPart, NoAccountsToScore, OutputExists and
    OutputNotSupported.
    """
    from idealfit.scores.engines.motion_statement import Wanted
    from idealfit.scores.engines.spark import SparkTarget, score_in_spark

    address = spark_address(on)
    table = to.removeprefix(TABLE) if to is not None and to.startswith(TABLE) else None
    if to is None or (table is None and Path(to).suffix.lower() not in ("", ".parquet")):
        raise OutputNotSupported(
            "Spark writes its result as a folder of Parquet files, or as a table of its catalog",
            where=Position(to),
            remedy="Name a folder with --to scores.parquet, or a table with --to table:crm.scores.",
        )
    versions = {motion: substance_hash(profile)[:12] for motion, profile in profiles.items()}
    with session(address) as spark, _found(spark, profiles, asked) as found:
        words = None if found.read is None else found.read.attributes
        wanted = Wanted(found.day, versions, asked.criteria, asked.card, words, asked.top)
        target = SparkTarget(None if table else to, table)
        scored = score_in_spark(found.profiles, found.tables, spark=spark, wanted=wanted, target=target)
        result = result_of(found, scored, reports_of(found, scored, versions), None if table else Path(to))
        return with_the_last_run(found, result), table


@contextmanager
def _found(spark: SparkSession, profiles: Mapping[str, Profile], asked: Asked) -> Iterator[Found]:
    """The tables to score, where Spark finds them; else those of files, or of a workspace, that are read here."""
    from idealfit.scores.engines.spark_tables import tables_in

    first = next(iter(profiles.values()))
    path = Path(asked.accounts)
    place = asked.named.get("accounts", asked.accounts)
    if asked.mapping is None:
        try:
            tables = tables_in(spark, list(profiles.values()), place, asked.named)
        except NoAccountsToScore:
            if "accounts" in asked.named or not path.exists():
                raise
        else:
            yield Found(tables, profiles, asked.as_of or first.as_of or date.today(), None, {})
            return
    with (
        reading(path, profiles, asked.mapping, asked.as_of, None) as read,
        scratch_folder() as folder,
    ):
        day = read.as_of or first.as_of or date.today()
        judged, factors, told = in_currency(profiles, read, day)
        _copied(read, profiles, factors, folder)
        tables = tables_in(spark, list(judged.values()), str(folder), {})
        yield Found(tables, judged, day, read, told)


def _copied(read: Accounts, profiles: Mapping[str, Profile], factors: Mapping[str, float | None], folder: Path) -> None:
    """What the profiles read of records that were read here, as Parquet files in `folder`."""
    needed = needed_columns(profiles)
    con = connect(read.place.root, folder)
    try:
        load_corrected(con, read.place)
        for name in [name for name in WITH_CARD if name in needed]:
            relation = converted_accounts(con, factors) if name == "accounts" else name
            try:
                described = con.execute(f"DESCRIBE {quote(relation)}").fetchall()
            except duckdb.CatalogException:
                continue
            columns = ", ".join(quote(row[0]) for row in described if row[0].lower() in needed[name])
            file = literal(str(folder / f"{name}.parquet"))
            con.execute(f"COPY (SELECT {columns} FROM {quote(relation)}) TO {file} (FORMAT parquet)")
    finally:
        con.close()
