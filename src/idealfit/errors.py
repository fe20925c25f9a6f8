"""Every error that idealfit raises on purpose.

    IdealfitError                 what happened, where, what to do now; a stable code; an exit code
    ├── UsageError       exit 2   the command was asked for something it does not do      IF1xx
    ├── InputError       exit 3   a file, a table or a profile cannot be used as it is    IF2xx
    │   └── ProfileError          the profile file or a predicate in it                   IF4xx
    │       ├── PredicateError    a `when` outside the language                           IF401
    │       └── ProfileFileError  a profile file, with every problem in it                IF402
    ├── EnvironmentFault exit 4   the disk, the workspace or a missing part               IF3xx
    └── InternalError    exit 1   our fault                                               IF9xx

Each subclass sets its own `code`, so that the command line, the API and the documentation name the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass
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


class UsageError(IdealfitError):
    """The command was asked for something that it does not do."""

    code: ClassVar[str] = "IF100"
    exit_code: ClassVar[int] = 2


class InputError(IdealfitError):
    """A file or a table cannot be used as it is."""

    code: ClassVar[str] = "IF200"
    exit_code: ClassVar[int] = 3


class ProfileError(InputError):
    """The profile file, or a predicate in it, cannot be understood."""

    code: ClassVar[str] = "IF400"


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


class CompanyFileUnreadable(InputError):
    """company.yaml is there and cannot be understood."""

    code: ClassVar[str] = "IF211"


class MappingUnreadable(InputError):
    """A mapping file cannot be understood."""

    code: ClassVar[str] = "IF212"


class NoAccounts(InputError):
    """No file of the folder holds accounts, nor anything that accounts could be made of."""

    code: ClassVar[str] = "IF213"


class NothingKept(InputError):
    """Every row of a table that is needed was rejected."""

    code: ClassVar[str] = "IF214"


class EnvironmentFault(IdealfitError):
    """The disk, the workspace or a part of the machine stands in the way."""

    code: ClassVar[str] = "IF300"
    exit_code: ClassVar[int] = 4


class InternalError(IdealfitError):
    """Our fault."""


class UnreadableFile(InputError):
    """A file holds no table that can be read: empty, binary, header only, damaged."""

    code: ClassVar[str] = "IF201"


class FolderMissing(InputError):
    """The folder or file of records does not exist, or may not be read."""

    code: ClassVar[str] = "IF202"


class ArchiveRefused(UnreadableFile):
    """An archive that would inflate beyond the limits, is encrypted or lies about its contents."""

    code: ClassVar[str] = "IF203"


class WorkspaceMissing(EnvironmentFault):
    """There is no workspace at the given place."""

    code: ClassVar[str] = "IF301"


class NotAWorkspace(EnvironmentFault):
    """The folder exists and holds something else."""

    code: ClassVar[str] = "IF302"


class WorkspaceTooNew(EnvironmentFault):
    """The workspace was written by a newer idealfit."""

    code: ClassVar[str] = "IF303"


class WorkspaceNotWritable(EnvironmentFault):
    """The workspace folder may not be written to."""

    code: ClassVar[str] = "IF304"


class WorkspaceDamaged(EnvironmentFault):
    """A file of the workspace is gone or cannot be read."""

    code: ClassVar[str] = "IF305"


class WriteFailed(EnvironmentFault):
    """The disk refused a write; the old file is intact."""

    code: ClassVar[str] = "IF306"


class WorkspaceBusy(EnvironmentFault):
    """Another process is writing to the workspace."""

    code: ClassVar[str] = "IF307"


class ListSettingRefused(UsageError):
    """A setting of the lists that cannot be: a negative number of days, say."""

    code: ClassVar[str] = "IF180"


class ListsDoNotReconcile(InternalError):
    """An account would stand on no list, or on two."""

    code: ClassVar[str] = "IF980"


class PageFault(InternalError):
    """The page of a profile could not be set."""

    code: ClassVar[str] = "IF700"


class NoAccountsToScore(InputError):
    """There is no table of accounts with an id."""

    code: ClassVar[str] = "IF501"


class NoSuchPair(UsageError):
    """A decision about accounts that are not there, or the undoing of one that nobody made."""

    code: ClassVar[str] = "IF108"


class DecisionUnreadable(InputError):
    """A filled-in file of decisions about duplicates cannot be used."""

    code: ClassVar[str] = "IF205"


class NoSuchExclusion(UsageError):
    """An exclusion was named that the profile does not have."""

    code: ClassVar[str] = "IF101"


class ProfileFileMissing(EnvironmentFault):
    """The workspace holds no profile file, or none of that motion."""

    code: ClassVar[str] = "IF308"


class OutputNotSupported(UsageError):
    """An output file was named whose format is not written."""

    code: ClassVar[str] = "IF102"


class NoSuchCriterion(UsageError):
    """A criterion was named that the last build did not find."""

    code: ClassVar[str] = "IF104"


class NoSuchAttribute(UsageError):
    """An attribute was named that the records do not have."""

    code: ClassVar[str] = "IF105"


class NoSuchAccount(UsageError):
    """An account was named that the scores do not have, or a name that several have."""

    code: ClassVar[str] = "IF111"


class EvidenceMissing(EnvironmentFault):
    """The workspace holds no evidence.json: nothing was built yet."""

    code: ClassVar[str] = "IF310"


class ReaderUnavailable(EnvironmentFault):
    """The child process that reads files cannot be started."""

    code: ClassVar[str] = "IF309"


class UpdateRefused(InputError):
    """An export of changes only cannot be merged: there is nothing to merge it with, or its rows have no ids."""

    code: ClassVar[str] = "IF221"


class NoSuchImport(UsageError):
    """An import was named that the workspace has not seen, or whose tables it no longer has."""

    code: ClassVar[str] = "IF106"


class DatabaseRefused(InputError):
    """A database has no such table, does not let us read it, or does not understand the query."""

    code: ClassVar[str] = "IF204"


class DatabaseUnreachable(EnvironmentFault):
    """A database does not answer, or does not let us in."""

    code: ClassVar[str] = "IF311"


class DatabaseAddressWrong(UsageError):
    """The address of a database, or what to read from it, cannot be understood."""

    code: ClassVar[str] = "IF107"


class DriverMissing(EnvironmentFault):
    """The package that speaks to a kind of database is not installed."""

    code: ClassVar[str] = "IF312"


class NoQualityReport(EnvironmentFault):
    """The workspace has no quality report that this version can read."""

    code: ClassVar[str] = "IF313"


class NoSuchMotion(UsageError):
    """The deals tell their motion, and none of them is of the one that was named."""

    code: ClassVar[str] = "IF109"


class BestUnreadable(UsageError):
    """What was written for `--best` cannot be understood; the message shows where."""

    code: ClassVar[str] = "IF110"


class BestNotKnown(InputError):
    """The records do not tell what a choice of best asks for, of anybody or of too few."""

    code: ClassVar[str] = "IF602"


class MissingPart(EnvironmentFault):
    """Something was asked for that needs an extra which is not installed."""

    code: ClassVar[str] = "IF319"


class FormUnknown(UsageError):
    """A file was asked for whose ending names no form that can be printed."""

    code: ClassVar[str] = "IF119"


class NoSuchRule(UsageError):
    """A rule of the linter was named that there is not."""

    code: ClassVar[str] = "IF112"


class NoSuchVersion(UsageError):
    """A version of the profile was named that does not exist."""

    code: ClassVar[str] = "IF115"


class NotToBeApproved(UsageError):
    """The profile cannot be approved as it is: an exclusion waits for a decision, or it is retired."""

    code: ClassVar[str] = "IF116"


class NotAnOwner(UsageError):
    """Somebody signs for a team that does not own the profile."""

    code: ClassVar[str] = "IF117"


class TooFewAccounts(InputError):
    """There are too few accounts to do what was asked: to agree on, or to learn from."""

    code: ClassVar[str] = "IF222"


class NoSuchTemplate(UsageError):
    """A template of a profile was named that does not ship with idealfit."""

    code: ClassVar[str] = "IF120"


class OutputExists(UsageError):
    """A file would be written where there is one already."""

    code: ClassVar[str] = "IF121"


class RequestNotUnderstood(UsageError):
    """A request's body or parameters are not what the call takes."""

    code: ClassVar[str] = "IF130"


class RequestRefused(UsageError):
    """A request comes from another site, or asks for another host than this one."""

    code: ClassVar[str] = "IF131"


class RequestTooLarge(UsageError):
    """A request's body is larger than one may be."""

    code: ClassVar[str] = "IF132"


class KeyUsedOtherwise(UsageError):
    """A key that stands for the answer to one request came with another request."""

    code: ClassVar[str] = "IF133"


class MotionWithoutProfile(UsageError):
    """A motion was named that the workspace has no profile of."""

    code: ClassVar[str] = "IF134"


class PortTaken(EnvironmentFault):
    """Another program answers at the port already, or nobody may listen there."""

    code: ClassVar[str] = "IF330"


class SessionMissing(UsageError):
    """A page was asked for by a browser that has no open session."""

    code: ClassVar[str] = "IF135"


class SparkAddressWrong(UsageError):
    """An address of Spark, or a setting behind it, cannot be understood."""

    code: ClassVar[str] = "IF136"


class SparkRefused(InputError):
    """Spark cannot read a table, or not write the result."""

    code: ClassVar[str] = "IF206"


class SparkNotStarted(EnvironmentFault):
    """Spark cannot run here: no Java, or a cluster that does not answer."""

    code: ClassVar[str] = "IF314"


class NoSuchJob(UsageError):
    """A job that the workspace does not have, or a kind of work that there is not."""

    code: ClassVar[str] = "IF137"


class NoSuchDecision(UsageError):
    """A decision on a lead that the workspace does not have."""

    code: ClassVar[str] = "IF138"


class NoSuchUpload(UsageError):
    """Files that were handed over in the browser, and are not there."""

    code: ClassVar[str] = "IF139"


class UploadRefused(EnvironmentFault):
    """Files cannot be kept: there is no room for them."""

    code: ClassVar[str] = "IF331"
