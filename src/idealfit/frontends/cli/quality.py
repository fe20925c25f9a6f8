"""`idealfit quality`: how far the records can be trusted, what matters most, and what to mend first."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.frontends.cli.options import DEFAULT_WORKSPACE, Json, Quiet, Verbose

SHOWN = 5
MATTERS = 10
"""The effect on a profile from which a problem is worth a word in a build."""
WIDEST = 100
STYLES = {"yes": "bold green", "with care": "bold yellow", "no": "bold red"}
ANSWERS = {"yes": "Yes.", "with care": "With care.", "no": "No."}


def quality(
    workspace: Annotated[
        Path | None, typer.Argument(metavar="WORKSPACE", help="Whose records. Default: ./idealfit.")
    ] = None,
    *,
    table: Annotated[
        str | None, typer.Option("--table", metavar="NAME", help="Show this table, column by column.")
    ] = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Tell how far the records of a workspace can be trusted, and what to mend first."""
    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    from idealfit.errors import UsageError
    from idealfit.workspace.assessing import quality as quality_of

    place = workspace or DEFAULT_WORKSPACE
    report = quality_of(place)
    if table is not None and table not in report["tables"]:
        raise UsageError(f"There is no table '{table}' here", remedy=f"Choose one of {', '.join(report['tables'])}.")
    print_answer(screen, report)
    if table is not None:
        print_table(screen, table, report)
        screen.document({"table": table, **report["tables"][table], "problems": _of_table(report, table)})
        return
    print_grades(screen, report)
    print_problems(screen, report["problems"])
    print_drift(screen, report)
    screen.line()
    screen.line(f"The whole report: {shown_path(place / 'quality.html')}")
    screen.document(report)


def quality_line(report: Mapping[str, Any]) -> str:
    """One line for a build: 'Data: B, to be read with care; 3 problems that matter, see quality.html.'"""
    matter = sum(one["effect"] >= MATTERS for one in report["problems"])
    answer = {
        "yes": "good enough to build on",
        "with care": "to be read with care",
        "no": "not good enough to build on",
    }
    verdict = report["verdict"]
    if matter:
        told = f"; {matter} problem{'s' * (matter != 1)} that matter{'s' * (matter == 1)}"
    elif verdict["answer"] != "yes" and verdict["reasons"]:
        told = f": {verdict['reasons'][0]}"
    else:
        told = "; no problem that matters"
    return f"Data: {report['grade']}, {answer[verdict['answer']]}{told}, see quality.html."


def print_answer(screen: Screen, report: Mapping[str, Any]) -> None:
    """The verdict, from how much, and why."""
    answer = str(report["verdict"]["answer"])
    screen.headline(f"Good enough to build on? {ANSWERS[answer]} Grade {report['grade']}.", STYLES[answer])
    read = sum(each["read"] for each in report["reconciliation"])
    found = report["evidence"]
    deals = f"; {found['won']:,} won, {found['lost']:,} lost, {found['open']:,} open" if any(found.values()) else ""
    day = f", up to {report['as_of']}" if report["as_of"] else ""
    print_wrapped(screen, f"{read:,} rows read into {len(report['tables'])} tables{day}{deals}.")
    shown = [one["text"] for one in report["problems"][:SHOWN]]
    for reason in report["verdict"]["reasons"]:
        if reason not in shown:  # what follows below is not said twice
            print_wrapped(screen, reason, "  - ")


def print_grades(screen: Screen, report: Mapping[str, Any]) -> None:
    """A line a table: grade, rows, and rows read = kept + merged + rejected."""
    screen.heading("Tables (rows read = kept + merged + rejected)")
    counts = {each["table"]: each for each in report["reconciliation"]}
    rows = [
        (
            name,
            each["grade"],
            counts[name]["read"],
            counts[name]["kept"],
            counts[name]["merged"],
            counts[name]["rejected"],
        )
        for name, each in report["tables"].items()
    ]
    screen.table(("table", "grade", "read", "kept", "merged", "rejected"), rows)


def print_problems(screen: Screen, problems: Sequence[Mapping[str, Any]], title: str = "What matters most") -> None:
    """The problems by what they would do to a profile, with the remedy; all of them when verbose."""
    if not problems:
        return
    screen.heading(f"{title} (effect on a profile, 0 to 100)")
    shown = problems if screen.verbose else problems[:SHOWN]
    for one in shown:
        effect = f"{one['effect']:.0f}" if one["effect"] >= 1 else "<1"
        print_wrapped(screen, one["text"], f"{effect:>4}  ", style="bold")
        print_wrapped(screen, f"{one['effect_text']}.", "      does: ", hang=12)
        print_wrapped(screen, f"{one['remedy']}.", "      mend: ", hang=12)
    if len(shown) < len(problems):
        screen.line(f"  … and {len(problems) - len(shown)} smaller ones; --verbose or quality.html show all.")


def print_drift(screen: Screen, report: Mapping[str, Any]) -> None:
    """What moved since the last import, in a line a table."""
    drift = report["drift"]
    if not drift:
        return
    day = f" (up to {drift['as_of_before']})" if drift["as_of_before"] else ""
    screen.heading(f"Since the last import{day}")
    for name, each in drift["tables"].items():
        columns = report["tables"][name]["columns"].values()
        moved = sum(bool(figure["drift"] and figure["drift"]["moved"]) for figure in columns)
        print_wrapped(
            screen,
            f"{name}: {each['rows_before']:,} rows, now {each['rows']:,}; {moved} columns spread otherwise, "
            f"{len(each['columns_new'])} new, {len(each['columns_gone'])} gone",
            "  - ",
        )


def print_table(screen: Screen, table: str, report: Mapping[str, Any]) -> None:
    """One table: its grade and reasons, its columns, its problems."""
    each = report["tables"][table]
    screen.heading(f"{table}: grade {each['grade']}, {each['rows']:,} rows")
    for reason in each["reasons"]:
        print_wrapped(screen, reason, "  - ")
    if fresh := each["freshness"]:
        how = "last changed" if fresh["changed"] else f"by {fresh['by']}"
        print_wrapped(screen, f"{how}: latest {fresh['latest']}, half of them since {fresh['median']}", "  - ")
    if each["withheld"]:
        print_wrapped(screen, f"withheld, since they are about persons: {', '.join(each['withheld'])}", "  - ")
    screen.line()
    rows = [
        (
            textwrap.shorten(name, 34, placeholder="…"),
            _percent(figure["completeness"]),
            _percent(figure["validity"]),
            figure["distinct_about"],
            _values(figure),
        )
        for name, figure in each["columns"].items()
    ]
    screen.table(("column", "known", "valid", "distinct", "values"), rows)
    print_problems(screen, _of_table(report, table), "What was found in it")


def _of_table(report: Mapping[str, Any], table: str) -> list[Mapping[str, Any]]:
    return [one for one in report["problems"] if one["table"] == table]


def _percent(share: float | None) -> str:
    if share is None:
        return ""
    return "<1%" if 0 < share < 0.005 else ">99%" if 0.995 <= share < 1 else f"{share:.0%}"


def _values(figure: Mapping[str, Any]) -> str:
    if figure["levels"]:
        return textwrap.shorten(", ".join(str(level) for level, _ in figure["levels"]), 30, placeholder=" …")
    return "" if figure["least"] is None else f"{_short(figure['least'])} to {_short(figure['most'])}"


def _short(end: object) -> str:
    return f"{end:.6g}" if isinstance(end, float | int) else str(end)


def print_wrapped(screen: Screen, text: str, first: str = "", *, hang: int | None = None, style: str = "") -> None:
    """`text` behind `first`, wrapped to the terminal (80 columns in a pipe), further lines under the first word."""
    width = min(shutil.get_terminal_size((80, 24)).columns, WIDEST)
    indent = " " * (len(first) if hang is None else hang)
    for line in textwrap.wrap(text, width, initial_indent=first, subsequent_indent=indent, break_long_words=False) or [
        first
    ]:
        screen.line(line, style)
