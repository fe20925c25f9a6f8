"""`idealfit filter`: a profile as the filter of another tool, with what it loses, held against our own accounts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.frontends.cli.options import AsOf, Json, Quiet
from idealfit.frontends.cli.reading import as_date

if TYPE_CHECKING:
    from idealfit.workspace.filtering import Checked, Difference, Filtered, Way

LOST = {"looser": "too many", "tighter": "some missing", "other": "may differ", "left out": "left out"}
CAUSES = {
    "combinations": "points that add up otherwise",
    "not known": "what is not known (the profile counts a part of it)",
}


def filter_(
    profile: Annotated[Path, typer.Argument(metavar="PROFILE", help="A profile file (YAML).")],
    workspace: Annotated[
        Path | None,
        typer.Argument(metavar="[WORKSPACE]", help="The accounts that combinations are chosen by and held against."),
    ] = None,
    *,
    tool: Annotated[
        str, typer.Option("--for", metavar="TOOL", help="hubspot, salesforce, apollo, zoominfo or linkedin.")
    ],
    what: Annotated[
        str,
        typer.Option("--what", metavar="WHAT", help="tier-ab (A or B), tier-a, or matching: every criterion holds."),
    ] = "tier-ab",
    to: Annotated[
        list[Path] | None,
        typer.Option(
            "--to",
            metavar="PLACE",
            help="A folder for all; a file for the tool (.json, .soql, .xml), or a checklist (.html, .pdf, .md). "
            "May be repeated.",
        ),
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="COLUMN=NAME", help="What the tool calls a column of ours. May be repeated."),
    ] = None,
    rolling: Annotated[
        bool, typer.Option("--rolling", help="Days move on with the tool's own today; else they are fixed as of T.")
    ] = False,
    ids: Annotated[
        bool, typer.Option("--ids", help="Name the accounts that are too many and that are missing.")
    ] = False,
    check: Annotated[
        Path | None,
        typer.Option(
            "--check", metavar="FILE", help="Hold a filter in a file, as it was edited, against our accounts too."
        ),
    ] = None,
    as_of: AsOf = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a profile as a filter of HubSpot, Salesforce, Apollo, ZoomInfo or LinkedIn Sales Navigator: the file that
    the tool takes, or a checklist for a person; what is lost, criterion by criterion; and with a workspace how many of
    our own accounts the written filter finds too many and misses.
    """
    screen = Screen(json=json, quiet=quiet)
    from idealfit.workspace.filtering import make_filter, named_fields

    made = make_filter(
        profile,
        tool.strip().lower(),
        workspace,
        what=what,
        to=to or (),
        fields=named_fields(field or ()),
        rolling=rolling,
        ids=ids,
        as_of=as_date(as_of),
        check=check,
    )
    if made.checked is not None:
        _checked(screen, made.checked, made.what)
    else:
        _print(screen, made, shown=not to and not json and not quiet)
    screen.document({"schema_version": 1, **vars(made)})


def _print(screen: Screen, made: Filtered, *, shown: bool) -> None:
    exact = all(way.exact for way in made.ways)
    screen.headline(
        f"{made.profile} for {made.tool}, {made.what}, as of {made.as_of}: "
        + ("nothing is lost" if exact else "what is lost stands below")
    )
    for way in made.ways:
        screen.heading(way.label)
        if shown and not way.file.endswith("search.json"):
            sys.stdout.write(way.text)
        for at, group in enumerate(way.steps, 1):
            if shown and way.file.endswith("search.json"):
                screen.line(f"Search {at}")
                screen.items([f"{name}: {value}" for name, value in group])
        _lost(screen, way)
        if way.difference is not None:
            _difference(screen, way.difference)
    screen.items(made.notes)
    for path in made.written:
        screen.line(f"Written: {shown_path(path)}")


def _checked(screen: Screen, found: Checked, what: str) -> None:
    screen.headline(
        f"{found.label} of the file: finds {found.found:,} of {found.accounts:,} accounts; beside the profile "
        f"({what}) {found.profile.too_many:,} too many, {found.profile.missing:,} missing"
    )
    rows = [
        (words, one.accounts, one.too_many, one.missing)
        for words, one in (("whom the profile means", found.profile), ("the filter as written today", found.ours))
    ]
    screen.table(("beside", "accounts", "the file has more", "the file has less"), rows)
    if found.unknown_fields:
        screen.line(
            f"No column of ours is {', '.join(found.unknown_fields)}: taken as empty for everybody. "
            "Name it with --field COLUMN=NAME"
        )
    for words, one in (("the profile", found.profile), ("today's filter", found.ours)):
        for side, named in (("More than", one.too_many_ids), ("Less than", one.missing_ids)):
            if named:
                screen.line(f"{side} {words}: {', '.join(named)}")


def _lost(screen: Screen, way: Way) -> None:
    rows = [
        (line.id, line.asked, LOST[line.status], "; ".join(line.losses)) for line in way.lines if line.status in LOST
    ]
    if rows:
        screen.table(("criterion", "asked", "there", "what is lost"), rows)
    screen.items(way.lost)


def _difference(screen: Screen, found: Difference) -> None:
    shares = [
        f"{share:.0%} {words}"
        for share, words in ((found.precision, "of the found are meant"), (found.recall, "of the meant are found"))
        if share is not None
    ]
    beside = f" ({', '.join(shares)})" if shares else ""
    screen.line(
        f"The profile means {found.profile:,} of {found.accounts:,} accounts; the filter finds {found.filter:,}: "
        f"{found.too_many:,} too many, {found.missing:,} missing{beside}"
    )
    rows = [(CAUSES.get(cause.id, cause.id), cause.too_many, cause.missing) for cause in found.causes]
    if rows:
        screen.table(("by", "too many", "missing"), rows)
    for words, named in (("Too many", found.too_many_ids), ("Missing", found.missing_ids)):
        if named:
            screen.line(f"{words}: {', '.join(named)}")
