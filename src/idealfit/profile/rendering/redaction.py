"""Names, domains and amounts replaced, so that a page can be shown to others: the same word for the same thing in
every output, whatever is printed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeVar

from idealfit.accounts.currency import CODES
from idealfit.profile.rendering.blocks import Records, Rows
from idealfit.profile.rendering.wording import clean

_Printed = TypeVar("_Printed")

_NUMBER = r"[-−]?\d+(?:[,.]\d+)*(?:[\s\u00a0](?:thousand|million|billion))?(?:[kKmM]\b|bn\b)?"  # noqa: RUF001 - a printed minus
_SIGN = r"(?:[A-Z]{3}[\s\u00a0]|[€$£¥])"
_AMOUNT: Final = re.compile(
    rf"(?<![A-Za-z])(?:{_SIGN}[\s\u00a0]?({_NUMBER})|({_NUMBER})[\s\u00a0]?(?:[€£¥]|[A-Z]{{3}}\b))"
)
_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SITE: Final = re.compile(r"\b(?:https?://\S+|(?:[a-z0-9-]+\.)+[a-z]{2,12}\b)", re.IGNORECASE)
_FILES: Final = frozenset({"json", "yaml", "csv", "html", "pdf", "md", "parquet"})
_SIZES: Final = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "k": 1e3, "m": 1e6, "bn": 1e9}
_AMOUNT_HEADS: Final = ("deal", "amount", "value", "contract")
_WORD: Final = re.compile(r"\w+|[^\w\s]")
TIMES: Final = " times"
MANY_TIMES: Final = 100
SHORTEST: Final = 3
"""Letters of a name that is looked for: shorter ones are also ordinary words."""

Redaction = Callable[[str], str]


def redaction(
    companies: Mapping[str, str], *, own: str | None = None, people: tuple[str, ...] = (), typical: float | None = None
) -> Redaction:
    """What replaces names, domains and amounts in a text.

    `companies`: each name or domain with what stands in its place ('Company 12'); `own`: the company that the profile
    is for; `people`: names of persons; `typical`: the contract that amounts are told in (1.3 of a usual one);
    without it an amount is only said to be one.
    """
    names = _Names()
    for name, put in (*companies.items(), *((one, "a colleague") for one in people), (own or "", "Our company")):
        names.add(clean(name), put)

    def redact(text: str) -> str:
        text = names.replaced(_MAIL.sub("(e-mail)", text))
        text = _SITE.sub(lambda hit: hit[0] if hit[0].rpartition(".")[2].lower() in _FILES else "(site)", text)
        return _AMOUNT.sub(lambda hit: _told(hit, typical), text)

    return redact


class _Names:
    """Names by their first word: a text is read once, however many companies there are."""

    def __init__(self) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}

    def add(self, name: str, put: str) -> None:
        """Look for `name`, whatever its capitals, and put `put` in its place."""
        words = tuple(_WORD.findall(name.casefold()))
        if len(name) >= SHORTEST and words:
            known = self._by_first.setdefault(words[0], [])
            known[:] = sorted({**dict(known), words: put}.items(), key=lambda one: (-len(one[0]), one[0]))

    def replaced(self, text: str) -> str:
        """`text` with every name replaced, the longest first: 'Bolt Systems' before 'Bolt'; never inside a word."""
        found = [(hit[0].casefold(), hit.start(), hit.end()) for hit in _WORD.finditer(text)]
        parts, done, at = [], 0, 0
        while at < len(found):
            for words, put in self._by_first.get(found[at][0], ()):
                if tuple(word for word, _, _ in found[at : at + len(words)]) == words:
                    parts += [text[done : found[at][1]], put]
                    done, at = found[at + len(words) - 1][2], at + len(words) - 1
                    break
            at += 1
        return "".join([*parts, text[done:]])


def _told(hit: re.Match[str], typical: float | None) -> str:
    letters = re.findall(r"[A-Z]{3}", hit[0])
    if letters and letters[0] not in CODES:
        return hit[0]
    return relative(hit[1] or hit[2], typical)


def relative(number: str, typical: float | None) -> str:
    """An amount as a multiple of the typical contract: '517,500' is 45 of a usual 11,500."""
    parts = re.fullmatch(r"([-−]?)([\d,.]+?)[.,]?[\s\u00a0]*([A-Za-z]*)", number.strip())  # noqa: RUF001
    if not typical or parts is None:
        return "(amount)"
    try:
        value = float(parts[2].replace(",", "")) * _SIZES.get(parts[3].lower(), 1.0)
    except ValueError:
        return "(amount)"
    times = value / typical
    return f"{parts[1]}{f'{times:.2g}' if times < MANY_TIMES else f'{times:,.0f}'}{TIMES} a usual contract"


def redacted(printed: _Printed, redact: Redaction, typical: float | None = None) -> _Printed:
    """`printed` (a page, a card, blocks) with every text replaced; record ids are left out, and columns of amounts are
    told relative to a typical contract.
    """
    return _walk(printed, redact, typical)  # type: ignore[no-any-return]


def _walk(value: Any, redact: Redaction, typical: float | None) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, tuple):
        return tuple(_walk(one, redact, typical) for one in value)
    if isinstance(value, Records):
        return replace(value, ids=())
    if isinstance(value, Rows):
        value = replace(value, rows=tuple(_amounts(value.heads, row, typical) for row in value.rows))
    if is_dataclass(value) and not isinstance(value, type):
        if hasattr(value, "heads") and hasattr(value, "scale"):
            value = _tiers(value, typical)
        kept = {"variant", "key", "paper", "as_of"}
        changed = {
            one.name: _walk(getattr(value, one.name), redact, typical) for one in fields(value) if one.name not in kept
        }
        return replace(value, **changed)
    return value


def _is_amount(head: str) -> bool:
    word, _, currency = head.partition(",")
    return word.strip().lower() in _AMOUNT_HEADS and (currency.strip() in CODES or not currency)


def _amounts(heads: tuple[str, ...], row: tuple[str, ...], typical: float | None) -> tuple[str, ...]:
    return tuple(_short(cell, typical) if _is_amount(head) else cell for head, cell in zip(heads, row, strict=True))


def _short(cell: str, typical: float | None) -> str:
    return relative(cell, typical).replace(f"{TIMES} a usual contract", "x") if re.match(r"\W?\d", cell) else cell


def _tiers(table: Any, typical: float | None) -> Any:
    first = 3
    heads = tuple(head.partition(",")[0] if _is_amount(head) else head for head in table.heads)
    rows = tuple(replace(row, extras=_amounts(table.heads[first:], row.extras, typical)) for row in table.rows)
    return replace(table, heads=heads, rows=rows)
