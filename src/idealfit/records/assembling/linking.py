"""Which account a row belongs to: by id, by domain, by name, by e-mail domain, or through a deal, a contact or a lead.

A reference that several accounts fit is no link: it is counted, with examples, apart from one that fits none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from idealfit.accounts.domain import registrable_domain
from idealfit.accounts.name import normalised_name, squash
from idealfit.records.assembling.account_index import fill_lists, other_spellings, spellings
from idealfit.records.assembling.assembly import columns_of
from idealfit.store.engine import insert_texts, literal, quote

LINK = "__link__"
SEVERAL = "__several__"
GIVEN = "__given__"
"""Helper columns of a linked table, never published: the way by which a row found its account ('id'; 'ambiguous
name' or 'unknown id' where it found none, 'none' where it names none); how many accounts have the name that it gives;
and what it gives as its account."""

_DEAL_NAME = re.compile(r"^(.+?)(?:\s+[-\u2013\u2014|]\s.*|:\s.*|\s+(?:new\s+)?(?:deal|opportunity))$", re.IGNORECASE)
_THROUGH: dict[str, tuple[str, ...]] = {
    "deals": ("lead_id",),
    "activities": ("deal_id", "contact_id"),
    "usage": ("subscription_id",),
    "contacts": ("deal_id",),
    "conversations": ("deal_id",),
    "subscriptions": ("deal_id",),
}
"""The other tables through which a row may find its account, surest first."""
_HOLDERS = {"deal_id": "deals", "subscription_id": "subscriptions", "contact_id": "contacts", "lead_id": "leads"}

_WAY = """CASE
    WHEN len(__i) = 1 THEN 'id'
    WHEN len(list_intersect(__n, __d)) = 1 THEN 'name and domain'
    WHEN len(__d) = 1 AND __n IS NULL THEN 'domain'
    WHEN len(__n) = 1 AND __d IS NULL THEN __by
    WHEN __d IS NULL AND len(list_intersect(__n, __e)) = 1 THEN 'name and e-mail domain'
    WHEN len(__e) = 1 AND __n IS NULL AND __d IS NULL THEN 'e-mail domain'
    WHEN __t IS NOT NULL THEN 'through ' || __holder
    WHEN __n IS NOT NULL THEN 'ambiguous name' WHEN __d IS NOT NULL THEN 'ambiguous domain'
    WHEN __i IS NOT NULL THEN 'ambiguous id' WHEN __e IS NOT NULL THEN 'ambiguous e-mail domain'
    ELSE __missed END"""
_ACCOUNT = f"""CASE {LINK}
    WHEN 'id' THEN __i[1] WHEN 'domain' THEN __d[1] WHEN 'e-mail domain' THEN __e[1]
    WHEN 'name and domain' THEN list_intersect(__n, __d)[1]
    WHEN 'name and e-mail domain' THEN list_intersect(__n, __e)[1]
    WHEN 'name' THEN __n[1] WHEN 'deal name' THEN __n[1]
    ELSE CASE WHEN starts_with({LINK}, 'through ') THEN __t END END"""


@dataclass
class _Ways:
    """The joins that bring candidate accounts to the rows of one table, and the columns that they give."""

    joins: list[str] = field(default_factory=list)
    by_id: list[str] = field(default_factory=list)
    by_name: list[str] = field(default_factory=list)
    by_domain: list[str] = field(default_factory=list)
    by_email: list[str] = field(default_factory=list)
    through: list[tuple[str, str]] = field(default_factory=list)
    references: dict[str, str] = field(default_factory=dict)
    name_way: str = "name"

    def columns(self) -> str:
        """The candidates of a row: by id, name, domain and e-mail domain; through what; and what it refers to."""

        def first(found: Sequence[str], kind: str = "VARCHAR[]") -> str:
            return f"coalesce({', '.join(found)})" if found else f"NULL::{kind}"

        holder = " ".join(f"WHEN {held} IS NOT NULL THEN {literal(name)}" for held, name in self.through)
        missed = " ".join(f"WHEN {given} IS NOT NULL THEN 'unknown {way}'" for given, way in self.references.items())
        return (
            f"{first(self.by_id)} AS __i, {first(self.by_name)} AS __n, {first(self.by_domain)} AS __d, "
            f"{first(self.by_email)} AS __e, {first([held for held, _ in self.through], 'VARCHAR')} AS __t, "
            f"{f'CASE {holder} END' if holder else 'NULL::VARCHAR'} AS __holder, {literal(self.name_way)} AS __by, "
            f"{first(list(self.references), 'VARCHAR')} AS __ref, "
            f"CASE {missed or 'WHEN false THEN NULL'} ELSE 'none' END AS __missed"
        )


def link_table(con: duckdb.DuckDBPyConnection, table: str, relation: str, present: set[str]) -> None:
    """Fill `account_id` of a child table in place, and the helper columns of this module; a row that could not be
    linked is kept with NULL."""
    ways = _ways(con, table, relation, present)
    columns = columns_of(con, relation)
    if "account_id" not in columns:
        con.execute(f"ALTER TABLE {quote(relation)} ADD COLUMN account_id VARCHAR")
    old = ", ".join(name for name in (LINK, SEVERAL, GIVEN) if name in columns)
    con.execute(
        f"CREATE OR REPLACE TABLE {quote(relation)} AS WITH asked AS (SELECT r.*{f' EXCLUDE ({old})' if old else ''}, "
        f"{ways.columns()} FROM {quote(relation)} r {' '.join(ways.joins)}), "
        f"decided AS (SELECT *, {_WAY} AS {LINK} FROM asked) "
        "SELECT * EXCLUDE (__i, __n, __d, __e, __t, __holder, __by, __ref, __missed) "
        f"REPLACE ({_ACCOUNT} AS account_id), coalesce(len(__n), 0) AS {SEVERAL}, "
        f"__ref AS {GIVEN} FROM decided ORDER BY __file__, __line__"
    )


def _ways(con: duckdb.DuckDBPyConnection, table: str, relation: str, present: set[str]) -> _Ways:
    """Every way that a table has, with its candidates prepared as tables."""
    columns = columns_of(con, relation)
    ways = _Ways()
    if "account_id" in columns:
        texts = _texts(con, relation, "account_id", ids=True)
        _id_candidates(con, texts)
        _name_candidates(con, "cand_as_name", texts)
        ways.joins += [
            "LEFT JOIN link_id i0 ON i0.k = r.account_id",
            "LEFT JOIN cand_id i1 ON i1.k = r.account_id",
            "LEFT JOIN cand_as_name n0 ON n0.k = r.account_id",
        ]
        ways.by_id, ways.by_name = ["CASE WHEN i0.v IS NOT NULL THEN [i0.v] END", "i1.vs"], ["n0.vs"]
    if "account_name" in columns:
        _name_candidates(con, "cand_name", _texts(con, relation, "account_name"))
        ways.joins.append("LEFT JOIN cand_name n1 ON n1.k = r.account_name")
        ways.by_name.append("n1.vs")
    for column, alias, by in (
        ("account_domain", "d", ways.by_domain),
        ("account_email", "e1", ways.by_email),
        ("email_domain", "e2", ways.by_email),
    ):
        if column in columns:
            ways.joins.append(f"LEFT JOIN link_domain {alias} ON {alias}.k = r.{column}")
            by.append(f"{alias}.vs")
    ways.references = {
        f"r.{name}": name[8:] for name in ("account_id", "account_name", "account_domain") if name in columns
    }
    for number, column in enumerate(_THROUGH.get(table, ())):
        if column in columns and (holder := _HOLDERS[column]) in present:
            ways.joins.append(
                f"LEFT JOIN (SELECT {column} AS k, first(account_id ORDER BY account_id) AS v FROM "
                f"{quote('all_' + holder)} WHERE {column} IS NOT NULL GROUP BY 1) t{number} ON t{number}.k = r.{column}"
            )
            ways.through.append((f"t{number}.v", holder))
    if table == "deals" and not ways.joins and "name" in columns:
        _deal_name_candidates(con, relation)
        ways.joins.append("LEFT JOIN cand_deal n2 ON n2.k = r.name")
        ways.by_name, ways.name_way = ["n2.vs"], "deal name"
    return ways


def _texts(con: duckdb.DuckDBPyConnection, relation: str, column: str, *, ids: bool = False) -> list[str]:
    """The distinct texts of a column that could name an account; with `ids` those that are no id as they stand."""
    unknown = f"AND {quote(column)} NOT IN (SELECT k FROM link_id)" if ids else ""
    found = con.execute(
        f"SELECT DISTINCT {quote(column)} FROM {quote(relation)} WHERE {quote(column)} IS NOT NULL {unknown} ORDER BY 1"
    ).fetchall()
    return [row[0] for row in found]


def _name_candidates(con: duckdb.DuckDBPyConnection, into: str, texts: Sequence[str]) -> None:
    """`into` (k, vs): the accounts that a written name or web address fits: those called exactly so, else those whose
    name without its legal form is the same, else those of the address."""
    con.execute("CREATE OR REPLACE TEMP TABLE asked_names (k VARCHAR, exact VARCHAR, plain VARCHAR, site VARCHAR)")
    if texts:
        exact, plain = ["=" + squash(text) for text in texts], [normalised_name(text) for text in texts]
        sites = [registrable_domain(text) or "" for text in texts]
        insert_texts(con, "asked_names", [list(texts), exact, plain, sites])
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {quote(into)} AS SELECT a.k, coalesce(e.vs, p.vs, s.vs) AS vs "
        "FROM asked_names a LEFT JOIN link_name e ON e.k = a.exact LEFT JOIN link_name p ON p.k = a.plain "
        "LEFT JOIN link_domain s ON s.k = a.site WHERE coalesce(e.vs, p.vs, s.vs) IS NOT NULL"
    )


def _id_candidates(con: duckdb.DuckDBPyConnection, texts: Sequence[str]) -> None:
    """`cand_id` (k, vs): the accounts of ids spelled otherwise, and of several ids in one cell ('17; 18')."""
    found: dict[str, set[str]] = {}
    several = {text: [part for part in re.split(r"\s*[;|]\s*", text) if part] for text in texts}
    wanted = {spelling for parts in several.values() for part in parts for spelling in spellings(part)}
    same = other_spellings(con, wanted) if texts else {}
    for text, parts in several.items():
        accounts = [next((same[key] for key in spellings(part) if key in same), "") for part in parts]
        if accounts and all(accounts):
            found[text] = set(accounts)
    fill_lists(con, "cand_id", found)


def _deal_name_candidates(con: duckdb.DuckDBPyConnection, relation: str) -> None:
    """`cand_deal` (k, vs): accounts named in front of a deal's own name ('Acme - 400 seats', 'Acme New Deal')."""
    heads = {}
    for text in _texts(con, relation, "name"):
        match = _DEAL_NAME.match(text.strip())
        heads[text] = match[1] if match else text
    _name_candidates(con, "cand_head", sorted(set(heads.values())))
    con.execute("CREATE OR REPLACE TEMP TABLE heads (k VARCHAR, head VARCHAR)")
    if heads:
        insert_texts(con, "heads", [list(heads), list(heads.values())])
    con.execute(
        "CREATE OR REPLACE TEMP TABLE cand_deal AS SELECT h.k, c.vs FROM heads h JOIN cand_head c ON c.k = h.head"
    )
