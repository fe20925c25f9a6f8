"""`idealfit page`: the profile printed for a reader: a page, its appendix, a call card, a paragraph."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, Json, Quiet


def page(
    workspace: Annotated[
        Path, typer.Argument(metavar="WORKSPACE", help="Whose profile. Default: ./idealfit.")
    ] = DEFAULT_WORKSPACE,
    *,
    to: Annotated[
        list[Path] | None,
        typer.Option(
            "--to",
            metavar="FILE",
            help="Where to print it; the ending names the form: pdf, html, md, docx, json, txt. May be given again.",
        ),
    ] = None,
    card: Annotated[bool, typer.Option("--card", help="The call card on half a sheet, instead of the page.")] = False,
    appendix: Annotated[
        bool, typer.Option("--appendix", help="Add the evidence, the rulings and the records behind each number.")
    ] = False,
    redact: Annotated[
        bool, typer.Option("--redact", help="Replace names, domains and amounts, so that others may see it.")
    ] = False,
    paper: Annotated[Literal["a4", "letter"], typer.Option("--paper", help="The sheet that it must fit.")] = "a4",
    profile: Annotated[
        Path | None, typer.Option("--profile", metavar="FILE", help="Another profile, held against these records.")
    ] = None,
    version: Annotated[
        str | None,
        typer.Option("--version", metavar="V", help="A version: its number, 'proposed', 'last' or 'approved'."),
    ] = None,
    motion: Annotated[str | None, typer.Option("--motion", metavar="NAME", help="The profile of this motion.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Print the profile for a reader; without --to, one paragraph to paste is printed here."""
    screen = Screen(json=json, quiet=quiet)
    from idealfit.errors import UsageError
    from idealfit.workspace.printing import print_page

    if profile is not None and version is not None:
        raise UsageError("A file and a version were both named", remedy="Name one of them.")

    printed = print_page(
        workspace,
        tuple(to or ()),
        profile=profile,
        version=version,
        motion=motion,
        card=card,
        appendix=appendix,
        redact=redact,
        paper="us-letter" if paper == "letter" else "a4",
    )
    for file in printed.files:
        screen.line(f"Printed: {shown_path(file)}")
    if not printed.files:
        screen.headline(printed.paragraph)
    screen.document({"schema_version": 1, **vars(printed)})
