"""Files that only say which record became which: 'old_domain, new_domain', 'account_id, merged_into_account_id'."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

from idealfit.accounts.name import squash

What: TypeAlias = Literal["domain", "account", "email"]
_NEW = re.compile(
    r"^(?:new|current|to|into|mergedinto|mergedto|surviving|survivor|master|canonical|winning|kept|remaining)"
)
_OLD = re.compile(r"^(?:old|previous|former|from|merged|duplicate|losing|loser|removed|deleted)")
_MOST_COLUMNS = 6
_OF_COMPANIES = re.compile(r"account|company|companies|organi[sz]ation|customer|client")


@dataclass(frozen=True)
class MergeColumns:
    """Which column holds the record that is gone and which the one that it became, and what they name."""

    old: str
    new: str
    what: What


def merge_columns(file: str, columns: Sequence[str]) -> MergeColumns | None:
    """The two columns of a merge list of companies, domains or e-mail addresses; None for any other file."""
    if not 2 <= len(columns) <= _MOST_COLUMNS:
        return None
    roles = {column: _role(squash(column)) for column in columns}
    olds = [column for column, (role, _) in roles.items() if role == "old"]
    news = [column for column, (role, _) in roles.items() if role == "new"]
    for old in (*olds, None):
        for new in (*news, None):
            pair = _pair(old, new, {column: stem for column, (_, stem) in roles.items()})
            what = None if pair is None else _what(roles[pair[0]][1], file)
            if pair is not None and what is not None:
                return MergeColumns(*pair, what)
    return None


def _role(word: str) -> tuple[str, str]:
    """'old' or 'new' and the rest of the word; '' where it says neither."""
    for role, pattern in (("new", _NEW), ("old", _OLD)):
        match = pattern.match(word)
        if match is not None and match.end() < len(word):
            return role, word[match.end() :]
    return "", word


def _pair(old: str | None, new: str | None, stems: dict[str, str]) -> tuple[str, str] | None:
    """Both columns, where they name the same thing; one of the two may go without a word that says its role."""
    if old is not None and new is not None:
        return (old, new) if stems[old] == stems[new] else None
    said = old or new
    other = next((each for each in stems if said is not None and each != said and stems[each] == stems[said]), None)
    if said is None or other is None:
        return None
    return (said, other) if old is not None else (other, said)


def _what(stem: str, file: str) -> What | None:
    if stem.endswith(("domain", "website")):
        return "domain"
    if stem.endswith(("email", "emailaddress")):
        return "email"
    about = squash(PurePosixPath(file.replace("#", "/")).stem) if stem in ("id", "recordid") else stem
    return "account" if stem.endswith("id") and _OF_COMPANIES.search(about) else None
