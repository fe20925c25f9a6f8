"""What to find out next: which unknown attributes of which companies are most likely to change what is done with them,
and what a budget of such answers is expected to bring. Nothing is written but the list that was asked for.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from idealfit.errors import NoSuchAttribute, OutputNotSupported, Position, UsageError
from idealfit.evidence.economics import commonest_currency
from idealfit.profile.content import Profile
from idealfit.profile.document import load_profile
from idealfit.profile.motion import profile_files
from idealfit.profile.parsing import suggest
from idealfit.records.attribute import AttributeInfo
from idealfit.records.corrected import load_corrected
from idealfit.scores.buying import By, Per, Step, expected_of, picked_of
from idealfit.scores.learning import Gain
from idealfit.scores.missing import Thing, things_of
from idealfit.scores.unknowns import Ground, Unknowns
from idealfit.store.delimited_output import unguarded, write_csv
from idealfit.store.engine import connect, quote
from idealfit.store.place import LEDGER_NAME, write_aside
from idealfit.workspace.scoring import by_one, reading

BESIDE = ("domain", "website", "country", "region", "city")
"""Columns of the accounts that help another program to find the company."""


@dataclass(frozen=True)
class Find:
    """What is bought of one account: `what`, in words, and the columns' own names. `gain`: what it is expected to
    change together with what was bought of the account before, `adds` its own part of that.
    """

    account_id: str
    name: str | None
    domain: str | None
    tier: str
    tier_low: str
    tier_high: str
    what: tuple[str, ...]
    attributes: tuple[str, ...]
    criteria: tuple[str, ...]
    adds: float
    gain: Gain
    beside: Mapping[str, Any]

    @property
    def could_become(self) -> tuple[str, ...]:
        """The other tiers that it may be in afterwards, likeliest first."""
        return tuple(tier for tier, _share in likeliest(self.gain) if tier != self.tier)


@dataclass(frozen=True)
class Attribute:
    """Something unknown over the whole list: for how many accounts, and what learning it for all of them would change:
    how many tiers, the mean absolute change of fit (of 100) and the sum of those of the expected value.
    """

    what: str
    attributes: tuple[str, ...]
    accounts: int
    tiers: float
    fit: float
    value: float | None
    worth: float | None


@dataclass(frozen=True)
class FindOut:
    """`accounts` were looked at, of `unknown` something is unknown that the profile asks for. `attributes`: those that
    change most first. `finds`: what the budget buys, in the order in which to buy. `tiers` are expected to change in
    [`low`, `high`], four times in five, if what is unknown is true as often as what is known; `value` and `worth` as in
    `Gain`, summed up.
    """

    profile: str
    as_of: date
    accounts: int
    unknown: int
    by: By
    per: Per
    budget: int | None
    attributes: tuple[Attribute, ...]
    finds: tuple[Find, ...]
    bought: int
    tiers: float
    low: float
    high: float
    value: float | None
    worth: float | None
    currency: str
    written: Path | None


def find_out(
    profile: Path,
    accounts: Path | None = None,
    *,
    budget: int | None = None,
    per: Per = "company",
    by: By = "tier",
    attributes: Sequence[str] = (),
    everyone: bool = False,
    to: Path | None = None,
    as_of: date | None = None,
) -> FindOut:
    """What to find out of `accounts` (a file, a folder, a workspace; default: the workspace `profile`) by `profile` (a
    file, or a workspace with one).

    A `budget` buys companies (all that is unknown of them) or single attributes (`per`), greedily: each time what is
    expected to change most for one more unit. `by` tier: the probability that the tier changes; by value: what deciding
    with the answer is worth. `attributes`: only these can be learned. In a workspace only the accounts of targets.csv
    count unless `everyone`. `to`: a .csv for an enrichment tool. Raises UsageError, what `score` raises, WriteFailed.
    """
    document, accounts = _profile(profile), accounts or profile
    _refuse(to, budget, accounts)
    only = _only(document, attributes)
    with reading(accounts, {document.motion: document}, None, as_of, None) as read:
        day = read.as_of or document.as_of or date.today()
        con = connect(read.place.root)
        try:
            load_corrected(con, read.place)
            words = {**document.dictionary, **read.attributes}
            report = by_one(con, document, day, read.attributes, read.company, criteria=True, card=False)
            ground = Ground(
                con,
                document,
                report.hits,
                as_of=day,
                attributes=read.attributes,
                company=read.company,
                only=only,
            )
            listed = None if everyone else _targets(accounts)
            told = ground.of(listed)
            currency = str(read.company.currency or commonest_currency(con))
            lines = _lines(con, [account for account, _unknowns in told])
            looked = _count(con) if listed is None else len(listed)
            if by == "value" and ground.learner.place is None:
                raise UsageError(
                    "The profile tells no value of an account",
                    remedy="Leave --by value away, or build on deals with amounts.",
                )
        finally:
            con.close()
    summed = _attributes(told, words)
    picked = picked_of(ground, told, budget, per, by)
    unknown = dict(told)
    finds = tuple(_find(lines[account], step, words, unknown[account]) for account, step in picked)
    made = expected_of(picked)
    if to is not None:
        _write(to, finds)
    bought = len(finds) if per == "company" else sum(len(one.what) for one in finds)
    return FindOut(
        document.profile, day, looked, len(told), by, per, budget, summed, finds, bought, *made, currency, to
    )  # fmt: skip


def _refuse(to: Path | None, budget: int | None, accounts: Path) -> None:
    if to is not None and to.suffix.lower() != ".csv":
        raise OutputNotSupported(
            f"The list is not written as '{to.suffix}'",
            where=Position(str(to)),
            remedy="Name a file that ends in .csv.",
        )
    if budget is not None and budget < 1:
        raise UsageError("A budget is a number of at least 1", remedy="Give how many answers can be bought: 500.")
    if not accounts.exists():
        raise UsageError(f"There is no '{accounts}'", remedy="Give a file of accounts, a folder or a workspace.")


def _profile(path: Path) -> Profile:
    """The profile of a file, or that of a workspace: its profile.yaml, else the only one that there is."""
    if not path.is_dir():
        return load_profile(path)
    if (path / LEDGER_NAME).is_file() and (path / "profile.yaml").is_file():
        return load_profile(path / "profile.yaml")
    files = profile_files(path)
    if len(files) > 1:
        raise UsageError(
            "There are several profiles", remedy=f"Name one: {', '.join(str(file) for file in files[:5])}."
        )
    return load_profile(files[0])


def _only(profile: Profile, names: Sequence[str]) -> frozenset[str] | None:
    """The names of what can be learned; None for everything. Raises NoSuchAttribute for what the profile never asks."""
    if not names:
        return None
    asked = {thing.name for _layer, one in profile.criteria for thing in things_of(one.predicate)}
    asked |= {thing.name for one in profile.exclusions for thing in things_of(one.predicate)}
    wanted = frozenset(name.strip().casefold() for name in names if name.strip())
    for name in sorted(wanted - asked):
        near = suggest(name, sorted(asked))
        raise NoSuchAttribute(
            f"The profile does not ask for '{name}'",
            where=Position(value=name),
            remedy=f"Did you mean '{near}'?" if near else f"It asks for: {', '.join(sorted(asked)) or 'nothing'}.",
        )
    return wanted


def _targets(accounts: Path) -> list[str] | None:
    """The ids on a workspace's list of targets; None where there is none, or nobody is on it: then everybody counts."""
    path = accounts / "targets.csv"
    if not (accounts / LEDGER_NAME).is_file() or not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="") as file:
        return [unguarded(row["account_id"]) for row in csv.DictReader(file)] or None


def _count(con: duckdb.DuckDBPyConnection) -> int:
    return int(con.execute("SELECT count(*) FROM scores WHERE duplicate_of IS NULL").fetchall()[0][0])


def _lines(con: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """What the list says of each account beside the answers."""
    there = {str(row[0]).lower(): str(row[0]) for row in con.execute("DESCRIBE accounts").fetchall()}
    beside = [there[name] for name in BESIDE if name in there]
    shown = ["a.name" if "name" in there else "NULL AS name", *(f"a.{quote(name)}" for name in beside)]
    found = con.execute(
        f"SELECT s.account_id, s.tier, s.tier_low, s.tier_high, {', '.join(shown)} FROM scores s "
        "LEFT JOIN accounts a USING (account_id) WHERE list_contains($ids, s.account_id)",
        {"ids": list(ids)},
    )
    names = [str(column[0]) for column in found.description or ()]
    return {row[0]: dict(zip(names, row, strict=True)) for row in found.fetchall()}


def _find(line: Mapping[str, Any], step: Step, words: Mapping[str, AttributeInfo], unknowns: Unknowns) -> Find:
    """A purchase with what it finds out, the most telling first."""
    order = [thing for one in unknowns.answers for thing in one.things]
    things = sorted(step.things, key=lambda thing: (order.index(thing) if thing in order else len(order), thing))
    return Find(
        line["account_id"],
        line["name"],
        line.get("domain"),
        line["tier"],
        line["tier_low"],
        line["tier_high"],
        tuple(thing.words(words) for thing in things),
        tuple(thing.name for thing in things),
        step.criteria,
        step.adds,
        step.gain,
        {name: line[name] for name in line if name.lower() in BESIDE},
    )


def _attributes(told: Sequence[tuple[str, Unknowns]], words: Mapping[str, AttributeInfo]) -> tuple[Attribute, ...]:
    summed: dict[tuple[Thing, ...], list[float]] = {}
    priced = False
    for _account, unknowns in told:
        for one in unknowns.answers:
            mine = summed.setdefault(one.things, [0.0] * 5)
            gain = one.gain
            priced = priced or gain.value is not None
            added = (1, gain.tier, gain.fit, gain.value or 0.0, gain.worth or 0.0)
            summed[one.things] = [before + more for before, more in zip(mine, added, strict=True)]
    found = [
        Attribute(
            " and ".join(thing.words(words) for thing in things),
            tuple(thing.name for thing in things),
            int(count),
            round(tiers, 6),
            round(fit / count, 6),
            round(value, 2) if priced else None,
            round(worth, 2) if priced else None,
        )
        for things, (count, tiers, fit, value, worth) in summed.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.tiers, -(one.value or 0.0), -one.fit, one.attributes)))


def likeliest(gain: Gain) -> list[tuple[str, float]]:
    """The tiers afterwards with their probabilities, likeliest first."""
    return sorted(gain.tiers.items(), key=lambda one: (-one[1], one[0]))


def _write(to: Path, finds: Sequence[Find]) -> None:
    """One row a purchase, with what another program needs to find the company and what to look up."""
    beside = [name for name in BESIDE if any(name in {key.lower() for key in one.beside} for one in finds)]
    columns = ("order", "account_id", "name", *beside, "find_out", "attributes", "tier", "could_become",
               "adds", "chance_of_another_tier", "expected_change_of_fit", "expected_change_of_value",
               "worth_knowing")  # fmt: skip

    def rows() -> Iterable[Sequence[object]]:
        for number, one in enumerate(finds, 1):
            held = {key.lower(): value for key, value in one.beside.items()}
            gain = one.gain
            yield (
                number,
                one.account_id,
                one.name,
                *(held.get(name) for name in beside),
                "; ".join(one.what),
                "; ".join(one.attributes),
                one.tier,
                " or ".join(one.could_become),
                round(one.adds, 4),
                round(gain.tier, 4),
                round(gain.fit, 2),
                None if gain.value is None else round(gain.value, 2),
                None if gain.worth is None else round(gain.worth, 2),
            )

    def write(aside: Path) -> None:
        write_csv(aside, columns, rows())

    write_aside(to, write)
