"""A saved mapping meets a new export: which entry is a file's, and what of it the export no longer has."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

from idealfit.accounts.name import squash
from idealfit.records.mapping import FileMapping, MappingFile
from idealfit.records.recognising.column_profile import FileProfile

_LEAST = 0.5


def entry_of(profile: FileProfile, known: Sequence[MappingFile], others: Sequence[str] = ()) -> FileMapping | None:
    """The saved entry for a file: by its name if at least half of its columns are there, else one whose own file is not
    in this folder (`others` are) and whose columns nearly all are. Headers are found whatever their case."""
    for mapping in known:
        entry = mapping.for_file(profile.file)
        if entry is not None and _share(entry, profile) >= _LEAST:
            return _in_words_of(profile, entry)
    for mapping in known:
        for entry in mapping.files:
            elsewhere = any(mapping.for_file(other) is entry for other in others)
            if not elsewhere and len(entry.columns) >= 3 and _share(entry, profile) >= 0.8:
                return _in_words_of(profile, entry)
    return None


def _headers(profile: FileProfile) -> dict[str, str]:
    return {squash(header): header for header in reversed(profile.raw.columns)}


def _share(entry: FileMapping, profile: FileProfile) -> float:
    headers = _headers(profile)
    return sum(squash(header) in headers for header in entry.columns) / len(entry.columns) if entry.columns else 1.0


def _in_words_of(profile: FileProfile, entry: FileMapping) -> FileMapping:
    """The entry with the file's own name and headers; columns that the file does not have stay as they were."""
    headers = _headers(profile)
    own = set(profile.raw.columns)
    columns = {
        header if header in own else headers.get(squash(header), header): column
        for header, column in entry.columns.items()
    }
    return entry.model_copy(update={"file": profile.file, "columns": columns})


def vanished(profiles: Sequence[FileProfile], known: Sequence[MappingFile]) -> tuple[str, ...]:
    """What a saved mapping says of columns that this export no longer has, a sentence a file."""
    told = []
    names = [profile.file for profile in profiles]
    for profile in profiles:
        entry = entry_of(profile, known, names)
        unused = next((each for mapping in known if (each := mapping.for_file(profile.file)) is not None), None)
        if entry is not None:
            gone = [header for header, column in entry.columns.items() if column.to and header not in profile.counts]
            if gone:
                told.append(f"{profile.file}: the mapping names {_listed(gone, profile, entry.columns)}")
        elif unused is not None and unused.columns:
            here = sum(squash(header) in _headers(profile) for header in unused.columns)
            told.append(
                f"{profile.file}: its saved mapping is not used, since only {here} of its {len(unused.columns)} "
                f"columns are in this export (another kind of export, or a newer one of the same tool): "
                f"it was guessed anew"
            )
    return tuple(told)


def _listed(gone: Sequence[str], profile: FileProfile, mapped: Mapping[str, object]) -> str:
    """The columns that are gone, each with the new one that is nearest in name."""
    new = [header for header in profile.raw.columns if header not in mapped]
    parts = []
    for header in gone[:4]:
        near = difflib.get_close_matches(header, new, n=1, cutoff=0.5)
        parts.append(f"{header!r} (perhaps now {near[0]!r})" if near else repr(header))
    more = f" and {len(gone) - 4} more" if len(gone) > 4 else ""
    return f"{', '.join(parts)}{more}, which this export does not have: what it says of them does nothing"
