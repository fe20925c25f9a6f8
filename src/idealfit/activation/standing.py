"""Where every account stands with us: customer, in an open deal, lost, refused, or free to be opened.

`place_accounts` makes these tables in the engine, each from the canonical views as they were on the day `as_of`:

- `sales_deals`: the deals that had been opened by then, with `outcome` as it was then, on surviving accounts;
- `customer_states`: one row an account that is or was a customer: `state`, `since`, `parting` (day, why), `proof`;
  and how long it stayed the first time: `began_on`, `has_left`, `left_on`, seen `by_subscription` or else by deals;
- `account_standing`: one row an account, on exactly one list (`targets`, `not_targeted` or `winback`), with the code of
  the first reason that keeps it off the targets, that reason in words, its detail, who and when.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import duckdb

from idealfit.activation.settings import ListSettings

LISTS = ("targets", "not_targeted", "winback")

REASONS: dict[str, str] = {
    "duplicate": "The same company as another account",
    "own": "Our own company",
    "test": "A test record",
    "competitor": "A competitor",
    "vendor": "A vendor of ours",
    "partner": "A partner",
    "customer": "Already a customer",
    "do_not_contact": "Marked do not contact",
    "open_deal": "Somebody is working on it: an open deal",
    "customer_family": "Parent or subsidiary of a customer",
    "lost_recently": "Lost too recently to ask again",
    "lost_undated": "Lost, and nobody knows when",
    "refused": "Refused before",
    "excluded": "The profile excludes it",
    "beyond_limit": "Further down the list than its limit",
}
"""Every reason to leave an account out, the first that applies counts. Former customers stand after `open_deal`."""

FAMILY_DEPTH = 20
"""Parents of parents are followed this far, so that companies that own each other in a circle end somewhere."""

# a name made of nothing but such words; 'Test Rite International' is a real company and stays
TEST_WORDS = "test|testing|tests|dummy|sample|asdf|qwerty|foo|bar|foobar|xxx|delete me|do not use"
TEST_REST = "account|company|corp|inc|ltd|org|record|customer|lead|crm|data|entry|co|[0-9]+|" + TEST_WORDS
TEST_NAME = f"({TEST_WORDS})([ _.-]+({TEST_REST}))*[0-9]*"
TEST_DOMAINS = ("example.com", "example.org", "example.net", "test.com", "localhost")


def place_accounts(
    con: duckdb.DuckDBPyConnection, *, as_of: date, settings: ListSettings, competitors: Sequence[str] = ()
) -> None:
    """Make `sales_deals`, `customer_states` and `account_standing` (see above) from the canonical views and `scored`.

    `scored` is the scores table as `scored.view_scores` hands it on; `competitors` are names or domains beside those
    whose status says so. `limit` is not applied here: it needs the ranks.
    """
    _make_sales_deals(con, as_of)
    _make_customer_states(con, as_of)
    _make_families(con)
    _make_deal_states(con)
    _make_refusals(con, as_of)
    _make_standing(con, as_of, settings, competitors)


def _make_sales_deals(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """Deals of today's data as they stood on `as_of`; one that links to no account keeps account_id NULL."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE sales_deals AS
        SELECT d.deal_id, COALESCE(a.duplicate_of, a.account_id) AS account_id, d.name,
               COALESCE(d.deal_type, 'new_business') AS deal_type,
               CASE WHEN CAST(d.closed_at AS DATE) > $as_of THEN 'open' ELSE d.outcome END AS outcome,
               CAST(d.created_at AS DATE) AS created_on, CAST(d.closed_at AS DATE) AS closed_on,
               d.stage, CASE WHEN d.amount > 0 THEN d.amount END AS amount, d.currency, d.owner_id, d.loss_reason
        FROM deals d LEFT JOIN accounts a USING (account_id)
        WHERE d.created_at IS NULL OR CAST(d.created_at AS DATE) <= $as_of
        """,
        {"as_of": as_of},
    )


def _make_customer_states(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """A customer has a won deal or a started subscription, not all of them ended; the records outrank the status.

    A won deal has ended when every subscription has ended after it, when a renewal was lost after it, or, without
    subscriptions, when the account's status says 'former'. Where no record speaks, the status does; invoices alone
    make a customer too.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE customer_states AS
        WITH subscribed AS (
            SELECT COALESCE(a.duplicate_of, a.account_id) AS account_id,
                   COUNT(*) FILTER (WHERE s.ended_at IS NULL OR CAST(s.ended_at AS DATE) > $as_of) AS running,
                   MIN(CAST(s.started_at AS DATE)) AS since,
                   MAX({'day': CAST(s.ended_at AS DATE), 'why': s.end_reason})
                       FILTER (WHERE CAST(s.ended_at AS DATE) <= $as_of) AS final
            FROM subscriptions s JOIN accounts a USING (account_id)
            WHERE s.started_at IS NULL OR CAST(s.started_at AS DATE) <= $as_of
            GROUP BY ALL
        ),
        sold AS (
            SELECT account_id,
                   COUNT(*) FILTER (WHERE outcome = 'won') AS wins,
                   MIN(closed_on) FILTER (WHERE outcome = 'won') AS since,
                   MAX(closed_on) FILTER (WHERE outcome = 'won') AS last_win,
                   MAX({'day': closed_on, 'why': loss_reason})
                       FILTER (WHERE outcome = 'lost' AND deal_type = 'renewal' AND closed_on IS NOT NULL) AS unrenewed
            FROM sales_deals
            WHERE account_id IS NOT NULL AND deal_type <> 'not_sales'
            GROUP BY account_id
        ),
        invoiced AS (
            SELECT COALESCE(a.duplicate_of, a.account_id) AS account_id,
                   MIN(CAST(i.issued_at AS DATE)) AS since, MAX(CAST(i.issued_at AS DATE)) AS last_invoice
            FROM invoices i JOIN accounts a USING (account_id)
            WHERE i.issued_at IS NULL OR CAST(i.issued_at AS DATE) <= $as_of
            GROUP BY ALL
        ),
        gathered AS (
            SELECT a.account_id, a.status, s.account_id IS NOT NULL AS subscribed, COALESCE(s.running, 0) AS running,
                   s.since AS subscribed_since, s.final, COALESCE(d.wins, 0) AS wins, d.since AS sold_since, d.last_win,
                   d.unrenewed, i.account_id IS NOT NULL AS invoiced, i.since AS invoiced_since, i.last_invoice
            FROM accounts a
            LEFT JOIN subscribed s USING (account_id) LEFT JOIN sold d USING (account_id)
            LEFT JOIN invoiced i USING (account_id)
            WHERE a.duplicate_of IS NULL
        ),
        judged AS (
            SELECT *, CASE
                WHEN running > 0 THEN 'customer'
                WHEN subscribed THEN CASE WHEN last_win > final.day AND status IS DISTINCT FROM 'former'
                                          THEN 'customer' ELSE 'former' END
                WHEN wins > 0 THEN CASE WHEN status = 'former' OR unrenewed.day >= last_win
                                        THEN 'former' ELSE 'customer' END
                WHEN status IN ('customer', 'former') THEN status
                WHEN unrenewed IS NOT NULL THEN 'former'
                WHEN invoiced THEN 'customer'
            END AS state
            FROM gathered
        )
        SELECT account_id, state, LEAST(subscribed_since, sold_since, invoiced_since) AS since,
               CASE WHEN state = 'former' THEN CASE WHEN subscribed THEN final ELSE unrenewed END END AS parting,
               CASE WHEN subscribed AND running > 0 THEN 'a running subscription'
                    WHEN subscribed THEN 'ended subscriptions'
                    WHEN wins > 0 THEN 'a won deal'
                    WHEN status IN ('customer', 'former') THEN 'its status'
                    WHEN unrenewed IS NOT NULL THEN 'a lost renewal'
                    ELSE 'an invoice, the last on ' || last_invoice END AS proof,
               state = 'customer' AND running > 0 AND status = 'former' AS contradicted,
               subscribed AS by_subscription,
               CASE WHEN subscribed THEN subscribed_since ELSE sold_since END AS began_on,
               CASE WHEN subscribed THEN running = 0 ELSE state = 'former' END AS has_left,
               CASE WHEN subscribed THEN CASE WHEN running = 0 THEN final.day END
                    WHEN state = 'former' THEN unrenewed.day END AS left_on
        FROM judged WHERE state IS NOT NULL
        """,
        {"as_of": as_of},
    )


def _make_families(con: duckdb.DuckDBPyConnection) -> None:
    """`customer_families`: the parents and subsidiaries of customers, at any distance, each with the customer."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE customer_families AS
        WITH RECURSIVE owned AS (
            SELECT a.account_id, COALESCE(p.duplicate_of, p.account_id) AS parent_id
            FROM accounts a JOIN accounts p ON p.account_id = a.parent_id
            WHERE a.duplicate_of IS NULL AND COALESCE(p.duplicate_of, p.account_id) <> a.account_id
        ),
        above AS (
            SELECT o.parent_id AS account_id, o.account_id AS customer_id, 1 AS steps
            FROM owned o JOIN customer_states c ON c.account_id = o.account_id AND c.state = 'customer'
            UNION
            SELECT o.parent_id, u.customer_id, u.steps + 1
            FROM above u JOIN owned o USING (account_id) WHERE u.steps < {FAMILY_DEPTH}
        ),
        below AS (
            SELECT o.account_id, o.parent_id AS customer_id, 1 AS steps
            FROM owned o JOIN customer_states c ON c.account_id = o.parent_id AND c.state = 'customer'
            UNION
            SELECT o.account_id, u.customer_id, u.steps + 1
            FROM below u JOIN owned o ON o.parent_id = u.account_id WHERE u.steps < {FAMILY_DEPTH}
        ),
        related AS (
            SELECT account_id, MIN({{'steps': steps, 'kin': 'Parent', 'id': customer_id}}) AS nearest
            FROM above GROUP BY 1
            UNION ALL
            SELECT account_id, MIN({{'steps': steps, 'kin': 'Subsidiary', 'id': customer_id}}) FROM below GROUP BY 1
        )
        SELECT r.account_id, MIN(r.nearest).kin AS kin, MIN(r.nearest).id AS customer_id
        FROM related r GROUP BY r.account_id
        """
    )


def _make_deal_states(con: duckdb.DuckDBPyConnection) -> None:
    """`deal_states`: for each account with deals, its latest open one and its latest lost new-business one."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE deal_states AS
        SELECT account_id,
               COUNT(*) FILTER (WHERE outcome = 'open') AS open_deals,
               MAX({'day': COALESCE(created_on, DATE '0001-01-01'), 'id': deal_id, 'owner': owner_id, 'stage': stage})
                   FILTER (WHERE outcome = 'open') AS open_deal,
               MAX({'day': COALESCE(closed_on, DATE '0001-01-01'), 'id': deal_id, 'owner': owner_id,
                    'why': loss_reason}) FILTER (WHERE outcome = 'lost' AND deal_type = 'new_business') AS lost_deal
        FROM sales_deals
        WHERE account_id IS NOT NULL AND deal_type <> 'not_sales'
        GROUP BY account_id
        """
    )


def _make_refusals(con: duckdb.DuckDBPyConnection, as_of: date) -> None:
    """`refusals`: accounts with a disqualified lead and no lead after it that was not."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE refusals AS
        WITH told AS (
            SELECT COALESCE(a.duplicate_of, a.account_id) AS account_id, CAST(l.created_at AS DATE) AS created_on,
                   CAST(l.disqualified_at AS DATE) AS day, l."by" AS teller, l.disqualify_reason AS why, l.lead_id,
                   l.disqualified_at IS NOT NULL OR l.disqualify_reason IS NOT NULL AS refused
            FROM leads l JOIN accounts a USING (account_id)
            WHERE (l.created_at IS NULL OR CAST(l.created_at AS DATE) <= $as_of)
              AND (l.disqualified_at IS NULL OR CAST(l.disqualified_at AS DATE) <= $as_of)
        ),
        latest AS (
            SELECT account_id,
                   MAX({'day': COALESCE(day, DATE '0001-01-01'), 'id': lead_id, 'teller': teller, 'why': why})
                       FILTER (WHERE refused) AS refusal,
                   MAX(created_on) FILTER (WHERE NOT refused) AS asked_again
            FROM told GROUP BY account_id
        )
        SELECT account_id, refusal FROM latest
        WHERE refusal IS NOT NULL
          AND (asked_again IS NULL OR refusal.day >= asked_again OR refusal.day = DATE '0001-01-01')
        """,
        {"as_of": as_of},
    )


def _make_standing(
    con: duckdb.DuckDBPyConnection, as_of: date, settings: ListSettings, competitors: Sequence[str]
) -> None:
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE account_standing AS
        WITH facts AS (
            SELECT a.account_id, a.name, a.domain, a.owner_id, a.status, a.duplicate_of, a.do_not_contact,
                   COALESCE(s.tier, 'unknown') AS tier,
                   c.state, c.since, c.parting.day AS ended_on, c.parting.why AS end_reason, c.proof,
                   f.kin, f.customer_id,
                   COALESCE(d.open_deals, 0) AS open_deals, d.open_deal, d.lost_deal, r.refusal,
                   d.account_id IS NOT NULL OR c.account_id IS NOT NULL AS worked,
                   regexp_full_match(LOWER(TRIM(a.name)), $test_name)
                       OR list_contains($test_domains, LOWER(TRIM(a.domain))) OR a.test_record IS NOT NULL AS test,
                   list_contains($competitors, LOWER(TRIM(a.name)))
                       OR list_contains($competitors, LOWER(TRIM(a.domain))) AS competing
            FROM accounts a
            LEFT JOIN scored s USING (account_id)
            LEFT JOIN customer_states c ON c.account_id = a.account_id
            LEFT JOIN customer_families f ON f.account_id = a.account_id
            LEFT JOIN deal_states d ON d.account_id = a.account_id
            LEFT JOIN refusals r ON r.account_id = a.account_id
        ),
        judged AS (
            SELECT *, CASE
                WHEN duplicate_of IS NOT NULL THEN 'duplicate'
                WHEN status = 'own' THEN 'own'
                WHEN test THEN 'test'
                WHEN status IN ('competitor', 'vendor', 'partner') THEN status
                WHEN competing THEN 'competitor'
                WHEN state = 'customer' THEN 'customer'
                WHEN do_not_contact THEN 'do_not_contact'
                WHEN open_deals > 0 THEN 'open_deal'
                WHEN state = 'former' THEN 'former'
                WHEN kin IS NOT NULL THEN 'customer_family'
                WHEN lost_deal.day > $as_of - $cooldown THEN 'lost_recently'
                WHEN lost_deal.day = DATE '0001-01-01' THEN 'lost_undated'
                WHEN refusal IS NOT NULL THEN 'refused'
                WHEN tier = 'excluded' THEN 'excluded'
            END AS code
            FROM facts
        )
        SELECT account_id, name, domain, owner_id, tier, worked, state, since, ended_on, end_reason, proof, code,
               CASE WHEN code IS NULL THEN 'targets' WHEN code = 'former' THEN 'winback'
                    ELSE 'not_targeted' END AS list,
               duplicate_of, kin, customer_id, open_deals, open_deal, lost_deal, refusal
        FROM judged
        """,
        {
            "as_of": as_of,
            "cooldown": settings.lost_cooldown_days,
            "test_name": TEST_NAME,
            "test_domains": list(TEST_DOMAINS),
            "competitors": [name.strip().lower() for name in competitors],
        },
    )
