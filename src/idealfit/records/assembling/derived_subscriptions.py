"""How long customers stayed, where no file of subscriptions says it: from dates on the account, from the terms of won
deals, from lost renewals, or from gaps in invoices. Each derivation is stated and marked; no revenue is ever made up.
"""

from __future__ import annotations

from datetime import date

import duckdb

from idealfit.accounts.name import squash
from idealfit.records.assembling.assembly import Assembled, columns_of, count_of
from idealfit.store.engine import literal, quote

_ENOUGH = 20
_LONG = 3
"""A gap of three times an account's own interval between invoices, and longer than nearly all gaps, is an end."""
_RARE = 0.95
_STARTED = frozenset(
    [
        "customersince",
        "customerstartdate",
        "customerfrom",
        "becameacustomerdate",
        "becamecustomer",
        "becamecustomerat",
        "contractstart",
        "contractstartdate",
        "subscriptionstart",
        "subscriptionstartdate",
        "activationdate",
        "activatedat",
        "onboardeddate",
        "firstorderdate",
        "firstpurchasedate",
        "firstorder",
        "firstinvoicedate",
        "clientsince",
        "memberssince",
        "membersince",
        "kundeseit",
    ]
)
_ENDED = frozenset(
    [
        "churndate",
        "churnedat",
        "churnedon",
        "churneddate",
        "dateofchurn",
        "cancellationdate",
        "canceldate",
        "canceledat",
        "cancelledat",
        "cancelledon",
        "canceledon",
        "terminationdate",
        "terminatedat",
        "contractended",
        "subscriptionended",
        "lostcustomerdate",
        "exitdate",
        "offboardeddate",
        "subscriptionenddate",
    ]
)
_RENEWAL = frozenset(
    [
        "renewaldate",
        "nextrenewal",
        "nextrenewaldate",
        "contractrenewaldate",
        "contractenddate",
        "contractend",
        "contractexpiry",
        "contractexpirydate",
        "subscriptionrenewaldate",
        "expirydate",
    ]
)

_TERM_STARTS = frozenset(
    {"contractstart", "contractstartdate", "termstart", "termstartdate", "subscriptionstart", "subscriptionstartdate"}
    | {"servicestartdate", "revenuestartdate", "licensestartdate"}
)
_TERM_ENDS = _RENEWAL | {
    "contractends", "termend", "termenddate", "subscriptionend", "subscriptionenddate", "serviceenddate",
    "revenueenddate", "licenseenddate", "contractexpirationdate",
}  # fmt: skip
_TERMS = frozenset(
    {"term", "termmonths", "terminmonths", "contractterm", "contracttermmonths", "contractlength", "contractduration"}
    | {"contractlengthmonths", "subscriptionterm", "subscriptiontermmonths", "termlength", "contracttermlength"}
)
_GRACE_DAYS = 90
"""So long after the end of its term a customer may still sign again before it counts as gone."""
_ANSWERED = 0.2


def derive_subscriptions(
    con: duckdb.DuckDBPyConnection, present: set[str], as_of: date | None
) -> tuple[Assembled | None, list[str]]:
    """Make `all_subscriptions` (with `derived_from`) of what other tables tell of customers' beginnings and ends; None
    where none of them tells that a customer ever left, or nothing is dated."""
    if as_of is None:
        return None, []
    for derive in (_of_account_dates, _of_terms, _of_lost_renewals, _of_invoice_gaps):
        select, told = derive(con, present, as_of)
        if select is None:
            continue
        con.execute(
            "CREATE OR REPLACE TABLE all_subscriptions AS SELECT 1::BIGINT AS __line__, '' AS __file__, "
            "'derived-' || account_id || CASE WHEN n > 1 THEN '~' || n ELSE '' END AS subscription_id, account_id, "
            "CAST(started_at AS TIMESTAMP) AS started_at, CAST(ended_at AS TIMESTAMP) AS ended_at, derived_from FROM "
            f"(SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY started_at) AS n FROM ({select}) "
            "WHERE account_id IS NOT NULL AND started_at IS NOT NULL) ORDER BY account_id, started_at"
        )
        rows, ended = (count_of(con, "all_subscriptions", where) for where in ("true", "ended_at IS NOT NULL"))
        if not ended:
            continue
        note = (
            f"subscriptions: none were given; {rows:,} were derived from {told}: {ended:,} ended, {rows - ended:,} "
            f"still run on {as_of}. They tell who stayed, and nothing of revenue"
        )
        columns = tuple(columns_of(con, "all_subscriptions"))
        return Assembled("subscriptions", "all_subscriptions", columns, rows, 0, (), (), ()), [note]
    con.execute("DROP TABLE IF EXISTS all_subscriptions")
    return None, []


def _column(con: duckdb.DuckDBPyConnection, table: str, words: frozenset[str]) -> str | None:
    """The first date column of a table whose header is one of `words`."""
    found = columns_of(con, table).items()
    return next((name for name, kind in found if squash(name) in words and kind in ("DATE", "TIMESTAMP")), None)


def _first_won(con: duckdb.DuckDBPyConnection, present: set[str]) -> str:
    """A query of accounts with the day on which they were first won."""
    if "deals" not in present or "closed_at" not in columns_of(con, "all_deals"):
        return "SELECT NULL::VARCHAR AS account_id, NULL::DATE AS won WHERE false"
    return (
        "SELECT account_id, min(CAST(closed_at AS DATE)) AS won FROM all_deals WHERE outcome = 'won' "
        "AND account_id IS NOT NULL AND coalesce(deal_type, 'new_business') <> 'not_sales' GROUP BY 1"
    )


def _of_account_dates(con: duckdb.DuckDBPyConnection, present: set[str], as_of: date) -> tuple[str | None, str]:
    """Churn dates of accounts; a renewal date that a former customer let pass."""
    start, end, renewal = (_column(con, "all_accounts", words) for words in (_STARTED, _ENDED, _RENEWAL))
    former = "status = 'former'" if "status" in columns_of(con, "all_accounts") else "false"
    day = f"DATE {literal(str(as_of))}"
    ends = [f"CASE WHEN CAST(a.{quote(end)} AS DATE) <= {day} THEN CAST(a.{quote(end)} AS DATE) END"] if end else []
    if renewal:
        ends.append(
            f"CASE WHEN {former} AND CAST(a.{quote(renewal)} AS DATE) <= {day} THEN "
            f"CAST(a.{quote(renewal)} AS DATE) END"
        )
    if not ends:
        return None, ""
    began = f"coalesce({f'CAST(a.{quote(start)} AS DATE), ' if start else ''}w.won)"
    ended = f"coalesce({', '.join(ends)})"
    told = " and ".join(f"'{name}'" for name in (start, end, renewal) if name)
    return (
        f"SELECT a.account_id, {began} AS started_at, CASE WHEN {ended} > {began} THEN {ended} END AS ended_at, "
        f"'dates of the account' AS derived_from FROM all_accounts a LEFT JOIN ({_first_won(con, present)}) w "
        f"USING (account_id) WHERE a.duplicate_of IS NULL AND {began} <= {day}",
        f"dates of the accounts ({told}{'' if start else ', begun with the first won deal'})",
    )


def _months(con: duckdb.DuckDBPyConnection) -> str:
    """The SQL of how many months a deal was signed for; '' where no column tells. A text counts what it says: '12',
    '12 months', '2 years'."""
    found = ((name, kind) for name, kind in columns_of(con, "all_deals").items() if squash(name) in _TERMS)
    name, kind = next(found, ("", ""))
    if kind == "DOUBLE":
        return quote(name)
    if kind != "VARCHAR":
        return ""
    number = f"TRY_CAST(regexp_extract({quote(name)}, '[0-9]+') AS INTEGER)"
    return f"{number} * CASE WHEN regexp_matches(lower({quote(name)}), 'year|yr|jahr|an') THEN 12 ELSE 1 END"


def _of_terms(con: duckdb.DuckDBPyConnection, present: set[str], as_of: date) -> tuple[str | None, str]:
    """A customer left when the term of its last won deal ended and nothing was signed after it; only where enough ended
    terms were followed by another deal or a lost renewal, since else renewals are simply not recorded."""
    if "deals" not in present or "closed_at" not in columns_of(con, "all_deals"):
        return None, ""
    start, end, months = (
        _column(con, "all_deals", _TERM_STARTS),
        _column(con, "all_deals", _TERM_ENDS),
        _months(con),
    )
    if not end and not months:
        return None, ""
    day = f"DATE {literal(str(as_of))}"
    began = f"CAST(coalesce({f'{quote(start)}, ' if start else ''}closed_at) AS DATE)"
    by_months = f"CAST({began} + to_months(CAST({months} AS INTEGER)) AS DATE)" if months else "NULL"
    ends = f"coalesce({f'CAST({quote(end)} AS DATE), ' if end else ''}{by_months})"
    con.execute(
        "CREATE OR REPLACE TEMP TABLE signed_terms AS SELECT account_id, min(began) AS began, max(signed) AS signed, "
        "max(ends) AS ends, coalesce(max(day) FILTER (outcome = 'lost') > max(signed), false) AS refused, "
        "count(ends) AS terms FROM ("
        f"SELECT account_id, outcome, CAST(closed_at AS DATE) AS day, CASE WHEN outcome = 'won' THEN {began} END AS "
        "began, CASE WHEN outcome = 'won' THEN CAST(closed_at AS DATE) END AS signed, "
        f"CASE WHEN outcome = 'won' THEN {ends} END AS ends FROM all_deals "
        f"WHERE account_id IS NOT NULL AND CAST(closed_at AS DATE) <= {day} AND (outcome = 'won' AND "
        "coalesce(deal_type, 'new_business') <> 'not_sales' OR outcome = 'lost' AND deal_type = 'renewal')) "
        "GROUP BY 1 HAVING count(ends) > 0"
    )
    accounts, again, refused, over = con.execute(
        "SELECT count(*), count(*) FILTER (terms > 1), count(*) FILTER (refused), "
        f"count(*) FILTER (terms > 1 OR refused OR ends + {_GRACE_DAYS} <= {day}) FROM signed_terms"
    ).fetchall()[0]
    if accounts < _ENOUGH or again + refused < max(3, _ANSWERED * over):
        return None, ""
    named = " and ".join(f"'{name}'" for name in (start, end) if name) or "how many months they were signed for"
    return (
        f"SELECT account_id, began AS started_at, CASE WHEN ends > began AND (ends + {_GRACE_DAYS} <= {day} OR "
        f"refused AND ends <= {day}) THEN ends END AS ended_at, 'terms of won deals' AS derived_from FROM signed_terms",
        f"the terms of won deals ({named}; a customer left when its last term ended and nothing was signed for "
        f"{_GRACE_DAYS} days, or its renewal was lost)",
    )


def _of_lost_renewals(con: duckdb.DuckDBPyConnection, present: set[str], as_of: date) -> tuple[str | None, str]:
    """A customer left with a lost renewal after which it bought nothing."""
    if "deals" not in present or not {"deal_type", "closed_at"} <= set(columns_of(con, "all_deals")):
        return None, ""
    day = f"DATE {literal(str(as_of))}"
    if not count_of(con, "all_deals", "deal_type = 'renewal' AND outcome = 'lost' AND closed_at IS NOT NULL"):
        return None, ""
    return (
        "SELECT w.account_id, w.won AS started_at, CASE WHEN l.lost > b.last THEN l.lost END AS ended_at, "
        f"'lost renewals' AS derived_from FROM ({_first_won(con, present)}) w LEFT JOIN (SELECT account_id, "
        "max(CAST(closed_at AS DATE)) AS lost FROM all_deals WHERE deal_type = 'renewal' AND outcome = 'lost' "
        f"AND CAST(closed_at AS DATE) <= {day} GROUP BY 1) l USING (account_id) LEFT JOIN (SELECT account_id, "
        "max(CAST(closed_at AS DATE)) AS last FROM all_deals WHERE outcome = 'won' GROUP BY 1) b USING (account_id) "
        f"WHERE w.won <= {day}",
        "won deals and lost renewals (a customer left with a lost renewal after which it bought nothing)",
    )


def _of_invoice_gaps(con: duckdb.DuckDBPyConnection, present: set[str], as_of: date) -> tuple[str | None, str]:
    """A customer left where no invoice followed for far longer than it, and nearly all others, ever waited."""
    if "invoices" not in present or "issued_at" not in columns_of(con, "all_invoices"):
        return None, ""
    day = f"DATE {literal(str(as_of))}"
    paid = "AND amount > 0" if "amount" in columns_of(con, "all_invoices") else ""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE invoice_days AS SELECT account_id, day, lead(day) OVER w - day AS gap FROM "
        "(SELECT DISTINCT account_id, CAST(issued_at AS DATE) AS day FROM all_invoices WHERE account_id IS NOT NULL "
        f"AND issued_at IS NOT NULL AND CAST(issued_at AS DATE) <= {day} {paid}) "
        "WINDOW w AS (PARTITION BY account_id ORDER BY day)"
    )
    accounts, usual, rare, span = con.execute(
        "SELECT count(DISTINCT account_id) FILTER (gap IS NOT NULL), median(gap), "
        f"quantile_cont(gap, {_RARE}), max(day) - min(day) FROM invoice_days"
    ).fetchall()[0]
    if accounts < _ENOUGH or rare is None or span < 2 * max(rare, _LONG * usual):
        return None, ""
    interval = f"CASE WHEN count(gap) >= 2 THEN median(gap) ELSE {usual} END"
    return (
        f"WITH own AS (SELECT account_id, min(day) AS first, max(day) AS last, {interval} AS usual, "
        f"greatest({_LONG} * ({interval}), {rare}, coalesce(max(gap), 0)) AS cut FROM invoice_days GROUP BY 1) "
        f"SELECT account_id, first AS started_at, CASE WHEN {day} - last > cut THEN last + "
        "CAST(round(usual) AS INTEGER) END AS ended_at, 'gaps in invoices' AS derived_from FROM own",
        f"gaps in invoices (a customer left where none followed for {_LONG} of its own intervals, for longer than it "
        f"ever waited, and for more than {round(rare)} days, as {1 - _RARE:.0%} of all gaps; it left one interval "
        "after its last invoice)",
    )
