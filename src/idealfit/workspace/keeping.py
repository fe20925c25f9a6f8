"""What becomes of the profile that a build found: written, or proposed beside one that a person changed or approved.

Nothing in use changes silently: what would change is told, in meaning. What people wrote, and what they decided about
exclusions, stands in the proposal too, so that taking it over loses nothing of theirs.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from idealfit.errors import PredicateError, ProfileFileError
from idealfit.patterns.consequence import Consequence
from idealfit.profile.content import Criterion, Exclusion, Layer, Profile
from idealfit.profile.difference import Change, difference
from idealfit.profile.document import dump_profile, load_profile, substance_hash
from idealfit.profile.meaning import canonical
from idealfit.profile.motion import profile_file
from idealfit.profile.parsing import parse
from idealfit.profile.standing import as_it_stands, standing
from idealfit.records.attribute import Layer as LayerName
from idealfit.store.ledger import open_ledger
from idealfit.store.place import Place, write_text
from idealfit.store.staging import discard, watch
from idealfit.workspace.versioning import note_built, read_text, version_words

_FOUND = frozenset(
    {
        "profile",
        "motion",
        "sold_to",
        "status",
        "as_of",
        "layers",
        "exclusions",
        "tiers",
        "coverage",
        "attributes",
        "model",
    }
)
"""What a build finds or measures; everything else in the file is people's."""
_PEOPLES = ("id", "state", "by", "since", "review_by", "because", "label")
"""What people decide of an exclusion."""
TYPED = "typed by a person, kept by the build"


@dataclass(frozen=True)
class Kept:
    """The profile in force, with the status that holds; the files; and, where a person's was kept, the `proposed` one
    with what it would change (`changes`, and `total` on the accounts). `told`: why a status does not hold; `version`:
    as a page says it; `typed`: the ids of the criteria that a person typed and that the proposal keeps.
    """

    profile: Profile
    files: dict[str, Path]
    proposed: Profile | None = None
    changes: tuple[Change, ...] = ()
    total: Consequence | None = None
    told: str = ""
    version: str = ""
    typed: tuple[str, ...] = ()


def keep_profile(place: Place, found: Profile, because: str) -> Kept:
    """Write `found`, as a version with the reason `because`; or, where a person changed or approved the profile that is
    there, write it as a proposal beside that one. Raises ProfileFileError for a file that cannot be used.
    """
    name = profile_file(found.motion)
    path, out = place.root / name, place.outputs / name
    proposal, lines = path.with_suffix(".proposed.yaml"), path.with_suffix(".proposed.diff")
    watch(place, path)
    ledger = open_ledger(place)
    found = found.model_copy(update={"exclusions": _without_declined(found.exclusions, _declined(place, found.motion))})
    if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() != ledger.last_written_profile(found.motion):
        in_force = load_profile(path)
        stands, told = as_it_stands(in_force), standing(in_force).told
        found, typed = with_typed(carried(found, in_force), in_force)
        version = version_words(place, in_force)
        if substance_hash(in_force) == substance_hash(found):
            discard(place, proposal, lines)
            return Kept(stands, {"profile": path}, told=told, version=version)
        changes, text = difference(stands, found), marked_typed(dump_profile(found), typed)
        write_text(out.with_suffix(".proposed.yaml"), text)
        write_text(out.with_suffix(".proposed.diff"), _told(changes) + _lines(read_text(path), text, path, proposal))
        files = {"profile": path, "proposed profile": proposal, "difference": lines}
        return Kept(stands, files, found, changes, None, told, version, typed)
    discard(place, proposal, lines)
    text = dump_profile(found)
    write_text(out, text)
    ledger.record_written_profile(found.motion, hashlib.sha256(text.encode()).hexdigest())
    version = version_words(place, found, written=True)
    note_built(place, found, text, because)
    return Kept(found, {"profile": path}, version=version)


def carried(found: Profile, in_force: Profile) -> Profile:
    """`found` with what people wrote in the profile in force: the sections that the search leaves empty, what is done
    with each tier, their own exclusions, and their decisions about those that were found again.
    """
    fields = {name: field for name, field in type(found).model_fields.items() if name not in {*_FOUND, "signatures"}}
    theirs = {
        name: getattr(in_force, name) for name, field in fields.items() if getattr(found, name) == field.get_default()
    }
    tiers = found.tiers if found.tiers.actions else found.tiers.model_copy(update={"actions": in_force.tiers.actions})
    both = found.model_copy(update={**theirs, "tiers": tiers, "exclusions": _decided(found, in_force)})
    try:
        load_profile(dump_profile(both))
    except ProfileFileError:
        return found  # an id of theirs is now used otherwise: what was found stands by itself
    return both


def with_typed(found: Profile, in_force: Profile) -> tuple[Profile, tuple[str, ...]]:
    """`found` with the criteria that a person typed into the profile in force (assumed, nothing was measured of them)
    and that the search did not find itself; and their ids. One for which the file has no room, or that it cannot hold
    beside the others, is left out: the changes tell it as gone.
    """
    there = {canonical(one.predicate) for _layer, one in found.criteria}
    kept: list[str] = []
    for name, one in in_force.criteria:
        if one.evidence is not None or one.grade != "assumed" or canonical(one.predicate) in there:
            continue
        both = _with_criterion(found, name, _under_a_free_id(found, one), in_force.layers[name])
        try:
            load_profile(dump_profile(both))
        except ProfileFileError:
            continue
        found = both
        kept.append(found.layers[name].criteria[-1].id)
    return found, tuple(kept)


def _under_a_free_id(found: Profile, one: Criterion) -> Criterion:
    taken = {other.id for _layer, other in found.criteria} | {other.id for other in found.exclusions}
    names = (one.id, *(f"{one.id[:56]}-typed{'' if place < 2 else place}" for place in range(1, len(taken) + 2)))
    return one.model_copy(update={"id": next(name for name in names if name not in taken)})


def _with_criterion(found: Profile, name: LayerName, one: Criterion, theirs: Layer) -> Profile:
    """The layer's weight grows by its points, as that of every criterion that was found did (DESIGN §4)."""
    layer = found.layers.get(name)
    worth = float(abs(one.points)) if one.seen == "list" else 0.0
    if layer is None:
        layer = Layer(weight=worth, active=theirs.active and worth > 0, criteria=(one,))
    else:
        layer = layer.model_copy(
            update={
                "weight": layer.weight + worth,
                "active": layer.active or worth > 0,
                "criteria": (*layer.criteria, one),
            }
        )
    return found.model_copy(update={"layers": {**found.layers, name: layer}})


def marked_typed(text: str, typed: Iterable[str]) -> str:
    """`text` of a profile file with a note at each criterion of `typed` (ids): typed by a person, and kept."""
    for one in typed:
        text = re.sub(rf"(?m)^(\s*- id: {re.escape(one)})$", rf"\1  # {TYPED}", text, count=1)
    return text


def _decided(found: Profile, in_force: Profile) -> tuple[Exclusion, ...]:
    """The exclusions found, each as a person has decided it; and those that only a person knows."""
    said = {canonical(one.predicate): one for one in in_force.exclusions if one.state != "proposed"}
    kept = [
        one.model_copy(update={name: getattr(said[key], name) for name in _PEOPLES})
        if (key := canonical(one.predicate)) in said
        else one
        for one in found.exclusions
    ]
    there = {canonical(one.predicate) for one in found.exclusions}
    own = [one for key, one in said.items() if key not in there and one.evidence is None]
    return (*kept, *own)


def _declined(place: Place, motion: str) -> frozenset[str]:
    """The meaning of every exclusion that a person declined."""
    found = set()
    for one in open_ledger(place).profile_decisions(motion):
        if one.kind == "declined" and one.subject:
            try:
                found.add(canonical(parse(one.subject.partition(": ")[2])))
            except PredicateError:
                continue  # written by a version whose language was another
    return frozenset(found)


def _without_declined(exclusions: Iterable[Exclusion], declined: frozenset[str]) -> tuple[Exclusion, ...]:
    return tuple(one for one in exclusions if canonical(one.predicate) not in declined)


def _told(changes: tuple[Change, ...]) -> str:
    """The changes in meaning, above the lines: programs that apply differences pass over them."""
    return "".join(f"# {' '.join(change.text.split())}\n" for change in changes)


def _lines(before: str, after: str, path: Path, proposal: Path) -> str:
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), path.name, proposal.name
    )
    return "".join(lines)
