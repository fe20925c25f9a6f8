"""Which canonical table a file is, and which of its columns has which meaning: from its name, headers and values."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from idealfit.accounts.column_type import decide
from idealfit.accounts.missing import MISSING_IN_QUANTITIES
from idealfit.accounts.moment import parse_moment
from idealfit.accounts.name import squash
from idealfit.accounts.quantity import decimal_mark, parse_boolean, parse_number
from idealfit.records.attribute import KNOWN
from idealfit.records.mapping import FLAT, UNUSED, ColumnMapping, FileMapping
from idealfit.records.recognising.column_profile import FileProfile
from idealfit.records.recognising.deal_outcome import outcome_words
from idealfit.records.recognising.guess_level import guess_level, holds_addresses
from idealfit.records.recognising.guess_words import (
    FILE_WORDS,
    GENERIC,
    HELPER_TYPES,
    NEEDS,
    WORDS,
    header_keys,
    wanted_type,
)
from idealfit.records.recognising.refused_names import name_words
from idealfit.records.recognising.status_words import says_status
from idealfit.records.recognising.vendors.recognition import Recognised, recognise
from idealfit.records.tables import TABLES, ColumnType

NO_HEADER = "it has no header line: write the names of its columns into its first row"
FITS_NONE = "it fits none of the tables and explains no column of another file"


_ADDRESSES = frozenset({"email", "account_email", "account_domain", "domain"})


@dataclass(frozen=True)
class Assigned:
    """`header` becomes a column of a table: how sure, and why."""

    header: str
    confidence: float
    reason: str


def _values_fit(counts: Mapping[str, int], wanted: ColumnType) -> bool:
    """Whether at least half of a sample of the values are of the type that a meaning asks for."""
    texts = [text for text in counts if text.strip().lower() not in MISSING_IN_QUANTITIES]
    sample = texts[:: max(1, len(texts) // 200)]
    if not sample:
        return True
    if wanted in ("date", "timestamp"):
        fits = sum((parse_moment(text, "dmy", loose=True) or parse_moment(text, "mdy")) is not None for text in sample)
    elif wanted == "number":
        mark = decimal_mark(sample)
        fits = sum(parse_number(text, mark) is not None for text in sample)
    elif wanted == "boolean":
        fits = sum(parse_boolean(text, digits=True) is not None for text in sample)
    else:
        return True
    return fits >= 0.5 * len(sample)


def assign(
    profile: FileProfile, table: str, *, without: Collection[str] = (), ready: Recognised | None = None
) -> dict[str, Assigned]:
    """The meanings that the headers of a file have if it is `table`: meaning → header. Each header is used once; a
    canonical name always has its meaning, what `ready` says of its own headers comes next, another header has one only
    where its values do not speak against it."""
    keys = {header: header_keys(header, table) for header in profile.raw.columns if header not in without}
    found = said_by_vendor(profile, table, ready) if ready is not None else {}
    if ready is not None:
        keys = {header: words for header, words in keys.items() if header not in ready.columns}
    for header in keys:
        if (to := header.strip().lower()) in WORDS[table] and to not in found:
            found[to] = Assigned(header, 1.0, "the canonical name")
    taken = {each.header for each in found.values()}
    for to in WORDS[table]:
        if to in found:
            continue
        said = [
            (header, word)
            for word in dict.fromkeys([to.replace("_", ""), *WORDS[table][to].split()])
            for header in keys
            if header not in taken and word in keys[header] and _may_mean(profile.counts[header], table, to, word)
        ]
        if said:
            header, word = _best(profile, said, key=to == TABLES[table].key)
            found[to] = Assigned(header, 0.75 if word in GENERIC else 0.9, f"the header {header!r} says so")
            taken.add(header)
    for to, pattern in _SPEAKING.get(table, {}).items():
        free = [header for header in keys if header not in taken and pattern.search(name_words(header))]
        fits = [each for each in free if _fit_strictly(profile.counts[each], to, wanted_type(table, to))]
        if to not in found and fits:
            found[to] = Assigned(fits[0], 0.7, f"the header {fits[0]!r} and its values say so")
            taken.add(fits[0])
    return {to: found[to] for to in WORDS[table] if to in found}


def said_by_vendor(profile: FileProfile, table: str, ready: Recognised) -> dict[str, Assigned]:
    """The meanings that a ready mapping gives to a file's headers, where their values do not speak against it. Of
    several headers for one meaning the first stands that has a value in most rows, else the first with any."""
    named: dict[str, list[str]] = {}
    for header, column in ready.columns.items():
        if column.to in WORDS[table] and _values_fit(profile.counts[header], wanted_type(table, column.to)):
            named.setdefault(column.to, []).append(header)
    found = {}
    for to, headers in named.items():
        some = [header for header in headers if profile.counts[header]] or headers
        most = [header for header in some if profile.known(header) >= 0.5 * profile.rows]
        best = (most or some)[0]
        found[to] = Assigned(best, ready.confidence, f"{best!r} of {ready.tool} {ready.object}")
    return found


_SPEAKING = {
    "deals": {
        "outcome": re.compile(r"\b(?:outcome|result|status|stage|won|win)\b"),
        "created_at": re.compile(r"\b(?:open(?:ed|ing)?|creat\w+|start(?:ed)?|add(?:ed)?|entered|received)\b"),
        "closed_at": re.compile(r"\b(?:clos(?:e|ed|ing)|decided|decision|ended|signed|completed)\b"),
        "amount": re.compile(r"\b(?:amount|value|deal size|acv|tcv)\b"),
    }
}
"""Words within a header that say its meaning where no header says it wholly, and the values agree."""


def _fit_strictly(counts: Mapping[str, int], to: str, wanted: ColumnType) -> bool:
    """Whether nearly all values are of the type asked for; for an outcome, whether they tell won from lost."""
    if to == "outcome":
        return {"won", "lost"} <= set(outcome_words(counts).values()) and len(counts) <= 50
    decided = decide("date" if wanted == "timestamp" else "amount", counts).type
    return bool(counts) and decided in ({"date", "timestamp"} if wanted == "timestamp" else {wanted})


def _best(profile: FileProfile, said: Sequence[tuple[str, str]], *, key: bool) -> tuple[str, str]:
    """The surest header that is filled in, for a key the surest that also tells most rows apart; else the surest."""
    filled = [
        (header, word)
        for header, word in said
        if profile.known(header) >= 0.5 * profile.rows and (not key or profile.unique_share(header) >= 0.9)
    ]
    some = [(header, word) for header, word in said if profile.counts[header]]
    return (filled if key and filled else some or said)[0]


def _may_mean(counts: Mapping[str, int], table: str, to: str, word: str) -> bool:
    """Whether values do not speak against a header's meaning; one of many meanings needs values that speak for it."""
    wanted = wanted_type(table, to)
    if not _values_fit(counts, wanted):
        return False
    if wanted == "text" and to not in _ADDRESSES and holds_addresses(counts):
        return False
    if table == "accounts" and to == "status" and word in GENERIC | {"accounttype", "relationship", "relationshiptype"}:
        return word == "status" or says_status(counts)
    if to == "outcome":
        return word not in GENERIC or _says_outcome(counts)
    return not (wanted == "text" and counts and all(parse_boolean(text) is not None for text in counts))


def _says_outcome(counts: Mapping[str, int]) -> bool:
    """Whether a column's words tell how deals ended, or that they are open or closed."""
    words = {squash(text) for text in counts}
    return bool({"won", "lost"} & set(outcome_words(counts).values()) or {"open", "closed", "inprogress"} & words)


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
    if table == "activities":
        return len({"account_id", "contact_id", "deal_id"} & set(found)) >= 2
    if table == "account_history":
        return len(found) >= 4
    return table in ("deal_contacts", "deal_stages", "subscription_changes")


_DESCRIBING_ONE = frozenset({"name", "domain", "industry", "employees", "revenue", "country"})


def _tells_of_stages(profile: FileProfile) -> bool:
    """Whether a file lists the stages of a pipeline, or how deals moved through them, rather than deals."""
    listed = any(squash(header) == "displayorder" for header in profile.raw.columns)
    return listed or file_match(profile.file, "deal_stages") > file_match(profile.file, "deals")


def score_table(profile: FileProfile, table: str, found: Mapping[str, Assigned]) -> float:
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
    columns = sum(1.0 if each.confidence >= 0.9 else 0.3 for each in found.values())
    return 6 * named + min(columns, 6) * 0.5


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
            level, reason, confidence = "deal", f"a column of the {table} file", 0.9
        columns[header] = ColumnMapping(
            to=None if level == "personal" else header,
            level=level,
            layer=layer,
            type=typed,
            reason=reason,
            confidence=confidence,
        )
    return columns


def _canonical(table: str, to: str, each: Assigned, ready: Recognised | None = None) -> ColumnMapping:
    column = _of_table(table, to, each)
    known = ready.columns.get(each.header) if ready is not None else None
    if known is None or known.to != to:
        return column
    said = {"format": known.format, "missing": list(known.missing), "unit": known.unit}
    return column.model_copy(update={key: value for key, value in said.items() if value})


def _of_table(table: str, to: str, each: Assigned) -> ColumnMapping:
    info = KNOWN.get(to) if table == "accounts" else None
    if info is not None:
        return ColumnMapping(to=to, level=info.level, layer=info.layer, reason=each.reason, confidence=each.confidence)
    key = TABLES[table].key == to or to.endswith("_id") or to in HELPER_TYPES
    level = "personal" if to in ("email", "account_email") else "identifier" if key else "deal"
    return ColumnMapping(to=to, level=level, reason=each.reason, confidence=each.confidence)


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


def guess_file(profile: FileProfile, *, accounts_elsewhere: bool = True, table: str | None = None) -> FileMapping:
    """The mapping of one file; `unused` where it is none of the tables (a lookup is found later, from the others).

    `table` is a person's decision. A file that a known tool wrote takes that tool's ready mapping, its unknown headers
    are guessed. Without accounts elsewhere a deals file carries its accounts: columns that speak of
    the company become account columns, and without any link to an account it is `flat`.
    """
    named_so = canonical_file(profile) if table is None else None
    limits = None if table is None and named_so is None else ["deals" if table == FLAT else table or named_so or ""]
    ready = recognise(profile.raw.columns, limits) if named_so is None else None
    scores = {
        each: score_table(profile, each, assign(profile, each)) for each in ([table] if table in TABLES else TABLES)
    }
    ranked = sorted(scores, key=lambda each: -scores[each])
    chosen = table or named_so or (ready.table if ready is not None else ranked[0])
    if table is None and named_so is None and ready is None and scores[chosen] < 1.4:
        headed = not all(re.fullmatch(r"column_\d+", header) for header in profile.raw.columns)
        reason = FITS_NONE if headed else NO_HEADER
        return FileMapping(file=profile.file, table=UNUSED, reason=reason, confidence=0.6)
    if chosen not in TABLES and chosen != FLAT:
        return FileMapping(file=profile.file, table=chosen, reason="decided by a person")
    base = "deals" if chosen == FLAT else chosen
    found = assign(profile, base, ready=ready)
    carries = base in ("deals", "leads", "invoices") and not accounts_elsewhere
    linked = {"account_id", "account_name", "account_domain", "account_email", "lead_id"} & set(found)
    flat = base == "deals" and not accounts_elsewhere and not linked
    columns = {each.header: _canonical(base, to, each, ready) for to, each in found.items()}
    if carries:
        company = assign(profile, "accounts", without=set(columns))
        for to in (
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
        ):
            if to in company:
                columns[company[to].header] = _canonical("accounts", to, company[to])
    own = FLAT if carries and base == "deals" else base
    columns |= _own_columns(profile, own, set(columns), flat=carries, ready=ready)
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
        else f"{'its name and ' if named else ''}its headers ({', '.join(sorted(found)[:5])})"
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


def guess_outcomes(
    profile: FileProfile, found: Mapping[str, Assigned], ready: Recognised | None = None
) -> dict[str, str]:
    """What the words of the outcome and stage columns mean: won, lost or open; a tool's own words first."""
    words: dict[str, str] = {}
    own = {squash(word): meaning for word, meaning in ready.outcomes.items()} if ready is not None else {}
    for to in ("stage", "outcome"):
        counts = profile.counts[found[to].header] if to in found else {}
        flags = {text: parse_boolean(text, digits=True) for text in counts}
        if to == "outcome" and set(flags.values()) == {True, False}:
            words |= {text: "won" if flag else "lost" for text, flag in flags.items()}
        elif len(counts) <= 200:
            words |= {text: own.get(squash(text), meaning) for text, meaning in outcome_words(counts).items()}
    return words
