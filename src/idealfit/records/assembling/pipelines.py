"""Which deals are new business: by their own type, by what their pipeline is for, and by what their account bought
before. It is decided before anyone computes a win rate, and every decision is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from idealfit.records.assembling.assembly import columns_of, count_of
from idealfit.records.mapping import FileMapping
from idealfit.records.recognising.pipeline_words import Purpose, purpose_of_name, purpose_of_stages
from idealfit.records.report import PipelineGuess
from idealfit.store.engine import insert_texts

_MOST = 200
_ENOUGH = 20
_MOSTLY = 0.8
_SURE = 0.6
_LEFT = 0.5
"""Deals of accounts that had bought are expansion only where at least this share of the closed deals is left: where
nearly every deal is one of them, buying again is the business."""
_BY_MAPPING = "the mapping says so"


def assign_pipelines(
    con: duckdb.DuckDBPyConnection, given: Mapping[str, str]
) -> tuple[tuple[PipelineGuess, ...], list[str]]:
    """Fill `deal_type` (and `motion`) of `all_deals` from the pipelines; `given` says what a person decided of some.

    A pipeline's purpose is read from its name, else from its stages, else from its accounts: one whose deals come
    nearly all from accounts that had already bought is expansion. Then, in pipelines that do not say otherwise, deals
    of accounts that had already bought are expansion. Answers the assignments and what to tell.
    """
    columns = columns_of(con, "all_deals")
    for name in ("deal_type", "motion"):
        if name not in columns:
            con.execute(f"ALTER TABLE all_deals ADD COLUMN {name} VARCHAR")
    _repeats(con, columns)
    guesses: tuple[PipelineGuess, ...] = ()
    notes: list[str] = []
    telling: list[str] = []
    if "pipeline" in columns and 0 < _number(con, "SELECT count(DISTINCT pipeline) FROM all_deals") <= _MOST:
        guesses = tuple(_purposes(con, given, stages="stage" in columns))
        telling = [guess.pipeline for guess in guesses if guess.telling]
        notes = [*_apply(con, guesses), *_told(guesses)]
    notes += _expansions(con, telling, has_pipelines=bool(guesses))
    con.execute("ALTER TABLE all_deals DROP COLUMN __repeat__")
    return guesses, notes


def _number(con: duckdb.DuckDBPyConnection, sql: str) -> int:
    return int(con.execute(sql).fetchall()[0][0])


def _repeats(con: duckdb.DuckDBPyConnection, columns: Mapping[str, str]) -> None:
    """`__repeat__`: whether a deal began on a later day than that on which its account was first won."""
    began = [name for name in ("created_at", "closed_at") if name in columns]
    con.execute("ALTER TABLE all_deals ADD COLUMN __repeat__ BOOLEAN DEFAULT false")
    if not began or "closed_at" not in columns or "account_id" not in columns:
        return
    con.execute(
        "UPDATE all_deals SET __repeat__ = true FROM (SELECT account_id AS account, "
        "min(CAST(closed_at AS DATE)) AS won FROM all_deals WHERE outcome = 'won' AND account_id IS NOT NULL "
        "AND coalesce(deal_type, 'new_business') = 'new_business' GROUP BY 1) first "
        "WHERE first.account = all_deals.account_id AND "
        f"CAST(coalesce({', '.join(began)}) AS DATE) > first.won"
    )


def _purposes(con: duckdb.DuckDBPyConnection, given: Mapping[str, str], *, stages: bool) -> list[PipelineGuess]:
    """Every pipeline with what it is for, by name."""
    listed = "list(DISTINCT stage) FILTER (stage IS NOT NULL)" if stages else "NULL"
    rows = con.execute(
        f"SELECT pipeline, count(*), {listed}, count(*) FILTER (account_id IS NOT NULL), "
        "count(*) FILTER (__repeat__) FROM all_deals WHERE pipeline IS NOT NULL GROUP BY 1 ORDER BY 1"
    ).fetchall()
    found = []
    for name, deals, words, linked, repeats in rows:
        purpose = purpose_of_name(name) or purpose_of_stages(words or ())
        if purpose is None or not purpose.telling:
            purpose = _by_accounts(linked, repeats, among=len(rows)) or purpose
        if purpose is None:
            purpose = Purpose("new_business", None, "nothing says what it is for: the safe reading", 0.4, False)
        if name in given and given[name] != purpose_word(purpose):
            purpose = _given(given[name])
        said = (purpose.deal_type, purpose.motion, purpose.reason, purpose.confidence)
        found.append(PipelineGuess(name, *said, deals, purpose.telling))
    return found


def purpose_word(purpose: Purpose | PipelineGuess) -> str:
    """How the mapping writes what a pipeline is for."""
    if purpose.motion:
        return f"motion: {purpose.motion}"
    return purpose.deal_type if purpose.telling else "sales"


def _given(text: str) -> Purpose:
    """What the mapping says of a pipeline: a deal type, 'sales' (to whom is open), or 'motion: name'."""
    if text == "sales" or text.startswith("motion:"):
        return Purpose("new_business", text.partition(": ")[2] or None, _BY_MAPPING, 1.0, False)
    return Purpose(text, None, _BY_MAPPING, 1.0, True)  # type: ignore[arg-type]  # the mapping's model has checked it


def _by_accounts(linked: int, repeats: int, *, among: int) -> Purpose | None:
    """Expansion where nearly all deals of one of several pipelines come from accounts that had already bought."""
    if among < 2 or linked < _ENOUGH or repeats < _MOSTLY * linked:
        return None
    share = repeats / linked
    return Purpose("expansion", None, f"{share:.0%} of its deals come from accounts that had bought before", 0.7, True)


def _apply(con: duckdb.DuckDBPyConnection, found: Sequence[PipelineGuess]) -> list[str]:
    """Write the pipelines' types: over no type, and over 'new business' where a pipeline tells otherwise."""
    con.execute("CREATE OR REPLACE TEMP TABLE purposes (k VARCHAR, kind VARCHAR, by_motion VARCHAR, telling VARCHAR)")
    rows = [
        [guess.pipeline for guess in found],
        [guess.deal_type for guess in found],
        [guess.motion or "" for guess in found],
        ["yes" if guess.telling else "no" for guess in found],
    ]
    insert_texts(con, "purposes", rows)
    against = (
        "p.telling = 'yes' AND all_deals.deal_type = 'new_business' AND p.kind <> 'new_business' OR p.kind = "
        "'not_sales' AND all_deals.deal_type <> 'not_sales'"
    )
    other = _number(
        con, f"SELECT count(*) FROM all_deals JOIN purposes p ON p.k = all_deals.pipeline WHERE ({against})"
    )
    if other:
        if "deal_type (as in file)" not in columns_of(con, "all_deals"):
            con.execute('ALTER TABLE all_deals ADD COLUMN "deal_type (as in file)" VARCHAR')
        con.execute('UPDATE all_deals SET "deal_type (as in file)" = coalesce("deal_type (as in file)", deal_type)')
    con.execute(
        "UPDATE all_deals SET motion = coalesce(all_deals.motion, nullif(p.by_motion, '')), "
        f"deal_type = CASE WHEN deal_type IS NULL AND p.telling = 'yes' OR ({against}) THEN p.kind "
        "ELSE deal_type END FROM purposes p WHERE p.k = all_deals.pipeline"
    )
    if not other:
        return []
    return [f"deals: {other:,} have another type than their pipeline: the pipeline's stands, theirs is kept beside it"]


def _told(guesses: Sequence[PipelineGuess]) -> list[str]:
    return [
        f"deals: pipeline {guess.pipeline!r} ({guess.deals:,} deals) is {guess.deal_type.replace('_', ' ')}"
        f"{f', motion {guess.motion}' if guess.motion else ''}: {guess.reason}"
        for guess in guesses
    ]


def _expansions(con: duckdb.DuckDBPyConnection, telling: Sequence[str], *, has_pipelines: bool) -> list[str]:
    """Deals without a type of accounts that had already bought become expansion, where enough others are left."""
    free = "deal_type IS NULL"
    if has_pipelines and telling:
        con.execute("CREATE OR REPLACE TEMP TABLE telling (k VARCHAR)")
        insert_texts(con, "telling", [list(telling)])
        free += " AND (pipeline IS NULL OR pipeline NOT IN (SELECT k FROM telling))"
    repeats = count_of(con, "all_deals", f"__repeat__ AND {free}")
    if not repeats:
        return []
    closed = f"outcome <> 'open' AND {free}"
    left = count_of(con, "all_deals", f"NOT __repeat__ AND {closed}")
    if left < _LEFT * count_of(con, "all_deals", closed):
        return [
            f"deals: {repeats:,} come from accounts that had bought before, and nothing tells them from new business; "
            "buying again is the rule here, so all count as new business (a column 'deal_type' would tell them apart)"
        ]
    con.execute(f"UPDATE all_deals SET deal_type = 'expansion' WHERE __repeat__ AND {free}")
    return [
        f"deals: {repeats:,} without a type come from accounts that had bought before: they count as expansion, not as "
        "new business"
    ]


def with_pipelines(mapping: FileMapping, found: Sequence[PipelineGuess]) -> FileMapping:
    """A deals file's mapping with what was decided of its pipelines, for a person to see and change; what nothing
    speaks for is not written down as decided."""
    if not found or mapping.target("pipeline") is None or mapping.table not in ("deals", "flat"):
        return mapping
    decided = {guess.pipeline: purpose_word(guess) for guess in found if guess.confidence >= _SURE}
    return mapping.model_copy(update={"pipelines": {**decided, **mapping.pipelines}})
