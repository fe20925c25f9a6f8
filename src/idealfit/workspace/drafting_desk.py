"""The desk at which a profile is edited: what the accounts hold, what a change would do, and what the linter finds."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import duckdb

from idealfit.errors import EvidenceMissing
from idealfit.lint.finding import Finding, findings_of
from idealfit.lint.gathering import gather
from idealfit.lint.rules import CODES, chosen
from idealfit.lint.subject import Subject
from idealfit.profile.content import Profile
from idealfit.profile.controls import Control, starting, to_controls
from idealfit.profile.difference import Change, difference
from idealfit.profile.document import dump_profile, load_profile, plain_content
from idealfit.profile.form import Entry
from idealfit.profile.form_acts import new_id
from idealfit.profile.marked import Marked
from idealfit.profile.motion import DEFAULT_MOTION
from idealfit.profile.parsing import parse
from idealfit.records.attribute import LAYERS
from idealfit.records.imported import company_of, load_attributes, load_report
from idealfit.store.place import Place
from idealfit.workspace.asking import tables_of
from idealfit.workspace.reading_back import evidence_of
from idealfit.workspace.seen_values import SeenValues
from idealfit.workspace.trying import Trial, Workbench

_ID: Final = re.compile(r"^\s*-?\s*id:\s*['\"]?([a-z][a-z0-9_-]*)")
_NOQA: Final = re.compile(r"#\s*(?:noqa|check|allow)\s*:?\s*(ICP\d{3}(?:\s*,\s*ICP\d{3})*)\W*(.+)", re.IGNORECASE)
NEW_POINTS: Final = 5


@dataclass(frozen=True)
class Shown:
    """What a changed profile would do: `changes` in meaning, and on the records."""

    changes: tuple[Change, ...]
    trial: Trial


class DraftingDesk:
    """One desk for a motion's profile over the records as they are. One thread at a time."""

    def __init__(self, place: Place, *, motion: str | None = None) -> None:
        """Opens the tables; the evidence is gathered when it is first asked for."""
        self.place = place
        self._motion = motion or DEFAULT_MOTION
        self._con = tables_of(place)
        self.attributes = load_attributes(place)
        self.seen = SeenValues(self._con, self.attributes)
        self._judging = threading.Lock()
        self._rules_con: duckdb.DuckDBPyConnection | None = None
        self._closed = False

    @cached_property
    def bench(self) -> Workbench:
        """What changes are tried on."""
        return Workbench(self.place, motion=self._motion, con=self._con)

    def close(self) -> None:
        """Let go of the tables."""
        with self._judging:
            self._closed = True
            if self._rules_con is not None:
                self._rules_con.close()
        self._con.close()

    def effect(self, before: Profile, after: Profile) -> Shown:
        """What `after` in the place of `before` would do; nothing in the workspace is changed."""
        changes = difference(before, after, self.attributes)
        return Shown(tuple(changes), self.bench.trial(before, after))

    def text_of(self, profile: Profile, over: str) -> str:
        """`profile` as the text of its file, written over the text that it was made from."""
        return dump_profile(profile, over=over)

    def findings(self, profile: Profile, text: str = "") -> tuple[Finding, ...]:
        """What the linter finds in `profile`, by entry; lines are not told. `text`: of the file that it was made from,
        whose exceptions in comments count.
        """
        with self._judging:  # on tables of its own: what is tried meanwhile does not wait
            if self._closed:
                return ()
            if self._rules_con is None:
                self._rules_con = tables_of(self.place)
            return self._found(self._rules_con, profile, text)

    def _found(self, con: duckdb.DuckDBPyConnection, profile: Profile, text: str) -> tuple[Finding, ...]:
        if not self.seen.types or con.execute("SELECT 1 FROM accounts LIMIT 1").fetchone() is None:
            return ()
        company = company_of(self.place)
        document = profile.model_copy(update={"check": profile.check.above(company.check)})
        rules = chosen(strict=document.check.strict, select=document.check.select, ignore=())
        imported = (load_report(self.place) or {}).get("as_of")
        last = date.fromisoformat(imported) if imported else None
        day = document.as_of or last or date.today()
        records, _report = gather(
            con,
            self.place,
            document,
            as_of=day,
            attributes=self.attributes,
            company=company,
            codes={one.code for one in rules},
        )
        marked = Marked(plain_content(document), None, None, ())
        found = findings_of(Subject(document, marked, last or day, records, CODES, company.check.allow), rules).found
        excused = _excused(text)
        return tuple(one for one in found if (one.code, one.entry) not in excused)

    def candidate(self, name: str, taken: tuple[str, ...]) -> Entry | None:
        """What a build has found under an id, as an entry of the form that is not saved; None where there is none."""
        try:
            found = next((one for one in evidence_of(self.place.root)["criteria"] if one["id"] == name), None)
        except EvidenceMissing:
            return None
        if found is None:
            return None
        counts = found.get("counts") or {}
        won, lost = counts.get("match_won", 0), counts.get("match_lost", 0)
        told = f"{won:,} of {won + lost:,} won" if won + lost else ""
        rest = counts.get("rest_won", 0) + counts.get("rest_lost", 0)
        told += f", elsewhere {counts.get('rest_won', 0):,} of {rest:,}." if told and rest else ""
        out = found.get("polarity") == "exclude"
        place = "exclusion" if out else str(found.get("layer") or LAYERS[0])
        points = str(found.get("points") or NEW_POINTS)
        shown = to_controls(parse(str(found["when"])))
        return Entry(new_id(name, taken), "", place, "" if out else points, "", "list", {"because": told}, shown)

    def starting(self, what: str) -> tuple[str, Control]:
        """The layer and the empty control for something that a criterion can speak of: 'column:employees', 'event',
        'role', 'text'.
        """
        if what == "event":
            return "situational", Control("event", {"how": "happened", "count": "1", "days": "180"})
        if what == "role":
            return "authority", Control("role", {"how": "has"})
        name = what.removeprefix("column:")
        column = next((one for one in self.seen.columns() if one.name == name), None)
        if column is None or not what.startswith("column:"):
            return "firmographic", Control("text", {"text": ""})
        layer = column.layer if column.layer in LAYERS else LAYERS[0]
        return layer, starting(column.name, column.kind)

    def read(self, text: str) -> Profile:
        """The profile that a text says. Raises ProfileFileError."""
        return load_profile(text)


def _excused(text: str) -> set[tuple[str, str]]:
    """Rule and entry of the exceptions that stand in comments, each beside or above a line of its entry."""
    found: set[tuple[str, str]] = set()
    entry, waiting = "", set[str]()
    for line in text.splitlines():
        if named := _ID.match(line):
            entry = named[1]
            found |= {(code, entry) for code in waiting}
        said = _NOQA.search(line)
        codes = set(re.findall(r"ICP\d{3}", said[1].upper())) if said else set()
        found |= {(code, entry) for code in codes}
        waiting = codes if line.lstrip().startswith("#") else set()
    return found
