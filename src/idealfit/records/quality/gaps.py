"""What is not there: empty and missing columns, cells that were not read, rows set aside, duplicates."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from idealfit.records.assembling.duplicates import TABLE as PAIRS
from idealfit.records.quality.afterwards import Fill
from idealfit.records.quality.effect import Harm, share_of
from idealfit.records.quality.problem import Problem, in_words, listed, wider
from idealfit.records.quality.scene import Scene
from idealfit.records.report import Link, TableCount
from idealfit.store.engine import quote

_BASICS = {"industry": "industry", "employees": "size", "country": "country"}
_SIZE = frozenset({"employees", "revenue"})
_EMPTY = 0.2
_THIN = 0.6
_INVALID = 0.01
_EVIDENCE = frozenset({"accounts", "deals"})
_DATES = frozenset({"created_at", "closed_at"})


def candidate_problems(
    scene: Scene, filled: Mapping[str, Fill], figures: Mapping[str, Mapping[str, Any]], told: Collection[str] = ()
) -> list[Problem]:
    """Attributes that cannot be tested: known for too few of the companies that had deals (of all, without deals).

    Columns of which another problem has `told` are left out.
    """
    shares = {name: _known_share(filled.get(name), figures[name]) for name in scene.candidates if name in figures}
    found = []
    empty = tuple(name for name, share in shares.items() if share < _EMPTY and name not in told)
    of = len(scene.candidates) + len(_missing(scene))
    worked = "companies with closed deals" if filled else "companies"
    if empty:
        lost = sum(1 - shares[name] for name in empty)
        one = len(empty) == 1
        found.append(
            Problem(
                "mostly_empty",
                "accounts",
                f"{len(empty)} of {len(scene.candidates)} columns about the company {'is' if one else 'are'} known "
                f"for fewer than {_EMPTY:.0%} of {worked}: {listed([in_words(name) for name in empty])}",
                f"{'it' if one else 'they'} cannot be tested: a criterion that nobody can look up finds nobody",
                "Enrich them, ask for them on forms, or let them be: an empty column does no other harm",
                Harm(untestable=share_of(lost, of)),
                column=empty[0] if one else None,
                columns=empty,
                of=scene.rows["accounts"],
            )
        )
    found += [
        Problem(
            "known_for_too_few",
            "accounts",
            f"The {_BASICS[name]} is known for {shares[name]:.0%} of {worked}",
            f"a criterion on it rests on those; {wider(1 - shares[name])}, and it leaves the others unknown",
            f"Enrich the {_BASICS[name]}: for accounts with deals first, then for the target list",
            Harm(untestable=share_of(1 - shares[name], of)),
            column=name,
            rows=round((1 - shares[name]) * scene.rows["accounts"]),
            of=scene.rows["accounts"],
        )
        for name in _BASICS
        if name in shares and _EMPTY <= shares[name] < _THIN
    ]
    return [*found, *_basics_problems(scene, of)]


def _basics_problems(scene: Scene, of: int) -> list[Problem]:
    """What no column says of a company, of `of` columns that are there or should be."""
    found: list[Problem] = []
    missing = _missing(scene)
    if not scene.candidates and scene.rows.get("accounts"):
        found.append(
            Problem(
                "no_attributes",
                "accounts",
                "No column says anything about a company but its name",
                "there is nothing that could set customers apart",
                "Export the companies with their properties (industry, size, country, tools), or add them from a list",
                Harm(untestable=1.0),
            )
        )
    elif missing and scene.rows.get("accounts"):
        found.append(
            Problem(
                "basics_missing",
                "accounts",
                f"No column says the {_or(missing)} of a company",
                "what most profiles begin with cannot be tested here",
                f"Export the {_or(missing)} of companies too, or add it from a list or an enrichment tool",
                Harm(untestable=share_of(len(missing), of) / 2),  # what is missing may not matter here
                columns=missing,
            )
        )
    return found


def _known_share(fill: Fill | None, figure: Mapping[str, Any]) -> float:
    """The share of companies with closed deals for which a column is known; of all, where none has."""
    if fill is not None:
        accounts = sum(fill.by.get(each, (0, 0))[0] for each in ("won", "lost"))
        if accounts:
            return sum(fill.by.get(each, (0, 0))[1] for each in ("won", "lost")) / accounts
    return float(figure["completeness"])


def _or(names: tuple[str, ...]) -> str:
    """'industry, size or country'."""
    words = [_BASICS[name] for name in names]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _missing(scene: Scene) -> tuple[str, ...]:
    """Industry, size and country, where no column holds them (a size in any words is a size)."""
    names = " ".join(scene.candidates).lower()
    words = {
        "industry": ("industry", "sector", "branche", "vertical", "segment", "naics", "sic", "business type"),
        "employees": ("employee", "size", "headcount", "revenue", "staff", "seats", "segment"),
        "country": ("country", "region", "state", "city", "location", "geo", "territor", "land"),
    }
    return tuple(name for name in _BASICS if not any(word in names for word in words[name]))


def invalid_problems(scene: Scene, tables: Mapping[str, Any]) -> list[Problem]:
    """Columns of which at least one cell in a hundred could not be read as what the others are."""
    found = []
    for table, each in tables.items():
        for name, figure in each["columns"].items():
            if not figure["invalid"] or 1 - (figure["validity"] or 0.0) < _INVALID:
                continue
            share = 1 - (figure["validity"] or 0.0)
            kind = {"timestamp": "dates", "date": "dates", "number": "numbers", "boolean": "yes or no"}.get(
                figure["type"], f"a {figure['type']}"
            )
            if table == "deals" and name in _DATES:
                harm, effect = Harm(timing=share), f"the dates of {share:.0%} of deals are unknown"
            elif table == "deals" and name == "amount":
                harm, effect = Harm(worth=share), f"the worth of {share:.0%} of deals is unknown"
            elif table == "accounts" and name in scene.candidates:
                harm = Harm(untestable=share / len(scene.candidates))
                effect = f"for {share:.0%} of the accounts that have a value it counts as unknown"
            else:
                harm, effect = Harm(side=share), f"{share:.0%} of what was filled in counts as unknown"
            found.append(
                Problem(
                    "cells_not_read",
                    table,
                    f"{figure['invalid']:,} cells of {in_words(name)} of {table.replace('_', ' ')} are not {kind} and "
                    "were left empty",
                    effect,
                    "The cells stand in the file of rejects with line and value: correct them at the source, or "
                    "name in the mapping the words that mean 'no value'",
                    harm,
                    column=name,
                    rows=figure["invalid"],
                    of=figure["filled"] + figure["invalid"],
                )
            )
    return found


def count_problems(scene: Scene, counts: Mapping[str, TableCount]) -> list[Problem]:
    """Rows set aside, and duplicates."""
    found = []
    for table, count in counts.items():
        if not balances(count, scene.rows.get(table, 0), table):
            found.append(
                Problem(
                    "does_not_reconcile",
                    table,
                    f"{table}: {count.read:,} rows read are not {count.kept:,} kept + {count.merged:,} merged + "
                    f"{count.rejected:,} rejected with {scene.rows.get(table, 0):,} in the table. This is our fault",
                    "rows may be lost or counted twice: trust nothing that rests on this table",
                    "Please report it with the output of this command",
                    Harm(lost=1.0, wrong=1.0),
                )
            )
        if count.rejected and count.rejected >= 0.005 * count.read:
            share = count.rejected / count.read
            weigh = Harm(lost=share) if table in _EVIDENCE else Harm(side=share)
            found.append(
                Problem(
                    "rows_rejected",
                    table,
                    f"{count.rejected:,} of {count.read:,} rows of {table.replace('_', ' ')} could not be used",
                    f"{share:.1%} of the table is missing" + (f"; {wider(share)}" if weigh.lost else ""),
                    f"Correct the rejected rows of {table.replace('_', ' ')} in the file of rejects (it has line and "
                    "reason) and "
                    "import that file again",
                    weigh,
                    rows=count.rejected,
                    of=count.read,
                )
            )
    accounts = counts.get("accounts")
    if accounts is not None and "duplicate_of" in scene.columns.get("accounts", {}):
        found += _duplicates(scene)
    return [*found, *_waiting(scene)]


def balances(count: TableCount, rows: int, table: str) -> bool:
    """Whether rows read = kept + merged + rejected, and the table holds what was kept (merged accounts keep a row)."""
    merged_rows = rows - count.kept if table == "accounts" else 0
    return (
        count.read == count.kept + count.merged + count.rejected
        and rows == count.kept + merged_rows
        and 0 <= merged_rows <= count.merged
    )


def _duplicates(scene: Scene) -> list[Problem]:
    rows, of = scene.row(f"SELECT count(duplicate_of), count(*) FROM {scene.relation('accounts')}")
    if share_of(rows, of) < 0.01:
        return []
    return [
        Problem(
            "duplicates_merged",
            "accounts",
            f"{rows:,} of {of:,} accounts are another one entered twice; they were merged",
            "merged they do no harm here; in the CRM two sellers may still work the same company",
            "Merge them in the CRM too: duplicates.csv has them, pair by pair, with the reason",
            Harm(side=share_of(rows, of)),
            column="duplicate_of",
            rows=int(rows),
            of=int(of),
            examples=scene.examples("accounts", "duplicate_of IS NOT NULL"),
        )
    ]


def _waiting(scene: Scene) -> list[Problem]:
    """Pairs of accounts that are probably one company, or may be, and wait for a person."""
    if not scene.row("SELECT count(*) FROM duckdb_tables() WHERE table_name = $name", name=PAIRS)[0]:
        return []
    probable, unsure, accounts = scene.row(
        f"SELECT count(*) FILTER (state = 'probably same'), count(*) FILTER (state = 'cannot tell'), "
        f"count(DISTINCT account_b) FILTER (state = 'probably same') FROM {quote(PAIRS)} WHERE coalesce(decided_by, "
        "'') = ''"
    )
    if not probable:
        return []
    share = min(share_of(accounts, scene.rows["accounts"]), 1.0)
    more = f" ({unsure:,} more cannot be told)" if unsure else ""
    return [
        Problem(
            "duplicates_waiting",
            "accounts",
            f"{probable:,} pairs of accounts are probably one company and wait for a decision{more}",
            "what one company bought stands on two accounts, and one of them may count as lost",
            "Decide them with 'idealfit duplicates'; an id or a web domain on each account would settle most",
            Harm(wrong=share / 4, side=share),
            column="duplicate_of",
            rows=int(accounts),
            of=scene.rows["accounts"],
        )
    ]


def link_problems(scene: Scene, links: tuple[Link, ...]) -> list[Problem]:
    """Rows whose account could not be told because several fit, or none."""
    found = []
    for link in links:
        if not link.ambiguous or link.table not in scene.rows:
            continue
        of = scene.rows[link.table]
        share = share_of(link.ambiguous, of)
        if share < 0.01:
            continue
        evidence = link.table == "deals"
        found.append(
            Problem(
                "ambiguous_links",
                link.table,
                f"{link.ambiguous:,} of {of:,} {link.table.replace('_', ' ')} name an account that several fit (by "
                f"{link.way})",
                f"the link is not made: {share:.0%} of them say nothing of who buys; {wider(share)}"
                if evidence
                else "the link is not made: they count for no account",
                f"Export {link.table.replace('_', ' ')} with the id or the web domain of their company; or merge "
                "duplicates in the CRM",
                Harm(lost=share) if evidence else Harm(side=share),
                column="account_id",
                rows=link.ambiguous,
                of=of,
            )
        )
    return found
