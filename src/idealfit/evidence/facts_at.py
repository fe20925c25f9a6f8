"""All facts of any accounts at any moments: deals before they opened, the market today, accounts a year ago."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import duckdb

from idealfit.evidence.attribute_facts import attribute_facts
from idealfit.evidence.event_facts import event_facts
from idealfit.evidence.fact import Fact
from idealfit.evidence.group_facts import group_facts
from idealfit.evidence.growth_facts import growth_facts
from idealfit.evidence.role_facts import role_facts
from idealfit.records.attribute import AttributeInfo

EVIDENCE_ROWS = "evidence_rows"


def facts_at(
    con: duckdb.DuckDBPyConnection, attributes: Mapping[str, AttributeInfo], *, as_of: date, rows: str = EVIDENCE_ROWS
) -> tuple[Fact, ...]:
    """What was known of the account of each of `rows` (a table: row_number, account_id of `accounts`, t DATE) at the
    end of its day `t`, in the order of row_number.

    `attributes` says of each account column its level and layer; `as_of` is the day up to which the records speak, and
    no `t` lies after it. Reads the views `accounts`, `account_history`, `events`, `activities`, `contacts`. Where `t`
    is NULL columns are as of today and dated things unknown. Who can see a column (`fill_worked` and the like) is told
    for the evidence's own rows alone.
    """
    seen = rows == EVIDENCE_ROWS
    columns = attribute_facts(con, attributes, rows=rows, seen=seen)
    return (
        *columns,
        *group_facts(con, columns),
        *growth_facts(con, attributes, rows=rows),
        *event_facts(con, rows=rows, as_of=as_of),
        *role_facts(con, rows=rows, seen=seen),
    )
