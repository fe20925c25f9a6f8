"""Accounts that are the same company, by deterministic keys: one domain, or one normalised name in one country.

Parents and subsidiaries are not duplicates, and neither are two companies of one name with two different domains.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from idealfit.accounts.name import normalised_name


@dataclass(frozen=True)
class AccountKey:
    """What tells one company from another; `filled` counts its known cells (the fullest row survives)."""

    account_id: str
    name: str | None
    domain: str | None
    country: str | None
    parent_id: str | None
    filled: int


@dataclass(frozen=True)
class Merge:
    """`account_id` is the same company as `survivor`, because of `by`."""

    account_id: str
    survivor: str
    by: Literal["domain and name", "name and country"]


def find_duplicates(accounts: Sequence[AccountKey]) -> tuple[Merge, ...]:
    """The merges, sorted by id. Accounts of one domain are one company only where their names agree as well (two
    brands may share a website); accounts of one name need one country (or none stated) and no two domains.
    """
    kept: dict[str, str] = {}
    reasons: dict[str, Literal["domain and name", "name and country"]] = {}
    normal = {account.account_id: normalised_name(account.name or "") for account in accounts}
    by_domain: dict[tuple[str, str], list[AccountKey]] = defaultdict(list)
    by_name: dict[str, list[AccountKey]] = defaultdict(list)
    for account in accounts:
        if account.domain:
            by_domain[account.domain, normal[account.account_id]].append(account)
        if len(normal[account.account_id]) > 1:
            by_name[normal[account.account_id]].append(account)
    for group in by_domain.values():
        _merge(group, "domain and name", kept, reasons)
    for group in by_name.values():
        domains = {account.domain for account in group if account.domain}
        countries = {(account.country or "").casefold() for account in group if account.country}
        if len(domains) <= 1 and len(countries) <= 1:
            _merge([account for account in group if account.account_id not in kept], "name and country", kept, reasons)
        else:
            _merge_within(group, kept, reasons)
    return tuple(Merge(each, _root(each, kept), reasons[each]) for each in sorted(kept))


def _merge_within(
    group: list[AccountKey], kept: dict[str, str], reasons: dict[str, Literal["domain and name", "name and country"]]
) -> None:
    """Within a name of several countries or domains: only rows that agree in both."""
    cells: dict[tuple[str, str], list[AccountKey]] = defaultdict(list)
    for account in group:
        if account.account_id not in kept and account.country:
            cells[account.country.casefold(), account.domain or ""].append(account)
    for same in cells.values():
        _merge(same, "name and country", kept, reasons)


def _merge(
    group: list[AccountKey],
    by: Literal["domain and name", "name and country"],
    kept: dict[str, str],
    reasons: dict[str, Literal["domain and name", "name and country"]],
) -> None:
    related = {account.parent_id for account in group} & {account.account_id for account in group}
    if len(group) < 2 or related:
        return
    survivor = min(group, key=lambda account: (-account.filled, account.account_id))
    for account in group:
        if account.account_id != survivor.account_id:
            kept[account.account_id] = survivor.account_id
            reasons[account.account_id] = by


def _root(account_id: str, kept: Mapping[str, str]) -> str:
    seen = {account_id}
    while (above := kept.get(account_id)) is not None and above not in seen:
        account_id = above
        seen.add(above)
    return account_id
