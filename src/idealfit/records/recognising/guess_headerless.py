"""A list of companies without a header line: its columns told by their values, the rest kept as they stand."""

from __future__ import annotations

from idealfit.accounts.column_type import decide
from idealfit.records.mapping import ColumnMapping, FileMapping
from idealfit.records.recognising.column_profile import FileProfile
from idealfit.records.recognising.guess_level import guess_level
from idealfit.records.recognising.guess_values import Look, looks_of, said

_MEANS: dict[Look, str] = {"domain": "domain", "country": "country", "industry": "industry", "funding": "funding_stage"}


def headerless_accounts(profile: FileProfile) -> FileMapping | None:
    """The mapping of a list of companies, or None: one column must hold company names, nearly all of them different."""
    looks = {header: looks_of(profile.counts[header]) for header in profile.raw.columns}
    names = [
        header
        for header, found in looks.items()
        if "company" in found and not {"industry", "country"} & set(found) and _tells_rows_apart(profile, header)
    ]
    if not names:
        return None
    name = max(names, key=lambda header: (profile.unique_share(header), looks[header]["company"]))
    key = next((header for header in profile.raw.columns if _is_key(profile, header)), None)
    columns: dict[str, ColumnMapping] = {}
    taken = {"name", *(("account_id",) if key else ())}
    for header in profile.raw.columns:
        look = next(iter(looks[header]), None)
        means = _MEANS.get(look) if look is not None else None
        if header == name:
            columns[header] = _named(header, "name", "identifier", "company")
        elif header == key:
            reason = f"{header} is different in every row: the key"
            columns[header] = ColumnMapping(to="account_id", level="identifier", reason=reason, confidence=0.7)
        elif look is not None and means is not None and means not in taken:
            taken.add(means)
            columns[header] = _named(header, means, "identifier" if means == "domain" else "account", look)
        else:
            columns[header] = _kept(profile, header, look)
    reason = f"no header line; {name} looks like {said('company')}, all different: a list of companies"
    return FileMapping(file=profile.file, table="accounts", reason=reason, confidence=0.6, columns=columns)


def _tells_rows_apart(profile: FileProfile, header: str) -> bool:
    return profile.rows > 1 and profile.known(header) >= 0.9 * profile.rows and profile.unique_share(header) >= 0.9


def _is_key(profile: FileProfile, header: str) -> bool:
    whole = all(text.strip().isdigit() for text in profile.counts[header])
    return whole and len(profile.counts[header]) == profile.rows > 1


def _named(header: str, to: str, level: str, look: Look) -> ColumnMapping:
    return ColumnMapping.model_validate(
        {"to": to, "level": level, "reason": f"{header} looks like {said(look)}", "confidence": 0.6}
    )


def _kept(profile: FileProfile, header: str, look: Look | None) -> ColumnMapping:
    """A column kept under its own name, with what its values look like."""
    counts = profile.counts[header]
    typed = decide(header, counts).type
    guess = guess_level(header, counts, typed=typed, flat=False)
    examples = ", ".join(repr(text) for text in sorted(counts, key=lambda each: (-counts[each], each))[:2])
    if guess.level == "personal":
        reason = guess.reason
    elif look is not None:
        reason = f"{header} looks like {said(look)}"
    elif typed == "number":
        reason = f"{header} holds numbers"
    else:
        reason = f"{header}: {guess.reason}" if guess.level != "account" else f"{header} holds words such as {examples}"
    to = None if guess.level == "personal" else header
    return ColumnMapping(to=to, level=guess.level, layer=guess.layer, type=typed, reason=reason, confidence=0.5)
