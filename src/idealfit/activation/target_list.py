"""The accounts that somebody should open next, best first; and, each with its reason, those to leave alone."""

from __future__ import annotations

import duckdb

from idealfit.activation.settings import ListSettings
from idealfit.activation.standing import REASONS

TARGET_COLUMNS = (
    "rank",
    "account_id",
    "name",
    "domain",
    "priority",
    "tier",
    "tier_range",
    "fit",
    "timing",
    "score",
    "p_win",
    "p_win_low",
    "p_win_high",
    "expected_value",
    "expected_value_low",
    "expected_value_high",
    "evidence",
    "why",
    "to_find_out",
    "action",
    "owner",
    "history",
)
NOT_TARGETED_COLUMNS = ("account_id", "name", "domain", "tier", "reason", "reason_in_words", "detail", "who", "when")
WINBACK_COLUMNS = (
    "account_id",
    "name",
    "domain",
    "tier",
    "tier_range",
    "score",
    "customer_since",
    "left_on",
    "why_they_left",
    "known_from",
    "why",
    "action",
    "owner",
)


def make_account_words(con: duckdb.DuckDBPyConnection) -> None:
    """Make the table `account_words`: what is said of a scored account (`why`, `to_find_out`, `tier_range`, `action`).

    It reads `scored` and `list_wording`; reasons stand in the order of the scores, the most decisive first. At most
    three reasons for, and one against after a 'but'; at most three things to find out, after the exclusions that must
    be checked before anybody calls. `tier_range` names only what the tier is read from.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE account_words AS
        WITH parted AS (
            SELECT s.*, w.actions,
                   list_filter(reasons, lambda r: r.state = 'true' AND r.points > 0)[1:3] AS pro,
                   list_filter(reasons, lambda r: r.state = 'true'
                               AND (r.points < 0 OR r.layer = 'exclusion'))[1:1] AS contra,
                   list_filter(reasons, lambda r: r.state = 'unknown' AND r.layer = 'exclusion')[1:2] AS doubts,
                   list_transform(list_filter(reasons, lambda r: r.state = 'unknown' AND r.layer <> 'exclusion'),
                                  lambda r: COALESCE(w.criteria[r.id], r.text)) AS asked,
                   list_transform(list_filter(reasons, lambda r: r.state = 'unknown'
                                              AND list_contains(w.tier_layers, r.layer)),
                                  lambda r: COALESCE(w.criteria[r.id], r.text)) AS asked_for_tier
            FROM scored s, list_wording w
        ),
        worded AS (
            SELECT *, array_to_string(list_transform(pro, lambda r: r.text), '; ') AS pro_words,
                   array_to_string(list_transform(contra, lambda r: r.text), '; ') AS contra_words,
                   array_to_string(list_transform(doubts, lambda r: r.text), '; ') AS doubt_words,
                   array_to_string(list_filter(asked, lambda a, i: list_position(asked, a) = i)[1:3], ', ')
                       AS asked_words,
                   array_to_string(list_filter(asked_for_tier, lambda a, i: list_position(asked_for_tier, a) = i)[1:3],
                                   ', ') AS tier_words,
                   COALESCE(timing_band, 'unknown') AS band,
                   CASE WHEN tier = 'unknown' AND tier_high = 'A' AND tier_low = 'C' THEN 'A to C'
                        WHEN tier_high IN ('A', 'B', 'C') AND tier_low IN ('A', 'B', 'C')
                        THEN NULLIF(array_to_string(list_filter(['A', 'B', 'C'], lambda one: one >= tier_high
                             AND one <= tier_low AND one <> tier), ' or '), '')
                        WHEN tier_high <> tier AND tier_low <> tier AND tier_high <> tier_low
                        THEN tier_high || ' or ' || tier_low
                        WHEN tier_high <> tier THEN tier_high
                        WHEN tier_low <> tier THEN tier_low END AS could_be
            FROM parted
        )
        SELECT account_id,
               CASE WHEN pro_words <> '' AND contra_words <> '' THEN pro_words || '; but ' || contra_words
                    WHEN pro_words <> '' THEN pro_words
                    WHEN contra_words <> '' THEN 'but ' || contra_words
                    ELSE '' END AS why,
               concat_ws('; ', NULLIF(doubt_words, ''), NULLIF(asked_words, '')) AS to_find_out,
               CASE WHEN could_be IS NULL THEN tier
                    ELSE tier || ' (could be ' || could_be
                         || CASE WHEN tier_words <> '' THEN ': ' || tier_words || ' unknown' ELSE '' END || ')'
               END AS tier_range,
               CASE WHEN tier = 'unknown' AND tier_words <> '' THEN 'Find out first: ' || tier_words
                    WHEN tier = 'unknown' THEN 'Find out first what this company is'
                    ELSE COALESCE(actions[tier || '-' || band], actions[tier], '') END AS action
        FROM worded
        """
    )


def make_targets(con: duckdb.DuckDBPyConnection, settings: ListSettings) -> None:
    """Make the table `target_rows` (columns of targets.csv) from `account_standing`; apply the limit to both.

    `p_win` and `expected_value` stand with the ends of their intervals, empty where nothing was discovered; `evidence`
    says whether companies like it were ever worked.

    The order: tier (A, B, unknown, C), then timing band (now, soon, unknown, later), then the rank by expected value
    where discovery gave one, then score, then account_id.
    """
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE target_rows AS
        SELECT ROW_NUMBER() OVER (
                   ORDER BY CASE t.tier WHEN 'A' THEN 1 WHEN 'B' THEN 2 WHEN 'C' THEN 4 ELSE 3 END,
                            CASE s.timing_band WHEN 'now' THEN 1 WHEN 'soon' THEN 2 WHEN 'later' THEN 4 ELSE 3 END,
                            s.rank NULLS LAST, s.expected_value DESC NULLS LAST, s.score DESC NULLS LAST, t.account_id
               ) AS rank,
               t.account_id, t.name, t.domain,
               COALESCE(s.priority, t.tier) AS priority, t.tier, COALESCE(w.tier_range, t.tier) AS tier_range,
               s.fit, s.timing, s.score, s.p_win, s.p_win_low, s.p_win_high,
               s.expected_value, s.expected_value_low, s.expected_value_high,
               CASE WHEN s.extrapolated THEN 'a guess from others: hardly any like it were ever worked'
                    WHEN NOT s.extrapolated THEN 'companies like it' ELSE '' END AS evidence,
               COALESCE(w.why, '') AS why,
               COALESCE(w.to_find_out, '') AS to_find_out,
               COALESCE(w.action, 'Find out first what this company is') AS action, t.owner_id AS owner,
               CASE WHEN t.lost_deal IS NULL THEN CASE WHEN t.worked THEN 'worked before' ELSE 'never worked' END
                    ELSE 'lost on ' || t.lost_deal.day || COALESCE(': ' || t.lost_deal.why, '') END AS history
        FROM account_standing t
        LEFT JOIN scored s USING (account_id) LEFT JOIN account_words w USING (account_id)
        WHERE t.list = 'targets'
        """
    )
    if settings.limit is not None:
        con.execute(
            """
            UPDATE account_standing SET list = 'not_targeted', code = 'beyond_limit'
            WHERE account_id IN (SELECT account_id FROM target_rows WHERE rank > ?)
            """,
            [settings.limit],
        )
        con.execute("DELETE FROM target_rows WHERE rank > ?", [settings.limit])


def make_not_targeted(con: duckdb.DuckDBPyConnection) -> None:
    """Make the table `not_targeted_rows` (columns of not_targeted.csv): whom we leave alone, why, by whom, when."""
    words = " ".join(f"WHEN '{code}' THEN '{text}'" for code, text in REASONS.items())
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE not_targeted_rows AS
        SELECT t.account_id, t.name, t.domain, t.tier, t.code AS reason, CASE t.code {words} END AS reason_in_words,
               CASE t.code
                   WHEN 'duplicate' THEN 'Merged into ' || t.duplicate_of || COALESCE(' (' || k.name || ')', '')
                   WHEN 'customer' THEN 'Known from ' || t.proof
                   WHEN 'open_deal' THEN 'Deal ' || t.open_deal.id || COALESCE(', stage ' || t.open_deal.stage, '')
                        || CASE WHEN t.open_deals > 1 THEN ', and ' || (t.open_deals - 1) || ' more' ELSE '' END
                   WHEN 'customer_family' THEN t.kin || ' of ' || t.customer_id || COALESCE(' (' || k.name || ')', '')
                   WHEN 'lost_recently' THEN 'Deal ' || t.lost_deal.id || COALESCE(': ' || t.lost_deal.why, '')
                   WHEN 'lost_undated' THEN 'Deal ' || t.lost_deal.id || COALESCE(': ' || t.lost_deal.why, '')
                   WHEN 'refused' THEN COALESCE(t.refusal.why, 'No reason on record')
                   WHEN 'excluded' THEN array_to_string(list_transform(s.excluded_by,
                        lambda e: COALESCE(w.exclusions[e], e)), '; ')
                   ELSE '' END AS detail,
               CASE t.code WHEN 'open_deal' THEN COALESCE(t.open_deal.owner, t.owner_id, 'no owner on record')
                           WHEN 'lost_recently' THEN t.lost_deal.owner WHEN 'lost_undated' THEN t.lost_deal.owner
                           WHEN 'refused' THEN t.refusal.teller WHEN 'customer' THEN t.owner_id END AS who,
               NULLIF(CASE t.code WHEN 'customer' THEN t.since WHEN 'open_deal' THEN t.open_deal.day
                           WHEN 'lost_recently' THEN t.lost_deal.day WHEN 'refused' THEN t.refusal.day END,
                      DATE '0001-01-01') AS "when"
        FROM account_standing t
        CROSS JOIN list_wording w
        LEFT JOIN scored s ON s.account_id = t.account_id
        LEFT JOIN accounts k ON k.account_id = COALESCE(t.duplicate_of, t.customer_id)
        WHERE t.list = 'not_targeted'
        ORDER BY t.code, t.account_id
        """
    )


GONE = r"\b(closed down|out of business|bankrupt\w*|insolven\w*|liquidat\w*|ceased|merge[dr]|acquired|acquisition)\b"
"""Words of a reason to leave after which nobody may be there to be won back."""


def make_winback(con: duckdb.DuckDBPyConnection) -> None:
    """Make the table `winback_rows` (columns of winback.csv): former customers, when and why they left."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE winback_rows AS
        SELECT t.account_id, t.name, t.domain, t.tier, COALESCE(w.tier_range, t.tier) AS tier_range, s.score,
               t.since AS customer_since, t.ended_on AS left_on,
               COALESCE(t.end_reason, 'not on record: ask them') AS why_they_left, t.proof AS known_from,
               COALESCE(w.why, '') AS why,
               CASE WHEN REGEXP_MATCHES(LOWER(t.end_reason), $gone)
                         THEN 'Find out whether they still exist, and who owns them now'
                    WHEN t.tier = 'A' THEN 'Ask what changed since they left, and whether it is mended'
                    WHEN t.tier = 'B' THEN 'Ask what changed since they left, after the A accounts'
                    WHEN t.tier = 'excluded' THEN 'Leave them: the profile excludes them'
                    WHEN t.tier = 'C' THEN 'Leave them unless they ask'
                    ELSE 'Find out whether they still fit' END AS action,
               t.owner_id AS owner
        FROM account_standing t
        LEFT JOIN scored s USING (account_id) LEFT JOIN account_words w USING (account_id)
        WHERE t.list = 'winback'
        ORDER BY CASE t.tier WHEN 'A' THEN 1 WHEN 'B' THEN 2 WHEN 'C' THEN 4 WHEN 'excluded' THEN 5 ELSE 3 END,
                 s.rank NULLS LAST, s.score DESC NULLS LAST, t.ended_on DESC NULLS LAST, t.account_id
        """,
        {"gone": GONE},
    )
