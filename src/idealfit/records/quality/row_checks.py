"""What a row says against itself: each check is one SQL condition, and one pass over a table counts them all."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from idealfit.records.quality.effect import Harm, share_of
from idealfit.records.quality.problem import Problem, percent, wider
from idealfit.records.quality.scene import Scene

_DAMAGED = "^-?[0-9]([.,][0-9]+)?[eE][+][0-9]+$"
_YEAR_LATER = "CAST($as_of AS TIMESTAMP) + INTERVAL 366 DAY"
_CLOSED = "outcome <> 'open'"
_WON = "outcome = 'won'"
_OPEN = "outcome = 'open'"


@dataclass(frozen=True)
class RowCheck:
    """A condition (`where`) on the columns `needs`. The harm (`kind`) is the share of the rows `among` that fulfil it.

    `text` may name {n}, {of} (rows among), {part} (share of them) and {wider}. Nothing is told below `least` rows or a
    `share` of those among which it counts.
    """

    id: str
    table: str
    needs: tuple[str, ...]
    where: str
    among: str
    kind: str
    text: str
    effect: str
    remedy: str
    least: int = 1
    share: float = 0.0
    column: str | None = None


CHECKS: tuple[RowCheck, ...] = (
    RowCheck(
        "closed_before_created", "deals", ("closed_at", "created_at", "outcome"),
        f"{_CLOSED} AND CAST(closed_at AS DATE) < CAST(created_at AS DATE)", _CLOSED, "timing",
        "{n:,} deals were closed before they were created",
        "{part} of closed deals have no cycle, and what was known when they opened is read too late",
        "Deals entered after the fact: put the true day on which each began into the create date, or add a column "
        "with it and map it to created_at", column="closed_at",
    ),
    RowCheck(
        "won_without_amount", "deals", ("outcome", "amount"),
        f"{_WON} AND (amount IS NULL OR amount = 0)", _WON, "worth",
        "{n:,} of {of:,} won deals have no amount",
        "the worth of {part} of wins is unknown: who is worth most is told by the others alone",
        "Make the amount required to close a deal as won; fill it for past ones from the invoices", column="amount",
    ),
    RowCheck(
        "negative_amounts", "deals", ("outcome", "amount"),
        "amount < 0", "amount IS NOT NULL", "worth",
        "{n:,} deals have a negative amount",
        "{part} of amounts pull the mean down; credits are not deals",
        "Book credits and refunds as invoices, or give these deals the type 'not_sales'", column="amount",
    ),
    RowCheck(
        "ended_without_date", "deals", ("outcome", "closed_at"),
        f"{_CLOSED} AND closed_at IS NULL", _CLOSED, "timing",
        "{n:,} of {of:,} closed deals have no closing date",
        "{part} of closed deals stand in no time: they cannot be judged on later deals, and have no cycle",
        "Export the close date (or the stage history), and let the CRM set it when a deal is closed",
        column="closed_at",
    ),
    RowCheck(
        "never_created", "deals", ("outcome", "created_at"),
        f"{_CLOSED} AND created_at IS NULL", _CLOSED, "timing",
        "{n:,} of {of:,} closed deals have no date of creation",
        "what was known when {part} of them opened cannot be told from what was filled in later",
        "Export the create date of deals", column="created_at",
    ),
    RowCheck(
        "open_and_overdue", "deals", ("outcome", "closed_at"),
        f"{_OPEN} AND CAST(closed_at AS DATE) < $as_of", _OPEN, "side",
        "{n:,} of {of:,} open deals are past their closing date",
        "{part} of the pipeline is older than it says; some of it is lost, and nobody wrote it down",
        "Close overdue deals that are lost and date the rest anew; a report 'open, close date in the past' once a "
        "week does it",
        column="closed_at",
    ),
    RowCheck(
        "created_in_future", "deals", ("outcome", "created_at"),
        "created_at > CAST($as_of AS TIMESTAMP) + INTERVAL 1 DAY", "true", "timing",
        "{n:,} deals were created after the day up to which the records speak",
        "{part} of deals are left out: on that day they did not exist",
        "Look for swapped day and month, or give a later --as-of", column="created_at",
    ),
    RowCheck(
        "closed_in_future", "deals", ("outcome", "closed_at"),
        f"{_CLOSED} AND closed_at > CAST($as_of AS TIMESTAMP) + INTERVAL 1 DAY", _CLOSED, "lost",
        "{n:,} won or lost deals have a closing date that lies ahead",
        "{part} of closed deals count as open until then; {wider}",
        "Let the CRM set the close date on closing instead of keeping the expected one, or give a later --as-of",
        column="closed_at",
    ),
    RowCheck(
        "won_the_day_created", "deals", ("outcome", "closed_at", "created_at"),
        f"{_WON} AND CAST(closed_at AS DATE) = CAST(created_at AS DATE)", _WON, "timing",
        "{n:,} of {of:,} wins were created on the day on which they were won",
        "entered after the fact, they have no cycle; what they knew 'at the opening' was known because they were won",
        "Enter a deal when it begins; for orders that need no selling use a pipeline of their own",
        least=5, share=0.05, column="created_at",
    ),
    RowCheck(
        "deals_without_account", "deals", ("outcome", "account_id"),
        "account_id IS NULL", _CLOSED, "lost",
        "{n:,} deals belong to no account",
        "{part} of closed deals say nothing of who buys; {wider}",
        "Export deals with their company (HubSpot: tick 'associated company'; Salesforce: add 'Account ID'; "
        "Pipedrive: 'Organization'), and make the company required on a deal", column="account_id",
    ),
    RowCheck(
        "ids_damaged", "deals", ("deal_id",),
        f"regexp_matches(deal_id, '{_DAMAGED}')", "true", "lost",
        "{n:,} deal ids were damaged by a spreadsheet (1.23E+17)",
        "{part} of deals can no longer be told apart or linked; {wider}",
        "Export again and do not open the file in a spreadsheet, or format the id column as text first",
        column="deal_id",
    ),
    RowCheck(
        "ids_damaged", "accounts", ("account_id",),
        f"regexp_matches(account_id, '{_DAMAGED}')", "true", "lost",
        "{n:,} account ids were damaged by a spreadsheet (1.23E+17)",
        "{part} of accounts can no longer be told apart or linked to their deals",
        "Export again and do not open the file in a spreadsheet, or format the id column as text first",
        column="account_id",
    ),
    RowCheck(
        "nameless", "accounts", ("name",),
        "name IS NULL", "true", "side",
        "{n:,} accounts have no name",
        "{part} of accounts cannot be matched by name, nor called",
        "Fill the company name; delete empty records", least=1, share=0.005, column="name",
    ),
    RowCheck(
        "founded_in_future", "accounts", ("founded_year",),
        "founded_year > year(CAST($as_of AS DATE)) OR founded_year < 1400", "founded_year IS NOT NULL", "untestable",
        "{n:,} accounts were founded in a year that cannot be",
        "the age of {part} of accounts is wrong",
        "Correct the year, or leave it empty", column="founded_year",
    ),
    RowCheck(
        "headcount_impossible", "accounts", ("employees",),
        "employees <= 0 OR employees > 5000000", "employees IS NOT NULL", "untestable",
        "{n:,} accounts have a number of employees that cannot be (none, or over five million)",
        "the size of {part} of accounts is wrong; bands at either end are read with them",
        "Leave unknown sizes empty; enrich them", column="employees",
    ),
    RowCheck(
        "ended_before_started", "subscriptions", ("started_at", "ended_at"),
        "ended_at < started_at", "true", "worth",
        "{n:,} subscriptions ended before they started",
        "how long {part} of subscriptions lasted is unknown",
        "Correct the dates in the billing system", column="ended_at",
    ),
    RowCheck(
        "subscriptions_without_start", "subscriptions", ("started_at",),
        "started_at IS NULL", "true", "worth",
        "{n:,} of {of:,} subscriptions have no start",
        "who stays is not told by {part} of subscriptions",
        "Export the start date (billing: 'current period start' is not it; use 'created' or 'start date')",
        column="started_at",
    ),
    RowCheck(
        "started_in_future", "subscriptions", ("started_at",),
        "started_at > CAST($as_of AS TIMESTAMP) + INTERVAL 31 DAY", "true", "worth",
        "{n:,} subscriptions start more than a month ahead",
        "{part} of subscriptions do not count yet",
        "Nothing, where they are signed and wait; else correct the date", column="started_at",
    ),
    RowCheck(
        "negative_amounts", "invoices", ("amount",),
        "amount < 0", "true", "worth",
        "{n:,} invoices are negative (credits or returns)",
        "they are taken off what an account paid; {part} of invoices",
        "Nothing, where they are credits; export them with a type if they are something else",
        share=0.01, column="amount",
    ),
    RowCheck(
        "events_far_ahead", "events", ("occurred_at",),
        f"occurred_at > {_YEAR_LATER}", "true", "side",
        "{n:,} events lie more than a year ahead",
        "deadlines that far away open no buying window; {part} of events",
        "Look for a mistyped year", column="occurred_at",
    ),
    RowCheck(
        "activities_in_future", "activities", ("occurred_at",),
        "occurred_at > CAST($as_of AS TIMESTAMP) + INTERVAL 1 DAY", "true", "side",
        "{n:,} activities happen after the day up to which the records speak",
        "planned meetings are no engagement; {part} of activities do not count",
        "Export completed activities only", share=0.01, column="occurred_at",
    ),
    RowCheck(
        "usage_in_future", "usage", ("period",),
        "period > CAST($as_of AS TIMESTAMP) + INTERVAL 31 DAY", "true", "side",
        "{n:,} rows of usage lie ahead",
        "{part} of usage cannot have happened",
        "Look for swapped day and month", column="period",
    ),
)  # fmt: skip


def row_problems(scene: Scene) -> list[Problem]:
    """Every check of `CHECKS` that the tables allow, with what it found."""
    by_table: dict[str, list[RowCheck]] = defaultdict(list)
    for check in CHECKS:
        dated = "$as_of" in f"{check.where} {check.among}"
        if check.id == "nameless" and scene.has("accounts", "domain"):  # a domain is a name to look it up by
            check = replace(check, where=f"{check.where} AND domain IS NULL")  # noqa: PLW2901
        if scene.has(check.table, *check.needs) and (scene.as_of is not None or not dated):
            by_table[check.table].append(check)
    found = []
    for table, checks in by_table.items():
        parts = ", ".join(
            f"count(*) FILTER ({one.where}), count(*) FILTER ({one.among}), count(*) FILTER (({one.where}) AND "
            f"({one.among}))"
            for one in checks
        )
        bound = _bound(scene, parts)
        counts = scene.row(f"SELECT {parts} FROM {scene.relation(table)}", **bound)
        for at, check in enumerate(checks):
            rows, among, both = (int(count) for count in counts[3 * at : 3 * at + 3])
            problem = _problem(scene, check, rows, among, both)
            found += [problem] if problem is not None else []
    return found


def _bound(scene: Scene, sql: str) -> dict[str, object]:
    return {"as_of": scene.as_of} if "$as_of" in sql else {}


def _problem(scene: Scene, check: RowCheck, rows: int, among: int, both: int) -> Problem | None:
    share = share_of(both, among)
    if rows < max(check.least, 1) or (check.share and share < check.share):
        return None
    harm = {check.kind: share}
    text, effect = check.text, check.effect
    if check.id == "deals_without_account":
        opened = rows - both
        harm["side"] = share_of(opened, scene.evidence.open)
        text += f": {both:,} closed, {opened:,} open" if both and opened else " (all open)" if opened else ""
        if not both:
            effect = (
                f"no closed deal is lost, but {percent(harm['side'])} of the open pipeline has no tier and no score"
            )
    if check.kind == "untestable":  # one column of all that may become criteria
        harm = {"untestable": share / max(len(scene.candidates), 1)}
    words = {"n": rows, "of": among, "part": percent(share), "wider": wider(share)}
    return Problem(
        check.id,
        check.table,
        text.format(**words),
        effect.format(**words),
        check.remedy,
        Harm(**harm),
        column=check.column,
        rows=rows,
        of=scene.rows[check.table],
        examples=scene.examples(check.table, check.where, **_bound(scene, check.where)),
    )
