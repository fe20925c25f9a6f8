"""What a rule of the linter is: a stable code, a name, how grave it is, and a plain function that finds its faults."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from inspect import cleandoc
from typing import Literal, TypeAlias

from idealfit.lint.subject import Path, Subject

Severity: TypeAlias = Literal["error", "warning", "note"]
Needs: TypeAlias = Literal["file", "workspace"]


@dataclass(frozen=True)
class Edit:
    """One safe change of the file: the value at `path` becomes `value`; with None the entry is removed."""

    path: Path
    value: object


@dataclass(frozen=True)
class Fault:
    """What a rule found: where in the file (`path`; its key, with `of_key`), what is wrong and what to do about it.

    `edits` mend it without changing what the profile means; where there are none, a person has to. `severity` is the
    rule's own where it is None; an `urgent` one is mended before others of its severity.
    """

    path: Path
    what: str
    remedy: str
    of_key: bool = False
    edits: tuple[Edit, ...] = ()
    severity: Severity | None = None
    urgent: bool = False


Find: TypeAlias = Callable[[Subject], Iterable[Fault]]


@dataclass(frozen=True)
class Rule:
    """One rule. `fails` and `passes` are pieces of a profile file (top-level keys laid over a sound profile); a rule
    over records tells them in words instead (`needs` is then 'workspace').
    """

    code: str
    name: str
    severity: Severity
    default: bool
    needs: Needs
    find: Find
    fails: str
    passes: str

    @property
    def summary(self) -> str:
        """What the rule finds, in a sentence."""
        return " ".join(cleandoc(self.find.__doc__ or "").split("\n\n", maxsplit=1)[0].split())

    @property
    def reason(self) -> str:
        """Why it matters and what to do."""
        _, _, rest = cleandoc(self.find.__doc__ or "").partition("\n\n")
        return " ".join(rest.split())


def rule(
    code: str,
    name: str,
    *,
    severity: Severity = "warning",
    default: bool = False,
    needs: Needs = "file",
    fails: str,
    passes: str,
) -> Callable[[Find], Rule]:
    """The function below it as a rule; its docstring is what `--explain` and the reference print."""
    return lambda find: Rule(code, name, severity, default, needs, find, cleandoc(fails), cleandoc(passes))
