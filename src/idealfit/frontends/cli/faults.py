"""How a command ends when it does not end well: one code, one message, one exit code; never a trace-back."""

from __future__ import annotations

import sys

from idealfit.errors import IdealfitError, InternalError, ProfileFileError, UsageError
from idealfit.frontends.cli.console import as_json, is_terminal, rich_console

INTERRUPTED = 130
"""What a shell reports for a program stopped by Ctrl-C (128 + SIGINT)."""


def report(fault: IdealfitError, *, json: bool) -> int:
    """Prints `fault` (JSON on stdout, or text on stderr) and answers with its exit code."""
    if json:
        sys.stdout.write(as_json({"error": fault.as_dict()}) + "\n")
        return fault.exit_code
    lines = lines_of(fault)
    head = f"error {fault.code}: "
    if is_terminal(sys.stderr):
        console = rich_console(stderr=True)
        console.print(head, style="bold red", end="")
        console.print("\n".join(lines), markup=False)
    else:
        sys.stderr.write(head + "\n".join(lines) + "\n")
    return fault.exit_code


def is_interruption(fault: Exception) -> bool:
    """Whether it is what the engine makes of Ctrl-C while it computes."""
    return isinstance(fault, RuntimeError) and str(fault) == "Query interrupted"


def report_interruption(*, changed: bool) -> int:
    """Says how Ctrl-C left the workspace: as it was, or `changed` by what had been done by then; its exit code."""
    left = "What it had done by then stays" if changed else "The workspace is as it was before this run"
    sys.stderr.write(f"\nInterrupted. {left}.\n")
    return INTERRUPTED


def lines_of(fault: IdealfitError) -> list[str]:
    """What happened, where, and what to do; an error that holds several problems tells each of them."""
    if isinstance(fault, ProfileFileError) and len(fault.problems) > 1:
        lines = [f"{len(fault.problems)} problems in the profile"]
        for problem in fault.problems:
            lines += [f"  {problem.where}: {problem.what}", f"    what to do: {problem.remedy}"]
        return lines
    where = [f"  where: {fault.where}"] if fault.where is not None and str(fault.where) else []
    return [fault.what, *where, f"  what to do: {fault.remedy}"]


def as_usage_error(fault: Exception) -> UsageError:
    """What the parser of the command line refused, as one of our errors."""
    message = getattr(fault, "format_message", lambda: str(fault))().rstrip(".")
    context = getattr(fault, "ctx", None)
    command = getattr(context, "command_path", "idealfit")
    return UsageError(message, remedy=f"'{command} --help' shows what it takes.")


def as_internal_error(fault: Exception) -> InternalError:
    """A fault that nobody foresaw, without its trace."""
    lines = str(fault).splitlines()
    detail = f": {lines[0][:200]}" if lines else ""
    return InternalError(
        f"idealfit met a fault of its own ({type(fault).__name__}{detail})",
        remedy="Nothing published before was changed. The same command with --verbose shows the trace to report.",
    )
