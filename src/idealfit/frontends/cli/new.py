"""`idealfit new`: a profile made by hand: asked for in the terminal, from a template, or from a document."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idealfit.frontends.cli.console import Screen, can_ask, shown_path
from idealfit.frontends.cli.options import Json, Quiet

if TYPE_CHECKING:
    from idealfit.workspace.assistant import Proposal
    from idealfit.workspace.starting import Started


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
    company: Annotated[
        Path | None,
        typer.Option("--company", metavar="FILE", help="A company.yaml whose `assistant:` may propose; see the guide."),
    ] = None,
    take_proposals: Annotated[
        bool, typer.Option("--take-proposals", help="Take all that it proposes, without being asked one by one.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the templates.")] = False,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a profile by hand: answer questions about your last deals, or start from a template or a document."""
    screen = Screen(json=json, quiet=quiet)
    from idealfit.errors import UsageError
    from idealfit.workspace import starting
    from idealfit.workspace.assistant import assistant_of

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
        assistant = assistant_of(company)
        asking = assistant is not None and source != "-" and can_ask() and not (json or quiet)
        take = _take_all if take_proposals else (lambda one: _taken(screen, one)) if asking else None
        started = (
            starting.from_document(Path(source), file, name=name, assistant=assistant, take=take)
            if text is None
            else starting.from_text(text, file, name=name, assistant=assistant, take=take)
        )
    elif can_ask() and not (json or quiet):
        screen.line(
            "Think of deals that happened; Enter where you do not know, ; between several, < goes back, Ctrl-D stops."
        )
        answers = starting.ask_all(_typed, screen.line)
        if not any(said.strip() for said in answers.values()):
            raise UsageError(
                "Nothing was answered, so nothing was written",
                remedy="Answer at least one question, or start from a template (--list).",
            )
        started = starting.from_answers(
            answers, file, name=name or _typed("What shall it be called?") or "Best-fit companies"
        )
    else:
        raise UsageError(
            "Nobody is there to answer questions",
            remedy="Name a template (--template NAME, --list shows them) or a document (--from FILE).",
        )
    _print(screen, started)


def _print(screen: Screen, started: Started) -> None:
    from idealfit.workspace.starting import LEFT_ASIDE

    screen.headline(
        f"{shown_path(started.file)}: '{started.profile}', a hypothesis of {started.criteria} criteria and "
        f"{started.exclusions} exclusions."
    )
    for trace in started.traces:
        if trace.became not in (("question",), (LEFT_ASIDE,)):
            screen.line(f"  line {trace.line}: {trace.text} -> {', '.join(trace.became)}")
    if aside := sum(trace.became == (LEFT_ASIDE,) for trace in started.traces):
        screen.line(f"  {aside} sentence{'s' * (aside != 1)} about the document, or about a person's life: left aside.")
    for why in (started.told, *started.refused):
        if why:
            screen.line(f"  {why}")
    if started.open:
        screen.heading("Still open: how would our records, or a call, show this?")
        screen.items(started.open)
    screen.line(f"Next: idealfit check {shown_path(started.file)}")
    screen.document(started)


def _take_all(_one: Proposal) -> bool:
    return True


def _taken(screen: Screen, one: Proposal) -> bool:
    """Whether a person takes a proposal; Enter is no."""
    screen.line()
    screen.line(f"line {one.line}: {one.text}")
    screen.line(f"  proposed by the assistant: {'walk away if ' if one.exclusion else ''}{one.says}  [{one.when}]")
    return (_typed("Take it? y, or Enter for no") or "").strip().casefold() in ("y", "yes")


def _typed(question: str) -> str | None:
    try:
        return input(f"{question}\n> ")
    except (EOFError, KeyboardInterrupt):
        sys.stdout.write("\n")
        return None
