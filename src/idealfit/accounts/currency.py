"""Which currency a text names: '€1.2M', 'USD 1,200', '1 200,50 kr', 'Amount (USD)'; and what is left without it."""

from __future__ import annotations

import re

_CODES = tuple(
    code
    for row in (
        "AED ARS AUD BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KES KRW KWD MAD MXN",
        "MYR NGN NOK NZD PEN PHP PKR PLN QAR RON RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR",
    )
    for code in row.split()
)
CODES = frozenset(_CODES)
"""The codes of currencies that are known."""
_SIGNS = {
    "US$": "USD",
    "USD$": "USD",
    "U$S": "USD",
    "CA$": "CAD",
    "C$": "CAD",
    "AU$": "AUD",
    "A$": "AUD",
    "NZ$": "NZD",
    "R$": "BRL",
    "HK$": "HKD",
    "S$": "SGD",
    "MX$": "MXN",
    "NT$": "TWD",
    "$": "$",
    "€": "EUR",
    "£": "GBP",
    "¥": "¥",
    "\uffe5": "¥",
    "円": "JPY",
    "元": "CNY",
    "RMB": "CNY",
    "₹": "INR",
    "RS.": "INR",
    "RS": "INR",
    "₽": "RUB",
    "₩": "KRW",
    "₺": "TRY",
    "₪": "ILS",
    "฿": "THB",
    "₫": "VND",
    "₴": "UAH",
    "₱": "PHP",
    "₦": "NGN",
    "ZŁ": "PLN",
    "KČ": "CZK",
    "FT": "HUF",
    "LEI": "RON",
    "KR.": "kr",
    "KR": "kr",
    "SFR.": "CHF",
    "FR.": "CHF",
    "EURO": "EUR",
    "EUROS": "EUR",
    "DOLLAR": "$",
    "DOLLARS": "$",
    **{code: code for code in _CODES},
}
SHARED_SIGNS = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "TWD"),
    "¥": ("JPY", "CNY"),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
}
"""Signs that several currencies share; where nothing else says which, the first one of '$' and '¥', none of 'kr'."""

_WORDS = "|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True))
_FRONT = re.compile(rf"^(?P<before>[(\s]*[-+−]?\s*)(?P<sign>{_WORDS})(?![A-Za-z])", re.IGNORECASE)  # noqa: RUF001
_BACK = re.compile(rf"(?<![A-Za-z])(?P<sign>{_WORDS})(?P<after>[\s)]*-?)$", re.IGNORECASE)
_BACK_GLUED = re.compile(
    rf"(?<=[\dkKmMbB])(?P<sign>{'|'.join(re.escape(sign) for sign in ('€', '$', '£', '¥', '₹', '円', '元', *_CODES))})$"
)
_THOUSANDS = re.compile(r"^(?P<rest>.*\d)\s*T(?:€|EUR|USD|CHF|GBP)$")


def split_currency(text: str) -> tuple[str, str | None]:
    """`text` without its currency, and that currency as an ISO code, or a shared sign ('$', '¥', 'kr'); None without.

    'T€' and 'TEUR' behind a number are thousands of euros: '12 T€' → ('12 tsd', 'EUR').
    """
    if text[-1:] in "€RDFP" and (thousands := _THOUSANDS.match(text)):
        return f"{thousands['rest']} tsd", _SIGNS.get(text.removeprefix(thousands["rest"]).strip()[1:])
    if front := _FRONT.match(text):
        return front["before"] + text[front.end() :].lstrip(" .\u00a0"), _SIGNS[front["sign"].upper()]
    back = _BACK.search(text) or _BACK_GLUED.search(text)
    if back is not None and back.start() > 0:
        return text[: back.start()] + back.groupdict().get("after", ""), _SIGNS[back["sign"].upper()]
    return text, None


def currency_code(text: str) -> str | None:
    """The ISO code (or shared sign) that a cell of a currency column means: 'usd', 'US Dollar', '€', 'EUR - Euro'."""
    word = text.strip().upper()
    if word in _SIGNS:
        return _SIGNS[word]
    if found := re.match(r"^([A-Z]{3})\b", word):
        return found[1] if found[1] in _CODES or len(word) == 3 else _NAMED.get(word)
    return _NAMED.get(word)


_NAMED = {
    "US DOLLAR": "USD",
    "US DOLLARS": "USD",
    "U.S. DOLLAR": "USD",
    "UNITED STATES DOLLAR": "USD",
    "BRITISH POUND": "GBP",
    "POUND STERLING": "GBP",
    "CANADIAN DOLLAR": "CAD",
    "AUSTRALIAN DOLLAR": "AUD",
    "SWISS FRANC": "CHF",
    "JAPANESE YEN": "JPY",
    "INDIAN RUPEE": "INR",
    "SWEDISH KRONA": "SEK",
    "NORWEGIAN KRONE": "NOK",
    "DANISH KRONE": "DKK",
    "BRAZILIAN REAL": "BRL",
}
