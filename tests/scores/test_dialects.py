"""A predicate's SQL in the words of PostgreSQL and of Spark."""

from __future__ import annotations

import re

import pytest
import sqlglot
from accounts_at_random import COLUMNS, TODAY, coverages, predicates
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from idealfit.profile.coverage import Coverage
from idealfit.profile.parsing import parse
from idealfit.profile.predicate import Predicate
from idealfit.records.tables import ColumnType
from idealfit.scores.dialects import Dialect, in_dialect
from idealfit.scores.query import predicate_sql

KINDS: dict[str, ColumnType] = {
    "DOUBLE": "number",
    "BIGINT": "number",
    "VARCHAR": "text",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "timestamp",
    "VARCHAR[]": "list",
}
TYPES: dict[str, ColumnType] = {name: KINDS[kind] for name, kind in COLUMNS.items()}
OURS = re.compile(r"\b(LIST_\w+|LEN|REGEXP_FULL_MATCH|INT128|HUGEINT)\b")
"""What only DuckDB knows."""


def written(when: str, dialect: Dialect) -> str:
    coverage = Coverage(currency="EUR", rates={"USD": 0.9})
    found = in_dialect(predicate_sql(parse(when), TYPES, None, coverage), dialect)
    found = found.replace("'\u03a3\u0130', '\u03c3i'", "'LETTERS'")
    return re.sub(r"BOTH '[^']*' FROM", "BOTH FROM", found)


@pytest.mark.parametrize(
    ("when", "postgres", "spark"),
    [
        (
            "industry = 'SaaS'",
            '(LOWER((TRANSLATE(TRIM(BOTH FROM "industry"), \'LETTERS\') COLLATE "und-x-icu")) COLLATE "C") = '
            "(LOWER((TRANSLATE(TRIM(BOTH FROM 'SaaS'), 'LETTERS') COLLATE \"und-x-icu\")) COLLATE \"C\")",
            "LOWER(TRANSLATE(TRIM(BOTH FROM `industry`), 'LETTERS')) = "
            "LOWER(TRANSLATE(TRIM(BOTH FROM 'SaaS'), 'LETTERS'))",
        ),
        (
            "founded >= as_of - '2 months'",
            'CAST("founded" AS DATE) >= CAST((CAST("as_of" AS DATE) - INTERVAL \'2 MONTH\') AS DATE)',
            "CAST(`founded` AS DATE) >= CAST((CAST(`as_of` AS DATE) - INTERVAL '2' MONTH) AS DATE)",
        ),
        (
            "labels IS NULL",
            '("labels" IS NULL) OR (CARDINALITY("labels") = 0)',
            "(`labels` IS NULL) OR (CASE WHEN NOT `labels` IS NULL THEN SIZE(`labels`) END = 0)",
        ),
        ("USD 10 > CHF 1", "CAST(9.000000 AS DECIMAL(18, 6)) > CAST(NULL AS DECIMAL(18, 6))", None),
        ("is_public", '"is_public"', "`is_public`"),
    ],
)
def test_it_is_written_as_the_engine_reads_it(when, postgres, spark):
    assert written(when, "postgres") == postgres
    assert written(when, "spark") == (spark or postgres)
    assert "LIST_CONTAINS" in written("includes(labels, 'x')", "duckdb")


@settings(max_examples=15, phases=[Phase.generate], deadline=None)
@given(predicates, coverages, st.booleans())
def test_every_predicate_parses_in_every_engine_s_words(
    predicate: Predicate, coverage: Coverage, own_moment: bool
) -> None:
    node = predicate_sql(predicate, TYPES, None if own_moment else TODAY, coverage)
    for engine, dialect in (("postgres", "postgres"), ("spark", "databricks")):
        text = in_dialect(node, engine)
        read = sqlglot.parse_one(text, read=dialect)
        literals = {one.this for one in read.find_all(sqlglot.exp.Literal) if one.is_string}
        bare = text
        for one in sorted(literals, key=len, reverse=True):
            bare = bare.replace(sqlglot.exp.Literal.string(one).sql(dialect=dialect), "''")
        assert OURS.search(bare) is None, text
