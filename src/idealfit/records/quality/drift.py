"""What has moved since the last import: how full each column is, levels that came and went, how its values are spread.

The distance between two spreads is the population stability index, sum of (now - before) · ln(now / before) over the
bins, with half a row added to each. Two samples of one source differ too, by a chi-square of bins - 1 degrees
times (1/n + 1/m): a distance counts only beyond the 99th percentile of that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from idealfit.records.counted import counted
from idealfit.records.quality.columns import counts_between
from idealfit.records.quality.effect import Harm
from idealfit.records.quality.problem import Problem, in_words, listed
from idealfit.records.quality.scene import Scene

_LEAST = 100
_FALLEN = 0.1
_MOVED = 0.25
_SHOWN = 10
_FEWEST, _OTHERS = 5, 0.75
"""From how many columns on, and of which share of them, other values are other records."""
_FILES_OWN = "(as in file)"


def stability_index(before: Sequence[int], now: Sequence[int]) -> tuple[float, float]:
    """The distance of two spreads over the same bins, and how much chance alone would explain (99 times in 100)."""
    from scipy.special import chdtri

    bins, n, m = len(before), sum(before), sum(now)
    if bins < 2 or not n or not m:
        return 0.0, 0.0
    total = 0.0
    for old, new in zip(before, now, strict=True):
        p, q = (old + 0.5) / (n + 0.5 * bins), (new + 0.5) / (m + 0.5 * bins)
        total += (q - p) * math.log(q / p)
    return total, float(chdtri(bins - 1, 0.01)) * (1 / n + 1 / m)


def add_drift(scene: Scene, tables: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Fill `drift` of every column of `tables` (as quality.json holds them) against the spread of the last import.

    Answers what changed between the two as a whole; None before the second import.
    """
    if before is None:
        return None
    changed = {}
    for table, now in tables.items():
        old = before["tables"].get(table)
        if old is None:
            continue
        edges = {
            name: each["bins"]["edges"]
            for name, each in old["columns"].items()
            if each.get("bins") and now["columns"].get(name, {}).get("bins")
        }
        counts = counts_between(scene, table, edges)
        for name, figure in now["columns"].items():
            if name in old["columns"]:
                figure["drift"] = _of_column(old["columns"][name], figure, counts.get(name))
        changed[table] = {
            "rows_before": old["rows"],
            "rows": now["rows"],
            "columns_new": sorted(set(now["columns"]) - set(old["columns"])),
            "columns_gone": sorted(set(old["columns"]) - set(now["columns"])),
        }
    return {
        "as_of_before": before["as_of"],
        "tables": changed,
        "tables_new": sorted(set(tables) - set(before["tables"])),
        "tables_gone": sorted(set(before["tables"]) - set(tables)),
    }


def _of_column(old: Mapping[str, Any], now: Mapping[str, Any], counts: list[int] | None) -> dict[str, Any]:
    was, is_ = dict(map(tuple, old.get("levels") or [])), dict(map(tuple, now["levels"]))
    distance, chance, sizes = None, None, None
    if was and is_:
        both = sorted({*was, *is_})
        sizes = (sum(was.values()), sum(is_.values()))
        distance, chance = stability_index([was.get(each, 0) for each in both], [is_.get(each, 0) for each in both])
    elif counts is not None:
        sizes = (sum(old["bins"]["counts"]), sum(counts))
        distance, chance = stability_index(old["bins"]["counts"], counts)
    if sizes is not None and min(sizes) < _LEAST:
        distance = chance = None
    moved = distance is not None and chance is not None and distance > max(chance, 0.1)
    return {
        "completeness_before": old["completeness"],
        "appeared": sorted(set(is_) - set(was))[:_SHOWN] if was and is_ else [],
        "disappeared": sorted(set(was) - set(is_))[:_SHOWN] if was and is_ else [],
        "distance": None if distance is None else round(distance, 4),
        "by_chance": None if chance is None else round(chance, 4),
        "sizes": None if sizes is None else list(sizes),
        "moved": moved,
    }


def drift_problems(scene: Scene, tables: Mapping[str, Any], whole: Mapping[str, Any] | None) -> list[Problem]:
    """Columns that became emptier, or whose values are spread otherwise; columns, tables and rows that are gone."""
    if whole is None:
        return []
    since = f"since the last import{' (up to ' + whole['as_of_before'] + ')' if whole['as_of_before'] else ''}"
    if other := _other_records(tables, whole, since):
        return [other]
    found = _gone(scene, whole, since)
    weigh = 1 / max(len(scene.candidates), 1)
    for table, now in tables.items():
        emptier: list[tuple[str, float, float, bool]] = []
        moved: list[tuple[str, Mapping[str, Any], bool]] = []
        for name, figure in now["columns"].items():
            drift = figure["drift"]
            if drift is None or now["rows"] < _LEAST:
                continue
            fallen = drift["completeness_before"] - figure["completeness"]
            candidate = table == "accounts" and name in scene.candidates
            if fallen >= _FALLEN:
                emptier.append((name, figure["completeness"], drift["completeness_before"], candidate))
            elif drift["moved"] and drift["distance"] >= _MOVED:
                moved.append((name, drift, candidate))
        if emptier:
            found.append(_emptier(table, emptier, since, weigh, now["rows"]))
        if moved:
            found.append(_moved(scene, table, moved, since, weigh))
    return found


def _other_records(tables: Mapping[str, Any], whole: Mapping[str, Any], since: str) -> Problem | None:
    """One line where hardly any column of accounts and deals is as it was: other records took the place of these."""
    same: list[str] = []
    other: list[str] = []
    for table in ("accounts", "deals"):
        for name, figure in tables[table]["columns"].items() if table in whole["tables"] else ():
            drift = figure["drift"]
            if drift is not None and drift["distance"] is not None and not name.endswith(_FILES_OWN):
                (other if drift["moved"] and drift["distance"] >= _MOVED else same).append(name)
        gone = whole["tables"].get(table, {}).get("columns_gone", ())
        other += [name for name in gone if not name.endswith(_FILES_OWN)]
    of = len(same) + len(other)
    if of < _FEWEST or len(other) < _OTHERS * of:
        return None
    return Problem(
        "other_records",
        "accounts",
        f"These look like the records of another company, or of another system: {len(other)} of {of} columns of "
        f"accounts and deals are gone or hold quite other values {since}",
        "what was decided and found on the records before says nothing of these",
        "If that was meant, find the profile anew; if not, go back to the import before, on the page Data",
        Harm(side=0.6),
    )


def _emptier(
    table: str, columns: Sequence[tuple[str, float, float, bool]], since: str, weigh: float, rows: int
) -> Problem:
    """The columns of a table that are known for fewer rows than before: one problem, for they mostly have one cause.

    Each column with the share that is known, the share before, and whether it can be a criterion.
    """
    worst = max(columns, key=lambda one: one[2] - one[1])
    fallen = worst[2] - worst[1]
    names = [in_words(name) for name, *_ in columns]
    told = f"{in_words(worst[0])} is known for {worst[1]:.0%}, down from {worst[2]:.0%}"
    several = len(columns) > 1
    return Problem(
        "emptier_than_before",
        table,
        f"{len(columns)} columns of {table.replace('_', ' ')} are known for fewer rows {since}: {listed(names)}; {told}"
        if several
        else f"{names[0]} of {table.replace('_', ' ')} is known for {worst[1]:.0%}, down from {worst[2]:.0%} {since}",
        f"what a profile says of {'them' if several else 'it'} rests on fewer rows, and perhaps on other ones",
        "Compare the two exports: a renamed property, a form that no longer asks, or a filter",
        Harm(
            untestable=min(sum((before - now) * weigh for _, now, before, candidate in columns if candidate), 1.0),
            side=max((before - now for _, now, before, candidate in columns if not candidate), default=0.0),
        ),
        column=None if several else worst[0],
        columns=tuple(name for name, *_ in columns) if several else (),
        rows=round(fallen * rows),
        of=rows,
    )


def _moved(
    scene: Scene, table: str, columns: Sequence[tuple[str, Mapping[str, Any], bool]], since: str, weigh: float
) -> Problem:
    """The columns of a table whose values are spread otherwise: one problem, for they mostly have one cause.

    Each column with its drift, and whether it can be a criterion; the one that moved furthest is told first.
    """
    furthest = sorted(columns, key=lambda one: (-one[1]["distance"], one[0]))
    name, worst, _ = furthest[0]
    several = len(columns) > 1
    told = listed(in_words(one) + _came_and_went(drift) for one, drift, _ in furthest)
    what = table.replace("_", " ")
    return Problem(
        "values_moved",
        table,
        f"{len(columns)} columns of {what} hold other values than before, more than chance would do, {since}: {told}"
        if several
        else f"{told} of {what} holds other values than before, more than chance would do, {since}",
        f"a criterion in {'them' if several else 'it'} would match other companies than when it was found",
        "See whether labels were renamed (then map both to one), the source changed, or the market did",
        Harm(
            untestable=min(sum(min(drift["distance"], 1.0) * weigh for _, drift, candidate in columns if candidate), 1),
            side=min(worst["distance"], 1.0) / 4,
        ),
        column=None if several else name,
        columns=tuple(one for one, *_ in furthest) if several else (),
        rows=worst["sizes"][1],
        of=scene.rows[table],
    )


def _came_and_went(drift: Mapping[str, Any]) -> str:
    """' (new: 'commerce'; gone: 'retail')', or nothing."""
    both = (("new", drift["appeared"]), ("gone", drift["disappeared"]))
    said = "; ".join(f"{word}: {listed((repr(each) for each in levels), 3)}" for word, levels in both if levels)
    return f" ({said})" if said else ""


def _gone(scene: Scene, whole: Mapping[str, Any], since: str) -> list[Problem]:
    found = [
        Problem(
            "table_gone",
            table,
            f"There are no {table.replace('_', ' ')} any more {since}",
            "what rested on them is gone from the profile",
            "Export them again, or leave the older file in the folder",
            Harm(lost=1.0 if table in ("accounts", "deals") else 0.0, side=1.0),
        )
        for table in whole["tables_gone"]
    ]
    for table, change in whole["tables"].items():
        lost = change["rows_before"] - change["rows"]
        if lost >= 0.05 * change["rows_before"] and lost >= 20:
            share = lost / change["rows_before"]
            found.append(
                Problem(
                    "rows_gone",
                    table,
                    f"{table.replace('_', ' ').capitalize()} were {change['rows_before']:,} and are "
                    f"{change['rows']:,} {since}",
                    f"{share:.0%} fewer rows: deleted, merged, or left out by a filter of the export",
                    "Compare the two exports; past deals should never become fewer",
                    Harm(lost=share) if table in ("accounts", "deals") else Harm(side=share),
                    rows=lost,
                    of=change["rows_before"],
                )
            )
        columns = [name for name in change["columns_gone"] if not name.endswith(_FILES_OWN)]
        if columns:
            weigh = sum(table == "accounts" for _ in columns) / max(len(scene.candidates) + len(columns), 1)
            found.append(
                Problem(
                    "columns_gone",
                    table,
                    f"{counted(len(columns), 'column')} of {table.replace('_', ' ')} "
                    f"{'is' if len(columns) == 1 else 'are'} gone {since}: "
                    f"{listed(in_words(name) for name in columns)}",
                    "criteria on them are unknown for every account from now on",
                    "Export them again, or map their new headers to the old names",
                    Harm(untestable=weigh, side=0.2),
                    columns=tuple(columns),
                    column=columns[0] if len(columns) == 1 else None,
                )
            )
    return found
