"""How probable it is that two accounts are one company, where no key says so: Fellegi and Sunter, run by Splink.

The chances below are fixed and reasoned, not trained: on the few hundred or thousand accounts of a young company there
are too few doubles to learn from, and a training that fails says nothing. Only how often two companies share a country,
a city or a postal code by chance is counted in the file itself. `m` is how often two rows of one company agree so, `u`
how often two rows of different companies do.
"""

from __future__ import annotations

import importlib.util
import logging
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from idealfit.accounts.blocking import SHARED, SHARED_AT_MOST, Blocking, add_keys, find_pairs, make_linked
from idealfit.accounts.duplicate import EVIDENCE, NAMES_ONLY, Pair, State

EXTRA = "duplicates"
MOST_PAIRS = 50_000_000
LEAST_PROBABILITY = 0.2
"""Below it a pair is not told: it is one of the many that look a little alike."""
_LIKELY = 0.5
_LEAST_MERGED = 0.9
"""A person may set the probability above which pairs are merged, but not below this."""
_DOUBLES = 0.2
"""One account in ten is a double of another one: what the model expects before it looks."""
_FEW_ROWS = 1000
"""A smaller file is a part of a larger one: its few rows do not make names more telling."""
_APART = 1e-5
_MARGIN = 0.01
_COLUMN = re.compile(r"\b(\w+)_l\b")
_NOTHING = "ELSE"


@dataclass(frozen=True)
class Level:
    """One way in which two rows agree or not: in words, as SQL, with both chances (`u` None: counted in the file)."""

    how: str
    sql: str
    m: float
    u: float | None


_NAME = (
    Level("same name", "norm_l = norm_r AND name_rows_l <= 20", 0.45, 1e-6),
    Level("same name, as many others", "norm_l = norm_r", 0.05, 1e-4),
    Level(
        "name but for typing",
        # the cheap questions first: the engine would ask those of an AND in an order of its own
        "CASE WHEN squashed_l = squashed_r THEN true "
        "WHEN length(squashed_l) >= 8 AND abs(length(squashed_l) - length(squashed_r)) <= 2 "
        "THEN CASE WHEN jaro_winkler_similarity(squashed_l, squashed_r) > 0.9 "
        "THEN damerau_levenshtein(squashed_l, squashed_r) <= 1 + length(squashed_l) // 16 END END",
        0.14,
        2e-6,
    ),
    Level("most words of the names", "shared(words_l, words_r) >= 0.375 * (word_total_l + word_total_r)", 0.12, 1e-5),
    Level("one name in the other", "shared(words_l, words_r) >= 0.6 * least(word_total_l, word_total_r)", 0.10, 1e-4),
    Level("some words of the names", "shared(words_l, words_r) >= 0.3 * least(word_total_l, word_total_r)", 0.06, 3e-3),
    Level(
        "short name but for typing",
        "CASE WHEN left(squashed_l, 1) = left(squashed_r, 1) AND least(length(squashed_l), length(squashed_r)) >= 5 "
        "AND abs(length(squashed_l) - length(squashed_r)) <= 1 "
        "THEN damerau_levenshtein(squashed_l, squashed_r) <= 1 END",
        0.02,
        5e-5,
    ),
    Level("other name", _NOTHING, 0.06, 0.997),
)
_DOMAIN = (
    Level("same domain", "domain_l = domain_r", 0.75, 1e-5),
    Level("other domain", _NOTHING, 0.25, 1.0),
)
_PHONE = (
    Level("same phone", "phone_l = phone_r", 0.6, 5e-6),
    Level("other phone", _NOTHING, 0.4, 1.0),
)
_REGISTRATION = (
    Level("same registration number", "list_has_any(registrations_l, registrations_r)", 0.9, 1e-7),
    Level("other registration number", _NOTHING, 0.02, 1.0),
)
_PLACE = (
    Level("same street and number", "number_l = number_r AND street_l = street_r", 0.45, 1e-5),
    Level(
        "street but for typing", "number_l = number_r AND jaro_winkler_similarity(street_l, street_r) > 0.9", 0.05, 2e-5
    ),
    Level("same number and postal code", "number_l = number_r AND postal_l = postal_r", 0.05, 2e-4),
    Level("same postal code, other street", "postal_l = postal_r AND number_l <> number_r", 0.05, None),
    Level("same postal code", "postal_l = postal_r", 0.15, None),
    Level("same city, other street", "city_l = city_r AND number_l <> number_r", 0.05, None),
    Level("same city", "city_l = city_r", 0.12, None),
    Level("other place", _NOTHING, 0.08, 0.95),
)
_COUNTRY = (
    Level("same country", "country_l = country_r", 0.97, None),
    Level("other country", _NOTHING, 0.03, 0.8),
)
_SIZE = (
    Level("like size", "greatest(employees_l, employees_r) <= 1.5 * least(employees_l, employees_r)", 0.7, 0.2),
    Level("near size", "greatest(employees_l, employees_r) <= 4 * least(employees_l, employees_r)", 0.2, 0.3),
    Level("other size", _NOTHING, 0.1, 0.5),
)
_UNKNOWN = {
    "name": "norm_l IS NULL OR norm_r IS NULL",
    "domain": "domain_l IS NULL OR domain_r IS NULL",
    "phone": "phone_l IS NULL OR phone_r IS NULL",
    "registration": "registrations_l IS NULL OR registrations_r IS NULL OR NOT list_has_any(registers_l, registers_r)",
    "place": "coalesce(number_l IS NULL OR number_r IS NULL OR street_l IS NULL OR street_r IS NULL, true) AND "
    "coalesce(postal_l IS NULL OR postal_r IS NULL, true) AND coalesce(city_l IS NULL OR city_r IS NULL, true)",
    "country": "country_l IS NULL OR country_r IS NULL",
    "size": "coalesce(employees_l, 0) <= 0 OR coalesce(employees_r, 0) <= 0",
}
COMPARISONS: Mapping[str, tuple[Level, ...]] = {
    "name": _NAME,
    "domain": _DOMAIN,
    "registration": _REGISTRATION,
    "phone": _PHONE,
    "place": _PLACE,
    "country": _COUNTRY,
    "size": _SIZE,
}
_COUNTED = {
    "same postal code, other street": ("postal", 5e-4),
    "same postal code": ("postal", 5e-4),
    "same city, other street": ("city", 5e-3),
    "same city": ("city", 5e-3),
    "same country": ("country", 0.05),
}
"""The levels whose `u` is counted, the column, and the least that it can be: a small file is no sample of the world."""


def is_available() -> bool:
    """Whether Splink is installed (the extra `duplicates` brings it)."""
    return importlib.util.find_spec("splink") is not None


def score_pairs(
    con: duckdb.DuckDBPyConnection,
    identities: str = "identities",
    into: str = "scored_pairs",
    *,
    most_pairs: int = MOST_PAIRS,
) -> Blocking:
    """Write the table `into` (row_l, row_r, probability, and the level of each comparison) of pairs that may be one
    company. Needs Splink; runs on `con` and touches neither the network nor the disk."""
    make_linked(con, identities)
    blocking = add_keys(con, most_pairs)
    if not blocking.pairs:
        return _none_scored(con, into, blocking)
    chances = _counted_chances(con)
    rows = int(con.execute("SELECT count(*) FROM linked").fetchall()[0][0])
    find_pairs(con, "blocked_pairs", _can_suffice(con, chances, _prior(rows)))
    if not con.execute("SELECT 1 FROM blocked_pairs LIMIT 1").fetchall():  # loading Splink takes longer than this file
        con.execute("DROP TABLE blocked_pairs")
        return _none_scored(con, into, blocking)
    from splink import DuckDBAPI, Linker

    settings = _settings(chances, rows)
    engine = DuckDBAPI(con)
    linker = Linker(engine.register("linked"), settings, validate_settings=False, log_level=logging.ERROR)
    linker.table_management.register_blocked_pairs_for_predict(engine.register("blocked_pairs"))
    predicted = linker.inference.predict(threshold_match_probability=LEAST_PROBABILITY)
    levels = ", ".join(f"{_level_sql(what, chances)} AS {what}" for what in COMPARISONS)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {into} AS SELECT least(row_l, row_r) AS row_l, greatest(row_l, row_r) AS row_r, "
        f"match_probability AS probability, {levels} FROM {predicted.physical_name} ORDER BY 1, 2"
    )
    predicted.drop_table_from_database_and_remove_from_cache()
    con.execute("DROP TABLE linked")
    con.execute("DROP TABLE blocked_pairs")
    return blocking


def _none_scored(con: duckdb.DuckDBPyConnection, into: str, blocking: Blocking) -> Blocking:
    """An empty table of scored pairs."""
    empty = ", ".join(f"0 AS {what}" for what in COMPARISONS)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {into} AS SELECT 0 AS row_l, 0 AS row_r, 0.0 AS probability, {empty} WHERE false"
    )
    return blocking


_AGAINST = {
    "name": {"other name"},
    "domain": {"other domain"},
    "place": {"other place", "same postal code, other street", "same city, other street"},
    "country": {"other country"},
}
"""What speaks against two accounts being one, however much speaks for it: a person is to look."""
_STRONG = {
    "name": {"same name"},
    "domain": {"same domain"},
    "registration": {"same registration number"},
    "phone": {"same phone"},
    "place": {"same street and number", "street but for typing", "same number and postal code", "same postal code"},
}
"""Without one of these, names that are merely alike are not merged unasked, in however small a file."""


def scored_as_pairs(
    con: duckdb.DuckDBPyConnection, scored: str = "scored_pairs", identities: str = "identities"
) -> list[Pair]:
    """The scored pairs with their evidence in words. What speaks against a pair makes a probable one 'cannot tell',
    and an improbable one no pair at all."""
    levels = ", ".join(f"s.{what}" for what in COMPARISONS)
    rows = con.execute(
        f"SELECT a.account_id, b.account_id, s.probability, {levels} FROM {scored} s "
        f"JOIN {identities} a ON a.row = s.row_l JOIN {identities} b ON b.row = s.row_r ORDER BY 1, 2"
    ).fetchall()
    found = []
    for one, other, probability, *reached in rows:
        known = [
            (what, COMPARISONS[what][level].how)
            for what, level in zip(COMPARISONS, reached, strict=True)
            if level is not None
        ]
        one_site = ("domain", "same domain") in known or ("registration", "same registration number") in known
        against = [how for what, how in known if how in _AGAINST.get(what, ()) and not (one_site and what != "name")]
        if against and probability < _LIKELY:
            continue
        why = "; ".join(how for _, how in known)
        weak = [] if any(how in _STRONG.get(what, ()) for what, how in known) else [NAMES_ONLY]
        held = ", ".join(against or weak) or None
        state = _state(probability, against, weak)
        found.append(Pair(one, other, state, round(probability, 4), EVIDENCE, why, held))
    return found


def _state(probability: float, against: list[str], weak: list[str]) -> State:
    if against or probability < _LIKELY:
        return "cannot tell"
    return "probably same" if weak or probability < _LEAST_MERGED else "same"


def _counted_chances(con: duckdb.DuckDBPyConnection) -> dict[str, float]:
    """How often two rows of the file agree in a column by chance: the sum of the squared shares of its values."""
    found = {}
    for how, (column, least) in _COUNTED.items():
        share = con.execute(
            f"SELECT sum(n * n) / (sum(n) * sum(n)) FROM (SELECT CAST(count(*) AS DOUBLE) AS n FROM linked WHERE "
            f"{column} IS NOT NULL GROUP BY {column} ORDER BY {column})"
        ).fetchall()[0][0]
        found[how] = min(0.99, max(least, round(share or 0.0, 4)))
    return found


def _chances(what: str, counted: Mapping[str, float]) -> list[tuple[float, float]]:
    """Both chances of each level of a comparison. No two weights are equal (a fall in the fifth decimal sees to it), so
    that a pair's weight tells which level it reached."""
    found: list[tuple[float, float]] = []
    for level in COMPARISONS[what]:
        u = level.u if level.u is not None else counted[level.how]
        while any(abs(_weight(level.m, u) - _weight(*other)) < _APART for other in found):
            u *= 0.99998
        found.append((level.m, u))
    return found


def _weight(m: float, u: float) -> float:
    return math.log2(m / u)


def _can_suffice(con: duckdb.DuckDBPyConnection, chances: Mapping[str, float], prior: float) -> str:
    """The condition, as SQL, that every pair fulfils whose probability can reach LEAST_PROBABILITY: one key that says
    much, or names that are like enough when all the rest agrees as far as the file's columns go."""
    counted = con.execute("SELECT count(COLUMNS(*)) FROM linked")
    names = [each[0] for each in counted.description or ()]
    known = {name for name, rows in zip(names, counted.fetchall()[0], strict=True) if rows}

    def best(what: str) -> float:
        found = zip(COMPARISONS[what], _chances(what, chances), strict=True)
        return max(0.0, *(_weight(m, u) for level, (m, u) in found if set(_COLUMN.findall(level.sql)) <= known))

    need = _log_odds(LEAST_PROBABILITY) - _log_odds(prior) - sum(map(best, ("place", "country", "size"))) - _MARGIN
    if need <= 0:
        return "true"
    alike = [
        f"CASE WHEN {level.sql.replace(SHARED, SHARED_AT_MOST)} THEN {level.sql} END"
        if SHARED in level.sql
        else level.sql
        for level, (m, u) in zip(COMPARISONS["name"], _chances("name", chances), strict=True)
        if _weight(m, u) >= need
    ]
    keys = [COMPARISONS[what][0].sql for what in ("domain", "registration", "phone")]
    keys = [sql for sql in keys if set(_COLUMN.findall(sql)) <= known]
    return f"CASE {' '.join(f'WHEN {each} THEN true' for each in [*keys, *alike])} END"


def _log_odds(probability: float) -> float:
    return math.log2(probability / (1 - probability))


def _level_sql(what: str, chances: Mapping[str, float]) -> str:
    """Which level a pair reached (NULL: unknown), read from the weight that Splink gave it."""
    cases = (
        f"WHEN abs(mw_{what} - ({_weight(m, u)!r})) < {_APART / 4} THEN {number}"
        for number, (m, u) in enumerate(_chances(what, chances))
    )
    return f"CASE {' '.join(cases)} END"


def _prior(rows: int) -> float:
    """The chance that two rows of a file of so many are one company."""
    return _DOUBLES / max(_FEW_ROWS, rows)


def _settings(chances: Mapping[str, float], rows: int) -> dict[str, Any]:
    """The whole model as Splink reads it."""
    comparisons = []
    for what, levels in COMPARISONS.items():
        unknown = {"sql_condition": _UNKNOWN[what], "label_for_charts": "unknown", "is_null_level": True}
        known = [
            {
                "sql_condition": level.sql,
                "label_for_charts": level.how,
                "m_probability": m,
                "u_probability": u,
            }
            for level, (m, u) in zip(levels, _chances(what, chances), strict=True)
        ]
        comparisons.append({"output_column_name": what, "comparison_levels": [unknown, *known]})
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "row",
        "probability_two_random_records_match": _prior(rows),
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": "l.norm = r.norm", "sql_dialect": "duckdb"}  # never asked: the pairs are given
        ],
        "comparisons": comparisons,
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
    }
