"""The last touches on each table: outcomes, words made one, what must not be kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

import duckdb

from idealfit.accounts.name import squash
from idealfit.records.assembling.assembly import columns_of, commonest, count_of
from idealfit.records.counted import counted
from idealfit.records.recognising.status_words import status_of
from idealfit.store.engine import insert_texts, literal, quote

_CUSTOMER_FILES = frozenset({"customer", "customers", "client", "clients", "kunden", "clientes"})
_OTHER_FILES = frozenset({"potential", "prospective", "prospects", "former", "lost", "leads", "target", "not", "non"})
_STANDING = frozenset({"partner", "competitor", "vendor", "own", "former"})


def status_from_type(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> list[str]:
    """Partners, competitors, vendors and former customers that another column than `status` names (`columns`)."""
    notes = []
    present = columns_of(con, "all_accounts")
    for name in columns:
        if name not in present:
            continue
        texts = con.execute(
            f"SELECT DISTINCT {quote(name)} FROM all_accounts WHERE {quote(name)} IS NOT NULL"
        ).fetchall()
        found = {text: status_of(text) for (text,) in texts if isinstance(text, str) and status_of(text) in _STANDING}
        for text, status in sorted(found.items()):
            where = f"{quote(name)} = {literal(text)}"
            con.execute(f"UPDATE all_accounts SET status = {literal(str(status))} WHERE {where}")
            notes.append(
                f"accounts: {count_of(con, 'all_accounts', where):,} with '{name}' {text!r} have status {status}"
            )
    return notes


def status_from_file(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Companies of a file that is named after customers are customers, where nothing else says who bought."""
    con.execute("ALTER TABLE all_accounts ADD COLUMN IF NOT EXISTS status VARCHAR")
    if count_of(con, "all_accounts", "status IS NOT NULL"):
        return []
    notes = []
    for (file,) in con.execute("SELECT DISTINCT __file__ FROM all_accounts ORDER BY 1").fetchall():
        words = re.split(r"[^a-z]+", str(file).lower())
        if not _CUSTOMER_FILES.isdisjoint(words) and _OTHER_FILES.isdisjoint(words):
            where = f"__file__ = {literal(file)}"
            con.execute(f"UPDATE all_accounts SET status = 'customer' WHERE {where}")
            count = count_of(con, "all_accounts", where)
            notes.append(f"accounts: the {count:,} companies of {file} are taken for customers, by the file's name")
    return notes


def words_to_one(
    con: duckdb.DuckDBPyConnection,
    relation: str,
    column: str,
    words: Mapping[str, str],
    *,
    other: Callable[[str], str | None] = lambda _text: None,
) -> list[str]:
    """Replace a column's words by those of DESIGN; what has no counterpart becomes NULL and is kept in
    '<column> (as in file)'; `other` reads words that `words` lack. Answers what was not understood."""
    if column not in columns_of(con, relation):
        return []
    known = {each: to for to, each_words in words.items() for each in (to.replace("_", ""), *each_words.split())}
    texts = [
        row[0]
        for row in con.execute(
            f"SELECT DISTINCT {quote(column)} FROM {quote(relation)} WHERE {quote(column)} IS NOT NULL ORDER BY 1"
        ).fetchall()
    ]
    meant = {text: known.get(squash(text)) or other(text) for text in texts}
    found = {text: meaning for text, meaning in meant.items() if meaning is not None}
    if all(text == to for text, to in found.items()) and len(found) == len(texts):
        return []
    original = f"{column} (as in file)"
    if original not in columns_of(con, relation):
        con.execute(f"ALTER TABLE {quote(relation)} ADD COLUMN {quote(original)} VARCHAR")
    con.execute(f"UPDATE {quote(relation)} SET {quote(original)} = {quote(column)}")
    con.execute("CREATE OR REPLACE TEMP TABLE words (k VARCHAR, v VARCHAR)")
    if found:
        insert_texts(con, "words", [list(found), list(found.values())])
    con.execute(f"UPDATE {quote(relation)} SET {quote(column)} = (SELECT v FROM words WHERE k = {quote(original)})")
    strange = [text for text in texts if text not in found]
    return (
        [f"'{column}' words not understood and left open: {', '.join(repr(text) for text in strange[:5])}"]
        if strange
        else []
    )


def decide_outcomes(con: duckdb.DuckDBPyConnection, words: Mapping[str, str]) -> list[str]:
    """Fill `outcome` of `all_deals` with won, lost or open, `closed_at` from won and lost times; an amount of zero on a
    lost deal is unknown. `words` are the meanings of stage and result words."""
    columns = columns_of(con, "all_deals")
    con.execute("CREATE OR REPLACE TEMP TABLE outcome_words (k VARCHAR, v VARCHAR)")
    if words:
        insert_texts(con, "outcome_words", [list(words), list(words.values())])
    cases = []
    if "is_won" in columns:
        cases.append("WHEN is_won THEN 'won'")
    if "is_lost" in columns:
        cases.append("WHEN is_lost THEN 'lost'")
    cases += [
        f"WHEN {name} IS NOT NULL THEN '{outcome}'"
        for name, outcome in (("won_at", "won"), ("lost_at", "lost"))
        if name in columns
    ]
    joins = []
    for name in ("outcome", "stage"):
        if name in columns:
            joins.append(f"LEFT JOIN outcome_words w_{name} ON w_{name}.k = r.{name}")
            cases.append(f"WHEN w_{name}.v IN ('won', 'lost') THEN w_{name}.v")
    if "is_won" in columns:
        cases.append(
            "WHEN is_closed AND NOT is_won THEN 'lost'"
            if "is_closed" in columns
            else "WHEN NOT is_won THEN 'lost'"
            if not joins and "is_lost" not in columns
            else ""
        )
    outcome = f"CASE {' '.join(cases)} ELSE 'open' END" if any(cases) else "'open'"
    kept = "r.* EXCLUDE (outcome)" if "outcome" in columns else "r.*"
    con.execute(
        f"CREATE OR REPLACE TABLE all_deals AS SELECT {kept}, {outcome} AS outcome FROM all_deals r "
        f"{' '.join(joins)} ORDER BY r.__file__, r.__line__"
    )
    times = [name for name in ("closed_at", "won_at", "lost_at") if name in columns]
    if len(times) > 1 or (times and times != ["closed_at"]):
        if "closed_at" not in columns:
            con.execute("ALTER TABLE all_deals ADD COLUMN closed_at TIMESTAMP")
        won, lost = (
            f"WHEN outcome = '{outcome}' THEN coalesce({', '.join(sorted(times, key=lambda name: name != told))})"
            for outcome, told in (("won", "won_at"), ("lost", "lost_at"))
        )  # an expected closing day gives way to the day on which the deal was won or lost
        con.execute(f"UPDATE all_deals SET closed_at = CASE {won} {lost} ELSE {times[0]} END")
    notes = []
    if "amount" in columns:
        zeros = count_of(con, "all_deals", "outcome = 'lost' AND amount = 0")
        if zeros:
            con.execute("UPDATE all_deals SET amount = NULL WHERE outcome = 'lost' AND amount = 0")
            notes.append(f"deals: {counted(zeros, 'lost deal')} with the value 0: unknown, not zero")
    counts = dict(con.execute("SELECT outcome, count(*) FROM all_deals GROUP BY 1").fetchall())
    sources = [name for name in ("is_won", "is_lost", "won_at", "lost_at", "outcome", "stage") if name in columns]
    told = ", ".join(f"{counts[each]:,} {each}" for each in ("won", "lost", "open") if counts.get(each))
    notes.append(
        f"deals: {told or 'none'}; read from {', '.join(sources) or 'nothing: no column says how a deal ended'}"
    )
    return notes


def point_to_ids(con: duckdb.DuckDBPyConnection, column: str) -> None:
    """Turn company names in a link column of `all_accounts` (`parent_id`) into ids where one account has the name."""
    if column not in columns_of(con, "all_accounts") or "name" not in columns_of(con, "all_accounts"):
        return
    con.execute(
        f"UPDATE all_accounts SET {quote(column)} = coalesce("
        f"(SELECT a.account_id FROM all_accounts a WHERE a.account_id = all_accounts.{quote(column)} LIMIT 1), "
        f"(SELECT min(a.account_id) FROM all_accounts a WHERE lower(trim(a.name)) = "
        f"lower(trim(all_accounts.{quote(column)})) HAVING count(*) = 1), {quote(column)})"
    )


def leads_as_accounts(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Companies that only the leads name become accounts of their own; their leads are linked to them."""
    columns = columns_of(con, "all_leads")
    if "account_name" not in columns:
        return []
    domain = "account_domain" if "account_domain" in columns else "NULL"
    group = f"lower(trim(account_name)), coalesce({domain}, '')"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE lead_accounts AS SELECT lead_id, 'lead-' || min(lead_id) OVER (PARTITION BY "
        f"{group}) AS account_id FROM all_leads WHERE account_id IS NULL AND account_name IS NOT NULL"
    )
    extra = "".join(
        f", {commonest(f'l.{quote(name)}')} AS {quote(name)}"
        for name in ("industry", "employees", "country")
        if name in columns
    )
    shown = commonest(f"l.{domain}") if domain != "NULL" else "NULL::VARCHAR"
    con.execute(
        "CREATE OR REPLACE TABLE all_accounts AS SELECT * FROM all_accounts UNION ALL BY NAME "
        f"SELECT min(l.__line__) AS __line__, min(l.__file__) AS __file__, m.account_id, "
        f"min(l.account_name) AS name, {shown} AS domain{extra} "
        "FROM all_leads l JOIN lead_accounts m USING (lead_id) GROUP BY m.account_id"
    )
    con.execute(
        "UPDATE all_leads SET account_id = coalesce(account_id, (SELECT m.account_id FROM lead_accounts "
        "m WHERE m.lead_id = all_leads.lead_id LIMIT 1))"
    )
    added = con.execute("SELECT count(DISTINCT account_id) FROM lead_accounts").fetchall()[0][0]
    return [f"accounts: {added:,} companies are known from leads only and were added"] if added else []


def event_types(con: duckdb.DuckDBPyConnection, churn_files: Mapping[str, str]) -> list[str]:
    """Give events without a type one, from their file (`churn_files`: file → type)."""
    columns = columns_of(con, "all_events")
    if "event_type" not in columns:
        con.execute("ALTER TABLE all_events ADD COLUMN event_type VARCHAR")
    notes = []
    for file, kind in churn_files.items():
        rows = count_of(con, "all_events", f"__file__ = {literal(file)} AND event_type IS NULL")
        con.execute(
            f"UPDATE all_events SET event_type = {literal(kind)} WHERE __file__ = {literal(file)} AND "
            f"event_type IS NULL"
        )
        if rows:
            notes.append(
                f"events: {rows:,} rows of {file} are events of type '{kind}'"
                + (": what happened after buying, never a reason to buy" if kind == "churn" else "")
            )
    return notes


def fill_known_at(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Since when an event without `known_at` is known: since it happened; one that lies ahead since the as-of day, so
    that scores see it and no deal's evidence does."""
    columns = columns_of(con, "all_events")
    if "occurred_at" not in columns:
        return
    if "known_at" not in columns:
        con.execute("ALTER TABLE all_events ADD COLUMN known_at TIMESTAMP")
    con.execute(
        "UPDATE all_events SET known_at = least(CAST(occurred_at AS TIMESTAMP), CAST(? AS TIMESTAMP)) "
        "WHERE known_at IS NULL AND occurred_at IS NOT NULL",
        [as_of],
    )
