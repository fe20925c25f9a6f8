"""Which tool wrote a file: from its headers alone, whatever their case and order, with the share that is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from idealfit.accounts.name import squash
from idealfit.records.recognising.vendors.document import Generation, Vendor, VendorColumn, VendorObject, vendors

_LEVELS = ("computed", "deal", "account", "personal", "identifier")


@dataclass(frozen=True)
class Recognised:
    """A file that a tool wrote: `columns` are its own headers with what they become, `confidence` 0 to 1."""

    tool: str
    object: str
    table: str
    generation: str
    columns: Mapping[str, VendorColumn]
    outcomes: Mapping[str, str]
    known: int
    headers: int
    tested: bool

    @property
    def confidence(self) -> float:
        """Half for the headers that only this tool has, the rest by the share of headers known."""
        return round(0.6 + 0.35 * self.known / self.headers - (0 if self.tested else 0.05), 2)

    @property
    def reason(self) -> str:
        """What a person reads: 'HubSpot deals (labels), 14 of 17 headers; untested on a real export'."""
        said = f"{self.tool} {self.object} ({self.generation}), {self.known} of {self.headers} headers"
        return said if self.tested else f"{said}; untested on a real export"


def recognise(headers: Sequence[str], tables: Sequence[str] | None = None) -> Recognised | None:
    """The tool, object and generation that fit the headers best, or None; `tables` limits what may be answered."""
    keys = {squash(header): header for header in reversed(headers)}
    best: tuple[tuple[int, int], Vendor, VendorObject, Generation] | None = None
    for vendor in vendors():
        for each in vendor.objects:
            if tables is not None and each.table not in tables:
                continue
            for generation in each.generations:
                hits = _hits(generation, keys)
                rank = (hits, -len(generation.known))
                if hits and (best is None or rank > best[0]):
                    best = (rank, vendor, each, generation)
    if best is None:
        return None
    (hits, _), vendor, found, generation = best
    return Recognised(
        vendor.tool,
        found.object,
        found.table,
        generation.name,
        _columns(generation, keys),
        found.outcomes,
        hits,
        len(headers),
        generation.tested_on == "real export",
    )


def _hits(generation: Generation, keys: Mapping[str, str]) -> int:
    """How many of the headers are known; 0 where the signature is not there."""
    if not all(squash(header) in keys for header in generation.signature):
        return 0
    if generation.any_of and sum(squash(header) in keys for header in generation.any_of) < generation.at_least:
        return 0
    if any(squash(header) in keys for header in generation.never):
        return 0
    return len(generation.known & set(keys))


def _columns(generation: Generation, keys: Mapping[str, str]) -> dict[str, VendorColumn]:
    """The file's own headers with their meaning; of two headers for one meaning the one that stands first in the
    document stays first."""
    found = {keys[squash(header)]: column for header, column in generation.columns.items() if squash(header) in keys}
    for name in _LEVELS:
        level = "after_fact" if name == "computed" else name
        for header in getattr(generation, name):
            if squash(header) in keys:
                found.setdefault(keys[squash(header)], VendorColumn.model_validate({"level": level}))
    return found
