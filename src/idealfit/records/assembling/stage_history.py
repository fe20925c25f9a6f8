"""What a history of stages tells of deals that their own file does not: where they stand, when they began and ended."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from idealfit.accounts.name import squash
from idealfit.records.assembling.assembly import Assembled, columns_of, count_of
from idealfit.records.report import CellProblem
from idealfit.store.engine import insert_texts

_STAGE_FIELDS = frozenset({"stage", "stagename", "dealstage", "stageid", "dealstageid", "pipelinestage", "salesstage"})


def only_stages(con: duckdb.DuckDBPyConnection, stages: Assembled) -> tuple[Assembled, list[str]]:
    """Of a history of several fields (Salesforce's OpportunityFieldHistory, HubSpot's deal properties) the changes of
    the stage; the other fields' rows are set aside, counted and told."""
    if "field" not in columns_of(con, stages.relation):
        return stages, []
    fields = con.execute(
        f"SELECT field, count(*), min(__file__), min(__line__) FROM {stages.relation} WHERE field IS NOT NULL "
        "GROUP BY 1 ORDER BY 1"
    ).fetchall()
    others = [row for row in fields if squash(row[0]) not in _STAGE_FIELDS]
    if not others or len(others) == len(fields):
        return stages, []
    con.execute("CREATE OR REPLACE TEMP TABLE other_fields (k VARCHAR)")
    insert_texts(con, "other_fields", [[row[0] for row in others]])
    rows = count_of(con, stages.relation, "field IN (SELECT k FROM other_fields)")
    con.execute(f"DELETE FROM {stages.relation} WHERE field IN (SELECT k FROM other_fields)")
    problems = tuple(
        CellProblem(file, line, "field", field, f"{count:,} rows set aside: changes of {field!r}, from this line on")
        for field, count, file, line in others
    )
    told = ", ".join(repr(row[0]) for row in others[:4])
    return (
        stages.without(rows, problems),
        [f"deal_stages: {rows:,} rows tell of other fields than the stage ({told}) and were set aside"],
    )


def fill_from_stages(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Give deals of `all_deals` the stage and the beginning that they lack from `all_deal_stages`: the last stage they
    entered, and when they entered the first. Answers how many were filled."""
    history = columns_of(con, "all_deal_stages")
    if not {"deal_id", "stage", "entered_at"} <= set(history):
        return []
    con.execute(
        "CREATE OR REPLACE TEMP TABLE stage_ends AS SELECT deal_id, min(entered_at) AS began, "
        "arg_max(stage, (entered_at, __line__)) AS stage FROM all_deal_stages "
        "WHERE deal_id IS NOT NULL AND stage IS NOT NULL AND entered_at IS NOT NULL GROUP BY 1"
    )
    notes = []
    for column, kind, source in (("stage", "VARCHAR", "stage"), ("created_at", "TIMESTAMP", "began")):
        present = columns_of(con, "all_deals")
        if column == "stage" and {"outcome", "is_won", "won_at"} & set(present):
            continue
        if column not in present:
            con.execute(f"ALTER TABLE all_deals ADD COLUMN {column} {kind}")
        lacking = f"{column} IS NULL AND deal_id IN (SELECT deal_id FROM stage_ends)"
        rows = count_of(con, "all_deals", lacking)
        if rows:
            con.execute(
                f"UPDATE all_deals SET {column} = e.{source} FROM stage_ends e "
                f"WHERE e.deal_id = all_deals.deal_id AND all_deals.{column} IS NULL"
            )
            told = "stage: the last one" if column == "stage" else "beginning: the day of their first stage"
            notes.append(f"deals: {rows:,} took from the stage history their {told}")
    return notes


def close_from_stages(con: duckdb.DuckDBPyConnection, words: Mapping[str, str]) -> list[str]:
    """Give won and lost deals without a closing day the day on which they entered the stage that closed them; `words`
    are the meanings of stages."""
    if not {"deal_id", "stage", "entered_at"} <= set(columns_of(con, "all_deal_stages")):
        return []
    closing = [word for word, meaning in words.items() if meaning in ("won", "lost")]
    con.execute("CREATE OR REPLACE TEMP TABLE closing (k VARCHAR)")
    if not closing:
        return []
    insert_texts(con, "closing", [closing])
    if "closed_at" not in columns_of(con, "all_deals"):
        con.execute("ALTER TABLE all_deals ADD COLUMN closed_at TIMESTAMP")
    before = count_of(con, "all_deals", "closed_at IS NULL AND outcome <> 'open'")
    con.execute(
        "UPDATE all_deals SET closed_at = e.ended FROM (SELECT deal_id, max(entered_at) AS ended FROM all_deal_stages "
        "WHERE stage IN (SELECT k FROM closing) GROUP BY 1) e "
        "WHERE e.deal_id = all_deals.deal_id AND all_deals.closed_at IS NULL AND all_deals.outcome <> 'open'"
    )
    rows = before - count_of(con, "all_deals", "closed_at IS NULL AND outcome <> 'open'")
    return [f"deals: {rows:,} took their closing day from the stage history"] if rows else []
