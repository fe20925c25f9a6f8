"""The canonical tables: what every source is turned into, and the type of each column that has a meaning.

A column that is not named here is kept under its own name. In `accounts` such a column is a candidate attribute; what
idealfit knows of it (label, layer, level) stands in the mapping, see `attribute.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

ColumnType: TypeAlias = Literal["text", "number", "boolean", "date", "timestamp", "list"]
"""`date` and `timestamp` are UTC without a zone; `list` is a list of texts."""

DUCKDB_TYPES: dict[ColumnType, str] = {
    "text": "VARCHAR",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "list": "VARCHAR[]",
}


@dataclass(frozen=True)
class Table:
    """A canonical table.

    `key` is its identifier; `links` names the columns that point to another table's key; a column missing from a
    source is stored as NULL, so that every query may name it.
    """

    name: str
    key: str | None
    columns: dict[str, ColumnType]
    links: dict[str, str]


def _table(name: str, key: str | None, links: dict[str, str] | None = None, /, **columns: ColumnType) -> Table:
    return Table(name, key, columns, links or {})


TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _table(
            "accounts",
            "account_id",
            account_id="text",
            name="text",
            domain="text",
            industry="text",
            sub_industry="text",
            employees="number",
            revenue="number",
            country="text",
            region="text",
            city="text",
            business_model="text",
            ownership="text",
            funding_stage="text",
            founded_year="number",
            tech="list",
            parent_id="text",
            owner_id="text",
            status="text",
            do_not_contact="boolean",
            last_activity_at="timestamp",
            referred_by_account_id="text",
            duplicate_of="text",
            test_record="text",
        ),
        _table(
            "account_history",
            None,
            {"account_id": "accounts"},
            account_id="text",
            field="text",
            old_value="text",
            new_value="text",
            changed_at="timestamp",
        ),
        _table(
            "deals",
            "deal_id",
            {"account_id": "accounts"},
            deal_id="text",
            account_id="text",
            name="text",
            pipeline="text",
            deal_type="text",
            created_at="timestamp",
            closed_at="timestamp",
            stage="text",
            outcome="text",
            amount="number",
            currency="text",
            source="text",
            initiated_by="text",
            motion="text",
            product="text",
            owner_id="text",
            loss_reason="text",
            competitor="text",
        ),
        _table(
            "deal_stages",
            None,
            {"deal_id": "deals"},
            deal_id="text",
            stage="text",
            entered_at="timestamp",
        ),
        _table(
            "subscriptions",
            "subscription_id",
            {"account_id": "accounts", "deal_id": "deals"},
            subscription_id="text",
            account_id="text",
            deal_id="text",
            started_at="timestamp",
            ended_at="timestamp",
            end_reason="text",
            arr_start="number",
            arr_current="number",
            gross_margin="number",
            first_value_at="timestamp",
        ),
        _table(
            "subscription_changes",
            None,
            {"subscription_id": "subscriptions"},
            subscription_id="text",
            changed_at="timestamp",
            delta_arr="number",
        ),
        _table(
            "invoices",
            "invoice_id",
            {"account_id": "accounts"},
            invoice_id="text",
            account_id="text",
            issued_at="timestamp",
            amount="number",
            currency="text",
            hours="number",
        ),
        _table(
            "usage",
            None,
            {"account_id": "accounts"},
            account_id="text",
            period="timestamp",
            metric="text",
            value="number",
        ),
        _table(
            "tickets",
            "ticket_id",
            {"account_id": "accounts"},
            ticket_id="text",
            account_id="text",
            opened_at="timestamp",
            hours="number",
            cost="number",
            severity="text",
        ),
        _table(
            "surveys",
            None,
            {"account_id": "accounts"},
            account_id="text",
            answered_at="timestamp",
            nps="number",
        ),
        _table(
            "contacts",
            "contact_id",
            {"account_id": "accounts"},
            contact_id="text",
            account_id="text",
            title="text",
            role="text",
            seniority="text",
            function="text",
            email_domain="text",
            email_hash="text",
            created_at="timestamp",
        ),
        _table(
            "deal_contacts",
            None,
            {"deal_id": "deals", "contact_id": "contacts"},
            deal_id="text",
            contact_id="text",
            role="text",
        ),
        _table(
            "events",
            "event_id",
            {"account_id": "accounts"},
            event_id="text",
            account_id="text",
            event_type="text",
            detail="text",
            occurred_at="timestamp",
            known_at="timestamp",
            source="text",
        ),
        _table(
            "activities",
            "activity_id",
            {"account_id": "accounts", "contact_id": "contacts"},
            activity_id="text",
            account_id="text",
            contact_id="text",
            activity_type="text",
            occurred_at="timestamp",
            quantity="number",
            channel="text",
            direction="text",
        ),
        _table(
            "leads",
            "lead_id",
            {"account_id": "accounts"},
            lead_id="text",
            account_id="text",
            created_at="timestamp",
            source="text",
            hand_raised="boolean",
            mql_at="timestamp",
            sql_at="timestamp",
            disqualified_at="timestamp",
            disqualify_reason="text",
            by="text",
        ),
        _table(
            "conversations",
            "conversation_id",
            {"account_id": "accounts", "deal_id": "deals"},
            conversation_id="text",
            account_id="text",
            deal_id="text",
            held_at="timestamp",
            kind="text",
            speaker="text",
            text="text",
        ),
        _table(
            "spend",
            None,
            {},
            month="timestamp",
            channel="text",
            motion="text",
            amount="number",
        ),
    )
}
"""Every canonical table by name, parents before children."""

AS_IN_FILE = " (as in file)"
"""What follows a column's name where the original stands beside a value that was changed."""

OUTCOMES = ("won", "lost", "open")
DEAL_TYPES = ("new_business", "expansion", "renewal", "not_sales")
