"""`idealfit account`: where one account stands, how sure that is, and what it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from idealfit.frontends.cli import account_told
from idealfit.frontends.cli.console import Screen
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, Json, Quiet, Verbose, Workspace
from idealfit.frontends.result_words import tier_with_range
from idealfit.workspace.tier_words import priority_words

if TYPE_CHECKING:
    from idealfit.workspace.placing import Standing

STATES = {"true": "yes", "false": "no", "unknown": "not known"}


def account(
    who: Annotated[str, typer.Argument(metavar="ACCOUNT", help="An account's id, domain or name.")],
    *,
    workspace: Workspace = DEFAULT_WORKSPACE,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show where one account stands and why: its parts, what to find out, what would change its tier, who is alike."""
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    from idealfit.workspace.placing import account as placed

    answer = placed(workspace, who)
    scores = answer.scores
    tier = tier_with_range(scores["tier"], scores["tier_low"], scores["tier_high"])
    rank = f", rank {scores['rank']:,} of {answer.accounts_ranked:,}" if scores.get("rank") else ""
    screen.headline(f"{answer.name} ({answer.account_id}): {tier}{rank}")
    for text in (_plane(answer), *_sure(answer), *_known(answer)):
        screen.line(text)
    _parts(screen, answer)
    if answer.told is None:
        screen.heading("Why")
        screen.table(("criterion", "so", "points"), [_reason(one) for one in answer.reasons])
        screen.line("The profile that made these scores is gone: 'idealfit score WORKSPACE' scores anew, for the rest.")
    else:
        account_told.print_told(screen, answer.told, str(scores["tier"]), answer.currency)
    account_told.print_history(screen, answer.history)
    screen.document({"schema_version": 1, **vars(answer)})


CHANCES = {
    "p_win": "Chance of winning, worked today",
    "p_advance": "Chance that a deal advances",
    "p_stay": "Chance that it stays, once a customer",
    "p_best": "Chance to be among the best, once a customer",
    "p_customer": "Chance that a company like it is a customer",
}
"""By the column of the scores: what the chance is of."""


def _plane(answer: Standing) -> str:
    """Both axes, where they lead, and what to do there."""
    scores = answer.scores
    told = ("fit",) if scores.get("timing_band") == "unknown" else ("fit", "timing")
    axes = [f"{name} {scores[name]:.1f}" for name in told if scores.get(name) is not None]
    priority = f"Priority {priority_words(scores['priority'])}" if scores.get("priority") else ""
    said = f"{priority} ({', '.join(axes)})" if axes else priority
    return f"{said}: {answer.action}." if answer.action else f"{said}."


def _sure(answer: Standing) -> list[str]:
    """The chance and the expected value, each with the range that it lies in."""
    scores, said = answer.scores, []
    level = f", {answer.level * 100:.0f} times in 100" if answer.level else ""
    for name, words in CHANCES.items():
        if scores.get(name) is not None:
            low, high = scores.get(f"{name}_low"), scores.get(f"{name}_high")
            ends = f" ({low:.0%} to {high:.0%}{level})" if low is not None and high is not None else ""
            said.append(f"{words}: {scores[name]:.0%}{ends}.")
    if not said:
        said.append("No chance is printed: the profile was built on fewer than ten wins, or typed by hand.")
    value, low, high = (scores.get(f"expected_value{end}") for end in ("", "_low", "_high"))
    if value is not None:
        ends = f" ({low:,.0f} to {high:,.0f}{level})" if low is not None and high is not None else ""
        said.append(f"Expected value of working it: {answer.currency} {value:,.0f}{ends}.".replace(":  ", ": "))
    return said


def _known(answer: Standing) -> list[str]:
    """How many like it were worked, whether it is a duplicate, and what excludes it."""
    scores, said = answer.scores, []
    like = scores.get("worked_like_it")
    if scores.get("extrapolated"):
        said.append(f"A guess from others: companies like it that were ever worked to an end: {like or 'none'}.")
    elif like is not None:
        said.append(f"At least {like:,} companies like it were worked to an end.")
    if answer.survivor:
        said.append(f"Entered twice: it is the company {answer.survivor}, and has its score.")
    if scores.get("excluded_by"):
        said.append(f"Excluded by {', '.join(scores['excluded_by'])}.")
    return said


def _parts(screen: Screen, answer: Standing) -> None:
    """The expected value, factor by factor."""
    worth = answer.worth
    if worth is None or worth.value is None or worth.contract is None or worth.years is None:
        return
    screen.heading("What the expected value is made of")
    rows: list[tuple[str, str]] = [
        ("chance of winning", f"{worth.chance:.0%}"),
        ("x contract value a year", f"{worth.contract:,.0f}"),
        *([("x what is left after costs", f"{worth.margin:.0%}")] if worth.margin is not None else []),
        (f"x years kept of {worth.horizon_months / 12:g}, growth counted in", f"{worth.years:.2f}"),
        ("- cost of working it", f"{worth.cost:,.0f}"),
        ("= expected value", f"{worth.value:,.0f}"),
    ]
    screen.table(("part", answer.currency or "figure"), rows)


def _reason(one: Mapping[str, Any]) -> tuple[str, str, str]:
    """A reason as it was kept: of what does not hold, the words deny it already."""
    points = float(one["points"])
    text = str(one["text"]).removeprefix("unknown: ")
    return (
        text,
        {**STATES, "false": "adds nothing"}.get(str(one["state"]), str(one["state"])),
        f"{points:+.1f}" if points else "",
    )
