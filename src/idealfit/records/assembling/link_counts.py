"""What linking did to a table: rows linked by each way, ambiguous and unknown references with examples, in words too.

A deals export without its companies is told with the option of the tool that would have carried them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import duckdb

from idealfit.accounts.name import squash
from idealfit.records.assembling.linking import GIVEN, LINK, SEVERAL
from idealfit.records.report import Link
from idealfit.store.engine import quote

_SHOWN = 3
_EXPORT_OPTION: dict[str, str] = {
    "hubspot": "in HubSpot's export include the associated records (the columns 'Associated Company' and 'Associated "
    "Company IDs')",
    "salesforce": "add 'Account ID' (or 'Account Name') to the Salesforce report",
    "pipedrive": "keep the columns 'Organization ID' and 'Organization' in Pipedrive's export",
    "zoho": "keep the column 'Account Name' in Zoho's export",
    "dynamics": "add the column 'Account' (potential customer) to the Dynamics view before exporting it",
    "attio": "keep the associated company in Attio's export",
}
"""What to choose in a tool so that its deals name their companies; from the vendors' descriptions of their exports."""
_ANY_TOOL = "export the deals again with the id of their company (or its name or web address)"


def count_links(con: duckdb.DuckDBPyConnection, table: str, relation: str) -> list[Link]:
    """One entry for each way by which rows of a linked table found their accounts, or did not."""
    counts = con.execute(f"SELECT {LINK}, count(*) FROM {quote(relation)} GROUP BY 1 ORDER BY 1").fetchall()
    found: dict[str, dict[str, int]] = {}
    for word, rows in counts:
        kind, way = word.split(" ", 1) if word.startswith(("ambiguous ", "unknown ")) else ("linked", word)
        found.setdefault(way, {})[kind] = rows
    return [
        Link(
            table,
            way,
            linked=0 if way == "none" else each.get("linked", 0),
            ambiguous=each.get("ambiguous", 0),
            unknown=each.get("unknown", 0),
            unnamed=each.get("linked", 0) if way == "none" else 0,
            examples=_examples(con, relation, [f"{kind} {way}" for kind in ("ambiguous", "unknown") if kind in each]),
        )
        for way, each in found.items()
    ]


def _examples(con: duckdb.DuckDBPyConnection, relation: str, words: Sequence[str]) -> tuple[str, ...]:
    if not words:
        return ()
    rows = con.execute(
        f"SELECT {GIVEN}, max({SEVERAL}) AS fitting FROM {quote(relation)} WHERE list_contains($words, {LINK}) "
        f"AND {GIVEN} IS NOT NULL GROUP BY 1 ORDER BY max({SEVERAL}) > 1 DESC, count(*) DESC, 1 LIMIT {_SHOWN}",
        {"words": list(words)},
    ).fetchall()
    return tuple(f"{text!r} ({several} accounts)" if several > 1 else repr(text) for text, several in rows)


def told_spellings(con: duckdb.DuckDBPyConnection, table: str, relation: str) -> list[str]:
    """A sentence on rows whose id is not written as the account's own is ('121' for '000121'), and was linked."""
    otherwise = f"{LINK} = 'id' AND {GIVEN} IS NOT NULL AND {GIVEN} NOT IN (SELECT k FROM link_id)"
    found = con.execute(
        f"SELECT {GIVEN}, min(account_id), count(*) FROM {quote(relation)} WHERE {otherwise} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    if not found:
        return []
    shown = ", ".join(f"{given!r} for {account!r}" for given, account, _ in found[:_SHOWN])
    return [
        f"{table}: {sum(rows for _, _, rows in found):,} rows write their account's id otherwise than the accounts do "
        f"({shown}): linked, since no other account fits"
    ]


def told_links(links: Sequence[Link], vendors: Collection[str] = ()) -> list[str]:
    """The links of one table in sentences: what was left out, how many and why; `vendors` are the tools that the
    table's files come from, where they are known."""
    table = links[0].table if links else ""
    notes = []
    for link in links:
        shown = f" ({', '.join(link.examples)})" if link.examples else ""
        if link.unnamed:
            notes.append(f"{table}: {link.unnamed:,} rows name no account; they are kept, linked to none")
        if link.ambiguous:
            notes.append(
                f"{table}: {link.ambiguous:,} rows name an account by {_written(link.way)} that several fit{shown}: an "
                "ambiguous link is not made; they are kept, linked to none"
            )
        if link.unknown:
            example = shown if not link.ambiguous else ""
            notes.append(
                f"{table}: {link.unknown:,} rows name an account by {_written(link.way)} that is not in the "
                f"accounts{example}; they are kept, linked to none"
            )
        if link.way == "deal name":
            notes.append(f"deals: {link.linked:,} were linked by the company that stands in front of their own name")
    unlinked = sum(link.unnamed for link in links)
    if table == "deals" and unlinked > 0.5 * sum(link.rows for link in links):
        notes.append(f"deals: most name no company; {_option(vendors)}")
    elif table == "deals" and links and not any(link.linked for link in links if link.way in ("id",)):
        by = " and ".join(dict.fromkeys(link.way for link in links if link.linked and "through" not in link.way))
        if by:
            notes.append(f"deals: no id of a company came along, they were joined by {by}; {_option(vendors)}")
    return notes


def _written(way: str) -> str:
    return {"id": "an id", "name": "a name", "domain": "a domain"}.get(way, f"its {way}")


def _option(vendors: Collection[str]) -> str:
    """What to choose in the tool that the deals come from, where it is one that is known."""
    for vendor in vendors:
        for key, option in _EXPORT_OPTION.items():
            if key in squash(vendor):
                return f"to have the links by id, {option}"
    return f"to have the links by id, {_ANY_TOOL}"
