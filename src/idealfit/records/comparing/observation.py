"""An older export that comes after a newer one: what it says of its own day is set into the history, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb

from idealfit.records.assembling.assembly import columns_of
from idealfit.records.comparing.growth import FILE, OLDER_EXPORT, different
from idealfit.store.engine import literal, quote


def _moment(day: date) -> str:
    return f"CAST({literal(day.isoformat())} AS TIMESTAMP)"


def set_into_history(
    con: duckdb.DuckDBPyConnection,
    older: str,
    current: str,
    columns: Mapping[str, str],
    day: date,
    *,
    days: Sequence[date],
    kept: str,
) -> int:
    """Add to `grown_account_history` what `older` says of `day` and the history did not; how many values.

    `kept` is a table of the history so far; a grown row of it that began with another value than was seen on `day` is
    corrected in place. `days` are those on which the accounts were seen before.
    """
    later = [each for each in days if each > day]
    then = min(later) if later else day
    earlier = any(each < day for each in days)
    found = 0
    for name, kind in columns.items():
        seen, now, changed = different(con, older, current, name, kind)
        con.execute(
            "CREATE OR REPLACE TEMP TABLE observed AS WITH h AS ("
            f"SELECT account_id, CAST(changed_at AS DATE) AS changed_on, changed_at, old_value, new_value, origin "
            f"FROM {quote(kept)} WHERE lower(field) = lower({literal(name)})), "
            "b AS (SELECT account_id, arg_max_null(new_value, changed_at) AS value FROM h "
            f"WHERE changed_on <= DATE '{day.isoformat()}' GROUP BY 1), "
            "a AS (SELECT account_id, min(changed_at) AS moment, arg_min_null(old_value, changed_at) AS value, "
            f"arg_min(origin, changed_at) AS origin FROM h WHERE changed_on > DATE '{day.isoformat()}' GROUP BY 1), "
            f"v AS (SELECT n.account_id, {seen} AS seen, b.account_id IS NOT NULL AS had_before, "
            "a.moment AS next_moment, a.origin AS next_origin, "
            f"CASE WHEN b.account_id IS NOT NULL THEN b.value WHEN a.account_id IS NOT NULL THEN a.value ELSE {now} "
            f"END AS thought, ({changed}) OR a.account_id IS NOT NULL OR b.account_id IS NOT NULL AS telling "
            f"FROM {quote(older)} o JOIN {quote(current)} n USING (account_id) "
            "LEFT JOIN b USING (account_id) LEFT JOIN a USING (account_id)) "
            "SELECT * FROM v WHERE telling AND seen IS DISTINCT FROM thought"
        )
        found += con.execute("SELECT count(*) FROM observed").fetchall()[0][0]
        before = "true" if earlier else "had_before"
        after = f"next_moment IS NULL OR next_moment > {_moment(then)}"
        for old, new, moment, where in (("thought", "seen", day, before), ("seen", "thought", then, after)):
            con.execute(
                f"INSERT INTO grown_account_history SELECT account_id, {literal(name)}, {old}, {new}, "
                f"{_moment(moment)}, '{OLDER_EXPORT}' FROM observed WHERE {where}"
            )
        con.execute(
            f"UPDATE {quote(kept)} AS k SET old_value = o.seen FROM observed o WHERE k.account_id = o.account_id AND "
            f"lower(k.field) = lower({literal(name)}) AND k.changed_at = o.next_moment AND k.origin <> '{FILE}' "
            f"AND o.next_moment <= {_moment(then)}"
        )
    con.execute(f"DELETE FROM {quote(kept)} WHERE origin <> '{FILE}' AND old_value IS NOT DISTINCT FROM new_value")
    return found


def set_into_stages(con: duckdb.DuckDBPyConnection, older: str, current: str, day: date, days: Sequence[date]) -> int:
    """Add the stages that deals had on `day` and have no longer to `grown_deal_stages`; how many."""
    if any(columns_of(con, each).get("stage") != "VARCHAR" for each in (older, current)):
        return 0
    _, _, changed = different(con, older, current, "stage", "VARCHAR")
    pairs = f"FROM {quote(older)} o JOIN {quote(current)} n USING (deal_id) WHERE o.stage IS NOT NULL AND {changed}"
    then = min((each for each in days if each > day), default=day)
    rows = f"SELECT n.deal_id, o.stage, {_moment(day)}, '{OLDER_EXPORT}' {pairs}"
    after = f"SELECT n.deal_id, n.stage, {_moment(then)}, '{OLDER_EXPORT}' {pairs} AND n.stage IS NOT NULL"
    done = con.execute(f"INSERT INTO grown_deal_stages {rows}").fetchall()[0][0]
    con.execute(f"INSERT INTO grown_deal_stages {after}")
    return int(done)


def history_table(con: duckdb.DuckDBPyConnection, kept: str | None) -> str:
    """A table of the history so far with every column that a history has, to correct rows in."""
    present = columns_of(con, kept) if kept else {}
    names = {"account_id": "VARCHAR", "field": "VARCHAR", "old_value": "VARCHAR", "new_value": "VARCHAR"}
    missing = [
        f"NULL::{kind} AS {name}"
        for name, kind in {**names, "changed_at": "TIMESTAMP", "origin": "VARCHAR"}.items()
        if name not in present
    ]
    source = f"{quote(kept)}" if kept else "(SELECT 1 WHERE false) empty"
    shown = ["*", *missing] if kept else missing
    con.execute(f"CREATE OR REPLACE TEMP TABLE history_so_far AS SELECT {', '.join(shown)} FROM {source}")
    con.execute(f"UPDATE history_so_far SET origin = '{FILE}' WHERE origin IS NULL")
    return "history_so_far"
