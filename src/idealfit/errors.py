"""Every error that idealfit raises on purpose.

    IdealfitError                 what happened, where, what to do now; a stable code; an exit code
    ├── UsageError       exit 2   the command was asked for something it does not do      IF1xx
    ├── InputError       exit 3   a file, a table or a profile cannot be used as it is    IF2xx
    │   └── ProfileError          the profile file or a predicate in it                   IF4xx
    │       ├── PredicateError    a `when` outside the language                           IF401
    │       └── ProfileFileError  a profile file, with every problem in it                IF402
    ├── EnvironmentFault exit 4   the disk, the workspace or a missing part               IF3xx
    └── InternalError    exit 1   our fault                                               IF9xx

Each subclass has its own `code`, so that the command line, the API and the documentation name the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import ClassVar


@dataclass(frozen=True)
class Position:
    """Where something is wrong: a file, and as far as known its line and column (both from 1) and the value."""

    file: str | None = None
    line: int | None = None
    column: int | None = None
    value: str | None = None

    def __str__(self) -> str:
        parts = [self.file or ""]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        text = ", ".join(part for part in parts if part)
        return f"{text}: {self.value!r}" if self.value is not None else text


class IdealfitError(Exception):
    """What happened (`what`), where (`where`) and what to do now (`remedy`)."""

    code: ClassVar[str] = "IF900"
    exit_code: ClassVar[int] = 1

    def __init_subclass__(cls, *, code: str | None = None) -> None:
        """Most errors differ in their code only."""
        super().__init_subclass__()
        if code is not None:
            cls.code = code

    def __init__(self, what: str, *, remedy: str, where: Position | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.where = where

    def __str__(self) -> str:
        where = f" ({self.where})" if self.where is not None and str(self.where) else ""
        return f"{self.what}{where}. {self.remedy}"

    def as_dict(self) -> dict[str, object]:
        """The error as the JSON that `--json` prints and the API answers."""
        where = self.where or Position()
        return {
            "code": self.code,
            "what": self.what,
            "remedy": self.remedy,
            "file": where.file,
            "line": where.line,
            "column": where.column,
            "value": where.value,
        }

    def as_told(self) -> dict[str, object]:
        """`as_dict` for whoever is not at this machine's command line: of a file its name, never the folders."""

        def outside(told: dict[str, object]) -> dict[str, object]:
            file, problems = told.get("file"), told.get("problems")
            if isinstance(file, str) and PurePath(file).is_absolute():
                told["file"] = PurePath(file).name
            return told | ({"problems": [outside(one) for one in problems]} if isinstance(problems, list) else {})

        return outside(self.as_dict())


class UsageError(IdealfitError):
    """The command was asked for something that it does not do."""

    code: ClassVar[str] = "IF100"
    exit_code: ClassVar[int] = 2


class InputError(IdealfitError):
    """A file or a table cannot be used as it is."""

    code: ClassVar[str] = "IF200"
    exit_code: ClassVar[int] = 3


class ProfileError(InputError, code="IF400"):
    """The profile file, or a predicate in it, cannot be understood."""


class PredicateError(ProfileError):
    """A `when` that is not in the language: where in the text, what would be allowed there, what was perhaps meant.

    `position` counts characters of the text from 1; `expected` names what could stand there; `suggestion` is a near
    miss among the names that exist.
    """

    code: ClassVar[str] = "IF401"

    def __init__(
        self, what: str, *, text: str, position: int, expected: tuple[str, ...] = (), suggestion: str | None = None
    ) -> None:
        hints = [f"Did you mean {suggestion}?"] if suggestion else []
        if expected:
            hints.append(f"Allowed here: {', '.join(expected)}.")
        remedy = " ".join(hints) or "See the reference of the predicate language."
        excerpt = text[position - 1 : position + 19] or None
        super().__init__(what, remedy=remedy, where=Position(column=position, value=excerpt))
        self.text = text
        self.position = position
        self.expected = expected
        self.suggestion = suggestion


@dataclass(frozen=True)
class ProfileProblem:
    """One thing wrong in a profile file: what, where (line and column of the file, from 1), and what to do."""

    what: str
    remedy: str
    where: Position

    def __str__(self) -> str:
        where = f"{self.where}: " if str(self.where) else ""
        return f"{where}{self.what}. {self.remedy}"


class ProfileFileError(ProfileError):
    """A profile file that cannot be used: every problem in it at once, in the order of the file."""

    code: ClassVar[str] = "IF402"

    def __init__(self, problems: tuple[ProfileProblem, ...]) -> None:
        first, others = problems[0], len(problems) - 1
        what = first.what if not others else f"{first.what}, and {others} more problem{'s' if others > 1 else ''}"
        super().__init__(what, remedy=first.remedy, where=first.where)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)

    def as_dict(self) -> dict[str, object]:
        """The error as JSON, with all its problems."""
        problems = [
            {
                "what": problem.what,
                "remedy": problem.remedy,
                "file": problem.where.file,
                "line": problem.where.line,
                "column": problem.where.column,
                "value": problem.where.value,
            }
            for problem in self.problems
        ]
        return super().as_dict() | {"problems": problems}


class CompanyFileUnreadable(InputError, code="IF211"):
    """company.yaml is there and cannot be understood."""


class MappingUnreadable(InputError, code="IF212"):
    """A mapping file cannot be understood."""


class NoAccounts(InputError, code="IF213"):
    """No file of the folder holds accounts, nor anything that accounts could be made of."""


class NothingKept(InputError, code="IF214"):
    """Every row of a table that is needed was rejected."""


class EnvironmentFault(IdealfitError):
    """The disk, the workspace or a part of the machine stands in the way."""

    code: ClassVar[str] = "IF300"
    exit_code: ClassVar[int] = 4


class InternalError(IdealfitError):
    """Our fault."""


class UnreadableFile(InputError, code="IF201"):
    """A file holds no table that can be read: empty, binary, header only, damaged."""


class FolderMissing(InputError, code="IF202"):
    """The folder or file of records does not exist, or may not be read."""


class ArchiveRefused(UnreadableFile, code="IF203"):
    """An archive that would inflate beyond the limits, is encrypted or lies about its contents."""


class WorkspaceMissing(EnvironmentFault, code="IF301"):
    """There is no workspace at the given place."""


class NotAWorkspace(EnvironmentFault, code="IF302"):
    """The folder exists and holds something else."""


class WorkspaceTooNew(EnvironmentFault, code="IF303"):
    """The workspace was written by a newer idealfit."""


class WorkspaceNotWritable(EnvironmentFault, code="IF304"):
    """The workspace folder may not be written to."""


class WorkspaceDamaged(EnvironmentFault, code="IF305"):
    """A file of the workspace is gone or cannot be read."""


class WriteFailed(EnvironmentFault, code="IF306"):
    """The disk refused a write; the old file is intact."""


class WorkspaceBusy(EnvironmentFault, code="IF307"):
    """Another process is writing to the workspace."""


class ListSettingRefused(UsageError, code="IF180"):
    """A setting of the lists that cannot be: a negative number of days, say."""


class ListsDoNotReconcile(InternalError, code="IF980"):
    """An account would stand on no list, or on two."""


class PageFault(InternalError, code="IF700"):
    """The page of a profile could not be set."""


class NoAccountsToScore(InputError, code="IF501"):
    """There is no table of accounts with an id."""


class NoSuchPair(UsageError, code="IF108"):
    """A decision about accounts that are not there, or the undoing of one that nobody made."""


class DecisionUnreadable(InputError, code="IF205"):
    """A filled-in file of decisions about duplicates cannot be used."""


class NoSuchExclusion(UsageError, code="IF101"):
    """An exclusion was named that the profile does not have."""


class ProfileFileMissing(EnvironmentFault, code="IF308"):
    """The workspace holds no profile file, or none of that motion."""


class OutputNotSupported(UsageError, code="IF102"):
    """An output file was named whose format is not written."""


class NoSuchCriterion(UsageError, code="IF104"):
    """A criterion was named that the last build did not find."""


class NoSuchAttribute(UsageError, code="IF105"):
    """An attribute was named that the records do not have."""


class NoSuchAccount(UsageError, code="IF111"):
    """An account was named that the scores do not have, or a name that several have."""


class EvidenceMissing(EnvironmentFault, code="IF310"):
    """The workspace holds no evidence.json: nothing was built yet."""


class ReaderUnavailable(EnvironmentFault, code="IF309"):
    """The child process that reads files cannot be started."""


class UpdateRefused(InputError, code="IF221"):
    """An export of changes only cannot be merged: there is nothing to merge it with, or its rows have no ids."""


class NoSuchImport(UsageError, code="IF106"):
    """An import was named that the workspace has not seen, or whose tables it no longer has."""


class DatabaseRefused(InputError, code="IF204"):
    """A database has no such table, does not let us read it, or does not understand the query."""


class DatabaseUnreachable(EnvironmentFault, code="IF311"):
    """A database does not answer, or does not let us in."""


class DatabaseAddressWrong(UsageError, code="IF107"):
    """The address of a database, or what to read from it, cannot be understood."""


class DriverMissing(EnvironmentFault, code="IF312"):
    """The package that speaks to a kind of database is not installed."""


class NoQualityReport(EnvironmentFault, code="IF313"):
    """The workspace has no quality report that this version can read."""


class NoSuchMotion(UsageError, code="IF109"):
    """The deals tell their motion, and none of them is of the one that was named."""


class BestUnreadable(UsageError, code="IF110"):
    """What was written for `--best` cannot be understood; the message shows where."""


class BestNotKnown(InputError, code="IF602"):
    """The records do not tell what a choice of best asks for, of anybody or of too few."""


class MissingPart(EnvironmentFault, code="IF319"):
    """Something was asked for that needs an extra which is not installed."""


class FormUnknown(UsageError, code="IF119"):
    """A file was asked for whose ending names no form that can be printed."""


class NoSuchRule(UsageError, code="IF112"):
    """A rule of the linter was named that there is not."""


class NoSuchVersion(UsageError, code="IF115"):
    """A version of the profile was named that does not exist."""


class NotToBeApproved(UsageError, code="IF116"):
    """The profile cannot be approved as it is: an exclusion waits for a decision, or it is retired."""


class NotAnOwner(UsageError, code="IF117"):
    """Somebody signs for a team that does not own the profile."""


class TooFewAccounts(InputError, code="IF222"):
    """There are too few accounts to do what was asked: to agree on, or to learn from."""


class NoSuchTemplate(UsageError, code="IF120"):
    """A template of a profile was named that does not ship with idealfit."""


class OutputExists(UsageError, code="IF121"):
    """A file would be written where there is one already."""


class RequestNotUnderstood(UsageError, code="IF130"):
    """A request's body or parameters are not what the call takes."""


class RequestRefused(UsageError, code="IF131"):
    """A request comes from another site, or asks for another host than this one."""


class RequestTooLarge(UsageError, code="IF132"):
    """A request's body is larger than one may be."""


class KeyUsedOtherwise(UsageError, code="IF133"):
    """A key that stands for the answer to one request came with another request."""


class MotionWithoutProfile(UsageError, code="IF134"):
    """A motion was named that the workspace has no profile of."""


class PortTaken(EnvironmentFault, code="IF330"):
    """Another program answers at the port already, or nobody may listen there."""


class SessionMissing(UsageError, code="IF135"):
    """A page was asked for by a browser that has no open session."""


class SparkAddressWrong(UsageError, code="IF136"):
    """An address of Spark, or a setting behind it, cannot be understood."""


class SparkRefused(InputError, code="IF206"):
    """Spark cannot read a table, or not write the result."""


class FilterUnreadable(InputError, code="IF207"):
    """A file is not a filter as the tool writes it."""


class SparkNotStarted(EnvironmentFault, code="IF314"):
    """Spark cannot run here: no Java, or a cluster that does not answer."""


class NoSuchJob(UsageError, code="IF137"):
    """A job that the workspace does not have, or a kind of work that there is not."""


class NoSuchDecision(UsageError, code="IF138"):
    """A decision on a lead that the workspace does not have."""


class NoSuchUpload(UsageError, code="IF139"):
    """Files that were handed over in the browser, and are not there."""


class UploadRefused(EnvironmentFault, code="IF331"):
    """Files cannot be kept: there is no room for them."""


class CorrectionRefused(UsageError, code="IF140"):
    """A value was to be corrected by hand that cannot be: no such column, not of its kind, nobody named, no reason."""
