"""`idealfit check`: the linter of profile files, one line a finding, the one to mend first on top."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from idealfit.errors import UsageError
from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, AsOf, Json, Quiet, Verbose
from idealfit.frontends.cli.reading import as_date

if TYPE_CHECKING:
    from idealfit.workspace.checking import CheckReport, Finding

FOUND_ERRORS = 3
"""The exit code where a finding is an error: the profile is bad input for whatever follows."""


def check(
    profile: Annotated[
        Path | None, typer.Argument(metavar="PROFILE", help="A profile file (YAML). Default: that of ./idealfit.")
    ] = None,
    workspace: Annotated[
        Path | None, typer.Argument(metavar="WORKSPACE", help="Check it on the records here. Default: ./idealfit.")
    ] = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Every rule, not only the ten on by default.")] = False,
    select: Annotated[
        list[str] | None, typer.Option("--select", metavar="CODE", help="A further rule to go by. May be repeated.")
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="CODE", help="A rule to leave out. May be repeated.")
    ] = None,
    explain: Annotated[
        str | None,
        typer.Option("--explain", metavar="CODE", help="What a rule means, with examples; 'all' lists them."),
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can be mended without changing the meaning.")] = False,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit with 0 even where a finding is an error.")
    ] = False,
    company: Annotated[
        Path | None,
        typer.Option("--company", metavar="FILE", help="The company.yaml whose `check:` stands beneath the profile's."),
    ] = None,
    as_of: AsOf = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> int:
    """Check a profile file: vague, personal, contradicting or unproven criteria, and what nobody has written or agreed.

    Each finding is one line, file:line:column CODE; the first line of all names the one to mend first. A finding is
    allowed by a comment at its line with a reason: # noqa: ICP301 because the law demands it.
    """
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    from idealfit.workspace.checking import check as check_profile
    from idealfit.workspace.checking import explain_rule

    if explain is not None:
        text = explain_rule(explain)
        head, _, rest = text.partition("\n")
        screen.headline(head)
        screen.line(rest)
        screen.document({"rule": explain, "text": text})
        return 0
    file = profile or DEFAULT_WORKSPACE / "profile.yaml"
    if profile is None and not file.is_file():
        raise UsageError("No profile file was named", remedy="Write: idealfit check PROFILE [WORKSPACE]")
    place = workspace or (DEFAULT_WORKSPACE if DEFAULT_WORKSPACE.is_dir() else None)
    result = check_profile(
        file,
        place,
        as_of=as_date(as_of),
        strict=strict,
        select=select or (),
        ignore=ignore or (),
        fix=fix,
        company=company,
    )
    _print(screen, file, place, result)
    screen.document({"schema_version": 1, **vars(result)})
    return FOUND_ERRORS if result.errors and not exit_zero else 0


def _print(screen: Screen, file: Path, place: Path | None, result: CheckReport) -> None:
    where = shown_path(file)
    screen.headline(_headline(where, place, result))
    for one in result.findings:
        screen.line(_line(where, one), _STYLES[one.severity])
    if result.findings:
        screen.line(_sum(result))
    for allowed in result.silenced if screen.verbose else ():
        screen.line(f"  allowed: {_line(where, allowed.finding)} ({allowed.because})", "dim")
    screen.items(result.notes)
    if result.not_run and screen.verbose:
        screen.line(f"Not held against records, for lack of a workspace: {', '.join(result.not_run)}")
    if result.criteria:
        screen.heading("Criteria on these accounts")
        rows = [(one.id, one.true, one.false, one.unknown) for one in result.criteria]
        screen.table(("id", "true", "false", "unknown"), rows)


_STYLES = {"error": "red", "warning": "", "note": "dim"}


def _headline(where: str, place: Path | None, result: CheckReport) -> str:
    mended = f"Mended {result.mended}. " if result.mended else ""
    if result.first is not None:
        return f"{mended}Mend first: {_line(where, result.first)}"
    on = f" on {shown_path(place)}" if place else " (no workspace given: it was not held against records)"
    return f"{mended}{where}: nothing found{on}"


def _line(where: str, one: Finding) -> str:
    return f"{where}:{one.line}:{one.column} {one.code} {one.message}. {one.remedy}"


def _sum(result: CheckReport) -> str:
    """'3 findings: 1 error, 2 warnings; 1 allowed; --fix mends 1; --explain ICP201 says more.'"""
    count = len(result.findings)
    kinds = [(word, sum(one.severity == word for one in result.findings)) for word in ("error", "warning", "note")]
    parts = [", ".join(f"{number} {word}{'s' * (number != 1)}" for word, number in kinds if number)]
    if result.silenced:
        parts.append(f"{len(result.silenced)} allowed")
    if fixable := sum(one.fixable for one in result.findings):
        parts.append(f"--fix mends {fixable}")
    if result.not_run:
        parts.append(f"{len(result.not_run)} rule{'s' * (len(result.not_run) != 1)} need a workspace")
    first = result.first.code if result.first else ""
    return f"{count} finding{'s' * (count != 1)}: {'; '.join(parts)}. idealfit check --explain {first} says more."
