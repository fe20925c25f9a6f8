"""Where two tables of one company tell different stories, or a row belongs to nothing."""

from __future__ import annotations

from idealfit.records.quality.effect import Harm, share_of
from idealfit.records.quality.problem import Problem, in_words, percent, wider
from idealfit.records.quality.scene import Scene
from idealfit.records.tables import TABLES
from idealfit.store.engine import quote

_LEAST_SHARE = 0.01
_REAL = "duplicate_of IS NULL"
_WORTH = frozenset({"subscriptions", "invoices", "subscription_changes"})
_ORPHANS = {
    "contacts": "whether an account has a role cannot be told from them",
    "subscriptions": "how long their customers stay is not seen",
    "invoices": "what their customers are worth is not seen",
    "activities": "the engagement of their accounts is not seen, and timing is told too low",
    "events": "what happened to their accounts opens no window",
    "usage": "the use by their accounts is not seen",
    "tickets": "the cost of serving their accounts is not seen",
    "leads": "they are persons without a company: no account, no score",
}


def across_problems(scene: Scene) -> list[Problem]:
    """Every check between tables that the tables allow."""
    found = [*_orphans(scene), *_status_against_wins(scene), *_churn(scene), *_standing(scene), *_overlaps(scene)]
    return found + _after_churn(scene)


def orphans_of(scene: Scene, table: str) -> int:
    """Rows that belong to no account."""
    if table == "accounts" or not scene.has(table, "account_id"):
        return 0
    return int(scene.row(f"SELECT count(*) FROM {scene.relation(table)} WHERE account_id IS NULL")[0])


def _orphans(scene: Scene) -> list[Problem]:
    found = []
    for table, rows in scene.rows.items():
        orphans = orphans_of(scene, table) if table != "deals" else 0  # a deal's own check says what is lost
        if share_of(orphans, rows) >= _LEAST_SHARE:
            share = orphans / rows
            found.append(
                Problem(
                    f"{table}_without_account",
                    table,
                    f"{orphans:,} of {rows:,} {table.replace('_', ' ')} belong to no account",
                    _ORPHANS.get(table, "they count for no account") + (f"; {wider(share)}" if table in _WORTH else ""),
                    f"Export {table.replace('_', ' ')} with the id of their company, or with its domain or name",
                    Harm(worth=share) if table in _WORTH else Harm(side=share),
                    column="account_id",
                    rows=orphans,
                    of=rows,
                    examples=scene.examples(table, "account_id IS NULL"),
                )
            )
        found += _dangling(scene, table)
    return found


def _dangling(scene: Scene, table: str) -> list[Problem]:
    """Links to another table than accounts that lead nowhere, where that table is there."""
    found = []
    for column, parent in TABLES[table].links.items():
        key = TABLES[parent].key
        if parent == "accounts" or key is None or not scene.has(table, column) or not scene.has(parent, key):
            continue
        known = f"SELECT {quote(key)} FROM {scene.relation(parent)} WHERE {quote(key)} IS NOT NULL"
        where = f"{quote(column)} IS NOT NULL AND {quote(column)} NOT IN ({known})"
        rows = int(scene.row(f"SELECT count(*) FROM {scene.relation(table)} WHERE {where}")[0])
        of = scene.rows[table]
        if share_of(rows, of) >= _LEAST_SHARE:
            found.append(
                Problem(
                    f"{table}_of_unknown_{parent}",
                    table,
                    f"{rows:,} of {of:,} {table.replace('_', ' ')} name {parent} that are not in the export",
                    f"they count for none of the {parent}",
                    f"Export {parent} and {table.replace('_', ' ')} at the same time and without filters",
                    Harm(side=rows / of),
                    column=column,
                    rows=rows,
                    of=of,
                    examples=scene.examples(table, where),
                )
            )
    return found


def _status_against_wins(scene: Scene) -> list[Problem]:
    """Customers who never won anything, and winners who are prospects still."""
    if not (scene.has("accounts", "status") and scene.has("deals", "account_id", "outcome") and scene.evidence.won):
        return []
    bought = " ".join(
        f"AND account_id NOT IN (SELECT account_id FROM {scene.relation(table)} WHERE account_id IS NOT NULL)"
        for table in ("subscriptions", "invoices")
        if scene.has(table, "account_id")
    )
    won = f"(SELECT account_id FROM {scene.relation('deals')} WHERE outcome = 'won' AND account_id IS NOT NULL)"
    lost = f"(SELECT account_id FROM {scene.relation('deals')} WHERE outcome = 'lost' AND account_id IS NOT NULL)"
    unsold = f"{_REAL} AND status = 'customer' AND account_id NOT IN {won} {bought}"
    early = f"{_REAL} AND status = 'prospect' AND account_id IN {won}"
    customers, without, told_lost, winners, prospects, judged = (
        int(each)
        for each in scene.row(
            f"SELECT count(*) FILTER ({_REAL} AND status = 'customer'), count(*) FILTER ({unsold}), count(*) FILTER "
            f"({unsold} AND account_id IN {lost}), count(*) FILTER ({_REAL} AND account_id IN {won}), count(*) "
            f"FILTER ({early}), count(*) FILTER ({_REAL} AND (account_id IN {won} OR account_id IN {lost})) FROM "
            f"{scene.relation('accounts')}"
        )
    )
    found = []
    if without and without >= 0.02 * customers:
        told = f", and {told_lost:,} of them count as lost" if told_lost else ""
        found.append(
            Problem(
                "customers_without_win",
                "accounts",
                f"{without:,} of {customers:,} customers have no won deal, subscription or invoice",
                f"they bought and the deals do not show it: {percent(share_of(without, customers))} of customers teach "
                f"nothing{told}",
                "Export older deals too (many views show the last year), or correct the status",
                Harm(
                    wrong=share_of(told_lost, judged),
                    lost=share_of(without, without + winners),
                    side=without / customers,
                ),
                column="status",
                rows=without,
                of=scene.rows["accounts"],
                examples=scene.examples("accounts", unsold),
            )
        )
    if prospects and prospects >= 0.02 * winners:
        found.append(
            Problem(
                "wins_of_prospects",
                "accounts",
                f"{prospects:,} of {winners:,} accounts with a won deal are 'prospect' by their status",
                "a status that is not kept up cannot keep customers off a target list; the deals are believed",
                "Let the CRM set the status when a deal is won",
                Harm(side=share_of(prospects, winners)),
                column="status",
                rows=prospects,
                of=scene.rows["accounts"],
                examples=scene.examples("accounts", early),
            )
        )
    return found


def _states(scene: Scene) -> str:
    """A subquery: account_id, subscriptions that run, all of them, and the last day."""
    runs = "ended_at IS NULL" if scene.as_of is None else "(ended_at IS NULL OR ended_at > CAST($as_of AS TIMESTAMP))"
    return (
        f"(SELECT account_id, count(*) FILTER ({runs}) AS running, count(*) AS subscribed, max(ended_at) AS last_end "
        f"FROM {scene.relation('subscriptions')} WHERE account_id IS NOT NULL GROUP BY 1)"
    )


def _bound(scene: Scene) -> dict[str, object]:
    return {} if scene.as_of is None else {"as_of": scene.as_of}


def churn_flag(scene: Scene) -> str | None:
    """The yes-or-no column of `accounts` that says who left."""
    columns = scene.columns.get("accounts", {})
    return next((name for name, kind in columns.items() if kind == "BOOLEAN" and "churn" in name.lower()), None)


def _churn(scene: Scene) -> list[Problem]:
    """Accounts flagged as churned against churn events and ended subscriptions, where they disagree."""
    flag = churn_flag(scene)
    if flag is None:
        return []
    accounts, column = scene.relation("accounts"), quote(flag)
    flagged = int(scene.row(f"SELECT count(*) FROM {accounts} WHERE {column} AND {_REAL}")[0])
    of, found = scene.rows["accounts"], []
    if scene.has("events", "event_type", "account_id"):
        events, named, unflagged = (
            int(each)
            for each in scene.row(
                "SELECT count(*), count(DISTINCT e.account_id), count(DISTINCT e.account_id) FILTER (NOT "
                f"a.{column}) FROM {scene.relation('events')} e LEFT JOIN {accounts} a USING (account_id) WHERE "
                "e.event_type = 'churn'"
            )
        )
        if events and (unflagged or named != flagged):
            apart = max(unflagged, abs(named - flagged))
            found.append(
                Problem(
                    "churn_told_twice",
                    "events",
                    f"churn is told twice and differently: {events:,} churn events on {named:,} accounts, but "
                    f"{in_words(flag)} is set on {flagged:,} accounts ({unflagged:,} accounts have a "
                    "churn event and no flag)",
                    f"who stays is another answer by each source: {percent(share_of(flagged, of))} left by the flag, "
                    f"{percent(share_of(named, of))} by the events",
                    "Ask which account of churn billing believes; take the other out of the folder, or mark "
                    "it as known after the fact, in the mapping",
                    Harm(wrong=share_of(apart, of) / 2, worth=share_of(apart, of)),
                    column=flag,
                    rows=apart,
                    of=of,
                    examples=scene.examples(
                        "accounts",
                        f"NOT {column} AND account_id IN (SELECT account_id FROM {scene.relation('events')} WHERE "
                        "event_type = 'churn')",
                    ),
                )
            )
    if scene.has("subscriptions", "ended_at", "account_id"):
        found += _flag_against_subscriptions(scene, flag)
    return found


def _flag_against_subscriptions(scene: Scene, flag: str) -> list[Problem]:
    found = []
    cases = (
        (
            "churned_but_running",
            f"a.{quote(flag)} AND running > 0",
            "accounts have {0} set and a subscription that still runs",
        ),
        (
            "ended_but_not_churned",
            f"NOT a.{quote(flag)} AND running = 0",
            "accounts have no {0} though all their subscriptions have ended",
        ),
    )
    for identifier, where, words in cases:
        rows, of = _standing_counts(scene, where)
        if rows:
            found.append(
                _stay_problem(scene, identifier, f"{rows:,} {words.format(in_words(flag))}", flag, (rows, of), where)
            )
    return found


def _standing_counts(scene: Scene, where: str) -> tuple[int, int]:
    rows, of = scene.row(
        f"SELECT count(*) FILTER ({where}), count(*) FROM {_states(scene)} s JOIN {scene.relation('accounts')} a "
        f"USING (account_id) WHERE a.{_REAL}",
        **_bound(scene),
    )
    return int(rows), int(of)


def _stay_problem(
    scene: Scene, identifier: str, text: str, column: str, counts: tuple[int, int], where: str
) -> Problem:
    rows, of = counts
    return Problem(
        identifier,
        "accounts",
        text,
        f"whether {percent(share_of(rows, of))} of customers left depends on the source; subscriptions are believed",
        "Compare with billing: end the subscription there, or correct the account",
        Harm(wrong=share_of(rows, of) / 2, worth=share_of(rows, of)),
        column=column,
        rows=rows,
        of=scene.rows["accounts"],
        examples=tuple(
            str(row[0])
            for row in scene.all(
                f"SELECT a.account_id FROM {_states(scene)} s JOIN {scene.relation('accounts')} a USING (account_id) "
                f"WHERE a.{_REAL} AND {where} ORDER BY 1 LIMIT 5",
                **_bound(scene),
            )
        ),
    )


def _standing(scene: Scene) -> list[Problem]:
    """Former customers whose subscription runs, and customers all of whose subscriptions have ended."""
    if not (scene.has("accounts", "status") and scene.has("subscriptions", "ended_at", "account_id")):
        return []
    found = []
    for identifier, where, words, least in (
        (
            "former_but_running",
            "a.status = 'former' AND running > 0",
            "former customers have a subscription that still runs",
            0.0,
        ),
        (
            "customer_but_ended",
            "a.status = 'customer' AND running = 0",
            "customers have no subscription that still runs",
            0.02,
        ),
    ):
        rows, of = _standing_counts(scene, where)
        if rows and rows >= least * of:
            found.append(_stay_problem(scene, identifier, f"{rows:,} {words}", "status", (rows, of), where))
    return found


def _overlaps(scene: Scene) -> list[Problem]:
    """Subscriptions of one account (and one product, where it is said) that run at the same time."""
    if not scene.has("subscriptions", "account_id", "started_at", "ended_at"):
        return []
    names = {name.lower(): name for name in scene.columns["subscriptions"]}
    product = next(
        (names[each] for each in ("product", "product_id", "plan", "plan_tier", "plan_id") if each in names), None
    )
    same = f"account_id, {quote(product)}" if product else "account_id"
    rows, of = scene.row(
        "SELECT count(*) FILTER (started_at < before), count(*) FROM (SELECT started_at, max(coalesce(ended_at, "
        f"TIMESTAMP '9999-01-01')) OVER (PARTITION BY {same} ORDER BY started_at, coalesce(ended_at, TIMESTAMP "
        "'9999-01-01'), subscription_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM "
        f"{scene.relation('subscriptions')} WHERE account_id IS NOT NULL AND started_at IS NOT NULL)"
    )
    if not rows or share_of(rows, of) < (0.02 if product else 0.1):
        return []
    share = share_of(rows, of)
    what = f" of the same account and {in_words(product)}" if product else " of the same account"
    return [
        Problem(
            "overlapping_subscriptions",
            "subscriptions",
            f"{rows:,} of {of:,} subscriptions begin while another one{what} runs",
            f"the yearly value of {share:.0%} of them may be counted twice; when a customer left is the last one's end",
            "End the old subscription when it is replaced; export seats and add-ons as changes, not as subscriptions",
            Harm(worth=share),
            column="started_at",
            rows=int(rows),
            of=scene.rows["subscriptions"],
        )
    ]


def _after_churn(scene: Scene) -> list[Problem]:
    """Use of the product more than a month after the last subscription ended."""
    if not scene.has("subscriptions", "ended_at", "account_id"):
        return []
    found = []
    for table, column in (("usage", "period"),):
        if not scene.has(table, column, "account_id"):
            continue
        rows, accounts = scene.row(
            f"SELECT count(*), count(DISTINCT u.account_id) FROM {scene.relation(table)} u JOIN {_states(scene)} s "
            f"USING (account_id) WHERE s.running = 0 AND u.{column} > s.last_end + INTERVAL 31 DAY",
            **_bound(scene),
        )
        if rows:
            found.append(
                Problem(
                    f"{table}_after_churn",
                    table,
                    f"{rows:,} rows of {table} of {accounts:,} accounts come after their last subscription ended",
                    f"either they did not leave, or somebody else's {table} is booked on them",
                    "Compare these accounts with billing: the end of a subscription may be wrong",
                    Harm(side=share_of(rows, scene.rows[table]), worth=share_of(accounts, _subscribed(scene))),
                    column=column,
                    rows=int(rows),
                    of=scene.rows[table],
                )
            )
    return found


def _subscribed(scene: Scene) -> int:
    return int(scene.row(f"SELECT count(DISTINCT account_id) FROM {scene.relation('subscriptions')}")[0])
