"""Accounts and dated events in Parquet, and a profile over them, for `scoring.py`: 20 criteria in 5 layers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

AS_OF = date(2026, 6, 30)
EVENTS_EACH = 3
"""Events an account, on average: half of the accounts have none or one, some have dozens."""
INDUSTRIES = ("Software", "Retail", "Banking", "Insurance", "Logistics", "Health", "Energy", "Media", "Chemicals")
TOOLS = ("okta", "snowflake", "hubspot", "salesforce", "datadog", "aws", "azure", "jira", "zendesk", "stripe")
TYPES = ("funding_round", "hiring", "demo_request", "visit", "pricing_page", "leadership_change", "audit", "webinar")

PROFILE = """
profile: Security-conscious software companies
layers:
  firmographic:
    weight: 35
    criteria:
      - {id: size, when: employees BETWEEN 100 AND 1000, points: 14}
      - {id: industry, when: "industry IN ('Software', 'Banking', 'Insurance')", points: 10}
      - {id: country, when: "country IN ('DE', 'FR', 'NL', 'AT')", points: 6}
      - {id: revenue, when: revenue >= 20000000, points: 8}
      - {id: age, when: founded_year >= 2005, points: 4}
      - {id: private, when: "ownership = 'private'", points: 3}
  technographic:
    weight: 20
    criteria:
      - {id: okta, when: uses('okta'), points: 9}
      - {id: cloud, when: "uses_any('aws', 'azure')", points: 7}
      - {id: data, when: uses('snowflake'), points: 5}
      - {id: crm, when: "uses_any('hubspot', 'salesforce')", points: 2}
  situational:
    weight: 25
    criteria:
      - {id: funded, when: "happened('funding_round', within => '180 days')", points: 12, half_life: 60 days}
      - {id: hiring, when: "count_of('hiring', within => '90 days') >= 2", points: 8, half_life: 45 days}
      - {id: leader, when: "happened('leadership_change', within => '365 days')", points: 6}
      - {id: audit, when: "happened('audit', within => '365 days')", points: 5}
  behavioral:
    weight: 15
    criteria:
      - {id: demo, when: "happened('demo_request', within => '30 days')", points: 15, half_life: 14 days}
      - {id: pricing, when: "count_of('pricing_page', within => '60 days') >= 2", points: 9}
      - {id: visits, when: "count_of('visit', within => '90 days') >= 3", points: 5}
      - {id: webinar, when: "happened('webinar', within => '365 days')", points: 3}
  need:
    weight: 5
    criteria:
      - {id: no-sso-rival, when: "funding_stage IN ('series_b', 'series_c')", points: 6}
      - {id: settled, when: founded_year BETWEEN 1990 AND 2015, points: 4}
exclusions:
  - {id: public-sector, when: "ownership = 'government'", because: Tenders take longer than our runway.}
  - {id: tiny, when: employees < 5, because: Nobody there to use it.}
  - {id: no-contact, when: do_not_contact = true, because: They asked us not to.}
coverage:
  tech: {tools: [okta, snowflake, hubspot, salesforce, aws, azure]}
  events: {visit: all, pricing_page: all, demo_request: all, webinar: all}
"""

OTHER_PROFILES = {
    "small-firms": PROFILE.replace("BETWEEN 100 AND 1000", "BETWEEN 10 AND 99").replace("'180 days'", "'365 days'"),
    "enterprise": PROFILE.replace("BETWEEN 100 AND 1000", ">= 1000").replace("'90 days'", "'60 days'"),
}
"""Profiles of other motions, for several at once."""


def _chosen(words: tuple[str, ...], salt: str) -> str:
    return f"[{', '.join(repr(word) for word in words)}][1 + (hash(i, '{salt}') % {len(words)})::INT]"


def _sometimes(value: str, salt: str, share: int) -> str:
    return f"CASE WHEN hash(i, '{salt}') % 100 < {share} THEN {value} END"


def accounts_sql(accounts: int) -> str:
    """The accounts from 0 on: each value is a function of the number, so that a larger set begins as a smaller one."""
    tools = f"[{', '.join(_chosen(TOOLS, f'tool {n}') for n in range(4))}][:1 + (hash(i, 'tools') % 4)::INT]"
    countries = ("DE", "FR", "NL", "AT", "US", "GB", "ES", "IT", "PL", "SE")
    stages = ("seed", "series_a", "series_b", "series_c")
    return f"""
        SELECT 'acc-' || lpad(i::TEXT, 9, '0') AS account_id, 'Company ' || i AS name,
            'company' || i || '.example' AS domain,
            {_sometimes(_chosen(INDUSTRIES, "industry"), "i?", 90)} AS industry,
            {_sometimes("floor(exp((hash(i, 'size') % 10000) / 1100.0))::DOUBLE", "e?", 85)} AS employees,
            {_sometimes("round(exp(11 + (hash(i, 'money') % 10000) / 1100.0), 0)::DOUBLE", "r?", 70)} AS revenue,
            {_sometimes(_chosen(countries, "country"), "c?", 97)} AS country,
            {_sometimes("(1980 + hash(i, 'year') % 46)::DOUBLE", "y?", 80)} AS founded_year,
            {_sometimes("CASE WHEN hash(i, 'own') % 20 = 0 THEN 'government' ELSE 'private' END", "o?", 75)}
                AS ownership,
            {_sometimes(_chosen(stages, "stage"), "s?", 50)} AS funding_stage,
            {_sometimes(tools, "t?", 65)} AS tech,
            {_sometimes("hash(i, 'call') % 100 = 0", "d?", 60)} AS do_not_contact
        FROM range({accounts}) AS t(i)"""


def events_sql(accounts: int) -> str:
    """Three events an account, unevenly: whose they are is skewed, in no order of accounts."""
    hour = "make_timestamp(epoch_us(TIMESTAMP '2026-06-30') - 3600000000 * (hash(i, 'when') % 21600)::BIGINT)"
    who = f"floor({accounts} * power((hash(i, 'who') % 1000003) / 1000003.0, 2))::BIGINT"
    return f"""
        SELECT 'acc-' || lpad(({who})::TEXT, 9, '0') AS account_id,
            {_chosen(TYPES, "type")} AS event_type,
            CASE WHEN hash(i, 'x?') % 3 = 0 THEN 'detail ' || hash(i, 'detail') % 50 END AS detail,
            {hour} AS occurred_at, {hour} AS known_at
        FROM range({accounts * EVENTS_EACH}) AS t(i)"""


def write_world(folder: Path, accounts: int) -> dict[str, Path]:
    """`accounts.parquet` and `events.parquet` in `folder`, unless they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {"accounts": accounts_sql(accounts), "events": events_sql(accounts)}
    paths = {name: folder / f"{name}.parquet" for name in made}
    with duckdb.connect() as con:
        for name, query in made.items():
            if not paths[name].is_file():
                aside = paths[name].with_suffix(".part")
                con.execute(f"COPY ({query}) TO '{aside}' (FORMAT parquet, COMPRESSION zstd)")
                aside.rename(paths[name])
    return paths


def scan_sql() -> str:
    """Every value of the columns that the profile reads is read, and nothing done with it."""
    texts = ("account_id", "industry", "country", "ownership", "funding_stage")
    numbers = ("employees", "revenue", "founded_year")
    accounts = ", ".join([*(f"max({one})" for one in texts), *(f"sum({one})" for one in numbers)])
    return (
        f"SELECT {accounts}, sum(len(tech)), max(tech[1]), bool_or(do_not_contact) FROM accounts;"
        "SELECT max(account_id), max(event_type), max(occurred_at), max(known_at) FROM events"
    )


def hand_sql() -> str:
    """The total score of every account as somebody would write it who knows DuckDB well and wants nothing else: exact
    integers, events filtered, counted once and joined, texts and tools compared as they stand (they are clean here).
    """

    def day(days: int) -> str:
        return f"TIMESTAMP '2026-07-01' - INTERVAL {days} DAY"

    looked_back = {"funding_round": 180, "leadership_change": 365, "audit": 365, "webinar": 365, "hiring": 90}
    looked_back |= {"demo_request": 30, "pricing_page": 60, "visit": 90}
    listed = "event_type IN ('funding_round', 'hiring', 'leadership_change', 'audit')"
    windows = " OR ".join(f"(event_type = '{one}' AND occurred_at >= {day(days)})" for one, days in looked_back.items())

    def of(kind: str) -> str:
        return f"FILTER (event_type = '{kind}' AND occurred_at >= {day(looked_back[kind])})"

    news = f"""
        SELECT account_id, max(occurred_at::DATE) {of("funding_round")} AS funded, count(*) {of("hiring")} AS hiring,
            max(occurred_at::DATE) {of("hiring")} AS hired, count(*) {of("leadership_change")} AS leader,
            count(*) {of("audit")} AS audit, max(occurred_at::DATE) {of("demo_request")} AS demo,
            count(*) {of("pricing_page")} AS pricing, count(*) {of("visit")} AS visits,
            count(*) {of("webinar")} AS webinar,
            count(*) FILTER ({listed}) AS listed
        FROM events WHERE occurred_at < TIMESTAMP '2026-07-01' AND known_at < TIMESTAMP '2026-07-01'
            AND ({listed} OR {windows}) GROUP BY account_id"""

    def plain(test: str, points: int, unknown: str | None = None) -> str:
        missing = f"({test}) IS NULL" if unknown is None else unknown
        return f"CASE WHEN {test} THEN {1000 * points} WHEN {missing} THEN {250 * points} ELSE 0 END"

    def tools(names: tuple[str, ...], points: int) -> str:
        has = " OR ".join(f"list_contains(tech, '{one}')" for one in names)
        return plain(has, points, "tech IS NULL OR len(tech) = 0")

    def fading(last: str, test: str, points: int, half_life: int, unknown: str) -> str:
        left = f"{1000 * points} >> (date_diff('day', {last}, DATE '2026-06-30') // {half_life})::INT"
        return f"CASE WHEN {test} THEN {left} WHEN {unknown} THEN {250 * points} ELSE 0 END"

    nobody = "listed IS NULL OR listed = 0"
    layers = {
        "firmographic": (350, 45, [
            plain("employees BETWEEN 100 AND 1000", 14),
            plain("industry IN ('Software', 'Banking', 'Insurance')", 10),
            plain("country IN ('DE', 'FR', 'NL', 'AT')", 6), plain("revenue >= 20000000", 8),
            plain("founded_year >= 2005", 4), plain("ownership = 'private'", 3)]),
        "technographic": (200, 23, [
            tools(("okta",), 9), tools(("aws", "azure"), 7), tools(("snowflake",), 5),
            tools(("hubspot", "salesforce"), 2)]),
        "situational": (250, 31, [
            fading("funded", "funded IS NOT NULL", 12, 60, nobody), fading("hired", "hiring >= 2", 8, 45, nobody),
            plain("leader > 0", 6, nobody), plain("audit > 0", 5, nobody)]),
        "behavioral": (150, 32, [
            fading("demo", "demo IS NOT NULL", 15, 14, "false"), plain("pricing >= 2", 9, "false"),
            plain("visits >= 3", 5, "false"), plain("webinar > 0", 3, "false")]),
        "need": (50, 10, [
            plain("funding_stage IN ('series_b', 'series_c')", 6), plain("founded_year BETWEEN 1990 AND 2015", 4)]),
    }  # fmt: skip
    parts = []
    for weight, most, criteria in layers.values():
        whole = 1000 * most
        counted = " + ".join(criteria)
        parts.append(f"{1000 * weight}::BIGINT * ((({counted})::BIGINT * 2000000 + {whole}) // {2 * whole})")
    total = " + ".join(parts)
    return (
        f"SELECT account_id, ((2 * ({total}) + 1000000000) // 2000000000) / 10.0 AS total "
        f"FROM accounts LEFT JOIN ({news}) AS news USING (account_id)"
    )
