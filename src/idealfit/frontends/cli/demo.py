"""`idealfit demo`: a made-up company, the whole way, and what was found beside what was planted."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from idealfit.frontends.cli.build import run_build
from idealfit.frontends.cli.console import Screen, shown_path
from idealfit.frontends.cli.options import Json, Quiet, Source, Verbose


def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the made-up company is written.")] = Path("demo"),
    *,
    seed: Annotated[int, typer.Option("--seed", help="Another number makes another company.")] = 7,
    no_signal: Annotated[
        bool, typer.Option("--no-signal", help="A company whose customers have nothing in common: the honest no.")
    ] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help="Open its pages in the browser when it is done. Ctrl-C ends it.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Make up a company with a planted truth, run the whole way, and compare what was found with what was planted."""
    from idealfit import demo as company
    from idealfit.frontends.cli.report import build_document, print_build

    screen = Screen(json=json, quiet=quiet, verbose=verbose)
    data, workspace = folder / "data", folder / "idealfit"
    screen.line(f"Making up a company (seed {seed}) in {shown_path(data)}; nothing in it is real.")
    truth = company.make_company(data, seed, signal=not no_signal)
    company.write_truth(folder / "truth.json", truth)
    screen.line(f"The same by hand: idealfit build {shown_path(data)} --workspace {shown_path(workspace)}")
    screen.line()
    result = run_build(screen, Source(str(data)), workspace)
    print_build(screen, result)
    comparison = company.compare(truth, result.evidence)
    lines = company.render(comparison)
    (folder / "comparison.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    screen.heading("Found and planted")
    for line in lines:
        screen.line(line)
    screen.line()
    screen.line(f"What was planted lies in {shown_path(folder / 'truth.json')}, outside the data.")
    if not serve:
        screen.line(f"Its pages in the browser: idealfit serve {shown_path(workspace)}")
    screen.document({**build_document(result), "comparison": comparison})
    if serve:
        from idealfit.frontends.cli.serve import serve as open_pages

        open_pages(workspace, quiet=quiet)
