"""The `idealfit` command: which commands there are, and how a run ends. Each command imports its work when it runs,
so that `--help` stays quick.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from idealfit import __version__
from idealfit.errors import IdealfitError
from idealfit.frontends.cli import faults
from idealfit.frontends.cli.agreeing import agree
from idealfit.frontends.cli.asking import audit, cohort, explain, why_not
from idealfit.frontends.cli.build import build
from idealfit.frontends.cli.check import check
from idealfit.frontends.cli.comparing import compare
from idealfit.frontends.cli.correcting import correct
from idealfit.frontends.cli.deciding import accept, approve, decline, retire, save
from idealfit.frontends.cli.demo import demo
from idealfit.frontends.cli.differing import diff
from idealfit.frontends.cli.duplicates import duplicates
from idealfit.frontends.cli.filtering import filter_
from idealfit.frontends.cli.finding_out import find_out
from idealfit.frontends.cli.importing import import_, imports
from idealfit.frontends.cli.interviewing import interview
from idealfit.frontends.cli.mapping import mapping
from idealfit.frontends.cli.new import new
from idealfit.frontends.cli.overlapping import overlap
from idealfit.frontends.cli.page import page
from idealfit.frontends.cli.placing import account
from idealfit.frontends.cli.quality import quality
from idealfit.frontends.cli.replaying import replay
from idealfit.frontends.cli.score import score
from idealfit.frontends.cli.serve import serve
from idealfit.frontends.cli.sql import sql
from idealfit.frontends.cli.tiering import tiers
from idealfit.frontends.cli.versioning import history, revert
from idealfit.workspace.waiting import MADE_TRUE

# The matrices of the search are small: on two cores a threaded product took ten times as long as a plain one. Read by
# numpy when it is first imported, which no command does before it runs.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

REFUSED_BY_THE_PARSER: type[Exception] = typer.BadParameter.__mro__[2]
"""The parser's own base error; Typer exports only its subclasses."""

app = typer.Typer(
    name="idealfit",
    help="Find, write, score and prove an Ideal Customer Profile from a company's own records.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (demo, build, score, check, mapping, quality, duplicates, explain, why_not, cohort, audit, accept, save):
    app.command()(command)
app.command()(account)
app.command()(correct)
app.command()(find_out)
app.command()(tiers)
app.command()(replay)
app.command()(compare)
for verb in (diff, history, revert, decline, approve, retire, agree, interview):
    app.command()(verb)
app.command()(page)
app.command()(sql)
app.command("filter")(filter_)
app.command()(new)
app.command()(overlap)
app.command()(serve)
app.command("import")(import_)
app.command()(imports)


def _print_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"idealfit {__version__}\n")
        raise typer.Exit


@app.callback()
def idealfit(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Find, write, score and prove an Ideal Customer Profile from a company's own records."""


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and answers with its exit code: 0 done, 1 our fault, 2 wrong use, 3 bad input,
    4 environment, 130 interrupted. Nothing is raised.
    """
    arguments = arguments or ["--help"]
    json, changed = "--json" in arguments, len(MADE_TRUE)
    try:
        code = typer.main.get_command(app).main(list(arguments), prog_name="idealfit", standalone_mode=False)
        sys.stdout.flush()
        if code == faults.INTERRUPTED:  # in these words the parser hands Ctrl-C on
            raise KeyboardInterrupt
        return code if isinstance(code, int) else 0
    except IdealfitError as fault:
        return faults.report(fault, json=json)
    except (KeyboardInterrupt, typer.Abort):
        return faults.report_interruption(changed=len(MADE_TRUE) > changed)
    except BrokenPipeError:
        # The reader of our output has left ('| head'): nothing is wrong, and the rest is printed to nobody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except REFUSED_BY_THE_PARSER as fault:
        return faults.report(faults.as_usage_error(fault), json=json)
    except Exception as fault:
        if faults.is_interruption(fault):
            code = faults.report_interruption(changed=len(MADE_TRUE) > changed)
        else:
            if {"--verbose", "-v"} & set(arguments):
                traceback.print_exc()
            code = faults.report(faults.as_internal_error(fault), json=json)
        return code


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a name that the terminal cannot show must not end the run
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
