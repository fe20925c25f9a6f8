"""`idealfit new`: a profile made by hand: asked for in the terminal, from a template, or from a document."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from idealfit.frontends.cli.console import Screen, can_ask, shown_path
from idealfit.frontends.cli.options import Json, Quiet


def new(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The profile file to write.")] = Path("profile.yaml"),
    *,
    template: Annotated[
        str | None, typer.Option("--template", metavar="NAME", help="Start from a template; --list names them.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option("--from", metavar="DOCUMENT", help="Turn a Markdown or text file into a draft; - reads stdin."),
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="TEXT", help="What the profile is called.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the templates.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a profile by hand: answer questions about your last deals, or start from a template or a document."""
    screen = Screen(json=json, quiet=quiet)
    from idealfit import starting
    from idealfit.errors import UsageError
    from idealfit.profile.from_text import LEFT_ASIDE
    from idealfit.records.counted import counted

    if list_:
        for key, what in starting.templates().items():
            screen.line(f"{key}: {what}")
        screen.document(starting.templates())
        return
    if template is not None and source is not None:
        raise UsageError("A template and a document were both named", remedy="Name one of them.")
    if template is not None:
        started = starting.from_template(template, file)
    elif source is not None:
        text = sys.stdin.read() if source == "-" else None
        started = (
            starting.from_document(Path(source), file, name=name)
            if text is None
            else starting.from_text(text, file, name=name)
        )
    elif can_ask() and not (json or quiet):
        screen.line("Think of deals that happened; Enter where you do not know, ; between several, Ctrl-D to stop.")
        answers = starting.ask_all(_typed)
        started = starting.from_answers(
            answers, file, name=name or _typed("What shall it be called?") or "Best-fit companies"
        )
    else:
        raise UsageError(
            "Nobody is there to answer questions",
            remedy="Name a template (--template NAME, --list shows them) or a document (--from FILE).",
        )
    screen.headline(
        f"{shown_path(started.file)}: '{started.profile}', a hypothesis of {started.criteria} criteria and "
        f"{started.exclusions} exclusions."
    )
    for trace in started.traces:
        if trace.became not in (("question",), (LEFT_ASIDE,)):
            screen.line(f"  line {trace.line}: {trace.text} -> {', '.join(trace.became)}")
    if aside := sum(trace.became == (LEFT_ASIDE,) for trace in started.traces):
        screen.line(f"  {counted(aside, 'sentence')} about the document, or about a person's life: left aside.")
    if started.open:
        screen.heading("Still open: how would our records, or a call, show this?")
        screen.items(started.open)
    screen.line(f"Next: idealfit check {shown_path(started.file)}")
    screen.document(started)


def _typed(question: str) -> str | None:
    try:
        return input(f"{question}\n> ")
    except (EOFError, KeyboardInterrupt):
        sys.stdout.write("\n")
        return None
