"""Rows that a CRM had thrown away when it exported them: set aside with their reason, line by line."""

from __future__ import annotations

import duckdb

from idealfit.accounts.name import squash
from idealfit.records.assembling.assembly import Assembled, columns_of
from idealfit.records.report import CellProblem
from idealfit.store.engine import quote

_FLAGS = frozenset({"isdeleted", "deleted", "fivetrandeleted", "isarchived", "archived", "istrashed", "isinrecyclebin"})
"""Yes/no columns: Salesforce (IsDeleted), HubSpot (archived), the warehouse loaders (_fivetran_deleted)."""
_STATES = frozenset({"recordstatus", "recordstate", "objectstate"})
_GONE = ("deleted", "trash", "trashed", "archived", "recycled", "merged", "in recycle bin")
"""Words of a record's own state (Zoho's Record Status) that say that it is gone."""
_MASTER = frozenset({"masterrecordid", "mergedinto", "mergedintoid", "mergedintorecordid"})
"""Columns that name the record into which a row was merged (Salesforce's MasterRecordId)."""


def set_deleted_aside(con: duckdb.DuckDBPyConnection, whole: Assembled) -> tuple[Assembled, list[str]]:
    """Take the rows out of an assembled table that were deleted, archived or merged away in its source."""
    tests = []
    for name, kind in columns_of(con, whole.relation).items():
        header = squash(name)
        column = quote(name)
        if header in _FLAGS and kind in ("BOOLEAN", "VARCHAR", "DOUBLE", "BIGINT"):
            tests.append((name, f"lower(CAST({column} AS VARCHAR)) IN ('true', 'yes', '1', '1.0')"))
        elif header in _STATES and kind == "VARCHAR":
            tests.append((name, f"lower(trim({column})) IN ({', '.join(repr(word) for word in _GONE)})"))
        elif header in _MASTER and kind == "VARCHAR":
            tests.append((name, f"trim({column}) NOT IN ('', '000000000000000AAA')"))
    problems: list[CellProblem] = []
    for name, test in tests:
        rows = con.execute(
            f"SELECT __file__, __line__, CAST({quote(name)} AS VARCHAR) FROM {quote(whole.relation)} WHERE {test} "
            "ORDER BY 1, 2"
        ).fetchall()
        con.execute(f"DELETE FROM {quote(whole.relation)} WHERE {test}")
        reason = f"row rejected: '{name}' says that it was deleted, archived or merged away"
        problems += [CellProblem(file, line, name, value or "", reason) for file, line, value in rows]
    if not problems:
        return whole, []
    names = ", ".join(f"'{name}'" for name in dict.fromkeys(problem.column for problem in problems))
    note = f"{whole.table}: {len(problems):,} rows were deleted, archived or merged away in their source ({names})"
    return whole.without(len(problems), tuple(problems)), [note]
