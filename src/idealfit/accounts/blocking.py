"""Which pairs of accounts are compared for likeness: those that share a key, and whose sum of evidence can suffice.

Most pairs that share a key are two companies with one word in common. What a pair can reach at most is known from its
names alone, so that the many are judged by one comparison in the engine, and only the few are scored in full.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from idealfit.accounts.identity import GENERIC_SHARE, GENERIC_WORDS
from idealfit.store.engine import literal, quote

_LONGEST_GROUP = 400
_LONGEST_WORD = 100
"""Rows of one key, and of one word of a name, that are compared with each other: a word of more says too little."""
_SEEN = ("norm", "name_rows", "squashed", "words", "word_total", "bits", "heaviest", "domain", "phone", "registrations")
"""What of two rows the condition of `find_pairs` may look at, as `<column>_l` and `<column>_r`."""
_BIT = "(1::BIGINT << CAST(hash(word) % 63 AS BIGINT))"
SHARED = "shared(words_l, words_r)"
"""The weight of the words that two names share, and what it can be at most, which costs a hundredth: each word is one
of 63 bits, and no shared word is heavier than the heaviest of either name. (In a name of which two words have one bit,
the sum of all stands for the heaviest.)"""
SHARED_AT_MOST = "bit_count(bits_l & bits_r) * least(heaviest_l, heaviest_r)"


@dataclass(frozen=True)
class Blocking:
    """What was compared: `pairs` at most (a pair with several common keys counts several times), and which groups of
    one key were too large to compare (`longest`: the largest that was compared, `skipped` groups)."""

    pairs: int
    longest: int
    skipped: int


def make_linked(con: duckdb.DuckDBPyConnection, identities: str) -> None:
    """`linked`: the identities with each name's words as numbers: a word's weight, made unique by its rank behind the
    tenth decimal, so that the weight of what two names share is one sum."""
    generic = ", ".join(literal(word) for word in sorted(GENERIC_WORDS))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE name_words AS WITH "
        f"names AS (SELECT norm, count(*) AS n FROM {identities} WHERE norm IS NOT NULL GROUP BY 1), "
        "spread AS (SELECT norm, n, unnest(list_distinct(string_split(norm, ' '))) AS word FROM names), "
        "worth AS (SELECT word, sum(n) AS rows, ln(1 + (SELECT sum(n) FROM names) / sum(n)) / "
        f"ln(1 + (SELECT sum(n) FROM names)) * CASE WHEN word IN ({generic}) THEN {GENERIC_SHARE} ELSE 1 END AS weight "
        "FROM spread GROUP BY word), "
        "known AS (SELECT word, rows, round(weight, 4) + row_number() OVER (ORDER BY word) * 1e-10 AS mark FROM worth) "
        "SELECT norm, list(mark ORDER BY word) AS words, sum(mark ORDER BY word) AS word_total, "
        f"list(word ORDER BY word) FILTER (rows <= {_LONGEST_WORD}) AS rare, bit_or({_BIT}) AS bits, "
        f"CASE WHEN count(DISTINCT {_BIT}) = count(*) THEN max(mark) ELSE sum(mark ORDER BY word) END AS heaviest "
        "FROM spread JOIN known USING (word) GROUP BY norm"
    )
    con.execute(
        f"CREATE OR REPLACE TABLE linked AS SELECT i.*, w.words, w.word_total, w.rare, w.bits, w.heaviest "
        f"FROM {identities} i LEFT JOIN name_words w USING (norm) ORDER BY row"
    )
    con.execute("DROP TABLE name_words")
    con.execute("CREATE OR REPLACE TEMP MACRO shared(a, b) AS coalesce(list_sum(list_intersect(a, b)), 0)")


def add_keys(con: duckdb.DuckDBPyConnection, most_pairs: int) -> Blocking:
    """`row_keys` (row, key): the keys of which a pair must share one; keys of so many rows that the pairs would be more
    than `most_pairs` are left out, the largest groups first."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE all_keys AS SELECT DISTINCT row, unnest(list_filter(["
        "'d' || domain, 'p' || phone, 'a' || number || left(street, 4), 'z' || number || ' ' || postal, "
        "'b' || left(squashed, 6), 'e' || right(squashed, 6), 'n' || norm, "
        "'s' || left(squashed, 3) || ' ' || coalesce(postal, city)], x -> x IS NOT NULL) "
        "|| coalesce(list_transform(rare, x -> 'w' || x), []) || coalesce(registrations, [])) AS key FROM linked"
    )
    con.execute("ALTER TABLE linked DROP COLUMN rare")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE key_sizes AS SELECT key, count(*) AS size FROM all_keys GROUP BY 1 "
        "HAVING count(*) > 1"
    )
    longest, pairs = 1, 0
    sizes = con.execute(
        "SELECT size, CAST(sum(size * (size - 1) // 2) AS BIGINT) FROM key_sizes GROUP BY 1 ORDER BY 1"
    ).fetchall()
    for size, more in sizes:
        if size > _LONGEST_GROUP or pairs + more > most_pairs:
            break
        longest, pairs = size, pairs + more
    skipped = int(con.execute("SELECT count(*) FROM key_sizes WHERE size > ?", [longest]).fetchall()[0][0])
    con.execute(
        "CREATE OR REPLACE TEMP TABLE row_keys AS SELECT k.row, s.at FROM all_keys k JOIN (SELECT key, row_number() "
        "OVER (ORDER BY key) AS at FROM key_sizes WHERE size <= ?) s USING (key)",
        [longest],
    )
    con.execute("DROP TABLE all_keys")
    con.execute("DROP TABLE key_sizes")
    return Blocking(pairs, longest, skipped)


def find_pairs(con: duckdb.DuckDBPyConnection, into: str, condition: str) -> None:
    """Write `into` (match_key, join_key_l, join_key_r), as Splink reads it: every pair of rows with a key in common
    that fulfils `condition`, each once."""
    used = [name for name in _SEEN if f"{name}_l" in condition or f"{name}_r" in condition]
    seen = ", ".join(f"{side}.{name} AS {name}_{side}" for name in used for side in "lr")
    rows = "JOIN linked l ON l.row = x.row JOIN linked r ON r.row = y.row" if used else ""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {quote(into)} AS SELECT DISTINCT '0' AS match_key, join_key_l, join_key_r FROM ("
        f"SELECT x.row AS join_key_l, y.row AS join_key_r{', ' + seen if seen else ''} FROM row_keys x "
        f"JOIN row_keys y ON y.at = x.at AND y.row > x.row {rows}) WHERE {condition}"
    )
    con.execute("DROP TABLE row_keys")
