"""Which canonical table a file most likely is: by its name, and by what its columns may mean."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from idealfit.accounts.name import squash
from idealfit.records.recognising.assigning import Assigned
from idealfit.records.recognising.column_profile import FileProfile
from idealfit.records.recognising.deal_outcome import outcome_words
from idealfit.records.recognising.guess_words import FILE_WORDS, GENERIC, NEEDS
from idealfit.records.tables import TABLES


def file_match(file: str, table: str) -> float:
    """How well a file's name names `table`: 1 wholly, less for a part of it, 0 not at all."""
    stem = PurePosixPath(file.replace("#", "/")).stem
    words = set(FILE_WORDS[table].split())
    whole = squash(stem)
    if whole in words:
        return 1.0
    tokens = [token for token in re.split(r"[^a-z0-9]+", re.sub(r"([a-z])([A-Z])", r"\1 \2", stem).lower()) if token]
    best = 0
    for start in range(len(tokens)):
        for end in range(start + 1, len(tokens) + 1):
            run = "".join(tokens[start:end])
            if run in words:
                best = max(best, len(run))
    return 0.5 + 0.4 * best / max(len(whole), 1) if best else 0.0


def _plausible_without_name(  # noqa: PLR0911 - one answer a table
    profile: FileProfile, table: str, found: Mapping[str, Assigned]
) -> bool:
    """Whether headers alone are enough to call a file `table`."""
    if table == "accounts":
        key = found.get("account_id") or found.get("name")
        described = {"industry", "employees", "revenue", "country", "domain"} & set(found)
        return key is not None and profile.unique_share(key.header) >= 0.8 and bool(described)
    if table == "deals":
        return any(to in found for to in ("is_won", "won_at")) or any(
            {"won", "lost"} & set(outcome_words(profile.counts[found[to].header]).values())
            for to in ("outcome", "stage")
            if to in found
        )
    if table == "subscriptions":
        return (
            bool({"ended_at", "arr_current", "arr_start", "mrr"} & set(found))
            and found.get("subscription_id") is not None
        )
    if table == "invoices":
        return "invoice_id" in found and squash(found["invoice_id"].header) != "id"
    if table == "leads":
        return "lead_id" in found and squash(found["lead_id"].header) not in GENERIC
    if table == "contacts":
        return "email" in found and any(
            re.search(r"first.?name|last.?name|job", header, re.I) for header in profile.raw.columns
        )
    if table == "events":
        of_company = bool({"account_name", "account_domain"} & set(found))
        describing = any(re.search(r"industry|country|sector|funding", header, re.I) for header in profile.raw.columns)
        return of_company and "occurred_at" in found and describing
    if table == "activities":
        return len({"account_id", "contact_id", "deal_id"} & set(found)) >= 2
    if table == "account_history":
        return len(found) >= 4
    return table in ("deal_contacts", "deal_stages", "subscription_changes")


ENOUGH = 1.4
"""So much must speak for a table."""
_DESCRIBING_ONE = frozenset({"name", "domain", "industry", "employees", "revenue", "country"})


def _tells_of_stages(profile: FileProfile) -> bool:
    """Whether a file lists the stages of a pipeline, or how deals moved through them, rather than deals."""
    listed = any(squash(header) == "displayorder" for header in profile.raw.columns)
    return listed or file_match(profile.file, "deal_stages") > file_match(profile.file, "deals")


def score_table(  # noqa: PLR0911 - one reason to refuse after the other
    profile: FileProfile, table: str, found: Mapping[str, Assigned]
) -> float:
    """How much speaks for a file being `table`; 0 where it cannot be."""
    if not all(any(to in found for to in need.split()) for need in NEEDS[table]):
        return 0.0
    named = file_match(profile.file, table)
    if not named and not _plausible_without_name(profile, table, found):
        return 0.0
    if table == "deals" and _tells_of_stages(profile):
        return 0.0
    if table == "accounts":
        if not _DESCRIBING_ONE & set(found) and any(squash(header) == "dealid" for header in profile.raw.columns):
            return 0.0  # a list of pairs: which deal is whose
        key = (found.get("account_id") or found.get("name") or found["domain"]).header
        if profile.rows > 20 and profile.unique_share(key) < 0.5:
            return 0.0
        if not named and {"account_id", "name"} <= set(found) and found["account_id"].confidence >= 0.9:
            return max(ENOUGH, _worth(found))  # a number and a name for each company, and something that describes it
    return 6 * named + _worth(found)


def _worth(found: Mapping[str, Assigned]) -> float:
    """How much the headers say, whatever the file is called."""
    columns = sum(1.0 if each.confidence >= 0.9 else 0.3 for each in found.values())
    return min(columns, 6) * 0.5


def canonical_file(profile: FileProfile) -> str | None:
    """The table whose name a file bears and of whose columns it has three by their own names, a key or a link among
    them."""
    stem = squash(PurePosixPath(profile.file.replace("#", "/")).stem)
    table = next((each for each in TABLES.values() if squash(each.name) == stem), None)
    if table is None:
        return None
    named = {header.strip().lower() for header in profile.raw.columns} & set(table.columns)
    keys = {table.key, "name", "domain", *table.links} if table.name == "accounts" else {table.key, *table.links}
    return table.name if len(named) >= 3 and (named & keys or table.name == "spend") else None
