"""`idealfit tiers`: what each tier has been worth, whether they are in order, thresholds for what a team can work."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idealfit.frontends.cli.console import Screen
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, Json, Quiet, Verbose
from idealfit.frontends.result_words import interval_of, won_word

if TYPE_CHECKING:
    from idealfit.workspace.tiering import Thresholds, TierReport

KINDS = {"later_deals": "on later {} than those it was found on", "accounts_set_aside": "on accounts set aside"}
ROWS = {"customer": "customers", "account": "companies"}
"""What is judged, where it is not deals."""


def tiers(
    workspace: Annotated[
        Path, typer.Argument(metavar="[WORKSPACE]", help="The workspace of a build.")
    ] = DEFAULT_WORKSPACE,
    *,
    capacity: Annotated[
        int | None,
        typer.Option(
            "--capacity", metavar="N", help="Accounts that the team can work in a quarter. Default: company.yaml."
        ),
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show what each tier won, with intervals, whether the tiers are in order, and thresholds that fit a capacity."""
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    from idealfit.workspace.reading_back import evidence_of
    from idealfit.workspace.tiering import tiers as found

    answer = found(workspace, capacity=capacity)
    print_tiers(screen, answer, evidence_of(workspace))
    screen.document({"schema_version": 1, **vars(answer)})


def print_tiers(screen: Screen, answer: TierReport, evidence: Mapping[str, Any]) -> None:
    """The alarm first, then what was measured, then the thresholds; `evidence` says what was judged."""
    from idealfit.workspace.tiering import NOT_MEASURED

    screen.headline(_headline(answer))
    screen.items(answer.alarms)
    if answer.measured:
        rows_are, won = ROWS.get(str(evidence.get("unit")), "deals"), won_word(evidence)
        kind = KINDS.get(str(answer.kind), "").format(rows_are)
        screen.heading(f"Measured {kind}{f', from {answer.at} on' if answer.at else ''}")
        rows = [
            (
                one.tier,
                one.deals,
                interval_of(one.win_rate),
                interval_of(one.value, form="{:,.0f}"),
                interval_of(one.amount, form="{:,.0f}"),
                interval_of(one.cycle_days, form="{:.0f}"),
                interval_of(one.retention),
            )
            for one in answer.measured
        ]
        worth = ("value of a deal", "median deal won") if rows_are == "deals" else ("value of each", f"median of {won}")
        rate = "win rate" if won == "won" else f"share {won}"
        heads = ("tier", rows_are, rate, *worth, "days to close", "stay a year")
        kept = [at for at, head in enumerate(heads) if any(row[at] for row in rows) or not head]
        screen.table([heads[at] for at in kept], [[row[at] for at in kept] for row in rows])
        if answer.not_measured == NOT_MEASURED:
            screen.line("'idealfit replay --profile profile.yaml' works the last quarters by the profile as it is now.")
    over = f"{answer.accounts:,} accounts that could be worked"
    if answer.all_taken:
        over = f"all {answer.accounts:,} accounts: every one is a customer, in an open deal or left out already"
    screen.heading(f"Thresholds on {answer.by}, over {over}")
    screen.table(
        ("", "A from", "B from", "accounts in A", "in A or B"),
        [_line("now", answer.now), *([_line("proposed", answer.proposed)] if answer.proposed else [])],
    )
    screen.items(answer.told)
    if answer.cuts:
        screen.heading("What other cuts would give")
        money = any(one.value is not None for one in answer.cuts)
        wins = any(one.wins is not None for one in answer.cuts)
        quarters = answer.capacity is not None
        screen.table(
            (
                "from",
                "accounts",
                *(["quarters of work"] if quarters else []),
                *(["expected wins"] if wins else []),
                *(["expected value"] if money else []),
            ),
            [
                (
                    f"{one.least:.1f}",
                    one.accounts,
                    *([f"{one.quarters:.1f}" if one.quarters is not None else ""] if quarters else []),
                    *([f"{one.wins:,.0f}" if one.wins is not None else ""] if wins else []),
                    *([f"{one.value:,.0f}" if one.value is not None else ""] if money else []),
                )
                for one in answer.cuts
            ],
        )
    if answer.proposed:
        screen.line("To take them over, write them as 'tiers: {A: …, B: …}' in profile.yaml and build again.")
    elif answer.capacity is None:
        screen.line("Say how many accounts can be worked in a quarter (--capacity 400) for a proposal.")


def _headline(answer: TierReport) -> str:
    if answer.alarms:
        return "The tiers are out of order."
    if answer.proposed and answer.capacity:
        one = answer.proposed
        return (
            f"For {answer.capacity:,} accounts a quarter: A from {one.a:.1f} ({one.accounts_a:,} accounts), "
            f"B from {one.b:.1f} ({one.accounts_ab - one.accounts_a:,} more)."
        )
    if answer.of_another:
        return f"{answer.not_measured}."
    if not answer.measured:
        return "No tier has been measured: there were no deals to judge the profile on."
    return "No lower tier did better than a higher one beyond luck."


def _line(name: str, one: Thresholds) -> tuple[str, str, str, int, int]:
    return name, f"{one.a:.1f}", f"{one.b:.1f}", one.accounts_a, one.accounts_ab
