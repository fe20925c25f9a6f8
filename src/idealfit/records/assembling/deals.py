"""All that is decided of deals: how they ended, from which words and dates, of which leads they are, of which type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from idealfit.records.assembling.assembly import Assembled, columns_of
from idealfit.records.assembling.conversion import Converted
from idealfit.records.assembling.finishing import decide_outcomes, words_to_one
from idealfit.records.assembling.funnel import company_columns, lost_leads
from idealfit.records.assembling.latest_day import latest_day
from idealfit.records.assembling.pipelines import assign_pipelines
from idealfit.records.assembling.stage_history import close_from_stages, fill_from_stages
from idealfit.records.recognising.deal_outcome import outcome_words
from idealfit.records.recognising.guess_level import LevelGuess
from idealfit.records.recognising.pipeline_words import type_of_word
from idealfit.records.recognising.status_words import DEAL_TYPE_WORDS
from idealfit.records.report import PipelineGuess
from idealfit.store.engine import quote


@dataclass(frozen=True)
class Decided:
    """What was decided of the deals; in a `funnel` lost ones were made of leads, all are linked by these, and `company`
    are the columns of won deals that moved to their accounts."""

    notes: tuple[str, ...]
    funnel: bool
    pipelines: tuple[PipelineGuess, ...]
    company: Mapping[str, LevelGuess]


def finish_deals(
    con: duckdb.DuckDBPyConnection,
    parts: Sequence[Converted],
    assembled: Mapping[str, Assembled],
    as_of: date | None,
) -> Decided:
    """Fill outcome, closing day, type and motion of `all_deals`; its rows are linked to their accounts already."""
    given = {word: meaning for part in parts for word, meaning in part.mapping.outcomes.items()}
    notes: list[str] = []
    history = "deal_stages" in assembled
    if history:
        notes += fill_from_stages(con)
    words: dict[str, str] = {**_stage_words(con, history=history), **given}
    notes += _against_flags(con, words)
    notes += decide_outcomes(con, words)
    if history:
        notes += close_from_stages(con, words)
    funnel = lost_leads(con, as_of or latest_day(con, assembled)) if "leads" in assembled else []
    company = company_columns(con) if funnel else {}
    if company:
        funnel.append(
            f"deals: {', '.join(company)} describe companies and are known of won ones only: they moved to the accounts"
        )
    notes += funnel
    notes += words_to_one(con, "all_deals", "deal_type", DEAL_TYPE_WORDS, other=type_of_word)
    purposes = {name: purpose for part in parts for name, purpose in part.mapping.pipelines.items()}
    pipelines, told = assign_pipelines(con, purposes)
    return Decided((*notes, *told), bool(funnel), pipelines, company)


def _stage_words(con: duckdb.DuckDBPyConnection, *, history: bool) -> dict[str, str]:
    """The meanings of all stages that deals have, or had; those that a mapping gives stand before them."""
    tables = ["all_deals", "all_deal_stages"] if history else ["all_deals"]
    selects = [f"SELECT stage FROM {table}" for table in tables if "stage" in columns_of(con, table)]
    if not selects:
        return {}
    found = con.execute(
        f"SELECT DISTINCT stage FROM ({' UNION ALL '.join(selects)}) WHERE stage IS NOT NULL ORDER BY 1 LIMIT 1000"
    ).fetchall()
    return outcome_words(row[0] for row in found)


def _against_flags(con: duckdb.DuckDBPyConnection, words: Mapping[str, str]) -> list[str]:
    """Deals whose flag says another end than the word of their stage or result: how many, with an example."""
    columns = columns_of(con, "all_deals")
    told = []
    for flag, outcome in (("is_won", "won"), ("is_lost", "lost")):
        for name in ("outcome", "stage"):
            if flag not in columns or name not in columns:
                continue
            rows = con.execute(
                f"SELECT {quote(name)}, {flag}, count(*) FROM all_deals WHERE {flag} IS NOT NULL AND {quote(name)} "
                "IS NOT NULL GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
            ).fetchall()
            against = [
                (word, count)
                for word, set_, count in rows
                if words.get(word, "open") != "open" and set_ != (words[word] == outcome)
            ]
            if against:
                told.append(
                    f"deals: {sum(count for _, count in against):,} say two things: '{flag}' and '{name}' disagree "
                    f"(such as {against[0][0]!r}); '{flag}' stands"
                )
    return told
