"""`idealfit explain`, `why-not`, `cohort`, `audit`: questions to a workspace, answered with the records behind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idealfit.frontends.cli import explaining
from idealfit.frontends.cli.console import Screen
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, AsOf, Json, Quiet, Records, Verbose, Workspace
from idealfit.frontends.cli.reading import as_date
from idealfit.frontends.criterion_facts import facts_of
from idealfit.frontends.result_words import WON, percent, why_not_used, won_word

if TYPE_CHECKING:
    from idealfit.evidence.estimate import Estimate
    from idealfit.patterns.audited_tiers import AuditedTier
    from idealfit.patterns.cohort import Side
    from idealfit.workspace.asking import AuditAnswer, CohortAnswer, WhyNot

SHOWN_NAMES = 8
LOST = {"won": "lost", "stayed": "left", "advanced": "did not advance"}
"""What the other rows are called, by what the good ones are."""


def explain(
    criterion: Annotated[str, typer.Argument(metavar="CRITERION", help="The id of a criterion or an exclusion.")],
    *,
    workspace: Workspace = DEFAULT_WORKSPACE,
    records: Records = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show why a criterion is one: counts, luck, later deals, strata, its heaviest account, money, companies."""
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    from idealfit.workspace.asking import explain as explained

    answer = explained(workspace, criterion)
    one = answer.criterion
    screen.headline(f"{criterion}: {one.get('sentence') or one['when']}")
    screen.line(str(one.get("because") or ""))
    won = won_word({"unit": answer.unit, "warnings": answer.warnings})
    for label, text in facts_of(one, won):
        screen.line(f"  {label:<16}{text}")
    for outcome, pairs in answer.accounts.items():
        said = LOST.get(won, "others") if outcome == "lost" else won if outcome == "won" else outcome
        _names(screen, said, [name for _id, name in pairs], everything=verbose)
    explaining.strata(screen, one, won)
    explaining.money(screen, one)
    if records:
        explaining.records(
            screen, "matching", {key: [code for code, _name in pairs] for key, pairs in answer.accounts.items()}
        )
        story = one.get("story") or {}
        explaining.records(screen, "of these", story.get("records", {}).get("match", {}))
    screen.document({"criterion": one, "accounts": {key: list(pairs) for key, pairs in answer.accounts.items()}})


def why_not(
    attribute: Annotated[str, typer.Argument(metavar="ATTRIBUTE", help="A column, as the source calls it.")],
    *,
    workspace: Workspace = DEFAULT_WORKSPACE,
    records: Records = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show why an attribute is no criterion, with the proof, and the deals value by value."""
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    from idealfit.workspace.asking import why_not as asked

    answer = asked(workspace, attribute, by_value=True)
    if answer.used:
        screen.headline(f"{answer.attribute} is used: {', '.join(answer.used)}")
    elif answer.refused:
        reason, _proof = answer.refused[0]
        screen.headline(f"{answer.attribute} is not used: {why_not_used(reason)}")
    else:
        screen.headline(f"{answer.attribute} was not searched: nothing of it is known for deals that were closed")
    for _reason, proof in answer.refused:
        screen.line(f"{proof.rstrip('.')}.")
    if answer.known is not None:
        screen.line(f"It is known for {percent(answer.known)} of the accounts.")
    if answer.values:
        screen.heading("As it was when each deal opened" if answer.unit == "deal" else "Value by value")
        good = _good(answer)
        heads = ("value", good, LOST.get(good, "others"), "share", "open", "accounts")
        rows = [
            (each.value, each.won, each.lost, _share_won(each.won, each.lost), each.open, each.accounts)
            for each in answer.values
        ]
        screen.table(*_filled(heads, rows))
    if records:
        for each in answer.values:
            explaining.records(screen, each.value, each.records)
    screen.document(answer)


def cohort(
    when: Annotated[
        str, typer.Argument(metavar="WHEN", help='A statement such as "employees >= 100", or a criterion\'s id.')
    ],
    *,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_of: AsOf = None,
    records: Records = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show what became of the deals of any group of companies, as it was known when each deal opened."""
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    day = as_date(as_of)
    from idealfit.workspace.asking import cohort as asked

    answer = asked(workspace, when, as_of=day)
    made = answer.cohort
    screen.headline(f"{answer.sentence}: {_won(made.matching)} {_good(answer)}, elsewhere {_won(made.others)}")
    true, false, unknown = made.market
    screen.line(f"Today it is true of {true:,} accounts, false of {false:,}, unknown for {unknown:,}.")
    screen.items(answer.warnings)
    rows = [_row(label, side) for label, side in _sides(made)]
    won = _good(answer)
    said = {"won": won, "lost": LOST.get(won, "others"), "open": "open"}
    heads = ("", *said.values(), "accounts", f"share {won}", "amount", "days to win", "stay a year")
    screen.table(*_filled(heads, rows))
    for outcome, word in said.items():
        ids = made.matching.records[outcome]
        _names(screen, f"matching, {word}", [answer.names.get(one, one) for one in ids], everything=verbose)
    if records:
        for label, side in _sides(made):
            explaining.records(screen, label, side.records)
    screen.document(answer)


def audit(
    profile: Annotated[Path, typer.Argument(metavar="PROFILE", help="A profile file (YAML), whoever wrote it.")],
    *,
    workspace: Workspace = DEFAULT_WORKSPACE,
    as_of: AsOf = None,
    records: Records = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Hold somebody's own profile against the records: which of its criteria made a difference, and what it misses."""
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    day = as_date(as_of)
    from idealfit.workspace.asking import audit as asked

    answer = asked(workspace, profile, as_of=day)
    ones = answer.audit.criteria
    confirmed = sum(one.finding in ("confirmed", "confirmed by what they pay") for one in ones)
    rows_are = _rows(answer)
    screen.headline(
        f"{answer.profile}: {confirmed} of {len(ones)} criteria and exclusions are confirmed by the {rows_are}"
    )
    order = answer.audit.ordering
    if order is not None:
        subject = "One that stayed" if answer.stays else f"A {WON[answer.unit]} one"
        screen.line(
            f"{subject} had more points than another in {order.value:.0%} of pairs "
            f"({order.low:.0%} to {order.high:.0%}); luck is 50%."
        )
    rows = [
        (
            one.id,
            f"{one.points:+}" if not one.exclusion else "excluded",
            f"{one.counts.match_won:,} of {one.counts.match_won + one.counts.match_lost:,}",
            f"{one.counts.rest_won:,} of {one.counts.rest_won + one.counts.rest_lost:,}",
            _shown(one.odds_ratio, "{:.2f}"),
            f"{one.known:.0%}",
            "" if one.adds is None else f"{100 * one.adds:+.1f}",
            one.finding,
        )
        for one in ones
    ]
    won = _good(answer)
    screen.table(("criterion", "points", f"{won} where true", "elsewhere", "odds x", "known", "adds", "finding"), rows)
    screen.line(
        "Adds: by how many of a hundred pairs of "
        f"{'a won and a lost deal' if answer.unit == 'deal' else 'such a one and another'} "
        "are ordered better with it than without."
    )
    _tiers(screen, answer.audit.tiers, won, rows_are, everything=verbose)
    if answer.absent:
        screen.line(f"Not in the records: {', '.join(answer.absent)}")
    screen.items(answer.warnings)
    if answer.silent:
        screen.heading("What it does not speak of, and the evidence does")
        screen.items([f"{one['sentence']}: {one['because']}" for one in answer.silent])
    if records:
        for one in ones:
            explaining.records(screen, one.id, one.records)
        for tier in answer.audit.tiers:
            explaining.records(screen, f"tier {tier.tier}", tier.records)
    screen.document(answer)


def _tiers(screen: Screen, tiers: Sequence[AuditedTier], won: str, rows_are: str, *, everything: bool) -> None:
    """What the profile would have called the deals that came, and what became of them: all deals are in a line."""
    if not tiers:
        return
    came = "The deals that came, by the tier that it gives their company"
    screen.heading(came if rows_are == "deals" else f"The {rows_are}, by the tier that it gives them")
    rows = [
        (
            one.tier,
            one.deals,
            one.won,
            one.lost,
            one.open,
            one.accounts,
            _shown(one.win_rate, "{:.0%}"),
            _shown(one.stay, "{:.0%}"),
        )
        for one in tiers
    ]
    total = ("all", *(sum(getattr(one, key) for one in tiers) for key in ("deals", "won", "lost", "open")), "", "", "")
    heads = ("tier", rows_are, won, LOST.get(won, "others"), "open", "accounts", f"share {won}", "stay a year")
    screen.table(*_filled(heads, [*rows, total]))
    for one in tiers:
        if one.tier in ("C", "excluded") and one.won:
            _names(screen, f"{won} though {one.tier}", one.wins, everything=everything)


def _rows(answer: AuditAnswer) -> str:
    """What was counted, in the plural."""
    return {"customer": "customers", "account": "customers" if answer.stays else "companies"}.get(answer.unit, "deals")


def _good(answer: WhyNot | CohortAnswer | AuditAnswer) -> str:
    """What the good ones of the rows that were counted are called."""
    return "stayed" if answer.stays else WON[answer.unit]


def _share_won(won: int, lost: int) -> str:
    return f"{won / (won + lost):.0%}" if won + lost else ""


def _sides(made: Any) -> list[tuple[str, Side]]:
    sides = [("matching", made.matching), ("others", made.others), ("not known", made.unknown)]
    return [(label, side) for label, side in sides if side.won + side.lost + side.open]


def _filled(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> tuple[list[str], list[list[object]]]:
    """The table without the columns of which no row knows anything."""
    kept = [at for at in range(len(heads)) if not at or any(row[at] not in ("", 0) for row in rows)]
    return [heads[at] for at in kept], [[row[at] for at in kept] for row in rows]


def _won(side: Side) -> str:
    closed = side.won + side.lost
    return f"{side.won:,} of {closed:,}" + (f" ({side.won / closed:.0%})" if closed else "")


def _row(label: str, side: Side) -> Sequence[object]:
    return (
        label,
        side.won,
        side.lost,
        side.open,
        side.accounts,
        _shown(side.win_rate, "{:.0%}"),
        _shown(side.amount, "{:,.0f}"),
        _shown(side.cycle, "{:.0f}"),
        _shown(side.kept, "{:.0%}"),
    )


def _shown(estimate: Estimate | None, form: str) -> str:
    if estimate is None:
        return ""
    low, high = form.format(estimate.low), form.format(estimate.high)
    return f"{form.format(estimate.value)} ({low} to {high})"


def _names(screen: Screen, label: str, names: Sequence[str], *, everything: bool) -> None:
    if not names:
        return
    shown = list(dict.fromkeys(names))
    cut = shown if everything else shown[:SHOWN_NAMES]
    more = f" and {len(shown) - len(cut):,} more (--verbose shows them)" if len(shown) > len(cut) else ""
    screen.line(f"{label[:1].upper()}{label[1:]}: {', '.join(cut)}{more}")
