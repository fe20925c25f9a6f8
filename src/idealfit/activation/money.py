"""Which amounts may be added: those of the company's own currency, and those for which it gave a rate."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb


def load_rates(con: duckdb.DuckDBPyConnection, currency: str | None, rates: Mapping[str, float]) -> str:
    """Make `list_rates` (currency, rate): units of the home currency for one unit of another; returns that currency.

    The home currency is the company's own, else the one that most deals are in, else '' (no file names any). An
    amount without a currency is in the home currency; one whose currency has no rate is never added to others.
    """
    found = con.execute(
        "SELECT UPPER(TRIM(currency)) FROM deals WHERE TRIM(currency) <> '' "
        "GROUP BY 1 ORDER BY COUNT(*) DESC, 1 LIMIT 1"
    ).fetchone()
    home = (currency or (str(found[0]) if found else "")).strip().upper()
    known = {code.strip().upper(): float(rate) for code, rate in rates.items()} | {home: 1.0}
    con.execute(
        "CREATE OR REPLACE TEMP TABLE list_rates AS "
        "SELECT UNNEST(CAST(? AS VARCHAR[])) AS currency, UNNEST(CAST(? AS DOUBLE[])) AS rate",
        [list(known), list(known.values())],
    )
    return home
