"""`compare`: how the profile differs by who counts as best, and what the classical recipe would have said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from idealfit.errors import FolderMissing, UsageError
from idealfit.evidence.table import Floats
from idealfit.patterns.best import BESTS, Best, Choice, parse_best
from idealfit.patterns.choice_trial import trial_of
from idealfit.patterns.choices import Comparison, compare_choices, sums_by
from idealfit.patterns.classical import By, classical_recipe
from idealfit.patterns.comparison_document import comparison_document, top_tenth
from idealfit.patterns.comparison_page import comparison_markdown, comparison_page
from idealfit.patterns.comparison_words import (
    both_of,
    of_trait,
    outcome_of,
    recipe_rows,
    side_of,
    top_of,
    yield_columns,
    yield_rows,
)
from idealfit.patterns.comparison_words import name_of as said_of
from idealfit.patterns.comparison_words import trial_of as said_of_trial
from idealfit.patterns.drafting import coverage_of
from idealfit.patterns.one_thread import on_one_thread
from idealfit.profile.predicate import Predicate
from idealfit.records.company import Company
from idealfit.records.imported import load_attributes, load_report
from idealfit.records.intake import import_folder
from idealfit.scores.states import criterion_states
from idealfit.store.place import Place, open_place, write_text
from idealfit.store.scratch import scratch_folder
from idealfit.workspace.asking import gathered, tables_of

__all__ = (
    "CompareAnswer",
    "both_of",
    "compare",
    "of_trait",
    "outcome_of",
    "parse_best",
    "recipe_rows",
    "said_of",
    "said_of_trial",
    "side_of",
    "top_of",
    "yield_columns",
    "yield_rows",
)

SEED = 1
LEDGER = "ledger.sqlite"


@dataclass(frozen=True)
class CompareAnswer:
    """`document`: the comparison as JSON holds it; `files`: where its page and its text were written."""

    document: Mapping[str, Any]
    files: Mapping[str, Path]


def compare(
    source: Path,
    bests: Sequence[str] = (),
    *,
    as_of: date | None = None,
    by: str = "revenue",
    to: Path | None = None,
    keep: Sequence[str] = (),
    progress: Callable[[str, float], None] | None = None,
) -> CompareAnswer:
    """The profile by each of `bests` (none: all choices), what they share, what each would have brought on later deals,
    and the classical recipe beside them.

    `source` is a workspace, or a folder of exports, which is then read into a workspace of its own and forgotten.
    `by`: what the recipe's customers are the largest by, revenue or value. `comparison.html` and `comparison.md` are
    written into the workspace, or into the folder `to`. Raises BestUnreadable, UsageError, NoOutcomes.
    """
    choices = _choices(bests)
    tell = progress or (lambda _what, _share: None)
    if by not in ("revenue", "value"):
        raise UsageError(f"'{by}' is no way to choose top customers", remedy="Choose revenue or value.")
    way: By = "value" if by == "value" else "revenue"
    if not source.exists():
        raise FolderMissing(f"There is no folder {source.name}", remedy="Give a workspace, or a folder of exports.")
    if (source / LEDGER).is_file():
        return _compare(open_place(source), choices, as_of, way, to or source, keep, tell)
    with scratch_folder() as folder:
        place = open_place(folder / "workspace", create=True)
        import_folder(source, place, as_of=as_of, progress=lambda what, share: tell(what, share / 3))
        return _compare(place, choices, as_of, way, to, keep, tell)


def _choices(bests: Sequence[str]) -> list[Choice]:
    found: dict[Best, Choice] = {}
    for text in bests or BESTS:
        choice = parse_best(text)
        found.setdefault(choice.text, choice)
    return list(found.values())


@on_one_thread
def _compare(
    place: Place,
    choices: Sequence[Choice],
    as_of: date | None,
    by: By,
    to: Path | None,
    keep: Sequence[str],
    tell: Callable[[str, float], None],
) -> CompareAnswer:
    con = tables_of(place)
    try:
        attributes = load_attributes(place)
        company = Company.model_validate((load_report(place) or {}).get("company") or {})
        rows, evidence, day = gathered(con, place, attributes, as_of, contrast=False)
        horizon = float(company.value_horizon_months)
        tell("searching by every choice", 0.4)
        made = compare_choices(
            evidence, choices, attributes=attributes, unit=rows.unit, horizon=horizon, seed=SEED, keep=keep
        )
        recipe = classical_recipe(evidence, made.binned, by=by)
        tell("trying every choice on later deals", 0.7)
        trial = trial_of(evidence, made.binned, made.choices, by=by, horizon=horizon, seed=SEED)
        tell("ordering the market", 0.95)
        tops, market, accounts = _market(con, made, [one.candidate.predicate() for one in recipe.traits], day)
    finally:
        con.close()
    document = comparison_document(
        made, recipe, trial, evidence=evidence, attributes=attributes, as_of=day, unit=rows.unit, top_tenths=tops,
        market=market, accounts=accounts,
    )  # fmt: skip
    return CompareAnswer(document, _written(document, to, company.name))


def _written(document: Mapping[str, Any], to: Path | None, company: str | None) -> dict[str, Path]:
    if to is None:
        return {}
    to.mkdir(parents=True, exist_ok=True)
    files = {"comparison": to / "comparison.html", "comparison as text": to / "comparison.md"}
    write_text(files["comparison"], comparison_page(document, company=company))
    write_text(files["comparison as text"], comparison_markdown(document, company=company))
    return files


def _market(
    con: duckdb.DuckDBPyConnection, made: Comparison, recipe: Sequence[Predicate], day: date
) -> tuple[dict[Best, frozenset[str]], list[float | None], int]:
    """The top tenth of all accounts by each choice, the share of them that has each trait of the recipe, and how many
    accounts there are.
    """
    predicates: list[Predicate] = list(recipe)
    where: dict[Best, list[int]] = {}
    for one in made.choices:
        effects = one.model.effects if one.model is not None else ()
        where[one.choice.text] = [len(predicates) + place for place in range(len(effects))]
        predicates += [effect.candidate.predicate() for effect in effects]
    names, states = _states(con, predicates, day)
    shares = [_share(states[place]) for place in range(len(recipe))]
    tops = {}
    for one in made.choices:
        if one.model is None:
            continue
        own = {place: states[index] for place, index in enumerate(where[one.choice.text])}
        tops[one.choice.text] = top_tenth(sums_by(one.model, own, len(names)), names)
    return {name: top for name, top in tops.items() if top}, shares, len(names)


def _states(
    con: duckdb.DuckDBPyConnection, predicates: Sequence[Predicate], day: date
) -> tuple[list[str], list[Floats]]:
    con.execute("CREATE OR REPLACE TEMP VIEW asked_accounts AS SELECT * FROM accounts WHERE duplicate_of IS NULL")
    numbered = {f"c{place}": predicate for place, predicate in enumerate(predicates)}
    if not numbered:
        found = con.execute("SELECT account_id FROM asked_accounts ORDER BY account_id").fetchall()
        return [str(row[0]) for row in found], []
    criterion_states(
        con,
        numbered,
        rows="asked_accounts",
        as_of=day,
        coverage=coverage_of(con),
        keep=("account_id",),
        into="compared",
    )
    columns = ", ".join(f"CAST(CAST({name} AS INTEGER) AS DOUBLE) AS {name}" for name in numbered)
    rows = con.execute(f"SELECT account_id, {columns} FROM compared ORDER BY account_id").fetchnumpy()
    states: list[Floats] = [
        np.asarray(np.ma.filled(np.ma.asarray(rows[name], dtype=float), np.nan)) for name in numbered
    ]
    return [str(one) for one in rows["account_id"]], states


def _share(state: Floats) -> float | None:
    known = np.isfinite(state)
    return float(np.mean(state[known])) if known.any() else None
