"""Which canonical table a file is, and which of its columns has which meaning: from its name, headers and values."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from idealfit.accounts.column_type import decide
from idealfit.accounts.name import squash
from idealfit.accounts.quantity import parse_boolean, parse_number
from idealfit.records.attribute import KNOWN
from idealfit.records.mapping import FLAT, UNUSED, ColumnMapping, FileMapping
from idealfit.records.recognising.assigning import Assigned, assign
from idealfit.records.recognising.column_profile import FileProfile
from idealfit.records.recognising.deal_outcome import outcome_words
from idealfit.records.recognising.guess_headerless import headerless_accounts
from idealfit.records.recognising.guess_level import guess_level
from idealfit.records.recognising.guess_words import (
    CARRIERS,
    HELPER_TYPES,
)
from idealfit.records.recognising.header_unit import COUNTED, believable, unit_in
from idealfit.records.recognising.refused_names import name_words
from idealfit.records.recognising.status_words import only_of_record, says_status
from idealfit.records.recognising.table_score import ENOUGH, canonical_file, file_match, score_table
from idealfit.records.recognising.vendors.recognition import Recognised, recognise
from idealfit.records.tables import TABLES

NO_HEADER = "it has no header line: write the names of its columns into its first row"
FITS_NONE = "it fits none of the tables and explains no column of another file"
RECORD_STATUS = "record status"
UNSURE = 0.6
_OF_RECORDS = (
    "words such as 'Active' may be said of the record or the company, not of its buying: nobody is taken for a "
    "customer by them (write 'to: status' if they mean customers)"
)
A_MERGE_LIST = "it only says which record became which: merges are found among the accounts themselves"


_NAMES_OF_PERSONS = frozenset({"name", "full name", "contact", "contact name", "person", "username", "user name"})


def _own_columns(
    profile: FileProfile, table: str, used: Collection[str], *, flat: bool, ready: Recognised | None = None
) -> dict[str, ColumnMapping]:
    """The mappings of the columns without a canonical meaning."""
    columns: dict[str, ColumnMapping] = {}
    for header in profile.raw.columns:
        if header in used:
            continue
        known = ready.columns.get(header) if ready is not None else None
        counts = profile.counts[header]
        typed = decide(header, counts).type
        guess = guess_level(header, counts, typed=typed, flat=flat or table == "leads")
        level = guess.level
        reason, confidence = guess.reason, guess.confidence
        if table == "accounts" and level == "account" and says_status(counts):
            level, reason, confidence = "after_fact", "its values say whether a company is a customer already", 0.85
        layer = guess.layer
        if ready is not None and known is not None and known.level is not None and level != "personal":
            level, layer = known.level, known.layer or layer
            reason, confidence = f"{header!r} of {ready.tool} {ready.object}", ready.confidence
        if table not in ("accounts", FLAT) and level in ("account", "after_fact"):
            level, reason, confidence = "deal", f"a column of the {table} file", 0.6 if flat else 0.9
        if table in ("contacts", "leads") and name_words(header) in _NAMES_OF_PERSONS:
            level, reason, confidence = "personal", "it names a person", 0.9
        columns[header] = ColumnMapping(
            to=None if level == "personal" else header,
            level=level,
            layer=layer,
            type=typed,
            reason=reason,
            confidence=confidence,
        )
    return columns


def _canonical(
    profile: FileProfile, table: str, to: str, each: Assigned, ready: Recognised | None = None
) -> ColumnMapping:
    column = canonical_column(table, to, each.reason, each.confidence)
    if to in COUNTED and (unit := unit_in(each.header)):
        held = believable(unit, profile.counts[each.header])
        why = f"its values are too large to be {unit}, whatever the header says"
        column = column.model_copy(
            update={"unit": unit} if held else {"unit": "one", "reason": why, "confidence": UNSURE}
        )
    known = ready.columns.get(each.header) if ready is not None else None
    if known is None or known.to != to:
        return column
    said = {"format": known.format, "missing": list(known.missing), "unit": known.unit}
    return column.model_copy(update={key: value for key, value in said.items() if value})


def canonical_column(table: str, to: str, reason: str = "", confidence: float = 1.0) -> ColumnMapping:
    """A column that is the canonical `to` of a table: what it may be used as, whatever its header and values."""
    info = KNOWN.get(to) if table == "accounts" else None
    if info is not None:
        return ColumnMapping(to=to, level=info.level, layer=info.layer, reason=reason, confidence=confidence)
    key = TABLES[table].key == to or to.endswith("_id") or to in HELPER_TYPES
    level = "personal" if to in ("email", "account_email") else "identifier" if key else "deal"
    return ColumnMapping(to=to, level=level, reason=reason, confidence=confidence)


def renames(headers: Sequence[str]) -> bool:
    """Whether a file only says what became what: 'old_domain, new_domain', 'deal_id, merged_deal_id'."""
    role = re.compile(r"(?i)^(?:old|new|merged(?:_into)?|previous|current|from|to|surviving)[ _]")
    stems = [role.sub("", each) for each in headers]
    changed = [stem != header for stem, header in zip(stems, headers, strict=True)]
    return len(headers) in (2, 3) and any(changed[:2]) and squash(stems[0]) == squash(stems[1])


CARRIED = (
    "industry",
    "sub_industry",
    "employees",
    "revenue",
    "country",
    "region",
    "city",
    "business_model",
    "ownership",
    "funding_stage",
    "founded_year",
    "tech",
)
"""What a file of another table may tell of its companies."""


def _first_headers(profile: FileProfile, found: Mapping[str, Assigned]) -> str:
    """The first headers that say something, as they are written."""
    said = {each.header for each in found.values()}
    return ", ".join([header for header in profile.raw.columns if header in said][:5])


def guess_file(profile: FileProfile, *, accounts_elsewhere: bool = True, table: str | None = None) -> FileMapping:
    """The mapping of one file; `unused` where it is none of the tables (a lookup is found later, from the others).

    `table` is a person's decision. A file that a known tool wrote takes that tool's ready mapping, its unknown headers
    are guessed. Without accounts elsewhere a deals file carries its accounts: columns that speak of
    the company become account columns, and without any link to an account it is `flat`.
    """
    if table is None and renames(profile.raw.columns):
        return FileMapping(file=profile.file, table=UNUSED, reason=A_MERGE_LIST, confidence=0.8)
    named_so = canonical_file(profile) if table is None else None
    limits = None if table is None and named_so is None else ["deals" if table == FLAT else table or named_so or ""]
    ready = recognise(profile.raw.columns, limits) if named_so is None else None
    scores = {
        each: score_table(profile, each, assign(profile, each)) for each in ([table] if table in TABLES else TABLES)
    }
    ranked = sorted(scores, key=lambda each: -scores[each])
    chosen = table or named_so or (ready.table if ready is not None else ranked[0])
    if table in (None, "accounts") and profile.raw.headerless and (listed := headerless_accounts(profile)) is not None:
        return listed
    if table is None and named_so is None and ready is None and (scores[chosen] < ENOUGH or profile.raw.headerless):
        reason = NO_HEADER if profile.raw.headerless else FITS_NONE
        return FileMapping(file=profile.file, table=UNUSED, reason=reason, confidence=0.6)
    if chosen not in TABLES and chosen != FLAT:
        return FileMapping(file=profile.file, table=chosen, reason="decided by a person")
    base = "deals" if chosen == FLAT else chosen
    found = assign(profile, base, ready=ready)
    standing = found.get("status") if base == "accounts" and ready is None else None
    if standing is not None and only_of_record(profile.counts[standing.header], standing.header, profile.file):
        del found["status"]
    carries = base in CARRIERS and not accounts_elsewhere
    linked = {"account_id", "account_name", "account_domain", "account_email", "lead_id"} & set(found)
    flat = base == "deals" and not accounts_elsewhere and not linked
    columns = {each.header: _canonical(profile, base, to, each, ready) for to, each in found.items()}
    if carries:
        company = assign(profile, "accounts", without=set(columns))
        columns |= {
            company[to].header: _canonical(profile, "accounts", to, company[to]) for to in CARRIED if to in company
        }
    own = FLAT if carries and base == "deals" else base
    columns |= _own_columns(profile, own, set(columns), flat=carries, ready=ready)
    if standing is not None and "status" not in found:
        columns[standing.header] = ColumnMapping(
            to=RECORD_STATUS, level="after_fact", type="text", reason=_OF_RECORDS, confidence=0.5
        )
    ordered = {header: columns[header] for header in profile.raw.columns}
    first = scores[ranked[0]] if ranked else 0.0
    second = scores[ranked[1]] if len(ranked) > 1 else 0.0
    confidence = (
        1.0
        if table or named_so
        else ready.confidence
        if ready is not None
        else max(0.5, min(1.0, 0.5 + (first - second) / 8 + (0.3 if file_match(profile.file, chosen) == 1 else 0)))
    )
    named = file_match(profile.file, base) > 0
    reason = (
        "decided by a person"
        if table
        else ready.reason
        if ready is not None
        else f"{'its name and ' if named else ''}its headers ({_first_headers(profile, found)})"
    )
    outcomes = guess_outcomes(profile, found, ready) if base == "deals" else {}
    return FileMapping(
        file=profile.file,
        table=FLAT if flat else base,
        reason=reason,
        confidence=round(confidence, 2),
        columns=ordered,
        outcomes=outcomes,
    )


def number_of(text: str) -> float | None:
    """The number of a share such as '100', '100 %' or '40.0'."""
    return parse_number(text.strip().rstrip("%").strip())


def guess_outcomes(
    profile: FileProfile, found: Mapping[str, Assigned], ready: Recognised | None = None
) -> dict[str, str]:
    """What the words of the outcome and stage columns mean: won, lost or open; a tool's own words first."""
    words: dict[str, str] = {}
    own = {squash(word): meaning for word, meaning in ready.outcomes.items()} if ready is not None else {}
    for to in ("stage", "outcome"):
        counts = profile.counts[found[to].header] if to in found else {}
        flags = {text: parse_boolean(text, digits=True) for text in counts}
        if to == "outcome" and {number_of(text) for text in counts} >= {0.0, 100.0}:
            return {text: {100.0: "won", 0.0: "lost"}.get(number_of(text) or 0.0, "open") for text in counts}
        if to == "outcome" and set(flags.values()) == {True, False}:
            words |= {text: "won" if flag else "lost" for text, flag in flags.items()}
        elif len(counts) <= 200:
            words |= {text: own.get(squash(text), meaning) for text, meaning in outcome_words(counts).items()}
    return words
