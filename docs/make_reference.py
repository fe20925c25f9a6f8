"""Writes docs/reference from the program itself: the commands' help, the errors and exit codes, the schemas.

`make docs` runs it; a test holds the committed files equal to what it would write.
"""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path

import idealfit.errors as errors_module
from idealfit.errors import IdealfitError

REFERENCE = Path(__file__).resolve().parent / "reference"
MADE = "<!-- made by docs/make_reference.py; `make docs` writes it again -->\n\n"
EXIT_CODES = (
    (0, "done; an honest 'no profile' included"),
    (1, "our fault"),
    (2, "wrong use"),
    (3, "bad input"),
    (4, "environment: disk, workspace, a missing part"),
    (130, "interrupted with Ctrl-C; the workspace is as it was"),
)
NUMBERS = (
    ("IF1xx", "command line"),
    ("IF2xx", "records"),
    ("IF3xx", "store and environment"),
    ("IF4xx", "profile file and its language"),
    ("IF5xx", "scores"),
    ("IF6xx", "patterns"),
    ("IF7xx", "the page"),
    ("IF9xx", "our fault"),
)


ASK = """
import sys
from idealfit.frontends.cli.app import run
for command in sys.argv[1:]:
    run([*command.split(), "--help"])
    print(chr(0))
"""


def helps(*commands: str) -> list[str]:
    """What `idealfit COMMAND --help` prints of each command, eighty columns wide, all asked of one process."""
    environment = {**os.environ, "COLUMNS": "80", "TERMINAL_WIDTH": "80", "NO_COLOR": "1"}
    run = [sys.executable, "-c", ASK, *commands]
    printed = subprocess.run(run, capture_output=True, text=True, check=True, env=environment).stdout
    return [text.strip("\n").rstrip() for text in printed.split(chr(0))][:-1]


def command_names() -> tuple[str, ...]:
    """Every command, in the order in which `--help` lists them."""
    import typer

    from idealfit.frontends.cli.app import app

    return tuple(getattr(typer.main.get_command(app), "commands"))  # noqa: B009 - Typer's group, which has no public type


def commands() -> str:
    """docs/reference/commands.md."""
    names = command_names()
    first, *rest = helps("", *names)
    parts = [f"# Commands\n\n{MADE}", f"```text\n{first}\n```\n"]
    parts += [f"\n## idealfit {command}\n\n```text\n{text}\n```\n" for command, text in zip(names, rest, strict=True)]
    return "".join(parts)


def error_classes() -> list[type[IdealfitError]]:
    """Every error of idealfit, by code and name."""
    kinds = [
        kind for kind in vars(errors_module).values() if isinstance(kind, type) and issubclass(kind, IdealfitError)
    ]
    return sorted(kinds, key=lambda kind: (kind.code, kind.__name__))


def errors() -> str:
    """docs/reference/errors.md."""
    lines = ["# Errors and exit codes", "", MADE.strip(), ""]
    lines += ["Every error says what happened, where, and what to do. The command line prints", ""]
    lines += ["    error IF201: what happened", "      where: file, line, column: value", "      what to do: …", ""]
    lines += ['and with `--json` one document: `{"error": {"code": …, "what": …, "remedy": …, "file": …}}`.', ""]
    lines += ["| exit code | meaning |", "|---|---|", *(f"| {code} | {text} |" for code, text in EXIT_CODES), ""]
    lines += ["| codes | part |", "|---|---|", *(f"| {code} | {text} |" for code, text in NUMBERS), ""]
    lines += ["| code | exit | name | meaning |", "|---|---|---|---|"]
    for kind in error_classes():
        meaning = " ".join((inspect.getdoc(kind) or "").split("\n\n")[0].split())
        lines.append(f"| {kind.code} | {kind.exit_code} | `{kind.__name__}` | {meaning} |")
    return "\n".join(lines) + "\n"


def checks() -> str:
    """docs/reference/checks.md: the rules of `idealfit check`."""
    from idealfit.lint.explaining import reference

    return reference(MADE)


def language() -> str:
    """docs/reference/predicate.md."""
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from language_reference import language as written

    return f"# The language of `when`\n\n{MADE}{written()}"


def profile_schema() -> str:
    """docs/reference/profile.schema.json."""
    from idealfit.profile.document import profile_schema as schema

    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def company_schema() -> str:
    """docs/reference/company.schema.json."""
    from idealfit.records.company import company_schema as schema

    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def mapping_schema() -> str:
    """docs/reference/mapping.schema.json."""
    from idealfit.records.mapping import mapping_schema as schema

    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def vendor_schema() -> str:
    """docs/reference/vendor.schema.json."""
    from idealfit.records.recognising.vendors.document import vendor_schema as schema

    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def published_schema(name: str) -> str:
    """The schema of an answer that a command prints as JSON."""
    from idealfit.workspace.published import answer_schema

    return json.dumps(answer_schema(name), indent=2, ensure_ascii=False) + "\n"


def written_schema(stage: str, name: str) -> str:
    """The schema of a document that `build` writes, as the stage that makes the document publishes it."""
    return (files("idealfit") / stage / "schema" / name).read_text(encoding="utf-8")


PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "errors.md": errors,
    "predicate.md": language,
    "checks.md": checks,
    "profile.schema.json": profile_schema,
    "company.schema.json": company_schema,
    "mapping.schema.json": mapping_schema,
    "vendor.schema.json": vendor_schema,
    "evidence.schema.json": partial(written_schema, "patterns", "evidence.schema.json"),
    "comparison.schema.json": partial(written_schema, "patterns", "comparison.schema.json"),
    "diff.schema.json": partial(written_schema, "profile", "diff.schema.json"),
    "history.schema.json": partial(written_schema, "profile", "history.schema.json"),
    **{
        f"{name}.schema.json": partial(published_schema, name)
        for name in (
            "account",
            "filter",
            "find_out",
            "tiers",
            "check",
            "agree",
            "agree-sheets",
            "interview",
            "page",
            "page-file",
            "card-file",
        )
    },
    "quality.schema.json": partial(written_schema, "records/quality", "quality.schema.json"),
}


def main() -> None:
    """Writes every page of the reference."""
    for name, make in PAGES.items():
        (REFERENCE / name).write_text(make(), encoding="utf-8")
        print(f"docs/reference/{name}")


if __name__ == "__main__":
    main()
