"""From what rules find to findings: placed in the file, silenced where people allowed it, in the order of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from idealfit.lint.rule import Edit, Fault, Rule, Severity
from idealfit.lint.rules import CODES, MEND_FIRST, rule_of
from idealfit.lint.subject import Path, Subject

GRAVITY: Final[dict[Severity, int]] = {"error": 0, "warning": 1, "note": 2}
_COMMENT = re.compile(
    r"(?:^|\s)#\s*(?:noqa|check|allow)\s*:?\s*(?P<codes>ICP\d{3}(?:\s*,\s*ICP\d{3})*)(?P<rest>.*)$", re.IGNORECASE
)
_BEFORE_A_REASON = re.compile(r"^[\s:,;(–—-]*(?:because\b|reason\b)?[\s:,–—-]*", re.IGNORECASE)  # noqa: RUF001
_OVER: Final = "ICP604"
"""The rule that speaks of exceptions themselves."""


@dataclass(frozen=True)
class Finding:
    """One thing wrong: the rule's code and name, how grave, what and what to do, where (line and column from 1), at
    which entry (an id, a role, a section), and the safe changes that mend it, if any.
    """

    code: str
    rule: str
    severity: Severity
    message: str
    remedy: str
    entry: str
    file: str | None
    line: int
    column: int
    fixable: bool = False
    edits: tuple[Edit, ...] = ()
    urgent: bool = False

    def __str__(self) -> str:
        """'profile.yaml:7:9 ICP201 what. what to do'."""
        return f"{self.file or 'profile'}:{self.line}:{self.column} {self.code} {self.message}. {self.remedy}"


@dataclass(frozen=True)
class Silenced:
    """A finding that people decided to live with, and why."""

    finding: Finding
    because: str


@dataclass(frozen=True)
class Findings:
    """What the rules found, and what was silenced, each in the order of the file."""

    found: tuple[Finding, ...]
    silenced: tuple[Silenced, ...] = ()

    @property
    def first(self) -> Finding | None:
        """The one to mend first."""
        return min(self.found, key=_urgency, default=None)


@dataclass
class _Exception:
    """One exception: a comment at `line`, entry `number` of `check: allow:`, or the company's, for all profiles."""

    code: str
    because: str
    line: int = 0
    at: str | None = None
    number: int | None = None
    company: bool = False
    used: bool = False


def findings_of(subject: Subject, rules: Sequence[Rule]) -> Findings:
    """What `rules` find in `subject`. Exceptions in comments (`# noqa: ICP301 because …`) stand at the line of the
    finding, at the first line of its entry, or on the line above; those in `check: allow:` name the entry. An exception
    without a reason silences nothing; one that silences nothing is told where ICP604 is among the rules.
    """
    exceptions = [*_comments(subject), *_allowed(subject)]
    found: list[Finding] = []
    silenced: list[Silenced] = []
    for rule in rules:
        for fault in rule.find(subject):
            finding = _placed(subject, rule, fault)
            allowed = [one for one in exceptions if one.because and _speaks_of(one, finding, subject, fault)]
            for one in allowed:
                one.used = True
            if allowed:
                silenced.append(Silenced(finding, allowed[0].because))
            else:
                found.append(finding)
    over = rule_of(_OVER)
    if over is not None:
        run = {rule.code for rule in rules}
        found += [_placed(subject, over, fault, line) for fault, line in _idle(exceptions, run)]
    order = dict.fromkeys(sorted(found, key=_place))
    return Findings(tuple(order), tuple(sorted(silenced, key=lambda one: _place(one.finding))))


def _placed(subject: Subject, rule: Rule, fault: Fault, line: int | None = None) -> Finding:
    place = subject.marked.position(fault.path, of_key=fault.of_key)
    return Finding(
        code=rule.code,
        rule=rule.name,
        severity=fault.severity or rule.severity,
        message=_one_line(fault.what),
        remedy=_ended(_one_line(fault.remedy)),
        entry=_entry(subject.marked.content, fault.path),
        file=subject.marked.file,
        line=line or place.line or 1,
        column=1 if line else place.column or 1,
        fixable=bool(fault.edits),
        edits=fault.edits,
        urgent=fault.urgent,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split()).rstrip(".")


def _ended(text: str) -> str:
    return text if text.endswith(("?", "…")) else f"{text}."


def _entry(content: Any, path: Path) -> str:
    """What an exception calls the place: the id, role or ask of the deepest entry on the way, else the section."""
    name, node = str(path[0]), content
    for part in path:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(node, dict):
            name = next((str(node[key]) for key in ("id", "role") if node.get(key)), name)
    return name


def _entry_path(content: Any, path: Path) -> Path:
    """The way to the deepest entry of a list on `path`; the whole path where there is none."""
    node, deepest = content, path
    for depth, part in enumerate(path, start=1):
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            break
        if isinstance(part, int):
            deepest = path[:depth]
    return deepest


def _urgency(finding: Finding) -> tuple[int, bool, int, int, int]:
    place = MEND_FIRST.index(finding.code) if finding.code in MEND_FIRST else len(MEND_FIRST)
    return (GRAVITY[finding.severity], not finding.urgent, place, finding.line, finding.column)


def _place(finding: Finding) -> tuple[int, int, str, str]:
    return (finding.line, finding.column, finding.code, finding.message)


# Exceptions


def _comments(subject: Subject) -> Iterator[_Exception]:
    for line, text in enumerate(subject.marked.lines, start=1):
        if told := _COMMENT.search(text):
            because = _BEFORE_A_REASON.sub("", told["rest"]).strip(" )")
            for code in re.findall(r"ICP\d{3}", told["codes"].upper()):
                yield _Exception(code, because, line=line)


def _allowed(subject: Subject) -> Iterator[_Exception]:
    for number, one in enumerate(subject.profile.check.allow):
        if one.until is None or one.until >= subject.today:
            yield _Exception(one.code, one.because, at=one.at, number=number)
    for one in subject.allowed:
        if one.until is None or one.until >= subject.today:
            yield _Exception(one.code, one.because, at=one.at, company=True)


def _speaks_of(one: _Exception, finding: Finding, subject: Subject, fault: Fault) -> bool:
    if one.code != finding.code:
        return False
    if one.number is not None or one.company:
        return one.at is None or one.at.strip().casefold() in (finding.entry.casefold(), str(fault.path[0]).casefold())
    start = subject.marked.position(_entry_path(subject.marked.content, fault.path)).line or 1
    lines = {finding.line, start}
    alone = subject.marked.lines[one.line - 1].lstrip().startswith("#")
    return one.line in lines or (alone and _next_line(subject.marked.lines, one.line) in lines)


def _next_line(lines: Sequence[str], line: int) -> int:
    """The number of the first line after `line` that is more than a comment."""
    for number, text in enumerate(lines[line:], start=line + 1):
        if text.strip() and not text.lstrip().startswith("#"):
            return number
    return 0


def _idle(exceptions: Iterable[_Exception], run: set[str]) -> Iterator[tuple[Fault, int | None]]:
    """Exceptions that say no reason, always; those that silence nothing or name no rule, where ICP604 is run."""
    for one in exceptions:
        if one.company:
            continue  # what silences nothing here may do so in another profile
        path: Path = ("check", "allow", one.number) if one.number is not None else ()
        line = one.line or None
        if not one.because:
            what = f"The exception from {one.code} gives no reason, so it silences nothing"
            yield Fault(path or ("profile",), what, f"Write: # noqa: {one.code} because …"), line
        elif _OVER not in run:
            continue
        elif one.number is None and one.code not in CODES:
            yield Fault(("profile",), f"There is no rule {one.code}", "`idealfit check --explain all` lists them"), line
        elif not one.used and one.code in run:
            edits = (Edit(path, None),) if path else ()
            yield (
                Fault(
                    path or ("profile",), f"The exception from {one.code} silences nothing", "Take it out", False, edits
                ),
                line,
            )
