"""What the deals say as a whole: losses nobody wrote down, outcomes of one kind only, currencies, dates and amounts
that no column holds."""

from __future__ import annotations

from typing import Any

from idealfit.records.quality.days import CrowdedDay
from idealfit.records.quality.effect import Harm, share_of
from idealfit.records.quality.problem import Problem, listed
from idealfit.records.quality.scene import Scene

_CYCLES = 3
_LEAST_CLOSED = 20
_HARDLY = 0.1


def deal_problems(scene: Scene, days: list[CrowdedDay]) -> tuple[list[Problem], dict[str, Any] | None]:
    """The problems, and the figures of the silent losses (None where no cycle is known)."""
    if not scene.has("deals", "outcome"):
        return [], None
    silent = silent_losses(scene, [day for day in days if day.table == "deals"])
    found = [*_one_sided(scene), *_without_columns(scene), *_currencies(scene), *_repeated(scene)]
    if silent is not None and silent["deals"] >= max(5, 0.02 * silent["open"]):
        found.append(_silent_problem(scene, silent))
    return found, silent


def silent_losses(scene: Scene, migrated: list[CrowdedDay]) -> dict[str, Any] | None:
    """Open deals older than three median cycles, and the win rate with and without them.

    Deals of a migration day have no cycle, and their age is at least what it seems.
    """
    if scene.as_of is None or not scene.has("deals", "created_at", "closed_at"):
        return None
    moved = ", ".join(f"DATE '{day.day.isoformat()}'" for day in migrated)
    ordinary = f"AND CAST(created_at AS DATE) NOT IN ({moved})" if moved else ""
    cycle, closed = scene.row(
        f"SELECT median(CAST(closed_at AS DATE) - CAST(created_at AS DATE)), count(*) FROM {scene.relation('deals')} "
        f"WHERE outcome <> 'open' AND closed_at >= created_at {ordinary}"
    )
    if cycle is None or closed < _LEAST_CLOSED:
        return None
    limit = _CYCLES * max(float(cycle), 1.0)
    silent, oldest = scene.row(
        f"SELECT count(*), max(CAST($as_of AS DATE) - CAST(created_at AS DATE)) FROM {scene.relation('deals')} WHERE "
        f"{_SILENT}",
        as_of=scene.as_of,
        limit=limit,
    )
    won, told = scene.evidence.won, scene.evidence.closed
    return {
        "median_cycle_days": round(float(cycle), 1),
        "older_than_days": round(limit, 1),
        "deals": int(silent),
        "open": scene.evidence.open,
        "oldest_days": None if oldest is None else int(oldest),
        "win_rate": round(share_of(won, told), 4),
        "win_rate_with_silent_losses": round(share_of(won, told + silent), 4),
    }


_SILENT = "outcome = 'open' AND CAST($as_of AS DATE) - CAST(created_at AS DATE) > $limit"


def _silent_problem(scene: Scene, silent: dict[str, Any]) -> Problem:
    before, after = float(silent["win_rate"]), float(silent["win_rate_with_silent_losses"])
    return Problem(
        "silent_losses",
        "deals",
        f"{silent['deals']:,} of {silent['open']:,} open deals are older than three median cycles "
        f"({silent['older_than_days']:,.0f} days): most are losses that nobody wrote down",
        f"the win rate is {before:.1%} as written, {after:.1%} with them counted as lost",
        "Close old open deals as lost, with a reason; a rule 'no activity for three cycles' in the CRM keeps it so",
        Harm(shift=share_of(before - after, before)),
        column="created_at",
        rows=int(silent["deals"]),
        of=scene.rows["deals"],
        examples=scene.examples("deals", _SILENT, as_of=scene.as_of, limit=silent["older_than_days"]),
    )


def _one_sided(scene: Scene) -> list[Problem]:
    """Outcomes of one kind (nearly) only: nothing to set winners against."""
    won, lost, closed = scene.evidence.won, scene.evidence.lost, scene.evidence.closed
    rows = scene.rows["deals"]
    if not closed:
        return [
            Problem(
                "nothing_closed",
                "deals",
                f"None of the {rows:,} deals is won or lost",
                "there is no outcome to learn from",
                "Export closed deals too: a CRM's default view often shows open ones only. If they are there, say "
                "in the mapping which stages mean won and lost",
                Harm(lost=1.0),
                column="outcome",
                rows=rows,
                of=rows,
            )
        ]
    if closed < _LEAST_CLOSED or (lost >= _HARDLY * closed and won):
        return []
    few, many = ("lost", "won") if lost < won else ("won", "lost")
    share = share_of(min(won, lost), closed)
    told = f"Only {min(won, lost):,} of {closed:,} closed deals are {few}" if share else f"No closed deal is {few}"
    why = "losses are probably not written down" if few == "lost" else "wins are missing"
    return [
        Problem(
            f"hardly_any_{few}",
            "deals",
            f"{told}: {why}",
            f"there is {'little' if share else 'nothing'} to set the {many} ones against: a company that looks like "
            f"a customer may be one of those that nobody recorded as {few}",
            f"Export {few} deals as well (look for a filter on the view); if they are deleted or never closed, start "
            "closing them",
            Harm(lost=1.0 - share / _HARDLY) if few == "lost" else Harm(lost=1.0),
            column="outcome",
            rows=min(won, lost),
            of=closed,
        )
    ]


def _without_columns(scene: Scene) -> list[Problem]:
    """What no column of the deals says at all."""
    found = []
    closed, won = scene.evidence.closed, scene.evidence.won
    filled = {
        name: scene.row(f"SELECT count({name}) FROM {scene.relation('deals')}")[0] if scene.has("deals", name) else 0
        for name in ("created_at", "closed_at", "amount")
    }
    if closed and not (filled["created_at"] or filled["closed_at"]):
        found.append(
            Problem(
                "undated_deals",
                "deals",
                "No deal has a date of creation or of closing",
                "a profile cannot be judged on later deals, only on accounts set aside; cycles and windows are "
                "unknown, and what was filled in after the outcome cannot be told by time",
                "Export the create date and the close date of deals",
                Harm(timing=1.0),
                rows=closed,
                of=scene.rows["deals"],
            )
        )
    elif closed and not filled["created_at"]:
        found.append(
            Problem(
                "never_created",
                "deals",
                "No deal has a date of creation",
                "there are no cycles, and what was known when a deal opened cannot be told from what was filled in "
                "later",
                "Export the create date of deals",
                Harm(timing=0.8),
                column="created_at",
                rows=closed,
                of=scene.rows["deals"],
            )
        )
    if won and not filled["amount"] and not scene.rows.get("subscriptions") and not scene.rows.get("invoices"):
        found.append(
            Problem(
                "no_amounts",
                "deals",
                "No deal has an amount, and there are no subscriptions or invoices",
                "the profile says who buys, and not who is worth most",
                "Export the amount of deals, or the invoices",
                Harm(worth=1.0),
                column="amount",
                rows=won,
                of=scene.rows["deals"],
            )
        )
    return found


def _currencies(scene: Scene) -> list[Problem]:
    """Amounts in several currencies without rates."""
    if not scene.has("deals", "currency", "amount"):
        return []
    rows = scene.all(
        f"SELECT upper(currency), count(*) FILTER (outcome = 'won') FROM {scene.relation('deals')} WHERE currency IS "
        "NOT NULL AND amount IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    )
    others = [(code, won) for code, won in rows[1:] if code not in scene.rated]
    if not others:
        return []
    wins, of = sum(won for _, won in others), sum(won for _, won in rows)
    return [
        Problem(
            "several_currencies",
            "deals",
            f"Amounts are in {len(rows)} currencies ({listed([code for code, _ in rows])}), without rates for "
            f"{listed([code for code, _ in others])}",
            f"{share_of(wins, of):.0%} of won amounts are compared by rank within their currency only, and never added",
            "Add a table of exchange rates to the files (rates.csv), or export the CRM's own converted amount",
            Harm(worth=share_of(wins, of)),
            column="currency",
            rows=wins,
            of=of,
        )
    ]


def _repeated(scene: Scene) -> list[Problem]:
    """Ids that two different deals carried: the second and later were numbered."""
    rows = int(
        scene.row(
            f"SELECT count(*) FROM {scene.relation('deals')} WHERE regexp_matches(deal_id, '^.+~[0-9]+$') AND "
            f"regexp_replace(deal_id, '~[0-9]+$', '') IN (SELECT deal_id FROM {scene.relation('deals')})"
        )[0]
    )
    if not rows:
        return []
    share = share_of(rows, scene.rows["deals"])
    return [
        Problem(
            "repeated_ids",
            "deals",
            f"{rows:,} deals carry the id of another deal and differ from it; each was kept, with a number behind "
            "its id",
            f"if they are later states of the same deal, {share:.1%} of deals are counted twice",
            "Export each deal once (its present state), and stage changes as a stage history",
            Harm(wrong=share / 2),
            column="deal_id",
            rows=rows,
            of=scene.rows["deals"],
            examples=scene.examples("deals", "regexp_matches(deal_id, '^.+~[0-9]+$')"),
        )
    ]
