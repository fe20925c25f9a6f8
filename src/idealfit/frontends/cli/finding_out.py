"""`idealfit find-out`: which unknown attributes of which companies are worth finding out, for a budget."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, AsOf, Json, Quiet, Verbose
from idealfit.frontends.cli.reading import as_date
from idealfit.frontends.result_words import tier_with_range

if TYPE_CHECKING:
    from idealfit.workspace.finding_out import Find, FindOut

SHOWN = 12


class By(StrEnum):
    """What a purchase is ranked by."""

    tier = "tier"
    value = "value"


class Per(StrEnum):
    """What a unit of the budget buys."""

    company = "company"
    attribute = "attribute"


def find_out(
    profile: Annotated[
        Path, typer.Argument(metavar="[PROFILE]", help="A profile file, or a workspace with one.")
    ] = DEFAULT_WORKSPACE,
    accounts: Annotated[
        Path | None, typer.Argument(metavar="[ACCOUNTS]", help="A file, a folder or a workspace. Default: PROFILE.")
    ] = None,
    *,
    budget: Annotated[
        int | None, typer.Option("--budget", metavar="N", help="So many companies (or attributes) can be bought.")
    ] = None,
    per: Annotated[
        Per, typer.Option("--per", help="What one unit buys: all of a company, or one attribute of one company.")
    ] = Per.company,
    by: Annotated[
        By, typer.Option("--by", help="Rank by the chance of another tier, or by what knowing is worth in money.")
    ] = By.tier,
    attributes: Annotated[
        str | None,
        typer.Option("--attributes", metavar="A,B", help="Only these can be found out: employees,tech,funding_round."),
    ] = None,
    everyone: Annotated[
        bool, typer.Option("--everyone", help="All accounts, not only those of the workspace's target list.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write the list here (.csv), for an enrichment tool.")
    ] = None,
    as_of: AsOf = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show which unknown attributes would change most tiers (or be worth most) once known, and what a budget buys."""
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    day = as_date(as_of)
    from idealfit.workspace.finding_out import find_out as found

    answer = found(
        profile,
        accounts,
        budget=budget,
        per=per.value,
        by=by.value,
        attributes=tuple(attributes.split(",")) if attributes else (),
        everyone=everyone,
        to=to,
        as_of=day,
    )
    print_answer(screen, answer)
    screen.document({"schema_version": 1, **vars(answer)})


def print_answer(screen: Screen, answer: FindOut) -> None:
    """What the budget is expected to bring, the attributes, and the first of the list."""
    screen.headline(expected(answer))
    screen.line(
        f"Something that the profile asks for is not known of {answer.unknown:,} of {answer.accounts:,} accounts "
        f"(as of {answer.as_of})."
    )
    if not answer.attributes:
        return
    money = answer.attributes[0].value is not None
    screen.heading("What is not known, by what finding it out for everybody would change")
    screen.table(
        (
            "attribute",
            "not known for",
            "other tier",
            "fit, on average",
            *([f"value, {answer.currency}"] if money else []),
        ),
        [
            (
                one.what,
                one.accounts,
                f"{one.tiers:,.0f}",
                f"{one.fit:.1f}",
                *([f"{one.value:,.0f}"] if one.value is not None else []),
            )
            for one in answer.attributes[: None if screen.verbose else SHOWN]
        ],
    )
    if answer.finds:
        screen.heading("Find out first")
        shown = answer.finds[: None if screen.verbose else SHOWN]
        screen.table(
            ("account", "name", "find out", "tier now", "other tier", "likely then"), [_row(one) for one in shown]
        )
    if answer.written is not None:
        screen.line()
        screen.line(f"Written: {shown_path(answer.written)}")
    screen.line(
        "Taken for granted: what is not known is true as often as where it is known; what one attribute decides turns "
        "out together."
    )


def expected(answer: FindOut) -> str:
    """'500 companies found out: about 61 change tier (53 to 69, four times in five).'"""
    if not answer.finds:
        return "Nothing that could be found out is expected to change a tier."
    words = {"company": ("company", "companies"), "attribute": ("attribute", "attributes")}
    unit = words[answer.per][answer.bought != 1]
    what = f"{answer.bought:,} {unit} found out" if answer.budget else f"All {answer.bought:,} {unit} found out"
    said = (
        f"{what}: about {answer.tiers:,.0f} change tier ({answer.low:,.0f} to {answer.high:,.0f}, four times in five)"
    )
    if answer.worth is not None and answer.by == "value":
        said += f"; deciding with the answers is worth {answer.currency} {answer.worth:,.0f}"
    return f"{said}."


def _row(one: Find) -> tuple[str, ...]:
    likely = ", ".join(f"{tier} {share:.0%}" for tier, share in sorted(one.gain.tiers.items()) if share >= 0.005)
    return (
        one.account_id,
        one.name or "",
        ", ".join(one.what),
        tier_with_range(one.tier, one.tier_low, one.tier_high),
        f"{one.gain.tier:.0%}",
        likely,
    )
