"""Amounts that are counted in a currency's smallest unit: cents, and what other currencies have instead."""

from __future__ import annotations

from idealfit.store.engine import quote

WITHOUT_DECIMALS = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF".split()  # noqa: SIM905 - read as a line of codes
)
THREE_DECIMALS = frozenset(("BHD", "JOD", "KWD", "OMR", "TND"))
"""As Stripe's page on supported currencies lists them; ISK and UGX are written with two decimals there."""


def minor_units(currency: str) -> int:
    """How many of the smallest unit make one: 100, 1 for yen, 1000 for dinars."""
    code = currency.strip().upper()
    return 1 if code in WITHOUT_DECIMALS else 1000 if code in THREE_DECIMALS else 100


def minor_units_sql(header: str | None) -> str:
    """`minor_units` as an SQL expression over the raw column `header` that names each row's currency; 100 without."""
    if header is None:
        return "100"
    code = f"upper(trim({quote(header)}))"
    none, three = (", ".join(f"'{each}'" for each in sorted(codes)) for codes in (WITHOUT_DECIMALS, THREE_DECIMALS))
    return f"CASE WHEN {code} IN ({none}) THEN 1 WHEN {code} IN ({three}) THEN 1000 ELSE 100 END"
