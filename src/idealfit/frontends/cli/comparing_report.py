"""What `idealfit compare` prints: how the choices differ, what each would have brought, and the recipe's faults."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from idealfit.frontends.cli import explaining
from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.workspace.comparing import (
    both_of,
    of_trait,
    outcome_of,
    recipe_rows,
    said_of,
    said_of_trial,
    side_of,
    top_of,
    yield_columns,
    yield_rows,
)

SHOWN_TRAITS = 16
SHOWN_RECIPE = 12


def print_comparison(screen: Screen, document: Mapping[str, Any], files: Mapping[str, Path], *, verbose: bool) -> None:
    """The comparison as text: sentences first, then three tables."""
    asked = [one for one in document["choices"] if not one["why_not"]]
    screen.headline(_headline(asked))
    screen.items(document["differences"])
    for one in asked:
        for text in one["told"]:
            screen.line(f"{said_of(one['best'])}: {text}.")
    if document["traits"]:
        screen.heading("The traits, by choice")
        shown = document["traits"] if verbose else document["traits"][:SHOWN_TRAITS]
        outcomes = [name for name in ("win", "churn", "growth") if any(name in one["outcomes"] for one in shown)]
        heads = {"win": outcome_of("win", document), "churn": "leaving", "growth": "growth"}
        screen.table(
            ("trait", *(said_of(one["best"]) for one in asked), *(heads[name] for name in outcomes)),
            [
                (
                    one["sentence"],
                    *(side_of(one, choice["best"]) for choice in asked),
                    *(of_trait(one, name)["text"] for name in outcomes),
                )
                for one in shown
            ],
        )
        if len(shown) < len(document["traits"]):
            screen.line(f"{len(document['traits']) - len(shown)} more (--verbose shows them).")
    if document["trial"] is not None:
        screen.heading("What each would have brought")
        screen.line(said_of_trial(document))
        columns = [heading for _key, heading, _form in yield_columns(document)][:4]
        screen.table(
            ("order", "number", *columns),
            [(label, won, *figures[:4]) for label, won, figures in yield_rows(document)],
        )
    _recipe(screen, document, verbose=verbose)
    for what, path in files.items():
        screen.line(f"Written: {shown_path(path)} ({what})")


def print_comparison_records(screen: Screen, document: Mapping[str, Any]) -> None:
    """The record ids behind every figure: of each choice's criteria, of what each order worked, of the recipe's top."""
    screen.heading("Records")
    for one in document["choices"]:
        name = said_of(one["best"])
        for criterion in one["criteria"]:
            explaining.records(screen, f"{name}: {criterion['sentence']}", criterion["records"])
        if one["yield"]:
            explaining.records(screen, f"worked by {name}", one["yield"]["records"])
    recipe = document["classical"]
    for name, brought in (("worked by the recipe", recipe["yield"]), ("everyone", document["everyone"])):
        if brought:
            explaining.records(screen, name, brought["records"])
    if recipe["records"]:
        screen.line(f"the recipe's top customers: {' '.join(recipe['records'])}")


def _headline(asked: list[Mapping[str, Any]]) -> str:
    if not asked:
        return "None of these choices of best can be asked of the records"
    counts = [f"{said_of(one['best'])} {_grades(one)}" for one in asked]
    return f"Criteria by who counts as best (supported + suggestive): {', '.join(counts)}"


def _grades(one: Mapping[str, Any]) -> str:
    supported = sum(each["grade"] == "supported" for each in one["criteria"])
    return f"{supported}+{len(one['criteria']) - supported}"


def _recipe(screen: Screen, document: Mapping[str, Any], *, verbose: bool) -> None:
    recipe = document["classical"]
    screen.heading(f"The classical recipe: what 60 in 100 of the {top_of(document)} share, and its faults")
    screen.items(recipe["wrong"])
    rows = recipe_rows(document)
    good, others = both_of(document)
    if rows:
        screen.table(
            ("trait", "of the top", f"of {good}", f"of {others}", "of the market", "the records say"),
            rows if verbose else rows[:SHOWN_RECIPE],
        )
