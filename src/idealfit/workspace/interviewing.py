"""Whom to ask, why them, and about what: a sheet of past-facing questions for customers, losses and colleagues."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from idealfit.evidence.table import Evidence, Floats
from idealfit.patterns.drafting import spoken_for
from idealfit.patterns.sides import STAYS
from idealfit.patterns.telling import tiers_then
from idealfit.profile.document import load_profile
from idealfit.profile.motion import motion_name, profile_file
from idealfit.records.imported import company_of, load_attributes
from idealfit.scores.currency import with_currency
from idealfit.store.place import open_place, write_text
from idealfit.workspace.asking import gathered, tables_of

Kind: TypeAlias = Literal["customer", "loss", "colleague"]
CUSTOMERS, LOSSES, COLLEAGUES = 5, 2, 2
LEAST_DEALS = 5
"""Who handled fewer closed deals has not seen enough of them to be asked about all."""

QUESTIONS: dict[Kind, tuple[str, ...]] = {
    "customer": (
        "Take me back to the day on which you first thought that something had to change. What had happened?",
        "What had you used or done until then, and what did that cost you?",
        "Who else was in the room when you decided, and what did each of them want to know?",
        "What did you compare us with, and by what did you compare?",
        "What nearly made you say no?",
        "What can you do today that you could not do then? Since when?",
        "Whom have you told about us, and in which words?",
    ),
    "loss": (
        "When you began to look, what had just happened?",
        "What did you need to see, and at which point did you no longer expect to see it from us?",
        "What did you take instead, and how has that gone so far?",
        "Who spoke for us, who against, and what did they say?",
        "What should we have asked you in the first call?",
    ),
    "colleague": (
        "Think of the last five deals that you won: what did you know after ten minutes that told you so?",
        "Think of the last five that you lost: when did you know it, and why did you go on?",
        "Which customer would you win again tomorrow, and which one never again? Why?",
        "Which words do good customers use that others do not?",
        "Whom do we call who never buys?",
    ),
}


@dataclass(frozen=True)
class Person:
    """Whom to ask: a customer or a loss (`id` of its account) or a colleague (`id` as the records name them), why, and
    the deals behind that.
    """

    kind: Kind
    id: str
    name: str
    why: str
    records: tuple[str, ...]


@dataclass(frozen=True)
class Interviews:
    """Whom to ask and about what; `missing` says whom the records cannot name; `file` is the sheet, if written."""

    as_of: date
    people: tuple[Person, ...]
    missing: tuple[str, ...]
    file: Path | None = None


def interview(workspace: Path, *, to: Path | None = None, motion: str | None = None) -> Interviews:
    """Three to five of the best customers, two losses to regret, and who has seen most deals; into `to`, a sheet in
    Markdown to be filled in. Raises NoOutcomes where nothing tells who bought.
    """
    place = open_place(workspace)
    path = place.root / profile_file(motion_name(motion))
    profile = load_profile(path) if path.is_file() else None
    company = company_of(place)
    con = tables_of(place)
    try:
        attributes = load_attributes(place)
        rows, evidence, day = gathered(con, place, attributes, None, motion=motion_name(motion))
        tiers = (
            np.full(evidence.rows, "unknown", dtype=np.str_)
            if profile is None
            else tiers_then(con, with_currency(spoken_for(con, profile), company, day, attributes), as_of=day)[0]
        )
    finally:
        con.close()
    money = f"{company.currency} " if company.currency else ""
    # where those who stayed are set against those who left, nobody was lost
    gone = "left" if any(STAYS in note for note in (*rows.notes, *evidence.notes)) else "lost"
    groups: tuple[tuple[Kind, str, list[Person]], ...] = (
        ("customer", "the records name no customer who is still one", _customers(evidence, tiers, money)),
        ("loss", "no lost deal is on record", _losses(evidence, tiers, money, gone)),
        ("colleague", "the records do not say who handled the deals", _colleagues(evidence)),
    )
    found = Interviews(
        day,
        tuple(person for _kind, _why, people in groups for person in people),
        tuple(why for _kind, why, people in groups if not people),
        to,
    )
    if to is not None:
        write_text(to, sheet(found, profile.profile if profile is not None else None))
    return found


def _worth(evidence: Evidence) -> Floats:
    """What each deal was or would have been worth a year, -1 unknown."""
    worth: Floats = np.where(np.isfinite(evidence.arr), evidence.arr, evidence.amount)
    return np.where(np.isfinite(worth), worth, -1.0)


def _first(evidence: Evidence, rows: Sequence[int], most: int) -> list[int]:
    """The first rows of different accounts."""
    seen: dict[int, int] = {}
    for row in rows:
        seen.setdefault(int(evidence.account[row]), int(row))
    return list(seen.values())[:most]


def _customers(evidence: Evidence, tiers: NDArray[np.str_], money: str) -> list[Person]:
    """Who has brought most so far, what support took left out, and has not left: not merely the largest. Where the
    records do not tell what any is worth, the best fits first.
    """
    worth, months = _worth(evidence), np.nan_to_num(evidence.months)
    kept = np.where(np.isfinite(evidence.margin), evidence.margin, 1.0)
    brought = np.where(months > 0, worth * months / 12 * kept, worth)
    left = np.isin(evidence.account, evidence.account[evidence.ended])
    rows = np.flatnonzero((evidence.outcome == 1) & ~left)
    fits = np.select([tiers[rows] == "A", tiers[rows] == "B"], [0, 1], 2)
    ranked = rows[np.lexsort((rows, fits, -worth[rows], -brought[rows]))]
    made = []
    for row in _first(evidence, ranked.tolist(), CUSTOMERS):
        amount = f"{money}{worth[row]:,.0f}"
        yearly = bool(np.isfinite(evidence.arr[row]))
        paid = "bought" if worth[row] < 0 else f"pays {amount} a year" if yearly else f"bought for {amount}"
        stayed = f", a customer for {months[row]:.0f} months" if months[row] >= 1 else ""
        fit = _fit(tiers[row]) if worth[row] < 0 else ""
        made.append(_person("customer", evidence, row, f"{paid}{stayed}, and has not left{fit}"))
    return made


def _losses(evidence: Evidence, tiers: NDArray[np.str_], money: str, gone: str) -> list[Person]:
    """The largest lost deals of accounts that were never won and that the profile would have worked; else others."""
    worth = _worth(evidence)
    won = np.isin(evidence.account, evidence.account[evidence.outcome == 1])
    rows = np.flatnonzero(evidence.outcome == 0)
    worked = np.isin(tiers[rows], ["A", "B"])
    closed = np.where(np.isnat(evidence.closed[rows]), 0, evidence.closed[rows].astype("datetime64[D]").astype(int))
    ranked = rows[np.lexsort((rows, -closed, -worth[rows], ~worked, won[rows]))]
    made = []
    for row in _first(evidence, ranked.tolist(), LOSSES):
        lost = gone if np.isnat(evidence.closed[row]) else f"{gone} on {evidence.closed[row].astype('datetime64[D]')}"
        size = f" over {money}{worth[row]:,.0f}" if worth[row] >= 0 else ""
        fit = _fit(tiers[row])
        made.append(_person("loss", evidence, row, f"{lost}{size}{fit}"))
    return made


def _fit(tier: str) -> str:
    return f"; by the profile it was {'an A' if tier == 'A' else 'a B'}" if tier in ("A", "B") else ""


def _colleagues(evidence: Evidence) -> list[Person]:
    """Who handled most closed deals."""
    closed = evidence.outcome >= 0
    handled = {
        str(owner): np.flatnonzero(closed & (evidence.owner == owner))
        for owner in dict.fromkeys(evidence.owner[closed].tolist())
        if owner
    }
    most = sorted(handled, key=lambda owner: (-len(handled[owner]), owner))[:COLLEAGUES]
    return [
        Person(
            "colleague",
            owner,
            owner,
            f"handled {len(rows):,} closed deals and won {int(np.sum(evidence.outcome[rows] == 1)):,}",
            tuple(str(one) for one in evidence.deal_id[rows]),
        )
        for owner in most
        if len(rows := handled[owner]) >= LEAST_DEALS
    ]


def _person(kind: Kind, evidence: Evidence, row: int, why: str) -> Person:
    return Person(kind, str(evidence.account_id[row]), str(evidence.name[row]), why, (str(evidence.deal_id[row]),))


_HEADINGS: dict[Kind, str] = {
    "customer": "Customers we would win again",
    "loss": "Losses to regret",
    "colleague": "Colleagues who have seen most deals",
}


def sheet(found: Interviews, profile: str | None = None) -> str:
    """The sheet in Markdown: a section a person, with why, the questions, and room for their own words."""
    about = f" for '{_plain(profile)}'" if profile else ""
    lines = [
        f"# Interviews{about}",
        "",
        f"Chosen from the records as of {found.as_of}. Ask what was, never what would be;",
        "write down their words, not yours.",
        "A sentence that you keep goes into the profile as a quote, with the number of the interview as its source.",
    ]
    lines += [f"Not to be named: {why}." for why in found.missing]
    number = 0
    for kind, heading in _HEADINGS.items():
        people = [person for person in found.people if person.kind == kind]
        if not people:
            continue
        lines += ["", f"## {heading}"]
        for person in people:
            number += 1
            lines += ["", f"### {number}. {_plain(person.name)}", "", f"Why: {person.why}.", ""]
            lines += ["Asked on: ____  By: ____  Spoke with (role): ____"]
            for asked in QUESTIONS[kind]:
                lines += ["", f"- {asked}", "", "  > "]
            lines += ["", "What in the profile this speaks for or against: ____"]
    return "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    """A name that is no markup."""
    return " ".join("".join(f"\\{letter}" if letter in "\\`*_[]<>#|" else letter for letter in text).split())
