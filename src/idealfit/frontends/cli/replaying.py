"""`idealfit replay`: the last quarters worked again by a profile."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idealfit.frontends.cli.console import Screen
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, AsOf, Json, Quiet, Records, Verbose, Workspace
from idealfit.frontends.cli.reading import as_date

if TYPE_CHECKING:
    from idealfit.patterns.replay import Quarter
    from idealfit.workspace.replaying import ReplayAnswer

SHOWN_WINS = 10
HONEST = {
    "before each quarter": "A test: each quarter is worked by what was learned from deals closed before it began.",
    "on these deals": "Not a test: the profile was built on these very deals, so it looks better than it is.",
    "before these deals": "A test: the profile is older than these deals.",
    "not known": "The profile does not say from which deals it was made: a test only if its writer had not seen these.",
}
LEVELS = {"A": "A", "AB": "A and B", "ABC": "all but the excluded"}


def replay(
    *,
    workspace: Workspace = DEFAULT_WORKSPACE,
    profile: Annotated[
        Path | None,
        typer.Option(
            "--profile",
            metavar="FILE",
            help="Work them by this profile file. Default: by what was learned from deals closed before each quarter.",
        ),
    ] = None,
    quarters: Annotated[int, typer.Option("--quarters", metavar="N", help="How many quarters, the last N ended.")] = 4,
    tier: Annotated[
        str, typer.Option("--tier", metavar="A|AB|ABC", help="Which tiers are worked; ABC is all but the excluded.")
    ] = "AB",
    capacity: Annotated[
        int | None, typer.Option("--capacity", metavar="N", help="Work the best N deals of each quarter instead.")
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="FIELD", help="Use a column that is refused by name, as the build had it."),
    ] = None,
    records: Records = False,
    as_of: AsOf = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Work the last quarters again by a profile: deals skipped, days saved, wins given up by name, churn avoided."""
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    day = as_date(as_of)
    from idealfit.workspace.replaying import replay as replayed

    answer = replayed(
        workspace, profile=profile, quarters=quarters, tier=tier.upper(), capacity=capacity, as_of=day, keep=keep or ()
    )
    made = answer.replay
    total = made.total
    told = total.worked.deals + total.skipped.deals
    screen.headline(
        f"{' to '.join(dict.fromkeys((made.quarters[0].name, made.quarters[-1].name)))}: "
        f"{total.worked.deals:,} of {told:,} deals worked, "
        f"{total.worked.won:,} of {total.worked.won + total.skipped.won:,} wins kept"
    )
    if answer.unit == "advance":
        screen.line("A win is no sale here: it is a deal that reached the stage by which the profile was built.")
    screen.line(HONEST[answer.built])
    screen.line(f"As many deals picked without looking would have kept {total.by_chance:,.0f} wins.")
    for text in _saved(answer):
        screen.line(text)
    screen.table(HEADS, [_row(one, answer.currency) for one in (*made.quarters, total)])
    _levels(screen, answer)
    _given_up(screen, answer, everything=verbose)
    for text in _caveats(answer):
        screen.line(text)
    if records:
        _records(screen, answer)
    screen.document(answer)


HEADS = ("", "deals", "worked", "skipped", "not told", "wins kept", "given up", "open", "revenue kept", "worth kept")


def _won(one: Quarter) -> int:
    return one.worked.won + one.skipped.won + one.untold.won


def _share(part: float | None, *others: float | None) -> str:
    whole = sum(each or 0.0 for each in (part, *others))
    return f"{(part or 0.0) / whole:.0%}" if whole else ""


def _row(one: Quarter, _currency: str) -> Sequence[object]:
    sides = (one.worked, one.skipped, one.untold)
    return (
        one.name,
        one.deals,
        one.worked.deals,
        one.skipped.deals,
        one.untold.deals,
        f"{one.worked.won:,} of {_won(one):,}",
        one.skipped.won,
        sum(side.open for side in sides),
        _share(*(side.amount for side in sides)),
        _share(*(side.worth for side in sides)),
    )


def _saved(answer: ReplayAnswer) -> list[str]:
    """What skipping saved and cost, in sentences."""
    total = answer.replay.total
    skipped = total.skipped
    days = (
        f"{skipped.days_worked:,.0f} days on which we worked them"
        if skipped.days_worked is not None
        else f"{skipped.days_open:,.0f} days in the pipeline"
        if skipped.days_open is not None
        else ""
    )
    told = [f"Skipped: {skipped.deals:,} deals of {skipped.accounts:,} companies" + (f", {days}" if days else "")]
    if skipped.won:
        money = f", {_money(skipped.amount, answer.currency)} when signed" if skipped.amount else ""
        told.append(f"Given up: {skipped.won:,} wins{money}")
        if skipped.customers:
            told[-1] += f"; {skipped.customers_left:,} of these {skipped.customers:,} customers have left since"
    if skipped.support_cost:
        told.append(f"Support not given to them: {_money(skipped.support_cost, answer.currency)} so far")
    if total.worked.customers:
        told.append(
            f"Of the {total.worked.customers:,} customers kept, {total.worked.customers_left:,} have left since"
        )
    return [f"{text}." for text in told]


def _levels(screen: Screen, answer: ReplayAnswer) -> None:
    """What each tier, or the capacity, would have meant; beside it today's profile, which had seen the deals."""
    rows = []
    for label, made in (("", answer.replay), ("today's profile: ", answer.flattered)):
        for level in made.levels if made else ():
            one = level.total
            sides = (one.worked, one.skipped, one.untold)
            rows.append(
                (
                    label + LEVELS.get(level.name, f"the best {level.name} a quarter"),
                    one.worked.deals,
                    one.skipped.deals,
                    f"{one.worked.won:,} of {_won(one):,}",
                    _share(*(side.worth for side in sides)),
                    one.skipped.customers_left,
                )
            )
    screen.heading("At each tier")
    screen.table(("worked", "deals", "skipped", "wins kept", "worth kept", "leavers avoided"), rows)
    if answer.flattered is not None:
        screen.line("Today's profile was built on these very deals: its lines look better than they are.")


def _given_up(screen: Screen, answer: ReplayAnswer, *, everything: bool) -> None:
    wins = answer.replay.total.given_up
    if not wins:
        return
    shown = wins if everything else wins[:SHOWN_WINS]
    screen.heading("Wins given up, the largest first")
    after = {True: "left since", False: "still there", None: ""}
    screen.table(
        ("company", "deal", "tier", "amount", "now"),
        [
            (one.name, one.deal_id, one.tier, round(one.amount) if one.amount else None, after[one.left])
            for one in shown
        ],
    )
    if len(wins) > len(shown):
        screen.line(f"And {len(wins) - len(shown):,} more (--verbose shows them).")


def _caveats(answer: ReplayAnswer) -> list[str]:
    total = answer.replay.total
    told = []
    if total.untold.deals:
        told.append(
            f"Not told: of {total.untold.deals:,} deals too little was known to say; {total.untold.won:,} were won."
        )
    if answer.not_judged:
        told += [f"{text[:1].upper()}{text[1:]}: its deals are not told." for text in answer.not_judged]
    still = sum(side.open for side in (total.worked, total.skipped, total.untold))
    if still:
        told.append(f"{still:,} of these deals are still open: the last quarters will win more than they show.")
    if answer.undated:
        told.append(f"{answer.undated:,} deals have no opening date and belong to no quarter.")
    return told


def _records(screen: Screen, answer: ReplayAnswer) -> None:
    for one in answer.replay.quarters:
        for label, part in (("worked", one.worked), ("skipped", one.skipped), ("not told", one.untold)):
            if part.records:
                screen.line(f"{one.name} {label}: {' '.join(part.records)}")


def _money(amount: float | None, currency: str) -> str:
    return f"{currency} {amount or 0.0:,.0f}".strip()
