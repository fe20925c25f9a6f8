from __future__ import annotations

import json
import subprocess
import sys

import pytest

from idealfit import __version__
from idealfit.errors import InputError, Position
from idealfit.frontends.cli import app as cli
from idealfit.frontends.cli.app import run

HEAVY = {
    "duckdb",
    "numpy",
    "scipy",
    "sqlglot",
    "sqlalchemy",
    "alembic",
    "pydantic",
    "jinja2",
    "typst",
    "ruamel",
    "rich",
}


def modules_after(*arguments: str) -> set[str]:
    code = (
        "import sys\nfrom idealfit.frontends.cli.app import run\n"
        f"run({list(arguments)!r})\nprint('MODULES', *{{name.split('.')[0] for name in sys.modules}})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("MODULES")[2].split())


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    assert modules_after(*arguments) & HEAVY == set()


@pytest.mark.parametrize("command", ["demo", "build", "score", "check"])
def test_a_commands_help_imports_nothing_heavy_but_what_typer_reads_options_with(command: str) -> None:
    assert modules_after(command, "--help") & HEAVY <= {"pydantic"}


def test_importing_idealfit_imports_nothing_heavy() -> None:
    code = "import sys, idealfit; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) & (HEAVY | {"typer"}) == set()


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"idealfit {__version__}\n"


def test_no_arguments_show_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 0
    assert "build" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["build"],
        ["build", "x", "--nonsense"],
        ["build", "x", "--as-of", "yesterday"],
        ["demo", "--seed", "x"],
    ],
)
def test_wrong_use_ends_with_code_2_and_says_what_to_do(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error IF100: ")
    assert "what to do:" in err
    assert "Traceback" not in err


def test_an_error_under_json_is_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["build", "x", "--as-of", "yesterday", "--json"]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out)["error"]["code"] == "IF100"
    assert err == ""


def failing(fault: BaseException):
    def command(*arguments: object, **options: object) -> None:
        raise fault

    return command


@pytest.mark.parametrize(
    ("fault", "code", "said"),
    [
        (
            InputError("no accounts", remedy="Add them.", where=Position("a.csv", 3, 2, "x")),
            3,
            "where: a.csv, line 3, column 2: 'x'",
        ),
        (KeyboardInterrupt(), 130, "The workspace is as it was"),
        (RuntimeError("Query interrupted"), 130, "The workspace is as it was"),
        (ZeroDivisionError("secret detail"), 1, "error IF900"),
    ],
)
def test_each_way_of_failing_has_its_exit_code(
    fault: BaseException, code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(cli.typer.main, "get_command", lambda app: type("Command", (), {"main": failing(fault)})())
    assert run(["build", "x"]) == code
    err = capsys.readouterr().err
    assert said in err
    assert "Traceback" not in err


def test_verbose_shows_the_trace_of_a_fault_of_ours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fault = ZeroDivisionError("one by nothing")
    monkeypatch.setattr(cli.typer.main, "get_command", lambda app: type("Command", (), {"main": failing(fault)})())
    assert run(["build", "x", "--verbose"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_reader_that_leaves_early_is_no_fault() -> None:
    code = "from idealfit.frontends.cli.app import main; import sys; sys.argv = ['idealfit', '--help']; main()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run_:
        assert run_.stdout is not None and run_.stderr is not None
        run_.stdout.close()
        assert "Traceback" not in run_.stderr.read()


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "idealfit", "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"idealfit {__version__}\n")
