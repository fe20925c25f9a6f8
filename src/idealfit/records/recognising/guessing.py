"""The mappings of a whole folder: a person's file first, then what the workspace has saved, then guesses."""

from __future__ import annotations

from collections.abc import Sequence

from idealfit.records.mapping import FLAT, LOOKUP, UNUSED, FileMapping, MappingFile
from idealfit.records.mapping_file import dump_mapping, load_mapping
from idealfit.records.recognising.column_profile import FileProfile
from idealfit.records.recognising.guess_table import guess_file
from idealfit.records.recognising.saved import entry_of
from idealfit.records.report import Guess
from idealfit.store.place import Place, write_text

SURE = 0.6


def _completed(profile: FileProfile, entry: FileMapping, *, accounts_elsewhere: bool) -> FileMapping:
    """A saved entry with guesses for the columns that it does not name; its own are never changed."""
    if entry.table in (UNUSED, LOOKUP):
        return entry
    missing = [header for header in profile.raw.columns if header not in entry.columns]
    if not missing and (entry.outcomes or entry.table not in ("deals", FLAT)):
        return entry
    guessed = guess_file(profile, accounts_elsewhere=accounts_elsewhere, table=entry.table)
    taken = {column.to for header, column in entry.columns.items() if header in profile.raw.columns}
    added = {header: guessed.columns[header] for header in missing if header in guessed.columns}
    added = {
        header: column if column.to not in taken else column.model_copy(update={"to": header})
        for header, column in added.items()
    }
    columns = {header: entry.columns.get(header) or added.get(header) for header in profile.raw.columns}
    return entry.model_copy(
        update={
            "columns": {header: column for header, column in columns.items() if column is not None},
            "outcomes": {**guessed.outcomes, **entry.outcomes},
        }
    )


def map_files(
    profiles: Sequence[FileProfile], known: Sequence[MappingFile], *, accounts_there: bool = False
) -> tuple[list[FileMapping], set[str]]:
    """One mapping a file, and the names of the files that were guessed wholly; `accounts_there`: the workspace has
    accounts already, which the files may be about."""
    names = [profile.file for profile in profiles]
    entries = [entry_of(profile, known, names) for profile in profiles]
    repeats = repeats_of_others(profiles)
    for at, profile in enumerate(profiles):
        reason = repeats.get(profile.file)
        if entries[at] is None and reason is not None:
            entries[at] = FileMapping(file=profile.file, table=UNUSED, reason=reason, confidence=0.9)
    first = [entry or guess_file(profile) for profile, entry in zip(profiles, entries, strict=True)]
    accounts = accounts_there or any(mapping.table == "accounts" for mapping in first)
    mappings = []
    for profile, entry, guess in zip(profiles, entries, first, strict=True):
        if entry is not None:
            mappings.append(_completed(profile, entry, accounts_elsewhere=accounts))
        else:
            mappings.append(guess if accounts else guess_file(profile, accounts_elsewhere=False))
    return mappings, {profile.file for profile, entry in zip(profiles, entries, strict=True) if entry is None}


def repeats_of_others(profiles: Sequence[FileProfile]) -> dict[str, str]:
    """Files that only join two other files (all their columns, all ids of both): file → the reason not to use it."""
    found = {}
    for whole in profiles:
        headers = set(whole.raw.columns)
        inside = [
            part
            for part in profiles
            if part is not whole and set(part.raw.columns) < headers and _same_ids(part, whole)
        ]
        if len(inside) >= 2:
            found[whole.file] = f"it repeats the columns and rows of {' and '.join(part.file for part in inside[:2])}"
    return found


def _same_ids(part: FileProfile, whole: FileProfile) -> bool:
    """Whether the first column of `part` tells its rows apart, and `whole` has nearly all of its values."""
    header = part.raw.columns[0]
    values = set(part.counts[header])
    return (
        bool(values)
        and part.unique_share(header) >= 0.95
        and len(values & set(whole.counts[header])) >= 0.95 * len(values)
    )


def save_mapping(place: Place, source: str, mappings: Sequence[FileMapping]) -> None:
    """Write the source's mapping where it differs from what is saved; entries of files not seen this time stay."""
    path = place.root / "mappings" / f"{source}.yaml"
    seen = {mapping.file for mapping in mappings}
    earlier = load_mapping(path).files if path.is_file() else []
    whole = MappingFile(source=source, files=[*mappings, *(entry for entry in earlier if entry.file not in seen)])
    if path.is_file() and load_mapping(path) == whole:
        return
    write_text(place.outputs / "mappings" / path.name, dump_mapping(whole))


def guesses_of(mappings: Sequence[FileMapping]) -> tuple[Guess, ...]:
    """Every decision, files first, as lines to print."""
    found = []
    for mapping in mappings:
        table = None if mapping.table == UNUSED else mapping.table
        found.append(
            Guess(
                mapping.file,
                None,
                table,
                "account",
                "firmographic",
                mapping.reason,
                mapping.confidence,
                mapping.confidence >= SURE,
            )
        )
        if mapping.table in (UNUSED, LOOKUP):
            continue
        found += [
            Guess(
                mapping.file,
                header,
                column.to,
                column.level,
                column.layer,
                column.reason,
                column.confidence,
                column.confidence >= SURE,
            )
            for header, column in mapping.columns.items()
        ]
    return tuple(found)
